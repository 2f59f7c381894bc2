/**
 * An RPC as its bytes say it: what a wire form is decoded to and encoded from.
 *
 * A document knows nothing of a run: topics, ids and peer ids are bytes that need not name anything
 * that exists. Between it and bytes stand the codecs; between it and the numbers of a run stands
 * whoever knows the run.
 *
 *     bytes <-> codec_standard, codec_nim_2020 <-> rpc_document <-> numbers of a run, or JSON
 *
 * The bytes are borrowed, from what was decoded or from whoever built the document; the lists are
 * cut from a wire_scratch without a limit and end with it.
 *
 * Limits: a list that grew to n entries took memory for less than 4 n of them.
 * Source: libp2p pubsub/README.md "The RPC"; gossipsub-v1.0.md "Protobuf"; SEED.md §3.1.
 * Differs: a message may have several topics, as in 2020; rpc.proto knows one.
 */
#ifndef GOSSIM_ROUTER_RPC_DOCUMENT_H
#define GOSSIM_ROUTER_RPC_DOCUMENT_H

#include "router/wire_scratch.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Some bytes of somebody else. A field that is absent has no address; an empty one has. */
struct byte_span {
    const uint8_t *bytes;
    size_t size;
};

struct byte_spans {
    struct byte_span *items; // [capacity], the first `count` in use
    uint32_t count;
    uint32_t capacity;
};

struct document_subscription {
    struct byte_span topic;
    bool subscribe; // false: leaves the topic
};

struct document_message {
    struct byte_span from;
    struct byte_span data;
    struct byte_span seqno;
    struct byte_span signature;
    struct byte_span key;
    struct byte_spans topics;
};

struct document_ihave {
    struct byte_span topic;
    struct byte_spans ids;
};

struct document_control {
    struct document_ihave *ihaves; // [ihave_capacity]
    struct byte_spans *iwants;     // [iwant_capacity], the ids of each
    uint32_t ihave_count;
    uint32_t ihave_capacity;
    uint32_t iwant_count;
    uint32_t iwant_capacity;
    struct byte_spans grafts; // topics
    struct byte_spans prunes; // topics
};

struct rpc_document {
    struct document_subscription *subscriptions; // [subscription_capacity]
    struct document_message *messages;           // [message_capacity]
    uint32_t subscription_count;
    uint32_t subscription_capacity;
    uint32_t message_count;
    uint32_t message_capacity;
    bool has_control; // an empty control part is another RPC than none
    struct document_control control;
};

/** Each appends one entry without any field and returns it, until the next one is added. */
struct document_subscription *document_add_subscription(struct rpc_document *document,
                                                        struct wire_scratch *scratch);
struct document_message *document_add_message(struct rpc_document *document,
                                              struct wire_scratch *scratch);
struct document_ihave *document_add_ihave(struct document_control *control,
                                          struct wire_scratch *scratch);
struct byte_spans *document_add_iwant(struct document_control *control,
                                      struct wire_scratch *scratch);

void byte_spans_add(struct byte_spans *spans, struct wire_scratch *scratch, struct byte_span span);

#endif
