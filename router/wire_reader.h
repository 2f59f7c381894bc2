/**
 * Turns an unpacked RPC into numbers: the middle of wire_decode().
 *
 * The reader gets the structures that protobuf-c made of some bytes, any bytes, and appends to an
 * RPC of the slab what they say, entry by entry. Each field must be there and name something that
 * exists; the first that does not ends the reading with a failure that names it, as in
 * `publish[3].topic`. What the structures cannot show (order, padding, fields that rpc.proto does
 * not have) is left to the caller.
 *
 * Source: libp2p pubsub/README.md "The RPC", "The Message"; gossipsub-v1.0.md "Protobuf".
 */
#ifndef GOSSIM_ROUTER_WIRE_READER_H
#define GOSSIM_ROUTER_WIRE_READER_H

#include "base/failure.h"
#include "router/wire.h"
#include "router/wire_scratch.h"

#include <stdbool.h>
#include <stdint.h>

struct Pubsub__RPC; // generated from rpc.proto

struct wire_reader {
    const struct wire *wire; // what the bytes may name
    struct rpc_slab *slab;
    struct wire_scratch *scratch; // room for the data that a message must have
    struct failure *failure;
    uint32_t handle; // the RPC that grows, not yet sealed
    uint32_t hops;   // given to every message entry
};

/** Appends all entries of `rpc`. False and a failure at the first wrong field; the RPC is then
 * incomplete. */
FAILURE_WARN_UNUSED bool wire_read_rpc(struct wire_reader *reader, const struct Pubsub__RPC *rpc);

#endif
