// The 2020 router's own tests of whole networks, as SEED.md §6 restates them: GossipSub end to end
// and FloodSub end to end. Each row is run as nim-2020 and as the specification says.
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

enum { FOOBAR, FOO, BAR, MANY = 10 };

#define SECOND_NS INT64_C(1000000000)

/** A network whose second node is a group of its own. */
struct pair_options {
    bool floodsub;
    bool specified;
    uint32_t validated; // topics that the second node's application validates
    uint32_t rejected;  // and that it rejects
};

static struct network *pair_of(const struct pair_options *pair) {
    struct network_options options = {.nodes = 2, .others = 1, .seed = 6, .sign = true};
    for (uint32_t i = 0; i < NETWORK_GROUPS; i++) {
        options.params[i].quirks = pair->specified ? 0 : quirks_of_nim_2020();
        options.floodsub[i] = pair->floodsub;
    }
    options.validated[1] = pair->validated;
    struct network *n = network_create(&options);
    n->rejected = pair->rejected;
    network_link(n, 0, 1);
    return n;
}

static void expect_known(struct network *n, uint16_t topic) {
    assert_true(network_wait_subscribed(n, 0, 1, topic));
}

/* GossipSub end to end. */

static void given_validation_succeeds_when_published_then_validator_and_handler_fire(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 4; row++) {
        struct network *n = pair_of(&(struct pair_options){
            .floodsub = row >= 2, .specified = row % 2 != 0, .validated = 1U << FOOBAR});
        if (row < 2) {
            network_subscribe(n, 0, FOOBAR);
        }
        network_subscribe(n, 1, FOOBAR);
        expect_known(n, FOOBAR);

        assert_true(network_try_publish(n, 0, FOOBAR, 1, SECOND_NS) > 0);

        assert_int_equal(network_effects(n, 1, EFFECT_VALIDATE), 1);
        assert_int_equal(network_handled(n, 1, FOOBAR), 1);
        network_destroy(n);
    }
}

static void given_validation_fails_when_published_then_the_handler_never_fires(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 4; row++) {
        struct network *n = pair_of(&(struct pair_options){.floodsub = row >= 2,
                                                           .specified = row % 2 != 0,
                                                           .validated = 1U << FOOBAR,
                                                           .rejected = 1U << FOOBAR});
        network_subscribe(n, 1, FOOBAR);
        expect_known(n, FOOBAR);

        network_try_publish(n, 0, FOOBAR, 1, SECOND_NS);

        assert_int_equal(network_effects(n, 1, EFFECT_VALIDATE), 1);
        assert_int_equal(network_traces(n, 1, TRACE_IGNORE, REASON_REJECTED), 1);
        assert_int_equal(network_handled(n, 1, FOOBAR), 0);
        network_destroy(n);
    }
}

static void given_one_validation_fails_when_both_published_then_the_other_is_handled(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 4; row++) {
        struct network *n = pair_of(&(struct pair_options){.floodsub = row >= 2,
                                                           .specified = row % 2 != 0,
                                                           .validated = 1U << FOO | 1U << BAR,
                                                           .rejected = 1U << BAR});
        network_subscribe(n, 1, FOO);
        network_subscribe(n, 1, BAR);
        expect_known(n, FOO);
        expect_known(n, BAR);

        assert_true(network_try_publish(n, 0, FOO, 1, SECOND_NS) > 0);
        assert_true(network_try_publish(n, 0, BAR, 1, SECOND_NS) > 0);

        assert_int_equal(network_effects(n, 1, EFFECT_VALIDATE), 2);
        assert_int_equal(network_handled(n, 1, FOO), 1);
        assert_int_equal(network_handled(n, 1, BAR), 0);
        network_destroy(n);
    }
}

static void given_remote_subscriptions_when_10_s_pass_then_the_other_node_knows(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct network *n = pair_of(&(struct pair_options){.specified = row != 0});

        network_subscribe(n, 1, FOOBAR);
        network_heartbeats(n, 10);

        assert_true(network_topic(n, 1, FOOBAR).joined);
        assert_true(network_in_table(n, 0, 1, FOOBAR));
        assert_false(network_topic(n, 0, FOOBAR).joined);
        network_destroy(n);
    }
}

static void given_both_subscribed_when_all_is_handled_then_each_knows_the_other(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct network *n = pair_of(&(struct pair_options){.specified = row != 0});

        network_subscribe_all(n, FOOBAR);
        network_heartbeats(n, 1);

        for (uint32_t node = 0; node < 2; node++) {
            assert_true(network_topic(n, node, FOOBAR).joined);
            assert_true(network_topic(n, node, FOOBAR).has_table);
            assert_true(network_in_table(n, node, 1 - node, FOOBAR) ||
                        network_in_mesh(n, node, 1 - node, FOOBAR));
        }
        network_destroy(n);
    }
}

static void count_rpc(void *context, const struct router *router, uint32_t slot,
                      const struct rpc *rpc) {
    (void)router;
    (void)slot;
    (void)rpc;
    ++*(uint32_t *)context;
}

static void given_send_over_fanout_when_published_once_then_observers_count_two(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct network *n = pair_of(&(struct pair_options){.specified = row != 0});
        uint32_t observed = 0;
        network_subscribe(n, 1, FOOBAR);
        expect_known(n, FOOBAR);
        router_add_observer(&n->shared[1], (struct router_observer){&observed, NULL, count_rpc});
        router_add_observer(&n->shared[0], (struct router_observer){&observed, count_rpc, NULL});

        uint32_t count = network_publish(n, 0, FOOBAR);
        network_heartbeats(n, 2);

        assert_int_equal(count, 1);
        assert_int_equal(network_handled(n, 1, FOOBAR), 1);
        assert_true(network_in_fanout(n, 0, 1, FOOBAR));
        assert_int_equal(observed, 2);
        network_destroy(n);
    }
}

/** In fact over a fanout too, as only the receiver subscribes; here also over a mesh. */
static void given_send_over_mesh_when_published_then_the_handler_fires(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 4; row++) {
        struct network *n = pair_of(&(struct pair_options){.specified = row % 2 != 0});
        if (row >= 2) {
            network_subscribe(n, 0, FOOBAR);
        }
        network_subscribe(n, 1, FOOBAR);
        expect_known(n, FOOBAR);

        network_publish(n, 0, FOOBAR);

        assert_int_equal(network_handled(n, 1, FOOBAR), 1);
        assert_int_equal(network_in_mesh(n, 0, 1, FOOBAR), row >= 2);
        network_destroy(n);
    }
}

static struct network *many_of(bool floodsub, bool specified, bool self_trigger) {
    struct network_options options = {.nodes = MANY, .seed = 6, .sign = true};
    options.params[0].quirks = specified ? 0 : quirks_of_nim_2020();
    options.params[0].self_trigger = self_trigger;
    options.floodsub[0] = floodsub;
    return network_create(&options);
}

/** Every node dials all others, in drawn order. */
static void link_in_random_order(struct network *n) {
    uint32_t pairs[MANY * MANY];
    uint32_t count = 0;
    struct prng prng = prng_stream(6, STREAM_TOPOLOGY, 0);
    for (uint32_t a = 0; a < MANY; a++) {
        for (uint32_t b = a + 1; b < MANY; b++) {
            pairs[count++] = a * MANY + b;
        }
    }
    prng_shuffle_u32(&prng, pairs, count);
    for (uint32_t i = 0; i < count; i++) {
        network_link(n, pairs[i] / MANY, pairs[i] % MANY);
    }
}

/** What the first node must reach until it stops publishing; and what it waits for. */
static void expect_all_handled(struct network *n, uint32_t wanted) {
    network_subscribe_all(n, FOOBAR);

    uint32_t sum = network_try_publish(n, 0, FOOBAR, wanted, 5 * SECOND_NS);

    assert_true(sum >= wanted);
    for (uint32_t node = 0; node < MANY; node++) {
        assert_true(network_handled(n, node, FOOBAR) >= 1);
    }
}

static void given_multiple_peers_when_published_then_all_handlers_fire(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct network *n = many_of(false, row != 0, true);
        link_in_random_order(n);

        expect_all_handled(n, MANY);

        network_destroy(n);
    }
}

/** Sparse dialling of degree 1 comes to dialling all; the first publication suffices. */
static void given_multiple_peers_sparse_when_published_then_all_handlers_fire(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct network *n = many_of(false, row != 0, true);
        network_link_all(n);

        expect_all_handled(n, 3);

        network_destroy(n);
    }
}

/* FloodSub end to end; its tests of validation stand above, with those of GossipSub. */

static void given_floodsub_basic_when_published_then_the_subscribers_handler_fires(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 4; row++) {
        uint32_t publisher = row / 2;
        struct network *n =
            pair_of(&(struct pair_options){.floodsub = true, .specified = row % 2 != 0});
        network_subscribe(n, 1 - publisher, FOOBAR);

        uint32_t count = network_publish(n, publisher, FOOBAR);

        assert_true(count > 0);
        assert_int_equal(network_handled(n, 1 - publisher, FOOBAR), 1);
        assert_int_equal(network_handled(n, publisher, FOOBAR), 0);
        network_destroy(n);
    }
}

static void given_floodsub_multiple_when_each_publishes_then_each_hears_all(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 4; row++) {
        bool self_trigger = row >= 2;
        bool specified = row % 2 != 0;
        struct network *n = many_of(true, specified, self_trigger);
        network_link_all(n);
        network_subscribe_all(n, FOOBAR);

        for (uint32_t node = 0; node < MANY; node++) {
            assert_int_equal(network_publish(n, node, FOOBAR), MANY - 1);
        }

        // Where own messages come back as new ones, everybody hears one more: his own.
        uint32_t wanted = MANY - 1U + self_trigger + !specified;
        for (uint32_t node = 0; node < MANY; node++) {
            assert_int_equal(network_handled(n, node, FOOBAR), wanted);
        }
        network_destroy(n);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_validation_succeeds_when_published_then_validator_and_handler_fire),
        cmocka_unit_test(given_validation_fails_when_published_then_the_handler_never_fires),
        cmocka_unit_test(given_one_validation_fails_when_both_published_then_the_other_is_handled),
        cmocka_unit_test(given_remote_subscriptions_when_10_s_pass_then_the_other_node_knows),
        cmocka_unit_test(given_both_subscribed_when_all_is_handled_then_each_knows_the_other),
        cmocka_unit_test(given_send_over_fanout_when_published_once_then_observers_count_two),
        cmocka_unit_test(given_send_over_mesh_when_published_then_the_handler_fires),
        cmocka_unit_test(given_multiple_peers_when_published_then_all_handlers_fire),
        cmocka_unit_test(given_multiple_peers_sparse_when_published_then_all_handlers_fire),
        cmocka_unit_test(given_floodsub_basic_when_published_then_the_subscribers_handler_fires),
        cmocka_unit_test(given_floodsub_multiple_when_each_publishes_then_each_hears_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
