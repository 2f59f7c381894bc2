#include "tests/support/unit.h"

#include "base/paged_set.h"
#include "base/prng.h"

#include <string.h>

enum { LIMIT = 3 * PAGED_SET_PAGE_BITS + 5, STEPS = 200000 };

struct fixture {
    struct arena *arena;
    struct pool pool;
    struct paged_set set;
};

static int begin(void **state) {
    static struct fixture fixture;
    fixture.arena = arena_create(NULL);
    pool_init(&fixture.pool, fixture.arena, MEMORY_CACHES);
    paged_set_init(&fixture.set, &fixture.pool, LIMIT);
    *state = &fixture;
    return 0;
}

static int end(void **state) {
    struct fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

static void given_random_adds_and_removes_when_asked_then_same_as_plain_table(void **state) {
    struct fixture *f = *state;
    static bool members[LIMIT];
    uint32_t count = 0;
    memset(members, 0, sizeof members);
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);

    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t id = prng_below(&prng, LIMIT);
        assert_int_equal(paged_set_has(&f->set, id), members[id]);
        // Phases that mostly add and phases that mostly remove, so that pages come and go.
        bool adding = step / 5000 % 2 == 0;
        if (members[id] && !adding) {
            paged_set_remove(&f->set, &f->pool, id);
            count--;
        } else if (!members[id] && adding) {
            paged_set_add(&f->set, &f->pool, id);
            count++;
        } else {
            continue;
        }
        members[id] = adding;
        assert_int_equal(f->set.count, count);
    }

    for (uint32_t id = 0; id < LIMIT; id++) {
        assert_int_equal(paged_set_has(&f->set, id), members[id]);
    }
}

static void given_edge_ids_when_added_then_only_they_are_members(void **state) {
    struct fixture *f = *state;
    static const uint32_t edges[] = {0, 63, 64, 511, 512, 1023, LIMIT - 1};

    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        paged_set_add(&f->set, &f->pool, edges[i]);
    }

    uint32_t found = 0;
    for (uint32_t id = 0; id < LIMIT; id++) {
        found += paged_set_has(&f->set, id);
    }
    assert_int_equal(found, COUNT_OF(edges));
    for (size_t i = 0; i < COUNT_OF(edges); i++) {
        assert_true(paged_set_has(&f->set, edges[i]));
    }
}

static void given_page_left_empty_when_another_is_needed_then_it_is_reused(void **state) {
    struct fixture *f = *state;
    paged_set_add(&f->set, &f->pool, PAGED_SET_PAGE_BITS + 5);
    paged_set_add(&f->set, &f->pool, PAGED_SET_PAGE_BITS + 9);
    size_t bytes = arena_bytes(f->arena, MEMORY_CACHES);

    paged_set_remove(&f->set, &f->pool, PAGED_SET_PAGE_BITS + 5);
    paged_set_remove(&f->set, &f->pool, PAGED_SET_PAGE_BITS + 9);
    paged_set_add(&f->set, &f->pool, 2 * PAGED_SET_PAGE_BITS + 1);

    assert_int_equal(arena_bytes(f->arena, MEMORY_CACHES), bytes);
    assert_false(paged_set_has(&f->set, 2 * PAGED_SET_PAGE_BITS + 5));
    assert_false(paged_set_has(&f->set, PAGED_SET_PAGE_BITS + 5));
}

static void given_members_when_cleared_then_none_and_pages_come_back(void **state) {
    struct fixture *f = *state;
    for (uint32_t id = 0; id < LIMIT; id++) {
        paged_set_add(&f->set, &f->pool, id);
    }
    size_t bytes = arena_bytes(f->arena, MEMORY_CACHES);

    paged_set_clear(&f->set, &f->pool);

    assert_int_equal(f->set.count, 0);
    for (uint32_t id = 0; id < LIMIT; id++) {
        assert_false(paged_set_has(&f->set, id));
        paged_set_add(&f->set, &f->pool, id);
    }
    assert_int_equal(arena_bytes(f->arena, MEMORY_CACHES), bytes);
}

static void given_wrong_id_when_added_or_removed_then_check_fails(void **state) {
    struct fixture *f = *state;
    paged_set_add(&f->set, &f->pool, 1);

    expect_assert_failure(paged_set_add(&f->set, &f->pool, 1));
    expect_assert_failure(paged_set_remove(&f->set, &f->pool, 2));
    expect_assert_failure(paged_set_remove(&f->set, &f->pool, PAGED_SET_PAGE_BITS));
    expect_assert_failure(paged_set_add(&f->set, &f->pool, 4 * PAGED_SET_PAGE_BITS));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_random_adds_and_removes_when_asked_then_same_as_plain_table, begin, end),
        cmocka_unit_test_setup_teardown(given_edge_ids_when_added_then_only_they_are_members, begin,
                                        end),
        cmocka_unit_test_setup_teardown(
            given_page_left_empty_when_another_is_needed_then_it_is_reused, begin, end),
        cmocka_unit_test_setup_teardown(given_members_when_cleared_then_none_and_pages_come_back,
                                        begin, end),
        cmocka_unit_test_setup_teardown(given_wrong_id_when_added_or_removed_then_check_fails,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
