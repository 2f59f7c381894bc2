/**
 * Randomness: named streams and keyed draws, both derived with XXH3 from (seed, purpose, index).
 *
 * A stream is a sequence of draws owned by one node or one generator; draws in one stream never
 * move another. A keyed draw has no state at all: it is a function of its key, for decisions that
 * two runs must be able to share (what happens to a packet, a link's delay, a node's region). All
 * draws are integers; bounded ones reject, so they are exact.
 *
 * Source: DESIGN.md §2 "Randomness".
 */
#ifndef GOSSIM_BASE_PRNG_H
#define GOSSIM_BASE_PRNG_H

#include <stdint.h>

/** What a stream is for. The digest depends on the numbers: never reorder, only append. */
enum stream_purpose {
    STREAM_TOPOLOGY = 1,    // the graph; index 0
    STREAM_REGION = 2,      // a node's region; keyed by node
    STREAM_LINK = 3,        // a link's delay; keyed by its two ends
    STREAM_ROUTER = 4,      // a router's own choices; index = node
    STREAM_WORKLOAD = 5,    // publishers and subscribers; index = entry of the scenario
    STREAM_FAULT = 6,       // faults; index = entry of the scenario
    STREAM_START = 7,       // start times; keyed by node
    STREAM_LOSS = 8,        // a packet's verdict; keyed by direction, kind, message or count
    STREAM_JITTER = 9,      // a packet's extra delay; keyed alike
    STREAM_IDENTITY = 10,   // a node's key pair; keyed by node
    STREAM_PAYLOAD = 11,    // a message's data bytes; keyed by message
    STREAM_GROUP = 12,      // a group's nodes; index = number of the group
    STREAM_VALIDATION = 13, // a validator's delay and verdict; keyed by node, message, validator
    STREAM_SEQNO = 14,      // sequence numbers, where they are random; keyed by node and count
    STREAM_SCHEDULE = 15,   // time from one instant to the next; keyed by series and instant
    STREAM_ROLE = 16,       // whom a role censors; index = number of the set of roles
    STREAM_LATE = 17,       // how late a message is forwarded; keyed by node and message
    STREAM_SIZE = 18,       // a message's size; keyed by series and number in it
    STREAM_TOPIC = 19,      // a message's topic of a family; keyed alike
    STREAM_MEMBER = 20,     // who subscribes to which topics of a family; index = topic or node
    STREAM_PROCESSING = 21, // how long a node takes over an RPC; keyed by slot and message or count
    STREAM_BEAT = 22,       // heartbeats: phase, drift, jitter; keyed by node, what for and count
    STREAM_CLOCK = 23,      // a node's clock; keyed by node and what for
    STREAM_DROPS = 24,      // whether a role drops a message; keyed by node, origin and seqno
    STREAM_BURST = 32,      // states of a link's direction; keyed by direction and stay
    STREAM_BURST_LOSS = 33, // a packet's verdict in such a state; keyed as STREAM_LOSS
    STREAM_JITTER_WAVE = 34, // what jitter of one time has in common; keyed by direction and time
    STREAM_FAULT_LINK = 35,  // whether a fault concerns a link; keyed by its ends and the occasion
    STREAM_CHURN = 36, // whom, index = entry; how long up and down, keyed by entry, node, turn
    STREAM_DEGRADE_LOSS = 37, // a packet's verdict by a fault that loses more; as STREAM_LOSS
    STREAM_FLAP = 38, // how long a link is down or up; keyed by its ends, the occasion, the stay
    STREAM_BOOTSTRAP = 39, // resamples of replicates; index = how many values there are
    STREAM_SWARM = 40,     // what a swarm has in force; index = what is drawn
};

/** The word for a purpose, as in "loss" for STREAM_LOSS; "unknown" for a number without one. */
const char *stream_purpose_name(enum stream_purpose purpose);

struct prng {
    uint64_t state;
};

struct prng prng_stream(uint64_t seed, enum stream_purpose purpose, uint64_t index);

/** One draw of a key: XXH3 over (seed, purpose, a, b, c) as little-endian 64-bit words. */
uint64_t prng_keyed(uint64_t seed, enum stream_purpose purpose, uint64_t a, uint64_t b, uint64_t c);

/** What a draw of 64 bits adds to the state. */
#define PRNG_STEP UINT64_C(0x9E3779B97F4A7C15)

/** A keyed draw as it was made. */
struct prng_key {
    enum stream_purpose purpose;
    uint64_t a;
    uint64_t b;
    uint64_t c;
};

/** Somebody who is told of each keyed draw of a thread, and changes nothing by it. */
struct prng_listener {
    void *context;
    void (*on_keyed)(void *context, const struct prng_key *key, uint64_t draw);
};

/**
 * Keyed draws of this thread are told to the listener, which is borrowed, until the next call;
 * NULL: to nobody. Draws of a stream tell of themselves: see prng_drawn().
 */
void prng_listen(const struct prng_listener *listener);

/** How many draws of 64 bits lie between two states of one stream. */
uint64_t prng_drawn(struct prng before, struct prng after);

/** The next 64 random bits. */
static inline uint64_t prng_next(struct prng *prng) {
    uint64_t z = prng->state += PRNG_STEP;
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/** Uniform in 0 … bound − 1; bound ≥ 1. */
uint32_t prng_below(struct prng *prng, uint32_t bound);

/** Uniform in 0 … bound − 1 for 64 bits; bound ≥ 1. */
uint64_t prng_below_u64(struct prng *prng, uint64_t bound);

/**
 * Puts a uniformly drawn subset of `picked` items in the first places (partial Fisher–Yates);
 * picked ≤ count.
 */
void prng_pick_u32(struct prng *prng, uint32_t *items, uint32_t count, uint32_t picked);

/** A full shuffle. */
void prng_shuffle_u32(struct prng *prng, uint32_t *items, uint32_t count);

#endif
