#include "tests/support/scenario_fixture.h"

#include "base/quantity.h"
#include "scenarios/scenario_read.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void given_only_a_node_count_when_read_then_everything_has_its_default(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_load(f, "nodes: {count: 1000}\n");

    assert_string_equal(scenario->name, "given");
    assert_int_equal(scenario->seed, 1);
    assert_int_equal(scenario->duration_ns, 60 * NS_PER_S);
    assert_string_equal(scenario->profile->name, "gossipsub-v1.0");
    assert_int_equal(scenario->node_count, 1000);
    assert_int_equal(scenario->start.kind, DISTRIBUTION_UNIFORM);
    assert_int_equal(scenario->start.b_ns, NS_PER_S);
    assert_int_equal(scenario->topology.kind, TOPOLOGY_RANDOM_REGULAR);
    assert_int_equal(scenario->topology.degree, 20);
    assert_int_equal(scenario->topology.node_count, 1000);
    assert_int_equal(scenario->topology.seed, 1);
    assert_int_equal(scenario->regions.count, 0);
    assert_int_equal(scenario->topic_count, 1);
    assert_string_equal(scenario->topics[0].name, "blocks");
    assert_int_equal(scenario->topics[0].subscribers.kind, SELECTOR_ALL);
    assert_int_equal(scenario->event_count, 0);
    assert_int_equal(scenario->expectation_count, 0);
}

static void given_only_a_node_count_when_read_then_the_router_is_the_specifications(void **state) {
    struct scenario_fixture *f = *state;

    const struct router_params *router = &fixture_load(f, "nodes: {count: 9}\n")->router;

    assert_int_equal(router->protocol, ROUTER_GOSSIPSUB);
    assert_int_equal(router->d, 6);
    assert_int_equal(router->d_low, 4);
    assert_int_equal(router->d_high, 12);
    assert_int_equal(router->d_lazy, 6);
    assert_int_equal(router->heartbeat_interval_ns, NS_PER_S);
    assert_int_equal(router->heartbeat_initial_delay_ns, 100 * NS_PER_MS);
    assert_int_equal(router->history_length, 5);
    assert_int_equal(router->history_gossip, 3);
    assert_int_equal(router->fanout_ttl_ns, 60 * NS_PER_S);
    assert_int_equal(router->seen_ttl_ns, 120 * NS_PER_S);
    assert_false(router->sign);
    assert_false(router->spare_senders);
}

static void given_a_short_memory_when_read_then_it_may_span_a_heartbeat_or_the_run(void **state) {
    struct scenario_fixture *f = *state;

    fixture_load(f, "nodes: {count: 9}\nrouter: {heartbeat_interval: 2s, seen_ttl: 2s}\n");
    fixture_load(f, "nodes: {count: 9}\nrouter: {heartbeat_interval: 1h}\nduration: 120s\n");
}

static void given_only_a_node_count_when_read_then_links_and_traffic_have_defaults(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_load(f, "nodes: {count: 9}\n");

    const struct scenario_links *links = &scenario->links;
    assert_int_equal(links->delay_kind, SCENARIO_DELAY_DISTRIBUTION);
    assert_int_equal(links->delay.kind, DISTRIBUTION_UNIFORM);
    assert_int_equal(links->delay.a_ns, 10 * NS_PER_MS);
    assert_int_equal(links->delay.b_ns, 150 * NS_PER_MS);
    assert_false(links->has_jitter);
    assert_int_equal(links->loss_ppb, 0);
    assert_int_equal(links->loss_of, SCENARIO_LOSS_MESSAGES);
    assert_false(links->asymmetric);
    assert_false(links->reorder);
    assert_int_equal(scenario->publish_count, 1);
    const struct scenario_publish *publish = &scenario->publishes[0];
    assert_int_equal(publish->topic, 0);
    assert_int_equal(publish->from, PUBLISHER_RANDOM);
    assert_int_equal(publish->start_ns, 5 * NS_PER_S);
    assert_int_equal(publish->every.a_ns, NS_PER_S);
    assert_int_equal(publish->count, 50);
    assert_int_equal(publish->size.distribution.a_ns, 1024);
}

static void given_an_entry_without_count_when_read_then_it_is_one_message(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_load(f, "nodes: {count: 9}\npublish: [{}]\n");

    assert_int_equal(scenario->publish_count, 1);
    assert_int_equal(scenario->publishes[0].count, 1);
}

static void given_names_of_the_specification_when_read_then_they_mean_ours(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_load(
        f, "nodes: {count: 9}\n"
           "router: {D: 8, D_low: 7, D_high: 9, D_lazy: 2, mcache_len: 6, mcache_gossip: 1}\n");

    assert_int_equal(scenario->router.d_low, 7);
    assert_int_equal(scenario->router.d_high, 9);
    assert_int_equal(scenario->router.d_lazy, 2);
    assert_int_equal(scenario->router.history_length, 6);
    assert_int_equal(scenario->router.history_gossip, 1);
}

static void given_topologies_when_read_then_their_options_are_filled(void **state) {
    static const struct {
        const char *text;
        enum topology_kind kind;
        uint32_t degree;
        uint64_t links;
        uint32_t probability_ppb;
    } rows[] = {
        {"ring", TOPOLOGY_RING, 0, 0, 0},
        {"{kind: line}", TOPOLOGY_LINE, 0, 0, 0},
        {"star", TOPOLOGY_STAR, 0, 0, 0},
        {"complete", TOPOLOGY_COMPLETE, 0, 0, 0},
        {"random-regular", TOPOLOGY_RANDOM_REGULAR, 10, 0, 0},
        {"{degree: 4}", TOPOLOGY_RANDOM_REGULAR, 4, 0, 0},
        {"erdos-renyi", TOPOLOGY_ERDOS_RENYI, 0, 55, 0},
        {"{kind: erdos-renyi, degree: 3}", TOPOLOGY_ERDOS_RENYI, 0, 17, 0},
        {"{kind: erdos-renyi, degree: 2.5}", TOPOLOGY_ERDOS_RENYI, 0, 14, 0},
        {"{kind: erdos-renyi, links: 7}", TOPOLOGY_ERDOS_RENYI, 0, 7, 0},
        {"{kind: erdos-renyi, probability: 30%}", TOPOLOGY_ERDOS_RENYI, 0, 0, 300000000},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[128];
        snprintf(text, sizeof text, "nodes: {count: 11}\ntopology: %s\n", rows[i].text);
        const struct topology_options *topology = &fixture_load(f, text)->topology;

        if (topology->kind != rows[i].kind || topology->degree != rows[i].degree ||
            topology->link_count != rows[i].links ||
            topology->probability_ppb != rows[i].probability_ppb) {
            fail_msg("%s: degree %u, links %lu", rows[i].text, topology->degree,
                     (unsigned long)topology->link_count);
        }
    }
}

static void given_few_nodes_when_read_then_the_default_degree_fits(void **state) {
    struct scenario_fixture *f = *state;

    for (uint32_t count = 1; count < 25; count++) {
        char text[64];
        snprintf(text, sizeof text, "nodes: {count: %u}\n", count);
        uint32_t degree = fixture_load(f, text)->topology.degree;

        assert_true(degree < count);
        assert_int_equal(degree * count % 2, 0);
        assert_int_equal(degree, count <= 20 ? count - 1 : 20);
    }
}

static void given_edges_when_read_then_they_stand_as_written(void **state) {
    struct scenario_fixture *f = *state;

    const struct topology_options *topology =
        &fixture_load(f, "nodes: {count: 4}\n"
                         "topology: {kind: edges, edges: [[0, 1], [3, 1], [2, 0]]}\n")
             ->topology;

    assert_int_equal(topology->kind, TOPOLOGY_EDGES);
    assert_int_equal(topology->edge_count, 3);
    assert_int_equal(topology->edges[1].a, 3);
    assert_int_equal(topology->edges[1].b, 1);
    assert_int_equal(topology->edges[2].b, 0);
}

static void given_distributions_when_read_then_their_options_are_filled(void **state) {
    static const struct {
        const char *text;
        struct distribution_options wanted;
    } rows[] = {
        {"5ms", {DISTRIBUTION_CONSTANT, 5000000, 0, 0, NULL, 0}},
        {"\"5ms\"", {DISTRIBUTION_CONSTANT, 5000000, 0, 0, NULL, 0}},
        {"{constant: 7us}", {DISTRIBUTION_CONSTANT, 7000, 0, 0, NULL, 0}},
        {"{uniform: [1ns, 1h]}", {DISTRIBUTION_UNIFORM, 1, 3600 * NS_PER_S, 0, NULL, 0}},
        {"{normal: {mean: 5ms, sd: 1.5ms}}", {DISTRIBUTION_NORMAL, 5000000, 1500000, 0, NULL, 0}},
        {"{lognormal: {median: 50ms, sigma: 0.25}}",
         {DISTRIBUTION_LOGNORMAL, 50000000, 0, 250000, NULL, 0}},
        {"{lognormal: {median: 1ms, sigma: 2}}",
         {DISTRIBUTION_LOGNORMAL, 1000000, 0, 2000000, NULL, 0}},
        {"{exponential: {mean: 30ms}}", {DISTRIBUTION_EXPONENTIAL, 30000000, 0, 0, NULL, 0}},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "nodes: {count: 4, start: %s}\nlinks: {delay: %s, jitter: %s}\n", rows[i].text,
                 rows[i].text, rows[i].text);
        const struct scenario *scenario = fixture_load(f, text);

        assert_memory_equal(&scenario->start, &rows[i].wanted, sizeof scenario->start);
        assert_memory_equal(&scenario->links.delay, &rows[i].wanted, sizeof scenario->links.delay);
        assert_memory_equal(&scenario->links.jitter, &rows[i].wanted,
                            sizeof scenario->links.jitter);
        assert_true(scenario->links.has_jitter);
    }
}

static void given_loss_with_its_scope_when_read_then_both_are_known(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario_links *links =
        &fixture_load(f, "nodes: {count: 9}\nlinks: {loss: {rate: 2.5%, of: all}, reorder: true}\n")
             ->links;

    assert_int_equal(links->loss_ppb, 25000000);
    assert_int_equal(links->loss_of, SCENARIO_LOSS_ALL);
    assert_true(links->reorder);
}

static void given_the_preset_of_regions_when_read_then_links_take_its_delays(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_load(f, "nodes: {count: 9}\nregions: world-8\n");

    assert_string_equal(scenario->regions.preset, "world-8");
    assert_int_equal(scenario->regions.count, 8);
    assert_int_equal(scenario->links.delay_kind, SCENARIO_DELAY_REGIONS);
}

static void given_regions_written_out_when_read_then_the_table_is_row_by_row(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *scenario = fixture_load(f, "nodes: {count: 9}\n"
                                                      "regions:\n"
                                                      "  names: [a, b c]\n"
                                                      "  weights: [1, 2]\n"
                                                      "  latency: [[2ms, 60ms], [61ms, 3ms]]\n"
                                                      "links: {delay: 1ms}\n");

    const struct scenario_regions *regions = &scenario->regions;
    assert_null(regions->preset);
    assert_int_equal(regions->count, 2);
    assert_string_equal(regions->items[1].name, "b c");
    assert_int_equal(regions->items[1].weight, 2);
    assert_int_equal(regions->delay_ns[1], 60 * NS_PER_MS);
    assert_int_equal(regions->delay_ns[2], 61 * NS_PER_MS);
    assert_int_equal(scenario->links.delay_kind, SCENARIO_DELAY_DISTRIBUTION);
}

static void given_selectors_when_read_then_each_form_is_known(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario_topic *topics =
        fixture_load(f, "nodes: {count: 10}\n"
                        "topics:\n"
                        "  - {name: a, subscribers: none}\n"
                        "  - {name: b, subscribers: 7}\n"
                        "  - {name: c, subscribers: [0, 5..9]}\n"
                        "  - {name: d, subscribers: {share: 10%}}\n"
                        "  - {name: e, subscribers: {count: 5}}\n"
                        "  - {name: f, subscribers: []}\n"
                        "  - {name: g, subscribers: 2..3}\n")
            ->topics;

    assert_int_equal(topics[0].subscribers.kind, SELECTOR_NONE);
    assert_int_equal(topics[1].subscribers.kind, SELECTOR_RANGES);
    assert_int_equal(topics[1].subscribers.ranges[0].first, 7);
    assert_int_equal(topics[1].subscribers.ranges[0].last, 7);
    assert_int_equal(topics[2].subscribers.range_count, 2);
    assert_int_equal(topics[2].subscribers.ranges[1].first, 5);
    assert_int_equal(topics[2].subscribers.ranges[1].last, 9);
    assert_int_equal(topics[3].subscribers.kind, SELECTOR_SHARE);
    assert_int_equal(topics[3].subscribers.share_ppb, SHARE_ONE / 10);
    assert_int_equal(topics[4].subscribers.kind, SELECTOR_COUNT);
    assert_int_equal(topics[4].subscribers.count, 5);
    assert_int_equal(topics[5].subscribers.kind, SELECTOR_NONE);
    assert_int_equal(topics[6].subscribers.ranges[0].last, 3);
}

static void given_publishers_when_read_then_each_form_is_known(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario_publish *publishes =
        fixture_load(f, "nodes: {count: 10}\n"
                        "topics: [{name: a}, {name: b}]\n"
                        "publish:\n"
                        "  - {topic: b, from: 3}\n"
                        "  - {from: [4, 2, 4]}\n"
                        "  - {from: {outside: true}, count: 1, every: 0s}\n"
                        "  - {from: random, size: 0B}\n")
            ->publishes;

    assert_int_equal(publishes[0].topic, 1);
    assert_int_equal(publishes[0].from, PUBLISHER_NODES);
    assert_int_equal(publishes[0].nodes[0], 3);
    assert_int_equal(publishes[1].topic, 0);
    assert_int_equal(publishes[1].node_count, 3);
    assert_int_equal(publishes[1].nodes[2], 4);
    assert_int_equal(publishes[2].from, PUBLISHER_OUTSIDE);
    assert_int_equal(publishes[3].from, PUBLISHER_RANDOM);
    assert_int_equal(publishes[3].size.distribution.a_ns, 0);
}

static void given_events_when_read_then_verb_time_and_nodes_are_known(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario_event *events =
        fixture_load(f, "nodes: {count: 10}\n"
                        "topics: [{name: a}, {name: b}]\n"
                        "events:\n"
                        "  - {at: 60s, subscribe: {topic: b, nodes: [0..9]}}\n"
                        "  - at: 0s\n"
                        "    unsubscribe: {}\n")
            ->events;

    assert_int_equal(events[0].kind, SCENARIO_SUBSCRIBE);
    assert_int_equal(events[0].at_ns, 60 * NS_PER_S);
    assert_int_equal(events[0].topic, 1);
    assert_int_equal(events[0].nodes.kind, SELECTOR_RANGES);
    assert_int_equal(events[1].kind, SCENARIO_UNSUBSCRIBE);
    assert_int_equal(events[1].topic, 0);
    assert_int_equal(events[1].nodes.kind, SELECTOR_ALL);
}

static void given_expectations_when_read_then_values_are_in_the_metrics_unit(void **state) {
    static const struct {
        const char *text;
        const char *kept;
        enum metric metric;
        enum expectation_operator operator;
        double value;
    } rows[] = {
        {"latency.p99 <= 2s", "latency.p99 <= 2s", METRIC_LATENCY_P99, EXPECT_LESS_EQUAL, 2e9},
        {"latency.min>1us", "latency.min > 1us", METRIC_LATENCY_MIN, EXPECT_GREATER, 1e3},
        {"delivery_ratio  ==  100%", "delivery_ratio == 100%", METRIC_DELIVERY_RATIO, EXPECT_EQUAL,
         1},
        {"delivery_ratio >= 0.99", "delivery_ratio >= 0.99", METRIC_DELIVERY_RATIO,
         EXPECT_GREATER_EQUAL, 0.99},
        {"hops.mean < 4.25", "hops.mean < 4.25", METRIC_HOPS_MEAN, EXPECT_LESS, 4.25},
        {"duplicates_per_delivery != 3.5", "duplicates_per_delivery != 3.5",
         METRIC_DUPLICATES_PER_DELIVERY, EXPECT_NOT_EQUAL, 3.5},
        {"bytes_sent.total < 1MiB", "bytes_sent.total < 1MiB", METRIC_BYTES_SENT_TOTAL, EXPECT_LESS,
         1048576},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[160];
        snprintf(text, sizeof text, "nodes: {count: 10}\nexpect:\n  - %s\n", rows[i].text);
        const struct scenario_expectation *expectation = fixture_load(f, text)->expectations;

        assert_string_equal(expectation->text, rows[i].kept);
        assert_int_equal(expectation->metric, rows[i].metric);
        assert_int_equal(expectation->operator, rows[i].operator);
        if (expectation->value < rows[i].value || expectation->value > rows[i].value) {
            fail_msg("%s: %g", rows[i].text, expectation->value);
        }
    }
}

static void given_scopes_of_expectations_when_read_then_each_is_kept_once(void **state) {
    static const char head[] = "nodes: {count: 10, groups: [{name: old, nodes: 30%}]}\n"
                               "regions: world-8\n"
                               "topics: [{name: blocks}, {name: \"a, b}\"}]\n"
                               "measure: {after: 10s, until: 50s}\n"
                               "expect:\n  - published >= 0\n  - ";
    static const struct {
        const char *text;
        const char *kept; // NULL: as it stands
        struct scenario_scope scope;
    } rows[] = {
        {"published{topic=blocks} > 1", NULL, {0, 0, SCOPE_ALL, {10 * NS_PER_S, 50 * NS_PER_S}}},
        {"published {topic = blocks,group=old , region=south_africa}>1 after 20s",
         "published{topic=blocks, group=old, region=south_africa} > 1 after 20s",
         {0, 1, 6, {20 * NS_PER_S, 50 * NS_PER_S}}},
        {"'published{topic=\"a, b}\"} > 1 until 20s'",
         "published{topic=\"a, b}\"} > 1 until 20s",
         {1, 0, SCOPE_ALL, {10 * NS_PER_S, 20 * NS_PER_S}}},
        {"published > 1 between 20s and 30s",
         NULL,
         {SCOPE_ALL, 0, SCOPE_ALL, {20 * NS_PER_S, 30 * NS_PER_S}}},
        {"published > 1 between 10s and 20000ms",
         "published > 1 until 20s",
         {SCOPE_ALL, 0, SCOPE_ALL, {10 * NS_PER_S, 20 * NS_PER_S}}},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[512];
        snprintf(text, sizeof text, "%s%s\n", head, rows[i].text);
        const struct scenario *scenario = fixture_load(f, text);
        const struct scenario_expectation *expectation = &scenario->expectations[1];
        const struct scenario_scope *scope = &scenario->scopes[expectation->scope];

        assert_string_equal(expectation->text, rows[i].kept == NULL ? rows[i].text : rows[i].kept);
        assert_int_equal(scenario->scope_count, 2);
        assert_int_equal(scenario->expectations[0].scope, 0);
        assert_int_equal(scope->topic, rows[i].scope.topic);
        assert_int_equal(scope->group, rows[i].scope.group);
        assert_int_equal(scope->region == SCOPE_ALL, rows[i].scope.region == SCOPE_ALL);
        assert_int_equal(scope->window.from_ns, rows[i].scope.window.from_ns);
        assert_int_equal(scope->window.until_ns, rows[i].scope.window.until_ns);
    }
}

static void given_brackets_in_texts_when_read_then_nothing_counts_as_nesting(void **state) {
    enum { BRACKETS = 200 };
    struct scenario_fixture *f = *state;
    char brackets[BRACKETS + 1];
    memset(brackets, '[', BRACKETS);
    brackets[BRACKETS] = '\0';
    char text[2048];
    snprintf(text, sizeof text,
             "# %s\n"
             "nodes: {count: 10} # %s\n"
             "topics:\n"
             "  - name: \"%s\"\n"
             "  - name: '''%s'\n"
             "  - name: a%s\n"
             "  - {name: 'b%s'}\n"
             "  - name: c\n"
             "      %s\n"
             "  - name: |-\n"
             "      d%s\n",
             brackets, brackets, brackets, brackets, brackets, brackets, brackets, brackets);

    const struct scenario *scenario = fixture_load(f, text);

    assert_int_equal(scenario->topic_count, 6);
    assert_int_equal(strlen(scenario->topics[5].name), BRACKETS + 1);
}

static void given_files_of_odd_names_when_read_then_the_default_name_is_safe(void **state) {
    static const struct {
        const char *path;
        const char *name;
    } rows[] = {
        {"quickstart.yaml", "quickstart"}, {"a/b.c/one two.yml", "one-two"},
        {"/x/.hidden", "hidden"},          {"-v1.0.yaml", "v1.0"},
        {"\xC3\xBC.yaml", "scenario"},     {"", "scenario"},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario_source source = {.path = rows[i].path};
        const struct scenario *scenario =
            scenario_load_text(f->arena, &source, "nodes: {count: 5}", 17, &f->failures);

        assert_non_null(scenario);
        assert_string_equal(scenario->name, rows[i].name);
    }
}

static void given_a_file_when_read_then_it_is_as_its_text(void **state) {
    struct scenario_fixture *f = *state;
    char path[] = "/tmp/gossim-test-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    static const char text[] = "name: kept\nnodes: {count: 77}\n";
    assert_int_equal(write(file, text, sizeof text - 1), sizeof text - 1);
    close(file);
    struct scenario_override override = {.path = "router.D", .value = "7"};
    struct scenario_source source = {.path = path, .overrides = &override, .override_count = 1};

    const struct scenario *scenario = scenario_load(f->arena, &source, &f->failures);

    unlink(path);
    assert_non_null(scenario);
    assert_string_equal(scenario->name, "kept");
    assert_int_equal(scenario->node_count, 77);
    assert_int_equal(scenario->router.d, 7);
}

static void given_a_long_list_of_links_when_read_then_all_are_there(void **state) {
    enum { LINKS = 100000, LINE = 32 };
    struct scenario_fixture *f = *state;
    size_t capacity = (size_t)LINKS * LINE;
    char *text = malloc(capacity);
    assert_non_null(text);
    // In one line and in brackets, as programs write it.
    size_t size = (size_t)snprintf(text, capacity,
                                   "{\"nodes\": {\"count\": 200000}, \"topology\": "
                                   "{\"kind\": \"edges\", \"edges\": [");
    for (uint32_t i = 0; i < LINKS; i++) {
        size += (size_t)snprintf(text + size, capacity - size, "%s[%u, %u]", i == 0 ? "" : ", ", i,
                                 i + LINKS);
    }
    snprintf(text + size, capacity - size, "]}}\n");

    const struct topology_options *topology = &fixture_load(f, text)->topology;

    assert_int_equal(topology->edge_count, LINKS);
    assert_int_equal(topology->edges[LINKS - 1].b, LINKS - 1 + LINKS);
    free(text);
}

static void given_a_long_line_with_a_mistake_when_read_then_its_column_is_right(void **state) {
    enum { SIZE = 1 << 17, COLUMN = 100000 };
    struct scenario_fixture *f = *state;
    char *text = malloc(SIZE);
    assert_non_null(text);
    memset(text, ' ', SIZE);
    static const char start[] = "  { nodes: {count: 9},";
    static const char end[] = "seed: x,\n duration: x}\n";
    memcpy(text, start, sizeof start - 1);
    memcpy(text + COLUMN - 1, end, sizeof end - 1);

    fixture_read_with(f, text, SIZE, NULL, NULL);

    free(text);
    assert_int_equal(f->failures.count, 2);
    assert_int_equal(f->failures.items[0].line, 1);
    assert_int_equal(f->failures.items[0].column, COLUMN + 6);
    assert_int_equal(f->failures.items[1].line, 2);
    assert_int_equal(f->failures.items[1].column, 12);
}

/** `{nodes: {count: 9}, topics: [{name: "tä, 0"}, …], seed: SEED}` in one line; its size. */
static size_t write_long_line(char *text, size_t capacity, uint32_t topics, const char *seed) {
    size_t size = (size_t)snprintf(text, capacity, "{nodes: {count: 9}, topics: [");
    for (uint32_t i = 0; i < topics; i++) {
        size +=
            (size_t)snprintf(text + size, capacity - size,
                             "%s{name: \"t\xC3\xA4, %u, and some more\"}", i == 0 ? "" : ", ", i);
    }
    return size + (size_t)snprintf(text + size, capacity - size, "], seed: %s}\n", seed);
}

static void given_a_long_line_of_quoted_texts_when_read_then_they_are_as_written(void **state) {
    enum { SIZE = 1 << 18, TOPICS = 4000 };
    struct scenario_fixture *f = *state;
    char *text = malloc(SIZE);
    assert_non_null(text);
    write_long_line(text, SIZE, TOPICS, "7");

    const struct scenario *scenario = fixture_load(f, text);

    assert_int_equal(scenario->seed, 7);
    assert_int_equal(scenario->topic_count, TOPICS);
    for (uint32_t i = 0; i < TOPICS; i++) {
        char name[64];
        snprintf(name, sizeof name, "t\xC3\xA4, %u, and some more", i);
        assert_string_equal(scenario->topics[i].name, name);
    }
    free(text);
}

static void given_a_mistake_far_in_a_long_line_when_read_then_its_column_is_right(void **state) {
    enum { SIZE = 1 << 18, TOPICS = 4000 };
    struct scenario_fixture *f = *state;
    char *text = malloc(SIZE);
    assert_non_null(text);
    size_t size = write_long_line(text, SIZE, TOPICS, "x");

    fixture_read_with(f, text, size, NULL, NULL);

    free(text);
    // Each name has a letter of two bytes; `x}` and the line break stand behind the column.
    fixture_expect_failure(f, 1, (uint32_t)size - TOPICS - 2, "found `x`");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_a_long_line_of_quoted_texts_when_read_then_they_are_as_written),
        FIXTURE_TEST(given_a_mistake_far_in_a_long_line_when_read_then_its_column_is_right),
        FIXTURE_TEST(given_only_a_node_count_when_read_then_everything_has_its_default),
        FIXTURE_TEST(given_only_a_node_count_when_read_then_the_router_is_the_specifications),
        FIXTURE_TEST(given_a_short_memory_when_read_then_it_may_span_a_heartbeat_or_the_run),
        FIXTURE_TEST(given_only_a_node_count_when_read_then_links_and_traffic_have_defaults),
        FIXTURE_TEST(given_an_entry_without_count_when_read_then_it_is_one_message),
        FIXTURE_TEST(given_names_of_the_specification_when_read_then_they_mean_ours),
        FIXTURE_TEST(given_topologies_when_read_then_their_options_are_filled),
        FIXTURE_TEST(given_few_nodes_when_read_then_the_default_degree_fits),
        FIXTURE_TEST(given_edges_when_read_then_they_stand_as_written),
        FIXTURE_TEST(given_distributions_when_read_then_their_options_are_filled),
        FIXTURE_TEST(given_loss_with_its_scope_when_read_then_both_are_known),
        FIXTURE_TEST(given_the_preset_of_regions_when_read_then_links_take_its_delays),
        FIXTURE_TEST(given_regions_written_out_when_read_then_the_table_is_row_by_row),
        FIXTURE_TEST(given_selectors_when_read_then_each_form_is_known),
        FIXTURE_TEST(given_publishers_when_read_then_each_form_is_known),
        FIXTURE_TEST(given_events_when_read_then_verb_time_and_nodes_are_known),
        FIXTURE_TEST(given_expectations_when_read_then_values_are_in_the_metrics_unit),
        FIXTURE_TEST(given_scopes_of_expectations_when_read_then_each_is_kept_once),
        FIXTURE_TEST(given_brackets_in_texts_when_read_then_nothing_counts_as_nesting),
        FIXTURE_TEST(given_files_of_odd_names_when_read_then_the_default_name_is_safe),
        FIXTURE_TEST(given_a_file_when_read_then_it_is_as_its_text),
        FIXTURE_TEST(given_a_long_list_of_links_when_read_then_all_are_there),
        FIXTURE_TEST(given_a_long_line_with_a_mistake_when_read_then_its_column_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
