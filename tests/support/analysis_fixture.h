/**
 * A small run for tests of analysis/, every number of which can be worked out by hand: four nodes
 * in a line, two regions, two topics, three planned messages.
 *
 * Message 0 (topic blocks, node 0, at 1 s) reaches node 1 after 50 ms, node 2 after 120 ms, and
 * node 3 after 1,500 ms as an answer to an IWANT. Message 1 (votes, node 3, at 2 s) is expected at
 * nodes 0 and 1; it reaches node 2, which does not expect it, after 10 ms and node 1 after 30 ms.
 * Message 2 is skipped. A test changes what it is about, then writes.
 */
#ifndef GOSSIM_TESTS_SUPPORT_ANALYSIS_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_ANALYSIS_FIXTURE_H

#include "analysis/run_data.h"
#include "tests/support/unit.h"
#include "trace/file.h"

enum {
    ANALYSIS_FIXTURE_NODES = 4,
    ANALYSIS_FIXTURE_LINKS = 3,
    ANALYSIS_FIXTURE_RECORDS = 8,
    ANALYSIS_FIXTURE_SAMPLES = 4,
    ANALYSIS_FIXTURE_TRAFFIC = 5,
    ANALYSIS_FIXTURE_MESSAGES = 3,
    ANALYSIS_FIXTURE_TEXT_SIZE = 1 << 20,
};

struct analysis_fixture {
    struct arena *arena;
    struct failure failure;
    char folder[32]; // made for the test, in the working folder
    char path[48];   // of the trace, in the folder
    const char *scenario;
    uint32_t node_count;
    struct trace_node nodes[ANALYSIS_FIXTURE_NODES];
    uint32_t link_count;
    struct trace_link links[ANALYSIS_FIXTURE_LINKS];
    uint32_t record_count;
    struct trace_record records[ANALYSIS_FIXTURE_RECORDS];
    uint32_t sample_count;
    struct trace_sample samples[ANALYSIS_FIXTURE_SAMPLES];
    uint32_t traffic_count;
    struct trace_traffic traffic[ANALYSIS_FIXTURE_TRAFFIC];
    struct trace_message messages[ANALYSIS_FIXTURE_MESSAGES];
    struct run_data run; // after analysis_fixture_read()
};

/** Setup and teardown of a test; the state is a struct analysis_fixture. */
int analysis_fixture_begin(void **state);
int analysis_fixture_end(void **state);

/** Writes the trace as the fixture stands. */
void analysis_fixture_write(struct analysis_fixture *f);

/** Cuts the written trace off where the first section of a kind begins. */
void analysis_fixture_cut(struct analysis_fixture *f, enum trace_section kind);

/** Writes the trace and reads it, which must succeed. */
void analysis_fixture_read(struct analysis_fixture *f);

/** The text of a file of the folder; valid until the next call. */
const char *analysis_fixture_text(const struct analysis_fixture *f, const char *name);

#endif
