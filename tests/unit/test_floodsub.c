#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { TOPIC, TOPIC_B };

/** A flood node with connected peers of which the first `subscribers` are in the topic. */
static struct fixture *flood_node(uint32_t peers, uint32_t subscribers, bool joined) {
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = peers, .floodsub = true});
    fixture_connect_all(f);
    fixture_peers_subscribe(f, subscribers, TOPIC);
    if (joined) {
        fixture_subscribe(f, TOPIC);
    }
    fixture_forget(f);
    return f;
}

static void given_subscribers_when_publishing_then_every_one_gets_it(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t peers;
        uint32_t subscribers;
        bool joined;
    } rows[] = {
        {"none", 20, 0, true},
        {"some", 20, 7, true},
        {"far more than D", 20, 20, true},
        {"from outside the topic", 20, 7, false},
        {"several words", 200, 150, true},
        {"no peers", FIXTURE_NONE, 0, true},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = flood_node(rows[i].peers, rows[i].subscribers, rows[i].joined);
        uint32_t message = fixture_publish(f, TOPIC);
        for (uint32_t slot = 0; slot < f->router.slot_count; slot++) {
            fixture_expect_equal(rows[i].name, "copies",
                                 fixture_sent_to(f, slot, TRACE_RPC_MESSAGES),
                                 slot < rows[i].subscribers);
        }
        fixture_expect_equal(rows[i].name, "events", f->event_count, rows[i].subscribers);
        for (uint32_t sent = 0; sent < rows[i].subscribers; sent++) {
            const struct rpc_entry *entry =
                rpc_entries(&fixture_sent(f, TRACE_RPC_MESSAGES, sent)->rpc);
            fixture_expect_equal(rows[i].name, "message", entry->first, message);
            fixture_expect_equal(rows[i].name, "hops", entry->count, 0);
        }
        fixture_destroy(f);
    }
}

static void
given_subscribers_when_a_message_arrives_then_it_is_delivered_and_flooded(void **state) {
    (void)state;
    struct fixture *f = flood_node(20, 15, true);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_PEER_NODE_FIRST + 4);

    fixture_peer_sends_message(f, 2, message, 3);

    assert_int_equal(fixture_delivered_count(f), 1);
    assert_int_equal(fixture_effect(f, EFFECT_DELIVER, 0)->effect.value, 4);
    for (uint32_t slot = 0; slot < 20; slot++) {
        assert_int_equal(fixture_sent_to(f, slot, TRACE_RPC_MESSAGES),
                         slot < 15 && slot != 2 && slot != 4);
    }
    assert_int_equal(rpc_entries(&fixture_sent(f, TRACE_RPC_MESSAGES, 0)->rpc)->count, 4);
    fixture_destroy(f);
}

static void given_a_peer_that_left_when_a_message_arrives_then_it_gets_none(void **state) {
    (void)state;
    struct fixture *f = flood_node(20, 20, true);
    fixture_peer_unsubscribes(f, 3, TOPIC);
    fixture_peer_unsubscribes(f, 4, TOPIC_B);
    fixture_disconnect(f, 5);
    fixture_connect(f, 5);
    fixture_forget(f);

    fixture_peer_sends_message(f, 0, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 0);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 17);
    assert_int_equal(fixture_sent_to(f, 3, TRACE_RPC_MESSAGES), 0);
    assert_int_equal(fixture_sent_to(f, 4, TRACE_RPC_MESSAGES), 1);
    assert_int_equal(fixture_sent_to(f, 5, TRACE_RPC_MESSAGES), 0);
    fixture_destroy(f);
}

static void given_a_flood_node_when_membership_changes_then_it_only_announces(void **state) {
    (void)state;
    struct fixture *f = flood_node(20, 20, false);

    fixture_subscribe(f, TOPIC);
    fixture_unsubscribe(f, TOPIC);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_SUBSCRIPTIONS), 40);
    assert_int_equal(f->event_count, 40);
    fixture_destroy(f);
}

static void given_a_flood_node_when_the_heart_beats_then_nothing_happens(void **state) {
    (void)state;
    struct fixture *f = flood_node(20, 20, true);
    fixture_peer_sends_message(f, 0, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 0);
    fixture_publish(f, TOPIC);
    fixture_publish(f, TOPIC_B);
    fixture_forget(f);

    fixture_heartbeats(f, 10);

    fixture_expect_silence(f);
    assert_int_equal(fixture_mesh_count(f, TOPIC), 0);
    assert_int_equal(fixture_fanout_count(f, TOPIC_B), 0);
    assert_int_equal(f->router.mcache.count, 0);
    fixture_destroy(f);
}

/** A flood node among gossipsub peers speaks no control messages; it passes over theirs. */
static void given_a_flood_node_when_control_arrives_then_nothing_happens(void **state) {
    (void)state;
    static const bool joined[] = {true, false};

    for (size_t i = 0; i < COUNT_OF(joined); i++) {
        struct fixture *f = flood_node(20, 20, joined[i]);
        uint32_t known = fixture_publish(f, TOPIC);
        uint32_t unknown = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
        fixture_forget(f);

        fixture_peer_grafts(f, 3, TOPIC);
        fixture_peer_prunes(f, 3, TOPIC);
        fixture_peer_sends_ihave(f, 3, &unknown, 1);
        fixture_peer_sends_iwant(f, 3, &known, 1);

        fixture_expect_silence(f);
        assert_int_equal(fixture_mesh_count(f, TOPIC), 0);
        fixture_destroy(f);
    }
}

/** What else a flood node does, it shares with gossipsub; see test_router.c and
 * test_router_message.c. */
static void given_a_message_beside_control_when_it_arrives_then_it_alone_counts(void **state) {
    (void)state;
    struct fixture *f = flood_node(20, 20, true);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_message(&f->rpcs, rpc, message, 0);
    rpc_add_ihave(&f->rpcs, rpc, TOPIC);
    rpc_add_id(&f->rpcs, rpc, message);
    rpc_add_iwant(&f->rpcs, rpc);
    rpc_add_id(&f->rpcs, rpc, message);
    rpc_add_prune(&f->rpcs, rpc, TOPIC);

    fixture_peer_sends(f, 3, rpc);

    assert_int_equal(fixture_delivered_count(f), 1);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 19);
    assert_int_equal(f->event_count, 20);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_subscribers_when_publishing_then_every_one_gets_it),
        cmocka_unit_test(given_subscribers_when_a_message_arrives_then_it_is_delivered_and_flooded),
        cmocka_unit_test(given_a_peer_that_left_when_a_message_arrives_then_it_gets_none),
        cmocka_unit_test(given_a_flood_node_when_membership_changes_then_it_only_announces),
        cmocka_unit_test(given_a_flood_node_when_the_heart_beats_then_nothing_happens),
        cmocka_unit_test(given_a_flood_node_when_control_arrives_then_nothing_happens),
        cmocka_unit_test(given_a_message_beside_control_when_it_arrives_then_it_alone_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
