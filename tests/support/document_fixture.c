#include "tests/support/document_fixture.h"

#include "base/check.h"
#include "router/wire_varint.h"

#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 600, WIRE_TYPE_VARINT = 0, WIRE_TYPE_BYTES = 2 };

int document_fixture_begin(void **state) {
    static struct document_fixture fixture;
    struct document_fixture *f = &fixture;
    f->arena = arena_create(NULL);
    pool_init(&f->pool, f->arena, MEMORY_MESSAGES);
    wire_scratch_init(&f->scratch, &f->pool, SIZE_MAX);
    f->prng = prng_stream(DOCUMENT_SEED, STREAM_WORKLOAD, 0);
    *state = f;
    return 0;
}

int document_fixture_end(void **state) {
    struct document_fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

void document_fixture_forget(struct document_fixture *f) {
    wire_scratch_finish(&f->scratch);
    wire_scratch_init(&f->scratch, &f->pool, SIZE_MAX);
}

struct byte_span document_bytes_of_hex(struct document_fixture *f, const char *hex) {
    static const char digits[] = "0123456789abcdef";
    size_t size = strlen(hex) / 2;
    uint8_t *bytes = wire_scratch_take(&f->scratch, size);
    for (size_t i = 0; i < size; i++) {
        long high = strchr(digits, hex[2 * i]) - digits;
        long low = strchr(digits, hex[2 * i + 1]) - digits;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return (struct byte_span){bytes, size};
}

uint8_t *document_copy_bytes(struct byte_span bytes) {
    uint8_t *copy = malloc(bytes.size > 0 ? bytes.size : 1);
    CHECK(copy != NULL);
    if (bytes.size > 0) {
        memcpy(copy, bytes.bytes, bytes.size);
    }
    return copy;
}

// --- made up -------------------------------------------------------------------------------------

static bool chance(struct document_fixture *f, uint32_t one_in) {
    return prng_below(&f->prng, one_in) == 0;
}

static struct byte_span random_bytes(struct document_fixture *f, size_t size) {
    uint8_t *bytes = wire_scratch_take(&f->scratch, size);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)prng_next(&f->prng);
    }
    return (struct byte_span){bytes, size};
}

/** Sizes around which a length takes one more byte, and small ones. */
static struct byte_span random_field(struct document_fixture *f,
                                     const struct document_taste *taste) {
    static const uint32_t sizes[] = {0, 1, 2, 3, 5, 8, 22, 126, 127, 128, 300};
    if (taste->absent && chance(f, 4)) {
        return (struct byte_span){0};
    }
    return random_bytes(f, sizes[prng_below(&f->prng, sizeof sizes / sizeof sizes[0])]);
}

static struct byte_span random_peer_id(struct document_fixture *f) {
    bool is_sha2 = chance(f, 2);
    struct byte_span id = random_bytes(f, is_sha2 ? 34 : 38);
    uint8_t *bytes = (uint8_t *)id.bytes;
    bytes[0] = is_sha2 ? 0x12 : 0x00;
    bytes[1] = is_sha2 ? 0x20 : 0x24;
    return id;
}

static uint32_t random_count(struct document_fixture *f, const struct document_taste *taste) {
    return chance(f, 2) ? 0 : 1 + prng_below(&f->prng, taste->entries_max);
}

static void add_random_spans(struct document_fixture *f, const struct document_taste *taste,
                             struct byte_spans *spans, uint32_t count) {
    const struct document_taste present = {.entries_max = taste->entries_max};
    for (uint32_t i = 0; i < count; i++) {
        byte_spans_add(spans, &f->scratch, random_field(f, &present));
    }
}

static void add_random_message(struct document_fixture *f, const struct document_taste *taste,
                               struct rpc_document *document) {
    struct document_message *message = document_add_message(document, &f->scratch);
    message->from = taste->any_from ? random_field(f, taste) : random_peer_id(f);
    message->data = random_field(f, taste);
    message->seqno = random_field(f, taste);
    if (chance(f, 2)) {
        message->signature = random_bytes(f, 1 + prng_below(&f->prng, 80));
    }
    if (chance(f, 2)) {
        message->key = random_bytes(f, 1 + prng_below(&f->prng, 80));
    }
    uint32_t topics = taste->several_topics ? random_count(f, taste) : prng_below(&f->prng, 2);
    add_random_spans(f, taste, &message->topics, topics);
}

static void add_random_control(struct document_fixture *f, const struct document_taste *taste,
                               struct document_control *control) {
    for (uint32_t left = random_count(f, taste); left > 0; left--) {
        struct document_ihave *ihave = document_add_ihave(control, &f->scratch);
        ihave->topic = random_field(f, taste);
        add_random_spans(f, taste, &ihave->ids, random_count(f, taste));
    }
    for (uint32_t left = random_count(f, taste); left > 0; left--) {
        struct byte_spans *ids = document_add_iwant(control, &f->scratch);
        add_random_spans(f, taste, ids, random_count(f, taste) + !taste->empty);
    }
    for (uint32_t left = random_count(f, taste); left > 0; left--) {
        byte_spans_add(&control->grafts, &f->scratch, random_field(f, taste));
    }
    for (uint32_t left = random_count(f, taste) + !taste->empty; left > 0; left--) {
        byte_spans_add(&control->prunes, &f->scratch, random_field(f, taste));
    }
}

struct rpc_document document_random(struct document_fixture *f,
                                    const struct document_taste *taste) {
    struct rpc_document document = {0};
    for (uint32_t left = random_count(f, taste); left > 0; left--) {
        struct document_subscription *added = document_add_subscription(&document, &f->scratch);
        added->subscribe = chance(f, 2);
        added->topic = random_field(f, taste);
    }
    for (uint32_t left = random_count(f, taste); left > 0; left--) {
        add_random_message(f, taste, &document);
    }
    document.has_control = chance(f, 2);
    if (document.has_control) {
        add_random_control(f, taste, &document.control);
    }
    return document;
}

// --- written freely ------------------------------------------------------------------------------

/** One field of a part that is being collected. */
struct free_field {
    uint32_t number;
    uint32_t wire_type;
    uint64_t value;
    struct byte_span content;
};

struct free_part {
    struct free_field fields[FIELDS_MAX];
    uint32_t count;
    uint32_t known; // greater numbers are unknown
};

struct free_writer {
    struct document_fixture *fixture;
    uint8_t *bytes;
    size_t size;
};

static struct free_part *begin_part(struct document_fixture *f, uint32_t known) {
    struct free_part *part = wire_scratch_take(&f->scratch, sizeof *part);
    part->count = 0;
    part->known = known;
    return part;
}

static void collect(struct free_part *part, uint32_t number, struct byte_span content) {
    CHECK(part->count < FIELDS_MAX);
    if (content.bytes != NULL) {
        part->fields[part->count++] = (struct free_field){number, WIRE_TYPE_BYTES, 0, content};
    }
}

/** A field that counts once, sometimes with another value before. */
static void collect_single(struct document_fixture *f, struct free_part *part, uint32_t number,
                           struct byte_span content) {
    if (content.bytes != NULL && chance(f, 4)) {
        collect(part, number, random_bytes(f, prng_below(&f->prng, 5)));
    }
    collect(part, number, content);
}

static void collect_all(struct free_part *part, uint32_t number, const struct byte_spans *spans) {
    for (uint32_t i = 0; i < spans->count; i++) {
        collect(part, number, spans->items[i]);
    }
}

/** Some bytes more than needed, sometimes: keys and lengths may take five. */
static void write_padded(struct free_writer *writer, uint64_t value) {
    uint32_t count = wire_varint_write(value, writer->bytes + writer->size);
    while (count < 5 && chance(writer->fixture, 6)) {
        writer->bytes[writer->size + count - 1] |= 0x80;
        writer->bytes[writer->size + count++] = 0;
    }
    writer->size += count;
}

static void write_field(struct free_writer *writer, const struct free_field *field) {
    CHECK(writer->size + field->content.size + 32 < FREE_FORM_BYTES_MAX);
    write_padded(writer, field->number << 3 | field->wire_type);
    if (field->wire_type == WIRE_TYPE_VARINT) {
        write_padded(writer, field->value);
        return;
    }
    if (field->wire_type == WIRE_TYPE_BYTES) {
        write_padded(writer, field->content.size);
    }
    memcpy(writer->bytes + writer->size, field->content.bytes, field->content.size);
    writer->size += field->content.size;
}

static void write_unknown(struct free_writer *writer, uint32_t known) {
    struct document_fixture *f = writer->fixture;
    static const struct {
        uint32_t wire_type;
        uint32_t bytes;
    } forms[] = {{WIRE_TYPE_VARINT, 0}, {1, 8}, {WIRE_TYPE_BYTES, 3}, {5, 4}};
    uint32_t form = prng_below(&f->prng, 4);
    struct free_field field = {known + 1 + prng_below(&f->prng, 3000), forms[form].wire_type,
                               prng_below(&f->prng, 1000), random_bytes(f, forms[form].bytes)};
    write_field(writer, &field);
}

/** The fields in any order that keeps those of one number in theirs. */
static struct byte_span write_part(struct document_fixture *f, struct free_part *part) {
    struct free_writer writer = {f, wire_scratch_take(&f->scratch, FREE_FORM_BYTES_MAX), 0};
    for (uint32_t left = part->count; left > 0; left--) {
        uint32_t chosen = prng_below(&f->prng, left);
        uint32_t first = 0;
        while (part->fields[first].number != part->fields[chosen].number) {
            first++;
        }
        if (chance(f, 5)) {
            write_unknown(&writer, part->known);
        }
        write_field(&writer, &part->fields[first]);
        memmove(&part->fields[first], &part->fields[first + 1],
                (left - first - 1) * sizeof part->fields[0]);
    }
    if (chance(f, 5)) {
        write_unknown(&writer, part->known);
    }
    return (struct byte_span){writer.bytes, writer.size};
}

static void collect_subscriptions(struct document_fixture *f, const struct rpc_document *document,
                                  struct free_part *rpc) {
    for (uint32_t i = 0; i < document->subscription_count; i++) {
        const struct document_subscription *subscription = &document->subscriptions[i];
        struct free_part *part = begin_part(f, 2);
        if (subscription->subscribe || chance(f, 2)) {
            part->fields[part->count++] =
                (struct free_field){1, WIRE_TYPE_VARINT, subscription->subscribe, {0}};
        }
        collect_single(f, part, 2, subscription->topic);
        collect(rpc, 1, write_part(f, part));
    }
}

static void collect_messages(struct document_fixture *f, const struct rpc_document *document,
                             struct free_part *rpc) {
    for (uint32_t i = 0; i < document->message_count; i++) {
        const struct document_message *message = &document->messages[i];
        struct free_part *part = begin_part(f, 6);
        collect_single(f, part, 1, message->from);
        collect_single(f, part, 2, message->data);
        collect_single(f, part, 3, message->seqno);
        collect_all(part, 4, &message->topics);
        collect_single(f, part, 5, message->signature);
        collect_single(f, part, 6, message->key);
        collect(rpc, 2, write_part(f, part));
    }
}

static void collect_topics(struct document_fixture *f, const struct byte_spans *topics,
                           struct free_part *control, uint32_t number) {
    for (uint32_t i = 0; i < topics->count; i++) {
        struct free_part *part = begin_part(f, 1);
        collect_single(f, part, 1, topics->items[i]);
        collect(control, number, write_part(f, part));
    }
}

static void collect_control(struct document_fixture *f, const struct document_control *source,
                            struct free_part *control) {
    for (uint32_t i = 0; i < source->ihave_count; i++) {
        struct free_part *part = begin_part(f, 2);
        collect_single(f, part, 1, source->ihaves[i].topic);
        collect_all(part, 2, &source->ihaves[i].ids);
        collect(control, 1, write_part(f, part));
    }
    for (uint32_t i = 0; i < source->iwant_count; i++) {
        struct free_part *part = begin_part(f, 1);
        collect_all(part, 1, &source->iwants[i]);
        collect(control, 2, write_part(f, part));
    }
    collect_topics(f, &source->grafts, control, 3);
    collect_topics(f, &source->prunes, control, 4);
}

struct byte_span document_write_freely(struct document_fixture *f,
                                       const struct rpc_document *document) {
    struct free_part *rpc = begin_part(f, 3);
    collect_subscriptions(f, document, rpc);
    collect_messages(f, document, rpc);
    if (document->has_control) {
        struct free_part *control = begin_part(f, 4);
        collect_control(f, &document->control, control);
        // Whole, or one piece and the rest.
        if (control->count > 1 && chance(f, 3)) {
            struct free_part *piece = begin_part(f, 4);
            piece->fields[piece->count++] = control->fields[0];
            memmove(control->fields, control->fields + 1,
                    --control->count * sizeof control->fields[0]);
            collect(rpc, 3, write_part(f, piece));
        }
        collect(rpc, 3, write_part(f, control));
    }
    return write_part(f, rpc);
}
