#include "tests/vectors/world_rpc.h"

#include "base/check.h"
#include "base/hash.h"
#include "router/codec_nim_2020.h"
#include "router/message_id_text.h"

#include <stdio.h>
#include <string.h>

enum { UNKNOWN_ID_SIZE = 40 };

/** The number of a topic on the wire, which may be one that nobody ever heard of. */
static uint16_t topic_number(struct router_world *world, struct byte_span name) {
    uint32_t known = world->topic_names.count;
    uint32_t number =
        intern_add(&world->topic_names, (const char *)name.bytes, (uint32_t)name.size);
    if (number == known) {
        CHECK(number < world->messages.topic_count);
        world->name_of_topic[number] = world->topic_names.names[number];
        world->size_of_topic[number] = (uint32_t)name.size;
    }
    return (uint16_t)number;
}

/** A message of ours has a topic; for one without any there is this, which is nobody's. */
static uint16_t topic_of_none(struct router_world *world) {
    static const char name[] = "none";
    return topic_number(world, (struct byte_span){(const uint8_t *)name, sizeof name - 1});
}

void world_make_messages(struct router_world *world, const struct case_rpc *rpc) {
    for (uint32_t i = 0; i < rpc->message_count; i++) {
        const struct case_message *message = &rpc->messages[i];
        uint32_t number = world->numbers.sent + message->name.number;
        if (world->messages.items[number].published) {
            continue;
        }
        struct message fields = {.seqno = prng_next(&world->choices),
                                 .origin = world_node(world, message->origin),
                                 .size_bytes = message->size_bytes,
                                 .topic = message->topic_count > 0
                                              ? (uint16_t)world->topic_number[message->topics[0]]
                                              : topic_of_none(world)};
        message_publish(&world->messages, number, &fields);
        for (uint32_t k = 1; k < message->topic_count; k++) {
            message_add_topic(&world->messages, number,
                              (uint16_t)world->topic_number[message->topics[k]]);
        }
    }
}

/** The RPC if it has any entry, sealed; else nothing. */
static uint32_t seal(struct router_world *world, uint32_t handle) {
    if (rpc_at(&world->rpcs, handle)->entry_count == 0) {
        rpc_release(&world->rpcs, handle);
        return RPC_NONE;
    }
    rpc_seal(&world->rpcs, handle);
    return handle;
}

uint32_t world_rpc_direct(struct router_world *world, const struct case_rpc *rpc) {
    struct rpc_slab *slab = &world->rpcs;
    uint32_t form = world->shared.id_form;
    uint32_t handle = rpc_create(slab);
    for (uint32_t i = 0; i < rpc->subscription_count; i++) {
        rpc_add_subscription(slab, handle,
                             (uint16_t)world->topic_number[rpc->subscriptions[i].topic],
                             rpc->subscriptions[i].subscribe);
    }
    for (uint32_t i = 0; i < rpc->message_count; i++) {
        rpc_add_message(slab, handle, world_number(world, rpc->messages[i].name), 0);
    }
    for (uint32_t i = 0; i < rpc->ihave_count; i++) {
        rpc_add_ihave(slab, handle, (uint16_t)world->topic_number[rpc->ihaves[i].topic]);
        for (uint32_t k = 0; k < rpc->ihaves[i].id_count; k++) {
            rpc_add_id(slab, handle, world_number(world, rpc->ihaves[i].ids[k]) | form);
        }
    }
    if (rpc->iwant_count > 0) {
        rpc_add_iwant(slab, handle);
        for (uint32_t i = 0; i < rpc->iwant_count; i++) {
            rpc_add_id(slab, handle, world_number(world, rpc->iwants[i]) | form);
        }
    }
    for (uint32_t i = 0; i < rpc->graft_count; i++) {
        rpc_add_graft(slab, handle, (uint16_t)world->topic_number[rpc->grafts[i]]);
    }
    for (uint32_t i = 0; i < rpc->prune_count; i++) {
        rpc_add_prune(slab, handle, (uint16_t)world->topic_number[rpc->prunes[i]]);
    }
    return seal(world, handle);
}

/** What is encoded or decoded for the length of one RPC. */
struct passage {
    struct router_world *world;
    struct wire_scratch scratch;
};

static uint8_t *take(struct passage *passage, size_t size) {
    uint8_t *bytes = wire_scratch_take(&passage->scratch, size + 1);
    CHECK(bytes != NULL);
    return bytes;
}

static struct byte_span topic_span(const struct router_world *world, uint32_t topic) {
    uint32_t number = world->topic_number[topic];
    return (struct byte_span){(const uint8_t *)world->name_of_topic[number],
                              world->size_of_topic[number]};
}

static struct byte_span from_span(const struct router_world *world, uint32_t number) {
    return (struct byte_span){world->identities.peer_ids[world->messages.items[number].origin],
                              PEER_ID_BYTES};
}

static struct byte_span seqno_span(struct passage *passage, uint32_t number) {
    uint64_t seqno = passage->world->messages.items[number].seqno;
    uint8_t *bytes = take(passage, SEQNO_BYTES);
    for (uint32_t i = 0; i < SEQNO_BYTES; i++) {
        bytes[i] = (uint8_t)(seqno >> (8 * (SEQNO_BYTES - 1 - i)));
    }
    return (struct byte_span){bytes, SEQNO_BYTES};
}

/** A message's id as it stands on the wire. The world learns whose it is. */
static struct byte_span id_span(struct passage *passage, uint32_t number) {
    struct router_world *world = passage->world;
    struct byte_span span;
    if (world->messages.items[number].published) {
        span = message_id_text(from_span(world, number), seqno_span(passage, number),
                               &passage->scratch);
    } else {
        char *text = (char *)take(passage, UNKNOWN_ID_SIZE);
        span.bytes = (const uint8_t *)text;
        span.size = (size_t)snprintf(text, UNKNOWN_ID_SIZE, "id-of-no-message-%010u", number);
    }
    uint32_t known = world->id_texts.count;
    uint32_t text = intern_add(&world->id_texts, (const char *)span.bytes, (uint32_t)span.size);
    if (text == known) {
        world->id_numbers[text] = number;
    }
    return span;
}

static void document_of_messages(struct passage *passage, const struct case_rpc *rpc,
                                 struct rpc_document *document) {
    const struct router_world *world = passage->world;
    for (uint32_t i = 0; i < rpc->message_count; i++) {
        uint32_t number = world_number(world, rpc->messages[i].name);
        size_t size = world->messages.items[number].size_bytes;
        uint8_t *data = take(passage, size);
        message_fill_data(&world->messages, number, data);
        struct document_message *message = document_add_message(document, &passage->scratch);
        message->from = from_span(world, number);
        message->data = (struct byte_span){data, size};
        message->seqno = seqno_span(passage, number);
        uint16_t topic = 0;
        for (uint32_t position = 0;
             message_next_topic(&world->messages, number, &position, &topic);) {
            struct byte_span name = {(const uint8_t *)world->name_of_topic[topic],
                                     world->size_of_topic[topic]};
            byte_spans_add(&message->topics, &passage->scratch, name);
        }
        id_span(passage, number);
    }
}

static struct rpc_document document_of(struct passage *passage, const struct case_rpc *rpc) {
    const struct router_world *world = passage->world;
    struct wire_scratch *scratch = &passage->scratch;
    struct rpc_document document = {.has_control = rpc->has_control};
    for (uint32_t i = 0; i < rpc->subscription_count; i++) {
        struct document_subscription *item = document_add_subscription(&document, scratch);
        item->topic = topic_span(world, rpc->subscriptions[i].topic);
        item->subscribe = rpc->subscriptions[i].subscribe;
    }
    document_of_messages(passage, rpc, &document);
    for (uint32_t i = 0; i < rpc->ihave_count; i++) {
        struct document_ihave *item = document_add_ihave(&document.control, scratch);
        item->topic = topic_span(world, rpc->ihaves[i].topic);
        for (uint32_t k = 0; k < rpc->ihaves[i].id_count; k++) {
            byte_spans_add(&item->ids, scratch,
                           id_span(passage, world_number(world, rpc->ihaves[i].ids[k])));
        }
    }
    if (rpc->iwant_count > 0) {
        struct byte_spans *ids = document_add_iwant(&document.control, scratch);
        for (uint32_t i = 0; i < rpc->iwant_count; i++) {
            byte_spans_add(ids, scratch, id_span(passage, world_number(world, rpc->iwants[i])));
        }
    }
    for (uint32_t i = 0; i < rpc->graft_count; i++) {
        byte_spans_add(&document.control.grafts, scratch, topic_span(world, rpc->grafts[i]));
    }
    for (uint32_t i = 0; i < rpc->prune_count; i++) {
        byte_spans_add(&document.control.prunes, scratch, topic_span(world, rpc->prunes[i]));
    }
    return document;
}

/** The number behind an id on the wire; one that nobody knows gets a number of no message. */
static uint32_t id_number(struct router_world *world, struct byte_span id) {
    uint32_t known = world->id_texts.count;
    uint32_t text = intern_add(&world->id_texts, (const char *)id.bytes, (uint32_t)id.size);
    if (text == known) {
        CHECK(world->numbers.made_up + world->made_up_count < world->numbers.end);
        world->id_numbers[text] = world->numbers.made_up + world->made_up_count++;
    }
    return world->id_numbers[text];
}

/** The number of a decoded message; one that the decoder made up is from a stranger. */
static uint32_t message_number(struct passage *passage, const struct document_message *message) {
    struct router_world *world = passage->world;
    struct byte_span id = message_id_text(message->from, message->seqno, &passage->scratch);
    uint32_t number = id_number(world, id);
    if (world->messages.items[number].published) {
        return number;
    }
    struct message fields = {.seqno = prng_next(&world->choices),
                             .origin = world_node(world, CASE_STRANGER),
                             .size_bytes = (uint32_t)message->data.size,
                             .topic = message->topics.count > 0
                                          ? topic_number(world, message->topics.items[0])
                                          : topic_of_none(world)};
    message_publish(&world->messages, number, &fields);
    for (uint32_t i = 1; i < message->topics.count; i++) {
        message_add_topic(&world->messages, number, topic_number(world, message->topics.items[i]));
    }
    return number;
}

static void add_ids(struct router_world *world, uint32_t handle, const struct byte_spans *ids) {
    for (uint32_t i = 0; i < ids->count; i++) {
        rpc_add_id(&world->rpcs, handle, id_number(world, ids->items[i]) | world->shared.id_form);
    }
}

/** A decoded document as a sealed RPC, or RPC_NONE if it holds nothing. */
static uint32_t rpc_of(struct passage *passage, const struct rpc_document *document) {
    struct router_world *world = passage->world;
    struct rpc_slab *slab = &world->rpcs;
    const struct document_control *control = &document->control;
    uint32_t handle = rpc_create(slab);
    for (uint32_t i = 0; i < document->subscription_count; i++) {
        const struct document_subscription *item = &document->subscriptions[i];
        rpc_add_subscription(slab, handle, topic_number(world, item->topic), item->subscribe);
    }
    for (uint32_t i = 0; i < document->message_count; i++) {
        rpc_add_message(slab, handle, message_number(passage, &document->messages[i]), 0);
    }
    for (uint32_t i = 0; i < control->ihave_count; i++) {
        rpc_add_ihave(slab, handle, topic_number(world, control->ihaves[i].topic));
        add_ids(world, handle, &control->ihaves[i].ids);
    }
    for (uint32_t i = 0; i < control->iwant_count; i++) {
        rpc_add_iwant(slab, handle);
        add_ids(world, handle, &control->iwants[i]);
    }
    for (uint32_t i = 0; i < control->grafts.count; i++) {
        rpc_add_graft(slab, handle, topic_number(world, control->grafts.items[i]));
    }
    for (uint32_t i = 0; i < control->prunes.count; i++) {
        rpc_add_prune(slab, handle, topic_number(world, control->prunes.items[i]));
    }
    return seal(world, handle);
}

enum wire_result world_rpc_wire(struct router_world *world, const struct case_rpc *rpc,
                                uint32_t *handle) {
    const struct codec_nim_2020 codec = codec_nim_2020_original();
    struct passage passage = {.world = world};
    struct failure failure;
    struct byte_span bytes = {rpc->raw, rpc->raw_size};
    struct nim_2020_decoded decoded;
    enum wire_result result = WIRE_UNREADABLE;
    *handle = RPC_NONE;
    wire_scratch_init(&passage.scratch, &world->pool, SIZE_MAX);
    if (!rpc->is_raw) {
        struct rpc_document document = document_of(&passage, rpc);
        // What the original encoder dies of never reached the router.
        if (!codec_nim_2020_encode(&codec, &document, &passage.scratch, &bytes, &failure)) {
            wire_scratch_finish(&passage.scratch);
            return WIRE_NOTHING;
        }
    }
    if (codec_nim_2020_decode(&codec, bytes, &passage.scratch, &decoded, &failure)) {
        *handle = rpc_of(&passage, &decoded.document);
        result = *handle == RPC_NONE ? WIRE_NOTHING : WIRE_RPC;
        if (result == WIRE_RPC) {
            rpc_at(&world->rpcs, *handle)->read_digest =
                (uint32_t)hash_bytes(bytes.bytes, bytes.size, 0);
        }
    }
    wire_scratch_finish(&passage.scratch);
    return result;
}
