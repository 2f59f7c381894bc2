/**
 * Which expected receiver got which message: one bit each, for those who want to name somebody.
 */
#ifndef GOSSIM_SCENARIOS_RECEIPTS_H
#define GOSSIM_SCENARIOS_RECEIPTS_H

#include "scenarios/scope.h"

#include <stdbool.h>
#include <stdint.h>

struct receipts {
    struct arena *arena;
    const struct plan *plan;
    uint64_t **of; // [message_count] one bit per node; NULL: not published
};

/** What a part of the run is short of. */
struct shortfall {
    uint32_t message; // the one that missed most nodes, the first of them
    uint32_t reached; // nodes, of those
    uint32_t expected;
    uint32_t node; // the one that missed most messages, the first of them
    uint32_t missed;
    uint32_t due; // messages it was expected to get
};

struct receipts *receipts_create(struct arena *arena, const struct plan *plan);

/** Takes records of kind PUBLISH and DELIVER; passes over others. */
void receipts_record(struct receipts *receipts, const struct trace_record *record);

static inline bool receipts_has(const struct receipts *receipts, uint32_t message, uint32_t node) {
    return bitset_has(receipts->of[message], node);
}

/** What was not delivered of a scope whose nodes are `members`; false if it is nothing. */
bool receipts_shortfall(const struct receipts *receipts, const struct scenario_scope *scope,
                        const uint64_t *members, struct shortfall *found);

#endif
