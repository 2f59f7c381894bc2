/**
 * A whole run for a model test: scenario text in, figures and the full trace out.
 *
 * The text is a scenario file; what a test does not say has the loader's defaults. A scenario that
 * does not load, or a run that fails, fails the test with the message. Everything lives in the
 * fixture's arena.
 */
#ifndef GOSSIM_TESTS_SUPPORT_RUN_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_RUN_FIXTURE_H

#include "base/arena.h"
#include "scenarios/run.h"
#include "trace/file.h"

#include <stdint.h>

struct run_fixture {
    struct arena *arena;
    const struct scenario *scenario;
    struct run_result result;
    struct trace_record *records; // [record_count] in the order they were made
    uint64_t record_count;
    struct trace_node *nodes;       // [result.nodes]
    struct trace_message *messages; // [message_count]
    uint64_t message_count;
    struct trace_sample *samples; // [sample_count]
    uint64_t sample_count;
};

struct run_fixture_options {
    const char *text; // the scenario
    uint64_t seed;    // 0: the text's
    enum run_wire wire;
};

/** Loads, runs with a full trace, and reads it back. */
struct run_fixture run_fixture_of(struct run_fixture_options options);

void run_fixture_end(struct run_fixture *run);

/** Records of a kind; of one message unless it is TRACE_NONE. */
uint64_t run_fixture_count(const struct run_fixture *run, enum trace_kind kind, uint32_t message);

/** The record of a node's first hand-over of a message, or NULL. */
const struct trace_record *run_fixture_delivery(const struct run_fixture *run, uint32_t message,
                                                uint32_t node);

#endif
