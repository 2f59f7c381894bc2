#include "scenarios/plan_steps.h"

#include "base/sort.h"
#include "scenarios/occasions.h"

void plan_add_change(struct plan_change_list *list, struct plan_change change) {
    if (list->count == list->capacity) {
        list->items = pool_grow(&list->pool, list->items, &list->capacity, list->count + 1,
                                sizeof *list->items);
    }
    list->items[list->count++] = change;
}

/** What an event changes on one occasion, at the nodes that are members. */
static void add_changes(struct plan_change_list *list, const struct scenario_event *event,
                        int64_t at_ns, const struct selection *space) {
    for (uint32_t node = 0; node < space->node_count; node++) {
        if (!bitset_has(space->members, node)) {
            continue;
        }
        plan_add_change(list, (struct plan_change){
                                  .at_ns = at_ns,
                                  .node = node,
                                  .topic = (uint16_t)event->topic,
                                  .handler = (uint8_t)event->handler,
                                  .subscribe = event->kind == SCENARIO_SUBSCRIBE,
                              });
    }
}

void plan_draw_changes(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                       struct selection *space) {
    struct plan_change_list list = {0};
    pool_init(&list.pool, space->room, MEMORY_TABLES);
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        if (event->kind != SCENARIO_SUBSCRIBE && event->kind != SCENARIO_UNSUBSCRIBE) {
            continue;
        }
        uint32_t occasions = occasion_count(scenario, event);
        for (uint32_t k = 0; k < occasions; k++) {
            plan_draw_selector(scenario, &event->nodes,
                               WORKLOAD_EVENT + occasion_stream(i, k, OCCASION_NODES), space);
            add_changes(&list, event, occasion_at(scenario, i, k), space);
        }
    }
    plan_draw_rotations(plan, scenario, &list);
    struct plan_change *unsorted = list.items;
    uint32_t count = list.count;
    struct sort_item *order =
        arena_take_array(space->room, MEMORY_TABLES, count, 2 * sizeof *order);
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
