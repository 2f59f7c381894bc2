#include "analysis/validation.h"

#include "base/check.h"
#include "base/quantity.h"
#include "base/sort.h"

/** One copy that came through an uplink. */
struct transfer {
    uint32_t sender;
    uint32_t receiver;
    int64_t sent_ns;
    int64_t through_ns; // VALIDATION_NEVER until it has arrived
    uint64_t bytes;     // with those of its frames
    bool gone;          // lost or dropped
};

struct transfers {
    const struct full_trace *trace;
    const struct validation_rate *rate;
    int64_t validation_ns;
    struct transfer *items;
    uint32_t count;
};

static uint32_t count_sends(const struct full_trace *trace) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < trace->record_count; i++) {
        const struct trace_record *record = &trace->records[i];
        count += record->kind == TRACE_SEND && full_trace_is_copy(record) ? 1 : 0;
    }
    return count;
}

/** The first copy from one node to another that has not arrived, of those from `first` on. */
static struct transfer *find_open(struct transfers *transfers, uint32_t first, uint32_t sender,
                                  uint32_t receiver) {
    for (uint32_t i = first; i < transfers->count; i++) {
        struct transfer *transfer = &transfers->items[i];
        if (transfer->sender == sender && transfer->receiver == receiver && !transfer->gone &&
            transfer->through_ns == VALIDATION_NEVER) {
            return transfer;
        }
    }
    return NULL;
}

static void add_send(struct transfers *transfers, const struct trace_record *record) {
    transfers->items[transfers->count++] = (struct transfer){
        .sender = record->node,
        .receiver = record->peer,
        .sent_ns = record->at_ns,
        .through_ns = VALIDATION_NEVER,
        .bytes = validation_wire_bytes(transfers->rate, record->value),
    };
}

/** Adds a record of one message, whose transfers begin at `first`. */
static void add_record(struct transfers *transfers, uint32_t first,
                       const struct trace_record *record) {
    if (record->kind == TRACE_PUBLISH) {
        return;
    }
    if (record->kind == TRACE_SEND) {
        add_send(transfers, record);
        return;
    }
    bool sender = record->kind == TRACE_LOST || record->kind == TRACE_DROPPED;
    struct transfer *transfer = sender ? find_open(transfers, first, record->node, record->peer)
                                       : find_open(transfers, first, record->peer, record->node);
    if (transfer == NULL) {
        return;
    }
    if (sender) {
        transfer->gone = true;
        return;
    }
    uint32_t link = full_trace_link(transfers->trace, record->node, record->peer);
    CHECK(link != FULL_TRACE_NONE);
    int64_t validated_ns = record->kind == TRACE_DELIVER ? transfers->validation_ns : 0;
    transfer->through_ns = record->at_ns - validated_ns - transfers->trace->links[link].delay_ns;
}

/** All copies, message after message. */
static struct transfers collect(const struct full_trace *trace, struct arena *arena,
                                const struct validation_rate *rate, int64_t validation_ns) {
    struct transfers transfers = {.trace = trace, .rate = rate, .validation_ns = validation_ns};
    transfers.items =
        arena_take_array(arena, MEMORY_TABLES, count_sends(trace), sizeof *transfers.items);
    for (uint32_t message = 0; message < trace->message_count; message++) {
        uint32_t first = transfers.count;
        for (uint32_t i = trace->of_message_first[message];
             i < trace->of_message_first[message + 1]; i++) {
            add_record(&transfers, first, &trace->records[trace->of_message[i]]);
        }
    }
    return transfers;
}

/** Looks at all windows that begin with the sending of `items[begin]`; the copies of the node are
 * in the order in which they came through. */
static void look_from(struct validation_tally *tally, const struct transfer *copies, uint32_t count,
                      uint32_t begin, int64_t bits_per_s) {
    int64_t begin_ns = copies[begin].sent_ns;
    uint64_t bytes = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (copies[i].sent_ns < begin_ns) {
            continue;
        }
        bytes += copies[i].bytes;
        // bytes · 8 · 10⁹ ≤ rate · window, in numbers that may be larger than 64 bits.
        double most = (double)bits_per_s * (double)(copies[i].through_ns - begin_ns);
        bool broken = (double)bytes * 8 * (double)NS_PER_S > most * (1 + 1e-12);
        tally->looked_at++;
        tally->broken += broken ? 1 : 0;
    }
}

struct validation_tally validation_uplinks(const struct full_trace *trace, struct arena *arena,
                                           const struct validation_rate *rate,
                                           int64_t validation_ns) {
    struct validation_tally tally = {0};
    struct transfers transfers = collect(trace, arena, rate, validation_ns);
    struct sort_item *items =
        arena_take_array(arena, MEMORY_TABLES, transfers.count, sizeof *items);
    struct sort_item *scratch =
        arena_take_array(arena, MEMORY_TABLES, transfers.count, sizeof *items);
    struct transfer *copies =
        arena_take_array(arena, MEMORY_TABLES, transfers.count, sizeof *copies);
    uint32_t count = 0;
    for (uint32_t i = 0; i < transfers.count; i++) {
        if (transfers.items[i].through_ns != VALIDATION_NEVER) {
            items[count++] = (struct sort_item){(uint64_t)transfers.items[i].through_ns, i};
        }
    }
    sort_by_key(items, scratch, count);
    for (uint32_t node = 0; node < trace->node_count; node++) {
        uint32_t own = 0;
        for (uint32_t i = 0; i < count; i++) {
            const struct transfer *transfer = &transfers.items[items[i].value];
            if (transfer->sender == node) {
                copies[own++] = *transfer;
            }
        }
        for (uint32_t begin = 0; begin < own; begin++) {
            look_from(&tally, copies, own, begin, rate->bits_per_s);
        }
    }
    return tally;
}
