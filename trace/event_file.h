/**
 * Files of TraceEvents, as routers of go-libp2p-pubsub write them: read and written.
 *
 * A file is one protobuf message after the other (trace_event.proto), each behind its length as a
 * varint. Nothing in it is trusted: an event is at most EVENT_BYTES_MAX long, and one that is no
 * message is refused with its number. A file that ends within an event was cut short.
 *
 * Of an RPC, which can hold a lot, an event keeps what a record of ours can say: the kind of its
 * first entry, how many entries, the first message and topic; and the ids that it asks for.
 *
 * Source: libp2p/go-libp2p-pubsub pb/trace.proto, tracer.go "PBTracer".
 */
#ifndef GOSSIM_TRACE_EVENT_FILE_H
#define GOSSIM_TRACE_EVENT_FILE_H

#include "base/arena.h"
#include "base/failure.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { EVENT_BYTES_MAX = 64 << 20 };

/** The numbers of the format. */
enum trace_event_type {
    TRACE_EVENT_PUBLISH,
    TRACE_EVENT_REJECT,
    TRACE_EVENT_DUPLICATE,
    TRACE_EVENT_DELIVER,
    TRACE_EVENT_ADD_PEER,
    TRACE_EVENT_REMOVE_PEER,
    TRACE_EVENT_RECV_RPC,
    TRACE_EVENT_SEND_RPC,
    TRACE_EVENT_DROP_RPC,
    TRACE_EVENT_JOIN,
    TRACE_EVENT_LEAVE,
    TRACE_EVENT_GRAFT,
    TRACE_EVENT_PRUNE,
    TRACE_EVENT_COUNT
};

/** Bytes that somebody else keeps; without any where there are none. */
struct event_bytes {
    const uint8_t *bytes;
    size_t size;
};

struct trace_event {
    enum trace_event_type type;
    int64_t timestamp_ns;
    struct event_bytes node;    // peer id: whose event it is
    struct event_bytes peer;    // peer id: who sent it, who it is sent to, who joins the mesh, …
    struct event_bytes message; // its id; of an RPC the first one
    struct event_bytes topic;   // likewise
    struct event_bytes reason;  // REJECT
    enum trace_rpc rpc;         // of an RPC: the kind of its first entry
    uint32_t entries;           // of an RPC: messages, subscriptions, ids, grafts and prunes in all
    const struct event_bytes *wanted; // [wanted_count] of an RPC: ids that it asks for
    uint32_t wanted_count;
};

struct event_reader;

/** Opens a file. NULL for what cannot be read. */
struct event_reader *event_reader_open(struct arena *arena, const char *path,
                                       struct failure *failure);

enum event_step { EVENT_READ, EVENT_END, EVENT_TRUNCATED, EVENT_FAILED };

/** The next event, which is valid until the next call; FAILED fills `failure`, and names the file.
 */
enum event_step event_reader_next(struct event_reader *reader, struct trace_event *event,
                                  struct failure *failure);

/** Accepts NULL. */
void event_reader_close(struct event_reader *reader);

/** Writes an event behind its length; errors are those of the stream. */
void event_write(const struct trace_event *event, FILE *out);

#endif
