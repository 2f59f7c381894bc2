// Operations of the 2020 router that SEED.md tells in detail: GRAFT case by case (§2.17), the end
// of a link (§0), gauges and counters (§5), and what repairing one departure alone comes to (§8).
#include "router/gossipsub.h"
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

enum { T, U, LIMIT = 6, TOPICS = 8 };

#define SECOND_NS INT64_C(1000000000)

static struct fixture *router_of(uint64_t quirks, uint32_t peers) {
    struct fixture_options options = {
        .peers = peers, .topics = TOPICS, .params = {.quirks = quirks}};
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    return f;
}

static bool in_table(const struct fixture *f, uint16_t topic, uint32_t slot) {
    struct topic_state *state = (struct topic_state *)router_find_topic(&f->router, topic);
    return state != NULL && bitset_has(topic_subscribers(&f->router, state), slot);
}

/* GRAFT. */

enum { GRAFTER, OTHER_PEER };

/** What a GRAFT comes to. */
enum outcome { MESH, TABLE, ABORT, PRUNE };

/** A line of the table of §2.17. */
struct graft_row {
    const char *name;
    bool in_topics;
    bool in_mesh; // else the topic was left, and the heart has not beaten since
    bool in_table;
    bool below_limit; // fewer than six topics have a mesh
    enum outcome metrics_build;
    enum outcome default_build;
};

static struct fixture *router_of_row(const struct graft_row *row, bool metrics_build) {
    uint64_t quirks = quirks_of_nim_2020() | (metrics_build ? quirk_bit(QUIRK_METRICS_BUILD) : 0);
    struct fixture *f = router_of(quirks, 2);
    uint32_t meshes = row->below_limit ? LIMIT - 2 : LIMIT - row->in_mesh;
    if (row->in_topics) {
        fixture_subscribe(f, T);
    }
    for (uint32_t i = 0; i < meshes; i++) {
        fixture_subscribe(f, (uint16_t)(U + i));
    }
    if (row->in_table) {
        fixture_peer_unsubscribes(f, OTHER_PEER, T);
    }
    if (row->in_topics && !row->in_mesh) {
        fixture_unsubscribe(f, T);
    }
    fixture_forget(f);
    return f;
}

static enum outcome outcome_of(const struct fixture *f) {
    bool aborted = fixture_effect_count(f, EFFECT_ABORT_LINK) > 0;
    assert_int_equal(aborted, !bitset_has(f->router.peers, GRAFTER));
    // One of the four, and no trace of another.
    assert_int_equal(aborted + fixture_in_mesh(f, T, GRAFTER) + in_table(f, T, GRAFTER) +
                         (int)fixture_effect_count(f, EFFECT_SEND_RPC),
                     1);
    if (aborted) {
        return ABORT;
    }
    if (fixture_sent_to(f, GRAFTER, TRACE_RPC_PRUNE) > 0) {
        return PRUNE;
    }
    return fixture_in_mesh(f, T, GRAFTER) ? MESH : TABLE;
}

static void given_a_state_of_the_tables_when_grafted_then_it_is_as_in_2020(void **state) {
    (void)state;
    static const struct graft_row rows[] = {
        {"all there", true, true, true, true, MESH, MESH},
        {"all there, six topics", true, true, true, false, TABLE, TABLE},
        {"no table", true, true, false, true, ABORT, MESH},
        {"no table, six topics", true, true, false, false, ABORT, ABORT},
        {"left", true, false, true, true, ABORT, ABORT},
        {"left, no table", true, false, false, true, ABORT, ABORT},
        {"left, six topics", true, false, true, false, ABORT, TABLE},
        {"left, no table, six topics", true, false, false, false, ABORT, ABORT},
        {"not ours", false, false, true, true, ABORT, PRUNE},
        {"not ours, no table", false, false, false, true, ABORT, PRUNE},
        {"not ours, six topics", false, false, true, false, ABORT, PRUNE},
        {"not ours, no table, six topics", false, false, false, false, ABORT, PRUNE},
    };
    for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
        const struct graft_row *row = &rows[i / 2];
        bool metrics_build = i % 2 != 0;
        struct fixture *f = router_of_row(row, metrics_build);

        fixture_peer_grafts(f, GRAFTER, T);

        fixture_expect_equal(row->name, metrics_build ? "the metrics build" : "the default build",
                             outcome_of(f),
                             metrics_build ? row->metrics_build : row->default_build);
        fixture_destroy(f);
    }
}

/* The end of a link. */

static struct network *network_of(uint64_t quirks, uint32_t nodes) {
    struct network_options options = {
        .nodes = nodes, .topics = TOPICS - 1, .seed = 2, .sign = true, .metered = true};
    options.params[0].quirks = quirks;
    return network_create(&options);
}

static void given_a_graft_that_cannot_be_handled_when_sent_then_both_ends_part(void **state) {
    (void)state;
    struct network *n = network_of(quirks_of_nim_2020(), 2);
    network_link(n, 0, 1);
    network_subscribe_all(n, T);
    network_unsubscribe(n, 0, T);
    network_advance(n, 121 * SECOND_NS); // it has grafted before, and would not be heard again
    network_forget(n);

    network_inject_control(n, 1, 0, TRACE_RPC_GRAFT, T);

    assert_int_equal(network_effects(n, 0, EFFECT_ABORT_LINK), 1);
    assert_int_equal(network_metrics(n, 0).peers, 0);
    assert_int_equal(network_metrics(n, 1).peers, 0);
    assert_int_equal(network_topic(n, 1, T).mesh, 0);
    assert_int_equal(network_topic(n, 1, T).gauge_mesh, 0);
    network_heartbeats(n, 10);
    assert_false(network_linked(n, 0, 1));
    network_destroy(n);
}

/** What an RPC has done until it breaks off stays done; what it has yet to answer is not sent. */
static void given_an_rpc_that_breaks_off_when_read_then_only_its_first_part_counts(void **state) {
    (void)state;
    struct fixture *f = router_of(quirks_of_nim_2020(), 3);
    fixture_subscribe(f, T);
    fixture_subscribe(f, U);
    fixture_unsubscribe(f, U);
    fixture_forget(f);
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_message(&f->rpcs, rpc, fixture_new_message(f, T, FIXTURE_STRANGER), 0);
    rpc_add_ihave(&f->rpcs, rpc, T);
    rpc_add_id(&f->rpcs, rpc, fixture_new_message(f, T, FIXTURE_STRANGER) | MESSAGE_ID_TEXT);
    rpc_add_graft(&f->rpcs, rpc, U);

    fixture_peer_sends(f, 0, rpc);

    assert_int_equal(fixture_delivered_count(f), 1);
    assert_int_equal(fixture_effect_count(f, EFFECT_SEND_RPC), 0);
    assert_int_equal(fixture_effect_count(f, EFFECT_ABORT_LINK), 1);
    fixture_destroy(f);
}

/* Gauges and counters. */

static void given_a_mesh_when_the_topic_is_left_then_its_gauge_is_stale(void **state) {
    (void)state;
    struct fixture *f = router_of(quirks_of_nim_2020(), 3);
    fixture_subscribe(f, T);
    fixture_peers_subscribe(f, 3, T);

    fixture_unsubscribe(f, T);

    assert_int_equal(fixture_mesh_count(f, T), 0);
    assert_int_equal(router_find_topic(&f->router, T)->gauge_mesh, 3);
    fixture_heartbeat(f);
    assert_int_equal(router_find_topic(&f->router, T)->gauge_mesh, 0);
    fixture_destroy(f);
}

static void given_a_mesh_when_a_member_prunes_then_its_gauge_follows(void **state) {
    (void)state;
    struct fixture *f = router_of(quirks_of_nim_2020(), 3);
    fixture_subscribe(f, T);
    fixture_peers_subscribe(f, 3, T);

    fixture_peer_prunes(f, 0, T);

    assert_int_equal(router_find_topic(&f->router, T)->gauge_mesh, 2);
    fixture_destroy(f);
}

static void given_tables_when_a_peer_is_gone_then_all_gauges_follow(void **state) {
    (void)state;
    struct fixture *f = router_of(quirks_of_nim_2020(), 1);
    fixture_subscribe(f, T);
    fixture_peer_grafts(f, 0, T);
    fixture_peer_subscribes(f, 0, U);
    fixture_publish(f, U);
    const struct topic_state *joined = router_find_topic(&f->router, T);
    const struct topic_state *other = router_find_topic(&f->router, U);
    assert_int_equal(joined->gauge_mesh, 1);
    assert_int_equal(other->gauge_fanout, 1);
    assert_int_equal(other->gauge_subscribers, 1);

    fixture_disconnect(f, 0);

    assert_int_equal(joined->gauge_mesh, 0);
    assert_int_equal(other->gauge_fanout, 0);
    assert_int_equal(other->gauge_subscribers, 0);
    fixture_destroy(f);
}

/** Of two copies one is verified; both are received. */
static void given_two_copies_when_received_then_one_is_verified(void **state) {
    (void)state;
    struct network *n = network_of(quirks_of_nim_2020(), 3);
    network_link_all(n);
    network_subscribe_all(n, T);
    network_heartbeats(n, 1);

    network_publish(n, 0, T);

    struct network_metrics metrics = network_metrics(n, 1);
    assert_int_equal(metrics.received, 2);
    assert_int_equal(metrics.sig_verify_success, 1);
    assert_int_equal(metrics.validation_success, 1);
    assert_int_equal(metrics.sent, 2);
    network_destroy(n);
}

/** A flood node counts what it published though it reached nobody; but not for a topic that nobody
 * ever spoke of. */
static void given_flood_nodes_when_one_reaches_nobody_then_it_counts_all_the_same(void **state) {
    (void)state;
    struct network_options options = {.floodsub = {true}, .metered = true};
    struct network *n = network_create(&options);
    network_link(n, 0, 1);
    network_subscribe(n, 1, T);
    network_unsubscribe(n, 1, T);

    assert_int_equal(network_publish(n, 0, T), 0);
    assert_int_equal(network_publish(n, 0, U), 0);

    assert_int_equal(network_metrics(n, 0).published, 1);
    network_destroy(n);
}

static void given_gossip_nodes_when_one_reaches_nobody_then_it_counts_nothing(void **state) {
    (void)state;
    struct network *n = network_of(quirks_of_nim_2020(), 2);
    network_link(n, 0, 1);
    network_subscribe(n, 0, T);

    assert_int_equal(network_publish(n, 0, T), 0);

    assert_int_equal(network_metrics(n, 0).published, 0);
    assert_int_equal(n->routers[0].mcache.count, 1);
    network_destroy(n);
}

/* Publishing, and RPCs of several messages. */

static void given_an_empty_topic_when_published_then_it_goes_nowhere(void **state) {
    (void)state;
    struct network_options options = {.topics = TOPICS};
    options.params[0].quirks = quirks_of_nim_2020();
    struct network *n = network_create(&options);
    uint16_t empty = TOPICS - 1;
    assert_int_equal(n->messages.topic_sizes[empty], 0);
    network_link(n, 0, 1);
    network_subscribe_all(n, empty);

    assert_int_equal(network_publish(n, 0, empty), 0);

    assert_int_equal(network_sent(n, 0, 1, TRACE_RPC_MESSAGES), 0);
    network_destroy(n);
}

static void given_gossip_nodes_when_empty_data_is_published_then_it_is_handled(void **state) {
    (void)state;
    struct network *n = network_of(quirks_of_nim_2020(), 2);
    network_link(n, 0, 1);
    network_subscribe_all(n, T);

    assert_int_equal(network_publish_bytes(n, 0, T, 0), 1);

    assert_int_equal(network_handled(n, 1, T), 1);
    network_destroy(n);
}

/** A signed message of node 1, with or without its author's key. */
static uint32_t make_message(struct network *n, bool has_key) {
    uint32_t number = n->next_message++;
    struct message fields = {
        .seqno = number + 1, .origin = 1, .size_bytes = 10, .topic = T, .has_key = has_key};
    message_publish(&n->messages, number, &fields);
    return number;
}

/** A flood node forwards after each message that it does not reject. */
static void given_a_bad_message_after_a_good_one_when_flooded_then_they_go_on_once(void **state) {
    (void)state;
    struct network_options options = {.nodes = 3, .floodsub = {true}, .sign = true};
    options.params[0].quirks =
        quirk_bit(QUIRK_FLOOD_FORWARDS_WHOLE_RPC) | quirk_bit(QUIRK_KEYLESS_REJECTED);
    struct network *n = network_create(&options);
    network_link_star(n);
    network_subscribe_all(n, T);
    network_forget(n);
    uint32_t rpc = rpc_create(&n->rpcs);
    rpc_add_message(&n->rpcs, rpc, make_message(n, true), 0);
    rpc_add_message(&n->rpcs, rpc, make_message(n, false), 0);

    network_inject(n, 1, 0, rpc);

    assert_int_equal(network_sent(n, 0, 2, TRACE_RPC_MESSAGES), 1);
    assert_int_equal(network_rpc(n, 0, 2, TRACE_RPC_MESSAGES, 0)->entry_count, 2);
    network_destroy(n);
}

/** An own message that comes back calls no handler twice in a gossip node. */
static void given_self_trigger_when_a_message_comes_back_then_it_is_handled_once(void **state) {
    (void)state;
    struct network_options options = {.nodes = 2};
    options.params[0].quirks = quirks_of_nim_2020();
    options.params[0].self_trigger = true;
    struct network *n = network_create(&options);
    network_link(n, 0, 1);
    network_subscribe_all(n, T);

    network_publish(n, 0, T);

    assert_int_equal(network_sent(n, 1, 0, TRACE_RPC_MESSAGES), 1);
    assert_int_equal(network_handled(n, 0, T), 1);
    network_destroy(n);
}

/** A peer that grafted us stays a candidate beside the mesh, and gets no gossip all the same. */
static void given_a_candidate_in_the_mesh_when_the_heart_beats_then_it_is_not_told(void **state) {
    (void)state;
    struct fixture *f = router_of(quirks_of_nim_2020(), 6);
    fixture_subscribe(f, T);
    fixture_peers_subscribe(f, 6, T);
    fixture_peer_grafts(f, 5, T);
    assert_true(in_table(f, T, 5));
    assert_true(fixture_in_mesh(f, T, 5));
    fixture_publish(f, T);
    fixture_forget(f);

    fixture_heartbeat(f);

    assert_int_equal(fixture_sent_to(f, 5, TRACE_RPC_IHAVE), 0);
    assert_int_equal(fixture_sent_to(f, 4, TRACE_RPC_IHAVE), 1);
    fixture_destroy(f);
}

/** Ids are texts in 2020: one that is from ‖ seqno names nothing. */
static void
given_a_cached_message_when_wanted_by_an_id_of_another_form_then_no_answer(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        uint64_t quirks = quirks_of_nim_2020() & ~quirk_bit(QUIRK_IWANT_UNANSWERED);
        struct fixture *f = router_of(quirks, 2);
        uint32_t message = fixture_publish(f, T);
        uint32_t rpc = rpc_create(&f->rpcs);
        rpc_add_iwant(&f->rpcs, rpc);
        rpc_add_id(&f->rpcs, rpc, message | (row == 0 ? 0 : MESSAGE_ID_TEXT));

        fixture_peer_sends(f, 0, rpc);

        assert_int_equal(fixture_sent_count(f, TRACE_RPC_MESSAGES), row);
        fixture_destroy(f);
    }
}

/** Seen at its arrival, a message is forgotten before its application has looked at it; then it
 * comes, and is accepted, again. */
static void given_a_message_looked_at_for_long_when_accepted_twice_then_cached_once(void **state) {
    (void)state;
    struct fixture_options options = {.peers = 2, .validators = true};
    options.params.quirks = quirk_bit(QUIRK_SEEN_BEFORE_VALIDATION);
    options.params.seen_ttl_ns = 120 * SECOND_NS;
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    fixture_subscribe(f, T);
    uint32_t message = fixture_new_message(f, T, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 0, message, 1);
    fixture_advance(f, 120 * SECOND_NS);
    fixture_validated(f, message, true);

    fixture_peer_sends_message(f, 1, message, 1);
    fixture_validated(f, message, true);

    assert_int_equal(fixture_delivered_count(f), 2);
    assert_int_equal(f->router.mcache.count, 1);
    fixture_destroy(f);
}

/* What repairing one departure alone comes to. */

enum { HUB, CANDIDATE, MEMBER, MEMBERS = 4 };

/** A hub with a full mesh and a candidate outside it, itself at the hub of a full mesh. */
static struct network *star_with_candidate(uint64_t quirks) {
    struct network *n = network_of(quirks, MEMBER + 2 * MEMBERS);
    for (uint32_t centre = HUB; centre <= CANDIDATE; centre++) {
        network_subscribe(n, centre, T);
        for (uint32_t i = 0; i < MEMBERS; i++) {
            uint32_t node = MEMBER + centre * MEMBERS + i;
            network_link(n, centre, node);
            network_subscribe(n, node, T);
        }
    }
    network_link(n, HUB, CANDIDATE);
    assert_true(network_in_table(n, HUB, CANDIDATE, T));
    assert_int_equal(network_topic(n, HUB, T).mesh, MEMBERS);
    return n;
}

static void given_repairs_of_gossip_when_published_then_they_help_only_together(void **state) {
    (void)state;
    const uint64_t answered = quirk_bit(QUIRK_IWANT_UNANSWERED);
    const uint64_t cached = quirk_bit(QUIRK_FORWARDED_NOT_CACHED);
    const struct {
        const char *name;
        uint64_t repaired;
        uint32_t publisher;
        uint32_t heard; // by the candidate
    } rows[] = {
        {"nothing repaired, hub publishes", 0, HUB, 0},
        {"nothing repaired, hub forwards", 0, MEMBER, 0},
        {"Q35 repaired, hub publishes", cached, HUB, 0},
        {"Q35 repaired, hub forwards", cached, MEMBER, 0},
        {"Q37 repaired, hub publishes", answered, HUB, 1},
        {"Q37 repaired, hub forwards", answered, MEMBER, 0},
        {"both repaired, hub publishes", cached | answered, HUB, 1},
        {"both repaired, hub forwards", cached | answered, MEMBER, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct network *n = star_with_candidate(quirks_of_nim_2020() & ~rows[i].repaired);

        network_publish(n, rows[i].publisher, T);
        network_heartbeats(n, 6);

        fixture_expect_equal(rows[i].name, "what the candidate heard",
                             network_handled(n, CANDIDATE, T), rows[i].heard);
        network_destroy(n);
    }
}

/** Repairing Q6 without Q15: a member that prunes is grafted again, and is not told. */
static void given_the_mover_repaired_alone_when_pruned_then_regrafts_are_silent(void **state) {
    (void)state;
    const struct {
        const char *name;
        uint64_t repaired;
        uint32_t grafts; // that the member gets in all
    } rows[] = {
        {"Q6", quirk_bit(QUIRK_MOVER_FORGETS), 1},
        {"Q6 and Q15", quirk_bit(QUIRK_MOVER_FORGETS) | quirk_bit(QUIRK_SENT_CACHE), 2},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = router_of(quirks_of_nim_2020() & ~rows[i].repaired, 1);
        fixture_subscribe(f, T);
        fixture_peer_subscribes(f, 0, T);
        fixture_peer_prunes(f, 0, T);

        fixture_heartbeat(f);

        fixture_expect_equal(rows[i].name, "members", fixture_mesh_count(f, T), 1);
        fixture_expect_equal(rows[i].name, "GRAFTs", fixture_sent_count(f, TRACE_RPC_GRAFT),
                             rows[i].grafts);
        fixture_destroy(f);
    }
}

/** The mover takes out of a fanout those that it has looked at, and no others. */
static void given_a_fanout_with_a_member_when_the_mesh_is_full_then_it_may_stay(void **state) {
    (void)state;
    uint32_t stayed = 0;
    for (uint32_t seed = 0; seed < 40; seed++) {
        struct fixture *f = router_of(quirks_of_nim_2020(), 8);
        fixture_reseed(f, seed);
        fixture_subscribe(f, T);
        fixture_peers_graft(f, 3, T);
        struct topic_state *topic = router_topic(&f->router, T);
        topic->has_fanout = true;
        for (uint32_t slot = 2; slot < 8; slot++) {
            bitset_add(topic_fanout(&f->router, topic), slot);
        }

        mesh_fill(&f->router, &f->step, topic, REASON_BELOW_D_LOW);
        fixture_settle(f);

        // Four of five others are taken; the member is looked at before the fourth, or is not.
        assert_int_equal(fixture_mesh_count(f, T), 7);
        stayed += fixture_in_fanout(f, T, 2);
        assert_int_equal(fixture_fanout_count(f, T), 1U + fixture_in_fanout(f, T, 2));
        fixture_destroy(f);
    }
    assert_in_range(stayed, 1, 39);
}

static void count_subscriptions(void *context, const struct router *router, uint32_t slot,
                                const struct rpc *rpc) {
    (void)router;
    (void)slot;
    *(uint64_t *)context += rpc_entries(rpc)->kind == TRACE_RPC_SUBSCRIPTIONS;
}

/** Q65: an observer sees an RPC before the sent cache does. §2.28: the last takes a gap's place. */
static void given_observers_when_a_send_is_suppressed_then_they_have_seen_it(void **state) {
    (void)state;
    struct fixture *f = router_of(quirks_of_nim_2020(), 1);
    uint64_t first = 0;
    uint64_t second = 0;
    router_add_observer(&f->shared, (struct router_observer){&first, count_subscriptions, NULL});
    router_add_observer(&f->shared, (struct router_observer){&second, count_subscriptions, NULL});

    fixture_subscribe(f, T);
    router_remove_observer(&f->shared, &first);
    fixture_unsubscribe(f, T);
    fixture_subscribe(f, T);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_SUBSCRIPTIONS), 1);
    assert_int_equal(fixture_effect_count(f, EFFECT_SUPPRESS_RPC), 1);
    assert_int_equal(first, 1);
    assert_int_equal(second, 2);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_observers_when_a_send_is_suppressed_then_they_have_seen_it),
        cmocka_unit_test(given_a_state_of_the_tables_when_grafted_then_it_is_as_in_2020),
        cmocka_unit_test(given_a_graft_that_cannot_be_handled_when_sent_then_both_ends_part),
        cmocka_unit_test(given_an_rpc_that_breaks_off_when_read_then_only_its_first_part_counts),
        cmocka_unit_test(given_a_mesh_when_the_topic_is_left_then_its_gauge_is_stale),
        cmocka_unit_test(given_a_mesh_when_a_member_prunes_then_its_gauge_follows),
        cmocka_unit_test(given_a_candidate_in_the_mesh_when_the_heart_beats_then_it_is_not_told),
        cmocka_unit_test(
            given_a_cached_message_when_wanted_by_an_id_of_another_form_then_no_answer),
        cmocka_unit_test(given_a_message_looked_at_for_long_when_accepted_twice_then_cached_once),
        cmocka_unit_test(given_tables_when_a_peer_is_gone_then_all_gauges_follow),
        cmocka_unit_test(given_two_copies_when_received_then_one_is_verified),
        cmocka_unit_test(given_flood_nodes_when_one_reaches_nobody_then_it_counts_all_the_same),
        cmocka_unit_test(given_gossip_nodes_when_one_reaches_nobody_then_it_counts_nothing),
        cmocka_unit_test(given_an_empty_topic_when_published_then_it_goes_nowhere),
        cmocka_unit_test(given_gossip_nodes_when_empty_data_is_published_then_it_is_handled),
        cmocka_unit_test(given_a_bad_message_after_a_good_one_when_flooded_then_they_go_on_once),
        cmocka_unit_test(given_self_trigger_when_a_message_comes_back_then_it_is_handled_once),
        cmocka_unit_test(given_repairs_of_gossip_when_published_then_they_help_only_together),
        cmocka_unit_test(given_the_mover_repaired_alone_when_pruned_then_regrafts_are_silent),
        cmocka_unit_test(given_a_fanout_with_a_member_when_the_mesh_is_full_then_it_may_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
