#include "scenarios/scenario_read.h"

#include "scenarios/excerpt.h"
#include "scenarios/groups.h"
#include "scenarios/nearest.h"

#include <inttypes.h>
#include <string.h>

bool read_group(struct scenario_reader *reader, const struct yaml_node *node, uint32_t *number) {
    const struct scenario *scenario = reader->scenario;
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, KEY_SELECTOR_GROUP);
    }
    if (reader->in_groups) {
        return reader_refuse(reader, node, "a group cannot be made of another one");
    }
    if (!reader->groups_known) {
        return false; // it may be one that could not be read, which is reported already
    }
    uint32_t near = 0;
    uint32_t near_distance = NEAREST_FAR;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const char *name = scenario->groups[i].name;
        if (yaml_is_text(node, name)) {
            *number = i + 1;
            return true;
        }
        uint32_t distance = nearest_distance(node->text, node->size, name, strlen(name));
        if (distance < near_distance) {
            near = i;
            near_distance = distance;
        }
    }
    char excerpt[EXCERPT_SIZE];
    bool is_near = nearest_is_near(near_distance, node->size);
    return reader_refuse(
        reader, node,
        "unknown group %s%s%s%s; allowed: one of the %" PRIu32 " under `nodes.groups`",
        excerpt_write(node->text, node->size, excerpt), is_near ? " (did you mean `" : "",
        is_near ? scenario->groups[near].name : "", is_near ? "`?)" : "", scenario->group_count);
}

static bool read_group_name(struct scenario_reader *reader, const struct yaml_node *node,
                            uint32_t index, struct scenario_group *groups) {
    if (!read_word(reader, KEY_GROUP_NAME, node, &groups[index].name)) {
        return false;
    }
    for (uint32_t i = 0; i < index; i++) {
        if (groups[i].name != NULL && strcmp(groups[i].name, groups[index].name) == 0) {
            return reader_refuse(reader, node, "group `%s` stands twice; allowed: different names",
                                 groups[i].name);
        }
    }
    return true;
}

static void read_one(struct scenario_reader *reader, const struct yaml_node *node, uint32_t index,
                     struct scenario_group *groups) {
    struct scenario *scenario = reader->scenario;
    struct scenario_group *group = &groups[index];
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_NODES_GROUPS, node)) {
        return;
    }
    group->inbound = scenario->inbound;
    fields_fill(reader, &fields, group);
    const struct yaml_node *name = fields_value(&fields, KEY_GROUP_NAME);
    const struct yaml_node *nodes = fields_value(&fields, KEY_GROUP_NODES);
    const struct yaml_node *router = fields_value(&fields, KEY_GROUP_ROUTER);
    const struct yaml_node *start = fields_value(&fields, KEY_GROUP_START);
    const struct yaml_node *dials = fields_value(&fields, KEY_GROUP_DIALS);
    if (name != NULL) {
        read_group_name(reader, name, index, groups);
    }
    if (nodes != NULL) {
        read_selector(reader, KEY_GROUP_NODES, nodes, &group->nodes);
    }
    if (dials != NULL) {
        group->has_dials = true;
        reader->inbound = reader->inbound == NULL ? dials : reader->inbound;
    }
    if (dials != NULL && scenario->node_count > 0 && group->dials >= scenario->node_count) {
        reader_refuse(reader, dials,
                      "found `%" PRIu32 "`; allowed: less than nodes.count, which is %" PRIu32,
                      group->dials, scenario->node_count);
    }
    group->profile = scenario->profile;
    group->router = scenario->router;
    group->base_quirks = scenario->router.quirks;
    if (router != NULL) {
        read_group_router(reader, router, group);
    }
    const struct yaml_node *bandwidth = fields_value(&fields, KEY_GROUP_BANDWIDTH);
    group->bandwidth = scenario->links.bandwidth;
    if (bandwidth != NULL) {
        read_group_bandwidth(reader, bandwidth, group);
    }
    group->timing = scenario->timing;
    read_group_timing(reader, &fields, &group->timing);
    group->start = scenario->start;
    if (start != NULL) {
        read_distribution(reader, KEY_NODES_START, start, &group->start);
    }
}

/** Reports groups that overlap or find too few nodes, at the nodes of the one that is the matter.
 */
static void check_nodes(struct scenario_reader *reader, const struct yaml_node *list) {
    const struct scenario *scenario = reader->scenario;
    uint32_t *sizes =
        arena_take_array(reader->scratch, MEMORY_TABLES, scenario->group_count, sizeof *sizes);
    struct group_fault fault;
    if (groups_measure(scenario, reader->scratch, sizes, &fault)) {
        return;
    }
    const struct yaml_node *item = list->first;
    for (uint32_t i = 1; i < fault.group; i++) {
        item = item->next;
    }
    struct scenario_fields fields;
    fields_read(reader, &fields, KEY_NODES_GROUPS, item);
    const struct yaml_node *nodes = fields_value(&fields, KEY_GROUP_NODES);
    if (fault.other != 0) {
        reader_refuse(reader, nodes, "node %" PRIu32 " is in group `%s` already; allowed: %s",
                      fault.node, scenario->groups[fault.other - 1].name,
                      "nodes of no other group");
        return;
    }
    reader_refuse(reader, nodes,
                  "more nodes than the other groups leave; allowed: at most %" PRIu32, fault.left);
}

void read_groups(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario *scenario = reader->scenario;
    if (!reader_list(reader, KEY_NODES_GROUPS, node)) {
        return;
    }
    if (node->size > SCENARIO_GROUPS_MAX) {
        reader_refuse(reader, node, "found %" PRIu32 " groups; allowed: at most %d", node->size,
                      SCENARIO_GROUPS_MAX);
        return;
    }
    uint32_t failures = reader_failure_count(reader);
    struct scenario_group *groups =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *groups);
    const struct yaml_node *item = node->first;
    reader->in_groups = true;
    for (uint32_t i = 0; i < node->size; i++) {
        read_one(reader, item, i, groups);
        item = item->next;
    }
    reader->in_groups = false;
    if (reader_failure_count(reader) != failures || scenario->node_count == 0) {
        return;
    }
    scenario->groups = groups;
    reader->groups = groups;
    scenario->group_count = node->size;
    reader->groups_known = true;
    check_nodes(reader, node);
}

/** Graphs are made before anybody has a region or a link, and without a run there is no time. */
static bool is_known_early(const struct selector *selector) {
    for (; selector != NULL; selector = selector->of) {
        if (selector->kind == SELECTOR_REGION || selector->kind == SELECTOR_DEGREE ||
            selector->kind == SELECTOR_SUBSCRIBED) {
            return false;
        }
    }
    return true;
}

void read_group_callees(struct scenario_reader *reader, const struct yaml_node *nodes) {
    const struct yaml_node *groups = fields_glance(nodes, KEY_NODES_GROUPS);
    bool listed = groups != NULL && groups->kind == YAML_SEQUENCE;
    const struct yaml_node *item = listed ? groups->first : NULL;
    for (uint32_t i = 0; item != NULL; item = item->next, i++) {
        const struct yaml_node *node = fields_glance(item, KEY_GROUP_DIALS_TO);
        struct selector callees;
        if (node == NULL || !read_selector(reader, KEY_GROUP_DIALS_TO, node, &callees)) {
            continue;
        }
        reader->inbound = reader->inbound == NULL ? node : reader->inbound;
        if (!is_known_early(&callees)) {
            reader_refuse(reader, node,
                          "links are made before regions and degrees are known; allowed: indices, "
                          "ranges, shares, counts, groups");
        }
        if (i < reader->scenario->group_count) {
            reader->groups[i].has_callees = true;
            reader->groups[i].callees = callees;
        }
    }
}
