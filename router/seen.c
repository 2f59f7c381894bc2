#include "router/seen.h"

#include "base/check.h"

void seen_init(struct seen *seen, struct pool *pool, uint32_t limit) {
    paged_set_init(&seen->members, pool, limit);
    seen->entries = NULL;
    seen->first = 0;
    seen->queued = 0;
    seen->capacity = 0;
    seen->next_expiry_ns = INT64_MAX;
}

void seen_expire(struct seen *seen, struct pool *pool, int64_t now_ns) {
    CHECK(seen->queued > 0);
    while (seen->queued > 0 && seen->entries[seen->first].expires_ns <= now_ns) {
        paged_set_remove(&seen->members, pool, seen->entries[seen->first].message);
        seen->first = (seen->first + 1) & (seen->capacity - 1);
        seen->queued--;
    }
    seen->next_expiry_ns = seen->queued == 0 ? INT64_MAX : seen->entries[seen->first].expires_ns;
    CHECK(seen->next_expiry_ns > now_ns);
}

static void grow(struct seen *seen, struct pool *pool) {
    uint32_t capacity = seen->capacity == 0 ? 4 : seen->capacity * 2;
    struct seen_entry *entries = pool_take(pool, capacity * sizeof *entries);
    for (uint32_t i = 0; i < seen->capacity; i++) {
        entries[i] = seen->entries[(seen->first + i) & (seen->capacity - 1)];
    }
    pool_give(pool, seen->entries, seen->capacity * sizeof *entries);
    seen->entries = entries;
    seen->capacity = capacity;
    seen->first = 0;
}

static void enqueue(struct seen *seen, struct pool *pool, uint32_t message, int64_t expires_ns) {
    if (seen->queued == seen->capacity) {
        grow(seen, pool);
    }
    uint32_t index = (seen->first + seen->queued) & (seen->capacity - 1);
    if (seen->queued == 0) {
        seen->next_expiry_ns = expires_ns;
    } else {
        CHECK(seen->entries[(index - 1) & (seen->capacity - 1)].expires_ns <= expires_ns);
    }
    seen->entries[index] = (struct seen_entry){.expires_ns = expires_ns, .message = message};
    seen->queued++;
}

void seen_add(struct seen *seen, struct pool *pool, uint32_t message, int64_t expires_ns) {
    if (expires_ns == SEEN_FOR_GOOD) {
        CHECK(seen->members.count >= seen->queued);
    } else {
        CHECK(seen->members.count == seen->queued);
        enqueue(seen, pool, message, expires_ns);
    }
    paged_set_add(&seen->members, pool, message);
}

void seen_clear(struct seen *seen, struct pool *pool) {
    paged_set_clear(&seen->members, pool);
    seen->first = 0;
    seen->queued = 0;
    seen->next_expiry_ns = INT64_MAX;
}
