/**
 * A set of dense ids (messages) that is sparse per owner: 512-bit pages, the first one inside the
 * set itself, the others in a directory, taken on first touch and given back when empty. Most runs
 * have no more ids than fit into the first page: has/add/remove then cost one load, else two. The
 * caller owns pool and directory size; ids are 0 … limit − 1.
 */
#ifndef GOSSIM_BASE_PAGED_SET_H
#define GOSSIM_BASE_PAGED_SET_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

enum { PAGED_SET_PAGE_BITS = 512, PAGED_SET_PAGE_WORDS = PAGED_SET_PAGE_BITS / 64 };

struct paged_set {
    uint64_t **pages; // [page_count], NULL where no member is; the first place is not used
    uint64_t first_page[PAGED_SET_PAGE_WORDS];
    uint32_t page_count;
    uint32_t count;
};

/** Makes an empty set of ids below `limit`; a directory lives in the pool's arena. */
void paged_set_init(struct paged_set *set, struct pool *pool, uint32_t limit);

static inline bool paged_set_has(const struct paged_set *set, uint32_t id) {
    uint32_t index = id / PAGED_SET_PAGE_BITS;
    const uint64_t *page = index == 0 ? set->first_page : set->pages[index];
    return page != NULL && ((page[id / 64 % PAGED_SET_PAGE_WORDS] >> (id % 64)) & 1);
}

/** Adds an id that is not a member. */
void paged_set_add(struct paged_set *set, struct pool *pool, uint32_t id);

/** Removes an id that is a member; a page left empty goes back to the pool. */
void paged_set_remove(struct paged_set *set, struct pool *pool, uint32_t id);

/** Removes all members. */
void paged_set_clear(struct paged_set *set, struct pool *pool);

#endif
