#include "analysis/statistics.h"
#include "base/check.h"
#include "base/quantity.h"
#include "base/sort.h"
#include "cli/validate.h"

/** Values: 0 the mean mesh degree since the first message, 1 the mean latency, 2 the largest degree
 * at a sample since then. */
void validate_measure_degrees(const struct validate_view *view, struct validate_value *values) {
    const struct full_trace *trace = view->trace;
    double degrees = 0;
    uint64_t nodes = 0;
    uint32_t largest = 0;
    for (uint32_t i = 0; i < trace->sample_count && trace->message_count > 0; i++) {
        const struct trace_sample *sample = &trace->samples[i];
        if (sample->at_ns >= trace->messages[0].published_at_ns) {
            degrees += (double)sample->degree_sum;
            nodes += sample->nodes;
            largest = sample->degree_max > largest ? sample->degree_max : largest;
        }
    }
    const struct run_result *result = view->result;
    double latencies_ns = 0;
    struct bag_cursor cursor = {0};
    int64_t latency_ns = 0;
    while (bag_next(result->latencies_ns, &cursor, &latency_ns)) {
        latencies_ns += (double)latency_ns;
    }
    values[0] = validate_compared(validate_mean(degrees, nodes), 0, nodes, 0);
    values[1] = validate_compared(validate_mean(latencies_ns, result->counts.deliveries), 0,
                                  result->counts.deliveries, 0);
    values[2] = validate_compared(largest, 0, nodes, 0);
}

/** When a message that a router forwards to two others, and its publisher to three, comes to a hop
 * if all copies of a node share its uplink. */
static int64_t arrival_ns(const struct validate_view *view, uint32_t hops,
                          int64_t transmission_ns) {
    int64_t delay_ns = validate_delay_ns(view);
    return delay_ns + 3 * transmission_ns +
           (hops - 1) * (validate_validation_ns(view) + delay_ns + 2 * transmission_ns);
}

/** Bytes of the first RPC with a message. */
static uint64_t first_bytes(const struct full_trace *trace) {
    for (uint32_t i = 0; i < trace->record_count; i++) {
        if (trace->records[i].kind == TRACE_SEND && full_trace_is_copy(&trace->records[i])) {
            return trace->records[i].value;
        }
    }
    return 0;
}

/** Values: 0 deliveries, 1 sends, 2 to 4 the least, median and largest latency on arrival beside
 * the published ones, 5 the largest beside the derived one. What counts as wrong is an arrival more
 * than a millisecond a hop from its known time. */
void validate_measure_simple(const struct validate_view *view, struct validate_value *values) {
    const struct full_trace *trace = view->trace;
    struct validation_spread spread = validation_spread_create(trace, view->arena);
    validation_spread_of(&spread, trace, 0);
    if (spread.origin == FULL_TRACE_NONE || spread.reached == 0) {
        return;
    }
    const struct validation_rate rate = validate_rate(view);
    int64_t transmission_ns = validation_transmission_ns(&rate, first_bytes(trace));
    const uint32_t *distances = validation_distances(trace, view->arena, spread.origin);
    int64_t *found = arena_take_array(view->arena, MEMORY_TABLES, spread.reached, sizeof *found);
    int64_t *known = arena_take_array(view->arena, MEMORY_TABLES, spread.reached, sizeof *known);
    int64_t *scratch = arena_take_array(view->arena, MEMORY_TABLES, spread.reached, sizeof *known);
    uint32_t count = 0;
    uint64_t wrong = 0;
    for (uint32_t node = 0; node < trace->node_count; node++) {
        if (node == spread.origin || spread.got_ns[node] == VALIDATION_NEVER) {
            continue;
        }
        found[count] =
            spread.got_ns[node] - validate_validation_ns(view) - spread.got_ns[spread.origin];
        known[count] = arrival_ns(view, distances[node], transmission_ns);
        wrong += found[count] != known[count] ? 1 : 0;
        count++;
    }
    sort_i64(found, scratch, count);
    sort_i64(known, scratch, count);
    uint64_t sends = 2 * (uint64_t)trace->link_count - trace->node_count + 1;
    values[0] =
        validate_compared(count, trace->node_count - 1, 1, count != trace->node_count - 1 ? 1 : 0);
    values[1] =
        validate_compared((double)spread.sends, (double)sends, 1, spread.sends != sends ? 1 : 0);
    values[2] = validate_compared((double)found[0], 59e6, count, 0);
    values[3] = validate_compared((double)statistics_percentile(found, count, 50), 323e6, count, 0);
    values[4] = validate_compared((double)found[count - 1], 524e6, count, 0);
    values[5] = validate_compared((double)found[count - 1], (double)known[count - 1], count, wrong);
}
