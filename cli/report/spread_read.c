#include "cli/report/spread.h"

#include "analysis/record_stream.h"

#include <stdlib.h>
#include <string.h>

/** Peers of a node in its mesh of a topic. */
struct mesh {
    uint32_t *peers; // to be freed
    uint32_t count;
    uint32_t capacity;
};

/** One reading. */
struct reading {
    struct spread *spread;
    struct report *report;
    uint32_t *place;      // [messages of the run] place in the spread + 1, or 0
    uint32_t *topic_rank; // [topics] among those of messages that are wanted + 1, or 0
    uint32_t topic_count; // of these
    struct mesh *meshes;  // [nodes × topic_count]
    uint32_t *roles;      // [nodes] as they are
    bool any_role;
};

static void add_event(struct spread_list *list, struct spread_event event) {
    if (list->count == list->capacity) {
        list->capacity = list->capacity == 0 ? 64 : 2 * list->capacity;
        list->items = realloc(list->items, list->capacity * sizeof *list->items);
        if (list->items == NULL) {
            fputs("gossim: out of memory\n", stderr);
            exit(1);
        }
    }
    list->items[list->count++] = event;
}

static struct spread_message *message_of(const struct reading *reading, uint32_t number) {
    uint32_t place = number < reading->spread->run->message_count ? reading->place[number] : 0;
    return place == 0 ? NULL : &reading->spread->messages[place - 1];
}

/** Remembers the roles of all nodes as a message is published. */
static void keep_roles(struct reading *reading, struct spread_message *message) {
    uint32_t nodes = reading->spread->run->node_count;
    if (reading->any_role) {
        message->roles =
            arena_take_array(reading->report->arena, MEMORY_TABLES, nodes, sizeof *message->roles);
        memcpy(message->roles, reading->roles, nodes * sizeof *message->roles);
    }
}

/** Takes what a record says of a message. */
static void take_record(struct reading *reading, const struct trace_record *record) {
    struct spread_message *message = message_of(reading, record->message);
    if (record->kind == TRACE_ROLE && record->node < reading->spread->run->node_count) {
        reading->roles[record->node] = record->value;
        reading->any_role = true;
    }
    if (message == NULL) {
        return;
    }
    struct spread_event event = {.after_ns = record->at_ns - message->published_ns,
                                 .node = record->node,
                                 .peer = record->peer,
                                 .value = record->value};
    bool arrives = record->kind == TRACE_DELIVER || record->kind == TRACE_DUPLICATE;
    if (arrives && event.after_ns > message->end_ns) {
        message->end_ns = event.after_ns;
    }
    if (record->kind == TRACE_PUBLISH) {
        keep_roles(reading, message);
    } else if (record->kind == TRACE_DELIVER) {
        event.bits = (record->extra != 0 ? SPREAD_EXPECTED : 0) |
                     (record->reason == REASON_REQUESTED ? SPREAD_REQUESTED : 0);
        add_event(&message->deliveries, event);
    } else if (record->kind == TRACE_DUPLICATE && record->peer != TRACE_NONE) {
        add_event(&message->copies, event);
    } else if ((record->kind == TRACE_LOST || record->kind == TRACE_DROPPED) &&
               record->reason == TRACE_RPC_MESSAGES) {
        add_event(&message->losses, event);
    }
}

static bool is_control(const struct trace_record *record) {
    return record->kind == TRACE_RECEIVE &&
           (record->reason == TRACE_RPC_IHAVE || record->reason == TRACE_RPC_IWANT ||
            record->reason == TRACE_RPC_GRAFT || record->reason == TRACE_RPC_PRUNE);
}

/** Whether an event falls into the time of a message, and may be about its topic. */
static bool concerns(const struct reading *reading, const struct spread_message *message,
                     const struct trace_record *record) {
    uint32_t topic = reading->spread->run->messages[message->number].topic;
    return record->at_ns >= message->published_ns &&
           record->at_ns - message->published_ns <= message->end_ns &&
           (record->topic == TRACE_TOPIC_NONE || record->topic == topic);
}

static void take_control(struct reading *reading, const struct trace_record *record) {
    for (uint32_t i = 0; i < reading->spread->count; i++) {
        struct spread_message *message = &reading->spread->messages[i];
        if (!concerns(reading, message, record)) {
            continue;
        }
        if (message->controls.count == SPREAD_CONTROLS_MAX) {
            message->controls_left_out++;
            continue;
        }
        add_event(&message->controls,
                  (struct spread_event){.after_ns = record->at_ns - message->published_ns,
                                        .node = record->node,
                                        .peer = record->peer,
                                        .value = record->reason});
    }
}

static struct mesh *mesh_of(const struct reading *reading, uint32_t node, uint32_t topic) {
    uint32_t rank = topic < reading->spread->run->topics.count ? reading->topic_rank[topic] : 0;
    return rank == 0 || reading->meshes == NULL
               ? NULL
               : &reading->meshes[(size_t)node * reading->topic_count + rank - 1];
}

static bool mesh_has(const struct mesh *mesh, uint32_t peer) {
    for (uint32_t i = 0; i < mesh->count; i++) {
        if (mesh->peers[i] == peer) {
            return true;
        }
    }
    return false;
}

static void mesh_set(struct mesh *mesh, uint32_t peer, bool joins) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < mesh->count; i++) {
        if (mesh->peers[i] != peer) {
            mesh->peers[kept++] = mesh->peers[i];
        }
    }
    mesh->count = kept;
    if (!joins) {
        return;
    }
    if (mesh->count == mesh->capacity) {
        mesh->capacity = mesh->capacity == 0 ? 8 : 2 * mesh->capacity;
        mesh->peers = realloc(mesh->peers, mesh->capacity * sizeof *mesh->peers);
        if (mesh->peers == NULL) {
            fputs("gossim: out of memory\n", stderr);
            exit(1);
        }
    }
    mesh->peers[mesh->count++] = peer;
}

static void take_change(struct reading *reading, const struct trace_record *record) {
    struct mesh *mesh = mesh_of(reading, record->node, record->topic);
    bool joins = record->kind == TRACE_GRAFT;
    if (mesh == NULL) {
        return;
    }
    mesh_set(mesh, record->peer, joins);
    for (uint32_t i = 0; i < reading->spread->count; i++) {
        struct spread_message *message = &reading->spread->messages[i];
        if (record->topic == reading->spread->run->messages[message->number].topic &&
            concerns(reading, message, record)) {
            add_event(&message->changes,
                      (struct spread_event){.after_ns = record->at_ns - message->published_ns,
                                            .node = record->node,
                                            .peer = record->peer,
                                            .value = joins});
        }
    }
}

/** The meshes at the publication: each pair of nodes once, and which of them has the other. */
static void keep_meshes(struct reading *reading, struct spread_message *message) {
    const struct run_data *run = reading->spread->run;
    uint32_t topic = run->messages[message->number].topic;
    for (uint32_t node = 0; node < run->node_count; node++) {
        const struct mesh *mesh = mesh_of(reading, node, topic);
        for (uint32_t i = 0; mesh != NULL && i < mesh->count; i++) {
            uint32_t peer = mesh->peers[i];
            const struct mesh *other =
                peer < run->node_count ? mesh_of(reading, peer, topic) : NULL;
            bool both = other != NULL && mesh_has(other, node);
            if (other == NULL || (both && peer < node)) {
                continue; // the pair is there already
            }
            add_event(&message->mesh,
                      (struct spread_event){
                          .node = node,
                          .peer = peer,
                          .bits = SPREAD_OWNER_FIRST | (both ? SPREAD_OWNER_SECOND : 0),
                      });
        }
    }
}

static void forget_meshes(struct reading *reading, uint32_t node) {
    for (uint32_t i = 0; reading->meshes != NULL && i < reading->topic_count; i++) {
        reading->meshes[(size_t)node * reading->topic_count + i].count = 0;
    }
}

/** Takes what happened in the time of messages. */
static void take_surroundings(struct reading *reading, const struct trace_record *record) {
    enum { STATE_LOST = 1 };
    if (is_control(record)) {
        take_control(reading, record);
    } else if (record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE) {
        take_change(reading, record);
    } else if (record->kind == TRACE_NODE_START && record->value == STATE_LOST) {
        forget_meshes(reading, record->node);
    } else if (record->kind == TRACE_PUBLISH) {
        struct spread_message *message = message_of(reading, record->message);
        if (message != NULL) {
            keep_meshes(reading, message);
        }
    }
}

static bool pass(struct reading *reading, const char *trace,
                 void (*take)(struct reading *reading, const struct trace_record *record)) {
    struct failure *failure = reading->report->failure;
    struct arena *scratch = arena_create(NULL);
    struct record_stream *stream = record_stream_open(scratch, trace, failure);
    enum trace_reader_step step = TRACE_READER_FAILED;
    struct record_view view;
    if (stream != NULL) {
        while ((step = record_stream_next(stream, &view, failure)) == TRACE_READER_SECTION) {
            if (view.record.node < reading->spread->run->node_count) {
                take(reading, &view.record);
            }
        }
        record_stream_close(stream);
    }
    arena_destroy(scratch);
    return step != TRACE_READER_FAILED;
}

/** Which messages and topics are wanted. */
static void index_wanted(struct reading *reading) {
    struct spread *spread = reading->spread;
    const struct run_data *run = spread->run;
    struct arena *arena = reading->report->arena;
    reading->place =
        arena_take_array(arena, MEMORY_TABLES, run->message_count + 1U, sizeof(uint32_t));
    reading->topic_rank =
        arena_take_array(arena, MEMORY_TABLES, run->topics.count + 1U, sizeof(uint32_t));
    reading->roles = arena_take_array(arena, MEMORY_TABLES, run->node_count + 1U, sizeof(uint32_t));
    for (uint32_t i = 0; i < spread->count; i++) {
        uint32_t topic = run->messages[spread->messages[i].number].topic;
        reading->place[spread->messages[i].number] = i + 1;
        if (topic < run->topics.count && reading->topic_rank[topic] == 0) {
            reading->topic_rank[topic] = ++reading->topic_count;
        }
    }
    size_t meshes = (size_t)run->node_count * reading->topic_count;
    spread->meshes = spread->full && meshes <= SPREAD_MESHES_MAX;
    if (spread->meshes) {
        reading->meshes = arena_take_array(arena, MEMORY_TABLES, meshes, sizeof *reading->meshes);
    }
}

bool spread_read(struct spread *spread, struct report *report, const char *trace) {
    struct reading reading = {.spread = spread, .report = report};
    index_wanted(&reading);
    bool ok = spread->count == 0 || pass(&reading, trace, take_record);
    ok = ok && (spread->count == 0 || !spread->full || pass(&reading, trace, take_surroundings));
    size_t meshes = (size_t)spread->run->node_count * reading.topic_count;
    for (size_t i = 0; reading.meshes != NULL && i < meshes; i++) {
        free(reading.meshes[i].peers);
    }
    return ok;
}
