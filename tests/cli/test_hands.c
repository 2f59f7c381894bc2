// Hands: what is given to them comes back, however it ends.
#include "cli/hands.h"
#include "tests/support/unit.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000, HANDS = 2, WAITING = 8 };

/** Numbers of jobs that do not go well. */
enum { JOB_FAILS = 100, JOB_DIES, JOB_LEAVES, JOB_ENDS_ITS_HAND };

struct report {
    struct hand_report head;
    uint64_t result[2];
};

static bool run(void *context, uint32_t number, void *result, struct failure *failure) {
    const uint64_t *factor = context;
    if (number == JOB_FAILS) {
        return failure_running(failure, "no such number");
    }
    if (number == JOB_DIES) {
        raise(SIGKILL);
    }
    if (number == JOB_LEAVES) {
        _exit(7);
    }
    if (number == JOB_ENDS_ITS_HAND) {
        kill(getppid(), SIGKILL);
        pause();
    }
    uint64_t *words = result;
    words[0] = number * *factor;
    words[1] = (uint64_t)getpid();
    return true;
}

static struct hands *open_hands(uint64_t *factor) {
    struct hands_options options = {
        .count = HANDS,
        .waiting_max = WAITING,
        .result_size = sizeof(uint64_t[2]),
        .run = run,
        .context = factor,
    };
    struct failure failure;
    struct hands *hands = hands_open(&options, &failure);
    assert_non_null(hands);
    assert_int_equal(sizeof(struct report), hands_report_size(hands));
    return hands;
}

static struct report report_of(struct hands *hands, uint32_t number) {
    struct report report;
    hands_give(hands, (struct hand_job){.round = 3, .index = 5, .number = number});
    assert_true(hands_wait(hands, PATIENCE_MS, &report.head));
    assert_int_equal(3, report.head.job.round);
    assert_int_equal(5, report.head.job.index);
    assert_int_equal(number, report.head.job.number);
    return report;
}

static void given_more_jobs_than_hands_when_waited_for_then_each_is_done_once(void **state) {
    (void)state;
    uint64_t factor = 3;
    struct hands *hands = open_hands(&factor);
    uint32_t seen = 0;

    for (uint32_t i = 0; i < WAITING; i++) {
        hands_give(hands, (struct hand_job){.index = i, .number = i});
    }
    for (uint32_t i = 0; i < WAITING; i++) {
        struct report report;
        assert_true(hands_wait(hands, PATIENCE_MS, &report.head));
        assert_int_equal(HAND_DONE, report.head.end);
        assert_int_equal(3 * report.head.job.number, report.result[0]);
        assert_int_not_equal(getpid(), report.result[1]);
        seen |= 1U << report.head.job.index;
    }

    assert_int_equal((1U << WAITING) - 1, seen);
    hands_close(hands);
}

static void given_no_jobs_when_waited_for_then_nothing_comes(void **state) {
    (void)state;
    uint64_t factor = 1;
    struct report report;
    struct hands *hands = open_hands(&factor);

    assert_false(hands_wait(hands, 1, &report.head));

    hands_close(hands);
}

static void given_jobs_that_end_badly_when_waited_for_then_told_how_and_hands_go_on(void **state) {
    (void)state;
    static const struct {
        uint32_t number;
        enum hand_end end;
        const char *words;
    } rows[] = {
        {JOB_FAILS, HAND_FAILED, "no such number"},
        {JOB_DIES, HAND_DIED, "it was ended by signal 9 (Killed)"},
        {JOB_LEAVES, HAND_DIED, "it ended without a result, exit status 7"},
        {JOB_ENDS_ITS_HAND, HAND_DIED, "ended by signal 9 (Killed)"},
    };
    uint64_t factor = 2;
    struct hands *hands = open_hands(&factor);
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        // Once more than there are hands, so that each of them has met it.
        for (uint32_t turn = 0; turn <= HANDS; turn++) {
            struct report report = report_of(hands, rows[i].number);

            assert_int_equal(rows[i].end, report.head.end);
            assert_non_null(strstr(report.head.failure.message, rows[i].words));
        }
        struct report after = report_of(hands, 21);
        assert_int_equal(HAND_DONE, after.head.end);
        assert_int_equal(42, after.result[0]);
    }
    hands_close(hands);
}

static void leave(void *context) {
    (void)context;
    _exit(0);
}

static void
given_hands_that_end_by_themselves_when_waited_for_then_no_signal_is_named(void **state) {
    (void)state;
    signal(SIGPIPE, SIG_IGN); // as the program has it
    struct hands_options options = {
        .count = 1, .waiting_max = 1, .result_size = 16, .run = run, .forget = leave};
    struct failure failure;
    struct hands *hands = hands_open(&options, &failure);
    assert_non_null(hands);

    struct report report = report_of(hands, 21);

    assert_int_equal(HAND_DIED, report.head.end);
    assert_string_equal("the process that had it done has ended", report.head.failure.message);
    hands_close(hands);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_more_jobs_than_hands_when_waited_for_then_each_is_done_once),
        cmocka_unit_test(given_no_jobs_when_waited_for_then_nothing_comes),
        cmocka_unit_test(given_jobs_that_end_badly_when_waited_for_then_told_how_and_hands_go_on),
        cmocka_unit_test(
            given_hands_that_end_by_themselves_when_waited_for_then_no_signal_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
