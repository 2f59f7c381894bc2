#include "tests/support/unit.h"

#include "router/codec_standard.h"
#include "tests/support/document_compare.h"
#include "tests/support/document_fixture.h"

#include <stdlib.h>
#include <string.h>

enum { DOCUMENTS = 2000, BOMB_BYTES = 1 << 17 };

static struct byte_span encode(struct document_fixture *f, const struct rpc_document *document) {
    struct byte_span bytes = {0};
    struct failure failure = {.message = ""};
    if (!codec_standard_encode(document, &f->scratch, &bytes, &failure)) {
        fail_msg("%s", failure.message);
    }
    return bytes;
}

static struct rpc_document decode(struct document_fixture *f, struct byte_span bytes) {
    struct rpc_document document;
    struct failure failure = {.message = ""};
    if (!codec_standard_decode(bytes, &f->scratch, &document, &failure)) {
        fail_msg("%s", failure.message);
    }
    return document;
}

/** Writes random documents in some way; they must decode to themselves. */
static void expect_round_trips(struct document_fixture *f,
                               struct byte_span (*write)(struct document_fixture *,
                                                         const struct rpc_document *)) {
    const struct document_taste taste = {
        .absent = true, .any_from = true, .empty = true, .entries_max = 4};
    for (uint32_t i = 0; i < DOCUMENTS; i++) {
        struct disagreement disagreement;
        struct rpc_document document = document_random(f, &taste);
        struct rpc_document decoded = decode(f, write(f, &document));
        if (!documents_agree(&document, &decoded, PRESENCE_COUNTS, &disagreement)) {
            fail_msg("document %u: %s", i, disagreement.text);
        }
        document_fixture_forget(f);
    }
}

static void given_random_documents_when_encoded_then_they_decode_to_themselves(void **state) {
    expect_round_trips(*state, encode);
}

static void given_a_document_when_written_freely_then_it_is_read_the_same(void **state) {
    expect_round_trips(*state, document_write_freely);
}

static void given_known_bytes_when_decoded_and_encoded_then_they_are_the_same(void **state) {
    struct document_fixture *f = *state;
    static const char *const rows[] = {
        "",                                             // no RPC at all
        "0a0508011201610a050800120162",                 // subscribe a, unsubscribe b
        "0a0408011200",                                 // subscribe ""
        "1200",                                         // a message without any field
        "12040a001a00",                                 // empty from and seqno, no data
        "120f0a02414112034141411a0141220174",           // a message
        "1a00",                                         // an empty control part
        "1a0e1a050a03666f6f22050a03666f6f",             // GRAFT foo, PRUNE foo
        "1a140a0b0a03666f6f1201781201790a050a03626172", // IHAVE foo {x, y}, IHAVE bar {}
        "1a0a12060a01780a01791200",                     // IWANT {x, y}, IWANT {}
        "1a021a00",                                     // GRAFT without a topic
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct byte_span bytes = document_bytes_of_hex(f, rows[i]);
        struct rpc_document document = decode(f, bytes);
        struct byte_span again = encode(f, &document);
        if (again.size != bytes.size || memcmp(again.bytes, bytes.bytes, bytes.size) != 0) {
            fail_msg("%s comes back otherwise", rows[i]);
        }
    }
}

static void given_a_topic_written_twice_when_decoded_then_the_last_counts(void **state) {
    struct document_fixture *f = *state;

    struct rpc_document document = decode(f, document_bytes_of_hex(f, "1206220161220162"));

    assert_int_equal(document.message_count, 1);
    assert_int_equal(document.messages[0].topics.count, 1);
    assert_memory_equal(document.messages[0].topics.items[0].bytes, "b", 1);
}

static void given_several_topics_when_encoded_then_it_is_refused(void **state) {
    struct document_fixture *f = *state;
    struct rpc_document document = {0};
    struct byte_span bytes;
    struct failure failure;
    document_add_message(&document, &f->scratch);
    struct document_message *message = document_add_message(&document, &f->scratch);
    byte_spans_add(&message->topics, &f->scratch, document_bytes_of_hex(f, "61"));
    byte_spans_add(&message->topics, &f->scratch, document_bytes_of_hex(f, "62"));

    assert_false(codec_standard_encode(&document, &f->scratch, &bytes, &failure));

    assert_int_equal(failure.kind, FAILURE_BAD_INPUT);
    assert_string_equal(failure.message, "messages[1] has 2 topics; the standard form holds one");
}

static void given_no_protobuf_when_decoded_then_it_is_refused(void **state) {
    struct document_fixture *f = *state;
    static const char *const rows[] = {"0a", "0a05", "0800", "0affffffff0f", "0a0508011203", "0b"};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rpc_document document = {.has_control = true};
        struct failure failure = {.message = ""};
        struct byte_span bytes = document_bytes_of_hex(f, rows[i]);
        assert_false(codec_standard_decode(bytes, &f->scratch, &document, &failure));
        assert_non_null(strstr(failure.message, "no protobuf"));
        assert_false(document.has_control);
    }
}

static void given_a_bomb_of_control_parts_when_decoded_then_memory_has_a_limit(void **state) {
    struct document_fixture *f = *state;
    uint8_t *bytes = malloc(BOMB_BYTES);
    struct rpc_document document;
    struct failure failure;
    for (size_t at = 0; at < BOMB_BYTES; at += 4) {
        memcpy(bytes + at, (const uint8_t[]){0x1a, 0x02, 0x1a, 0x00}, 4);
    }

    bool ok = codec_standard_decode((struct byte_span){bytes, BOMB_BYTES}, &f->scratch, &document,
                                    &failure);

    assert_false(ok);
    assert_true(arena_bytes(f->arena, MEMORY_MESSAGES) < (size_t)BOMB_BYTES * 300);
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_random_documents_when_encoded_then_they_decode_to_themselves,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_a_document_when_written_freely_then_it_is_read_the_same, document_fixture_begin,
            document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_known_bytes_when_decoded_and_encoded_then_they_are_the_same,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_a_topic_written_twice_when_decoded_then_the_last_counts, document_fixture_begin,
            document_fixture_end),
        cmocka_unit_test_setup_teardown(given_several_topics_when_encoded_then_it_is_refused,
                                        document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(given_no_protobuf_when_decoded_then_it_is_refused,
                                        document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_a_bomb_of_control_parts_when_decoded_then_memory_has_a_limit,
            document_fixture_begin, document_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
