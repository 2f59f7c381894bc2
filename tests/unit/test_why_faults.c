// Reasons of `gossim why` where nodes stop, leave or stand still for a while, and where what was
// lost was lost for several causes: each beside a row that differs in little and has another.
#include "tests/support/why_records.h"

#include "analysis/why_output.h"

#include <string.h>

/* 0 publishes, has no link to 2, and 1 has 2 in its mesh. */
#define BY_WAY_OF_1 LINK(800, TRACE_PEER_DOWN, 0, 2), GRAFTED(900, 1, 2), PUBLISHED(1000)
/* 1 gets it and pushes it to 2, in vain. */
#define PUSHED_BY_1(ms)                                                                            \
    GOT(ms, 1, 0, REASON_PUSHED), COPY(ms, 1, 2), RPC(ms, TRACE_LOST, 1, 2, 0, MESSAGES)

static const struct why_case cases[] = {
    /* A receiver that stands still. */
    {.name = "paused to the end",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_PAUSED,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {STATE(900, TRACE_PAUSE, 2), PUBLISHED(1000), COPY(1000, 0, 2), LATER(9000)}},
    {.name = "paused and resumed",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_SENT,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {STATE(900, TRACE_PAUSE, 2), PUBLISHED(1000), COPY(1000, 0, 2),
                 STATE(1010, TRACE_RESUME, 2), LATER(9000)}},

    /* A copy that came, and of which nothing came. */
    {.name = "in hand when it stopped",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_STOPPED,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), STATE(1030, TRACE_NODE_STOP, 2), LATER(9000)}},
    {.name = "sent after it had stopped and was back",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_SENT,
     .culprit = 1,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {LINK(800, TRACE_PEER_DOWN, 0, 2), PUBLISHED(1000), STATE(1030, TRACE_NODE_STOP, 2),
                 STATE(1050, TRACE_NODE_START, 2), GOT(1100, 1, 0, REASON_PUSHED), COPY(1100, 1, 2),
                 LATER(9000)}},
    {.name = "on its way when it stopped, and back when it is too late",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), STATE(1010, TRACE_NODE_STOP, 2),
                 DROPPED(1020, 2, 0, MESSAGES, CAUSE_NODE_DOWN), STATE(1050, TRACE_NODE_START, 2),
                 LATER(9000)}},
    {.name = "being validated at the end",
     .node = 2,
     .in_mesh = true,
     .validates = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_UNHANDLED,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), LATER(9000)}},
    {.name = "not validated at all",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_SENT,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), LATER(9000)}},

    /* Away for a while. */
    {.name = "down before anybody next to it had it",
     .node = 2,
     .reason = WHY_CRASHED,
     .culprit = TRACE_NONE,
     .records = {BY_WAY_OF_1, STATE(1010, TRACE_NODE_STOP, 2), GOT(1100, 1, 0, REASON_PUSHED),
                 LATER(9000)}},
    {.name = "down, and up again before anybody next to it had it",
     .node = 2,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 1,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {BY_WAY_OF_1, STATE(1010, TRACE_NODE_STOP, 2), STATE(1050, TRACE_NODE_START, 2),
                 PUSHED_BY_1(1100), LATER(9000)}},
    {.name = "down when it could have come, and up again too late",
     .node = 2,
     .reason = WHY_CRASHED,
     .culprit = TRACE_NONE,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {BY_WAY_OF_1, STATE(1010, TRACE_NODE_STOP, 2), GOT(1100, 1, 0, REASON_PUSHED),
                 STATE(1500, TRACE_NODE_START, 2), LATER(9000)}},
    {.name = "down when it could have come, up again, and told in vain",
     .node = 2,
     .reason = WHY_IHAVE_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 1,
     .records = {BY_WAY_OF_1, STATE(1010, TRACE_NODE_STOP, 2), GOT(1100, 1, 0, REASON_PUSHED),
                 STATE(1500, TRACE_NODE_START, 2), IHAVE(2000, 1, 2),
                 RPC(2000, TRACE_LOST, 1, 2, 0, IHAVE), LATER(9000)}},
    {.name = "gone before anybody next to it had it",
     .node = 2,
     .reason = WHY_LEFT_TOPIC,
     .culprit = TRACE_NONE,
     .records = {BY_WAY_OF_1, STATE(1010, TRACE_UNSUBSCRIBE, 2), GOT(1100, 1, 0, REASON_PUSHED),
                 LATER(9000)}},
    {.name = "gone, and back before anybody next to it had it",
     .node = 2,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 1,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {BY_WAY_OF_1, STATE(1010, TRACE_UNSUBSCRIBE, 2), STATE(1050, TRACE_SUBSCRIBE, 2),
                 PUSHED_BY_1(1100), LATER(9000)}},
};

static void given_a_trace_when_asked_then_the_reason_is_that_of_the_row(void **state) {
    why_fixture_check(*state, cases, COUNT_OF(cases));
}

static void assert_said(struct why_fixture *f, const struct why_case *row, const char *words) {
    char sentence[WHY_SENTENCE_SIZE];
    assert_true(why_fixture_ask(f, row));
    if (strstr(why_sentence(&f->answer, sentence), words) == NULL) {
        fail_msg("not \"%s\": %s", words, sentence);
    }
}

static void given_losses_for_two_causes_when_asked_then_each_has_its_count(void **state) {
    static const struct why_case row = {
        .node = 2,
        .in_mesh = true,
        .records = {PUBLISHED(1000), COPY(1000, 0, 2), RPC(1000, TRACE_LOST, 0, 2, 0, MESSAGES),
                    GOT(1020, 1, 0, REASON_PUSHED), COPY(1020, 1, 2),
                    DROPPED(1020, 1, 2, MESSAGES, CAUSE_PARTITION), LATER(9000)}};

    assert_said(*state, &row,
                "none of the 2 copies for it got through: 1 was lost (random loss), 1 was lost "
                "(partition)");
}

static void given_losses_for_one_cause_when_asked_then_it_is_that_of_all(void **state) {
    static const struct why_case row = {
        .node = 2,
        .records = {PUBLISHED(1000), IHAVE(2000, 0, 2), RPC(2000, TRACE_LOST, 0, 2, 0, IHAVE),
                    IHAVE(3000, 0, 2), RPC(3000, TRACE_LOST, 0, 2, 0, IHAVE), LATER(9000)}};

    assert_said(*state, &row, "got through: all were lost (random loss).");
}

static void given_a_node_that_came_back_when_asked_then_from_when_to_when(void **state) {
    static const struct why_case row = {
        .node = 2,
        .records = {BY_WAY_OF_1, STATE(1010, TRACE_NODE_STOP, 2), GOT(1100, 1, 0, REASON_PUSHED),
                    STATE(1500, TRACE_NODE_START, 2), STATE(7000, TRACE_NODE_STOP, 2),
                    STATE(8000, TRACE_NODE_START, 2), LATER(9000)}};

    assert_said(*state, &row,
                "it stopped at 1.010 s, before a copy could come; it was back at 1.500 s, and ");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WHY_TEST(given_a_trace_when_asked_then_the_reason_is_that_of_the_row),
        WHY_TEST(given_losses_for_two_causes_when_asked_then_each_has_its_count),
        WHY_TEST(given_losses_for_one_cause_when_asked_then_it_is_that_of_all),
        WHY_TEST(given_a_node_that_came_back_when_asked_then_from_when_to_when),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
