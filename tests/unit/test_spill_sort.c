#include "tests/support/unit.h"

#include "analysis/spill_sort.h"
#include "base/prng.h"
#include "base/sort.h"

#include <string.h>

enum { ITEMS = 3000 };

struct item {
    uint64_t key;
    uint64_t number; // in the order of pushing
    uint64_t other;
};

static struct item item_of(uint64_t number, uint32_t keys) {
    uint64_t drawn = prng_keyed(1, STREAM_WORKLOAD, number, 0, 0);
    // Far apart: low and high bytes differ.
    return (struct item){drawn % keys * UINT64_C(0x0400000000010001), number, ~number};
}

/** The plain way: all of them in memory, and the order by one sort. */
static void sort_plainly(uint64_t count, uint32_t keys, struct sort_item *order) {
    static struct sort_item scratch[ITEMS];
    for (uint64_t i = 0; i < count; i++) {
        order[i] = (struct sort_item){item_of(i, keys).key, i};
    }
    sort_by_key(order, scratch, count);
}

static void given_any_room_when_sorted_then_items_come_as_from_memory(void **state) {
    (void)state;
    static const struct {
        uint64_t count;
        uint32_t items_max;
        uint32_t keys;
    } rows[] = {
        {0, 1, 1},         {1, 1, 1},
        {2, 1, 9},         {10, 10, 3},
        {11, 10, 3},       {500, 1, 1000},
        {500, 7, 2},       {ITEMS, 64, 1},
        {ITEMS, 64, 100},  {ITEMS, 1000, 1 << 30},
        {ITEMS, 2999, 50}, {ITEMS, 5000, 50},
    };
    static struct sort_item plain[ITEMS];

    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        struct arena *arena = arena_create(NULL);
        struct failure failure = {0};
        struct spill_sort *sort =
            spill_sort_create(&(struct spill_sort_options){.arena = arena,
                                                           .folder = ".",
                                                           .item_bytes = sizeof(struct item),
                                                           .items_max = rows[row].items_max});
        for (uint64_t i = 0; i < rows[row].count; i++) {
            struct item item = item_of(i, rows[row].keys);
            spill_sort_push(sort, &item);
        }
        assert_true(spill_sort_finish(sort, &failure));

        sort_plainly(rows[row].count, rows[row].keys, plain);
        for (uint32_t pass = 0; pass < 2; pass++) {
            for (uint64_t i = 0; i < rows[row].count; i++) {
                const struct item *item = spill_sort_next(sort);
                struct item wanted = item_of(plain[i].value, rows[row].keys);
                assert_non_null(item);
                assert_memory_equal(item, &wanted, sizeof wanted);
            }
            assert_null(spill_sort_next(sort));
            assert_null(spill_sort_next(sort));
            spill_sort_rewind(sort);
        }
        assert_int_equal(spill_sort_count(sort), rows[row].count);
        assert_true(spill_sort_ok(sort, &failure));
        spill_sort_close(sort);
        spill_sort_close(sort);
        arena_destroy(arena);
    }
}

static void expect_words(struct spill_sort *sort, const struct sort_item plain[ITEMS]) {
    const void *items = NULL;
    uint64_t seen = 0;
    for (uint32_t some = 0; (some = spill_sort_some(sort, &items, 100)) > 0;) {
        assert_true(some <= 100);
        for (uint32_t i = 0; i < some; i++) {
            assert_int_equal(((const uint64_t *)items)[i], plain[seen++].value);
        }
    }
    assert_int_equal(seen, ITEMS);
}

/** Words are sorted in their place, by what is above the shift; so many at a time as there are. */
static void given_words_when_sorted_then_by_what_is_above_the_shift(void **state) {
    (void)state;
    static const uint32_t rooms[] = {1, 10, 999, ITEMS, 2 * ITEMS};
    static const uint32_t shifts[] = {0, 13, 40, 63};
    static struct sort_item plain[ITEMS];
    static struct sort_item scratch[ITEMS];
    for (size_t row = 0; row < COUNT_OF(rooms) * COUNT_OF(shifts); row++) {
        struct arena *arena = arena_create(NULL);
        struct failure failure = {0};
        uint32_t shift = shifts[row % COUNT_OF(shifts)];
        struct spill_sort *sort = spill_sort_create(&(struct spill_sort_options){
            arena, ".", sizeof(uint64_t), rooms[row / COUNT_OF(shifts)], shift});
        for (uint64_t i = 0; i < ITEMS; i++) {
            uint64_t word = prng_keyed(2, STREAM_WORKLOAD, i, 0, 0);
            plain[i] = (struct sort_item){word >> shift, word};
            spill_sort_push(sort, &word);
        }
        sort_by_key(plain, scratch, ITEMS);
        assert_true(spill_sort_finish(sort, &failure));

        for (uint32_t pass = 0; pass < 2; pass++) {
            expect_words(sort, plain);
            spill_sort_rewind(sort);
        }
        assert_true(spill_sort_ok(sort, &failure));
        spill_sort_close(sort);
        arena_destroy(arena);
    }
}

static void given_folder_that_takes_no_files_when_sorted_then_they_lie_elsewhere(void **state) {
    (void)state;
    struct arena *arena = arena_create(NULL);
    struct failure failure = {0};
    struct spill_sort *sort = spill_sort_create(
        &(struct spill_sort_options){arena, "no/such/folder", sizeof(struct item), 2, 0});
    for (uint64_t i = 0; i < 9; i++) {
        spill_sort_push(sort, &(struct item){.key = 9 - i});
    }

    bool done = spill_sort_finish(sort, &failure);

    assert_true(done);
    for (uint64_t i = 1; i < 10; i++) {
        assert_int_equal(((const struct item *)spill_sort_next(sort))->key, i);
    }
    spill_sort_close(sort);
    arena_destroy(arena);
}

static void given_many_runs_when_merged_then_memory_is_that_of_the_merge(void **state) {
    (void)state;
    struct arena *arena = arena_create(NULL);
    struct failure failure = {0};
    struct spill_sort *sort =
        spill_sort_create(&(struct spill_sort_options){arena, ".", sizeof(struct item), 1000, 0});
    for (uint64_t i = 0; i < 1000000; i++) {
        struct item item = item_of(i, 1000003);
        spill_sort_push(sort, &item);
    }

    assert_true(spill_sort_finish(sort, &failure));

    // A million items would be 24 MB; of each of the thousand runs one buffer of 24 KB is the most.
    assert_true(arena_bytes(arena, MEMORY_TABLES) < SPILL_SORT_MERGE_BYTES + (1 << 20));
    spill_sort_close(sort);
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_words_when_sorted_then_by_what_is_above_the_shift),
        cmocka_unit_test(given_any_room_when_sorted_then_items_come_as_from_memory),
        cmocka_unit_test(given_folder_that_takes_no_files_when_sorted_then_they_lie_elsewhere),
        cmocka_unit_test(given_many_runs_when_merged_then_memory_is_that_of_the_merge),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
