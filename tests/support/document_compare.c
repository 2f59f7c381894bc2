#include "tests/support/document_compare.h"

#include <stdio.h>
#include <string.h>

enum {
    SHOWN_BYTES_MAX = 80,
    SHOWN_SIZE = 2 * SHOWN_BYTES_MAX + 32,
    PATH_SIZE = 64,
    FIELD_PATH_SIZE = 96
};

struct comparison {
    enum presence presence;
    struct disagreement *disagreement;
};

static const char *show(struct byte_span span, char text[SHOWN_SIZE]) {
    if (span.bytes == NULL) {
        return "nothing";
    }
    size_t shown = span.size < SHOWN_BYTES_MAX ? span.size : SHOWN_BYTES_MAX;
    size_t at = 0;
    for (size_t i = 0; i < shown; i++) {
        at += (size_t)snprintf(text + at, SHOWN_SIZE - at, "%02x", span.bytes[i]);
    }
    snprintf(text + at, SHOWN_SIZE - at, "%s (%zu bytes)", shown < span.size ? "..." : "",
             span.size);
    return text;
}

static bool compare_counts(struct comparison *c, const char *path, uint32_t expected,
                           uint32_t got) {
    if (expected != got) {
        snprintf(c->disagreement->text, sizeof c->disagreement->text,
                 "%s: expected %u entries, got %u", path, expected, got);
    }
    return expected == got;
}

static bool compare_flags(struct comparison *c, const char *path, bool expected, bool got) {
    if (expected != got) {
        snprintf(c->disagreement->text, sizeof c->disagreement->text, "%s: expected %d, got %d",
                 path, expected, got);
    }
    return expected == got;
}

static bool compare_bytes(struct comparison *c, const char *path, struct byte_span expected,
                          struct byte_span got) {
    char expected_text[SHOWN_SIZE];
    char got_text[SHOWN_SIZE];
    bool same = expected.size == got.size &&
                (expected.size == 0 || memcmp(expected.bytes, got.bytes, got.size) == 0);
    bool same_presence = (expected.bytes == NULL) == (got.bytes == NULL);
    if (same && (same_presence || c->presence == PRESENCE_IS_NOTHING)) {
        return true;
    }
    snprintf(c->disagreement->text, sizeof c->disagreement->text, "%s: expected %s, got %s", path,
             show(expected, expected_text), show(got, got_text));
    return false;
}

static bool compare_field(struct comparison *c, const char *path, const char *field,
                          struct byte_span expected, struct byte_span got) {
    char whole[FIELD_PATH_SIZE];
    snprintf(whole, sizeof whole, "%.64s.%.16s", path, field);
    return compare_bytes(c, whole, expected, got);
}

static bool compare_spans(struct comparison *c, const char *path, const struct byte_spans *expected,
                          const struct byte_spans *got) {
    bool same = compare_counts(c, path, expected->count, got->count);
    for (uint32_t i = 0; same && i < expected->count; i++) {
        char item[FIELD_PATH_SIZE];
        snprintf(item, sizeof item, "%.64s[%u]", path, i);
        same = compare_bytes(c, item, expected->items[i], got->items[i]);
    }
    return same;
}

static bool compare_subscriptions(struct comparison *c, const struct rpc_document *expected,
                                  const struct rpc_document *got) {
    bool same = compare_counts(c, "subs", expected->subscription_count, got->subscription_count);
    for (uint32_t i = 0; same && i < expected->subscription_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "subs[%u]", i);
        same = compare_flags(c, path, expected->subscriptions[i].subscribe,
                             got->subscriptions[i].subscribe) &&
               compare_field(c, path, "topic", expected->subscriptions[i].topic,
                             got->subscriptions[i].topic);
    }
    return same;
}

static bool compare_message(struct comparison *c, const char *path,
                            const struct document_message *expected,
                            const struct document_message *got) {
    char topics[FIELD_PATH_SIZE];
    snprintf(topics, sizeof topics, "%.64s.topics", path);
    return compare_field(c, path, "from", expected->from, got->from) &&
           compare_field(c, path, "data", expected->data, got->data) &&
           compare_field(c, path, "seqno", expected->seqno, got->seqno) &&
           compare_spans(c, topics, &expected->topics, &got->topics) &&
           compare_field(c, path, "signature", expected->signature, got->signature) &&
           compare_field(c, path, "key", expected->key, got->key);
}

static bool compare_messages(struct comparison *c, const struct rpc_document *expected,
                             const struct rpc_document *got) {
    bool same = compare_counts(c, "messages", expected->message_count, got->message_count);
    for (uint32_t i = 0; same && i < expected->message_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "messages[%u]", i);
        same = compare_message(c, path, &expected->messages[i], &got->messages[i]);
    }
    return same;
}

static bool compare_control(struct comparison *c, const struct document_control *expected,
                            const struct document_control *got) {
    bool same = compare_counts(c, "control.ihave", expected->ihave_count, got->ihave_count) &&
                compare_counts(c, "control.iwant", expected->iwant_count, got->iwant_count);
    for (uint32_t i = 0; same && i < expected->ihave_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "control.ihave[%u]", i);
        same = compare_field(c, path, "topic", expected->ihaves[i].topic, got->ihaves[i].topic) &&
               compare_spans(c, path, &expected->ihaves[i].ids, &got->ihaves[i].ids);
    }
    for (uint32_t i = 0; same && i < expected->iwant_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "control.iwant[%u]", i);
        same = compare_spans(c, path, &expected->iwants[i], &got->iwants[i]);
    }
    return same && compare_spans(c, "control.graft", &expected->grafts, &got->grafts) &&
           compare_spans(c, "control.prune", &expected->prunes, &got->prunes);
}

bool documents_agree(const struct rpc_document *expected, const struct rpc_document *got,
                     enum presence presence, struct disagreement *disagreement) {
    struct comparison c = {presence, disagreement};
    return compare_subscriptions(&c, expected, got) && compare_messages(&c, expected, got) &&
           compare_flags(&c, "control", expected->has_control, got->has_control) &&
           compare_control(&c, &expected->control, &got->control);
}
