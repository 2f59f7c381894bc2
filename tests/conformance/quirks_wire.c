// The wire: SEED.md §4f. What a writer's bytes come to at a reader.
#include "tests/conformance/quirk_cases.h"
#include "tests/support/network_fixture.h"
#include "tests/support/unit.h"

enum { FOOBAR, FOO, TOPIC_T = 5, TOPICS };

static struct network *network_of(uint64_t quirks, uint32_t nodes) {
    struct network_options options = {.nodes = nodes, .topics = TOPICS, .seed = 3};
    options.params[0].quirks = quirks;
    return network_create(&options);
}

static uint64_t finish(struct network *n, uint64_t number) {
    network_destroy(n);
    return number;
}

static uint32_t make_message(struct network *n, uint32_t origin) {
    struct message fields = {
        .seqno = n->next_message + 1, .origin = origin, .size_bytes = 10, .topic = FOOBAR};
    message_publish(&n->messages, n->next_message, &fields);
    return n->next_message++;
}

/** Two IHAVE entries in the form of a group: how many a standard decoder sees. */
static uint64_t ihaves_at_a_foreign_reader(uint64_t quirks) {
    struct network *n = network_of(quirks, 2);
    uint32_t handle = rpc_create(&n->rpcs);
    rpc_at(&n->rpcs, handle)->form = n->shared[0].rpc_form;
    static const uint16_t topics[] = {FOOBAR, FOO};
    for (uint32_t i = 0; i < COUNT_OF(topics); i++) {
        uint16_t topic = topics[i];
        uint32_t message = make_message(n, 0);
        wire_add_message(&n->wire, message);
        rpc_add_ihave(&n->rpcs, handle, topic);
        rpc_add_id(&n->rpcs, handle, message | n->shared[0].id_form);
    }
    rpc_seal(&n->rpcs, handle);
    struct wire_bytes frame = wire_encode(&n->wire, rpc_at(&n->rpcs, handle));
    struct wire_reading reading = wire_read(&n->wire, &n->rpcs, frame, 0, NULL);
    assert_int_equal(reading.outcome, WIRE_RPC);
    return finish(n, rpc_at(&n->rpcs, reading.rpc)->entry_count);
}

/** Two messages of one RPC go on together: how many the next node handles. */
static uint64_t messages_at_the_next_hop(uint64_t quirks) {
    struct network *n = network_of(quirks, 3);
    network_link_star(n);
    network_subscribe_all(n, FOOBAR);
    network_forget(n);
    uint32_t rpc = rpc_create(&n->rpcs);
    rpc_add_message(&n->rpcs, rpc, make_message(n, 1), 0);
    rpc_add_message(&n->rpcs, rpc, make_message(n, 1), 0);
    network_inject(n, 1, 0, rpc);
    assert_int_equal(network_rpc(n, 0, 2, TRACE_RPC_MESSAGES, 0)->entry_count, 2);
    return finish(n, network_handled(n, 2, FOOBAR));
}

/** IWANT and PRUNE in one RPC: is its sender still in the mesh? */
static uint64_t members_after_iwant_and_prune(uint64_t quirks) {
    struct network *n = network_of(quirks, 2);
    network_link(n, 0, 1);
    network_subscribe_all(n, FOOBAR);
    network_heartbeats(n, 1);
    uint32_t rpc = rpc_create(&n->rpcs);
    rpc_add_iwant(&n->rpcs, rpc);
    rpc_add_id(&n->rpcs, rpc, make_message(n, 1));
    rpc_add_prune(&n->rpcs, rpc, FOOBAR);
    network_inject(n, 1, 0, rpc);
    return finish(n, network_in_mesh(n, 0, 1, FOOBAR));
}

/** A SUB and a message in one RPC: handlers that the message reaches. */
static uint64_t messages_behind_a_sub(uint64_t quirks) {
    struct network *n = network_of(quirks, 2);
    network_link(n, 0, 1);
    network_subscribe(n, 0, FOOBAR);
    uint32_t rpc = rpc_create(&n->rpcs);
    rpc_add_subscription(&n->rpcs, rpc, FOO, true);
    rpc_add_message(&n->rpcs, rpc, make_message(n, 1), 0);
    network_inject(n, 1, 0, rpc);
    return finish(n, network_handled(n, 0, FOOBAR));
}

static enum wire_outcome outcome_of(struct network *n, uint8_t *bytes, uint32_t size) {
    struct wire_bytes frame = {.bytes = bytes, .size = size};
    return wire_read(&n->wire, &n->rpcs, frame, n->shared[0].params.quirks, NULL).outcome;
}

/** A control part that begins with IDONTWANT, of version 1.2: does it end the link? */
static uint64_t links_ended_by_a_later_version(uint64_t quirks) {
    uint8_t bytes[] = {0x0a, 0x1a, 0x08, 0x2a, 0x01, 'b', 0x22, 0x03, 0x0a, 0x01, 't'};
    struct network *n = network_of(quirks, 2);
    enum wire_outcome outcome = outcome_of(n, bytes, sizeof bytes);
    assert_int_not_equal(outcome, WIRE_NOTHING);
    return finish(n, outcome == WIRE_UNREADABLE);
}

/** A SUB for "t" whose length and flag take one byte more than they need: is it read? */
static uint64_t padded_subs_read(uint64_t quirks) {
    uint8_t bytes[] = {0x09, 0x0a, 0x86, 0x00, 0x08, 0x81, 0x00, 0x12, 0x01, 't'};
    struct network *n = network_of(quirks, 2);
    enum wire_outcome outcome = outcome_of(n, bytes, sizeof bytes);
    assert_int_not_equal(outcome, WIRE_UNREADABLE);
    return finish(n, outcome == WIRE_RPC);
}

static const struct quirk_case cases[] = {
    {QUIRK_MERGE_ENTRIES, AMONG_2020, "IHAVEs at a foreign reader", ihaves_at_a_foreign_reader, 1,
     2},
    {QUIRK_MERGE_ENTRIES, AMONG_NONE, "IHAVEs at a foreign reader", ihaves_at_a_foreign_reader, 1,
     2},
    {QUIRK_GARBLE_MESSAGES, AMONG_2020, "messages at the next hop", messages_at_the_next_hop, 1, 2},
    {QUIRK_FIRST_CONTROL_ONLY, AMONG_2020, "members after IWANT and PRUNE",
     members_after_iwant_and_prune, 1, 0},
    {QUIRK_FIRST_CONTROL_ONLY, AMONG_NONE, "members after IWANT and PRUNE",
     members_after_iwant_and_prune, 1, 0},
    {QUIRK_UNBOUNDED_SUBMESSAGES, AMONG_2020, "messages behind a SUB", messages_behind_a_sub, 0, 1},
    {QUIRK_UNBOUNDED_SUBMESSAGES, AMONG_NONE, "messages behind a SUB", messages_behind_a_sub, 0, 1},
    {QUIRK_UNKNOWN_FIELD_ABORTS, AMONG_2020, "links ended by a later version",
     links_ended_by_a_later_version, 1, 0},
    {QUIRK_UNKNOWN_FIELD_ABORTS, AMONG_NONE, "links ended by a later version",
     links_ended_by_a_later_version, 1, 0},
    {QUIRK_STRICT_FIELDS, AMONG_2020, "padded SUBs read", padded_subs_read, 0, 1},
    {QUIRK_STRICT_FIELDS, AMONG_NONE, "padded SUBs read", padded_subs_read, 0, 1},
};

const struct quirk_cases quirk_cases_of_wire = {cases, COUNT_OF(cases)};
