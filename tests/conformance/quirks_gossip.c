// Gossip: SEED.md §4e, and how its RPCs are written.
#include "tests/conformance/quirk_cases.h"
#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

enum { T, U, MANY = 30 };

/** A router that has joined so many topics, to which all its peers then subscribe. */
static struct fixture *joined(uint64_t quirks, uint32_t peers, uint16_t topics) {
    struct fixture_options options = {.peers = peers, .params = {.quirks = quirks}};
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    for (uint16_t topic = 0; topic < topics; topic++) {
        fixture_subscribe(f, topic);
        fixture_peers_subscribe(f, peers, topic);
    }
    fixture_heartbeat(f);
    fixture_forget(f);
    return f;
}

static uint64_t finish(struct fixture *f, uint64_t number) {
    fixture_destroy(f);
    return number;
}

static uint64_t answers_to_iwant(uint64_t quirks) {
    struct fixture *f = joined(quirks, 8, 1);
    uint32_t message = fixture_publish(f, T);
    fixture_forget(f);
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_iwant(&f->rpcs, rpc);
    rpc_add_id(&f->rpcs, rpc, message | f->shared.id_form);
    fixture_peer_sends(f, 7, rpc);
    return finish(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

/** Two topics with many candidates and one message each: RPCs of IHAVE at one heartbeat. */
static uint64_t gossip_of_two_topics(uint64_t quirks) {
    struct fixture *f = joined(quirks, MANY, 2);
    fixture_publish(f, T);
    fixture_publish(f, U);
    fixture_forget(f);
    fixture_heartbeat(f);
    return finish(f, fixture_sent_count(f, TRACE_RPC_IHAVE));
}

/** Four members have pruned us and are no candidates any more: IHAVEs that they get. */
static uint64_t gossip_to_the_forgotten(uint64_t quirks) {
    struct fixture *f = joined(quirks, 4, 1);
    fixture_peers_prune(f, 4, T);
    fixture_publish(f, T);
    fixture_forget(f);
    fixture_heartbeat(f);
    assert_int_equal(fixture_mesh_count(f, T), 0);
    return finish(f, fixture_sent_count(f, TRACE_RPC_IHAVE));
}

/** Two different RPCs offer the same message: IWANTs that follow. */
static uint64_t iwants_for_one_message(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    uint32_t message = fixture_new_message(f, T, FIXTURE_STRANGER) | f->shared.id_form;
    for (uint32_t repeats = 1; repeats <= 2; repeats++) {
        uint32_t rpc = rpc_create(&f->rpcs);
        for (uint32_t i = 1; i < repeats; i++) {
            rpc_add_subscription(&f->rpcs, rpc, U, true);
        }
        rpc_add_ihave(&f->rpcs, rpc, T);
        rpc_add_id(&f->rpcs, rpc, message);
        fixture_peer_sends(f, 0, rpc);
    }
    return finish(f, fixture_sent_count(f, TRACE_RPC_IWANT));
}

/** One RPC offers messages of two topics: IWANTs that follow. */
static uint64_t iwants_for_one_rpc(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 2);
    uint32_t rpc = rpc_create(&f->rpcs);
    static const uint16_t topics[] = {T, U};
    for (uint32_t i = 0; i < COUNT_OF(topics); i++) {
        uint16_t topic = topics[i];
        uint32_t message = fixture_new_message(f, topic, FIXTURE_STRANGER);
        rpc_add_ihave(&f->rpcs, rpc, topic);
        rpc_add_id(&f->rpcs, rpc, message | f->shared.id_form);
    }
    fixture_peer_sends(f, 0, rpc);
    return finish(f, fixture_sent_count(f, TRACE_RPC_IWANT));
}

/** One message and one candidate: IHAVEs in the three heartbeats that name it. */
static uint64_t ihaves_for_one_message(uint64_t quirks) {
    struct fixture *f = joined(quirks, 5, 1);
    assert_int_equal(fixture_mesh_count(f, T), 4);
    fixture_publish(f, T);
    fixture_forget(f);
    fixture_heartbeats(f, 3);
    return finish(f, fixture_sent_count(f, TRACE_RPC_IHAVE));
}

/** Whether the cache still has a message: the tens after five heartbeats, the ones after six. */
static uint64_t messages_cached_late(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    fixture_publish(f, T);
    fixture_heartbeats(f, 5);
    uint64_t cached = 10 * (uint64_t)f->router.mcache.count;
    fixture_heartbeat(f);
    return finish(f, cached + f->router.mcache.count);
}

/** Two minutes pass in which no heart beats: is a message still answered for? */
static uint64_t answers_after_two_minutes(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    uint32_t message = fixture_publish(f, T);
    fixture_advance(f, INT64_C(120000000000));
    fixture_forget(f);
    fixture_peer_sends_iwant(f, 0, &message, 1);
    return finish(f, fixture_sent_count(f, TRACE_RPC_MESSAGES));
}

/**
 * Bytes of an RPC that offers a message of each of two topics. An IHAVE is 7 + 70 bytes (topic,
 * id). In one field: 3 + 154, 3 for the control part, and a prefix of 2; in two: 2 × (2 + 77), 3,
 * and 2.
 */
static uint64_t bytes_of_two_ihaves(uint64_t quirks) {
    struct fixture *f = joined(quirks, 5, 2);
    fixture_publish(f, T);
    fixture_publish(f, U);
    fixture_forget(f);
    fixture_heartbeat(f);
    const struct rpc *rpc = &fixture_sent(f, TRACE_RPC_IHAVE, 0)->rpc;
    assert_int_equal(rpc->entry_count, 2);
    return finish(f, rpc->size_bytes);
}

/** One RPC that offers a message and grafts a topic that is not ours: RPCs that answer it. */
static uint64_t replies_to_one_rpc(uint64_t quirks) {
    struct fixture *f = joined(quirks, 1, 1);
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_ihave(&f->rpcs, rpc, T);
    rpc_add_id(&f->rpcs, rpc, fixture_new_message(f, T, FIXTURE_STRANGER) | f->shared.id_form);
    rpc_add_graft(&f->rpcs, rpc, U);
    fixture_peer_sends(f, 0, rpc);
    return finish(f, fixture_effect_count(f, EFFECT_SEND_RPC));
}

/** Whether the ids of an IHAVE are texts. */
static uint64_t textual_ids(uint64_t quirks) {
    struct fixture *f = joined(quirks, 5, 1);
    uint32_t message = fixture_publish(f, T);
    fixture_forget(f);
    fixture_heartbeat(f);
    uint32_t id = fixture_sent(f, TRACE_RPC_IHAVE, 0)->rpc.ids[0];
    assert_int_equal(message_of_id(id), message);
    return finish(f, (id & MESSAGE_ID_TEXT) != 0);
}

static const struct quirk_case cases[] = {
    {QUIRK_IWANT_UNANSWERED, AMONG_2020, "answers to IWANT", answers_to_iwant, 0, 1},
    {QUIRK_IWANT_UNANSWERED, AMONG_NONE, "answers to IWANT", answers_to_iwant, 0, 1},
    {QUIRK_GOSSIP_CAP_OVER_TOPICS, AMONG_2020, "IHAVE RPCs of two topics", gossip_of_two_topics, 6,
     12},
    {QUIRK_GOSSIP_CAP_OVER_TOPICS, AMONG_NONE, "IHAVE RPCs of two topics", gossip_of_two_topics, 6,
     12},
    {QUIRK_GOSSIP_FROM_LEFTOVERS, AMONG_2020, "IHAVEs to forgotten peers", gossip_to_the_forgotten,
     0, 4},
    {QUIRK_IWANT_ONCE, AMONG_2020, "IWANTs for one message", iwants_for_one_message, 1, 2},
    {QUIRK_IWANT_ONCE, AMONG_NONE, "IWANTs for one message", iwants_for_one_message, 1, 2},
    {QUIRK_IWANT_ONCE, AMONG_NONE, "IWANTs for one RPC", iwants_for_one_rpc, 1, 2},
    {QUIRK_IHAVE_ONCE, AMONG_2020, "IHAVEs for one message", ihaves_for_one_message, 1, 3},
    {QUIRK_MCACHE_EXTRA_WINDOW, AMONG_2020, "messages cached after 5 and 6 heartbeats",
     messages_cached_late, 10, 0},
    {QUIRK_MCACHE_EXTRA_WINDOW, AMONG_NONE, "messages cached after 5 and 6 heartbeats",
     messages_cached_late, 10, 0},
    {QUIRK_MCACHE_EXPIRES, AMONG_NONE, "answers after two minutes", answers_after_two_minutes, 0,
     1},
    {QUIRK_MERGE_ENTRIES, AMONG_2020, "bytes of two IHAVEs", bytes_of_two_ihaves, 162, 163},
    {QUIRK_ONE_REPLY, AMONG_2020, "RPCs that answer one", replies_to_one_rpc, 1, 2},
    {QUIRK_ONE_REPLY, AMONG_NONE, "RPCs that answer one", replies_to_one_rpc, 1, 2},
    {QUIRK_TEXT_MESSAGE_ID, AMONG_2020, "textual ids", textual_ids, 1, 0},
};

const struct quirk_cases quirk_cases_of_gossip = {cases, COUNT_OF(cases)};
