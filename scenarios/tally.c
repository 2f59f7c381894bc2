#include "scenarios/tally.h"

#include "base/check.h"

static bool is_whole_run(const struct scenario *scenario, const struct scenario_scope *scope) {
    return scope->topic == SCOPE_ALL && scope->group == 0 && scope->region == SCOPE_ALL &&
           scope->window.from_ns == 0 && scope->window.until_ns >= scenario->duration_ns;
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
    for (uint32_t i = 0; i < tally->scope_count; i++) {
        tally->scopes[i].is = scenario->scopes[i];
        bag_init(&tally->scopes[i].latencies_ns, arena);
        tally->scopes[i].members = scope_members(arena, plan, &scenario->scopes[i]);
    }
    return tally;
}

uint64_t tally_kinds(void) {
    uint64_t kinds = 0;
    for (enum trace_kind kind = TRACE_NODE_START; kind < TRACE_KIND_COUNT; kind++) {
        kinds |= scope_subject_of(kind) == SUBJECT_NONE ? 0 : UINT64_C(1) << kind;
    }
    return kinds;
}

static void add_delivery(const struct tally *tally, struct tally_scope *scope,
                         const struct trace_record *record) {
    struct run_counts *counts = &scope->counts;
    if (record->extra == 0) {
        counts->deliveries_unexpected++;
        return;
    }
    bag_add(&scope->latencies_ns, record->at_ns - tally->plan->messages[record->message].at_ns);
    counts->deliveries++;
    counts->hops_sum += record->value;
    counts->hops_max = record->value > counts->hops_max ? record->value : counts->hops_max;
    run_count_heal(counts, tally->plan->heal_at_ns, record->message, record->at_ns);
}

/** A record about what a scope is about; only the node may be another. */
static void add_record(struct tally *tally, struct tally_scope *scope,
                       const struct trace_record *record) {
    struct run_counts *counts = &scope->counts;
    uint32_t kind = record->kind;
    bool inside = scope_has_node(scope->members, record->node);
    if (kind == TRACE_PUBLISH) {
        counts->expected_deliveries += scope_count_expected(
            tally->plan, scope->members, &tally->plan->messages[record->message]);
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

void tally_record(struct tally *tally, const struct trace_record *record, uint64_t payload) {
    if (scope_subject_of((enum trace_kind)record->kind) == SUBJECT_NONE) {
        return;
    }
    struct occasion occasion = scope_occasion_of(tally->plan, record);
    for (uint32_t i = 0; i < tally->scope_count; i++) {
        struct tally_scope *scope = &tally->scopes[i];
        if (!scope_is_about(&scope->is, &occasion)) {
            continue;
        }
        add_record(tally, scope, record);
        bool sends = record->kind == TRACE_SEND && scope_has_node(scope->members, record->node);
        scope->counts.payload_bytes_sent += sends ? payload : 0;
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
