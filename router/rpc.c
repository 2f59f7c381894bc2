#include "router/rpc.h"

#include "base/hash.h"

#include <string.h>

enum { ENTRY_CAPACITY_FIRST = 5 }; // fills a block of 64 bytes

void rpc_slab_init(struct rpc_slab *slab, struct arena *arena,
                   const struct message_table *messages) {
    CHECK(arena != NULL);
    CHECK(messages != NULL);
    memset(slab, 0, sizeof *slab);
    pool_init(&slab->pool, arena, MEMORY_MESSAGES);
    slab->messages = messages;
}

/** Makes room for RPC_CHUNK_SIZE more handles, and for all of them in the list of free ones. */
static void add_chunk(struct rpc_slab *slab) {
    uint32_t chunk_count = slab->used >> RPC_CHUNK_BITS;
    CHECK(slab->used < UINT32_MAX - RPC_CHUNK_SIZE);
    if (chunk_count == slab->chunk_capacity) {
        slab->chunks = pool_grow(&slab->pool, slab->chunks, &slab->chunk_capacity, chunk_count + 1,
                                 sizeof *slab->chunks);
    }
    uint32_t handles = slab->used + RPC_CHUNK_SIZE;
    if (slab->free_capacity < handles) {
        slab->free =
            pool_grow(&slab->pool, slab->free, &slab->free_capacity, handles, sizeof *slab->free);
    }
    struct rpc *chunk =
        arena_take_array(slab->pool.arena, MEMORY_MESSAGES, RPC_CHUNK_SIZE, sizeof *chunk);
    slab->chunks[chunk_count] = chunk; // pages that no RPC needs are never touched
}

/** A handle that was never used. */
static uint32_t take_new_handle(struct rpc_slab *slab) {
    if ((slab->used & (RPC_CHUNK_SIZE - 1)) == 0) {
        add_chunk(slab);
    }
    uint32_t handle = slab->used++;
    rpc_at(slab, handle)->references = RPC_FREED;
    return handle;
}

uint32_t rpc_create(struct rpc_slab *slab) {
    uint32_t handle = slab->free_count > 0 ? slab->free[--slab->free_count] : take_new_handle(slab);
    struct rpc *rpc = rpc_at(slab, handle);
    CHECK(rpc->references == RPC_FREED);
    // A freed RPC holds no blocks: ids and entries are NULL and their capacities 0.
    rpc->entry_count = 0;
    rpc->references = 0;
    rpc->size_bytes = 0;
    rpc->payload_bytes = 0;
    rpc->id_count = 0;
    rpc->requested = false;
    rpc->repeated = false;
    rpc->form = 0;
    rpc->read_digest = 0;
    slab->live++;
    return handle;
}

/** Room for one more entry in the list of an RPC that already has one. */
static struct rpc_entry *append_to_list(struct rpc_slab *slab, struct rpc *rpc) {
    if (rpc->entry_count >= rpc->entry_capacity) {
        uint32_t wanted = rpc->entry_capacity == 0 ? ENTRY_CAPACITY_FIRST : rpc->entry_capacity + 1;
        rpc->entries = pool_grow(&slab->pool, rpc->entries, &rpc->entry_capacity, wanted,
                                 sizeof *rpc->entries);
    }
    if (rpc->entry_count == 1) {
        rpc->entries[0] = rpc->entry;
    }
    CHECK(rpc->entry_count < rpc->entry_capacity);
    return &rpc->entries[rpc->entry_count++];
}

/** A new last entry; `first` and `count` are left to the caller. */
static struct rpc_entry *append(struct rpc_slab *slab, struct rpc *rpc, enum trace_rpc kind,
                                uint16_t topic) {
    CHECK(rpc->references == 0);
    CHECK(rpc->size_bytes == 0);
    struct rpc_entry *entry = &rpc->entry;
    if (rpc->entry_count == 0) {
        rpc->entry_count = 1;
    } else {
        CHECK(rpc_entries(rpc)[rpc->entry_count - 1].kind <= kind);
        entry = append_to_list(slab, rpc);
    }
    entry->kind = (uint8_t)kind;
    entry->subscribe = 0;
    entry->topic = topic;
    return entry;
}

/** A new last entry that says nothing but its topic. */
static struct rpc_entry *append_topic(struct rpc_slab *slab, uint32_t handle, enum trace_rpc kind,
                                      uint16_t topic) {
    CHECK(topic < slab->messages->topic_count);
    struct rpc_entry *entry = append(slab, rpc_at(slab, handle), kind, topic);
    entry->first = 0;
    entry->count = 0;
    return entry;
}

void rpc_add_subscription(struct rpc_slab *slab, uint32_t handle, uint16_t topic, bool subscribe) {
    append_topic(slab, handle, TRACE_RPC_SUBSCRIPTIONS, topic)->subscribe = subscribe;
}

void rpc_add_message(struct rpc_slab *slab, uint32_t handle, uint32_t message, uint32_t hops) {
    CHECK(message < slab->messages->count);
    struct rpc_entry *entry = append(slab, rpc_at(slab, handle), TRACE_RPC_MESSAGES, 0);
    entry->first = message;
    entry->count = hops;
}

void rpc_mark_damaged(struct rpc_slab *slab, uint32_t handle) {
    struct rpc *rpc = rpc_at(slab, handle);
    CHECK(rpc->entry_count > 0);
    struct rpc_entry *entry =
        rpc->entry_count == 1 ? &rpc->entry : &rpc->entries[rpc->entry_count - 1];
    CHECK(entry->kind == TRACE_RPC_MESSAGES);
    entry->subscribe = 1;
}

void rpc_add_graft(struct rpc_slab *slab, uint32_t handle, uint16_t topic) {
    append_topic(slab, handle, TRACE_RPC_GRAFT, topic);
}

void rpc_add_prune(struct rpc_slab *slab, uint32_t handle, uint16_t topic) {
    append_topic(slab, handle, TRACE_RPC_PRUNE, topic);
}

void rpc_add_ihave(struct rpc_slab *slab, uint32_t handle, uint16_t topic) {
    append_topic(slab, handle, TRACE_RPC_IHAVE, topic)->first = rpc_at(slab, handle)->id_count;
}

void rpc_add_iwant(struct rpc_slab *slab, uint32_t handle) {
    struct rpc *rpc = rpc_at(slab, handle);
    struct rpc_entry *entry = append(slab, rpc, TRACE_RPC_IWANT, 0);
    entry->first = rpc->id_count;
    entry->count = 0;
}

void rpc_add_id(struct rpc_slab *slab, uint32_t handle, uint32_t id) {
    struct rpc *rpc = rpc_at(slab, handle);
    CHECK(message_of_id(id) < slab->messages->count);
    CHECK(rpc->references == 0);
    CHECK(rpc->size_bytes == 0);
    CHECK(rpc->entry_count > 0);
    struct rpc_entry *entry =
        rpc->entry_count == 1 ? &rpc->entry : &rpc->entries[rpc->entry_count - 1];
    CHECK(entry->kind >= TRACE_RPC_IHAVE);
    CHECK(entry->kind <= TRACE_RPC_IWANT);
    CHECK(entry->first + entry->count == rpc->id_count);
    if (rpc->id_count == rpc->id_capacity) {
        rpc->ids = pool_grow(&slab->pool, rpc->ids, &rpc->id_capacity, rpc->id_count + 1,
                             sizeof *rpc->ids);
    }
    rpc->ids[rpc->id_count++] = id;
    entry->count++;
}

/** Bytes of the ids of an IHAVE or IWANT entry, each with its key and length. */
static uint64_t ids_bytes(const struct rpc *rpc, const struct rpc_entry *entry) {
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < entry->count; i++) {
        bytes += field_bytes(message_id_bytes(rpc->ids[entry->first + i]));
    }
    return bytes;
}

/** Bytes of an entry without the key and length that introduce it. */
static uint64_t entry_content_bytes(const struct rpc_slab *slab, const struct rpc *rpc,
                                    const struct rpc_entry *entry) {
    const struct message_table *messages = slab->messages;
    switch ((enum trace_rpc)entry->kind) {
    case TRACE_RPC_SUBSCRIPTIONS:
        return 2 + field_bytes(messages->topic_sizes[entry->topic]);
    case TRACE_RPC_MESSAGES:
        return message_encoded_bytes(messages, &messages->items[entry->first]);
    case TRACE_RPC_IHAVE:
        return field_bytes(messages->topic_sizes[entry->topic]) + ids_bytes(rpc, entry);
    case TRACE_RPC_IWANT:
        return ids_bytes(rpc, entry);
    case TRACE_RPC_GRAFT:
    case TRACE_RPC_PRUNE:
        return field_bytes(messages->topic_sizes[entry->topic]);
    case TRACE_RPC_COUNT:
        break;
    }
    CHECK(entry->kind < TRACE_RPC_COUNT);
    return 0;
}

/** Whether all entries of a kind share one submessage in this RPC. */
static bool shares_submessage(const struct rpc *rpc, uint8_t kind) {
    if (kind == TRACE_RPC_MESSAGES) {
        return (rpc->form & RPC_FORM_GARBLED) != 0;
    }
    return kind >= TRACE_RPC_IHAVE && (rpc->form & RPC_FORM_MERGED) != 0;
}

/** Sizes of any mixture of entries; those of the control part share one submessage. */
static void seal_entries(struct rpc_slab *slab, struct rpc *rpc) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    uint64_t body_bytes = 0;
    uint64_t control_bytes = 0;
    uint64_t payload_bytes = 0;
    uint64_t content_bytes = 0;
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        if (entries[i].kind == TRACE_RPC_MESSAGES) {
            payload_bytes += slab->messages->items[entries[i].first].size_bytes;
        }
        content_bytes += entry_content_bytes(slab, rpc, &entries[i]);
        bool last = i + 1 == rpc->entry_count || entries[i + 1].kind != entries[i].kind;
        if (!last && shares_submessage(rpc, entries[i].kind)) {
            continue;
        }
        uint64_t bytes = field_bytes(content_bytes);
        content_bytes = 0;
        *(entries[i].kind >= TRACE_RPC_IHAVE ? &control_bytes : &body_bytes) += bytes;
    }
    if (control_bytes > 0) {
        body_bytes += field_bytes(control_bytes);
    }
    uint64_t frame_bytes = varint_bytes(body_bytes) + body_bytes;
    CHECK(frame_bytes <= UINT32_MAX);
    CHECK(payload_bytes < frame_bytes);
    rpc->size_bytes = (uint32_t)frame_bytes;
    rpc->payload_bytes = (uint32_t)payload_bytes;
}

void rpc_seal(struct rpc_slab *slab, uint32_t handle) {
    struct rpc *rpc = rpc_at(slab, handle);
    CHECK(rpc->references == 0);
    CHECK(rpc->size_bytes == 0);
    CHECK(rpc->entry_count > 0);
    if (rpc->entry_count > 1 || rpc->entry.kind != TRACE_RPC_MESSAGES) {
        seal_entries(slab, rpc);
        return;
    }
    const struct message *message = &slab->messages->items[rpc->entry.first];
    CHECK(message->published);
    rpc->size_bytes = message->frame_bytes;
    rpc->payload_bytes = message->size_bytes;
}

/** Gives back the blocks of an RPC that outgrew its inline entry. */
static void give_blocks(struct rpc_slab *slab, struct rpc *rpc) {
    pool_give(&slab->pool, rpc->ids, (size_t)rpc->id_capacity * sizeof *rpc->ids);
    pool_give(&slab->pool, rpc->entries, (size_t)rpc->entry_capacity * sizeof *rpc->entries);
    rpc->ids = NULL;
    rpc->id_capacity = 0;
    rpc->entries = NULL;
    rpc->entry_capacity = 0;
}

/** Whether an RPC says a topic and nothing else. */
static bool says_topic_alone(const struct rpc *rpc) {
    return rpc->entry_count == 1 && rpc->entry.kind != TRACE_RPC_MESSAGES && rpc->id_count == 0;
}

/** Whether a sealed RPC is on its way that says the same; both say a topic alone, if anything. */
static bool is_alike(const struct rpc *rpc, const struct rpc *other) {
    return other->references != RPC_FREED && other->references > 0 && says_topic_alone(other) &&
           other->entry.kind == rpc->entry.kind && other->entry.topic == rpc->entry.topic &&
           other->entry.subscribe == rpc->entry.subscribe && other->form == rpc->form &&
           other->read_digest == rpc->read_digest;
}

uint32_t rpc_seal_shared(struct rpc_slab *slab, uint32_t handle) {
    rpc_seal(slab, handle);
    const struct rpc *rpc = rpc_at(slab, handle);
    if (!says_topic_alone(rpc)) {
        return handle;
    }
    bool is_subscription = rpc->entry.kind == TRACE_RPC_SUBSCRIPTIONS;
    uint32_t what = is_subscription ? rpc->entry.subscribe : rpc->entry.kind;
    uint32_t place = (rpc->entry.topic * 8U + what) % RPC_ALIKE;
    uint32_t other = slab->alike[place];
    if (other != handle && other < slab->used && is_alike(rpc, rpc_at(slab, other))) {
        rpc_release(slab, handle);
        return other;
    }
    slab->alike[place] = handle;
    return handle;
}

uint64_t rpc_digest(const struct rpc *rpc) {
    CHECK(rpc->size_bytes > 0);
    const struct rpc_entry *entries = rpc_entries(rpc);
    uint64_t digest = rpc->read_digest;
    if (rpc->entry_count == 1 && rpc->entry.kind == TRACE_RPC_MESSAGES) {
        // Most RPCs: their words are their digest, which a cache mixes with the peer.
        return digest << 34 ^ (uint64_t)rpc->entry.subscribe << 33 ^ UINT64_C(1) << 32 ^
               rpc->entry.first;
    }
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        const struct rpc_entry *entry = &entries[i];
        // The hops of a message are not on the wire.
        bool is_message = entry->kind == TRACE_RPC_MESSAGES;
        uint64_t words[2] = {
            hash_word((uint64_t)entry->kind << 32 | (uint64_t)entry->subscribe << 16 |
                      entry->topic),
            hash_word(is_message ? entry->first : entry->count),
        };
        digest = hash_bytes(words, sizeof words, digest);
        for (uint32_t id = 0; !is_message && id < entry->count; id++) {
            uint64_t word = hash_word(rpc->ids[entry->first + id]);
            digest = hash_bytes(&word, sizeof word, digest);
        }
    }
    return digest;
}

uint32_t rpc_copy(struct rpc_slab *slab, const struct rpc *rpc) {
    CHECK(rpc->size_bytes > 0);
    uint32_t handle = rpc_create(slab);
    struct rpc *copy = rpc_at(slab, handle);
    *copy = *rpc;
    copy->references = 1;
    copy->ids = NULL;
    copy->id_capacity = 0;
    copy->entries = NULL;
    copy->entry_capacity = 0;
    if (rpc->id_count > 0) {
        copy->ids =
            pool_grow(&slab->pool, NULL, &copy->id_capacity, rpc->id_count, sizeof *copy->ids);
        memcpy(copy->ids, rpc->ids, rpc->id_count * sizeof *copy->ids);
    }
    if (rpc->entry_count > 1) {
        copy->entries = pool_grow(&slab->pool, NULL, &copy->entry_capacity, rpc->entry_count,
                                  sizeof *copy->entries);
        memcpy(copy->entries, rpc->entries, rpc->entry_count * sizeof *copy->entries);
    }
    return handle;
}

void rpc_release_unsent(struct rpc_slab *slab, uint32_t handle) {
    if (rpc_at(slab, handle)->references == 0) {
        rpc_release(slab, handle);
    }
}

void rpc_release_last(struct rpc_slab *slab, uint32_t handle) {
    struct rpc *rpc = rpc_at(slab, handle);
    CHECK(rpc->references <= 1);
    if ((rpc->id_capacity | rpc->entry_capacity) != 0) {
        give_blocks(slab, rpc);
    }
    CHECK(slab->live > 0);
    CHECK(slab->free_count < slab->used);
    rpc->references = RPC_FREED;
    rpc->size_bytes = 0;
    slab->live--;
    slab->free[slab->free_count++] = handle;
}
