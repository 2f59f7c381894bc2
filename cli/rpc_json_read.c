#include "base/check.h"
#include "cli/hex.h"
#include "cli/rpc_json.h"

#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 64 };

struct reader {
    struct wire_scratch *scratch;
    struct failure *failure;
};

/** Where a value stands, as failures name it: `messages[3].from`. */
struct path {
    char text[PATH_SIZE];
};

static struct path path_of(const char *list, size_t index, const char *key) {
    struct path path;
    snprintf(path.text, sizeof path.text, "%s[%zu]%s%s", list, index, key[0] != '\0' ? "." : "",
             key);
    return path;
}

static struct path path_at(const char *list, size_t index) {
    return path_of(list, index, "");
}

static bool is_known_key(const char *key, const char *const *known) {
    size_t size = strlen(key);
    const char *ending = "_text";
    if (size > strlen(ending) && strcmp(key + size - strlen(ending), ending) == 0) {
        size -= strlen(ending);
    }
    for (; *known != NULL; known++) {
        if (strlen(*known) == size && strncmp(key, *known, size) == 0) {
            return true;
        }
    }
    return false;
}

/** The value must be an object of the keys in the list, which ends with NULL. */
static bool check_object(struct reader *reader, const char *path, const json_t *object,
                         const char *const *known) {
    if (!json_is_object(object)) {
        return failure_bad_input(reader->failure, "%s is not an object", path);
    }
    void *walk = json_object_iter((json_t *)object);
    for (; walk != NULL; walk = json_object_iter_next((json_t *)object, walk)) {
        const char *key = json_object_iter_key(walk);
        if (!is_known_key(key, known)) {
            return failure_bad_input(reader->failure, "%s has no key '%.40s'; its first is '%s'",
                                     path, key, known[0]);
        }
    }
    return true;
}

/** A list that is left out is empty. */
static bool check_list(struct reader *reader, const char *path, const json_t *list) {
    return list == NULL || json_is_array(list) ||
           failure_bad_input(reader->failure, "%s is not a list", path);
}

static bool read_hex(struct reader *reader, const char *path, const json_t *string,
                     struct byte_span *span) {
    const char *text = json_string_value(string);
    size_t size = json_string_length(string);
    uint8_t *bytes = wire_scratch_take(reader->scratch, size / 2 + 1);
    size_t end = 0;
    CHECK(bytes != NULL);
    if (!hex_read(text, size, false, bytes, &end)) {
        return failure_bad_input(
            reader->failure,
            "%s: '%.40s' has no byte of two hexadecimal digits at character %zu; "
            "text is given as {\"text\": \"foo\"}",
            path, text, end + 1);
    }
    *span = (struct byte_span){.bytes = bytes, .size = size / 2};
    return true;
}

static bool read_text(struct reader *reader, const char *path, const json_t *object,
                      struct byte_span *span) {
    const json_t *text = json_object_get(object, "text");
    if (!json_is_string(text) || json_object_size(object) != 1) {
        return failure_bad_input(reader->failure, "%s is an object other than {\"text\": \"foo\"}",
                                 path);
    }
    size_t size = json_string_length(text);
    uint8_t *bytes = wire_scratch_take(reader->scratch, size + 1);
    CHECK(bytes != NULL);
    memcpy(bytes, json_string_value(text), size);
    *span = (struct byte_span){.bytes = bytes, .size = size};
    return true;
}

static bool read_bytes(struct reader *reader, const char *path, const json_t *value,
                       struct byte_span *span) {
    *span = (struct byte_span){0};
    if (value == NULL || json_is_null(value)) {
        return true;
    }
    if (json_is_string(value)) {
        return read_hex(reader, path, value, span);
    }
    if (json_is_object(value)) {
        return read_text(reader, path, value, span);
    }
    return failure_bad_input(
        reader->failure, "%s is neither hexadecimal digits, {\"text\": \"foo\"} nor null", path);
}

static bool read_spans(struct reader *reader, const char *path, const json_t *list,
                       struct byte_spans *spans) {
    if (!check_list(reader, path, list)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct byte_span span;
        struct path item = path_at(path, i);
        if (!read_bytes(reader, item.text, json_array_get(list, i), &span)) {
            return false;
        }
        byte_spans_add(spans, reader->scratch, span);
    }
    return true;
}

static bool read_subscription(struct reader *reader, size_t index, const json_t *item,
                              struct rpc_document *document) {
    static const char *const known[] = {"subscribe", "topic", NULL};
    struct document_subscription *added = document_add_subscription(document, reader->scratch);
    if (!check_object(reader, path_at("subs", index).text, item, known)) {
        return false;
    }
    const json_t *subscribe = json_object_get(item, "subscribe");
    if (subscribe == NULL) {
        return failure_bad_input(reader->failure,
                                 "subs[%zu].subscribe is missing; allowed: true or false", index);
    }
    if (!json_is_boolean(subscribe)) {
        return failure_bad_input(reader->failure, "subs[%zu].subscribe is neither true nor false",
                                 index);
    }
    added->subscribe = json_is_true(subscribe);
    return read_bytes(reader, path_of("subs", index, "topic").text, json_object_get(item, "topic"),
                      &added->topic);
}

static bool read_message(struct reader *reader, size_t index, const json_t *item,
                         struct rpc_document *document) {
    static const char *const known[] = {"from",      "data", "seqno", "topics",
                                        "signature", "key",  "msgid", NULL};
    struct document_message *added = document_add_message(document, reader->scratch);
    struct {
        const char *key;
        struct byte_span *span;
    } fields[] = {
        {"from", &added->from},           {"data", &added->data}, {"seqno", &added->seqno},
        {"signature", &added->signature}, {"key", &added->key},
    };
    if (!check_object(reader, path_at("messages", index).text, item, known)) {
        return false;
    }
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (!read_bytes(reader, path_of("messages", index, fields[i].key).text,
                        json_object_get(item, fields[i].key), fields[i].span)) {
            return false;
        }
    }
    return read_spans(reader, path_of("messages", index, "topics").text,
                      json_object_get(item, "topics"), &added->topics);
}

static bool read_ihave(struct reader *reader, size_t index, const json_t *item,
                       struct document_control *control) {
    static const char *const known[] = {"topic", "ids", NULL};
    const char *list = "control.ihave";
    struct document_ihave *added = document_add_ihave(control, reader->scratch);
    return check_object(reader, path_at(list, index).text, item, known) &&
           read_bytes(reader, path_of(list, index, "topic").text, json_object_get(item, "topic"),
                      &added->topic) &&
           read_spans(reader, path_of(list, index, "ids").text, json_object_get(item, "ids"),
                      &added->ids);
}

static bool read_control(struct reader *reader, const json_t *object,
                         struct document_control *control) {
    static const char *const known[] = {"ihave", "iwant", "graft", "prune", NULL};
    if (!check_object(reader, "control", object, known)) {
        return false;
    }
    const json_t *ihaves = json_object_get(object, "ihave");
    const json_t *iwants = json_object_get(object, "iwant");
    bool ok =
        check_list(reader, "control.ihave", ihaves) && check_list(reader, "control.iwant", iwants);
    for (size_t i = 0; ok && i < json_array_size(ihaves); i++) {
        ok = read_ihave(reader, i, json_array_get(ihaves, i), control);
    }
    for (size_t i = 0; ok && i < json_array_size(iwants); i++) {
        const json_t *ids = json_array_get(iwants, i);
        ok = read_spans(reader, path_at("control.iwant", i).text, ids,
                        document_add_iwant(control, reader->scratch));
    }
    return ok &&
           read_spans(reader, "control.graft", json_object_get(object, "graft"),
                      &control->grafts) &&
           read_spans(reader, "control.prune", json_object_get(object, "prune"), &control->prunes);
}

bool rpc_json_read(const json_t *json, struct wire_scratch *scratch, struct rpc_document *document,
                   struct failure *failure) {
    static const char *const known[] = {"subs", "messages", "control", NULL};
    struct reader reader = {.scratch = scratch, .failure = failure};
    *document = (struct rpc_document){0};
    if (!check_object(&reader, "the RPC", json, known)) {
        return false;
    }
    const json_t *subscriptions = json_object_get(json, "subs");
    const json_t *messages = json_object_get(json, "messages");
    const json_t *control = json_object_get(json, "control");
    bool ok =
        check_list(&reader, "subs", subscriptions) && check_list(&reader, "messages", messages);
    for (size_t i = 0; ok && i < json_array_size(subscriptions); i++) {
        ok = read_subscription(&reader, i, json_array_get(subscriptions, i), document);
    }
    for (size_t i = 0; ok && i < json_array_size(messages); i++) {
        ok = read_message(&reader, i, json_array_get(messages, i), document);
    }
    if (ok && control != NULL && !json_is_null(control)) {
        document->has_control = true;
        ok = read_control(&reader, control, &document->control);
    }
    return ok;
}
