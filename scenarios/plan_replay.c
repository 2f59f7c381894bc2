#include "scenarios/plan_replay.h"

#include "base/check.h"
#include "base/sort.h"

#include <string.h>

/** A topic at one moment of the replay. */
struct replayed_topic {
    uint64_t *members; // nodes up and subscribed now
    uint32_t count;
    const uint64_t *snapshot; // of `members`, or NULL if they have changed since
    uint64_t *wanted; // nodes whose applications want to be; NULL: no node goes down once up
};

struct replay {
    struct plan *plan;
    struct arena *arena;
    struct replayed_topic *topics;
    uint64_t *up;     // nodes that have started and are not down
    uint64_t *paused; // nodes among them that stand still
    uint32_t paused_count;
    uint32_t words;
    struct sort_item *starts; // nodes by start
    uint32_t next_start;
    uint32_t next_change;
    uint32_t next_fault;
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

/** An application wants to be subscribed to a topic, or does not any more. */
static void set_wanted(struct replay *replay, uint16_t topic, uint32_t node, bool wanted) {
    struct replayed_topic *replayed = &replay->topics[topic];
    if (replayed->wanted != NULL && wanted) {
        bitset_add(replayed->wanted, node);
    } else if (replayed->wanted != NULL) {
        bitset_remove(replayed->wanted, node);
    }
    set_member(replayed, node, wanted && bitset_has(replay->up, node));
}

static void start_node(struct replay *replay, uint32_t node) {
    const struct plan *plan = replay->plan;
    bitset_add(replay->up, node);
    for (uint32_t i = plan->topic_first[node]; i < plan->topic_first[node + 1]; i++) {
        const struct plan_change first = {
            .node = node, .topic = plan->first_topics[i], .subscribe = true};
        set_wanted(replay, first.topic, node, has_handler(replay, &first));
    }
}

static void set_paused(struct replay *replay, uint32_t node, bool paused) {
    if (bitset_has(replay->paused, node) == paused) {
        return;
    }
    if (paused) {
        bitset_add(replay->paused, node);
        replay->paused_count++;
    } else {
        bitset_remove(replay->paused, node);
        replay->paused_count--;
    }
}

/** The node is up from now on, or down. */
static void set_up(struct replay *replay, uint32_t node, bool up) {
    if (up) {
        bitset_add(replay->up, node);
    } else {
        bitset_remove(replay->up, node);
        set_paused(replay, node, false);
    }
    for (uint32_t topic = 0; topic < replay->topic_count; topic++) {
        struct replayed_topic *replayed = &replay->topics[topic];
        set_member(replayed, node, up && bitset_has(replayed->wanted, node));
    }
}

static void replay_fault(struct replay *replay, const struct plan_fault *fault) {
    switch ((enum plan_fault_kind)fault->kind) {
    case PLAN_NODE_DOWN:
    case PLAN_NODE_UP:
        set_up(replay, fault->node, fault->kind == PLAN_NODE_UP);
        return;
    case PLAN_NODE_PAUSED:
    case PLAN_NODE_RESUMED:
        set_paused(replay, fault->node, fault->kind == PLAN_NODE_PAUSED);
        return;
    case PLAN_LINKS_BEGIN:
    case PLAN_LINKS_END:
        return; // who is up and subscribed stays the same
    }
    CHECK(false);
}

/** When the next start, change and fault come; INT64_MAX where none is left. */
static int64_t next_start_ns(const struct replay *replay) {
    bool left = replay->next_start < replay->plan->node_count;
    return left ? (int64_t)replay->starts[replay->next_start].key : INT64_MAX;
}

static int64_t next_change_ns(const struct replay *replay) {
    bool left = replay->next_change < replay->plan->change_count;
    return left ? replay->plan->changes[replay->next_change].at_ns : INT64_MAX;
}

static int64_t next_fault_ns(const struct replay *replay) {
    const struct plan_faults *faults = replay->plan->faults;
    bool left = faults != NULL && replay->next_fault < faults->count;
    return left ? faults->items[faults->by_time[replay->next_fault]].at_ns : INT64_MAX;
}

/** Carries out all starts, changes and faults up to and including an instant, at one instant in
 * that order: they come before a publication at it. */
static void advance(struct replay *replay, int64_t to_ns) {
    struct plan *plan = replay->plan;
    for (;;) {
        int64_t start_ns = next_start_ns(replay);
        int64_t change_ns = next_change_ns(replay);
        int64_t fault_ns = next_fault_ns(replay);
        if (start_ns <= to_ns && start_ns <= change_ns && start_ns <= fault_ns) {
            start_node(replay, (uint32_t)replay->starts[replay->next_start++].value);
        } else if (change_ns <= to_ns && change_ns <= fault_ns) {
            const struct plan_change *change = &plan->changes[replay->next_change++];
            CHECK(bitset_has(replay->up, change->node) || plan->faults != NULL);
            set_wanted(replay, change->topic, change->node, has_handler(replay, change));
        } else if (fault_ns <= to_ns) {
            replay_fault(replay, &plan->faults->items[plan->faults->by_time[replay->next_fault++]]);
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

/** What is needed where nodes can stop. */
static void init_faults(struct replay *replay, struct arena *room) {
    if (replay->plan->faults == NULL) {
        return;
    }
    replay->paused = arena_take_array(room, MEMORY_TABLES, replay->words, sizeof(uint64_t));
    for (uint32_t topic = 0; topic < replay->topic_count; topic++) {
        replay->topics[topic].wanted =
            arena_take_array(room, MEMORY_TABLES, replay->words, sizeof(uint64_t));
    }
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
    init_faults(replay, room);
}

/** Takes those that stand still out of a set; their number. */
static uint32_t leave_out_paused(const struct replay *replay, const uint64_t *set, uint64_t *out) {
    for (uint32_t i = 0; i < replay->words; i++) {
        out[i] = set[i] & ~replay->paused[i];
    }
    return bitset_count(out, replay->words);
}

/** Chooses who is to publish a message, as `origin`, at the present moment of the replay. `scratch`
 * has room for three sets: what the choice needs, and the nodes that can act where some cannot. */
static void choose(const struct replay *replay, struct plan_message *message,
                   struct plan_publisher *publishers, uint64_t *scratch) {
    const struct replayed_topic *topic = &replay->topics[message->topic];
    struct plan_candidates candidates = {
        .up = replay->up,
        .members = topic->members,
        .member_count = topic->count,
        .words = replay->words,
        .scratch = scratch,
    };
    if (replay->paused_count > 0) {
        uint64_t *up = scratch + replay->words;
        uint64_t *members = up + replay->words;
        leave_out_paused(replay, replay->up, up);
        candidates.member_count = leave_out_paused(replay, topic->members, members);
        candidates.up = up;
        candidates.members = members;
    }
    struct plan_publisher *publisher = &publishers[message->name >> 32];
    message->origin = plan_publisher_choose(publisher, (uint32_t)message->name, &candidates);
}

/** Whether a node is up and does not stand still. */
static bool can_publish(const struct replay *replay, uint32_t node) {
    bool paused = replay->paused_count > 0 && bitset_has(replay->paused, node);
    return bitset_has(replay->up, node) && !paused;
}

/** Settles whether the chosen node can publish at the present moment, and who is to receive it. */
static void settle(struct replay *replay, struct plan_message *message) {
    uint32_t node = message->origin;
    bool publishes = node != PLAN_NODE_NONE && can_publish(replay, node);
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
    struct arena *room = arena_aside(arena);
    struct replay replay;
    replay_init(&replay, plan, arena, room, scenario->topic_count);
    bool clocks = plan_has_clocks(scenario);
    uint64_t *scratch =
        arena_take_array(room, MEMORY_TABLES, 3 * (size_t)replay.words, sizeof *scratch);
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
        plan_apply_clocks(plan, room, scenario);
        replay_init(&replay, plan, arena, room, scenario->topic_count);
        for (uint32_t i = 0; i < plan->message_count; i++) {
            advance(&replay, plan->messages[i].at_ns);
            settle(&replay, &plan->messages[i]);
        }
    }
    arena_destroy(room);
}
