#include "analysis/run_index.h"

#include "analysis/measure.h"
#include "base/check.h"
#include "base/sort.h"

#include <inttypes.h>

/** What the reader leaves open: these kinds must name a message and a topic. */
static bool check_record(const struct run_data *run, const struct trace_record *record,
                         struct failure *failure) {
    CHECK(record->node < run->node_count);
    if (record->message >= run->message_count) {
        return failure_bad_input(failure, "a %s at %" PRId64 " ns names no message",
                                 trace_kind_name(record->kind), record->at_ns);
    }
    if (record->topic >= run->topics.count) {
        return failure_bad_input(failure, "a %s at %" PRId64 " ns names no topic",
                                 trace_kind_name(record->kind), record->at_ns);
    }
    return true;
}

/** How many messages there are: as the table says, or as far as the publications go. */
static bool count_messages(struct run_data *run, const struct run_records *records,
                           struct failure *failure) {
    uint64_t count = records->message_count;
    if (run->truncated && count == 0) {
        for (uint32_t i = 0; i < records->record_count; i++) {
            uint64_t message = records->records[i].message;
            count = message != TRACE_NONE && message >= count ? message + 1 : count;
        }
    }
    if (count > RUN_DATA_MESSAGES_MAX) {
        return failure_bad_input(failure, "the trace has %" PRIu64 " messages; at most %d are read",
                                 count, RUN_DATA_MESSAGES_MAX);
    }
    run->message_count = (uint32_t)count;
    return true;
}

static void take_message_table(struct run_data *run, const struct run_records *records) {
    for (uint32_t i = 0; i < run->message_count; i++) {
        struct run_message *message = &run->messages[i];
        if (i >= records->message_count) {
            *message = (struct run_message){.origin = TRACE_NONE, .duplicates = RUN_DATA_UNKNOWN};
            continue;
        }
        const struct trace_message *row = &records->messages[i];
        CHECK(row->topic < run->topics.count);
        bool left_out = !measure_has(run, row->published_at_ns);
        *message = (struct run_message){
            .left_out = left_out,
            .published_ns = row->published_at_ns,
            .origin = row->origin,
            .topic = row->topic,
            .size_bytes = row->size_bytes,
            .expected = row->expected,
            .duplicates = row->duplicates,
            .seqno = row->seqno,
        };
    }
}

static bool take_publication(struct run_data *run, const struct trace_record *record,
                             struct failure *failure) {
    struct run_message *message = &run->messages[record->message];
    if (message->published) {
        return failure_bad_input(failure, "message %" PRIu32 " is published twice",
                                 record->message);
    }
    message->left_out = !measure_has(run, record->at_ns);
    if (message->left_out) {
        return true;
    }
    message->published = true;
    message->published_ns = record->at_ns;
    message->origin = record->node;
    message->topic = record->topic;
    message->size_bytes = record->value;
    message->expected = record->extra;
    run->published_count++;
    return true;
}

static bool count_delivery(struct run_data *run, const struct trace_record *record,
                           struct failure *failure) {
    struct run_message *message = &run->messages[record->message];
    if (message->left_out) {
        return true;
    }
    if (!message->published) {
        return failure_bad_input(failure, "message %" PRIu32 " is delivered before it is published",
                                 record->message);
    }
    if (record->value > RUN_DATA_HOPS_MAX) {
        return failure_bad_input(failure,
                                 "message %" PRIu32 " took %" PRIu32 " hops; at most %d are read",
                                 record->message, record->value, RUN_DATA_HOPS_MAX);
    }
    if (record->extra == 1) {
        if (message->deliveries == message->expected) {
            return failure_bad_input(failure,
                                     "message %" PRIu32 " has more deliveries than its %" PRIu32
                                     " expected receivers",
                                     record->message, message->expected);
        }
        message->deliveries++;
        run->expected_delivery_count++;
    } else {
        message->unexpected++;
    }
    run->delivery_count++;
    return true;
}

/** First pass: every record is checked, publications are taken, deliveries counted. */
static bool count_records(struct run_data *run, const struct run_records *records,
                          struct failure *failure) {
    for (uint32_t i = 0; i < records->record_count; i++) {
        const struct trace_record *record = &records->records[i];
        if (!check_record(run, record, failure)) {
            return false;
        }
        if (i > 0 && record->at_ns < record[-1].at_ns) {
            return failure_bad_input(
                failure, "records are not in the order of time at %" PRId64 " ns", record->at_ns);
        }
        bool taken = record->kind == TRACE_PUBLISH ? take_publication(run, record, failure)
                                                   : count_delivery(run, record, failure);
        if (!taken) {
            return false;
        }
    }
    return true;
}

static struct run_delivery delivery_of(const struct trace_record *record) {
    return (struct run_delivery){
        .delivered_ns = record->at_ns,
        .message = record->message,
        .node = record->node,
        .sender = record->peer,
        .hops = record->value,
        .expected = record->extra == 1,
        .requested = record->reason == REASON_REQUESTED,
    };
}

/** Second pass: puts each delivery in its message's place, expected ones first; time order is kept.
 */
static void group_deliveries(struct run_data *run, struct arena *arena,
                             const struct run_records *records) {
    run->deliveries =
        arena_take_array(arena, MEMORY_TABLES, run->delivery_count, sizeof *run->deliveries);
    run->latencies_ns =
        arena_take_array(arena, MEMORY_TABLES, run->delivery_count, sizeof *run->latencies_ns);
    uint64_t *next = arena_take_array(arena, MEMORY_TABLES, run->message_count, 2 * sizeof *next);
    uint64_t first = 0;
    for (uint32_t i = 0; i < run->message_count; i++) {
        struct run_message *message = &run->messages[i];
        message->delivery_first = first;
        next[(size_t)2 * i] = first;
        next[(size_t)2 * i + 1] = first + message->deliveries;
        first += (uint64_t)message->deliveries + message->unexpected;
    }
    for (uint32_t i = 0; i < records->record_count; i++) {
        const struct trace_record *record = &records->records[i];
        if (record->kind != TRACE_DELIVER || run->messages[record->message].left_out) {
            continue;
        }
        uint64_t place = next[(size_t)2 * record->message + (record->extra == 1 ? 0 : 1)]++;
        run->deliveries[place] = delivery_of(record);
        run->latencies_ns[place] = record->at_ns - run->messages[record->message].published_ns;
    }
}

/** Sorts the expected latencies of the whole run, then deals them out to the nodes in that order.
 */
static void sort_latencies(struct run_data *run, struct arena *arena) {
    uint64_t count = run->expected_delivery_count;
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, count, sizeof *items);
    struct sort_item *scratch = arena_take_array(arena, MEMORY_TABLES, count, sizeof *scratch);
    run->latencies_sorted_ns = arena_take_array(arena, MEMORY_TABLES, count, sizeof(int64_t));
    run->node_latencies_ns = arena_take_array(arena, MEMORY_TABLES, count, sizeof(int64_t));
    run->node_latency_first =
        arena_take_array(arena, MEMORY_TABLES, (size_t)run->node_count + 1, sizeof(uint64_t));
    uint64_t *next = arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *next);
    uint64_t filled = 0;
    for (uint64_t i = 0; i < run->delivery_count; i++) {
        if (run->deliveries[i].expected) {
            items[filled++] = (struct sort_item){(uint64_t)run->latencies_ns[i], i};
            next[run->deliveries[i].node]++;
        }
    }
    sort_by_key(items, scratch, count);
    uint64_t first = 0;
    for (uint32_t node = 0; node < run->node_count; node++) {
        uint64_t size = next[node];
        run->node_latency_first[node] = first;
        next[node] = first;
        first += size;
    }
    run->node_latency_first[run->node_count] = first;
    for (uint64_t i = 0; i < count; i++) {
        int64_t latency = run->latencies_ns[items[i].value];
        run->latencies_sorted_ns[i] = latency;
        run->node_latencies_ns[next[run->deliveries[items[i].value].node]++] = latency;
    }
}

bool run_index_build(struct run_data *run, struct arena *arena, const struct run_records *records,
                     struct failure *failure) {
    if (!count_messages(run, records, failure)) {
        return false;
    }
    run->messages =
        arena_take_array(arena, MEMORY_TABLES, run->message_count, sizeof *run->messages);
    take_message_table(run, records);
    if (!count_records(run, records, failure)) {
        return false;
    }
    group_deliveries(run, arena, records);
    sort_latencies(run, arena);
    return true;
}
