/**
 * Who the nodes are: peer ids, and Ed25519 keys when messages are signed.
 *
 * A node's peer id is the identity multihash of its protobuf-encoded Ed25519 public key; 38 bytes
 * in all:
 *
 *     0x00 0x24 | 0x08 0x01 | 0x12 0x20 | 32 bytes
 *     identity  | key type  | key field | public key
 *     of 36     | Ed25519   | of 32     |
 *
 * With signing the keys are real (libsodium, seeded from the identity stream); without, the 32
 * bytes come straight from the identity stream, as nobody will ask for the private half. Both are
 * functions of (seed, node).
 *
 * Cost: 38 bytes per node; with signing 64 more, and some 20 µs to make the keys.
 * Source: libp2p peer-ids.md "Peer IDs", "String representation"; SEED.md §3.5.
 */
#ifndef GOSSIM_ROUTER_IDENTITY_H
#define GOSSIM_ROUTER_IDENTITY_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PEER_ID_BYTES = 38,
    PUBLIC_KEY_BYTES = 32,
    PUBLIC_KEY_PROTO_BYTES = 36, // key type and key as protobuf: a peer id after its first 2 bytes
    SECRET_KEY_BYTES = 64,
    SIGNATURE_BYTES = 64,
    PEER_ID_TEXT_SIZE = 60, // room for the text of a peer id and a NUL
};

struct identities {
    uint8_t (*peer_ids)[PEER_ID_BYTES];       // [node_count]
    uint8_t (*secret_keys)[SECRET_KEY_BYTES]; // [node_count], NULL without signing
    uint32_t node_count;
};

/** Makes the identities of nodes 0 … node_count − 1; their memory is the arena's. */
void identities_init(struct identities *identities, struct arena *arena, uint32_t node_count,
                     uint64_t seed, bool sign);

/** The peer id in Base58, as people meet it (`12D3KooW…`), with a NUL. Returns `text`. */
const char *peer_id_write(const uint8_t peer_id[PEER_ID_BYTES], char text[PEER_ID_TEXT_SIZE]);

/** Signs with the node's secret key; signing must be on. */
void identity_sign(const struct identities *identities, uint32_t node, const uint8_t *bytes,
                   size_t size, uint8_t signature[SIGNATURE_BYTES]);

/** Checks a signature against the public key in a peer id; false also if the id embeds none. */
bool identity_verify(const uint8_t peer_id[PEER_ID_BYTES], const uint8_t *bytes, size_t size,
                     const uint8_t signature[SIGNATURE_BYTES]);

#endif
