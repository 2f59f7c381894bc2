#include "scenarios/heals.h"

#include "scenarios/occasions.h"

/** Whether an event ends faults that others began. */
static bool ends_faults(enum scenario_event_kind kind) {
    return kind == SCENARIO_RESTART || kind == SCENARIO_RESUME || kind == SCENARIO_HEAL ||
           kind == SCENARIO_RELEASE || kind == SCENARIO_CONNECT;
}

/** Whether something is well again through an event: it ends faults, or is one that ends itself. */
static bool heals(const struct scenario_event *event) {
    return ends_faults(event->kind) || event->for_ns > 0;
}

bool scenario_heals(const struct scenario *scenario) {
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        if (heals(&scenario->events[i])) {
            return true;
        }
    }
    return false;
}

int64_t heal_after(const struct scenario *scenario, int64_t at_ns) {
    int64_t first_ns = INT64_MAX;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        uint32_t count = heals(event) ? occasion_count(scenario, event) : 0;
        for (uint32_t k = 0; k < count; k++) {
            int64_t heal_ns = occasion_at(scenario, i, k) + event->for_ns;
            bool sooner = heal_ns >= at_ns && heal_ns < first_ns;
            // After the end of the run nothing happens.
            first_ns = sooner && heal_ns < scenario->duration_ns ? heal_ns : first_ns;
        }
    }
    return first_ns == INT64_MAX ? at_ns : first_ns;
}
