/**
 * An encoder and decoder in a world of messages whose sizes cross every border where a length takes
 * one more byte.
 */
#ifndef GOSSIM_TESTS_SUPPORT_WIRE_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_WIRE_FIXTURE_H

#include "tests/support/unit.h"

#include "base/prng.h"
#include "router/wire.h"
#include "tests/support/message_fixture.h"

#include <stdlib.h>

enum {
    WIRE_MESSAGES = 400,
    WIRE_SHORT_MESSAGES = 300, // numbers below it are messages of under 200 bytes of data
    WIRE_HOPS = 9,
    WIRE_KINDS_ALL = (1 << TRACE_RPC_COUNT) - 1, // a set of kinds has bit 1 << enum trace_rpc
};

struct wire_fixture {
    struct message_fixture world;
    struct rpc_slab slab;
    struct wire wire;
    struct prng prng;
};

/** Sizes around which the data, the message or the frame needs a longer length. */
static inline uint32_t wire_pick_size(struct prng *prng, bool is_short) {
    static const uint32_t borders[] = {0, 8, 60, 72, 127, 1024, 16320, 16384, 100000};
    uint32_t border = borders[prng_below(prng, is_short ? 5 : COUNT_OF(borders))];
    uint32_t size = border + prng_below(prng, 60);
    return size < 100000 ? size : 100000;
}

static inline void wire_fixture_init(struct wire_fixture *f, bool sign) {
    message_fixture_init(&f->world, WIRE_MESSAGES, sign);
    rpc_slab_init(&f->slab, f->world.arena, &f->world.messages);
    wire_init(&f->wire, f->world.arena, &f->world.messages);
    f->prng = prng_stream(FIXTURE_SEED, STREAM_WORKLOAD, 0);
    while (f->world.published < WIRE_MESSAGES) {
        uint16_t topic = (uint16_t)prng_below(&f->prng, FIXTURE_TOPICS);
        bool is_short = f->world.published < WIRE_SHORT_MESSAGES;
        uint32_t number =
            message_fixture_publish(&f->world, topic, wire_pick_size(&f->prng, is_short));
        wire_add_message(&f->wire, number);
    }
}

static inline uint16_t wire_pick_topic(struct wire_fixture *f) {
    return (uint16_t)prng_below(&f->prng, FIXTURE_TOPICS);
}

static inline void wire_add_random_ids(struct wire_fixture *f, uint32_t handle) {
    for (uint32_t count = prng_below(&f->prng, 8); count > 0; count--) {
        rpc_add_id(&f->slab, handle, prng_below(&f->prng, WIRE_MESSAGES));
    }
}

static inline void wire_add_random_entry(struct wire_fixture *f, uint32_t handle, uint32_t kind,
                                         uint32_t messages) {
    switch ((enum trace_rpc)kind) {
    case TRACE_RPC_SUBSCRIPTIONS:
        rpc_add_subscription(&f->slab, handle, wire_pick_topic(f), prng_below(&f->prng, 2) == 1);
        break;
    case TRACE_RPC_MESSAGES:
        rpc_add_message(&f->slab, handle, prng_below(&f->prng, messages), WIRE_HOPS);
        break;
    case TRACE_RPC_IHAVE:
        rpc_add_ihave(&f->slab, handle, wire_pick_topic(f));
        wire_add_random_ids(f, handle);
        break;
    case TRACE_RPC_IWANT:
        rpc_add_iwant(&f->slab, handle);
        wire_add_random_ids(f, handle);
        break;
    case TRACE_RPC_GRAFT:
        rpc_add_graft(&f->slab, handle, wire_pick_topic(f));
        break;
    case TRACE_RPC_PRUNE:
        rpc_add_prune(&f->slab, handle, wire_pick_topic(f));
        break;
    case TRACE_RPC_COUNT:
        break;
    }
}

/** A sealed RPC of the kinds in the set; messages are drawn below `messages`. */
static inline uint32_t wire_random_rpc(struct wire_fixture *f, uint32_t kinds, uint32_t messages) {
    uint32_t handle = rpc_create(&f->slab);
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        uint32_t count = (kinds >> kind & 1) != 0 ? 1 + prng_below(&f->prng, 3) : 0;
        for (; count > 0; count--) {
            wire_add_random_entry(f, handle, kind, messages);
        }
    }
    rpc_seal(&f->slab, handle);
    return handle;
}

static inline bool wire_rpcs_are_equal(const struct rpc *a, const struct rpc *b) {
    if (a->entry_count != b->entry_count || a->id_count != b->id_count ||
        a->size_bytes != b->size_bytes || a->payload_bytes != b->payload_bytes) {
        return false;
    }
    for (uint32_t i = 0; i < a->entry_count; i++) {
        const struct rpc_entry *x = &rpc_entries(a)[i];
        const struct rpc_entry *y = &rpc_entries(b)[i];
        if (x->kind != y->kind || x->subscribe != y->subscribe || x->topic != y->topic ||
            x->first != y->first || x->count != y->count) {
            return false;
        }
    }
    return a->id_count == 0 || memcmp(a->ids, b->ids, a->id_count * sizeof *a->ids) == 0;
}

/** Decodes a copy that ends where its memory ends, so that a sanitizer sees any read beyond it. */
static inline bool wire_decode_copy(struct wire_fixture *f, struct wire_bytes frame,
                                    uint32_t *handle, struct failure *failure) {
    struct wire_bytes copy = {.bytes = malloc(frame.size > 0 ? frame.size : 1), .size = frame.size};
    if (frame.size > 0) {
        memcpy(copy.bytes, frame.bytes, frame.size);
    }
    *handle = wire_decode(&f->wire, &f->slab, copy, WIRE_HOPS, failure);
    bool ok = *handle != RPC_NONE;
    free(copy.bytes);
    return ok;
}

/** What the bytes are read as must be written as the same bytes. Returns whether they were read. */
static inline bool wire_decode_and_compare(struct wire_fixture *f, struct wire_bytes frame) {
    struct failure failure = {.message = ""};
    uint32_t handle = RPC_NONE;
    uint32_t live = f->slab.live;
    if (!wire_decode_copy(f, frame, &handle, &failure)) {
        assert_int_equal(handle, RPC_NONE);
        assert_int_equal(f->slab.live, live);
        assert_int_equal(failure.kind, FAILURE_BAD_INPUT);
        assert_true(failure.message[0] != '\0');
        return false;
    }
    struct wire_bytes again = wire_encode(&f->wire, rpc_at(&f->slab, handle));
    assert_int_equal(again.size, frame.size);
    assert_memory_equal(again.bytes, frame.bytes, frame.size);
    wire_give(&f->wire, again);
    rpc_release(&f->slab, handle);
    return true;
}

/** Puts the prefix that suits in front of a body, which stands at buffer + 10. */
static inline struct wire_bytes wire_with_prefix(uint8_t *buffer, uint32_t body_bytes) {
    uint32_t prefix_bytes = varint_bytes(body_bytes);
    uint8_t *start = buffer + 10 - prefix_bytes;
    for (uint32_t i = 0; i < prefix_bytes; i++) {
        start[i] = (uint8_t)(body_bytes >> (7 * i) | (i + 1 < prefix_bytes ? 0x80 : 0));
    }
    return (struct wire_bytes){.bytes = start, .size = prefix_bytes + body_bytes};
}

/** Returns how many bytes the text stands for. */
static inline uint32_t wire_read_hex(const char *hex, uint8_t *out) {
    const char *digits = "0123456789abcdef";
    uint32_t size = 0;
    for (; hex[0] != '\0'; hex += 2) {
        out[size++] =
            (uint8_t)((strchr(digits, hex[0]) - digits) << 4 | (strchr(digits, hex[1]) - digits));
    }
    return size;
}

static inline int wire_begin(void **state) {
    static struct wire_fixture fixture;
    wire_fixture_init(&fixture, false);
    *state = &fixture;
    return 0;
}

static inline int wire_begin_signing(void **state) {
    static struct wire_fixture fixture;
    wire_fixture_init(&fixture, true);
    *state = &fixture;
    return 0;
}

static inline int wire_end(void **state) {
    struct wire_fixture *f = *state;
    message_fixture_finish(&f->world);
    return 0;
}

#endif
