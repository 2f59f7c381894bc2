// Reasons of `gossim why` before gossip comes into play: traces in which each is the answer, and,
// in a row beside it, one that differs in little and in which it is not.
#include "tests/support/records_fixture.h"
#include "tests/support/why_records.h"

#include "analysis/why_output.h"

static const struct why_case cases[] = {
    /* The way of a message that came. */
    {.name = "pushed",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_DELIVERED,
     .culprit = TRACE_NONE,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), GOT(1050, 2, 0, REASON_PUSHED)}},
    {.name = "publisher",
     .node = 0,
     .reason = WHY_PUBLISHER,
     .culprit = TRACE_NONE,
     .records = {PUBLISHED(1000)}},
    {.name = "not published",
     .node = 2,
     .reason = WHY_NOT_PUBLISHED,
     .culprit = TRACE_NONE,
     .records = {{1000 * WHY_TEST_MS, 0, TRACE_NONE, 0, 0, 0, 0, TRACE_PUBLISH_SKIPPED, 0}}},
    {.name = "planned, and never published",
     .node = 2,
     .reason = WHY_NOT_PUBLISHED,
     .culprit = TRACE_NONE,
     .records = {LATER(9000)}},

    /* The node itself. */
    {.name = "never subscribed",
     .node = 2,
     .reason = WHY_NOT_SUBSCRIBED,
     .culprit = TRACE_NONE,
     .records = {STATE(500, TRACE_UNSUBSCRIBE, 2), PUBLISHED(1000)}},
    {.name = "left and came back in time",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {STATE(500, TRACE_UNSUBSCRIBE, 2), STATE(900, TRACE_SUBSCRIBE, 2), PUBLISHED(1000),
                 LATER(9000)}},
    {.name = "down",
     .node = 2,
     .reason = WHY_NODE_DOWN,
     .culprit = TRACE_NONE,
     .records = {STATE(500, TRACE_NODE_STOP, 2), PUBLISHED(1000)}},
    {.name = "up again in time",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {STATE(500, TRACE_NODE_STOP, 2), STATE(900, TRACE_NODE_START, 2), PUBLISHED(1000),
                 LATER(9000)}},
    {.name = "crashed while a copy was on its way",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_CRASHED,
     .culprit = TRACE_NONE,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), STATE(1010, TRACE_NODE_STOP, 2),
                 DROPPED(1020, 2, 0, MESSAGES, CAUSE_NODE_DOWN)}},
    {.name = "crashed long after the copy was lost",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), RPC(1000, TRACE_LOST, 0, 2, 0, MESSAGES),
                 STATE(8000, TRACE_NODE_STOP, 2)}},
    {.name = "left while a copy was on its way",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_LEFT_TOPIC,
     .culprit = TRACE_NONE,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), STATE(1010, TRACE_UNSUBSCRIBE, 2),
                 IGNORED(1050, 2, 0, REASON_NOT_SUBSCRIBED)}},
    {.name = "rejected",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_IGNORED,
     .culprit = TRACE_NONE,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), IGNORED(1050, 2, 0, REASON_REJECTED)}},
    {.name = "rejected, then delivered",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_DELIVERED,
     .culprit = TRACE_NONE,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), IGNORED(1050, 2, 0, REASON_REJECTED),
                 GOT(1060, 2, 1, REASON_PUSHED)}},
    {.name = "seen before",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_SEEN_BEFORE,
     .culprit = 0,
     .habits = HABIT(WHY_HABIT_SEEN_FIRST),
     .quirk = BLAMES(WHY_HABIT_SEEN_FIRST),
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), AGAIN(1050, 2, 0)}},

    /* Links. */
    {.name = "cut off",
     .node = 3,
     .reason = WHY_NO_PATH,
     .culprit = TRACE_NONE,
     .records = {STATE(500, TRACE_UNSUBSCRIBE, 2), PUBLISHED(1000), LATER(9000)}},
    {.name = "somebody in between has nothing",
     .node = 3,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {PUBLISHED(1000), LATER(9000)}},
    {.name = "links down",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_LINKS_DOWN,
     .culprit = 0,
     .records = {LINK(900, TRACE_PEER_DOWN, 0, 2), PUBLISHED(1000), LATER(9000)}},
    {.name = "one link down, one is up",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 1,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {LINK(900, TRACE_PEER_DOWN, 0, 2), PUBLISHED(1000), GOT(1020, 1, 0, REASON_PUSHED),
                 LATER(9000)}},

    /* Nobody pushed it, and gossip told nothing. */
    {.name = "others were drawn",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_NOT_DRAWN,
     .records = {PUBLISHED(1000), IHAVE(2000, 0, 1), LATER(9000)}},
    {.name = "others were told of an older message alone",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .records = {PUBLISHED(1000), GOT_OTHER(1500, 0, 1), RPC(2000, TRACE_SEND, 0, 1, 1, IHAVE),
                 LATER(9000)}},
    {.name = "not cached",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 1,
     .silence = WHY_SILENCE_NOT_CACHED,
     .habits = HABIT(WHY_HABIT_FORWARDED_NOT_CACHED),
     .quirk = BLAMES(WHY_HABIT_FORWARDED_NOT_CACHED),
     .records = {LINK(900, TRACE_PEER_DOWN, 0, 2), PUBLISHED(1000), GOT(1020, 1, 0, REASON_PUSHED),
                 RPC(2000, TRACE_SEND, 1, 2, 2, IHAVE), LATER(9000)}},
    {.name = "the publisher caches its own",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_FORWARDED_NOT_CACHED),
     .records = {PUBLISHED(1000), LATER(9000)}},
    {.name = "no gossip at all",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_OFF,
     .mute = true,
     .records = {PUBLISHED(1000), LATER(9000)}},
    {.name = "run ended",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_RUN_ENDED,
     .records = {PUBLISHED(1000), LATER(1999)}},
    {.name = "the run went on in silence",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .duration_ns = 5000 * WHY_TEST_MS,
     .records = {PUBLISHED(1000), LATER(1999)}},
    {.name = "gossip role",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_ROLE,
     .role = BLAMES(WHY_ROLE_NEVER_GOSSIPS),
     .records = {ROLES(0, 0, 1U << WHY_ROLE_NEVER_GOSSIPS), PUBLISHED(1000), LATER(9000)}},
    {.name = "leftovers",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_LEFTOVERS,
     .habits = HABIT(WHY_HABIT_GOSSIP_LEFTOVERS),
     .quirk = BLAMES(WHY_HABIT_GOSSIP_LEFTOVERS),
     .records = {PUBLISHED(1000), LATER(9000)}},
    {.name = "refused for the limit",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_GRAFT_LIMIT),
     .obstacle = WHY_WHAT_GRAFT_REFUSED,
     .quirk = BLAMES(WHY_HABIT_GRAFT_LIMIT),
     .mesh_quirk = BLAMES(WHY_HABIT_GRAFT_LIMIT),
     .records = {REFUSED(500, 0, 2, REASON_TOPIC_LIMIT), PUBLISHED(1000), LATER(9000)}},
    {.name = "refused for something else",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_GRAFT_LIMIT),
     .obstacle = WHY_WHAT_GRAFT_REFUSED,
     .records = {REFUSED(500, 0, 2, REASON_ROLE), PUBLISHED(1000), LATER(9000)}},
    {.name = "refused, and pruned since",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_GRAFT_LIMIT),
     .obstacle = WHY_WHAT_PUBLISHED,
     .records = {REFUSED(500, 0, 2, REASON_TOPIC_LIMIT), PRUNED(600, 0, 2), PUBLISHED(1000),
                 LATER(9000)}},
    {.name = "GRAFT held back",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_SENT_CACHE),
     .obstacle = WHY_WHAT_GRAFT_HELD_BACK,
     .quirk = BLAMES(WHY_HABIT_SENT_CACHE),
     .mesh_quirk = BLAMES(WHY_HABIT_SENT_CACHE),
     .records = {RPC(500, TRACE_SUPPRESSED, 2, 0, TRACE_NONE, GRAFT), PUBLISHED(1000),
                 LATER(9000)}},
    {.name = "GRAFT skipped",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_RECEIVED_CACHE),
     .obstacle = WHY_WHAT_GRAFT_SKIPPED,
     .quirk = BLAMES(WHY_HABIT_RECEIVED_CACHE),
     .mesh_quirk = BLAMES(WHY_HABIT_RECEIVED_CACHE),
     .records = {RPC(500, TRACE_SKIPPED, 0, 2, TRACE_NONE, GRAFT), PUBLISHED(1000), LATER(9000)}},
    {.name = "SUB held back after a PRUNE",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_SENT_CACHE),
     .obstacle = WHY_WHAT_SUB_HELD_BACK,
     .quirk = BLAMES(WHY_HABIT_SENT_CACHE),
     .mesh_quirk = BLAMES(WHY_HABIT_SENT_CACHE),
     .records = {PRUNED(400, 0, 2), RPC(500, TRACE_SUPPRESSED, 2, 0, TRACE_NONE, SUBSCRIPTIONS),
                 PUBLISHED(1000), LATER(9000)}},
    {.name = "SUB lost, and never said again",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_UNLISTED,
     .obstacle = WHY_WHAT_SUB_LOST,
     .records = {STATE(400, TRACE_SUBSCRIBE, 2),
                 RPC(400, TRACE_LOST, 2, 0, TRACE_NONE, SUBSCRIPTIONS), PUBLISHED(1000),
                 LATER(9000)}},
    {.name = "SUB lost, and then one that came",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .obstacle = WHY_WHAT_PUBLISHED,
     .records = {STATE(400, TRACE_SUBSCRIBE, 2),
                 RPC(400, TRACE_LOST, 2, 0, TRACE_NONE, SUBSCRIPTIONS),
                 RPC(600, TRACE_RECEIVE, 0, 2, TRACE_NONE, SUBSCRIPTIONS), PUBLISHED(1000),
                 LATER(9000)}},
    {.name = "UNSUB lost: it is not known to have left",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .obstacle = WHY_WHAT_PUBLISHED,
     .records =
         {STATE(300, TRACE_SUBSCRIBE, 2), RPC(320, TRACE_RECEIVE, 0, 2, TRACE_NONE, SUBSCRIPTIONS),
          STATE(400, TRACE_UNSUBSCRIBE, 2), RPC(400, TRACE_LOST, 2, 0, TRACE_NONE, SUBSCRIPTIONS),
          STATE(500, TRACE_SUBSCRIBE, 2), RPC(500, TRACE_LOST, 2, 0, TRACE_NONE, SUBSCRIPTIONS),
          PUBLISHED(1000), LATER(9000)}},
    {.name = "SUB skipped after a PRUNE",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_RECEIVED_CACHE),
     .obstacle = WHY_WHAT_SUB_SKIPPED,
     .quirk = BLAMES(WHY_HABIT_RECEIVED_CACHE),
     .mesh_quirk = BLAMES(WHY_HABIT_RECEIVED_CACHE),
     .records = {PRUNED(400, 0, 2), RPC(500, TRACE_SKIPPED, 0, 2, TRACE_NONE, SUBSCRIPTIONS),
                 PUBLISHED(1000), LATER(9000)}},
    {.name = "SUB held back without a PRUNE",
     .node = 2,
     .reason = WHY_OUTSIDE_MESHES,
     .culprit = 0,
     .silence = WHY_SILENCE_TOLD_NOBODY,
     .habits = HABIT(WHY_HABIT_SENT_CACHE),
     .obstacle = WHY_WHAT_PUBLISHED,
     .records = {RPC(500, TRACE_SUPPRESSED, 2, 0, TRACE_NONE, SUBSCRIPTIONS), PUBLISHED(1000),
                 LATER(9000)}},

    /* In the mesh, and nothing was sent. */
    {.name = "never forwards",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_NOT_FORWARDED,
     .culprit = 1,
     .role = BLAMES(WHY_ROLE_NEVER_FORWARDS),
     .silence = WHY_SILENCE_ROLE,
     .records = {ROLES(0, 1, 1U << WHY_ROLE_NEVER_FORWARDS), LINK(900, TRACE_PEER_DOWN, 0, 2),
                 PUBLISHED(1000), GOT(1020, 1, 0, REASON_PUSHED), LATER(9000)}},
    {.name = "censors",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_NOT_FORWARDED,
     .culprit = 1,
     .role = BLAMES(WHY_ROLE_CENSORS),
     .silence = WHY_SILENCE_ROLE,
     .records = {ROLES(0, 1, 1U << WHY_ROLE_CENSORS), LINK(900, TRACE_PEER_DOWN, 0, 2),
                 PUBLISHED(1000), GOT(1020, 1, 0, REASON_PUSHED), LATER(9000)}},
    {.name = "censors somebody else",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 1,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {ROLES(0, 1, 1U << WHY_ROLE_CENSORS), LINK(900, TRACE_PEER_DOWN, 0, 2),
                 PUBLISHED(1000), GOT(1020, 1, 0, REASON_PUSHED), COPY(1020, 1, 0),
                 COPY(1020, 1, 2), RPC(1020, TRACE_LOST, 1, 2, 0, MESSAGES), LATER(9000)}},
    {.name = "forwards late",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_NOT_FORWARDED,
     .culprit = 1,
     .role = BLAMES(WHY_ROLE_FORWARDS_LATE),
     .silence = WHY_SILENCE_RUN_ENDED,
     .records = {ROLES(0, 1, 1U << WHY_ROLE_FORWARDS_LATE), LINK(900, TRACE_PEER_DOWN, 0, 2),
                 PUBLISHED(1000), GOT(1020, 1, 0, REASON_PUSHED), LATER(1500)}},

    {.name = "in the fanout that is chosen for it",
     .node = 2,
     .reason = WHY_NOT_FORWARDED,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000),
                 {1000 * WHY_TEST_MS, 0, 2, TRACE_NONE, 1, 0, 0, TRACE_FANOUT_ADD, 0},
                 LATER(9000)}},

    /* Copies that were sent. */
    {.name = "copy dropped at its sender",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), DROPPED(1000, 0, 2, MESSAGES, CAUSE_PARTITION),
                 LATER(9000)}},
    {.name = "copy dropped at its receiver",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_LOST,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2),
                 DROPPED(1050, 2, 0, MESSAGES, CAUSE_DOWNLINK_FULL), LATER(9000)}},
    {.name = "copy held back",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_SUPPRESSED,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .habits = HABIT(WHY_HABIT_SENT_CACHE),
     .quirk = BLAMES(WHY_HABIT_SENT_CACHE),
     .records = {PUBLISHED(1000), RPC(1000, TRACE_SUPPRESSED, 0, 2, 0, MESSAGES), LATER(9000)}},
    {.name = "copy skipped",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_SKIPPED,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .habits = HABIT(WHY_HABIT_RECEIVED_CACHE),
     .quirk = BLAMES(WHY_HABIT_RECEIVED_CACHE),
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), RPC(1050, TRACE_SKIPPED, 2, 0, 0, MESSAGES),
                 LATER(9000)}},
    {.name = "copy unread",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_UNREAD,
     .culprit = 0,
     .silence = WHY_SILENCE_IN_MESH,
     .habits = HABIT(WHY_HABIT_LINK_STAYS_DOWN),
     .quirk = BLAMES(WHY_HABIT_LINK_STAYS_DOWN),
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), RPC(1050, TRACE_UNREAD, 2, 0, 0, MESSAGES),
                 LATER(9000)}},
    {.name = "copy on its way at the end",
     .node = 2,
     .in_mesh = true,
     .reason = WHY_COPY_FAILED,
     .fate = WHY_FATE_SENT,
     .culprit = 0,
     .silence = WHY_SILENCE_RUN_ENDED,
     .records = {PUBLISHED(1000), COPY(1000, 0, 2), LATER(1010)}},

    /* Traces that do not say. */
    {.name = "deliveries alone",
     .node = 2,
     .deliveries = true,
     .reason = WHY_UNKNOWN,
     .culprit = TRACE_NONE,
     .records = {PUBLISHED(1000), GOT(1020, 1, 0, REASON_PUSHED)}},
    {.name = "deliveries alone, down",
     .node = 2,
     .deliveries = true,
     .reason = WHY_NODE_DOWN,
     .culprit = TRACE_NONE,
     .records = {STATE(500, TRACE_NODE_STOP, 2), PUBLISHED(1000)}},
};

static void given_a_trace_when_asked_then_the_reason_is_that_of_the_row(void **state) {
    why_fixture_check(*state, cases, COUNT_OF(cases));
}

static void given_the_rows_when_counted_then_every_reason_is_among_them(void **state) {
    (void)state;
    why_cases_cover(cases, COUNT_OF(cases), WHY_DELIVERED, WHY_COPY_FAILED);
}

static void given_hops_when_asked_then_each_has_its_time_and_delay(void **state) {
    struct why_fixture *f = *state;
    static const struct why_case row = {
        .node = 3,
        .records = {PUBLISHED(1000), COPY(1000, 0, 2), GOT(1050, 2, 0, REASON_PUSHED),
                    COPY(1060, 2, 3), GOT(1090, 3, 2, REASON_PUSHED)}};

    assert_true(why_fixture_ask(f, &row));

    static const struct {
        enum why_what what;
        uint32_t node;
        int64_t at_ms;
        int64_t delay_ms; // or -1
    } steps[] = {{WHY_WHAT_PUBLISHED, 0, 1000, -1},
                 {WHY_WHAT_RPC, 0, 1000, -1},
                 {WHY_WHAT_DELIVERED, 2, 1050, 50},
                 {WHY_WHAT_RPC, 2, 1060, -1},
                 {WHY_WHAT_DELIVERED, 3, 1090, 30}};
    assert_int_equal(f->answer.step_count, COUNT_OF(steps));
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const struct why_step *step = &f->answer.steps[i];
        int64_t delay_ns = steps[i].delay_ms < 0 ? -1 : steps[i].delay_ms * WHY_TEST_MS;
        assert_int_equal(step->what, steps[i].what);
        assert_int_equal(step->node, steps[i].node);
        assert_int_equal(step->at_ns, steps[i].at_ms * WHY_TEST_MS);
        assert_int_equal(step->delay_ns, delay_ns);
    }
    assert_int_equal(f->answer.delivered_ns, 1090 * WHY_TEST_MS);
}

static void given_two_copies_when_asked_then_which_won_and_by_how_much(void **state) {
    struct why_fixture *f = *state;
    static const struct why_case row = {
        .node = 2,
        .in_mesh = true,
        .records = {PUBLISHED(1000), COPY(1000, 0, 2), GOT(1020, 1, 0, REASON_PUSHED),
                    COPY(1020, 1, 2), GOT(1050, 2, 0, REASON_PUSHED), AGAIN(1056, 2, 1)}};

    assert_true(why_fixture_ask(f, &row));

    assert_int_equal(f->answer.deliverer, 0);
    assert_int_equal(f->answer.second, 1);
    assert_int_equal(f->answer.lead_ns, 6 * WHY_TEST_MS);
    assert_int_equal(f->answer.duplicate_count, 1);
}

static void given_a_relay_that_is_not_subscribed_when_asked_then_it_did_not_get_it(void **state) {
    struct why_fixture *f = *state;
    static const struct why_case row = {
        .node = 2,
        .in_mesh = true,
        .records = {STATE(500, TRACE_UNSUBSCRIBE, 2), PUBLISHED(1000), COPY(1000, 0, 2),
                    IGNORED(1050, 2, 0, REASON_NOT_SUBSCRIBED), COPY(1050, 2, 3),
                    GOT(1100, 3, 2, REASON_PUSHED)}};

    assert_true(why_fixture_ask(f, &row));

    assert_int_equal(f->answer.reason, WHY_NOT_SUBSCRIBED);
    assert_int_equal(f->answer.since_ns, 500 * WHY_TEST_MS);
}

static void given_what_is_not_there_when_asked_then_refused_with_the_range(void **state) {
    struct why_fixture *f = *state;
    static const struct why_case rows[] = {
        {.name = "node 4: the run has the nodes 0 to 3", .node = 4},
        {.name = "message 3: the run has the messages 0 to 2", .message = 3},
        {.name = "message 3: the run has no messages", .message = 3, .no_messages = true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_false(why_fixture_ask(f, &rows[i]));

        assert_string_equal(f->failure.message, rows[i].name);
        assert_int_equal(f->failure.kind, FAILURE_BAD_INPUT);
    }
}

static void given_a_node_that_comes_up_later_when_asked_then_since_when_it_was_down(void **state) {
    struct why_fixture *f = *state;
    static const struct why_case row = {.node = 2,
                                        .records = {STATE(500, TRACE_NODE_STOP, 2), PUBLISHED(1000),
                                                    STATE(2000, TRACE_NODE_START, 2)}};

    assert_true(why_fixture_ask(f, &row));

    assert_int_equal(f->answer.reason, WHY_NODE_DOWN);
    assert_int_equal(f->answer.since_ns, 500 * WHY_TEST_MS);
}

static void given_records_made_up_when_asked_about_all_then_there_is_an_answer(void **state) {
    struct records_fixture *f = *state;
    static const struct why_setting setting;
    FILE *out = fopen(f->export, "w");
    assert_non_null(out);
    for (uint32_t i = 0; i < RECORDS_NODES * RECORDS_MESSAGES; i++) {
        struct arena *arena = arena_create(NULL);
        struct why_question question = {
            .path = f->path, .message = i % RECORDS_MESSAGES, .node = i / RECORDS_MESSAGES};
        struct why_answer answer;
        records_fixture_draw(f, 2000, i);
        records_fixture_write(f);

        assert_true(why_find(arena, &question, &setting, &answer, &f->failure));

        why_write_text(&answer, out);
        why_write_json(&answer, out);
        why_write_mermaid(&answer, out);
        assert_true(ftell(out) > 0);
        arena_destroy(arena);
    }
    fclose(out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WHY_TEST(given_a_trace_when_asked_then_the_reason_is_that_of_the_row),
        WHY_TEST(given_the_rows_when_counted_then_every_reason_is_among_them),
        WHY_TEST(given_hops_when_asked_then_each_has_its_time_and_delay),
        WHY_TEST(given_two_copies_when_asked_then_which_won_and_by_how_much),
        WHY_TEST(given_a_relay_that_is_not_subscribed_when_asked_then_it_did_not_get_it),
        WHY_TEST(given_a_node_that_comes_up_later_when_asked_then_since_when_it_was_down),
        RECORDS_TEST(given_records_made_up_when_asked_about_all_then_there_is_an_answer),
        WHY_TEST(given_what_is_not_there_when_asked_then_refused_with_the_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
