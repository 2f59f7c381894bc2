#include "router/rpc_document.h"

#include "base/check.h"

#include <string.h>

enum { CAPACITY_MIN = 1 };

/** A list with room for one more: itself, or a copy of twice the capacity. */
static void *make_room(struct wire_scratch *scratch, void *items, uint32_t count,
                       uint32_t *capacity, size_t item_bytes) {
    CHECK(count <= *capacity);
    if (count < *capacity) {
        return items;
    }
    CHECK(count <= UINT32_MAX / 2);
    *capacity = count == 0 ? CAPACITY_MIN : count * 2;
    void *larger = wire_scratch_take(scratch, *capacity * item_bytes);
    CHECK(larger != NULL);
    if (count > 0) {
        memcpy(larger, items, count * item_bytes);
    }
    return larger;
}

struct document_subscription *document_add_subscription(struct rpc_document *document,
                                                        struct wire_scratch *scratch) {
    document->subscriptions =
        make_room(scratch, document->subscriptions, document->subscription_count,
                  &document->subscription_capacity, sizeof *document->subscriptions);
    struct document_subscription *added = &document->subscriptions[document->subscription_count++];
    *added = (struct document_subscription){0};
    return added;
}

struct document_message *document_add_message(struct rpc_document *document,
                                              struct wire_scratch *scratch) {
    document->messages = make_room(scratch, document->messages, document->message_count,
                                   &document->message_capacity, sizeof *document->messages);
    struct document_message *added = &document->messages[document->message_count++];
    *added = (struct document_message){0};
    return added;
}

struct document_ihave *document_add_ihave(struct document_control *control,
                                          struct wire_scratch *scratch) {
    control->ihaves = make_room(scratch, control->ihaves, control->ihave_count,
                                &control->ihave_capacity, sizeof *control->ihaves);
    struct document_ihave *added = &control->ihaves[control->ihave_count++];
    *added = (struct document_ihave){0};
    return added;
}

struct byte_spans *document_add_iwant(struct document_control *control,
                                      struct wire_scratch *scratch) {
    control->iwants = make_room(scratch, control->iwants, control->iwant_count,
                                &control->iwant_capacity, sizeof *control->iwants);
    struct byte_spans *added = &control->iwants[control->iwant_count++];
    *added = (struct byte_spans){0};
    return added;
}

void byte_spans_add(struct byte_spans *spans, struct wire_scratch *scratch, struct byte_span span) {
    spans->items =
        make_room(scratch, spans->items, spans->count, &spans->capacity, sizeof *spans->items);
    spans->items[spans->count++] = span;
}
