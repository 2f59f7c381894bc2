// Subscriptions and links: SEED.md §4b, §4g, §2.5.
#include "tests/conformance/quirk_cases.h"
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

enum { T, U };

static struct network *network_of(uint64_t quirks, uint32_t nodes) {
    struct network_options options = {.nodes = nodes, .metered = true, .seed = 4};
    options.params[0].quirks = quirks;
    return network_create(&options);
}

static uint64_t finish(struct network *n, uint64_t number) {
    network_destroy(n);
    return number;
}

/** Two linked nodes, both joined. */
static struct network *joined_pair(uint64_t quirks) {
    struct network *n = network_of(quirks, 2);
    network_link(n, 0, 1);
    network_subscribe_all(n, T);
    network_heartbeats(n, 1);
    network_forget(n);
    return n;
}

static uint64_t unsubs_sent(uint64_t quirks) {
    struct network *n = joined_pair(quirks);
    network_unsubscribe(n, 0, T);
    return finish(n, network_sent(n, 0, 1, TRACE_RPC_SUBSCRIPTIONS));
}

static uint64_t meshes_after_leaving(uint64_t quirks) {
    struct network *n = joined_pair(quirks);
    network_unsubscribe(n, 0, T);
    network_heartbeats(n, 1);
    return finish(n, network_topic(n, 0, T).has_mesh);
}

/** Between leaving and the heartbeat: the tens are links that a GRAFT ends, the ones the peers that
 * a publication reaches. Two of six peers are candidates when the topic is left. */
static uint64_t state_of_a_left_topic(uint64_t quirks) {
    struct fixture_options options = {.peers = 6, .params = {.quirks = quirks}};
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    fixture_subscribe(f, T);
    fixture_peers_subscribe(f, 6, T);
    fixture_unsubscribe(f, T);
    fixture_forget(f);
    fixture_publish(f, T);
    fixture_peer_grafts(f, 5, T);
    uint64_t number =
        10 * fixture_effect_count(f, EFFECT_ABORT_LINK) + fixture_sent_count(f, TRACE_RPC_MESSAGES);
    fixture_destroy(f);
    return number;
}

static uint64_t prunes_for_one_of_two_handlers(uint64_t quirks) {
    struct network *n = joined_pair(quirks);
    network_add_handler(n, 0, T, 1);
    network_forget(n);
    network_remove_handler(n, 0, T, 1);
    return finish(n, network_sent(n, 0, 1, TRACE_RPC_PRUNE));
}

/** The topics gauge plus ten, after two handlers for one topic and three removed from unknown
 * topics. */
static uint64_t topics_gauge(uint64_t quirks) {
    struct network *n = network_of(quirks, 2);
    network_add_handler(n, 0, T, 0);
    network_add_handler(n, 0, T, 1);
    for (uint32_t i = 0; i < 3; i++) {
        assert_false(network_unsubscribe(n, 0, U));
    }
    return finish(n, (uint64_t)(network_metrics(n, 0).topics + 10));
}

/** The first neighbour refuses the protocol: the tens say whether subscribing ends, the ones are
 * SUBs that the second gets. */
static uint64_t subscribing_past_a_refused_peer(uint64_t quirks) {
    struct network *n = network_of(quirks, 3);
    network_refuse(n, 0, 1);
    network_link(n, 0, 2);
    uint64_t ends = network_subscribe(n, 0, T);
    return finish(n, 10 * ends + network_sent(n, 0, 2, TRACE_RPC_SUBSCRIPTIONS));
}

static uint64_t subs_swallowed_for_a_further_handler(uint64_t quirks) {
    struct network *n = joined_pair(quirks);
    network_add_handler(n, 0, T, 1);
    return finish(n, network_metrics(n, 0).skipped_sent -
                         network_suppressed(n, 0, 1, TRACE_RPC_GRAFT));
}

static uint64_t peers_after_a_refusal(uint64_t quirks) {
    struct network *n = network_of(quirks, 2);
    network_refuse(n, 0, 1);
    return finish(n, network_metrics(n, 0).peers);
}

/** A handler that was added three times is removed: how often it is still called. */
static uint64_t calls_of_a_removed_handler(uint64_t quirks) {
    struct fixture_options options = {.peers = 1, .params = {.quirks = quirks}};
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    for (uint32_t i = 0; i < 3; i++) {
        fixture_subscribe(f, T);
    }
    fixture_unsubscribe(f, T);
    uint32_t message = fixture_new_message(f, T, FIXTURE_STRANGER);
    fixture_forget(f);
    fixture_peer_sends_message(f, 0, message, 1);
    uint64_t calls = 0;
    for (uint32_t i = 0; i < f->event_count; i++) {
        calls += f->events[i].effect.kind == EFFECT_DELIVER ? f->events[i].effect.calls : 0;
    }
    fixture_destroy(f);
    return calls;
}

static uint64_t hellos_offered(uint64_t quirks) {
    struct network *n = network_of(quirks, 2);
    network_subscribe(n, 0, T);
    network_link(n, 0, 1);
    return finish(n, network_sent(n, 0, 1, TRACE_RPC_SUBSCRIPTIONS) +
                         network_suppressed(n, 0, 1, TRACE_RPC_SUBSCRIPTIONS));
}

static const struct quirk_case cases[] = {
    {QUIRK_UNSUBSCRIBE_SILENT, AMONG_2020, "UNSUBs sent", unsubs_sent, 0, 1},
    {QUIRK_UNSUBSCRIBE_SILENT, AMONG_NONE, "UNSUBs sent", unsubs_sent, 0, 1},
    {QUIRK_UNSUBSCRIBE_KEEPS_TOPIC, AMONG_2020, "meshes after leaving", meshes_after_leaving, 1, 0},
    {QUIRK_UNSUBSCRIBE_KEEPS_TOPIC, AMONG_NONE, "meshes after leaving", meshes_after_leaving, 1, 0},
    {QUIRK_LEFT_TOPIC_BROKEN, AMONG_2020, "links ended and peers reached", state_of_a_left_topic,
     10, 2},
    {QUIRK_ANY_HANDLER_LEAVES, AMONG_2020, "PRUNEs for one of two handlers",
     prunes_for_one_of_two_handlers, 1, 0},
    {QUIRK_ANY_HANDLER_LEAVES, AMONG_NONE, "PRUNEs for one of two handlers",
     prunes_for_one_of_two_handlers, 1, 0},
    {QUIRK_HANDLERS_SKIPPED, AMONG_2020, "calls of a removed handler", calls_of_a_removed_handler,
     1, 0},
    {QUIRK_HANDLERS_SKIPPED, AMONG_NONE, "calls of a removed handler", calls_of_a_removed_handler,
     1, 0},
    {QUIRK_TOPICS_GAUGE_COUNTS_CALLS, AMONG_2020, "topics gauge plus 10", topics_gauge, 9, 11},
    {QUIRK_SUBSCRIBE_WAITS, AMONG_2020, "subscribing ended, and SUBs behind a refused peer",
     subscribing_past_a_refused_peer, 0, 11},
    {QUIRK_RESUBSCRIBE_ANNOUNCES, AMONG_2020, "SUBs swallowed for a further handler",
     subs_swallowed_for_a_further_handler, 1, 0},
    {QUIRK_REFUSED_PEER_STAYS, AMONG_2020, "peers after a refusal", peers_after_a_refusal, 1, 0},
    {QUIRK_REFUSED_PEER_STAYS, AMONG_NONE, "peers after a refusal", peers_after_a_refusal, 1, 0},
    {QUIRK_HELLO_TWICE, AMONG_2020, "hellos, sent and swallowed", hellos_offered, 2, 1},
    {QUIRK_HELLO_TWICE, AMONG_NONE, "hellos, sent and swallowed", hellos_offered, 2, 1},
};

const struct quirk_cases quirk_cases_of_subscriptions = {cases, COUNT_OF(cases)};
