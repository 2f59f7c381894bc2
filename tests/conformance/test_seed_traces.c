// The worked traces of SEED.md §9, step by step, with every number stated there: writes take no
// time, messages are signed, nobody triggers himself.
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

enum { T, A = 0, B = 1 };

#define SECOND_NS INT64_C(1000000000)

static struct network *network_of_2020(uint32_t nodes, uint32_t topics) {
    struct network_options options = {
        .nodes = nodes, .topics = topics, .seed = 9, .sign = true, .metered = true};
    options.params[0].quirks = quirks_of_nim_2020();
    return network_create(&options);
}

/** Frames since the last network_forget(): so many of this kind, and none else. */
static void expect_frames(const struct network *n, uint32_t from, uint32_t to, uint32_t kind,
                          uint32_t count) {
    assert_int_equal(network_sent(n, from, to, kind), count);
}

/** A and B are linked and both joined, as trace 1 leaves them. */
static struct network *two_joined(void) {
    struct network *n = network_of_2020(2, 1);
    network_link(n, A, B);
    network_subscribe(n, A, T);
    network_subscribe(n, B, T);
    network_forget(n);
    return n;
}

static void given_two_nodes_without_topics_when_linked_then_there_is_no_hello(void **state) {
    (void)state;
    struct network *n = network_of_2020(2, 1);

    network_link(n, A, B);

    assert_int_equal(n->event_count, 0);
    assert_int_equal(network_metrics(n, A).peers, 1);
    assert_int_equal(network_metrics(n, B).peers, 1);
    network_destroy(n);
}

/** Trace 1, step 1. */
static void given_two_linked_nodes_when_one_joins_then_the_other_knows_a_candidate(void **state) {
    (void)state;
    struct network *n = network_of_2020(2, 1);
    network_link(n, A, B);

    network_subscribe(n, A, T);

    struct network_topic a = network_topic(n, A, T);
    struct network_topic b = network_topic(n, B, T);
    expect_frames(n, A, B, TRACE_RPC_SUBSCRIPTIONS, 1);
    expect_frames(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY, 1);
    assert_true(a.has_mesh);
    assert_int_equal(a.mesh, 0);
    assert_false(a.has_table);
    assert_true(network_in_table(n, B, A, T));
    assert_false(b.joined);
    assert_false(b.has_mesh);
    network_destroy(n);
}

/** Trace 1, step 2. */
static void given_one_joined_when_the_other_joins_then_its_mover_takes_the_first(void **state) {
    (void)state;
    struct network *n = network_of_2020(2, 1);
    network_link(n, A, B);
    network_subscribe(n, A, T);
    network_forget(n);
    network_hold(n);

    network_subscribe(n, B, T);

    expect_frames(n, B, A, TRACE_RPC_SUBSCRIPTIONS, 1);
    expect_frames(n, B, A, TRACE_RPC_GRAFT, 1);
    expect_frames(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY, 2);
    assert_int_equal(network_topic(n, B, T).table, 0);
    assert_true(network_in_mesh(n, B, A, T));
    assert_int_equal(network_topic(n, A, T).mesh, 0);
    network_release(n);
    network_destroy(n);
}

/** Trace 1, step 3 and its end. */
static void given_two_joined_when_all_is_handled_then_both_meshes_hold_the_other(void **state) {
    (void)state;
    struct network *n = network_of_2020(2, 1);
    network_link(n, A, B);
    network_subscribe(n, A, T);

    network_subscribe(n, B, T);

    expect_frames(n, A, B, TRACE_RPC_SUBSCRIPTIONS, 1);
    expect_frames(n, B, A, TRACE_RPC_SUBSCRIPTIONS, 1);
    expect_frames(n, A, B, TRACE_RPC_GRAFT, 1);
    expect_frames(n, B, A, TRACE_RPC_GRAFT, 1);
    expect_frames(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY, 4);
    for (uint32_t node = A; node <= B; node++) {
        struct network_topic topic = network_topic(n, node, T);
        assert_int_equal(topic.mesh, 1);
        assert_int_equal(topic.table, 0);
        assert_true(topic.has_table);
        assert_int_equal(topic.gauge_mesh, 1);
        assert_int_equal(topic.gauge_table, 0);
        assert_int_equal(network_metrics(n, node).topics, 1);
        assert_int_equal(network_metrics(n, node).skipped_sent, 0);
    }
    network_destroy(n);
}

/** Trace 2. */
static void given_two_joined_when_one_publishes_then_the_message_comes_back(void **state) {
    (void)state;
    struct network *n = two_joined();

    uint32_t count = network_publish(n, A, T);

    struct network_metrics a = network_metrics(n, A);
    struct network_metrics b = network_metrics(n, B);
    assert_int_equal(count, 1);
    assert_int_equal(a.published, 1);
    expect_frames(n, A, B, TRACE_RPC_MESSAGES, 1);
    expect_frames(n, B, A, TRACE_RPC_MESSAGES, 1);
    expect_frames(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY, 2);
    assert_int_equal(network_handled(n, B, T), 1);
    assert_int_equal(network_handled(n, A, T), 0);
    assert_int_equal(a.sig_verify_success, 1);
    assert_int_equal(b.sig_verify_success, 1);
    assert_int_equal(a.validation_success, 1);
    assert_int_equal(b.validation_success, 1);
    assert_int_equal(a.sent, 1);
    assert_int_equal(a.received, 1);
    assert_int_equal(b.published, 0);
    network_destroy(n);
}

/** Trace 2, its last sentence. */
static void given_a_published_message_when_hearts_beat_then_nobody_gossips(void **state) {
    (void)state;
    struct network *n = two_joined();
    network_publish(n, A, T);
    network_forget(n);

    network_heartbeats(n, 10);

    assert_int_equal(network_sent(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY), 0);
    network_destroy(n);
}

/** Trace 3: B leaves. */
static void given_two_joined_when_one_leaves_then_the_other_forgets_it(void **state) {
    (void)state;
    struct network *n = two_joined();

    network_unsubscribe(n, B, T);

    struct network_topic a = network_topic(n, A, T);
    expect_frames(n, B, A, TRACE_RPC_PRUNE, 1);
    expect_frames(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY, 1);
    assert_false(network_topic(n, B, T).has_mesh);
    assert_true(network_topic(n, B, T).joined);
    assert_int_equal(a.mesh, 0);
    assert_int_equal(a.table, 0);
    assert_int_equal(network_metrics(n, B).topics, 0);
    network_destroy(n);
}

/** Trace 3: B's next heartbeat. */
static void given_one_that_left_when_its_heart_beats_then_it_has_an_empty_mesh(void **state) {
    (void)state;
    struct network *n = two_joined();
    network_unsubscribe(n, B, T);
    network_forget(n);

    network_beat(n, B);

    assert_true(network_topic(n, B, T).has_mesh);
    assert_int_equal(network_topic(n, B, T).mesh, 0);
    assert_int_equal(network_sent(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY), 0);
    network_destroy(n);
}

/** B has left and joined again within 120 s. */
static struct network *two_of_which_one_rejoined(void) {
    struct network *n = two_joined();
    network_unsubscribe(n, B, T);
    network_heartbeats(n, 1);
    network_forget(n);
    network_subscribe(n, B, T);
    return n;
}

/** Trace 3: B joins again. */
static void given_one_that_left_when_it_joins_again_then_its_sub_is_not_sent(void **state) {
    (void)state;

    struct network *n = two_of_which_one_rejoined();

    assert_int_equal(network_sent(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY), 0);
    assert_int_equal(network_suppressed(n, B, A, TRACE_RPC_SUBSCRIPTIONS), 1);
    assert_int_equal(network_metrics(n, B).skipped_sent, 1);
    assert_true(network_linked(n, A, B));
    network_destroy(n);
}

static void given_one_that_rejoined_when_either_publishes_then_nobody_hears(void **state) {
    (void)state;
    struct network *n = two_of_which_one_rejoined();
    network_heartbeats(n, 60);

    uint32_t from_a = network_publish(n, A, T);
    uint32_t from_b = network_publish(n, B, T);
    network_heartbeats(n, 10);

    assert_int_equal(from_a, 0);
    assert_int_equal(from_b, 0);
    assert_int_equal(network_handled(n, A, T) + network_handled(n, B, T), 0);
    network_destroy(n);
}

/** What mends trace 3, first way. */
static void given_one_that_rejoined_when_linked_anew_then_both_deliver(void **state) {
    (void)state;
    struct network *n = two_of_which_one_rejoined();
    network_unlink(n, A, B);

    network_link(n, A, B);

    assert_int_equal(network_publish(n, A, T), 1);
    assert_int_equal(network_publish(n, B, T), 1);
    assert_int_equal(network_handled(n, A, T), 1);
    assert_int_equal(network_handled(n, B, T), 1);
    network_destroy(n);
}

/** The second SUB is held back for 120 s after the first, and not a moment longer. */
static void given_one_that_left_when_it_joins_within_120_s_then_its_sub_is_held_back(void **state) {
    (void)state;
    for (uint32_t late = 0; late < 2; late++) {
        struct network *n = two_joined();
        network_unsubscribe(n, B, T);
        network_advance(n, 120 * SECOND_NS - 1 + late);

        network_subscribe(n, B, T);

        expect_frames(n, B, A, TRACE_RPC_SUBSCRIPTIONS, late);
        network_destroy(n);
    }
}

/** What mends trace 3, second way. */
static void given_one_that_left_when_it_joins_after_120_s_then_both_deliver(void **state) {
    (void)state;
    struct network *n = two_joined();
    network_unsubscribe(n, B, T);
    network_heartbeats(n, 121);
    network_forget(n);

    network_subscribe(n, B, T);

    expect_frames(n, B, A, TRACE_RPC_SUBSCRIPTIONS, 1);
    expect_frames(n, A, B, TRACE_RPC_GRAFT, 1);
    assert_int_equal(network_publish(n, A, T), 1);
    assert_int_equal(network_publish(n, B, T), 1);
    assert_int_equal(network_handled(n, A, T), 1);
    assert_int_equal(network_handled(n, B, T), 1);
    network_destroy(n);
}

enum { HUB, CANDIDATE, MEMBER_FIRST, MEMBERS = 4, TRACE_4_NODES = 2 + 2 * MEMBERS };

/** The node joins, then four others, which become its mesh. */
static void form_star(struct network *n, uint32_t centre, uint32_t first) {
    network_subscribe(n, centre, T);
    for (uint32_t node = first; node < first + MEMBERS; node++) {
        network_link(n, centre, node);
        network_subscribe(n, node, T);
    }
    assert_int_equal(network_topic(n, centre, T).mesh, MEMBERS);
}

/**
 * The star of trace 4. The candidate has a full star of its own, so that it grafts nobody, and is
 * linked last.
 */
static struct network *star_with_candidate(void) {
    struct network *n = network_of_2020(TRACE_4_NODES, 1);
    form_star(n, HUB, MEMBER_FIRST);
    form_star(n, CANDIDATE, MEMBER_FIRST + MEMBERS);
    network_link(n, HUB, CANDIDATE);
    assert_true(network_in_table(n, HUB, CANDIDATE, T));
    assert_false(network_in_mesh(n, HUB, CANDIDATE, T));
    assert_false(network_in_mesh(n, CANDIDATE, HUB, T));
    network_forget(n);
    return n;
}

/** Trace 4. */
static void given_a_candidate_when_the_hub_publishes_then_it_asks_in_vain(void **state) {
    (void)state;
    struct network *n = star_with_candidate();

    uint32_t count = network_publish(n, HUB, T);
    network_heartbeats(n, 1);

    const struct rpc *ihave = network_rpc(n, HUB, CANDIDATE, TRACE_RPC_IHAVE, 0);
    assert_int_equal(count, MEMBERS);
    assert_int_equal(ihave->id_count, 1);
    assert_int_equal(message_of_id(ihave->ids[0]), n->next_message - 1);
    expect_frames(n, HUB, NETWORK_ANY, TRACE_RPC_IHAVE, 1);
    expect_frames(n, CANDIDATE, HUB, TRACE_RPC_IWANT, 1);
    expect_frames(n, HUB, CANDIDATE, TRACE_RPC_MESSAGES, 0);
    assert_int_equal(n->routers[HUB].mcache.count, 1);
    network_destroy(n);
}

static void
given_a_candidate_that_was_told_when_hearts_beat_on_then_it_hears_no_more(void **state) {
    (void)state;
    struct network *n = star_with_candidate();
    network_publish(n, HUB, T);
    network_heartbeats(n, 1);
    network_forget(n);

    network_heartbeats(n, 9);

    assert_int_equal(network_sent(n, NETWORK_ANY, NETWORK_ANY, NETWORK_ANY), 0);
    // It is drawn in the second and the third heartbeat too; in the fourth the window is empty.
    assert_int_equal(network_suppressed(n, HUB, CANDIDATE, TRACE_RPC_IHAVE), 2);
    assert_int_equal(network_handled(n, CANDIDATE, T), 0);
    network_destroy(n);
}

/** Trace 4, with a forwarder in the middle. */
static void given_a_candidate_when_the_hub_forwards_then_it_is_not_told(void **state) {
    (void)state;
    struct network *n = star_with_candidate();

    network_publish(n, MEMBER_FIRST, T);
    network_heartbeats(n, 5);

    assert_int_equal(network_handled(n, HUB, T), 1);
    assert_int_equal(n->routers[HUB].mcache.count, 0);
    expect_frames(n, NETWORK_ANY, NETWORK_ANY, TRACE_RPC_IHAVE, 0);
    assert_int_equal(network_handled(n, CANDIDATE, T), 0);
    network_destroy(n);
}

enum { X, Y, PICKED_FIRST, PICKED = 4, TRACE_5_NODES = 2 + PICKED, TRACE_5_TOPICS = 6 };

/** X joins six topics, then four others join the first, then Y does. */
static struct network *six_topics(void) {
    struct network *n = network_of_2020(TRACE_5_NODES, TRACE_5_TOPICS);
    for (uint32_t topic = 0; topic < TRACE_5_TOPICS; topic++) {
        network_subscribe(n, X, (uint16_t)topic);
    }
    network_link_star(n);
    for (uint32_t node = PICKED_FIRST; node < TRACE_5_NODES; node++) {
        network_subscribe(n, node, T);
    }
    network_forget(n);
    network_subscribe(n, Y, T);
    return n;
}

/** Trace 5. */
static void given_six_topics_when_grafted_then_the_sender_is_a_candidate(void **state) {
    (void)state;

    struct network *n = six_topics();

    expect_frames(n, Y, X, TRACE_RPC_GRAFT, 1);
    expect_frames(n, X, Y, NETWORK_ANY, 0);
    assert_true(network_in_table(n, X, Y, T));
    assert_false(network_in_mesh(n, X, Y, T));
    assert_true(network_in_mesh(n, Y, X, T));
    assert_int_equal(network_topic(n, X, T).mesh, PICKED);
    for (uint32_t node = PICKED_FIRST; node < TRACE_5_NODES; node++) {
        assert_true(network_in_mesh(n, X, node, T));
    }
    network_destroy(n);
}

static void given_a_turned_away_sender_when_it_publishes_then_it_is_heard_only(void **state) {
    (void)state;
    struct network *n = six_topics();
    network_forget(n);

    uint32_t from_y = network_publish(n, Y, T);
    uint32_t from_x = network_publish(n, X, T);

    assert_int_equal(from_y, 1);
    assert_int_equal(network_handled(n, X, T), 1);
    assert_int_equal(from_x, PICKED);
    assert_int_equal(network_handled(n, Y, T), 0);
    expect_frames(n, X, Y, TRACE_RPC_MESSAGES, 0);
    network_destroy(n);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_two_nodes_without_topics_when_linked_then_there_is_no_hello),
        cmocka_unit_test(given_two_linked_nodes_when_one_joins_then_the_other_knows_a_candidate),
        cmocka_unit_test(given_one_joined_when_the_other_joins_then_its_mover_takes_the_first),
        cmocka_unit_test(given_two_joined_when_all_is_handled_then_both_meshes_hold_the_other),
        cmocka_unit_test(given_two_joined_when_one_publishes_then_the_message_comes_back),
        cmocka_unit_test(given_a_published_message_when_hearts_beat_then_nobody_gossips),
        cmocka_unit_test(given_two_joined_when_one_leaves_then_the_other_forgets_it),
        cmocka_unit_test(given_one_that_left_when_its_heart_beats_then_it_has_an_empty_mesh),
        cmocka_unit_test(given_one_that_left_when_it_joins_again_then_its_sub_is_not_sent),
        cmocka_unit_test(given_one_that_rejoined_when_either_publishes_then_nobody_hears),
        cmocka_unit_test(given_one_that_rejoined_when_linked_anew_then_both_deliver),
        cmocka_unit_test(given_one_that_left_when_it_joins_within_120_s_then_its_sub_is_held_back),
        cmocka_unit_test(given_one_that_left_when_it_joins_after_120_s_then_both_deliver),
        cmocka_unit_test(given_a_candidate_when_the_hub_publishes_then_it_asks_in_vain),
        cmocka_unit_test(given_a_candidate_that_was_told_when_hearts_beat_on_then_it_hears_no_more),
        cmocka_unit_test(given_a_candidate_when_the_hub_forwards_then_it_is_not_told),
        cmocka_unit_test(given_six_topics_when_grafted_then_the_sender_is_a_candidate),
        cmocka_unit_test(given_a_turned_away_sender_when_it_publishes_then_it_is_heard_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
