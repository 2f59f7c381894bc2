// What nodes can send and receive: the classes that sim/bandwidth.h knows them by.

#include "base/intern.h"
#include "scenarios/fleet.h"
#include "scenarios/groups.h"

#include <string.h>

/** What tells classes apart; without padding, since it is compared as bytes. */
struct class_key {
    uint64_t group;
    uint64_t up_bits_per_s;
    uint64_t down_bits_per_s;
};

/** The rate of one side of a node: the group's, or the node's own, or that of its region. */
static uint64_t find_rate(const struct fleet *fleet, uint32_t node, enum bandwidth_side side,
                          uint64_t bits_per_s) {
    const struct scenario *scenario = fleet->scenario;
    const struct scenario_links *links = &scenario->links;
    if (bits_per_s == SCENARIO_RATE_AUTO && links->host_rates != NULL && node < links->host_count) {
        bits_per_s = links->host_rates[node].bits_per_s[side];
    }
    if (bits_per_s == SCENARIO_RATE_AUTO && scenario->regions.host_rates != NULL) {
        bits_per_s = scenario->regions.host_rates[fleet->plan.region[node]].bits_per_s[side];
    }
    return bits_per_s == SCENARIO_RATE_AUTO ? 0 : bits_per_s;
}

static struct class_key find_class(const struct fleet *fleet, uint32_t node) {
    uint32_t group = plan_group(&fleet->plan, node);
    const struct bandwidth_class *settings = group_bandwidth(fleet->scenario, group);
    return (struct class_key){
        .group = group,
        .up_bits_per_s = find_rate(fleet, node, BANDWIDTH_UP, settings->up_bits_per_s),
        .down_bits_per_s = find_rate(fleet, node, BANDWIDTH_DOWN, settings->down_bits_per_s),
    };
}

static bool is_limited(const struct scenario *scenario) {
    bool limited = scenario_has_host_rates(scenario);
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        const struct bandwidth_class *settings = group_bandwidth(scenario, group);
        limited = limited || settings->up_bits_per_s > 0 || settings->down_bits_per_s > 0;
    }
    return limited;
}

struct bandwidth_options fleet_bandwidth(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    if (!is_limited(scenario)) {
        return (struct bandwidth_options){.classes = &scenario->links.bandwidth, .class_count = 1};
    }
    struct arena *scratch = arena_aside(fleet->arena);
    struct intern keys;
    intern_init(&keys, scratch);
    uint32_t *node_class =
        arena_take_array(fleet->arena, MEMORY_ROUTERS, scenario->node_count, sizeof *node_class);
    for (uint32_t node = 0; node < scenario->node_count; node++) {
        const struct class_key key = find_class(fleet, node);
        node_class[node] = intern_add(&keys, (const char *)&key, sizeof key);
    }
    struct bandwidth_class *classes =
        arena_take_array(fleet->arena, MEMORY_ROUTERS, keys.count, sizeof *classes);
    for (uint32_t i = 0; i < keys.count; i++) {
        struct class_key key;
        memcpy(&key, keys.names[i], sizeof key);
        classes[i] = *group_bandwidth(scenario, (uint32_t)key.group);
        classes[i].up_bits_per_s = key.up_bits_per_s;
        classes[i].down_bits_per_s = key.down_bits_per_s;
    }
    struct bandwidth_options options = {
        .classes = classes, .class_count = keys.count, .node_class = node_class};
    arena_destroy(scratch);
    return options;
}
