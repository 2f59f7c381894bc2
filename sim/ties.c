#include "sim/ties.h"

#include <string.h>

static const char *const names[TIES_COUNT] = {
    [TIES_FIRST] = "first", [TIES_LAST] = "last", [TIES_SHUFFLED] = "shuffled"};

const char *ties_name(enum ties ties) {
    return names[ties];
}

bool ties_find(const char *name, enum ties *ties) {
    for (uint32_t i = 0; i < TIES_COUNT; i++) {
        if (strcmp(name, names[i]) == 0) {
            *ties = (enum ties)i;
            return true;
        }
    }
    return false;
}
