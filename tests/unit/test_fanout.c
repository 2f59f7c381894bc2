#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

#include "router/gossipsub.h"

enum { TOPIC, TOPIC_B };

/** The messages sent since the last fixture_forget() went to the fanout's peers, `copies` to each.
 */
static void expect_sent_to_fanout(const struct fixture *f, const char *row, uint32_t copies) {
    for (uint32_t slot = 0; slot < f->router.slot_count; slot++) {
        uint32_t sent = fixture_sent_to(f, slot, TRACE_RPC_MESSAGES);
        if (sent != (fixture_in_fanout(f, TOPIC, slot) ? copies : 0)) {
            fail_msg("%s: slot %u got %u", row, slot, sent);
        }
    }
}

static void
given_subscribers_when_publishing_from_outside_then_up_to_d_of_them_are_drawn(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t d;
        uint32_t peers;
        uint32_t subscribers;
        uint32_t expected;
    } rows[] = {
        {"nobody", 6, 20, 0, 0},
        {"one", 6, 20, 1, 1},
        {"one below D", 6, 20, 5, 5},
        {"D", 6, 20, 6, 6},
        {"one above D", 6, 20, 7, 6},
        {"many", 6, 20, 20, 6},
        {"D is 1", 1, 20, 20, 1},
        {"several words", 6, 200, 200, 6},
        {"many words", 100, 200, 180, 100},
        {"no peers", 6, FIXTURE_NONE, 0, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){
            .peers = rows[i].peers,
            .params = {.d = rows[i].d, .d_low = FIXTURE_NONE, .d_high = 100}});
        fixture_connect_all(f);
        fixture_peers_subscribe(f, rows[i].subscribers, TOPIC);
        fixture_publish(f, TOPIC);
        fixture_expect_equal(rows[i].name, "fanout", fixture_fanout_count(f, TOPIC),
                             rows[i].expected);
        expect_sent_to_fanout(f, rows[i].name, 1);
        for (uint32_t added = 0; added < rows[i].expected; added++) {
            const struct effect *trace = &fixture_effect(f, EFFECT_TRACE, added)->effect;
            fixture_expect_equal(rows[i].name, "trace", trace->trace_kind, TRACE_FANOUT_ADD);
            fixture_expect_equal(rows[i].name, "size", trace->value, added + 1);
        }
        // One trace and one message per peer; nobody is grafted, and no mesh appears.
        fixture_expect_equal(rows[i].name, "events", f->event_count,
                             2 * (uint64_t)rows[i].expected);
        fixture_expect_equal(rows[i].name, "mesh", fixture_mesh_count(f, TOPIC), 0);
        for (uint32_t slot = rows[i].subscribers; slot < f->router.slot_count; slot++) {
            assert_false(fixture_in_fanout(f, TOPIC, slot));
        }
        fixture_destroy(f);
    }
}

static void given_a_fanout_when_publishing_again_then_the_same_peers_get_it(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_connect_all(f);
    fixture_peers_subscribe(f, 20, TOPIC);

    for (uint32_t publication = 0; publication < 10; publication++) {
        fixture_publish(f, TOPIC);
        fixture_heartbeat(f);
    }

    assert_int_equal(fixture_fanout_count(f, TOPIC), 6);
    expect_sent_to_fanout(f, "ten times", 10);
    assert_int_equal(fixture_trace_count(f, TRACE_FANOUT_ADD, REASON_NONE), 6);
    fixture_destroy(f);
}

/** A fanout below D waits for the heartbeat; only an empty one is drawn when publishing. */
static void given_a_fanout_below_d_when_publishing_then_it_is_not_filled(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_fanout(f, TOPIC, 3);

    fixture_publish(f, TOPIC);

    assert_int_equal(fixture_fanout_count(f, TOPIC), 3);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 3);
    expect_sent_to_fanout(f, "below D", 1);
    fixture_destroy(f);
}

static void given_an_empty_fanout_when_publishing_then_it_is_drawn(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t members; // that have left since
    } rows[] = {{"nobody was there", 0}, {"all have left", 4}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){0});
        fixture_form_fanout(f, TOPIC, rows[i].members);
        for (uint32_t slot = 0; slot < rows[i].members; slot++) {
            fixture_peer_unsubscribes(f, slot, TOPIC);
        }
        fixture_expect_equal(rows[i].name, "fanout", fixture_fanout_count(f, TOPIC), 0);
        fixture_forget(f);
        fixture_publish(f, TOPIC);
        fixture_expect_equal(rows[i].name, "fanout", fixture_fanout_count(f, TOPIC), 6);
        expect_sent_to_fanout(f, rows[i].name, 1);
        fixture_destroy(f);
    }
}

static void given_a_fanout_below_d_when_the_heart_beats_then_it_is_filled_to_d(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct router_params params;
        uint32_t peers;
        uint32_t members;
        uint32_t expected;
    } rows[] = {
        {"empty", {0}, 20, 0, 6},
        {"above Dlo", {0}, 20, 5, 6},
        {"D", {0}, 20, 6, 6},
        {"too few candidates", {0}, 4, 2, 4},
        {"several words", {.d = 100, .d_high = 100}, 200, 70, 100},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(
            &(struct fixture_options){.peers = rows[i].peers, .params = rows[i].params});
        fixture_form_fanout(f, TOPIC, rows[i].members);
        fixture_heartbeat(f);
        fixture_expect_equal(rows[i].name, "fanout", fixture_fanout_count(f, TOPIC),
                             rows[i].expected);
        fixture_expect_equal(rows[i].name, "added",
                             fixture_trace_count(f, TRACE_FANOUT_ADD, REASON_NONE),
                             rows[i].expected - rows[i].members);
        for (uint32_t slot = 0; slot < rows[i].members; slot++) {
            assert_true(fixture_in_fanout(f, TOPIC, slot));
        }
        fixture_expect_equal(rows[i].name, "GRAFTs", fixture_sent_count(f, TRACE_RPC_GRAFT), 0);
        fixture_expect_equal(rows[i].name, "mesh", fixture_mesh_count(f, TOPIC), 0);
        fixture_destroy(f);
    }
}

static void
given_a_fanout_peer_when_it_unsubscribes_or_disconnects_then_it_is_removed(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t slot;
        bool disconnects;
        enum trace_reason reason;
    } rows[] = {
        {"first unsubscribes", 0, false, REASON_UNSUBSCRIBED},
        {"first disconnects", 0, true, REASON_DISCONNECTED},
        {"in the second word, unsubscribes", 64, false, REASON_UNSUBSCRIBED},
        {"in the second word, disconnects", 99, true, REASON_DISCONNECTED},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(
            &(struct fixture_options){.peers = 200, .params = {.d = 100, .d_high = 100}});
        fixture_form_fanout(f, TOPIC, 100);
        if (rows[i].disconnects) {
            fixture_disconnect(f, rows[i].slot);
        } else {
            fixture_peer_unsubscribes(f, rows[i].slot, TOPIC);
        }
        fixture_expect_equal(rows[i].name, "fanout", fixture_fanout_count(f, TOPIC), 99);
        fixture_expect_equal(rows[i].name, "in it", fixture_in_fanout(f, TOPIC, rows[i].slot), 0);
        fixture_expect_equal(rows[i].name, "events", f->event_count, 1);
        fixture_expect_equal(rows[i].name, "removed",
                             fixture_trace_count(f, TRACE_FANOUT_REMOVE, rows[i].reason), 1);
        fixture_expect_equal(rows[i].name, "size", fixture_effect(f, EFFECT_TRACE, 0)->effect.value,
                             99);
        fixture_publish(f, TOPIC);
        expect_sent_to_fanout(f, rows[i].name, 1);
        fixture_destroy(f);
    }
}

static void given_a_peer_outside_the_fanout_when_it_leaves_then_the_fanout_stays(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_fanout(f, TOPIC, 6);

    fixture_peer_unsubscribes(f, 7, TOPIC);
    fixture_disconnect(f, 8);
    fixture_peer_unsubscribes(f, 0, TOPIC_B);
    fixture_peer_prunes(f, 0, TOPIC);

    fixture_expect_silence(f);
    assert_int_equal(fixture_fanout_count(f, TOPIC), 6);
    fixture_destroy(f);
}

/** A heartbeat at exactly fanout_ttl after the last publication keeps the fanout, one later not. */
static void
given_a_fanout_when_its_ttl_has_passed_at_a_heartbeat_then_it_is_forgotten(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t ttl_ns;
        int64_t since_ns; // last publication
        bool kept;
    } rows[] = {
        {"soon", 1000, 1, true},
        {"the instant", 1000, 1000, true},
        {"just after", 1000, 1001, false},
        {"long after", 1000, 9000, false},
        {"ttl 0", FIXTURE_NONE, 1, false},
        {"default, the instant", 0, 60 * INT64_C(1000000000), true},
        {"default, just after", 0, 60 * INT64_C(1000000000) + 1, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){
            .params = {.fanout_ttl_ns = rows[i].ttl_ns, .heartbeat_interval_ns = 1}});
        fixture_form_fanout(f, TOPIC, 6);
        fixture_advance(f, rows[i].since_ns - 1);
        fixture_heartbeat(f);
        fixture_expect_equal(rows[i].name, "fanout", fixture_fanout_count(f, TOPIC),
                             rows[i].kept ? 6 : 0);
        fixture_expect_equal(rows[i].name, "expired",
                             fixture_trace_count(f, TRACE_FANOUT_REMOVE, REASON_FANOUT_EXPIRED),
                             !rows[i].kept);
        if (!rows[i].kept) {
            const struct effect *trace = &fixture_effect(f, EFFECT_TRACE, 0)->effect;
            fixture_expect_equal(rows[i].name, "peer", trace->slot, TRACE_NONE);
            fixture_expect_equal(rows[i].name, "size", trace->value, 0);
            fixture_expect_equal(rows[i].name, "events", f->event_count, 1);
        }
        fixture_destroy(f);
    }
}

static void given_a_fanout_when_published_to_then_its_ttl_starts_anew(void **state) {
    (void)state;
    struct fixture *f = fixture_create(
        &(struct fixture_options){.params = {.fanout_ttl_ns = 1000, .heartbeat_interval_ns = 1}});
    fixture_form_fanout(f, TOPIC, 6);

    fixture_advance(f, 900);
    fixture_publish(f, TOPIC);
    fixture_advance(f, 999);
    fixture_heartbeat(f);

    assert_int_equal(fixture_fanout_count(f, TOPIC), 6);
    fixture_heartbeat(f);
    assert_int_equal(fixture_fanout_count(f, TOPIC), 0);
    fixture_destroy(f);
}

/** Each fanout has its own clock, and dies without a word to its peers. */
static void given_two_fanouts_when_one_expires_then_the_other_stays(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){
        .params = {
            .fanout_ttl_ns = 1000, .heartbeat_interval_ns = 1, .history_gossip = FIXTURE_NONE}});
    fixture_form_fanout(f, TOPIC, 6);
    fixture_peers_subscribe(f, 20, TOPIC_B);
    fixture_advance(f, 500);
    fixture_publish(f, TOPIC_B);
    fixture_forget(f);

    fixture_advance(f, 500);
    fixture_heartbeat(f);

    assert_int_equal(fixture_fanout_count(f, TOPIC), 0);
    assert_int_equal(fixture_fanout_count(f, TOPIC_B), 6);
    assert_int_equal(fixture_effect_count(f, EFFECT_SEND_RPC), 0);
    fixture_destroy(f);
}

static void given_a_fanout_that_expired_when_publishing_then_another_is_drawn(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.params = {.fanout_ttl_ns = 1}});
    fixture_form_fanout(f, TOPIC, 2);
    fixture_heartbeat(f);
    fixture_forget(f);

    fixture_publish(f, TOPIC);

    assert_int_equal(fixture_fanout_count(f, TOPIC), 6);
    assert_int_equal(fixture_trace_count(f, TRACE_FANOUT_ADD, REASON_NONE), 6);
    expect_sent_to_fanout(f, "after expiry", 1);
    fixture_destroy(f);
}

static void given_a_topic_joined_when_publishing_then_there_is_no_fanout(void **state) {
    (void)state;
    static const uint32_t members[] = {0, 6};

    for (size_t i = 0; i < COUNT_OF(members); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){0});
        fixture_form_mesh(f, TOPIC, members[i]);
        fixture_publish(f, TOPIC);
        assert_int_equal(fixture_fanout_count(f, TOPIC), 0);
        assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), members[i]);
        assert_int_equal(f->event_count, members[i]);
        fixture_destroy(f);
    }
}

static void given_a_topic_left_when_publishing_then_a_fanout_is_drawn(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 12);
    fixture_unsubscribe(f, TOPIC);
    assert_int_equal(fixture_fanout_count(f, TOPIC), 0);
    fixture_forget(f);

    fixture_publish(f, TOPIC);

    assert_int_equal(fixture_fanout_count(f, TOPIC), 6);
    expect_sent_to_fanout(f, "after leaving", 1);
    fixture_destroy(f);
}

/** Messages of others are never forwarded through the fanout: we are not in the topic. */
static void given_a_fanout_when_a_message_of_the_topic_arrives_then_it_is_ignored(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_fanout(f, TOPIC, 6);

    fixture_peer_sends_message(f, 0, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 0);

    assert_int_equal(f->event_count, 1);
    fixture_expect_reason(f, REASON_NOT_SUBSCRIBED);
    fixture_destroy(f);
}

static void given_wrong_use_when_called_then_a_check_fails(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_fanout(f, TOPIC, 6);
    fixture_subscribe(f, TOPIC_B);
    struct topic_state *fanout = router_topic(&f->router, TOPIC);
    struct topic_state *joined = router_topic(&f->router, TOPIC_B);

    expect_assert_failure(fanout_for_publish(&f->router, &f->step, joined));
    expect_assert_failure(fanout_forget(&f->router, &f->step, joined, REASON_FANOUT_EXPIRED));
    expect_assert_failure(fanout_remove(&f->router, &f->step, fanout, 20, REASON_DISCONNECTED));
    f->step.now_ns = 0;
    expect_assert_failure(fanout_maintain(&f->router, &f->step, fanout));
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            given_subscribers_when_publishing_from_outside_then_up_to_d_of_them_are_drawn),
        cmocka_unit_test(given_a_fanout_when_publishing_again_then_the_same_peers_get_it),
        cmocka_unit_test(given_a_fanout_below_d_when_publishing_then_it_is_not_filled),
        cmocka_unit_test(given_an_empty_fanout_when_publishing_then_it_is_drawn),
        cmocka_unit_test(given_a_fanout_below_d_when_the_heart_beats_then_it_is_filled_to_d),
        cmocka_unit_test(
            given_a_fanout_peer_when_it_unsubscribes_or_disconnects_then_it_is_removed),
        cmocka_unit_test(given_a_peer_outside_the_fanout_when_it_leaves_then_the_fanout_stays),
        cmocka_unit_test(
            given_a_fanout_when_its_ttl_has_passed_at_a_heartbeat_then_it_is_forgotten),
        cmocka_unit_test(given_a_fanout_when_published_to_then_its_ttl_starts_anew),
        cmocka_unit_test(given_two_fanouts_when_one_expires_then_the_other_stays),
        cmocka_unit_test(given_a_fanout_that_expired_when_publishing_then_another_is_drawn),
        cmocka_unit_test(given_a_topic_joined_when_publishing_then_there_is_no_fanout),
        cmocka_unit_test(given_a_topic_left_when_publishing_then_a_fanout_is_drawn),
        cmocka_unit_test(given_a_fanout_when_a_message_of_the_topic_arrives_then_it_is_ignored),
        cmocka_unit_test(given_wrong_use_when_called_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
