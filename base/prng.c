#include "base/prng.h"

#include "base/check.h"
#include "base/hash.h"

#include <stdbool.h>
#include <stddef.h>

// A thread has one listener as it has one place of checks: who draws is far below who listens.
static _Thread_local const struct prng_listener *prng_listener_current;

void prng_listen(const struct prng_listener *listener) {
    prng_listener_current = listener;
}

struct prng prng_stream(uint64_t seed, enum stream_purpose purpose, uint64_t index) {
    return (struct prng){.state = prng_keyed(seed, purpose, index, 0, UINT64_C(0x73747265616d))};
}

uint64_t prng_keyed(uint64_t seed, enum stream_purpose purpose, uint64_t a, uint64_t b,
                    uint64_t c) {
    uint64_t words[4] = {hash_word((uint64_t)purpose), hash_word(a), hash_word(b), hash_word(c)};
    uint64_t draw = hash_bytes(words, sizeof words, seed);
    if (__builtin_expect(prng_listener_current != NULL, 0)) {
        const struct prng_key key = {.purpose = purpose, .a = a, .b = b, .c = c};
        prng_listener_current->on_keyed(prng_listener_current->context, &key, draw);
    }
    return draw;
}

uint64_t prng_drawn(struct prng before, struct prng after) {
    // A state is a multiple of an odd step ahead of the one before: divided by it modulo 2^64. Each
    // turn of Newton's iteration doubles the bits of the inverse that are right; three are at
    // first.
    uint64_t inverse = PRNG_STEP;
    for (unsigned bits = 3; bits < 64; bits *= 2) {
        inverse *= 2 - PRNG_STEP * inverse;
    }
    return (after.state - before.state) * inverse;
}

uint32_t prng_below(struct prng *prng, uint32_t bound) {
    CHECK(bound > 0);
    // Multiply-shift with rejection of the few low products that would favour small results.
    uint64_t product = (prng_next(prng) >> 32) * bound;
    uint32_t low = (uint32_t)product;
    if (low < bound) {
        uint32_t threshold = (uint32_t)(-bound) % bound;
        while (low < threshold) {
            product = (prng_next(prng) >> 32) * bound;
            low = (uint32_t)product;
        }
    }
    return (uint32_t)(product >> 32);
}

uint64_t prng_below_u64(struct prng *prng, uint64_t bound) {
    CHECK(bound > 0);
    if (bound <= UINT32_MAX) {
        return prng_below(prng, (uint32_t)bound);
    }
    uint64_t excess = (UINT64_MAX % bound + 1) % bound;
    uint64_t draw = prng_next(prng);
    while (draw > UINT64_MAX - excess) {
        draw = prng_next(prng);
    }
    return draw % bound;
}

void prng_pick_u32(struct prng *prng, uint32_t *items, uint32_t count, uint32_t picked) {
    CHECK(picked <= count);
    for (uint32_t i = 0; i < picked; i++) {
        uint32_t j = i + prng_below(prng, count - i);
        uint32_t item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}

void prng_shuffle_u32(struct prng *prng, uint32_t *items, uint32_t count) {
    prng_pick_u32(prng, items, count, count);
}

const char *stream_purpose_name(enum stream_purpose purpose) {
    static const char *const names[] = {
        [STREAM_TOPOLOGY] = "topology",
        [STREAM_REGION] = "region",
        [STREAM_LINK] = "link",
        [STREAM_ROUTER] = "router",
        [STREAM_WORKLOAD] = "workload",
        [STREAM_FAULT] = "fault",
        [STREAM_START] = "start",
        [STREAM_LOSS] = "loss",
        [STREAM_JITTER] = "jitter",
        [STREAM_IDENTITY] = "identity",
        [STREAM_PAYLOAD] = "payload",
        [STREAM_GROUP] = "group",
        [STREAM_VALIDATION] = "validation",
        [STREAM_SEQNO] = "seqno",
        [STREAM_SCHEDULE] = "schedule",
        [STREAM_ROLE] = "role",
        [STREAM_LATE] = "late",
        [STREAM_SIZE] = "size",
        [STREAM_TOPIC] = "topic",
        [STREAM_MEMBER] = "member",
        [STREAM_PROCESSING] = "processing",
        [STREAM_BEAT] = "beat",
        [STREAM_CLOCK] = "clock",
        [STREAM_DROPS] = "drops",
        [STREAM_BURST] = "burst",
        [STREAM_BURST_LOSS] = "burst loss",
        [STREAM_JITTER_WAVE] = "jitter wave",
        [STREAM_FAULT_LINK] = "fault link",
        [STREAM_CHURN] = "churn",
        [STREAM_DEGRADE_LOSS] = "degrade loss",
        [STREAM_FLAP] = "flap",
        [STREAM_BOOTSTRAP] = "bootstrap",
        [STREAM_SWARM] = "swarm",
    };
    size_t number = (size_t)purpose;
    bool known = number < sizeof names / sizeof names[0] && names[number] != NULL;
    return known ? names[number] : "unknown";
}
