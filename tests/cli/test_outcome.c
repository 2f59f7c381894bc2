// Runs in processes of their own: how each ended, whatever it did, and that the others went on.
#include "base/check.h"
#include "cli/outcome.h"
#include "tests/support/scenario_fixture.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RUNS_MAX = 200 };

static const char world[] = "duration: 4s\n"
                            "nodes: {count: 6, start: 0s}\n"
                            "topology: ring\n"
                            "publish: [{from: 0, start: 2s}]\n";

/** What a job does in place of an ordinary run. */
enum mischief { NONE, ABORTS, CHECKS, LOOPS, EATS, REFUSES };

struct plot {
    const struct scenario *scenario;
    enum mischief (*mischief)(uint64_t job);
    uint64_t count; // of jobs
    uint64_t next;
    uint64_t enough_after; // outcomes; 0: all
    uint64_t finished;
    uint64_t parent;
    struct outcome outcomes[RUNS_MAX];
    uint32_t times[RUNS_MAX]; // how often each was finished
};

static void do_mischief(enum mischief mischief, struct arena *arena) {
    // For compilers that know an endless loop when they see one.
    volatile bool loops = mischief == LOOPS;
    volatile bool eats = mischief == EATS;
    if (mischief == ABORTS) {
        raise(SIGTRAP);
    }
    if (mischief == CHECKS) {
        check_failed("pigs fly", "sty.c", 7);
    }
    while (loops) {
    }
    while (eats) {
        arena_take(arena, MEMORY_TABLES, 1 << 20);
    }
}

static const struct scenario *scenario_of(void *context, struct arena *arena, uint64_t job,
                                          struct failure *failure) {
    const struct plot *plot = context;
    enum mischief mischief = plot->mischief(job);
    if (mischief == REFUSES) {
        failure_bad_input(failure, "no such world");
        return NULL;
    }
    do_mischief(mischief, arena);
    return scenario_at_seed(arena, plot->scenario, job);
}

static bool next(void *context, uint64_t *job) {
    struct plot *plot = context;
    *job = plot->next;
    return plot->next < plot->count && plot->next++ < plot->count;
}

static enum outcome_verdict finished(void *context, uint64_t job, const struct outcome *outcome,
                                     struct failure *failure) {
    struct plot *plot = context;
    (void)failure;
    plot->outcomes[job] = *outcome;
    plot->times[job]++;
    plot->finished++;
    return plot->finished == plot->enough_after ? OUTCOME_ENOUGH : OUTCOME_GO_ON;
}

static struct outcome_runs runs_of(struct plot *plot, uint32_t parallel) {
    return (struct outcome_runs){
        .parallel = parallel,
        .limits = {.cpu_s = 0.2, .bytes = 64 << 20},
        .scenario = scenario_of,
        .next = next,
        .finished = finished,
        .context = plot,
    };
}

static struct plot *plot_of(struct scenario_fixture *fixture, const char *expectations,
                            enum mischief (*mischief)(uint64_t job)) {
    char text[1024];
    snprintf(text, sizeof text, "%s%s", world, expectations);
    struct plot *plot = calloc(1, sizeof *plot);
    assert_non_null(plot);
    plot->scenario = fixture_load(fixture, text);
    plot->mischief = mischief;
    return plot;
}

static void do_all(const struct outcome_runs *runs) {
    struct failure failure = {.message = ""};
    if (!outcome_run_many(runs, &failure)) {
        fail_msg("%s", failure.message);
    }
}

static enum mischief none(uint64_t job) {
    (void)job;
    return NONE;
}

static enum mischief by_number(uint64_t job) {
    return job % 7 == 3 ? (enum mischief)(1 + job / 7 % 5) : NONE;
}

static void given_runs_that_misbehave_when_done_then_each_is_told_and_others_go_on(void **state) {
    static const enum outcome_kind wanted[] = {
        [NONE] = OUTCOME_MET,   [ABORTS] = OUTCOME_CRASH, [CHECKS] = OUTCOME_CRASH,
        [LOOPS] = OUTCOME_TIME, [EATS] = OUTCOME_MEMORY,  [REFUSES] = OUTCOME_REFUSED,
    };
    static const struct {
        uint32_t parallel;
        bool fresh;
    } rows[] = {{1, false}, {3, false}, {3, true}};
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct plot *plot = plot_of(*state, "", by_number);
        plot->count = 40;
        struct outcome_runs runs = runs_of(plot, rows[row].parallel);
        runs.fresh = rows[row].fresh;

        do_all(&runs);

        for (uint64_t job = 0; job < plot->count; job++) {
            assert_int_equal(plot->times[job], 1);
            assert_int_equal(plot->outcomes[job].kind, wanted[by_number(job)]);
        }
        free(plot);
    }
}

static void given_a_check_that_fails_when_done_then_it_is_named_and_is_the_key(void **state) {
    struct plot *plot = plot_of(*state, "", by_number);
    plot->count = 80;
    struct outcome_runs runs = runs_of(plot, 2);

    do_all(&runs);

    const struct outcome *check = &plot->outcomes[10];
    const struct outcome *again = &plot->outcomes[45];
    const struct outcome *trap = &plot->outcomes[3];
    assert_string_equal(check->text, "sty.c:7: check failed: pigs fly");
    assert_int_equal(check->signal, SIGABRT);
    assert_int_equal(trap->signal, SIGTRAP);
    struct outcome_key key = outcome_key_of(check);
    assert_true(outcome_has_key(again, &key));
    assert_false(outcome_has_key(trap, &key));
    free(plot);
}

static void given_a_run_when_done_apart_then_digest_is_that_of_a_loaded_seed(void **state) {
    struct plot *plot = plot_of(*state, "", none);
    plot->count = 5;
    struct outcome_runs runs = runs_of(plot, 2);

    do_all(&runs);

    for (uint64_t seed = 0; seed < plot->count; seed++) {
        char value[24];
        snprintf(value, sizeof value, "%llu", (unsigned long long)seed);
        const struct scenario *loaded =
            fixture_read_with(*state, world, sizeof world - 1, "seed", value);
        struct outcome single;
        struct failure failure;
        assert_true(outcome_run(loaded, &(struct outcome_limits){0}, &single, &failure));
        assert_true(single.digest.high == plot->outcomes[seed].digest.high);
        assert_true(single.digest.low == plot->outcomes[seed].digest.low);
        assert_int_equal(single.events, plot->outcomes[seed].events);
        assert_int_equal(single.messages, 1);
    }
    free(plot);
}

static void given_expectations_when_some_fail_then_their_texts_are_the_keys(void **state) {
    const struct scenario *good = fixture_load(*state, world);
    char text[1024];
    snprintf(text, sizeof text,
             "%sexpect: [published == 1, published == 2, delivered_within 1us]\n", world);
    const struct scenario *bad = fixture_load(*state, text);
    snprintf(text, sizeof text, "%sexpect: [delivered_within 1us]\n", world);
    const struct scenario *invariant = fixture_load(*state, text);
    struct outcome outcomes[3];
    struct failure failure;
    const struct outcome_limits limits = {0};

    assert_true(outcome_run(good, &limits, &outcomes[0], &failure));
    assert_true(outcome_run(bad, &limits, &outcomes[1], &failure));
    assert_true(outcome_run(invariant, &limits, &outcomes[2], &failure));

    assert_int_equal(outcomes[0].kind, OUTCOME_MET);
    assert_int_equal(outcomes[1].kind, OUTCOME_EXPECTATION);
    assert_int_equal(outcomes[1].failed_count, 2);
    assert_int_equal(outcomes[1].failed[0].index, 1);
    assert_string_equal(outcomes[1].failed[0].text, "published == 2");
    assert_int_equal(outcomes[2].kind, OUTCOME_INVARIANT);
    assert_true(outcomes[2].failed[0].at_ns >= INT64_C(2000000000));
    struct outcome_key of_condition = outcome_key_of(&outcomes[1]);
    struct outcome_key of_invariant = outcome_key_of(&outcomes[2]);
    assert_false(outcome_has_key(&outcomes[0], &of_condition));
    assert_true(outcome_has_key(&outcomes[1], &of_invariant));
    assert_false(outcome_has_key(&outcomes[2], &of_condition));
}

static void given_time_that_stands_still_when_run_then_the_outcome_says_so(void **state) {
    char text[1024];
    snprintf(text, sizeof text, "%slimits: {events_per_instant: 1}\n", world);
    const struct scenario *scenario = fixture_load(*state, text);
    struct outcome outcome;
    struct failure failure;

    assert_true(outcome_run(scenario, &(struct outcome_limits){0}, &outcome, &failure));

    assert_int_equal(outcome.kind, OUTCOME_STANDSTILL);
    assert_true(outcome_is_failure(&outcome));
    assert_non_null(strstr(outcome.text, "time stands still at"));
}

static void given_enough_when_told_then_nothing_more_is_handed_on(void **state) {
    struct plot *plot = plot_of(*state, "", none);
    plot->count = RUNS_MAX;
    plot->enough_after = 5;
    struct outcome_runs runs = runs_of(plot, 3);

    do_all(&runs);

    assert_int_equal(plot->finished, 5);
    free(plot);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_runs_that_misbehave_when_done_then_each_is_told_and_others_go_on),
        FIXTURE_TEST(given_a_check_that_fails_when_done_then_it_is_named_and_is_the_key),
        FIXTURE_TEST(given_a_run_when_done_apart_then_digest_is_that_of_a_loaded_seed),
        FIXTURE_TEST(given_expectations_when_some_fail_then_their_texts_are_the_keys),
        FIXTURE_TEST(given_time_that_stands_still_when_run_then_the_outcome_says_so),
        FIXTURE_TEST(given_enough_when_told_then_nothing_more_is_handed_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
