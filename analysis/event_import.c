#include "analysis/event_import.h"

#include "analysis/event_replay.h"
#include "base/bitset.h"
#include "base/check.h"
#include "base/intern.h"
#include "base/sort.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

// Times before 1973 are not of any clock.
#define CLOCK_BEGINS_NS INT64_C(100000000000000000)

struct importing {
    struct arena *arena;
    struct pool pool;
    struct intern nodes;
    struct intern topics;
    struct intern messages;
    struct intern wanted; // node and message as numbers, of IWANTs sent
    uint16_t *topic_of;   // [topic_of_capacity] of messages, as far as an event tells
    uint32_t topic_of_capacity;
    struct trace_record *records;
    uint32_t record_count;
    uint32_t record_capacity;
    struct event_import *import;
    struct failure *failure;
};

static uint32_t add_id(struct intern *intern, struct event_bytes id) {
    return id.bytes == NULL ? TRACE_NONE
                            : intern_add(intern, (const char *)id.bytes, (uint32_t)id.size);
}

/** What a message is about, from any event that tells: some versions tell it at some events. */
static uint16_t topic_of(struct importing *importing, uint32_t message, uint32_t topic) {
    if (message == TRACE_NONE) {
        return topic == TRACE_NONE ? TRACE_TOPIC_NONE : (uint16_t)topic;
    }
    if (message >= importing->topic_of_capacity) {
        uint32_t before = importing->topic_of_capacity;
        importing->topic_of =
            pool_grow(&importing->pool, importing->topic_of, &importing->topic_of_capacity,
                      message + 1, sizeof *importing->topic_of);
        for (uint32_t i = before; i < importing->topic_of_capacity; i++) {
            importing->topic_of[i] = TRACE_TOPIC_NONE;
        }
    }
    if (topic != TRACE_NONE) {
        importing->topic_of[message] = (uint16_t)topic;
    }
    return importing->topic_of[message];
}

/** Who asked for which message, in a form that can be interned. */
static uint32_t wanted_key(uint32_t node, uint32_t message, uint32_t key[2]) {
    key[0] = node;
    key[1] = message;
    return 2 * sizeof *key;
}

static void note_wanted(struct importing *importing, const struct trace_event *event,
                        uint32_t node) {
    for (uint32_t i = 0; i < event->wanted_count; i++) {
        uint32_t key[2];
        uint32_t size = wanted_key(node, add_id(&importing->messages, event->wanted[i]), key);
        intern_add(&importing->wanted, (const char *)key, size);
    }
}

/** Why a copy was refused, by the words of go-libp2p-pubsub and by ours. */
static uint8_t reject_reason(struct event_bytes reason) {
    static const struct {
        const char *words;
        enum trace_reason reason;
    } rows[] = {
        {"invalid signature", REASON_BAD_SIGNATURE}, {"missing signature", REASON_BAD_SIGNATURE},
        {"validation failed", REASON_REJECTED},      {"validation ignored", REASON_REJECTED},
        {"self originated message", REASON_ECHO},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (reason.size == strlen(rows[i].words) &&
            memcmp(reason.bytes, rows[i].words, reason.size) == 0) {
            return (uint8_t)rows[i].reason;
        }
    }
    for (unsigned known = 1; known < REASON_COUNT; known++) {
        const char *name = trace_reason_name((enum trace_reason)known);
        if (reason.size == strlen(name) && memcmp(reason.bytes, name, reason.size) == 0) {
            return (uint8_t)known;
        }
    }
    return REASON_NONE;
}

/** The kind of record that an event becomes. */
static enum trace_kind kind_of(enum trace_event_type type) {
    switch (type) {
    case TRACE_EVENT_PUBLISH:
        return TRACE_PUBLISH;
    case TRACE_EVENT_REJECT:
        return TRACE_IGNORE;
    case TRACE_EVENT_DUPLICATE:
        return TRACE_DUPLICATE;
    case TRACE_EVENT_DELIVER:
        return TRACE_DELIVER;
    case TRACE_EVENT_ADD_PEER:
        return TRACE_PEER_UP;
    case TRACE_EVENT_REMOVE_PEER:
        return TRACE_PEER_DOWN;
    case TRACE_EVENT_RECV_RPC:
        return TRACE_RECEIVE;
    case TRACE_EVENT_SEND_RPC:
        return TRACE_SEND;
    case TRACE_EVENT_DROP_RPC:
        return TRACE_DROPPED;
    case TRACE_EVENT_JOIN:
        return TRACE_SUBSCRIBE;
    case TRACE_EVENT_LEAVE:
        return TRACE_UNSUBSCRIBE;
    case TRACE_EVENT_GRAFT:
        return TRACE_GRAFT;
    case TRACE_EVENT_PRUNE:
        return TRACE_PRUNE;
    case TRACE_EVENT_COUNT:
        break;
    }
    CHECK(false);
}

static uint8_t reason_of(const struct importing *importing, const struct trace_event *event,
                         const struct trace_record *record) {
    if (trace_kind_is_rpc((enum trace_kind)record->kind)) {
        return (uint8_t)event->rpc;
    }
    if (event->type == TRACE_EVENT_REJECT) {
        return reject_reason(event->reason);
    }
    if (event->type != TRACE_EVENT_DELIVER) {
        return REASON_NONE;
    }
    uint32_t key[2];
    uint32_t size = wanted_key(record->node, record->message, key);
    bool wanted = intern_find(&importing->wanted, (const char *)key, size) != INTERN_NONE;
    return wanted ? REASON_REQUESTED : REASON_PUSHED;
}

static bool add_event(struct importing *importing, const struct trace_event *event) {
    uint32_t node = add_id(&importing->nodes, event->node);
    uint32_t message = add_id(&importing->messages, event->message);
    uint32_t topic = add_id(&importing->topics, event->topic);
    bool too_many = importing->topics.count >= TRACE_TOPIC_NONE ||
                    importing->record_count >= INT32_MAX / 2 ||
                    importing->messages.count >= INT32_MAX / 2;
    if (too_many || event->timestamp_ns < 0) {
        return failure_bad_input(importing->failure,
                                 too_many ? "more events, messages or topics than can be numbered"
                                          : "an event lies before 1970");
    }
    bool of_message = event->type <= TRACE_EVENT_DELIVER;
    if (of_message && message == TRACE_NONE) {
        return failure_bad_input(importing->failure, "an event of a message has no message id");
    }
    note_wanted(importing, event, node);
    struct trace_record record = {
        .at_ns = event->timestamp_ns,
        .node = node,
        .peer = add_id(&importing->nodes, event->peer),
        .message = message,
        .topic = topic_of(importing, message, topic),
        .kind = (uint8_t)kind_of(event->type),
    };
    bool rpc = trace_kind_is_rpc((enum trace_kind)record.kind);
    record.reason = reason_of(importing, event, &record);
    record.extra = rpc ? event->entries : 0;
    if (record.kind == TRACE_DROPPED) {
        record.extra = CAUSE_UPLINK_FULL; // a router of Go drops what its queue has no room for
    } else if (record.kind == TRACE_DELIVER && record.peer == node) {
        record.kind = TRACE_OWN;
        record.reason = REASON_SELF;
    }
    if (importing->record_count == importing->record_capacity) {
        importing->records =
            pool_grow(&importing->pool, importing->records, &importing->record_capacity,
                      importing->record_count + 1, sizeof record);
    }
    importing->records[importing->record_count++] = record;
    return true;
}

static bool read_file(struct importing *importing, const char *path) {
    struct failure *failure = importing->failure;
    struct event_reader *reader = event_reader_open(importing->arena, path, failure);
    if (reader == NULL) {
        return false;
    }
    struct trace_event event;
    uint32_t before = importing->record_count;
    enum event_step step = event_reader_next(reader, &event, failure);
    bool ok = true;
    for (; step == EVENT_READ && ok; step = event_reader_next(reader, &event, failure)) {
        ok = add_event(importing, &event);
    }
    event_reader_close(reader);
    if (ok && step == EVENT_TRUNCATED) {
        importing->import->cut++;
        ok = importing->record_count > before ||
             failure_bad_input(failure, "neither a gossim trace nor TraceEvents: it ends within "
                                        "the first event");
    }
    if (ok && step == EVENT_FAILED && importing->record_count == before) {
        const struct failure why = *failure;
        failure_bad_input(failure, "neither a gossim trace nor TraceEvents: %s", why.message);
    }
    ok = ok && step != EVENT_FAILED;
    if (!ok && failure->file[0] == '\0') {
        snprintf(failure->file, sizeof failure->file, "%s", path);
    }
    return ok;
}

/** Gives the next number to what has none. */
static void give_number(uint32_t *number, uint32_t id, uint32_t *next) {
    if (id != TRACE_NONE && number[id] == TRACE_NONE) {
        number[id] = (*next)++;
    }
}

static uint32_t *without_numbers(struct importing *importing, uint32_t count) {
    uint32_t *number = arena_take_array(importing->arena, MEMORY_TABLES, count, sizeof *number);
    memset(number, 0xff, count * sizeof *number);
    return number;
}

/** The ids in the order of their new numbers. */
static struct event_bytes *list_ids(struct importing *importing, const struct intern *intern,
                                    const uint32_t *number) {
    struct event_bytes *ids =
        arena_take_array(importing->arena, MEMORY_TABLES, intern->count, sizeof *ids);
    for (uint32_t i = 0; i < intern->count; i++) {
        ids[number[i]] = (struct event_bytes){(const uint8_t *)intern->names[i], intern->sizes[i]};
    }
    return ids;
}

/** Numbers nodes in the order of time, first those that have events. */
static void number_nodes(struct importing *importing) {
    uint32_t *number = without_numbers(importing, importing->nodes.count);
    uint32_t next = 0;
    for (uint32_t i = 0; i < importing->record_count; i++) {
        give_number(number, importing->records[i].node, &next);
    }
    importing->import->ids.traced = next;
    for (uint32_t i = 0; i < importing->record_count; i++) {
        give_number(number, importing->records[i].peer, &next);
    }
    CHECK(next == importing->nodes.count);
    for (uint32_t i = 0; i < importing->record_count; i++) {
        struct trace_record *record = &importing->records[i];
        record->node = number[record->node];
        record->peer = record->peer == TRACE_NONE ? TRACE_NONE : number[record->peer];
    }
    importing->import->ids.nodes = list_ids(importing, &importing->nodes, number);
    importing->import->ids.node_count = next;
}

/** Numbers messages in the order of time; some are only asked for, and come last. */
static void number_messages(struct importing *importing) {
    uint32_t count = importing->messages.count;
    uint32_t *number = without_numbers(importing, count);
    uint16_t *topics = arena_take_array(importing->arena, MEMORY_TABLES, count, sizeof *topics);
    uint32_t next = 0;
    for (uint32_t i = 0; i < importing->record_count; i++) {
        give_number(number, importing->records[i].message, &next);
    }
    for (uint32_t i = 0; i < count; i++) {
        give_number(number, i, &next);
        topics[number[i]] = topic_of(importing, i, TRACE_NONE);
    }
    for (uint32_t i = 0; i < importing->record_count; i++) {
        uint32_t *message = &importing->records[i].message;
        *message = *message == TRACE_NONE ? TRACE_NONE : number[*message];
    }
    if (count > 0) {
        memcpy(importing->topic_of, topics, count * sizeof *topics);
    }
    importing->import->ids.messages = list_ids(importing, &importing->messages, number);
    importing->import->ids.message_count = count;
}

/** Puts the records in the order of time; those of one instant stay as they are, but for those that
 * are `late`, which come behind. */
static void sort_records(struct importing *importing, const uint64_t *late) {
    uint32_t count = importing->record_count;
    struct arena *scratch = arena_create(NULL);
    struct sort_item *order = arena_take_array(scratch, MEMORY_TABLES, count, 2 * sizeof *order);
    struct trace_record *sorted =
        arena_take_array(importing->arena, MEMORY_TABLES, count, sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) {
        bool behind = late != NULL && bitset_has(late, i);
        uint64_t key = (uint64_t)importing->records[i].at_ns << 1 | (behind ? 1 : 0);
        order[i] = (struct sort_item){.key = key, .value = i};
    }
    sort_by_key(order, order + count, count);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = importing->records[order[i].value];
    }
    importing->records = sorted;
    importing->record_capacity = count;
    arena_destroy(scratch);
}

static bool is_copy(const struct trace_record *record) {
    return record->kind == TRACE_DELIVER || record->kind == TRACE_DUPLICATE ||
           record->kind == TRACE_IGNORE || record->kind == TRACE_OWN;
}

/** Who publishes each message and when: an index of a record, or none. Later ones of the same
 * message are no publications. */
static uint32_t *find_publications(struct importing *importing) {
    uint32_t *of =
        arena_take_array(importing->arena, MEMORY_TABLES, importing->messages.count, sizeof *of);
    memset(of, 0xff, importing->messages.count * sizeof *of);
    for (uint32_t i = 0; i < importing->record_count; i++) {
        struct trace_record *record = &importing->records[i];
        if (record->kind != TRACE_PUBLISH || record->message == TRACE_NONE) {
            continue;
        }
        if (of[record->message] == TRACE_NONE) {
            of[record->message] = i;
        } else {
            record->kind = TRACE_OWN;
            record->reason = REASON_SELF;
        }
    }
    return of;
}

/** A message that nobody says to have published counts as published when a node has it. */
static struct trace_record make_publication(const struct trace_record *copy) {
    return (struct trace_record){
        .at_ns = copy->at_ns,
        .node = copy->peer == TRACE_NONE ? copy->node : copy->peer,
        .peer = TRACE_NONE,
        .message = copy->message,
        .topic = copy->topic,
        .kind = TRACE_PUBLISH,
    };
}

/** Gives each message a publication, and copies a place that is not before it. */
static void settle_publications(struct importing *importing) {
    uint32_t *of = find_publications(importing);
    size_t count = importing->record_count;
    struct trace_record *made =
        arena_take_array(importing->arena, MEMORY_TABLES, 2 * count, sizeof *made);
    uint64_t *late = arena_take_array(importing->arena, MEMORY_TABLES,
                                      bitset_words((uint32_t)(2 * count)), sizeof *late);
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct trace_record record = importing->records[i];
        bool of_message = is_copy(&record) && record.message != TRACE_NONE;
        if (of_message && of[record.message] == TRACE_NONE) {
            of[record.message] = i;
            importing->import->unpublished++;
            made[filled++] = make_publication(&record);
        } else if (of_message && i < of[record.message]) {
            int64_t published_ns = importing->records[of[record.message]].at_ns;
            importing->import->skewed += record.at_ns < published_ns ? 1 : 0;
            record.at_ns = published_ns;
            bitset_add(late, filled);
        }
        made[filled++] = record;
    }
    importing->records = made;
    importing->record_count = filled;
    sort_records(importing, late);
}

/** Times count from the first event, and messages of unknown topics have one without a name. */
static void settle(struct importing *importing) {
    sort_records(importing, NULL);
    number_nodes(importing);
    number_messages(importing);
    settle_publications(importing);
    int64_t first_ns = importing->records[0].at_ns;
    int64_t begin_ns = first_ns < CLOCK_BEGINS_NS ? 0 : first_ns;
    for (uint32_t i = 0; i < importing->record_count; i++) {
        struct trace_record *record = &importing->records[i];
        record->at_ns -= begin_ns;
        if (record->message != TRACE_NONE) {
            record->topic = topic_of(importing, record->message, TRACE_NONE);
        }
        bool lacks =
            record->topic == TRACE_TOPIC_NONE && (is_copy(record) || record->kind == TRACE_PUBLISH);
        if (lacks) {
            uint32_t topic = intern_add(&importing->topics, "(unknown)", 9);
            record->topic = topic_of(importing, record->message, topic);
        }
    }
}

/** The names of topics, each with a NUL; none holds another one. */
static void write_topics(struct importing *importing, struct trace_writer *writer) {
    size_t size = 0;
    for (uint32_t i = 0; i < importing->topics.count; i++) {
        size += (size_t)importing->topics.sizes[i] + 1;
    }
    char *names = arena_take(importing->arena, MEMORY_TABLES, size + 1);
    char *end = names;
    for (uint32_t i = 0; i < importing->topics.count; i++) {
        for (uint32_t k = 0; k < importing->topics.sizes[i]; k++) {
            char byte = importing->topics.names[i][k];
            *end++ = byte == '\0' ? '?' : byte;
        }
        *end++ = '\0';
    }
    trace_writer_text(writer, TRACE_SECTION_TOPICS, names, size);
}

static void write_nodes(struct importing *importing, const struct event_replay *replay,
                        struct trace_writer *writer) {
    struct trace_link *links = NULL;
    uint32_t link_count = event_replay_links(replay, &links);
    struct trace_node *nodes =
        arena_take_array(importing->arena, MEMORY_TABLES, replay->node_count, sizeof *nodes);
    for (uint32_t node = 0; node < replay->node_count; node++) {
        nodes[node].region = TRACE_NONE;
        nodes[node].start_ns = node < replay->traced ? -1 : 0;
    }
    for (uint32_t i = 0; i < link_count; i++) {
        nodes[links[i].a].degree++;
        nodes[links[i].b].degree++;
    }
    for (uint32_t i = 0; i < replay->record_count; i++) {
        struct trace_node *node = &nodes[replay->records[i].node];
        node->start_ns = node->start_ns < 0 ? replay->records[i].at_ns : node->start_ns;
    }
    trace_writer_table(writer, TRACE_SECTION_NODES, nodes, replay->node_count);
    trace_writer_table(writer, TRACE_SECTION_LINKS, links,
                       link_count <= TRACE_LINKS_MAX ? link_count : 0);
}

static bool write_trace(struct importing *importing, const struct event_import_options *options) {
    struct trace_writer *writer =
        trace_writer_open(importing->arena, options->out, TRACE_LEVEL_FULL, importing->failure);
    if (writer == NULL) {
        return false;
    }
    struct event_replay replay = {
        .arena = importing->arena,
        .records = importing->records,
        .record_count = importing->record_count,
        .node_count = importing->nodes.count,
        .traced = importing->import->ids.traced,
        .topic_count = importing->topics.count,
        .message_count = importing->messages.count,
    };
    char text[FAILURE_FILE_SIZE];
    snprintf(text, sizeof text, "name: %s\n", options->name);
    trace_writer_text(writer, TRACE_SECTION_SCENARIO, text, strlen(text));
    write_topics(importing, writer);
    write_nodes(importing, &replay, writer);
    event_replay_write(&replay, writer);
    return trace_writer_close(writer, importing->failure);
}

bool event_import_write(struct event_import *import, struct arena *arena,
                        const struct event_import_options *options, struct failure *failure) {
    struct importing importing = {.arena = arena, .import = import, .failure = failure};
    *import = (struct event_import){.events = 0};
    *failure = (struct failure){.kind = FAILURE_BAD_INPUT};
    pool_init(&importing.pool, arena, MEMORY_TABLES);
    intern_init(&importing.nodes, arena);
    intern_init(&importing.topics, arena);
    intern_init(&importing.messages, arena);
    intern_init(&importing.wanted, arena);
    for (uint32_t i = 0; i < options->path_count; i++) {
        if (!read_file(&importing, options->paths[i])) {
            return false;
        }
    }
    if (importing.record_count == 0) {
        return failure_bad_input(failure, "there is no event in it");
    }
    import->events = importing.record_count;
    settle(&importing);
    return write_trace(&importing, options);
}
