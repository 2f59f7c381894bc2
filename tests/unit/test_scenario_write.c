#include "tests/support/scenario_fixture.h"

#include <stdlib.h>
#include <string.h>

static const char minimal[] =
    "name: given\n"
    "seed: 1\n"
    "duration: 60s\n"
    "router:\n"
    "  profile: gossipsub-v1.0\n"
    "  D: 6\n"
    "  Dlo: 4\n"
    "  Dhi: 12\n"
    "  Dlazy: 6\n"
    "  heartbeat_interval: 1s\n"
    "  heartbeat_initial_delay: 100ms\n"
    "  history_length: 5\n"
    "  history_gossip: 3\n"
    "  fanout_ttl: 60s\n"
    "  seen_ttl: 120s\n"
    "  sign: false\n"
    "  spare_senders: false\n"
    "  self_trigger: false\n"
    "  quirks: {}\n"
    "nodes:\n"
    "  count: 9\n"
    "  start: {uniform: [0s, 1s]}\n"
    "  processing: 0s\n"
    "  heartbeat: {phase: 0s, drift: 0, jitter: 0s}\n"
    "  clock: {skew: 0s, drift: 0}\n"
    "  inbound: all\n"
    "  role: none\n"
    "  groups: []\n"
    "topology:\n"
    "  kind: random-regular\n"
    "  degree: 8\n"
    "regions: none\n"
    "links:\n"
    "  delay: {uniform: [10ms, 150ms]}\n"
    "  delay_matrix: none\n"
    "  delay_range: [1us, 86400s]\n"
    "  jitter: none\n"
    "  jitter_correlation: 0%\n"
    "  jitter_correlation_time: 1s\n"
    "  loss: 0%\n"
    "  asymmetric: false\n"
    "  reorder: false\n"
    "  transport: datagram\n"
    "  retransmission: {timeout: auto, limit: 15}\n"
    "  bandwidth: {up: unlimited, down: unlimited, sharing: fifo, queue: unlimited, overhead: 0B, "
    "frame: 1460B}\n"
    "  host_bandwidth: none\n"
    "topics:\n"
    "  - {name: blocks, subscribers: all, validators: []}\n"
    "publish:\n"
    "  - {topic: blocks, from: random, start: 5s, every: 1s, count: 50, size: 1KiB}\n"
    "events: []\n"
    "churn: []\n"
    "expect: []\n"
    "measure:\n"
    "  after: 0s\n"
    "  until: 60s\n"
    "limits:\n"
    "  events_per_instant: 0\n"
    "sweep: {}\n";

static void given_a_minimal_scenario_when_written_then_every_default_stands(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario = fixture_load(f, "nodes: {count: 9}\n");
    size_t size = 0;

    const char *text = scenario_write(f->arena, scenario, &size);

    assert_string_equal(text, minimal);
    assert_int_equal(size, sizeof minimal - 1);
}

/** Scenarios that between them use every key and every form of value. */
static const char *const samples[] = {
    minimal,
    "{\"nodes\": {\"count\": 5}, \"seed\": 18446744073709551615}",
    "nodes: {count: 10, start: {normal: {mean: 1.5s, sd: 1ns}}}\nregions: world-8\n"
    "links: {loss: {rate: 0.000000001, of: all}, jitter: {exponential: {mean: 1us}}, reorder: "
    "true}\n",
    "nodes: {count: 2}\ntopology: line\nlinks: {delay: {empirical: [[0s, 0], [5ms, 0.5], [5ms, "
    "100%]]}, jitter: {empirical: [[1h, 1]]}, delay_matrix: [[none, 5ms], [24h, 0s]], delay_range: "
    "[5us, 7s], jitter_correlation: 12.5%, jitter_correlation_time: 1us}\n",
    "nodes: {count: 10}\nlinks: {transport: stream, retransmission: {timeout: 1ms, limit: 0}, "
    "loss: "
    "{of: [prune, messages], rates: {graft: 5%, ihave: 0}, burst: {good: 1s, bad: 1ms}}}\n",
    "nodes: {count: 10}\nlinks: {loss: {of: [], burst: {good: 1s, bad: 1s, loss_good: 1%, "
    "loss_bad: "
    "2%}}}\n",
    "nodes: {count: 10, start: 0s}\nregions:\n  names: [a, 'true', \"x, y\"]\n  weights: [0, 5, "
    "1000000000000]\n"
    "  latency: [[1ns, 2s, 3h], [4ms, 0s, 1us], [1s, 1s, 1s]]\nlinks: {asymmetric: true}\n",
    "nodes: {count: 10}\ntopology: {kind: edges, edges: [[0, 1], [9, 0], [2, 3], [1, 2], [4, 5], "
    "[5, 6],"
    " [6, 7], [7, 8], [8, 9], [0, 2]]}\nlinks: {delay: {lognormal: {median: 50ms, sigma: "
    "0.123456}}}\n",
    "nodes: {count: 10}\ntopology: {kind: edges, edges: []}\nlinks: {delay: {constant: 0s}}\n",
    "nodes: {count: 10}\ntopology: {kind: erdos-renyi, degree: 3}\nrouter: {profile: floodsub, "
    "sign: true}\n",
    "nodes: {count: 10}\ntopology: {kind: erdos-renyi, links: 0}\nrouter: {spare_senders: true, "
    "D_low: 0}\n",
    "nodes: {count: 10}\ntopology: {kind: erdos-renyi, probability: 12.3456789%}\n",
    "nodes: {count: 10}\ntopology: complete\n",
    "nodes: {count: 10}\ntopology: star\nduration: 1152921504606846976ns\n",
    "nodes: {count: 10}\ntopology: line\n"
    "topics:\n  - {name: \"5\", subscribers: none}\n  - {name: no}\n  - {name: 'a\"b\\c'}\n"
    "  - {name: /eth2/x.y_z-1, subscribers: 3}\n  - {name: \xC3\xBC, subscribers: [1, 2..4, 4]}\n"
    "  - {name: '- a: #b', subscribers: {share: 33.3333333%}}\n  - {name: ~x, subscribers: {count: "
    "0}}\n"
    "publish:\n  - {topic: 'a\"b\\c', from: 3, size: 1B}\n  - {topic: no, from: [3, 3, 1], count: "
    "0}\n"
    "  - {from: {outside: true}, size: 1500B, every: 0s, start: 1m}\n"
    "events:\n  - {at: 1ms, subscribe: {topic: no, nodes: 0..9}}\n"
    "  - {at: 1ms, unsubscribe: {topic: '5', nodes: {share: 1}}}\n"
    "expect: ['hops.max<5', delivery_ratio   >=  99.5%, latency.p50 != 1h, bytes_sent.control > "
    "0B]\n",
    "nodes: {count: 10}\ntopology: ring\npublish: []\nname: '007'\n",
    "nodes: {count: 10}\nchurn:\n  - {nodes: 30%, start: 1s, until: 9s, up: {exponential: {mean: "
    "1h}},"
    " down: 1ms, state: kept, silent: true, detect: never}\n"
    "  - {rows: \"1,0,up\\n1s,2,down\\n\", graceful: true}\n  - {up: 1000h, down: 1s}\n",
    "nodes:\n  count: 10\n  groups:\n"
    "    - {name: '5', nodes: {share: 50%}, router: {profile: nim-2020, quirks: {echo: false}}}\n"
    "    - {name: b, nodes: [0, 2..3], router: {D: 7}, start: 0s}\n"
    "    - {name: c, nodes: {count: 1}, bandwidth: {up: unlimited, down: 1.5Gbit/s, frame: 9KiB}}\n"
    "router: {quirks: {read_limit: true}}\n"
    "links: {bandwidth: {up: 10kbit/s, down: 1000Gbit/s, sharing: fair, queue: 0B, overhead: "
    "40B}}\n"
    "topics: [{name: a, subscribers: {group: '5'}}]\n"
    "publish: [{from: {group: b}}, {from: {outside: true, group: c}}]\n"
    "events: [{at: 1s, subscribe: {nodes: {group: c}}}]\n",
    "nodes:\n  count: 10\n  groups:\n    - {name: a, nodes: 3, dials: 0}\n"
    "    - {name: b, nodes: 4, dials: 2, dials_to: {not: {group: a}}}\ntopology: {kind: dial, "
    "dials: "
    "3}\n",
    "nodes:\n  count: 10\n  role: [{forwards_late: {delay: {uniform: [1s, 2s]}}}, never_grafts]\n"
    "  groups:\n    - {name: a, nodes: 3, role: [never_forwards, never_gossips, refuses_graft]}\n"
    "    - {name: b, nodes: 4, role: {never_pushes: true, never_answers_iwant: false, censors: "
    "{origins: {group: a}}}}\n"
    "    - {name: c, nodes: 5, role: {floods_graft: , floods_ihave: {ids: cached, peers: 3}}}\n"
    "    - {name: d, nodes: 6, role: [floods_iwant, {drops: {share: 12.5%}}]}\n    - {name: e, "
    "nodes: 7, role: []}\n"
    "events:\n  - {at: 1s, role: {nodes: {group: a}, set: []}}\n"
    "  - {at: 2s, role: {nodes: all, set: [{floods_graft: {peers: 2}}, floods_ihave]}}\n",
    "nodes: {count: 20}\nevents: [{at: 1s, for: 2s, name: a, partition: {groups: [0..4, 9]}}, "
    "{at: 1s, name: b, hold: {from: 1, to: 10%}}, {at: 1s, clog: {of: 3, share: 12.5%}}, {at: 1s, "
    "clog: {between: [3, all]}}, {at: 1s, for: 3s, disconnect: {of: 3}}, {at: 2s, connect: "
    "{between: [3, 4], share: 1%}}, {at: 1s, for: 1s, degrade: {of: 3, delay: 2.50, share: 1%}}, "
    "{at: "
    "1s, degrade: {groups: [1, 2], loss: 0.5}}, {at: 1s, flap: {from: 1, to: all, down: {uniform: "
    "[1s, 2s]}, up: 3s}}, {at: 2s, release: {event: b}}, {at: 9s, heal: "
    "all}, {at: 1s, crash: 10%}, {at: 3s, restart: {nodes: all, state: kept}}, {at: 4s, for: 1s, "
    "pause: 3}, {at: 5s, crash: {nodes: 2, silent: true, detect: never}}]\n",
    "nodes: {count: 10}\nrouter: {profile: nim-2020, self_trigger: true, quirks: {Q33: false, "
    "metrics_build: true, fill_beyond_d: true}}\n",
};

static void given_any_scenario_when_written_and_read_then_it_is_written_the_same(void **state) {
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(samples); i++) {
        const char *first = scenario_write(f->arena, fixture_load(f, samples[i]), NULL);
        const char *second = scenario_write(f->arena, fixture_load(f, first), NULL);

        assert_string_equal(first, second);
    }
}

static void given_special_values_when_written_then_they_stand_in_the_shortest_form(void **state) {
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"links: {delay: 1500us}", "\n  delay: 1500us\n"},
        {"links: {delay: {constant: 2m}}", "\n  delay: 120s\n"},
        {"links: {jitter: {uniform: [0ms, 1ms]}}", "\n  jitter: {uniform: [0s, 1ms]}\n"},
        {"links: {delay: {lognormal: {median: 5ms, sigma: 0.50}}}",
         "\n  delay: {lognormal: {median: 5ms, sigma: 0.5}}\n"},
        {"links: {loss: 0.015}", "\n  loss: 1.5%\n"},
        {"links: {loss: {rate: 1%, of: messages}}", "\n  loss: 1%\n"},
        {"links: {loss: {rate: 1%, of: all}}", "\n  loss: {rate: 1%, of: all}\n"},
        {"regions: world-8", "\nregions: world-8\nlinks:\n  delay: regions\n"},
        {"router: {mcache_len: 7, D_high: 20}", "\n  Dhi: 20\n"},
        {"router: {profile: floodsub}", "\n  profile: floodsub\n"},
        {"router: {profile: nim-2020}", "\n  quirks: {}\n"},
        {"router: {quirks: {read_limit: true, Q33: true, sent_cache: false}}",
         "\n  quirks: {read_limit: true, echo: true}\n"},
        {"router: {profile: nim-2020, quirks: {echo: true, '§2.5': false, Q5: false}}",
         "\n  quirks: {fill_beyond_d: false, hello_twice: false}\n"},
        {"router: {quirks: }", "\n  quirks: {}\n"},
        {"topology: {kind: erdos-renyi, degree: 4}", "\n  kind: erdos-renyi\n  links: 20\n"},
        {"topology: {kind: erdos-renyi, probability: 0.125}", "\n  probability: 12.5%\n"},
        {"topology: ring", "\ntopology:\n  kind: ring\nregions"},
        {"topology: {kind: edges, edges: [[0, 1], [1, 2]]}", "\n  edges: [\n    [0, 1], [1, 2]]\n"},
        {"name: yes", "name: \"yes\"\n"},
        {"topics: [{name: a b}]\npublish: []",
         "\n  - {name: \"a b\", subscribers: all, validators: []}\npublish: []\n"},
        {"events: [{at: 1s, unsubscribe: {nodes: 4}}]",
         "\n  - {at: 1s, unsubscribe: {topic: blocks, nodes: [4], handler: 0}}\n"},
        {"events: [{every: 2s, subscribe: {nodes: 4}}]",
         "\n  - {every: 2s, from: 2s, subscribe: {"},
        {"events: [{every: 2s, between: [0s, 9s], subscribe: {nodes: 4}}]",
         "\n  - {every: 2s, from: 0s, until: 9s, subscribe: {"},
        {"events: [{between: [1s, 1m], subscribe: {nodes: {not: 4}}}]",
         "\n  - {between: [1s, 60s], subscribe: {topic: blocks, nodes: {not: [4]}, "},
        {"topics: [{name: a, subscribers: {share: 10%, of: {every: 3, of: {degree: {min: 2}}}}}]",
         "{share: 10%, of: {every: 3, offset: 0, of: {degree: {min: 2, max: 16777216}}}}"},
        {"regions: world-8\ntopics: [{name: a, subscribers: {count: 1, of: {region: europe}}}]",
         "{count: 1, of: {region: europe}}"},
        {"events: [{at: 1s, inject: {from: 1, to: 2, rpc: 1A0b}}]",
         "\n  - {at: 1s, inject: {from: 1, to: 2, rpc: \"1a0b\"}}\n"},
        {"topics: [{name: a, validators: [{}, {delay: {uniform: [1ms, 2ms]}, accept: 0.99}]}]",
         "validators: [{delay: 0s, accept: 100%}, {delay: {uniform: [1ms, 2ms]}, accept: 99%}]}"},
        {"publish: [{from: [7], size: 2048B}]",
         "\n  - {topic: blocks, from: 7, start: 5s, every: 1s, count: 1, size: 2KiB}\n"},
        {"measure: {after: 1500ms}", "\nmeasure:\n  after: 1500ms\n  until: 60s\n"},
        {"topics: [{name: 'a: b'}]\nexpect: ['hops.max{topic=\"a: b\"}<=5 after 2s']",
         "\nexpect:\n  - \"hops.max{topic=\\\"a: b\\\"} <= 5 after 2s\"\n"},
        {"expect: [mesh_symmetric]", "\nexpect:\n  - mesh_symmetric within 2s\n"},
        {"expect: ['mesh_within_bounds {topic=blocks}   after 5s']",
         "\nexpect:\n  - mesh_within_bounds{topic=blocks} after 5s\n"},
        {"expect: [{delivered_within: 10000ms of 30s until 40s}]",
         "\nexpect:\n  - delivered_within 10s of 30s until 40s\n"},
        {"expect: ['hops.max<=5']", "\nexpect:\n  - hops.max <= 5\n"},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, "nodes: {count: 10}\n%s\n", rows[i].text);
        const char *written = scenario_write(f->arena, fixture_load(f, text), NULL);

        if (strstr(written, rows[i].wanted) == NULL) {
            fail_msg("%s gives\n%s", rows[i].text, written);
        }
    }
}

static void given_overrides_when_written_then_they_stand_in_place(void **state) {
    static const struct {
        const char *path;
        const char *value;
        const char *wanted;
    } rows[] = {
        {"seed", "9", "\nseed: 9\n"},
        {"router.D", "8", "\n  D: 8\n"},
        {"router.Dlo", "2", "\n  Dlo: 2\n"},
        {"router.mcache_len", "9", "\n  history_length: 9\n"},
        {"router.quirks.echo", "true", "\n  quirks: {sent_cache: true, echo: true}\n"},
        {"router.quirks.Q15", "false", "\n  quirks: {}\n"},
        {"router.quirks", "{echo: true}", "\n  quirks: {echo: true}\n"},
        {"router.profile", "nim-2020", "\n  quirks: {}\n"},
        {"topology", "ring", "\n  kind: ring\n"},
        {"topology.degree", "4", "\n  degree: 4\n"},
        {"links.loss.of", "all", "\n  loss: {rate: 1%, of: all}\n"},
        {"links.delay", "{normal: {mean: 9ms, sd: 1ms}}",
         "\n  delay: {normal: {mean: 9ms, sd: 1ms}}\n"},
        {"nodes.start.uniform.1", "2s", "\n  start: {uniform: [0s, 2s]}\n"},
        {"topics.0.subscribers", "50%",
         "\n  - {name: blocks, subscribers: {share: 50%}, validators: []}\n"},
        {"topics.0.subscribers", "{share: 50%}",
         "\n  - {name: blocks, subscribers: {share: 50%}, validators: []}\n"},
        {"publish.0.count", "3", "every: 1s, count: 3, size: 1KiB}\n"},
        {"publish.0.from", "{outside: true}", "from: {outside: true}, start"},
        {"publish", "[]", "\npublish: []\n"},
        {"expect", "[hops.max < 9]", "\n  - hops.max < 9\n"},
        {"router", "", "\n  D: 6\n"},
    };
    struct scenario_fixture *f = *state;
    static const char text[] = "nodes: {count: 10, start: {uniform: [0s, 9s]}}\n"
                               "router: {D_low: 3, quirks: {sent_cache: true}}\n"
                               "links: {loss: {rate: 1%}}\n";

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct scenario *scenario =
            fixture_read_with(f, text, sizeof text - 1, rows[i].path, rows[i].value);

        failure_list_print(&f->failures, stderr);
        assert_non_null(scenario);
        const char *written = scenario_write(f->arena, scenario, NULL);
        if (strstr(written, rows[i].wanted) == NULL) {
            fail_msg("--set %s=%s gives\n%s", rows[i].path, rows[i].value, written);
        }
    }
}

static void given_groups_when_written_then_only_what_they_change_stands(void **state) {
    static const struct {
        const char *group;
        const char *wanted;
    } rows[] = {
        {"nodes: 5", "nodes: [5]}\n"},
        {"nodes: 10%", "nodes: {share: 10%}}\n"},
        {"nodes: none, router: {}, start: 7s", "nodes: none}\n"},
        {"nodes: 5, router: {D: 8, Dlo: 4}", "nodes: [5]}\n"},
        {"nodes: 5, router: {D: 9}, start: 8s", "nodes: [5], router: {D: 9}, start: 8s}\n"},
        {"nodes: 5, router: {profile: gossipsub-v1.0}", "nodes: [5]}\n"},
        {"nodes: 5, router: {quirks: {Q33: true}}",
         "nodes: [5], router: {quirks: {echo: true}}}\n"},
        {"nodes: 5, router: {quirks: {sent_cache: false}}",
         "nodes: [5], router: {quirks: {sent_cache: false}}}\n"},
        {"nodes: 5, router: {profile: nim-2020}", "nodes: [5], router: {profile: nim-2020}}\n"},
        {"nodes: 5, router: {profile: floodsub, quirks: {sent_cache: true}}",
         "nodes: [5], router: {profile: floodsub, quirks: {sent_cache: true}}}\n"},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "router: {D: 8, quirks: {sent_cache: true}}\n"
                 "nodes: {count: 10, start: 7s, groups: [{name: a, %s}]}\n",
                 rows[i].group);
        const char *written = scenario_write(f->arena, fixture_load(f, text), NULL);

        char wanted[256];
        snprintf(wanted, sizeof wanted, "\n  groups:\n    - {name: a, %s", rows[i].wanted);
        if (strstr(written, wanted) == NULL) {
            fail_msg("%s gives\n%s", rows[i].group, written);
        }
    }
}

static void given_an_alias_when_overridden_then_the_anchored_value_stays(void **state) {
    struct scenario_fixture *f = *state;
    static const char text[] = "nodes: {count: 10}\n"
                               "topics:\n"
                               "  - {name: a, subscribers: &s [1, 2]}\n"
                               "  - {name: b, subscribers: *s}\n";

    const struct scenario *scenario =
        fixture_read_with(f, text, sizeof text - 1, "topics.1.subscribers.0", "5..6");

    assert_non_null(scenario);
    const char *written = scenario_write(f->arena, scenario, NULL);
    assert_non_null(strstr(written, "{name: a, subscribers: [1, 2], validators: []}"));
    assert_non_null(strstr(written, "{name: b, subscribers: [5..6, 2], validators: []}"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_a_minimal_scenario_when_written_then_every_default_stands),
        FIXTURE_TEST(given_any_scenario_when_written_and_read_then_it_is_written_the_same),
        FIXTURE_TEST(given_special_values_when_written_then_they_stand_in_the_shortest_form),
        FIXTURE_TEST(given_overrides_when_written_then_they_stand_in_place),
        FIXTURE_TEST(given_groups_when_written_then_only_what_they_change_stands),
        FIXTURE_TEST(given_an_alias_when_overridden_then_the_anchored_value_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
