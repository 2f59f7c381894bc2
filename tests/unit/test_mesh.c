#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

#include "router/gossipsub.h"

enum { TOPIC, TOPIC_B };

/**
 * The peers that were sent GRAFT, or PRUNE, since the last fixture_forget() must be those that are
 * in the mesh, or are no longer: one RPC each, for this topic, and a trace beside each.
 */
static void expect_told(const struct fixture *f, const char *row, uint32_t grafts,
                        uint32_t prunes) {
    fixture_expect_equal(row, "GRAFTs", fixture_sent_count(f, TRACE_RPC_GRAFT), grafts);
    fixture_expect_equal(row, "PRUNEs", fixture_sent_count(f, TRACE_RPC_PRUNE), prunes);
    for (uint32_t slot = 0; slot < f->router.slot_count; slot++) {
        uint32_t grafted = fixture_sent_to(f, slot, TRACE_RPC_GRAFT);
        uint32_t pruned = fixture_sent_to(f, slot, TRACE_RPC_PRUNE);
        bool member = fixture_in_mesh(f, TOPIC, slot);
        if (grafted > member || pruned > !member) {
            fail_msg("%s: slot %u: %u GRAFT, %u PRUNE, member %d", row, slot, grafted, pruned,
                     member);
        }
    }
    for (uint32_t i = 0; i < grafts + prunes; i++) {
        bool graft = i < grafts;
        const struct fixture_event *event = graft ? fixture_sent(f, TRACE_RPC_GRAFT, i)
                                                  : fixture_sent(f, TRACE_RPC_PRUNE, i - grafts);
        fixture_expect_equal(row, "entries", event->rpc.entry_count, 1);
        fixture_expect_equal(row, "topic", rpc_entries(&event->rpc)->topic, TOPIC);
    }
}

/** JOIN takes up to D of the subscribers, however small Dlo is. */
static void given_subscribers_when_joining_then_up_to_d_of_them_are_grafted(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t d;
        uint32_t subscribers;
        uint32_t expected;
    } rows[] = {
        {"nobody", 6, 0, 0},      {"one", 6, 1, 1},     {"fewer than Dlo", 6, 3, 3},
        {"one below D", 6, 5, 5}, {"D", 6, 6, 6},       {"one above D", 6, 7, 6},
        {"many", 6, 20, 6},       {"D is 1", 1, 20, 1}, {"D is all", 20, 20, 20},
        {"D beyond", 30, 20, 20},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){
            .params = {.d = rows[i].d, .d_low = FIXTURE_NONE, .d_high = 40}});
        fixture_connect_all(f);
        fixture_peers_subscribe(f, rows[i].subscribers, TOPIC);
        fixture_subscribe(f, TOPIC);
        fixture_expect_equal(rows[i].name, "mesh", fixture_mesh_count(f, TOPIC), rows[i].expected);
        expect_told(f, rows[i].name, rows[i].expected, 0);
        fixture_expect_equal(rows[i].name, "joined",
                             fixture_trace_count(f, TRACE_GRAFT, REASON_JOIN), rows[i].expected);
        for (uint32_t slot = rows[i].subscribers; slot < 20; slot++) {
            assert_false(fixture_in_mesh(f, TOPIC, slot));
        }
        fixture_destroy(f);
    }
}

/** The peers that already carry our messages stay; the rest is drawn. */
static void
given_a_fanout_when_joining_then_its_peers_come_first_and_others_fill_to_d(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t members;
    } rows[] = {{"none", 0}, {"one", 1}, {"fewer than Dlo", 3}, {"one below D", 5}, {"D", 6}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){0});
        const char *row = rows[i].name;
        fixture_form_fanout(f, TOPIC, rows[i].members);

        fixture_subscribe(f, TOPIC);

        for (uint32_t slot = 0; slot < rows[i].members; slot++) {
            assert_true(fixture_in_mesh(f, TOPIC, slot));
        }
        fixture_expect_equal(row, "mesh", fixture_mesh_count(f, TOPIC), 6);
        fixture_expect_equal(row, "fanout", fixture_fanout_count(f, TOPIC), 0);
        fixture_expect_equal(row, "moved",
                             fixture_trace_count(f, TRACE_GRAFT, REASON_FANOUT_JOINED),
                             rows[i].members);
        fixture_expect_equal(row, "drawn", fixture_trace_count(f, TRACE_GRAFT, REASON_JOIN),
                             6 - rows[i].members);
        fixture_expect_equal(row, "forgotten",
                             fixture_trace_count(f, TRACE_FANOUT_REMOVE, REASON_FANOUT_JOINED), 1);
        expect_told(f, row, 6, 0);
        fixture_destroy(f);
    }
}

static void
given_a_topic_joined_when_a_peer_subscribes_then_it_is_grafted_at_the_heartbeat_only(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_connect_all(f);
    fixture_subscribe(f, TOPIC);
    fixture_forget(f);

    fixture_peers_subscribe(f, 3, TOPIC);

    fixture_expect_silence(f);
    fixture_heartbeat(f);
    assert_int_equal(fixture_mesh_count(f, TOPIC), 3);
    expect_told(f, "heartbeat", 3, 0);
    fixture_destroy(f);
}

static void
given_a_mesh_when_leaving_then_every_member_is_pruned_and_it_is_forgotten(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t peers;
        uint32_t members;
    } rows[] = {
        {"none", 20, 0}, {"some", 20, 6}, {"above Dhi", 20, 20}, {"several words", 200, 150}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){.peers = rows[i].peers});
        fixture_form_mesh(f, TOPIC, rows[i].members);
        fixture_unsubscribe(f, TOPIC);
        fixture_expect_equal(rows[i].name, "mesh", fixture_mesh_count(f, TOPIC), 0);
        expect_told(f, rows[i].name, 0, rows[i].members);
        fixture_expect_equal(rows[i].name, "left",
                             fixture_trace_count(f, TRACE_PRUNE, REASON_LEAVE), rows[i].members);
        fixture_forget(f);
        fixture_heartbeat(f);
        fixture_expect_silence(f);
        fixture_destroy(f);
    }
}

static void
given_a_topic_joined_when_a_peer_grafts_then_it_is_accepted_without_a_word(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t members; // before
        bool subscriber;
    } rows[] = {
        {"first", 0, true},   {"below Dlo", 3, true},  {"at D", 6, true},
        {"at Dhi", 12, true}, {"above Dhi", 18, true}, {"not a subscriber", 6, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){0});
        fixture_form_mesh(f, TOPIC, rows[i].members);
        if (!rows[i].subscriber) {
            fixture_peer_unsubscribes(f, 19, TOPIC);
        }
        fixture_peer_grafts(f, 19, TOPIC);
        fixture_expect_equal(rows[i].name, "mesh", fixture_mesh_count(f, TOPIC),
                             rows[i].members + 1);
        fixture_expect_equal(rows[i].name, "member", fixture_in_mesh(f, TOPIC, 19), true);
        fixture_expect_equal(rows[i].name, "events", f->event_count, 1);
        fixture_expect_reason(f, REASON_GRAFT_RECEIVED);
        fixture_expect_equal(rows[i].name, "size", fixture_effect(f, EFFECT_TRACE, 0)->effect.value,
                             rows[i].members + 1);
        fixture_destroy(f);
    }
}

static void given_a_member_when_it_grafts_again_then_nothing_happens(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);

    fixture_peer_grafts(f, 5, TOPIC);

    fixture_expect_silence(f);
    assert_int_equal(fixture_mesh_count(f, TOPIC), 6);
    fixture_destroy(f);
}

enum membership { NEVER_JOINED, LEFT, PUBLISHING };

static void
given_a_topic_not_joined_when_a_peer_grafts_then_it_is_refused_with_prune(void **state) {
    (void)state;
    static const struct {
        const char *name;
        enum membership membership;
    } rows[] = {{"never joined", NEVER_JOINED}, {"left", LEFT}, {"only publishing", PUBLISHING}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(&(struct fixture_options){0});
        fixture_connect_all(f);
        fixture_peers_subscribe(f, 20, TOPIC);
        if (rows[i].membership == LEFT) {
            fixture_subscribe(f, TOPIC);
            fixture_unsubscribe(f, TOPIC);
        } else if (rows[i].membership == PUBLISHING) {
            fixture_publish(f, TOPIC);
        }
        fixture_forget(f);
        fixture_peer_grafts(f, 7, TOPIC);
        fixture_expect_equal(rows[i].name, "mesh", fixture_mesh_count(f, TOPIC), 0);
        fixture_expect_equal(rows[i].name, "events", f->event_count, 2);
        fixture_expect_equal(rows[i].name, "refusals",
                             fixture_trace_count(f, TRACE_REFUSE, REASON_NOT_SUBSCRIBED), 1);
        fixture_expect_equal(rows[i].name, "to it", fixture_sent_to(f, 7, TRACE_RPC_PRUNE), 1);
        expect_told(f, rows[i].name, 0, 1);
        fixture_destroy(f);
    }
}

static void given_a_member_when_it_prunes_then_it_is_removed_without_a_word(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);

    fixture_peer_prunes(f, 2, TOPIC);

    assert_false(fixture_in_mesh(f, TOPIC, 2));
    assert_int_equal(fixture_mesh_count(f, TOPIC), 5);
    assert_int_equal(f->event_count, 1);
    assert_int_equal(fixture_trace_count(f, TRACE_PRUNE, REASON_PRUNE_RECEIVED), 1);
    assert_int_equal(fixture_effect(f, EFFECT_TRACE, 0)->effect.value, 5);
    fixture_destroy(f);
}

static void given_no_member_when_a_peer_prunes_then_nothing_happens(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 6);

    fixture_peer_prunes(f, 7, TOPIC);
    fixture_peer_prunes(f, 2, TOPIC_B);

    fixture_expect_silence(f);
    assert_int_equal(fixture_mesh_count(f, TOPIC), 6);
    fixture_destroy(f);
}

/** v1.0 knows no backoff: who pruned us is a candidate again. */
static void
given_a_peer_that_pruned_us_when_the_heart_beats_then_it_may_be_grafted_again(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = 3});
    fixture_form_mesh(f, TOPIC, 3);
    fixture_peer_prunes(f, 1, TOPIC);
    fixture_forget(f);

    fixture_heartbeat(f);

    assert_true(fixture_in_mesh(f, TOPIC, 1));
    assert_int_equal(fixture_sent_to(f, 1, TRACE_RPC_GRAFT), 1);
    fixture_destroy(f);
}

static void
given_a_member_when_it_unsubscribes_or_disconnects_then_it_is_removed_untold(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t peers;
        uint32_t slot;
        bool disconnects;
    } rows[] = {
        {"unsubscribes", 20, 0, false},
        {"disconnects", 20, 0, true},
        {"in the second word, unsubscribes", 200, 64, false},
        {"in the second word, disconnects", 200, 64, true},
        {"in the third word, unsubscribes", 200, 149, false},
        {"in the third word, disconnects", 200, 149, true},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t members = rows[i].peers * 3 / 4;
        const char *row = rows[i].name;
        struct fixture *f = fixture_create(&(struct fixture_options){.peers = rows[i].peers});
        fixture_form_mesh(f, TOPIC, members);
        if (rows[i].disconnects) {
            fixture_disconnect(f, rows[i].slot);
        } else {
            fixture_peer_unsubscribes(f, rows[i].slot, TOPIC);
        }
        fixture_expect_equal(row, "mesh", fixture_mesh_count(f, TOPIC), members - 1);
        fixture_expect_equal(row, "member", fixture_in_mesh(f, TOPIC, rows[i].slot), false);
        fixture_expect_equal(row, "events", f->event_count, 1);
        fixture_expect_reason(f, rows[i].disconnects ? REASON_DISCONNECTED : REASON_UNSUBSCRIBED);
        fixture_destroy(f);
    }
}

static void
given_two_topics_when_a_member_of_both_leaves_one_then_it_stays_in_the_other(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){.peers = 1});
    fixture_form_mesh(f, TOPIC, 1);
    fixture_peer_subscribes(f, 0, TOPIC_B);
    fixture_subscribe(f, TOPIC_B);

    fixture_peer_unsubscribes(f, 0, TOPIC_B);

    assert_true(fixture_in_mesh(f, TOPIC, 0));
    assert_false(fixture_in_mesh(f, TOPIC_B, 0));
    fixture_disconnect(f, 0);
    assert_false(fixture_in_mesh(f, TOPIC, 0));
    fixture_destroy(f);
}

/** Filled to D below Dlo, cut to D above Dhi, and left alone between and at both. */
static void given_a_mesh_when_the_heart_beats_then_its_size_is_kept_within_bounds(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct router_params params;
        uint32_t peers;
        uint32_t members;
        uint32_t expected;
    } rows[] = {
        {"empty", {0}, 20, 0, 6},
        {"one below Dlo", {0}, 20, 3, 6},
        {"Dlo", {0}, 20, 4, 4},
        {"above Dlo", {0}, 20, 5, 5},
        {"D", {0}, 20, 6, 6},
        {"above D", {0}, 20, 9, 9},
        {"Dhi", {0}, 20, 12, 12},
        {"one above Dhi", {0}, 20, 13, 6},
        {"all peers", {0}, 20, 20, 6},
        {"too few candidates", {0}, 5, 2, 5},
        {"no candidates", {0}, 2, 2, 2},
        {"alone", {0}, FIXTURE_NONE, 0, 0},
        {"several words, filled", {.d = 100, .d_low = 90, .d_high = 110}, 200, 70, 100},
        {"several words, cut", {.d = 100, .d_low = 90, .d_high = 110}, 200, 130, 100},
        {"several words, kept", {.d = 100, .d_low = 90, .d_high = 110}, 200, 110, 110},
        {"Dlo 0 never fills", {.d_low = FIXTURE_NONE}, 20, 0, 0},
        {"all equal, below", {.d = 6, .d_low = 6, .d_high = 6}, 20, 5, 6},
        {"all equal, at", {.d = 6, .d_low = 6, .d_high = 6}, 20, 6, 6},
        {"all equal, above", {.d = 6, .d_low = 6, .d_high = 6}, 20, 7, 6},
        {"D 1", {.d = 1, .d_low = 1, .d_high = 1}, 20, 20, 1},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_create(
            &(struct fixture_options){.peers = rows[i].peers, .params = rows[i].params});
        fixture_form_mesh(f, TOPIC, rows[i].members);
        bool grows = rows[i].expected > rows[i].members;
        uint32_t grafts = grows ? rows[i].expected - rows[i].members : 0;
        uint32_t prunes = grows ? 0 : rows[i].members - rows[i].expected;
        fixture_heartbeat(f);
        fixture_expect_equal(rows[i].name, "mesh", fixture_mesh_count(f, TOPIC), rows[i].expected);
        expect_told(f, rows[i].name, grafts, prunes);
        fixture_expect_equal(rows[i].name, "filled",
                             fixture_trace_count(f, TRACE_GRAFT, REASON_BELOW_D_LOW), grafts);
        fixture_expect_equal(rows[i].name, "cut",
                             fixture_trace_count(f, TRACE_PRUNE, REASON_ABOVE_D_HIGH), prunes);
        // In a steady state the next heartbeat has nothing to do.
        fixture_forget(f);
        fixture_heartbeat(f);
        fixture_expect_equal(rows[i].name, "later events", f->event_count, 0);
        fixture_destroy(f);
    }
}

/** Members stay where they are when the mesh is filled; strangers to the topic are not drawn. */
static void given_few_members_when_filled_then_only_connected_subscribers_are_added(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 3);
    for (uint32_t slot = 3; slot < 20; slot++) {
        if (slot == 5 || slot == 9) {
            continue;
        }
        if (slot % 2 == 0) {
            fixture_disconnect(f, slot);
        } else {
            fixture_peer_unsubscribes(f, slot, TOPIC);
            fixture_peer_subscribes(f, slot, TOPIC_B);
        }
    }

    fixture_heartbeat(f);

    assert_int_equal(fixture_mesh_count(f, TOPIC), 5);
    for (uint32_t slot = 0; slot < 20; slot++) {
        assert_int_equal(fixture_in_mesh(f, TOPIC, slot), slot < 3 || slot == 5 || slot == 9);
    }
    fixture_destroy(f);
}

static void
given_several_topics_when_the_heart_beats_then_each_mesh_is_kept_by_itself(void **state) {
    (void)state;
    static const uint32_t members[] = {0, 5, 20, 3};
    static const uint32_t expected[] = {6, 5, 6, 6};
    struct fixture *f = fixture_create(&(struct fixture_options){.topics = COUNT_OF(members)});
    fixture_connect_all(f);
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        uint16_t topic = (uint16_t)i;
        fixture_subscribe(f, topic);
        fixture_peers_graft(f, members[i], topic);
        fixture_peers_subscribe(f, 20, topic);
    }
    fixture_forget(f);

    fixture_heartbeat(f);

    for (size_t i = 0; i < COUNT_OF(members); i++) {
        assert_int_equal(fixture_mesh_count(f, (uint16_t)i), expected[i]);
    }
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_GRAFT), 6 + 3);
    assert_int_equal(fixture_sent_count(f, TRACE_RPC_PRUNE), 14);
    fixture_destroy(f);
}

static void given_wrong_use_when_called_then_a_check_fails(void **state) {
    (void)state;
    struct fixture *f = fixture_create(&(struct fixture_options){0});
    fixture_form_mesh(f, TOPIC, 2);
    fixture_disconnect(f, 5);
    struct topic_state *joined = router_topic(&f->router, TOPIC);
    struct topic_state *other = router_topic(&f->router, TOPIC_B);

    expect_assert_failure(mesh_graft(&f->router, &f->step, joined, 1, REASON_JOIN));
    expect_assert_failure(mesh_graft(&f->router, &f->step, joined, 5, REASON_JOIN));
    expect_assert_failure(mesh_graft(&f->router, &f->step, other, 3, REASON_JOIN));
    expect_assert_failure(mesh_remove(&f->router, &f->step, joined, 20, REASON_LEAVE));
    expect_assert_failure(mesh_fill(&f->router, &f->step, other, REASON_JOIN));
    joined->mesh_count = 3;
    expect_assert_failure(mesh_leave(&f->router, &f->step, joined));
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_subscribers_when_joining_then_up_to_d_of_them_are_grafted),
        cmocka_unit_test(
            given_a_fanout_when_joining_then_its_peers_come_first_and_others_fill_to_d),
        cmocka_unit_test(
            given_a_topic_joined_when_a_peer_subscribes_then_it_is_grafted_at_the_heartbeat_only),
        cmocka_unit_test(given_a_mesh_when_leaving_then_every_member_is_pruned_and_it_is_forgotten),
        cmocka_unit_test(
            given_a_topic_joined_when_a_peer_grafts_then_it_is_accepted_without_a_word),
        cmocka_unit_test(given_a_member_when_it_grafts_again_then_nothing_happens),
        cmocka_unit_test(given_a_topic_not_joined_when_a_peer_grafts_then_it_is_refused_with_prune),
        cmocka_unit_test(given_a_member_when_it_prunes_then_it_is_removed_without_a_word),
        cmocka_unit_test(given_no_member_when_a_peer_prunes_then_nothing_happens),
        cmocka_unit_test(
            given_a_peer_that_pruned_us_when_the_heart_beats_then_it_may_be_grafted_again),
        cmocka_unit_test(
            given_a_member_when_it_unsubscribes_or_disconnects_then_it_is_removed_untold),
        cmocka_unit_test(
            given_two_topics_when_a_member_of_both_leaves_one_then_it_stays_in_the_other),
        cmocka_unit_test(given_a_mesh_when_the_heart_beats_then_its_size_is_kept_within_bounds),
        cmocka_unit_test(given_few_members_when_filled_then_only_connected_subscribers_are_added),
        cmocka_unit_test(
            given_several_topics_when_the_heart_beats_then_each_mesh_is_kept_by_itself),
        cmocka_unit_test(given_wrong_use_when_called_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
