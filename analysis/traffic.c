#include "analysis/traffic.h"

struct trace_traffic traffic_difference(const struct trace_traffic *now,
                                        const struct trace_traffic *before) {
    struct trace_traffic sent = {
        .at_ns = now->at_ns,
        .payload_bytes_sent = now->payload_bytes_sent - before->payload_bytes_sent,
        .deliveries = now->deliveries - before->deliveries,
        .duplicates = now->duplicates - before->duplicates,
        .packets_lost = now->packets_lost - before->packets_lost,
    };
    for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        sent.rpcs_sent[kind] = now->rpcs_sent[kind] - before->rpcs_sent[kind];
        sent.bytes_sent[kind] = now->bytes_sent[kind] - before->bytes_sent[kind];
    }
    return sent;
}

struct traffic_intervals traffic_intervals_of(const struct run_data *run, struct arena *arena) {
    struct traffic_intervals intervals = {0};
    intervals.items =
        arena_take_array(arena, MEMORY_TABLES, run->traffic_count, sizeof *intervals.items);
    struct trace_traffic before = {.at_ns = run->measured_from_ns};
    for (uint32_t i = 0; i < run->traffic_count; i++) {
        const struct trace_traffic *now = &run->traffic[i];
        bool last_of_instant = i + 1 == run->traffic_count || now[1].at_ns > now->at_ns;
        if (!last_of_instant || now->at_ns <= before.at_ns) {
            continue;
        }
        intervals.items[intervals.count++] = (struct traffic_interval){
            .from_ns = before.at_ns,
            .to_ns = now->at_ns,
            .sent = traffic_difference(now, &before),
        };
        before = *now;
    }
    return intervals;
}

/** The size of groups that leaves few enough of them: 1, 2, 5, 10, 20, 50, … */
static uint32_t group_size(uint32_t count) {
    static const uint32_t digits[] = {1, 2, 5};
    uint32_t power = 1;
    uint32_t digit = 0;
    while ((uint64_t)power * digits[digit] * TRAFFIC_BINS_MAX < count) {
        digit = (digit + 1) % 3;
        power *= digit == 0 ? 10 : 1;
    }
    return power * digits[digit];
}

static void add(struct trace_traffic *sum, const struct trace_traffic *sent) {
    sum->at_ns = sent->at_ns;
    sum->payload_bytes_sent += sent->payload_bytes_sent;
    sum->deliveries += sent->deliveries;
    sum->duplicates += sent->duplicates;
    sum->packets_lost += sent->packets_lost;
    for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        sum->rpcs_sent[kind] += sent->rpcs_sent[kind];
        sum->bytes_sent[kind] += sent->bytes_sent[kind];
    }
}

struct traffic_intervals traffic_bins_of(const struct traffic_intervals *intervals,
                                         struct arena *arena) {
    uint32_t size = group_size(intervals->count);
    struct traffic_intervals bins = {.count = (intervals->count + size - 1) / size};
    bins.items = arena_take_array(arena, MEMORY_TABLES, bins.count, sizeof *bins.items);
    for (uint32_t i = 0; i < intervals->count; i++) {
        const struct traffic_interval *interval = &intervals->items[i];
        struct traffic_interval *bin = &bins.items[i / size];
        bin->from_ns = i % size == 0 ? interval->from_ns : bin->from_ns;
        bin->to_ns = interval->to_ns;
        add(&bin->sent, &interval->sent);
    }
    return bins;
}

uint64_t traffic_bytes(const struct trace_traffic *traffic) {
    uint64_t bytes = 0;
    for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        bytes += traffic->bytes_sent[kind];
    }
    return bytes;
}

uint64_t traffic_control_bytes(const struct trace_traffic *traffic) {
    return traffic_bytes(traffic) - traffic->payload_bytes_sent;
}
