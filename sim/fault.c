#include "sim/fault.h"

#include "base/check.h"

struct link_faults *link_faults_create(struct arena *arena, uint64_t slot_count) {
    struct link_faults *faults = arena_take(arena, MEMORY_TOPOLOGY, sizeof *faults);
    faults->until_ns =
        arena_take_array(arena, MEMORY_TOPOLOGY, slot_count, sizeof *faults->until_ns);
    return faults;
}

void link_faults_begin(struct link_faults *faults, uint32_t slot, enum link_fault fault,
                       int64_t until_ns) {
    CHECK(fault < LINK_FAULT_COUNT);
    int64_t *until = &faults->until_ns[slot][fault];
    *until = until_ns > *until ? until_ns : *until;
}

void link_faults_end(struct link_faults *faults, uint32_t slot, enum link_fault fault) {
    CHECK(fault < LINK_FAULT_COUNT);
    faults->until_ns[slot][fault] = 0;
}

bool link_faults_hold(const struct link_faults *faults, uint32_t slot, enum link_fault fault,
                      int64_t now_ns) {
    CHECK(fault < LINK_FAULT_COUNT);
    return faults->until_ns[slot][fault] > now_ns;
}

enum link_verdict link_faults_decide(const struct link_faults *faults, uint32_t slot,
                                     int64_t *departs_ns) {
    const int64_t *until_ns = faults->until_ns[slot];
    if (until_ns[LINK_FAULT_CUT] > *departs_ns) {
        return LINK_CUT;
    }
    if (until_ns[LINK_FAULT_CLOG] > *departs_ns) {
        return LINK_CLOGGED;
    }
    if (faults->flaps != NULL && flaps_block(faults->flaps, slot, *departs_ns)) {
        return LINK_FLAPS;
    }
    if (until_ns[LINK_FAULT_HOLD] > *departs_ns) {
        *departs_ns = until_ns[LINK_FAULT_HOLD];
    }
    return LINK_ARRIVES;
}
