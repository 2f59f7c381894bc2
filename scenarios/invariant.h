/**
 * What can be asked of a whole run by name, instead of a figure: `expect: [mesh_symmetric]`.
 */
#ifndef GOSSIM_SCENARIOS_INVARIANT_H
#define GOSSIM_SCENARIOS_INVARIANT_H

#include <stdbool.h>
#include <stddef.h>

enum invariant {
    INVARIANT_NONE,
    INVARIANT_MESH_SYMMETRIC,       // no mesh link is one-sided for longer than a time
    INVARIANT_MESH_WITHIN_BOUNDS,   // Dlo … Dhi after each heartbeat, unless peers are too few
    INVARIANT_MESH_CONNECTED_PEERS, // meshes hold connected peers alone
    INVARIANT_DELIVERED_WITHIN,     // each message is delivered in time wherever it is expected
    INVARIANT_DELIVERED_ONCE,       // no application is handed a message twice
    INVARIANT_BYTES_CONSERVED,      // bytes sent = received + in flight + lost + dropped
    INVARIANT_COUNT
};

/** The word for it in a scenario. */
const char *invariant_name(enum invariant invariant);

/** The invariant of that name, or INVARIANT_NONE. */
enum invariant invariant_find(const char *name, size_t size);

/** Whether it can be asked of some nodes or topics only. */
bool invariant_has_parts(enum invariant invariant);

#endif
