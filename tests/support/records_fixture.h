/**
 * Traces of records made up at random, of every kind, and what exports make of them: for tests of
 * the records of a trace.
 */
#ifndef GOSSIM_TESTS_SUPPORT_RECORDS_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_RECORDS_FIXTURE_H

#include "tests/support/unit.h"

#include "analysis/record_filter.h"
#include "analysis/record_sink.h"
#include "trace/writer.h"

#include <stdbool.h>

enum { RECORDS_NODES = 12, RECORDS_MESSAGES = 9, RECORDS_TOPICS = 3, RECORDS_MAX = 4000 };

/** One test with a fixture of its own. */
#define RECORDS_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, records_fixture_setup, records_fixture_teardown)

struct records_fixture {
    struct arena *arena;
    char path[32];   // of the trace
    char export[32]; // of what is made of it
    struct trace_record records[RECORDS_MAX];
    uint32_t count;
    const char *topics[RECORDS_TOPICS];
    struct record_bounds bounds[RECORDS_NODES];
    struct failure failure;
};

int records_fixture_setup(void **state);
int records_fixture_teardown(void **state);

/** Makes up so many records, in the order of time, that a run might have made. */
void records_fixture_draw(struct records_fixture *f, uint32_t count, uint64_t seed);

/** Writes the records as a trace of level `full`. */
void records_fixture_write(struct records_fixture *f);

typedef struct record_sink *(*records_sink)(struct arena *arena,
                                            const struct record_sink_options *options,
                                            struct failure *failure);

/** Writes what the filter lets through to the export, and tells how the trace ended. */
enum trace_reader_step records_fixture_export(struct records_fixture *f, records_sink open,
                                              const struct record_filter *filter);

/** The content of the export, with a NUL behind it. */
char *records_fixture_text(struct records_fixture *f);

/** Whether two records are the same, field by field. */
bool records_equal(const struct trace_record *a, const struct trace_record *b);

#endif
