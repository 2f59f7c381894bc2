/**
 * From the numbers of a run to a document: an RPC with the real bytes in it.
 *
 *     struct rpc --wire_document_of_rpc()--> rpc_document --a codec--> bytes
 *
 * Cost:   some µs for a message of 1 KiB, whose data is made again.
 * Source: libp2p pubsub/README.md "The RPC", "The Message"; SEED.md §3.6, §3.7.
 */
#ifndef GOSSIM_ROUTER_WIRE_DOCUMENT_H
#define GOSSIM_ROUTER_WIRE_DOCUMENT_H

#include "router/rpc.h"
#include "router/rpc_document.h"

/**
 * Makes the document of an RPC; the table must have identities. It borrows from the table and lives
 * as long as the scratch.
 */
struct rpc_document wire_document_of_rpc(const struct message_table *messages,
                                         const struct rpc *rpc, struct wire_scratch *scratch);

#endif
