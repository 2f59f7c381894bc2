#include "analysis/hops.h"

#include "analysis/depth.h"
#include "base/check.h"
#include "base/sort.h"

/** A delivery's topic, hops and kind in one word that sorts as the rows do. */
static uint64_t key_of(const struct run_data *run, const struct run_delivery *delivery) {
    CHECK(delivery->message < run->message_count);
    uint64_t topic = run->messages[delivery->message].topic;
    CHECK(topic <= UINT16_MAX);
    return topic << 33 | (uint64_t)delivery->hops << 1 | (delivery->requested ? 1 : 0);
}

static struct sort_item *sort_deliveries(const struct run_data *run, struct arena *arena) {
    uint64_t count = run->expected_delivery_count;
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, count, sizeof *items);
    struct sort_item *scratch = arena_take_array(arena, MEMORY_TABLES, count, sizeof *scratch);
    uint64_t filled = 0;
    for (uint64_t i = 0; i < run->delivery_count; i++) {
        if (run->deliveries[i].expected) {
            items[filled++] = (struct sort_item){key_of(run, &run->deliveries[i]), i};
        }
    }
    CHECK(filled == count);
    sort_by_key(items, scratch, count);
    return items;
}

struct hop_counts hops_count(const struct run_data *run, struct arena *arena) {
    const struct sort_item *items = sort_deliveries(run, arena);
    uint64_t distinct = 0;
    for (uint64_t i = 0; i < run->expected_delivery_count; i++) {
        distinct += i == 0 || items[i].key >> 1 != items[i - 1].key >> 1 ? 1 : 0;
    }
    struct hop_counts counts = {.count = distinct};
    counts.rows = arena_take_array(arena, MEMORY_TABLES, distinct, sizeof *counts.rows);
    uint64_t row = 0;
    for (uint64_t i = 0; i < run->expected_delivery_count; i++) {
        row += i > 0 && items[i].key >> 1 != items[i - 1].key >> 1 ? 1 : 0;
        struct hop_count *count = &counts.rows[row];
        count->topic = (uint32_t)(items[i].key >> 33);
        count->hops = (uint32_t)(items[i].key >> 1);
        count->requested += items[i].key & 1;
        count->pushed += 1 - (items[i].key & 1);
    }
    return counts;
}

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
