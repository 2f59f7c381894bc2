#include "scenarios/plan_steps.h"

/** Counts how many topics each node subscribes to at its start, in topic_first[node + 1]. */
static uint64_t count_first_topics(struct plan *plan, const struct scenario *scenario,
                                   struct selection *space) {
    uint64_t total = 0;
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        plan_draw_selector(scenario, &scenario->topics[topic].subscribers, WORKLOAD_TOPIC + topic,
                           space);
        for (uint32_t node = 0; node < plan->node_count; node++) {
            uint32_t member = bitset_has(space->members, node) ? 1 : 0;
            plan->topic_first[node + 1] += member;
            total += member;
        }
    }
    return total;
}

/** Lists the topics of each node, ascending; `next` starts at each node's range and is moved to its
 * end. */
static void list_first_topics(struct plan *plan, const struct scenario *scenario,
                              struct selection *space, uint32_t *next) {
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        plan_draw_selector(scenario, &scenario->topics[topic].subscribers, WORKLOAD_TOPIC + topic,
                           space);
        for (uint32_t node = 0; node < plan->node_count; node++) {
            if (bitset_has(space->members, node)) {
                plan->first_topics[next[node]++] = (uint16_t)topic;
            }
        }
    }
}

bool plan_draw_first_topics(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                            struct selection *space, struct failure *failure) {
    uint32_t nodes = plan->node_count;
    plan->topic_first = arena_take_array(arena, MEMORY_TABLES, (size_t)nodes + 1, sizeof(uint32_t));
    uint64_t total = count_first_topics(plan, scenario, space);
    if (total > UINT32_MAX / 2) {
        return failure_bad_input(failure, "topics: %llu subscriptions in all, at most %u",
                                 (unsigned long long)total, UINT32_MAX / 2);
    }
    uint32_t *next = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *next);
    for (uint32_t node = 0; node < nodes; node++) {
        plan->topic_first[node + 1] += plan->topic_first[node];
        next[node] = plan->topic_first[node];
    }
    plan->first_topics = arena_take_array(arena, MEMORY_TABLES, total, sizeof(uint16_t));
    list_first_topics(plan, scenario, space, next);
    return true;
}
