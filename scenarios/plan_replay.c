#include "scenarios/plan_replay.h"

#include "base/check.h"
#include "base/sort.h"

#include <string.h>

/** A topic at one moment of the replay. */
struct replayed_topic {
    uint64_t *members; // nodes up and subscribed now
    uint32_t count;
    const uint64_t *snapshot; // of `members`, or NULL if they have changed since
};

struct replay {
    struct plan *plan;
    struct arena *arena;
    struct replayed_topic *topics;
    uint64_t *up;      // nodes that have started
    uint64_t **groups; // [group_count] the nodes of each
    uint32_t words;
    struct sort_item *starts; // nodes by start
    uint32_t next_start;
    uint32_t next_change;
    uint8_t *handlers; // [node × topic] one bit per handler; NULL where there is only number 0
    uint32_t topic_count;
};

static void set_member(struct replayed_topic *topic, uint32_t node, bool member) {
    if (bitset_has(topic->members, node) == member) {
        return;
    }
    if (member) {
        bitset_add(topic->members, node);
        topic->count++;
    } else {
        CHECK(topic->count > 0);
        bitset_remove(topic->members, node);
        topic->count--;
    }
    topic->snapshot = NULL;
}

/** Whether an application has a handler for the topic after the change. */
static bool has_handler(struct replay *replay, const struct plan_change *change) {
    if (replay->handlers == NULL) {
        return change->subscribe;
    }
    uint8_t *handlers =
        &replay->handlers[(size_t)change->node * replay->topic_count + change->topic];
    if (change->subscribe) {
        *handlers = (uint8_t)(*handlers | 1U << change->handler);
    } else {
        *handlers = (uint8_t)(*handlers & ~(1U << change->handler));
    }
    return *handlers != 0;
}

/** Carries out all starts and changes up to and including an instant: they come before a
 * publication at it. */
static void advance(struct replay *replay, int64_t to_ns) {
    struct plan *plan = replay->plan;
    for (;;) {
        bool start_left = replay->next_start < plan->node_count &&
                          (int64_t)replay->starts[replay->next_start].key <= to_ns;
        bool change_left = replay->next_change < plan->change_count &&
                           plan->changes[replay->next_change].at_ns <= to_ns;
        if (start_left && (!change_left || (int64_t)replay->starts[replay->next_start].key <=
                                               plan->changes[replay->next_change].at_ns)) {
            uint32_t node = (uint32_t)replay->starts[replay->next_start++].value;
            bitset_add(replay->up, node);
            for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
                const struct plan_change first = {
                    .node = node, .topic = plan->first_topics[i], .subscribe = true};
                set_member(&replay->topics[first.topic], node, has_handler(replay, &first));
            }
        } else if (change_left) {
            const struct plan_change *change = &plan->changes[replay->next_change++];
            CHECK(bitset_has(replay->up, change->node));
            set_member(&replay->topics[change->topic], change->node, has_handler(replay, change));
        } else {
            return;
        }
    }
}

/** The number of the set bit that has `rank` set bits below it. */
static uint32_t select_member(const uint64_t *members, uint32_t words, uint32_t rank) {
    for (uint32_t i = 0; i < words; i++) {
        uint32_t count = (uint32_t)__builtin_popcountll(members[i]);
        if (rank >= count) {
            rank -= count;
            continue;
        }
        uint64_t word = members[i];
        for (; rank > 0; rank--) {
            word &= word - 1;
        }
        return i * 64 + (uint32_t)__builtin_ctzll(word);
    }
    CHECK(false);
}

/** One of the `count` members, or PLAN_NODE_NONE. */
static uint32_t draw_member(const uint64_t *members, uint32_t words, uint32_t count,
                            struct prng *prng) {
    return count == 0 ? PLAN_NODE_NONE : select_member(members, words, prng_below(prng, count));
}

static uint32_t choose_publisher(const struct replay *replay,
                                 const struct scenario_publish *publish, struct prng *prng,
                                 uint64_t *chosen) {
    const struct replayed_topic *topic = &replay->topics[publish->topic];
    CHECK(publish->from != PUBLISHER_NODES);
    bool outside = publish->from == PUBLISHER_OUTSIDE;
    if (!outside && publish->group == 0) {
        return draw_member(topic->members, replay->words, topic->count, prng);
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < replay->words; i++) {
        chosen[i] = outside ? replay->up[i] & ~topic->members[i] : topic->members[i];
        chosen[i] &= publish->group == 0 ? UINT64_MAX : replay->groups[publish->group - 1][i];
        count += (uint32_t)__builtin_popcountll(chosen[i]);
    }
    return draw_member(chosen, replay->words, count, prng);
}

static const uint64_t *take_snapshot(struct replay *replay, struct replayed_topic *topic) {
    if (topic->snapshot == NULL) {
        uint64_t *copy =
            arena_take_array(replay->arena, MEMORY_MESSAGES, replay->words, sizeof *copy);
        memcpy(copy, topic->members, replay->words * sizeof *copy);
        topic->snapshot = copy;
    }
    return topic->snapshot;
}

static void init_groups(struct replay *replay, uint32_t group_count) {
    replay->groups =
        arena_take_array(replay->arena, MEMORY_TABLES, group_count, sizeof *replay->groups);
    for (uint32_t i = 0; i < group_count; i++) {
        replay->groups[i] =
            arena_take_array(replay->arena, MEMORY_TABLES, replay->words, sizeof(uint64_t));
    }
    for (uint32_t node = 0; node < replay->plan->node_count; node++) {
        uint32_t group = plan_group(replay->plan, node);
        if (group != 0) {
            bitset_add(replay->groups[group - 1], node);
        }
    }
}

static void replay_init(struct replay *replay, struct plan *plan, struct arena *arena,
                        uint32_t topic_count) {
    uint32_t nodes = plan->node_count;
    *replay = (struct replay){.plan = plan, .arena = arena, .words = bitset_words(nodes)};
    replay->up = arena_take_array(arena, MEMORY_TABLES, replay->words, sizeof(uint64_t));
    replay->topics = arena_take_array(arena, MEMORY_TABLES, topic_count, sizeof *replay->topics);
    for (uint32_t topic = 0; topic < topic_count; topic++) {
        replay->topics[topic].members =
            arena_take_array(arena, MEMORY_TABLES, replay->words, sizeof(uint64_t));
    }
    replay->starts = arena_take_array(arena, MEMORY_TABLES, nodes, 2 * sizeof *replay->starts);
    for (uint32_t node = 0; node < nodes; node++) {
        replay->starts[node] =
            (struct sort_item){.key = (uint64_t)plan->start_ns[node], .value = node};
    }
    sort_by_key(replay->starts, replay->starts + nodes, nodes);
}

static void init_handlers(struct replay *replay, uint32_t topic_count) {
    const struct plan *plan = replay->plan;
    replay->topic_count = topic_count;
    for (uint32_t i = 0; i < plan->change_count; i++) {
        if (plan->changes[i].handler > 0) {
            replay->handlers = arena_take_array(replay->arena, MEMORY_TABLES, plan->node_count,
                                                topic_count * sizeof *replay->handlers);
            return;
        }
    }
}

void plan_replay(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                 const struct plan_publishers *publishers) {
    struct replay replay;
    replay_init(&replay, plan, arena, scenario->topic_count);
    init_groups(&replay, scenario->group_count);
    init_handlers(&replay, scenario->topic_count);
    uint64_t *chosen = arena_take_array(arena, MEMORY_TABLES, replay.words, sizeof *chosen);
    uint32_t *published =
        arena_take_array(arena, MEMORY_TABLES, scenario->publish_count, sizeof *published);
    for (uint32_t i = 0; i < plan->message_count; i++) {
        struct plan_message *message = &plan->messages[i];
        uint32_t entry = publishers->entries[i];
        const struct scenario_publish *publish = &scenario->publishes[entry];
        advance(&replay, message->at_ns);
        uint32_t k = published[entry]++;
        // No entry that is added or varied moves the names of another one's messages.
        message->name = (uint64_t)entry << 32 | k;
        if (publish->from == PUBLISHER_NODES) {
            message->node = publish->nodes[k % publish->node_count];
            message->origin = bitset_has(replay.up, message->node) ? message->node : PLAN_NODE_NONE;
        } else {
            message->origin =
                choose_publisher(&replay, publish, &publishers->streams[entry], chosen);
            message->node = message->origin == PLAN_NODE_NONE ? 0 : message->origin;
        }
        message->subscribers = take_snapshot(&replay, &replay.topics[message->topic]);
        if (message->origin != PLAN_NODE_NONE) {
            bool subscribed = bitset_has(message->subscribers, message->origin);
            message->expected_count = replay.topics[message->topic].count - (subscribed ? 1 : 0);
        }
    }
}
