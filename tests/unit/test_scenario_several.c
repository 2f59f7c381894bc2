#include "tests/support/scenario_fixture.h"

#include <stdlib.h>
#include <string.h>

#define NODES "nodes: {count: 10}\n"

/** Two mistakes each, of which the first takes no operand from the second. */
static const struct {
    const char *text;
    const char *first; // words of the two mistakes, in the order of the file
    const char *second;
} pairs[] = {
    {NODES "router: {Dlazy: -1, Dlo: 7}\n", "found `-1`", "at most `D`"},
    {NODES "router: {Dlo: -1, D: 13}\n", "found `-1`", "at most `Dhi`"},
    {NODES "router: {sign: 5, Dhi: 5}\n", "found `5`", "at least `D`"},
    {NODES "router: {D: x, history_gossip: 6}\n", "found `x`", "at most `history_length`"},
    {NODES "router: {profile: x, history_length: 2}\n", "found `x`", "at least `history_gossip`"},
    {NODES "router: {D: 0, seen_ttl: 0s}\n", "found `0`", "at least `heartbeat_interval`"},
    {NODES "router: {foo: 1, Dlo: 7}\n", "unknown key `foo`", "at most `D`"},
    {NODES "router: {Dlo: 7, Dlo: 4}\n", "at most `D`", "duplicate key"},
    {NODES "links: {delay: {uniform: [5ms, 1ms], foo: 1}}\n", "low at most high",
     "unknown key `foo`"},
    {NODES "links: {asymmetric: 1, delay: regions}\n", "found `1`", "there are none"},
    {"nodes: {count: 10, start: x}\ntopology: {degree: 10}\n", "found `x`", "below nodes.count"},
    {"nodes: {count: 11, x: 1}\ntopology: {degree: 3}\n", "unknown key", "an even degree"},
    {NODES "topology: {links: 4, degree: 10}\n", "has no `links`", "below nodes.count"},
    {NODES "topology: {kind: erdos-renyi, probability: 0.1, links: 46}\n", "found 2 of",
     "at most 45"},
    {NODES "topology: {kind: erdos-renyi, links: 5, degree: 9.5}\n", "found 2 of", "found `9.5`"},
    {NODES "topology: {kind: x, edges: [[3, 3]]}\n", "found `x`", "linked with itself"},
    {NODES "topology: {kind: edges, degree: 1, edges: [[3, 3]]}\n", "has no `degree`",
     "linked with itself"},
    {NODES "topology: {kind: edges, edges: [[0, 1], [0, 99], [1, 0]]}\n", "found `99`",
     "stands twice"},
    {NODES "topology: {kind: edges, edges: [[0, 1], [1, 0], [0, 1]]}\n",
     "nodes 1 and 0 stands twice, first in line 2, column 33",
     "nodes 0 and 1 stands twice, first in line 2, column 33"},
    {"nodes: {count: x}\ntopology: {kind: edges, edges: [[a, 1]]}\n", "found `x`",
     "found `a`; allowed: the number of a node"},
    {"nodes: {count: x}\ntopology: {kind: edges, edges: [[3, 3]]}\n", "found `x`",
     "linked with itself"},
    {"nodes: {count: x}\ntopology: {degree: -1}\n", "found `x`", "found `-1`"},
    {NODES "regions: {names: [a], weights: [1, 2]}\n", "`latency` is missing",
     "one for each of the 1"},
    {NODES "regions: {weights: [0], latency: [[1s]]}\n", "`names` is missing", "all weights are 0"},
    {NODES "regions: {names: [a], weights: [0, 0], latency: [[1s]]}\n", "one for each",
     "all weights are 0"},
    {NODES "regions: {names: [a], latency: [[1s, -1s]]}\n", "one for each", "negative"},
    {NODES "regions: {names: [[]], weights: [0], latency: [[1s]]}\n", "found a list",
     "all weights are 0"},
    {NODES "publish: [{topic: x, count: 2, every: 0s}]\n", "unknown topic", "above 0"},
    {NODES "publish: [{start: x, count: 100000, every: 100000h}]\n", "found `x`", "would be later"},
    {NODES "publish: [{size: 5, count: 10000000}, {count: 1}]\n", "found `5`",
     "more than 10000000 messages"},
    {NODES "topics: [{name: a, subscribers: {count: 11, share: 1}}]\n", "found several keys",
     "at most nodes.count"},
    {NODES "topics: [{name: a, subscribers: {foo: 1, count: 11}}]\n", "unknown key",
     "at most nodes.count"},
    {NODES "topics: [{name: a, subscribers: x}, {name: a}]\npublish: []\n", "found `x`",
     "stands twice"},
    {NODES "events: [{at: -1s}]\n", "nothing happens", "negative"},
    {NODES "events: [{at: x, subscribe: {nodes: 10}}]\n", "found `x`", "a node from 0 to 9"},
    {NODES "events: [{at: 1s, unsubscribe: {nodes: 10}, subscribe: {}}]\n", "a second verb",
     "a node from 0 to 9"},
    {NODES "expect: [x < 1, latency.p99 < 2]\n", "unknown figure", "found the value `2`"},
};

static void given_a_wrong_value_when_read_then_the_others_are_compared_all_the_same(void **state) {
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(pairs); i++) {
        const struct scenario *scenario = fixture_read(f, pairs[i].text);

        const struct failure *failures = f->failures.items;
        if (scenario != NULL || f->failures.count != 2 ||
            strstr(failures[0].message, pairs[i].first) == NULL ||
            strstr(failures[1].message, pairs[i].second) == NULL) {
            failure_list_print(&f->failures, stderr);
            fail_msg("wanted `%s` and `%s` of\n%s", pairs[i].first, pairs[i].second, pairs[i].text);
        }
    }
}

static void given_many_mistakes_when_read_then_all_are_reported_in_the_files_order(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_read(f, "publish: [{size: 5}]\n"
                                                      "links: {loss: 2}\n"
                                                      "nodes: {count: 10, x: 1}\n"
                                                      "seed: -1\n"
                                                      "seed: 2\n");

    assert_null(scenario);
    static const uint32_t columns[] = {18, 15, 20, 7, 1};
    assert_int_equal(f->failures.count, COUNT_OF(columns));
    for (uint32_t i = 0; i < COUNT_OF(columns); i++) {
        assert_int_equal(f->failures.items[i].line, i + 1);
        assert_int_equal(f->failures.items[i].column, columns[i]);
    }
}

static void given_too_many_topics_when_read_then_each_is_looked_at(void **state) {
    enum { TOPICS = SCENARIO_TOPICS_MAX + 1, LINE = 32 };
    struct scenario_fixture *f = *state;
    char *text = malloc((TOPICS + 3) * (size_t)LINE);
    assert_non_null(text);
    size_t size = (size_t)snprintf(text, LINE, NODES "topics:\n");
    for (uint32_t i = 0; i < TOPICS; i++) {
        size += (size_t)snprintf(text + size, LINE, "- {name: t%u}\n", i > 0 ? i : 1);
    }

    const struct scenario *scenario = fixture_read_with(f, text, size, NULL, NULL);

    free(text);
    assert_null(scenario);
    assert_non_null(strstr(f->failures.items[0].message, "found 4097 topics"));
    assert_non_null(strstr(f->failures.items[1].message, "`t1` stands twice"));
}

static void given_a_hundred_thousand_unknown_keys_when_read_then_fifty_are_reported(void **state) {
    enum { KEYS = 100000, LINE = 16 };
    struct scenario_fixture *f = *state;
    char *text = malloc(((size_t)KEYS + 2) * LINE);
    assert_non_null(text);
    size_t size = sizeof NODES - 1;
    memcpy(text, NODES, size);
    for (uint32_t i = 0; i < KEYS; i++) {
        size += (size_t)snprintf(text + size, LINE, "key%u: 1\n", i);
    }

    const struct scenario *scenario = fixture_read_with(f, text, size, NULL, NULL);

    free(text);
    assert_null(scenario);
    assert_int_equal(f->failures.count, FAILURE_LIST_CAPACITY);
    assert_int_equal(f->failures.omitted, KEYS - FAILURE_LIST_CAPACITY);
    assert_int_equal(f->failures.items[0].line, 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_a_wrong_value_when_read_then_the_others_are_compared_all_the_same),
        FIXTURE_TEST(given_many_mistakes_when_read_then_all_are_reported_in_the_files_order),
        FIXTURE_TEST(given_too_many_topics_when_read_then_each_is_looked_at),
        FIXTURE_TEST(given_a_hundred_thousand_unknown_keys_when_read_then_fifty_are_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
