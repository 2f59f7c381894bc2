#include "scenarios/foresight.h"
#include "scenarios/run.h"
#include "tests/support/scenario_fixture.h"

#include <string.h>

#define RING "nodes: {count: 20, start: 0s}\ntopology: {kind: ring}\n"

struct row {
    const char *name;
    const char *text;
    uint32_t line;
    uint32_t column;
    const char *words;
};

/** What making the network finds to be wrong with the text. */
static const struct row wrong[] = {
    {"a link that is not there",
     RING "events:\n  - {at: 1s, connect: {between: [3, 4]}}\n"
          "  - {at: 1s, connect: {between: [0, 5]}}\n",
     5, 23, "events.1.connect: no link between such nodes"},
    {"no link of a node without any",
     "nodes: {count: 3}\ntopology: {kind: edges, edges: [[0, 1]]}\n"
     "events: [{at: 1s, connect: {of: {degree: {max: 0}}}}]\n",
     3, 28, "events.0.connect"},
    {"no link of those who subscribe",
     RING
     "topics: [{name: t, subscribers: [1, 7]}]\npublish: []\n"
     "events: [{at: 1s, connect: {groups: [{subscribed: t}, {of: {subscribed: t}, count: 1}]}}]",
     5, 28, "events.0.connect"},
    {"an RPC to a stranger", RING "events: [{at: 1s, inject: {from: 0, to: 2, rpc: 0a}}]\n", 3, 27,
     "events.0.inject: nodes 0 and 2 are not linked"},
    {"an RPC too late to a stranger",
     RING "duration: 5s\nevents: [{at: 9s, inject: {from: 0, to: 2, rpc: 0a}}]\n", 4, 27,
     "events.0.inject"},
    {"a series without end",
     RING "duration: 20000s\npublish:\n  - {every: 2ms, until: 19900s}\n  - {until: 20000s}\n"
          "  - {every: {exponential: {mean: 2ms}}, until: 20000s}\n",
     7, 5, "publish.2: more than 10000000 messages in all"},
    {"numbers beyond all",
     RING "publish: [{start: 0s, every: 1ns, publishers: 10, burst: {count: 10000000, gap: 1h}, "
          "until: 50s}]\n",
     3, 11, "publish.0: more than 4294967295 messages"},
    {"too many deliveries",
     "nodes: {count: 100000, start: 0s}\ntopology: {kind: ring}\nduration: 60s\n"
     "publish:\n  - {from: 0, every: 1ms, count: 30000}\n",
     5, 3, "publish: 2999970000 deliveries in all"},
    {"too many faults",
     RING "duration: 1000s\nevents: [{every: 1ms, crash: {nodes: all}}, {every: 1ms, pause: "
          "{nodes: all}},"
          " {every: 1ms, crash: {nodes: all}}]\n",
     4, 100, "events.2: faults happen more than 50000000 times"},
    {"too many faults of some",
     RING "duration: 1000s\nevents: [{every: 1ms, crash: {nodes: [0..17]}},"
          " {every: 1ms, crash: {nodes: 90%}}, {every: 1ms, pause: {nodes: [1..18]}}]\n",
     4, 104, "events.2: faults happen more than 50000000 times"},
    {"too much churn",
     "nodes: {count: 1000}\nduration: 100s\npublish: []\n"
     "churn: [{nodes: 0, up: 1s, down: 1s}, {up: 1ms, down: 1ms}]\n",
     4, 39, "churn.1: nodes go down more than 10000000 times"},
    {"too many links",
     "nodes: {count: 16777216}\ntopology: {kind: erdos-renyi, probability: 50%}\n", 2, 11,
     "topology: more than 2147483647 links"},
};

static void given_what_building_finds_when_foreseen_then_so_is_the_place(void **state) {
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        struct failure failure;

        bool right = foresight_check(fixture_load(*state, wrong[i].text), &failure);

        if (right || strstr(failure.message, wrong[i].words) == NULL ||
            failure.line != wrong[i].line || failure.column != wrong[i].column) {
            print_error("%s: %u:%u: %s\n", wrong[i].name, failure.line, failure.column,
                        right ? "nothing is wrong" : failure.message);
        }
        assert_false(right);
        assert_non_null(strstr(failure.message, wrong[i].words));
        assert_string_equal(failure.file, FIXTURE_PATH);
        assert_int_equal(failure.line, wrong[i].line);
        assert_int_equal(failure.column, wrong[i].column);
        assert_int_equal(failure.kind, FAILURE_BAD_INPUT);
    }
}

static void given_what_is_foreseen_when_built_then_it_fails_alike(void **state) {
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(wrong); i++) {
        const struct scenario *scenario = fixture_load(f, wrong[i].text);
        struct run_options options = {0};
        struct failure foreseen;
        struct failure built;
        assert_false(foresight_check(scenario, &foreseen));

        // What takes gigabytes to be refused is left out.
        if (strstr(wrong[i].words, "faults happen") != NULL) {
            continue;
        }
        assert_null(run_build(f->arena, scenario, &options, &built));

        assert_string_equal(foreseen.message, built.message);
        assert_string_equal(foreseen.file, built.file);
        assert_int_equal(foreseen.line, built.line);
        assert_int_equal(foreseen.column, built.column);
    }
}

static void given_what_is_right_or_large_when_foreseen_then_nothing_is_said(void **state) {
    static const char *const texts[] = {
        RING,
        RING "events: [{at: 1s, connect: {between: [0, 19]}}]\n",
        RING "events: [{at: 1s, connect: {between: [0, 5], share: 50%}}]\n",
        RING "events: [{at: 1s, inject: {from: 0, to: 19, rpc: 0a}}]\n",
        RING "churn: [{up: 10s, down: 10s}]\n",
        "nodes: {count: 16777216}\n",
        // What is left to the run.
        "nodes: {count: 16777216}\nevents: [{at: 1s, inject: {from: 0, to: 0, rpc: 0a}}]\n",
        "nodes: {count: 1000000}\ntopology: {kind: ring}\n"
        "events: [{at: 1s, connect: {between: [0, 5]}}]\n",
        RING "duration: 1000s\nevents: [{every: 1ms, crash: {nodes: {subscribed: blocks}}},"
             " {every: 1ms, connect: {between: [0, 5]}}]\n",
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct failure failure = {.message = ""};

        bool right = foresight_check(fixture_load(*state, texts[i]), &failure);

        assert_string_equal(failure.message, "");
        assert_true(right);
    }
}

static void given_an_override_when_it_is_at_fault_then_it_is_named(void **state) {
    struct scenario_fixture *f = *state;
    const char text[] = RING "events: [{at: 1s, connect: {between: [0, 1]}}]\n";
    struct scenario_override override = {.path = "events.0.connect.between", .value = "[0, 5]"};
    struct scenario_override whole = {.path = "events", .value = "[{at: 1s, connect: {of: none}}]"};
    const struct {
        struct scenario_override override;
        const char *file;
        uint32_t line;
    } rows[] = {{override, FIXTURE_PATH, 3}, {whole, "--set events", 0}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario_source source = {
            .path = FIXTURE_PATH, .overrides = &rows[i].override, .override_count = 1};
        struct failure failure;
        const struct scenario *scenario =
            scenario_load_text(f->arena, &source, text, strlen(text), &f->failures);

        assert_false(foresight_check(scenario, &failure));

        assert_string_equal(failure.file, rows[i].file);
        assert_int_equal(failure.line, rows[i].line);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_what_building_finds_when_foreseen_then_so_is_the_place),
        FIXTURE_TEST(given_what_is_foreseen_when_built_then_it_fails_alike),
        FIXTURE_TEST(given_what_is_right_or_large_when_foreseen_then_nothing_is_said),
        FIXTURE_TEST(given_an_override_when_it_is_at_fault_then_it_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
