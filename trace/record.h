/**
 * One thing that happened at one node: the unit of the digest and of the trace file.
 *
 * 32 bytes, no padding, little-endian on disk and under the hash. Which fields a kind uses is said
 * beside it; the others are zero, or NONE where zero would be a value. The digest covers every
 * record of a run, whichever of them are written. Record kinds and reasons are numbers of the file
 * format: never reorder, only append.
 */
#ifndef GOSSIM_TRACE_RECORD_H
#define GOSSIM_TRACE_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#define TRACE_NONE UINT32_MAX
#define TRACE_TOPIC_NONE UINT16_MAX

/** What happened. The bytes of an RPC are those of its encoding and its length prefix. */
enum trace_kind {
    TRACE_NODE_START = 1,      // the node starts; value: 1: again, state lost; 2: again, state kept
    TRACE_NODE_STOP = 2,       // the node stops; value: 1: and no link is closed
    TRACE_PEER_UP = 3,         // the link to `peer` comes up
    TRACE_PEER_DOWN = 4,       // the link to `peer` goes down
    TRACE_SUBSCRIBE = 5,       // the application subscribes to `topic`
    TRACE_UNSUBSCRIBE = 6,     // the application leaves `topic`
    TRACE_PUBLISH = 7,         // message, topic; value: data bytes; extra: expected receivers
    TRACE_PUBLISH_SKIPPED = 8, // message, topic: nobody up could publish it; at node 0
    TRACE_DELIVER = 9, // message, topic, peer (sender); value: hops; reason; extra: 1 if expected
    TRACE_DUPLICATE = 10,  // message, topic, peer; value: hops
    TRACE_SEND = 11,       // peer, reason: trace_rpc; message: first; value: bytes; extra: entries
    TRACE_LOST = 12,       // as TRACE_SEND: random loss takes this RPC
    TRACE_RECEIVE = 13,    // as TRACE_SEND, for an RPC of control entries or subscriptions
    TRACE_GRAFT = 14,      // topic, peer joins the mesh; reason; value: mesh size after
    TRACE_PRUNE = 15,      // topic, peer leaves the mesh; reason; value: mesh size after
    TRACE_REFUSE = 16,     // topic, peer: a GRAFT refused; reason
    TRACE_FANOUT_ADD = 17, // topic, peer joins the fanout; value: fanout size after
    TRACE_FANOUT_REMOVE = 18, // topic, peer (NONE: all) leaves it; reason; value: size after
    TRACE_IGNORE = 19, // message, topic, peer: a copy for a topic not subscribed to; value: hops
    TRACE_SUPPRESSED = 20, // as TRACE_SEND: the sent cache has this RPC, it is not sent
    TRACE_SKIPPED = 21, // peer, reason: trace_rpc; message, topic: the received cache has this RPC
    TRACE_ABORT = 22,   // peer: the node ends the link; reason
    TRACE_UNREAD = 23,  // as TRACE_SEND: this RPC arrived where nobody reads the link any more
    TRACE_OWN = 24,     // message, topic: a publisher's own application gets it at publication
    TRACE_PEER_REFUSED = 25, // `peer` does not speak the node's protocol: the link carries nothing
    TRACE_INJECT = 26,       // peer; value: bytes: the scenario sends an RPC in the node's name
    TRACE_DROPPED = 27, // as TRACE_SEND, at the sender or the receiver; extra: enum trace_cause
    TRACE_ROLE = 28,    // value: the node's roles from now on, one bit each (router/roles.h)
    TRACE_PAUSE = 29,   // the node stands still from now on
    TRACE_RESUME = 30,  // the node goes on, and handles what has come meanwhile
    TRACE_KIND_COUNT
};

/** The kind of an RPC: that of its first entry in the order of the schema. */
enum trace_rpc {
    TRACE_RPC_SUBSCRIPTIONS,
    TRACE_RPC_MESSAGES,
    TRACE_RPC_IHAVE,
    TRACE_RPC_IWANT,
    TRACE_RPC_GRAFT,
    TRACE_RPC_PRUNE,
    TRACE_RPC_COUNT
};

/** Why something happened; zero where there is nothing to say. */
enum trace_reason {
    REASON_NONE = 0,
    REASON_BELOW_D_LOW = 1,      // heartbeat filled the mesh to D
    REASON_ABOVE_D_HIGH = 2,     // heartbeat cut the mesh to D
    REASON_JOIN = 3,             // subscribing grafted
    REASON_LEAVE = 4,            // unsubscribing pruned
    REASON_GRAFT_RECEIVED = 5,   // the peer grafted us
    REASON_PRUNE_RECEIVED = 6,   // the peer pruned us
    REASON_NOT_SUBSCRIBED = 7,   // GRAFT for a topic we are not subscribed to
    REASON_UNSUBSCRIBED = 8,     // the peer left the topic
    REASON_DISCONNECTED = 9,     // the link went down
    REASON_FANOUT_EXPIRED = 10,  // nothing published for fanout_ttl
    REASON_FANOUT_JOINED = 11,   // the fanout became mesh
    REASON_PUSHED = 12,          // a copy came eagerly
    REASON_REQUESTED = 13,       // a copy answers our IWANT
    REASON_BAD_SIGNATURE = 14,   // the signature does not fit
    REASON_ECHO = 15,            // our own message came back
    REASON_SELF = 16,            // our own publication, handed to our own application
    REASON_TOPIC_LIMIT = 17,     // as many topics as D have a mesh
    REASON_WRITE_FAILED = 18,    // the GRAFT could not be written
    REASON_TOO_LARGE = 19,       // an RPC above the reader's limit
    REASON_UNREADABLE = 20,      // bytes that are no RPC
    REASON_HANDLING_FAILED = 21, // an RPC could not be handled to its end
    REASON_SUBSCRIPTION = 22,    // a SUB or UNSUB received filled or cut the mesh
    REASON_REJECTED = 23,        // the application's validators said no
    REASON_ROLE = 24,            // what the router does on purpose: its roles
    REASON_COUNT
};

/** Why an RPC was dropped on its way, other than by random loss. */
enum trace_cause {
    CAUSE_NONE = 0,
    CAUSE_BURST_LOSS = 1,    // the link was in a state that loses many
    CAUSE_GIVEN_UP = 2,      // lost again at every attempt to send it
    CAUSE_UPLINK_FULL = 3,   // no room in the queue of the sender's uplink
    CAUSE_DOWNLINK_FULL = 4, // no room in the queue of the receiver's downlink
    CAUSE_NODE_DOWN = 5,     // the receiver is down
    CAUSE_PARTITION = 6,     // a partition is between the two ends
    CAUSE_CLOGGED = 7,       // nothing passes on the link
    CAUSE_DEGRADED = 8,      // a fault loses more than usual
    CAUSE_FLAPPING = 9,      // nothing passes just now on a link that flaps
    CAUSE_COUNT
};

struct trace_record {
    int64_t at_ns;    // virtual time
    uint32_t node;    // whose record this is
    uint32_t peer;    // the other node, or TRACE_NONE
    uint32_t message; // message number, or TRACE_NONE
    uint32_t value;   // see the kind
    uint32_t extra;   // see the kind
    uint16_t topic;   // topic number, or TRACE_TOPIC_NONE
    uint8_t kind;     // enum trace_kind
    uint8_t reason;   // enum trace_reason; see trace_kind_is_rpc()
};

_Static_assert(sizeof(struct trace_record) == 32,
               "a record is 32 bytes on disk and under the hash");

enum { TRACE_WORDS = sizeof(struct trace_record) / sizeof(uint64_t) };

/** A record as words, whose little-endian bytes are those of the record on disk. */
struct trace_words {
    uint64_t words[TRACE_WORDS];
};

static inline struct trace_words trace_record_words(const struct trace_record *record) {
    return (struct trace_words){{
        (uint64_t)record->at_ns,
        record->node | (uint64_t)record->peer << 32,
        record->message | (uint64_t)record->value << 32,
        record->extra | (uint64_t)record->topic << 32 | (uint64_t)record->kind << 48 |
            (uint64_t)record->reason << 56,
    }};
}

/** Another peer in a record whose peer is 0. */
static inline struct trace_words trace_words_with_peer(struct trace_words record, uint32_t peer) {
    record.words[1] |= (uint64_t)peer << 32;
    return record;
}

/** The record with its fields in little-endian order; the identity on little-endian machines. */
static inline struct trace_record trace_record_little_endian(struct trace_record record) {
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    record.at_ns = (int64_t)__builtin_bswap64((uint64_t)record.at_ns);
    record.node = __builtin_bswap32(record.node);
    record.peer = __builtin_bswap32(record.peer);
    record.message = __builtin_bswap32(record.message);
    record.value = __builtin_bswap32(record.value);
    record.extra = __builtin_bswap32(record.extra);
    record.topic = __builtin_bswap16(record.topic);
#endif
    return record;
}

/** The word for a kind, RPC kind, reason or cause in exports; "unknown" outside the range. */
const char *trace_kind_name(enum trace_kind kind);
const char *trace_rpc_name(enum trace_rpc rpc);
const char *trace_reason_name(enum trace_reason reason);
const char *trace_cause_name(enum trace_cause cause);

/** True for the kinds whose reason is an enum trace_rpc. */
bool trace_kind_is_rpc(enum trace_kind kind);

/**
 * True for the kinds that level `deliveries` writes: starts, roles, subscriptions, publications,
 * deliveries.
 */
bool trace_kind_is_delivery(enum trace_kind kind);

#endif
