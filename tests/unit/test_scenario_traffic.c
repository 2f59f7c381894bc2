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
        FIXTURE_TEST(given_traffic_when_written_then_it_is_read_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
