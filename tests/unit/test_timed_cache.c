#include "tests/support/unit.h"

#include "base/prng.h"
#include "router/seen.h"
#include "router/timed_cache.h"

#include <stdio.h>
#include <string.h>

enum { A = 1, B = 2, TEXT_SIZE = 128 };

struct fixture {
    struct arena *arena;
    struct timed_cache cache;
};

static struct fixture fixture_of(void) {
    struct fixture f = {.arena = arena_create(NULL)};
    memset(&f.cache, 0xa5, sizeof f.cache);
    timed_cache_init(&f.cache, f.arena);
    return f;
}

/** Puts with a handler whose number is ten times the value. */
static void put(struct fixture *f, uint32_t key, uint32_t value, int64_t due_ns) {
    timed_cache_put(&f->cache,
                    (struct timed_cache_entry){.key = key, .value = value, .handler = value * 10},
                    due_ns);
}

static void put_quietly(struct fixture *f, uint32_t key, uint32_t value, int64_t due_ns) {
    timed_cache_put(
        &f->cache,
        (struct timed_cache_entry){.key = key, .value = value, .handler = TIMED_CACHE_NO_HANDLER},
        due_ns);
}

/** The calls of an advance as `key=value/handler` words. */
static const char *advance(struct fixture *f, int64_t now_ns, char out[TEXT_SIZE]) {
    timed_cache_advance(&f->cache, now_ns);
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < f->cache.call_count; i++) {
        const struct timed_cache_entry *call = &f->cache.calls[i];
        used += (size_t)snprintf(out + used, TEXT_SIZE - used, "%u=%u/%u ", call->key, call->value,
                                 call->handler);
    }
    return out;
}

static void given_an_entry_when_its_time_comes_then_it_goes_at_that_instant(void **state) {
    (void)state;
    struct fixture f = fixture_of();
    char calls[TEXT_SIZE];
    put(&f, A, 1, 100);

    assert_string_equal(advance(&f, 99, calls), "");
    assert_int_equal(timed_cache_find(&f.cache, A)->value, 1);
    assert_string_equal(advance(&f, 100, calls), "1=1/10 ");

    assert_null(timed_cache_find(&f.cache, A));
    assert_int_equal(f.cache.count, 0);
    arena_destroy(f.arena);
}

static void given_a_key_put_twice_when_the_first_timer_fires_then_the_second_entry_goes(void **s) {
    (void)s;
    struct fixture f = fixture_of();
    char calls[TEXT_SIZE];
    put(&f, A, 1, 100);
    put(&f, A, 2, 250);

    assert_int_equal(f.cache.count, 1);
    assert_string_equal(advance(&f, 100, calls), "1=2/20 ");

    assert_null(timed_cache_find(&f.cache, A));
    assert_string_equal(advance(&f, 250, calls), "");
    arena_destroy(f.arena);
}

static void given_a_later_put_with_less_life_when_it_is_over_then_the_entry_goes(void **state) {
    (void)state;
    struct fixture f = fixture_of();
    char calls[TEXT_SIZE];
    put(&f, A, 1, 100);
    put(&f, A, 2, 30);

    assert_string_equal(advance(&f, 30, calls), "1=2/20 ");

    assert_string_equal(advance(&f, 100, calls), "");
    arena_destroy(f.arena);
}

static void given_a_removed_key_put_again_when_the_old_timer_fires_then_it_goes(void **state) {
    (void)state;
    struct fixture f = fixture_of();
    char calls[TEXT_SIZE];
    put(&f, A, 1, 100);
    timed_cache_remove(&f.cache, A);
    assert_null(timed_cache_find(&f.cache, A));
    put(&f, A, 2, 250);

    assert_string_equal(advance(&f, 100, calls), "1=2/20 ");

    assert_null(timed_cache_find(&f.cache, A));
    arena_destroy(f.arena);
}

static void given_the_present_entry_has_no_handler_when_it_goes_then_none_is_called(void **state) {
    (void)state;
    struct fixture f = fixture_of();
    char calls[TEXT_SIZE];
    put(&f, A, 1, 100);
    put_quietly(&f, A, 2, 250);

    assert_string_equal(advance(&f, 100, calls), "");

    assert_null(timed_cache_find(&f.cache, A));
    arena_destroy(f.arena);
}

static void given_an_absent_key_when_removed_or_its_timer_fires_then_nothing_happens(void **s) {
    (void)s;
    struct fixture f = fixture_of();
    char calls[TEXT_SIZE];
    put(&f, A, 1, 100);
    timed_cache_remove(&f.cache, A);

    timed_cache_remove(&f.cache, A);

    assert_string_equal(advance(&f, 100, calls), "");
    arena_destroy(f.arena);
}

static void given_timers_due_together_when_fired_then_by_time_and_then_by_start(void **state) {
    (void)state;
    struct fixture f = fixture_of();
    char calls[TEXT_SIZE];
    put(&f, 4, 4, 200);
    put(&f, 3, 3, 100);
    put(&f, 2, 2, 100);
    put(&f, 1, 1, 50);
    put(&f, 5, 5, 999);

    assert_string_equal(advance(&f, 500, calls), "1=1/10 3=3/30 2=2/20 4=4/40 ");

    assert_int_equal(f.cache.count, 1);
    assert_non_null(timed_cache_find(&f.cache, 5));
    arena_destroy(f.arena);
}

/** The router puts only absent keys, with one length of life: then seen answers the same. */
static void given_guarded_puts_when_compared_then_seen_answers_as_the_plain_cache(void **state) {
    (void)state;
    enum { KEYS = 60, ROUNDS = 4000, LIFE = 120 };
    struct fixture f = fixture_of();
    struct prng prng = prng_stream(5, STREAM_ROUTER, 0);
    struct pool pool;
    struct seen seen;
    pool_init(&pool, f.arena, MEMORY_CACHES);
    seen_init(&seen, &pool, KEYS);
    int64_t now = 0;
    uint32_t hits = 0;

    for (uint32_t round = 0; round < ROUNDS; round++) {
        uint32_t key = prng_below(&prng, KEYS);
        now += (int64_t)prng_below(&prng, 8) * prng_below(&prng, 3);
        timed_cache_advance(&f.cache, now);
        bool present = timed_cache_find(&f.cache, key) != NULL;
        assert_int_equal(seen_has(&seen, &pool, key, now), present);
        assert_int_equal(seen.members.count, f.cache.count);
        hits += present;
        if (!present) {
            put_quietly(&f, key, key, now + LIFE);
            seen_add(&seen, &pool, key, now + LIFE);
        }
    }

    assert_in_range(hits, ROUNDS / 10, ROUNDS - ROUNDS / 10);
    arena_destroy(f.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_an_entry_when_its_time_comes_then_it_goes_at_that_instant),
        cmocka_unit_test(
            given_a_key_put_twice_when_the_first_timer_fires_then_the_second_entry_goes),
        cmocka_unit_test(given_a_later_put_with_less_life_when_it_is_over_then_the_entry_goes),
        cmocka_unit_test(given_a_removed_key_put_again_when_the_old_timer_fires_then_it_goes),
        cmocka_unit_test(given_the_present_entry_has_no_handler_when_it_goes_then_none_is_called),
        cmocka_unit_test(given_an_absent_key_when_removed_or_its_timer_fires_then_nothing_happens),
        cmocka_unit_test(given_timers_due_together_when_fired_then_by_time_and_then_by_start),
        cmocka_unit_test(given_guarded_puts_when_compared_then_seen_answers_as_the_plain_cache),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
