#include "router/wire_scratch.h"

#include "base/check.h"

enum { BLOCK_BYTES_MIN = 4096 };

struct wire_scratch_block {
    struct wire_scratch_block *next; // linked through wire_scratch.blocks
    size_t bytes;                    // this header included
};

_Static_assert(sizeof(struct wire_scratch_block) % WIRE_SCRATCH_ALIGNMENT == 0,
               "pieces stay aligned");

void wire_scratch_init(struct wire_scratch *scratch, struct pool *pool, size_t limit_bytes) {
    CHECK(pool != NULL);
    *scratch = (struct wire_scratch){.pool = pool, .allowed_bytes = limit_bytes};
}

static void add_block(struct wire_scratch *scratch, size_t bytes) {
    size_t wanted = bytes + sizeof(struct wire_scratch_block);
    wanted = wanted < BLOCK_BYTES_MIN ? BLOCK_BYTES_MIN : wanted;
    struct wire_scratch_block *block = pool_take(scratch->pool, wanted);
    block->next = scratch->blocks;
    block->bytes = wanted;
    scratch->blocks = block;
    scratch->cursor = (unsigned char *)(block + 1);
    scratch->left_bytes = wanted - sizeof *block;
}

void *wire_scratch_take(struct wire_scratch *scratch, size_t bytes) {
    CHECK(scratch->pool != NULL);
    if (bytes > scratch->allowed_bytes) {
        return NULL;
    }
    // A piece of no bytes has an address, too.
    bytes = bytes > 0 ? bytes : 1;
    size_t rounded =
        (bytes + WIRE_SCRATCH_ALIGNMENT - 1) / WIRE_SCRATCH_ALIGNMENT * WIRE_SCRATCH_ALIGNMENT;
    if (rounded > scratch->allowed_bytes) {
        return NULL;
    }
    if (rounded > scratch->left_bytes) {
        add_block(scratch, rounded);
    }
    CHECK(rounded <= scratch->left_bytes);
    unsigned char *piece = scratch->cursor;
    scratch->cursor += rounded;
    scratch->left_bytes -= rounded;
    scratch->allowed_bytes -= rounded;
    return piece;
}

void wire_scratch_finish(struct wire_scratch *scratch) {
    struct wire_scratch_block *block = scratch->blocks;
    while (block != NULL) {
        struct wire_scratch_block *next = block->next;
        pool_give(scratch->pool, block, block->bytes);
        block = next;
    }
    *scratch = (struct wire_scratch){0};
}
