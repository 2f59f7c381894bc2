#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

#include "base/quantity.h"
#include "router/gossipsub.h"

enum { TOPIC, TOPIC_B };

/** The ids of an IHAVE or IWANT must be exactly these, in this order. */
static void expect_ids(const struct fixture_event *event, const uint32_t *messages,
                       uint32_t count) {
    const struct rpc_entry *entry = rpc_entries(&event->rpc);
    assert_int_equal(event->rpc.entry_count, 1);
    assert_int_equal(entry->count, count);
    for (uint32_t i = 0; i < count; i++) {
        assert_int_equal(event->rpc.ids[entry->first + i], messages[i]);
    }
}

/** A message of a stranger, received from the peer of slot 0 at one hop. */
static uint32_t receive(struct fixture *f, uint16_t topic) {
    uint32_t message = fixture_new_message(f, topic, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 0, message, 0);
    return message;
}

/** Dlazy of the subscribers outside the mesh, or all if there are fewer, get one IHAVE each. */
static void
given_a_message_when_the_heart_beats_then_dlazy_peers_outside_the_mesh_hear_of_it(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct router_params params;
        uint32_t peers;
        uint32_t members;
        uint32_t expected;
    } rows[] = {
        {"many candidates", {0}, 20, 6, 6},
        {"as many as Dlazy", {0}, 12, 6, 6},
        {"fewer than Dlazy", {0}, 9, 6, 3},
        {"none outside", {0}, 6, 6, 0},
        {"above D", {0}, 20, 12, 6},
        {"Dlazy 1", {.d_lazy = 1}, 20, 6, 1},
        {"Dlazy 0", {.d_lazy = FIXTURE_NONE}, 20, 6, 0},
        {"Dlazy beyond", {.d_lazy = 100}, 20, 6, 14},
        {"no gossip", {.history_gossip = FIXTURE_NONE}, 20, 6, 0},
        {"several words", {.d_lazy = 100}, 200, 12, 100},
        {"all of several words", {.d_lazy = 500}, 200, 12, 188},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(
            &(struct fixture_options){.peers = rows[i].peers, .params = rows[i].params});
        fixture_form_mesh(f, TOPIC, rows[i].members);
        uint32_t message = receive(f, TOPIC);
        fixture_forget(f);
        fixture_heartbeat(f);
        fixture_expect_equal(rows[i].name, "IHAVEs", fixture_sent_count(f, TRACE_RPC_IHAVE),
                             rows[i].expected);
        fixture_expect_equal(rows[i].name, "events", f->event_count, rows[i].expected);
        for (uint32_t slot = 0; slot < rows[i].peers; slot++) {
            if (fixture_sent_to(f, slot, TRACE_RPC_IHAVE) > (slot >= rows[i].members)) {
                fail_msg("%s: slot %u", rows[i].name, slot);
            }
        }
        for (uint32_t sent = 0; sent < rows[i].expected; sent++) {
            const struct fixture_event *event = fixture_sent(f, TRACE_RPC_IHAVE, sent);
            expect_ids(event, &message, 1);
            fixture_expect_equal(rows[i].name, "topic", rpc_entries(&event->rpc)->topic, TOPIC);
        }
        fixture_destroy(f);
    }
}

static void
given_several_messages_when_the_heart_beats_then_one_ihave_names_them_all(void **state) {
    (void)state;
    uint32_t messages[5];
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    messages[0] = receive(f, TOPIC);
    messages[1] = fixture_publish(f, TOPIC);
    fixture_heartbeat(f);
    messages[2] = receive(f, TOPIC);
    messages[3] = receive(f, TOPIC);
    messages[4] = fixture_publish(f, TOPIC);
    fixture_forget(f);

    fixture_heartbeat(f);

    const struct fixture_event *first = fixture_sent(f, TRACE_RPC_IHAVE, 0);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IHAVE), 6);
    for (uint32_t sent = 0; sent < 6; sent++) {
        const struct fixture_event *event = fixture_sent(f, TRACE_RPC_IHAVE, sent);
        expect_ids(event, messages, 5);
        assert_int_equal(event->effect.item, first->effect.item);
        assert_int_equal(fixture_sent_to(f, event->effect.slot, TRACE_RPC_IHAVE), 1);
    }
    fixture_destroy(f);
}

static void
given_messages_of_two_topics_when_the_heart_beats_then_each_has_its_own_ihave(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.params = {.d_lazy = 20}});
    fixture_form_mesh(f, TOPIC, 6);
    fixture_subscribe(f, TOPIC_B);
    fixture_peers_graft(f, 4, TOPIC_B);
    fixture_peers_subscribe(f, 10, TOPIC_B);
    uint32_t message = receive(f, TOPIC);
    uint32_t message_b = receive(f, TOPIC_B);
    fixture_forget(f);

    fixture_heartbeat(f);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IHAVE), 14 + 6);
    for (uint32_t sent = 0; sent < 20; sent++) {
        const struct fixture_event *event = fixture_sent(f, TRACE_RPC_IHAVE, sent);
        bool of_b = rpc_entries(&event->rpc)->topic == TOPIC_B;
        expect_ids(event, of_b ? &message_b : &message, 1);
        assert_true(of_b ? event->effect.slot >= 4 && event->effect.slot < 10
                         : event->effect.slot >= 6);
    }
    fixture_destroy(f);
}

static void given_no_message_when_the_heart_beats_then_nobody_hears_anything(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    fixture_subscribe(f, TOPIC_B);
    receive(f, TOPIC_B);
    fixture_forget(f);

    fixture_heartbeat(f);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IHAVE), 0);
    fixture_destroy(f);
}

/** Put before heartbeat 1, a message is named at heartbeats 1 to history_gossip and no longer. */
static void given_a_message_when_hearts_beat_then_it_is_named_history_gossip_times(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t history_length;
        uint32_t history_gossip;
    } rows[] = {
        {"default", 5, 3},    {"all windows", 5, 5}, {"one of five", 5, 1},
        {"one of one", 1, 1}, {"long", 20, 12},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(
            &(struct fixture_options){.params = {.history_length = rows[i].history_length,
                                                 .history_gossip = rows[i].history_gossip}});
        fixture_form_mesh(f, TOPIC, 6);
        fixture_heartbeats(f, 3);
        receive(f, TOPIC);
        for (uint32_t heartbeat = 1; heartbeat <= rows[i].history_length + 2; heartbeat++) {
            fixture_forget(f);
            fixture_heartbeat(f);
            fixture_expect_equal(rows[i].name, "IHAVEs", fixture_sent_count(f, TRACE_RPC_IHAVE),
                                 heartbeat <= rows[i].history_gossip ? 6 : 0);
        }
        fixture_destroy(f);
    }
}

/** It is answered for until history_length heartbeats have come. */
static void given_a_message_when_hearts_beat_then_it_is_answered_for_history_length(void **state) {
    (void)state;
    static const uint32_t lengths[] = {1, 2, 5, 20};

    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){
            .params = {.history_length = lengths[i], .history_gossip = 1}});
        fixture_form_mesh(f, TOPIC, 6);
        fixture_heartbeats(f, 2);
        uint32_t message = receive(f, TOPIC);
        for (uint32_t heartbeats = 0; heartbeats <= lengths[i] + 2; heartbeats++) {
            fixture_forget(f);
            fixture_peer_sends_iwant(f, 15, &message, 1);
            if (fixture_sent_count(f, TRACE_RPC_MESSAGES) != (heartbeats < lengths[i])) {
                fail_msg("history of %u, after %u heartbeats", lengths[i], heartbeats);
            }
            fixture_heartbeat(f);
        }
        fixture_destroy(f);
    }
}

static void
given_a_topic_left_when_the_heart_beats_then_its_messages_are_only_answered_for(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = receive(f, TOPIC);
    fixture_unsubscribe(f, TOPIC);
    fixture_forget(f);

    fixture_heartbeat(f);
    fixture_peer_sends_iwant(f, 15, &message, 1);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IHAVE), 0);
    assert_int_equal(fixture_sent_to(f, 15, TRACE_RPC_MESSAGES), 1);
    fixture_destroy(f);
}

/** A publisher outside the topic gossips to subscribers that its fanout does not reach. */
static void
given_a_fanout_when_the_heart_beats_then_peers_outside_it_hear_of_our_messages(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.params = {.d_lazy = 20}});
    uint32_t message = fixture_form_fanout(f, TOPIC, 6);

    fixture_heartbeat(f);

    assert_int_equal(f->event_count, 14);
    for (uint32_t slot = 0; slot < 20; slot++) {
        assert_int_equal(fixture_sent_to(f, slot, TRACE_RPC_IHAVE), slot >= 6);
    }
    expect_ids(fixture_sent(f, TRACE_RPC_IHAVE, 0), &message, 1);
    fixture_destroy(f);
}

/** Gossip comes after maintenance: who is grafted at this heartbeat is no candidate any more. */
static void
given_a_mesh_to_be_filled_when_the_heart_beats_then_new_members_get_no_ihave(void **state) {
    (void)state;
    static const uint32_t members[] = {0, 3, 20};

    for (size_t i = 0; i < COUNT_OF(members); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){.params = {.d_lazy = 20}});
        fixture_form_mesh(f, TOPIC, members[i]);
        receive(f, TOPIC);
        fixture_forget(f);
        fixture_heartbeat(f);
        assert_int_equal(fixture_mesh_count(f, TOPIC), 6);
        for (uint32_t slot = 0; slot < 20; slot++) {
            assert_int_equal(fixture_sent_to(f, slot, TRACE_RPC_IHAVE),
                             !fixture_in_mesh(f, TOPIC, slot));
        }
        fixture_destroy(f);
    }
}

static void given_peers_not_in_the_topic_when_the_heart_beats_then_they_hear_nothing(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.params = {.d_lazy = 20}});
    fixture_form_mesh(f, TOPIC, 6);
    fixture_disconnect(f, 7);
    fixture_peer_unsubscribes(f, 8, TOPIC);
    fixture_peer_subscribes(f, 8, TOPIC_B);
    receive(f, TOPIC);
    fixture_forget(f);

    fixture_heartbeat(f);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IHAVE), 12);
    assert_int_equal(fixture_sent_to(f, 7, TRACE_RPC_IHAVE), 0);
    assert_int_equal(fixture_sent_to(f, 8, TRACE_RPC_IHAVE), 0);
    fixture_destroy(f);
}

static void
given_ids_of_which_some_were_seen_when_ihave_comes_then_one_iwant_names_the_others(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t seen = receive(f, TOPIC);
    uint32_t own = fixture_publish(f, TOPIC);
    uint32_t first = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t second = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    fixture_forget(f);

    fixture_peer_sends_ihave(f, 15, (const uint32_t[]){second, seen, own, first}, 4);

    assert_int_equal(f->event_count, 1);
    assert_int_equal(fixture_sent_to(f, 15, TRACE_RPC_IWANT), 1);
    expect_ids(fixture_sent(f, TRACE_RPC_IWANT, 0), (const uint32_t[]){second, first}, 2);
    fixture_destroy(f);
}

static void given_ids_all_seen_when_ihave_comes_then_nothing_is_asked_for(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    const uint32_t messages[] = {receive(f, TOPIC), fixture_publish(f, TOPIC)};
    fixture_forget(f);

    fixture_peer_sends_ihave(f, 15, messages, 2);

    fixture_expect_silence(f);
    fixture_destroy(f);
}

static void given_a_topic_not_joined_when_ihave_comes_then_nothing_is_asked_for(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_fanout(f, TOPIC, 6);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t message_b = fixture_new_message(f, TOPIC_B, FIXTURE_STRANGER);

    fixture_peer_sends_ihave(f, 15, &message, 1);
    fixture_peer_sends_ihave(f, 15, &message_b, 1);

    fixture_expect_silence(f);
    fixture_destroy(f);
}

/** v1.0 keeps no promises: until the message comes, each IHAVE is answered. */
static void
given_a_message_asked_for_when_another_ihave_comes_then_it_is_asked_for_again(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);

    fixture_peer_sends_ihave(f, 15, &message, 1);
    fixture_peer_sends_ihave(f, 16, &message, 1);
    fixture_peer_answers(f, 15, message, 2);
    fixture_peer_sends_ihave(f, 17, &message, 1);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IWANT), 2);
    assert_int_equal(fixture_sent_to(f, 15, TRACE_RPC_IWANT), 1);
    assert_int_equal(fixture_sent_to(f, 16, TRACE_RPC_IWANT), 1);
    fixture_destroy(f);
}

static void given_a_message_seen_long_ago_when_ihave_comes_then_it_is_asked_for(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = receive(f, TOPIC);
    fixture_advance(f, f->params.seen_ttl_ns - 1);
    fixture_forget(f);

    fixture_peer_sends_ihave(f, 15, &message, 1);
    fixture_expect_silence(f);
    fixture_advance(f, 1);
    fixture_peer_sends_ihave(f, 15, &message, 1);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IWANT), 1);
    fixture_destroy(f);
}

/** One RPC per message, with the hops of our copy; what is not in the cache is passed over. */
static void given_cached_messages_when_iwant_comes_then_each_is_answered_by_an_rpc(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t far = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t unknown = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    uint32_t own = fixture_publish(f, TOPIC);
    fixture_peer_sends_message(f, 0, far, 8);
    fixture_forget(f);

    fixture_peer_sends_iwant(f, 15, (const uint32_t[]){far, unknown, own}, 3);

    static const uint32_t hops[] = {9, 0};
    const uint32_t messages[] = {far, own};
    assert_int_equal(f->event_count, 2);
    assert_int_equal(fixture_sent_to(f, 15, TRACE_RPC_MESSAGES), 2);
    for (uint32_t sent = 0; sent < 2; sent++) {
        const struct rpc *rpc = &fixture_sent(f, TRACE_RPC_MESSAGES, sent)->rpc;
        assert_int_equal(rpc->entry_count, 1);
        assert_int_equal(rpc_entries(rpc)->first, messages[sent]);
        assert_int_equal(rpc_entries(rpc)->count, hops[sent]);
        assert_true(rpc->requested);
        assert_false(rpc->repeated);
        assert_int_equal(rpc->references, 1);
    }
    fixture_destroy(f);
}

/** Quirk Q43: without heartbeats a message is cached for 120 s, with the quirk no longer. */
static void given_a_message_of_120_s_ago_when_iwant_comes_then_as_the_quirk(void **s) {
    (void)s;
    static const struct {
        const char *name;
        uint64_t quirks;
        int64_t age_ns;
        uint32_t answers;
    } rows[] = {
        {"it never expires", 0, 121 * NS_PER_S, 1},
        {"just before", UINT64_C(1) << QUIRK_MCACHE_EXPIRES, 120 * NS_PER_S - 1, 1},
        {"the instant", UINT64_C(1) << QUIRK_MCACHE_EXPIRES, 120 * NS_PER_S, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(
            &(struct fixture_options){.params = {.d_lazy = 1, .quirks = rows[i].quirks}});
        fixture_form_mesh(f, TOPIC, 6);
        uint32_t message = fixture_publish(f, TOPIC);
        fixture_advance(f, rows[i].age_ns);
        fixture_forget(f);

        fixture_peer_sends_iwant(f, 15, &message, 1);

        fixture_expect_equal(rows[i].name, "answers", fixture_sent_to(f, 15, TRACE_RPC_MESSAGES),
                             rows[i].answers);
        fixture_expect_equal(rows[i].name, "cached", f->router.mcache.count, rows[i].answers);
        fixture_destroy(f);
    }
}

static void given_nothing_cached_when_iwant_comes_then_nothing_is_sent(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t ignored = fixture_new_message(f, TOPIC_B, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 0, ignored, 0);
    fixture_forget(f);

    fixture_peer_sends_iwant(f, 15, &ignored, 1);

    fixture_expect_silence(f);
    fixture_destroy(f);
}

/** A send counts as repeated if this message went to this peer before: pushed, or as an answer. */
static void
given_peers_sent_a_message_when_iwant_comes_then_the_answer_says_repeated(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t peers;
        uint32_t members;
        uint32_t slot; // asks
        bool repeated; // at the first time
    } rows[] = {
        {"pushed to", 20, 6, 5, true},
        {"outside the mesh", 20, 6, 6, false},
        {"last of the first word", 200, 150, 63, true},
        {"first of the second word", 200, 150, 64, true},
        {"in the third word", 200, 150, 149, true},
        {"outside, in the third word", 200, 150, 150, false},
        {"the last", 200, 150, 199, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){.peers = rows[i].peers});
        fixture_form_mesh(f, TOPIC, rows[i].members);
        uint32_t message = receive(f, TOPIC);
        fixture_forget(f);
        fixture_peer_sends_iwant(f, rows[i].slot, (const uint32_t[]){message, message}, 2);
        fixture_peer_sends_iwant(f, rows[i].slot, &message, 1);
        for (uint32_t sent = 0; sent < 3; sent++) {
            fixture_expect_equal(rows[i].name, "repeated",
                                 fixture_sent(f, TRACE_RPC_MESSAGES, sent)->rpc.repeated,
                                 sent > 0 || rows[i].repeated);
        }
        fixture_destroy(f);
    }
}

static void given_our_own_message_when_iwant_comes_then_the_fanout_counts_as_sent_to(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    uint32_t message = fixture_form_fanout(f, TOPIC, 6);

    fixture_peer_sends_iwant(f, 5, &message, 1);
    fixture_peer_sends_iwant(f, 6, &message, 1);

    assert_true(fixture_sent(f, TRACE_RPC_MESSAGES, 0)->rpc.repeated);
    assert_false(fixture_sent(f, TRACE_RPC_MESSAGES, 1)->rpc.repeated);
    fixture_destroy(f);
}

/** A message that was forgotten and came again while still cached is one entry of the cache. */
static void given_a_message_accepted_twice_when_heartbeat_then_ihave_names_it_once(void **state) {
    (void)state;
    struct fixture *f =
        fixture_create(&(struct fixture_options){.peers = 20, .params = {.seen_ttl_ns = 1000}});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = fixture_new_message(f, TOPIC, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 2, message, 1);
    fixture_advance(f, 1000);
    fixture_peer_sends_message(f, 3, message, 1);
    assert_int_equal(fixture_delivered_count(f), 2);

    fixture_heartbeat(f);

    assert_true(fixture_sent_count(f, TRACE_RPC_IHAVE) > 0);
    assert_int_equal(rpc_entries(&fixture_sent(f, TRACE_RPC_IHAVE, 0)->rpc)->count, 1);
    fixture_destroy(f);
}

static void
given_our_own_message_forgotten_when_ihave_names_it_then_it_is_not_wanted(void **state) {
    (void)state;
    struct fixture *f =
        fixture_create(&(struct fixture_options){.peers = 20, .params = {.seen_ttl_ns = 1000}});
    fixture_form_mesh(f, TOPIC, 6);
    uint32_t message = fixture_publish(f, TOPIC);
    fixture_advance(f, 5000);

    fixture_peer_sends_ihave(f, 3, &message, 1);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IWANT), 0);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_our_own_message_forgotten_when_ihave_names_it_then_it_is_not_wanted),
        cmocka_unit_test(given_a_message_accepted_twice_when_heartbeat_then_ihave_names_it_once),
        cmocka_unit_test(
            given_a_message_when_the_heart_beats_then_dlazy_peers_outside_the_mesh_hear_of_it),
        cmocka_unit_test(given_several_messages_when_the_heart_beats_then_one_ihave_names_them_all),
        cmocka_unit_test(
            given_messages_of_two_topics_when_the_heart_beats_then_each_has_its_own_ihave),
        cmocka_unit_test(given_no_message_when_the_heart_beats_then_nobody_hears_anything),
        cmocka_unit_test(given_a_message_when_hearts_beat_then_it_is_named_history_gossip_times),
        cmocka_unit_test(given_a_message_when_hearts_beat_then_it_is_answered_for_history_length),
        cmocka_unit_test(
            given_a_topic_left_when_the_heart_beats_then_its_messages_are_only_answered_for),
        cmocka_unit_test(
            given_a_fanout_when_the_heart_beats_then_peers_outside_it_hear_of_our_messages),
        cmocka_unit_test(
            given_a_mesh_to_be_filled_when_the_heart_beats_then_new_members_get_no_ihave),
        cmocka_unit_test(given_peers_not_in_the_topic_when_the_heart_beats_then_they_hear_nothing),
        cmocka_unit_test(
            given_ids_of_which_some_were_seen_when_ihave_comes_then_one_iwant_names_the_others),
        cmocka_unit_test(given_ids_all_seen_when_ihave_comes_then_nothing_is_asked_for),
        cmocka_unit_test(given_a_topic_not_joined_when_ihave_comes_then_nothing_is_asked_for),
        cmocka_unit_test(
            given_a_message_asked_for_when_another_ihave_comes_then_it_is_asked_for_again),
        cmocka_unit_test(given_a_message_seen_long_ago_when_ihave_comes_then_it_is_asked_for),
        cmocka_unit_test(given_cached_messages_when_iwant_comes_then_each_is_answered_by_an_rpc),
        cmocka_unit_test(given_a_message_of_120_s_ago_when_iwant_comes_then_as_the_quirk),
        cmocka_unit_test(given_nothing_cached_when_iwant_comes_then_nothing_is_sent),
        cmocka_unit_test(given_peers_sent_a_message_when_iwant_comes_then_the_answer_says_repeated),
        cmocka_unit_test(given_our_own_message_when_iwant_comes_then_the_fanout_counts_as_sent_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
