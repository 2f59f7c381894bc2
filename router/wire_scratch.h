/**
 * Memory for the length of one encoding or decoding: taken piece by piece, given back all at once.
 *
 * Pieces are cut from blocks of the wire's pool, so a run that encodes every RPC uses the same few
 * blocks over and over. A scratch may have a limit: protobuf-c takes what the bytes it reads ask
 * for, and no frame may ask for more than a multiple of its own size.
 *
 *     init -> take, take, ... -> finish
 *
 * Source: DESIGN.md §2 "Memory".
 */
#ifndef GOSSIM_ROUTER_WIRE_SCRATCH_H
#define GOSSIM_ROUTER_WIRE_SCRATCH_H

#include "base/arena.h"

#include <stddef.h>

enum { WIRE_SCRATCH_ALIGNMENT = 16 };

struct wire_scratch_block;

struct wire_scratch {
    struct pool *pool;
    struct wire_scratch_block *blocks; // in use, the latest first
    unsigned char *cursor;             // free part of the latest block
    size_t left_bytes;                 // of that part
    size_t allowed_bytes;              // that may still be taken
};

/** An empty scratch from which up to `limit_bytes` may be taken. */
void wire_scratch_init(struct wire_scratch *scratch, struct pool *pool, size_t limit_bytes);

/** Bytes aligned to WIRE_SCRATCH_ALIGNMENT with arbitrary content, or NULL beyond the limit. */
void *wire_scratch_take(struct wire_scratch *scratch, size_t bytes);

/** Gives all blocks back to the pool. */
void wire_scratch_finish(struct wire_scratch *scratch);

#endif
