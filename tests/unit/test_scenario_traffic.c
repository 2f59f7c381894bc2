// What scenario files say about traffic: mistakes, and the canonical form.
#include "tests/support/scenario_fixture.h"

#include <string.h>

#define NODES "nodes: {count: 10}\n"

static void given_bad_series_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "publish: [{every: 1}]\n", 2, 19, "publish.0.every: found `1`"},
        {NODES "publish: [{every: [1s]}]\n", 2, 19,
         "found a list; allowed: a duration from 0s to 1152921504s (36 years), or a distribution"},
        {NODES "publish: [{every: {exponential: {mean: 1h}}}]\n", 2, 33, "beyond 3600s"},
        {NODES "publish: [{every: {poisson: 1s}}]\n", 2, 20, "unknown key `poisson`"},
        {NODES "publish: [{every: {uniform: [0s, 0s]}, count: 2}]\n", 2, 19,
         "found a mapping; allowed: above 0 for several messages"},
        {NODES "publish: [{every: 0s, until: 9s}]\n", 2, 19, "above 0 for several messages"},
        {NODES "publish: [{until: soon}]\n", 2, 19, "publish.0.until: found `soon`"},
        {NODES "publish: [{publishers: 0}]\n", 2, 24, "a whole number from 1 to 10000000"},
        {NODES "publish: [{burst: 5}]\n", 2, 19,
         "found `5`; allowed: a mapping with the keys count"},
        {NODES "publish: [{burst: {gap: 1ms}}]\n", 2, 19, "the key `count` is missing"},
        {NODES "publish: [{burst: {count: 0}}]\n", 2, 27, "a whole number from 1 to 10000000"},
        {NODES "publish: [{burst: {count: 2, gap: 25h}}]\n", 2, 35, "a duration from 0s to 86400s"},
        {NODES "publish: [{count: 10, publishers: 1000, burst: {count: 1001}}]\n", 2, 11,
         "more than 10000000 messages in all"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_bad_publishers_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "publish: [{from: nobody}]\n", 2, 18, "allowed: random, any, an index"},
        {NODES "publish: [{from: {any: false}}]\n", 2, 18, "found a mapping; allowed: random, any"},
        {NODES "publish: [{from: {any: true, outside: true}}]\n", 2, 18,
         "both `outside` and `any`; allowed: one of them"},
        {NODES "publish: [{from: {share: 10%, count: 3}}]\n", 2, 18,
         "both `share` and `count`; allowed: one of them"},
        {NODES "publish: [{from: {share: 2}}]\n", 2, 26, "publish.0.from.share: found `2`"},
        {NODES "publish: [{from: {count: 0}}]\n", 2, 26, "a whole number from 1 to 16777216"},
        {NODES "publish: [{from: {rotate: all, any: true}}]\n", 2, 19,
         "`rotate` stands with other keys; allowed: `rotate` alone"},
        {NODES "publish: [{from: {rotate: {count: 11}}}]\n", 2, 35, "at most nodes.count"},
        {NODES "publish: [{from: {region: north}}]\n", 2, 27,
         "unknown region `north`; allowed: none without `regions`"},
        {NODES "regions: world-8\npublish: [{from: {region: north}}]\n", 3, 27,
         "unknown region `north`; allowed: one of the 8 under `regions`, such as `australia`"},
        {NODES "publish: [{from: {region: [a]}}]\n", 2, 27,
         "found a list; allowed: the name of a region"},
        {NODES "publish: [{from: {regoin: a}}]\n", 2, 19, "did you mean `region`?"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_bad_families_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "topics: [{name: a, count: 3}]\n", 2, 17,
         "a family of topics without a number; allowed: one %d in the name"},
        {NODES "topics: [{name: a-%d-%d, count: 3}]\n", 2, 17, "without a number"},
        {NODES "topics: [{name: a-%d, count: 0}]\n", 2, 30, "a whole number from 1 to 4096"},
        {NODES "topics: [{name: a-%d, count: 4097}]\n", 2, 30, "a whole number from 1 to 4096"},
        {NODES "topics: [{name: a-%d, count: 4096}, {name: b}]\n", 2, 37,
         "more than 4096 topics in all"},
        {NODES "topics: [{name: a-1}, {name: a-%d, count: 2}]\n", 2, 30, "`a-1` stands twice"},
        {NODES "topics: [{name: a-%d, count: 2}, {name: a-1}]\n", 2, 41, "`a-1` stands twice"},
        {NODES "topics: [{name: a-%d, count: 2}, {name: a-%d}]\n", 2, 41, "`a-%d` stands twice"},
        {NODES "topics: [{name: a, per_node: 1}]\n", 2, 20,
         "only a family of topics has `per_node`; give it a `count`"},
        {NODES "topics: [{name: a, popularity: uniform}]\n", 2, 20, "has `popularity`"},
        {NODES "topics: [{name: a-%d, count: 3, per_node: 4}]\n", 2, 43,
         "found `4`; allowed: at most `count`, which is 3"},
        {NODES "topics: [{name: a-%d, count: 3, popularity: {zipf: 5}}]\n", 2, 52,
         "a decimal from 0 to 4, at most six places"},
        {NODES "topics: [{name: a-%d, count: 3, popularity: zipf}]\n", 2, 45,
         "found `zipf`; allowed: uniform or {zipf: 1}"},
        {NODES "topics: [{name: a-%d, count: 3, popularity: {}}]\n", 2, 45, "`zipf` is missing"},
        {NODES "topics: [{name: a, rotate: 1s}]\n", 2, 20, "has `rotate`"},
        {NODES "topics: [{name: a-%d, count: 3, rotate: 1s}]\n", 2, 41,
         "there is no other topic to swap for"},
        {NODES "topics: [{name: a-%d, count: 3, per_node: 3, rotate: 1s}]\n", 2, 54,
         "there is no other topic to swap for"},
        {NODES "topics: [{name: a-%d, count: 3, per_node: 1, rotate: 1us}]\n", 2, 54,
         "all nodes would swap more than 10000000 times"},
        {NODES "topics: [{name: a-%d, count: 3, per_node: 1, rotate: 0s}]\n", 2, 54,
         "a duration from 1ns"},
        {NODES "topics: [{name: a, validation: x}]\n", 2, 32, "topics.0.validation: found `x`"},
        {NODES "topics: [{name: a, validation: 1ms, validators: []}]\n", 2, 37,
         "both `validation` and `validators`; allowed: one of them"},
        {NODES "topics: [{name: a}]\npublish: [{pick: random}]\n", 3, 12,
         "there is only one topic to pick"},
        {NODES "topics: [{name: a-%d, count: 3}]\npublish: [{topic: a-1, pick: in-turn}]\n", 3, 24,
         "there is only one topic to pick"},
        {NODES "topics: [{name: a-%d, count: 3}]\npublish: [{pick: first}]\n", 3, 18,
         "found `first`; allowed: random, in-turn or {zipf: 1}"},
        {NODES "topics: [{name: a-%d, count: 3}]\npublish: [{topic: a-3}]\n", 3, 19,
         "unknown topic `a-3`"},
        {NODES "topics: [{name: a-%d, count: 3}]\nevents: [{at: 1s, subscribe: {topic: a-%d}}]\n",
         3, 38, "unknown topic `a-%d`"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_bad_sizes_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "publish: [{size: []}]\n", 2, 18,
         "found a list; allowed: a size from 0B to 64MiB, or sizes drawn"},
        {NODES "publish: [{size: {}}]\n", 2, 18, "found 0 kinds of sizes; allowed: exactly one"},
        {NODES "publish: [{size: {uniform: [2B, 1B]}}]\n", 2, 29, "low at most high"},
        {NODES "publish: [{size: {uniform: 2B}}]\n", 2, 28, "found `2B`; allowed: [low, high]"},
        {NODES "publish: [{size: {uniform: [1B, 65MiB]}}]\n", 2, 33, "from 0B to 64MiB"},
        {NODES "publish: [{size: {uniform: [1B, 2B], choices: [1B]}}]\n", 2, 18,
         "found 2 kinds of sizes"},
        {NODES "publish: [{size: {normal: {mean: 1ms, sd: 1B}}}]\n", 2, 34, "a size is a number"},
        {NODES "publish: [{size: {normal: {mean: 1B}}}]\n", 2, 27, "`sd` is missing"},
        {NODES "publish: [{size: {normal: {mean: 60MiB, sd: 1MiB}}}]\n", 2, 27,
         "its longest draws are beyond 64MiB; allowed: smaller parameters"},
        {NODES "publish: [{size: {lognormal: {median: 1MiB, sigma: 2}}}]\n", 2, 30, "beyond 64MiB"},
        {NODES "publish: [{size: {exponential: {mean: 6MiB}}}]\n", 2, 32, "beyond 64MiB"},
        {NODES "publish: [{size: {choices: []}}]\n", 2, 28, "a list of 1 to 1024 sizes"},
        {NODES "publish: [{size: {choices: [1B, 2]}}]\n", 2, 33, "a size is a number"},
        {NODES "publish: [{size: {choices: [1B, 2B], weights: [1]}}]\n", 2, 47,
         "found 1 weights; allowed: one for each of the 2 choices"},
        {NODES "publish: [{size: {choices: [1B], weights: [0]}}]\n", 2, 43, "all weights are 0"},
        {NODES "publish: [{size: {choices: [1B], weights: [x]}}]\n", 2, 44,
         "a whole number from 0 to 1000000000000"},
        {NODES "publish: [{size: {uniform: [1B, 2B], weights: [1]}}]\n", 2, 38,
         "`weights` without `choices`"},
        {NODES "publish: [{size: {unifrom: [1B, 2B]}}]\n", 2, 19, "did you mean `uniform`?"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_traffic_when_written_then_it_is_read_the_same(void **state) {
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"publish: [{every: {exponential: {mean: 250ms}}, until: 50s}]",
         "start: 5s, every: {exponential: {mean: 250ms}}, until: 50s, size"},
        {"publish: [{every: {constant: 2s}, until: 50s, count: 3}]",
         "every: 2s, count: 3, until: 50s, size"},
        {"publish: [{every: 1152921504s}]", "every: 1152921504s, count: 1, size"},
        {"publish: [{publishers: 64, burst: {count: 6}}]",
         "count: 1, publishers: 64, burst: {count: 6, gap: 0s}, size"},
        {"publish: [{burst: {count: 2, gap: 1500us}}]", "burst: {count: 2, gap: 1500us}"},
        {"publish: [{publishers: 1, burst: {count: 1, gap: 1s}}]", "count: 1, size"},
        {"publish: [{from: any}]", "from: {any: true}, start"},
        {"publish: [{from: {any: true, share: 5%, group: g}}]",
         "from: {any: true, group: g, share: 5%}"},
        {"publish: [{from: {region: asia, count: 5}}]", "from: {region: asia, count: 5}"},
        {"publish: [{from: {rotate: 10%}}]", "from: {rotate: {share: 10%}}"},
        {"publish: [{from: {rotate: {group: g}}}]", "from: {rotate: {group: g}}"},
        {"topics: [{name: s-%d, count: 3, per_node: 2, popularity: {zipf: 0.50}}]",
         "- {name: \"s-%d\", count: 3, subscribers: all, per_node: 2, popularity: {zipf: 0.5}, "
         "validators: []}\npublish:\n  - {topic: \"s-%d\", from: random"},
        {"topics: [{name: s-%d, count: 1, popularity: {zipf: 0}}]\npublish: [{pick: in-turn}]",
         "- {name: \"s-%d\", count: 1, subscribers: all, validators: []}\npublish:\n  - {topic: "
         "s-0, from: random"},
        {"topics: [{name: s-%d, count: 3}]\npublish: [{topic: s-2}, {pick: in-turn}, {pick: "
         "{zipf: 1}}]",
         "- {topic: s-2, from"},
        {"topics: [{name: s-%d, count: 3}]\npublish: [{pick: in-turn}]",
         "- {topic: \"s-%d\", pick: in-turn, from"},
        {"topics: [{name: s-%d, count: 3}]\npublish: [{pick: {zipf: 1.25}}]",
         "- {topic: \"s-%d\", pick: {zipf: 1.25}, from"},
        {"topics: [{name: s-%d, count: 3, per_node: 2, rotate: 90s}]",
         "per_node: 2, rotate: 90s, validators"},
        {"topics: [{name: '100%d'}]", "- {name: \"100%d\", subscribers: all"},
        {"topics: [{name: a, validation: {uniform: [1ms, 2ms]}}]",
         "validators: [{delay: {uniform: [1ms, 2ms]}, accept: 100%}]"},
        {"publish: [{size: {uniform: [1KiB, 2000B]}}]", "size: {uniform: [1KiB, 2kB]}}"},
        {"publish: [{size: {normal: {mean: 1MB, sd: 5B}}}]",
         "size: {normal: {mean: 1MB, sd: 5B}}}"},
        {"publish: [{size: {lognormal: {median: 1KiB, sigma: 1.5}}}]",
         "size: {lognormal: {median: 1KiB, sigma: 1.5}}}"},
        {"publish: [{size: {exponential: {mean: 5B}}}]", "size: {exponential: {mean: 5B}}}"},
        {"publish: [{size: {choices: [1B, 2MiB]}}]",
         "size: {choices: [1B, 2MiB], weights: [1, 1]}}"},
        {"publish: [{size: {choices: [1B, 2MiB], weights: [3, 0]}}]",
         "size: {choices: [1B, 2MiB], weights: [3, 0]}}"},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "nodes: {count: 10, groups: [{name: g, nodes: 0..4}]}\nregions: {names: [asia], "
                 "latency: [[1ms]]}\n%s\n",
                 rows[i].text);

        const char *written = scenario_write(f->arena, fixture_load(f, text), NULL);

        if (strstr(written, rows[i].wanted) == NULL) {
            fail_msg("%s gives\n%s", rows[i].text, written);
        }
        assert_string_equal(scenario_write(f->arena, fixture_load(f, written), NULL), written);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_bad_series_when_read_then_they_are_refused),
        FIXTURE_TEST(given_bad_publishers_when_read_then_they_are_refused),
        FIXTURE_TEST(given_bad_families_when_read_then_they_are_refused),
        FIXTURE_TEST(given_bad_sizes_when_read_then_they_are_refused),
        FIXTURE_TEST(given_traffic_when_written_then_it_is_read_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
