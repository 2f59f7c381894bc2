#include "tests/support/unit.h"

#include "router/codec_nim_2020.h"
#include "router/codec_standard.h"
#include "router/rpc.h"
#include "router/wire_varint.h"
#include "tests/support/document_compare.h"
#include "tests/support/document_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS = 2000, FAULT_SETS = 1 << 4 };

static struct byte_span encode(struct document_fixture *f, const struct codec_nim_2020 *codec,
                               const struct rpc_document *document) {
    struct byte_span bytes = {0};
    struct failure failure = {.message = ""};
    if (!codec_nim_2020_encode(codec, document, &f->scratch, &bytes, &failure)) {
        fail_msg("%s", failure.message);
    }
    return bytes;
}

static struct byte_span encode_standard(struct document_fixture *f,
                                        const struct rpc_document *document) {
    struct byte_span bytes = {0};
    struct failure failure = {.message = ""};
    if (!codec_standard_encode(document, &f->scratch, &bytes, &failure)) {
        fail_msg("%s", failure.message);
    }
    return bytes;
}

static struct rpc_document decode(struct document_fixture *f, const struct codec_nim_2020 *codec,
                                  struct byte_span bytes) {
    struct nim_2020_decoded decoded;
    struct failure failure = {.message = ""};
    if (!codec_nim_2020_decode(codec, bytes, &f->scratch, &decoded, &failure)) {
        fail_msg("%s", failure.message);
    }
    return decoded.document;
}

static void expect_bytes(struct document_fixture *f, const char *name, struct byte_span got,
                         const char *hex) {
    struct byte_span expected = document_bytes_of_hex(f, hex);
    if (got.size != expected.size || memcmp(got.bytes, expected.bytes, got.size) != 0) {
        fail_msg("%s: other bytes than %s", name, hex);
    }
}

// --- the encoder ---------------------------------------------------------------------------------

static void given_no_fault_when_encoded_then_the_bytes_are_standard(void **state) {
    struct document_fixture *f = *state;
    const struct codec_nim_2020 repaired = {0};
    const struct document_taste taste = {.any_from = true, .empty = true, .entries_max = 4};
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        struct rpc_document document = document_random(f, &taste);

        struct byte_span bytes = encode(f, &repaired, &document);

        struct byte_span expected = encode_standard(f, &document);
        assert_int_equal(bytes.size, expected.size);
        assert_memory_equal(bytes.bytes, expected.bytes, bytes.size);
        document_fixture_forget(f);
    }
}

static struct rpc_document two_of_each(struct document_fixture *f) {
    struct rpc_document document = {.has_control = true};
    struct document_control *control = &document.control;
    for (uint32_t i = 0; i < 2; i++) {
        struct byte_span a = document_bytes_of_hex(f, i == 0 ? "61" : "62");
        struct document_message *message = document_add_message(&document, &f->scratch);
        message->from = a;
        message->data = i == 0 ? document_bytes_of_hex(f, "707172737475") : a;
        message->seqno = a;
        document_add_ihave(control, &f->scratch)->topic = a;
        byte_spans_add(document_add_iwant(control, &f->scratch), &f->scratch, a);
        byte_spans_add(&control->grafts, &f->scratch, a);
        byte_spans_add(&control->prunes, &f->scratch, a);
    }
    return document;
}

static void given_one_fault_when_encoded_then_only_that_damage(void **state) {
    struct document_fixture *f = *state;
    static const struct {
        const char *name;
        struct codec_nim_2020 codec;
        const char *bytes;
    } rows[] = {
        {"none",
         {0},
         "120e0a016112067071727374751a0161"
         "12090a01621201621a0162"
         "1a280a030a01610a030a016212030a016112030a01621a030a01611a030a016222030a016122030a0162"},
        {"merge_entries",
         {.merge_entries = true},
         "120e0a016112067071727374751a0161"
         "12090a01621201621a0162"
         "1a200a060a01610a016212060a01610a01621a060a01610a016222060a01610a0162"},
        {"garble_messages",
         {.garble_messages = true},
         "12170a01621201621a016274751a0161000000000000000000"
         "1a280a030a01610a030a016212030a016112030a01621a030a01611a030a016222030a016122030a0162"},
    };
    struct rpc_document document = two_of_each(f);

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        expect_bytes(f, rows[i].name, encode(f, &rows[i].codec, &document), rows[i].bytes);
    }
}

static void given_a_part_without_content_when_encoded_then_abort_or_an_empty_part(void **state) {
    struct document_fixture *f = *state;
    struct codec_nim_2020 original = codec_nim_2020_original();
    struct codec_nim_2020 repaired = codec_nim_2020_original();
    struct rpc_document empty = {.has_control = true};
    struct rpc_document idless = {.has_control = true};
    struct byte_span bytes;
    struct failure failure;
    repaired.abort_when_empty = false;
    document_add_iwant(&idless.control, &f->scratch);

    assert_false(codec_nim_2020_encode(&original, &empty, &f->scratch, &bytes, &failure));
    assert_non_null(strstr(failure.message, "no entry"));
    assert_false(codec_nim_2020_encode(&original, &idless, &f->scratch, &bytes, &failure));
    assert_non_null(strstr(failure.message, "without any id"));
    expect_bytes(f, "no entry", encode(f, &repaired, &empty), "1a00");
    expect_bytes(f, "no id", encode(f, &repaired, &idless), "1a021200");

    document_add_ihave(&idless.control, &f->scratch);
    assert_false(codec_nim_2020_encode(&original, &idless, &f->scratch, &bytes, &failure));
    byte_spans_add(document_add_iwant(&idless.control, &f->scratch), &f->scratch,
                   document_bytes_of_hex(f, "61"));
    expect_bytes(f, "an id in another entry", encode(f, &original, &idless),
                 "1a090a020a0012030a0161");
}

// --- the decoder ---------------------------------------------------------------------------------

static void given_no_fault_when_decoding_what_is_written_freely_then_as_a_standard(void **state) {
    struct document_fixture *f = *state;
    const struct codec_nim_2020 repaired = {0};
    const struct document_taste taste = {
        .absent = true, .any_from = true, .empty = true, .entries_max = 4};
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        struct disagreement disagreement;
        struct rpc_document document = document_random(f, &taste);
        struct byte_span bytes = document_write_freely(f, &document);
        struct rpc_document expected;
        struct failure failure;
        assert_true(codec_standard_decode(bytes, &f->scratch, &expected, &failure));

        struct rpc_document decoded = decode(f, &repaired, bytes);

        if (!documents_agree(&expected, &decoded, PRESENCE_COUNTS, &disagreement)) {
            fail_msg("document %u: %s", i, disagreement.text);
        }
        document_fixture_forget(f);
    }
}

/** Entries of one kind, with all fields, are read by every set of the decoder's faults. */
static void given_one_entry_when_decoded_with_any_faults_then_it_is_read(void **state) {
    struct document_fixture *f = *state;
    static const char *const rows[] = {
        "0a050801120161",
        "120f0a02000012001a01612201742a0173",
        "1a0b0a090a0161120178120179",
        "1a0812060a01780a0179",
        "1a051a030a0161",
        "1a0522030a0161",
    };

    for (size_t i = 0; i < COUNT_OF(rows) * FAULT_SETS; i++) {
        const struct codec_nim_2020 codec = {.first_control_kind_only = (i & 1) != 0,
                                             .unbounded_submessages = (i & 2) != 0,
                                             .unknown_field_throws = (i & 4) != 0,
                                             .strict_fields = (i & 8) != 0};
        struct byte_span bytes = document_bytes_of_hex(f, rows[i / FAULT_SETS]);
        struct rpc_document expected;
        struct failure failure;
        struct disagreement disagreement;
        assert_true(codec_standard_decode(bytes, &f->scratch, &expected, &failure));
        struct rpc_document document = decode(f, &codec, bytes);
        if (!documents_agree(&expected, &document, PRESENCE_COUNTS, &disagreement)) {
            fail_msg("%s, faults %zu: %s", rows[i / FAULT_SETS], i % FAULT_SETS, disagreement.text);
        }
    }
}

/** What a document holds, in one line. */
static const char *summarize(const struct rpc_document *document, char *text, size_t size) {
    const struct document_control *control = &document->control;
    snprintf(text, size, "%u subs, %u messages, %s%u ihave, %u iwant, %u graft, %u prune",
             document->subscription_count, document->message_count,
             document->has_control ? "" : "no control, ", control->ihave_count,
             control->iwant_count, control->grafts.count, control->prunes.count);
    return text;
}

struct repair_row {
    const char *name;
    const char *bytes;
    const char *broken;   // of all faults; NULL: throws
    const char *repaired; // of all but this one
};

static void expect_repairs(struct document_fixture *f, const struct codec_nim_2020 *repaired,
                           const struct repair_row *rows, size_t count) {
    const struct codec_nim_2020 original = codec_nim_2020_original();
    for (size_t i = 0; i < 2 * count; i++) {
        const struct repair_row *row = &rows[i / 2];
        const struct codec_nim_2020 *codec = i % 2 == 0 ? &original : repaired;
        const char *expected = i % 2 == 0 ? row->broken : row->repaired;
        struct nim_2020_decoded decoded;
        struct failure failure;
        char text[160];
        const char *got = NULL;
        if (codec_nim_2020_decode(codec, document_bytes_of_hex(f, row->bytes), &f->scratch,
                                  &decoded, &failure)) {
            got = summarize(&decoded.document, text, sizeof text);
        }
        if ((got == NULL) != (expected == NULL) || (got != NULL && strcmp(got, expected) != 0)) {
            fail_msg("%s, %s: got %s", row->name, i % 2 == 0 ? "broken" : "repaired",
                     got != NULL ? got : "an exception");
        }
    }
}

static void given_kinds_one_after_another_when_repaired_then_all_are_kept(void **state) {
    static const struct repair_row rows[] = {
        {"IWANT, PRUNE", "1a0a12030a017822030a0170",
         "0 subs, 0 messages, 0 ihave, 1 iwant, 0 graft, 0 prune",
         "0 subs, 0 messages, 0 ihave, 1 iwant, 0 graft, 1 prune"},
        {"GRAFT, GRAFT", "1a0a1a030a01781a030a0179",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 1 graft, 0 prune",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 2 graft, 0 prune"},
        {"an empty control", "1a00",
         "0 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 0 graft, 0 prune"},
    };
    struct codec_nim_2020 repaired = codec_nim_2020_original();
    repaired.first_control_kind_only = false;

    expect_repairs(*state, &repaired, rows, COUNT_OF(rows));
}

static void given_parts_with_ends_when_repaired_then_ends_are_heeded(void **state) {
    static const struct repair_row rows[] = {
        {"SUB, then a message", "0a0508011201611206080012017a0161",
         "2 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "1 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune"},
        {"GRAFT, then a SUB", "1a051a030a01610a050801120161",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 2 graft, 0 prune",
         "1 subs, 0 messages, 0 ihave, 0 iwant, 1 graft, 0 prune"},
        {"merged GRAFTs, then a SUB", "1a081a060a01610a01620a050801120161",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 3 graft, 0 prune",
         "1 subs, 0 messages, 0 ihave, 0 iwant, 2 graft, 0 prune"},
        {"PRUNE with more fields than known", "1a0722050a0161183c0a050801120161",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 0 graft, 1 prune",
         "1 subs, 0 messages, 0 ihave, 0 iwant, 0 graft, 1 prune"},
    };
    struct codec_nim_2020 repaired = codec_nim_2020_original();
    repaired.unbounded_submessages = false;

    expect_repairs(*state, &repaired, rows, COUNT_OF(rows));
}

static void given_unknown_fields_when_repaired_then_they_are_passed_over(void **state) {
    static const struct repair_row rows[] = {
        {"of the RPC", "22026162120012001a051a030a0161", NULL,
         "0 subs, 0 messages, 0 ihave, 0 iwant, 1 graft, 0 prune"},
        {"of a control part", "1a092a02616222030a0161", NULL,
         "0 subs, 0 messages, 0 ihave, 0 iwant, 0 graft, 1 prune"},
        {"a varint", "20011a051a030a0161",
         "0 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 1 graft, 0 prune"},
        {"a varint under a known number", "08011a051a030a0161",
         "0 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 1 graft, 0 prune"},
        {"eight bytes, four bytes", "2101020304050607082d010203041a051a030a0161",
         "0 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 1 graft, 0 prune"},
        {"a group", "231a051a030a0161",
         "0 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "0 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune"},
    };
    struct codec_nim_2020 repaired = codec_nim_2020_original();
    repaired.unknown_field_throws = false;

    expect_repairs(*state, &repaired, rows, COUNT_OF(rows));
}

static void given_free_fields_when_repaired_then_they_are_read(void **state) {
    static const char *const none =
        "0 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune";
    static const char *const one =
        "0 subs, 1 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune";
    const struct repair_row table[] = {
        {"an anonymous message", "1206120178220174", none, one},
        {"seqno before data", "120a0a0200001a0161120178", none, one},
        {"from is no multihash", "120a0a0241411201781a0161", none, one},
        {"two merged messages",
         "120e0a020000120178"
         "0a020000120178",
         none, "0 subs, 2 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune"},
        {"topic before the bool", "0a051201610801",
         "1 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "1 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune"},
        {"padded varints", "0a8600088100120161", none,
         "1 subs, 0 messages, no control, 0 ihave, 0 iwant, 0 graft, 0 prune"},
        {"merged GRAFTs, then an IHAVE", "1a0d1a060a01610a01620a030a017a",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 3 graft, 0 prune",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 3 graft, 0 prune"},
        {"IHAVE with its topic last", "1a080a061201780a0161",
         "0 subs, 0 messages, 0 ihave, 0 iwant, 0 graft, 0 prune",
         "0 subs, 0 messages, 1 ihave, 0 iwant, 0 graft, 0 prune"},
    };
    struct codec_nim_2020 repaired = codec_nim_2020_original();
    repaired.strict_fields = false;

    expect_repairs(*state, &repaired, table, COUNT_OF(table));
}

static void
given_bytes_that_throw_when_decoded_then_place_and_reason_and_no_document(void **state) {
    struct document_fixture *f = *state;
    const struct codec_nim_2020 codec = codec_nim_2020_original();
    struct nim_2020_decoded decoded = {.document.has_control = true};
    struct failure failure;
    struct byte_span bytes = document_bytes_of_hex(f, "0a0508011201611a071a030a01612a00");

    assert_false(codec_nim_2020_decode(&codec, bytes, &f->scratch, &decoded, &failure));

    assert_int_equal(decoded.read_bytes, 14);
    assert_int_equal(decoded.document.subscription_count, 0);
    assert_false(decoded.document.has_control);
    assert_string_equal(failure.message, "byte 14: a control part has a field that the decoder of "
                                         "2020 does not know, upon which it throws");
}

static void given_rubbish_behind_when_decoded_then_it_says_where_it_stopped(void **state) {
    struct document_fixture *f = *state;
    const struct codec_nim_2020 codec = codec_nim_2020_original();
    static const struct {
        const char *bytes;
        size_t read_bytes;
    } rows[] = {{"", 0},
                {"ff", 0},
                {"0a050801120161", 7},
                {"0a050801120161ff", 7},
                {"0a0508011201610201ff", 9}, // a field number of 0 is stepped over
                {"0a0508011201610a0108", 9}, // into a part, to the half of a field
                {"1a051a030a0161120a", 7}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct nim_2020_decoded decoded;
        struct failure failure;
        struct byte_span bytes = document_bytes_of_hex(f, rows[i].bytes);
        assert_true(codec_nim_2020_decode(&codec, bytes, &f->scratch, &decoded, &failure));
        if (decoded.read_bytes != rows[i].read_bytes) {
            fail_msg("%s: stopped at %zu", rows[i].bytes, decoded.read_bytes);
        }
    }
}

/** A SUB with a topic of so many bytes; to be freed. */
static struct byte_span make_long_subscription(uint32_t topic_bytes) {
    uint8_t *bytes = calloc(topic_bytes + 32, 1);
    uint32_t content_bytes = 2 + 1 + varint_bytes(topic_bytes) + topic_bytes;
    uint32_t at = 0;
    bytes[at++] = 0x0a;
    at += wire_varint_write(content_bytes, bytes + at);
    bytes[at++] = 0x08;
    bytes[at++] = 1;
    bytes[at++] = 0x12;
    at += wire_varint_write(topic_bytes, bytes + at);
    return (struct byte_span){bytes, at + topic_bytes};
}

static void given_parts_around_4_mib_when_decoded_then_longer_ones_end_decoding(void **state) {
    struct document_fixture *f = *state;
    const struct codec_nim_2020 original = codec_nim_2020_original();
    const struct codec_nim_2020 repaired = {0};
    const uint32_t longest = (1 << 22) - 7; // the rest of a part of 2^22 bytes
    struct byte_span allowed = make_long_subscription(longest);
    struct byte_span too_long = make_long_subscription(longest + 1);

    assert_int_equal(decode(f, &original, allowed).subscription_count, 1);
    assert_int_equal(decode(f, &original, too_long).subscription_count, 0);
    assert_int_equal(decode(f, &repaired, too_long).subscription_count, 1);

    free((void *)allowed.bytes);
    free((void *)too_long.bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_no_fault_when_encoded_then_the_bytes_are_standard,
                                        document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(given_one_fault_when_encoded_then_only_that_damage,
                                        document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_a_part_without_content_when_encoded_then_abort_or_an_empty_part,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_no_fault_when_decoding_what_is_written_freely_then_as_a_standard,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_one_entry_when_decoded_with_any_faults_then_it_is_read, document_fixture_begin,
            document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_kinds_one_after_another_when_repaired_then_all_are_kept, document_fixture_begin,
            document_fixture_end),
        cmocka_unit_test_setup_teardown(given_parts_with_ends_when_repaired_then_ends_are_heeded,
                                        document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_unknown_fields_when_repaired_then_they_are_passed_over, document_fixture_begin,
            document_fixture_end),
        cmocka_unit_test_setup_teardown(given_free_fields_when_repaired_then_they_are_read,
                                        document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_bytes_that_throw_when_decoded_then_place_and_reason_and_no_document,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_parts_around_4_mib_when_decoded_then_longer_ones_end_decoding,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_rubbish_behind_when_decoded_then_it_says_where_it_stopped, document_fixture_begin,
            document_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
