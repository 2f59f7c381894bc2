// Any bytes, in any mood of the decoders: no read beyond them, no end but the documented ones,
// memory and time in proportion.
#include "tests/support/unit.h"

#include "router/codec_nim_2020.h"
#include "router/codec_standard.h"
#include "router/message_id_text.h"
#include "tests/support/document_compare.h"
#include "tests/support/document_fixture.h"

#include <stdlib.h>
#include <string.h>

enum {
    INPUTS = 20000,
    NOISE_BYTES_MAX = 120,
    MUTATIONS_MAX = 4,
    FLOOD_BYTES = 1 << 16,
    BYTES_PER_BYTE_MAX = 300,
    ENCODER_FAULT_SETS = 4, // bits 0 and 1 of a set of faults
    DECODER_FAULT_SETS = 16,
};

static struct codec_nim_2020 codec_of(uint32_t faults) {
    return (struct codec_nim_2020){.merge_entries = (faults & 1) != 0,
                                   .garble_messages = (faults & 2) != 0,
                                   .first_control_kind_only = (faults & 4) != 0,
                                   .unbounded_submessages = (faults & 8) != 0,
                                   .unknown_field_throws = (faults & 16) != 0,
                                   .strict_fields = (faults & 32) != 0};
}

static bool is_inside(struct byte_span outer, struct byte_span span) {
    return span.bytes == NULL ||
           (span.bytes >= outer.bytes && span.bytes + span.size <= outer.bytes + outer.size);
}

static void expect_inside(struct byte_span bytes, const struct byte_spans *spans) {
    for (uint32_t i = 0; i < spans->count; i++) {
        assert_true(is_inside(bytes, spans->items[i]));
    }
}

/** What a document borrows lies within the bytes it was read from. */
static void expect_borrowed(struct byte_span bytes, const struct rpc_document *document) {
    const struct document_control *control = &document->control;
    for (uint32_t i = 0; i < document->subscription_count; i++) {
        assert_true(is_inside(bytes, document->subscriptions[i].topic));
    }
    for (uint32_t i = 0; i < document->message_count; i++) {
        const struct document_message *message = &document->messages[i];
        assert_true(is_inside(bytes, message->from));
        assert_true(is_inside(bytes, message->data));
        assert_true(is_inside(bytes, message->seqno));
        assert_true(is_inside(bytes, message->signature));
        assert_true(is_inside(bytes, message->key));
        expect_inside(bytes, &message->topics);
    }
    for (uint32_t i = 0; i < control->ihave_count; i++) {
        assert_true(is_inside(bytes, control->ihaves[i].topic));
        expect_inside(bytes, &control->ihaves[i].ids);
    }
    for (uint32_t i = 0; i < control->iwant_count; i++) {
        expect_inside(bytes, &control->iwants[i]);
    }
    expect_inside(bytes, &control->grafts);
    expect_inside(bytes, &control->prunes);
}

/** Decodes with some faults; what was read must be written and read again as the same by none. */
static bool decode_and_compare(struct document_fixture *f, struct byte_span bytes,
                               uint32_t faults) {
    const struct codec_nim_2020 codec = codec_of(faults);
    const struct codec_nim_2020 repaired = {0};
    uint8_t *copy = document_copy_bytes(bytes);
    struct byte_span copied = {copy, bytes.size};
    struct nim_2020_decoded decoded;
    struct nim_2020_decoded again;
    struct byte_span written;
    struct failure failure = {.message = ""};
    struct disagreement disagreement;
    bool ok = codec_nim_2020_decode(&codec, copied, &f->scratch, &decoded, &failure);
    assert_true(decoded.read_bytes <= bytes.size);
    assert_true(ok || codec.unknown_field_throws);
    assert_true(ok == (failure.message[0] == '\0'));
    expect_borrowed(copied, &decoded.document);
    assert_true(
        codec_nim_2020_encode(&repaired, &decoded.document, &f->scratch, &written, &failure));
    assert_true(codec_nim_2020_decode(&repaired, written, &f->scratch, &again, &failure));
    assert_int_equal(again.read_bytes, written.size);
    if (!documents_agree(&decoded.document, &again.document, PRESENCE_IS_NOTHING, &disagreement)) {
        fail_msg("faults %u: %s", faults, disagreement.text);
    }
    for (uint32_t i = 0; i < decoded.document.message_count; i++) {
        const struct document_message *message = &decoded.document.messages[i];
        message_id_text(message->from, message->seqno, &f->scratch);
    }
    free(copy);
    return ok;
}

/** Random bytes that begin as a field of an RPC does, every other time. */
static struct byte_span make_noise(struct document_fixture *f) {
    size_t size = prng_below(&f->prng, NOISE_BYTES_MAX);
    uint8_t *bytes = wire_scratch_take(&f->scratch, size);
    for (size_t i = 0; i < size; i++) {
        // Small values are keys and lengths, and 0x12 0x20 begins a peer id.
        bytes[i] = prng_below(&f->prng, 2) == 0 ? (uint8_t)prng_next(&f->prng)
                                                : (uint8_t)prng_below(&f->prng, 0x32);
    }
    if (size > 2 && prng_below(&f->prng, 2) == 0) {
        bytes[0] = (uint8_t)(0x0a + 8 * prng_below(&f->prng, 3));
        bytes[1] = (uint8_t)(size - 2);
        bytes[2] = (uint8_t)(8 * prng_below(&f->prng, 7) + 2 * prng_below(&f->prng, 2));
    }
    return (struct byte_span){bytes, size};
}

static struct byte_span encode_random(struct document_fixture *f) {
    const struct document_taste taste = {.several_topics = true,
                                         .any_from = prng_below(&f->prng, 2) == 0,
                                         .empty = true,
                                         .entries_max = 3};
    const struct codec_nim_2020 codec = codec_of(prng_below(&f->prng, ENCODER_FAULT_SETS));
    struct rpc_document document = document_random(f, &taste);
    struct byte_span bytes = {0};
    struct failure failure;
    assert_true(codec_nim_2020_encode(&codec, &document, &f->scratch, &bytes, &failure));
    return bytes;
}

/** An RPC with bytes changed, and sometimes cut short. */
static struct byte_span make_mutant(struct document_fixture *f) {
    struct byte_span source = encode_random(f);
    if (source.size == 0) {
        return source;
    }
    uint8_t *bytes = wire_scratch_take(&f->scratch, source.size);
    memcpy(bytes, source.bytes, source.size);
    for (uint32_t left = 1 + prng_below(&f->prng, MUTATIONS_MAX); left > 0; left--) {
        uint32_t at = prng_below(&f->prng, (uint32_t)source.size);
        uint8_t flipped = (uint8_t)(bytes[at] ^ 1 << (left & 7));
        bytes[at] = prng_below(&f->prng, 2) == 0 ? (uint8_t)prng_next(&f->prng) : flipped;
    }
    size_t size =
        prng_below(&f->prng, 3) > 0 ? source.size : prng_below(&f->prng, (uint32_t)source.size);
    return (struct byte_span){bytes, size};
}

static void given_any_bytes_when_decoded_then_only_documented_ends(void **state) {
    struct document_fixture *f = *state;
    uint32_t read = 0;

    for (uint32_t i = 0; i < INPUTS; i++) {
        struct byte_span bytes = i % 2 == 0 ? make_noise(f) : make_mutant(f);
        read += decode_and_compare(f, bytes,
                                   prng_below(&f->prng, ENCODER_FAULT_SETS * DECODER_FAULT_SETS));
        document_fixture_forget(f);
    }

    // Few throw: most bytes that make no sense end decoding without an error.
    assert_in_range(read, INPUTS / 2, INPUTS - INPUTS / 200);
}

static void given_any_bytes_when_decoded_as_standard_then_read_again_or_refused(void **state) {
    struct document_fixture *f = *state;
    uint32_t read = 0;

    for (uint32_t i = 0; i < INPUTS; i++) {
        struct byte_span bytes = i % 2 == 0 ? make_noise(f) : make_mutant(f);
        uint8_t *copy = document_copy_bytes(bytes);
        struct rpc_document documents[2];
        struct byte_span written;
        struct failure failure;
        struct disagreement disagreement;
        if (codec_standard_decode((struct byte_span){copy, bytes.size}, &f->scratch, &documents[0],
                                  &failure)) {
            read++;
            assert_true(codec_standard_encode(&documents[0], &f->scratch, &written, &failure));
            assert_true(codec_standard_decode(written, &f->scratch, &documents[1], &failure));
            if (!documents_agree(&documents[0], &documents[1], PRESENCE_COUNTS, &disagreement)) {
                fail_msg("%s", disagreement.text);
            }
        }
        free(copy);
        document_fixture_forget(f);
    }

    assert_in_range(read, INPUTS / 20, INPUTS - INPUTS / 20);
}

/** The shortest entries, over and over: each costs the most memory for its bytes. */
static void given_a_flood_of_entries_when_decoded_then_memory_is_in_proportion(void **state) {
    struct document_fixture *f = *state;
    static const struct {
        const char *hex;
        bool in_control;
    } rows[] = {
        {"0a00", false},
        {"1200", false},
        {"1a00", false},
        {"12022200", false},
        {"0a021200", false},
        {"1a021a00", false},
        {"120a0a02000012001a00", false},
        {"0a00", true},
        {"1200", true},
        {"1a00", true},
        {"2200", true},
        {"120a0a020000", true},
    };
    uint8_t *bytes = malloc(FLOOD_BYTES);

    for (size_t i = 0; i < COUNT_OF(rows) * DECODER_FAULT_SETS; i++) {
        size_t row = i / DECODER_FAULT_SETS;
        uint32_t faults = (uint32_t)(i % DECODER_FAULT_SETS * ENCODER_FAULT_SETS);
        struct byte_span piece = document_bytes_of_hex(f, rows[row].hex);
        // 1a, then a length of three bytes.
        size_t size = rows[row].in_control ? 4 : 0;
        memcpy(bytes, (const uint8_t[]){0x1a, 0xfc, 0xff, 0x03}, 4);
        for (; size + piece.size <= FLOOD_BYTES; size += piece.size) {
            memcpy(bytes + size, piece.bytes, piece.size);
        }
        memset(bytes + size, 0, FLOOD_BYTES - size);
        decode_and_compare(f, (struct byte_span){bytes, FLOOD_BYTES}, faults);
        document_fixture_forget(f);
        // Decoding, encoding and decoding again.
        if (arena_bytes(f->arena, MEMORY_MESSAGES) >=
            (size_t)FLOOD_BYTES * 3 * BYTES_PER_BYTE_MAX) {
            fail_msg("%s, faults %u: %zu bytes", rows[row].hex, faults,
                     arena_bytes(f->arena, MEMORY_MESSAGES));
        }
    }

    free(bytes);
}

static void
given_a_peer_id_as_long_as_a_frame_when_identified_then_it_takes_its_text(void **state) {
    struct document_fixture *f = *state;
    uint8_t *bytes = malloc(UINT16_MAX);
    memset(bytes, 0xff, UINT16_MAX);

    struct byte_span id = message_id_text((struct byte_span){bytes, UINT16_MAX},
                                          (struct byte_span){bytes, 8}, &f->scratch);

    assert_int_equal(id.size, 16 + 89499);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_any_bytes_when_decoded_then_only_documented_ends,
                                        document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_any_bytes_when_decoded_as_standard_then_read_again_or_refused,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_a_flood_of_entries_when_decoded_then_memory_is_in_proportion,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_a_peer_id_as_long_as_a_frame_when_identified_then_it_takes_its_text,
            document_fixture_begin, document_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
