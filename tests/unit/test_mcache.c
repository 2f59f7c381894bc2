#include "tests/support/unit.h"

#include "base/bitset.h"
#include "base/prng.h"
#include "router/mcache.h"

#include <string.h>

enum { SLOTS = 20, SLOTS_MANY = 200, WINDOWS = 5 };

struct cache {
    struct arena *arena;
    struct pool pool;
    struct mcache mcache;
};

static struct cache cache_of(uint32_t windows, uint32_t slots) {
    struct cache c = {.arena = arena_create(NULL)};
    pool_init(&c.pool, c.arena, MEMORY_CACHES);
    memset(&c.mcache, 0xa5, sizeof c.mcache);
    mcache_init(&c.mcache, &c.pool, windows, slots);
    return c;
}

static struct mcache_entry *put(struct cache *c, uint32_t message) {
    return mcache_put(&c->mcache, &c->pool, message, message + 1);
}

static void shift(struct cache *c) {
    mcache_shift(&c->mcache, &c->pool);
}

/** Writes the messages of the newest windows to `out` as text, one letter each: 0 is 'a'. */
static void list(const struct cache *c, uint32_t windows, char *out) {
    uint32_t position = 0;
    const struct mcache_entry *entry = NULL;
    while ((entry = mcache_next(&c->mcache, windows, &position)) != NULL) {
        *out++ = (char)('a' + entry->message);
    }
    *out = '\0';
}

static void given_an_empty_cache_when_asked_then_nothing_is_there(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS);
    uint32_t position = 0;

    assert_null(mcache_find(&c.mcache, 0));
    assert_null(mcache_next(&c.mcache, WINDOWS, &position));
    shift(&c);
    assert_null(mcache_find(&c.mcache, 0));
    assert_int_equal(c.mcache.count, 0);
    arena_destroy(c.arena);
}

static void
given_a_message_when_put_then_it_is_found_with_its_hops_and_sent_to_nobody(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS);

    mcache_put(&c.mcache, &c.pool, 7, 3);

    struct mcache_entry *entry = mcache_find(&c.mcache, 7);
    assert_non_null(entry);
    assert_int_equal(entry->message, 7);
    assert_int_equal(entry->hops, 3);
    assert_int_equal(bitset_count(mcache_sent(&c.mcache, entry), 1), 0);
    assert_null(mcache_find(&c.mcache, 8));
    arena_destroy(c.arena);
}

/** A message lives in the newest window when put, and is gone after as many shifts as windows. */
static void
given_a_message_when_shifted_then_it_is_found_until_its_window_is_dropped(void **state) {
    (void)state;
    static const uint32_t windows[] = {1, 2, 3, 5, 8, 1000};

    for (size_t i = 0; i < COUNT_OF(windows); i++) {
        struct cache c = cache_of(windows[i], SLOTS);
        put(&c, 1);
        for (uint32_t shifts = 0; shifts <= windows[i] + 2; shifts++) {
            if ((mcache_find(&c.mcache, 1) != NULL) != (shifts < windows[i])) {
                fail_msg("%u windows, %u shifts", windows[i], shifts);
            }
            shift(&c);
        }
        arena_destroy(c.arena);
    }
}

/** Messages a … are put as the script says; '|' is a shift. */
static void
given_messages_in_windows_when_listed_then_those_of_the_newest_oldest_first(void **state) {
    (void)state;
    static const struct {
        const char *script;
        uint32_t windows;
        const char *expected;
    } rows[] = {
        {"", 5, ""},
        {"abc", 1, "abc"},
        {"abc", 0, ""},
        {"abc|", 1, ""},
        {"abc|", 2, "abc"},
        {"a|b|c", 1, "c"},
        {"a|b|c", 2, "bc"},
        {"a|b|c", 3, "abc"},
        {"a|b|c", 5, "abc"},
        {"ab||c|d", 2, "cd"},
        {"ab||c|d", 3, "cd"},
        {"ab||c|d", 4, "abcd"},
        {"a|b|c|d|e", 5, "abcde"},
        {"a|b|c|d|e|f", 5, "bcdef"},
        {"a|b|c|d|e|f", 3, "def"},
        {"abc|d|||||e", 5, "e"},
        {"a|||||", 5, ""},
        {"a||||", 5, "a"},
        {"a||||", 4, ""},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct cache c = cache_of(WINDOWS, SLOTS);
        char found[32];
        for (const char *step = rows[i].script; *step != '\0'; step++) {
            if (*step == '|') {
                shift(&c);
            } else {
                put(&c, (uint32_t)(*step - 'a'));
            }
        }
        list(&c, rows[i].windows, found);
        if (strcmp(found, rows[i].expected) != 0) {
            fail_msg("%s: the newest %u windows are \"%s\", not \"%s\"", rows[i].script,
                     rows[i].windows, found, rows[i].expected);
        }
        arena_destroy(c.arena);
    }
}

static void given_a_message_put_again_when_found_then_the_newest_copy_answers(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS);
    mcache_put(&c.mcache, &c.pool, 4, 1);
    shift(&c);

    mcache_put(&c.mcache, &c.pool, 4, 2);

    assert_int_equal(mcache_find(&c.mcache, 4)->hops, 2);
    arena_destroy(c.arena);
}

/** Slots at the borders of words; a set has one word inline, or a block of several. */
static void given_peers_sent_to_when_asked_then_exactly_they_are_noted(void **state) {
    (void)state;
    static const uint32_t slot_counts[] = {1, 63, 64, 65, 128, 129, 200};

    for (size_t i = 0; i < COUNT_OF(slot_counts); i++) {
        uint32_t slots = slot_counts[i];
        struct cache c = cache_of(WINDOWS, slots);
        put(&c, 1);
        put(&c, 2);
        bitset_add(mcache_sent(&c.mcache, mcache_find(&c.mcache, 1)), 0);
        bitset_add(mcache_sent(&c.mcache, mcache_find(&c.mcache, 1)), slots - 1);
        // The sets must survive the growth of the ring.
        for (uint32_t message = 3; message < 40; message++) {
            put(&c, message);
        }
        for (uint32_t slot = 0; slot < slots; slot++) {
            bool sent = bitset_has(mcache_sent(&c.mcache, mcache_find(&c.mcache, 1)), slot);
            if (sent != (slot == 0 || slot == slots - 1)) {
                fail_msg("%u slots: slot %u", slots, slot);
            }
            assert_false(bitset_has(mcache_sent(&c.mcache, mcache_find(&c.mcache, 2)), slot));
        }
        arena_destroy(c.arena);
    }
}

static void given_dropped_sets_when_put_again_then_new_messages_start_with_none(void **state) {
    (void)state;
    static const uint32_t slot_counts[] = {SLOTS, SLOTS_MANY};

    for (size_t i = 0; i < COUNT_OF(slot_counts); i++) {
        struct cache c = cache_of(1, slot_counts[i]);
        uint32_t words = bitset_words(slot_counts[i]);
        for (uint32_t message = 0; message < 50; message++) {
            struct mcache_entry *entry = put(&c, message);
            if (bitset_count(mcache_sent(&c.mcache, entry), words) != 0) {
                fail_msg("%u slots: message %u starts as sent", slot_counts[i], message);
            }
            for (uint32_t slot = 0; slot < slot_counts[i]; slot++) {
                bitset_add(mcache_sent(&c.mcache, entry), slot);
            }
            shift(&c);
        }
        arena_destroy(c.arena);
    }
}

/** Blocks go back to the pool, so a cache of a steady size takes no more memory. */
static void given_a_steady_flow_when_it_goes_on_then_no_more_memory_is_taken(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS_MANY);
    size_t bytes_early = 0;

    for (uint32_t round = 0; round < 1000; round++) {
        for (uint32_t i = 0; i < 7; i++) {
            put(&c, round * 7 + i);
        }
        shift(&c);
        bytes_early = round == 20 ? arena_bytes(c.arena, MEMORY_CACHES) : bytes_early;
    }

    assert_int_equal(arena_bytes(c.arena, MEMORY_CACHES), bytes_early);
    assert_int_equal(c.mcache.count, 7 * (WINDOWS - 1));
    arena_destroy(c.arena);
}

static void given_a_cache_that_grew_when_another_grows_then_it_uses_the_blocks_left(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS);
    struct mcache other;
    mcache_init(&other, &c.pool, WINDOWS, SLOTS);
    for (uint32_t message = 0; message <= 64; message++) {
        put(&c, message);
    }
    size_t bytes = arena_bytes(c.arena, MEMORY_CACHES);

    for (uint32_t message = 0; message < 64; message++) {
        mcache_put(&other, &c.pool, message, 0);
    }

    assert_int_equal(arena_bytes(c.arena, MEMORY_CACHES), bytes);
    arena_destroy(c.arena);
}

enum { MODEL_MESSAGES = 2000 };

/** The same cache, the slow way: when was each message put, counted in shifts. */
struct model {
    uint32_t put_at[MODEL_MESSAGES];
    uint32_t put_count;
    uint32_t shifts;
};

static void expect_as_model(struct cache *c, const struct model *model, uint32_t windows) {
    uint32_t position = 0;
    for (uint32_t message = 0; message < model->put_count; message++) {
        uint32_t age = model->shifts - model->put_at[message];
        assert_int_equal(mcache_find(&c->mcache, message) != NULL, age < WINDOWS);
        if (age < windows) {
            const struct mcache_entry *entry = mcache_next(&c->mcache, windows, &position);
            assert_non_null(entry);
            assert_int_equal(entry->message, message);
            assert_int_equal(entry->hops, message + 1);
        }
    }
    assert_null(mcache_next(&c->mcache, windows, &position));
}

static void given_random_puts_and_shifts_when_compared_then_as_the_slow_cache(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS_MANY);
    struct prng prng = prng_stream(3, STREAM_ROUTER, 0);
    static struct model model;
    model = (struct model){0};

    while (model.put_count < MODEL_MESSAGES) {
        // Busy and idle times, so that the ring fills, empties and wraps.
        uint32_t busy = prng_below(&prng, 2) * 20;
        for (uint32_t i = prng_below(&prng, 1 + busy); i > 0 && model.put_count < MODEL_MESSAGES;
             i--) {
            model.put_at[model.put_count] = model.shifts;
            put(&c, model.put_count++);
        }
        expect_as_model(&c, &model, prng_below(&prng, WINDOWS + 1));
        shift(&c);
        model.shifts++;
    }

    arena_destroy(c.arena);
}

/** Messages are put with timers as the script says: a letter puts it at that second, '|' shifts. */
static void given_timers_when_their_time_comes_then_messages_leave_their_windows(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *script;
        int64_t now_ns;
        const char *left;
    } rows[] = {
        {"just before the first", "abc", 99, "abc"},
        {"the instant of the first", "abc", 100, "bc"},
        {"across a window", "a|bc|d", 101, "cd"},
        {"all of them", "a|b|c", 200, ""},
        {"what a shift dropped is no more there", "a|||||b", 100, "b"},
        {"put again after a shift dropped it: the first timer stands", "a|||||cab", 100, "cb"},
        {"and the second timer finds nothing", "a|||||cab", 103, ""},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct cache c = cache_of(WINDOWS, SLOTS_MANY);
        int64_t put_at = 0;
        for (const char *at = rows[i].script; *at != '\0'; at++) {
            if (*at == '|') {
                shift(&c);
                continue;
            }
            put(&c, (uint32_t)(*at - 'a'));
            mcache_start_timer(&c.mcache, &c.pool, (uint32_t)(*at - 'a'), 100 + put_at++);
        }

        mcache_expire(&c.mcache, &c.pool, rows[i].now_ns);

        char left[32];
        list(&c, WINDOWS, left);
        uint32_t counted = 0;
        for (uint32_t window = 0; window < WINDOWS; window++) {
            counted += mcache_window_count(&c.mcache, window);
        }
        if (strcmp(left, rows[i].left) != 0 || counted != c.mcache.count) {
            fail_msg("%s: '%s' is left, %u counted", rows[i].name, left, counted);
        }
        arena_destroy(c.arena);
    }
}

static void given_a_window_when_one_of_its_messages_expires_then_the_others_keep_theirs(void **s) {
    (void)s;
    struct cache c = cache_of(WINDOWS, SLOTS);
    put(&c, 0);
    put(&c, 1);
    shift(&c);
    put(&c, 2);
    mcache_start_timer(&c.mcache, &c.pool, 1, 50);

    mcache_expire(&c.mcache, &c.pool, 50);

    assert_int_equal(mcache_window_count(&c.mcache, 0), 1);
    assert_int_equal(mcache_window_count(&c.mcache, 1), 1);
    assert_non_null(mcache_find(&c.mcache, 0));
    assert_null(mcache_find(&c.mcache, 1));
    assert_int_equal(c.mcache.next_expiry_ns, INT64_MAX);
    arena_destroy(c.arena);
}

static void given_random_puts_when_timers_fire_then_exactly_the_young_are_left(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS_MANY);
    struct prng prng = prng_stream(4, STREAM_ROUTER, 0);
    static uint32_t put_at[MODEL_MESSAGES];
    enum { LIFE = 7, PER_SHIFT = 3 };

    uint32_t count = 0;
    for (uint32_t now = 0; count + 20 < MODEL_MESSAGES; now++) {
        mcache_expire(&c.mcache, &c.pool, now);
        for (uint32_t i = prng_below(&prng, 20); i > 0; i--) {
            put_at[count] = now;
            mcache_start_timer(&c.mcache, &c.pool, count, now + LIFE);
            put(&c, count++);
        }
        uint32_t position = 0;
        for (uint32_t message = 0; message < count; message++) {
            bool young = now - put_at[message] < LIFE;
            bool kept = now / PER_SHIFT - put_at[message] / PER_SHIFT < WINDOWS;
            assert_int_equal(mcache_find(&c.mcache, message) != NULL, young && kept);
            if (young && kept) {
                assert_int_equal(mcache_next(&c.mcache, WINDOWS, &position)->message, message);
            }
        }
        if (now % PER_SHIFT == PER_SHIFT - 1) {
            shift(&c);
        }
    }
    arena_destroy(c.arena);
}

static void given_wrong_use_when_called_then_a_check_fails(void **state) {
    (void)state;
    struct cache c = cache_of(WINDOWS, SLOTS);
    struct mcache other;
    uint32_t position = 0;

    expect_assert_failure(mcache_init(&other, &c.pool, 0, SLOTS));
    expect_assert_failure(mcache_next(&c.mcache, WINDOWS + 1, &position));
    expect_assert_failure(mcache_window_count(&c.mcache, WINDOWS));
    mcache_start_timer(&c.mcache, &c.pool, 0, 10);
    expect_assert_failure(mcache_start_timer(&c.mcache, &c.pool, 1, 9));
    arena_destroy(c.arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_an_empty_cache_when_asked_then_nothing_is_there),
        cmocka_unit_test(
            given_a_message_when_put_then_it_is_found_with_its_hops_and_sent_to_nobody),
        cmocka_unit_test(given_a_message_when_shifted_then_it_is_found_until_its_window_is_dropped),
        cmocka_unit_test(
            given_messages_in_windows_when_listed_then_those_of_the_newest_oldest_first),
        cmocka_unit_test(given_a_message_put_again_when_found_then_the_newest_copy_answers),
        cmocka_unit_test(given_peers_sent_to_when_asked_then_exactly_they_are_noted),
        cmocka_unit_test(given_dropped_sets_when_put_again_then_new_messages_start_with_none),
        cmocka_unit_test(given_a_steady_flow_when_it_goes_on_then_no_more_memory_is_taken),
        cmocka_unit_test(given_a_cache_that_grew_when_another_grows_then_it_uses_the_blocks_left),
        cmocka_unit_test(given_random_puts_and_shifts_when_compared_then_as_the_slow_cache),
        cmocka_unit_test(given_timers_when_their_time_comes_then_messages_leave_their_windows),
        cmocka_unit_test(
            given_a_window_when_one_of_its_messages_expires_then_the_others_keep_theirs),
        cmocka_unit_test(given_random_puts_when_timers_fire_then_exactly_the_young_are_left),
        cmocka_unit_test(given_wrong_use_when_called_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
