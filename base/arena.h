/**
 * Memory of one run.
 *
 * An arena hands out zeroed memory that lives until the arena ends. Every piece is counted under a
 * category, and the run reports the sums. Structures that grow and shrink take their memory from a
 * `pool`. It keeps small blocks that come back in one free list per power of two, and so reuses
 * them; large ones stand by themselves, grow where they are, and go back to the system at once. So
 * a large array that grows leaves nothing behind; small ones that double in all nodes at about the
 * same time leave as much as they take. malloc occurs in arena.c alone.
 *
 *     chunk ◀─▶ chunk ◀─▶ chunk ◀─▶ …       from the system: of 1 MiB and more by mmap(), and so
 *     pieces…   piece     block             pages that nobody touches are no memory of the machine
 *
 * Chunks of 4 MiB and more ask for huge pages: the routers of a large fleet lie far apart, and with
 * 4 KiB pages a run of 100,000 nodes spends a fifth of its time in looking up where they are.
 *
 * An arena may be given a number of bytes it must not exceed; when that or the machine's memory
 * runs out, the arena calls `exhausted`, which must not return.
 *
 * An arena is for one thread at a time. A run on several has branches of its arena, one for each:
 * they count against the same limit, are summed in its reports, and end with it.
 *
 * Cost: a few instructions per piece; chunks are taken from the system in steps that double up to
 * 64 MiB, and a piece of more than a quarter of a chunk gets one of its own.
 */
#ifndef GOSSIM_BASE_ARENA_H
#define GOSSIM_BASE_ARENA_H

#include <stddef.h>
#include <stdint.h>

enum memory_category {
    MEMORY_TOPOLOGY, // links, delays, regions
    MEMORY_ROUTERS,  // per-node protocol state
    MEMORY_CACHES,   // seen and message caches
    MEMORY_EVENTS,   // the event queue
    MEMORY_MESSAGES, // messages and RPCs on their way
    MEMORY_TRACE,    // digests, records and samples
    MEMORY_TABLES,   // scenario, plan, results
    MEMORY_CATEGORY_COUNT
};

struct arena;

/** Called once when memory runs out; prints, cleans up and ends the program. Must not return. Other
 * threads may still be at work in other branches. */
typedef void (*arena_exhausted)(void *context, size_t bytes_in_use, size_t bytes_wanted);

struct arena_options {
    size_t limit_bytes;        // 0: no limit of our own
    arena_exhausted exhausted; // NULL: a message and exit status 1
    void *context;
};

struct arena *arena_create(const struct arena_options *options);

/** Sets the number of bytes it must not exceed, from now on; 0: none. */
void arena_set_limit(struct arena *arena, size_t limit_bytes);

/**
 * A branch of an arena, to be used by another thread. To be made while none uses the arena, which
 * is no branch itself.
 */
struct arena *arena_branch(struct arena *arena);

/**
 * An arena that ends by itself, before the other one does: for what only one piece of work needs.
 * As long as it lasts, what it has counts against the other's limit, and is part of its total, but
 * not of its categories.
 */
struct arena *arena_aside(struct arena *arena);

/** Frees all memory of the arena and its branches. Accepts NULL. */
void arena_destroy(struct arena *arena);

/** Zeroed bytes, aligned to 16 (to 64 from 64 bytes on); `bytes` may be 0. Never NULL. */
void *arena_take(struct arena *arena, enum memory_category category, size_t bytes);

/** As arena_take() for count × size; the product is checked for overflow. */
void *arena_take_array(struct arena *arena, enum memory_category category, size_t count,
                       size_t size);

/** A copy of a text. */
char *arena_copy_text(struct arena *arena, enum memory_category category, const char *text);

/** Bytes handed out under a category, branches included, which nobody uses now. */
size_t arena_bytes(const struct arena *arena, enum memory_category category);

/** What the arena has from the system: its categories and what is left of its chunks. Pages that
 * nobody has touched are part of it, and no memory of the machine. */
size_t arena_total_bytes(const struct arena *arena);

/** A short English word for the category, for reports. */
const char *memory_category_name(enum memory_category category);

/** A block by itself, aligned to 64 and zeroed, that can grow and be given back. */
void *arena_block_take(struct arena *arena, enum memory_category category, size_t bytes);

/** Makes it longer, at another place if need be; what is new is zeroed. */
void *arena_block_grow(struct arena *arena, enum memory_category category, void *block,
                       size_t bytes);

/** Gives it back to the system. */
void arena_block_give(struct arena *arena, enum memory_category category, void *block);

/** Memory that can be given back: blocks of 2^k bytes, k in 4…20, and larger ones of any size. */
struct pool {
    struct arena *arena;
    enum memory_category category;
    void *free_lists[21];
};

void pool_init(struct pool *pool, struct arena *arena, enum memory_category category);

/** A block of at least `bytes` bytes. Its content is arbitrary. */
void *pool_take(struct pool *pool, size_t bytes);

/** Gives back a block taken with the same `bytes`. Accepts NULL. */
void pool_give(struct pool *pool, void *block, size_t bytes);

/**
 * Grows an array to hold at least `wanted` items, to the next power of two while it is small and by
 * an eighth from then on: takes a new block, moves the `*capacity` items and gives the old one
 * back. Updates `*capacity` (items). Returns the new block.
 */
void *pool_grow(struct pool *pool, void *array, uint32_t *capacity, uint32_t wanted,
                size_t item_size);

#endif
