/**
 * A message in the shape that protobuf-c packs; shared by signing and by the wire form, so that
 * both see the same bytes.
 *
 * Source: libp2p pubsub/README.md "The Message", "Message Signing"; rpc.proto.
 */
#ifndef GOSSIM_ROUTER_MESSAGE_PROTO_H
#define GOSSIM_ROUTER_MESSAGE_PROTO_H

#include "router/message.h"

#include <stdint.h>

struct Pubsub__Message; // generated from rpc.proto

/** What a packed message borrows beside the table. `data` is the caller's memory, [size_bytes] of
 * the message. */
struct message_bytes {
    uint8_t *data;
    uint8_t seqno[SEQNO_BYTES];
};

/**
 * Fills `proto` with the fields that a signature covers: from, data, seqno, topic. It borrows from
 * the table and from `bytes`, which is filled, too. The table must have identities.
 */
void message_to_proto(const struct message_table *table, uint32_t number,
                      struct message_bytes *bytes, struct Pubsub__Message *proto);

#endif
