#include "tests/support/unit.h"

#include "base/prng.h"
#include "sim/pair_set.h"

#include <string.h>

enum { NODES = 24, PAIRS_MAX = 40, STEPS = 100000 };

/** The plain form: a table of all pairs. */
struct table {
    bool has[NODES][NODES];
    uint32_t count;
};

static void draw_pair(struct prng *prng, uint32_t pair[2]) {
    pair[0] = prng_below(prng, NODES);
    pair[1] = (pair[0] + 1 + prng_below(prng, NODES - 1)) % NODES;
}

static bool *place_of(struct table *table, const uint32_t pair[2]) {
    uint32_t low = pair[0] < pair[1] ? pair[0] : pair[1];
    return &table->has[low][pair[0] + pair[1] - low];
}

/** Chains run over the end of the set and into each other, as it is half full. */
static void given_pairs_when_added_and_removed_then_as_in_a_plain_table(void **state) {
    (void)state;
    static struct table table;
    struct arena *arena = arena_create(NULL);
    struct pair_set set = pair_set_create(arena, PAIRS_MAX);
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);
    memset(&table, 0, sizeof table);

    for (uint32_t step = 0; step < STEPS; step++) {
        uint32_t pair[2];
        draw_pair(&prng, pair);
        uint64_t key = pair_key(pair[0], pair[1]);
        bool *there = place_of(&table, pair);
        assert_true(key == pair_key(pair[1], pair[0]));
        assert_int_equal(pair_has(&set, key), *there);
        if (*there && prng_below(&prng, 2) == 0) {
            pair_remove(&set, key);
            *there = false;
            table.count--;
        } else if (table.count < PAIRS_MAX) {
            assert_int_equal(pair_add(&set, key), !*there);
            table.count += !*there;
            *there = true;
        }
    }

    for (uint32_t a = 0; a < NODES; a++) {
        for (uint32_t b = a + 1; b < NODES; b++) {
            assert_int_equal(pair_has(&set, pair_key(a, b)), table.has[a][b]);
        }
    }
    arena_destroy(arena);
}

static void given_pairs_when_parted_then_the_first_of_each_is_good(void **state) {
    (void)state;
    enum { COUNT = 200 };
    static struct table table;
    struct arena *arena = arena_create(NULL);
    struct pair_set set = pair_set_create(arena, COUNT);
    struct prng prng = prng_stream(2, STREAM_WORKLOAD, 0);
    uint32_t ends[2 * COUNT];
    memset(&table, 0, sizeof table);
    for (size_t i = 0; i < COUNT; i++) {
        draw_pair(&prng, &ends[2 * i]);
        ends[2 * i + 1] = i % 9 == 0 ? ends[2 * i] : ends[2 * i + 1]; // linked with itself
        bool *there = place_of(&table, &ends[2 * i]);
        table.count += ends[2 * i] != ends[2 * i + 1] && !*there;
        *there = true;
    }

    uint64_t good = pair_part_good(&set, ends, COUNT);

    assert_int_equal(good, table.count);
    assert_in_range(good, 1, COUNT - 1);
    for (size_t i = 0; i < good; i++) {
        bool *there = place_of(&table, &ends[2 * i]);
        assert_true(*there); // and no other of the good ones is the same
        assert_true(pair_has(&set, pair_key(ends[2 * i], ends[2 * i + 1])));
        *there = false;
    }
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_pairs_when_added_and_removed_then_as_in_a_plain_table),
        cmocka_unit_test(given_pairs_when_parted_then_the_first_of_each_is_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
