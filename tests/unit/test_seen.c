#include "tests/support/unit.h"

#include "base/prng.h"
#include "router/seen.h"

#include <string.h>

enum { LIMIT = 2000 };

struct cache {
    struct arena *arena;
    struct pool pool;
    struct seen seen;
};

static struct cache cache_of(uint32_t limit) {
    struct cache c = {.arena = arena_create(NULL)};
    pool_init(&c.pool, c.arena, MEMORY_CACHES);
    memset(&c.seen, 0xa5, sizeof c.seen);
    seen_init(&c.seen, &c.pool, limit);
    return c;
}

static void add(struct cache *c, uint32_t message, int64_t expires_ns) {
    seen_add(&c->seen, &c->pool, message, expires_ns);
}

static bool has(struct cache *c, uint32_t message, int64_t now_ns) {
    return seen_has(&c->seen, &c->pool, message, now_ns);
}

static void given_an_empty_cache_when_asked_then_nothing_was_seen(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    static const int64_t times_ns[] = {0, 1, INT64_MAX - 1};

    for (size_t i = 0; i < COUNT_OF(times_ns); i++) {
        assert_false(has(&c, 0, times_ns[i]));
        assert_false(has(&c, LIMIT - 1, times_ns[i]));
    }
    arena_destroy(c.arena);
}

static void given_a_message_when_its_time_comes_then_it_is_forgotten_at_that_instant(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t now_ns;
        bool seen;
    } rows[] = {
        {"long before", 0, true},
        {"just before", 999, true},
        {"the instant", 1000, false},
        {"just after", 1001, false},
        {"long after", INT64_MAX - 1, false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct cache c = cache_of(LIMIT);
        add(&c, 5, 1000);
        if (has(&c, 5, rows[i].now_ns) != rows[i].seen) {
            fail_msg("%s", rows[i].name);
        }
        assert_false(has(&c, 6, rows[i].now_ns));
        arena_destroy(c.arena);
    }
}

static void given_a_message_when_read_often_then_it_lives_no_longer(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    add(&c, 5, 1000);

    for (int64_t now_ns = 0; now_ns < 1000; now_ns++) {
        assert_true(has(&c, 5, now_ns));
    }

    assert_false(has(&c, 5, 1000));
    arena_destroy(c.arena);
}

static void
given_messages_of_several_times_when_time_passes_then_each_goes_at_its_own(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    static const int64_t expires_ns[] = {10, 10, 11, 20, 20, 35};

    for (uint32_t message = 0; message < COUNT_OF(expires_ns); message++) {
        add(&c, message, expires_ns[message]);
    }

    for (int64_t now_ns = 0; now_ns < 40; now_ns++) {
        for (uint32_t message = 0; message < COUNT_OF(expires_ns); message++) {
            assert_int_equal(has(&c, message, now_ns), now_ns < expires_ns[message]);
        }
    }
    assert_int_equal(c.seen.members.count, 0);
    arena_destroy(c.arena);
}

/** What is seen for good leaves with nothing that goes, and takes no place in the queue. */
static void given_messages_for_good_when_the_others_go_then_they_stay(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    add(&c, 1, 10);
    add(&c, 600, 20);
    for (uint32_t message = 700; message < 800; message++) {
        add(&c, message, SEEN_FOR_GOOD);
    }
    assert_int_equal(c.seen.queued, 2);

    assert_false(has(&c, 1, 10));
    assert_true(has(&c, 600, 19));
    assert_false(has(&c, 600, INT64_MAX - 1));
    for (uint32_t message = 700; message < 800; message++) {
        assert_true(has(&c, message, INT64_MAX - 1));
    }
    assert_int_equal(c.seen.members.count, 100);
    assert_int_equal(c.seen.capacity, 4);
    arena_destroy(c.arena);
}

static void given_a_forgotten_message_when_added_again_then_it_is_seen_anew(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    add(&c, 5, 10);
    assert_false(has(&c, 5, 10));

    add(&c, 5, 30);

    assert_true(has(&c, 5, 29));
    assert_false(has(&c, 5, 30));
    arena_destroy(c.arena);
}

/** Members stand in pages of 512, a page in words of 64. */
static void given_ids_at_borders_when_added_then_no_other_is_seen(void **state) {
    (void)state;
    static const uint32_t ids[] = {0, 63, 64, 511, 512, 1023, 1024, LIMIT - 1};

    for (size_t i = 0; i < COUNT_OF(ids); i++) {
        struct cache c = cache_of(LIMIT);
        add(&c, ids[i], 10);
        for (uint32_t message = 0; message < LIMIT; message++) {
            if (has(&c, message, 5) != (message == ids[i])) {
                fail_msg("with %u alone, asked for %u", ids[i], message);
            }
        }
        arena_destroy(c.arena);
    }
}

/** Blocks go back to the pool, so a cache of a steady size takes no more memory. */
static void given_a_steady_flow_when_it_goes_on_then_no_more_memory_is_taken(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    size_t bytes_early = 0;

    for (uint32_t i = 0; i < 10 * LIMIT; i++) {
        assert_false(has(&c, i % LIMIT, i));
        add(&c, i % LIMIT, i + LIMIT / 2);
        bytes_early = i == 2 * LIMIT ? arena_bytes(c.arena, MEMORY_CACHES) : bytes_early;
    }

    assert_int_equal(arena_bytes(c.arena, MEMORY_CACHES), bytes_early);
    assert_int_equal(c.seen.members.count, LIMIT / 2);
    arena_destroy(c.arena);
}

static void given_a_cache_that_grew_when_another_grows_then_it_uses_the_blocks_left(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    struct seen other;
    seen_init(&other, &c.pool, LIMIT);
    for (uint32_t message = 0; message <= 64; message++) {
        add(&c, message, 10);
    }
    // Empty again, the cache gives the page of its members back too.
    assert_false(has(&c, 0, 10));
    size_t bytes = arena_bytes(c.arena, MEMORY_CACHES);

    for (uint32_t message = 0; message < 64; message++) {
        seen_add(&other, &c.pool, message, 20);
    }

    assert_int_equal(arena_bytes(c.arena, MEMORY_CACHES), bytes);
    arena_destroy(c.arena);
}

/** The same cache, the slow way: when each message expires. */
static void given_random_use_when_compared_then_as_the_slow_cache(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    struct prng prng = prng_stream(7, STREAM_ROUTER, 0);
    static int64_t expires_ns[LIMIT];
    memset(expires_ns, 0, sizeof expires_ns);
    int64_t now_ns = 1;

    for (uint32_t step = 0; step < 100000; step++) {
        uint32_t message = prng_below(&prng, LIMIT);
        bool seen = has(&c, message, now_ns);
        assert_int_equal(seen, now_ns < expires_ns[message]);
        if (!seen) {
            expires_ns[message] = now_ns + 500;
            add(&c, message, expires_ns[message]);
        }
        // Time stands, creeps, and now and then leaps over everything.
        now_ns += prng_below(&prng, 2);
        now_ns += prng_below(&prng, 2000) == 0 ? 600 : 0;
    }

    arena_destroy(c.arena);
}

static void given_wrong_use_when_called_then_a_check_fails(void **state) {
    (void)state;
    struct cache c = cache_of(LIMIT);
    add(&c, 5, 1000);

    expect_assert_failure(add(&c, 5, 1000));
    expect_assert_failure(add(&c, 6, 999));
    expect_assert_failure(add(&c, UINT32_MAX, 1000));
    arena_destroy(c.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_an_empty_cache_when_asked_then_nothing_was_seen),
        cmocka_unit_test(given_a_message_when_its_time_comes_then_it_is_forgotten_at_that_instant),
        cmocka_unit_test(given_a_message_when_read_often_then_it_lives_no_longer),
        cmocka_unit_test(
            given_messages_of_several_times_when_time_passes_then_each_goes_at_its_own),
        cmocka_unit_test(given_messages_for_good_when_the_others_go_then_they_stay),
        cmocka_unit_test(given_a_forgotten_message_when_added_again_then_it_is_seen_anew),
        cmocka_unit_test(given_ids_at_borders_when_added_then_no_other_is_seen),
        cmocka_unit_test(given_a_steady_flow_when_it_goes_on_then_no_more_memory_is_taken),
        cmocka_unit_test(given_a_cache_that_grew_when_another_grows_then_it_uses_the_blocks_left),
        cmocka_unit_test(given_random_use_when_compared_then_as_the_slow_cache),
        cmocka_unit_test(given_wrong_use_when_called_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
