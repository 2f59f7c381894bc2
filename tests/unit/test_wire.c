#include "tests/support/wire_fixture.h"

enum { MIXTURES = 4000 };

static void
given_mixtures_of_entries_when_encoded_then_size_holds_and_they_decode_to_themselves(void **state) {
    struct wire_fixture *f = *state;

    for (uint32_t round = 0; round < MIXTURES; round++) {
        uint32_t kinds = 1 + prng_below(&f->prng, WIRE_KINDS_ALL);
        uint32_t messages = round % 8 == 0 ? WIRE_MESSAGES : WIRE_SHORT_MESSAGES;
        uint32_t sent = wire_random_rpc(f, kinds, messages);
        uint32_t received = RPC_NONE;
        struct failure failure = {.message = ""};
        struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, sent));
        assert_int_equal(frame.size, rpc_at(&f->slab, sent)->size_bytes);
        if (!wire_decode_copy(f, frame, &received, &failure)) {
            fail_msg("round %u: %s", round, failure.message);
        }
        assert_true(wire_rpcs_are_equal(rpc_at(&f->slab, sent), rpc_at(&f->slab, received)));
        assert_int_equal(rpc_at(&f->slab, received)->references, 0);
        wire_give(&f->wire, frame);
        rpc_release(&f->slab, sent);
        rpc_release(&f->slab, received);
    }

    assert_int_equal(f->slab.live, 0);
}

static void given_every_message_and_topic_when_sent_alone_then_size_holds(void **state) {
    struct wire_fixture *f = *state;

    for (uint32_t i = 0; i < WIRE_MESSAGES + FIXTURE_TOPICS; i++) {
        uint32_t handle = rpc_create(&f->slab);
        if (i < WIRE_MESSAGES) {
            rpc_add_message(&f->slab, handle, i, WIRE_HOPS);
        } else {
            rpc_add_subscription(&f->slab, handle, (uint16_t)(i - WIRE_MESSAGES), i % 2 == 0);
        }
        rpc_seal(&f->slab, handle);
        struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));
        assert_int_equal(frame.size, rpc_at(&f->slab, handle)->size_bytes);
        assert_true(wire_decode_and_compare(f, frame));
        wire_give(&f->wire, frame);
        rpc_release(&f->slab, handle);
    }
}

static void given_many_small_entries_when_encoded_then_they_decode(void **state) {
    struct wire_fixture *f = *state;

    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        uint32_t handle = rpc_create(&f->slab);
        for (uint32_t i = 0; kind != TRACE_RPC_MESSAGES && i < 20000; i++) {
            if (kind == TRACE_RPC_SUBSCRIPTIONS) {
                rpc_add_subscription(&f->slab, handle, FIXTURE_TOPIC_EMPTY, true);
            } else if (kind == TRACE_RPC_IWANT) {
                rpc_add_iwant(&f->slab, handle);
            } else if (kind == TRACE_RPC_IHAVE) {
                rpc_add_ihave(&f->slab, handle, FIXTURE_TOPIC_EMPTY);
            } else {
                rpc_add_prune(&f->slab, handle, FIXTURE_TOPIC_EMPTY);
            }
        }
        rpc_add_prune(&f->slab, handle, FIXTURE_TOPIC_EMPTY);
        rpc_seal(&f->slab, handle);
        struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));
        assert_true(wire_decode_and_compare(f, frame));
        wire_give(&f->wire, frame);
        rpc_release(&f->slab, handle);
    }
}

static void given_the_same_rpc_when_coded_again_then_memory_does_not_grow(void **state) {
    struct wire_fixture *f = *state;
    uint32_t handle = wire_random_rpc(f, WIRE_KINDS_ALL, WIRE_SHORT_MESSAGES);
    struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));
    assert_true(wire_decode_and_compare(f, frame));
    size_t before = arena_bytes(f->world.arena, MEMORY_MESSAGES);

    for (uint32_t round = 0; round < 100; round++) {
        assert_true(wire_decode_and_compare(f, frame));
    }

    assert_int_equal(arena_bytes(f->world.arena, MEMORY_MESSAGES), before);
}

static void given_wrong_use_when_coding_then_check_fails(void **state) {
    struct wire_fixture *f = *state;
    struct wire other;
    uint32_t unsealed = rpc_create(&f->slab);
    rpc_add_graft(&f->slab, unsealed, FIXTURE_TOPIC_A);
    struct message_table nameless = f->world.messages;
    nameless.identities = NULL;
    f->world.topic_names[FIXTURE_TOPIC_B] = f->world.topic_names[FIXTURE_TOPIC_A];

    expect_assert_failure(wire_encode(&f->wire, rpc_at(&f->slab, unsealed)));
    expect_assert_failure(wire_add_message(&f->wire, 0));
    expect_assert_failure(wire_init(&other, f->world.arena, &nameless));
    expect_assert_failure(wire_init(&other, f->world.arena, &f->world.messages));
}

static void given_a_computed_size_that_is_wrong_when_encoded_then_check_fails(void **state) {
    struct wire_fixture *f = *state;
    uint32_t handle = wire_random_rpc(f, 1 << TRACE_RPC_GRAFT, 1);
    rpc_at(&f->slab, handle)->size_bytes++;

    expect_assert_failure(wire_encode(&f->wire, rpc_at(&f->slab, handle)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_mixtures_of_entries_when_encoded_then_size_holds_and_they_decode_to_themselves,
            wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_mixtures_of_entries_when_encoded_then_size_holds_and_they_decode_to_themselves,
            wire_begin_signing, wire_end),
        cmocka_unit_test_setup_teardown(
            given_every_message_and_topic_when_sent_alone_then_size_holds, wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_every_message_and_topic_when_sent_alone_then_size_holds, wire_begin_signing,
            wire_end),
        cmocka_unit_test_setup_teardown(given_many_small_entries_when_encoded_then_they_decode,
                                        wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_the_same_rpc_when_coded_again_then_memory_does_not_grow, wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(given_wrong_use_when_coding_then_check_fails, wire_begin,
                                        wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_computed_size_that_is_wrong_when_encoded_then_check_fails, wire_begin,
            wire_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
