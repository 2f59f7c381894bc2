/**
 * Names to dense ids 0, 1, 2 … in the order they first come; look-up by name or id, iteration in id
 * order.
 */
#ifndef GOSSIM_BASE_INTERN_H
#define GOSSIM_BASE_INTERN_H

#include "base/arena.h"

#include <stdint.h>

#define INTERN_NONE UINT32_MAX

struct intern {
    struct pool pool;
    const char **names; // [count], each ends with NUL; may hold NUL inside, see sizes
    uint32_t *sizes;    // [count], bytes without the ending NUL
    uint32_t *buckets;  // [bucket_count], id + 1, open addressing
    uint32_t count;
    uint32_t capacity;
    uint32_t bucket_count;
};

void intern_init(struct intern *intern, struct arena *arena);

/** The id of the name, added if new; the bytes are copied. */
uint32_t intern_add(struct intern *intern, const char *name, uint32_t size);

/** The id of the name, or INTERN_NONE. */
uint32_t intern_find(const struct intern *intern, const char *name, uint32_t size);

#endif
