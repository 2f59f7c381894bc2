// The mesh: SEED.md §4a, and what §2.17 says of GRAFT.
#include "tests/conformance/quirk_cases.h"
#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { T, U, TOPICS_BELOW_LIMIT = 5, TOPICS_AT_LIMIT = 6 };

/** A router with so many peers, all connected, and so many joined topics. */
static struct fixture *joined(uint64_t quirks, uint32_t peers, uint16_t topics) {
    struct fixture_options options = {.peers = peers, .topics = 8, .params = {.quirks = quirks}};
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    for (uint16_t topic = 0; topic < topics; topic++) {
        fixture_subscribe(f, topic);
    }
    return f;
}

static bool in_table(const struct fixture *f, uint16_t topic, uint32_t slot) {
    struct topic_state *state = (struct topic_state *)router_find_topic(&f->router, topic);
    return bitset_has(topic_subscribers(&f->router, state), slot);
}

/** Accepted GRAFTs: the tens while five topics have a mesh, the ones while six do. */
static uint64_t accepted_grafts(uint64_t quirks) {
    static const uint16_t topics[] = {TOPICS_BELOW_LIMIT, TOPICS_AT_LIMIT};
    uint64_t accepted = 0;
    for (uint32_t i = 0; i < COUNT_OF(topics); i++) {
        struct fixture *f = joined(quirks, 2, topics[i]);
        fixture_peer_subscribes(f, 1, T);
        fixture_peer_grafts(f, 0, T);
        accepted = 10 * accepted + fixture_in_mesh(f, T, 0);
        fixture_destroy(f);
    }
    return accepted;
}

/** A refused GRAFT: the tens are PRUNEs, the ones new candidates. */
static uint64_t answers_to_refused_graft(uint64_t quirks) {
    struct fixture *f = joined(quirks, 2, TOPICS_AT_LIMIT);
    fixture_peer_subscribes(f, 1, T);
    fixture_peer_grafts(f, 0, T);
    uint64_t answers = 10 * fixture_sent_to(f, 0, TRACE_RPC_PRUNE) + in_table(f, T, 0);
    fixture_destroy(f);
    return answers;
}

static uint64_t mesh_after_join(uint64_t quirks) {
    struct fixture *f = joined(quirks, 10, 0);
    fixture_peers_subscribe(f, 10, T);
    fixture_subscribe(f, T);
    uint64_t count = fixture_mesh_count(f, T);
    fixture_destroy(f);
    return count;
}

/** All four peers are picked, prune us, and the heart beats: are they still candidates? */
static uint64_t mesh_after_all_pruned(uint64_t quirks) {
    struct fixture *f = joined(quirks, 4, 1);
    fixture_peers_subscribe(f, 4, T);
    fixture_peers_prune(f, 4, T);
    fixture_heartbeat(f);
    uint64_t count = fixture_mesh_count(f, T);
    fixture_destroy(f);
    return count;
}

static uint64_t grafts_before_the_heartbeat(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    fixture_peer_subscribes(f, 0, T);
    uint64_t count = fixture_sent_count(f, TRACE_RPC_GRAFT);
    fixture_destroy(f);
    return count;
}

static uint64_t mesh_after_many_subs(uint64_t quirks) {
    struct fixture *f = joined(quirks, 10, 1);
    fixture_peers_subscribe(f, 10, T);
    uint64_t count = fixture_mesh_count(f, T);
    fixture_destroy(f);
    return count;
}

/** A member that unsubscribes: the tens say whether it stays in a mesh, the ones in a fanout. */
static uint64_t members_after_unsub(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    fixture_peer_subscribes(f, 0, T);
    fixture_peer_subscribes(f, 0, U);
    fixture_heartbeat(f);
    fixture_publish(f, U);
    assert_true(fixture_in_mesh(f, T, 0));
    assert_true(fixture_in_fanout(f, U, 0));
    fixture_peer_unsubscribes(f, 0, T);
    fixture_peer_unsubscribes(f, 0, U);
    uint64_t members = 10U * fixture_in_mesh(f, T, 0) + fixture_in_fanout(f, U, 0);
    fixture_destroy(f);
    return members;
}

static uint64_t candidates_after_prune(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    fixture_peer_subscribes(f, 0, T);
    fixture_peer_prunes(f, 0, T);
    uint64_t count = in_table(f, T, 0);
    fixture_destroy(f);
    return count;
}

/** A peer prunes and announces itself anew within 120 s: GRAFTs that it gets in all. */
static uint64_t grafts_of_a_returning_peer(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    fixture_peer_subscribes(f, 0, T);
    fixture_peer_prunes(f, 0, T);
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_subscription(&f->rpcs, rpc, T, true);
    rpc_add_subscription(&f->rpcs, rpc, U, true);
    fixture_peer_sends(f, 0, rpc);
    assert_true(fixture_in_mesh(f, T, 0));
    uint64_t count = fixture_sent_count(f, TRACE_RPC_GRAFT);
    fixture_destroy(f);
    return count;
}

/** GRAFT, PRUNE and the same GRAFT again: is the peer in the mesh? */
static uint64_t members_after_second_graft(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    fixture_peer_grafts(f, 0, T);
    fixture_peer_prunes(f, 0, T);
    fixture_peer_grafts(f, 0, T);
    uint64_t count = fixture_in_mesh(f, T, 0);
    fixture_destroy(f);
    return count;
}

/** A GRAFT for a topic not subscribed to: the tens are ended links, the ones PRUNEs. */
static uint64_t answers_to_graft_of_stranger(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 0);
    fixture_peer_grafts(f, 0, T);
    uint64_t answers =
        10 * fixture_effect_count(f, EFFECT_ABORT_LINK) + fixture_sent_count(f, TRACE_RPC_PRUNE);
    fixture_destroy(f);
    return answers;
}

/** A router whose second neighbour refused the protocol, and said SUB all the same. */
static struct fixture *beside_a_stranger(uint64_t quirks) {
    struct fixture_options options = {
        .peers = 2,
        .topics = 8,
        .params = {.quirks = quirks | quirk_bit(QUIRK_REFUSED_PEER_STAYS)}};
    struct fixture *f = fixture_create(&options);
    fixture_connect(f, 0);
    router_on_peer_refused(&f->router, 1);
    fixture_peer_subscribes(f, 1, T);
    return f;
}

static uint64_t strangers_among_candidates(uint64_t quirks) {
    struct fixture *f = beside_a_stranger(quirks);
    fixture_subscribe(f, T);
    fixture_heartbeat(f);
    uint64_t count = in_table(f, T, 1);
    assert_false(fixture_in_mesh(f, T, 1));
    fixture_destroy(f);
    return count;
}

static uint64_t strangers_in_the_fanout(uint64_t quirks) {
    struct fixture *f = beside_a_stranger(quirks);
    fixture_publish(f, T);
    uint64_t count = fixture_in_fanout(f, T, 1);
    fixture_destroy(f);
    return count;
}

static const struct quirk_case cases[] = {
    {QUIRK_GRAFT_LIMIT_BY_TOPICS, AMONG_2020, "GRAFTs accepted with 5 and with 6 topics",
     accepted_grafts, 10, 11},
    {QUIRK_REFUSED_GRAFT_UNANSWERED, AMONG_2020, "PRUNEs and candidates from a refused GRAFT",
     answers_to_refused_graft, 1, 10},
    {QUIRK_FILL_BEYOND_D, AMONG_2020, "mesh after joining", mesh_after_join, 7, 6},
    {QUIRK_FILL_BEYOND_D, AMONG_NONE, "mesh after joining", mesh_after_join, 7, 6},
    {QUIRK_MOVER_FORGETS, AMONG_2020, "mesh after all members pruned", mesh_after_all_pruned, 0, 4},
    {QUIRK_MOVER_FORGETS_UNCONNECTED, AMONG_2020, "candidates without a stream after a heartbeat",
     strangers_among_candidates, 0, 1},
    {QUIRK_FANOUT_UNCONNECTED, AMONG_2020, "fanout peers without a stream", strangers_in_the_fanout,
     1, 0},
    {QUIRK_FANOUT_UNCONNECTED, AMONG_NONE, "fanout peers without a stream", strangers_in_the_fanout,
     1, 0},
    {QUIRK_REBALANCE_ON_SUBSCRIPTION, AMONG_2020, "GRAFTs before the heartbeat",
     grafts_before_the_heartbeat, 1, 0},
    {QUIRK_REBALANCE_ON_SUBSCRIPTION, AMONG_NONE, "GRAFTs before the heartbeat",
     grafts_before_the_heartbeat, 1, 0},
    {QUIRK_REFILL_BELOW_D_LOW, AMONG_2020, "mesh after ten SUBs", mesh_after_many_subs, 4, 6},
    {QUIRK_UNSUB_KEEPS_MESH, AMONG_2020, "memberships after UNSUB", members_after_unsub, 11, 0},
    {QUIRK_UNSUB_KEEPS_MESH, AMONG_NONE, "memberships after UNSUB", members_after_unsub, 11, 0},
    {QUIRK_PRUNE_FORGETS, AMONG_2020, "candidates after PRUNE", candidates_after_prune, 0, 1},
    {QUIRK_SENT_CACHE, AMONG_2020, "GRAFTs of a returning peer", grafts_of_a_returning_peer, 1, 2},
    {QUIRK_RECEIVED_CACHE, AMONG_2020, "members after a second GRAFT", members_after_second_graft,
     0, 1},
    {QUIRK_RECEIVED_CACHE, AMONG_NONE, "members after a second GRAFT", members_after_second_graft,
     0, 1},
    {QUIRK_METRICS_BUILD, AMONG_2020, "ended links and PRUNEs after a stranger's GRAFT",
     answers_to_graft_of_stranger, 10, 1},
};

const struct quirk_cases quirk_cases_of_mesh = {cases, COUNT_OF(cases)};
