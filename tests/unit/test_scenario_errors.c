#include "tests/support/scenario_fixture.h"

#include "scenarios/scenario_read.h"
#include "scenarios/yaml_document.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODES "nodes: {count: 10}\n"

static void given_no_scenario_at_all_when_read_then_it_is_refused(void **state) {
    static const struct mistake rows[] = {
        {"", 1, 1, "empty"},
        {"# nothing but a comment\n\n", 1, 1, "empty"},
        {"{}", 1, 1, "`nodes` is missing"},
        {"seed: 1\n", 1, 1, "`nodes` is missing"},
        {"nodes: {}\n", 1, 8, "nodes: the key `count` is missing"},
        {"nodes:\n", 1, 1, "the key `count` is missing"},
        {"- nodes\n", 1, 1, "found a list; allowed: a mapping with the keys name, seed"},
        {"hello", 1, 1, "found `hello`"},
        {NODES "---\n" NODES, 2, 1, "second document"},
        {"nodes: [count: 10\n", 2, 1, "not valid YAML"},
        {"nodes: {count: 10}}\n", 1, 19, "not valid YAML"},
        {NODES "a: b: c\n", 2, 5, "not valid YAML"},
        {NODES "name: \"x\n", 2, 8, "not valid YAML"},
        {"nodes:\n\tcount: 1\n", 2, 1, "not valid YAML"},
        {"nodes: \xFF\n", 1, 8, "\\xFF is not UTF-8"},
        {"nodes: \xC3\n", 1, 8, "\\xC3 is not UTF-8"},
        {"\xFF\xFE", 1, 1, "UTF-16"},
        {"# \xC3\xBC\nnodes: \x01\n", 2, 8, "control character \\x01"},
        {"nodes: !!int 5\n", 1, 14, "a tag"},
        {"<<: {}\n" NODES, 1, 1, "merge keys"},
        {"? [a]\n: 1\n" NODES, 1, 3, "where a key is due"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_wrong_keys_when_read_then_the_nearest_is_named(void **state) {
    static const struct mistake rows[] = {
        {NODES "nmae: x\n", 2, 1, "nmae: unknown key `nmae` (did you mean `name`?); allowed: name"},
        {NODES "router: {Dloo: 4}\n", 2, 10,
         "router.Dloo: unknown key `Dloo` (did you mean `Dlo`?)"},
        {NODES "router: {d: 4}\n", 2, 10, "did you mean `D`?"},
        {NODES "loss: 1%\n", 2, 1, "did you mean `links.loss`?"},
        {NODES "degree: 1\n", 2, 1, "did you mean `topology.degree`?"},
        {NODES "events: [{at: 1s, crash: {nodes: 1, share: 10%}}]\n", 2, 37,
         "unknown key `share` (did you mean `nodes: {share: …}`?)"},
        {NODES "events: [{at: 1s, hold: {nodes: 1, of: 1}}]\n", 2, 26,
         "unknown key `nodes`; allowed: groups"},
        {NODES "zzz: 1\n", 2, 1, "unknown key `zzz`; allowed"},
        {NODES "\"a\\nb\": 1\n", 2, 1, "unknown key `a\\x0Ab`"},
        {NODES "publish:\n  - {sizes: 1KiB}\n", 3, 6, "publish.0.sizes: unknown key `sizes`"},
        {NODES "topics: [{name: a}, {nam: b, name: c}]\n", 2, 22, "topics.1.nam: unknown key"},
        {NODES "links: {delay: {unifrom: [1s, 2s]}}\n", 2, 17, "did you mean `uniform`?"},
        {NODES "links: {loss: {rat: 1%, rate: 1%}}\n", 2, 16, "did you mean `rate`?"},
        {NODES "seed: 1\nseed: 1\n", 3, 1,
         "duplicate key `seed`; it first stands in line 2, column 1"},
        {NODES "router: {D: 6, D: 6}\n", 2, 16, "router.D: duplicate key `D`"},
        {NODES "router: {D_low: 6, Dlo: 6}\n", 2, 20,
         "`D_low`; it first stands in line 2, column 10"},
        {NODES "events: [{at: 1s, connect: 5}]\n", 2, 28, "mapping"},
        {NODES "events: [{at: 1s, for: 1s, connect: {of: 5}}]\n", 2, 19, "with faults only"},
        {NODES "events: [{at: 1s, disconnect: {}}]\n", 2, 31, "one of `groups`"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_a_window_that_holds_nothing_when_read_then_the_bound_is_named(void **state) {
    static const struct mistake rows[] = {
        {NODES "measure: {after: 60s}\n", 2, 18,
         "measure.after: found `60s`; allowed: below `duration`"},
        {NODES "measure: {after: 10s, until: 10s}\n", 2, 18,
         "measure.after: found `10s`; allowed: below `until`, which is `10s`"},
        {NODES "measure: {until: 0s}\n", 2, 18, "measure.until: found `0s`; allowed: a duration"},
        {NODES "measure: 10s\n", 2, 10,
         "measure: found `10s`; allowed: a mapping with the keys "
         "after, until"},
        {NODES "measure: {before: 10s}\n", 2, 11, "measure.before: unknown key"},
        {NODES "limits: {events_per_instant: -1}\n", 2, 30, "allowed: a whole number from 0"},
        {NODES "limits: {event_per_instant: 1}\n", 2, 10, "did you mean `events_per_instant`?"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_scopes_that_there_are_not_when_read_then_what_is_there_is_said(void **state) {
    static const struct mistake rows[] = {
        {NODES "expect: ['published{topic=block} > 0']\n", 2, 10,
         "expect.0: unknown topic `block` (did you mean `blocks`?); allowed: one of the 1 under "
         "`topics`"},
        {NODES "expect: ['published{group=old} > 0']\n", 2, 10,
         "unknown group `old`; allowed: one of the 0 under `nodes.groups`"},
        {NODES "regions: world-8\nexpect: ['published{region=eurpe} > 0']\n", 3, 10,
         "unknown region `eurpe` (did you mean `europe`?)"},
        {NODES "expect: ['published{node=1} > 0']\n", 2, 10,
         "unknown key `node` in {…}; allowed: topic, group, region"},
        {NODES "expect: ['published{topic=blocks, topic=blocks} > 0']\n", 2, 10,
         "`topic` is given twice"},
        {NODES "expect: ['published{topic=blocks > 0']\n", 2, 10, "what stands in {…}"},
        {NODES "expect: ['published{topic} > 0']\n", 2, 10, "what stands in {…}"},
        {NODES "expect: ['published{topic=\"blocks} > 0']\n", 2, 10, "what stands in {…}"},
        {NODES "expect: ['published{} > 0']\n", 2, 10, "what stands in {…}"},
        {NODES "expect: ['nodes{topic=blocks} > 0']\n", 2, 10,
         "`nodes` is only known of the whole run"},
        {NODES "expect: ['events{topic=blocks} > 0']\n", 2, 10,
         "`events` is only known of all nodes and topics"},
        {NODES "expect: ['links_aborted{topic=blocks} < 1']\n", 2, 10,
         "`links_aborted` is only known of all topics"},
        {NODES "expect: [links > 0 after 5s]\n", 2, 10, "`links` is only known of the whole run"},
        {NODES "expect: [published > 0 after]\n", 2, 10, "found nothing behind `after`"},
        {NODES "expect: [published > 0 after 5]\n", 2, 10, "found `5` behind `after`"},
        {NODES "expect: [published > 0 between 5s]\n", 2, 10, "`and` is missing"},
        {NODES "expect: [published > 0 between 5s and 5s]\n", 2, 10, "the window is empty"},
        {NODES "expect: [published > 0 after 60s]\n", 2, 10, "it begins when the run is over"},
        {NODES "expect: [published > 0 during 5s]\n", 2, 10, "found `during` at the end"},
        {NODES "expect: [published > 0 after 5s until 6s]\n", 2, 10, "found `until` at the end"},
        {NODES "expect: [mesh_symmetrical]\n", 2, 10, "or an invariant such as mesh_symmetric"},
        {NODES "expect: [mesh_symmetric >= 1]\n", 2, 10, "found `>=` at the end"},
        {NODES "expect: [mesh_symmetric within 2]\n", 2, 10, "found `2` behind `within`"},
        {NODES "expect: [delivered_once within 2s]\n", 2, 10, "found `within` at the end"},
        {NODES "expect: [delivered_within]\n", 2, 10, "found nothing behind `delivered_within`"},
        {NODES "expect: [{delivered_within: }]\n", 2, 10, "found nothing behind"},
        {NODES "expect: [{delivered_within: 1s of}]\n", 2, 10,
         "found nothing behind `of`; allowed: heal, publishing or a time"},
        {NODES "expect: [delivered_within 1s of heal]\n", 2, 10, "nothing heals"},
        {NODES "expect: ['bytes_conserved{topic=blocks}']\n", 2, 10,
         "`bytes_conserved` is only known of all nodes and topics"},
        {NODES "measure: {after: 9s}\nexpect: [published > 0 after 5s]\n", 3, 10,
         "the window begins before `measure.after`, which is 9s"},
        {NODES "measure: {until: 9s}\nexpect: [published > 0 until 10s]\n", 3, 10,
         "the window ends after `measure.until`, which is 9s"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_values_of_a_wrong_type_when_read_then_what_is_allowed_is_said(void **state) {
    static const struct mistake rows[] = {
        {"nodes: 5\n", 1, 8, "nodes: found `5`; allowed: a mapping with the keys count"},
        {"nodes: {count: \"5\"}\n", 1, 16, "found `5` in quotes; allowed: a whole number"},
        {"nodes: {count: 5.0}\n", 1, 16, "found `5.0`; allowed: a whole number from 1 to"},
        {"nodes: {count: 0x10}\n", 1, 16, "found `0x10`"},
        {"nodes: {count: 010}\n", 1, 16, "found `010`"},
        {"nodes: {count: 1_000}\n", 1, 16, "found `1_000`"},
        {"nodes: {count: 1e3}\n", 1, 16, "found `1e3`"},
        {"nodes: {count: -5}\n", 1, 16, "found `-5`"},
        {"nodes: {count: +5}\n", 1, 16, "found `+5`"},
        {"nodes: {count: .nan}\n", 1, 16, "found `.nan`"},
        {"nodes: {count: .inf}\n", 1, 16, "found `.inf`"},
        {"nodes: {count: 0}\n", 1, 16, "found `0`; allowed: a whole number from 1 to 16777216"},
        {"nodes: {count: 16777217}\n", 1, 16, "allowed: a whole number from 1 to 16777216"},
        {"nodes: {count: [5]}\n", 1, 16, "found a list"},
        {"nodes: {count: {a: 5}}\n", 1, 16, "found a mapping"},
        {"nodes: {count: }\n", 1, 9, "found nothing"},
        {"nodes: {count: ~}\n", 1, 16, "found nothing"},
        {NODES "seed: 18446744073709551616\n", 2, 7, "to 18446744073709551615"},
        {NODES "router: {sign: yes}\n", 2, 16, "found `yes`; allowed: true or false"},
        {NODES "router: {sign: \"true\"}\n", 2, 16, "found `true` in quotes"},
        {NODES "router: []\n", 2, 9, "found a list; allowed: a mapping"},
        {NODES "topics: blocks\n", 2, 9, "allowed: a list of mappings"},
        {NODES "topics: [blocks]\n", 2, 10, "topics.0: found `blocks`; allowed: a mapping"},
        {NODES "publish: {topic: blocks}\n", 2, 10, "found a mapping; allowed: a list"},
        {NODES "publish:\n", 2, 1, "found nothing; allowed: a list"},
        {NODES "name: a/b\n", 2, 7, "found `a/b`; allowed: 1 to 64 letters"},
        {NODES "name: .a\n", 2, 7, "found `.a`"},
        {NODES "name: ''\n", 2, 7, "found `` in quotes"},
        {NODES "name: [a]\n", 2, 7, "name: found a list"},
        {NODES "name: aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg\n", 2, 7,
         "…`"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_bad_quantities_when_read_then_the_rule_is_said(void **state) {
    static const struct mistake rows[] = {
        {NODES "duration: 60\n", 2, 11,
         "duration: found `60`; a duration is one number with a unit"},
        {NODES "duration: -5s\n", 2, 11, "found `-5s`; a duration cannot be negative"},
        {NODES "duration: 0s\n", 2, 11, "found `0s`; allowed: a duration from 1ns"},
        {NODES "duration: 1.5ns\n", 2, 11, "whole number of nanoseconds"},
        {NODES "duration: 99999999999s\n", 2, 11, "at most"},
        {NODES "duration: 2000000h\n", 2, 11, "1152921504s (36 years)"},
        {NODES "duration: nan\n", 2, 11, "found `nan`"},
        {NODES "duration: [5s]\n", 2, 11, "found a list; allowed: a duration"},
        {NODES "router: {heartbeat_interval: 0s}\n", 2, 30,
         "router.heartbeat_interval: found `0s`"},
        {NODES "links: {loss: 1.01}\n", 2, 15, "a share is a number from 0 to 1"},
        {NODES "links: {loss: 101%}\n", 2, 15, "found `101%`; a share"},
        {NODES "links: {loss: -1%}\n", 2, 15, "found `-1%`"},
        {NODES "links: {loss: .nan}\n", 2, 15, "found `.nan`"},
        {NODES "links: {loss: {of: all}}\n", 2, 15, "found none of `rate`, `rates` and `burst`"},
        {NODES "links: {loss: {rate: 1%, of: some}}\n", 2, 30,
         "found `some`; allowed: messages, all, or a list"},
        {NODES "publish: [{size: 1024}]\n", 2, 18, "a size is a number with a unit"},
        {NODES "publish: [{size: 65MiB}]\n", 2, 18, "allowed: a size from 0B to 64MiB"},
        {NODES "publish: [{count: 10000001}]\n", 2, 19, "from 0 to 10000000"},
        {NODES "publish: [{count: 2, every: 0s}]\n", 2, 29, "above 0 for several messages"},
        {NODES "publish: [{count: 100000, every: 100000h}]\n", 2, 34, "would be later than"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_distributions_that_make_no_sense_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "links: {delay: {uniform: [5ms, 1ms]}}\n", 2, 27, "low at most high"},
        {NODES "links: {delay: {uniform: [5ms]}}\n", 2, 26, "found a list; allowed: [low, high]"},
        {NODES "links: {delay: {uniform: 5ms}}\n", 2, 26, "allowed: [low, high]"},
        {NODES "links: {delay: {constant: 1s, normal: {}}}\n", 2, 16, "found 2 distributions"},
        {NODES "links: {delay: {}}\n", 2, 16, "found 0 distributions"},
        {NODES "links: {delay: [1s]}\n", 2, 16, "found a list; allowed: a duration, regions"},
        {NODES "links: {delay: {normal: {mean: 1s}}}\n", 2, 25, "the key `sd` is missing"},
        {NODES "links: {jitter: {exponential: 5ms}}\n", 2, 31,
         "allowed: a mapping with the keys mean"},
        {NODES "links: {jitter: {lognormal: {median: 1s, sigma: 9}}}\n", 2, 49, "from 0 to 3.5"},
        {NODES "links: {jitter: {lognormal: {median: 1s, sigma: -1}}}\n", 2, 49, "found `-1`"},
        {NODES "links: {jitter: {lognormal: {median: 1h, sigma: 1}}}\n", 2, 29, "beyond 3600s"},
        {NODES "links: {jitter: {exponential: {mean: 1h}}}\n", 2, 31, "beyond 3600s"},
        {NODES "links: {delay: 25h}\n", 2, 16, "allowed: a duration from 0s to 86400s"},
        {"nodes: {count: 1, start: soon}\n", 1, 26, "found `soon`"},
        {NODES "links: {delay: regions}\n", 2, 16, "found `regions`, but there are none"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_router_limits_crossed_when_read_then_the_offending_key_is_named(void **state) {
    static const struct mistake rows[] = {
        {NODES "router: {D: 0}\n", 2, 13, "router.D: found `0`; allowed: a whole number from 1"},
        {NODES "router: {D: 13}\n", 2, 13, "at most `Dhi`, which is `12` by default"},
        {NODES "router: {D: 3}\n", 2, 13, "at least `Dlo`, which is `4` by default"},
        {NODES "router: {Dlo: 7}\n", 2, 15, "at most `D`, which is `6` by default"},
        {NODES "router: {Dhi: 5}\n", 2, 15, "at least `D`, which is `6` by default"},
        {NODES "router: {D: 8, Dhi: 7}\n", 2, 13, "at most `Dhi`, which is `7`"},
        {NODES "router: {Dlo: 9, D: 8}\n", 2, 15, "at most `D`, which is `8`"},
        {NODES "router: {history_length: 2}\n", 2, 26, "at least `history_gossip`, which is `3`"},
        {NODES "router: {mcache_gossip: 6}\n", 2, 25, "at most `history_length`, which is `5`"},
        {NODES "router: {history_length: 0}\n", 2, 26, "from 1 to 1000"},
        {NODES "router: {seen_ttl: 0s}\n", 2, 20,
         "at least `heartbeat_interval`, which is `1s` by default"},
        {NODES "router: {heartbeat_interval: 700ms, seen_ttl: 699ms}\n", 2, 30,
         "at most `seen_ttl`, which is `699ms`"},
        {NODES "router: {heartbeat_interval: 121s}\nduration: 10m\n", 2, 30,
         "at most `seen_ttl`, which is `120s` by default"},
        {NODES "router: {profile: gossipsub}\n", 2, 19,
         "allowed: gossipsub-v1.0, nim-2020 or floodsub"},
        {NODES "router: {profile: [nim-2020]}\n", 2, 19, "router.profile: found a list"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_impossible_topologies_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "topology: mesh\n", 2, 11, "found `mesh`; allowed: random-regular"},
        {NODES "topology: {kind: rings}\n", 2, 18, "topology.kind: found `rings`"},
        {NODES "topology: [ring]\n", 2, 11, "found a list"},
        {NODES "topology: {degree: 10}\n", 2, 20, "a degree below nodes.count, which is 10"},
        {NODES "topology: {degree: 2.5}\n", 2, 20, "found `2.5`; allowed: a number of links"},
        {"nodes: {count: 11}\ntopology: {degree: 3}\n", 2, 20,
         "an even degree, as nodes.count is 11"},
        {"nodes: {count: 10000000}\ntopology: {degree: 1000}\n", 2, 20, "at most 429 for"},
        {"nodes: {count: 65537}\ntopology: complete\n", 2, 11, "at most 65536 nodes"},
        {NODES "topology: {kind: ring, degree: 2}\n", 2, 24, "kind ring has no `degree`"},
        {NODES "topology: {edges: [[0, 1]]}\n", 2, 12, "kind random-regular has no `edges`"},
        {NODES "topology: {kind: erdos-renyi, degree: 3, links: 5}\n", 2, 11, "found 2 of degree"},
        {NODES "topology: {kind: erdos-renyi, links: 46}\n", 2, 38, "at most 45 for 10 nodes"},
        {NODES "topology: {kind: erdos-renyi, degree: 9.5}\n", 2, 39, "found `9.5`"},
        {NODES "topology: {kind: erdos-renyi, probability: 2}\n", 2, 44, "a share is a number"},
        {NODES "topology: {kind: edges}\n", 2, 11, "needs the key `edges`"},
        {NODES "topology: {kind: edges, edges: [[0, 10]]}\n", 2, 37,
         "topology.edges.0.1: found `10`; allowed: a node from 0 to 9"},
        {NODES "topology: {kind: edges, edges: [[0, 1], [3, 3]]}\n", 2, 41, "linked with itself"},
        {NODES "topology: {kind: edges, edges: [[0, 1], [1, 0]]}\n", 2, 41,
         "stands twice, first in line 2, column 33"},
        {NODES "topology: {kind: edges, edges: [[0, 1, 2ms, 3%, 4]]}\n", 2, 33,
         "found a list; allowed: a link"},
        {NODES "topology: {kind: edges, edges: [[0, -1]]}\n", 2, 37,
         "found `-1`; allowed: a node from 0 to 9"},
        {NODES "topology: {kind: edges, edges: [[a, 1]]}\n", 2, 34,
         "found `a`; allowed: a node from 0 to 9"},
        {NODES "topology: {kind: edges, edges: [0]}\n", 2, 33, "found `0`; allowed: a link"},
        {NODES "topology: {kind: edges, edges: 5}\n", 2, 32, "allowed: a list of links"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_bad_regions_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "regions: world-9\n", 2, 10, "found `world-9`; allowed: world-8, none"},
        {NODES "regions: {names: [a]}\n", 2, 10, "the key `latency` is missing"},
        {NODES "regions: {names: [], latency: []}\n", 2, 18, "found 0 names; allowed: 1 to 256"},
        {NODES "regions: {names: [a, a], latency: [[1s, 1s], [1s, 1s]]}\n", 2, 22,
         "`a` stands twice"},
        {NODES "regions: {names: [a], weights: [0], latency: [[1s]]}\n", 2, 32,
         "all weights are 0"},
        {NODES "regions: {names: [a], weights: [1, 2], latency: [[1s]]}\n", 2, 32,
         "one for each of the 1"},
        {NODES "regions: {names: [a, b], latency: [[1s, 2s]]}\n", 2, 35, "found 1 items"},
        {NODES "regions: {names: [a, b], latency: [[1s, 2s], [1s]]}\n", 2, 46, "found 1 items"},
        {NODES "regions: {names: [a], latency: [[-1s]]}\n", 2, 34, "cannot be negative"},
        {NODES "regions: {names: [a], weights: [-1], latency: [[1s]]}\n", 2, 33,
         "weights.0: found `-1`; allowed: a whole number from 0 to 1000000000000"},
        {NODES "regions: {names: [[a]], latency: [[1s]]}\n", 2, 19,
         "found a list; allowed: a word"},
        {NODES "regions: {names: [a], latency: [[1s]], packet_loss: 1%}\n", 2, 53,
         "found `1%`; allowed: a list of rows, each a list of shares"},
        {NODES "regions: {names: [a], latency: [[1s]], packet_loss: [[2]]}\n", 2, 55, "found `2`"},
        {NODES "regions: {names: [a], latency: [[1s]], packet_loss: [[1%, 1%]]}\n", 2, 54,
         "found 2 items; allowed: one for each of the 1"},
        {NODES "regions: {names: [a], latency: [[1s]], packet_loss: []}\n", 2, 53, "found 0 items"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_bad_traffic_when_read_then_it_is_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "topics: []\npublish: []\n", 2, 9, "found 0 topics; allowed: 1 to 4096"},
        {NODES "topics: [{subscribers: all}]\n", 2, 10, "topics.0: the key `name` is missing"},
        {NODES "topics: [{name: a}, {name: a}]\n", 2, 28, "topic `a` stands twice"},
        {NODES "topics: [{name: \"a\\tb\"}]\n", 2, 17, "found `a\\x09b` in quotes"},
        {NODES "topics: [{name: a, subscribers: some}]\n", 2, 33,
         "found `some`; allowed: all, none"},
        {NODES "topics: [{name: a, subscribers: [10]}]\n", 2, 34, "a node from 0 to 9"},
        {NODES "topics: [{name: a, subscribers: [3..1]}]\n", 2, 34, "first at most last"},
        {NODES "topics: [{name: a, subscribers: [3.1]}]\n", 2, 34, "found `3.1`"},
        {NODES "topics: [{name: a, subscribers: {count: 11}}]\n", 2, 41, "at most nodes.count"},
        {NODES "topics: [{name: a, subscribers: {}}]\n", 2, 33,
         "exactly one of share, count, group"},
        {NODES "topics: [{name: a, subscribers: 140%}]\n", 2, 33, "a share such as 10%"},
        {NODES "topics: [{name: a, subscribers: 0.5}]\n", 2, 33, "a share such as 10%"},
        {NODES "topics: [{name: a, subscribers: {share: 1, count: 1}}]\n", 2, 33,
         "found several keys; allowed: exactly one"},
        {NODES "publish: [{topic: block}]\n", 2, 19,
         "unknown topic `block` (did you mean `blocks`?)"},
        {NODES "publish: [{topic: other}]\n", 2, 19, "unknown topic `other` (such as `blocks`)"},
        {NODES "publish: [{topic: [a]}]\n", 2, 19, "found a list; allowed: the name of a topic"},
        {NODES "publish: [{from: 10}]\n", 2, 18, "a node from 0 to 9"},
        {NODES "publish: [{from: []}]\n", 2, 18, "found a list; allowed: random"},
        {NODES "publish: [{from: 1..2}]\n", 2, 18, "found `1..2`"},
        {NODES "publish: [{from: {outside: false}}]\n", 2, 18, "allowed: random, any, an index"},
        {NODES "publish: [{from: {}}]\n", 2, 18,
         "allowed: random, any, an index, a list of indices, or a mapping"},
        {NODES "publish: [{count: 10000000}, {count: 1}]\n", 2, 30, "more than 10000000 messages"},
        {NODES "events: [{subscribe: {}}]\n", 2, 10, "allowed: `at`, `every` or `between`"},
        {NODES "events: [{at: 6s}]\n", 2, 10, "nothing happens"},
        {NODES "events: [{at: 6s, subscribe: {}, unsubscribe: {}}]\n", 2, 34, "a second verb"},
        {NODES "events: [{at: 6s, subscribe: {topic: x}}]\n", 2, 38, "unknown topic `x`"},
        {NODES "events: [{at: 6s, subscribe: {handler: 4}}]\n", 2, 40, "from 0 to 3"},
        {NODES "events: [{at: 6s, inject: {to: 1, rpc: 00}}]\n", 2, 27, "`from` is missing"},
        {NODES "events: [{at: 6s, inject: {from: 0, to: 99, rpc: 00}}]\n", 2, 41, "node 99"},
        {NODES "events: [{at: 6s, inject: {from: 0, to: 1, rpc: 123}}]\n", 2, 49, "hexadecimal"},
        {NODES "events: [{at: 6s, inject: {from: 0, to: 1, rpc: 0g}}]\n", 2, 49, "hexadecimal"},
        {NODES "events: [{at: 6s, inject: {from: 0, to: 1, rpc: ''}}]\n", 2, 49, "hexadecimal"},
        {NODES "topics: [{name: a, validators: 1}]\n", 2, 32, "a list of"},
        {NODES "topics: [{name: a, validators: [{accept: 2}]}]\n", 2, 42, "a share"},
        {NODES "topics: [{name: a, validators: [{delay: -1s}]}]\n", 2, 41, "a duration"},
        {NODES "topics: [{name: a, validators: [{dely: 1s}]}]\n", 2, 34, "did you mean `delay`"},
        {NODES "expect: delivery_ratio > 0\n", 2, 9, "allowed: a list of conditions"},
        {NODES "expect: [delivery_ratio]\n", 2, 10, "found `delivery_ratio`; allowed: a figure"},
        {NODES "expect: [delivery_ratio = 1]\n", 2, 10, "one of < <= == != >= >"},
        {NODES "expect: [delivery_rate > 1]\n", 2, 10, "(did you mean `delivery_ratio`?)"},
        {NODES "expect: [latency.p99 < 2]\n", 2, 10,
         "found the value `2`; allowed for latency.p99"},
        {NODES "expect: [delivery_ratio > nan]\n", 2, 10, "found the value `nan`"},
        {NODES "expect: [hops.max < -1]\n", 2, 10, "found the value `-1`"},
        {NODES "expect: [{a: b}]\n", 2, 10, "found a mapping"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_levels_up_to_the_limit_when_read_then_one_more_is_refused(void **state) {
    enum { DEPTH = 64 };
    static const struct {
        const char *open;
        uint32_t column; // of the level too many
    } rows[] = {
        {"[", DEPTH + 1},
        {"- ", 2 * DEPTH + 1},
        {"{a: ", 4 * DEPTH + 1},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[512];
        size_t step = strlen(rows[i].open);
        for (uint32_t level = 0; level <= DEPTH; level++) {
            memcpy(text + (size_t)level * step, rows[i].open, step);
        }
        fixture_read_with(f, text, ((size_t)DEPTH + 1) * step, NULL, NULL);
        fixture_expect_failure(f, 1, rows[i].column, "nested deeper than 64 levels");

        fixture_read_with(f, text, (size_t)DEPTH * step, NULL, NULL);
        assert_null(strstr(f->failures.items[0].message, "nested"));
    }
}

static void given_levels_by_indentation_when_read_then_the_limit_holds_as_well(void **state) {
    enum { DEPTH = 64 };
    struct scenario_fixture *f = *state;
    char text[DEPTH * DEPTH];
    size_t size = 0;
    for (uint32_t level = 0; level <= DEPTH; level++) {
        memset(text + size, ' ', level);
        memcpy(text + size + level, "a:\n", 3);
        size += level + 3;
    }

    fixture_read_with(f, text, size, NULL, NULL);

    fixture_expect_failure(f, DEPTH + 1, DEPTH + 2, "nested deeper than 64 levels");
}

static void given_levels_that_only_the_parser_sees_when_read_then_the_limit_holds(void **state) {
    enum { KEYS = 40, LIMIT_LINE = 33 };
    struct scenario_fixture *f = *state;
    // A dash may stand right below its key: two levels in one column.
    char text[KEYS * KEYS * 4];
    size_t size = 0;
    size += (size_t)snprintf(text, sizeof text, "a:\n");
    for (int key = 1; key < KEYS; key++) {
        size += (size_t)snprintf(text + size, sizeof text - size, "%*s- a:\n", 2 * (key - 1), "");
    }

    fixture_read_with(f, text, size, NULL, NULL);

    fixture_expect_failure(f, LIMIT_LINE, 2 * LIMIT_LINE - 1, "nested deeper than 64 levels");
}

static void given_aliases_that_multiply_when_read_then_they_are_refused(void **state) {
    struct scenario_fixture *f = *state;
    char text[2048] = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (uint32_t i = 1; i < 12; i++) {
        size_t size = strlen(text);
        uint32_t last = i - 1;
        snprintf(text + size, sizeof text - size,
                 "a%u: &a%u [*a%u, *a%u, *a%u, *a%u, *a%u, *a%u]\n", i, i, last, last, last, last,
                 last, last);
    }

    fixture_read(f, text);

    assert_int_equal(f->failures.count, 1);
    assert_non_null(strstr(f->failures.items[0].message, "more than 1000000 values"));
}

static void given_wrong_aliases_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {"nodes: *a\n", 1, 8, "alias `a`: no anchor of that name"},
        {"nodes: &a {count: *a}\n", 1, 19, "alias `a`: it stands inside its own anchor"},
        {"nodes: &a {count: 5, x: 1}\nrouter: *a\n", 1, 22, "unknown key `x`"},
    };
    struct scenario_fixture *f = *state;

    expect_mistakes(f, rows, 2);

    fixture_read(f, rows[2].text);
    assert_int_equal(f->failures.count, 3);
    assert_int_equal(f->failures.items[0].column, 12);
}

static void given_bad_overrides_when_read_then_the_option_is_named(void **state) {
    static const struct {
        const char *path;
        const char *value;
        const char *words;
    } rows[] = {
        {"router.Q", "1", "unknown key `Q` (did you mean `D`?); allowed: profile, D"},
        {"rooter.D", "1", "unknown key `rooter` (did you mean `router`?)"},
        {"", "1", "unknown key ``; allowed: name"},
        {"router.", "1", "unknown key ``; allowed: profile"},
        {"router.D", "x", "found `x`; allowed: a whole number from 1"},
        {"router.D", "[", "not valid YAML"},
        {"router.D", "\"1", "not valid YAML"},
        {"router.D", "", "found nothing"},
        {"router.D.x", "1", "`D` holds a single value"},
        {"seed.x", "1", "below `7`, which is a single value"},
        {"publish.1.count", "1",
         "`1` is no item of the list; allowed: a number from 0, of 1 items"},
        {"publish.x.count", "1", "`x` is no item"},
        {"publish.0.cuont", "1", "did you mean `count`?"},
        {"links.delay.uniform", "5", "found `5`; allowed: [low, high]"},
        {"links.delay.unform", "5", "did you mean `uniform`?"},
        {"router", "{D: 99}", "router.D: found `99`; allowed: at most `Dhi`"},
        {"router.quirks.ecoh", "true", "unknown quirk `ecoh` (did you mean `echo`?)"},
        {"router.quirks.Q64", "true", "Q64 has no switch"},
        {"router.quirks.echo", "7", "found `7`; allowed: true or false"},
        {"router.quirks.echo.x", "true", "`echo` holds a single value"},
        {"nodes", "{count: 1, count: 2}", "nodes.count: duplicate key"},
        {"topology.edges.0", "5", "single value"},
    };
    struct scenario_fixture *f = *state;
    static const char text[] = "nodes: {count: 10}\nseed: 7\n";

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const struct scenario *scenario =
            fixture_read_with(f, text, sizeof text - 1, rows[i].path, rows[i].value);

        const struct failure *failure = &f->failures.items[0];
        char file[FAILURE_FILE_SIZE];
        snprintf(file, sizeof file, "--set %s", rows[i].path);
        if (scenario != NULL || f->failures.count != 1 || strcmp(failure->file, file) != 0 ||
            strstr(failure->message, rows[i].words) == NULL) {
            failure_list_print(&f->failures, stderr);
            fail_msg("--set %s=%s", rows[i].path, rows[i].value);
        }
        assert_int_equal(failure->line, 0);
    }
}

static void given_files_that_cannot_be_read_when_loaded_then_it_is_said(void **state) {
    static const struct {
        const char *path;
        const char *words;
    } rows[] = {
        {"/nonexistent/file.yaml", "no such file"},
        {"/dev/null/file.yaml", "no such file"},
        {"/tmp", "this is a directory"},
        {"/dev/null", "empty"},
        {"/dev/zero", "more than 67108864 bytes"},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct scenario_source source = {.path = rows[i].path};
        memset(&f->failures, 0, sizeof f->failures);
        const struct scenario *scenario = scenario_load(f->arena, &source, &f->failures);

        assert_null(scenario);
        assert_int_equal(f->failures.count, 1);
        assert_string_equal(f->failures.items[0].file, rows[i].path);
        assert_non_null(strstr(f->failures.items[0].message, rows[i].words));
    }
}

static void given_a_file_beyond_the_limit_when_loaded_then_it_is_refused_unread(void **state) {
    struct scenario_fixture *f = *state;
    char path[] = "/tmp/gossim-test-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(ftruncate(file, SCENARIO_FILE_SIZE_MAX + 1), 0);
    close(file);
    struct scenario_source source = {.path = path};

    const struct scenario *scenario = scenario_load(f->arena, &source, &f->failures);

    unlink(path);
    assert_null(scenario);
    fixture_expect_failure(f, 1, 1, "the file has 67108865 bytes; allowed: at most 67108864");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_no_scenario_at_all_when_read_then_it_is_refused),
        FIXTURE_TEST(given_wrong_keys_when_read_then_the_nearest_is_named),
        FIXTURE_TEST(given_values_of_a_wrong_type_when_read_then_what_is_allowed_is_said),
        FIXTURE_TEST(given_scopes_that_there_are_not_when_read_then_what_is_there_is_said),
        FIXTURE_TEST(given_a_window_that_holds_nothing_when_read_then_the_bound_is_named),
        FIXTURE_TEST(given_bad_quantities_when_read_then_the_rule_is_said),
        FIXTURE_TEST(given_distributions_that_make_no_sense_when_read_then_they_are_refused),
        FIXTURE_TEST(given_router_limits_crossed_when_read_then_the_offending_key_is_named),
        FIXTURE_TEST(given_impossible_topologies_when_read_then_they_are_refused),
        FIXTURE_TEST(given_bad_regions_when_read_then_they_are_refused),
        FIXTURE_TEST(given_bad_traffic_when_read_then_it_is_refused),
        FIXTURE_TEST(given_levels_up_to_the_limit_when_read_then_one_more_is_refused),
        FIXTURE_TEST(given_levels_by_indentation_when_read_then_the_limit_holds_as_well),
        FIXTURE_TEST(given_levels_that_only_the_parser_sees_when_read_then_the_limit_holds),
        FIXTURE_TEST(given_aliases_that_multiply_when_read_then_they_are_refused),
        FIXTURE_TEST(given_wrong_aliases_when_read_then_they_are_refused),
        FIXTURE_TEST(given_bad_overrides_when_read_then_the_option_is_named),
        FIXTURE_TEST(given_files_that_cannot_be_read_when_loaded_then_it_is_said),
        FIXTURE_TEST(given_a_file_beyond_the_limit_when_loaded_then_it_is_refused_unread),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
