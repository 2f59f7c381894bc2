#include "scenarios/schema.h"

#include "base/check.h"
#include "base/quantity.h"
#include "router/profile.h"
#include "scenarios/nearest.h"
#include "scenarios/schema_table.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** What a type allows, in words; the limits of a row go where %s stands. */
static const char *const type_words[SCHEMA_TYPE_COUNT] = {
    [SCHEMA_NOTHING] = "nothing",
    [SCHEMA_MAPPING] = "a mapping",
    [SCHEMA_LIST] = "a list of mappings",
    [SCHEMA_WHOLE] = "a whole number from %s",
    [SCHEMA_WHOLE_LONG] = "a whole number from %s",
    [SCHEMA_SWITCH] = "true or false",
    [SCHEMA_DURATION] = "a duration from %s",
    [SCHEMA_SIZE] = "a size from %s",
    [SCHEMA_RATE] = "auto, unlimited, or a rate from %s",
    [SCHEMA_QUEUE] = "unlimited, or a size from %s",
    [SCHEMA_SHARING] = "fifo or fair",
    [SCHEMA_TRANSPORT] = "datagram or stream",
    [SCHEMA_TIMEOUT] = "auto, or a duration from %s",
    [SCHEMA_SHARE] = "a share from 0 to 1, or 0% to 100%",
    [SCHEMA_SIGMA] = "a decimal from 0 to 3.5, at most six places",
    [SCHEMA_FACTOR] = "a decimal from 1 to 1000, at most six places",
    [SCHEMA_EXPONENT] = "a decimal from 0 to 4, at most six places",
    [SCHEMA_BYTES] = "a size from %s",
    [SCHEMA_OFFSET] = "a duration from -3600s to 3600s",
    [SCHEMA_PPM] = "parts per million from -500000 to 500000, at most three places",
    [SCHEMA_TOPIC] = "the name of a topic",
    [SCHEMA_GROUP] = "the name of a group",
    [SCHEMA_INBOUND] = "all, none or a whole number from %s",
    [SCHEMA_REGION] = "the name of a region",
    [SCHEMA_SELECTOR] = ("all, none, an index, a list such as [0, 5..9], a share such as 10%, or "
                         "a mapping such as {count: 5} or {group: NAME}"),
    [SCHEMA_DISTRIBUTION] = "a duration or a distribution such as {uniform: [10ms, 150ms]}",
    [SCHEMA_GAP] = "a duration from %s, or a distribution such as {exponential: {mean: 1s}}",
    [SCHEMA_SPAN] = "[low, high], two durations from %s",
    [SCHEMA_NAME] = "1 to 64 letters, digits, _ . and -, the first no dot or dash",
    [SCHEMA_TOPIC_NAME] = "a text of 1 to 255 bytes without control characters",
    [SCHEMA_PROFILE] = "the name of a profile",
    [SCHEMA_QUIRKS] = "a mapping such as {echo: false}, of names that `gossim quirks` lists",
    [SCHEMA_KIND] =
        ("random-regular, erdos-renyi, complete, ring, line, star, watts-strogatz, "
         "barabasi-albert, random-geometric, grid, torus, clustered, dial, edges or file"),
    [SCHEMA_DEGREE] = "a number of links below the number of nodes",
    [SCHEMA_EDGES] = ("a list of links, each [node, node], [node, node, latency] or "
                      "[node, node, latency, loss]"),
    [SCHEMA_GRAPH_PATH] = "the name of a file that ends in .csv, .gml or .graphml",
    [SCHEMA_REGIONS] = "world-8, none, or a mapping of names, weights and latency",
    [SCHEMA_REGION_NAMES] = "a list of 1 to 256 different words",
    [SCHEMA_WEIGHTS] = "a list of whole numbers from %s, not all 0",
    [SCHEMA_LATENCIES] = "a list of rows, each a list of durations from %s",
    [SCHEMA_LOSSES] = "a list of rows, each a list of shares from 0 to 1, or 0% to 100%",
    [SCHEMA_RATES] =
        "none, or a list of pairs [up, down], each of them none, unlimited or a rate from %s",
    [SCHEMA_EMPIRICAL] = "the name of a CSV file, or a list of points, each [duration, share]",
    [SCHEMA_MATRIX] = ("none, the name of a CSV file, or a list of as many rows as nodes, each a "
                       "list of durations or none"),
    [SCHEMA_DELAY] = "a duration, regions, or a distribution such as {uniform: [10ms, 150ms]}",
    [SCHEMA_JITTER] = "none, a duration, or a distribution such as {uniform: [0ms, 5ms]}",
    [SCHEMA_LOSS] = "a share from 0 to 1, or 0% to 100%, or a mapping such as {rate: 1%, of: all}",
    [SCHEMA_LOSS_SCOPE] =
        "messages, all, or a list of subscriptions, messages, ihave, iwant, graft and prune",
    [SCHEMA_PUBLISHER] = ("random, any, an index, a list of indices, or a mapping such as "
                          "{group: NAME}, {outside: true} or {rotate: all}"),
    [SCHEMA_TOPICS] = "the name of a topic, or of a family of topics as it is written",
    [SCHEMA_PICK] = "random, in-turn or {zipf: 1}",
    [SCHEMA_POPULARITY] = "uniform or {zipf: 1}",
    [SCHEMA_PAIR] = "[low, high]",
    [SCHEMA_ROWS_PATH] = "the name of a file that ends in .csv",
    [SCHEMA_ROWS] = "text: a header `time,node,topic,size` and rows",
    [SCHEMA_CHURN_ROWS] = "text: rows such as `20s,5,down` and `35s,5,up`",
    [SCHEMA_PHASE] = "uniform, a duration, or a distribution such as {uniform: [0ms, 5ms]}",
    [SCHEMA_OFFSETS] = ("a duration from -3600s to 3600s, or durations drawn, such as {uniform: "
                        "[-50ms, 50ms]}"),
    [SCHEMA_DRIFTS] = ("parts per million from -500000 to 500000, or drawn ones, such as {uniform: "
                       "[-50, 50]}"),
    [SCHEMA_SIZES] = "a size from %s, or sizes drawn, such as {uniform: [1KiB, 2KiB]}",
    [SCHEMA_CHOICES] = "a list of 1 to 1024 sizes",
    [SCHEMA_CHANCES] = "a list of whole numbers from %s, not all 0",
    [SCHEMA_HEX] = "an even number of hexadecimal digits, 2 to 131072",
    [SCHEMA_ROLES] = "none, the name of a role, a list of them, or a mapping",
    [SCHEMA_ROLE] = "true, false, or a mapping",
    [SCHEMA_ROLE_PEERS] = "all, or a whole number from %s",
    [SCHEMA_ROLE_IDS] = "cached, or a whole number from %s",
    [SCHEMA_NODE_FAULT] = "nodes such as all, 5, [0, 5..9] or 10%, or a mapping",
    [SCHEMA_END] = "all, or a mapping such as {event: NAME}",
    [SCHEMA_SIDES] = "a list of 2 to 64 selections of nodes",
    [SCHEMA_ENDS] = "a list of two selections of nodes",
    [SCHEMA_STATE] = "lost or kept",
    [SCHEMA_PATIENCE] = "a duration from %s, or never",
    [SCHEMA_VALIDATORS] = "a list of up to 8 mappings",
    [SCHEMA_EXPECTATIONS] = "a list of conditions such as `latency.p99 <= 2s`",
    [SCHEMA_SWEEP] = "a mapping of paths such as router.D to lists or ranges of values",
    [SCHEMA_SWEEP_ZIP] = "a list of mappings such as {router.D: [6, 8], router.Dhi: [8, 12]}",
    [SCHEMA_SWEEP_WHERE] = "a list of conditions such as `router.Dlo <= router.D`",
    [SCHEMA_SWEEP_UNTIL] = "a list of conditions such as `ci(latency.p99) < 2%`",
};

/** Where the rows are. */
static const struct schema_row *const tables[] = {
    schema_rows_world,  schema_rows_router,  schema_rows_nodes,   schema_rows_topology,
    schema_rows_links,  schema_rows_traffic, schema_rows_events,  schema_rows_roles,
    schema_rows_faults, schema_rows_churn,   schema_rows_figures, schema_rows_forms,
};

const struct schema_row *schema_row(enum schema_key key) {
    CHECK(key < SCHEMA_KEY_COUNT);
    for (size_t i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        if (tables[i][key].name != NULL) {
            return &tables[i][key];
        }
    }
    CHECK(key == SCHEMA_KEY_COUNT); // a key without a row
    return NULL;
}

static bool same(const char *name, const char *text, size_t size) {
    return strlen(name) == size && memcmp(name, text, size) == 0;
}

enum schema_key schema_find(enum schema_key parent, const char *name, size_t size) {
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent == parent && same(schema_row(key)->name, name, size)) {
            return key;
        }
    }
    for (size_t i = 0; i < schema_alias_count; i++) {
        enum schema_key key = schema_aliases[i].key;
        if (schema_row(key)->parent == parent && same(schema_aliases[i].name, name, size)) {
            return key;
        }
    }
    return KEY_NONE;
}

/** The better of a key known so far and one more candidate. */
static void consider(enum schema_key *best, uint32_t *best_distance, enum schema_key key,
                     uint32_t distance) {
    if (distance < *best_distance) {
        *best = key;
        *best_distance = distance;
    }
}

enum schema_key schema_nearest(enum schema_key parent, const char *name, size_t size) {
    enum schema_key best = KEY_NONE;
    uint32_t best_distance = UINT32_MAX;
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const char *known = schema_row(key)->name;
        if (schema_row(key)->parent == parent) {
            consider(&best, &best_distance, key,
                     nearest_distance(name, size, known, strlen(known)));
        }
    }
    for (size_t i = 0; i < schema_alias_count; i++) {
        const char *known = schema_aliases[i].name;
        if (schema_row(schema_aliases[i].key)->parent == parent) {
            consider(&best, &best_distance, schema_aliases[i].key,
                     nearest_distance(name, size, known, strlen(known)));
        }
    }
    return nearest_is_near(best_distance, size) ? best : KEY_NONE;
}

enum schema_key schema_find_elsewhere(const char *name, size_t size) {
    for (enum schema_key parent = KEY_ROOT; parent < SCHEMA_KEY_COUNT; parent++) {
        // Forms stand in several places, so that their keys have no one path.
        bool placed = parent == KEY_ROOT || schema_row(parent)->parent == KEY_ROOT;
        enum schema_key key = placed ? schema_find(parent, name, size) : KEY_NONE;
        if (key != KEY_NONE) {
            return key;
        }
    }
    return KEY_NONE;
}

enum schema_key schema_top(enum schema_key key) {
    while (schema_row(key)->parent != KEY_NONE) {
        key = schema_row(key)->parent;
    }
    return key;
}

const char *schema_path(enum schema_key key, char *out) {
    size_t start = SCHEMA_PATH_SIZE - 1;
    out[start] = '\0';
    for (; schema_row(key)->parent != KEY_NONE; key = schema_row(key)->parent) {
        bool list = schema_row(key)->type == SCHEMA_LIST && out[start] != '\0';
        char step[SCHEMA_PATH_SIZE];
        int size = snprintf(step, sizeof step, "%s%s%s", schema_row(key)->name, list ? "[]" : "",
                            out[start] == '\0' ? "" : ".");
        CHECK(size > 0);
        CHECK((size_t)size <= start);
        start -= (size_t)size;
        memcpy(out + start, step, (size_t)size);
    }
    memmove(out, out + start, SCHEMA_PATH_SIZE - start);
    return out;
}

const char *schema_names(enum schema_key parent, char *out) {
    size_t used = 0;
    out[0] = '\0';
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent != parent) {
            continue;
        }
        int size = snprintf(out + used, SCHEMA_NAMES_SIZE - used, "%s%s", used == 0 ? "" : ", ",
                            row->name);
        CHECK(size > 0);
        used += (size_t)size;
        CHECK(used < SCHEMA_NAMES_SIZE);
    }
    return out;
}

/** "1 to 100", in the unit of the row's type. */
static void write_limits(const struct schema_row *row, char *out, size_t size) {
    char low[QUANTITY_TEXT_SIZE];
    char high[QUANTITY_TEXT_SIZE];
    bool duration = row->type == SCHEMA_DURATION || row->type == SCHEMA_PATIENCE ||
                    row->type == SCHEMA_SPAN || row->type == SCHEMA_TIMEOUT ||
                    row->type == SCHEMA_GAP || row->type == SCHEMA_EMPIRICAL ||
                    row->type == SCHEMA_MATRIX || row->type == SCHEMA_LATENCIES;
    if (duration && row->max == UINT64_C(1) << 60) {
        // The limit is a power of two of nanoseconds: nobody wants to read that.
        quantity_write_duration((int64_t)row->min, low);
        snprintf(out, size, "%s to 1152921504s (36 years)", low);
    } else if (duration) {
        quantity_write_duration((int64_t)row->min, low);
        quantity_write_duration((int64_t)row->max, high);
        snprintf(out, size, "%s to %s", low, high);
    } else if (row->type == SCHEMA_RATE || row->type == SCHEMA_RATES) {
        quantity_write_rate(row->min, low);
        quantity_write_rate(row->max, high);
        snprintf(out, size, "%s to %s", low, high);
    } else if (row->type == SCHEMA_SIZE || row->type == SCHEMA_QUEUE || row->type == SCHEMA_BYTES ||
               row->type == SCHEMA_SIZES) {
        quantity_write_size(row->min, low);
        quantity_write_size(row->max, high);
        snprintf(out, size, "%s to %s", low, high);
    } else {
        snprintf(out, size, "%" PRIu64 " to %" PRIu64, row->min, row->max);
    }
}

/** "a, b or c" */
static void write_profiles(char *out, size_t size) {
    size_t used = 0;
    for (size_t i = 0; i < profile_count; i++) {
        const char *separator = i + 1 < profile_count ? ", " : " or ";
        int added =
            snprintf(out + used, size - used, "%s%s", i == 0 ? "" : separator, profiles[i].name);
        CHECK(added > 0);
        used += (size_t)added;
        CHECK(used < size);
    }
}

const char *schema_allowed(enum schema_key key, char *out) {
    const struct schema_row *row = schema_row(key);
    const char *words = type_words[row->type];
    char limits[3 * QUANTITY_TEXT_SIZE];
    if (row->type == SCHEMA_PROFILE) {
        write_profiles(out, SCHEMA_NAMES_SIZE);
        return out;
    }
    write_limits(row, limits, sizeof limits);
    const char *gap = strstr(words, "%s");
    if (gap == NULL) {
        snprintf(out, SCHEMA_NAMES_SIZE, "%s", words);
    } else {
        snprintf(out, SCHEMA_NAMES_SIZE, "%.*s%s%s", (int)(gap - words), words, limits, gap + 2);
    }
    return out;
}
