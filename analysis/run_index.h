/**
 * Takes the publications and deliveries of a trace for struct run_data as they pass: joins each
 * delivery to its message, counts, and hands it on to be sorted. Used by run_data_read() alone.
 *
 * What the deliveries say together is known when they have all passed: analysis/run_facts.h.
 */
#ifndef GOSSIM_ANALYSIS_RUN_INDEX_H
#define GOSSIM_ANALYSIS_RUN_INDEX_H

#include "analysis/hop_table.h"
#include "analysis/run_data.h"
#include "analysis/spill_sort.h"
#include "base/arena.h"
#include "base/failure.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A delivery among those sorted by message, as small as can be: analysis/spill_sort.h says why. */
struct delivery_by_message {
    // From above: the message, and a bit that is set for unexpected ones, which are the key; hops,
    // and a bit that is set if the copy answered an IWANT.
    uint64_t word;
    int64_t delivered_ns;
    uint32_t node;
    uint32_t sender;
};

enum { DELIVERY_HOPS_BITS = 21, DELIVERY_KEY_SHIFT = DELIVERY_HOPS_BITS + 1 };
_Static_assert(RUN_DATA_HOPS_MAX < 1 << DELIVERY_HOPS_BITS, "hops have room");
_Static_assert(RUN_DATA_MESSAGES_MAX <= UINT64_MAX >> (DELIVERY_KEY_SHIFT + 1),
               "and so have messages");

static inline uint32_t delivery_message(const struct delivery_by_message *item) {
    return (uint32_t)(item->word >> (DELIVERY_KEY_SHIFT + 1));
}

static inline bool delivery_is_expected(const struct delivery_by_message *item) {
    return (item->word >> DELIVERY_KEY_SHIFT & 1) == 0;
}

/** What it says, in fields. */
static inline struct run_delivery delivery_whole(const struct delivery_by_message *item) {
    return (struct run_delivery){
        .delivered_ns = item->delivered_ns,
        .message = delivery_message(item),
        .node = item->node,
        .sender = item->sender,
        .hops = (uint32_t)(item->word >> 1 & ((1 << DELIVERY_HOPS_BITS) - 1)),
        .expected = delivery_is_expected(item),
        .requested = (item->word & 1) == 1,
    };
}

/**
 * Deliveries by expected receivers sorted by latency. Most are a word: latency, node, topic from
 * above, the latter two as few bits as there are nodes and topics. Latencies for which a word has
 * no room are longer than all others: they are sorted apart and stand behind.
 */
struct delivery_of_latency {
    uint64_t latency_ns;
    uint32_t node;
    uint32_t topic;
};

struct run_index {
    struct run_data *run;
    struct arena *arena;
    struct pool pool;
    uint32_t message_capacity;
    int64_t last_ns;
    uint64_t *node_deliveries; // [node_count], by expected receivers
    struct hop_table hops;
    struct spill_sort *by_message;
    struct spill_sort *by_latency;      // words
    struct spill_sort *by_long_latency; // struct delivery_of_latency
    uint32_t node_bits;                 // of a word
    uint32_t topic_bits;
};

/** How much memory, and where files go. */
struct run_index_options {
    const char *folder; // must stay
    uint32_t sorted_max;
};

/** Begins when nodes, topics and scenario of `run` stand. */
void run_index_begin(struct run_index *index, struct run_data *run, struct arena *arena,
                     const struct run_index_options *options);

/** The next deliveries by expected receivers in the order of latencies, up to `most`: their number;
 * 0 behind the last. */
uint32_t run_index_some_latencies(const struct run_index *index,
                                  struct delivery_of_latency *deliveries, uint32_t most);

/** Closes what sorts latencies. */
void run_index_close_latencies(struct run_index *index);

/**
 * Takes records of any kind, in the order of the file. Refuses those that name what does not exist,
 * deliveries of what was not published, and time that goes back.
 */
FAILURE_WARN_UNUSED bool run_index_add(struct run_index *index, const struct trace_record *records,
                                       size_t count, struct failure *failure);

/** Ends with the message table, if any: then messages and counts stand. */
FAILURE_WARN_UNUSED bool run_index_end(struct run_index *index,
                                       const struct trace_message *messages, uint32_t count,
                                       struct failure *failure);

#endif
