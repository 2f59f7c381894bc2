#include "tests/support/wire_fixture.h"

enum { FUZZ_INPUTS = 100000, BOMB_CAPACITY = 1 << 17 };

/** Every other value of every byte: refused, or read as another RPC. */
static void flip_every_byte(struct wire_fixture *f, uint32_t sent) {
    struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, sent));
    for (uint32_t i = 0; i < frame.size; i++) {
        for (uint32_t flip = 1; flip < 256; flip++) {
            uint32_t received = RPC_NONE;
            struct failure failure;
            frame.bytes[i] ^= (uint8_t)flip;
            if (wire_decode_copy(f, frame, &received, &failure)) {
                assert_false(
                    wire_rpcs_are_equal(rpc_at(&f->slab, sent), rpc_at(&f->slab, received)));
                rpc_release(&f->slab, received);
            }
            frame.bytes[i] ^= (uint8_t)flip;
        }
    }
    assert_true(wire_decode_and_compare(f, frame));
    wire_give(&f->wire, frame);
}

static void given_a_message_when_any_byte_is_altered_then_it_is_refused_or_another(void **state) {
    struct wire_fixture *f = *state;
    uint32_t handle = rpc_create(&f->slab);
    rpc_add_message(&f->slab, handle, 3, WIRE_HOPS);
    rpc_seal(&f->slab, handle);

    flip_every_byte(f, handle);

    rpc_release(&f->slab, handle);
    assert_int_equal(f->slab.live, 0);
}

static void given_a_mixture_when_any_byte_is_altered_then_it_is_refused_or_another(void **state) {
    struct wire_fixture *f = *state;
    uint32_t handle = rpc_create(&f->slab);
    rpc_add_subscription(&f->slab, handle, FIXTURE_TOPIC_A, true);
    rpc_add_subscription(&f->slab, handle, FIXTURE_TOPIC_FOO, false);
    rpc_add_ihave(&f->slab, handle, FIXTURE_TOPIC_EMPTY);
    rpc_add_id(&f->slab, handle, 1);
    rpc_add_iwant(&f->slab, handle);
    rpc_add_id(&f->slab, handle, 2);
    rpc_add_graft(&f->slab, handle, FIXTURE_TOPIC_B);
    rpc_add_prune(&f->slab, handle, FIXTURE_TOPIC_A);
    rpc_seal(&f->slab, handle);

    flip_every_byte(f, handle);

    rpc_release(&f->slab, handle);
    assert_int_equal(f->slab.live, 0);
}

static void given_a_frame_when_cut_anywhere_then_it_is_refused(void **state) {
    struct wire_fixture *f = *state;
    uint32_t handle = wire_random_rpc(f, WIRE_KINDS_ALL, WIRE_SHORT_MESSAGES);
    struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));

    for (uint32_t size = 0; size < frame.size; size++) {
        struct wire_bytes cut = {.bytes = frame.bytes, .size = size};
        assert_false(wire_decode_and_compare(f, cut));
    }

    assert_true(wire_decode_and_compare(f, frame));
}

static void given_a_body_when_cut_anywhere_then_only_whole_entries_are_read(void **state) {
    struct wire_fixture *f = *state;
    uint8_t buffer[16384];
    uint32_t read_count = 0;
    uint32_t entry_count = 0;
    uint32_t handle = wire_random_rpc(f, WIRE_KINDS_ALL, WIRE_SHORT_MESSAGES);
    struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));
    uint32_t prefix_bytes = frame.bytes[0] < 0x80 ? 1 : 2;
    while (rpc_entries(rpc_at(&f->slab, handle))[entry_count].kind < TRACE_RPC_IHAVE) {
        entry_count++;
    }

    for (uint32_t size = 0; size < frame.size - prefix_bytes; size++) {
        memcpy(buffer + 10, frame.bytes + prefix_bytes, size);
        read_count += wire_decode_and_compare(f, wire_with_prefix(buffer, size));
    }

    // Behind each subscription and each message; the control part is whole or not at all.
    assert_int_equal(read_count, entry_count);
}

/** Random bytes; half of them begin as a field of an RPC does. */
static uint32_t write_noise(struct wire_fixture *f, uint8_t *body) {
    uint32_t size = prng_below(&f->prng, 80);
    for (uint32_t i = 0; i < size; i++) {
        body[i] = (uint8_t)prng_next(&f->prng);
    }
    if (size > 2 && prng_below(&f->prng, 2) == 0) {
        body[0] = (uint8_t)(0x0a + 8 * prng_below(&f->prng, 3));
        body[1] = (uint8_t)(size - 2);
        body[2] = (uint8_t)(8 * prng_below(&f->prng, 7) + 2 * prng_below(&f->prng, 2));
    }
    return size;
}

/** Changes, cuts out or doubles a byte, or copies a stretch elsewhere. Returns the new size. */
static uint32_t mutate(struct wire_fixture *f, uint8_t *body, uint32_t size) {
    uint32_t at = prng_below(&f->prng, size);
    uint32_t to = prng_below(&f->prng, size);
    uint32_t stretch = prng_below(&f->prng, size - (at > to ? at : to)) + 1;
    switch (prng_below(&f->prng, 5)) {
    case 0:
        body[at] ^= (uint8_t)(1 << prng_below(&f->prng, 8));
        return size;
    case 1:
        body[at] = (uint8_t)prng_next(&f->prng);
        return size;
    case 2:
        memmove(body + at, body + at + 1, size - at - 1);
        return size - 1;
    case 3:
        memmove(body + at + 1, body + at, size - at);
        return size + 1;
    default:
        memmove(body + to, body + at, stretch);
        return size;
    }
}

/** An RPC of short parts with a few mutations. */
static uint32_t write_mutant(struct wire_fixture *f, uint8_t *body) {
    uint32_t kinds = 1 + prng_below(&f->prng, WIRE_KINDS_ALL);
    uint32_t handle = wire_random_rpc(f, kinds, WIRE_SHORT_MESSAGES);
    struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));
    uint32_t prefix_bytes = frame.bytes[0] < 0x80 ? 1 : 2;
    uint32_t size = frame.size - prefix_bytes;
    memcpy(body, frame.bytes + prefix_bytes, size);
    wire_give(&f->wire, frame);
    rpc_release(&f->slab, handle);
    for (uint32_t left = 1 + prng_below(&f->prng, 3); left > 0 && size > 1; left--) {
        size = mutate(f, body, size);
    }
    return size;
}

static void given_random_bytes_when_decoded_then_refused_or_written_as_the_same(void **state) {
    struct wire_fixture *f = *state;
    uint8_t buffer[16384];
    uint32_t read_count = 0;

    for (uint32_t round = 0; round < FUZZ_INPUTS; round++) {
        uint32_t size = round % 2 == 0 ? write_noise(f, buffer + 10) : write_mutant(f, buffer + 10);
        struct wire_bytes frame = wire_with_prefix(buffer, size);
        if (round % 16 == 0) {
            frame.bytes[0] = (uint8_t)prng_next(&f->prng);
        }
        read_count += wire_decode_and_compare(f, frame);
    }

    // Some mutants only name another known thing; the others, and noise, are refused.
    assert_in_range(read_count, 10, FUZZ_INPUTS / 10);
    assert_int_equal(f->slab.live, 0);
}

static void
given_a_bomb_of_control_parts_when_decoded_then_it_is_refused_within_its_limit(void **state) {
    struct wire_fixture *f = *state;
    uint8_t *buffer = malloc(BOMB_CAPACITY);
    uint32_t size = 0;
    while (size + 16 < BOMB_CAPACITY) {
        size += wire_read_hex("1a041a020a00", buffer + 10 + size);
    }
    struct wire_bytes frame = wire_with_prefix(buffer, size);
    size_t before = arena_bytes(f->world.arena, MEMORY_MESSAGES);

    assert_false(wire_decode_and_compare(f, frame));

    assert_true(arena_bytes(f->world.arena, MEMORY_MESSAGES) - before <
                (size_t)BOMB_CAPACITY * 300);
    free(buffer);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_a_message_when_any_byte_is_altered_then_it_is_refused_or_another, wire_begin,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_message_when_any_byte_is_altered_then_it_is_refused_or_another,
            wire_begin_signing, wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_mixture_when_any_byte_is_altered_then_it_is_refused_or_another, wire_begin,
            wire_end),
        cmocka_unit_test_setup_teardown(given_a_frame_when_cut_anywhere_then_it_is_refused,
                                        wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_body_when_cut_anywhere_then_only_whole_entries_are_read, wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_random_bytes_when_decoded_then_refused_or_written_as_the_same, wire_begin,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_random_bytes_when_decoded_then_refused_or_written_as_the_same, wire_begin_signing,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_bomb_of_control_parts_when_decoded_then_it_is_refused_within_its_limit,
            wire_begin, wire_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
