#include "base/arena.h"

#include "base/check.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    CHUNK_BYTES_MIN = 1 << 16,
    CHUNK_BYTES_MAX = 1 << 26,
    CHUNK_HEADER_BYTES = 64,
    MAPPED_BYTES_MIN = 1 << 20, // from here on, a chunk is mapped by itself
    HUGE_BYTES_MIN = 1 << 22,   // and from here on, in pages of 2 MiB if the machine has any
    HUGE_PAGE_BYTES = 1 << 21,
    PAGE_BYTES = 1 << 12,
    ALIGNMENT_MIN = 16,
    ALIGNMENT_MAX = 64,
};

/** Where a chunk comes from. */
enum chunk_way { CHUNK_CALLOC, CHUNK_MAPPED, CHUNK_ALIGNED };

struct chunk {
    struct chunk *next; // linked both ways through arena.chunks
    struct chunk *previous;
    size_t bytes; // from the system, this header included
    size_t room;  // of a block: bytes that are its owner's
    bool mapped;
};

_Static_assert(sizeof(struct chunk) <= CHUNK_HEADER_BYTES, "a header has room in front");

struct arena {
    struct arena_options options;
    struct chunk *chunks;
    unsigned char *cursor; // into the running chunk; NULL before the first one
    size_t room;           // bytes left there
    size_t chunk_bytes;    // of the next running chunk
    struct arena *trunk;   // of a branch; else itself
    struct arena *branches;
    struct arena *next_branch; // linked through branches
    atomic_size_t total_bytes; // taken from the system, branches included; of a trunk
    atomic_flag exhausted;     // of a trunk
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

static noreturn void exhaust(struct arena *arena, size_t wanted) {
    struct arena *trunk = arena->trunk;
    while (trunk->branches != NULL && atomic_flag_test_and_set(&trunk->exhausted)) {
        pause(); // another thread is about to end the program
    }
    give_up(&trunk->options, atomic_load(&trunk->total_bytes), wanted);
}

struct arena *arena_create(const struct arena_options *options) {
    static const struct arena_options defaults = {0};
    struct arena *arena = calloc(1, sizeof *arena);
    if (arena == NULL) {
        give_up(options != NULL ? options : &defaults, 0, sizeof *arena);
    }
    arena->options = options != NULL ? *options : defaults;
    arena->chunk_bytes = CHUNK_BYTES_MIN;
    arena->trunk = arena;
    atomic_init(&arena->total_bytes, 0);
    atomic_flag_clear(&arena->exhausted);
    return arena;
}

void arena_set_limit(struct arena *arena, size_t limit_bytes) {
    arena->options.limit_bytes = limit_bytes;
}

/** Memory from the system, zeroed; NULL if it has none. */
static struct chunk *take_system(size_t bytes, bool mapped) {
    if (!mapped) {
        return calloc(1, bytes);
    }
    void *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (start == MAP_FAILED) {
        return NULL;
    }
    if (bytes >= HUGE_BYTES_MIN) {
        madvise(start, bytes, MADV_HUGEPAGE); // a wish: what it comes to does not matter
    }
    return start;
}

/** A mapped chunk that begins where a large page can: elsewhere the kernel puts small ones up to
 * there, and behind the last large one. */
static struct chunk *take_aligned(size_t bytes) {
    unsigned char *start = (unsigned char *)take_system(bytes + HUGE_PAGE_BYTES, true);
    if (start == NULL) {
        return NULL;
    }
    size_t before = -(uintptr_t)start & (HUGE_PAGE_BYTES - 1);
    if (before > 0) {
        munmap(start, before);
    }
    munmap(start + before + bytes, HUGE_PAGE_BYTES - before);
    madvise(start + before, bytes, MADV_HUGEPAGE);
    return (struct chunk *)(void *)(start + before);
}

static void give_system(struct chunk *chunk) {
    if (chunk->mapped) {
        munmap(chunk, chunk->bytes);
    } else {
        free(chunk);
    }
}

struct arena *arena_branch(struct arena *arena) {
    CHECK(arena->trunk == arena);
    struct arena *branch = arena_create(&arena->options);
    branch->trunk = arena;
    branch->next_branch = arena->branches;
    arena->branches = branch;
    return branch;
}

struct arena *arena_aside(struct arena *arena) {
    struct arena *aside = arena_create(&arena->trunk->options);
    aside->trunk = arena->trunk;
    return aside;
}

static void count_out(struct arena *arena, size_t bytes) {
    atomic_fetch_sub(&arena->trunk->total_bytes, bytes);
}

static void give_back(struct arena *arena) {
    struct chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct chunk *next = chunk->next;
        count_out(arena, chunk->bytes);
        give_system(chunk);
        chunk = next;
    }
    free(arena);
}

void arena_destroy(struct arena *arena) {
    if (arena == NULL) {
        return;
    }
    struct arena *branch = arena->branches;
    while (branch != NULL) {
        struct arena *next = branch->next_branch;
        give_back(branch);
        branch = next;
    }
    give_back(arena);
}

/** How many bytes to skip from `pointer` to reach the alignment, a power of two. */
static size_t gap_before(const unsigned char *pointer, size_t alignment) {
    return (size_t)(-(uintptr_t)pointer & (alignment - 1));
}

/** Counts bytes that the arena is to have more; false if it may not. */
static bool count_in(struct arena *arena, size_t bytes) {
    size_t limit = arena->trunk->options.limit_bytes;
    size_t before = atomic_fetch_add(&arena->trunk->total_bytes, bytes);
    if (limit == 0 || (bytes <= limit && before <= limit - bytes)) {
        return true;
    }
    atomic_fetch_sub(&arena->trunk->total_bytes, bytes);
    return false;
}

static size_t whole_pages(size_t bytes) {
    return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

static void link_chunk(struct arena *arena, struct chunk *chunk) {
    chunk->previous = NULL;
    chunk->next = arena->chunks;
    if (chunk->next != NULL) {
        chunk->next->previous = chunk;
    }
    arena->chunks = chunk;
}

static void unlink_chunk(struct arena *arena, const struct chunk *chunk) {
    if (chunk->next != NULL) {
        chunk->next->previous = chunk->previous;
    }
    if (chunk->previous != NULL) {
        chunk->previous->next = chunk->next;
    } else {
        arena->chunks = chunk->next;
    }
}

/** A zeroed chunk of so many bytes with its header; NULL if the limit or the machine forbids it. */
static struct chunk *try_system(struct arena *arena, size_t wanted, enum chunk_way way) {
    bool mapped = way != CHUNK_CALLOC;
    size_t bytes = mapped ? whole_pages(wanted) : wanted;
    if (!count_in(arena, bytes)) {
        return NULL;
    }
    struct chunk *chunk = way == CHUNK_ALIGNED ? take_aligned(bytes) : take_system(bytes, mapped);
    if (chunk == NULL) {
        count_out(arena, bytes);
        return NULL;
    }
    chunk->bytes = bytes;
    chunk->mapped = mapped;
    link_chunk(arena, chunk);
    return chunk;
}

/**
 * A zeroed chunk with room for `bytes` bytes at any alignment; NULL if the limit or the machine
 * forbids it.
 */
static unsigned char *try_chunk(struct arena *arena, size_t bytes) {
    size_t wanted = CHUNK_HEADER_BYTES + bytes;
    enum chunk_way way = wanted >= MAPPED_BYTES_MIN ? CHUNK_MAPPED : CHUNK_CALLOC;
    struct chunk *chunk = try_system(arena, wanted, way);
    return chunk == NULL ? NULL : (unsigned char *)chunk + CHUNK_HEADER_BYTES;
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

char *arena_copy_text(struct arena *arena, enum memory_category category, const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(arena_take(arena, category, size), text, size);
}

size_t arena_bytes(const struct arena *arena, enum memory_category category) {
    CHECK(category < MEMORY_CATEGORY_COUNT);
    size_t bytes = arena->category_bytes[category];
    for (const struct arena *branch = arena->branches; branch != NULL;
         branch = branch->next_branch) {
        bytes += branch->category_bytes[category];
    }
    return bytes;
}

size_t arena_total_bytes(const struct arena *arena) {
    return atomic_load(&arena->trunk->total_bytes);
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

static struct chunk *chunk_of(void *block) {
    return (struct chunk *)(void *)((unsigned char *)block - CHUNK_HEADER_BYTES);
}

void *arena_block_take(struct arena *arena, enum memory_category category, size_t bytes) {
    CHECK(category < MEMORY_CATEGORY_COUNT);
    enum chunk_way way = bytes >= HUGE_PAGE_BYTES ? CHUNK_ALIGNED : CHUNK_MAPPED;
    struct chunk *chunk =
        bytes > SIZE_MAX / 4 ? NULL : try_system(arena, CHUNK_HEADER_BYTES + bytes, way);
    if (chunk == NULL) {
        exhaust(arena, bytes);
    }
    chunk->room = bytes;
    arena->category_bytes[category] += bytes;
    return (unsigned char *)chunk + CHUNK_HEADER_BYTES;
}

/** The chunk at its new size, maybe elsewhere; NULL, and it stays as it is, if that cannot be. */
static struct chunk *try_grow(struct arena *arena, struct chunk *chunk, size_t bytes) {
    size_t old = chunk->bytes;
    if (!count_in(arena, bytes - old)) {
        return NULL;
    }
    void *moved = mremap(chunk, old, bytes, MREMAP_MAYMOVE);
    if (moved == MAP_FAILED) {
        count_out(arena, bytes - old);
        return NULL;
    }
    return moved;
}

void *arena_block_grow(struct arena *arena, enum memory_category category, void *block,
                       size_t bytes) {
    CHECK(category < MEMORY_CATEGORY_COUNT);
    struct chunk *chunk = chunk_of(block);
    CHECK(chunk->mapped);
    CHECK(bytes >= chunk->room);
    size_t room = chunk->room;
    unlink_chunk(arena, chunk);
    struct chunk *grown = bytes > SIZE_MAX / 4
                              ? NULL
                              : try_grow(arena, chunk, whole_pages(CHUNK_HEADER_BYTES + bytes));
    if (grown == NULL) {
        link_chunk(arena, chunk);
        exhaust(arena, bytes);
    }
    grown->bytes = whole_pages(CHUNK_HEADER_BYTES + bytes);
    grown->room = bytes;
    link_chunk(arena, grown);
    arena->category_bytes[category] = arena->category_bytes[category] - room + bytes;
    return (unsigned char *)grown + CHUNK_HEADER_BYTES;
}

void arena_block_give(struct arena *arena, enum memory_category category, void *block) {
    struct chunk *chunk = chunk_of(block);
    CHECK(category < MEMORY_CATEGORY_COUNT);
    CHECK(chunk->mapped);
    CHECK(arena->category_bytes[category] >= chunk->room);
    arena->category_bytes[category] -= chunk->room;
    count_out(arena, chunk->bytes);
    unlink_chunk(arena, chunk);
    give_system(chunk);
}
