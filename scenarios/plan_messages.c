#include "scenarios/plan_steps.h"

#include "base/sort.h"

/** How many messages of an entry fall before the end of the run. */
static uint64_t messages_in_time(const struct scenario *scenario,
                                 const struct scenario_publish *publish) {
    if (publish->count == 0 || publish->start_ns >= scenario->duration_ns) {
        return 0;
    }
    if (publish->every_ns <= 0) {
        return publish->count;
    }
    uint64_t fitting =
        (uint64_t)((scenario->duration_ns - 1 - publish->start_ns) / publish->every_ns) + 1;
    return fitting < publish->count ? fitting : publish->count;
}

bool plan_list_messages(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                        uint32_t **entries, struct failure *failure) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        count += messages_in_time(scenario, &scenario->publishes[i]);
    }
    if (count > SCENARIO_MESSAGES_MAX) {
        return failure_bad_input(failure, "publish: %llu messages in all, at most %u",
                                 (unsigned long long)count, SCENARIO_MESSAGES_MAX);
    }
    struct sort_item *order = arena_take_array(arena, MEMORY_TABLES, count, 2 * sizeof *order);
    uint64_t filled = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[i];
        uint64_t fitting = messages_in_time(scenario, publish);
        for (uint64_t k = 0; k < fitting; k++) {
            int64_t at_ns = publish->start_ns + (int64_t)k * publish->every_ns;
            order[filled++] = (struct sort_item){.key = (uint64_t)at_ns, .value = i};
        }
    }
    sort_by_key(order, order + count, count);
    plan->message_count = (uint32_t)count;
    plan->messages = arena_take_array(arena, MEMORY_MESSAGES, count, sizeof *plan->messages);
    *entries = arena_take_array(arena, MEMORY_TABLES, count, sizeof **entries);
    for (uint64_t i = 0; i < count; i++) {
        const struct scenario_publish *publish = &scenario->publishes[order[i].value];
        plan->messages[i] = (struct plan_message){
            .at_ns = (int64_t)order[i].key,
            .origin = PLAN_NODE_NONE,
            .size_bytes = publish->size_bytes,
            .topic = (uint16_t)publish->topic,
        };
        (*entries)[i] = (uint32_t)order[i].value;
    }
    return true;
}
