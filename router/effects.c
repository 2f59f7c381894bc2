#include "router/effects.h"

void effects_init(struct effects *effects, struct arena *arena) {
    effects->items = NULL;
    effects->count = 0;
    effects->capacity = 0;
    pool_init(&effects->pool, arena, MEMORY_MESSAGES);
}

void effects_grow(struct effects *effects) {
    effects->items = pool_grow(&effects->pool, effects->items, &effects->capacity,
                               effects->capacity + 1, sizeof *effects->items);
}
