#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { TOPIC, TOPIC_B, TOPIC_C };

static const struct fixture_options metered = {.metered = true, .peers = 5};

/** The gauges of a topic; 99 stands for one that was never set. */
struct gauges {
    uint32_t mesh;
    uint32_t fanout;
    uint32_t subscribers;
};

enum { UNSET = 99 };

static void expect_gauges(const struct fixture *f, uint16_t topic, struct gauges wanted) {
    const struct topic_state *state = router_find_topic(&f->router, topic);
    uint8_t set = state == NULL ? 0 : state->gauges_set;
    struct gauges found = {
        .mesh = (set & TOPIC_GAUGE_MESH) == 0 ? UNSET : state->gauge_mesh,
        .fanout = (set & TOPIC_GAUGE_FANOUT) == 0 ? UNSET : state->gauge_fanout,
        .subscribers = (set & TOPIC_GAUGE_SUBSCRIBERS) == 0 ? UNSET : state->gauge_subscribers,
    };
    fixture_expect_equal("gauges", "mesh", found.mesh, wanted.mesh);
    fixture_expect_equal("gauges", "fanout", found.fanout, wanted.fanout);
    fixture_expect_equal("gauges", "gossipsub", found.subscribers, wanted.subscribers);
}

static void given_subscribed_when_copies_arrive_then_each_is_received_and_one_validated(void **s) {
    (void)s;
    struct fixture *f = fixture_create(&metered);
    fixture_form_mesh(f, TOPIC, 3);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);

    fixture_peer_sends_message(f, 1, message, 1);
    fixture_peer_sends_message(f, 2, message, 1);
    fixture_peer_sends_message(f, 2, message, 2);

    const struct router_metrics *metrics = f->router.metrics;
    assert_int_equal(metrics->topic_count, 1);
    assert_int_equal(metrics->by_topic[0].topic, TOPIC);
    assert_int_equal(metrics->by_topic[0].received[0], 0);
    assert_int_equal(metrics->by_topic[0].received[1], 1);
    assert_int_equal(metrics->by_topic[0].received[2], 2);
    assert_int_equal(metrics->by_topic[0].sent[0], 1);
    assert_int_equal(metrics->by_topic[0].sent[1], 0);
    assert_int_equal(metrics->by_topic[0].sent[2], 1);
    assert_int_equal(metrics->by_topic[0].published, 0);
    assert_int_equal(metrics->validation_success, 1);
    assert_int_equal(metrics->validation_failure, 0);
    assert_int_equal(metrics->sig_verify_success, 0);
    fixture_destroy(f);
}

static void given_topics_when_their_messages_arrive_then_each_has_counters_of_its_own(void **s) {
    (void)s;
    struct fixture *f = fixture_create(&metered);
    fixture_form_mesh(f, TOPIC_C, 2);
    fixture_subscribe(f, TOPIC);

    fixture_peer_sends_message(f, 1, fixture_new_message(f, TOPIC_C, FIXTURE_STRANGER), 1);
    fixture_peer_sends_message(f, 1, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 1);
    fixture_peer_sends_message(f, 1, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 1);

    assert_int_equal(f->router.metrics->topic_count, 2);
    assert_int_equal(router_metrics_of(f->router.metrics, TOPIC)->received[1], 2);
    assert_int_equal(router_metrics_of(f->router.metrics, TOPIC_C)->received[1], 1);
    fixture_destroy(f);
}

static void given_a_run_that_signs_when_messages_arrive_then_signatures_are_counted(void **state) {
    (void)state;
    struct fixture_options options = metered;
    options.params.sign = true;
    struct fixture *f = fixture_create(&options);
    fixture_form_mesh(f, TOPIC, 3);
    uint32_t forged = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    f->messages.items[forged].authentic = false;

    fixture_peer_sends_message(f, 0, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 1);
    fixture_peer_sends_message(f, 0, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 1);
    fixture_peer_sends_message(f, 1, forged, 1);

    assert_int_equal(f->router.metrics->sig_verify_success, 2);
    assert_int_equal(f->router.metrics->sig_verify_failure, 1);
    assert_int_equal(f->router.metrics->validation_success, 2);
    assert_int_equal(router_metrics_of(f->router.metrics, TOPIC)->received[1], 1);
    fixture_destroy(f);
}

static void given_validators_when_they_answer_then_each_answer_is_counted(void **state) {
    (void)state;
    struct fixture_options options = metered;
    options.validators = true;
    struct fixture *f = fixture_create(&options);
    fixture_form_mesh(f, TOPIC, 3);
    uint32_t messages[3];
    for (uint32_t i = 0; i < 3; i++) {
        messages[i] = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
        fixture_peer_sends_message(f, 0, messages[i], 1);
    }
    assert_int_equal(f->router.metrics->validation_success, 0);

    fixture_validated(f, messages[0], false);
    fixture_validated(f, messages[1], true);
    fixture_validated(f, messages[2], false);

    assert_int_equal(f->router.metrics->validation_success, 1);
    assert_int_equal(f->router.metrics->validation_failure, 2);
    fixture_destroy(f);
}

static void given_members_when_published_then_counted_once_and_sent_to_each(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&metered);
    fixture_form_mesh(f, TOPIC, 3);

    fixture_publish(f, TOPIC);
    fixture_publish(f, TOPIC_B); // which nobody has spoken of

    const struct topic_metrics *counters = router_metrics_of(f->router.metrics, TOPIC);
    assert_int_equal(counters->published, 1);
    for (uint32_t slot = 0; slot < f->router.slot_count; slot++) {
        assert_int_equal(counters->sent[slot], slot < 3);
    }
    assert_int_equal(f->router.metrics->topic_count, 1);
    fixture_destroy(f);
}

static void given_floodsub_when_published_then_counted_once_the_topic_is_known(void **state) {
    (void)state;
    struct fixture_options options = metered;
    options.floodsub = true;
    struct fixture *f = fixture_create(&options);
    fixture_connect(f, 0);

    fixture_publish(f, TOPIC);
    assert_int_equal(router_metrics_of(f->router.metrics, TOPIC)->published, 0);
    fixture_peer_subscribes(f, 0, TOPIC);
    fixture_peer_unsubscribes(f, 0, TOPIC);
    fixture_publish(f, TOPIC);

    assert_int_equal(router_metrics_of(f->router.metrics, TOPIC)->published, 1);
    expect_gauges(f, TOPIC, (struct gauges){UNSET, UNSET, UNSET});
    fixture_destroy(f);
}

static void given_a_sent_cache_when_it_has_an_rpc_then_skipped_and_not_sent(void **state) {
    (void)state;
    struct fixture_options options = metered;
    options.params.quirks = quirk_bit(QUIRK_SENT_CACHE) | quirk_bit(QUIRK_HELLO_TWICE);
    struct fixture *f = fixture_create(&options);
    fixture_subscribe(f, TOPIC);

    fixture_connect(f, 3);

    assert_int_equal(f->router.metrics->skipped_sent[3], 1);
    assert_int_equal(f->router.metrics->skipped_sent[2], 0);
    fixture_destroy(f);
}

static void given_a_received_cache_when_it_has_an_rpc_then_skipped_and_not_received(void **state) {
    (void)state;
    struct fixture_options options = metered;
    options.params.quirks = quirk_bit(QUIRK_RECEIVED_CACHE);
    struct fixture *f = fixture_create(&options);
    fixture_form_mesh(f, TOPIC, 2);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);

    fixture_peer_sends_message(f, 1, message, 1);
    fixture_peer_sends_message(f, 1, message, 1);

    assert_int_equal(f->router.metrics->skipped_received[1], 1);
    assert_int_equal(router_metrics_of(f->router.metrics, TOPIC)->received[1], 1);
    fixture_destroy(f);
}

static void given_handlers_when_they_come_and_go_then_the_topics_gauge_follows(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint64_t quirks;
        int64_t subscribed;
        int64_t left;
    } rows[] = {
        {"topics", 0, 2, 1},
        {"calls", UINT64_C(1) << QUIRK_TOPICS_GAUGE_COUNTS_CALLS, 3, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct fixture_options options = metered;
        options.params.quirks = rows[i].quirks;
        struct fixture *f = fixture_create(&options);

        fixture_subscribe(f, TOPIC);
        fixture_subscribe(f, TOPIC);
        fixture_subscribe(f, TOPIC_B);
        int64_t subscribed = f->router.metrics->topics;
        fixture_unsubscribe(f, TOPIC);
        fixture_unsubscribe(f, TOPIC_C);

        fixture_expect_equal(rows[i].name, "gauge after subscribing", (uint64_t)subscribed,
                             (uint64_t)rows[i].subscribed);
        fixture_expect_equal(rows[i].name, "gauge after leaving",
                             (uint64_t)f->router.metrics->topics, (uint64_t)rows[i].left);
        fixture_destroy(f);
    }
}

static void given_a_mesh_when_peers_graft_prune_and_go_then_its_gauges_follow(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&metered);
    fixture_connect_all(f);

    fixture_subscribe(f, TOPIC);
    expect_gauges(f, TOPIC, (struct gauges){0, 0, 0});
    fixture_peer_subscribes(f, 0, TOPIC);
    fixture_peer_subscribes(f, 1, TOPIC);
    expect_gauges(f, TOPIC, (struct gauges){0, 0, 2});
    fixture_peer_grafts(f, 0, TOPIC);
    fixture_peer_grafts(f, 1, TOPIC);
    expect_gauges(f, TOPIC, (struct gauges){2, 0, 2});
    fixture_peer_prunes(f, 0, TOPIC);
    expect_gauges(f, TOPIC, (struct gauges){1, 0, 2});
    fixture_disconnect(f, 1);
    expect_gauges(f, TOPIC, (struct gauges){0, 0, 1});
    fixture_heartbeat(f);

    expect_gauges(f, TOPIC, (struct gauges){1, 0, 1});
    fixture_destroy(f);
}

static void given_a_topic_left_when_a_peer_goes_then_the_gauge_of_the_mesh_stays(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&metered);
    fixture_form_mesh(f, TOPIC, 3);

    fixture_unsubscribe(f, TOPIC);
    fixture_disconnect(f, 0);

    assert_int_equal(fixture_mesh_count(f, TOPIC), 0);
    expect_gauges(f, TOPIC, (struct gauges){3, 0, 4});
    fixture_destroy(f);
}

static void given_a_topic_of_others_when_grafted_then_no_gauge_is_set(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&metered);
    fixture_connect(f, 0);

    fixture_peer_grafts(f, 0, TOPIC);

    expect_gauges(f, TOPIC, (struct gauges){UNSET, UNSET, UNSET});
    fixture_destroy(f);
}

static void given_a_metrics_build_when_grafted_by_a_stranger_then_the_gauges_follow(void **state) {
    (void)state;
    struct fixture_options options = metered;
    options.params.quirks = quirk_bit(QUIRK_METRICS_BUILD);
    struct fixture *f = fixture_create(&options);
    fixture_connect(f, 0);
    fixture_connect(f, 1);
    fixture_subscribe(f, TOPIC);

    fixture_peer_grafts(f, 0, TOPIC);

    // The look-up of the other gauge ends the link, which takes the peer out of the mesh again.
    assert_int_equal(fixture_effect_count(f, EFFECT_ABORT_LINK), 1);
    expect_gauges(f, TOPIC, (struct gauges){0, 0, 0});
    fixture_destroy(f);
}

static void given_a_fanout_when_it_fills_and_expires_then_its_gauge_follows(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&metered);
    fixture_form_fanout(f, TOPIC, 3);
    expect_gauges(f, TOPIC, (struct gauges){UNSET, 3, 5});

    fixture_heartbeat(f);
    expect_gauges(f, TOPIC, (struct gauges){UNSET, 5, 5});
    fixture_disconnect(f, 4);
    expect_gauges(f, TOPIC, (struct gauges){UNSET, 4, 4});
    fixture_advance(f, f->params.fanout_ttl_ns);
    fixture_heartbeat(f);

    expect_gauges(f, TOPIC, (struct gauges){UNSET, 0, 4});
    fixture_destroy(f);
}

static void given_no_meter_when_messages_pass_then_nothing_is_counted(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = 5});
    fixture_form_mesh(f, TOPIC, 3);

    fixture_publish(f, TOPIC);

    assert_null(f->router.metrics);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            given_subscribed_when_copies_arrive_then_each_is_received_and_one_validated),
        cmocka_unit_test(given_topics_when_their_messages_arrive_then_each_has_counters_of_its_own),
        cmocka_unit_test(given_a_run_that_signs_when_messages_arrive_then_signatures_are_counted),
        cmocka_unit_test(given_validators_when_they_answer_then_each_answer_is_counted),
        cmocka_unit_test(given_members_when_published_then_counted_once_and_sent_to_each),
        cmocka_unit_test(given_floodsub_when_published_then_counted_once_the_topic_is_known),
        cmocka_unit_test(given_a_sent_cache_when_it_has_an_rpc_then_skipped_and_not_sent),
        cmocka_unit_test(given_a_received_cache_when_it_has_an_rpc_then_skipped_and_not_received),
        cmocka_unit_test(given_handlers_when_they_come_and_go_then_the_topics_gauge_follows),
        cmocka_unit_test(given_a_mesh_when_peers_graft_prune_and_go_then_its_gauges_follow),
        cmocka_unit_test(given_a_topic_left_when_a_peer_goes_then_the_gauge_of_the_mesh_stays),
        cmocka_unit_test(given_a_topic_of_others_when_grafted_then_no_gauge_is_set),
        cmocka_unit_test(given_a_metrics_build_when_grafted_by_a_stranger_then_the_gauges_follow),
        cmocka_unit_test(given_a_fanout_when_it_fills_and_expires_then_its_gauge_follows),
        cmocka_unit_test(given_no_meter_when_messages_pass_then_nothing_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
