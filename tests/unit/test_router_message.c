#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { TOPIC, TOPIC_B };

/** The peers that this copy of the message was sent to, as it arrived or was published. */
static void expect_sent_to(const struct fixture *f, const char *row, const bool *wanted) {
    for (uint32_t slot = 0; slot < f->router.slot_count; slot++) {
        if (fixture_sent_to(f, slot, TRACE_RPC_MESSAGES) != wanted[slot]) {
            fail_msg("%s: %u messages sent to slot %u", row,
                     fixture_sent_to(f, slot, TRACE_RPC_MESSAGES), slot);
        }
    }
}

static void given_a_new_message_when_it_arrives_then_it_is_delivered_one_hop_further(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC_B, 4);
    uint32_t message = fixture_new_message(f, TOPIC_B, FIXTURE_STRANGER);

    fixture_peer_sends_message(f, 2, message, 7);

    const struct effect *delivery = &fixture_effect(f, EFFECT_DELIVER, 0)->effect;
    assert_int_equal(fixture_delivered_count(f), 1);
    assert_int_equal(delivery->slot, 2);
    assert_int_equal(delivery->item, message);
    assert_int_equal(delivery->topic, TOPIC_B);
    assert_int_equal(delivery->value, 8);
    assert_int_equal(delivery->reason, REASON_PUSHED);
    fixture_destroy(f);
}

static void
given_an_answer_to_iwant_when_it_arrives_then_it_is_delivered_as_requested(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 4);

    fixture_peer_answers(f, 9, fixture_new_message(f, TOPIC, FIXTURE_STRANGER), 0);

    assert_int_equal(fixture_effect(f, EFFECT_DELIVER, 0)->effect.reason, REASON_REQUESTED);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), 4);
    fixture_destroy(f);
}

/** All sends of a message are one RPC: its hops are those of our copy. */
static void
given_a_mesh_when_a_message_arrives_then_all_get_the_same_rpc_after_delivery(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);

    fixture_peer_sends_message(f, 2, message, 7);

    const struct fixture_event *first = fixture_sent(f, TRACE_RPC_MESSAGES, 0);
    assert_int_equal(f->event_count, 1 + 5);
    assert_true(fixture_effect(f, EFFECT_DELIVER, 0) < first);
    for (uint32_t sent = 0; sent < 5; sent++) {
        const struct fixture_event *event = fixture_sent(f, TRACE_RPC_MESSAGES, sent);
        const struct rpc_entry *entry = rpc_entries(&event->rpc);
        assert_int_equal(event->effect.item, first->effect.item);
        assert_int_equal(event->rpc.references, 5 - sent);
        assert_int_equal(event->rpc.entry_count, 1);
        assert_int_equal(entry->first, message);
        assert_int_equal(entry->count, 8);
        assert_false(event->rpc.requested);
        assert_false(event->rpc.repeated);
        assert_int_equal(event->rpc.size_bytes, f->messages.items[message].frame_bytes);
    }
    fixture_destroy(f);
}

/** Whom a message goes to: mesh but deliverer and origin; with floodsub, subscribers but these. */
static void given_peers_when_a_message_arrives_then_deliverer_and_origin_are_spared(void **state) {
    (void)state;
    enum { NOBODY = 1 << 20 };
    static const struct {
        const char *name;
        uint32_t peers;
        uint32_t members; // slots below are mesh
        bool floodsub;
        uint32_t deliverer;
        uint32_t origin; // slot
    } rows[] = {
        {"members", 20, 6, false, 0, 5},
        {"origin delivers", 20, 6, false, 3, 3},
        {"origin far away", 20, 6, false, 3, NOBODY},
        {"deliverer outside the mesh", 20, 6, false, 11, 4},
        {"origin outside the mesh", 20, 6, false, 4, 11},
        {"both outside the mesh", 20, 6, false, 11, 12},
        {"nobody left", 20, 2, false, 0, 1},
        {"empty mesh", 20, 0, false, 0, 1},
        {"several words", 200, 150, false, 64, 128},
        {"last of words", 200, 150, false, 63, 127},
        {"first and last", 200, 200, false, 0, 199},
        {"floodsub", 20, 0, true, 0, 5},
        {"floodsub, origin delivers", 20, 0, true, 19, 19},
        {"floodsub, origin far away", 65, 0, true, 64, NOBODY},
        {"floodsub, several words", 200, 0, true, 64, 199},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(
            &(struct fixture_options){.peers = rows[i].peers, .floodsub = rows[i].floodsub});
        bool wanted[200];
        fixture_form_mesh(f, TOPIC, rows[i].members);
        uint32_t origin = FIXTURE_PEER_NODE_FIRST + rows[i].origin;
        fixture_peer_sends_message(f, rows[i].deliverer, fixture_new_message(f, TOPIC, origin), 0);
        for (uint32_t slot = 0; slot < rows[i].peers; slot++) {
            wanted[slot] = (rows[i].floodsub || slot < rows[i].members) &&
                           slot != rows[i].deliverer && slot != rows[i].origin;
        }
        expect_sent_to(f, rows[i].name, wanted);
        fixture_destroy(f);
    }
}

static void given_a_message_seen_when_it_arrives_again_then_a_duplicate_is_reported(void **state) {
    (void)state;
    static const bool floodsub[] = {false, true};

    for (size_t i = 0; i < COUNT_OF(floodsub); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){.floodsub = floodsub[i]});
        fixture_form_mesh(f, TOPIC_B, floodsub[i] ? 0 : 6);
        uint32_t message = fixture_new_message(f, TOPIC_B, FIXTURE_STRANGER);
        fixture_peer_sends_message(f, 2, message, 1);
        fixture_forget(f);

        fixture_peer_sends_message(f, 3, message, 4);
        fixture_peer_sends_message(f, 2, message, 1);

        const struct effect *duplicate = &fixture_effect(f, EFFECT_DUPLICATE, 0)->effect;
        assert_int_equal(f->event_count, 2);
        assert_int_equal(fixture_effect_count(f, EFFECT_DUPLICATE), 2);
        assert_int_equal(duplicate->slot, 3);
        assert_int_equal(duplicate->item, message);
        assert_int_equal(duplicate->topic, TOPIC_B);
        assert_int_equal(duplicate->value, 5);
        fixture_destroy(f);
    }
}

/** A message is seen for seen_ttl from its first sight; duplicates do not prolong that. */
static void given_a_message_when_seen_ttl_passes_then_it_is_new_at_that_instant(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t ttl_ns;
        int64_t waited_ns;
        bool own;
        bool new;
    } rows[] = {
        {"at once", 1000, 0, false, false},
        {"just before", 1000, 999, false, false},
        {"the instant", 1000, 1000, false, true},
        {"after", 1000, 5000, false, true},
        {"no memory", FIXTURE_NONE, 0, false, true},
        {"default, just before", 0, 120 * INT64_C(1000000000) - 1, false, false},
        {"default, the instant", 0, 120 * INT64_C(1000000000), false, true},
        {"our own, just before", 1000, 999, true, false},
        {"our own, long after", 1000, 5000, true, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f =
            fixture_create(&(struct fixture_options){.params = {.seen_ttl_ns = rows[i].ttl_ns}});
        fixture_form_mesh(f, TOPIC, 6);
        uint32_t message = 0;
        if (rows[i].own) {
            message = fixture_publish(f, TOPIC);
        } else {
            message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
            fixture_peer_sends_message(f, 2, message, 1);
        }
        fixture_advance(f, rows[i].waited_ns / 2);
        fixture_peer_sends_message(f, 3, message, 1);
        fixture_forget(f);
        fixture_advance(f, rows[i].waited_ns - rows[i].waited_ns / 2);
        fixture_peer_sends_message(f, 4, message, 1);
        fixture_expect_equal(rows[i].name, "deliveries", fixture_delivered_count(f), rows[i].new);
        fixture_expect_equal(rows[i].name, "duplicates", fixture_effect_count(f, EFFECT_DUPLICATE),
                             !rows[i].new);
        fixture_destroy(f);
    }
}

static void
given_a_topic_not_joined_when_a_message_arrives_then_it_is_ignored_with_reason(void **state) {
    (void)state;
    static const bool floodsub[] = {false, true};

    for (size_t i = 0; i < COUNT_OF(floodsub); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){.floodsub = floodsub[i]});
        fixture_form_mesh(f, TOPIC, 0);
        fixture_peers_subscribe(f, 20, TOPIC_B);
        uint32_t message = fixture_new_message(f, TOPIC_B, FIXTURE_STRANGER);

        fixture_peer_sends_message(f, 3, message, 6);

        const struct effect *ignored = &fixture_effect(f, EFFECT_TRACE, 0)->effect;
        assert_int_equal(f->event_count, 1);
        assert_int_equal(ignored->trace_kind, TRACE_IGNORE);
        assert_int_equal(ignored->reason, REASON_NOT_SUBSCRIBED);
        assert_int_equal(ignored->slot, 3);
        assert_int_equal(ignored->item, message);
        assert_int_equal(ignored->topic, TOPIC_B);
        assert_int_equal(ignored->value, 7);
        fixture_destroy(f);
    }
}

static void given_a_message_ignored_when_it_arrives_after_joining_then_it_is_new(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_connect_all(f);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 3, message, 0);
    fixture_peer_sends_message(f, 3, message, 0);
    assert_int_equal(fixture_trace_count(f, TRACE_IGNORE, REASON_NOT_SUBSCRIBED), 2);

    fixture_subscribe(f, TOPIC);
    fixture_peer_sends_message(f, 3, message, 0);

    assert_int_equal(fixture_delivered_count(f), 1);
    assert_int_equal(fixture_effect_count(f, EFFECT_DUPLICATE), 0);
    fixture_destroy(f);
}

static void
given_a_topic_left_when_a_message_seen_arrives_then_it_is_still_a_duplicate(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 3, message, 0);
    fixture_unsubscribe(f, TOPIC);
    fixture_forget(f);

    fixture_peer_sends_message(f, 4, message, 0);

    assert_int_equal(f->event_count, 1);
    assert_int_equal(fixture_effect_count(f, EFFECT_DUPLICATE), 1);
    fixture_destroy(f);
}

static void
given_a_bad_signature_when_a_message_arrives_then_it_is_refused_and_not_seen(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    f->messages.items[message].authentic = false;

    fixture_peer_sends_message(f, 3, message, 0);
    fixture_peer_sends_message(f, 4, message, 0);

    assert_int_equal(f->event_count, 2);
    assert_int_equal(fixture_trace_count(f, TRACE_IGNORE, REASON_BAD_SIGNATURE), 2);
    fixture_destroy(f);
}

/** The application knows what it published: it is neither delivered to it nor news if it comes
 * back. */
static void given_a_publisher_when_it_publishes_then_it_delivers_nothing_to_itself(void **state) {
    (void)state;
    static const struct {
        const char *name;
        bool floodsub;
        bool joined;
    } rows[] = {
        {"inside the topic", false, true},
        {"outside the topic", false, false},
        {"floodsub inside", true, true},
        {"floodsub outside", true, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){.floodsub = rows[i].floodsub});
        fixture_connect_all(f);
        fixture_peers_subscribe(f, 20, TOPIC);
        if (rows[i].joined) {
            fixture_subscribe(f, TOPIC);
        }
        fixture_forget(f);
        uint32_t message = fixture_publish(f, TOPIC);
        fixture_expect_equal(rows[i].name, "deliveries", fixture_delivered_count(f), 0);
        fixture_expect_equal(rows[i].name, "sent", fixture_sent_count(f, TRACE_RPC_MESSAGES),
                             rows[i].floodsub ? 20 : 6);
        fixture_forget(f);
        fixture_peer_sends_message(f, 0, message, 3);
        fixture_expect_equal(rows[i].name, "events", f->event_count, 1);
        fixture_expect_equal(rows[i].name, "duplicates", fixture_effect_count(f, EFFECT_DUPLICATE),
                             1);
        fixture_destroy(f);
    }
}

static void given_a_mesh_when_we_publish_then_every_member_gets_it_with_no_hops(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t peers;
        uint32_t members;
    } rows[] = {
        {"some", 20, 6},
        {"none", 20, 0},
        {"more than D", 20, 15},
        {"several words", 200, 130},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){.peers = rows[i].peers});
        bool wanted[200];
        fixture_form_mesh(f, TOPIC, rows[i].members);
        uint32_t message = fixture_publish(f, TOPIC);
        for (uint32_t slot = 0; slot < rows[i].peers; slot++) {
            wanted[slot] = slot < rows[i].members;
        }
        expect_sent_to(f, rows[i].name, wanted);
        for (uint32_t sent = 0; sent < rows[i].members; sent++) {
            const struct rpc *rpc = &fixture_sent(f, TRACE_RPC_MESSAGES, sent)->rpc;
            fixture_expect_equal(rows[i].name, "message", rpc_entries(rpc)->first, message);
            fixture_expect_equal(rows[i].name, "hops", rpc_entries(rpc)->count, 0);
        }
        fixture_expect_equal(rows[i].name, "events", f->event_count, rows[i].members);
        fixture_destroy(f);
    }
}

/** Messages of one topic never go to the mesh of another. */
static void given_two_meshes_when_a_message_arrives_then_it_goes_to_its_own(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    bool wanted[20] = {false};
    fixture_connect_all(f);
    fixture_subscribe(f, TOPIC);
    fixture_subscribe(f, TOPIC_B);
    fixture_peers_graft(f, 3, TOPIC);
    fixture_peer_grafts(f, 10, TOPIC_B);
    fixture_peer_grafts(f, 11, TOPIC_B);
    fixture_forget(f);

    fixture_peer_sends_message(f, 0, fixture_new_message(f, TOPIC_B, FIXTURE_STRANGER), 0);

    wanted[10] = true;
    wanted[11] = true;
    expect_sent_to(f, "two topics", wanted);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_new_message_when_it_arrives_then_it_is_delivered_one_hop_further),
        cmocka_unit_test(
            given_an_answer_to_iwant_when_it_arrives_then_it_is_delivered_as_requested),
        cmocka_unit_test(
            given_a_mesh_when_a_message_arrives_then_all_get_the_same_rpc_after_delivery),
        cmocka_unit_test(given_peers_when_a_message_arrives_then_deliverer_and_origin_are_spared),
        cmocka_unit_test(given_a_message_seen_when_it_arrives_again_then_a_duplicate_is_reported),
        cmocka_unit_test(given_a_message_when_seen_ttl_passes_then_it_is_new_at_that_instant),
        cmocka_unit_test(
            given_a_topic_not_joined_when_a_message_arrives_then_it_is_ignored_with_reason),
        cmocka_unit_test(given_a_message_ignored_when_it_arrives_after_joining_then_it_is_new),
        cmocka_unit_test(
            given_a_topic_left_when_a_message_seen_arrives_then_it_is_still_a_duplicate),
        cmocka_unit_test(
            given_a_bad_signature_when_a_message_arrives_then_it_is_refused_and_not_seen),
        cmocka_unit_test(given_a_publisher_when_it_publishes_then_it_delivers_nothing_to_itself),
        cmocka_unit_test(given_a_mesh_when_we_publish_then_every_member_gets_it_with_no_hops),
        cmocka_unit_test(given_two_meshes_when_a_message_arrives_then_it_goes_to_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
