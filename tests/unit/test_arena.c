#include "tests/support/unit.h"

#include "base/arena.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES = 4000 };
#define MEBIBYTE ((size_t)1 << 20)

static int make_arena(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int end_arena(void **state) {
    arena_destroy(*state);
    return 0;
}

static bool is_zero(const unsigned char *bytes, size_t size) {
    size_t i = 0;
    while (i < size && bytes[i] == 0) {
        i++;
    }
    return i == size;
}

static void given_pieces_of_all_sizes_when_taken_then_zeroed_aligned_and_apart(void **state) {
    struct arena *arena = *state;
    static unsigned char *pieces[PIECES];
    static size_t sizes[PIECES];

    for (size_t i = 0; i < PIECES; i++) {
        sizes[i] = i % 97 == 0 ? i * 40 : i % 301;
        pieces[i] = arena_take(arena, MEMORY_TABLES, sizes[i]);
        size_t alignment = sizes[i] >= 64 ? 64 : 16;
        assert_int_equal((uintptr_t)pieces[i] % alignment, 0);
        assert_true(is_zero(pieces[i], sizes[i]));
        memset(pieces[i], (int)(i % 255) + 1, sizes[i]);
    }

    for (size_t i = 0; i < PIECES; i++) {
        for (size_t byte = 0; byte < sizes[i]; byte++) {
            assert_int_equal(pieces[i][byte], i % 255 + 1);
        }
    }
}

static void given_large_piece_when_taken_then_running_chunk_goes_on(void **state) {
    struct arena *arena = *state;
    unsigned char *before = arena_take(arena, MEMORY_TABLES, 16);

    unsigned char *large = arena_take(arena, MEMORY_TABLES, 3 * MEBIBYTE);
    unsigned char *after = arena_take(arena, MEMORY_TABLES, 16);

    assert_int_equal((uintptr_t)large % 64, 0);
    assert_true(is_zero(large, 3 * MEBIBYTE));
    assert_ptr_equal(after, before + 16);
}

static void given_pieces_of_two_categories_when_asked_then_each_is_counted_alone(void **state) {
    struct arena *arena = *state;

    arena_take(arena, MEMORY_EVENTS, 100);
    arena_take_array(arena, MEMORY_EVENTS, 3, 7);
    arena_take(arena, MEMORY_TRACE, MEBIBYTE);
    arena_take(arena, MEMORY_TRACE, 0);

    assert_int_equal(arena_bytes(arena, MEMORY_EVENTS), 121);
    assert_int_equal(arena_bytes(arena, MEMORY_TRACE), MEBIBYTE);
    assert_int_equal(arena_bytes(arena, MEMORY_ROUTERS), 0);
}

static void given_category_out_of_range_when_taken_then_check_fails(void **state) {
    struct arena *arena = *state;

    expect_assert_failure(arena_take(arena, MEMORY_CATEGORY_COUNT, 1));
    expect_assert_failure(arena_bytes(arena, MEMORY_CATEGORY_COUNT));
}

static void given_categories_when_named_then_names_differ(void **state) {
    (void)state;

    for (int a = 0; a < MEMORY_CATEGORY_COUNT; a++) {
        const char *name = memory_category_name((enum memory_category)a);
        assert_string_not_equal(name, "unknown");
        for (int b = 0; b < a; b++) {
            assert_string_not_equal(name, memory_category_name((enum memory_category)b));
        }
    }
}

/** Where exhausted arenas come out, since `exhausted` must not return. */
struct exit_door {
    jmp_buf out;
    size_t in_use;
    size_t wanted;
};

static void leave(void *context, size_t bytes_in_use, size_t bytes_wanted) {
    struct exit_door *door = context;
    door->in_use = bytes_in_use;
    door->wanted = bytes_wanted;
    longjmp(door->out, 1);
}

static void given_limit_when_pieces_reach_it_then_exhausted_is_called_within_it(void **state) {
    (void)state;
    static struct exit_door door;
    struct arena *arena = arena_create(
        &(struct arena_options){.limit_bytes = MEBIBYTE, .exhausted = leave, .context = &door});
    static size_t taken;
    taken = 0;

    if (setjmp(door.out) == 0) {
        while (taken < 2 * MEBIBYTE) {
            arena_take(arena, MEMORY_TABLES, 1024);
            taken += 1024;
        }
    }

    // Chunks that shrink near the limit let most of it be used.
    assert_true(taken <= MEBIBYTE);
    assert_true(taken > MEBIBYTE / 100 * 98);
    assert_true(door.in_use <= MEBIBYTE);
    assert_int_equal(door.wanted, 1024);
    arena_destroy(arena);
}

/** What building needs for a while is held to the limit of the run as well. */
static void given_an_arena_aside_when_it_is_there_then_it_counts_and_then_no_more(void **state) {
    (void)state;
    struct arena *arena = arena_create(NULL);
    arena_take(arena, MEMORY_TABLES, 100);
    size_t before = arena_total_bytes(arena);
    size_t tables = arena_bytes(arena, MEMORY_TABLES);

    struct arena *aside = arena_aside(arena);
    struct arena *further = arena_aside(aside);
    arena_take(aside, MEMORY_TABLES, 3000000);
    void *block = arena_block_take(further, MEMORY_TABLES, 5000000);
    size_t during = arena_total_bytes(arena);
    assert_true(during >= before + 8000000);
    assert_true(arena_total_bytes(further) == during);
    assert_true(arena_bytes(arena, MEMORY_TABLES) == tables);
    arena_block_give(further, MEMORY_TABLES, block);
    assert_true(arena_total_bytes(arena) <= during - 5000000);
    arena_take(further, MEMORY_TABLES, 1000);
    arena_destroy(further);
    arena_destroy(aside);

    assert_true(arena_total_bytes(arena) == before);
    arena_destroy(arena);
}

static void given_a_limit_when_an_arena_aside_reaches_it_then_exhausted_is_called(void **state) {
    (void)state;
    static struct exit_door door;
    struct arena *arena = arena_create(
        &(struct arena_options){.limit_bytes = MEBIBYTE, .exhausted = leave, .context = &door});
    struct arena *aside = arena_aside(arena);
    static bool refused;
    refused = true;

    if (setjmp(door.out) == 0) {
        arena_take(aside, MEMORY_TABLES, 2 * MEBIBYTE);
        refused = false;
    }

    assert_true(refused);
    assert_int_equal(door.wanted, 2 * MEBIBYTE);
    arena_destroy(aside);
    arena_destroy(arena);
}

static void given_branches_when_pieces_are_taken_then_they_count_as_the_arena_s(void **state) {
    (void)state;
    static struct exit_door door;
    struct arena *arena = arena_create(
        &(struct arena_options){.limit_bytes = MEBIBYTE, .exhausted = leave, .context = &door});
    struct arena *branch = arena_branch(arena);
    static size_t taken;
    taken = 0;
    arena_take(arena, MEMORY_TABLES, 1000);
    arena_take(arena_branch(arena), MEMORY_TABLES, 200);

    if (setjmp(door.out) == 0) {
        while (taken < 2 * MEBIBYTE) {
            arena_take(branch, MEMORY_EVENTS, 1024);
            taken += 1024;
        }
    }

    assert_int_equal(arena_bytes(arena, MEMORY_TABLES), 1200);
    assert_int_equal(arena_bytes(arena, MEMORY_EVENTS), taken + 1024);
    assert_true(taken > MEBIBYTE / 2);
    assert_true(arena_total_bytes(arena) <= MEBIBYTE);
    assert_true(arena_total_bytes(branch) == arena_total_bytes(arena));
    arena_destroy(arena);
}

static void given_sizes_no_machine_has_when_taken_then_exhausted_is_called(void **state) {
    (void)state;
    static struct exit_door door;
    static int times;
    struct arena *arena =
        arena_create(&(struct arena_options){.exhausted = leave, .context = &door});
    times = 0;

    if (setjmp(door.out) == 0) {
        arena_take_array(arena, MEMORY_TABLES, SIZE_MAX / 2, 3);
    } else {
        times++;
    }
    if (setjmp(door.out) == 0) {
        arena_take(arena, MEMORY_TABLES, SIZE_MAX - 10);
    } else {
        times++;
    }

    assert_int_equal(times, 2);
    arena_destroy(arena);
}

static void given_block_given_back_when_size_class_is_taken_then_same_block(void **state) {
    struct pool pool;
    pool_init(&pool, *state, MEMORY_CACHES);
    void *first = pool_take(&pool, 33);
    void *second = pool_take(&pool, 64);
    assert_ptr_not_equal(first, second);

    pool_give(&pool, first, 33);
    pool_give(&pool, second, 64);
    pool_give(&pool, NULL, 64);

    assert_ptr_equal(pool_take(&pool, 50), second);
    assert_ptr_equal(pool_take(&pool, 60), first);
    assert_int_equal(arena_bytes(*state, MEMORY_CACHES), 128);
}

static void given_array_when_grown_then_items_stay_and_blocks_are_reused(void **state) {
    static const size_t item_sizes[] = {1, 4, 8, 12, 16, 24, 40, 100};

    for (size_t row = 0; row < COUNT_OF(item_sizes); row++) {
        struct pool pool;
        pool_init(&pool, *state, MEMORY_CACHES);
        size_t item_size = item_sizes[row];
        unsigned char *items = NULL;
        uint32_t capacity = 0;
        for (uint32_t i = 0; i < 1000; i++) {
            if (i == capacity) {
                items = pool_grow(&pool, items, &capacity, i + 1, item_size);
                assert_true(capacity > i);
            }
            memset(items + i * item_size, (int)(i % 251), item_size);
        }

        for (uint32_t i = 0; i < 1000; i++) {
            assert_int_equal(items[i * item_size], i % 251);
            assert_int_equal(items[(i + 1) * item_size - 1], i % 251);
        }
        // The block before the last one came back under the class it was taken from.
        size_t last_bytes = 1;
        while (last_bytes < capacity * item_size) {
            last_bytes *= 2;
        }
        size_t bytes_before = arena_bytes(*state, MEMORY_CACHES);
        pool_take(&pool, last_bytes / 2);
        assert_int_equal(arena_bytes(*state, MEMORY_CACHES), bytes_before);
    }
}

static void given_array_when_grown_to_less_then_check_fails(void **state) {
    struct pool pool;
    pool_init(&pool, *state, MEMORY_CACHES);
    uint32_t capacity = 0;
    void *items = pool_grow(&pool, NULL, &capacity, 8, 8);

    expect_assert_failure(pool_grow(&pool, items, &capacity, capacity, 8));
    expect_assert_failure(pool_take(&pool, (size_t)1 << 41));
}

static void given_an_array_when_it_grows_large_then_nothing_stays_behind(void **state) {
    struct arena *arena = *state;
    struct pool pool;
    pool_init(&pool, arena, MEMORY_EVENTS);
    uint64_t *items = NULL;
    uint32_t capacity = 0;
    enum { ITEMS = 3000000 };

    for (uint32_t i = 0; i < ITEMS; i++) {
        if (i == capacity) {
            items = pool_grow(&pool, items, &capacity, i + 1, sizeof *items);
        }
        items[i] = i * UINT64_C(11);
    }

    for (uint32_t i = 0; i < ITEMS; i++) {
        assert_true(items[i] == i * UINT64_C(11));
    }
    // An eighth at its end, and before it was large all powers of two up to 1 MiB.
    assert_in_range(arena_bytes(arena, MEMORY_EVENTS), ITEMS * sizeof *items,
                    ITEMS * sizeof *items / 8 * 9 + 2 * MEBIBYTE);
    pool_give(&pool, items, capacity * sizeof *items);
    assert_in_range(arena_bytes(arena, MEMORY_EVENTS), 0, 2 * MEBIBYTE);
    assert_in_range(arena_total_bytes(arena), 0, 5 * MEBIBYTE);
}

static void given_blocks_when_given_back_in_any_order_then_the_others_stay(void **state) {
    struct arena *arena = *state;
    unsigned char *blocks[5];
    for (size_t i = 0; i < COUNT_OF(blocks); i++) {
        blocks[i] = arena_block_take(arena, MEMORY_TRACE, (i + 1) * MEBIBYTE + i);
        assert_int_equal((uintptr_t)blocks[i] % 64, 0);
        assert_true(is_zero(blocks[i], (i + 1) * MEBIBYTE + i));
        memset(blocks[i], (int)i + 1, (i + 1) * MEBIBYTE);
    }

    arena_block_give(arena, MEMORY_TRACE, blocks[4]);
    arena_block_give(arena, MEMORY_TRACE, blocks[0]);
    arena_block_give(arena, MEMORY_TRACE, blocks[2]);
    blocks[1] = arena_block_grow(arena, MEMORY_TRACE, blocks[1], 9 * MEBIBYTE);

    assert_int_equal(arena_bytes(arena, MEMORY_TRACE), 13 * MEBIBYTE + 3);
    for (size_t i = 0; i < 2 * MEBIBYTE; i++) {
        assert_int_equal(blocks[1][i], 2);
        assert_int_equal(blocks[3][i], 4);
    }
    assert_true(is_zero(blocks[1] + 2 * MEBIBYTE, 7 * MEBIBYTE));
}

static void given_a_limit_when_a_block_outgrows_it_then_exhausted_is_called(void **state) {
    (void)state;
    static struct exit_door door;
    static int times;
    struct arena *arena = arena_create(
        &(struct arena_options){.limit_bytes = 4 * MEBIBYTE, .exhausted = leave, .context = &door});
    static unsigned char *block;
    block = arena_block_take(arena, MEMORY_TRACE, 2 * MEBIBYTE);
    times = 0;

    if (setjmp(door.out) == 0) {
        block = arena_block_grow(arena, MEMORY_TRACE, block, 3 * MEBIBYTE);
        arena_block_grow(arena, MEMORY_TRACE, block, 5 * MEBIBYTE);
    } else {
        times++;
    }
    if (setjmp(door.out) == 0) {
        arena_block_take(arena, MEMORY_TRACE, MEBIBYTE);
    } else {
        times++;
    }

    // What could not grow is still there, and goes with the arena.
    assert_int_equal(times, 2);
    assert_int_equal(arena_bytes(arena, MEMORY_TRACE), 3 * MEBIBYTE);
    assert_int_equal(block[3 * MEBIBYTE - 1], 0);
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_pieces_of_all_sizes_when_taken_then_zeroed_aligned_and_apart, make_arena,
            end_arena),
        cmocka_unit_test_setup_teardown(given_large_piece_when_taken_then_running_chunk_goes_on,
                                        make_arena, end_arena),
        cmocka_unit_test_setup_teardown(
            given_pieces_of_two_categories_when_asked_then_each_is_counted_alone, make_arena,
            end_arena),
        cmocka_unit_test_setup_teardown(given_category_out_of_range_when_taken_then_check_fails,
                                        make_arena, end_arena),
        cmocka_unit_test(given_categories_when_named_then_names_differ),
        cmocka_unit_test(given_limit_when_pieces_reach_it_then_exhausted_is_called_within_it),
        cmocka_unit_test(given_an_arena_aside_when_it_is_there_then_it_counts_and_then_no_more),
        cmocka_unit_test(given_a_limit_when_an_arena_aside_reaches_it_then_exhausted_is_called),
        cmocka_unit_test(given_branches_when_pieces_are_taken_then_they_count_as_the_arena_s),
        cmocka_unit_test(given_sizes_no_machine_has_when_taken_then_exhausted_is_called),
        cmocka_unit_test_setup_teardown(
            given_block_given_back_when_size_class_is_taken_then_same_block, make_arena, end_arena),
        cmocka_unit_test_setup_teardown(
            given_array_when_grown_then_items_stay_and_blocks_are_reused, make_arena, end_arena),
        cmocka_unit_test_setup_teardown(given_array_when_grown_to_less_then_check_fails, make_arena,
                                        end_arena),
        cmocka_unit_test_setup_teardown(
            given_an_array_when_it_grows_large_then_nothing_stays_behind, make_arena, end_arena),
        cmocka_unit_test_setup_teardown(
            given_blocks_when_given_back_in_any_order_then_the_others_stay, make_arena, end_arena),
        cmocka_unit_test(given_a_limit_when_a_block_outgrows_it_then_exhausted_is_called),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
