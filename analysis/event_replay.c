#include "analysis/event_replay.h"

#include "base/bitset.h"
#include "base/intern.h"
#include "base/quantity.h"
#include "base/sort.h"

#include <string.h>

#define SAMPLE_NS NS_PER_S

/** What is known while time passes. */
struct replaying {
    const struct event_replay *replay;
    uint64_t **subscribed; // [topic_count] one bit for each node
    uint64_t **due;        // [message_count] nodes that still expect it; NULL: not published
    struct intern mesh;    // node, topic and peer of each entry of a mesh that ever was
    uint8_t *in_mesh;      // [in_mesh_capacity] whether it is now
    uint32_t in_mesh_capacity;
    uint32_t *mesh_sizes; // [node × topic]
    struct intern copies; // node and message, of those that have it
    uint32_t *hops;       // [hops_capacity] of each
    uint32_t hops_capacity;
    struct pool pool;
    struct trace_message *messages;
    struct trace_sample *samples;
    uint32_t sample_count;
    uint32_t sample_capacity;
    struct trace_traffic *traffic;
    uint32_t traffic_count;
    uint32_t traffic_capacity;
    struct trace_traffic totals;
    int64_t next_sample_ns;
};

/** Who was in a topic before its first event about it: whoever does not begin with a JOIN. */
static void find_subscribed(struct replaying *r) {
    const struct event_replay *replay = r->replay;
    struct arena *scratch = arena_create(NULL);
    uint64_t **met = arena_take_array(scratch, MEMORY_TABLES, replay->topic_count, sizeof *met);
    uint32_t words = bitset_words(replay->node_count);
    for (uint32_t topic = 0; topic < replay->topic_count; topic++) {
        r->subscribed[topic] =
            arena_take_array(replay->arena, MEMORY_TABLES, words, sizeof(uint64_t));
        met[topic] = arena_take_array(scratch, MEMORY_TABLES, words, sizeof(uint64_t));
    }
    for (uint32_t i = 0; i < replay->record_count; i++) {
        const struct trace_record *record = &replay->records[i];
        bool tells = record->kind == TRACE_DELIVER || record->kind == TRACE_GRAFT ||
                     record->kind == TRACE_PRUNE || record->kind == TRACE_SUBSCRIBE ||
                     record->kind == TRACE_UNSUBSCRIBE;
        if (!tells || record->topic == TRACE_TOPIC_NONE ||
            bitset_has(met[record->topic], record->node)) {
            continue;
        }
        bitset_add(met[record->topic], record->node);
        if (record->kind != TRACE_SUBSCRIBE) {
            bitset_add(r->subscribed[record->topic], record->node);
        }
    }
    arena_destroy(scratch);
}

/** A number for two or three of them. */
static uint32_t add_key(struct intern *intern, uint32_t a, uint32_t b, uint32_t c) {
    uint32_t key[3] = {a, b, c};
    return intern_add(intern, (const char *)key, sizeof key);
}

/** How far a copy has come that a node has; 0 if nothing is known. */
static uint32_t *hops_of(struct replaying *r, uint32_t node, uint32_t message) {
    uint32_t place = add_key(&r->copies, node, message, 0);
    if (place >= r->hops_capacity) {
        uint32_t before = r->hops_capacity;
        r->hops = pool_grow(&r->pool, r->hops, &r->hops_capacity, place + 1, sizeof *r->hops);
        memset(r->hops + before, 0, (r->hops_capacity - before) * sizeof *r->hops);
    }
    return &r->hops[place];
}

static uint32_t hops_from(struct replaying *r, const struct trace_record *record) {
    uint32_t peer = record->peer;
    return 1 + (peer == TRACE_NONE ? 0 : *hops_of(r, peer, record->message));
}

static void publish(struct replaying *r, struct trace_record *record) {
    const struct event_replay *replay = r->replay;
    uint32_t words = bitset_words(replay->node_count);
    uint64_t *due = arena_take_array(replay->arena, MEMORY_TABLES, words, sizeof *due);
    memcpy(due, r->subscribed[record->topic], words * sizeof *due);
    bitset_remove(due, record->node);
    r->due[record->message] = due;
    record->extra = bitset_count(due, words);
    r->messages[record->message] = (struct trace_message){
        .published_at_ns = record->at_ns,
        .origin = record->node,
        .topic = record->topic,
        .expected = record->extra,
    };
}

static void deliver(struct replaying *r, struct trace_record *record) {
    uint64_t *due = r->due[record->message];
    record->value = hops_from(r, record);
    *hops_of(r, record->node, record->message) = record->value;
    record->extra = bitset_has(due, record->node) ? 1 : 0;
    bitset_remove(due, record->node);
    r->messages[record->message].deliveries += record->extra;
    r->totals.deliveries += record->extra;
}

static void change_mesh(struct replaying *r, struct trace_record *record) {
    bool joins = record->kind == TRACE_GRAFT;
    uint32_t place = add_key(&r->mesh, record->node, record->topic, record->peer);
    if (place >= r->in_mesh_capacity) {
        uint32_t before = r->in_mesh_capacity;
        r->in_mesh = pool_grow(&r->pool, r->in_mesh, &r->in_mesh_capacity, place + 1, 1);
        memset(r->in_mesh + before, 0, r->in_mesh_capacity - before);
    }
    uint32_t *size = &r->mesh_sizes[(size_t)record->node * r->replay->topic_count + record->topic];
    if (joins != (r->in_mesh[place] != 0)) {
        *size = joins ? *size + 1 : *size - 1;
        r->in_mesh[place] = joins ? 1 : 0;
    }
    record->value = *size;
}

/** Takes one record, and completes it. */
static void take(struct replaying *r, struct trace_record *record) {
    bool of_message = record->message != TRACE_NONE;
    bool of_topic = record->topic != TRACE_TOPIC_NONE;
    if (record->kind == TRACE_PUBLISH && of_message) {
        publish(r, record);
    } else if (record->kind == TRACE_DELIVER && of_message) {
        deliver(r, record);
    } else if (record->kind == TRACE_IGNORE && of_message) {
        record->value = hops_from(r, record);
    } else if (record->kind == TRACE_DUPLICATE && of_message) {
        record->value = hops_from(r, record);
        r->messages[record->message].duplicates++;
        r->totals.duplicates++;
    } else if (record->kind == TRACE_SUBSCRIBE && of_topic) {
        bitset_add(r->subscribed[record->topic], record->node);
    } else if (record->kind == TRACE_UNSUBSCRIBE && of_topic) {
        bitset_remove(r->subscribed[record->topic], record->node);
    } else if ((record->kind == TRACE_GRAFT || record->kind == TRACE_PRUNE) && of_topic) {
        change_mesh(r, record);
    } else if (record->kind == TRACE_SEND) {
        r->totals.rpcs_sent[record->reason]++;
    } else if (record->kind == TRACE_DROPPED) {
        r->totals.packets_lost++;
    }
}

/** What the meshes of a topic are like, over the nodes that have events and are in it. */
static void sample_topic(struct replaying *r, uint32_t topic) {
    struct trace_sample sample = {.at_ns = r->next_sample_ns, .topic = topic};
    for (uint32_t node = 0; node < r->replay->traced; node++) {
        if (!bitset_has(r->subscribed[topic], node)) {
            continue;
        }
        uint32_t size = r->mesh_sizes[(size_t)node * r->replay->topic_count + topic];
        bool first = sample.nodes++ == 0;
        sample.degree_min = first || size < sample.degree_min ? size : sample.degree_min;
        sample.degree_max = size > sample.degree_max ? size : sample.degree_max;
        sample.degree_sum += size;
    }
    sample.gauge_mesh_sum = sample.degree_sum;
    if (r->sample_count == r->sample_capacity) {
        r->samples = pool_grow(&r->pool, r->samples, &r->sample_capacity, r->sample_count + 1,
                               sizeof sample);
    }
    r->samples[r->sample_count++] = sample;
}

/** Looks at everything each second up to and including an instant; at long silences less often. */
static void sample(struct replaying *r, int64_t at_ns) {
    enum { SAMPLES_OF_SILENCE = 100 };
    int64_t step_ns = SAMPLE_NS;
    int64_t silence_ns = at_ns - r->next_sample_ns;
    if (silence_ns > SAMPLES_OF_SILENCE * SAMPLE_NS) {
        step_ns = silence_ns / SAMPLES_OF_SILENCE / SAMPLE_NS * SAMPLE_NS;
    }
    while (r->next_sample_ns <= at_ns) {
        for (uint32_t topic = 0; topic < r->replay->topic_count; topic++) {
            sample_topic(r, topic);
        }
        r->totals.at_ns = r->next_sample_ns;
        if (r->traffic_count == r->traffic_capacity) {
            r->traffic = pool_grow(&r->pool, r->traffic, &r->traffic_capacity, r->traffic_count + 1,
                                   sizeof *r->traffic);
        }
        r->traffic[r->traffic_count++] = r->totals;
        r->next_sample_ns += step_ns;
    }
}

static void begin(struct replaying *r, const struct event_replay *replay) {
    struct arena *arena = replay->arena;
    *r = (struct replaying){.replay = replay, .next_sample_ns = SAMPLE_NS};
    pool_init(&r->pool, arena, MEMORY_TABLES);
    intern_init(&r->mesh, arena);
    intern_init(&r->copies, arena);
    r->subscribed =
        arena_take_array(arena, MEMORY_TABLES, replay->topic_count, sizeof *r->subscribed);
    r->due = arena_take_array(arena, MEMORY_TABLES, replay->message_count, sizeof *r->due);
    r->mesh_sizes =
        arena_take_array(arena, MEMORY_TABLES, (size_t)replay->node_count * replay->topic_count,
                         sizeof *r->mesh_sizes);
    r->messages =
        arena_take_array(arena, MEMORY_TABLES, replay->message_count, sizeof *r->messages);
    for (uint32_t i = 0; i < replay->message_count; i++) {
        r->messages[i].origin = TRACE_NONE;
    }
    find_subscribed(r);
}

void event_replay_write(struct event_replay *replay, struct trace_writer *writer) {
    struct replaying r;
    begin(&r, replay);
    uint64_t *started = arena_take_array(replay->arena, MEMORY_TABLES,
                                         bitset_words(replay->node_count), sizeof *started);
    uint64_t written = 0;
    for (uint32_t i = 0; i < replay->record_count; i++) {
        struct trace_record *record = &replay->records[i];
        sample(&r, record->at_ns);
        if (record->node < replay->traced && !bitset_has(started, record->node)) {
            bitset_add(started, record->node);
            trace_writer_record(writer, &(struct trace_record){.at_ns = record->at_ns,
                                                               .node = record->node,
                                                               .peer = TRACE_NONE,
                                                               .message = TRACE_NONE,
                                                               .topic = TRACE_TOPIC_NONE,
                                                               .kind = TRACE_NODE_START});
            written++;
        }
        take(&r, record);
        trace_writer_record(writer, record);
        written++;
    }
    int64_t last_ns = replay->records[replay->record_count - 1].at_ns;
    sample(&r, last_ns + SAMPLE_NS);
    trace_writer_table(writer, TRACE_SECTION_SAMPLES, r.samples, r.sample_count);
    trace_writer_table(writer, TRACE_SECTION_TRAFFIC, r.traffic, r.traffic_count);
    trace_writer_table(writer, TRACE_SECTION_MESSAGES, r.messages,
                       replay->topic_count > 0 ? replay->message_count : 0);
}

/** Ends of a link in one number, the lower one first. */
static uint64_t link_key(uint32_t a, uint32_t b) {
    return a < b ? (uint64_t)a << 32 | b : (uint64_t)b << 32 | a;
}

uint32_t event_replay_links(const struct event_replay *replay, struct trace_link **links) {
    struct arena *scratch = arena_create(NULL);
    uint32_t count = replay->record_count;
    struct sort_item *items = arena_take_array(scratch, MEMORY_TABLES, count, 2 * sizeof *items);
    uint32_t filled = 0;
    for (uint32_t i = 0; i < count; i++) {
        const struct trace_record *record = &replay->records[i];
        if (record->peer != TRACE_NONE && record->peer != record->node) {
            items[filled++].key = link_key(record->node, record->peer);
        }
    }
    sort_by_key(items, items + count, filled);
    *links = arena_take_array(replay->arena, MEMORY_TABLES, filled, sizeof **links);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < filled; i++) {
        if (i == 0 || items[i].key != items[i - 1].key) {
            (*links)[kept++] = (struct trace_link){.a = (uint32_t)(items[i].key >> 32),
                                                   .b = (uint32_t)items[i].key};
        }
    }
    arena_destroy(scratch);
    return kept;
}
