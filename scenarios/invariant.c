#include "scenarios/invariant.h"

#include "base/check.h"

#include <string.h>

static const struct {
    const char *name;
    bool has_parts;
} rows[INVARIANT_COUNT] = {
    [INVARIANT_NONE] = {"", false},
    [INVARIANT_MESH_SYMMETRIC] = {"mesh_symmetric", true},
    [INVARIANT_MESH_WITHIN_BOUNDS] = {"mesh_within_bounds", true},
    [INVARIANT_MESH_CONNECTED_PEERS] = {"mesh_connected_peers", true},
    [INVARIANT_DELIVERED_WITHIN] = {"delivered_within", true},
    [INVARIANT_DELIVERED_ONCE] = {"delivered_once", true},
    [INVARIANT_BYTES_CONSERVED] = {"bytes_conserved", false},
};

const char *invariant_name(enum invariant invariant) {
    CHECK(invariant < INVARIANT_COUNT);
    return rows[invariant].name;
}

enum invariant invariant_find(const char *name, size_t size) {
    for (enum invariant i = INVARIANT_NONE + 1; i < INVARIANT_COUNT; i++) {
        if (strlen(rows[i].name) == size && memcmp(rows[i].name, name, size) == 0) {
            return i;
        }
    }
    return INVARIANT_NONE;
}

bool invariant_has_parts(enum invariant invariant) {
    CHECK(invariant < INVARIANT_COUNT);
    return rows[invariant].has_parts;
}
