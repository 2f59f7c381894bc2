#include "base/bitset.h"
#include "scenarios/plan_steps.h"

#include <string.h>

/** A family whose subscribers swap topics. */
struct rotation {
    const struct scenario_family *family;
    struct weighted popularity;
    uint64_t *held; // topics of the family that the node at hand has, as bits
    int64_t end_ns;
};

/** The topic of those held that has `rank` others below it. */
static uint32_t held_topic(const struct rotation *rotation, uint32_t rank) {
    uint32_t topic = 0;
    while (!bitset_has(rotation->held, topic) || rank-- > 0) {
        topic++;
    }
    return topic;
}

/** The swaps of a node: the first comes anywhere within a period of its start. */
static void rotate_node(struct rotation *rotation, struct prng *prng, uint32_t node,
                        int64_t start_ns, struct plan_change_list *list) {
    const struct scenario_family *family = rotation->family;
    int64_t at_ns = start_ns + 1 + (int64_t)prng_below_u64(prng, (uint64_t)family->rotate_ns);
    for (; at_ns < rotation->end_ns; at_ns += family->rotate_ns) {
        uint32_t left = held_topic(rotation, prng_below(prng, family->per_node));
        uint32_t joined =
            plan_draw_topic(&rotation->popularity, prng, rotation->held, family->count);
        bitset_remove(rotation->held, left);
        bitset_add(rotation->held, joined);
        struct plan_change change = {
            .at_ns = at_ns, .node = node, .topic = (uint16_t)(family->first + left)};
        plan_add_change(list, change);
        change.topic = (uint16_t)(family->first + joined);
        change.subscribe = true;
        plan_add_change(list, change);
    }
}

/** The topics of the family that a node starts with; false if it is none of the subscribers. */
static bool find_held(struct rotation *rotation, const struct plan *plan, uint32_t node) {
    const struct scenario_family *family = rotation->family;
    bool any = false;
    memset(rotation->held, 0, bitset_words(family->count) * sizeof *rotation->held);
    for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
        uint32_t topic = plan->first_topics[i];
        if (topic >= family->first && topic < family->first + family->count) {
            bitset_add(rotation->held, topic - family->first);
            any = true;
        }
    }
    return any;
}

void plan_draw_rotations(const struct plan *plan, const struct scenario *scenario,
                         struct plan_change_list *list) {
    enum { SWAPS = 1 << 30 }; // beside the streams of those who subscribe at the start
    struct arena *scratch = arena_aside(list->pool.arena);
    for (uint32_t i = 0; i < scenario->family_count; i++) {
        const struct scenario_family *family = &scenario->families[i];
        if (family->rotate_ns == 0) {
            continue;
        }
        struct rotation rotation = {.family = family, .end_ns = scenario->duration_ns};
        weighted_init_zipf(&rotation.popularity, scratch, family->zipf_ppm, family->count);
        rotation.held = arena_take_array(scratch, MEMORY_TABLES, bitset_words(family->count),
                                         sizeof *rotation.held);
        for (uint32_t node = 0; node < plan->node_count; node++) {
            uint64_t index = (uint64_t)(family->first + 1) << 32 | SWAPS | node;
            struct prng prng = prng_stream(scenario->seed, STREAM_MEMBER, index);
            if (find_held(&rotation, plan, node)) {
                rotate_node(&rotation, &prng, node, plan->start_ns[node], list);
            }
        }
    }
    arena_destroy(scratch);
}
