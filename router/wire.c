#include "router/wire.h"

#include "router/message_id_text.h"
#include "router/wire_scratch.h"

#include <string.h>

void wire_init(struct wire *wire, struct arena *arena, const struct message_table *messages) {
    CHECK(messages != NULL);
    CHECK(messages->identities != NULL);
    memset(wire, 0, sizeof *wire);
    wire->arena = arena;
    wire->messages = messages;
    pool_init(&wire->pool, arena, MEMORY_MESSAGES);
    intern_init(&wire->topics, arena);
    intern_init(&wire->message_ids, arena);
    intern_init(&wire->message_texts, arena);
    for (uint32_t topic = 0; topic < messages->topic_count; topic++) {
        uint32_t id =
            intern_add(&wire->topics, messages->topic_names[topic], messages->topic_sizes[topic]);
        // Two topics of one name could not be told apart on the wire.
        CHECK(id == topic);
    }
}

/** Adds the text of an id to those known. */
static uint32_t add_text(struct wire *wire, const uint8_t id[MESSAGE_ID_BYTES]) {
    struct wire_scratch scratch;
    wire_scratch_init(&scratch, &wire->pool, SIZE_MAX);
    struct byte_span text =
        message_id_text((struct byte_span){id, PEER_ID_BYTES},
                        (struct byte_span){id + PEER_ID_BYTES, SEQNO_BYTES}, &scratch);
    uint32_t added =
        intern_add(&wire->message_texts, (const char *)text.bytes, (uint32_t)text.size);
    wire_scratch_finish(&scratch);
    return added;
}

void wire_add_message(struct wire *wire, uint32_t message) {
    uint8_t bytes[MESSAGE_ID_BYTES];
    message_write_id(wire->messages, message, bytes);
    uint32_t count = wire->message_ids.count;
    uint32_t id = intern_add(&wire->message_ids, (const char *)bytes, sizeof bytes);
    // An origin that reuses a sequence number would make two messages one.
    CHECK(id == count);
    CHECK(add_text(wire, bytes) == count);
    if (count == wire->message_capacity) {
        wire->message_numbers = pool_grow(&wire->pool, wire->message_numbers,
                                          &wire->message_capacity, count + 1, sizeof(uint32_t));
    }
    CHECK(count < wire->message_capacity);
    wire->message_numbers[id] = message;
}

void wire_give(struct wire *wire, struct wire_bytes bytes) {
    CHECK(bytes.bytes != NULL);
    CHECK(bytes.size > 0);
    pool_give(&wire->pool, bytes.bytes, bytes.size);
}
