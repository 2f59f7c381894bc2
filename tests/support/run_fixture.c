#include "tests/support/run_fixture.h"

#include "trace/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/** A temporary file with the text; its name goes to `path`. */
static void write_text(const char *text, char *path) {
    int file = mkstemp(path);
    FILE *out = file < 0 ? NULL : fdopen(file, "w");
    if (out == NULL || fputs(text, out) == EOF || fclose(out) != 0) {
        perror(path);
        abort();
    }
}

static void give_up(const struct failure *failure) {
    failure_print(failure, stderr);
    abort();
}

static void load(struct run_fixture *run, const struct run_fixture_options *options) {
    char path[] = "/tmp/gossim-test-XXXXXX";
    write_text(options->text, path);
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)options->seed);
    struct scenario_override override = {.path = "seed", .value = seed};
    struct scenario_source source = {
        .path = path, .overrides = &override, .override_count = options->seed == 0 ? 0 : 1};
    struct failure_list *failures =
        arena_take(run->arena, MEMORY_TABLES, sizeof(struct failure_list));
    run->scenario = scenario_load(run->arena, &source, failures);
    unlink(path);
    if (run->scenario == NULL) {
        failure_list_print(failures, stderr);
        abort();
    }
}

/** A copy of a section's rows in the fixture's arena. */
static void *keep(struct arena *arena, const struct trace_section_view *view, size_t row_bytes) {
    void *copy = arena_take_array(arena, MEMORY_TABLES, view->count, row_bytes);
    if (view->count > 0) {
        memcpy(copy, view->rows, view->count * row_bytes);
    }
    return copy;
}

static void keep_records(struct run_fixture *run, const struct trace_section_view *view) {
    uint64_t count = run->record_count + view->count;
    struct trace_record *records =
        arena_take_array(run->arena, MEMORY_TABLES, count, sizeof *records);
    if (run->record_count > 0) {
        memcpy(records, run->records, run->record_count * sizeof *records);
    }
    memcpy(records + run->record_count, view->rows, view->count * sizeof *records);
    run->records = records;
    run->record_count = count;
}

static void keep_section(struct run_fixture *run, const struct trace_section_view *view) {
    if (view->kind == TRACE_SECTION_RECORDS) {
        keep_records(run, view);
    } else if (view->kind == TRACE_SECTION_NODES) {
        run->nodes = keep(run->arena, view, sizeof *run->nodes);
    } else if (view->kind == TRACE_SECTION_MESSAGES) {
        run->messages = keep(run->arena, view, sizeof *run->messages);
        run->message_count = view->count;
    } else if (view->kind == TRACE_SECTION_SAMPLES) {
        run->samples = keep(run->arena, view, sizeof *run->samples);
        run->sample_count = view->count;
    }
}

static void read_trace(struct run_fixture *run, const char *path) {
    struct failure failure;
    struct trace_reader *reader = trace_reader_open(run->arena, path, &failure);
    if (reader == NULL) {
        give_up(&failure);
        return;
    }
    struct trace_section_view view;
    enum trace_reader_step step = trace_reader_next(reader, &view, &failure);
    for (; step == TRACE_READER_SECTION; step = trace_reader_next(reader, &view, &failure)) {
        keep_section(run, &view);
    }
    trace_reader_close(reader);
    if (step != TRACE_READER_END) {
        fprintf(stderr, "the trace ended at step %d\n", (int)step);
        abort();
    }
}

struct run_fixture run_fixture_of(struct run_fixture_options options) {
    struct run_fixture run = {.arena = arena_create(NULL)};
    load(&run, &options);
    char path[] = "/tmp/gossim-test-XXXXXX";
    write_text("", path);
    struct failure failure;
    struct run_options run_options = {.wire = options.wire, .level = TRACE_LEVEL_FULL};
    struct fleet *fleet = run_build(run.arena, run.scenario, &run_options, &failure);
    struct trace_writer *writer =
        fleet == NULL ? NULL : trace_writer_open(run.arena, path, TRACE_LEVEL_FULL, &failure);
    if (writer == NULL) {
        give_up(&failure);
    }
    run_through(&run.result, fleet, writer);
    if (!trace_writer_close(writer, &failure)) {
        give_up(&failure);
    }
    read_trace(&run, path);
    unlink(path);
    return run;
}

void run_fixture_end(struct run_fixture *run) {
    arena_destroy(run->arena);
    *run = (struct run_fixture){0};
}

uint64_t run_fixture_count(const struct run_fixture *run, enum trace_kind kind, uint32_t message) {
    uint64_t count = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        count += record->kind == kind && (message == TRACE_NONE || record->message == message);
    }
    return count;
}

const struct trace_record *run_fixture_delivery(const struct run_fixture *run, uint32_t message,
                                                uint32_t node) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == TRACE_DELIVER && record->message == message && record->node == node) {
            return record;
        }
    }
    return NULL;
}
