#include "scenarios/tally.h"

#include "base/check.h"
#include "base/sort.h"

static bool is_whole_run(const struct scenario *scenario, const struct scenario_scope *scope) {
    return scope->topic == SCOPE_ALL && scope->group == 0 && scope->region == SCOPE_ALL &&
           scope->window.from_ns == 0 && scope->window.until_ns >= scenario->duration_ns;
}

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

struct tally *tally_create(struct arena *arena, const struct scenario *scenario,
                           const struct plan *plan) {
    CHECK(scenario->scope_count > 0);
    if (scenario->scope_count == 1 && is_whole_run(scenario, &scenario->scopes[0])) {
        return NULL;
    }
    struct tally *tally = arena_take(arena, MEMORY_TABLES, sizeof *tally);
    tally->plan = plan;
    tally->scope_count = scenario->scope_count;
    tally->scopes =
        arena_take_array(arena, MEMORY_TABLES, tally->scope_count, sizeof *tally->scopes);
    pool_init(&tally->pool, arena, MEMORY_TABLES);
    for (uint32_t i = 0; i < tally->scope_count; i++) {
        tally->scopes[i].is = scenario->scopes[i];
        tally->scopes[i].members = scope_members(arena, plan, &scenario->scopes[i]);
    }
    return tally;
}

/** What a record tells about. */
enum subject {
    SUBJECT_NONE,
    SUBJECT_MESSAGE, // belongs to the time and topic of the message
    SUBJECT_TRAFFIC, // to the time and topic of the record
};

static enum subject subject_of(enum trace_kind kind) {
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
    case TRACE_KIND_COUNT:
        break;
    }
    return SUBJECT_NONE;
}

uint64_t tally_kinds(void) {
    uint64_t kinds = 0;
    for (enum trace_kind kind = TRACE_NODE_START; kind < TRACE_KIND_COUNT; kind++) {
        kinds |= subject_of(kind) == SUBJECT_NONE ? 0 : UINT64_C(1) << kind;
    }
    return kinds;
}

/** When and about which topic something was. */
struct occasion {
    int64_t at_ns;
    uint32_t topic;
    uint32_t node;
};

static struct occasion occasion_of(const struct tally *tally, const struct trace_record *record) {
    struct occasion occasion = {record->at_ns, record->topic, record->node};
    bool asks = subject_of((enum trace_kind)record->kind) == SUBJECT_TRAFFIC &&
                record->topic == TRACE_TOPIC_NONE;
    if (asks && record->message < tally->plan->message_count) {
        occasion.topic = tally->plan->messages[record->message].topic; // of an IWANT
    }
    if (subject_of((enum trace_kind)record->kind) == SUBJECT_MESSAGE) {
        const struct plan_message *message = &tally->plan->messages[record->message];
        occasion.at_ns = message->at_ns;
        occasion.topic = message->topic;
    }
    return occasion;
}

/** Whether the time and topic of something are those of a scope. */
static bool is_about(const struct tally_scope *scope, const struct occasion *occasion) {
    return occasion->at_ns >= scope->is.window.from_ns &&
           occasion->at_ns < scope->is.window.until_ns &&
           (scope->is.topic == SCOPE_ALL || scope->is.topic == occasion->topic);
}

static bool has_node(const struct tally_scope *scope, uint32_t node) {
    return scope->members == NULL || bitset_has(scope->members, node);
}

/** Expected receivers of a message among the nodes of a scope. */
static uint32_t count_expected(const struct tally *tally, const struct tally_scope *scope,
                               const struct plan_message *message) {
    if (scope->members == NULL) {
        return message->expected_count;
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i < bitset_words(tally->plan->node_count); i++) {
        count += (uint32_t)__builtin_popcountll(scope->members[i] & message->subscribers[i]);
    }
    bool own = bitset_has(message->subscribers, message->origin) &&
               bitset_has(scope->members, message->origin);
    return count - own;
}

static void add_delivery(struct tally *tally, struct tally_scope *scope,
                         const struct trace_record *record) {
    struct run_counts *counts = &scope->counts;
    if (record->extra == 0) {
        counts->deliveries_unexpected++;
        return;
    }
    uint32_t index = (uint32_t)counts->deliveries;
    if (index == scope->latency_capacity) {
        scope->latencies_ns = pool_grow(&tally->pool, scope->latencies_ns, &scope->latency_capacity,
                                        index + 1, sizeof *scope->latencies_ns);
    }
    scope->latencies_ns[index] = record->at_ns - tally->plan->messages[record->message].at_ns;
    counts->deliveries++;
    counts->hops_sum += record->value;
    counts->hops_max = record->value > counts->hops_max ? record->value : counts->hops_max;
}

/** A record about what a scope is about; only the node may be another. */
static void add_record(struct tally *tally, struct tally_scope *scope,
                       const struct trace_record *record) {
    struct run_counts *counts = &scope->counts;
    uint32_t kind = record->kind;
    bool inside = has_node(scope, record->node);
    if (kind == TRACE_PUBLISH) {
        counts->expected_deliveries +=
            count_expected(tally, scope, &tally->plan->messages[record->message]);
    }
    if (!inside) {
        return;
    }
    if (kind == TRACE_DELIVER) {
        add_delivery(tally, scope, record);
    } else if (kind == TRACE_SEND) {
        counts->rpcs_sent[record->reason]++;
        counts->bytes_sent[record->reason] += record->value;
    } else if (kind == TRACE_LOST) {
        counts->packets_lost++;
        counts->bytes_lost += record->value;
    } else if (kind == TRACE_DROPPED) {
        counts->packets_dropped[record->extra]++;
        counts->bytes_dropped += record->value;
    }
    counts->published += kind == TRACE_PUBLISH;
    counts->publish_skipped += kind == TRACE_PUBLISH_SKIPPED;
    counts->duplicates += kind == TRACE_DUPLICATE;
    counts->rpcs_suppressed += kind == TRACE_SUPPRESSED;
    counts->rpcs_skipped += kind == TRACE_SKIPPED;
    counts->rpcs_unread += kind == TRACE_UNREAD;
    counts->links_aborted += kind == TRACE_ABORT;
}

void tally_record(struct tally *tally, const struct trace_record *record) {
    if (subject_of((enum trace_kind)record->kind) == SUBJECT_NONE) {
        return;
    }
    struct occasion occasion = occasion_of(tally, record);
    for (uint32_t i = 0; i < tally->scope_count; i++) {
        if (is_about(&tally->scopes[i], &occasion)) {
            add_record(tally, &tally->scopes[i], record);
        }
    }
}

void tally_payload(struct tally *tally, const struct trace_record *record, uint64_t bytes) {
    struct occasion occasion = occasion_of(tally, record);
    for (uint32_t i = 0; i < tally->scope_count; i++) {
        struct tally_scope *scope = &tally->scopes[i];
        if (is_about(scope, &occasion) && has_node(scope, record->node)) {
            scope->counts.payload_bytes_sent += bytes;
        }
    }
}

int64_t tally_next_edge(const struct tally *tally, int64_t now_ns) {
    int64_t next_ns = INT64_MAX;
    for (uint32_t i = 0; i < tally->scope_count; i++) {
        const struct scenario_window *window = &tally->scopes[i].is.window;
        const int64_t edges_ns[] = {window->from_ns, window->until_ns};
        for (uint32_t j = 0; j < 2; j++) {
            next_ns = edges_ns[j] > now_ns && edges_ns[j] < next_ns ? edges_ns[j] : next_ns;
        }
    }
    return next_ns;
}

void tally_sort_latencies(struct tally *tally) {
    for (uint32_t i = 0; i < tally->scope_count; i++) {
        struct tally_scope *scope = &tally->scopes[i];
        uint64_t count = scope->counts.deliveries;
        if (count > 0) {
            int64_t *scratch = pool_take(&tally->pool, count * sizeof *scratch);
            sort_i64(scope->latencies_ns, scratch, count);
        }
    }
}
