#include "scenarios/scenario_read.h"

#include "scenarios/excerpt.h"

#include <string.h>

/** The profiles of DESIGN.md §4: a protocol, and a set of quirks once there are any. */
static const struct {
    const char *name;
    enum router_protocol_kind protocol;
    bool available;
} profiles[] = {
    {"gossipsub-v1.0", ROUTER_GOSSIPSUB, true},
    {"floodsub", ROUTER_FLOODSUB, true},
    {"nim-2020", ROUTER_GOSSIPSUB, false},
};

static bool read_profile(struct scenario_reader *reader, const struct yaml_node *node) {
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (!yaml_is_text(node, profiles[i].name)) {
            continue;
        }
        if (!profiles[i].available) {
            return reader_refuse(
                reader, node,
                "profile `%s` is not available yet; allowed: gossipsub-v1.0 or floodsub",
                profiles[i].name);
        }
        reader->scenario->profile = profiles[i].name;
        reader->scenario->router.protocol = profiles[i].protocol;
        return true;
    }
    return reader_refuse_value(reader, node, KEY_ROUTER_PROFILE);
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
    read_profile(reader, fields_value_or_default(reader, &fields, KEY_ROUTER_PROFILE));
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
