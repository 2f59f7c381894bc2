#include "analysis/latency_steps.h"

#include "base/check.h"

enum { BITS = 5 }; // of the steps of an octave
_Static_assert(1 << BITS == LATENCY_STEPS_PER_OCTAVE, "steps are the bits behind the first");

uint32_t latency_step_of(int64_t ns) {
    CHECK(ns >= 0);
    if (ns < INT64_C(1) << LATENCY_STEPS_FIRST_OCTAVE) {
        return 0;
    }
    uint32_t octave = 63 - (uint32_t)__builtin_clzll((uint64_t)ns);
    uint32_t behind = (uint32_t)(ns >> (octave - BITS)) & (LATENCY_STEPS_PER_OCTAVE - 1);
    uint32_t step = 1 + (octave - LATENCY_STEPS_FIRST_OCTAVE) * LATENCY_STEPS_PER_OCTAVE + behind;
    return step < LATENCY_STEPS ? step : LATENCY_STEPS - 1;
}

int64_t latency_step_end_ns(uint32_t step) {
    CHECK(step < LATENCY_STEPS);
    if (step == 0) {
        return INT64_C(1) << LATENCY_STEPS_FIRST_OCTAVE;
    }
    uint32_t octave = LATENCY_STEPS_FIRST_OCTAVE + (step - 1) / LATENCY_STEPS_PER_OCTAVE;
    int64_t ahead = LATENCY_STEPS_PER_OCTAVE + (step - 1) % LATENCY_STEPS_PER_OCTAVE + 1;
    return ahead << (octave - BITS);
}

void latency_steps_count(struct latency_steps *steps, const struct bag *latencies_ns,
                         uint64_t expected) {
    struct bag_cursor cursor = {0};
    int64_t latency_ns = 0;
    *steps = (struct latency_steps){.expected = expected};
    while (bag_next(latencies_ns, &cursor, &latency_ns)) {
        steps->counts[latency_step_of(latency_ns)]++;
    }
}
