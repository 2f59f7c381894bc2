/**
 * Figures of parts of a run: of a topic, a group, a region, a window of time.
 *
 * What the whole run comes to is counted where it happens (struct run_counts). What a part comes to
 * is counted here from the records that nodes leave: one struct run_counts and one list of
 * latencies for each scope that the scenario asks for. A message belongs to the window in which it
 * was published, with all its deliveries and copies, whenever they come; an RPC to the window in
 * which it was sent. A delivery and what was expected of it belongs to the receiver, a publication
 * and an RPC to the node that makes it.
 *
 *     fleet_record() ──record──▶ tally_record() ──▶ scopes[0]   all, as measured
 *                                              └──▶ scopes[1]…  of the expectations
 *
 * An RPC is about the topic of its first entry, an IWANT about that of the first message it names.
 * A run that asks for nothing has no tally, and pays a test of one bit for each record.
 *
 * Cost: for each record and scope a few comparisons; 4 bytes for each delivery in a scope.
 */
#ifndef GOSSIM_SCENARIOS_TALLY_H
#define GOSSIM_SCENARIOS_TALLY_H

#include "base/arena.h"
#include "scenarios/plan.h"
#include "scenarios/run.h"
#include "scenarios/scope.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

/** What is counted in one scope. */
struct tally_scope {
    struct scenario_scope is;
    const uint64_t *members; // one bit per node; NULL: all nodes
    struct run_counts counts;
    struct run_counts before; // the whole run's when the window begins
    struct bag latencies_ns;  // of `counts.deliveries`
    bool ended;
};

struct tally {
    const struct plan *plan;
    struct tally_scope *scopes; // [scope_count] as the scenario's
    uint32_t scope_count;
};

/** The tally of a scenario, or NULL if there is no scope but the whole run. */
struct tally *tally_create(struct arena *arena, const struct scenario *scenario,
                           const struct plan *plan);

/** The kinds of records that tally_record() counts, one bit each. */
uint64_t tally_kinds(void);

/** Counts a record; if it is of sending an RPC, that has `payload` bytes of payload. */
void tally_record(struct tally *tally, const struct trace_record *record, uint64_t payload);

/** The next instant after `now_ns` at which a window begins or ends, or INT64_MAX. */
int64_t tally_next_edge(const struct tally *tally, int64_t now_ns);

#endif
