// A fault planted into a copy of gossim: on more than one thread, one node's heart beats a
// nanosecond late once. The linker puts this in the place of the function that it wraps.
// NOLINTBEGIN(bugprone-reserved-identifier): the names are the linker's
#include "scenarios/fleet.h"

int64_t __real_fleet_next_beat_ns(struct fleet *fleet, uint32_t node);
int64_t __wrap_fleet_next_beat_ns(struct fleet *fleet, uint32_t node);

int64_t __wrap_fleet_next_beat_ns(struct fleet *fleet, uint32_t node) {
    int64_t at_ns = __real_fleet_next_beat_ns(fleet, node);
    bool late = fleet->lanes != NULL && node == 3 && at_ns >= 2 * INT64_C(1000000000);
    return at_ns + (late ? 1 : 0);
}
// NOLINTEND(bugprone-reserved-identifier)
