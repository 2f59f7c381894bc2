#include "scenarios/schema.h"

#include "base/check.h"
#include "scenarios/schema_table.h"
#include "scenarios/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/*
 * An example is written as it stands between the braces of its mapping: `D: 8`, or with what it
 * cannot do without, `kind: erdos-renyi, links: 500`. A key that has none here gets its default,
 * or what is usual for its type. The rest of a scenario around it is made here, so that a test can
 * load every example:
 *
 *   share: 10%                                                        a form, so a host is sought
 *   name: blocks, subscribers: {share: 10%}                           what is required is added
 *   nodes: {count: 100}, topics: [{name: blocks, subscribers: {share: 10%}}]
 */

/** Examples that are better than what is usual for a type. */
static const char *const examples[SCHEMA_KEY_COUNT] = {
    [KEY_NAME] = "name: first-run",
    [KEY_SEED] = "seed: 42",
    [KEY_DURATION] = "duration: 2m",
    [KEY_ROUTER] = "router: {profile: nim-2020, D: 8}",
    [KEY_NODES] = "nodes: {count: 1000}",
    [KEY_TOPOLOGY] = "topology: {kind: erdos-renyi, degree: 8}",
    [KEY_REGIONS] = "regions: world-8",
    [KEY_LINKS] = "links: {delay: {uniform: [10ms, 80ms]}, loss: 1%}",
    [KEY_TOPICS] = "topics: [{name: blocks}, {name: votes, subscribers: 10%}]",
    [KEY_PUBLISH] = "publish: [{from: random, every: 12s, count: 5, size: 100KiB}]",
    [KEY_EVENTS] = "events: [{at: 20s, unsubscribe: {topic: blocks, nodes: 10%}}]",
    [KEY_SWEEP] =
        "sweep: {router.D: [6, 8, 10], links.loss: {from: 0%, to: 10%, step: 5%}, repeat: 20}",
    [KEY_SWEEP_ZIP] = "zip: [{router.D: [6, 8], router.Dhi: [10, 16]}]",
    [KEY_SWEEP_WHERE] = "router.D: [4, 6], router.Dlo: [3, 5], where: [router.Dlo <= router.D]",
    [KEY_SWEEP_REPEAT] = "repeat: 30",
    [KEY_SWEEP_UNTIL] = "repeat: 10, until: ci(latency.p99) < 2%",
    [KEY_SWEEP_MAX_REPEAT] = "until: [ci(latency.p99) < 20ms], max_repeat: 200",
    [KEY_ROUTER_PROFILE] = "profile: nim-2020",
    [KEY_ROUTER_D] = "D: 8",
    [KEY_ROUTER_D_LOW] = "Dlo: 5",
    [KEY_ROUTER_D_HIGH] = "Dhi: 10",
    [KEY_ROUTER_D_LAZY] = "Dlazy: 0",
    [KEY_ROUTER_HEARTBEAT_INTERVAL] = "heartbeat_interval: 700ms",
    [KEY_ROUTER_HEARTBEAT_INITIAL_DELAY] = "heartbeat_initial_delay: 0s",
    [KEY_ROUTER_HISTORY_LENGTH] = "history_length: 6",
    [KEY_ROUTER_HISTORY_GOSSIP] = "history_gossip: 2",
    [KEY_ROUTER_FANOUT_TTL] = "fanout_ttl: 30s",
    [KEY_ROUTER_SEEN_TTL] = "seen_ttl: 10m",
    [KEY_ROUTER_SIGN] = "sign: true",
    [KEY_ROUTER_SPARE_SENDERS] = "spare_senders: true",
    [KEY_ROUTER_SELF_TRIGGER] = "self_trigger: true",
    [KEY_ROUTER_QUIRKS] = "quirks: {echo: true, Q37: false}",
    [KEY_NODES_COUNT] = "count: 1000",
    [KEY_NODES_START] = "start: {uniform: [0s, 700ms]}",
    [KEY_NODES_GROUPS] = "groups: [{name: old, nodes: 30%, router: {profile: nim-2020}}]",
    [KEY_GROUP_NODES] = "nodes: 0..9",
    [KEY_GROUP_ROUTER] = "router: {profile: nim-2020, quirks: {echo: false}}",
    [KEY_GROUP_START] = "start: 20s",
    [KEY_TOPOLOGY_KIND] = "kind: ring",
    [KEY_TOPOLOGY_PROBABILITY] = "kind: erdos-renyi, probability: 2%",
    [KEY_TOPOLOGY_LINKS] = "kind: erdos-renyi, links: 8000",
    [KEY_TOPOLOGY_REWIRE] = "kind: watts-strogatz, rewire: 5%",
    [KEY_TOPOLOGY_ATTACH] = "kind: barabasi-albert, attach: 5",
    [KEY_TOPOLOGY_RADIUS] = "kind: random-geometric, radius: 10%",
    [KEY_TOPOLOGY_WIDTH] = "kind: torus, width: 40",
    [KEY_TOPOLOGY_HEIGHT] = "kind: grid, height: 25",
    [KEY_TOPOLOGY_LOCAL] = "kind: clustered, local: 80%",
    [KEY_TOPOLOGY_DIALS] = "kind: dial, dials: 10",
    [KEY_GROUP_INBOUND] = "inbound: none",
    [KEY_GROUP_DIALS] = "dials: 20",
    [KEY_GROUP_DIALS_TO] = "dials_to: 0..9",
    [KEY_TOPOLOGY_PATH] = "kind: file, path: graph.gml",
    [KEY_TOPOLOGY_EDGES] = "kind: edges, edges: [[0, 1], [1, 2, 20ms, 1%]]",
    [KEY_REGIONS_NAMES] = "names: [here, there], latency: [[1ms, 80ms], [80ms, 2ms]]",
    [KEY_REGIONS_WEIGHTS] = "names: [a, b], weights: [2, 1], latency: [[1ms, 9ms], [9ms, 1ms]]",
    [KEY_REGIONS_LATENCY] = "names: [a, b], latency: [[1ms, 80ms], [80ms, 2ms]]",
    [KEY_REGIONS_LOSS] =
        "names: [a, b], latency: [[1ms, 9ms], [9ms, 1ms]], packet_loss: [[0%, 1%], [1%, 0%]]",
    [KEY_REGIONS_HOSTS] = ("names: [a, b], latency: [[1ms, 9ms], [9ms, 1ms]], "
                           "host_bandwidth: [[100Mbit/s, 1Gbit/s], [none, 20Mbit/s]]"),
    [KEY_BANDWIDTH_UP] = "up: 50Mbit/s",
    [KEY_BANDWIDTH_DOWN] = "down: 100Mbit/s",
    [KEY_LINKS_DELAY] = "delay: {lognormal: {median: 50ms, sigma: 0.5}}",
    [KEY_LINKS_JITTER] = "jitter: {exponential: {mean: 2ms}}",
    [KEY_LINKS_LOSS] = "loss: 1%",
    [KEY_LINKS_ASYMMETRIC] = "asymmetric: true",
    [KEY_LINKS_REORDER] = "reorder: true",
    [KEY_NODES_PROCESSING] = "processing: {exponential: {mean: 1ms}}",
    [KEY_GROUP_PROCESSING] = "processing: 20ms",
    [KEY_NODES_HEARTBEAT] = "heartbeat: {phase: uniform, drift: {uniform: [-50, 50]}}",
    [KEY_GROUP_HEARTBEAT] = "heartbeat: {drift: -20}",
    [KEY_NODES_CLOCK] = "clock: {skew: {normal: {mean: 0s, sd: 20ms}}}",
    [KEY_GROUP_CLOCK] = "clock: {skew: -500ms}",
    [KEY_HEARTBEAT_PHASE] = "phase: uniform",
    [KEY_HEARTBEAT_DRIFT] = "drift: {uniform: [-50, 50]}",
    [KEY_HEARTBEAT_JITTER] = "jitter: {uniform: [0s, 10ms]}",
    [KEY_CLOCK_SKEW] = "skew: {normal: {mean: 0s, sd: 20ms}}",
    [KEY_CLOCK_DRIFT] = "drift: {uniform: [-50, 50]}",
    [KEY_OFFSETS_UNIFORM] = "uniform: [-50ms, 50ms]",
    [KEY_OFFSETS_NORMAL] = "normal: {mean: 0s, sd: 20ms}",
    [KEY_OFFSETS_NORMAL_MEAN] = "mean: -5ms",
    [KEY_OFFSETS_NORMAL_SD] = "sd: 20ms",
    [KEY_DRIFTS_UNIFORM] = "uniform: [-50, 50]",
    [KEY_DRIFTS_NORMAL] = "normal: {mean: 0, sd: 20}",
    [KEY_DRIFTS_NORMAL_MEAN] = "mean: 0",
    [KEY_DRIFTS_NORMAL_SD] = "sd: 20",
    [KEY_TOPIC_SUBSCRIBERS] = "subscribers: {count: 50}",
    [KEY_TOPIC_VALIDATORS] = "validators: [{delay: 5ms, accept: 99%}]",
    [KEY_TOPIC_PER_NODE] = "name: subnet-%d, count: 64, per_node: 2",
    [KEY_TOPIC_COUNT] = "name: subnet-%d, count: 64",
    [KEY_TOPIC_POPULARITY] = "name: subnet-%d, count: 64, popularity: {zipf: 1}",
    [KEY_TOPIC_ROTATE] = "name: subnet-%d, count: 64, per_node: 2, rotate: 30s",
    [KEY_TOPIC_VALIDATION] = "validation: 5ms",
    [KEY_SIZES_NORMAL] = "normal: {mean: 1KiB, sd: 100B}",
    [KEY_SIZES_LOGNORMAL] = "lognormal: {median: 1KiB, sigma: 0.5}",
    [KEY_SIZES_WEIGHTS] = "choices: [240B, 100KiB], weights: [9, 1]",
    [KEY_PUBLISH_PICK] = "pick: in-turn",
    [KEY_PUBLISH_FROM] = "from: [0, 1, 2]",
    [KEY_PUBLISH_EVERY] = "every: {exponential: {mean: 500ms}}, count: 20",
    [KEY_PUBLISH_COUNT] = "count: 50, every: 1s",
    [KEY_PUBLISH_UNTIL] = "until: 30s, every: 1s",
    [KEY_PUBLISH_PUBLISHERS] = "publishers: 16",
    [KEY_PUBLISH_BURST] = "burst: {count: 10, gap: 5ms}",
    [KEY_PUBLISH_FROM_FILE] = "from_file: traffic.csv",
    [KEY_PUBLISH_ROWS] = "rows: \"time,node,topic,size\\n5s,0,blocks,1KiB\\n\"",
    [KEY_PUBLISH_SIZE] = "size: 128KiB",
    [KEY_EVENT_AT] = "at: 20s, subscribe: {topic: blocks, nodes: 0..9}",
    [KEY_EVENT_EVERY] = "every: 10s, unsubscribe: {nodes: 1%}",
    [KEY_EVENT_FROM] = "every: 10s, from: 15s, unsubscribe: {nodes: 1%}",
    [KEY_EVENT_UNTIL] = "every: 10s, until: 45s, unsubscribe: {nodes: 1%}",
    [KEY_EVENT_BETWEEN] = "between: [20s, 30s], unsubscribe: {nodes: 1%}",
    [KEY_EVENT_SUBSCRIBE] = "at: 20s, subscribe: {topic: blocks, nodes: 10%}",
    [KEY_EVENT_UNSUBSCRIBE] = "at: 20s, unsubscribe: {topic: blocks, nodes: 10%}",
    [KEY_EVENT_INJECT] = "at: 20s, inject: {from: 3, to: 4, rpc: 1a0a1a080a06626c6f636b73}",
    [KEY_EVENT_FOR] = "at: 20s, for: 5s, crash: 10%",
    [KEY_EVENT_NAME] = "at: 20s, name: storm, crash: 10%",
    [KEY_EVENT_CRASH] = "at: 20s, crash: {nodes: {group: old}, silent: true}",
    [KEY_EVENT_RESTART] = "at: 40s, restart: all",
    [KEY_EVENT_PAUSE] = "at: 20s, for: 5s, pause: 0..9",
    [KEY_EVENT_RESUME] = "at: 25s, resume: all",
    [KEY_EVENT_PARTITION] = "at: 20s, for: 10s, partition: {groups: [0..4, 5..9]}",
    [KEY_EVENT_HEAL] = "at: 30s, heal: all",
    [KEY_EVENT_CLOG] = "at: 20s, for: 10s, clog: {from: 3, to: all}",
    [KEY_EVENT_HOLD] = "at: 20s, for: 10s, hold: {groups: [0..4, 5..9]}",
    [KEY_EVENT_DEGRADE] = "at: 20s, for: 10s, degrade: {of: 3, delay: 2.5, loss: 5%}",
    [KEY_EVENT_FLAP] = "at: 20s, for: 10s, flap: {of: 3, down: 2s, up: {uniform: [1s, 5s]}}",
    [KEY_EVENT_CONNECT] = "at: 30s, connect: {of: 0..4}",
    [KEY_EVENT_DISCONNECT] = "at: 20s, disconnect: {of: 0..4}",
    [KEY_EVENT_RELEASE] = "at: 30s, release: all",
    [KEY_CUT_GROUPS] = "groups: [0..4, 5..9]",
    [KEY_CUT_FROM] = "from: 3, to: all",
    [KEY_DEGRADE_GROUPS] = "groups: [0..4, 5..9], delay: 3",
    [KEY_DEGRADE_FROM] = "from: 3, to: all, delay: 3",
    [KEY_DEGRADE_TO] = "from: all, to: 3, delay: 3",
    [KEY_DEGRADE_BETWEEN] = "between: [0..4, all], delay: 3",
    [KEY_DEGRADE_OF] = "of: 3, delay: 3",
    [KEY_DEGRADE_SHARE] = "of: all, share: 10%, delay: 3",
    [KEY_DEGRADE_DELAY] = "of: 3, delay: 2.5",
    [KEY_DEGRADE_LOSS] = "of: 3, loss: 5%",
    [KEY_FLAP_GROUPS] = "groups: [0..4, 5..9], down: 2s, up: 5s",
    [KEY_FLAP_FROM] = "from: 3, to: all, down: 2s, up: 5s",
    [KEY_FLAP_TO] = "from: all, to: 3, down: 2s, up: 5s",
    [KEY_FLAP_BETWEEN] = "between: [0..4, all], down: 2s, up: 5s",
    [KEY_FLAP_OF] = "of: 3, down: 2s, up: 5s",
    [KEY_FLAP_SHARE] = "of: all, share: 10%, down: 2s, up: 5s",
    [KEY_FLAP_DOWN] = "of: 3, down: {uniform: [1s, 3s]}, up: 5s",
    [KEY_FLAP_UP] = "of: 3, down: 2s, up: {exponential: {mean: 5s}}",
    [KEY_CUT_BETWEEN] = "between: [0..4, all]",
    [KEY_CUT_OF] = "of: 3",
    [KEY_CUT_SHARE] = "of: all, share: 10%",
    [KEY_CUT_TO] = "from: all, to: 3",
    [KEY_CRASH_DETECT] = "nodes: 10%, silent: true, detect: 1m",
    [KEY_CHURN] = "churn: [{nodes: 30%, up: {exponential: {mean: 1m}}, down: 20s}]",
    [KEY_CHURN_NODES] = "nodes: {group: old}",
    [KEY_CHURN_START] = "start: 10s",
    [KEY_CHURN_UNTIL] = "until: 50s",
    [KEY_CHURN_UP] = "up: {exponential: {mean: 1m}}, down: 20s",
    [KEY_CHURN_DOWN] = "up: 1m, down: {lognormal: {median: 20s, sigma: 1}}",
    [KEY_CHURN_STATE] = "state: kept",
    [KEY_CHURN_GRACEFUL] = "graceful: true",
    [KEY_CHURN_DETECT] = "silent: true, detect: 1m",
    [KEY_CHURN_FROM_FILE] = "from_file: churn.csv",
    [KEY_CHURN_ROWS] = "rows: \"20s,5,down\\n35s,5,up\\n\"",
    [KEY_MEMBERSHIP_NODES] = "nodes: {group: old}",
    [KEY_MEMBERSHIP_HANDLER] = "handler: 1",
    [KEY_INJECT_FROM] = "from: 3",
    [KEY_INJECT_TO] = "to: 4",
    [KEY_VALIDATOR_DELAY] = "delay: {uniform: [5ms, 20ms]}",
    [KEY_VALIDATOR_ACCEPT] = "accept: 99%",
    [KEY_LOSS_RATE] = "rate: 1%",
    [KEY_LOSS_OF] = "rate: 1%, of: all",
    [KEY_BURST_GAP] = "count: 10, gap: 5ms",
    [KEY_PUBLISHER_ROTATE] = "rotate: {count: 16}",
    [KEY_SELECTOR_OFFSET] = "every: 10, offset: 5",
    [KEY_SELECTOR_DEGREE] = "degree: {min: 10}",
    [KEY_SELECTOR_NOT] = "not: {group: old}",
    [KEY_SELECTOR_OF] = "share: 10%, of: {group: old}",
    [KEY_SELECTOR_DEGREE_MIN] = "min: 10",
    [KEY_SELECTOR_DEGREE_MAX] = "max: 3",
    [KEY_DISTRIBUTION_NORMAL] = "normal: {mean: 50ms, sd: 10ms}",
    [KEY_DISTRIBUTION_LOGNORMAL] = "lognormal: {median: 50ms, sigma: 0.5}",
    [KEY_NORMAL_MEAN] = "mean: 50ms",
    [KEY_NORMAL_SD] = "sd: 10ms",
    [KEY_LOGNORMAL_MEDIAN] = "median: 50ms",
    [KEY_EXPONENTIAL_MEAN] = "mean: 500ms",
};

/** Another part of the scenario that a key means something with. */
static const char *const parts[SCHEMA_KEY_COUNT] = {
    [KEY_GROUP_INBOUND] = "topology: {kind: dial}",
    [KEY_GROUP_DIALS] = "topology: {kind: dial}",
    [KEY_GROUP_DIALS_TO] = "topology: {kind: dial}",
    [KEY_PUBLISH_PICK] = "topics: [{name: subnet-%d, count: 64}]",
};

/** What goes along in examples of a mapping, though no key of it is required by itself. */
static const struct {
    enum schema_key parent;
    const char *unless[4]; // one of these keys is there
    const char *entry;
} company[] = {
    {KEY_EVENTS, {"at", "every", "between"}, "at: 20s"},
    {KEY_CHURN, {"up", "from_file", "rows"}, "up: 1m, down: 20s"},
};

enum { COMPANY_COUNT = sizeof company / sizeof company[0], UNLESS_MAX = 4 };

static bool is_list(enum schema_type type) {
    return type == SCHEMA_LIST || type == SCHEMA_VALIDATORS;
}

/** The key at the front of a mapping's example: one that is required, or else the first of all. */
static enum schema_key first_child(enum schema_key parent) {
    enum schema_key first = KEY_NONE;
    for (enum schema_key key = SCHEMA_KEY_COUNT - 1; key > KEY_NONE; key--) {
        const struct schema_row *row = schema_row(key);
        bool better = first == KEY_NONE || row->required || !schema_row(first)->required;
        if (row->parent == parent && better) {
            first = key;
        }
    }
    return first;
}

static void add_whole(struct text *text, const struct schema_row *row) {
    enum { USUAL = 5 };
    uint64_t value = row->min > USUAL ? row->min : USUAL;
    text_add_format(text, "%" PRIu64, value < row->max ? value : row->max);
}

/** A value of a row that stands by itself, or at the bottom of a mapping. */
static void add_value(struct text *text, const struct schema_row *row) {
    bool empty = row->fallback == NULL || strcmp(row->fallback, "[]") == 0 ||
                 strcmp(row->fallback, "{}") == 0;
    if (!empty) {
        text_add_string(text, row->fallback);
    } else if (schema_form(row->type).example != NULL) {
        text_add_string(text, schema_form(row->type).example);
    } else {
        add_whole(text, row);
    }
}

static void add_entry(struct text *text, const struct schema_row *row) {
    text_add_string(text, row->name);
    text_add_string(text, ": ");
    add_value(text, row);
}

/** Adds the other single values that the mapping of a key cannot do without. */
static void add_others(struct text *text, enum schema_key first, bool wanted) {
    for (enum schema_key key = KEY_ROOT; wanted && key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        bool mapping = row->type == SCHEMA_MAPPING || is_list(row->type);
        if (row->parent == schema_row(first)->parent && row->required && key != first && !mapping) {
            text_add_string(text, ", ");
            add_entry(text, row);
        }
    }
}

const char *schema_example(struct arena *arena, enum schema_key key) {
    const struct schema_row *row = schema_row(key);
    if (examples[key] != NULL) {
        return examples[key];
    }
    struct text text;
    struct text behind;
    text_init(&text, arena);
    text_init(&behind, arena);
    bool mapping = row->type == SCHEMA_MAPPING || is_list(row->type);
    while (mapping && examples[key] == NULL &&
           (row->fallback == NULL || row->fallback[1] == ']' || row->fallback[1] == '}')) {
        text_add_string(&text, row->name);
        text_add_string(&text, is_list(row->type) ? ": [{" : ": {");
        text_add_string(&behind, is_list(row->type) ? "]}" : "}"); // from its end, see below
        key = first_child(row->children);
        row = schema_row(key);
        mapping = row->type == SCHEMA_MAPPING || is_list(row->type);
    }
    if (examples[key] != NULL) {
        text_add_string(&text, examples[key]);
    } else {
        add_entry(&text, row);
        add_others(&text, key, behind.size > 0);
    }
    for (uint32_t i = behind.size; i > 0; i--) {
        text_add(&text, &behind.bytes[i - 1], 1);
    }
    return text.bytes;
}

/** Whether entries of a mapping, in YAML of one line, hold a key of that name. */
static bool has_key(const char *entries, const char *name) {
    uint32_t depth = 0;
    bool at_key = true;
    for (const char *at = entries; *at != '\0'; at++) {
        if (depth == 0 && at_key && strncmp(at, name, strlen(name)) == 0 &&
            at[strlen(name)] == ':') {
            return true;
        }
        depth += *at == '[' || *at == '{' ? 1 : 0;
        depth -= *at == ']' || *at == '}' ? 1 : 0;
        at_key = at > entries && at[-1] == ',' && *at == ' ';
    }
    return false;
}

static const char *put_before(struct arena *arena, const char *entries, const char *entry) {
    struct text text;
    text_init(&text, arena);
    text_add_string(&text, entry);
    text_add_string(&text, ", ");
    text_add_string(&text, entries);
    return text.bytes;
}

/** Adds the keys that a mapping cannot do without. */
static const char *complete(struct arena *arena, enum schema_key parent, const char *entries) {
    for (enum schema_key key = SCHEMA_KEY_COUNT - 1; key > KEY_NONE; key--) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == parent && row->required && !has_key(entries, row->name)) {
            entries = put_before(arena, entries, schema_example(arena, key));
        }
    }
    for (size_t i = 0; i < COMPANY_COUNT; i++) {
        bool there = false;
        for (size_t j = 0; j < UNLESS_MAX && company[i].unless[j] != NULL; j++) {
            there = there || has_key(entries, company[i].unless[j]);
        }
        if (company[i].parent == parent && !there) {
            entries = put_before(arena, entries, company[i].entry);
        }
    }
    return entries;
}

/** The key whose value holds the keys of a parent: itself, or for a form the first that may. */
static enum schema_key find_host(enum schema_key parent) {
    if (schema_row(parent)->parent != KEY_NONE) {
        return parent;
    }
    if (parent == KEY_SELECTOR) {
        return KEY_CRASH_NODES; // where every kind of selection may stand
    }
    if (parent == KEY_ZIPF) {
        return KEY_PUBLISH_PICK;
    }
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->children == parent && schema_row(key)->parent != parent) {
            return key;
        }
    }
    return KEY_NONE;
}

const char *schema_example_scenario(struct arena *arena, enum schema_key key) {
    const char *entries = schema_example(arena, key);
    enum schema_key parent = schema_row(key)->parent;
    const char *part = parts[key];
    while (parent != KEY_ROOT) {
        enum schema_key host = find_host(parent);
        CHECK(host != KEY_NONE); // a form that stands nowhere
        bool list = is_list(schema_row(host)->type);
        struct text text;
        entries = complete(arena, parent, entries);
        text_init(&text, arena);
        text_add_string(&text, schema_row(host)->name);
        text_add_string(&text, list ? ": [{" : ": {");
        text_add_string(&text, entries);
        text_add_string(&text, list ? "}]" : "}");
        entries = text.bytes;
        parent = schema_row(host)->parent;
        part = part != NULL ? part : parts[host];
    }
    if (part != NULL) {
        entries = put_before(arena, entries, part);
    }
    struct text text;
    text_init(&text, arena);
    text_add_string(&text, "{");
    text_add_string(&text, complete(arena, KEY_ROOT, entries));
    text_add_string(&text, "}\n");
    return text.bytes;
}
