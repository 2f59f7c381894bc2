#include "scenarios/scope.h"

const uint64_t *scope_members(struct arena *arena, const struct plan *plan,
                              const struct scenario_scope *scope) {
    if (scope->group == 0 && scope->region == SCOPE_ALL) {
        return NULL;
    }
    uint64_t *members =
        arena_take_array(arena, MEMORY_TABLES, bitset_words(plan->node_count), sizeof *members);
    for (uint32_t node = 0; node < plan->node_count; node++) {
        bool inside = scope->group == 0 || plan_group(plan, node) == scope->group;
        bool there = scope->region == SCOPE_ALL || plan->region[node] == scope->region;
        if (inside && there) {
            bitset_add(members, node);
        }
    }
    return members;
}

enum subject scope_subject_of(enum trace_kind kind) {
    switch (kind) {
    case TRACE_PUBLISH:
    case TRACE_PUBLISH_SKIPPED:
    case TRACE_DELIVER:
    case TRACE_DUPLICATE:
        return SUBJECT_MESSAGE;
    case TRACE_SEND:
    case TRACE_LOST:
    case TRACE_DROPPED:
    case TRACE_SUPPRESSED:
    case TRACE_SKIPPED:
    case TRACE_ABORT:
    case TRACE_UNREAD:
        return SUBJECT_TRAFFIC;
    case TRACE_NODE_START:
    case TRACE_NODE_STOP:
    case TRACE_PEER_UP:
    case TRACE_PEER_DOWN:
    case TRACE_SUBSCRIBE:
    case TRACE_UNSUBSCRIBE:
    case TRACE_RECEIVE:
    case TRACE_GRAFT:
    case TRACE_PRUNE:
    case TRACE_REFUSE:
    case TRACE_FANOUT_ADD:
    case TRACE_FANOUT_REMOVE:
    case TRACE_IGNORE:
    case TRACE_OWN:
    case TRACE_PEER_REFUSED:
    case TRACE_INJECT:
    case TRACE_ROLE:
    case TRACE_PAUSE:
    case TRACE_RESUME:
    case TRACE_KIND_COUNT:
        break;
    }
    return SUBJECT_NONE;
}

struct occasion scope_occasion_of(const struct plan *plan, const struct trace_record *record) {
    struct occasion occasion = {record->at_ns, record->topic, record->node};
    bool asks = scope_subject_of((enum trace_kind)record->kind) == SUBJECT_TRAFFIC &&
                record->topic == TRACE_TOPIC_NONE;
    if (asks && record->message < plan->message_count) {
        occasion.topic = plan->messages[record->message].topic; // of an IWANT
    }
    if (scope_subject_of((enum trace_kind)record->kind) == SUBJECT_MESSAGE) {
        const struct plan_message *message = &plan->messages[record->message];
        occasion.at_ns = message->at_ns;
        occasion.topic = message->topic;
    }
    return occasion;
}

bool scope_is_about(const struct scenario_scope *scope, const struct occasion *occasion) {
    return occasion->at_ns >= scope->window.from_ns && occasion->at_ns < scope->window.until_ns &&
           (scope->topic == SCOPE_ALL || scope->topic == occasion->topic);
}

uint32_t scope_count_expected(const struct plan *plan, const uint64_t *members,
                              const struct plan_message *message) {
    if (members == NULL) {
        return message->expected_count;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < bitset_words(plan->node_count); i++) {
        count += (uint32_t)__builtin_popcountll(members[i] & message->subscribers[i]);
    }
    bool own =
        bitset_has(message->subscribers, message->origin) && bitset_has(members, message->origin);
    return count - own;
}
