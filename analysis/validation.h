/**
 * What the cases with known answers ask of a run, worked out from its full trace.
 *
 * Each function here goes through one trace and says what it found beside what arithmetic says,
 * and how often the two differ where they must not. Nothing here knows a scenario: numbers such as
 * a transmission time come from outside. docs/validation.md tells the cases and their formulas.
 *
 *     validation_formula.c   closed forms: tree bound, reach of a branching process
 *     validation_spread.c    one message: who had it from whom, and when
 *     validation_copies.c    A1, A2: sends and duplicates; A4: depth
 *     validation_paths.c     A3: arrival times on a known graph
 *     validation_gossip.c    A5 to A9: gossip, recovery, reach
 *     validation_mesh.c      A11, A12: both ends of mesh links, mesh degrees
 *     validation_flow.c      A10: what is sent arrives, is lost, or is on its way
 *     validation_uplinks.c   A10: no uplink exceeds its rate
 */
#ifndef GOSSIM_ANALYSIS_VALIDATION_H
#define GOSSIM_ANALYSIS_VALIDATION_H

#include "analysis/full_trace.h"

#include <stdbool.h>
#include <stdint.h>

/* validation_formula.c */

/** 1 + d·((d − 1)^h − 1)/(d − 2): the most nodes within `hops` of one in a graph of degree d ≥ 2;
 * `most` where it is more. */
uint64_t validation_tree_bound(uint32_t degree, uint32_t hops, uint64_t most);

/**
 * The share of nodes that an infection reaches in a random d-regular graph, given that it takes
 * off: 1 − (1 − c·r)^d with r = k·(1 − (1 − c·r)^(d − 1)), where each link carries it with
 * probability c and each node hands it on with probability k.
 */
double validation_reach(uint32_t degree, double carries, double hands_on);

/** 1 − (1 − p)^n. */
double validation_any(double probability, uint32_t tries);

/* validation_spread.c */

#define VALIDATION_NEVER INT64_MAX

/** How one message spread. Arrays by node. */
struct validation_spread {
    uint32_t origin;      // FULL_TRACE_NONE if nobody published it
    int64_t *got_ns;      // handed to the application; the publisher's is when it published;
                          // VALIDATION_NEVER if it never was
    uint32_t *from;       // who the first copy came from; FULL_TRACE_NONE
    uint32_t *hops;       // of the first copy
    uint32_t *duplicates; // copies that came to a node that had it
    uint64_t sends;       // RPCs with it
    uint64_t duplicate_sum;
    uint32_t reached; // nodes, without the publisher
};

/** Makes room for the spread of one message after the other. */
struct validation_spread validation_spread_create(const struct full_trace *trace,
                                                  struct arena *arena);

void validation_spread_of(struct validation_spread *spread, const struct full_trace *trace,
                          uint32_t message);

/* validation_copies.c */

struct validation_copies {
    uint64_t messages; // that were published
    uint64_t sends;
    uint64_t sends_known; // by the formula
    uint64_t sends_wrong; // messages whose sends are not those of the formula
    uint64_t duplicates;
    uint64_t duplicates_known;
    uint64_t duplicates_wrong; // likewise; also if some node does not get the message
    uint64_t unspared;         // x and, with `spare_senders`, links that carried one copy only
    uint64_t nodes;            // (node, message), the publisher too
    uint64_t with_three;       // of these, with exactly three duplicates
};

/** Which formula: A1's, A2's, or that of routers that spare nobody (Q33). */
enum validation_sparing {
    VALIDATION_SPARES_ORIGIN,
    VALIDATION_SPARES_SENDERS,
    VALIDATION_SPARES_NOBODY
};

/**
 * Sends and duplicates of all messages of a frozen mesh that is the whole graph, against
 * 2E − N + 1 − x, and for VALIDATION_SPARES_SENDERS less the other links beside the tree whose ends
 * forwarded further apart than the link's delay; 2E for VALIDATION_SPARES_NOBODY.
 *
 * A link beside the tree carries a copy each way unless one end is spared: by the publisher's
 * neighbour, which knows the origin (x), or by the end that forwards when a copy of the other has
 * come. A link that is both is counted once.
 */
struct validation_copies validation_copies_of(const struct full_trace *trace, struct arena *arena,
                                              enum validation_sparing sparing);

struct validation_depth {
    uint32_t hops;       // the h that is shown
    uint64_t messages;   // published
    uint64_t within_sum; // nodes within h hops, over messages
    uint64_t bound;      // for one message
    uint64_t deliveries;
    uint64_t above;    // (message, number of hops) with more nodes within than the bound
    uint64_t off_beat; // deliveries whose time is not that of their hops
};

/** Nodes within h hops against the tree bound of `degree`, and every latency against hops × delay.
 */
struct validation_depth validation_depth_of(const struct full_trace *trace, struct arena *arena,
                                            uint32_t degree, uint32_t shown_hops, int64_t delay_ns);

/* validation_paths.c */

/** What an uplink lets through, and what is added to an RPC. */
struct validation_rate {
    int64_t bits_per_s;      // 0: no limit
    uint32_t overhead_bytes; // of every frame
    uint32_t frame_bytes;    // of an RPC in one frame, ≥ 1
};

/** How copies leave the uplinks of a known graph. */
enum validation_uplink {
    VALIDATION_ONE_BY_ONE, // each node forwards one copy: hop k at k(δ + τ) + (k − 1)v
    VALIDATION_IN_TURN,    // the publisher's copies leave one after the other: the i-th at δ + iτ
    VALIDATION_TOGETHER,   // its n copies share the uplink: all at δ + nτ
};

struct validation_path {
    enum validation_uplink uplink;
    int64_t delay_ns;            // δ, of every link
    int64_t validation_ns;       // v, that each node takes before it hands over and forwards
    struct validation_rate rate; // of every uplink, for τ
};

/** Arrivals of all messages against those of their path. An arrival is a hand-over less v. */
struct validation_arrivals {
    uint64_t deliveries;
    uint64_t wrong;  // deliveries at another time than that of their path, or missing
    int64_t last_ns; // the latest latency
    int64_t last_known_ns;
    uint64_t sends; // over all messages
    uint32_t hops_max;
    uint32_t hops_max_known; // by the graph
};

struct validation_arrivals validation_arrivals_of(const struct full_trace *trace,
                                                  struct arena *arena,
                                                  const struct validation_path *path);

/** Bytes of an RPC with those that its frames add. */
uint64_t validation_wire_bytes(const struct validation_rate *rate, uint64_t bytes);

/** τ = ⌈wire bytes·8·10⁹/rate⌉ ns; 0 without a limit. */
int64_t validation_transmission_ns(const struct validation_rate *rate, uint64_t bytes);

/** Links from a node to each, by the shortest way; FULL_TRACE_NONE where there is none. */
uint32_t *validation_distances(const struct full_trace *trace, struct arena *arena, uint32_t from);

/* validation_gossip.c */

/** RPCs of a kind that were sent. */
uint64_t validation_rpcs(const struct full_trace *trace, enum trace_rpc kind);

struct validation_recovery {
    uint64_t samples;     // (node outside, message) whose providers all had the message
    uint64_t recovered;   // of these, where the node got it
    int64_t delay_sum_ns; // over the recovered, from the first provider's receipt
};

/** Whether the nodes from `first_outside` on got what their neighbours had. */
struct validation_recovery validation_recovery_of(const struct full_trace *trace,
                                                  struct arena *arena, uint32_t first_outside);

struct validation_reach_sum {
    uint64_t messages;
    uint64_t took_off; // reached more than a tenth of the nodes
    double share_sum;  // of nodes that those reached
};

struct validation_reach_sum validation_reach_of(const struct full_trace *trace,
                                                struct arena *arena);

/* What holds in every run. */

/** How much was looked at, and how often a rule was broken. */
struct validation_tally {
    uint64_t looked_at;
    uint64_t broken;
};

/* validation_mesh.c */

/**
 * A11: how long one end of a link had the other in its mesh and the other did not: looks at each
 * such spell, which is broken if it took longer than a round trip and `slack_ns`.
 */
struct validation_tally validation_one_sided(const struct full_trace *trace, struct arena *arena,
                                             int64_t slack_ns);

/** What each node's mesh is held to, by node. */
struct validation_mesh_rules {
    const int64_t *heartbeat_ns; // between two heartbeats; 0: the node is not looked at
    const int64_t *initial_ns;   // from its start to the first
    const uint32_t *d_low;
    const uint32_t *d_high;
    int64_t settled_ns; // d_low is asked for from then on
};

/**
 * A12: mesh degrees directly after each heartbeat of a node's own: at most d_high, and from
 * `settled_ns` on at least d_low or the number of its neighbours that are subscribed.
 */
struct validation_tally validation_degrees(const struct full_trace *trace, struct arena *arena,
                                           const struct validation_mesh_rules *rules);

/* validation_flow.c */

/** What the run itself counted, to be held against its records. */
struct validation_counts {
    uint64_t bytes_received;
    uint64_t bytes_lost;
    uint64_t bytes_dropped;
    uint64_t bytes_in_flight;
    uint64_t deliveries;
    uint64_t duplicates;
};

/**
 * A10: no copy arrives that was not sent before, looked at after every record; at the end, bytes
 * sent are received, lost, dropped or in flight, and each message's deliveries and duplicates are
 * those that were counted.
 */
struct validation_tally validation_conservation(const struct full_trace *trace, struct arena *arena,
                                                const struct validation_counts *counts);

/**
 * A10: no uplink lets through more than its rate. A window from the sending of one copy to the
 * moment when another is through is broken if the copies that were sent and came through within it
 * are more than the rate makes of its length: that covers any window longer than one transmission.
 * Copies that were lost are left out, and so are RPCs without messages: what is asked is less than
 * what must hold. When a copy is through is told by its arrival, less the link's delay and what the
 * node took to validate it; downlinks may have no limit.
 */
struct validation_tally validation_uplinks(const struct full_trace *trace, struct arena *arena,
                                           const struct validation_rate *rate,
                                           int64_t validation_ns);

#endif
