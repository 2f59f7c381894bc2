#include "tests/support/wire_fixture.h"

// 46 bytes that are no message id.
#define ZERO_ID                                                                                    \
    "0000000000000000000000000000000000000000000000"                                               \
    "0000000000000000000000000000000000000000000000"

static void given_known_rpcs_when_encoded_then_the_bytes_are_those_of_the_schema(void **state) {
    struct wire_fixture *f = *state;
    uint8_t expected[64];
    static const char *const bytes[] = {
        "0e0a0508011201610a050800120162", // subscribe a, unsubscribe b
        "091a071a050a03666f6f",           // GRAFT foo
        "091a0722050a03666f6f",           // PRUNE foo
        "101a0e1a050a03666f6f22050a03666f6f",
        "060a0408011200",   // subscribe ""
        "071a050a030a0161", // IHAVE a without ids
        "041a021200",       // IWANT without ids
    };
    uint32_t handles[COUNT_OF(bytes)];
    for (size_t i = 0; i < COUNT_OF(bytes); i++) {
        handles[i] = rpc_create(&f->slab);
    }
    rpc_add_subscription(&f->slab, handles[0], FIXTURE_TOPIC_A, true);
    rpc_add_subscription(&f->slab, handles[0], FIXTURE_TOPIC_B, false);
    rpc_add_graft(&f->slab, handles[1], FIXTURE_TOPIC_FOO);
    rpc_add_prune(&f->slab, handles[2], FIXTURE_TOPIC_FOO);
    rpc_add_graft(&f->slab, handles[3], FIXTURE_TOPIC_FOO);
    rpc_add_prune(&f->slab, handles[3], FIXTURE_TOPIC_FOO);
    rpc_add_subscription(&f->slab, handles[4], FIXTURE_TOPIC_EMPTY, true);
    rpc_add_ihave(&f->slab, handles[5], FIXTURE_TOPIC_A);
    rpc_add_iwant(&f->slab, handles[6]);

    for (size_t i = 0; i < COUNT_OF(bytes); i++) {
        rpc_seal(&f->slab, handles[i]);
        struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handles[i]));
        assert_int_equal(frame.size, wire_read_hex(bytes[i], expected));
        assert_memory_equal(frame.bytes, expected, frame.size);
    }
}

/** A part of a message by hand: field number, content. */
struct part {
    uint8_t field;
    uint32_t size;
    const uint8_t *content;
};

struct writer {
    uint8_t buffer[8192]; // the body stands from 10 on
    uint32_t size;
};

static void put_field(struct writer *writer, struct part part) {
    uint8_t *out = writer->buffer + 10 + writer->size;
    uint32_t count = 0;
    out[count++] = (uint8_t)(part.field << 3 | 2);
    uint32_t left = part.size;
    for (; left >= 0x80; left >>= 7) {
        out[count++] = (uint8_t)(left | 0x80);
    }
    out[count++] = (uint8_t)left;
    memcpy(out + count, part.content, part.size);
    writer->size += count + part.size;
}

/** The parts of a message, as they should be, with room for two more. */
struct parts {
    struct part list[8];
    uint32_t count;
    uint8_t id[MESSAGE_ID_BYTES];
    uint8_t data[512];
    uint8_t other[64]; // for what a change puts in its place
};

static void list_parts(const struct wire_fixture *f, uint32_t number, struct parts *parts) {
    const struct message_table *messages = &f->world.messages;
    const struct message *message = &messages->items[number];
    memset(parts, 0, sizeof *parts);
    message_write_id(messages, number, parts->id);
    message_fill_data(messages, number, parts->data);
    parts->list[0] = (struct part){1, PEER_ID_BYTES, parts->id};
    parts->list[1] = (struct part){2, message->size_bytes, parts->data};
    parts->list[2] = (struct part){3, SEQNO_BYTES, parts->id + PEER_ID_BYTES};
    parts->list[3] = (struct part){4, messages->topic_sizes[message->topic],
                                   (const uint8_t *)messages->topic_names[message->topic]};
    parts->count = 4;
    if (messages->sign) {
        parts->list[parts->count++] =
            (struct part){5, SIGNATURE_BYTES, messages->signatures[number]};
    }
}

static struct wire_bytes write_parts(struct writer *writer, const struct parts *parts) {
    struct writer inner = {.size = 0};
    for (uint32_t i = 0; i < parts->count; i++) {
        put_field(&inner, parts->list[i]);
    }
    writer->size = 0;
    put_field(writer, (struct part){2, inner.size, inner.buffer + 10});
    return wire_with_prefix(writer->buffer, writer->size);
}

static void
given_messages_when_encoded_then_the_bytes_are_those_put_together_by_hand(void **state) {
    struct wire_fixture *f = *state;
    struct parts parts;
    struct writer writer;

    for (uint32_t number = 0; number < WIRE_SHORT_MESSAGES; number++) {
        uint32_t handle = rpc_create(&f->slab);
        rpc_add_message(&f->slab, handle, number, WIRE_HOPS);
        rpc_seal(&f->slab, handle);
        struct wire_bytes frame = wire_encode(&f->wire, rpc_at(&f->slab, handle));
        list_parts(f, number, &parts);
        struct wire_bytes expected = write_parts(&writer, &parts);
        assert_int_equal(frame.size, expected.size);
        assert_memory_equal(frame.bytes, expected.bytes, frame.size);
        wire_give(&f->wire, frame);
        rpc_release(&f->slab, handle);
    }
}

enum change { OMIT, ALTER, SHORTEN, LENGTHEN, REPEAT, SWAP_WITH_NEXT, RENUMBER, ADD };

struct refusal_row {
    const char *name;
    uint32_t part; // index in the list of parts
    enum change change;
    const char *expected; // part of the failure's message
};

static void change_part(struct parts *parts, uint32_t index, enum change change) {
    struct part *part = &parts->list[index];
    struct part old = *part;
    if (part->content != NULL) {
        memcpy(parts->other, part->content, part->size < 64 ? part->size : 64);
    }
    switch (change) {
    case OMIT:
        memmove(part, part + 1, (parts->count - index) * sizeof *part);
        parts->count--;
        break;
    case ALTER:
        parts->other[0] ^= 1;
        part->content = parts->other;
        break;
    case SHORTEN:
        part->size--;
        break;
    case LENGTHEN:
        part->content = parts->other;
        part->size++;
        break;
    case REPEAT:
        parts->list[parts->count++] = old;
        break;
    case SWAP_WITH_NEXT:
        part[0] = part[1];
        part[1] = old;
        break;
    case RENUMBER:
        part->field = 9;
        break;
    case ADD:
        parts->list[parts->count++] = (struct part){(uint8_t)(index + 1), 5, parts->other};
        break;
    }
}

static void expect_refusal(struct wire_fixture *f, struct wire_bytes frame, const char *name,
                           const char *expected) {
    struct failure failure = {.message = ""};
    uint32_t handle = RPC_NONE;
    if (wire_decode_copy(f, frame, &handle, &failure)) {
        fail_msg("%s: accepted", name);
    }
    if (strstr(failure.message, expected) == NULL) {
        fail_msg("%s: '%s' is not in '%s'", name, expected, failure.message);
    }
    assert_int_equal(f->slab.live, 0);
}

static void expect_refusals(struct wire_fixture *f, const struct refusal_row *rows, size_t count) {
    struct message_table *messages = &f->world.messages;
    struct parts parts;
    struct writer writer;
    uint32_t number = 0;
    // One with data and a topic name to alter, and short enough for the parts.
    while (messages->items[number].size_bytes == 0 || messages->items[number].size_bytes > 60 ||
           messages->topic_sizes[messages->items[number].topic] > 60 ||
           messages->topic_sizes[messages->items[number].topic] < 6) {
        number++;
    }
    for (size_t i = 0; i < count; i++) {
        list_parts(f, number, &parts);
        change_part(&parts, rows[i].part, rows[i].change);
        expect_refusal(f, write_parts(&writer, &parts), rows[i].name, rows[i].expected);
    }
    list_parts(f, number, &parts);
    assert_true(wire_decode_and_compare(f, write_parts(&writer, &parts)));
}

static void given_a_message_when_a_field_is_wrong_then_the_failure_names_it(void **state) {
    struct wire_fixture *f = *state;
    static const struct refusal_row rows[] = {
        {"no from", 0, OMIT, "publish[0].from is missing"},
        {"short from", 0, SHORTEN, "publish[0].from has 37 bytes, not 38"},
        {"long from", 0, LENGTHEN, "publish[0].from has 39 bytes, not 38"},
        {"unknown from", 0, ALTER, "publish[0].from and seqno names no published message"},
        {"no data", 1, OMIT, "publish[0].data is missing"},
        {"short data", 1, SHORTEN, "publish[0].data has"},
        {"long data", 1, LENGTHEN, "publish[0].data has"},
        {"other data", 1, ALTER, "publish[0].data is not that of message"},
        {"no seqno", 2, OMIT, "publish[0].seqno is missing"},
        {"short seqno", 2, SHORTEN, "publish[0].seqno has 7 bytes, not 8"},
        {"long seqno", 2, LENGTHEN, "publish[0].seqno has 9 bytes, not 8"},
        {"unknown seqno", 2, ALTER, "sequence number 0x0100"},
        {"no topic", 3, OMIT, "publish[0].topic is missing"},
        {"unknown topic", 3, ALTER, "publish[0].topic names no topic of this run"},
        {"another topic", 3, SHORTEN, "publish[0].topic is not that of message"},
        {"unknown field", 7, ADD, "unknown, repeated or padded"},
        {"field by another number", 1, RENUMBER, "publish[0].data is missing"},
        {"a key", 5, ADD, "publish[0].key"},
        {"from twice", 0, REPEAT, "unknown, repeated or padded"},
        {"data twice", 1, REPEAT, "unknown, repeated or padded"},
        {"topic twice", 3, REPEAT, "unknown, repeated or padded"},
        {"data before from", 0, SWAP_WITH_NEXT, "out of order"},
        {"topic before seqno", 2, SWAP_WITH_NEXT, "out of order"},
    };

    expect_refusals(f, rows, COUNT_OF(rows));
}

static void given_no_signing_when_a_message_is_signed_then_it_is_refused(void **state) {
    struct wire_fixture *f = *state;
    static const struct refusal_row rows[] = {
        {"a signature", 4, ADD, "publish[0].signature: this run does not sign"},
    };

    expect_refusals(f, rows, COUNT_OF(rows));
}

static void given_signing_when_the_signature_is_wrong_then_the_failure_says_so(void **state) {
    struct wire_fixture *f = *state;
    static const struct refusal_row rows[] = {
        {"no signature", 4, OMIT, "publish[0].signature is missing"},
        {"short signature", 4, SHORTEN, "publish[0].signature has 63 bytes, not 64"},
        {"other signature", 4, ALTER, "publish[0].signature is not that of message"},
        {"signature twice", 4, REPEAT, "unknown, repeated or padded"},
        {"signature first", 3, SWAP_WITH_NEXT, "out of order"},
    };

    expect_refusals(f, rows, COUNT_OF(rows));
}

static void given_a_signature_that_never_held_when_decoded_then_it_is_refused(void **state) {
    struct wire_fixture *f = *state;
    struct parts parts;
    struct writer writer;
    f->world.messages.items[0].authentic = false;
    list_parts(f, 0, &parts);

    expect_refusal(f, write_parts(&writer, &parts), "not authentic",
                   "publish[0].signature does not hold");
}

static void given_a_message_not_yet_known_when_decoded_then_it_is_refused(void **state) {
    struct wire_fixture *f = *state;
    struct wire fresh;
    struct parts parts;
    struct writer writer;
    struct failure failure;
    uint32_t handle = RPC_NONE;
    wire_init(&fresh, f->world.arena, &f->world.messages);
    list_parts(f, 0, &parts);
    struct wire_bytes frame = write_parts(&writer, &parts);

    assert_int_equal(wire_decode(&fresh, &f->slab, frame, WIRE_HOPS, &failure), RPC_NONE);
    wire_add_message(&fresh, 0);
    handle = wire_decode(&fresh, &f->slab, frame, WIRE_HOPS, &failure);
    assert_int_not_equal(handle, RPC_NONE);

    assert_int_equal(rpc_at(&f->slab, handle)->entry.first, 0);
    assert_int_equal(rpc_at(&f->slab, handle)->entry.count, WIRE_HOPS);
}

static void given_wrong_bodies_when_decoded_then_the_failure_says_what(void **state) {
    struct wire_fixture *f = *state;
    static const struct {
        const char *body;
        const char *expected;
    } rows[] = {
        {"", "no entry"},
        {"1a00", "no entry"},
        {"0a03120161", "subscriptions[0].subscribe is missing"},
        {"0a020801", "subscriptions[0].topicid is missing"},
        {"0a0508011201610a020800", "subscriptions[1].topicid is missing"},
        {"0a05080112017a", "subscriptions[0].topicid names no topic of this run: 1 bytes 0x7a"},
        {"0a050802120161", "out of order"},
        {"0a06088100120161", "came in 9 bytes and takes 8"},
        {"0a06088101120161", "came in 9 bytes and takes 8"},
        {"0a850008011201611a00", "unknown, repeated or padded"},
        {"0a0608011202610a", "names no topic of this run: 2 bytes 0x610a"},
        {"0a06080112026100", "names no topic of this run: 2 bytes 0x6100"},
        {"1a050a030a017a", "control.ihave[0].topicID names no topic"},
        {"1a020a00", "control.ihave[0].topicID is missing"},
        {"1a080a060a0161120178", "control.ihave[0].messageIDs has 1 bytes, not 46"},
        {"1a0512030a0178", "control.iwant[0].messageIDs has 1 bytes, not 46"},
        {"1a3212300a2e" ZERO_ID, "control.iwant[0].messageIDs names no published message"},
        {"1a350a330a0161122e" ZERO_ID, "control.ihave[0].messageIDs names no published message"},
        {"1a051a030a017a", "control.graft[0].topicID names no topic"},
        {"1a021a00", "control.graft[0].topicID is missing"},
        {"1a0522030a017a", "control.prune[0].topicID names no topic"},
        {"1a022200", "control.prune[0].topicID is missing"},
        {"1a0722050a0161183c", "unknown, repeated or padded"},
        {"1a051a030a01611a051a030a0162", "unknown, repeated or padded"},
        {"1a0a22030a01611a030a0161", "out of order"},
        {"1a051a030a01610a050801120161", "out of order"},
        {"0a0508011201612a0161", "unknown, repeated or padded"},
        {"0a", "no protobuf"},
        {"0a05", "no protobuf"},
        {"0a0508011203", "no protobuf"},
        {"0800", "no protobuf"},
        {"0affffffff0f", "no protobuf"},
        {"00", "no"},
    };
    uint8_t buffer[128];

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t size = wire_read_hex(rows[i].body, buffer + 10);
        expect_refusal(f, wire_with_prefix(buffer, size), rows[i].body, rows[i].expected);
    }
}

static void given_wrong_prefixes_when_decoded_then_the_failure_says_what(void **state) {
    struct wire_fixture *f = *state;
    static const struct {
        const char *frame;
        const char *expected;
    } rows[] = {
        {"", "does not end within 0 bytes"},
        {"87", "does not end within 1 bytes"},
        {"ffffffffffffffffffffffff", "does not end within 10 bytes"},
        {"87000a050801120161", "takes 2 bytes, not 1"},
        {"878080808080808080000a050801120161", "takes 10 bytes, not 1"},
        {"878080808080808080020a050801120161", "takes 10 bytes, not 1"},
        {"878080808080808080010a050801120161", "says 9223372036854775815 bytes, 7 follow"},
        {"8780808080808080808001", "does not end within 10 bytes"},
        {"080a050801120161", "says 8 bytes, 7 follow"},
        {"060a050801120161", "says 6 bytes, 7 follow"},
        {"070a05080112016100", "says 7 bytes, 8 follow"},
        {"00", "no entry"},
        {"8000", "takes 2 bytes, not 1"},
    };
    uint8_t buffer[64];

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct wire_bytes frame = {.bytes = buffer, .size = wire_read_hex(rows[i].frame, buffer)};
        expect_refusal(f, frame, rows[i].frame, rows[i].expected);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_known_rpcs_when_encoded_then_the_bytes_are_those_of_the_schema, wire_begin,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_messages_when_encoded_then_the_bytes_are_those_put_together_by_hand, wire_begin,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_messages_when_encoded_then_the_bytes_are_those_put_together_by_hand,
            wire_begin_signing, wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_message_when_a_field_is_wrong_then_the_failure_names_it, wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_message_when_a_field_is_wrong_then_the_failure_names_it, wire_begin_signing,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_no_signing_when_a_message_is_signed_then_it_is_refused, wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_signing_when_the_signature_is_wrong_then_the_failure_says_so, wire_begin_signing,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_signature_that_never_held_when_decoded_then_it_is_refused, wire_begin_signing,
            wire_end),
        cmocka_unit_test_setup_teardown(
            given_a_message_not_yet_known_when_decoded_then_it_is_refused, wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(given_wrong_bodies_when_decoded_then_the_failure_says_what,
                                        wire_begin, wire_end),
        cmocka_unit_test_setup_teardown(
            given_wrong_prefixes_when_decoded_then_the_failure_says_what, wire_begin, wire_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
