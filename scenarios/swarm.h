/**
 * A swarm: of one scenario, as many as there are seeds, which differ in what is in force.
 *
 * Tests that draw everything at once draw the same mixture again and again, and what needs one
 * fault without another one is not met. Here the seed says first which features a run has: each is
 * fully off in some runs and on in others, and draws from a stream of its own, so that one that is
 * added moves no other. What comes out is an ordinary scenario.
 *
 *     0s ───── what the file does, and faults ─────┐ heal ── meshes settle ──┐ messages ──┐ end
 *              safety: nothing forbidden happens   └─ all faults are over ───┴─ liveness: │
 *                                                     each message arrives, meshes are    │
 *                                                     as large as they should be ─────────┘
 *
 * What is expected is what the protocol promises: see swarm_promises.c. The file's own expectations
 * hold besides, of the whole run.
 *
 * Source: Groce et al., "Swarm Testing", ISSTA 2012; the two phases are those of TigerBeetle's
 * VOPR.
 */
#ifndef GOSSIM_SCENARIOS_SWARM_H
#define GOSSIM_SCENARIOS_SWARM_H

#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

/** What a run may have. The draws depend on the numbers: never reorder, only append. */
enum swarm_feature {
    SWARM_SIZE,          // another number of nodes
    SWARM_TOPOLOGY,      // another graph; always with another number of nodes
    SWARM_DELAY,         // other delays of links
    SWARM_JITTER,        // jitter of links
    SWARM_BANDWIDTH,     // rates of nodes
    SWARM_STREAMS,       // links send again what was lost
    SWARM_PROCESSING,    // nodes take their time over RPCs
    SWARM_BEATS,         // heartbeats out of step
    SWARM_INTERVAL,      // another heartbeat interval
    SWARM_MESH,          // another D, Dlo, Dhi
    SWARM_GOSSIP,        // another Dlazy and history
    SWARM_TRAFFIC,       // messages during the safety phase, besides those of the file
    SWARM_LOSS,          // links lose RPCs of all kinds for a time
    SWARM_SLOWNESS,      // links are slower for a time
    SWARM_CRASHES,       // nodes stop and start again
    SWARM_CHURN,         // nodes come and go
    SWARM_PAUSES,        // nodes stand still
    SWARM_PARTITIONS,    // nothing passes between sets of nodes
    SWARM_CLOGS,         // nor over some links
    SWARM_HOLDS,         // what is sent waits
    SWARM_FLAPS,         // links that work and do not in turn
    SWARM_DISCONNECTS,   // links end, and are made again
    SWARM_SUBSCRIPTIONS, // nodes leave a topic and come back
    SWARM_FEATURE_COUNT
};

/** "size", "partitions" …: the word for it. */
const char *swarm_feature_name(enum swarm_feature feature);

/** A scenario of which swarms are drawn. */
struct swarm {
    const struct scenario *base;
    const char *text; // its canonical form, without a sweep
    size_t size;
    uint64_t possible;          // features that this scenario leaves room for, one bit each
    bool promises_delivery;     // of what is published in the liveness phase
    const char *no_promise_why; // where it does not
};

/** What is in force at a seed. */
struct swarm_draw {
    const struct scenario *scenario;
    uint64_t features; // one bit each
    int64_t heal_ns;
    int64_t settled_ns; // from here on the liveness phase's messages
};

/** Borrows the scenario; memory is the arena's. */
void swarm_init(struct swarm *swarm, struct arena *arena, const struct scenario *base);

/** The scenario of a seed. False, with failures, only if the file leaves no room: see
 * `swarm->possible`. Memory is the arena's. */
__attribute__((warn_unused_result)) bool swarm_draw(const struct swarm *swarm, struct arena *arena,
                                                    uint64_t seed, struct swarm_draw *draw,
                                                    struct failure_list *failures);

#endif
