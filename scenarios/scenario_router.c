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

/** The profile, and the quirks over its own. */
static void read_behaviour(struct scenario_reader *reader, struct scenario_fields *fields,
                           const struct profile **profile, struct router_params *router) {
    const struct yaml_node *name = fields_value_or_default(reader, fields, KEY_ROUTER_PROFILE);
    if (!read_profile(reader, name, profile)) {
        fields->whole = false;
    } else {
        router->protocol = (*profile)->protocol;
        router->quirks = profile_quirks(*profile);
    }
    const struct yaml_node *quirks = fields_value(fields, KEY_ROUTER_QUIRKS);
    if (quirks != NULL && !read_quirks(reader, quirks, &router->quirks)) {
        fields->whole = false;
    }
}

/** Reports two values in the wrong order, if both could be read. */
static void check_order(struct scenario_reader *reader, struct scenario_fields *fields,
                        enum schema_key low, enum schema_key high, bool in_order) {
    if (!in_order && fields_both_read(fields, low, high)) {
        fields_refuse_order(reader, fields, low, high);
    }
}

void read_router(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_ROUTER, node)) {
        return;
    }
    struct router_params *router = &reader->scenario->router;
    fields_fill(reader, &fields, router);
    read_behaviour(reader, &fields, &reader->scenario->profile, router);
    check_order(reader, &fields, KEY_ROUTER_D_LOW, KEY_ROUTER_D, router->d_low <= router->d);
    check_order(reader, &fields, KEY_ROUTER_D, KEY_ROUTER_D_HIGH, router->d <= router->d_high);
    check_order(reader, &fields, KEY_ROUTER_HISTORY_GOSSIP, KEY_ROUTER_HISTORY_LENGTH,
                router->history_gossip <= router->history_length);
    // A router that forgets a message while copies of it are under way takes each for a new one and
    // forwards it: in a graph with loops they multiply without end. Links are faster than
    // heartbeats wherever heartbeats do their work; and nothing is forgotten in a run that ends
    // before.
    check_order(reader, &fields, KEY_ROUTER_HEARTBEAT_INTERVAL, KEY_ROUTER_SEEN_TTL,
                router->seen_ttl_ns >= router->heartbeat_interval_ns ||
                    router->seen_ttl_ns >= reader->scenario->duration_ns);
}

void read_nodes(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_NODES, node)) {
        fields_fill(reader, &fields, reader->scenario);
        read_distribution(reader, KEY_NODES_START,
                          fields_value_or_default(reader, &fields, KEY_NODES_START),
                          &reader->scenario->start);
    }
}
