// The flood class: SEED.md §4h.
#include "tests/conformance/quirk_cases.h"
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

enum { T };

static struct network *pair_of(uint64_t quirks) {
    struct network_options options = {.nodes = 3, .floodsub = {true}};
    options.params[0].quirks = quirks;
    struct network *n = network_create(&options);
    network_link_star(n);
    network_subscribe_all(n, T);
    network_forget(n);
    return n;
}

static uint64_t finish(struct network *n, uint64_t number) {
    network_destroy(n);
    return number;
}

/** How often a publisher's own handler gets its message, which its neighbours send back. */
static uint64_t own_messages_handled(uint64_t quirks) {
    struct network *n = pair_of(quirks | quirk_bit(QUIRK_ECHO));
    network_publish(n, 0, T);
    assert_int_equal(network_handled(n, 1, T), 1);
    return finish(n, network_handled(n, 0, T));
}

/** An RPC of two fresh messages: the tens are messages in the first RPC that goes on to the third
 * node, the ones are RPCs that go on to it. */
static uint64_t two_messages_forwarded(uint64_t quirks) {
    struct network *n = pair_of(quirks);
    uint32_t rpc = rpc_create(&n->rpcs);
    for (uint32_t i = 0; i < 2; i++) {
        struct message fields = {.seqno = i + 1, .origin = 1, .size_bytes = 10, .topic = T};
        message_publish(&n->messages, n->next_message, &fields);
        rpc_add_message(&n->rpcs, rpc, n->next_message++, 0);
    }
    network_inject(n, 1, 0, rpc);
    uint64_t messages = network_rpc(n, 0, 2, TRACE_RPC_MESSAGES, 0)->entry_count;
    return finish(n, 10 * messages + network_sent(n, 0, 2, TRACE_RPC_MESSAGES));
}

static uint64_t reached_by_an_empty_message(uint64_t quirks) {
    struct network *n = pair_of(quirks);
    return finish(n, network_publish_bytes(n, 0, T, 0));
}

static const struct quirk_case cases[] = {
    {QUIRK_FLOOD_OWN_MESSAGE_UNSEEN, AMONG_2020, "own messages handled", own_messages_handled, 1,
     0},
    {QUIRK_FLOOD_OWN_MESSAGE_UNSEEN, AMONG_NONE, "own messages handled", own_messages_handled, 1,
     0},
    {QUIRK_FLOOD_FORWARDS_WHOLE_RPC, AMONG_2020, "messages and RPCs forwarded",
     two_messages_forwarded, 21, 12},
    {QUIRK_FLOOD_FORWARDS_WHOLE_RPC, AMONG_NONE, "messages and RPCs forwarded",
     two_messages_forwarded, 22, 12},
    {QUIRK_FLOOD_EMPTY_UNPUBLISHED, AMONG_2020, "peers reached by an empty message",
     reached_by_an_empty_message, 0, 2},
    {QUIRK_FLOOD_EMPTY_UNPUBLISHED, AMONG_NONE, "peers reached by an empty message",
     reached_by_an_empty_message, 0, 2},
};

const struct quirk_cases quirk_cases_of_flooding = {cases, COUNT_OF(cases)};
