#include "base/prng.h"
#include "router/digest_cache.h"
#include "tests/support/unit.h"

enum { KEYS = 400, STEPS = 20000 };

/** The plain form: when each key was added, or never. */
struct reference {
    int64_t added_ns[KEYS];
    bool added[KEYS];
};

static bool reference_has(const struct reference *reference, uint32_t key, int64_t now_ns) {
    return reference->added[key] && now_ns < reference->added_ns[key] + DIGEST_CACHE_TTL_NS;
}

/** Keys that share their low bits, so that they stand in each other's way. 0, which the table holds
 * as 1, is among them, and 1 is not. */
static uint64_t key_of(uint32_t number) {
    return number % 2 == 0 ? (uint64_t)number << 20 : number + KEYS;
}

static void given_random_times_when_asked_then_a_key_is_held_for_its_ttl(void **state) {
    (void)state;
    static const int64_t strides_ns[] = {0, 1, 1000000, 900000000, 30000000000, 119999999999};
    struct arena *arena = arena_create(NULL);
    struct pool pool;
    pool_init(&pool, arena, MEMORY_CACHES);
    struct digest_cache cache;
    digest_cache_init(&cache);
    struct reference reference = {0};
    struct prng prng = prng_stream(1, STREAM_ROUTER, 0);
    int64_t now_ns = 0;

    for (uint32_t i = 0; i < STEPS; i++) {
        now_ns += prng_below(&prng, 10) > 0 ? 0 : strides_ns[prng_below(&prng, 6)];
        uint32_t key = prng_below(&prng, KEYS);
        bool held = reference_has(&reference, key, now_ns);
        assert_int_equal(digest_cache_has(&cache, key_of(key), now_ns), held);
        assert_int_equal(digest_cache_add(&cache, &pool, key_of(key), now_ns), !held);
        if (!held) {
            reference.added[key] = true;
            reference.added_ns[key] = now_ns;
        }
    }

    uint32_t held_count = 0;
    for (uint32_t key = 0; key < KEYS; key++) {
        held_count += reference_has(&reference, key, now_ns);
        assert_int_equal(digest_cache_has(&cache, key_of(key), now_ns),
                         reference_has(&reference, key, now_ns));
    }
    assert_int_equal(cache.count, held_count);
    arena_destroy(arena);
}

static void given_a_key_when_its_ttl_ends_then_it_is_gone_at_that_instant(void **state) {
    (void)state;
    struct arena *arena = arena_create(NULL);
    struct pool pool;
    pool_init(&pool, arena, MEMORY_CACHES);
    struct digest_cache cache;
    digest_cache_init(&cache);
    assert_false(digest_cache_has(&cache, 7, 0));

    digest_cache_add(&cache, &pool, 7, 5);

    assert_true(digest_cache_has(&cache, 7, DIGEST_CACHE_TTL_NS + 4));
    assert_false(digest_cache_has(&cache, 7, DIGEST_CACHE_TTL_NS + 5));
    assert_int_equal(cache.count, 0);
    arena_destroy(arena);
}

static void given_a_key_when_taken_back_then_it_can_be_added_again(void **state) {
    (void)state;
    struct arena *arena = arena_create(NULL);
    struct pool pool;
    pool_init(&pool, arena, MEMORY_CACHES);
    struct digest_cache cache;
    digest_cache_init(&cache);
    assert_true(digest_cache_add(&cache, &pool, 7, 5));
    assert_true(digest_cache_add(&cache, &pool, 8, 6));

    digest_cache_take_back(&cache);

    assert_true(digest_cache_has(&cache, 7, 6));
    assert_false(digest_cache_has(&cache, 8, 6));
    assert_true(digest_cache_add(&cache, &pool, 8, 7));
    assert_true(digest_cache_has(&cache, 8, DIGEST_CACHE_TTL_NS + 6));
    assert_false(digest_cache_has(&cache, 8, DIGEST_CACHE_TTL_NS + 7));
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_random_times_when_asked_then_a_key_is_held_for_its_ttl),
        cmocka_unit_test(given_a_key_when_its_ttl_ends_then_it_is_gone_at_that_instant),
        cmocka_unit_test(given_a_key_when_taken_back_then_it_can_be_added_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
