#include "scenarios/heals.h"

// There are no faults that heal yet.
bool scenario_heals(const struct scenario *scenario) {
    (void)scenario;
    return false;
}

int64_t heal_after(const struct scenario *scenario, int64_t at_ns) {
    (void)scenario;
    return at_ns;
}
