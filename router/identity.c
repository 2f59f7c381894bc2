#include "router/identity.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/prng.h"
#include "router/base58.h"

#include <sodium.h>
#include <string.h>

enum { PEER_ID_HEADER_BYTES = PEER_ID_BYTES - PUBLIC_KEY_BYTES };

// Identity multihash of 36 bytes, then the protobuf of the key: type Ed25519, 32 bytes.
static const uint8_t peer_id_header[PEER_ID_HEADER_BYTES] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};

_Static_assert(PUBLIC_KEY_BYTES == crypto_sign_PUBLICKEYBYTES, "libsodium's public keys");
_Static_assert(SECRET_KEY_BYTES == crypto_sign_SECRETKEYBYTES, "libsodium's secret keys");
_Static_assert(SIGNATURE_BYTES == crypto_sign_BYTES, "libsodium's signatures");
_Static_assert(PUBLIC_KEY_BYTES == crypto_sign_SEEDBYTES, "one draw serves as key or as its seed");

/** 32 bytes of the node's identity stream: its public key, or what its key pair is made from. */
static void draw_key_bytes(uint64_t seed, uint32_t node, uint8_t out[PUBLIC_KEY_BYTES]) {
    struct prng prng = prng_stream(seed, STREAM_IDENTITY, node);
    for (uint32_t i = 0; i < PUBLIC_KEY_BYTES; i += sizeof(uint64_t)) {
        uint64_t word = hash_word(prng_next(&prng));
        memcpy(out + i, &word, sizeof word);
    }
}

void identities_init(struct identities *identities, struct arena *arena, uint32_t node_count,
                     uint64_t seed, bool sign) {
    CHECK(arena != NULL);
    memset(identities, 0, sizeof *identities);
    identities->node_count = node_count;
    identities->peer_ids = arena_take_array(arena, MEMORY_TABLES, node_count, PEER_ID_BYTES);
    if (sign) {
        CHECK(sodium_init() >= 0);
        identities->secret_keys =
            arena_take_array(arena, MEMORY_TABLES, node_count, SECRET_KEY_BYTES);
    }
    for (uint32_t node = 0; node < node_count; node++) {
        uint8_t *public_key = identities->peer_ids[node] + PEER_ID_HEADER_BYTES;
        memcpy(identities->peer_ids[node], peer_id_header, PEER_ID_HEADER_BYTES);
        draw_key_bytes(seed, node, public_key);
        if (sign) {
            uint8_t key_seed[PUBLIC_KEY_BYTES];
            memcpy(key_seed, public_key, sizeof key_seed);
            int made =
                crypto_sign_seed_keypair(public_key, identities->secret_keys[node], key_seed);
            CHECK(made == 0);
        }
    }
}

const char *peer_id_write(const uint8_t peer_id[PEER_ID_BYTES], char text[PEER_ID_TEXT_SIZE]) {
    CHECK(base58_room(PEER_ID_BYTES) < PEER_ID_TEXT_SIZE);
    text[base58_write(peer_id, PEER_ID_BYTES, text)] = '\0';
    return text;
}

void identity_sign(const struct identities *identities, uint32_t node, const uint8_t *bytes,
                   size_t size, uint8_t signature[SIGNATURE_BYTES]) {
    CHECK(node < identities->node_count);
    CHECK(identities->secret_keys != NULL);
    int made = crypto_sign_detached(signature, NULL, bytes, size, identities->secret_keys[node]);
    CHECK(made == 0);
}

bool identity_verify(const uint8_t peer_id[PEER_ID_BYTES], const uint8_t *bytes, size_t size,
                     const uint8_t signature[SIGNATURE_BYTES]) {
    CHECK(bytes != NULL);
    CHECK(signature != NULL);
    if (memcmp(peer_id, peer_id_header, PEER_ID_HEADER_BYTES) != 0) {
        return false;
    }
    return crypto_sign_verify_detached(signature, bytes, size, peer_id + PEER_ID_HEADER_BYTES) == 0;
}
