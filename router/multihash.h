/**
 * Multihashes: the form of a peer id.
 *
 * Source: multiformats/multihash README; the table of codes is that of SEED.md §3.4's decoder,
 *         which knows fewer functions than there are.
 */
#ifndef GOSSIM_ROUTER_MULTIHASH_H
#define GOSSIM_ROUTER_MULTIHASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Whether the bytes begin with a well-formed multihash: the code of a known function in a minimal
 * varint, a size likewise that is right for it, and that many bytes. More may follow: the decoder
 * of 2020 does not mind.
 */
bool multihash_is_valid(const uint8_t *bytes, size_t size);

#endif
