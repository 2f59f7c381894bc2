#include "scenarios/scenario.h"

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/scenario_print.h"

#include <inttypes.h>
#include <string.h>

enum { EDGES_PER_LINE = 8 };

/** A text being written, and the scenario it shows. */
struct writing {
    struct text text;
    struct arena *scratch;
    const struct scenario *scenario;
};

/** True for keys that the canonical form shows: those of later versions have nothing to show unless
 * they have a default. */
static bool is_shown(const struct schema_row *row) {
    return row->type != SCHEMA_LATER || row->fallback != NULL;
}

/** What a group sets a key of `router` to, in one line. */
static void write_group_value(struct writing *writing, enum schema_key key,
                              const struct scenario_group *group, struct text *text) {
    if (key == KEY_ROUTER_PROFILE) {
        text_add_string(text, group->profile->name);
    } else if (key == KEY_ROUTER_QUIRKS) {
        print_quirks(text, group->router.quirks, group->base_quirks);
    } else {
        print_value(text, writing->scenario, key, &group->router);
    }
}

/** True if a key would be written otherwise for the group than for one that changes nothing. */
static bool is_changed(struct writing *writing, enum schema_key key,
                       const struct scenario_group *group, const struct scenario_group *unchanged) {
    struct text own;
    struct text other;
    text_init(&own, writing->scratch);
    text_init(&other, writing->scratch);
    write_group_value(writing, key, group, &own);
    write_group_value(writing, key, unchanged, &other);
    return own.size != other.size || memcmp(own.bytes, other.bytes, own.size) != 0;
}

/** The keys of a group's router that differ from the scenario's, so that overriding the scenario's
 * reaches the group as it would have in the file. */
static void write_group_router(struct writing *writing, const struct scenario_group *group) {
    const struct scenario *scenario = writing->scenario;
    struct scenario_group unchanged = {.profile = scenario->profile, .router = scenario->router};
    unchanged.base_quirks = unchanged.router.quirks;
    bool changed = false;
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == KEY_ROUTER && is_changed(writing, key, group, &unchanged)) {
            text_add_format(&writing->text, "%s%s: ", changed ? ", " : ", router: {", row->name);
            write_group_value(writing, key, group, &writing->text);
            changed = true;
        }
    }
    text_add_string(&writing->text, changed ? "}" : "");
}

static bool is_same_start(const struct distribution_options *a,
                          const struct distribution_options *b) {
    return a->kind == b->kind && a->a_ns == b->a_ns && a->b_ns == b->b_ns &&
           a->sigma_ppm == b->sigma_ppm;
}

static void write_groups(struct writing *writing) {
    const struct scenario *scenario = writing->scenario;
    struct text *text = &writing->text;
    text_add_string(text, scenario->group_count == 0 ? "[]" : "");
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct scenario_group *group = &scenario->groups[i];
        text_add_string(text, "\n    - {name: ");
        print_value(text, scenario, KEY_GROUP_NAME, group);
        text_add_string(text, ", nodes: ");
        print_value(text, scenario, KEY_GROUP_NODES, group);
        write_group_router(writing, group);
        if (!is_same_start(&group->start, &scenario->start)) {
            text_add_string(text, ", start: ");
            print_value(text, scenario, KEY_GROUP_START, group);
        }
        text_add_string(text, "}");
    }
}

/** One `key: value` a line for each key below the parent. */
static void write_block(struct writing *writing, enum schema_key parent, const void *base) {
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == parent && is_shown(row)) {
            bool groups = key == KEY_NODES_GROUPS;
            bool below = groups && writing->scenario->group_count > 0;
            text_add_format(&writing->text, below ? "  %s:" : "  %s: ", row->name);
            if (groups) {
                write_groups(writing);
            } else {
                print_value(&writing->text, writing->scenario, key, base);
            }
            text_add_string(&writing->text, "\n");
        }
    }
}

/** All keys below the parent in one line: `{key: value, …}`. */
static void write_inline(struct writing *writing, enum schema_key parent, const void *base) {
    const char *separator = "{";
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == parent && is_shown(row)) {
            text_add_format(&writing->text, "%s%s: ", separator, row->name);
            print_value(&writing->text, writing->scenario, key, base);
            separator = ", ";
        }
    }
    text_add_string(&writing->text, "}");
}

const char *topology_kind_name(enum topology_kind kind) {
    switch (kind) {
    case TOPOLOGY_RANDOM_REGULAR:
        return "random-regular";
    case TOPOLOGY_ERDOS_RENYI:
        return "erdos-renyi";
    case TOPOLOGY_COMPLETE:
        return "complete";
    case TOPOLOGY_RING:
        return "ring";
    case TOPOLOGY_LINE:
        return "line";
    case TOPOLOGY_STAR:
        return "star";
    case TOPOLOGY_EDGES:
        return "edges";
    }
    CHECK(false);
    return "";
}

static void write_edges(struct text *text, const struct topology_options *topology) {
    text_add_string(text, "  edges: [");
    for (uint64_t i = 0; i < topology->edge_count; i++) {
        const char *line = i % EDGES_PER_LINE == 0 ? "\n    " : " ";
        text_add_format(text, "%s%s[%" PRIu32 ", %" PRIu32 "]", i == 0 ? "" : ",", line,
                        topology->edges[i].a, topology->edges[i].b);
    }
    text_add_string(text, "]\n");
}

static void write_topology(struct text *text, const struct topology_options *topology) {
    char share[QUANTITY_TEXT_SIZE];
    text_add_format(text, "topology:\n  kind: %s\n", topology_kind_name(topology->kind));
    if (topology->kind == TOPOLOGY_RANDOM_REGULAR) {
        text_add_format(text, "  degree: %" PRIu32 "\n", topology->degree);
    } else if (topology->kind == TOPOLOGY_ERDOS_RENYI && topology->link_count > 0) {
        text_add_format(text, "  links: %" PRIu64 "\n", topology->link_count);
    } else if (topology->kind == TOPOLOGY_ERDOS_RENYI) {
        text_add_format(text, "  probability: %s\n",
                        quantity_write_share(topology->probability_ppb, share));
    } else if (topology->kind == TOPOLOGY_EDGES) {
        write_edges(text, topology);
    }
}

static void write_latency_row(struct text *text, const int64_t *delay_ns, uint32_t count) {
    text_add_string(text, "    - [");
    for (uint32_t i = 0; i < count; i++) {
        text_add_string(text, i == 0 ? "" : ", ");
        print_duration(text, delay_ns[i]);
    }
    text_add_string(text, "]\n");
}

static void write_regions(struct text *text, const struct scenario_regions *regions) {
    if (regions->count == 0 || regions->preset != NULL) {
        text_add_format(text, "regions: %s\n", regions->count == 0 ? "none" : regions->preset);
        return;
    }
    text_add_string(text, "regions:\n  names: [");
    for (uint32_t i = 0; i < regions->count; i++) {
        text_add_string(text, i == 0 ? "" : ", ");
        print_word(text, regions->items[i].name);
    }
    text_add_string(text, "]\n  weights: [");
    for (uint32_t i = 0; i < regions->count; i++) {
        text_add_format(text, "%s%" PRIu64, i == 0 ? "" : ", ", regions->items[i].weight);
    }
    text_add_string(text, "]\n  latency:\n");
    for (uint32_t i = 0; i < regions->count; i++) {
        write_latency_row(text, regions->delay_ns + (size_t)i * regions->count, regions->count);
    }
}

static void write_event(struct writing *writing, const struct scenario_event *event) {
    text_add_string(&writing->text, "{at: ");
    print_duration(&writing->text, event->at_ns);
    if (event->kind == SCENARIO_INJECT) {
        text_add_string(&writing->text, ", inject: ");
        write_inline(writing, KEY_EVENT_INJECT, event);
    } else {
        bool subscribes = event->kind == SCENARIO_SUBSCRIBE;
        text_add_string(&writing->text, subscribes ? ", subscribe: " : ", unsubscribe: ");
        write_inline(writing, KEY_MEMBERSHIP, event);
    }
    text_add_string(&writing->text, "}");
}

static void write_item(struct writing *writing, enum schema_key list, uint32_t index) {
    const struct scenario *scenario = writing->scenario;
    if (list == KEY_TOPICS) {
        write_inline(writing, list, &scenario->topics[index]);
    } else if (list == KEY_PUBLISH) {
        write_inline(writing, list, &scenario->publishes[index]);
    } else if (list == KEY_EVENTS) {
        write_event(writing, &scenario->events[index]);
    } else {
        CHECK(list == KEY_EXPECT);
        text_add_string(&writing->text, scenario->expectations[index].text);
    }
}

static void write_list(struct writing *writing, enum schema_key list, uint32_t count) {
    text_add_format(&writing->text, "%s:%s\n", schema_row(list)->name, count == 0 ? " []" : "");
    for (uint32_t i = 0; i < count; i++) {
        text_add_string(&writing->text, "  - ");
        write_item(writing, list, i);
        text_add_string(&writing->text, "\n");
    }
}

static void write_section(struct writing *writing, enum schema_key key) {
    const struct scenario *scenario = writing->scenario;
    const struct schema_row *row = schema_row(key);
    struct text *text = &writing->text;
    if (key == KEY_TOPOLOGY) {
        write_topology(text, &scenario->topology);
    } else if (key == KEY_REGIONS) {
        write_regions(text, &scenario->regions);
    } else if (key == KEY_TOPICS) {
        write_list(writing, key, scenario->topic_count);
    } else if (key == KEY_PUBLISH) {
        write_list(writing, key, scenario->publish_count);
    } else if (key == KEY_EVENTS) {
        write_list(writing, key, scenario->event_count);
    } else if (key == KEY_EXPECT) {
        write_list(writing, key, scenario->expectation_count);
    } else if (row->type == SCHEMA_MAPPING) {
        text_add_format(text, "%s:\n", row->name);
        write_block(writing, key, (const char *)scenario + row->offset);
    } else {
        text_add_format(text, "%s: ", row->name);
        print_value(text, scenario, key, scenario);
        text_add_string(text, "\n");
    }
}

const char *scenario_write(struct arena *arena, const struct scenario *scenario, size_t *size) {
    // The text grows by copying, in memory that ends here; the arena gets the result alone.
    struct arena *scratch = arena_create(&(struct arena_options){0});
    struct writing writing = {.scenario = scenario, .scratch = scratch};
    text_init(&writing.text, scratch);
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == KEY_ROOT && is_shown(row)) {
            write_section(&writing, key);
        }
    }
    char *result = arena_take(arena, MEMORY_TABLES, (size_t)writing.text.size + 1);
    memcpy(result, writing.text.bytes, writing.text.size);
    if (size != NULL) {
        *size = writing.text.size;
    }
    arena_destroy(scratch);
    return result;
}
