#include "base/paged_set.h"

#include "base/check.h"

#include <string.h>

enum { PAGE_BYTES = PAGED_SET_PAGE_WORDS * sizeof(uint64_t) };

void paged_set_init(struct paged_set *set, struct pool *pool, uint32_t limit) {
    set->page_count = (uint32_t)(((uint64_t)limit + PAGED_SET_PAGE_BITS - 1) / PAGED_SET_PAGE_BITS);
    set->pages = NULL;
    if (set->page_count > 1) {
        set->pages =
            arena_take_array(pool->arena, pool->category, set->page_count, sizeof *set->pages);
    }
    memset(set->first_page, 0, PAGE_BYTES);
    set->count = 0;
}

void paged_set_add(struct paged_set *set, struct pool *pool, uint32_t id) {
    uint32_t index = id / PAGED_SET_PAGE_BITS;
    CHECK(index < set->page_count);
    uint64_t *page = index == 0 ? set->first_page : set->pages[index];
    if (page == NULL) {
        page = pool_take(pool, PAGE_BYTES);
        memset(page, 0, PAGE_BYTES);
        set->pages[index] = page;
    }
    uint64_t *word = &page[id / 64 % PAGED_SET_PAGE_WORDS];
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
    uint32_t index = id / PAGED_SET_PAGE_BITS;
    uint64_t *page = index == 0 ? set->first_page : set->pages[index];
    page[id / 64 % PAGED_SET_PAGE_WORDS] &= ~(UINT64_C(1) << (id % 64));
    set->count--;
    if (index > 0 && page_is_empty(page)) {
        pool_give(pool, page, PAGE_BYTES);
        set->pages[index] = NULL;
    }
}

void paged_set_clear(struct paged_set *set, struct pool *pool) {
    memset(set->first_page, 0, PAGE_BYTES);
    for (uint32_t i = 1; i < set->page_count; i++) {
        pool_give(pool, set->pages[i], PAGE_BYTES);
        set->pages[i] = NULL;
    }
    set->count = 0;
}
