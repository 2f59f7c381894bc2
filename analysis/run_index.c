#include "analysis/run_index.h"

#include "analysis/measure.h"
#include "base/check.h"

#include <inttypes.h>
#include <string.h>

_Static_assert(sizeof(struct delivery_by_message) == 24, "no padding");
_Static_assert(sizeof(struct delivery_of_latency) == 16, "no padding");

/** The bits of numbers below `count`. */
static uint32_t bits_of(uint32_t count) {
    return count <= 1 ? 0 : 32 - (uint32_t)__builtin_clz(count - 1);
}

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
        .key_shift = DELIVERY_KEY_SHIFT,
    };
    index->by_message = spill_sort_create(&sorting);
    index->node_bits = bits_of(run->node_count);
    index->topic_bits = bits_of(run->topics.count);
    sorting.item_bytes = sizeof(uint64_t);
    sorting.key_shift = index->node_bits + index->topic_bits;
    index->by_latency = spill_sort_create(&sorting);
    sorting.item_bytes = sizeof(struct delivery_of_latency);
    sorting.key_shift = 0;
    index->by_long_latency = spill_sort_create(&sorting);
    measure_read(run);
}

static bool refuse_record(const struct run_index *index, const struct trace_record *record,
                          struct failure *failure) {
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
    return failure_bad_input(failure, "records are not in the order of time at %" PRId64 " ns",
                             record->at_ns);
}

/** What the reader leaves open: these kinds must name a message and a topic. */
static inline bool check_record(const struct run_index *index, const struct trace_record *record,
                                struct failure *failure) {
    CHECK(record->node < index->run->node_count);
    _Static_assert(RUN_DATA_MESSAGES_MAX < TRACE_NONE, "no message is none of those");
    bool good = record->message < RUN_DATA_MESSAGES_MAX &&
                record->topic < index->run->topics.count && record->at_ns >= index->last_ns;
    return good || refuse_record(index, record, failure);
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

static void push_latency(struct run_index *index, const struct trace_record *record,
                         const struct run_message *message) {
    uint32_t shift = index->node_bits + index->topic_bits;
    uint64_t latency_ns = (uint64_t)(record->at_ns - message->published_ns);
    if (latency_ns <= UINT64_MAX >> shift) {
        uint64_t word =
            latency_ns << shift | (uint64_t)record->node << index->topic_bits | message->topic;
        *(uint64_t *)spill_sort_place(index->by_latency) = word;
    } else {
        const struct delivery_of_latency delivery = {latency_ns, record->node, message->topic};
        spill_sort_push(index->by_long_latency, &delivery);
    }
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
    push_latency(index, record, message);
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
    uint64_t key = (uint64_t)record->message << 1 | (expected ? 0 : 1);
    uint32_t requested = record->reason == REASON_REQUESTED ? 1 : 0;
    struct delivery_by_message *delivery = spill_sort_place(index->by_message);
    delivery->word = key << DELIVERY_KEY_SHIFT | (uint64_t)record->value << 1 | requested;
    delivery->delivered_ns = record->at_ns;
    delivery->node = record->node;
    delivery->sender = record->peer;
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
           spill_sort_finish(index->by_latency, failure) &&
           spill_sort_finish(index->by_long_latency, failure);
}

uint32_t run_index_some_latencies(const struct run_index *index,
                                  struct delivery_of_latency *deliveries, uint32_t most) {
    const void *items = NULL;
    uint32_t count = spill_sort_some(index->by_latency, &items, most);
    uint64_t nodes = (UINT64_C(1) << index->node_bits) - 1;
    uint64_t topics = (UINT64_C(1) << index->topic_bits) - 1;
    for (uint32_t i = 0; i < count; i++) {
        uint64_t word = ((const uint64_t *)items)[i];
        deliveries[i] = (struct delivery_of_latency){
            .latency_ns = word >> (index->node_bits + index->topic_bits),
            .node = (uint32_t)(word >> index->topic_bits & nodes),
            .topic = (uint32_t)(word & topics),
        };
    }
    if (count > 0) {
        return count;
    }
    count = spill_sort_some(index->by_long_latency, &items, most);
    if (count > 0) {
        memcpy(deliveries, items, count * sizeof *deliveries);
    }
    return count;
}

void run_index_close_latencies(struct run_index *index) {
    spill_sort_close(index->by_latency);
    spill_sort_close(index->by_long_latency);
}
