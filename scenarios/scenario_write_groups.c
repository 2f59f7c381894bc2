#include "scenarios/scenario_writing.h"

#include <string.h>

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

/** A mapping that a group has and the scenario too. */
struct shared_mapping {
    enum schema_key parent; // of its keys
    const char *name;
    const void *own;
    const void *other;
};

/** The keys of a group's mapping that differ from the scenario's, likewise. */
static void write_differences(struct writing *writing, const struct shared_mapping *mapping) {
    const struct scenario *scenario = writing->scenario;
    bool changed = false;
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent != mapping->parent) {
            continue;
        }
        struct text own;
        struct text other;
        text_init(&own, writing->scratch);
        text_init(&other, writing->scratch);
        print_value(&own, scenario, key, mapping->own);
        print_value(&other, scenario, key, mapping->other);
        if (own.size == other.size && memcmp(own.bytes, other.bytes, own.size) == 0) {
            continue;
        }
        if (!changed) {
            text_add_format(&writing->text, ", %s: {", mapping->name);
        }
        text_add_format(&writing->text, changed ? ", %s: " : "%s: ", row->name);
        print_value(&writing->text, scenario, key, mapping->own);
        changed = true;
    }
    text_add_string(&writing->text, changed ? "}" : "");
}

static void write_group_mappings(struct writing *writing, const struct scenario_group *group) {
    const struct scenario *scenario = writing->scenario;
    const struct shared_mapping mappings[] = {
        {KEY_NODES_HEARTBEAT, "heartbeat", &group->timing.heartbeat, &scenario->timing.heartbeat},
        {KEY_NODES_CLOCK, "clock", &group->timing.clock, &scenario->timing.clock},
        {KEY_LINKS_BANDWIDTH, "bandwidth", &group->bandwidth, &scenario->links.bandwidth},
    };
    for (size_t i = 0; i < sizeof mappings / sizeof mappings[0]; i++) {
        write_differences(writing, &mappings[i]);
    }
}

static bool is_same(const struct distribution_options *a, const struct distribution_options *b) {
    return a->kind == b->kind && a->a_ns == b->a_ns && a->b_ns == b->b_ns &&
           a->sigma_ppm == b->sigma_ppm;
}

void write_groups(struct writing *writing) {
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
        if (!is_same(&group->start, &scenario->start)) {
            text_add_string(text, ", start: ");
            print_value(text, scenario, KEY_GROUP_START, group);
        }
        if (group->inbound != scenario->inbound) {
            text_add_string(text, ", inbound: ");
            print_value(text, scenario, KEY_GROUP_INBOUND, group);
        }
        if (!is_same(&group->timing.processing, &scenario->timing.processing)) {
            text_add_string(text, ", processing: ");
            print_distribution(text, &group->timing.processing);
        }
        write_group_mappings(writing, group);
        if (group->has_dials) {
            text_add_string(text, ", dials: ");
            print_value(text, scenario, KEY_GROUP_DIALS, group);
        }
        if (group->has_callees) {
            text_add_string(text, ", dials_to: ");
            print_value(text, scenario, KEY_GROUP_DIALS_TO, group);
        }
        if (group->has_roles) {
            text_add_string(text, ", role: ");
            write_roles(writing, &group->roles);
        }
        text_add_string(text, "}");
    }
}
