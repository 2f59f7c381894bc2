/**
 * Sorts more items than memory should hold.
 *
 * Items of one size, which begin with their key, are pushed in any order. Behind the key may be
 * more in the same word (`key_shift`). Up to `items_max` of them stay in memory; then they are
 * sorted and appended to a file as one ascending run, and the next ones take their place. At the
 * end the runs are merged as they are read, as often as wanted. Items of equal keys keep the order
 * in which they were pushed. What fits in memory never becomes a file.
 *
 * The file has no name: it is gone when it is closed, or when the program ends. It lies in
 * `folder`, or among the temporary files of the system if that folder takes none.
 *
 * Memory: (item_bytes + 32) bytes for each of items_max items, 16 bytes where an item is a word;
 *         then SPILL_SORT_MERGE_BYTES; 32 bytes and at least one page a run.
 * Cost:   a radix sort of each run, then logarithmic in their number. A page that is touched first
 *         costs as much as sorting what fits in it, so small items are worth their while.
 * Errors: stick; spill_sort_finish() and spill_sort_ok() report the first one.
 */
#ifndef GOSSIM_ANALYSIS_SPILL_SORT_H
#define GOSSIM_ANALYSIS_SPILL_SORT_H

#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

enum { SPILL_SORT_MERGE_BYTES = 1 << 25 };

struct spill_sort_options {
    struct arena *arena;
    const char *folder;  // of its file; must stay as long as the sorter
    uint32_t item_bytes; // a multiple of 8, at most 64; the key is in the first uint64_t
    uint32_t items_max;  // ≥ 1, in memory
    uint32_t key_shift;  // bits of that word below the key; < 64
};

struct spill_sort;

struct spill_sort *spill_sort_create(const struct spill_sort_options *options);

/** Adds a copy of the item. Before spill_sort_finish() only. */
void spill_sort_push(struct spill_sort *sort, const void *item);

/** Adds an item that the caller then puts together where it will lie, before the next call: a
 * processor waits where it copies what was just written in smaller parts. */
void *spill_sort_place(struct spill_sort *sort);

/** Ends the pushing. */
FAILURE_WARN_UNUSED bool spill_sort_finish(struct spill_sort *sort, struct failure *failure);

/** Goes (back) to the first item. */
void spill_sort_rewind(struct spill_sort *sort);

/** The next item, valid until the next call; NULL behind the last one, or when reading failed. */
const void *spill_sort_next(struct spill_sort *sort);

/** The same for as many items as lie one behind the other, at most `most`: their number, or 0. */
uint32_t spill_sort_some(struct spill_sort *sort, const void **items, uint32_t most);

/** False, and the failure, if something could not be read or written. */
FAILURE_WARN_UNUSED bool spill_sort_ok(const struct spill_sort *sort, struct failure *failure);

/** Items pushed. */
uint64_t spill_sort_count(const struct spill_sort *sort);

/** Closes the file, if there is one. Accepts NULL. */
void spill_sort_close(struct spill_sort *sort);

#endif
