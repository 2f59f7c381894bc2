#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

#include <string.h>

enum { TOPIC, TOPIC_B, TOPIC_C };

/** The subscriptions that an RPC of this router holds must be exactly these, in this order. */
static void expect_subscriptions(const struct fixture_event *event, const uint16_t *topics,
                                 uint32_t count, bool subscribe) {
    assert_int_equal(event->rpc.entry_count, count);
    for (uint32_t i = 0; i < count; i++) {
        const struct rpc_entry *entry = &rpc_entries(&event->rpc)[i];
        assert_int_equal(entry->kind, TRACE_RPC_SUBSCRIPTIONS);
        assert_int_equal(entry->topic, topics[i]);
        assert_int_equal(entry->subscribe, subscribe);
    }
}

static void given_no_subscription_when_a_peer_connects_then_nothing_is_said(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});

    fixture_connect(f, 3);

    fixture_expect_silence(f);
    fixture_destroy(f);
}

static void
given_subscriptions_when_a_peer_connects_then_one_rpc_tells_it_all_of_them(void **state) {
    (void)state;
    static const uint16_t topics[] = {TOPIC_C, TOPIC};
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_connect(f, 0);
    fixture_subscribe(f, TOPIC_C);
    fixture_subscribe(f, TOPIC);
    fixture_forget(f);

    fixture_connect(f, 3);

    assert_int_equal(f->event_count, 1);
    assert_int_equal(fixture_sent_to(f, 3, TRACE_RPC_SUBSCRIPTIONS), 1);
    expect_subscriptions(fixture_sent(f, TRACE_RPC_SUBSCRIPTIONS, 0), topics, 2, true);
    fixture_destroy(f);
}

static void given_topics_left_when_a_peer_connects_then_they_are_not_told(void **state) {
    (void)state;
    static const uint16_t topics[] = {TOPIC_B};
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_subscribe(f, TOPIC);
    fixture_subscribe(f, TOPIC_B);
    fixture_unsubscribe(f, TOPIC);
    fixture_publish(f, TOPIC_C);

    fixture_connect(f, 0);
    fixture_unsubscribe(f, TOPIC_B);
    fixture_connect(f, 1);

    expect_subscriptions(fixture_sent(f, TRACE_RPC_SUBSCRIPTIONS, 0), topics, 1, true);
    assert_int_equal(fixture_sent_to(f, 1, TRACE_RPC_SUBSCRIPTIONS), 0);
    fixture_destroy(f);
}

static void given_a_peer_that_was_gone_when_it_comes_back_then_it_is_told_again(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 0);
    fixture_disconnect(f, 3);
    fixture_forget(f);

    fixture_connect(f, 3);

    assert_int_equal(fixture_sent_to(f, 3, TRACE_RPC_SUBSCRIPTIONS), 1);
    fixture_destroy(f);
}

/** A peer's subscriptions end with its connection: it is no candidate until it says them again. */
static void given_a_subscriber_when_it_reconnects_then_it_must_subscribe_again(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = 1});
    fixture_form_mesh(f, TOPIC, 0);
    fixture_disconnect(f, 0);
    fixture_connect(f, 0);

    fixture_heartbeat(f);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_GRAFT), 0);
    fixture_peer_subscribes(f, 0, TOPIC);
    fixture_heartbeat(f);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_GRAFT), 1);
    fixture_destroy(f);
}

/** Announcements go to all connected peers, whatever they are subscribed to, and to no others. */
static void given_connected_peers_when_membership_changes_then_each_is_told_once(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t peers;
        bool floodsub;
    } rows[] = {
        {"gossipsub", 20, false},   {"floodsub", 20, true},        {"one peer", 1, false},
        {"a full word", 64, false}, {"a word and one", 65, false}, {"several words", 200, false},
    };
    static const uint16_t topics[] = {TOPIC_B};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const uint32_t absent = rows[i].peers - 1;
        struct fixture *f = fixture_create(
            &(struct fixture_options){.peers = rows[i].peers, .floodsub = rows[i].floodsub});
        fixture_connect_all(f);
        fixture_disconnect(f, absent);
        for (uint32_t subscribe = 2; subscribe-- > 0;) {
            fixture_forget(f);
            if (subscribe) {
                fixture_subscribe(f, TOPIC_B);
            } else {
                fixture_unsubscribe(f, TOPIC_B);
            }
            for (uint32_t slot = 0; slot < rows[i].peers; slot++) {
                fixture_expect_equal(rows[i].name, "announcements",
                                     fixture_sent_to(f, slot, TRACE_RPC_SUBSCRIPTIONS),
                                     slot != absent);
            }
            for (uint32_t sent = 0; sent < rows[i].peers - 1; sent++) {
                expect_subscriptions(fixture_sent(f, TRACE_RPC_SUBSCRIPTIONS, sent), topics, 1,
                                     subscribe);
            }
        }
        fixture_destroy(f);
    }
}

static void given_membership_as_wanted_when_asked_for_again_then_nothing_happens(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 3);

    fixture_subscribe(f, TOPIC);
    fixture_unsubscribe(f, TOPIC_B);

    fixture_expect_silence(f);
    assert_int_equal(fixture_mesh_count(f, TOPIC), 3);
    fixture_destroy(f);
}

/** Links keep order, so a peer knows of our subscription before it is grafted or pruned. */
static void
given_candidates_when_membership_changes_then_the_announcement_is_sent_first(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_connect_all(f);
    fixture_peers_subscribe(f, 20, TOPIC);

    fixture_subscribe(f, TOPIC);
    fixture_unsubscribe(f, TOPIC);

    const struct fixture_event *last_subscribe = fixture_sent(f, TRACE_RPC_SUBSCRIPTIONS, 19);
    const struct fixture_event *first_unsubscribe = fixture_sent(f, TRACE_RPC_SUBSCRIPTIONS, 20);
    const struct fixture_event *last_unsubscribe = fixture_sent(f, TRACE_RPC_SUBSCRIPTIONS, 39);
    assert_true(last_subscribe < fixture_sent(f, TRACE_RPC_GRAFT, 0));
    assert_true(fixture_sent(f, TRACE_RPC_GRAFT, f->params.d - 1) < first_unsubscribe);
    assert_true(last_unsubscribe < fixture_sent(f, TRACE_RPC_PRUNE, 0));
    fixture_destroy(f);
}

static void
given_an_rpc_of_several_entries_when_received_then_they_take_effect_in_order(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 0);
    fixture_peer_unsubscribes(f, 5, TOPIC);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t unknown = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_subscription(&f->rpcs, rpc, TOPIC, true);
    rpc_add_message(&f->rpcs, rpc, message, 0);
    rpc_add_message(&f->rpcs, rpc, message, 4);
    rpc_add_ihave(&f->rpcs, rpc, TOPIC);
    rpc_add_id(&f->rpcs, rpc, message);
    rpc_add_id(&f->rpcs, rpc, unknown);
    rpc_add_graft(&f->rpcs, rpc, TOPIC);

    fixture_peer_sends(f, 5, rpc);

    const struct fixture_event *delivery = fixture_effect(f, EFFECT_DELIVER, 0);
    const struct fixture_event *iwant = fixture_sent(f, TRACE_RPC_IWANT, 0);
    assert_int_equal(fixture_delivered_count(f), 1);
    assert_int_equal(fixture_effect(f, EFFECT_DUPLICATE, 0)->effect.value, 5);
    assert_true(delivery < fixture_effect(f, EFFECT_DUPLICATE, 0));
    assert_int_equal(iwant->rpc.id_count, 1);
    assert_int_equal(iwant->rpc.ids[0], unknown);
    assert_true(fixture_in_mesh(f, TOPIC, 5));
    assert_true(iwant < fixture_effect(f, EFFECT_TRACE, 0));
    fixture_destroy(f);
}

static void given_a_subscriber_when_it_says_so_again_then_nothing_changes(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 4);

    fixture_peer_subscribes(f, 2, TOPIC);
    fixture_peer_unsubscribes(f, 2, TOPIC_B);

    fixture_expect_silence(f);
    assert_true(fixture_in_mesh(f, TOPIC, 2));
    fixture_destroy(f);
}

static void given_a_router_when_it_publishes_then_sequence_numbers_increase_from_one(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});

    for (uint64_t seqno = 1; seqno <= 3; seqno++) {
        assert_true(router_next_seqno(&f->router) == seqno);
    }
    fixture_destroy(f);
}

static void
given_topics_when_their_meshes_are_counted_then_those_not_joined_have_none(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC_B, 5);

    assert_int_equal(router_mesh_count(&f->router, TOPIC), 0);
    assert_int_equal(router_mesh_count(&f->router, TOPIC_B), 5);
    assert_int_equal(router_mesh_count(&f->router, TOPIC_C), 0);
    expect_assert_failure(router_mesh_count(&f->router, 3));
    fixture_destroy(f);
}

/** Topics come to be known later than the router: replays of recordings do so. */
static void given_topics_when_met_in_any_order_then_each_is_found_as_in_a_plain_list(void **state) {
    (void)state;
    enum { KNOWN = 36, TOPICS = 300, STEPS = 3000 };
    struct fixture *f = fixture_create(&(struct fixture_options){.topics = KNOWN});
    static struct topic_state *plain[TOPICS];
    memset(plain, 0, sizeof plain);
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);
    f->messages.topic_count = TOPICS;

    for (uint32_t step = 0; step < STEPS; step++) {
        uint16_t topic = (uint16_t)prng_below(&prng, TOPICS);
        assert_ptr_equal(router_find_topic(&f->router, topic), plain[topic]);
        if (prng_below(&prng, 4) == 0) {
            struct topic_state *found = router_topic(&f->router, topic);
            assert_true(plain[topic] == NULL || found == plain[topic]);
            assert_int_equal(found->topic, topic);
            plain[topic] = found;
        }
    }

    uint32_t met = 0;
    for (uint32_t topic = 0; topic < TOPICS; topic++) {
        met += plain[topic] != NULL;
    }
    assert_int_equal(f->router.topic_count, met);
    // What stands beside the index is as it was.
    for (uint32_t window = 0; window < f->params.history_length; window++) {
        assert_int_equal(mcache_window_count(&f->router.mcache, window), 0);
    }
    router_validate(&f->router);
    f->messages.topic_count = KNOWN;
    fixture_destroy(f);
}

/** Quirk Q28: the router of 2020 does not look at the protocol of a peer. */
static void given_a_floodsub_peer_when_it_subscribes_then_grafted_only_under_the_quirk(void **s) {
    (void)s;
    static const struct {
        const char *name;
        uint64_t quirks;
        uint32_t grafts;
    } rows[] = {
        {"as specified", 0, 0},
        {"the quirk", UINT64_C(1) << QUIRK_FLOOD_PEERS_UNSERVED, 1},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f =
            fixture_create(&(struct fixture_options){.params = {.quirks = rows[i].quirks}});
        router_on_peer_connected(&f->router, &f->step, 0, PEER_FLOODSUB);
        fixture_peer_subscribes(f, 0, TOPIC);

        fixture_subscribe(f, TOPIC);

        fixture_expect_equal(rows[i].name, "GRAFTs", fixture_sent_to(f, 0, TRACE_RPC_GRAFT),
                             rows[i].grafts);
        fixture_destroy(f);
    }
}

/** Quirk Q25: removing from a list while walking it passes over every other entry. */
static void given_a_handler_added_several_times_when_removed_then_as_the_quirk_leaves(void **s) {
    (void)s;
    static const struct {
        const char *name;
        uint64_t quirks;
        uint32_t added;
        uint32_t left;
    } rows[] = {
        {"as specified, once", 0, 1, 0},
        {"as specified, twice", 0, 2, 0},
        {"the quirk, once", UINT64_C(1) << QUIRK_HANDLERS_SKIPPED, 1, 0},
        {"the quirk, twice", UINT64_C(1) << QUIRK_HANDLERS_SKIPPED, 2, 1},
        {"the quirk, three times", UINT64_C(1) << QUIRK_HANDLERS_SKIPPED, 3, 1},
        {"the quirk, four times", UINT64_C(1) << QUIRK_HANDLERS_SKIPPED, 4, 2},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f =
            fixture_create(&(struct fixture_options){.params = {.quirks = rows[i].quirks}});
        for (uint32_t added = 0; added < rows[i].added; added++) {
            fixture_subscribe(f, TOPIC);
        }

        fixture_unsubscribe(f, TOPIC);

        fixture_expect_equal(rows[i].name, "handlers",
                             router_find_topic(&f->router, TOPIC)->handler_count, rows[i].left);
        fixture_destroy(f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_topics_when_met_in_any_order_then_each_is_found_as_in_a_plain_list),
        cmocka_unit_test(given_no_subscription_when_a_peer_connects_then_nothing_is_said),
        cmocka_unit_test(
            given_subscriptions_when_a_peer_connects_then_one_rpc_tells_it_all_of_them),
        cmocka_unit_test(given_topics_left_when_a_peer_connects_then_they_are_not_told),
        cmocka_unit_test(given_a_peer_that_was_gone_when_it_comes_back_then_it_is_told_again),
        cmocka_unit_test(given_a_subscriber_when_it_reconnects_then_it_must_subscribe_again),
        cmocka_unit_test(given_connected_peers_when_membership_changes_then_each_is_told_once),
        cmocka_unit_test(given_membership_as_wanted_when_asked_for_again_then_nothing_happens),
        cmocka_unit_test(
            given_candidates_when_membership_changes_then_the_announcement_is_sent_first),
        cmocka_unit_test(
            given_an_rpc_of_several_entries_when_received_then_they_take_effect_in_order),
        cmocka_unit_test(given_a_subscriber_when_it_says_so_again_then_nothing_changes),
        cmocka_unit_test(given_a_router_when_it_publishes_then_sequence_numbers_increase_from_one),
        cmocka_unit_test(
            given_topics_when_their_meshes_are_counted_then_those_not_joined_have_none),
        cmocka_unit_test(
            given_a_floodsub_peer_when_it_subscribes_then_grafted_only_under_the_quirk),
        cmocka_unit_test(given_a_handler_added_several_times_when_removed_then_as_the_quirk_leaves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
