#include "analysis/validation.h"

/** What the records of one message say of its copies. */
struct flow {
    uint64_t on_the_way; // sent, not lost, not come to a router; or being validated there
    uint64_t expected;   // handed to those who were to get it
    uint64_t duplicates;
};

/** Adds a record. False if a copy comes that was not sent, or is lost that was not. */
static bool add_copy(struct flow *flow, const struct trace_record *record) {
    if (record->kind == TRACE_PUBLISH) {
        return true;
    }
    if (record->kind == TRACE_SEND) {
        flow->on_the_way++;
        return true;
    }
    flow->expected += record->kind == TRACE_DELIVER && record->extra == 1 ? 1 : 0;
    flow->duplicates += record->kind == TRACE_DUPLICATE ? 1 : 0;
    bool has = flow->on_the_way > 0;
    flow->on_the_way -= has ? 1 : 0;
    return has;
}

static void look(struct validation_tally *tally, bool holds) {
    tally->looked_at++;
    tally->broken += holds ? 0 : 1;
}

struct validation_tally validation_conservation(const struct full_trace *trace, struct arena *arena,
                                                const struct validation_counts *counts) {
    struct validation_tally tally = {0};
    struct flow *flows =
        arena_take_array(arena, MEMORY_TABLES, trace->message_count, sizeof *flows);
    uint64_t sent = 0;
    uint64_t lost = 0;
    uint64_t dropped = 0;
    uint64_t received = 0; // of RPCs that leave a record of their own as they come
    for (uint32_t i = 0; i < trace->record_count; i++) {
        const struct trace_record *record = &trace->records[i];
        sent += record->kind == TRACE_SEND ? record->value : 0;
        lost += record->kind == TRACE_LOST ? record->value : 0;
        dropped += record->kind == TRACE_DROPPED ? record->value : 0;
        received += record->kind == TRACE_RECEIVE ? record->value : 0;
        bool holds = lost + dropped + received <= sent;
        if (full_trace_is_copy(record)) {
            holds = add_copy(&flows[record->message], record) && holds;
        }
        look(&tally, holds);
    }
    look(&tally, lost == counts->bytes_lost);
    look(&tally, dropped == counts->bytes_dropped);
    look(&tally, sent == counts->bytes_received + lost + dropped + counts->bytes_in_flight);
    uint64_t deliveries = 0;
    uint64_t duplicates = 0;
    for (uint32_t i = 0; i < trace->message_count; i++) {
        const struct trace_message *message = &trace->messages[i];
        look(&tally,
             flows[i].expected == message->deliveries && message->deliveries <= message->expected);
        look(&tally, flows[i].duplicates == message->duplicates);
        deliveries += flows[i].expected;
        duplicates += flows[i].duplicates;
    }
    look(&tally, deliveries == counts->deliveries);
    look(&tally, duplicates == counts->duplicates);
    return tally;
}
