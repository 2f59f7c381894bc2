#include "base/check.h"
#include "router/codec_nim_2020.h"
#include "router/multihash.h"
#include "router/rpc.h"
#include "router/wire_varint.h"

enum {
    WIRE_TYPE_VARINT = 0,
    WIRE_TYPE_FIXED64 = 1,
    WIRE_TYPE_BYTES = 2,
    WIRE_TYPE_FIXED32 = 5,
};

// Longer fields are as if they were not there (Q50: a limit of the cursor, not of the format).
enum { FIELD_BYTES_MAX = 1 << 22 };

/** The cursor. Every read either succeeds or leaves it where it was. */
struct reader {
    const struct codec_nim_2020 *codec;
    const uint8_t *bytes;
    size_t at;
    size_t end; // of all bytes or, unless Q50, of the part that is being read
    struct wire_scratch *scratch;
    struct rpc_document *document;
    struct document_control *control; // of the control part that is being read
    struct failure *failure;
};

/** A field of any kind. */
struct field {
    uint64_t number;
    uint32_t wire_type;
    uint64_t value;           // of a varint
    struct byte_span content; // of a length-delimited field
};

static bool read_varint(struct reader *reader, uint64_t *value) {
    size_t count = wire_varint_read(reader->bytes + reader->at, reader->end - reader->at, value);
    if (count == 0 || (reader->codec->strict_fields && count != varint_bytes(*value))) {
        return false;
    }
    reader->at += count;
    return true;
}

static bool read_length(struct reader *reader, uint64_t *length) {
    size_t start = reader->at;
    if (read_varint(reader, length) && *length <= reader->end - reader->at &&
        (*length <= FIELD_BYTES_MAX || !reader->codec->unbounded_submessages)) {
        return true;
    }
    reader->at = start;
    return false;
}

static bool read_content(struct reader *reader, struct field *field) {
    size_t left = reader->end - reader->at;
    size_t fixed_bytes = field->wire_type == WIRE_TYPE_FIXED64 ? 8 : 4;
    switch (field->wire_type) {
    case WIRE_TYPE_VARINT:
        return read_varint(reader, &field->value);
    case WIRE_TYPE_BYTES:
        if (!read_length(reader, &field->value)) {
            return false;
        }
        field->content = (struct byte_span){reader->bytes + reader->at, (size_t)field->value};
        reader->at += field->content.size;
        return true;
    case WIRE_TYPE_FIXED64:
    case WIRE_TYPE_FIXED32:
        if (left < fixed_bytes) {
            return false;
        }
        reader->at += fixed_bytes;
        return true;
    default:
        return false;
    }
}

/** Reads the next field, whatever it is. */
static bool read_field(struct reader *reader, struct field *field) {
    size_t start = reader->at;
    uint64_t key = 0;
    *field = (struct field){0};
    if (read_varint(reader, &key)) {
        field->number = key >> 3;
        field->wire_type = (uint32_t)(key & 7);
        if (field->number > 0 && read_content(reader, field)) {
            return true;
        }
    }
    reader->at = start;
    return false;
}

/** Reads the next field if it is this one. */
static bool take_field(struct reader *reader, uint64_t number, uint32_t wire_type,
                       struct field *field) {
    size_t start = reader->at;
    if (read_field(reader, field) && field->number == number && field->wire_type == wire_type) {
        return true;
    }
    reader->at = start;
    return false;
}

static bool take_bytes(struct reader *reader, uint64_t number, struct byte_span *content) {
    struct field field;
    if (!take_field(reader, number, WIRE_TYPE_BYTES, &field)) {
        return false;
    }
    *content = field.content;
    return true;
}

static void take_spans(struct reader *reader, uint64_t number, struct byte_spans *spans) {
    struct byte_span content;
    while (take_bytes(reader, number, &content)) {
        byte_spans_add(spans, reader->scratch, content);
    }
}

// --- entries in the strict order of 2020 (Q52) ---------------------------------------------------

// Each reads one entry and appends it; false ends the list. What was read of an entry that is given
// up stays read.

static bool take_subscription(struct reader *reader) {
    struct field subscribe = {0};
    struct byte_span topic;
    // The bool may be missing. take_field() leaves what it found instead.
    bool has_subscribe = take_field(reader, 1, WIRE_TYPE_VARINT, &subscribe);
    if (!take_bytes(reader, 2, &topic)) {
        return false;
    }
    struct document_subscription *added =
        document_add_subscription(reader->document, reader->scratch);
    added->subscribe = has_subscribe && subscribe.value != 0;
    added->topic = topic;
    return true;
}

static bool take_message(struct reader *reader) {
    struct document_message message = {0};
    if (!take_bytes(reader, 1, &message.from) ||
        !multihash_is_valid(message.from.bytes, message.from.size) ||
        !take_bytes(reader, 2, &message.data) || !take_bytes(reader, 3, &message.seqno)) {
        return false;
    }
    take_spans(reader, 4, &message.topics);
    take_bytes(reader, 5, &message.signature);
    take_bytes(reader, 6, &message.key);
    *document_add_message(reader->document, reader->scratch) = message;
    return true;
}

static bool take_ihave(struct reader *reader) {
    struct byte_span topic;
    if (!take_bytes(reader, 1, &topic)) {
        return false;
    }
    struct document_ihave *ihave = document_add_ihave(reader->control, reader->scratch);
    ihave->topic = topic;
    take_spans(reader, 2, &ihave->ids);
    return true;
}

// --- entries in any order ------------------------------------------------------------------------

/** The fields of an entry: where each goes, and which of them repeat. Numbers start at 1. */
enum { ENTRY_FIELDS_MAX = 6 };

struct entry_form {
    struct byte_span *single[ENTRY_FIELDS_MAX + 1];    // NULL: none of this number
    struct byte_spans *repeated[ENTRY_FIELDS_MAX + 1]; // likewise
    bool *flag;                                        // field 1 as a bool, or NULL
};

static bool is_of_form(const struct entry_form *form, const struct field *field) {
    if (field->number > ENTRY_FIELDS_MAX) {
        return false;
    }
    if (field->wire_type == WIRE_TYPE_VARINT) {
        return field->number == 1 && form->flag != NULL;
    }
    return field->wire_type == WIRE_TYPE_BYTES &&
           (form->single[field->number] != NULL || form->repeated[field->number] != NULL);
}

static void store_field(struct reader *reader, const struct entry_form *form,
                        const struct field *field) {
    if (field->wire_type == WIRE_TYPE_VARINT) {
        *form->flag = field->value != 0;
    } else if (form->repeated[field->number] != NULL) {
        byte_spans_add(form->repeated[field->number], reader->scratch, field->content);
    } else {
        *form->single[field->number] = field->content;
    }
}

/**
 * Reads one entry. With an end, fields of other forms are passed over and the last of a repeated
 * one counts, as in protobuf. Without (Q50), what does not belong to the entry ends it: a field of
 * another form, or one that would stand twice, which begins the next entry. Returns whether there
 * was a field.
 */
static bool read_entry(struct reader *reader, const struct entry_form *form) {
    bool is_open = reader->codec->unbounded_submessages;
    uint32_t seen = 0;
    size_t start = reader->at;
    struct field field;
    while (read_field(reader, &field)) {
        if (is_of_form(form, &field)) {
            uint32_t mark = 1u << field.number;
            if (is_open && (seen & mark) != 0 && form->repeated[field.number] == NULL) {
                reader->at = start;
                break;
            }
            seen |= mark;
            store_field(reader, form, &field);
        } else if (is_open) {
            reader->at = start;
            break;
        }
        start = reader->at;
    }
    return seen != 0;
}

/** Whether an entry that was read is one: with an end, also one without fields. */
static bool read_entry_in(struct reader *reader, const struct entry_form *form) {
    bool has_fields = read_entry(reader, form);
    return has_fields || !reader->codec->unbounded_submessages;
}

static bool read_subscription(struct reader *reader) {
    struct document_subscription subscription = {0};
    const struct entry_form form = {.flag = &subscription.subscribe,
                                    .single = {[2] = &subscription.topic}};
    if (!read_entry_in(reader, &form)) {
        return false;
    }
    *document_add_subscription(reader->document, reader->scratch) = subscription;
    return true;
}

static bool read_message(struct reader *reader) {
    struct document_message message = {0};
    const struct entry_form form = {.single = {NULL, &message.from, &message.data, &message.seqno,
                                               NULL, &message.signature, &message.key},
                                    .repeated = {[4] = &message.topics}};
    if (!read_entry_in(reader, &form)) {
        return false;
    }
    *document_add_message(reader->document, reader->scratch) = message;
    return true;
}

static bool read_ihave(struct reader *reader) {
    struct document_ihave ihave = {0};
    const struct entry_form form = {.single = {[1] = &ihave.topic}, .repeated = {[2] = &ihave.ids}};
    if (!read_entry_in(reader, &form)) {
        return false;
    }
    *document_add_ihave(reader->control, reader->scratch) = ihave;
    return true;
}

/** A GRAFT or PRUNE. */
static bool read_topic(struct reader *reader, struct byte_spans *topics) {
    struct byte_span topic = {0};
    const struct entry_form form = {.single = {[1] = &topic}};
    if (!read_entry_in(reader, &form)) {
        return false;
    }
    byte_spans_add(topics, reader->scratch, topic);
    return true;
}

// --- parts ---------------------------------------------------------------------------------------

/** A part that was entered. */
struct part {
    uint64_t number;
    size_t end;       // of its content
    size_t outer_end; // of what holds it
};

/** Steps over key and length of a part. A field number of 0 is stepped over, too. */
static bool enter(struct reader *reader, struct part *part) {
    size_t start = reader->at;
    uint64_t key = 0;
    uint64_t length = 0;
    if (read_varint(reader, &key) && (key & 7) == WIRE_TYPE_BYTES && read_length(reader, &length)) {
        *part = (struct part){key >> 3, reader->at + (size_t)length, reader->end};
        reader->end = reader->codec->unbounded_submessages ? reader->end : part->end;
        return true;
    }
    reader->at = start;
    return false;
}

static void leave(struct reader *reader, const struct part *part) {
    reader->at = reader->codec->unbounded_submessages ? reader->at : part->end;
    reader->end = part->outer_end;
}

/**
 * Enters the next part of an RPC or of a control part, whose own parts are numbered from 1 to
 * `known`. Unless Q51, what has another number or form is passed over. False ends the loop.
 */
static bool enter_known(struct reader *reader, uint64_t known, struct part *part) {
    bool passes_over = !reader->codec->unknown_field_throws;
    while (true) {
        struct field other;
        size_t start = reader->at;
        if (enter(reader, part)) {
            if (part->number > 0 && (part->number <= known || !passes_over)) {
                return true;
            }
            reader->end = part->outer_end;
            if (part->number == 0) {
                return false;
            }
            reader->at = start;
        }
        if (!passes_over || !read_field(reader, &other)) {
            return false;
        }
    }
}

static void read_topics(struct reader *reader, struct byte_spans *topics) {
    if (reader->codec->strict_fields) {
        take_spans(reader, 1, topics);
        return;
    }
    bool more = true;
    while (more) {
        more = read_topic(reader, topics) && reader->codec->unbounded_submessages;
    }
}

/** One entry, whose ids are all that there are. */
static void read_iwant(struct reader *reader) {
    struct byte_spans *ids = document_add_iwant(reader->control, reader->scratch);
    const struct entry_form form = {.repeated = {[1] = ids}};
    if (reader->codec->strict_fields) {
        take_spans(reader, 1, ids);
    } else {
        read_entry(reader, &form);
    }
}

/** Entries of one kind, by the reader in strict order or by that in any. */
static void read_entries(struct reader *reader, bool (*take_one)(struct reader *),
                         bool (*read_one)(struct reader *)) {
    bool is_strict = reader->codec->strict_fields;
    bool repeats = is_strict || reader->codec->unbounded_submessages;
    bool more = true;
    while (more) {
        more = (is_strict ? take_one(reader) : read_one(reader)) && repeats;
    }
}

static bool throw_unknown(struct reader *reader, size_t at, const char *where) {
    reader->at = at;
    return failure_bad_input(
        reader->failure,
        "byte %zu: %s has a field that the decoder of 2020 does not know, upon which it throws", at,
        where);
}

/** Where the entries of the next control part go: behind those of the last one, or from new. */
static struct document_control begin_control(const struct reader *reader) {
    return reader->codec->first_control_kind_only ? (struct document_control){0}
                                                  : reader->document->control;
}

static bool read_control(struct reader *reader) {
    struct document_control control = begin_control(reader);
    struct document_control first = {0};
    uint32_t kinds = 0;
    struct part part;
    size_t start = reader->at;
    reader->control = &control;
    while (enter_known(reader, 4, &part)) {
        switch (part.number) {
        case 1:
            read_entries(reader, take_ihave, read_ihave);
            break;
        case 2:
            read_iwant(reader);
            break;
        case 3:
            read_topics(reader, &control.grafts);
            break;
        case 4:
            read_topics(reader, &control.prunes);
            break;
        default:
            return throw_unknown(reader, start, "a control part");
        }
        leave(reader, &part);
        first = kinds == 0 ? control : first;
        kinds++;
        start = reader->at;
    }
    // Q49: the original copies what it has behind the first part inside, and gives back the copy.
    bool is_first_only = reader->codec->first_control_kind_only;
    reader->document->control = is_first_only ? first : control;
    reader->document->has_control = !is_first_only || kinds > 0;
    reader->control = NULL;
    return true;
}

static bool read_rpc(struct reader *reader) {
    struct part part;
    size_t start = reader->at;
    while (enter_known(reader, 3, &part)) {
        switch (part.number) {
        case 1:
            read_entries(reader, take_subscription, read_subscription);
            break;
        case 2:
            read_entries(reader, take_message, read_message);
            break;
        case 3:
            if (!read_control(reader)) {
                return false;
            }
            break;
        default:
            return throw_unknown(reader, start, "the RPC");
        }
        leave(reader, &part);
        start = reader->at;
    }
    return true;
}

bool codec_nim_2020_decode(const struct codec_nim_2020 *codec, struct byte_span bytes,
                           struct wire_scratch *scratch, struct nim_2020_decoded *decoded,
                           struct failure *failure) {
    CHECK(bytes.size == 0 || bytes.bytes != NULL);
    CHECK(bytes.size <= UINT32_MAX);
    static const uint8_t nothing;
    *decoded = (struct nim_2020_decoded){0};
    struct reader reader = {.codec = codec,
                            .bytes = bytes.size > 0 ? bytes.bytes : &nothing,
                            .end = bytes.size,
                            .scratch = scratch,
                            .document = &decoded->document,
                            .failure = failure};
    bool ok = read_rpc(&reader);
    if (!ok) {
        decoded->document = (struct rpc_document){0};
    }
    decoded->read_bytes = reader.at;
    CHECK(decoded->read_bytes <= bytes.size);
    return ok;
}
