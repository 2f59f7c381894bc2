// Regions from a graph of places, such as Shadow's network graphs: each node is a region, a link to
// itself says what a way within it takes, and ways between regions are the shortest ones.

#include "base/intern.h"
#include "base/quantity.h"
#include "scenarios/graph_file.h"
#include "scenarios/scenario_read.h"

#include <inttypes.h>
#include <string.h>

#define NO_WAY (INT64_MAX / 4)

/** A way from one region to another. */
struct way {
    int64_t delay_ns;
    uint32_t loss_ppb;
};

struct places {
    const struct graph_file *graph;
    struct way *ways; // [count × count]
    uint32_t count;
};

static bool refuse(struct scenario_reader *reader, const struct places *places, const char *what,
                   uint32_t node) {
    char name[GRAPH_NAME_SIZE];
    failure_list_add(reader->failures, places->graph->path, 0, 0, "region `%s` %s",
                     graph_file_name(places->graph, node, name), what);
    return false;
}

/** Takes the other way if it is shorter, or as long and less is lost on it. */
static void shorten(struct way *way, struct way other) {
    bool better = other.delay_ns < way->delay_ns ||
                  (other.delay_ns == way->delay_ns && other.loss_ppb < way->loss_ppb);
    *way = better ? other : *way;
}

/** Enters the links; what a region takes within itself stands on the diagonal. */
static bool enter_links(struct scenario_reader *reader, struct places *places) {
    const struct graph_file *graph = places->graph;
    for (size_t i = 0; i < (size_t)places->count * places->count; i++) {
        places->ways[i] = (struct way){.delay_ns = NO_WAY};
    }
    for (uint64_t i = 0; i < graph->edge_count; i++) {
        size_t a = graph->edges[i].a;
        size_t b = graph->edges[i].b;
        if (graph->delay_ns == NULL || graph->delay_ns[i] == EDGE_DELAY_NONE) {
            return refuse(reader, places, "has a link without latency; allowed: all with one",
                          (uint32_t)a);
        }
        struct way way = {.delay_ns = graph->delay_ns[i]};
        if (graph->loss_ppb != NULL && graph->loss_ppb[i] != EDGE_LOSS_NONE) {
            way.loss_ppb = graph->loss_ppb[i];
        }
        shorten(&places->ways[a * places->count + b], way);
        if (!graph->is_directed) {
            shorten(&places->ways[b * places->count + a], way);
        }
    }
    return true;
}

/** Ways by way of one region, for all pairs of others. */
static void pass_through(struct places *places, size_t by) {
    size_t count = places->count;
    for (size_t a = 0; a < count; a++) {
        for (size_t b = 0; b < count; b++) {
            const struct way *to = &places->ways[a * count + by];
            const struct way *from = &places->ways[by * count + b];
            if (a != b && a != by && b != by) {
                shorten(&places->ways[a * count + b],
                        (struct way){.delay_ns = to->delay_ns + from->delay_ns,
                                     .loss_ppb = share_either(to->loss_ppb, from->loss_ppb)});
            }
        }
    }
}

static bool check_ways(struct scenario_reader *reader, const struct places *places) {
    for (uint32_t a = 0; a < places->count; a++) {
        for (uint32_t b = 0; b < places->count; b++) {
            int64_t delay_ns = places->ways[(size_t)a * places->count + b].delay_ns;
            if (delay_ns >= NO_WAY) {
                return refuse(reader, places,
                              a == b ? "has no link to itself, which says how long a way within it "
                                       "takes"
                                     : "has no way to some other one",
                              a);
            }
            if (delay_ns > GRAPH_DELAY_MAX_NS) {
                return refuse(reader, places, "has a way of more than 86400s", a);
            }
        }
    }
    return true;
}

static bool take_names(struct scenario_reader *reader, const struct places *places,
                       struct scenario_region *items) {
    struct intern names;
    intern_init(&names, reader->scratch);
    for (uint32_t i = 0; i < places->count; i++) {
        char name[GRAPH_NAME_SIZE];
        uint32_t size = (uint32_t)strlen(graph_file_name(places->graph, i, name));
        if (intern_find(&names, name, size) != INTERN_NONE) {
            return refuse(reader, places, "stands twice; allowed: different names", i);
        }
        intern_add(&names, name, size);
        char *copy = arena_take(reader->arena, MEMORY_TABLES, (size_t)size + 1);
        memcpy(copy, name, size);
        items[i] = (struct scenario_region){.name = copy, .weight = 1};
    }
    return true;
}

/** Keeps what the ways take and lose; no losses where nothing is lost. */
static void keep_ways(struct scenario_reader *reader, const struct places *places,
                      struct scenario_regions *regions) {
    size_t pairs = (size_t)places->count * places->count;
    int64_t *delay_ns = arena_take_array(reader->arena, MEMORY_TABLES, pairs, sizeof *delay_ns);
    uint32_t *loss_ppb = arena_take_array(reader->arena, MEMORY_TABLES, pairs, sizeof *loss_ppb);
    bool loses = false;
    for (size_t i = 0; i < pairs; i++) {
        delay_ns[i] = places->ways[i].delay_ns;
        loss_ppb[i] = places->ways[i].loss_ppb;
        loses = loses || loss_ppb[i] > 0;
    }
    regions->delay_ns = delay_ns;
    regions->loss_ppb = loses ? loss_ppb : NULL;
}

bool read_region_file(struct scenario_reader *reader, const struct yaml_node *node,
                      struct scenario_regions *regions, struct scenario_region **items) {
    if (node->kind != YAML_SCALAR || node->size == 0 || memchr(node->text, 0, node->size) != NULL) {
        return reader_refuse_value(reader, node, KEY_REGIONS_FILE);
    }
    const char *path =
        graph_file_path(reader->scratch, reader->source->path, node->text, node->size);
    struct places places = {.graph = graph_file_read(reader->scratch, path, reader->failures)};
    if (places.graph == NULL) {
        return false;
    }
    places.count = places.graph->node_count;
    if (places.count > SCENARIO_REGIONS_MAX) {
        return reader_refuse(reader, node,
                             "the graph has %" PRIu32 " nodes; allowed: at most %d regions",
                             places.count, SCENARIO_REGIONS_MAX);
    }
    *items = arena_take_array(reader->arena, MEMORY_TABLES, places.count, sizeof **items);
    places.ways = arena_take_array(reader->scratch, MEMORY_TABLES,
                                   (size_t)places.count * places.count, sizeof *places.ways);
    if (!take_names(reader, &places, *items) || !enter_links(reader, &places)) {
        return false;
    }
    for (size_t by = 0; by < places.count; by++) {
        pass_through(&places, by);
    }
    *regions = (struct scenario_regions){.items = *items, .count = places.count};
    keep_ways(reader, &places, regions);
    regions->host_rates = take_host_rates(reader, places.graph);
    return check_ways(reader, &places);
}
