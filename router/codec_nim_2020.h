/**
 * The wire form of an RPC as the router of July 2020 writes and reads it, without a length prefix.
 *
 * With one entry of each kind its bytes are those of the standard form. Beyond that the encoder
 * damages what it writes and the decoder misreads what others write, each in several ways; every
 * way is a fault of its own here, and can be repaired alone. With all of them the codec is that of
 * 2020; with none the encoder writes what codec_standard writes, and the decoder reads all that a
 * standard encoder may write.
 *
 * The decoder is a cursor. It enters a part by stepping over its key and length and then reads the
 * fields that it expects, wherever the part ends:
 *
 *     0a 07 | 08 01 | 12 03 66 6f 6f | 12 0f | 0a 02 ...
 *     enter   bool    topic            expected: 08, 12; so this is another topic, of 15 bytes
 *
 * What cannot be read ends decoding without an error: what was read so far is the result. Some
 * fields that it does not know raise an exception instead, upon which a node drops the link.
 *
 * Limits: a decoder takes memory for at most a fixed multiple of the bytes.
 * Cost:   linear in the bytes.
 * Source: SEED.md §3.1, §3.3, §3.4; quirks Q47 to Q53.
 */
#ifndef GOSSIM_ROUTER_CODEC_NIM_2020_H
#define GOSSIM_ROUTER_CODEC_NIM_2020_H

#include "base/failure.h"
#include "router/rpc_document.h"

/** The faults; false: repaired. */
struct codec_nim_2020 {
    // of the encoder
    bool merge_entries;    // Q47: all IHAVE (IWANT, GRAFT, PRUNE) entries go into one field
    bool garble_messages;  // Q48: all messages go into one field and overwrite each other there
    bool abort_when_empty; // Q53: a part without content stops the program

    // of the decoder
    bool first_control_kind_only; // Q49: entries of other kinds than the first are lost
    bool unbounded_submessages;   // Q50: the end of a part is not heeded
    bool unknown_field_throws;    // Q51: in an RPC and in a control part
    bool strict_fields; // Q52: ascending order; from, data, seqno compulsory; from a multihash;
                        // no padded varints
};

/** The codec of 2020: with every fault. */
struct codec_nim_2020 codec_nim_2020_original(void);

/**
 * Encodes into bytes that live as long as the scratch. from, data and seqno of a message, and all
 * topics, are written also when absent, signature and key only when they are not empty.
 *
 * Errors: with `abort_when_empty` what the original would die of: a control part without entries,
 * or one of only IWANT entries without ids.
 */
FAILURE_WARN_UNUSED bool codec_nim_2020_encode(const struct codec_nim_2020 *codec,
                                               const struct rpc_document *document,
                                               struct wire_scratch *scratch, struct byte_span *out,
                                               struct failure *failure);

struct nim_2020_decoded {
    struct rpc_document document; // borrows from the bytes
    size_t read_bytes;            // where the cursor stopped; less than all: a partial result
};

/**
 * Decodes any bytes; they must live as long as the document, the lists live as long as the
 * scratch.
 *
 * Errors: with `unknown_field_throws`, where the original raises an exception. `read_bytes` is then
 * where the unknown field begins, and the document is empty.
 */
FAILURE_WARN_UNUSED bool codec_nim_2020_decode(const struct codec_nim_2020 *codec,
                                               struct byte_span bytes, struct wire_scratch *scratch,
                                               struct nim_2020_decoded *decoded,
                                               struct failure *failure);

#endif
