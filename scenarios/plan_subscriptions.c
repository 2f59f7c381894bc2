#include "base/check.h"
#include "scenarios/plan_steps.h"
#include "sim/fixed_point.h"

#include <string.h>

/** Room to work out who subscribes to what. */
struct subscribing {
    const struct scenario *scenario;
    struct selection *space;
    struct weighted popularity; // of the family at hand
    uint64_t *taken;            // topics of the family that a node has, as bits
    uint32_t *left;             // [nodes] when fewer than all selected get a topic
};

/** How many of the nodes have a topic: all have the first one, rounded to nearest. */
static uint32_t share_of(const struct weighted *popularity, uint32_t index, uint32_t count) {
    uint64_t first = weighted_of(popularity, 0);
    uint64_t weight = weighted_of(popularity, index);
    if (weight == first) {
        return count;
    }
    uint64_t halves = fixed_multiply(fixed_ratio(weight, first), 2 * (uint64_t)count);
    return (uint32_t)((halves + 1) / 2);
}

/** Draws the nodes that have a topic of a family without `per_node`, or a topic by itself. */
static void draw_topic(struct subscribing *work, const struct scenario_family *family,
                       uint32_t index) {
    const struct scenario *scenario = work->scenario;
    struct selection *space = work->space;
    uint32_t topic = family->first + index;
    plan_draw_selector(scenario, &scenario->topics[topic].subscribers, WORKLOAD_TOPIC + topic,
                       space);
    if (family->is_one || family->zipf_ppm == 0) {
        return;
    }
    uint32_t count = 0;
    for (uint32_t node = 0; node < space->node_count; node++) {
        if (bitset_has(space->members, node)) {
            work->left[count++] = node;
        }
    }
    uint32_t wanted = share_of(&work->popularity, index, count);
    struct prng prng = prng_stream(scenario->seed, STREAM_MEMBER, topic);
    prng_pick_u32(&prng, work->left, count, wanted);
    memset(space->members, 0, bitset_words(space->node_count) * sizeof *space->members);
    for (uint32_t i = 0; i < wanted; i++) {
        bitset_add(space->members, work->left[i]);
    }
}

/** Draws the topics of a family that one of its subscribers has, as bits in `taken`. */
static void draw_per_node(struct subscribing *work, const struct scenario_family *family,
                          uint32_t node) {
    uint64_t index = (uint64_t)(family->first + 1) << 32 | node; // topics alone are below
    struct prng prng = prng_stream(work->scenario->seed, STREAM_MEMBER, index);
    memset(work->taken, 0, bitset_words(family->count) * sizeof *work->taken);
    for (uint32_t i = 0; i < family->per_node; i++) {
        bitset_add(work->taken,
                   plan_draw_topic(&work->popularity, &prng, work->taken, family->count));
    }
}

uint32_t plan_draw_topic(const struct weighted *popularity, struct prng *prng,
                         const uint64_t *taken, uint32_t count) {
    enum { TRIES = 32 };
    // Drawing again until a topic is free, and drawing among the free ones, are the same.
    for (uint32_t i = 0; i < TRIES; i++) {
        uint32_t topic = weighted_at(popularity, prng_next(prng));
        if (!bitset_has(taken, topic)) {
            return topic;
        }
    }
    uint64_t free_weight = 0;
    for (uint32_t topic = 0; topic < count; topic++) {
        free_weight += bitset_has(taken, topic) ? 0 : weighted_of(popularity, topic);
    }
    uint64_t draw = prng_below_u64(prng, free_weight);
    for (uint32_t topic = 0; topic < count; topic++) {
        uint64_t weight = bitset_has(taken, topic) ? 0 : weighted_of(popularity, topic);
        if (draw < weight) {
            return topic;
        }
        draw -= weight;
    }
    CHECK(false); // no topic is free
}

/** What to do with a subscription that was found. */
typedef void found_subscription(struct plan *plan, uint32_t *next, uint32_t node, uint32_t topic);

static void find_per_node(struct subscribing *work, const struct scenario_family *family,
                          struct plan *plan, found_subscription *found, uint32_t *next) {
    const struct selector *subscribers = &work->scenario->topics[family->first].subscribers;
    plan_draw_selector(work->scenario, subscribers, WORKLOAD_TOPIC + family->first, work->space);
    for (uint32_t node = 0; node < plan->node_count; node++) {
        if (!bitset_has(work->space->members, node)) {
            continue;
        }
        draw_per_node(work, family, node);
        for (uint32_t i = 0; i < family->count; i++) {
            if (bitset_has(work->taken, i)) {
                found(plan, next, node, family->first + i);
            }
        }
    }
}

static void find_per_topic(struct subscribing *work, const struct scenario_family *family,
                           struct plan *plan, found_subscription *found, uint32_t *next) {
    for (uint32_t topic = 0; topic < family->count; topic++) {
        draw_topic(work, family, topic);
        for (uint32_t node = 0; node < plan->node_count; node++) {
            if (bitset_has(work->space->members, node)) {
                found(plan, next, node, family->first + topic);
            }
        }
    }
}

/** Finds all subscriptions, those of each node with their topics ascending. */
static void find_all(struct subscribing *work, struct plan *plan, found_subscription *found,
                     uint32_t *next) {
    struct arena *scratch = arena_aside(work->space->room);
    for (uint32_t i = 0; i < work->scenario->family_count; i++) {
        const struct scenario_family *family = &work->scenario->families[i];
        if (!family->is_one) {
            weighted_init_zipf(&work->popularity, scratch, family->zipf_ppm, family->count);
        }
        if (family->per_node > 0) {
            find_per_node(work, family, plan, found, next);
        } else {
            find_per_topic(work, family, plan, found, next);
        }
    }
    arena_destroy(scratch);
}

/** Counts how many topics each node subscribes to at its start, in topic_first[node + 1]. */
static void count_found(struct plan *plan, uint32_t *next, uint32_t node, uint32_t topic) {
    (void)next;
    (void)topic;
    plan->topic_first[node + 1]++;
}

/** Lists the topics of each node; `next` starts at each node's range and is moved to its end. */
static void list_found(struct plan *plan, uint32_t *next, uint32_t node, uint32_t topic) {
    plan->first_topics[next[node]++] = (uint16_t)topic;
}

bool plan_draw_first_topics(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                            struct selection *space, struct failure *failure) {
    uint32_t nodes = plan->node_count;
    struct subscribing work = {
        .scenario = scenario,
        .space = space,
        .taken = arena_take_array(space->room, MEMORY_TABLES, bitset_words(SCENARIO_TOPICS_MAX),
                                  sizeof(uint64_t)),
        .left = arena_take_array(space->room, MEMORY_TABLES, nodes, sizeof(uint32_t)),
    };
    plan->topic_first = arena_take_array(arena, MEMORY_TABLES, (size_t)nodes + 1, sizeof(uint32_t));
    find_all(&work, plan, count_found, NULL);
    uint64_t total = 0;
    for (uint32_t node = 0; node < nodes; node++) {
        total += plan->topic_first[node + 1];
    }
    if (total > UINT32_MAX / 2) {
        failure_bad_input(failure, "topics: %llu subscriptions in all; allowed: at most %u",
                          (unsigned long long)total, UINT32_MAX / 2);
        return place_failure(&scenario->topics_place, failure);
    }
    uint32_t *next = arena_take_array(space->room, MEMORY_TABLES, nodes, sizeof *next);
    for (uint32_t node = 0; node < nodes; node++) {
        plan->topic_first[node + 1] += plan->topic_first[node];
        next[node] = plan->topic_first[node];
    }
    plan->first_topics = arena_take_array(arena, MEMORY_TABLES, total, sizeof(uint16_t));
    find_all(&work, plan, list_found, next);
    return true;
}
