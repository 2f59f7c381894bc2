#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { TOPIC, TOPIC_B };

/** Everything at once, many times: the fixture validates after each step. */
static void given_any_state_when_random_things_happen_then_what_must_hold_holds(void **state) {
    (void)state;
    enum { STEPS = 20000, PEERS = 70 };
    struct fixture *f = fixture_create(&(struct fixture_options){
        .peers = PEERS, .messages = STEPS, .params = {.seen_ttl_ns = 3000000000}});
    struct prng prng = prng_stream(11, STREAM_WORKLOAD, 0);

    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t slot = prng_below(&prng, PEERS);
        uint16_t topic = (uint16_t)prng_below(&prng, 3);
        uint32_t action = prng_below(&prng, 13);
        bool connected = bitset_has(f->router.connected, slot);
        if (action == 0 && connected) {
            fixture_disconnect(f, slot);
        } else if (!connected) {
            fixture_connect(f, slot);
        } else if (action <= 2) {
            fixture_peer_subscribes(f, slot, topic);
        } else if (action == 3) {
            fixture_peer_unsubscribes(f, slot, topic);
        } else if (action == 4) {
            fixture_peer_grafts(f, slot, topic);
        } else if (action == 5) {
            fixture_peer_prunes(f, slot, topic);
        } else if (action == 6) {
            fixture_peer_sends_message(f, slot, fixture_new_message(f, topic, FIXTURE_STRANGER), 1);
        } else if (action <= 8 && f->next_message > 0) {
            uint32_t message = prng_below(&prng, f->next_message);
            fixture_peer_sends_message(f, slot, message, 2);
            fixture_peer_sends_iwant(f, slot, &message, 1);
            fixture_peer_sends_ihave(f, slot, &message, 1);
        } else if (action == 9) {
            fixture_publish(f, topic);
        } else if (action == 10) {
            fixture_subscribe(f, topic);
        } else if (action == 11) {
            fixture_unsubscribe(f, topic);
        } else {
            fixture_heartbeat(f);
        }
        fixture_forget(f);
    }

    assert_true(f->next_message > 1000);
    fixture_destroy(f);
}

static void expect_refused(struct fixture *f, const struct router_params *params) {
    struct router_shared shared;
    expect_assert_failure(router_shared_init(&shared, f->arena, params, &f->messages));
}

#define BEAT .heartbeat_interval_ns = 1

static void given_parameters_out_of_bounds_when_a_group_is_made_then_a_check_fails(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct router_params params;
        bool good;
    } rows[] = {
        {"smallest", {.d = 1, .d_high = 1, BEAT, .history_length = 1}, true},
        {"all equal", {.d = 6, .d_low = 6, .d_high = 6, BEAT, .history_length = 5}, true},
        {"all windows gossiped",
         {.d = 1, .d_high = 1, BEAT, .history_length = 5, .history_gossip = 5},
         true},
        {"D 0", {.d = 0, .d_high = 1, BEAT, .history_length = 1}, false},
        {"Dlo above D", {.d = 6, .d_low = 7, .d_high = 12, BEAT, .history_length = 1}, false},
        {"Dhi below D", {.d = 6, .d_low = 4, .d_high = 5, BEAT, .history_length = 1}, false},
        {"no history", {.d = 1, .d_high = 1, BEAT, .history_length = 0}, false},
        {"more gossip than history",
         {.d = 1, .d_high = 1, BEAT, .history_length = 3, .history_gossip = 4},
         false},
        {"no heartbeat interval", {.d = 1, .d_high = 1, .history_length = 1}, false},
    };
    struct fixture *f = fixture_create(&(struct fixture_options){0});

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct router_shared shared;
        print_message("%s\n", rows[i].name);
        if (rows[i].good) {
            router_shared_init(&shared, f->arena, &rows[i].params, &f->messages);
        } else {
            expect_refused(f, &rows[i].params);
        }
    }
    fixture_destroy(f);
}

static void given_wrong_use_when_called_then_a_check_fails(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = 3, .messages = 4});
    fixture_connect(f, 0);
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_graft(&f->rpcs, rpc, TOPIC);
    rpc_seal(&f->rpcs, rpc);
    const struct rpc *sealed = rpc_at(&f->rpcs, rpc);

    expect_assert_failure(router_on_peer_connected(&f->router, &f->step, 0, PEER_GOSSIPSUB));
    expect_assert_failure(router_on_peer_connected(&f->router, &f->step, 3, PEER_GOSSIPSUB));
    expect_assert_failure(router_on_peer_disconnected(&f->router, &f->step, 1));
    expect_assert_failure(router_on_peer_disconnected(&f->router, &f->step, 3));
    expect_assert_failure(router_on_rpc(&f->router, &f->step, 1, sealed));
    expect_assert_failure(router_on_rpc(&f->router, &f->step, 3, sealed));
    rpc_release(&f->rpcs, rpc);
    expect_assert_failure(router_subscribe(&f->router, &f->step, 3, 0));
    expect_assert_failure(router_unsubscribe(&f->router, &f->step, 3, 0));
    expect_assert_failure(router_publish(&f->router, &f->step, 4));
    expect_assert_failure(router_publish(&f->router, &f->step, 0));
    expect_assert_failure(router_protocol_of((enum router_protocol_kind)7));
    assert_int_equal(fixture_publish(f, TOPIC), 0);
    expect_assert_failure(router_publish(&f->router, &f->step, 0));
    fixture_destroy(f);
}

static void expect_impossible(struct fixture *f, struct rpc_entry entry) {
    struct rpc rpc = {.entry = entry, .entry_count = 1};
    fixture_form_mesh(f, TOPIC, 0);
    expect_assert_failure(router_on_rpc(&f->router, &f->step, 0, &rpc));
}

/** A message entry naming what nobody published, or an unknown kind of entry: made by hand. */
static void given_an_impossible_entry_when_received_then_a_check_fails(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool floodsub;
        struct rpc_entry entry;
    } rows[] = {
        {"unpublished message", false, {.kind = TRACE_RPC_MESSAGES, .first = 1}},
        {"message out of range", false, {.kind = TRACE_RPC_MESSAGES, .first = 4}},
        {"topic out of range", false, {.kind = TRACE_RPC_GRAFT, .topic = 3}},
        {"IHAVE beyond the ids", false, {.kind = TRACE_RPC_IHAVE, .count = 1}},
        {"IWANT beyond the ids", false, {.kind = TRACE_RPC_IWANT, .count = 1}},
        {"kind out of range", false, {.kind = TRACE_RPC_COUNT}},
        {"unpublished message to floodsub", true, {.kind = TRACE_RPC_MESSAGES, .first = 1}},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f =
            fixture_create(&(struct fixture_options){.messages = 4, .floodsub = rows[i].floodsub});
        print_message("%s\n", rows[i].name);
        expect_impossible(f, rows[i].entry);
        fixture_destroy(f);
    }
}

/** Ways to break a router's state by hand, each of which router_validate() has to notice. */
enum damage {
    DAMAGE_MESH_COUNT,
    DAMAGE_MESH_OF_UNCONNECTED,
    DAMAGE_MESH_NOT_JOINED,
    DAMAGE_SUBSCRIBER_UNCONNECTED,
    DAMAGE_FANOUT_OF_STRANGER,
    DAMAGE_FANOUT_WITHOUT_FANOUT,
    DAMAGE_FANOUT_AND_MESH,
    DAMAGE_INDEX,
    DAMAGE_COUNT
};

struct damaged {
    struct router *router;
    struct topic_state *joined; // has a mesh
    struct topic_state *left;   // has a fanout
    uint32_t first; // from here: two slots in both, one in no topic, one that is not connected
};

static void inflict(struct damaged d, enum damage damage) {
    switch (damage) {
    case DAMAGE_MESH_COUNT:
        d.joined->mesh_count++;
        return;
    case DAMAGE_MESH_OF_UNCONNECTED:
        bitset_add(topic_mesh(d.router, d.joined), d.first + 3);
        d.joined->mesh_count++;
        return;
    case DAMAGE_MESH_NOT_JOINED:
        bitset_add(topic_mesh(d.router, d.left), d.first);
        d.left->mesh_count++;
        return;
    case DAMAGE_SUBSCRIBER_UNCONNECTED:
        bitset_add(topic_subscribers(d.router, d.joined), d.first + 3);
        return;
    case DAMAGE_FANOUT_OF_STRANGER:
        bitset_add(topic_fanout(d.router, d.left), d.first + 2);
        return;
    case DAMAGE_FANOUT_WITHOUT_FANOUT:
        d.left->has_fanout = false;
        return;
    case DAMAGE_FANOUT_AND_MESH:
        d.joined->has_fanout = true;
        return;
    case DAMAGE_INDEX:
        d.router->topic_index[d.joined->topic] = d.router->topic_index[d.left->topic];
        return;
    case DAMAGE_COUNT:
        break;
    }
    fail();
}

static void expect_noticed(enum damage damage, uint32_t first) {
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = first + 4});
    for (uint32_t slot = first; slot < first + 3; slot++) {
        fixture_connect(f, slot);
    }
    for (uint32_t slot = first; slot < first + 2; slot++) {
        fixture_peer_subscribes(f, slot, TOPIC);
        fixture_peer_subscribes(f, slot, TOPIC_B);
    }
    fixture_subscribe(f, TOPIC);
    fixture_publish(f, TOPIC_B);
    assert_int_equal(fixture_mesh_count(f, TOPIC), 2);
    assert_int_equal(fixture_fanout_count(f, TOPIC_B), 2);
    router_validate(&f->router);

    struct damaged damaged = {.router = &f->router,
                              .joined = router_topic(&f->router, TOPIC),
                              .left = router_topic(&f->router, TOPIC_B),
                              .first = first};
    inflict(damaged, damage);

    expect_assert_failure(router_validate(&f->router));
    fixture_destroy(f);
}

/** In the first word of the sets, and in the last of several. */
static void given_a_damaged_state_when_validated_then_a_check_fails(void **state) {
    (void)state;

    for (uint32_t damage = 0; damage < DAMAGE_COUNT; damage++) {
        print_message("damage %u\n", damage);
        expect_noticed((enum damage)damage, 0);
        expect_noticed((enum damage)damage, 128);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_any_state_when_random_things_happen_then_what_must_hold_holds),
        cmocka_unit_test(given_parameters_out_of_bounds_when_a_group_is_made_then_a_check_fails),
        cmocka_unit_test(given_wrong_use_when_called_then_a_check_fails),
        cmocka_unit_test(given_an_impossible_entry_when_received_then_a_check_fails),
        cmocka_unit_test(given_a_damaged_state_when_validated_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
