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
    uint64_t *up; // nodes that have started
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

static const uint64_t *take_snapshot(struct replay *replay, struct replayed_topic *topic) {
    if (topic->snapshot == NULL) {
        uint64_t *copy =
            arena_take_array(replay->arena, MEMORY_MESSAGES, replay->words, sizeof *copy);
        memcpy(copy, topic->members, replay->words * sizeof *copy);
        topic->snapshot = copy;
    }
    return topic->snapshot;
}

static void init_handlers(struct replay *replay, struct arena *room) {
    const struct plan *plan = replay->plan;
    for (uint32_t i = 0; i < plan->change_count; i++) {
        if (plan->changes[i].handler > 0) {
            replay->handlers = arena_take_array(room, MEMORY_TABLES, plan->node_count,
                                                replay->topic_count * sizeof *replay->handlers);
            return;
        }
    }
}

/** Begins before the first moment; snapshots stay in the arena, all else is in `room`. */
static void replay_init(struct replay *replay, struct plan *plan, struct arena *arena,
                        struct arena *room, uint32_t topic_count) {
    uint32_t nodes = plan->node_count;
    *replay = (struct replay){
        .plan = plan, .arena = arena, .words = bitset_words(nodes), .topic_count = topic_count};
    replay->up = arena_take_array(room, MEMORY_TABLES, replay->words, sizeof(uint64_t));
    replay->topics = arena_take_array(room, MEMORY_TABLES, topic_count, sizeof *replay->topics);
    for (uint32_t topic = 0; topic < topic_count; topic++) {
        replay->topics[topic].members =
            arena_take_array(room, MEMORY_TABLES, replay->words, sizeof(uint64_t));
    }
    replay->starts = arena_take_array(room, MEMORY_TABLES, nodes, 2 * sizeof *replay->starts);
    for (uint32_t node = 0; node < nodes; node++) {
        replay->starts[node] =
            (struct sort_item){.key = (uint64_t)plan->start_ns[node], .value = node};
    }
    sort_by_key(replay->starts, replay->starts + nodes, nodes);
    init_handlers(replay, room);
}

/** Chooses who is to publish a message, as `origin`, at the present moment of the replay. */
static void choose(const struct replay *replay, struct plan_message *message,
                   struct plan_publisher *publishers, uint64_t *scratch) {
    const struct replayed_topic *topic = &replay->topics[message->topic];
    const struct plan_candidates candidates = {
        .up = replay->up,
        .members = topic->members,
        .member_count = topic->count,
        .words = replay->words,
        .scratch = scratch,
    };
    struct plan_publisher *publisher = &publishers[message->name >> 32];
    message->origin = plan_publisher_choose(publisher, (uint32_t)message->name, &candidates);
}

/** Settles whether the chosen node can publish at the present moment, and who is to receive it. */
static void settle(struct replay *replay, struct plan_message *message) {
    uint32_t node = message->origin;
    bool publishes = node != PLAN_NODE_NONE && bitset_has(replay->up, node);
    message->node = node == PLAN_NODE_NONE ? 0 : node;
    message->origin = publishes ? node : PLAN_NODE_NONE;
    message->subscribers = take_snapshot(replay, &replay->topics[message->topic]);
    if (publishes) {
        bool subscribed = bitset_has(message->subscribers, node);
        message->expected_count = replay->topics[message->topic].count - (subscribed ? 1 : 0);
    }
}

void plan_replay(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                 struct plan_publisher *publishers) {
    struct arena *room = arena_create(NULL);
    struct replay replay;
    replay_init(&replay, plan, arena, room, scenario->topic_count);
    bool clocks = plan_has_clocks(scenario);
    uint64_t *scratch = arena_take_array(room, MEMORY_TABLES, replay.words, sizeof *scratch);
    for (uint32_t i = 0; i < plan->message_count; i++) {
        struct plan_message *message = &plan->messages[i];
        advance(&replay, message->at_ns);
        choose(&replay, message, publishers, scratch);
        if (!clocks) {
            settle(&replay, message);
        }
    }
    if (clocks) {
        // The nodes are chosen; now each publishes by its own clock.
        plan_apply_clocks(plan, scenario);
        replay_init(&replay, plan, arena, room, scenario->topic_count);
        for (uint32_t i = 0; i < plan->message_count; i++) {
            advance(&replay, plan->messages[i].at_ns);
            settle(&replay, &plan->messages[i]);
        }
    }
    arena_destroy(room);
}
