#include "tests/support/scenario_fixture.h"

#include "base/prng.h"

#include <stdlib.h>
#include <string.h>

// Whatever the bytes, reading ends; it either reports something or gives a scenario that can be
// written and read again.

enum { MUTATIONS = 3000, MUTANT_SIZE = 2048 };

static const char good[] = "# A comment with [brackets]\n"
                           "name: odd\n"
                           "seed: 7\n"
                           "router: &r {D: 6, Dlo: 4, heartbeat_interval: 1s}\n"
                           "nodes: {count: 12, start: {uniform: [0s, 1s]}}\n"
                           "topology:\n"
                           "  kind: edges\n"
                           "  edges: [[0, 1], [1, 2],\n"
                           "    [2, 3]]\n"
                           "regions: {names: [a, b], latency: [[1ms, 2ms], [2ms, 1ms]]}\n"
                           "links: {delay: {lognormal: {median: 5ms, sigma: 0.5}}, jitter: &j 1ms, "
                           "loss: {rate: 1%, of: all}}\n"
                           "topics:\n"
                           "  - name: \"bl\\x6Fcks\"\n"
                           "    subscribers: [0, 2..5]\n"
                           "  - {name: 'it''s', subscribers: {share: 50%}}\n"
                           "  - name: >-\n"
                           "      folded\n"
                           "      text\n"
                           "publish:\n"
                           "- {topic: it's, from: [1, 2], every: 10ms, count: 5, size: 1KiB}\n"
                           "- from: {outside: true}\n"
                           "events:\n"
                           "  - at: 20s\n"
                           "    subscribe: {topic: blocks, nodes: 3}\n"
                           "expect:\n"
                           "  - latency.p99 <= 2s\n"
                           "sweep: {}\n";

static void read_any(const char *text, size_t size) {
    struct scenario_fixture f = {.arena = arena_create(&(struct arena_options){0})};
    const struct scenario *scenario = fixture_read_with(&f, text, size, NULL, NULL);
    if (scenario == NULL) {
        assert_true(f.failures.count > 0);
    } else {
        assert_int_equal(f.failures.count, 0);
        const char *first = scenario_write(f.arena, scenario, NULL);
        const struct scenario *again = fixture_read(&f, first);
        assert_non_null(again);
        assert_string_equal(first, scenario_write(f.arena, again, NULL));
    }
    arena_destroy(f.arena);
}

static void given_a_good_scenario_when_read_then_it_is_accepted(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_load(f, good);

    assert_int_equal(scenario->topic_count, 3);
    assert_string_equal(scenario->topics[1].name, "it's");
}

static void given_a_good_scenario_when_cut_at_any_byte_then_reading_ends(void **state) {
    (void)state;

    for (size_t size = 0; size < sizeof good; size++) {
        read_any(good, size);
    }
}

static void given_a_good_scenario_when_any_bit_is_flipped_then_reading_ends(void **state) {
    (void)state;
    char text[sizeof good];
    memcpy(text, good, sizeof good);

    for (size_t i = 0; i < (sizeof good - 1) * 8; i++) {
        text[i / 8] ^= (char)(1 << i % 8);
        read_any(text, sizeof good - 1);
        text[i / 8] ^= (char)(1 << i % 8);
    }
}

/** Pieces that mean something to YAML, to put in at any place. */
static const char *const pieces[] = {
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ": ",
    "- ",
    "? ",
    "#",
    " #",
    "\"",
    "'",
    "|\n",
    ">\n",
    "&a ",
    "*a",
    "*r",
    "!",
    "!!str ",
    "%YAML 1.1\n",
    "---\n",
    "...\n",
    "\n",
    "\r",
    "\t",
    "  ",
    "\xC2\x85",
    "\xE2\x80\xA8",
    "\xEF\xBB\xBF",
    "0",
    "-1",
    "~",
    "null",
    "<<: *r\n",
    "99999999999999999999",
    "\\",
    "\"\\0\"",
    "..",
    "%",
};

static size_t mutate(struct prng *prng, char *text, size_t size) {
    size_t at = prng_below(prng, (uint32_t)size + 1);
    if (prng_below(prng, 3) == 0) {
        size_t cut = prng_below(prng, 20);
        cut = cut > size - at ? size - at : cut;
        memmove(text + at, text + at + cut, size - at - cut);
        return size - cut;
    }
    const char *piece = pieces[prng_below(prng, COUNT_OF(pieces))];
    memmove(text + at + strlen(piece), text + at, size - at);
    memcpy(text + at, piece, strlen(piece));
    return size + strlen(piece);
}

static void given_a_good_scenario_when_altered_at_random_then_reading_ends(void **state) {
    (void)state;
    struct prng prng = prng_stream(1, STREAM_FAULT, 0);

    for (uint32_t i = 0; i < MUTATIONS; i++) {
        char text[MUTANT_SIZE];
        size_t size = sizeof good - 1;
        memcpy(text, good, size);
        for (uint32_t change = prng_below(&prng, 4); change < 5; change++) {
            size = mutate(&prng, text, size);
        }
        read_any(text, size);
    }
}

static void given_odd_overrides_when_read_then_reading_ends(void **state) {
    static const char *const paths[] = {
        "",
        ".",
        "..",
        "router",
        "router.",
        "router.D",
        "nodes",
        "nodes.count",
        "topics",
        "topics.0",
        "topics.0.name",
        "topics.1.subscribers.share",
        "topology.edges.1.0",
        "regions.latency.0.1",
        "links.delay.lognormal.sigma",
        "publish.1.from.outside",
        "publish.4294967296",
        "events.0.subscribe",
        "expect.0",
        "sweep",
        "sweep.repeat",
        "sweep.zip",
        "sweep.where",
        "sweep.until",
        "sweep.max_repeat",
        "name.x",
        "topics.00",
        "links.jitter.a.b",
    };
    static const char *const values[] = {
        "",    "5",  "[",  "{}",   "[]", "{a: 1}", "[[1]]",  "~",
        "all", "\"", "*r", "&r 5", "1s", "--- 5",  "{D: 5}",
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(paths) * COUNT_OF(values); i++) {
        const struct scenario *scenario = fixture_read_with(
            f, good, sizeof good - 1, paths[i / COUNT_OF(values)], values[i % COUNT_OF(values)]);

        assert_true((scenario == NULL) == (f->failures.count > 0));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_a_good_scenario_when_read_then_it_is_accepted),
        cmocka_unit_test(given_a_good_scenario_when_cut_at_any_byte_then_reading_ends),
        cmocka_unit_test(given_a_good_scenario_when_any_bit_is_flipped_then_reading_ends),
        cmocka_unit_test(given_a_good_scenario_when_altered_at_random_then_reading_ends),
        FIXTURE_TEST(given_odd_overrides_when_read_then_reading_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
