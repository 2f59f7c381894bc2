/**
 * What happens to a packet between two nodes: when it arrives, or that it is lost.
 *
 * A link's delay is drawn once, keyed by its two ends, and is the same both ways unless
 * `asymmetric`; or it comes from a table by region pair, or is given for the slot. Jitter and loss
 * are drawn per packet, keyed by (direction, class, key or count): so what happens to a packet is a
 * function of which packet it is, not of what was sent before, and two runs that both send it see
 * the same. Losses in bursts also depend on when it leaves (sim/burst.h). Packets of one direction
 * do not overtake each other unless `reorder`. No packet takes less than LINK_DELAY_MIN_NS.
 *
 * Faults may multiply delays and add losses (sim/degrade.h). On a *stream* a lost packet is sent
 * again after a timeout, then after twice that, and so on up to LINK_TIMEOUT_MAX_NS, with a verdict
 * drawn anew each time; packets behind it in its direction wait for it. The timeout is the round
 * trip of the link and LINK_TIMEOUT_MARGIN_NS, the least that Linux adds to it, unless one is
 * given. A packet lost `attempts_limit` times more is dropped, and those behind it go on then. What
 * is sent again takes no time on an uplink.
 *
 * Memory: 4 bytes per slot, or 12 where a delay is above 4.29 s; with loss or jitter 4 ×
 * LINK_CLASSES more; where packets may have to wait for each other 8 more; with bursts 24. Source:
 * DESIGN.md §2 "Links", "Randomness"; RFC 6298 for the timeout.
 */
#ifndef GOSSIM_SIM_LINK_H
#define GOSSIM_SIM_LINK_H

#include "base/arena.h"
#include "base/quantity.h"
#include "sim/burst.h"
#include "sim/degrade.h"
#include "sim/distribution.h"
#include "sim/jitter.h"
#include "sim/topology.h"

#include <stdbool.h>
#include <stdint.h>

enum { LINK_CLASSES = 8 };
#define LINK_DELAY_MIN_NS NS_PER_US
#define LINK_DELAY_MAX_NS (24 * DISTRIBUTION_CAP_NS)

struct bandwidth_options;

/** What happens to a packet that is lost. */
enum link_transport {
    LINK_DATAGRAM, // it is lost
    LINK_STREAM,   // it is sent again, and what is behind it waits
};

#define LINK_TIMEOUT_MARGIN_NS (200 * NS_PER_MS)
#define LINK_TIMEOUT_MAX_NS (120 * NS_PER_S)
#define LINK_DELAY_LONG UINT32_MAX
#define LINK_SLOT_LOSS_NONE UINT32_MAX
#define LINK_SLOT_DELAY_NONE INT64_C(-1)

struct link_options {
    uint64_t seed;
    const struct distribution_options *delay; // per link; NULL: by region
    const int64_t *region_delay_ns;           // [region_count × region_count], from × to
    const uint32_t *node_region;              // [node_count]
    const uint32_t *region_loss_ppb;          // likewise: loss besides; NULL: none
    uint32_t region_count;
    const struct distribution_options *jitter; // per packet, may be negative; NULL: none
    uint32_t jitter_correlation_ppb;           // see sim/jitter.h; 0: none
    int64_t jitter_wave_ns;
    int64_t delay_min_ns;              // what a link takes, with jitter, is cut to this range
    int64_t delay_max_ns;              // 0: LINK_DELAY_MAX_NS
    uint32_t loss_ppb;                 // of packets that can be lost, 0 … SHARE_ONE
    const uint32_t *class_loss_ppb;    // [LINK_CLASSES] in place of it; NULL: all alike
    const struct burst_options *burst; // losses besides; NULL: none
    const int64_t *slot_delay_ns;  // [slots] in place of the others; LINK_SLOT_DELAY_NONE: those
    const uint32_t *slot_loss_ppb; // [slots] in place of the others; LINK_SLOT_LOSS_NONE: those
    const struct bandwidth_options *bandwidth; // for sim_init(); NULL: nothing is limited
    enum link_transport transport;
    int64_t timeout_ns;        // STREAM: until a lost packet is sent again; 0: by its round trip
    uint32_t attempts_limit;   // STREAM: how often it is sent again before it is dropped
    uint64_t *retransmissions; // STREAM: counts them; may be NULL
    bool asymmetric;
    bool reorder; // not with STREAM
};

/** What a link needs to know of a packet. */
struct packet {
    uint32_t handle;      // the owner's; carried, never looked at
    uint64_t key;         // names it among those of its class on this link, when `keyed`
    uint8_t packet_class; // 0 … LINK_CLASSES − 1
    bool keyed;           // else the count of its class on this link names it
    bool can_be_lost;
};

/** What becomes of a packet. All but the first say why it does not arrive. */
enum link_verdict {
    LINK_ARRIVES,
    LINK_LOSES,          // random loss, drawn for this packet alone
    LINK_LOSES_IN_BURST, // loss of the state that the link is in
    LINK_GIVES_UP,       // lost again at every attempt to send it
    LINK_UPLINK_FULL,    // no room in the queue of the sender's uplink
    LINK_DOWNLINK_FULL,  // no room in the queue of the receiver's downlink
    LINK_CUT,            // a partition is between the two ends
    LINK_CLOGGED,        // nothing passes
    LINK_LOSES_DEGRADED, // loss that a fault adds
    LINK_FLAPS,          // nothing passes just now
    LINK_NODE_DOWN,      // the receiver is down; the owner of the world says so, not the world
};

struct links {
    const struct topology *topology;
    uint32_t *short_ns;     // [slots] delay from the slot's owner to its peer, or LINK_DELAY_LONG
    const int64_t *long_ns; // [slots] where that stands; NULL: nowhere
    uint64_t seed;
    struct link_options options; // its arrays of slots and of regions are borrowed
    uint32_t class_loss_ppb[LINK_CLASSES];
    uint64_t threshold[LINK_CLASSES]; // a draw below it is a loss; 2^64 is in `always_lost`
    uint32_t always_lost;             // one bit a class
    bool has_loss;
    bool has_jitter;
    struct jitter jitter;
    struct burst burst;
    struct burst_cursor *cursors; // [slots]; NULL without bursts
    uint32_t (
        *sent)[LINK_CLASSES]; // [slots] packets of each class so far; NULL without loss and jitter
    int64_t *last_arrival_ns; // [slots]; NULL when packets cannot overtake or may
    struct degradations *degradations; // by faults; NULL: no link ever has any
};

/** `options` and what it points at may go once this returns, but for the losses by slot and, where
 * `region_loss_ppb` is given, that and `node_region`. */
void links_init(struct links *links, struct arena *arena, const struct topology *topology,
                const struct link_options *options);

/** Links may be degraded from now on, which is before anything is sent. */
void links_expect_degradations(struct links *links, struct arena *arena);

/** The delay of a slot, before jitter. */
static inline int64_t links_delay_ns(const struct links *links, uint64_t slot) {
    uint32_t short_ns = links->short_ns[slot];
    return short_ns == LINK_DELAY_LONG ? links->long_ns[slot] : (int64_t)short_ns;
}

/** The long way of links_send(): where something is drawn, or faults change links. */
enum link_verdict links_send_drawn(struct links *links, uint32_t slot, const struct packet *packet,
                                   int64_t departs_ns, int64_t *arrives_ns);

/** Decides about one packet that leaves on a slot. `*arrives_ns` is set when it arrives. */
static inline enum link_verdict links_send(struct links *links, uint32_t slot,
                                           const struct packet *packet, int64_t departs_ns,
                                           int64_t *arrives_ns) {
    if (links->sent != NULL || links->degradations != NULL) {
        return links_send_drawn(links, slot, packet, departs_ns, arrives_ns);
    }
    *arrives_ns = departs_ns + links_delay_ns(links, slot);
    return LINK_ARRIVES;
}

/** The least that a packet can take on a slot, jitter included. */
int64_t links_least(const struct links *links, uint32_t slot);

/** A packet will soon leave on the slot: what deciding about it looks at is fetched from memory. */
static inline void links_fetch(const struct links *links, uint32_t slot) {
    __builtin_prefetch(&links->short_ns[slot]);
}

/** The least delay of any link before jitter; INT64_MAX without links. */
int64_t links_delay_min(const struct links *links);

#endif
