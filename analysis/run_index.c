#include "analysis/run_index.h"

#include "analysis/measure.h"
#include "base/check.h"

#include <inttypes.h>

_Static_assert(sizeof(struct delivery_by_message) == 32, "no padding");
_Static_assert(sizeof(struct delivery_by_latency) == 16, "no padding");

void run_index_begin(struct run_index *index, struct run_data *run, struct arena *arena,
                     const struct run_index_options *options) {
    *index = (struct run_index){.run = run, .arena = arena};
    pool_init(&index->pool, arena, MEMORY_TABLES);
    pool_init(&index->hops.pool, arena, MEMORY_TABLES);
    index->node_deliveries =
        arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *index->node_deliveries);
    struct spill_sort_options sorting = {
        .arena = arena,
        .folder = options->folder,
        .item_bytes = sizeof(struct delivery_by_message),
        .items_max = options->sorted_max,
    };
    index->by_message = spill_sort_create(&sorting);
    sorting.item_bytes = sizeof(struct delivery_by_latency);
    index->by_latency = spill_sort_create(&sorting);
    measure_read(run);
}

/** What the reader leaves open: these kinds must name a message and a topic. */
static bool check_record(const struct run_index *index, const struct trace_record *record,
                         struct failure *failure) {
    CHECK(record->node < index->run->node_count);
    const char *kind = trace_kind_name((enum trace_kind)record->kind);
    if (record->message == TRACE_NONE) {
        return failure_bad_input(failure, "a %s at %" PRId64 " ns names no message", kind,
                                 record->at_ns);
    }
    if (record->message >= RUN_DATA_MESSAGES_MAX) {
        return failure_bad_input(failure, "the trace has message %" PRIu32 "; at most %d are read",
                                 record->message, RUN_DATA_MESSAGES_MAX);
    }
    if (record->topic >= index->run->topics.count) {
        return failure_bad_input(failure, "a %s at %" PRId64 " ns names no topic", kind,
                                 record->at_ns);
    }
    if (record->at_ns < index->last_ns) {
        return failure_bad_input(failure, "records are not in the order of time at %" PRId64 " ns",
                                 record->at_ns);
    }
    return true;
}

/** Makes room for messages up to `count`. */
static void grow_messages(struct run_index *index, uint32_t count) {
    struct run_data *run = index->run;
    if (count > index->message_capacity) {
        run->messages = pool_grow(&index->pool, run->messages, &index->message_capacity, count,
                                  sizeof *run->messages);
    }
    for (; run->message_count < count; run->message_count++) {
        run->messages[run->message_count] =
            (struct run_message){.origin = TRACE_NONE, .duplicates = RUN_DATA_UNKNOWN};
    }
}

static bool take_publication(struct run_index *index, const struct trace_record *record,
                             struct failure *failure) {
    struct run_data *run = index->run;
    grow_messages(index, record->message + 1);
    struct run_message *message = &run->messages[record->message];
    if (message->published) {
        return failure_bad_input(failure, "message %" PRIu32 " is published twice",
                                 record->message);
    }
    message->recorded = true;
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

/** Counts a delivery by an expected receiver, and hands on its latency. */
static bool take_expected(struct run_index *index, struct run_message *message,
                          const struct trace_record *record, struct failure *failure) {
    if (message->deliveries == message->expected) {
        return failure_bad_input(failure,
                                 "message %" PRIu32 " has more deliveries than its %" PRIu32
                                 " expected receivers",
                                 record->message, message->expected);
    }
    message->deliveries++;
    message->hops_max = record->value > message->hops_max ? record->value : message->hops_max;
    index->run->expected_delivery_count++;
    index->node_deliveries[record->node]++;
    hop_table_add(&index->hops, message->topic, record->value, record->reason == REASON_REQUESTED);
    const struct delivery_by_latency latency = {
        .latency_ns = (uint64_t)(record->at_ns - message->published_ns),
        .node = record->node,
        .topic = message->topic,
    };
    spill_sort_push(index->by_latency, &latency);
    return true;
}

static bool take_delivery(struct run_index *index, const struct trace_record *record,
                          struct failure *failure) {
    struct run_data *run = index->run;
    bool known = record->message < run->message_count;
    struct run_message *message = known ? &run->messages[record->message] : NULL;
    if (known && message->left_out) {
        return true;
    }
    if (!known || !message->published) {
        return failure_bad_input(failure, "message %" PRIu32 " is delivered before it is published",
                                 record->message);
    }
    if (record->value > RUN_DATA_HOPS_MAX) {
        return failure_bad_input(failure,
                                 "message %" PRIu32 " took %" PRIu32 " hops; at most %d are read",
                                 record->message, record->value, RUN_DATA_HOPS_MAX);
    }
    bool expected = record->extra == 1;
    if (expected && !take_expected(index, message, record, failure)) {
        return false;
    }
    message->unexpected += expected ? 0 : 1;
    run->delivery_count++;
    const struct delivery_by_message delivery = {
        .key = (uint64_t)record->message << 1 | (expected ? 0 : 1),
        .delivered_ns = record->at_ns,
        .node = record->node,
        .sender = record->peer,
        .hops = record->value,
        .requested = record->reason == REASON_REQUESTED ? 1 : 0,
    };
    spill_sort_push(index->by_message, &delivery);
    return true;
}

bool run_index_add(struct run_index *index, const struct trace_record *records, size_t count,
                   struct failure *failure) {
    for (size_t i = 0; i < count; i++) {
        const struct trace_record *record = &records[i];
        if (record->kind != TRACE_PUBLISH && record->kind != TRACE_DELIVER) {
            continue;
        }
        if (!check_record(index, record, failure)) {
            return false;
        }
        index->last_ns = record->at_ns;
        bool taken = record->kind == TRACE_PUBLISH ? take_publication(index, record, failure)
                                                   : take_delivery(index, record, failure);
        if (!taken) {
            return false;
        }
    }
    return true;
}

/** Takes from the table what the publication does not tell, or all if there was none. */
static void take_message(struct run_data *run, struct run_message *message,
                         const struct trace_message *row) {
    CHECK(row->topic < run->topics.count);
    message->duplicates = row->duplicates;
    message->seqno = row->seqno;
    if (message->published) {
        return;
    }
    message->left_out =
        message->recorded ? message->left_out : !measure_has(run, row->published_at_ns);
    message->published_ns = row->published_at_ns;
    message->origin = row->origin;
    message->topic = row->topic;
    message->size_bytes = row->size_bytes;
    message->expected = row->expected;
}

bool run_index_end(struct run_index *index, const struct trace_message *messages, uint32_t count,
                   struct failure *failure) {
    struct run_data *run = index->run;
    if (count > RUN_DATA_MESSAGES_MAX) {
        return failure_bad_input(failure, "the trace has %" PRIu32 " messages; at most %d are read",
                                 count, RUN_DATA_MESSAGES_MAX);
    }
    if (count < run->message_count && !run->truncated) {
        return failure_bad_input(failure, "its records name messages that it does not list");
    }
    grow_messages(index, count);
    for (uint32_t i = 0; i < count; i++) {
        take_message(run, &run->messages[i], &messages[i]);
    }
    return spill_sort_finish(index->by_message, failure) &&
           spill_sort_finish(index->by_latency, failure);
}
