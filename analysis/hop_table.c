#include "analysis/hop_table.h"

#include "base/sort.h"

#include <string.h>

enum { CAPACITY_MIN = 64 };

static bool is_free(const struct hop_count *place) {
    return place->pushed + place->requested == 0;
}

/** Where a pair stands, or would. There is a free place. */
static struct hop_count *find(struct hop_count *places, uint32_t capacity, uint32_t topic,
                              uint32_t hops) {
    uint64_t pair = (uint64_t)topic << 32 | hops;
    uint32_t place = (uint32_t)(pair * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (capacity - 1);
    while (!is_free(&places[place]) &&
           (places[place].topic != topic || places[place].hops != hops)) {
        place = (place + 1) & (capacity - 1);
    }
    return &places[place];
}

static void grow(struct hop_table *table) {
    uint32_t capacity = table->capacity == 0 ? CAPACITY_MIN : 2 * table->capacity;
    struct hop_count *places = pool_take(&table->pool, capacity * sizeof *places);
    for (uint32_t i = 0; i < capacity; i++) {
        places[i] = (struct hop_count){0};
    }
    for (uint32_t i = 0; i < table->capacity; i++) {
        const struct hop_count *old = &table->places[i];
        if (!is_free(old)) {
            *find(places, capacity, old->topic, old->hops) = *old;
        }
    }
    pool_give(&table->pool, table->places, table->capacity * sizeof *places);
    table->places = places;
    table->capacity = capacity;
    memset(table->latest, 0, sizeof table->latest); // all have moved
}

/** The place of a pair, which is looked up. */
static struct hop_count *place_of(struct hop_table *table, uint32_t topic, uint32_t hops) {
    if (2 * table->used >= table->capacity) {
        grow(table);
    }
    struct hop_count *place = find(table->places, table->capacity, topic, hops);
    table->used += is_free(place) ? 1 : 0;
    place->topic = topic;
    place->hops = hops;
    return place;
}

void hop_table_add(struct hop_table *table, uint32_t topic, uint32_t hops, bool requested) {
    struct hop_count **latest = &table->latest[hops % HOP_TABLE_LATEST];
    struct hop_count *place = *latest;
    if (place == NULL || place->hops != hops || place->topic != topic) {
        place = place_of(table, topic, hops);
        *latest = place;
    }
    place->pushed += requested ? 0 : 1;
    place->requested += requested ? 1 : 0;
}

struct hop_counts hop_table_rows(const struct hop_table *table, struct arena *arena) {
    struct hop_counts counts = {.count = table->used};
    struct sort_item *items =
        arena_take_array(arena, MEMORY_TABLES, table->used, 2 * sizeof *items);
    uint64_t filled = 0;
    for (uint32_t i = 0; i < table->capacity; i++) {
        const struct hop_count *place = &table->places[i];
        if (!is_free(place)) {
            items[filled++] = (struct sort_item){(uint64_t)place->topic << 32 | place->hops, i};
        }
    }
    sort_by_key(items, items + filled, filled);
    counts.rows = arena_take_array(arena, MEMORY_TABLES, filled, sizeof *counts.rows);
    for (uint64_t i = 0; i < filled; i++) {
        counts.rows[i] = table->places[items[i].value];
    }
    return counts;
}
