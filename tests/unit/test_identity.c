#include "tests/support/unit.h"

#include "router/identity.h"

#include <string.h>

enum { NODES = 5, SEED = 42 };

struct fixture {
    struct arena *arena;
    struct identities plain;
    struct identities keyed;
};

static int begin(void **state) {
    static struct fixture fixture;
    fixture.arena = arena_create(NULL);
    identities_init(&fixture.plain, fixture.arena, NODES, SEED, false);
    identities_init(&fixture.keyed, fixture.arena, NODES, SEED, true);
    *state = &fixture;
    return 0;
}

static int end(void **state) {
    struct fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

static void read_hex(const char *hex, uint8_t *out, size_t size) {
    assert_int_equal(strlen(hex), 2 * size);
    const char *digits = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        size_t high = (size_t)(strchr(digits, hex[2 * i]) - digits);
        size_t low = (size_t)(strchr(digits, hex[2 * i + 1]) - digits);
        out[i] = (uint8_t)(high << 4 | low);
    }
}

static void given_nodes_when_identified_then_ids_are_identity_multihashes_of_ed25519(void **state) {
    struct fixture *f = *state;
    static const uint8_t header[] = {0x00, 0x24, 0x08, 0x01, 0x12, 0x20};
    const struct identities *both[] = {&f->plain, &f->keyed};

    for (uint32_t i = 0; i < COUNT_OF(both); i++) {
        assert_int_equal(both[i]->node_count, NODES);
        for (uint32_t node = 0; node < NODES; node++) {
            assert_memory_equal(both[i]->peer_ids[node], header, sizeof header);
        }
    }

    assert_int_equal(PEER_ID_BYTES, sizeof header + PUBLIC_KEY_BYTES);
    assert_int_equal(header[1], 4 + PUBLIC_KEY_BYTES);
    assert_null(f->plain.secret_keys);
}

static void
given_more_nodes_or_another_seed_when_identified_then_ids_follow_seed_and_node(void **state) {
    struct fixture *f = *state;
    struct identities more;
    struct identities other;

    identities_init(&more, f->arena, 3 * NODES, SEED, false);
    identities_init(&other, f->arena, NODES, SEED + 1, false);

    for (uint32_t node = 0; node < NODES; node++) {
        assert_memory_equal(more.peer_ids[node], f->plain.peer_ids[node], PEER_ID_BYTES);
        assert_memory_not_equal(other.peer_ids[node], f->plain.peer_ids[node], PEER_ID_BYTES);
        for (uint32_t before = 0; before < node; before++) {
            assert_memory_not_equal(f->plain.peer_ids[node], f->plain.peer_ids[before],
                                    PEER_ID_BYTES);
            assert_memory_not_equal(f->keyed.peer_ids[node], f->keyed.peer_ids[before],
                                    PEER_ID_BYTES);
        }
    }
}

static void
given_a_fixed_seed_when_identified_then_the_bytes_are_those_of_every_machine(void **state) {
    struct fixture *f = *state;
    uint8_t plain[PUBLIC_KEY_BYTES];
    uint8_t keyed[PUBLIC_KEY_BYTES];

    read_hex("2b6322015e23d17d686055c591c66840d8d9e5a776fc2a147d7b9db4c62b221e", plain,
             sizeof plain);
    read_hex("2dc4a4cbedd7fbbdf136367813878ece3826069ca7bbb0dec1458b1e11a97c4d", keyed,
             sizeof keyed);

    assert_memory_equal(f->plain.peer_ids[3] + 6, plain, sizeof plain);
    assert_memory_equal(f->keyed.peer_ids[3] + 6, keyed, sizeof keyed);
}

static void given_rfc_8032_vectors_when_signed_and_verified_then_they_hold(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *secret;
        const char *public;
        const char *message;
        const char *signature;
    } rows[] = {
        {"test 1", "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
         "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
         "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
        {"test 2", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
         "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
         "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
         "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
        {"test 3", "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
         "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
         "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
         "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint8_t peer_ids[1][PEER_ID_BYTES] = {{0x00, 0x24, 0x08, 0x01, 0x12, 0x20}};
        uint8_t secret_keys[1][SECRET_KEY_BYTES];
        uint8_t message[2] = {0};
        uint8_t expected[SIGNATURE_BYTES];
        uint8_t made[SIGNATURE_BYTES];
        size_t size = strlen(rows[i].message) / 2;
        struct identities identities = {peer_ids, secret_keys, 1};
        read_hex(rows[i].public, peer_ids[0] + 6, PUBLIC_KEY_BYTES);
        read_hex(rows[i].secret, secret_keys[0], 32);
        memcpy(secret_keys[0] + 32, peer_ids[0] + 6, PUBLIC_KEY_BYTES);
        read_hex(rows[i].message, message, size);
        read_hex(rows[i].signature, expected, sizeof expected);

        identity_sign(&identities, 0, message, size, made);

        if (memcmp(made, expected, sizeof made) != 0) {
            fail_msg("%s: another signature", rows[i].name);
        }
        if (!identity_verify(peer_ids[0], message, size, expected)) {
            fail_msg("%s: refused", rows[i].name);
        }
    }
}

static void given_a_signature_when_anything_is_altered_then_it_does_not_hold(void **state) {
    struct fixture *f = *state;
    uint8_t bytes[] = "libp2p-pubsub: some bytes";
    uint8_t signature[SIGNATURE_BYTES];
    identity_sign(&f->keyed, 2, bytes, sizeof bytes, signature);
    assert_true(identity_verify(f->keyed.peer_ids[2], bytes, sizeof bytes, signature));

    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(identity_verify(f->keyed.peer_ids[2], bytes, sizeof bytes, signature));
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
        assert_false(identity_verify(f->keyed.peer_ids[2], bytes, sizeof bytes, signature));
        signature[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }

    assert_false(identity_verify(f->keyed.peer_ids[2], bytes, sizeof bytes - 1, signature));
    assert_false(identity_verify(f->keyed.peer_ids[1], bytes, sizeof bytes, signature));
    assert_false(identity_verify(f->plain.peer_ids[2], bytes, sizeof bytes, signature));
    assert_true(identity_verify(f->keyed.peer_ids[2], bytes, sizeof bytes, signature));
}

static void given_a_peer_id_without_a_key_when_verified_then_it_does_not_hold(void **state) {
    struct fixture *f = *state;
    uint8_t bytes[] = {1, 2, 3};
    uint8_t signature[SIGNATURE_BYTES];
    uint8_t hashed[PEER_ID_BYTES];
    identity_sign(&f->keyed, 0, bytes, sizeof bytes, signature);

    for (uint32_t i = 0; i < 6; i++) {
        memcpy(hashed, f->keyed.peer_ids[0], sizeof hashed);
        hashed[i] ^= 0x12;
        assert_false(identity_verify(hashed, bytes, sizeof bytes, signature));
    }
}

static void given_no_keys_or_no_such_node_when_signing_then_check_fails(void **state) {
    struct fixture *f = *state;
    uint8_t signature[SIGNATURE_BYTES];

    expect_assert_failure(identity_sign(&f->plain, 0, signature, 0, signature));
    expect_assert_failure(identity_sign(&f->keyed, NODES, signature, 0, signature));
}

/** The number that a text of Base58 stands for, as big-endian bytes. */
static void read_base58(const char *text, uint8_t *out, size_t size) {
    const char *digits = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    memset(out, 0, size);
    for (; *text != '\0'; text++) {
        const char *digit = strchr(digits, *text);
        assert_non_null(digit);
        unsigned carry = (unsigned)(digit - digits);
        for (size_t i = size; i > 0; i--) {
            carry += 58U * out[i - 1];
            out[i - 1] = (uint8_t)carry;
            carry >>= 8;
        }
        assert_int_equal(carry, 0);
    }
}

static void
given_peer_ids_when_written_then_texts_that_begin_as_all_do_and_read_back(void **state) {
    struct fixture *f = *state;
    for (uint32_t node = 0; node < NODES; node++) {
        char text[PEER_ID_TEXT_SIZE];
        uint8_t again[PEER_ID_BYTES];

        peer_id_write(f->plain.peer_ids[node], text);

        assert_int_equal(strlen(text), 52);
        assert_memory_equal(text, "12D3KooW", 8);
        read_base58(text, again, sizeof again);
        assert_memory_equal(again, f->plain.peer_ids[node], PEER_ID_BYTES);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_nodes_when_identified_then_ids_are_identity_multihashes_of_ed25519, begin, end),
        cmocka_unit_test_setup_teardown(
            given_more_nodes_or_another_seed_when_identified_then_ids_follow_seed_and_node, begin,
            end),
        cmocka_unit_test_setup_teardown(
            given_a_fixed_seed_when_identified_then_the_bytes_are_those_of_every_machine, begin,
            end),
        cmocka_unit_test(given_rfc_8032_vectors_when_signed_and_verified_then_they_hold),
        cmocka_unit_test_setup_teardown(
            given_a_signature_when_anything_is_altered_then_it_does_not_hold, begin, end),
        cmocka_unit_test_setup_teardown(
            given_a_peer_id_without_a_key_when_verified_then_it_does_not_hold, begin, end),
        cmocka_unit_test_setup_teardown(given_no_keys_or_no_such_node_when_signing_then_check_fails,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            given_peer_ids_when_written_then_texts_that_begin_as_all_do_and_read_back, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
