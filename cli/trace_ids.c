#include "cli/trace_ids.h"

#include "router/base58.h"
#include "router/identity.h"
#include "router/message.h"

#include <string.h>

/** Who published a message, as its how-manieth. */
struct author {
    uint32_t node; // TRACE_NONE: nobody
    uint64_t seqno;
};

struct authors {
    struct pool pool;
    struct author *items;
    uint32_t count;
    uint32_t capacity;
    uint64_t *published; // [node_count] messages so far
    uint32_t node_count;
};

static struct author *author_of(struct authors *authors, uint32_t message) {
    if (message >= authors->capacity) {
        authors->items = pool_grow(&authors->pool, authors->items, &authors->capacity, message + 1,
                                   sizeof *authors->items);
    }
    for (; authors->count <= message; authors->count++) {
        authors->items[authors->count] = (struct author){.node = TRACE_NONE};
    }
    return &authors->items[message];
}

/** Counts the publications of each node, for a trace without its end. */
static void note_records(struct authors *authors, const struct trace_record *records,
                         size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct trace_record *record = &records[i];
        if (record->kind == TRACE_PUBLISH && record->node < authors->node_count &&
            record->message != TRACE_NONE) {
            *author_of(authors, record->message) =
                (struct author){record->node, ++authors->published[record->node]};
        }
    }
}

static void note_messages(struct authors *authors, const struct trace_message *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        *author_of(authors, (uint32_t)i) = (struct author){rows[i].origin, rows[i].seqno};
    }
}

/** As far as the trace can be read: whoever goes through its records finds the damage, too. */
static bool read_authors(struct authors *authors, struct arena *arena, const char *path,
                         struct failure *failure) {
    struct trace_reader *reader = trace_reader_open(arena, path, failure);
    if (reader == NULL) {
        return false;
    }
    trace_reader_leave_out_others(reader);
    struct trace_section_view view;
    struct failure damage;
    while (trace_reader_next(reader, &view, &damage) == TRACE_READER_SECTION) {
        if (view.kind == TRACE_SECTION_NODES) {
            authors->node_count = (uint32_t)view.count;
            authors->published =
                arena_take_array(arena, MEMORY_TABLES, view.count, sizeof(uint64_t));
        } else if (view.kind == TRACE_SECTION_RECORDS) {
            note_records(authors, view.rows, view.count);
        } else if (view.kind == TRACE_SECTION_MESSAGES) {
            note_messages(authors, view.rows, view.count);
        }
    }
    trace_reader_close(reader);
    return true;
}

enum { NUMBER_BYTES = 4 };

/** Numbers as ids, most significant byte first. */
static struct event_bytes *number_ids(struct arena *arena, uint32_t count) {
    struct event_bytes *ids = arena_take_array(arena, MEMORY_TABLES, count, sizeof *ids);
    uint8_t(*bytes)[NUMBER_BYTES] = arena_take_array(arena, MEMORY_TABLES, count, sizeof *bytes);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < NUMBER_BYTES; k++) {
            bytes[i][k] = (uint8_t)(i >> (8 * (NUMBER_BYTES - 1 - k)));
        }
        ids[i] = (struct event_bytes){bytes[i], NUMBER_BYTES};
    }
    return ids;
}

static struct event_bytes *peer_ids(struct arena *arena, const struct scenario *scenario) {
    struct identities identities;
    uint32_t count = scenario->node_count;
    identities_init(&identities, arena, count, scenario->seed, scenario->router.sign);
    struct event_bytes *ids = arena_take_array(arena, MEMORY_TABLES, count, sizeof *ids);
    for (uint32_t i = 0; i < count; i++) {
        ids[i] = (struct event_bytes){identities.peer_ids[i], PEER_ID_BYTES};
    }
    return ids;
}

static struct event_bytes *message_ids(struct arena *arena, const struct authors *authors,
                                       const struct event_bytes *nodes) {
    struct event_bytes *ids = arena_take_array(arena, MEMORY_TABLES, authors->count, sizeof *ids);
    uint8_t(*bytes)[MESSAGE_ID_BYTES] =
        arena_take_array(arena, MEMORY_TABLES, authors->count, sizeof *bytes);
    for (uint32_t i = 0; i < authors->count; i++) {
        const struct author *author = &authors->items[i];
        if (author->node == TRACE_NONE) {
            continue; // it was never published
        }
        memcpy(bytes[i], nodes[author->node].bytes, PEER_ID_BYTES);
        for (uint32_t k = 0; k < SEQNO_BYTES; k++) {
            bytes[i][PEER_ID_BYTES + k] = (uint8_t)(author->seqno >> (8 * (SEQNO_BYTES - 1 - k)));
        }
        ids[i] = (struct event_bytes){bytes[i], MESSAGE_ID_BYTES};
    }
    return ids;
}

bool trace_ids_find(struct record_ids *ids, struct arena *arena, const char *path,
                    const struct scenario *scenario, struct failure *failure) {
    struct authors authors = {.count = 0};
    pool_init(&authors.pool, arena, MEMORY_TABLES);
    if (!read_authors(&authors, arena, path, failure)) {
        return false;
    }
    ids->node_count = authors.node_count;
    ids->traced = authors.node_count;
    ids->message_count = authors.count;
    if (scenario == NULL || scenario->node_count != authors.node_count) {
        ids->nodes = number_ids(arena, authors.node_count);
        ids->messages = number_ids(arena, authors.count);
    } else {
        struct event_bytes *nodes = peer_ids(arena, scenario);
        ids->nodes = nodes;
        ids->messages = message_ids(arena, &authors, nodes);
    }
    return true;
}

static void print_base58(struct event_bytes id, FILE *out) {
    enum { SHOWN_MAX = 128 };
    char text[2 * SHOWN_MAX];
    size_t size = id.size < SHOWN_MAX ? id.size : SHOWN_MAX; // peer ids have some 40 bytes
    fwrite(text, 1, base58_write(id.bytes, size, text), out);
}

void trace_ids_print(const struct record_ids *ids, FILE *out, const char *before,
                     const char *between, const char *is) {
    for (uint32_t node = 0; node < ids->node_count; node++) {
        fprintf(out, "%snode%s%u%s", before, between, node, is);
        print_base58(ids->nodes[node], out);
        fputc('\n', out);
    }
    for (uint32_t message = 0; message < ids->message_count; message++) {
        fprintf(out, "%smessage%s%u%s", before, between, message, is);
        for (size_t i = 0; i < ids->messages[message].size; i++) {
            fprintf(out, "%02x", ids->messages[message].bytes[i]);
        }
        fputc('\n', out);
    }
}
