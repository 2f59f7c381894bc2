#include "scenarios/plan.h"

#include "base/check.h"
#include "base/prng.h"
#include "base/sort.h"
#include "scenarios/groups.h"
#include "scenarios/plan_replay.h"

#include <string.h>

/** Numbers that are drawn for each entry of a list: topics' subscribers, events and publications,
 * kept apart. */
enum { WORKLOAD_TOPIC = 0, WORKLOAD_EVENT = 1 << 20, WORKLOAD_PUBLISH = 2 << 20 };

static void draw_starts(struct plan *plan, struct arena *arena, const struct scenario *scenario) {
    uint32_t count = scenario->group_count + 1;
    struct distribution *starts = arena_take_array(arena, MEMORY_TABLES, count, sizeof *starts);
    for (uint32_t group = 0; group < count; group++) {
        distribution_init(&starts[group], arena, group_start(scenario, group), 0);
    }
    plan->start_ns =
        arena_take_array(arena, MEMORY_TABLES, plan->node_count, sizeof *plan->start_ns);
    for (uint32_t node = 0; node < plan->node_count; node++) {
        plan->start_ns[node] = distribution_at(
            &starts[plan_group(plan, node)], prng_keyed(scenario->seed, STREAM_START, node, 0, 0));
    }
}

static void draw_regions(struct plan *plan, struct arena *arena, const struct scenario *scenario) {
    const struct scenario_regions *regions = &scenario->regions;
    if (regions->count == 0) {
        return;
    }
    uint64_t total = 0;
    for (uint32_t i = 0; i < regions->count; i++) {
        total += regions->items[i].weight;
    }
    CHECK(total > 0);
    plan->region = arena_take_array(arena, MEMORY_TOPOLOGY, plan->node_count, sizeof *plan->region);
    for (uint32_t node = 0; node < plan->node_count; node++) {
        struct prng prng = prng_stream(scenario->seed, STREAM_REGION, node);
        uint64_t draw = prng_below_u64(&prng, total);
        uint32_t region = 0;
        while (draw >= regions->items[region].weight) {
            draw -= regions->items[region].weight;
            region++;
        }
        plan->region[node] = region;
    }
}

static void draw_selector(const struct scenario *scenario, const struct selector *selector,
                          uint64_t index, struct selection *space) {
    struct prng prng = prng_stream(scenario->seed, STREAM_WORKLOAD, index);
    memset(space->members, 0, bitset_words(space->node_count) * sizeof *space->members);
    selector_apply(selector, &prng, space);
}

/** Counts how many topics each node subscribes to at its start, in topic_first[node + 1]. */
static uint64_t count_first_topics(struct plan *plan, const struct scenario *scenario,
                                   struct selection *space) {
    uint64_t total = 0;
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        draw_selector(scenario, &scenario->topics[topic].subscribers, WORKLOAD_TOPIC + topic,
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
        draw_selector(scenario, &scenario->topics[topic].subscribers, WORKLOAD_TOPIC + topic,
                      space);
        for (uint32_t node = 0; node < plan->node_count; node++) {
            if (bitset_has(space->members, node)) {
                plan->first_topics[next[node]++] = (uint16_t)topic;
            }
        }
    }
}

static bool draw_first_topics(struct plan *plan, struct arena *arena,
                              const struct scenario *scenario, struct selection *space,
                              struct failure *failure) {
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

/** The changes that `events` ask for; one that falls before its node's start happens right after
 * the start. */
static void draw_changes(struct plan *plan, struct arena *arena, const struct scenario *scenario,
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
        draw_selector(scenario, &event->nodes, WORKLOAD_EVENT + i, space);
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

/** Lists all messages by time; which entry each belongs to goes to `*entries`. */
static bool list_messages(struct plan *plan, struct arena *arena, const struct scenario *scenario,
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

bool plan_make(struct plan *plan, struct arena *arena, const struct scenario *scenario,
               struct failure *failure) {
    memset(plan, 0, sizeof *plan);
    plan->node_count = scenario->node_count;
    CHECK(scenario->topic_count <= SCENARIO_TOPICS_MAX);
    CHECK(scenario->event_count < WORKLOAD_EVENT);
    CHECK(scenario->publish_count < WORKLOAD_EVENT);
    uint32_t words = bitset_words(plan->node_count);
    plan->group = groups_assign(scenario, arena);
    struct selection space = {
        .members = arena_take_array(arena, MEMORY_TABLES, words, sizeof(uint64_t)),
        .scratch = arena_take_array(arena, MEMORY_TABLES, plan->node_count, sizeof(uint32_t)),
        .group = plan->group,
        .node_count = plan->node_count,
    };
    draw_starts(plan, arena, scenario);
    draw_regions(plan, arena, scenario);
    if (!draw_first_topics(plan, arena, scenario, &space, failure)) {
        return false;
    }
    draw_changes(plan, arena, scenario, &space);
    uint32_t *entries = NULL;
    if (!list_messages(plan, arena, scenario, &entries, failure)) {
        return false;
    }
    struct prng *publishers =
        arena_take_array(arena, MEMORY_TABLES, scenario->publish_count, sizeof *publishers);
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        publishers[i] = prng_stream(scenario->seed, STREAM_WORKLOAD, WORKLOAD_PUBLISH + i);
    }
    plan_replay(plan, arena, scenario,
                &(struct plan_publishers){.entries = entries, .streams = publishers});
    uint64_t expected = 0;
    for (uint32_t i = 0; i < plan->message_count; i++) {
        expected += plan->messages[i].expected_count;
    }
    if (expected > PLAN_DELIVERIES_MAX) {
        return failure_bad_input(failure, "publish: %llu deliveries in all, at most %u",
                                 (unsigned long long)expected, PLAN_DELIVERIES_MAX);
    }
    return true;
}
