#include "trace/event_file.h"

#include "base/check.h"
#include "trace/trace_event.pb-c.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

struct event_reader {
    FILE *file;
    const char *path;
    struct pool pool;
    uint8_t *buffer;
    uint32_t buffer_capacity;
    uint64_t passed;               // events
    Pubsub__Pb__TraceEvent *event; // the one that is shown; NULL: none is
    struct event_bytes *wanted;
    uint32_t wanted_capacity;
};

struct event_reader *event_reader_open(struct arena *arena, const char *path,
                                       struct failure *failure) {
    struct event_reader *reader = arena_take(arena, MEMORY_TRACE, sizeof *reader);
    size_t size = strlen(path) + 1;
    reader->path = memcpy(arena_take(arena, MEMORY_TRACE, size), path, size);
    pool_init(&reader->pool, arena, MEMORY_TRACE);
    reader->file = fopen(path, "rb");
    if (reader->file == NULL) {
        failure_bad_input(failure, "cannot open the trace: %s", strerror(errno));
        snprintf(failure->file, sizeof failure->file, "%s", path);
        return NULL;
    }
    return reader;
}

static enum event_step fail(const struct event_reader *reader, const char *what,
                            struct failure *failure) {
    failure_bad_input(failure, "event %" PRIu64 " is no TraceEvent: %s", reader->passed + 1, what);
    snprintf(failure->file, sizeof failure->file, "%s", reader->path);
    return EVENT_FAILED;
}

/** How far the file gives bytes: TRUNCATED at its end. */
static enum event_step stop(const struct event_reader *reader, struct failure *failure) {
    return ferror(reader->file) ? fail(reader, strerror(errno), failure) : EVENT_TRUNCATED;
}

/** The length before an event; END where the file ends before it. */
static enum event_step read_length(const struct event_reader *reader, uint64_t *length,
                                   struct failure *failure) {
    enum { VARINT_BITS = 7, LENGTH_BITS_MAX = 35 };
    *length = 0;
    for (unsigned shift = 0; shift < LENGTH_BITS_MAX; shift += VARINT_BITS) {
        int byte = fgetc(reader->file);
        if (byte == EOF) {
            return shift == 0 && !ferror(reader->file) ? EVENT_END : stop(reader, failure);
        }
        *length |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return EVENT_READ;
        }
    }
    return fail(reader, "its length is out of all bounds", failure);
}

static struct event_bytes bytes_of(protobuf_c_boolean has, const ProtobufCBinaryData *data) {
    return has ? (struct event_bytes){data->data, data->len} : (struct event_bytes){NULL, 0};
}

/** The first of some topics. */
static struct event_bytes first_of(const ProtobufCBinaryData *topics, size_t count) {
    return bytes_of(count > 0, topics);
}

/** Notes a kind of entry of an RPC: the first one says what the RPC is about. */
static void note_entries(struct trace_event *event, enum trace_rpc rpc, size_t count,
                         struct event_bytes message, struct event_bytes topic) {
    if (event->entries == 0 && count > 0) {
        event->rpc = rpc;
        event->message = message;
        event->topic = topic;
    }
    event->entries += (uint32_t)count;
}

static void note_wanted(struct event_reader *reader, struct trace_event *event,
                        const Pubsub__Pb__TraceEvent__ControlIWantMeta *iwant) {
    uint32_t count = event->wanted_count + (uint32_t)iwant->n_messageids;
    if (count > reader->wanted_capacity) {
        reader->wanted = pool_grow(&reader->pool, reader->wanted, &reader->wanted_capacity, count,
                                   sizeof *reader->wanted);
    }
    for (size_t i = 0; i < iwant->n_messageids; i++) {
        reader->wanted[event->wanted_count++] = bytes_of(true, &iwant->messageids[i]);
    }
    event->wanted = reader->wanted;
}

static void note_control(struct event_reader *reader, struct trace_event *event,
                         const Pubsub__Pb__TraceEvent__ControlMeta *control) {
    const struct event_bytes none = {NULL, 0};
    for (size_t i = 0; i < control->n_ihave; i++) {
        const Pubsub__Pb__TraceEvent__ControlIHaveMeta *ihave = control->ihave[i];
        size_t count = ihave->n_messageids > 0 ? ihave->n_messageids : 1;
        note_entries(event, TRACE_RPC_IHAVE, count,
                     first_of(ihave->messageids, ihave->n_messageids),
                     bytes_of(ihave->has_topic, &ihave->topic));
    }
    for (size_t i = 0; i < control->n_iwant; i++) {
        const Pubsub__Pb__TraceEvent__ControlIWantMeta *iwant = control->iwant[i];
        size_t count = iwant->n_messageids > 0 ? iwant->n_messageids : 1;
        note_entries(event, TRACE_RPC_IWANT, count,
                     first_of(iwant->messageids, iwant->n_messageids), none);
        note_wanted(reader, event, iwant);
    }
    for (size_t i = 0; i < control->n_graft; i++) {
        note_entries(event, TRACE_RPC_GRAFT, 1, none,
                     bytes_of(control->graft[i]->has_topic, &control->graft[i]->topic));
    }
    for (size_t i = 0; i < control->n_prune; i++) {
        note_entries(event, TRACE_RPC_PRUNE, 1, none,
                     bytes_of(control->prune[i]->has_topic, &control->prune[i]->topic));
    }
}

/** What an RPC holds, in the order of its schema. */
static void note_rpc(struct event_reader *reader, struct trace_event *event,
                     const Pubsub__Pb__TraceEvent__RPCMeta *meta) {
    const struct event_bytes none = {NULL, 0};
    event->rpc = TRACE_RPC_SUBSCRIPTIONS;
    if (meta == NULL) {
        return;
    }
    for (size_t i = 0; i < meta->n_subscription; i++) {
        note_entries(event, TRACE_RPC_SUBSCRIPTIONS, 1, none,
                     bytes_of(meta->subscription[i]->has_topic, &meta->subscription[i]->topic));
    }
    for (size_t i = 0; i < meta->n_messages; i++) {
        const Pubsub__Pb__TraceEvent__MessageMeta *message = meta->messages[i];
        note_entries(event, TRACE_RPC_MESSAGES, 1,
                     bytes_of(message->has_messageid, &message->messageid),
                     first_of(message->topic, message->n_topic));
    }
    if (meta->control != NULL) {
        note_control(reader, event, meta->control);
    }
}

/** Takes over the part for messages; false if it is missing. */
static bool take_message(struct trace_event *event, const Pubsub__Pb__TraceEvent *read) {
    if (event->type == TRACE_EVENT_PUBLISH && read->publishmessage != NULL) {
        event->message =
            bytes_of(read->publishmessage->has_messageid, &read->publishmessage->messageid);
        event->topic = first_of(read->publishmessage->topic, read->publishmessage->n_topic);
    } else if (event->type == TRACE_EVENT_REJECT && read->rejectmessage != NULL) {
        const Pubsub__Pb__TraceEvent__RejectMessage *reject = read->rejectmessage;
        event->message = bytes_of(reject->has_messageid, &reject->messageid);
        event->peer = bytes_of(reject->has_receivedfrom, &reject->receivedfrom);
        event->reason = bytes_of(reject->has_reason, &reject->reason);
        event->topic = first_of(reject->topic, reject->n_topic);
    } else if (event->type == TRACE_EVENT_DUPLICATE && read->duplicatemessage != NULL) {
        const Pubsub__Pb__TraceEvent__DuplicateMessage *duplicate = read->duplicatemessage;
        event->message = bytes_of(duplicate->has_messageid, &duplicate->messageid);
        event->peer = bytes_of(duplicate->has_receivedfrom, &duplicate->receivedfrom);
        event->topic = first_of(duplicate->topic, duplicate->n_topic);
    } else if (event->type == TRACE_EVENT_DELIVER && read->delivermessage != NULL) {
        const Pubsub__Pb__TraceEvent__DeliverMessage *deliver = read->delivermessage;
        event->message = bytes_of(deliver->has_messageid, &deliver->messageid);
        event->peer = bytes_of(deliver->has_receivedfrom, &deliver->receivedfrom);
        event->topic = first_of(deliver->topic, deliver->n_topic);
    } else {
        return false;
    }
    return true;
}

/** The same for peers, RPCs and meshes. */
static bool take_other(struct event_reader *reader, struct trace_event *event,
                       const Pubsub__Pb__TraceEvent *read) {
    if (event->type == TRACE_EVENT_ADD_PEER && read->addpeer != NULL) {
        event->peer = bytes_of(read->addpeer->has_peerid, &read->addpeer->peerid);
    } else if (event->type == TRACE_EVENT_REMOVE_PEER && read->removepeer != NULL) {
        event->peer = bytes_of(read->removepeer->has_peerid, &read->removepeer->peerid);
    } else if (event->type == TRACE_EVENT_RECV_RPC && read->recvrpc != NULL) {
        event->peer = bytes_of(read->recvrpc->has_receivedfrom, &read->recvrpc->receivedfrom);
        note_rpc(reader, event, read->recvrpc->meta);
    } else if (event->type == TRACE_EVENT_SEND_RPC && read->sendrpc != NULL) {
        event->peer = bytes_of(read->sendrpc->has_sendto, &read->sendrpc->sendto);
        note_rpc(reader, event, read->sendrpc->meta);
    } else if (event->type == TRACE_EVENT_DROP_RPC && read->droprpc != NULL) {
        event->peer = bytes_of(read->droprpc->has_sendto, &read->droprpc->sendto);
        note_rpc(reader, event, read->droprpc->meta);
    } else if (event->type == TRACE_EVENT_JOIN && read->join != NULL) {
        event->topic = bytes_of(read->join->has_topic, &read->join->topic);
    } else if (event->type == TRACE_EVENT_LEAVE && read->leave != NULL) {
        event->topic = bytes_of(read->leave->has_topic, &read->leave->topic);
    } else if (event->type == TRACE_EVENT_GRAFT && read->graft != NULL) {
        event->peer = bytes_of(read->graft->has_peerid, &read->graft->peerid);
        event->topic = bytes_of(read->graft->has_topic, &read->graft->topic);
    } else if (event->type == TRACE_EVENT_PRUNE && read->prune != NULL) {
        event->peer = bytes_of(read->prune->has_peerid, &read->prune->peerid);
        event->topic = bytes_of(read->prune->has_topic, &read->prune->topic);
    } else {
        return false;
    }
    return true;
}

/** Makes an event of a message; returns what it lacks, or NULL. */
static const char *take_event(struct event_reader *reader, struct trace_event *event) {
    const Pubsub__Pb__TraceEvent *read = reader->event;
    if (!read->has_type || (unsigned)read->type >= TRACE_EVENT_COUNT) {
        return "its type is unknown";
    }
    if (!read->has_timestamp || !read->has_peerid || read->peerid.len == 0) {
        return "it has no time, or no peer id";
    }
    *event = (struct trace_event){
        .type = (enum trace_event_type)read->type,
        .timestamp_ns = read->timestamp,
        .node = bytes_of(true, &read->peerid),
    };
    bool whole = take_message(event, read) || take_other(reader, event, read);
    return whole ? NULL : "the part for its type is missing";
}

static void drop_event(struct event_reader *reader) {
    if (reader->event != NULL) {
        pubsub__pb__trace_event__free_unpacked(reader->event, NULL);
        reader->event = NULL;
    }
}

enum event_step event_reader_next(struct event_reader *reader, struct trace_event *event,
                                  struct failure *failure) {
    uint64_t length = 0;
    drop_event(reader);
    enum event_step step = read_length(reader, &length, failure);
    if (step != EVENT_READ) {
        return step;
    }
    if (length > EVENT_BYTES_MAX) {
        return fail(reader, "it is longer than 64 MiB", failure);
    }
    if (length + 1 > reader->buffer_capacity) {
        reader->buffer = pool_grow(&reader->pool, reader->buffer, &reader->buffer_capacity,
                                   (uint32_t)length + 1, 1);
    }
    if (fread(reader->buffer, 1, (size_t)length, reader->file) != length) {
        return stop(reader, failure);
    }
    reader->event = pubsub__pb__trace_event__unpack(NULL, (size_t)length, reader->buffer);
    if (reader->event == NULL) {
        return fail(reader, "its bytes are no such message", failure);
    }
    const char *lacks = take_event(reader, event);
    if (lacks != NULL) {
        return fail(reader, lacks, failure);
    }
    reader->passed++;
    return EVENT_READ;
}

void event_reader_close(struct event_reader *reader) {
    if (reader != NULL) {
        drop_event(reader);
        fclose(reader->file);
        reader->file = NULL;
    }
}
