#include "base/intern.h"

#include "base/check.h"
#include "base/hash.h"

#include <stdbool.h>
#include <string.h>

void intern_init(struct intern *intern, struct arena *arena) {
    memset(intern, 0, sizeof *intern);
    pool_init(&intern->pool, arena, MEMORY_TABLES);
}

/** memcmp() and memcpy() may not be given NULL, which an empty name may be. */
static bool bytes_equal(const char *a, const char *b, uint32_t size) {
    return size == 0 || memcmp(a, b, size) == 0;
}

/** The bucket that holds the name, or the empty one where it belongs. */
static uint32_t find_bucket(const struct intern *intern, const char *name, uint32_t size) {
    uint32_t mask = intern->bucket_count - 1;
    uint32_t bucket = (uint32_t)hash_bytes(name, size, 0) & mask;
    while (intern->buckets[bucket] != 0) {
        uint32_t id = intern->buckets[bucket] - 1;
        if (intern->sizes[id] == size && bytes_equal(intern->names[id], name, size)) {
            break;
        }
        bucket = (bucket + 1) & mask;
    }
    return bucket;
}

static void grow(struct intern *intern) {
    uint32_t old_capacity = intern->capacity;
    uint32_t wanted = old_capacity == 0 ? 16 : old_capacity * 2;
    const char **names = pool_take(&intern->pool, (size_t)wanted * sizeof *names);
    uint32_t *sizes = pool_take(&intern->pool, (size_t)wanted * sizeof *sizes);
    if (intern->count > 0) {
        memcpy(names, intern->names, (size_t)intern->count * sizeof *names);
        memcpy(sizes, intern->sizes, (size_t)intern->count * sizeof *sizes);
        pool_give(&intern->pool, intern->names, (size_t)old_capacity * sizeof *names);
        pool_give(&intern->pool, intern->sizes, (size_t)old_capacity * sizeof *sizes);
        pool_give(&intern->pool, intern->buckets,
                  (size_t)intern->bucket_count * sizeof *intern->buckets);
    }
    intern->names = names;
    intern->sizes = sizes;
    intern->capacity = wanted;
    intern->bucket_count = wanted * 2;
    intern->buckets =
        pool_take(&intern->pool, (size_t)intern->bucket_count * sizeof *intern->buckets);
    memset(intern->buckets, 0, (size_t)intern->bucket_count * sizeof *intern->buckets);
    for (uint32_t id = 0; id < intern->count; id++) {
        intern->buckets[find_bucket(intern, names[id], sizes[id])] = id + 1;
    }
}

uint32_t intern_find(const struct intern *intern, const char *name, uint32_t size) {
    if (intern->count == 0) {
        return INTERN_NONE;
    }
    uint32_t held = intern->buckets[find_bucket(intern, name, size)];
    return held == 0 ? INTERN_NONE : held - 1;
}

uint32_t intern_add(struct intern *intern, const char *name, uint32_t size) {
    uint32_t known = intern_find(intern, name, size);
    if (known != INTERN_NONE) {
        return known;
    }
    CHECK(intern->count < UINT32_MAX / 4);
    if (intern->count == intern->capacity) {
        grow(intern);
    }
    char *copy = arena_take(intern->pool.arena, intern->pool.category, (size_t)size + 1);
    if (size > 0) {
        memcpy(copy, name, size);
    }
    uint32_t id = intern->count++;
    intern->names[id] = copy;
    intern->sizes[id] = size;
    intern->buckets[find_bucket(intern, name, size)] = id + 1;
    return id;
}
