#include "tests/vectors/wire_vectors.h"

#include "cli/hex.h"
#include "cli/rpc_json.h"
#include "router/codec_nim_2020.h"
#include "router/message_id_text.h"
#include "tests/support/document_compare.h"

#include <stdio.h>
#include <string.h>

/** One case being checked. */
struct check {
    const json_t *vector;
    struct wire_scratch scratch;
    struct disagreement disagreement;
    const char *step;
};

static bool disagree(struct check *check, const char *field, const char *expected,
                     const char *got) {
    snprintf(check->disagreement.text, sizeof check->disagreement.text,
             "%s: expected %.160s, got %.160s", field, expected, got);
    return false;
}

/** A field of the case that must be a string. */
static bool read_hex_field(struct check *check, const char *field, struct byte_span *bytes) {
    const json_t *value = json_object_get(check->vector, field);
    size_t size = json_string_length(value);
    uint8_t *memory = wire_scratch_take(&check->scratch, size / 2 + 1);
    size_t end = 0;
    if (!json_is_string(value) || !hex_read(json_string_value(value), size, false, memory, &end)) {
        return disagree(check, field, "hexadecimal digits", "something else");
    }
    *bytes = (struct byte_span){.bytes = memory, .size = size / 2};
    return true;
}

static bool read_rpc(struct check *check, const json_t *rpc, struct rpc_document *document) {
    struct failure failure;
    return rpc_json_read(rpc, &check->scratch, document, &failure) ||
           disagree(check, "rpc", "an RPC in JSON", failure.message);
}

static bool check_message_ids(struct check *check, const json_t *messages,
                              const struct rpc_document *document) {
    for (uint32_t i = 0; i < document->message_count; i++) {
        const struct document_message *message = &document->messages[i];
        const json_t *expected = json_object_get(json_array_get(messages, i), "msgid");
        struct byte_span id = message_id_text(message->from, message->seqno, &check->scratch);
        char *text = wire_scratch_take(&check->scratch, id.size + 1);
        memcpy(text, id.bytes, id.size);
        text[id.size] = '\0';
        if (!json_is_string(expected) || strcmp(json_string_value(expected), text) != 0) {
            char field[64];
            snprintf(field, sizeof field, "messages[%u].msgid", i);
            return disagree(check, field,
                            json_is_string(expected) ? json_string_value(expected) : "nothing",
                            text);
        }
    }
    return true;
}

static bool check_decoding(struct check *check, struct byte_span bytes) {
    const json_t *expected = json_object_get(check->vector, "decoded");
    const json_t *rpc = json_object_get(expected, "rpc");
    bool expected_ok = json_is_true(json_object_get(expected, "ok"));
    struct codec_nim_2020 codec = codec_nim_2020_original();
    struct nim_2020_decoded decoded;
    struct rpc_document document;
    struct failure failure;
    check->step = "decode";
    bool ok = codec_nim_2020_decode(&codec, bytes, &check->scratch, &decoded, &failure);
    if (ok != expected_ok) {
        return disagree(check, "result", expected_ok ? "a document" : "an exception",
                        ok ? "a document" : failure.message);
    }
    return !ok || (read_rpc(check, rpc, &document) &&
                   documents_agree(&document, &decoded.document, PRESENCE_IS_NOTHING,
                                   &check->disagreement) &&
                   check_message_ids(check, json_object_get(rpc, "messages"), &decoded.document));
}

/** Whether the bytes are those of the field `encoded`; a difference is told as others are. */
static bool check_bytes(struct check *check, struct byte_span expected, struct byte_span got) {
    struct rpc_document documents[2] = {{0}, {0}};
    struct disagreement disagreement;
    document_add_message(&documents[0], &check->scratch)->data = expected;
    document_add_message(&documents[1], &check->scratch)->data = got;
    if (documents_agree(&documents[0], &documents[1], PRESENCE_COUNTS, &disagreement)) {
        return true;
    }
    const char *found = strchr(disagreement.text, ':'); // behind the place in the message
    snprintf(check->disagreement.text, sizeof check->disagreement.text, "encoded%s",
             found == NULL ? "" : found);
    return false;
}

static bool check_encoding(struct check *check) {
    const char *expected = json_string_value(json_object_get(check->vector, "encode"));
    bool expected_ok = expected != NULL && strcmp(expected, "ok") == 0;
    struct codec_nim_2020 codec = codec_nim_2020_original();
    struct rpc_document document;
    struct byte_span got;
    struct byte_span recorded;
    struct failure failure;
    check->step = "encode";
    if (!read_rpc(check, json_object_get(check->vector, "rpc"), &document)) {
        return false;
    }
    bool ok = codec_nim_2020_encode(&codec, &document, &check->scratch, &got, &failure);
    if (ok != expected_ok) {
        return disagree(check, "result", expected_ok ? "bytes" : "an abort",
                        ok ? "bytes" : failure.message);
    }
    return !ok || (read_hex_field(check, "encoded", &recorded) &&
                   check_bytes(check, recorded, got) && check_decoding(check, recorded));
}

static bool check_vector(struct check *check) {
    const char *kind = json_string_value(json_object_get(check->vector, "kind"));
    struct byte_span bytes;
    if (kind != NULL && strcmp(kind, "encode") == 0) {
        return check_encoding(check);
    }
    if (kind != NULL && strcmp(kind, "decode") == 0) {
        return read_hex_field(check, "bytes", &bytes) && check_decoding(check, bytes);
    }
    return disagree(check, "kind", "encode or decode", kind != NULL ? kind : "nothing");
}

bool wire_vector_check(const json_t *vector, char *disagreement, size_t size) {
    struct arena *arena = arena_create(NULL);
    struct pool pool;
    struct check check = {.vector = vector, .step = "read"};
    pool_init(&pool, arena, MEMORY_MESSAGES);
    wire_scratch_init(&check.scratch, &pool, SIZE_MAX);
    bool ok = check_vector(&check);
    if (!ok) {
        const char *category = json_string_value(json_object_get(vector, "category"));
        snprintf(disagreement, size, "(%s), %s: %s", category != NULL ? category : "no category",
                 check.step, check.disagreement.text);
    }
    arena_destroy(arena);
    return ok;
}
