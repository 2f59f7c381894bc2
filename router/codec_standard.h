/**
 * The standard wire form of an RPC: rpc.proto through protobuf-c, without a length prefix.
 *
 * Encoding writes what the document holds, absent fields left out, each entry as a field of its
 * own. Decoding follows protobuf: any order, fields that rpc.proto does not have are passed over,
 * the last of a repeated singular field counts, parts of a control that comes twice are joined.
 *
 * Limits: a decoder takes memory for at most a fixed multiple of the bytes.
 * Source: libp2p pubsub/README.md "The RPC", "The Message"; gossipsub-v1.0.md "Protobuf".
 */
#ifndef GOSSIM_ROUTER_CODEC_STANDARD_H
#define GOSSIM_ROUTER_CODEC_STANDARD_H

#include "base/failure.h"
#include "router/rpc_document.h"

/**
 * Encodes into bytes that live as long as the scratch.
 *
 * Errors: a message with several topics, which rpc.proto cannot hold.
 */
FAILURE_WARN_UNUSED bool codec_standard_encode(const struct rpc_document *document,
                                               struct wire_scratch *scratch, struct byte_span *out,
                                               struct failure *failure);

/**
 * Decodes any bytes. The document lives as long as the scratch; the bytes are not kept.
 *
 * Errors: bytes that are no protobuf of an RPC, or that ask for more memory than an RPC of their
 * size can need. The document is empty then.
 */
FAILURE_WARN_UNUSED bool codec_standard_decode(struct byte_span bytes, struct wire_scratch *scratch,
                                               struct rpc_document *document,
                                               struct failure *failure);

#endif
