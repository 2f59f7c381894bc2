#include "base/arena.h"
#include "base/check.h"

#include <stdbool.h>
#include <string.h>

enum {
    SHIFT_MIN = 4,
    SHIFT_MAX = 20, // of blocks that are kept when they come back; larger ones stand alone
    BYTES_MAX_SHIFT = 40,
    STEPS = 8,                // sizes of large blocks between a power of two and the next
    ITEM_BYTES_MAX = 1 << 16, // so that the items of a large block are large without its rest
};

void pool_init(struct pool *pool, struct arena *arena, enum memory_category category) {
    memset(pool, 0, sizeof *pool);
    pool->arena = arena;
    pool->category = category;
}

static unsigned shift_of(size_t bytes) {
    unsigned shift = SHIFT_MIN;
    CHECK(bytes <= (size_t)1 << BYTES_MAX_SHIFT);
    while (((size_t)1 << shift) < bytes) {
        shift++;
    }
    return shift;
}

/** The size of the block that holds so many bytes. */
static size_t block_bytes(size_t bytes) {
    unsigned shift = shift_of(bytes);
    size_t step = ((size_t)1 << shift) / 2 / STEPS;
    return shift <= SHIFT_MAX ? (size_t)1 << shift : (bytes + step - 1) / step * step;
}

static bool is_large(size_t bytes) {
    return bytes > (size_t)1 << SHIFT_MAX;
}

void *pool_take(struct pool *pool, size_t bytes) {
    size_t size = block_bytes(bytes);
    if (is_large(size)) {
        return arena_block_take(pool->arena, pool->category, size);
    }
    unsigned shift = shift_of(bytes);
    void *block = pool->free_lists[shift];
    if (block == NULL) {
        return arena_take(pool->arena, pool->category, size);
    }
    memcpy(&pool->free_lists[shift], block, sizeof(void *));
    return block;
}

void pool_give(struct pool *pool, void *block, size_t bytes) {
    if (block == NULL) {
        return;
    }
    if (is_large(bytes)) {
        arena_block_give(pool->arena, pool->category, block);
        return;
    }
    unsigned shift = shift_of(bytes);
    memcpy(block, &pool->free_lists[shift], sizeof(void *));
    pool->free_lists[shift] = block;
}

/** An array in a block of another size; the old one goes. */
static void *move(struct pool *pool, void *array, size_t old_bytes, size_t bytes) {
    if (array != NULL && is_large(old_bytes)) {
        return arena_block_grow(pool->arena, pool->category, array, bytes);
    }
    void *moved = pool_take(pool, bytes);
    if (array != NULL) {
        memcpy(moved, array, old_bytes);
        pool_give(pool, array, old_bytes);
    }
    return moved;
}

void *pool_grow(struct pool *pool, void *array, uint32_t *capacity, uint32_t wanted,
                size_t item_size) {
    CHECK(wanted > *capacity);
    CHECK(item_size <= ITEM_BYTES_MAX);
    size_t bytes = block_bytes((size_t)wanted * item_size);
    void *grown = move(pool, array, (size_t)*capacity * item_size, bytes);
    size_t items = bytes / item_size;
    *capacity = items > UINT32_MAX ? UINT32_MAX : (uint32_t)items;
    return grown;
}
