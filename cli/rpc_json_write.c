#include "base/check.h"
#include "cli/hex.h"
#include "cli/rpc_json.h"
#include "router/message_id_text.h"

#include <stdio.h>
#include <string.h>

enum { KEY_SIZE = 32 };

static json_t *hex_of(struct byte_span span, struct wire_scratch *scratch) {
    if (span.bytes == NULL) {
        return json_null();
    }
    char *text = wire_scratch_take(scratch, 2 * span.size + 1);
    CHECK(text != NULL);
    hex_write(span.bytes, span.size, text);
    return json_string(text);
}

/** The bytes as text, or NULL if they are none or hold what could control a terminal. */
static json_t *text_of(struct byte_span span) {
    for (size_t i = 0; i < span.size; i++) {
        uint8_t byte = span.bytes[i];
        // U+0080 to U+009F are the other half of the control characters.
        bool is_second_half = i > 0 && span.bytes[i - 1] == 0xc2 && byte < 0xa0;
        if (byte < 0x20 || byte == 0x7f || is_second_half) {
            return NULL;
        }
    }
    // NULL if this is no UTF-8.
    return span.size > 0 ? json_stringn((const char *)span.bytes, span.size) : NULL;
}

static void set_text(json_t *object, const char *key, json_t *text) {
    char text_key[KEY_SIZE];
    if (text != NULL) {
        snprintf(text_key, sizeof text_key, "%s_text", key);
        json_object_set_new(object, text_key, text);
    }
}

static void set_bytes(json_t *object, const char *key, struct byte_span span,
                      struct wire_scratch *scratch) {
    json_object_set_new(object, key, hex_of(span, scratch));
    set_text(object, key, text_of(span));
}

static json_t *hexes_of(const struct byte_spans *spans, struct wire_scratch *scratch) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < spans->count; i++) {
        json_array_append_new(list, hex_of(spans->items[i], scratch));
    }
    return list;
}

/** A text for each, null where there is none; NULL if there is none at all. */
static json_t *texts_of(const struct byte_spans *spans) {
    json_t *list = json_array();
    bool has_text = false;
    for (uint32_t i = 0; i < spans->count; i++) {
        json_t *text = text_of(spans->items[i]);
        has_text = has_text || text != NULL;
        json_array_append_new(list, text != NULL ? text : json_null());
    }
    if (!has_text) {
        json_decref(list);
        return NULL;
    }
    return list;
}

static void set_spans(json_t *object, const char *key, const struct byte_spans *spans,
                      struct wire_scratch *scratch) {
    json_object_set_new(object, key, hexes_of(spans, scratch));
    set_text(object, key, texts_of(spans));
}

static json_t *write_subscriptions(const struct rpc_document *document,
                                   struct wire_scratch *scratch) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < document->subscription_count; i++) {
        const struct document_subscription *subscription = &document->subscriptions[i];
        json_t *item = json_object();
        json_object_set_new(item, "subscribe", json_boolean(subscription->subscribe));
        set_bytes(item, "topic", subscription->topic, scratch);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *write_messages(const struct rpc_document *document, struct wire_scratch *scratch) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < document->message_count; i++) {
        const struct document_message *message = &document->messages[i];
        struct byte_span id = message_id_text(message->from, message->seqno, scratch);
        json_t *item = json_object();
        set_bytes(item, "from", message->from, scratch);
        set_bytes(item, "data", message->data, scratch);
        set_bytes(item, "seqno", message->seqno, scratch);
        set_spans(item, "topics", &message->topics, scratch);
        set_bytes(item, "signature", message->signature, scratch);
        set_bytes(item, "key", message->key, scratch);
        json_object_set_new(item, "msgid", json_stringn((const char *)id.bytes, id.size));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *write_ihaves(const struct document_control *control, struct wire_scratch *scratch) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < control->ihave_count; i++) {
        json_t *item = json_object();
        set_bytes(item, "topic", control->ihaves[i].topic, scratch);
        set_spans(item, "ids", &control->ihaves[i].ids, scratch);
        json_array_append_new(list, item);
    }
    return list;
}

static void set_iwants(json_t *object, const struct document_control *control,
                       struct wire_scratch *scratch) {
    json_t *list = json_array();
    json_t *texts = json_array();
    bool has_text = false;
    for (uint32_t i = 0; i < control->iwant_count; i++) {
        json_t *text = texts_of(&control->iwants[i]);
        has_text = has_text || text != NULL;
        json_array_append_new(list, hexes_of(&control->iwants[i], scratch));
        json_array_append_new(texts, text != NULL ? text : json_null());
    }
    json_object_set_new(object, "iwant", list);
    if (has_text) {
        json_object_set(object, "iwant_text", texts);
    }
    json_decref(texts);
}

static json_t *write_control(const struct document_control *control, struct wire_scratch *scratch) {
    json_t *object = json_object();
    json_object_set_new(object, "ihave", write_ihaves(control, scratch));
    set_iwants(object, control, scratch);
    set_spans(object, "graft", &control->grafts, scratch);
    set_spans(object, "prune", &control->prunes, scratch);
    return object;
}

json_t *rpc_json_write(const struct rpc_document *document, struct wire_scratch *scratch) {
    json_t *json = json_object();
    json_object_set_new(json, "subs", write_subscriptions(document, scratch));
    json_object_set_new(json, "messages", write_messages(document, scratch));
    json_object_set_new(json, "control",
                        document->has_control ? write_control(&document->control, scratch)
                                              : json_null());
    return json;
}
