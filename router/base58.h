/**
 * Base58 with Bitcoin's alphabet: the text form of peer ids.
 *
 * The bytes are one big-endian number, written with 58 digits; each zero byte in front is one '1'
 * in front. Our own, as Debian 12 has no C library for it.
 *
 * Cost: quadratic in the size, in steps of 7 bytes and one digit; about a µs for a peer id.
 * Source: draft-msporny-base58-03; libp2p peer-ids.md "String representation".
 */
#ifndef GOSSIM_ROUTER_BASE58_H
#define GOSSIM_ROUTER_BASE58_H

#include <stddef.h>
#include <stdint.h>

/** Room that the text of `size` bytes needs at most: 1.366 digits a byte. */
static inline size_t base58_room(size_t size) {
    return size + size / 2 + 1;
}

/** Writes the text, without a NUL, at the beginning of `text[base58_room(size)]`. Returns its
 * length. `text` and `bytes` may not overlap. */
size_t base58_write(const uint8_t *bytes, size_t size, char *text);

#endif
