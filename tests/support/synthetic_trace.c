#include "tests/support/synthetic_trace.h"

#include "base/prng.h"
#include "base/quantity.h"
#include "base/sort.h"
#include "tests/support/synthetic_graph.h"
#include "trace/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { SYNTHETIC_SEED = 7, RUN_SECONDS = 60, FIRST_PUBLISH_S = 5, MESSAGE_BYTES = 1024 };

struct synthetic {
    const struct synthetic_options *options;
    struct prng prng;
    struct synthetic_graph graph;
    struct trace_record *records; // of all messages, message after message
    uint64_t record_count;
    struct trace_message *messages;
    int64_t *arrival_ns; // [nodes], of the message at hand
    uint32_t *sender;    // [nodes]
    uint32_t *hops;      // [nodes]
    uint32_t *queue;     // [nodes], a ring of nodes whose neighbours may hear earlier
    bool *queued;        // [nodes], waits in the queue; after spreading: somebody heard from it
};

static uint32_t spread_from(struct synthetic *s, uint32_t node, uint32_t tail) {
    for (uint32_t i = s->graph.edge_first[node]; i < s->graph.edge_first[node + 1]; i++) {
        struct synthetic_edge edge = s->graph.edges[i];
        int64_t at_ns = s->arrival_ns[node] + edge.delay_ns;
        if (at_ns >= s->arrival_ns[edge.to]) {
            continue;
        }
        s->arrival_ns[edge.to] = at_ns;
        s->sender[edge.to] = node;
        s->hops[edge.to] = s->hops[node] + 1;
        if (!s->queued[edge.to]) {
            s->queued[edge.to] = true;
            s->queue[tail++ % s->graph.node_count] = edge.to;
        }
    }
    return tail;
}

/** Earliest arrivals over the mesh, from a ring of nodes to look at again. */
static void spread(struct synthetic *s, uint32_t origin, int64_t at_ns) {
    for (uint32_t i = 0; i < s->graph.node_count; i++) {
        s->arrival_ns[i] = INT64_MAX;
        s->queued[i] = false;
    }
    s->arrival_ns[origin] = at_ns;
    s->hops[origin] = 0;
    s->queue[0] = origin;
    uint32_t tail = 1;
    for (uint32_t head = 0; head < tail && s->graph.node_count > 0; head++) {
        uint32_t node = s->queue[head % s->graph.node_count];
        s->queued[node] = false;
        tail = spread_from(s, node, tail);
    }
    for (uint32_t node = 0; node < s->graph.node_count; node++) {
        if (node != origin && s->arrival_ns[node] != INT64_MAX) {
            s->queued[s->sender[node]] = true;
        }
    }
}

static void add_delivery(struct synthetic *s, uint32_t number, uint32_t node) {
    struct trace_message *message = &s->messages[number];
    if (node == message->origin || s->arrival_ns[node] == INT64_MAX ||
        prng_below(&s->prng, 1000) < s->options->unreached_per_thousand) {
        return;
    }
    // Only a node that nobody hears from may hear late.
    bool late = !s->queued[node] && prng_below(&s->prng, 1000) < s->options->late_per_thousand;
    int64_t wait_ns = late ? (200 + (int64_t)prng_below(&s->prng, 900)) * NS_PER_MS : 0;
    message->deliveries++;
    s->records[s->record_count++] = (struct trace_record){
        .at_ns = s->arrival_ns[node] + wait_ns,
        .node = node,
        .peer = s->sender[node],
        .message = number,
        .value = s->hops[node] + (late ? 1 : 0),
        .extra = 1,
        .topic = (uint16_t)message->topic,
        .kind = TRACE_DELIVER,
        .reason = late ? REASON_REQUESTED : REASON_PUSHED,
    };
}

static void add_message(struct synthetic *s, uint32_t number) {
    uint32_t count = s->graph.node_count;
    bool random = s->options->kind == SYNTHETIC_WORLD || s->options->kind == SYNTHETIC_RANDOM;
    uint32_t origin = random ? prng_below(&s->prng, count) : 0;
    int64_t at_ns = (FIRST_PUBLISH_S + (int64_t)number) * NS_PER_S;
    struct trace_message *message = &s->messages[number];
    *message = (struct trace_message){
        .published_at_ns = at_ns,
        .origin = origin,
        .topic = number % s->options->topics,
        .size_bytes = MESSAGE_BYTES,
        .expected = count - 1,
        .duplicates =
            2 * (s->graph.mesh_link_count + 1 - count) + prng_below(&s->prng, count / 10 + 1),
    };
    s->records[s->record_count++] = (struct trace_record){
        .at_ns = at_ns,
        .node = origin,
        .peer = TRACE_NONE,
        .message = number,
        .value = MESSAGE_BYTES,
        .extra = count - 1,
        .topic = (uint16_t)message->topic,
        .kind = TRACE_PUBLISH,
    };
    spread(s, origin, at_ns);
    for (uint32_t node = 0; node < count; node++) {
        add_delivery(s, number, node);
    }
}

static void write_records(const struct synthetic *s, struct arena *arena,
                          struct trace_writer *writer) {
    struct sort_item *order =
        arena_take_array(arena, MEMORY_TABLES, s->record_count, 2 * sizeof *order);
    for (uint64_t i = 0; i < s->record_count; i++) {
        order[i] = (struct sort_item){(uint64_t)s->records[i].at_ns, i};
    }
    sort_by_key(order, order + s->record_count, s->record_count);
    for (uint64_t i = 0; i < s->record_count; i++) {
        trace_writer_record(writer, &s->records[order[i].value]);
    }
}

/** Mesh degrees that rise to their mean within the first seconds and then stay. */
static void write_samples(struct synthetic *s, struct arena *arena, struct trace_writer *writer) {
    uint32_t topics = s->options->topics;
    uint32_t count = s->options->floodsub ? 0 : (RUN_SECONDS + 1) * topics;
    struct trace_sample *samples = arena_take_array(arena, MEMORY_TABLES, count, sizeof *samples);
    uint64_t ends = 2 * (uint64_t)s->graph.mesh_link_count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t second = i / topics;
        uint32_t rise = second < 4 ? second : 4;
        samples[i] = (struct trace_sample){
            .at_ns = (int64_t)second * NS_PER_S,
            .topic = i % topics,
            .nodes = second == 0 ? 0 : s->graph.node_count,
            .degree_min = rise,
            .degree_max = second == 0 ? 0 : 8 + rise - prng_below(&s->prng, 2),
            .degree_sum = second == 0 ? 0 : ends * (4 + rise) / 8 + prng_below(&s->prng, 20),
        };
    }
    trace_writer_table(writer, TRACE_SECTION_SAMPLES, samples, count);
}

static void write_traffic(struct synthetic *s, struct arena *arena, struct trace_writer *writer) {
    struct trace_traffic *rows =
        arena_take_array(arena, MEMORY_TABLES, RUN_SECONDS + 1, sizeof *rows);
    uint64_t nodes = s->graph.node_count;
    for (uint32_t second = 1; second <= RUN_SECONDS; second++) {
        struct trace_traffic *row = &rows[second];
        *row = row[-1];
        bool publishing =
            second > FIRST_PUBLISH_S && second <= FIRST_PUBLISH_S + s->options->messages;
        uint64_t copies = publishing ? 2 * (uint64_t)s->graph.mesh_link_count + 1 - nodes : 0;
        const uint64_t rpcs[TRACE_RPC_COUNT] = {
            second == 1 ? nodes * 20 : 0,
            copies,
            publishing ? nodes * 6 : 0,
            publishing ? nodes / 100 : 0,
            nodes / second,
            nodes / second / 2 + prng_below(&s->prng, 9),
        };
        const uint64_t bytes_each[TRACE_RPC_COUNT] = {12, 1103, 66, 50, 14, 14};
        for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
            row->rpcs_sent[kind] += rpcs[kind];
            row->bytes_sent[kind] += rpcs[kind] * bytes_each[kind];
        }
        row->at_ns = (int64_t)second * NS_PER_S;
        row->payload_bytes_sent += copies * MESSAGE_BYTES;
        row->deliveries += publishing ? nodes - 1 : 0;
        row->packets_lost += copies / 100;
    }
    trace_writer_table(writer, TRACE_SECTION_TRAFFIC, rows, RUN_SECONDS + 1);
}

static void write_texts(const struct synthetic *s, struct trace_writer *writer) {
    static const char regions[] = "australia\0europe\0east_asia\0west_asia\0na_east\0na_west\0"
                                  "south_africa\0south_america";
    char scenario[256];
    snprintf(scenario, sizeof scenario, "name: synthetic\nseed: %d\nduration: %ds\nrouter:\n%s",
             SYNTHETIC_SEED, RUN_SECONDS,
             s->options->floodsub ? "  profile: floodsub\n"
                                  : "  profile: gossipsub-v1.0\n  D: 6\n  Dlo: 4\n  Dhi: 12\n");
    trace_writer_text(writer, TRACE_SECTION_SCENARIO, scenario, strlen(scenario));
    char topics[1024];
    size_t size = 0;
    for (uint32_t topic = 0; topic < s->options->topics && size < sizeof topics - 32; topic++) {
        size += (size_t)snprintf(topics + size, sizeof topics - size, "topic-%" PRIu32, topic) + 1;
    }
    trace_writer_text(writer, TRACE_SECTION_TOPICS, topics, size);
    if (s->options->kind == SYNTHETIC_WORLD) {
        trace_writer_text(writer, TRACE_SECTION_REGIONS, regions, sizeof regions);
    }
}

static void prepare(struct synthetic *s, struct arena *arena) {
    uint32_t nodes = s->options->nodes;
    s->prng = prng_stream(SYNTHETIC_SEED, STREAM_TOPOLOGY, 0);
    s->graph = synthetic_graph_make(s->options, arena, &s->prng);
    s->records = arena_take_array(arena, MEMORY_TABLES, (size_t)nodes * s->options->messages,
                                  sizeof *s->records);
    s->messages = arena_take_array(arena, MEMORY_TABLES, s->options->messages, sizeof *s->messages);
    s->arrival_ns = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *s->arrival_ns);
    s->sender = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *s->sender);
    s->hops = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *s->hops);
    s->queue = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *s->queue);
    s->queued = arena_take_array(arena, MEMORY_TABLES, nodes, sizeof *s->queued);
}

bool synthetic_trace_write(const struct synthetic_options *options, struct arena *arena,
                           const char *path, struct failure *failure) {
    struct trace_writer *writer = trace_writer_open(arena, path, TRACE_LEVEL_DELIVERIES, failure);
    if (writer == NULL) {
        return false;
    }
    struct synthetic s = {.options = options};
    prepare(&s, arena);
    for (uint32_t i = 0; i < options->messages; i++) {
        add_message(&s, i);
    }
    write_texts(&s, writer);
    trace_writer_table(writer, TRACE_SECTION_NODES, s.graph.nodes, s.graph.node_count);
    trace_writer_table(writer, TRACE_SECTION_LINKS, s.graph.links, s.graph.link_count);
    write_records(&s, arena, writer);
    write_samples(&s, arena, writer);
    write_traffic(&s, arena, writer);
    trace_writer_table(writer, TRACE_SECTION_MESSAGES, s.messages, options->messages);
    struct trace_summary summary = {
        .seed = SYNTHETIC_SEED,
        .digest_high = UINT64_C(0x0123456789abcdef),
        .digest_low = UINT64_C(0x5eed5eed5eed5eed),
        .virtual_ns = RUN_SECONDS * NS_PER_S,
        .nodes = s.graph.node_count,
        .links = s.graph.link_count,
        .records = s.record_count,
    };
    trace_writer_table(writer, TRACE_SECTION_SUMMARY, &summary, 1);
    return trace_writer_close(writer, failure);
}
