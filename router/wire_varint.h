/**
 * Unsigned varints as protobuf has them: seven bits a byte, the lowest first.
 *
 * Source: Protocol Buffers "Encoding", Base 128 Varints; libp2p pubsub/README.md "The RPC".
 */
#ifndef GOSSIM_ROUTER_WIRE_VARINT_H
#define GOSSIM_ROUTER_WIRE_VARINT_H

#include <stddef.h>
#include <stdint.h>

enum { WIRE_VARINT_BYTES_MAX = 10 };

/**
 * Reads a varint at the beginning of `bytes`. Returns how many bytes it takes, or 0 if it does not
 * end within `size` or within ten bytes. Bits beyond the 64th are dropped; whether it takes more
 * bytes than its value needs is for the caller to see (varint_bytes()).
 */
size_t wire_varint_read(const uint8_t *bytes, size_t size, uint64_t *value);

/** Writes the shortest form; returns how many bytes it takes. */
uint32_t wire_varint_write(uint64_t value, uint8_t *out);

#endif
