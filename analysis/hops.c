#include "analysis/hops.h"

#include "analysis/depth.h"
#include "base/check.h"

static double mean_links(const struct run_data *run) {
    uint64_t ends = 0;
    for (uint32_t i = 0; i < run->node_count; i++) {
        ends += run->nodes[i].degree;
    }
    return run->node_count == 0 ? 0 : (double)ends / run->node_count;
}

static bool has_mesh(const struct run_data *run) {
    for (uint32_t i = 0; i < run->sample_count; i++) {
        if (run->samples[i].degree_max > 0) {
            return true;
        }
    }
    return false;
}

/** The mean mesh degree at the publication of a message; 0 without a sample. */
static double sampled_degree(const struct run_data *run, const struct run_message *message) {
    const struct trace_sample *sample =
        run_data_sample_at(run, message->topic, message->published_ns);
    return sample == NULL ? 0 : (double)sample->degree_sum / sample->nodes;
}

/** Sums nodes and degrees over the messages of each topic; rows are in topic order. */
static void sum_messages(const struct run_data *run, struct hop_bound *rows, bool mesh) {
    for (uint32_t i = 0; i < run->message_count; i++) {
        const struct run_message *message = &run->messages[i];
        if (!message->published) {
            continue;
        }
        CHECK(message->topic < run->topics.count);
        struct hop_bound *row = &rows[message->topic];
        row->messages++;
        row->nodes += (uint64_t)message->expected + 1;
        row->degree += mesh ? sampled_degree(run, message) : 0;
    }
}

struct hop_bounds hops_bounds(const struct run_data *run, struct arena *arena) {
    struct hop_bounds bounds = {0};
    bounds.rows = arena_take_array(arena, MEMORY_TABLES, run->topics.count, sizeof *bounds.rows);
    bool mesh = has_mesh(run);
    double links = mean_links(run);
    sum_messages(run, bounds.rows, mesh);
    for (uint32_t topic = 0; topic < run->topics.count; topic++) {
        struct hop_bound bound = bounds.rows[topic];
        if (bound.messages == 0) {
            continue;
        }
        bound.topic = topic;
        bound.from_mesh = mesh;
        bound.nodes /= bound.messages;
        bound.degree = mesh ? bound.degree / (double)bound.messages : links;
        bound.hops = depth_lower_bound(bound.nodes, bound.degree);
        bounds.rows[bounds.count++] = bound;
    }
    return bounds;
}

uint32_t hops_bound_of(const struct hop_bounds *bounds, uint32_t topic) {
    for (uint32_t i = 0; i < bounds->count; i++) {
        if (bounds->rows[i].topic == topic) {
            return bounds->rows[i].hops;
        }
    }
    return DEPTH_NONE;
}
