#include "router/rpc.pb-c.h"
#include "router/wire.h"
#include "router/wire_reader.h"
#include "router/wire_scratch.h"
#include "router/wire_varint.h"

#include <inttypes.h>
#include <string.h>

// What protobuf-c takes for a frame of many small entries is up to 60 times the frame; a frame that
// asks for more is made to be expensive (each further control part, say, copies all before it).
enum { SCRATCH_BYTES_MIN = 16384, SCRATCH_BYTES_PER_BYTE = 128 };

static void *allocate(void *scratch, size_t bytes) {
    return wire_scratch_take(scratch, bytes);
}

/** The scratch takes everything back at once. */
static void keep(void *scratch, void *piece) {
    (void)scratch;
    (void)piece;
}

/** Finds the RPC behind the length prefix, which must be minimal and cover exactly what follows. */
static bool read_prefix(struct wire_bytes frame, uint32_t *prefix_bytes, struct failure *failure) {
    uint64_t value = 0;
    uint32_t count = (uint32_t)wire_varint_read(frame.bytes, frame.size, &value);
    if (count == 0) {
        uint32_t limit = frame.size < WIRE_VARINT_BYTES_MAX ? frame.size : WIRE_VARINT_BYTES_MAX;
        return failure_bad_input(failure, "the length prefix does not end within %u bytes", limit);
    }
    if (count != varint_bytes(value)) {
        return failure_bad_input(failure, "the length prefix takes %u bytes, not %u", count,
                                 varint_bytes(value));
    }
    if (value != frame.size - count) {
        return failure_bad_input(failure, "the length prefix says %" PRIu64 " bytes, %u follow",
                                 value, frame.size - count);
    }
    CHECK(count > 0);
    CHECK(count <= frame.size);
    *prefix_bytes = count;
    return true;
}

/** Whether the bytes are those that the encoder writes for the RPC they were read as. */
static bool check_form(struct wire *wire, const struct rpc *rpc, struct wire_bytes frame,
                       struct failure *failure) {
    CHECK(rpc->size_bytes > 0);
    CHECK(rpc->references == 0);
    if (rpc->size_bytes != frame.size) {
        return failure_bad_input(
            failure,
            "the RPC came in %u bytes and takes %u: a field is unknown, repeated or padded",
            frame.size, rpc->size_bytes);
    }
    struct wire_bytes expected = wire_encode(wire, rpc);
    CHECK(expected.size == frame.size);
    bool same = memcmp(expected.bytes, frame.bytes, frame.size) == 0;
    wire_give(wire, expected);
    return same ||
           failure_bad_input(
               failure,
               "the RPC came in another form than is written: fields or entries out of order");
}

/** Turns the unpacked structures into an RPC of the slab. */
static bool convert(struct wire *wire, struct wire_reader *reader, const Pubsub__RPC *proto,
                    struct wire_bytes frame) {
    reader->handle = rpc_create(reader->slab);
    const struct rpc *rpc = rpc_at(reader->slab, reader->handle);
    bool ok = wire_read_rpc(reader, proto);
    if (ok && rpc->entry_count == 0) {
        ok = failure_bad_input(reader->failure, "the RPC has no entry");
    }
    if (ok) {
        rpc_seal(reader->slab, reader->handle);
        ok = check_form(wire, rpc, frame, reader->failure);
    }
    if (!ok) {
        rpc_release(reader->slab, reader->handle);
    }
    return ok;
}

uint32_t wire_decode(struct wire *wire, struct rpc_slab *slab, struct wire_bytes frame,
                     uint32_t hops, struct failure *failure) {
    CHECK(slab->messages == wire->messages);
    CHECK(frame.size == 0 || frame.bytes != NULL);
    uint32_t prefix_bytes = 0;
    if (!read_prefix(frame, &prefix_bytes, failure)) {
        return RPC_NONE;
    }
    struct wire_scratch scratch;
    wire_scratch_init(&scratch, &wire->pool,
                      SCRATCH_BYTES_MIN + (size_t)frame.size * SCRATCH_BYTES_PER_BYTE);
    ProtobufCAllocator allocator = {allocate, keep, &scratch};
    struct wire_reader reader = {
        .wire = wire, .slab = slab, .scratch = &scratch, .failure = failure, .hops = hops};
    const Pubsub__RPC *proto =
        pubsub__rpc__unpack(&allocator, frame.size - prefix_bytes, frame.bytes + prefix_bytes);
    bool ok = proto != NULL ? convert(wire, &reader, proto, frame)
                            : failure_bad_input(failure, "the bytes are no protobuf of an RPC");
    wire_scratch_finish(&scratch);
    if (!ok) {
        return RPC_NONE;
    }
    CHECK(rpc_at(slab, reader.handle)->size_bytes == frame.size);
    return reader.handle;
}
