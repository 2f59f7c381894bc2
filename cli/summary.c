#include "cli/summary.h"

#include "base/check.h"
#include "scenarios/groups.h"
#include "scenarios/invariants.h"

static uint64_t sum_by_kind(const uint64_t *by_kind) {
    uint64_t sum = 0;
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        sum += by_kind[kind];
    }
    return sum;
}

static uint64_t sum_by_cause(const uint64_t *by_cause) {
    uint64_t sum = 0;
    for (uint32_t cause = 0; cause < CAUSE_COUNT; cause++) {
        sum += by_cause[cause];
    }
    return sum;
}

static bool ratio(double part, double whole, double *value) {
    if (whole <= 0) {
        return false;
    }
    *value = part / whole;
    return true;
}

static bool latency_metric(const struct statistics *latency, enum metric metric, double *value) {
    // Looked up by the order of the enum: min, mean, p50, p90, p95, p99, max.
    const int64_t figures[] = {latency->min, latency->mean, latency->p50, latency->p90,
                               latency->p95, latency->p99,  latency->max};
    _Static_assert(METRIC_LATENCY_MAX - METRIC_LATENCY_MIN == 6, "seven figures in order");
    CHECK(metric >= METRIC_LATENCY_MIN);
    CHECK(metric <= METRIC_LATENCY_MAX);
    *value = (double)figures[metric - METRIC_LATENCY_MIN];
    return latency->count > 0;
}

static bool set(double *value, uint64_t figure) {
    *value = (double)figure;
    return true;
}

/** Sums over kinds or causes; the others that are left are counters. */
static bool traffic_metric(const struct run_counts *counts, enum metric metric, double *value) {
    uint64_t counter = 0;
    if (metric == METRIC_RPCS_SENT_TOTAL) {
        return set(value, sum_by_kind(counts->rpcs_sent));
    }
    if (metric == METRIC_BYTES_SENT_TOTAL) {
        return set(value, sum_by_kind(counts->bytes_sent));
    }
    if (metric == METRIC_BYTES_SENT_CONTROL) {
        return set(value, sum_by_kind(counts->bytes_sent) - counts->payload_bytes_sent);
    }
    if (metric == METRIC_PACKETS_DROPPED_TOTAL) {
        return set(value, sum_by_cause(counts->packets_dropped));
    }
    CHECK(metric_counter(metric, counts, &counter));
    return set(value, counter);
}

/** True if some nodes have meshes: of a group, or of all (0). */
static bool some_have_meshes(const struct scenario *scenario, uint32_t only) {
    bool found = false;
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        found = found || ((only == 0 || group == only) &&
                          group_router(scenario, group)->protocol == ROUTER_GOSSIPSUB);
    }
    return found;
}

static bool is_latency(enum metric metric) {
    return metric >= METRIC_LATENCY_MIN && metric <= METRIC_LATENCY_MAX;
}

/** The figures of a scope are in the result, and `*scope` is borrowed; those of its latencies,
 * which take their time, are left to the caller. */
static struct summary_part part_of(const struct scenario *scenario, const struct run_scope *scope,
                                   uint32_t group) {
    return (struct summary_part){
        .counts = &scope->counts,
        .has_meshes = scope->counts.mesh_degree_nodes > 0 && some_have_meshes(scenario, group),
    };
}

/** A figure of a part of the run. */
static bool part_metric(const struct summary *summary, const struct summary_part *part,
                        enum metric metric, double *value) {
    const struct run_counts *counts = part->counts;
    if (is_latency(metric)) {
        return latency_metric(&part->latency_ns, metric, value);
    }
    // The figures that are ratios or may be undefined; the others are plain counts.
    if (metric == METRIC_NODES) {
        return set(value, summary->result->nodes);
    }
    if (metric == METRIC_LINKS) {
        return set(value, summary->result->links);
    }
    if (metric == METRIC_DELIVERY_RATIO) {
        return ratio((double)counts->deliveries, (double)counts->expected_deliveries, value);
    }
    if (metric == METRIC_DUPLICATES_PER_DELIVERY) {
        return ratio((double)counts->duplicates, (double)counts->deliveries, value);
    }
    if (metric == METRIC_HOPS_MEAN) {
        return ratio((double)counts->hops_sum, (double)counts->deliveries, value);
    }
    if (metric == METRIC_HOPS_MAX) {
        return set(value, counts->hops_max) && counts->deliveries > 0;
    }
    if (metric == METRIC_TIME_TO_HEAL) {
        return set(value, counts->heal_ns_max) && counts->deliveries_healed > 0;
    }
    if (metric == METRIC_MESH_DEGREE_MIN) {
        return set(value, counts->mesh_degree_min) && part->has_meshes;
    }
    if (metric == METRIC_MESH_DEGREE_MAX) {
        return set(value, counts->mesh_degree_max) && part->has_meshes;
    }
    if (metric == METRIC_MESH_DEGREE_MEAN) {
        return part->has_meshes &&
               ratio((double)counts->mesh_degree_sum, (double)counts->mesh_degree_nodes, value);
    }
    return traffic_metric(counts, metric, value);
}

bool summary_metric(const struct summary *summary, enum metric metric, double *value) {
    return part_metric(summary, &summary->measured, metric, value);
}

static bool holds(double value, enum expectation_operator operator, double wanted) {
    switch (operator) {
    case EXPECT_LESS:
        return value < wanted;
    case EXPECT_LESS_EQUAL:
        return value <= wanted;
    case EXPECT_EQUAL:
        return value >= wanted && value <= wanted;
    case EXPECT_NOT_EQUAL:
        return value < wanted || value > wanted;
    case EXPECT_GREATER_EQUAL:
        return value >= wanted;
    case EXPECT_GREATER:
        return value > wanted;
    }
    CHECK(false);
}

/** What the run made of a condition. */
static void judge_condition(const struct summary *summary,
                            const struct scenario_expectation *wanted,
                            struct summary_expectation *found) {
    const struct scenario *scenario = summary->scenario;
    struct run_scope scope = run_scope_of(summary->result, wanted->scope);
    struct summary_part part = part_of(scenario, &scope, scenario->scopes[wanted->scope].group);
    if (is_latency(wanted->metric)) {
        part.latency_ns = wanted->scope == 0 ? summary->measured.latency_ns
                                             : statistics_of_bag(scope.latencies_ns);
    }
    found->defined = part_metric(summary, &part, wanted->metric, &found->value);
    found->ok = found->defined && holds(found->value, wanted->operator, wanted->value);
}

/** What the run made of an expectation: the value of an invariant is how often it was broken. */
static void judge(const struct summary *summary, uint32_t index) {
    const struct scenario_expectation *wanted = &summary->scenario->expectations[index];
    struct summary_expectation *found = &summary->expectations[index];
    found->text = wanted->text;
    if (wanted->invariant == INVARIANT_NONE) {
        judge_condition(summary, wanted, found);
        return;
    }
    const struct invariant_watch *watch = run_watch_of(summary->result, index);
    found->defined = invariant_was_judged(watch);
    found->value = (double)watch->breaches;
    found->ok = found->defined && watch->breaches == 0;
}

void summary_init(struct summary *summary, struct arena *arena, const struct scenario *scenario,
                  const struct run_result *result, struct summary_machine machine) {
    const struct run_scope all = {result->counts, result->latencies_ns};
    *summary = (struct summary){
        .scenario = scenario,
        .result = result,
        .measured = part_of(scenario, &all, 0),
        .machine = machine,
    };
    summary->measured.counts = &result->counts;
    summary->measured.latency_ns = statistics_of_bag(result->latencies_ns);
    summary->expectations = arena_take_array(arena, MEMORY_TABLES, scenario->expectation_count,
                                             sizeof *summary->expectations);
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        judge(summary, i);
        summary->failed_expectations += summary->expectations[i].ok ? 0 : 1;
    }
}
