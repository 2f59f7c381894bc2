#include "base/arena.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES_MIN = 1 << 16,
    CHUNK_BYTES_MAX = 1 << 26,
    CHUNK_HEADER_BYTES = 64,
    ALIGNMENT_MIN = 16,
    ALIGNMENT_MAX = 64,
    POOL_SHIFT_MIN = 4,
    POOL_SHIFT_MAX = 40
};

struct chunk {
    struct chunk *next; // linked through arena.chunks
};

struct arena {
    struct arena_options options;
    struct chunk *chunks;
    unsigned char *cursor; // into the running chunk; NULL before the first one
    size_t room;           // bytes left there
    size_t chunk_bytes;    // of the next running chunk
    size_t total_bytes;    // taken from the system
    size_t category_bytes[MEMORY_CATEGORY_COUNT];
};

static void report_exhausted(void *context, size_t bytes_in_use, size_t bytes_wanted) {
    (void)context;
    fprintf(stderr, "gossim: out of memory: %zu bytes in use, %zu more wanted\n", bytes_in_use,
            bytes_wanted);
    exit(1);
}

static noreturn void give_up(const struct arena_options *options, size_t in_use, size_t wanted) {
    arena_exhausted exhausted = options->exhausted != NULL ? options->exhausted : report_exhausted;
    exhausted(options->context, in_use, wanted);
    abort();
}

static noreturn void exhaust(const struct arena *arena, size_t wanted) {
    give_up(&arena->options, arena->total_bytes, wanted);
}

struct arena *arena_create(const struct arena_options *options) {
    static const struct arena_options defaults = {0};
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) {
        give_up(options != NULL ? options : &defaults, 0, sizeof *arena);
    }
    arena->options = options != NULL ? *options : defaults;
    arena->chunk_bytes = CHUNK_BYTES_MIN;
    return arena;
}

void arena_destroy(struct arena *arena) {
    if (arena == NULL) {
        return;
    }
    struct chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    free(arena);
}

/** How many bytes to skip from `pointer` to reach the alignment, a power of two. */
static size_t gap_before(const unsigned char *pointer, size_t alignment) {
    return (size_t)(-(uintptr_t)pointer & (alignment - 1));
}

/**
 * A zeroed chunk with room for `bytes` bytes at any alignment; NULL if the limit or the machine
 * forbids it.
 */
static unsigned char *try_chunk(struct arena *arena, size_t bytes) {
    size_t wanted = CHUNK_HEADER_BYTES + bytes;
    size_t limit = arena->options.limit_bytes;
    if (limit != 0 && (wanted > limit || arena->total_bytes > limit - wanted)) {
        return NULL;
    }
    struct chunk *chunk = calloc(1, wanted);
    if (chunk == NULL) {
        return NULL;
    }
    chunk->next = arena->chunks;
    arena->chunks = chunk;
    arena->total_bytes += wanted;
    return (unsigned char *)chunk + CHUNK_HEADER_BYTES;
}

/** A large piece gets a chunk of its own, so that the rest of the running chunk is not lost. */
static void *take_alone(struct arena *arena, size_t bytes) {
    unsigned char *start = try_chunk(arena, bytes + ALIGNMENT_MAX);
    if (start == NULL) {
        exhaust(arena, bytes);
    }
    return start + gap_before(start, ALIGNMENT_MAX);
}

/**
 * Starts a new running chunk with room for `bytes`: of the usual size, or as small as that where
 * memory is short.
 */
static void start_chunk(struct arena *arena, size_t bytes) {
    size_t room_least = bytes + ALIGNMENT_MAX;
    size_t room = arena->chunk_bytes;
    unsigned char *start = try_chunk(arena, room);
    while (start == NULL && room > room_least) {
        room = room / 2 > room_least ? room / 2 : room_least;
        start = try_chunk(arena, room);
    }
    if (start == NULL) {
        exhaust(arena, bytes);
    }
    arena->cursor = start;
    arena->room = room;
    if (arena->chunk_bytes < CHUNK_BYTES_MAX) {
        arena->chunk_bytes *= 2;
    }
}

void *arena_take(struct arena *arena, enum memory_category category, size_t bytes) {
    CHECK(category < MEMORY_CATEGORY_COUNT);
    if (bytes > SIZE_MAX / 4) {
        exhaust(arena, bytes);
    }
    arena->category_bytes[category] += bytes;
    size_t alignment = bytes >= ALIGNMENT_MAX ? ALIGNMENT_MAX : ALIGNMENT_MIN;
    size_t gap = gap_before(arena->cursor, alignment);
    if (arena->cursor == NULL || arena->room < gap || arena->room - gap < bytes) {
        if (bytes >= arena->chunk_bytes / 4) {
            return take_alone(arena, bytes);
        }
        start_chunk(arena, bytes);
        gap = gap_before(arena->cursor, alignment);
    }
    unsigned char *start = arena->cursor + gap;
    arena->cursor = start + bytes;
    arena->room -= gap + bytes;
    return start;
}

void *arena_take_array(struct arena *arena, enum memory_category category, size_t count,
                       size_t size) {
    size_t bytes = 0;
    if (__builtin_mul_overflow(count, size, &bytes)) {
        exhaust(arena, SIZE_MAX);
    }
    return arena_take(arena, category, bytes);
}

size_t arena_bytes(const struct arena *arena, enum memory_category category) {
    CHECK(category < MEMORY_CATEGORY_COUNT);
    return arena->category_bytes[category];
}

size_t arena_total_bytes(const struct arena *arena) {
    return arena->total_bytes;
}

const char *memory_category_name(enum memory_category category) {
    switch (category) {
    case MEMORY_TOPOLOGY:
        return "topology";
    case MEMORY_ROUTERS:
        return "routers";
    case MEMORY_CACHES:
        return "caches";
    case MEMORY_EVENTS:
        return "events";
    case MEMORY_MESSAGES:
        return "messages";
    case MEMORY_TRACE:
        return "trace";
    case MEMORY_TABLES:
        return "tables";
    case MEMORY_CATEGORY_COUNT:
        break;
    }
    return "unknown";
}

void pool_init(struct pool *pool, struct arena *arena, enum memory_category category) {
    memset(pool, 0, sizeof *pool);
    pool->arena = arena;
    pool->category = category;
}

static unsigned pool_shift(size_t bytes) {
    unsigned shift = POOL_SHIFT_MIN;
    CHECK(bytes <= (size_t)1 << POOL_SHIFT_MAX);
    while (((size_t)1 << shift) < bytes) {
        shift++;
    }
    return shift;
}

void *pool_take(struct pool *pool, size_t bytes) {
    unsigned shift = pool_shift(bytes);
    void *block = pool->free_lists[shift];
    if (block == NULL) {
        return arena_take(pool->arena, pool->category, (size_t)1 << shift);
    }
    memcpy(&pool->free_lists[shift], block, sizeof(void *));
    return block;
}

void pool_give(struct pool *pool, void *block, size_t bytes) {
    if (block == NULL) {
        return;
    }
    unsigned shift = pool_shift(bytes);
    memcpy(block, &pool->free_lists[shift], sizeof(void *));
    pool->free_lists[shift] = block;
}

void *pool_grow(struct pool *pool, void *array, uint32_t *capacity, uint32_t wanted,
                size_t item_size) {
    CHECK(wanted > *capacity);
    size_t bytes = (size_t)1 << pool_shift((size_t)wanted * item_size);
    void *grown = pool_take(pool, bytes);
    if (array != NULL) {
        memcpy(grown, array, (size_t)*capacity * item_size);
        pool_give(pool, array, (size_t)*capacity * item_size);
    }
    size_t items = bytes / item_size;
    *capacity = items > UINT32_MAX ? UINT32_MAX : (uint32_t)items;
    return grown;
}
