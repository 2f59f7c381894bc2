/**
 * What faults do to the directions of links: nothing passes, or what is sent waits.
 *
 * Each condition of a slot holds until an instant that is known when it begins, as faults are
 * planned. So overlapping ones compose by the later end, and none has to be taken back, but for
 * links that are away, which an event may bring back. The others are looked at when a packet leaves
 * the sender; what is on its way arrives. The conditions of a slot belong to its owner, and say
 * nothing of the other direction.
 *
 * Memory: 32 bytes a slot, in runs that have such faults. Source: DESIGN.md §2 "Links".
 */
#ifndef GOSSIM_SIM_FAULT_H
#define GOSSIM_SIM_FAULT_H

#include "base/arena.h"
#include "sim/flap.h"
#include "sim/link.h"

#include <stdbool.h>
#include <stdint.h>

enum link_fault {
    LINK_FAULT_CUT,  // packets are dropped: the two ends are in different parts
    LINK_FAULT_CLOG, // packets are dropped: the link does not work
    LINK_FAULT_HOLD, // packets wait, and leave in order at the end
    LINK_FAULT_AWAY, // the owner has ended the link, and makes none
    LINK_FAULT_COUNT
};

struct link_faults {
    int64_t (*until_ns)[LINK_FAULT_COUNT]; // [slots] the fault holds before this instant
    struct flaps *flaps;                   // NULL: no link ever flaps
};

/** No fault on any slot. */
struct link_faults *link_faults_create(struct arena *arena, uint64_t slot_count);

/** A fault of a slot holds from now on and before `until_ns`, if no other lasts longer. */
void link_faults_begin(struct link_faults *faults, uint32_t slot, enum link_fault fault,
                       int64_t until_ns);

/** A fault of a slot, however long it should last, is over. */
void link_faults_end(struct link_faults *faults, uint32_t slot, enum link_fault fault);

/** Whether a fault of a slot holds now. */
bool link_faults_hold(const struct link_faults *faults, uint32_t slot, enum link_fault fault,
                      int64_t now_ns);

/** Decides about a packet that leaves on a slot: LINK_ARRIVES lets it go on, at `*departs_ns`,
 * which may have become later. */
enum link_verdict link_faults_decide(const struct link_faults *faults, uint32_t slot,
                                     int64_t *departs_ns);

#endif
