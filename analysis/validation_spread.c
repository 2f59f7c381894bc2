#include "analysis/validation.h"

#include "base/check.h"

struct validation_spread validation_spread_create(const struct full_trace *trace,
                                                  struct arena *arena) {
    uint32_t count = trace->node_count;
    return (struct validation_spread){
        .origin = FULL_TRACE_NONE,
        .got_ns = arena_take_array(arena, MEMORY_TABLES, count, sizeof(int64_t)),
        .from = arena_take_array(arena, MEMORY_TABLES, count, sizeof(uint32_t)),
        .hops = arena_take_array(arena, MEMORY_TABLES, count, sizeof(uint32_t)),
        .duplicates = arena_take_array(arena, MEMORY_TABLES, count, sizeof(uint32_t)),
    };
}

static void add_record(struct validation_spread *spread, const struct trace_record *record) {
    uint32_t node = record->node;
    if (record->kind == TRACE_PUBLISH) {
        spread->origin = node;
        spread->got_ns[node] = record->at_ns;
    } else if (record->kind == TRACE_DELIVER) {
        spread->got_ns[node] = record->at_ns;
        spread->from[node] = record->peer;
        spread->hops[node] = record->value;
        spread->reached++;
    } else if (record->kind == TRACE_DUPLICATE) {
        spread->duplicates[node]++;
        spread->duplicate_sum++;
    } else if (record->kind == TRACE_SEND) {
        spread->sends++;
    }
}

void validation_spread_of(struct validation_spread *spread, const struct full_trace *trace,
                          uint32_t message) {
    CHECK(message < trace->message_count);
    spread->origin = FULL_TRACE_NONE;
    spread->sends = 0;
    spread->duplicate_sum = 0;
    spread->reached = 0;
    for (uint32_t node = 0; node < trace->node_count; node++) {
        spread->got_ns[node] = VALIDATION_NEVER;
        spread->from[node] = FULL_TRACE_NONE;
        spread->hops[node] = 0;
        spread->duplicates[node] = 0;
    }
    for (uint32_t i = trace->of_message_first[message]; i < trace->of_message_first[message + 1];
         i++) {
        add_record(spread, &trace->records[trace->of_message[i]]);
    }
}
