#include "scenarios/plan_steps.h"

#include "base/sort.h"

void plan_draw_changes(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                       struct selection *space) {
    struct pool pool;
    pool_init(&pool, arena, MEMORY_TABLES);
    struct plan_change *unsorted = NULL;
    uint32_t capacity = 0;
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        if (event->kind == SCENARIO_INJECT) {
            continue;
        }
        plan_draw_selector(scenario, &event->nodes, WORKLOAD_EVENT + i, space);
        for (uint32_t node = 0; node < plan->node_count; node++) {
            if (!bitset_has(space->members, node)) {
                continue;
            }
            if (count == capacity) {
                unsorted = pool_grow(&pool, unsorted, &capacity, count + 1, sizeof *unsorted);
            }
            unsorted[count++] = (struct plan_change){
                .at_ns = event->at_ns,
                .node = node,
                .topic = (uint16_t)event->topic,
                .handler = (uint8_t)event->handler,
                .subscribe = event->kind == SCENARIO_SUBSCRIBE,
            };
        }
    }
    struct sort_item *order = arena_take_array(arena, MEMORY_TABLES, count, 2 * sizeof *order);
    // By the time that was written first, so that those moved to a start keep their order.
    for (uint32_t i = 0; i < count; i++) {
        order[i] = (struct sort_item){.key = (uint64_t)unsorted[i].at_ns, .value = i};
    }
    sort_by_key(order, order + count, count);
    for (uint32_t i = 0; i < count; i++) {
        struct plan_change *change = &unsorted[order[i].value];
        int64_t start_ns = plan->start_ns[change->node];
        change->at_ns = change->at_ns < start_ns ? start_ns : change->at_ns;
        order[i].key = (uint64_t)change->at_ns;
    }
    sort_by_key(order, order + count, count);
    plan->changes = arena_take_array(arena, MEMORY_TABLES, count, sizeof *plan->changes);
    plan->change_count = count;
    for (uint32_t i = 0; i < count; i++) {
        plan->changes[i] = unsorted[order[i].value];
    }
}
