#include "base/paged_set.h"

#include "base/check.h"

#include <string.h>

enum { PAGE_BYTES = PAGED_SET_PAGE_WORDS * sizeof(uint64_t) };

void paged_set_init(struct paged_set *set, struct pool *pool, uint32_t limit) {
    set->page_count = (uint32_t)(((uint64_t)limit + PAGED_SET_PAGE_BITS - 1) / PAGED_SET_PAGE_BITS);
    set->pages = arena_take_array(pool->arena, pool->category, set->page_count, sizeof *set->pages);
    set->count = 0;
}

void paged_set_add(struct paged_set *set, struct pool *pool, uint32_t id) {
    uint32_t index = id / PAGED_SET_PAGE_BITS;
    CHECK(index < set->page_count);
    if (set->pages[index] == NULL) {
        set->pages[index] = pool_take(pool, PAGE_BYTES);
        memset(set->pages[index], 0, PAGE_BYTES);
    }
    uint64_t *word = &set->pages[index][id / 64 % PAGED_SET_PAGE_WORDS];
    uint64_t bit = UINT64_C(1) << (id % 64);
    CHECK((*word & bit) == 0);
    *word |= bit;
    set->count++;
}

static bool page_is_empty(const uint64_t *page) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < PAGED_SET_PAGE_WORDS; i++) {
        bits |= page[i];
    }
    return bits == 0;
}

void paged_set_remove(struct paged_set *set, struct pool *pool, uint32_t id) {
    CHECK(id / PAGED_SET_PAGE_BITS < set->page_count);
    CHECK(paged_set_has(set, id));
    uint64_t *page = set->pages[id / PAGED_SET_PAGE_BITS];
    page[id / 64 % PAGED_SET_PAGE_WORDS] &= ~(UINT64_C(1) << (id % 64));
    set->count--;
    if (page_is_empty(page)) {
        pool_give(pool, page, PAGE_BYTES);
        set->pages[id / PAGED_SET_PAGE_BITS] = NULL;
    }
}

void paged_set_clear(struct paged_set *set, struct pool *pool) {
    for (uint32_t i = 0; i < set->page_count; i++) {
        pool_give(pool, set->pages[i], PAGE_BYTES);
        set->pages[i] = NULL;
    }
    set->count = 0;
}
