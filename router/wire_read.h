/**
 * What a router makes of bytes that another one wrote: of any bytes, in the wire form that it reads
 * itself.
 *
 * wire_decode() accepts only what wire_encode() writes, so that a wrong byte cannot stay hidden.
 * This is the other way to read: by the reader's own codec, with its faults, and with what is left
 * taken as far as it names things of this run. Routers of different kinds hear each other so.
 *
 *     bytes ──codec of the reader──▶ rpc_document ──▶ numbers
 *                      └─▶ unreadable: the reader ends the link
 *
 * Source: SEED.md §3.4, §3.8; Q47 … Q52.
 * Differs: topics, ids and messages that the run does not have are passed over and counted; a
 *          message whose data is another is too. The 2020 router would keep tables for such topics
 *          and ask for such ids.
 */
#ifndef GOSSIM_ROUTER_WIRE_READ_H
#define GOSSIM_ROUTER_WIRE_READ_H

#include "router/wire.h"

#include <stdbool.h>
#include <stdint.h>

enum wire_outcome {
    WIRE_RPC,        // `rpc` is an RPC with one reference, of the frame's size
    WIRE_NOTHING,    // nothing that the run knows was in it
    WIRE_UNREADABLE, // the reader ends the link
};

struct wire_reading {
    enum wire_outcome outcome;
    uint32_t rpc;
    uint32_t passed_over; // topics, ids and messages that the run does not have
};

/**
 * Reads a frame, which may be any bytes, as a router with these quirks does. Messages get the hops
 * that `written`, the RPC they were written from, gives them; it may be NULL: then none.
 */
struct wire_reading wire_read(struct wire *wire, struct rpc_slab *slab, struct wire_bytes frame,
                              uint64_t quirks, const struct rpc *written);

/** Whether an RPC is plain whoever writes and reads it: it has one entry, and that one topic. */
static inline bool wire_is_plain_to_all(const struct message_table *messages,
                                        const struct rpc *rpc) {
    return rpc->entry_count == 1 && (rpc->entry.kind != TRACE_RPC_MESSAGES ||
                                     !messages->items[rpc->entry.first].several_topics);
}

/**
 * Whether an RPC arrives as it was sent, entry by entry, so that nobody needs to write it: between
 * a writer and a reader with these quirks.
 */
bool wire_is_plain(const struct message_table *messages, const struct rpc *rpc,
                   uint64_t writer_quirks, uint64_t reader_quirks);

#endif
