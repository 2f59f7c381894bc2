#include "tests/support/wire_fixture.h"

#include "router/codec_nim_2020.h"
#include "router/wire_document.h"
#include "router/wire_varint.h"
#include "tests/support/document_compare.h"

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

/** In one part, IWANT entries cannot be told apart; a strict reader sees one. */
static void join_iwants(struct rpc_document *document, struct wire_scratch *scratch, bool merged) {
    struct document_control *control = &document->control;
    for (uint32_t i = 1; merged && i < control->iwant_count; i++) {
        for (uint32_t j = 0; j < control->iwants[i].count; j++) {
            byte_spans_add(&control->iwants[0], scratch, control->iwants[i].items[j]);
        }
    }
    control->iwant_count = merged && control->iwant_count > 1 ? 1 : control->iwant_count;
}

/** An RPC of random entries in a form, with ids that are texts. */
static uint32_t random_rpc_of_form(struct wire_fixture *f, uint8_t form) {
    uint32_t handle = rpc_create(&f->slab);
    rpc_at(&f->slab, handle)->form = form;
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        for (uint32_t left = prng_below(&f->prng, 4); left > 0; left--) {
            wire_add_random_entry(f, handle, kind, WIRE_SHORT_MESSAGES);
            if (kind == TRACE_RPC_IHAVE || kind == TRACE_RPC_IWANT) {
                rpc_add_id(&f->slab, handle, prng_below(&f->prng, 9) | MESSAGE_ID_TEXT);
            }
        }
    }
    rpc_add_prune(&f->slab, handle, FIXTURE_TOPIC_A);
    rpc_seal(&f->slab, handle);
    return handle;
}

static void given_any_form_when_encoded_then_its_codec_reads_it_and_the_size_holds(void **state) {
    struct wire_fixture *f = *state;
    // As the encoder writes for others of its kind, which see all but what it garbled.
    const struct codec_nim_2020 reader = {.strict_fields = true};
    for (uint16_t number = 0; number < 8 && !f->world.messages.sign; number++) {
        message_add_topic(&f->world.messages, number, number);
    }
    for (uint32_t round = 0; round < 400; round++) {
        struct wire_scratch scratch;
        struct disagreement disagreement;
        struct nim_2020_decoded decoded;
        struct failure failure;
        wire_scratch_init(&scratch, &f->wire.pool, SIZE_MAX);
        uint8_t form = (uint8_t)(round % 4);
        uint32_t handle = random_rpc_of_form(f, form);
        const struct rpc *rpc = rpc_at(&f->slab, handle);
        struct rpc_document document = wire_document_of_rpc(&f->world.messages, rpc, &scratch);

        struct wire_bytes frame = wire_encode(&f->wire, rpc);

        uint64_t length = 0;
        size_t prefix_bytes = wire_varint_read(frame.bytes, frame.size, &length);
        struct byte_span body = {frame.bytes + prefix_bytes, frame.size - prefix_bytes};
        assert_int_equal(frame.size, rpc->size_bytes);
        assert_true(codec_nim_2020_decode(&reader, body, &scratch, &decoded, &failure));
        if ((form & RPC_FORM_GARBLED) != 0 && document.message_count > 1) {
            document.messages[0] = document.messages[document.message_count - 1];
            document.message_count = 1;
        }
        join_iwants(&document, &scratch, (form & RPC_FORM_MERGED) != 0);
        if (!documents_agree(&document, &decoded.document, PRESENCE_IS_NOTHING, &disagreement)) {
            fail_msg("form %u: %s", form, disagreement.text);
        }
        wire_give(&f->wire, frame);
        rpc_release(&f->slab, handle);
        wire_scratch_finish(&scratch);
    }
}

static void
given_an_author_that_sends_its_key_when_encoded_then_it_is_that_of_its_id(void **state) {
    struct wire_fixture *f = *state;
    struct wire_scratch scratch;
    wire_scratch_init(&scratch, &f->wire.pool, SIZE_MAX);
    f->world.messages.items[2].has_key = true;
    uint32_t handle = rpc_create(&f->slab);
    rpc_add_message(&f->slab, handle, 2, WIRE_HOPS);
    rpc_add_graft(&f->slab, handle, FIXTURE_TOPIC_A);
    rpc_seal(&f->slab, handle);

    struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));
    struct rpc_document document =
        wire_document_of_rpc(&f->world.messages, rpc_at(&f->slab, handle), &scratch);

    const uint8_t *key = document.messages[0].key.bytes;
    assert_int_equal(document.messages[0].key.size, 4 + PUBLIC_KEY_BYTES);
    assert_memory_equal(key, ((const uint8_t[]){0x08, 0x01, 0x12, 0x20}), 4);
    assert_memory_equal(key, f->world.identities.peer_ids[2 % FIXTURE_NODES] + 2,
                        4 + PUBLIC_KEY_BYTES);
    assert_int_equal(frame.size, rpc_at(&f->slab, handle)->size_bytes);
    wire_give(&f->wire, frame);
    wire_scratch_finish(&scratch);
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
        cmocka_unit_test_setup_teardown(
            given_any_form_when_encoded_then_its_codec_reads_it_and_the_size_holds, wire_begin,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_any_form_when_encoded_then_its_codec_reads_it_and_the_size_holds,
            wire_begin_signing, wire_end),
        cmocka_unit_test_setup_teardown(
            given_an_author_that_sends_its_key_when_encoded_then_it_is_that_of_its_id,
            wire_begin_signing, wire_end),
        cmocka_unit_test_setup_teardown(given_wrong_use_when_coding_then_check_fails, wire_begin,
                                        wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_computed_size_that_is_wrong_when_encoded_then_check_fails, wire_begin,
            wire_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
