/**
 * The invariants one by one: for the invariants*.c files only.
 */
#ifndef GOSSIM_SCENARIOS_INVARIANTS_PARTS_H
#define GOSSIM_SCENARIOS_INVARIANTS_PARTS_H

#include "scenarios/fleet.h"

/** Whether an expectation is about a node and a topic (or none). */
bool watch_is_about(const struct invariant_watch *watch, uint32_t node, uint32_t topic);

/** Whether an instant is in the window of an expectation. */
bool watch_is_open(const struct invariant_watch *watch, int64_t at_ns);

/** Notes a breach, and keeps it if it is the first in time. */
void watch_add(struct invariant_watch *watch, const struct breach *breach);

void mesh_symmetric_record(struct fleet *fleet, const struct trace_record *record, bool keeps_peer);
void mesh_symmetric_end(struct fleet *fleet);

void delivered_within_record(struct fleet *fleet, const struct trace_record *record);
void delivered_within_end(struct fleet *fleet);

#endif
