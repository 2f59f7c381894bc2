#include "tests/support/analysis_fixture.h"

#include "base/quantity.h"
#include "trace/section.h"
#include "trace/writer.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#define MS(count) ((count)*NS_PER_MS)

static const char topics[] = "blocks\0votes";
static const char regions[] = "europe\0na_east";
static const struct trace_summary summary = {
    .seed = 7,
    .digest_high = UINT64_C(0x0123456789abcdef),
    .digest_low = UINT64_C(0xfedcba9876543210),
    .virtual_ns = INT64_C(3000000000),
    .nodes = ANALYSIS_FIXTURE_NODES,
    .links = ANALYSIS_FIXTURE_LINKS,
    .records = ANALYSIS_FIXTURE_RECORDS,
};

static void fill_network(struct analysis_fixture *f) {
    f->node_count = ANALYSIS_FIXTURE_NODES;
    f->link_count = ANALYSIS_FIXTURE_LINKS;
    for (uint32_t i = 0; i < ANALYSIS_FIXTURE_NODES; i++) {
        bool end = i == 0 || i == ANALYSIS_FIXTURE_NODES - 1;
        f->nodes[i] = (struct trace_node){
            .region = i / 2, .degree = end ? 1 : 2, .start_ns = MS((int64_t)i * 10)};
    }
    for (uint32_t i = 0; i < ANALYSIS_FIXTURE_LINKS; i++) {
        f->links[i] = (struct trace_link){.a = i, .b = i + 1, .delay_ns = MS(50)};
    }
}

static void fill_records(struct analysis_fixture *f) {
    const struct trace_record records[] = {
        {.at_ns = 0, .node = 0, .peer = TRACE_NONE, .kind = TRACE_NODE_START},
        {.at_ns = MS(1000), .peer = TRACE_NONE, .value = 100, .extra = 3, .kind = TRACE_PUBLISH},
        {.at_ns = MS(1050), .node = 1, .value = 1, .extra = 1, .reason = REASON_PUSHED},
        {.at_ns = MS(1120), .node = 2, .peer = 1, .value = 2, .extra = 1, .reason = REASON_PUSHED},
        {.at_ns = MS(2000), .node = 3, .peer = TRACE_NONE, .message = 1, .value = 200, .extra = 2},
        {.at_ns = MS(2010), .node = 2, .peer = 3, .message = 1, .value = 1},
        {.at_ns = MS(2030), .node = 1, .peer = 2, .message = 1, .value = 2, .extra = 1},
        {.at_ns = MS(2500),
         .node = 3,
         .peer = 2,
         .value = 3,
         .extra = 1,
         .reason = REASON_REQUESTED},
    };
    f->record_count = ANALYSIS_FIXTURE_RECORDS;
    memcpy(f->records, records, sizeof records);
    f->records[4].kind = TRACE_PUBLISH;
    for (uint32_t i = 0; i < ANALYSIS_FIXTURE_RECORDS; i++) {
        f->records[i].topic = f->records[i].message == 1 ? 1 : 0;
        f->records[i].kind = f->records[i].kind == 0 ? TRACE_DELIVER : f->records[i].kind;
    }
}

static void fill_series(struct analysis_fixture *f) {
    const struct trace_sample samples[] = {
        {.at_ns = MS(1000),
         .topic = 0,
         .nodes = 4,
         .degree_min = 1,
         .degree_max = 3,
         .degree_sum = 9,
         .one_sided_links = 2,
         .gauge_mesh_sum = 8,
         .gauge_fanout_sum = 2,
         .gauge_subscribers_sum = 15},
        {.at_ns = MS(1000),
         .topic = 1,
         .nodes = 3,
         .degree_min = 2,
         .degree_max = 2,
         .degree_sum = 6},
        {.at_ns = MS(2000),
         .topic = 0,
         .nodes = 4,
         .degree_min = 2,
         .degree_max = 3,
         .degree_sum = 10},
        {.at_ns = MS(2000), .topic = 1, .gauge_mesh_sum = 1},
    };
    const struct trace_traffic traffic[] = {
        {.at_ns = 0, .rpcs_sent = {2}, .bytes_sent = {20}},
        {.at_ns = MS(1000), .rpcs_sent = {6}, .bytes_sent = {60}},
        {.at_ns = MS(2000),
         .rpcs_sent = {6, 5, 3, 0, 2, 1},
         .bytes_sent = {60, 650, 30, 0, 20, 10},
         .payload_bytes_sent = 500,
         .deliveries = 2,
         .duplicates = 2,
         .packets_lost = 1},
        {.at_ns = MS(3000),
         .rpcs_sent = {6, 8, 3, 1, 2, 1},
         .bytes_sent = {60, 1040, 30, 9, 20, 10},
         .payload_bytes_sent = 800,
         .deliveries = 3,
         .duplicates = 3,
         .packets_lost = 1},
        {.at_ns = MS(3000),
         .rpcs_sent = {6, 8, 3, 2, 2, 1},
         .bytes_sent = {60, 1040, 30, 18, 20, 10},
         .payload_bytes_sent = 800,
         .deliveries = 4,
         .duplicates = 3,
         .packets_lost = 1},
    };
    f->sample_count = ANALYSIS_FIXTURE_SAMPLES;
    f->traffic_count = ANALYSIS_FIXTURE_TRAFFIC;
    memcpy(f->samples, samples, sizeof samples);
    memcpy(f->traffic, traffic, sizeof traffic);
}

static void fill_messages(struct analysis_fixture *f) {
    const struct trace_message messages[] = {
        {.published_at_ns = MS(1000),
         .origin = 0,
         .topic = 0,
         .size_bytes = 100,
         .expected = 3,
         .deliveries = 3,
         .duplicates = 2,
         .seqno = 0xa1},
        {.published_at_ns = MS(2000),
         .origin = 3,
         .topic = 1,
         .size_bytes = 200,
         .expected = 2,
         .deliveries = 1,
         .duplicates = 1,
         .seqno = UINT64_C(0xffeeddccbbaa9988)},
        {.published_at_ns = MS(3000), .origin = TRACE_NONE, .topic = 0, .size_bytes = 100},
    };
    memcpy(f->messages, messages, sizeof messages);
}

int analysis_fixture_begin(void **state) {
    struct analysis_fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return 1;
    }
    *state = f;
    f->arena = arena_create(NULL);
    snprintf(f->folder, sizeof f->folder, "analysis-XXXXXX");
    if (mkdtemp(f->folder) == NULL) {
        return 1;
    }
    snprintf(f->path, sizeof f->path, "%s/trace", f->folder);
    f->scenario = "name: small\nseed: 7\nrouter:\n  profile: gossipsub-v1.0\n  D: 6\n  Dlo: 4\n"
                  "  Dhi: 12\nnodes:\n  count: 4\n";
    fill_network(f);
    fill_records(f);
    fill_series(f);
    fill_messages(f);
    return 0;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk) {
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

int analysis_fixture_end(void **state) {
    struct analysis_fixture *f = *state;
    int removed = nftw(f->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    arena_destroy(f->arena);
    free(f);
    return removed;
}

void analysis_fixture_write(struct analysis_fixture *f) {
    struct trace_writer *writer =
        trace_writer_open(f->arena, f->path, TRACE_LEVEL_DELIVERIES, &f->failure);
    assert_non_null(writer);
    trace_writer_text(writer, TRACE_SECTION_SCENARIO, f->scenario, strlen(f->scenario));
    trace_writer_text(writer, TRACE_SECTION_TOPICS, topics, sizeof topics);
    trace_writer_text(writer, TRACE_SECTION_REGIONS, regions, sizeof regions);
    trace_writer_table(writer, TRACE_SECTION_NODES, f->nodes, f->node_count);
    trace_writer_table(writer, TRACE_SECTION_LINKS, f->links, f->link_count);
    for (uint32_t i = 0; i < f->record_count; i++) {
        trace_writer_record(writer, &f->records[i]);
    }
    trace_writer_table(writer, TRACE_SECTION_SAMPLES, f->samples, f->sample_count);
    trace_writer_table(writer, TRACE_SECTION_TRAFFIC, f->traffic, f->traffic_count);
    trace_writer_table(writer, TRACE_SECTION_MESSAGES, f->messages, ANALYSIS_FIXTURE_MESSAGES);
    trace_writer_table(writer, TRACE_SECTION_SUMMARY, &summary, 1);
    bool closed = trace_writer_close(writer, &f->failure);
    assert_true(closed);
}

/** Where the first section of a kind begins in the content of a trace. */
static size_t find_section(const unsigned char *content, size_t size, enum trace_section kind) {
    size_t place = sizeof TRACE_FILE_MAGIC + 3;
    while (place + SECTION_HEADER_BYTES <= size) {
        struct section_header header = section_header_read(content + place);
        if (header.kind == (uint32_t)kind) {
            return place;
        }
        place += SECTION_HEADER_BYTES + header.bytes;
    }
    fail_msg("the trace has no section of kind %d", (int)kind);
    return 0;
}

void analysis_fixture_cut(struct analysis_fixture *f, enum trace_section kind) {
    static unsigned char bytes[ANALYSIS_FIXTURE_TEXT_SIZE];
    static unsigned char content[ANALYSIS_FIXTURE_TEXT_SIZE];
    FILE *file = fopen(f->path, "rb");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    size = ZSTD_decompress(content, sizeof content, bytes, size);
    assert_false(ZSTD_isError(size));
    size = ZSTD_compress(bytes, sizeof bytes, content, find_section(content, size, kind), 1);
    assert_false(ZSTD_isError(size));
    file = fopen(f->path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

void analysis_fixture_read(struct analysis_fixture *f) {
    analysis_fixture_write(f);
    bool read = run_data_read(&f->run, f->arena, f->path, &f->failure);
    if (!read) {
        fail_msg("%s", f->failure.message);
    }
}

const char *analysis_fixture_text(const struct analysis_fixture *f, const char *name) {
    static char text[ANALYSIS_FIXTURE_TEXT_SIZE];
    char path[128];
    snprintf(path, sizeof path, "%s/%s", f->folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is not there", path);
    }
    size_t size = fread(text, 1, sizeof text - 1, file);
    text[size] = '\0';
    assert_int_equal(fclose(file), 0);
    return text;
}
