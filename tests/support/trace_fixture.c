#include "tests/support/trace_fixture.h"

#include "base/hash.h"
#include "base/prng.h"
#include "trace/section.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

const char trace_fixture_scenario[] = "name: small\nseed: 1\n";
const char trace_fixture_topics[] = "blocks\0votes";
const char trace_fixture_regions[] = "north\0south";

const struct trace_node trace_fixture_nodes[TRACE_FIXTURE_NODES] = {
    {.region = 0, .degree = 2, .start_ns = 0},
    {.region = 1, .degree = 1, .start_ns = 5000000},
    {.region = TRACE_NONE, .degree = 1, .start_ns = INT64_MAX},
};
const struct trace_link trace_fixture_links[] = {
    {.a = 0, .b = 1, .delay_ns = 1000},
    {.a = 0, .b = 2, .delay_ns = INT64_C(0x0102030405060708)},
};
const struct trace_sample trace_fixture_samples[] = {
    {.at_ns = 1000000000,
     .topic = 1,
     .nodes = 3,
     .degree_min = 1,
     .degree_max = 2,
     .degree_sum = 4,
     .one_sided_links = 7,
     .gauge_mesh_sum = 5,
     .gauge_fanout_sum = 6,
     .gauge_subscribers_sum = INT64_C(0x0102030405060708)},
};
const struct trace_traffic trace_fixture_traffic[] = {
    {.at_ns = 1000000000,
     .rpcs_sent = {1, 2, 3, 4, 5, 6},
     .bytes_sent = {10, 20, 30, 40, 50, 60},
     .payload_bytes_sent = 15,
     .deliveries = 2,
     .duplicates = 1,
     .packets_lost = UINT64_MAX},
};
const struct trace_message trace_fixture_messages[] = {
    {.published_at_ns = 7,
     .origin = 0,
     .topic = 1,
     .size_bytes = 1024,
     .expected = 2,
     .deliveries = 2},
    {.published_at_ns = 9, .origin = TRACE_NONE, .topic = 0, .size_bytes = 1},
};
const struct trace_summary trace_fixture_summary = {.seed = 1,
                                                    .digest_high = 2,
                                                    .digest_low = 3,
                                                    .virtual_ns = 4,
                                                    .nodes = 3,
                                                    .links = 2,
                                                    .records = 5};

int trace_fixture_begin(void **state) {
    struct trace_fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return 1;
    }
    f->arena = arena_create(NULL);
    memcpy(f->path, "trace-file-XXXXXX", sizeof "trace-file-XXXXXX");
    int descriptor = mkstemp(f->path);
    *state = f;
    return descriptor < 0 ? 1 : close(descriptor);
}

int trace_fixture_end(void **state) {
    struct trace_fixture *f = *state;
    unlink(f->path);
    arena_destroy(f->arena);
    free(f);
    return 0;
}

struct trace_record trace_fixture_record(uint32_t index) {
    return (struct trace_record){.at_ns = index * INT64_C(1000),
                                 .node = index % TRACE_FIXTURE_NODES,
                                 .peer = index % 2 == 0 ? TRACE_NONE : 1,
                                 .message = index % 2,
                                 .value = (uint32_t)prng_keyed(1, STREAM_PAYLOAD, index, 0, 0),
                                 .extra = (uint32_t)prng_keyed(1, STREAM_PAYLOAD, index, 1, 0),
                                 .topic = index % 3 == 2 ? TRACE_TOPIC_NONE : index % 2,
                                 .kind = (uint8_t)(1 + index % (TRACE_KIND_COUNT - 1)),
                                 .reason = (uint8_t)(index % TRACE_RPC_COUNT)};
}

struct trace_writer *trace_fixture_open(struct trace_fixture *f, const char *path) {
    struct trace_writer *writer =
        trace_writer_open(f->arena, path, TRACE_LEVEL_DELIVERIES, &f->failure);
    assert_non_null(writer);
    trace_writer_text(writer, TRACE_SECTION_SCENARIO, trace_fixture_scenario,
                      strlen(trace_fixture_scenario));
    trace_writer_text(writer, TRACE_SECTION_TOPICS, trace_fixture_topics,
                      sizeof trace_fixture_topics);
    trace_writer_text(writer, TRACE_SECTION_REGIONS, trace_fixture_regions,
                      sizeof trace_fixture_regions);
    trace_writer_table(writer, TRACE_SECTION_NODES, trace_fixture_nodes, TRACE_FIXTURE_NODES);
    trace_writer_table(writer, TRACE_SECTION_LINKS, trace_fixture_links,
                       COUNT_OF(trace_fixture_links));
    return writer;
}

void trace_fixture_write_records(struct trace_writer *writer, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        struct trace_record record = trace_fixture_record(i);
        trace_writer_record(writer, &record);
    }
}

void trace_fixture_write(struct trace_fixture *f, uint32_t count) {
    struct trace_writer *writer = trace_fixture_open(f, f->path);
    trace_fixture_write_records(writer, count);
    trace_writer_table(writer, TRACE_SECTION_SAMPLES, trace_fixture_samples,
                       COUNT_OF(trace_fixture_samples));
    trace_writer_table(writer, TRACE_SECTION_TRAFFIC, trace_fixture_traffic,
                       COUNT_OF(trace_fixture_traffic));
    trace_writer_table(writer, TRACE_SECTION_MESSAGES, trace_fixture_messages,
                       COUNT_OF(trace_fixture_messages));
    trace_writer_table(writer, TRACE_SECTION_SUMMARY, &trace_fixture_summary, 1);
    bool closed = trace_writer_close(writer, &f->failure);
    assert_true(closed);
}

void trace_fixture_put_file(struct trace_fixture *f, const void *bytes, size_t size) {
    FILE *file = fopen(f->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

void trace_fixture_load_file(struct trace_fixture *f) {
    FILE *file = fopen(f->path, "rb");
    assert_non_null(file);
    f->size = fread(f->bytes, 1, sizeof f->bytes, file);
    assert_true(f->size < sizeof f->bytes);
    assert_int_equal(fclose(file), 0);
}

void trace_fixture_load_content(struct trace_fixture *f) {
    static unsigned char content[TRACE_FIXTURE_BYTES_MAX];
    trace_fixture_write(f, TRACE_FIXTURE_RECORDS);
    trace_fixture_load_file(f);
    size_t size = ZSTD_decompress(content, sizeof content, f->bytes, f->size);
    assert_false(ZSTD_isError(size));
    memcpy(f->bytes, content, size);
    f->size = size;
}

void trace_fixture_put_content(struct trace_fixture *f) {
    static unsigned char file[2 * TRACE_FIXTURE_BYTES_MAX];
    size_t size = ZSTD_compress(file, sizeof file, f->bytes, f->size, 1);
    assert_false(ZSTD_isError(size));
    trace_fixture_put_file(f, file, size);
}

enum trace_reader_step trace_fixture_read(struct trace_fixture *f, uint32_t *sections) {
    *sections = 0;
    f->content_hash = 0;
    memset(&f->failure, 0, sizeof f->failure);
    struct arena *arena = arena_create(NULL);
    struct trace_reader *reader = trace_reader_open(arena, f->path, &f->failure);
    enum trace_reader_step step = TRACE_READER_FAILED;
    if (reader != NULL) {
        struct trace_section_view view;
        step = trace_reader_next(reader, &view, &f->failure);
        while (step == TRACE_READER_SECTION) {
            *sections += 1;
            size_t size = view.count * section_layout(view.kind)->row_bytes;
            f->content_hash = hash_bytes(view.rows, size, f->content_hash + view.kind);
            step = trace_reader_next(reader, &view, &f->failure);
        }
        // Whatever it was, it stays so.
        assert_int_equal(trace_reader_next(reader, &view, &f->failure), step);
    }
    trace_reader_close(reader);
    arena_destroy(arena);
    return step;
}
