#include "cli/seed_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void seed_set_finish(struct seed_set *set) {
    free(set->ranges);
    *set = (struct seed_set){0};
}

/** The first range that ends at a seed or above it; `count` if none does. */
static size_t find(const struct seed_set *set, uint64_t seed) {
    size_t low = 0;
    size_t high = set->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (set->ranges[middle].last < seed) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool make_room(struct seed_set *set) {
    if (set->count < set->capacity) {
        return true;
    }
    size_t capacity = set->capacity == 0 ? 16 : 2 * set->capacity;
    struct seed_range *ranges = realloc(set->ranges, capacity * sizeof *ranges);
    if (ranges == NULL) {
        return false;
    }
    set->ranges = ranges;
    set->capacity = capacity;
    return true;
}

bool seed_set_add(struct seed_set *set, struct seed_range range) {
    if (!make_room(set)) {
        return false;
    }
    // All ranges that touch the new one become part of it.
    size_t from = find(set, range.first == 0 ? 0 : range.first - 1);
    size_t until = from;
    while (until < set->count &&
           (range.last == UINT64_MAX || set->ranges[until].first <= range.last + 1)) {
        const struct seed_range *old = &set->ranges[until++];
        range.first = old->first < range.first ? old->first : range.first;
        range.last = old->last > range.last ? old->last : range.last;
    }
    memmove(set->ranges + from + 1, set->ranges + until,
            (set->count - until) * sizeof *set->ranges);
    set->ranges[from] = range;
    set->count = set->count - (until - from) + 1;
    return true;
}

bool seed_set_has(const struct seed_set *set, uint64_t seed) {
    size_t at = find(set, seed);
    return at < set->count && set->ranges[at].first <= seed;
}

bool seed_set_next(const struct seed_set *set, const struct seed_set *without, uint64_t from,
                   uint64_t *seed) {
    for (;;) {
        size_t at = find(set, from);
        if (at == set->count) {
            return false;
        }
        from = from > set->ranges[at].first ? from : set->ranges[at].first;
        size_t hole = find(without, from);
        if (hole == without->count || without->ranges[hole].first > from) {
            *seed = from;
            return true;
        }
        if (without->ranges[hole].last == UINT64_MAX) {
            return false;
        }
        from = without->ranges[hole].last + 1;
    }
}

static uint64_t add_size(uint64_t sum, uint64_t first, uint64_t last) {
    uint64_t size = last - first == UINT64_MAX ? UINT64_MAX : last - first + 1;
    return sum > UINT64_MAX - size ? UINT64_MAX : sum + size;
}

uint64_t seed_set_count_both(const struct seed_set *set, const struct seed_set *other) {
    uint64_t sum = 0;
    for (size_t i = 0; i < set->count; i++) {
        const struct seed_range *own = &set->ranges[i];
        for (size_t j = find(other, own->first);
             j < other->count && other->ranges[j].first <= own->last; j++) {
            uint64_t first =
                own->first > other->ranges[j].first ? own->first : other->ranges[j].first;
            uint64_t last = own->last < other->ranges[j].last ? own->last : other->ranges[j].last;
            sum = add_size(sum, first, last);
        }
    }
    return sum;
}

uint64_t seed_set_count(const struct seed_set *set) {
    uint64_t sum = 0;
    for (size_t i = 0; i < set->count; i++) {
        sum = add_size(sum, set->ranges[i].first, set->ranges[i].last);
    }
    return sum;
}

/** Reads a seed at the beginning of a text, and passes over it. */
static bool read_seed(const char **text, uint64_t *seed) {
    if (**text < '0' || **text > '9') {
        return false;
    }
    char *end = NULL;
    errno = 0;
    *seed = strtoull(*text, &end, 10);
    *text = end;
    return errno == 0;
}

bool seed_set_read(struct seed_set *set, const char *text, const char **why) {
    for (bool more = true; more; text++) {
        struct seed_range range;
        *why = "give numbers and ranges of them, such as 1..1000 or 5,9,100..200";
        if (!read_seed(&text, &range.first)) {
            return false;
        }
        range.last = range.first;
        if (strncmp(text, "..", 2) == 0) {
            text += 2;
            bool endless = *text == '\0' || *text == ',';
            range.last = UINT64_MAX;
            if (!endless && !read_seed(&text, &range.last)) {
                return false;
            }
        }
        if (*text != ',' && *text != '\0') {
            return false;
        }
        *why = "a range begins with the lower one of two seeds";
        if (range.last < range.first) {
            return false;
        }
        *why = "out of memory";
        if (!seed_set_add(set, range)) {
            return false;
        }
        more = *text == ',';
    }
    return true;
}
