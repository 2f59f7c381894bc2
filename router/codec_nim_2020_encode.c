#include "base/check.h"
#include "router/codec_nim_2020.h"
#include "router/rpc.h"
#include "router/wire_varint.h"

#include <string.h>

/** The kinds of entries, in the order in which they are written. */
enum entry_kind {
    ENTRY_SUBSCRIPTION,
    ENTRY_MESSAGE,
    ENTRY_IHAVE,
    ENTRY_IWANT,
    ENTRY_GRAFT,
    ENTRY_PRUNE,
};

enum { FIELD_CONTROL = 3, WIRE_TYPE_VARINT = 0, WIRE_TYPE_BYTES = 2 };

/** A part being written, or only measured if it has no bytes. */
struct encoder {
    const struct codec_nim_2020 *codec;
    const struct rpc_document *document;
    uint8_t *bytes; // NULL: nothing is written
    size_t size;    // where the next field goes
};

static void write_varint(struct encoder *encoder, uint64_t value) {
    if (encoder->bytes != NULL) {
        wire_varint_write(value, encoder->bytes + encoder->size);
    }
    encoder->size += varint_bytes(value);
}

static void write_header(struct encoder *encoder, uint32_t field, size_t content_bytes) {
    write_varint(encoder, field << 3 | WIRE_TYPE_BYTES);
    write_varint(encoder, content_bytes);
}

static void write_bytes(struct encoder *encoder, uint32_t field, struct byte_span content) {
    CHECK(content.bytes != NULL || content.size == 0);
    write_header(encoder, field, content.size);
    if (encoder->bytes != NULL && content.size > 0) {
        memcpy(encoder->bytes + encoder->size, content.bytes, content.size);
    }
    encoder->size += content.size;
}

static void write_spans(struct encoder *encoder, uint32_t field, const struct byte_spans *spans) {
    for (uint32_t i = 0; i < spans->count; i++) {
        write_bytes(encoder, field, spans->items[i]);
    }
}

static void write_subscription(struct encoder *encoder,
                               const struct document_subscription *subscription) {
    write_varint(encoder, 1 << 3 | WIRE_TYPE_VARINT);
    write_varint(encoder, subscription->subscribe);
    write_bytes(encoder, 2, subscription->topic);
}

static void write_message(struct encoder *encoder, const struct document_message *message) {
    write_bytes(encoder, 1, message->from);
    write_bytes(encoder, 2, message->data);
    write_bytes(encoder, 3, message->seqno);
    write_spans(encoder, 4, &message->topics);
    if (message->signature.size > 0) {
        write_bytes(encoder, 5, message->signature);
    }
    if (message->key.size > 0) {
        write_bytes(encoder, 6, message->key);
    }
}

static void write_entry(struct encoder *encoder, enum entry_kind kind, uint32_t index) {
    const struct rpc_document *document = encoder->document;
    const struct document_control *control = &document->control;
    switch (kind) {
    case ENTRY_SUBSCRIPTION:
        write_subscription(encoder, &document->subscriptions[index]);
        return;
    case ENTRY_MESSAGE:
        write_message(encoder, &document->messages[index]);
        return;
    case ENTRY_IHAVE:
        write_bytes(encoder, 1, control->ihaves[index].topic);
        write_spans(encoder, 2, &control->ihaves[index].ids);
        return;
    case ENTRY_IWANT:
        write_spans(encoder, 1, &control->iwants[index]);
        return;
    case ENTRY_GRAFT:
        write_bytes(encoder, 1, control->grafts.items[index]);
        return;
    case ENTRY_PRUNE:
        write_bytes(encoder, 1, control->prunes.items[index]);
        return;
    }
}

/**
 * The content of one field: one entry, or several in a row.
 *
 * With Q48 the position goes back to the start of the block after each message, while the block
 * grows by each: the last message lies over the beginnings of the others, and zeros fill the rest.
 */
static void write_block(struct encoder *encoder, enum entry_kind kind, uint32_t first,
                        uint32_t count) {
    bool rewinds = kind == ENTRY_MESSAGE && encoder->codec->garble_messages;
    size_t start = encoder->size;
    size_t end = start;
    for (uint32_t i = first; i < first + count; i++) {
        size_t before = encoder->size;
        write_entry(encoder, kind, i);
        end += encoder->size - before;
        encoder->size = rewinds ? start : end;
    }
    encoder->size = end;
}

static size_t measure_block(const struct encoder *encoder, enum entry_kind kind, uint32_t first,
                            uint32_t count) {
    struct encoder measuring = {.codec = encoder->codec, .document = encoder->document};
    write_block(&measuring, kind, first, count);
    return measuring.size;
}

/** A field for each entry, or one for all of them. */
static void write_kind(struct encoder *encoder, enum entry_kind kind, uint32_t field,
                       uint32_t count) {
    const struct codec_nim_2020 *codec = encoder->codec;
    bool is_merged = kind == ENTRY_MESSAGE ? codec->garble_messages
                                           : kind != ENTRY_SUBSCRIPTION && codec->merge_entries;
    uint32_t step = is_merged ? count : 1;
    for (uint32_t first = 0; first < count; first += step) {
        write_header(encoder, field, measure_block(encoder, kind, first, step));
        write_block(encoder, kind, first, step);
    }
}

static void write_control(struct encoder *encoder) {
    const struct document_control *control = &encoder->document->control;
    write_kind(encoder, ENTRY_IHAVE, 1, control->ihave_count);
    write_kind(encoder, ENTRY_IWANT, 2, control->iwant_count);
    write_kind(encoder, ENTRY_GRAFT, 3, control->grafts.count);
    write_kind(encoder, ENTRY_PRUNE, 4, control->prunes.count);
}

static void write_rpc(struct encoder *encoder) {
    const struct rpc_document *document = encoder->document;
    write_kind(encoder, ENTRY_SUBSCRIPTION, 1, document->subscription_count);
    write_kind(encoder, ENTRY_MESSAGE, 2, document->message_count);
    if (document->has_control) {
        struct encoder measuring = {.codec = encoder->codec, .document = document};
        write_control(&measuring);
        write_header(encoder, FIELD_CONTROL, measuring.size);
        write_control(encoder);
    }
}

/** Q53: the original asserts that a part that is being finished has some content. */
static bool check_content(const struct encoder *encoder, struct failure *failure) {
    const struct rpc_document *document = encoder->document;
    const struct document_control *control = &document->control;
    if (!encoder->codec->abort_when_empty || !document->has_control) {
        return true;
    }
    if (control->iwant_count > 0 &&
        measure_block(encoder, ENTRY_IWANT, 0, control->iwant_count) == 0) {
        return failure_bad_input(failure, "the control part has IWANT entries without any id, "
                                          "upon which the encoder of 2020 aborts");
    }
    if (control->ihave_count + control->iwant_count + control->grafts.count +
            control->prunes.count ==
        0) {
        return failure_bad_input(
            failure, "the control part has no entry, upon which the encoder of 2020 aborts");
    }
    return true;
}

struct codec_nim_2020 codec_nim_2020_original(void) {
    return (struct codec_nim_2020){
        .merge_entries = true,
        .garble_messages = true,
        .abort_when_empty = true,
        .first_control_kind_only = true,
        .unbounded_submessages = true,
        .unknown_field_throws = true,
        .strict_fields = true,
    };
}

bool codec_nim_2020_encode(const struct codec_nim_2020 *codec, const struct rpc_document *document,
                           struct wire_scratch *scratch, struct byte_span *out,
                           struct failure *failure) {
    struct encoder encoder = {.codec = codec, .document = document};
    if (!check_content(&encoder, failure)) {
        return false;
    }
    write_rpc(&encoder);
    size_t size = encoder.size;
    encoder.bytes = wire_scratch_take(scratch, size);
    CHECK(encoder.bytes != NULL);
    memset(encoder.bytes, 0, size);
    encoder.size = 0;
    write_rpc(&encoder);
    CHECK(encoder.size == size);
    *out = (struct byte_span){.bytes = encoder.bytes, .size = size};
    return true;
}
