#include "scenarios/scenario_read.h"

#include "router/profile.h"

static bool read_profile(struct scenario_reader *reader, const struct yaml_node *node,
                         const struct profile **profile) {
    const struct profile *found =
        node->kind == YAML_SCALAR ? profile_find(node->text, node->size) : NULL;
    if (found == NULL) {
        return reader_refuse_value(reader, node, KEY_ROUTER_PROFILE);
    }
    *profile = found;
    return true;
}

/** The profile, and the quirks over its own. The profile that stands there already keeps the quirks
 * that stand there. */
static void read_behaviour(struct scenario_reader *reader, struct scenario_fields *fields,
                           const struct profile **profile, struct router_params *router) {
    const struct yaml_node *name = fields_value_or_default(reader, fields, KEY_ROUTER_PROFILE);
    const struct profile *before = *profile;
    if (!read_profile(reader, name, profile)) {
        fields->whole = false;
    } else if (*profile != before) {
        router->protocol = (*profile)->protocol;
        router->quirks = profile_quirks(*profile);
    }
}

static void read_quirks_over(struct scenario_reader *reader, struct scenario_fields *fields,
                             struct router_params *router) {
    const struct yaml_node *quirks = fields_value(fields, KEY_ROUTER_QUIRKS);
    if (quirks != NULL && !read_quirks(reader, quirks, &router->quirks)) {
        fields->whole = false;
    }
}

/** Reports two values in the wrong order, if both could be read and one is given here. */
static void check_order(struct scenario_reader *reader, struct scenario_fields *fields,
                        enum schema_key low, enum schema_key high, bool in_order) {
    bool is_given = fields->keys[low] != NULL || fields->keys[high] != NULL;
    if (!in_order && is_given && fields_both_read(fields, low, high)) {
        fields_refuse_order(reader, fields, low, high);
    }
}

/** Limits that one parameter sets to another. */
static void check_orders(struct scenario_reader *reader, struct scenario_fields *fields,
                         const struct router_params *router) {
    check_order(reader, fields, KEY_ROUTER_D_LOW, KEY_ROUTER_D, router->d_low <= router->d);
    check_order(reader, fields, KEY_ROUTER_D, KEY_ROUTER_D_HIGH, router->d <= router->d_high);
    check_order(reader, fields, KEY_ROUTER_HISTORY_GOSSIP, KEY_ROUTER_HISTORY_LENGTH,
                router->history_gossip <= router->history_length);
    // A router that forgets a message while copies of it are under way takes each for a new one and
    // forwards it: in a graph with loops they multiply without end. Links are faster than
    // heartbeats wherever heartbeats do their work; and nothing is forgotten in a run that ends
    // before.
    check_order(reader, fields, KEY_ROUTER_HEARTBEAT_INTERVAL, KEY_ROUTER_SEEN_TTL,
                router->seen_ttl_ns >= router->heartbeat_interval_ns ||
                    router->seen_ttl_ns >= reader->scenario->duration_ns);
}

void read_router(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields *fields = arena_take(reader->scratch, MEMORY_TABLES, sizeof *fields);
    struct router_params *router = &reader->scenario->router;
    reader->router = fields;
    if (!fields_read(reader, fields, KEY_ROUTER, node)) {
        return;
    }
    fields_fill(reader, fields, router);
    read_behaviour(reader, fields, &reader->scenario->profile, router);
    read_quirks_over(reader, fields, router);
    check_orders(reader, fields, router);
}

/** A node that verifies refuses what is not signed: all sign, or none does. */
static void check_sign(struct scenario_reader *reader, const struct scenario_fields *fields,
                       bool sign) {
    const struct yaml_node *node = fields_value(fields, KEY_ROUTER_SIGN);
    if (node != NULL && fields_both_read(fields, KEY_ROUTER_SIGN, KEY_ROUTER_SIGN) &&
        fields_both_read(fields->outer, KEY_ROUTER_SIGN, KEY_ROUTER_SIGN) &&
        sign != reader->scenario->router.sign) {
        char found[FOUND_SIZE];
        reader_refuse(reader, node,
                      "found %s; allowed: as for all, since nodes that verify refuse "
                      "what is not signed",
                      reader_found(node, found));
    }
}

void read_group_router(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_group *group) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_ROUTER, node)) {
        return;
    }
    fields.outer = reader->router;
    fields_fill(reader, &fields, &group->router);
    if (fields_value(&fields, KEY_ROUTER_PROFILE) != NULL) {
        read_behaviour(reader, &fields, &group->profile, &group->router);
        group->base_quirks = group->router.quirks;
    }
    read_quirks_over(reader, &fields, &group->router);
    check_orders(reader, &fields, &group->router);
    check_sign(reader, &fields, group->router.sign);
}

void read_nodes(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_NODES, node)) {
        return;
    }
    fields_fill(reader, &fields, reader->scenario);
    settle_node_count(reader, fields_value(&fields, KEY_NODES_COUNT));
    read_distribution(reader, KEY_NODES_START,
                      fields_value_or_default(reader, &fields, KEY_NODES_START),
                      &reader->scenario->start);
    read_nodes_timing(reader, &fields, &reader->scenario->timing);
    read_groups(reader, fields_value_or_default(reader, &fields, KEY_NODES_GROUPS));
}
