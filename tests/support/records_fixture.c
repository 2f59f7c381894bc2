#include "tests/support/records_fixture.h"

#include "base/prng.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Names that are hard on formats.
static const char topic_names[] = "blocks\0say \"a, b\"\0bl\xC3\xB6"
                                  "cke";

int records_fixture_setup(void **state) {
    struct records_fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    f->arena = arena_create(NULL);
    f->topics[0] = topic_names;
    f->topics[1] = f->topics[0] + strlen(f->topics[0]) + 1;
    f->topics[2] = f->topics[1] + strlen(f->topics[1]) + 1;
    for (uint32_t node = 0; node < RECORDS_NODES; node++) {
        f->bounds[node] = (struct record_bounds){4, 6, 12};
    }
    memcpy(f->path, "records-XXXXXX", sizeof "records-XXXXXX");
    memcpy(f->export, "export-XXXXXX", sizeof "export-XXXXXX");
    int trace = mkstemp(f->path);
    int export = mkstemp(f->export);
    assert_true(trace >= 0 && export >= 0);
    close(trace);
    close(export);
    *state = f;
    return 0;
}

int records_fixture_teardown(void **state) {
    struct records_fixture *f = *state;
    arena_destroy(f->arena);
    unlink(f->path);
    unlink(f->export);
    free(f);
    return 0;
}

/** A number below a limit, or now and then none. */
static uint32_t draw_below(struct prng *prng, uint32_t limit, uint32_t none) {
    return prng_below(prng, 8) == 0 ? none : prng_below(prng, limit);
}

void records_fixture_draw(struct records_fixture *f, uint32_t count, uint64_t seed) {
    struct prng prng = prng_stream(seed, STREAM_FAULT, 0);
    int64_t at_ns = 0;
    assert_true(count <= RECORDS_MAX);
    f->count = count;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t kind = (uint8_t)(1 + prng_below(&prng, TRACE_KIND_COUNT - 1));
        bool rpc = trace_kind_is_rpc((enum trace_kind)kind);
        at_ns += prng_below(&prng, 300000000);
        f->records[i] = (struct trace_record){
            .at_ns = at_ns,
            .node = prng_below(&prng, RECORDS_NODES),
            .peer = draw_below(&prng, RECORDS_NODES, TRACE_NONE),
            .message = draw_below(&prng, RECORDS_MESSAGES, TRACE_NONE),
            .value = draw_below(&prng, 20, UINT32_MAX),
            .extra = kind == TRACE_DROPPED ? prng_below(&prng, CAUSE_COUNT)
                                           : draw_below(&prng, 3, UINT32_MAX),
            .topic = (uint16_t)draw_below(&prng, RECORDS_TOPICS, TRACE_TOPIC_NONE),
            .kind = kind,
            .reason = (uint8_t)prng_below(&prng, rpc ? TRACE_RPC_COUNT : REASON_COUNT),
        };
    }
}

void records_fixture_write(struct records_fixture *f) {
    struct trace_node nodes[RECORDS_NODES];
    struct trace_message messages[RECORDS_MESSAGES] = {{.origin = 0}};
    for (uint32_t node = 0; node < RECORDS_NODES; node++) {
        nodes[node] = (struct trace_node){.region = TRACE_NONE, .degree = node, .start_ns = node};
    }
    for (uint32_t i = 0; i < RECORDS_MESSAGES; i++) {
        messages[i] = (struct trace_message){.origin = i, .seqno = i + 1};
    }
    struct trace_writer *writer =
        trace_writer_open(f->arena, f->path, TRACE_LEVEL_FULL, &f->failure);
    assert_non_null(writer);
    trace_writer_text(writer, TRACE_SECTION_SCENARIO, "name: a\n", 8);
    trace_writer_text(writer, TRACE_SECTION_TOPICS, topic_names, sizeof topic_names);
    trace_writer_table(writer, TRACE_SECTION_NODES, nodes, RECORDS_NODES);
    for (uint32_t i = 0; i < f->count; i++) {
        trace_writer_record(writer, &f->records[i]);
    }
    trace_writer_table(writer, TRACE_SECTION_MESSAGES, messages, RECORDS_MESSAGES);
    assert_true(trace_writer_close(writer, &f->failure));
}

enum trace_reader_step records_fixture_export(struct records_fixture *f, records_sink open,
                                              const struct record_filter *filter) {
    struct arena *arena = arena_create(NULL);
    struct record_stream *stream = record_stream_open(arena, f->path, &f->failure);
    if (stream == NULL) {
        arena_destroy(arena);
        return TRACE_READER_FAILED;
    }
    FILE *out = fopen(f->export, "w");
    assert_non_null(out);
    struct record_sink_options options = {
        .scene = record_stream_scene(stream), .bounds = f->bounds, .out = out, .path = f->export};
    struct record_sink *sink = open(arena, &options, &f->failure);
    assert_non_null(sink);
    struct record_view view;
    enum trace_reader_step step = record_stream_next(stream, &view, &f->failure);
    while (step == TRACE_READER_SECTION) {
        if (filter == NULL || record_filter_takes(filter, &view.record, view.topic)) {
            record_sink_take(sink, &view);
        }
        step = record_stream_next(stream, &view, &f->failure);
    }
    assert_true(record_sink_end(sink, record_stream_outcome(stream), &f->failure));
    fclose(out);
    record_stream_close(stream);
    arena_destroy(arena);
    return step;
}

char *records_fixture_text(struct records_fixture *f) {
    FILE *file = fopen(f->export, "r");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);
    rewind(file);
    char *text = arena_take(f->arena, MEMORY_TABLES, size + 1);
    assert_int_equal(fread(text, 1, size, file), size);
    fclose(file);
    return text;
}

bool records_equal(const struct trace_record *a, const struct trace_record *b) {
    return a->at_ns == b->at_ns && a->node == b->node && a->peer == b->peer &&
           a->message == b->message && a->value == b->value && a->extra == b->extra &&
           a->topic == b->topic && a->kind == b->kind && a->reason == b->reason;
}
