#include "analysis/validation.h"

#include "base/check.h"

uint64_t validation_rpcs(const struct full_trace *trace, enum trace_rpc kind) {
    uint64_t count = 0;
    for (uint32_t i = 0; i < trace->record_count; i++) {
        const struct trace_record *record = &trace->records[i];
        count += record->kind == TRACE_SEND && record->reason == kind ? 1 : 0;
    }
    return count;
}

/** When the first of a node's neighbours had the message; VALIDATION_NEVER if not all of them ever
 * had it. */
static int64_t provided_ns(const struct full_trace *trace, const struct validation_spread *spread,
                           uint32_t node) {
    int64_t first_ns = VALIDATION_NEVER;
    for (uint32_t i = trace->peer_first[node]; i < trace->peer_first[node + 1]; i++) {
        int64_t got_ns = spread->got_ns[trace->peers[i]];
        if (got_ns == VALIDATION_NEVER) {
            return VALIDATION_NEVER;
        }
        first_ns = got_ns < first_ns ? got_ns : first_ns;
    }
    return first_ns;
}

struct validation_recovery validation_recovery_of(const struct full_trace *trace,
                                                  struct arena *arena, uint32_t first_outside) {
    CHECK(first_outside <= trace->node_count);
    struct validation_recovery recovery = {0};
    struct validation_spread spread = validation_spread_create(trace, arena);
    for (uint32_t message = 0; message < trace->message_count; message++) {
        validation_spread_of(&spread, trace, message);
        for (uint32_t node = first_outside; node < trace->node_count; node++) {
            int64_t had_ns = provided_ns(trace, &spread, node);
            if (spread.origin == FULL_TRACE_NONE || had_ns == VALIDATION_NEVER) {
                continue;
            }
            recovery.samples++;
            if (spread.got_ns[node] != VALIDATION_NEVER) {
                recovery.recovered++;
                recovery.delay_sum_ns += spread.got_ns[node] - had_ns;
            }
        }
    }
    return recovery;
}

struct validation_reach_sum validation_reach_of(const struct full_trace *trace,
                                                struct arena *arena) {
    struct validation_reach_sum reach = {0};
    struct validation_spread spread = validation_spread_create(trace, arena);
    for (uint32_t message = 0; message < trace->message_count; message++) {
        validation_spread_of(&spread, trace, message);
        if (spread.origin == FULL_TRACE_NONE) {
            continue;
        }
        double share = (double)spread.reached / (double)(trace->node_count - 1);
        reach.messages++;
        if (share > 0.1) {
            reach.took_off++;
            reach.share_sum += share;
        }
    }
    return reach;
}
