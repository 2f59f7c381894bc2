/**
 * Hand-written traces for tests of `why`: four nodes, of which 0 publishes message 0, and what is
 * answered about them.
 *
 *     0 ─── 2 ─── 3        links 0-1, 0-2, 1-2, 2-3; all are up and subscribed from the start
 *     └─ 1 ─┘
 */
#ifndef GOSSIM_TESTS_SUPPORT_WHY_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_WHY_FIXTURE_H

#include "tests/support/unit.h"

#include "analysis/why.h"
#include "trace/writer.h"

enum { WHY_TEST_NODES = 4, WHY_TEST_RECORDS_MAX = 20 };

#define WHY_TEST_MS INT64_C(1000000)

/** One test with a fixture of its own. */
#define WHY_TEST(test)                                                                             \
    cmocka_unit_test_setup_teardown(test, why_fixture_setup, why_fixture_teardown)

/** A trace, a question and what the routers are like. */
struct why_case {
    const char *name;
    uint32_t node;       // asked about; message 0
    uint32_t message;    // another one
    bool in_mesh;        // 0 and 1 have 2 in their meshes from the start
    bool deliveries;     // the level of the trace
    bool no_messages;    // the trace tells of none
    uint32_t habits;     // of all routers, a bit each
    bool mute;           // no router sends IHAVE
    int64_t duration_ns; // of the run; 0: unknown
    int64_t virtual_ns;  // the trace says that the run ended then; 0: it does not say
    int64_t gossip_ns;   // for so long IHAVE names a message; 0: unknown
    uint32_t told_all_below;
    bool validates;                                    // the topic
    struct trace_record records[WHY_TEST_RECORDS_MAX]; // the first of kind 0 ends them

    enum why_reason reason;
    enum why_fate fate;
    enum why_silence silence;
    uint32_t quirk; // 1 + habit to blame, or 0
    enum why_what obstacle;
    uint32_t mesh_quirk; // likewise, for that
    uint32_t role;       // 1 + role to blame, or 0
    uint32_t culprit;
};

struct why_fixture {
    struct arena *arena;
    char path[24];
    struct why_question question;
    struct why_rules rules;
    struct why_setting setting;
    bool validates[1];
    struct why_answer answer;
    struct failure failure;
};

int why_fixture_setup(void **state);
int why_fixture_teardown(void **state);

/** Writes the trace and has the question answered; false after a failure. */
bool why_fixture_ask(struct why_fixture *f, const struct why_case *row);

/** Fails unless the answer to each row is what the row says. */
void why_fixture_check(struct why_fixture *f, const struct why_case *rows, size_t count);

/** Fails unless there is a row for each reason from one to another. */
void why_cases_cover(const struct why_case *rows, size_t count, enum why_reason first,
                     enum why_reason last);

#endif
