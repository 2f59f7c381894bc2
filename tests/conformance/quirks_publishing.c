// Publishing, fanout and forwarding: SEED.md §4c, §4d.
#include "tests/conformance/quirk_cases.h"
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

enum { T, U, DRAWS = 5, ABOVE_READ_LIMIT = 70000 };

#define SECOND_NS INT64_C(1000000000)

static struct fixture *peers_of(uint64_t quirks, uint32_t peers) {
    struct fixture_options options = {.peers = peers, .params = {.quirks = quirks}};
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    return f;
}

static uint64_t finish(struct fixture *f, uint64_t number) {
    fixture_destroy(f);
    return number;
}

static struct network *pair_of(uint64_t quirks, bool sign) {
    struct network_options options = {.nodes = 2, .metered = true, .sign = sign, .seed = 4};
    options.params[0].quirks = quirks;
    struct network *n = network_create(&options);
    network_link(n, 0, 1);
    return n;
}

static uint64_t finish_network(struct network *n, uint64_t number) {
    network_destroy(n);
    return number;
}

static uint64_t own_messages_verified(uint64_t quirks) {
    struct network *n = pair_of(quirks, true);
    network_subscribe_all(n, T);
    network_heartbeats(n, 1);
    network_publish(n, 0, T);
    struct network_metrics metrics = network_metrics(n, 0);
    assert_int_equal(metrics.sig_verify_success, metrics.validation_success);
    return finish_network(n, metrics.sig_verify_success);
}

/** A publication to a fanout peer whose stream broke at a GRAFT: what it is said to have reached.
 */
static uint64_t reached_without_a_stream(uint64_t quirks) {
    struct network *n = pair_of(quirks, false);
    network_subscribe(n, 1, T);
    network_subscribe(n, 0, U);
    network_writes_fail(n, 0, 1);
    network_inject_control(n, 1, 0, TRACE_RPC_SUBSCRIPTIONS, U);
    network_beat(n, 0);
    assert_true(network_in_table(n, 0, 1, T));
    network_forget(n);
    uint64_t reached = network_publish(n, 0, T);
    assert_int_equal(network_sent(n, 0, 1, TRACE_RPC_MESSAGES), 0);
    return finish_network(n, reached);
}

/** Whether five routers with draws of their own choose the same six fanout peers of twenty. */
static uint64_t fanouts_alike(uint64_t quirks) {
    uint64_t first = 0;
    bool alike = true;
    for (uint32_t i = 0; i < DRAWS; i++) {
        struct fixture *f = peers_of(quirks, 20);
        fixture_reseed(f, 100 + i);
        fixture_peers_subscribe(f, 20, T);
        fixture_publish(f, T);
        uint64_t fanout = topic_fanout(&f->router, router_topic(&f->router, T))[0];
        first = i == 0 ? fanout : first;
        alike = alike && fanout == first;
        fixture_destroy(f);
    }
    return alike;
}

/** A fanout of five, when more subscribers are there and the heart beats. */
static uint64_t fanout_after_refill(uint64_t quirks) {
    struct fixture *f = peers_of(quirks, 12);
    fixture_peers_subscribe(f, 5, T);
    fixture_publish(f, T);
    fixture_peers_subscribe(f, 12, T);
    fixture_heartbeat(f);
    return finish(f, fixture_fanout_count(f, T));
}

static uint64_t fanouts_after_61_s(uint64_t quirks) {
    struct fixture *f = peers_of(quirks, 3);
    fixture_peers_subscribe(f, 3, T);
    fixture_publish(f, T);
    fixture_heartbeats(f, 61);
    return finish(f, router_find_topic(&f->router, T)->has_fanout);
}

/** Peers in the fanout of a publisher that has joined since, after a heartbeat. */
static uint64_t fanout_after_join(uint64_t quirks) {
    struct fixture *f = peers_of(quirks, 13);
    fixture_peers_subscribe(f, 13, T);
    fixture_publish(f, T);
    fixture_subscribe(f, T);
    fixture_heartbeat(f);
    return finish(f, fixture_fanout_count(f, T));
}

/** A large message: the tens are links it ends, the ones handlers it reaches. */
static uint64_t fate_of_a_large_message(uint64_t quirks) {
    struct network *n = pair_of(quirks, false);
    network_subscribe(n, 1, T);
    network_publish_bytes(n, 0, T, ABOVE_READ_LIMIT);
    assert_int_equal(network_linked(n, 0, 1), network_effects(n, 1, EFFECT_ABORT_LINK) == 0);
    return finish_network(n,
                          10 * network_effects(n, 1, EFFECT_ABORT_LINK) + network_handled(n, 1, T));
}

static uint64_t echoes(uint64_t quirks) {
    struct network *n = pair_of(quirks, false);
    network_subscribe_all(n, T);
    network_heartbeats(n, 1);
    network_publish(n, 0, T);
    assert_int_equal(network_handled(n, 1, T), 1);
    return finish_network(n, network_sent(n, 1, 0, TRACE_RPC_MESSAGES));
}

static void send_two(struct fixture *f, uint32_t slot, uint32_t first, uint32_t second) {
    uint32_t rpc = rpc_create(&f->rpcs);
    rpc_add_message(&f->rpcs, rpc, first, 1);
    rpc_add_message(&f->rpcs, rpc, second, 1);
    fixture_peer_sends(f, slot, rpc);
}

/** A router with a mesh of two, which gets an RPC of one message it has seen and one it has not. */
static struct fixture *forwarder_of_two(uint64_t quirks) {
    struct fixture *f = peers_of(quirks, 2);
    fixture_subscribe(f, T);
    fixture_peers_graft(f, 2, T);
    uint32_t seen = fixture_new_message(f, T, FIXTURE_STRANGER);
    uint32_t fresh = fixture_new_message(f, T, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 0, seen, 1);
    fixture_forget(f);
    send_two(f, 0, seen, fresh);
    assert_int_equal(fixture_sent_to(f, 1, TRACE_RPC_MESSAGES), 1);
    return f;
}

static uint64_t messages_forwarded_together(uint64_t quirks) {
    struct fixture *f = forwarder_of_two(quirks);
    uint32_t entries = fixture_sent(f, TRACE_RPC_MESSAGES, 0)->rpc.entry_count;
    return finish(f, entries);
}

/**
 * Bytes of the frame in which two messages go on. A message takes 40 + 102 + 10 + 7 = 159 bytes
 * (from, data, seqno, topic). In one field: 3 + 318, and a prefix of 2; in two: 2 × (3 + 159), and
 * 2.
 */
static uint64_t bytes_of_two_messages(uint64_t quirks) {
    struct fixture *f = forwarder_of_two(quirks);
    uint32_t bytes = fixture_sent(f, TRACE_RPC_MESSAGES, 0)->rpc.size_bytes;
    return finish(f, bytes);
}

/** A foreign message: IHAVEs that name it at the next heartbeat. */
static uint64_t gossip_about_a_forwarded_message(uint64_t quirks) {
    struct fixture *f = peers_of(quirks, 8);
    fixture_subscribe(f, T);
    fixture_peers_subscribe(f, 8, T);
    fixture_heartbeat(f);
    fixture_peer_sends_message(f, 0, fixture_new_message(f, T, FIXTURE_STRANGER), 1);
    fixture_forget(f);
    fixture_heartbeat(f);
    return finish(f, fixture_sent_count(f, TRACE_RPC_IHAVE) > 0);
}

static struct fixture *validator_of(uint64_t quirks) {
    struct fixture_options options = {.peers = 2, .validators = true, .params = {.quirks = quirks}};
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    fixture_subscribe(f, T);
    return f;
}

/** A copy is rejected, then another comes: questions to the application. */
static uint64_t questions_after_rejection(uint64_t quirks) {
    struct fixture *f = validator_of(quirks);
    uint32_t message = fixture_new_message(f, T, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 0, message, 1);
    fixture_validated(f, message, false);
    fixture_peer_sends_message(f, 1, message, 1);
    return finish(f, fixture_effect_count(f, EFFECT_VALIDATE));
}

/** A peer sends two messages, and the application takes its time: questions meanwhile. */
static uint64_t questions_at_once(uint64_t quirks) {
    struct fixture *f = validator_of(quirks);
    uint32_t first = fixture_new_message(f, T, FIXTURE_STRANGER);
    uint32_t second = fixture_new_message(f, T, FIXTURE_STRANGER);
    fixture_peer_sends_message(f, 0, first, 1);
    fixture_peer_sends_message(f, 0, second, 1);
    uint64_t questions = fixture_effect_count(f, EFFECT_VALIDATE);
    fixture_validated(f, first, true);
    fixture_validated(f, second, true);
    assert_int_equal(fixture_delivered_count(f), 2);
    return finish(f, questions);
}

/** A signed message without its author's key: handlers it reaches. */
static uint64_t handlers_of_a_keyless_message(uint64_t quirks) {
    struct network *n = pair_of(quirks, true);
    network_subscribe(n, 0, T);
    uint32_t message = n->next_message++;
    struct message fields = {.seqno = 1, .origin = 1, .size_bytes = 10, .topic = T};
    message_publish(&n->messages, message, &fields);
    uint32_t rpc = rpc_create(&n->rpcs);
    rpc_add_message(&n->rpcs, rpc, message, 0);
    network_inject(n, 1, 0, rpc);
    return finish_network(n, network_handled(n, 0, T));
}

/** A message of a topic that nobody here has joined: how often it is validated. */
static uint64_t strangers_validated(uint64_t quirks) {
    struct network *n = pair_of(quirks, false);
    network_inject_control(n, 0, 1, TRACE_RPC_SUBSCRIPTIONS, T);
    network_publish(n, 1, T);
    assert_int_equal(network_handled(n, 0, T), 0);
    return finish_network(n, network_metrics(n, 0).validation_success);
}

static const struct quirk_case cases[] = {
    {QUIRK_OWN_MESSAGE_UNSEEN, AMONG_2020, "own messages verified", own_messages_verified, 1, 0},
    {QUIRK_PUBLISHED_COUNTS_UNSENT, AMONG_2020, "peers reached without a stream",
     reached_without_a_stream, 1, 0},
    {QUIRK_FANOUT_NOT_RANDOM, AMONG_2020, "fanouts alike", fanouts_alike, 1, 0},
    {QUIRK_FANOUT_NOT_RANDOM, AMONG_NONE, "fanouts alike", fanouts_alike, 1, 0},
    {QUIRK_FANOUT_REFILL_BELOW_D_LOW, AMONG_2020, "fanout after a refill", fanout_after_refill, 5,
     6},
    {QUIRK_FANOUT_REFILL_BELOW_D_LOW, AMONG_NONE, "fanout after a refill", fanout_after_refill, 5,
     6},
    {QUIRK_FANOUT_NEVER_EXPIRES, AMONG_2020, "fanouts after 61 s", fanouts_after_61_s, 1, 0},
    {QUIRK_FANOUT_NEVER_EXPIRES, AMONG_NONE, "fanouts after 61 s", fanouts_after_61_s, 1, 0},
    {QUIRK_FANOUT_SURVIVES_JOIN, AMONG_2020, "fanout after joining", fanout_after_join, 6, 0},
    {QUIRK_READ_LIMIT, AMONG_2020, "links ended and handlers reached", fate_of_a_large_message, 10,
     1},
    {QUIRK_READ_LIMIT, AMONG_NONE, "links ended and handlers reached", fate_of_a_large_message, 10,
     1},
    {QUIRK_ECHO, AMONG_2020, "copies sent back", echoes, 1, 0},
    {QUIRK_ECHO, AMONG_NONE, "copies sent back", echoes, 1, 0},
    {QUIRK_FORWARD_WHOLE_RPC, AMONG_2020, "messages in a forwarded RPC",
     messages_forwarded_together, 2, 1},
    {QUIRK_FORWARD_WHOLE_RPC, AMONG_NONE, "messages in a forwarded RPC",
     messages_forwarded_together, 2, 1},
    {QUIRK_GARBLE_MESSAGES, AMONG_2020, "bytes of two messages", bytes_of_two_messages, 323, 326},
    {QUIRK_FORWARDED_NOT_CACHED, AMONG_2020, "gossip about a forwarded message",
     gossip_about_a_forwarded_message, 0, 1},
    {QUIRK_FORWARDED_NOT_CACHED, AMONG_NONE, "gossip about a forwarded message",
     gossip_about_a_forwarded_message, 0, 1},
    {QUIRK_SEEN_BEFORE_VALIDATION, AMONG_2020, "questions after a rejection",
     questions_after_rejection, 1, 2},
    {QUIRK_SEEN_BEFORE_VALIDATION, AMONG_NONE, "questions after a rejection",
     questions_after_rejection, 1, 2},
    {QUIRK_READER_WAITS, AMONG_2020, "questions at once", questions_at_once, 1, 2},
    {QUIRK_READER_WAITS, AMONG_NONE, "questions at once", questions_at_once, 1, 2},
    {QUIRK_KEYLESS_REJECTED, AMONG_2020, "handlers of a keyless message",
     handlers_of_a_keyless_message, 0, 1},
    {QUIRK_KEYLESS_REJECTED, AMONG_NONE, "handlers of a keyless message",
     handlers_of_a_keyless_message, 0, 1},
    {QUIRK_VALIDATES_UNSUBSCRIBED, AMONG_2020, "messages of other topics validated",
     strangers_validated, 1, 0},
    {QUIRK_VALIDATES_UNSUBSCRIBED, AMONG_NONE, "messages of other topics validated",
     strangers_validated, 1, 0},
};

const struct quirk_cases quirk_cases_of_publishing = {cases, COUNT_OF(cases)};
