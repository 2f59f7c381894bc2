#include "sim/event_wheel.h"

#include "base/sort.h"

#include <string.h>

enum {
    CHUNKS_AT_ONCE = 64,
    RUN_BYTES_MIN = 2048,
    INSERTION_MAX = 16, // up to here, insertion beats a pass of counting
    INSERTION_STEPS = INSERTION_MAX * INSERTION_MAX, // never more
    DEALT_STEPS = 4,  // for each event that was dealt: more is a group too large
    FEW_EVENTS = 128, // up to here, events are dealt into few groups
    FEW_GROUPS_BITS = 6,
    DEALT_MAX = 1024, // up to here, dealing events once beats sorting keys twice
    MANY_GROUPS_BITS = 9,
};

void event_wheel_init(struct event_wheel *wheel, struct arena *arena) {
    memset(wheel, 0, sizeof *wheel);
    wheel->last.at_ns = -1;
    wheel->hand = -1;
    wheel->aside_at_ns = INT64_MAX;
    wheel->arena = arena;
    pool_init(&wheel->pool, arena, MEMORY_EVENTS);
    event_heap_init(&wheel->aside, arena);
    wheel->buckets = arena_take_array(arena, MEMORY_EVENTS, WHEEL_BUCKETS, sizeof *wheel->buckets);
    wheel->occupied =
        arena_take_array(arena, MEMORY_EVENTS, WHEEL_BUCKETS / 64, sizeof *wheel->occupied);
}

void event_wheel_push_aside(struct event_wheel *wheel, const struct event *event) {
    event_heap_push(&wheel->aside, *event);
    if (event->at_ns < wheel->aside_at_ns) {
        wheel->aside_at_ns = event->at_ns;
    }
    CHECK(wheel->aside_at_ns == event_heap_first(&wheel->aside)->at_ns);
}

static void mark_occupied(struct event_wheel *wheel, uint32_t index) {
    wheel->occupied[index / 64] |= UINT64_C(1) << (index % 64);
    wheel->occupied_words |= UINT64_C(1) << (index / 64);
}

static void mark_empty(struct event_wheel *wheel, uint32_t index) {
    wheel->occupied[index / 64] &= ~(UINT64_C(1) << (index % 64));
    if (wheel->occupied[index / 64] == 0) {
        wheel->occupied_words &= ~(UINT64_C(1) << (index / 64));
    }
}

/** How many buckets from `from` on, going round, to the next with events; there is one. */
static uint32_t distance_to_occupied(const struct event_wheel *wheel, uint32_t from) {
    CHECK(from < WHEEL_BUCKETS);
    CHECK(wheel->occupied_words != 0);
    uint32_t word = from / 64;
    uint64_t bits = wheel->occupied[word] >> (from % 64);
    if (bits != 0) {
        return (uint32_t)__builtin_ctzll(bits);
    }
    // The words after this one, and this one last: its bits below `from` are a whole turn away.
    uint32_t next = (word + 1) % 64;
    uint64_t turned =
        (wheel->occupied_words >> next) | (wheel->occupied_words << ((64 - next) % 64));
    word = (next + (uint32_t)__builtin_ctzll(turned)) % 64;
    CHECK(wheel->occupied[word] != 0);
    uint32_t found = word * 64 + (uint32_t)__builtin_ctzll(wheel->occupied[word]);
    return (found - from) % WHEEL_BUCKETS;
}

void event_wheel_add_chunk(struct event_wheel *wheel, uint32_t index) {
    CHECK(index < WHEEL_BUCKETS);
    struct wheel_bucket *bucket = &wheel->buckets[index];
    CHECK(bucket->room == 0);
    if (wheel->free_chunks == NULL) {
        struct wheel_chunk *chunks =
            arena_take_array(wheel->arena, MEMORY_EVENTS, CHUNKS_AT_ONCE, sizeof *chunks);
        for (uint32_t i = 0; i + 1 < CHUNKS_AT_ONCE; i++) {
            chunks[i].older = &chunks[i + 1];
        }
        wheel->free_chunks = chunks;
    }
    struct wheel_chunk *chunk = wheel->free_chunks;
    wheel->free_chunks = chunk->older;
    chunk->older = bucket->newest;
    bucket->newest = chunk;
    bucket->room = WHEEL_CHUNK_EVENTS;
    mark_occupied(wheel, index);
}

/** Makes room for `count` events in the run, which is empty. */
static void reserve_run(struct event_wheel *wheel, uint32_t count) {
    CHECK(wheel->run_count == 0);
    if (count <= wheel->run_capacity) {
        return;
    }
    size_t old = wheel->run_capacity;
    size_t block_bytes = RUN_BYTES_MIN; // a power of two, as the pool would round up to one anyway
    while (block_bytes / sizeof *wheel->run < count) {
        block_bytes *= 2;
    }
    size_t capacity = block_bytes / sizeof *wheel->run;
    CHECK(capacity <= UINT32_MAX);
    pool_give(&wheel->pool, wheel->run, old * sizeof *wheel->run);
    pool_give(&wheel->pool, wheel->spare, old * sizeof *wheel->spare);
    pool_give(&wheel->pool, wheel->sort_items, old * 2 * sizeof *wheel->sort_items);
    wheel->run = pool_take(&wheel->pool, capacity * sizeof *wheel->run);
    wheel->spare = pool_take(&wheel->pool, capacity * sizeof *wheel->spare);
    wheel->sort_items = pool_take(&wheel->pool, capacity * 2 * sizeof *wheel->sort_items);
    wheel->run_capacity = (uint32_t)capacity;
}

/** Latest first. False if that takes more than so many steps: it is then no more than begun. */
static bool sort_by_insertion(struct event *events, uint32_t count, uint32_t steps_max) {
    uint32_t steps = 0;
    for (uint32_t i = 1; i < count; i++) {
        if (!event_before(&events[i - 1], &events[i])) {
            continue;
        }
        struct event event = events[i];
        uint32_t place = i;
        do {
            events[place] = events[place - 1];
            place--;
        } while (place > 0 && event_before(&events[place - 1], &event));
        events[place] = event;
        steps += i - place;
        if (steps > steps_max) {
            return false;
        }
    }
    return true;
}

static bool is_sorted(const struct event *events, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        if (!event_before(&events[i], &events[i - 1])) {
            return false;
        }
    }
    return true;
}

/** Arranges the run in the order of the sort items, whose values are places in the run. */
static void arrange_run(struct event_wheel *wheel, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        wheel->spare[i] = wheel->run[wheel->sort_items[i].value];
    }
    struct event *arranged = wheel->spare;
    wheel->spare = wheel->run;
    wheel->run = arranged;
}

/** Sorts part of the run by the whole key: a stable sort by its lesser half, then the greater. */
static void sort_group(struct event_wheel *wheel, uint32_t first, uint32_t count) {
    CHECK(count <= wheel->run_capacity - first);
    struct event *events = wheel->run + first;
    struct sort_item *items = wheel->sort_items;
    struct sort_item *scratch = items + wheel->run_capacity;
    if (count <= INSERTION_MAX) {
        CHECK(sort_by_insertion(events, count, INSERTION_STEPS));
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct sort_item){.key = ~events[i].order, .value = i};
    }
    sort_by_key(items, scratch, count);
    for (uint32_t i = 0; i < count; i++) {
        items[i].key = (uint64_t)(INT64_MAX - events[items[i].value].at_ns);
    }
    sort_by_key(items, scratch, count);
    for (uint32_t i = 0; i < count; i++) {
        wheel->spare[i] = events[items[i].value];
    }
    memcpy(events, wheel->spare, count * sizeof *events);
}

/** The group of an event, latest first. */
static uint32_t group_of(const struct event *event, unsigned bits) {
    uint32_t mask = (UINT32_C(1) << bits) - 1;
    return mask - ((uint32_t)(event->at_ns >> (WHEEL_BUCKET_SHIFT - bits)) & mask);
}

/** Sorts a run of a few hundred events: dealt out by the leading bits of their times, each of the
 * groups that come of it by the whole key. */
static void sort_dealt(struct event_wheel *wheel, uint32_t count) {
    unsigned bits = count <= FEW_EVENTS ? FEW_GROUPS_BITS : MANY_GROUPS_BITS;
    uint32_t groups = UINT32_C(1) << bits;
    uint32_t ends[(1 << MANY_GROUPS_BITS) + 1]; // of group i, where it stands, at i + 1
    memset(ends, 0, (groups + 1) * sizeof ends[0]);
    const struct event *events = wheel->run;
    for (uint32_t i = 0; i < count; i++) {
        ends[group_of(&events[i], bits) + 1]++;
    }
    for (uint32_t i = 0; i < groups; i++) {
        ends[i + 1] += ends[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        wheel->spare[ends[group_of(&events[i], bits)]++] = events[i];
    }
    struct event *dealt = wheel->spare;
    wheel->spare = wheel->run;
    wheel->run = dealt;
    // An event is a step or two from its place, if not many share a group. Insertion that is broken
    // off has moved none out of its group.
    if (sort_by_insertion(wheel->run, count, DEALT_STEPS * count)) {
        return;
    }
    // Dealing has moved each end one place down.
    for (uint32_t i = 0, first = 0; i < groups; first = ends[i++]) {
        sort_group(wheel, first, ends[i] - first);
    }
}

/**
 * Sorts the run, latest first. A large one is first sorted by the leading bits of its times: enough
 * of them that most groups with equal bits are single events; what shares them, such as events at
 * one instant, is then sorted by the whole key.
 */
static void sort_run(struct event_wheel *wheel, uint32_t count) {
    if (count <= INSERTION_MAX) {
        CHECK(sort_by_insertion(wheel->run, count, INSERTION_STEPS));
        return;
    }
    if (is_sorted(wheel->run, count)) {
        return;
    }
    if (count <= DEALT_MAX) {
        sort_dealt(wheel, count);
        return;
    }
    unsigned dropped_bits = WHEEL_BUCKET_SHIFT - 16;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t key = (uint64_t)(INT64_MAX - wheel->run[i].at_ns) >> dropped_bits;
        wheel->sort_items[i] = (struct sort_item){.key = key, .value = i};
    }
    sort_by_key(wheel->sort_items, wheel->sort_items + wheel->run_capacity, count);
    arrange_run(wheel, count);
    uint32_t first = 0;
    for (uint32_t i = 1; i <= count; i++) {
        int64_t leading = wheel->run[first].at_ns >> dropped_bits;
        if (i == count || wheel->run[i].at_ns >> dropped_bits != leading) {
            sort_group(wheel, first, i - first);
            first = i;
        }
    }
}

/** Copies a bucket's events out and gives its chunks back. */
static void empty_bucket(struct event_wheel *wheel, struct wheel_bucket bucket,
                         struct event *events) {
    uint32_t count = 0;
    uint32_t skipped = bucket.room;
    for (struct wheel_chunk *chunk = bucket.newest; chunk != NULL;) {
        struct wheel_chunk *older = chunk->older;
        uint32_t taken = WHEEL_CHUNK_EVENTS - skipped;
        memcpy(events + count, chunk->events + skipped, taken * sizeof *events);
        count += taken;
        skipped = 0;
        chunk->older = wheel->free_chunks;
        wheel->free_chunks = chunk;
        chunk = older;
    }
    CHECK(count == bucket.count);
}

/** Moves the earliest part of the pile into the run. */
static void open_part(struct event_wheel *wheel) {
    reserve_run(wheel, EVENT_PILE_PART);
    uint32_t count = event_pile_take(&wheel->pile, &wheel->pool, wheel->run);
    sort_run(wheel, count);
    wheel->run_count = count;
}

/** Moves the bucket's events into the run, or the earliest of them. */
static void open_bucket(struct event_wheel *wheel, uint32_t index) {
    struct wheel_bucket bucket = wheel->buckets[index];
    CHECK(bucket.count > 0);
    wheel->buckets[index] = (struct wheel_bucket){0};
    mark_empty(wheel, index);
    if (bucket.count > EVENT_PILE_PART) {
        empty_bucket(wheel, bucket, event_pile_fill(&wheel->pile, &wheel->pool, bucket.count));
        open_part(wheel);
        return;
    }
    reserve_run(wheel, bucket.count);
    empty_bucket(wheel, bucket, wheel->run);
    sort_run(wheel, bucket.count);
    wheel->run_count = bucket.count;
}

/** Moves the hand to the next bucket with an event, in the ring or aside, and opens it. */
static void advance(struct event_wheel *wheel) {
    CHECK(wheel->run_count == 0);
    CHECK(wheel->pile.count == 0);
    int64_t number_aside =
        wheel->aside.count > 0 ? wheel->aside_at_ns >> WHEEL_BUCKET_SHIFT : INT64_MAX;
    int64_t number = INT64_MAX;
    uint32_t from = (uint32_t)((wheel->hand + 1) % WHEEL_BUCKETS);
    if (wheel->occupied_words != 0) {
        number = wheel->hand + 1 + distance_to_occupied(wheel, from);
    }
    CHECK(number != INT64_MAX || number_aside != INT64_MAX);
    if (number_aside < number) {
        wheel->hand = number_aside;
        return;
    }
    wheel->hand = number;
    open_bucket(wheel, (uint32_t)(number % WHEEL_BUCKETS));
    CHECK(wheel->run[0].at_ns >> WHEEL_BUCKET_SHIFT == wheel->hand);
}

const struct event *event_wheel_find_first(struct event_wheel *wheel) {
    if (wheel->count == 0) {
        return NULL;
    }
    if (wheel->run_count == 0 && wheel->pile.count > 0) {
        open_part(wheel);
    }
    bool nothing_aside = wheel->aside.count == 0;
    if (wheel->run_count == 0 &&
        (nothing_aside || wheel->aside_at_ns >> WHEEL_BUCKET_SHIFT > wheel->hand)) {
        advance(wheel);
    }
    const struct event *aside = event_heap_first(&wheel->aside);
    if (wheel->run_count == 0) {
        CHECK(aside != NULL);
        return aside;
    }
    const struct event *run = &wheel->run[wheel->run_count - 1];
    return aside == NULL || event_before(run, aside) ? run : aside;
}

struct event event_wheel_pop_slowly(struct event_wheel *wheel) {
    CHECK(wheel->count > 0);
    const struct event *first = event_wheel_find_first(wheel);
    struct event event = *first;
    if (first == event_heap_first(&wheel->aside)) {
        event_heap_pop(&wheel->aside);
        const struct event *aside = event_heap_first(&wheel->aside);
        wheel->aside_at_ns = aside != NULL ? aside->at_ns : INT64_MAX;
    } else {
        wheel->run_count--;
    }
    CHECK(event_before(&wheel->last, &event));
    wheel->count--;
    wheel->last = event;
    return event;
}

void event_wheel_visit(const struct event_wheel *wheel, void *context,
                       void (*visit)(void *context, const struct event *event)) {
    uint64_t visited = 0;
    for (uint32_t i = 0; i < wheel->run_count; i++, visited++) {
        visit(context, &wheel->run[i]);
    }
    for (uint32_t i = 0; i < wheel->pile.count; i++, visited++) {
        visit(context, &wheel->pile.events[i]);
    }
    for (uint32_t i = 0; i < wheel->aside.count; i++, visited++) {
        visit(context, &wheel->aside.events[i]);
    }
    for (uint32_t index = 0; index < WHEEL_BUCKETS; index++) {
        const struct wheel_bucket *bucket = &wheel->buckets[index];
        uint32_t first = bucket->room; // only the newest chunk has room, at its beginning
        for (const struct wheel_chunk *chunk = bucket->newest; chunk != NULL;
             chunk = chunk->older) {
            for (uint32_t i = first; i < WHEEL_CHUNK_EVENTS; i++, visited++) {
                visit(context, &chunk->events[i]);
            }
            first = 0;
        }
    }
    CHECK(visited == wheel->count);
}

void event_wheel_empty(struct event_wheel *wheel, void *context,
                       void (*visit)(void *context, const struct event *event)) {
    event_wheel_visit(wheel, context, visit);
    for (uint32_t index = 0; index < WHEEL_BUCKETS; index++) {
        struct wheel_bucket *bucket = &wheel->buckets[index];
        while (bucket->newest != NULL) {
            struct wheel_chunk *chunk = bucket->newest;
            bucket->newest = chunk->older;
            chunk->older = wheel->free_chunks;
            wheel->free_chunks = chunk;
        }
        *bucket = (struct wheel_bucket){0};
    }
    memset(wheel->occupied, 0, WHEEL_BUCKETS / 8);
    wheel->occupied_words = 0;
    event_pile_forget(&wheel->pile, &wheel->pool);
    wheel->aside.count = 0;
    wheel->aside_at_ns = INT64_MAX;
    wheel->run_count = 0;
    wheel->count = 0;
}
