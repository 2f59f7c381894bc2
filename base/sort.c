#include "base/sort.h"

#include <stdbool.h>
#include <string.h>

// Below COUNT_SMALL items, moving each to its place beats counting digits. Of COUNT_LARGE words,
// wide digits take fewer passes, and their counts still fit the first cache.
enum {
    DIGIT_BITS = 8,
    DIGIT_VALUES = 1 << DIGIT_BITS,
    WIDE_BITS = 11,
    WIDE_VALUES = 1 << WIDE_BITS,
    COUNT_SMALL = 16,
    COUNT_LARGE = 1 << 13
};

static void insert_by_key(struct sort_item *items, uint64_t count) {
    for (uint64_t i = 1; i < count; i++) {
        struct sort_item item = items[i];
        uint64_t place = i;
        while (place > 0 && items[place - 1].key > item.key) {
            items[place] = items[place - 1];
            place--;
        }
        items[place] = item;
    }
}

void sort_by_key(struct sort_item *items, struct sort_item *scratch, uint64_t count) {
    if (count < COUNT_SMALL) {
        insert_by_key(items, count);
        return;
    }
    struct sort_item *from = items;
    struct sort_item *to = scratch;
    uint64_t differing = 0;
    bool descends = false;
    for (uint64_t i = 1; i < count; i++) {
        differing |= items[i].key ^ items[0].key;
        descends = descends || items[i].key < items[i - 1].key;
    }
    if (!descends) {
        return;
    }
    for (unsigned shift = 0; shift < 64; shift += DIGIT_BITS) {
        if (((differing >> shift) & (DIGIT_VALUES - 1)) == 0) {
            continue;
        }
        uint64_t starts[DIGIT_VALUES] = {0};
        for (uint64_t i = 0; i < count; i++) {
            starts[(from[i].key >> shift) & (DIGIT_VALUES - 1)]++;
        }
        uint64_t sum = 0;
        for (unsigned digit = 0; digit < DIGIT_VALUES; digit++) {
            uint64_t size = starts[digit];
            starts[digit] = sum;
            sum += size;
        }
        for (uint64_t i = 0; i < count; i++) {
            to[starts[(from[i].key >> shift) & (DIGIT_VALUES - 1)]++] = from[i];
        }
        struct sort_item *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != items) {
        memcpy(items, from, count * sizeof *items);
    }
}

/** Sorts words from a bit on, as if those of `flipped` were the other way round. */
static void sort_flipped(uint64_t *items, uint64_t *scratch, uint64_t count, unsigned from_bit,
                         uint64_t flipped) {
    uint64_t *from = items;
    uint64_t *to = scratch;
    const unsigned digit_bits = count < COUNT_LARGE ? DIGIT_BITS : WIDE_BITS;
    const uint64_t mask = (UINT64_C(1) << digit_bits) - 1;
    uint64_t differing = 0;
    for (uint64_t i = 1; i < count; i++) {
        differing |= items[i] ^ items[0];
    }
    for (unsigned shift = from_bit; shift < 64; shift += digit_bits) {
        if (((differing >> shift) & mask) == 0) {
            continue;
        }
        uint64_t starts[WIDE_VALUES];
        memset(starts, 0, (mask + 1) * sizeof *starts);
        for (uint64_t i = 0; i < count; i++) {
            starts[((from[i] ^ flipped) >> shift) & mask]++;
        }
        uint64_t sum = 0;
        for (uint64_t digit = 0; digit <= mask; digit++) {
            uint64_t size = starts[digit];
            starts[digit] = sum;
            sum += size;
        }
        for (uint64_t i = 0; i < count; i++) {
            to[starts[((from[i] ^ flipped) >> shift) & mask]++] = from[i];
        }
        uint64_t *swapped = from;
        from = to;
        to = swapped;
    }
    if (from != items) {
        memcpy(items, from, count * sizeof *items);
    }
}

void sort_words(uint64_t *items, uint64_t *scratch, uint64_t count, unsigned shift) {
    sort_flipped(items, scratch, count, shift, 0);
}

void sort_i64(int64_t *items, int64_t *scratch, uint64_t count) {
    // The other way round, the sign puts negative numbers first.
    sort_flipped((uint64_t *)items, (uint64_t *)scratch, count, 0, UINT64_C(1) << 63);
}
