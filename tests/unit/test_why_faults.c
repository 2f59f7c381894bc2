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

    /* The one that stands still is asked, or would be the one to ask. */
    {.name = "asked one that stands still",
     .node = 2,
     .reason = WHY_IWANT_FAILED,
     .fate = WHY_FATE_PAUSED,
     .culprit = 0,
     .records = {PUBLISHED(1000), TOLD(2000), STATE(2010, TRACE_PAUSE, 0), IWANT(2020, 2, 0),
                 LATER(9000)}},
    {.name = "asked one that goes on, and stands still itself",
     .node = 2,
     .reason = WHY_IWANT_FAILED,
     .fate = WHY_FATE_SENT,
     .culprit = 0,
     .records = {PUBLISHED(1000), TOLD(2000), STATE(2010, TRACE_PAUSE, 0), IWANT(2020, 2, 0),
                 STATE(2030, TRACE_PAUSE, 2), STATE(2040, TRACE_RESUME, 0), LATER(9000)}},
    {.name = "stood still, stopped, and was back",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_SENT,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {STATE(500, TRACE_PAUSE, 2), STATE(600, TRACE_NODE_STOP, 2),
                 STATE(700, TRACE_NODE_START, 2), PUBLISHED(1000), COPY(1000, 0, 2), LATER(9000)}},

    /* A SUB that is lost, and a mesh all the same. */
    {.name = "SUB lost while in the mesh, and then pruned",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_UNLISTED,
     .records = {GRAFTED(300, 0, 2), STATE(400, TRACE_SUBSCRIBE, 2), LOST(400, 2, 0, SUBSCRIPTIONS),
                 PRUNED(600, 0, 2), PUBLISHED(1000), LATER(9000)}},
    {.name = "SUB lost, then grafted, and then pruned",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_UNLISTED,
     .records = {STATE(400, TRACE_SUBSCRIBE, 2), LOST(400, 2, 0, SUBSCRIPTIONS), GRAFTED(420, 0, 2),
                 PRUNED(600, 0, 2), PUBLISHED(1000), LATER(9000)}},
    {.name = "SUB lost, and in the mesh",
     .node = 2,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {STATE(400, TRACE_SUBSCRIBE, 2), LOST(400, 2, 0, SUBSCRIPTIONS), GRAFTED(420, 0, 2),
                 PUBLISHED(1000), COPY(1000, 0, 2), RPC(1000, TRACE_LOST, 0, 2, 0, MESSAGES),
                 LATER(9000)}},

    /* A GRAFT or PRUNE that is lost. */
    {.name = "GRAFT lost",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .obstacle = WHY_WHAT_GRAFT_LOST,
     .records = {LOST(500, 2, 0, GRAFT), PUBLISHED(1000), LATER(9000)}},
    {.name = "GRAFT of the other lost",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {LOST(500, 0, 2, GRAFT), PUBLISHED(1000), LATER(9000)}},
    {.name = "GRAFT lost, then one that came, and then pruned",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {LOST(500, 2, 0, GRAFT), GRAFTED(600, 0, 2), PRUNED(700, 0, 2), PUBLISHED(1000),
                 LATER(9000)}},
    {.name = "GRAFT lost, and then thought better of",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {LOST(500, 2, 0, GRAFT), PRUNED(600, 2, 0), PUBLISHED(1000), LATER(9000)}},
    {.name = "GRAFT lost, and then the link",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {LOST(500, 2, 0, GRAFT), LINK(600, TRACE_PEER_DOWN, 2, 0),
                 LINK(700, TRACE_PEER_UP, 2, 0), PUBLISHED(1000), LATER(9000)}},
    {.name = "GRAFT lost too late to matter",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {PUBLISHED(1000), LOST(1500, 2, 0, GRAFT), LATER(9000)}},
    {.name = "GRAFT that found the other down",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .obstacle = WHY_WHAT_GRAFT_LOST,
     .records = {DROPPED(500, 0, 2, GRAFT, CAUSE_NODE_DOWN), PUBLISHED(1000), LATER(9000)}},
    {.name = "GRAFT held back before the other began anew",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {RPC(500, TRACE_SUPPRESSED, 2, 0, TRACE_NONE, GRAFT), BEGINS_ANEW(600, 0),
                 PUBLISHED(1000), LATER(9000)}},
    {.name = "refused too late to matter",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {PUBLISHED(1000), REFUSED(1500, 0, 2, REASON_ROLE), LATER(9000)}},
    {.name = "PRUNE lost",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .obstacle = WHY_WHAT_PRUNE_LOST,
     .records = {PRUNED(500, 0, 2), LOST(500, 0, 2, PRUNE), PUBLISHED(1000), LATER(9000)}},
    {.name = "PRUNE that came",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {PRUNED(500, 0, 2), COMES(520, 2, 0, PRUNE), PUBLISHED(1000), LATER(9000)}},
    {.name = "PRUNE of its own lost",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {PRUNED(500, 2, 0), LOST(500, 2, 0, PRUNE), PUBLISHED(1000), LATER(9000)}},
    {.name = "refused, and the PRUNE that says so lost",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .obstacle = WHY_WHAT_GRAFT_REFUSED,
     .records = {REFUSED(500, 0, 2, REASON_ROLE), LOST(500, 0, 2, PRUNE), PUBLISHED(1000),
                 LATER(9000)}},

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

static void given_one_that_stands_still_when_asked_then_since_when(void **state) {
    static const struct why_case rows[] = {
        {.node = 2,
         .records = {PUBLISHED(1000), TOLD(2000), STATE(2010, TRACE_PAUSE, 0), IWANT(2020, 2, 0),
                     STATE(2030, TRACE_PAUSE, 2), LATER(9000)}},
        {.node = 2,
         .in_mesh = true,
         .records = {STATE(900, TRACE_PAUSE, 2), PUBLISHED(1000), COPY(1000, 0, 2),
                     STATE(2010, TRACE_PAUSE, 0), LATER(9000)}},
    };

    assert_said(*state, &rows[0], "as node 0 stood still since 2.010 s");
    assert_said(*state, &rows[1], "as node 2 stood still since 0.900 s");
}

static void given_a_graft_that_is_lost_when_asked_then_what_of(void **state) {
    static const struct why_case rows[] = {
        {.node = 2, .records = {LOST(500, 2, 0, GRAFT), PUBLISHED(1000), LATER(9000)}},
        {.node = 2,
         .records = {DROPPED(500, 0, 2, GRAFT, CAUSE_DOWNLINK_FULL), PUBLISHED(1000),
                     // After the message it is of no account.
                     DROPPED(1500, 2, 0, GRAFT, CAUSE_PARTITION), LATER(9000)}},
        {.node = 2,
         .in_mesh = true,
         .records = {PRUNED(500, 0, 2), DROPPED(500, 0, 2, PRUNE, CAUSE_PARTITION), PUBLISHED(1000),
                     LATER(9000)}},
        {.node = 2,
         .records = {STATE(400, TRACE_SUBSCRIBE, 2), LOST(400, 2, 0, SUBSCRIPTIONS),
                     LOST(500, 2, 0, GRAFT), PUBLISHED(1000), LATER(9000)}},
        {.node = 2,
         .records = {STATE(400, TRACE_SUBSCRIBE, 2), LOST(400, 2, 0, SUBSCRIPTIONS),
                     PUBLISHED(1000), LATER(9000)}},
    };

    assert_said(*state, &rows[0],
                "the only neighbour that had the message, as its GRAFT was lost (random loss), so "
                "that it took itself to be in the mesh, and gossip");
    assert_said(*state, &rows[1], "as its GRAFT was lost (downlink_full), so");
    assert_said(*state, &rows[3], "it was not known to subscribe, as its SUB was lost.");
    assert_said(*state, &rows[4],
                "not said again, and gossip did not tell it: it was not known to subscribe.");
    assert_said(*state, &rows[2],
                "as a PRUNE for it was lost (partition), so that it still took itself to be in "
                "it, and gossip");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WHY_TEST(given_a_trace_when_asked_then_the_reason_is_that_of_the_row),
        WHY_TEST(given_losses_for_two_causes_when_asked_then_each_has_its_count),
        WHY_TEST(given_losses_for_one_cause_when_asked_then_it_is_that_of_all),
        WHY_TEST(given_a_node_that_came_back_when_asked_then_from_when_to_when),
        WHY_TEST(given_one_that_stands_still_when_asked_then_since_when),
        WHY_TEST(given_a_graft_that_is_lost_when_asked_then_what_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
