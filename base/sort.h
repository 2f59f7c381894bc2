/**
 * The one way to sort: stable, by an unsigned key, so equal keys keep their order. Radix sort,
 * linear in count.
 */
#ifndef GOSSIM_BASE_SORT_H
#define GOSSIM_BASE_SORT_H

#include <stdint.h>

struct sort_item {
    uint64_t key;
    uint64_t value;
};

/** Sorts `items` by key, ascending and stable; `scratch` has room for as many. */
void sort_by_key(struct sort_item *items, struct sort_item *scratch, uint64_t count);

/** Sorts words by what is left of them without their lowest `shift` < 64 bits, ascending and
 * stable; `scratch` has room for as many. */
void sort_words(uint64_t *items, uint64_t *scratch, uint64_t count, unsigned shift);

/** Sorts plain signed numbers, ascending; `scratch` has room for as many. */
void sort_i64(int64_t *items, int64_t *scratch, uint64_t count);

#endif
