#include "analysis/record_sink.h"
#include "base/quantity.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/result_file.h"
#include "cli/standard_options.h"
#include "cli/trace_ids.h"
#include "cli/trace_options.h"
#include "cli/trace_scenario.h"
#include "cli/trace_source.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** One call of the command. */
struct trace_command {
    struct trace_options options;
    struct arena *arena;
    struct trace_source source;
    struct record_stream *stream;
    struct result_file file;
    struct record_ids ids;
    bool damaged; // the trace, behind records that were passed
    struct failure failure;
};

static void end_without_memory(void *context, size_t in_use, size_t wanted) {
    struct trace_command *command = context;
    fprintf(stderr, "gossim: out of memory: %zu bytes in use, %zu more wanted\n", in_use, wanted);
    arena_destroy(command->arena);
    result_file_abandon(&command->file);
    trace_source_close(&command->source);
    exit(EXIT_STATUS_FAILED);
}

/** What a form of export needs to know beside the records. */
static bool prepare(struct trace_command *command, struct record_sink_options *options) {
    enum trace_format format = command->options.format;
    const struct record_scene *scene = options->scene;
    bool meshes = scene->level == TRACE_LEVEL_FULL;
    bool bounded = format == TRACE_FORMAT_SQLITE || (format == TRACE_FORMAT_TEXT && meshes);
    bool named = format == TRACE_FORMAT_EVENTS;
    const struct scenario *scenario =
        bounded || named ? trace_scenario_read(command->arena, scene) : NULL;
    if (bounded && scenario != NULL) {
        options->bounds = trace_scenario_bounds(command->arena, scenario);
    }
    options->ids = &command->ids;
    if (command->source.is_imported) {
        options->ids = &command->source.import.ids;
        return true;
    }
    return !named || trace_ids_find(&command->ids, command->arena, command->source.path, scenario,
                                    &command->failure);
}

static struct record_sink *open_sink(struct trace_command *command) {
    static struct record_sink *(*const forms[])(struct arena * arena,
                                                const struct record_sink_options *options,
                                                struct failure *failure) = {
        [TRACE_FORMAT_TEXT] = record_text_open,     [TRACE_FORMAT_JSONL] = record_jsonl_open,
        [TRACE_FORMAT_CSV] = record_csv_open,       [TRACE_FORMAT_SQLITE] = record_sqlite_open,
        [TRACE_FORMAT_EVENTS] = record_events_open,
    };
    struct record_sink_options options = {
        .scene = record_stream_scene(command->stream),
        .out = command->file.stream != NULL ? command->file.stream : stdout,
        .path = command->file.hidden,
    };
    if (command->source.is_imported && command->options.format == TRACE_FORMAT_TEXT) {
        trace_ids_print(&command->source.import.ids, options.out, "# ", " ", " is ");
    }
    return prepare(command, &options)
               ? forms[command->options.format](command->arena, &options, &command->failure)
               : NULL;
}

/** Says how far a trace goes that was cut short. */
static void tell_cut(const struct trace_command *command) {
    char text[QUANTITY_TEXT_SIZE];
    uint64_t count = record_stream_count(command->stream);
    fprintf(stderr, "gossim: %s was cut short: ", command->source.path);
    if (count == 0) {
        fputs("no record is left\n", stderr);
    } else {
        fprintf(stderr, "%llu records are left, up to %s\n", (unsigned long long)count,
                quantity_write_instant(record_stream_last_ns(command->stream), text));
    }
}

/** Says how much of a damaged trace is good. Standard output has had it; a file is there whole or
 * not at all, and can be asked for less. */
static void tell_damage(const struct trace_command *command) {
    char text[QUANTITY_TEXT_SIZE];
    uint64_t count = record_stream_count(command->stream);
    int64_t last_ns = record_stream_last_ns(command->stream);
    if (count == 0) {
        return;
    }
    fprintf(stderr, "gossim: the %llu records before the damage, up to %s, are good",
            (unsigned long long)count, quantity_write_instant(last_ns, text));
    if (command->options.out != NULL && command->options.format != TRACE_FORMAT_SQLITE) {
        fprintf(stderr, "; --until %s leaves it at those before that time",
                quantity_write_duration(last_ns, text));
    }
    fputc('\n', stderr);
}

/** Gives the records that are wanted to the sink. */
static bool pass_records(struct trace_command *command, struct record_sink *sink) {
    struct record_view view = {.topic = NULL};
    enum trace_reader_step step = TRACE_READER_SECTION;
    bool whole = command->options.format == TRACE_FORMAT_SQLITE; // wants what comes after records
    while (!interrupt_seen() && !record_sink_failed(sink)) {
        step = record_stream_next(command->stream, &view, &command->failure);
        bool enough = !whole && view.record.at_ns >= command->options.filter.until_ns;
        if (step != TRACE_READER_SECTION || enough) {
            break; // records come in the order of time
        }
        if (record_filter_takes(&command->options.filter, &view.record, view.topic)) {
            record_sink_take(sink, &view);
        }
    }
    if (interrupt_seen()) {
        return failure_running(&command->failure, "interrupted");
    }
    if (step == TRACE_READER_TRUNCATED) {
        tell_cut(command);
    }
    command->damaged = step == TRACE_READER_FAILED;
    return !command->damaged;
}

/** Refuses what no record can have. */
static bool check_filter(struct trace_command *command) {
    const struct record_filter *filter = &command->options.filter;
    const struct record_scene *scene = record_stream_scene(command->stream);
    uint32_t none = 0;
    if (!record_ranges_within(&filter->nodes, scene->node_count, &none) ||
        !record_ranges_within(&filter->peers, scene->node_count, &none)) {
        return failure_bad_input(
            &command->failure, "there is no node %" PRIu32 ": the run has the nodes 0 to %" PRIu32,
            none, scene->node_count - 1);
    }
    for (uint32_t i = 0; i < filter->topic_count; i++) {
        uint32_t topic = 0;
        while (topic < scene->topic_count && strcmp(scene->topics[topic], filter->topics[i]) != 0) {
            topic++;
        }
        if (topic == scene->topic_count) {
            return failure_bad_input(&command->failure, "--topic %s: the run has no such topic",
                                     filter->topics[i]);
        }
    }
    return true;
}

static bool print_trace(struct trace_command *command) {
    struct failure *failure = &command->failure;
    interrupt_watch();
    if (!trace_source_open(&command->source, command->arena, command->options.path, failure)) {
        return false;
    }
    trace_source_tell(&command->source, command->options.path);
    command->stream = record_stream_open(command->arena, command->source.path, failure);
    if (command->stream == NULL) {
        return false;
    }
    const char *out = command->options.out;
    if (out != NULL && !result_file_open(&command->file, out, failure)) {
        return false;
    }
    if (!check_filter(command)) {
        return false;
    }
    struct record_sink *sink = open_sink(command);
    if (sink == NULL || !pass_records(command, sink) ||
        !record_sink_end(sink, record_stream_outcome(command->stream), failure)) {
        return false;
    }
    return out == NULL || (result_file_complete(&command->file, failure) &&
                           result_file_publish(&command->file, failure));
}

int command_trace(int argument_count, char **arguments) {
    struct trace_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (trace_options_parse(&command->options, argument_count, arguments)) {
        interrupt_end_at_once();
        command->arena = arena_create(
            &(struct arena_options){.exhausted = end_without_memory, .context = command});
        bool ok = print_trace(command);
        bool unread = command->options.out == NULL && standard_output_is_closed();
        if (!ok && !unread) {
            fputs("gossim: ", stderr);
            failure_print(&command->failure, stderr);
            if (command->damaged) {
                tell_damage(command);
            }
        }
        bool bad_input = !ok && command->failure.kind == FAILURE_BAD_INPUT;
        status = bad_input ? EXIT_STATUS_BAD_INPUT : ok ? EXIT_STATUS_DONE : EXIT_STATUS_FAILED;
        record_stream_close(command->stream);
        result_file_abandon(&command->file);
        arena_destroy(command->arena);
        trace_source_close(&command->source);
    }
    free(command);
    return status;
}
