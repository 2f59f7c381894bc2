#include "tests/support/unit.h"

#include "tests/support/message_fixture.h"

enum { MESSAGES = 64 };

static int begin(void **state) {
    static struct message_fixture fixture;
    message_fixture_init(&fixture, MESSAGES, false);
    *state = &fixture;
    return 0;
}

static int begin_signing(void **state) {
    static struct message_fixture fixture;
    message_fixture_init(&fixture, MESSAGES, true);
    *state = &fixture;
    return 0;
}

static int end(void **state) {
    message_fixture_finish(*state);
    return 0;
}

static const struct {
    const char *name;
    uint16_t topic;
    uint32_t size_bytes;
    uint32_t encoded_bytes; // from 40, data 1 + length + size, seqno 10, topic 2 + name
    uint32_t frame_bytes;   // and key, length and prefix
} size_rows[] = {
    {"nothing, empty topic", FIXTURE_TOPIC_EMPTY, 0, 54, 57},
    {"nothing", FIXTURE_TOPIC_A, 0, 55, 58},
    {"1 KiB", FIXTURE_TOPIC_BLOCKS, 1024, 1085, 1090},
    {"longest message of a one-byte length", FIXTURE_TOPIC_A, 72, 127, 131},
    {"one more takes two", FIXTURE_TOPIC_A, 73, 128, 133},
    {"data of a one-byte length", FIXTURE_TOPIC_A, 127, 182, 187},
    {"data of a two-byte length", FIXTURE_TOPIC_A, 128, 184, 189},
    {"longest message of a two-byte length", FIXTURE_TOPIC_A, 16327, 16383, 16389},
    {"one more takes three", FIXTURE_TOPIC_A, 16328, 16384, 16391},
    {"data of a three-byte length", FIXTURE_TOPIC_A, 16384, 16441, 16448},
    {"100 kB", FIXTURE_TOPIC_A, 100000, 100057, 100064},
};

static void given_sizes_when_published_then_encoded_and_frame_bytes_follow(void **state) {
    struct message_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(size_rows); i++) {
        uint32_t number = message_fixture_publish(f, size_rows[i].topic, size_rows[i].size_bytes);
        const struct message *message = &f->messages.items[number];
        uint64_t encoded_bytes = message_encoded_bytes(&f->messages, message);
        if (encoded_bytes != size_rows[i].encoded_bytes ||
            message->frame_bytes != size_rows[i].frame_bytes) {
            fail_msg("%s: %u encoded, %u in its frame", size_rows[i].name, (unsigned)encoded_bytes,
                     message->frame_bytes);
        }
    }
}

static void given_signing_when_published_then_a_signature_adds_66_bytes(void **state) {
    struct message_fixture *f = *state;

    uint32_t number = message_fixture_publish(f, FIXTURE_TOPIC_BLOCKS, 1024);

    const struct message *message = &f->messages.items[number];
    assert_int_equal(message_encoded_bytes(&f->messages, message), 1085 + 66);
    assert_int_equal(message->frame_bytes, 1090 + 66);
}

static void given_fields_when_published_then_they_stand_and_the_rest_follows(void **state) {
    struct message_fixture *f = *state;
    struct message fields = {
        .seqno = 0x0102030405060708, .origin = 3, .size_bytes = 9, .topic = FIXTURE_TOPIC_FOO};

    message_publish(&f->messages, 5, &fields);

    const struct message *message = &f->messages.items[5];
    assert_true(message->seqno == fields.seqno);
    assert_int_equal(message->origin, 3);
    assert_int_equal(message->size_bytes, 9);
    assert_int_equal(message->topic, FIXTURE_TOPIC_FOO);
    assert_true(message->published);
    assert_true(message->authentic);
    assert_false(f->messages.items[4].published);
}

static void given_a_message_when_identified_then_id_is_from_and_big_endian_seqno(void **state) {
    struct message_fixture *f = *state;
    struct message fields = {.seqno = 0x0102030405060708, .origin = 3};
    static const uint8_t seqno[SEQNO_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8};
    uint8_t id[MESSAGE_ID_BYTES];
    message_publish(&f->messages, 0, &fields);

    message_write_id(&f->messages, 0, id);

    assert_memory_equal(id, f->identities.peer_ids[3], PEER_ID_BYTES);
    assert_memory_equal(id + PEER_ID_BYTES, seqno, SEQNO_BYTES);
}

static void given_any_size_when_data_is_filled_then_exactly_that_many_bytes(void **state) {
    struct message_fixture *f = *state;
    uint8_t whole[40];
    uint8_t data[40];
    for (uint32_t size = 0; size <= 32; size++) {
        message_fixture_publish(f, FIXTURE_TOPIC_A, size);
    }

    for (uint32_t size = 0; size <= 32; size++) {
        memset(whole, 0xee, sizeof whole);
        message_fill_data(&f->messages, size, whole);
        memset(data, 0x11, sizeof data);
        message_fill_data(&f->messages, size, data);
        assert_memory_equal(data, whole, size);
        for (uint32_t i = size; i < sizeof data; i++) {
            assert_int_equal(data[i], 0x11);
        }
    }
}

static void
given_a_fixed_seed_when_data_is_filled_then_the_bytes_are_those_of_every_machine(void **state) {
    struct message_fixture *f = *state;
    static const uint8_t expected[] = {0x8d, 0xd7, 0x1e, 0xec, 0x76, 0x5d, 0x37,
                                       0xc6, 0xc8, 0x77, 0xd6, 0xbc, 0xb5};
    uint8_t data[sizeof expected];
    message_fixture_publish(f, FIXTURE_TOPIC_A, sizeof expected);

    message_fill_data(&f->messages, 0, data);

    assert_memory_equal(data, expected, sizeof expected);
}

static void given_other_numbers_or_seeds_when_data_is_filled_then_it_differs(void **state) {
    struct message_fixture *f = *state;
    uint8_t first[64];
    uint8_t second[64];
    message_fixture_publish(f, FIXTURE_TOPIC_A, sizeof first);
    message_fixture_publish(f, FIXTURE_TOPIC_A, sizeof first);

    message_fill_data(&f->messages, 0, first);
    message_fill_data(&f->messages, 1, second);
    assert_memory_not_equal(first, second, sizeof first);

    f->messages.seed++;
    message_fill_data(&f->messages, 0, second);
    assert_memory_not_equal(first, second, sizeof first);
}

/** The bytes that a signature covers, put together by hand; the message has under 128 bytes of
 * data. */
static size_t write_signed_bytes(const struct message_fixture *f, uint32_t number, uint8_t *out) {
    const struct message *message = &f->messages.items[number];
    const char *topic = f->topic_names[message->topic];
    uint8_t id[MESSAGE_ID_BYTES];
    uint8_t *cursor = out;
    message_write_id(&f->messages, number, id);
    memcpy(cursor, "libp2p-pubsub:\x0a\x26", 16);
    memcpy(cursor + 16, id, PEER_ID_BYTES);
    cursor += 16 + PEER_ID_BYTES;
    *cursor++ = 0x12;
    *cursor++ = (uint8_t)message->size_bytes;
    message_fill_data(&f->messages, number, cursor);
    cursor += message->size_bytes;
    *cursor++ = 0x1a;
    *cursor++ = SEQNO_BYTES;
    memcpy(cursor, id + PEER_ID_BYTES, SEQNO_BYTES);
    cursor += SEQNO_BYTES;
    *cursor++ = 0x22;
    *cursor++ = (uint8_t)strlen(topic);
    memcpy(cursor, topic, strlen(topic));
    return (size_t)(cursor - out) + strlen(topic);
}

static void given_signing_when_published_then_the_signature_covers_all_but_itself(void **state) {
    struct message_fixture *f = *state;
    uint8_t bytes[400];

    for (uint32_t size = 0; size < 128; size += 25) {
        uint32_t number = message_fixture_publish(f, FIXTURE_TOPIC_BLOCKS, size);
        size_t signed_size = write_signed_bytes(f, number, bytes);
        const uint8_t *peer_id = f->identities.peer_ids[f->messages.items[number].origin];
        const uint8_t *signature = f->messages.signatures[number];
        assert_true(f->messages.items[number].authentic);
        assert_true(identity_verify(peer_id, bytes, signed_size, signature));
        bytes[signed_size - 1] ^= 1;
        assert_false(identity_verify(peer_id, bytes, signed_size, signature));
    }
}

static void given_a_key_of_another_when_published_then_message_is_not_authentic(void **state) {
    struct message_fixture *f = *state;
    memcpy(f->identities.secret_keys[0], f->identities.secret_keys[1], SECRET_KEY_BYTES);

    message_fixture_publish(f, FIXTURE_TOPIC_A, 10);

    assert_false(f->messages.items[0].authentic);
    assert_true(f->messages.items[0].published);
}

static void given_signing_when_many_are_published_then_memory_does_not_grow(void **state) {
    struct message_fixture *f = *state;
    message_fixture_publish(f, FIXTURE_TOPIC_A, 1000);
    size_t before = arena_bytes(f->arena, MEMORY_MESSAGES);

    while (f->published < MESSAGES) {
        message_fixture_publish(f, FIXTURE_TOPIC_A, 1000);
    }

    assert_int_equal(arena_bytes(f->arena, MEMORY_MESSAGES), before);
}

static void given_no_identities_when_published_then_sizes_are_known_and_ids_are_not(void **state) {
    struct message_fixture *f = *state;
    uint8_t id[MESSAGE_ID_BYTES];
    f->messages.identities = NULL;
    struct message fields = {.seqno = 1, .origin = 1000000, .size_bytes = 1024, .topic = 4};

    message_publish(&f->messages, 0, &fields);

    assert_int_equal(f->messages.items[0].frame_bytes, 1090);
    expect_assert_failure(message_write_id(&f->messages, 0, id));
}

static void given_wrong_fields_when_published_then_check_fails(void **state) {
    struct message_fixture *f = *state;
    static const struct message good = {.seqno = 1, .origin = 1, .size_bytes = 1, .topic = 1};
    struct message no_seqno = good;
    struct message no_node = good;
    struct message no_topic = good;
    struct message too_long = good;
    no_seqno.seqno = 0;
    no_node.origin = FIXTURE_NODES;
    no_topic.topic = FIXTURE_TOPICS;
    too_long.size_bytes = UINT32_MAX;

    expect_assert_failure(message_publish(&f->messages, 0, &no_seqno));
    expect_assert_failure(message_publish(&f->messages, 0, &no_node));
    expect_assert_failure(message_publish(&f->messages, 0, &no_topic));
    expect_assert_failure(message_publish(&f->messages, 0, &too_long));
    expect_assert_failure(message_publish(&f->messages, MESSAGES, &good));

    message_publish(&f->messages, 1, &good);
    expect_assert_failure(message_publish(&f->messages, 1, &good));
}

static void given_an_unpublished_message_when_read_then_check_fails(void **state) {
    struct message_fixture *f = *state;
    uint8_t bytes[MESSAGE_ID_BYTES];

    expect_assert_failure(message_fill_data(&f->messages, 0, bytes));
    expect_assert_failure(message_write_id(&f->messages, 0, bytes));
    expect_assert_failure(message_encoded_bytes(&f->messages, &f->messages.items[0]));
    expect_assert_failure(message_fill_data(&f->messages, MESSAGES, bytes));
}

static void given_wrong_options_when_table_is_made_then_check_fails(void **state) {
    struct message_fixture *f = *state;
    struct message_table table;
    struct message_table_options unidentified = {.sign = true};
    struct message_table_options keyless = {.sign = true, .identities = &f->identities};
    struct message_table_options too_many = {.topic_count = UINT16_MAX + 1};

    expect_assert_failure(message_table_init(&table, f->arena, &unidentified));
    expect_assert_failure(message_table_init(&table, f->arena, &keyless));
    expect_assert_failure(message_table_init(&table, f->arena, &too_many));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_sizes_when_published_then_encoded_and_frame_bytes_follow, begin, end),
        cmocka_unit_test_setup_teardown(given_signing_when_published_then_a_signature_adds_66_bytes,
                                        begin_signing, end),
        cmocka_unit_test_setup_teardown(
            given_fields_when_published_then_they_stand_and_the_rest_follows, begin, end),
        cmocka_unit_test_setup_teardown(
            given_a_message_when_identified_then_id_is_from_and_big_endian_seqno, begin, end),
        cmocka_unit_test_setup_teardown(
            given_any_size_when_data_is_filled_then_exactly_that_many_bytes, begin, end),
        cmocka_unit_test_setup_teardown(
            given_a_fixed_seed_when_data_is_filled_then_the_bytes_are_those_of_every_machine, begin,
            end),
        cmocka_unit_test_setup_teardown(
            given_other_numbers_or_seeds_when_data_is_filled_then_it_differs, begin, end),
        cmocka_unit_test_setup_teardown(
            given_signing_when_published_then_the_signature_covers_all_but_itself, begin_signing,
            end),
        cmocka_unit_test_setup_teardown(
            given_a_key_of_another_when_published_then_message_is_not_authentic, begin_signing,
            end),
        cmocka_unit_test_setup_teardown(
            given_signing_when_many_are_published_then_memory_does_not_grow, begin_signing, end),
        cmocka_unit_test_setup_teardown(
            given_no_identities_when_published_then_sizes_are_known_and_ids_are_not, begin, end),
        cmocka_unit_test_setup_teardown(given_wrong_fields_when_published_then_check_fails, begin,
                                        end),
        cmocka_unit_test_setup_teardown(given_an_unpublished_message_when_read_then_check_fails,
                                        begin, end),
        cmocka_unit_test_setup_teardown(given_wrong_options_when_table_is_made_then_check_fails,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
