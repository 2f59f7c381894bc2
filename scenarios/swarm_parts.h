/**
 * One scenario of a swarm while it is drawn, for the files that do it: swarm.c decides what is in
 * force and puts it together, swarm_world.c and swarm_faults.c draw it, swarm_promises.c ends the
 * faults and says what is expected.
 */
#ifndef GOSSIM_SCENARIOS_SWARM_PARTS_H
#define GOSSIM_SCENARIOS_SWARM_PARTS_H

#include "base/prng.h"
#include "scenarios/swarm.h"

#include <stdbool.h>
#include <stdint.h>

enum { SWARM_OVERRIDES_MAX = 48, SWARM_TOPICS_MAX = 4 };

/** Lists of the scenario to which something is added. */
enum swarm_list { SWARM_PUBLISH, SWARM_EVENTS, SWARM_CHURN_LIST, SWARM_EXPECT, SWARM_LIST_COUNT };

struct swarm_drawing {
    struct arena *arena;
    const struct swarm *swarm;
    const struct scenario *base;
    struct prng prng;  // of the feature that is drawn
    uint64_t features; // that are in force
    struct scenario_override overrides[SWARM_OVERRIDES_MAX];
    uint32_t override_count;
    const char *items[SWARM_LIST_COUNT]; // lines of YAML

    uint32_t nodes;
    int64_t heartbeat_ns;
    uint32_t d_high;
    uint32_t history;
    int64_t heal_ns;
    int64_t settled_ns;
    int64_t end_ns;
    const char *topics[SWARM_TOPICS_MAX]; // of which deliveries are promised
    uint32_t topic_count;
};

static inline bool swarm_has(const struct swarm_drawing *drawing, enum swarm_feature feature) {
    return (drawing->features >> feature & 1) != 0;
}

/** Uniform in low … high. */
uint32_t swarm_between(struct swarm_drawing *drawing, uint32_t low, uint32_t high);

/** Sets a key of the scenario. */
__attribute__((format(printf, 3, 4))) void swarm_set(struct swarm_drawing *drawing,
                                                     const char *path, const char *format, ...);

/** Adds an item to a list of the scenario, in one line. */
__attribute__((format(printf, 3, 4))) void swarm_add(struct swarm_drawing *drawing,
                                                     enum swarm_list list, const char *format, ...);

/** Draws what a feature is like. */
void swarm_draw_world(struct swarm_drawing *drawing, enum swarm_feature feature);
void swarm_draw_fault(struct swarm_drawing *drawing, enum swarm_feature feature);

/** Which features a scenario leaves room for. */
uint64_t swarm_possible(const struct scenario *base);

/** Why deliveries are not promised; NULL: they are. */
const char *swarm_no_promise(const struct scenario *base);

/** Names the topics whose deliveries are promised. */
void swarm_find_topics(struct swarm_drawing *drawing);

/** Says when faults are over, and when meshes have settled. */
void swarm_set_phases(struct swarm_drawing *drawing);

/** Ends all faults, and publishes what is expected to arrive. */
void swarm_heal(struct swarm_drawing *drawing);

/** Adds what is expected. */
void swarm_expect(struct swarm_drawing *drawing);

#endif
