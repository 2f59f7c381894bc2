/**
 * A graph read from a file: CSV, GML or GraphML, by the ending of its name.
 *
 * Nodes are numbered in the order of the file. A CSV file has a line `a,b[,latency[,loss]]` for
 * each link, an optional line of such names first, and comments after #; where the first link names
 * its nodes by whole numbers these are their numbers, so that nodes without links can lie between,
 * and the line `# nodes: 100` says how many there are in all. GML and GraphML are read by igraph;
 * the attributes `latency` and `packet_loss` of edges and `host_bandwidth_up` and
 * `host_bandwidth_down` of nodes are those of Shadow's network graphs.
 *
 * Links are undirected. A directed file may give a link both ways, if both say the same.
 *
 * Limits: GRAPH_LINKS_MAX links, so that the canonical form of a scenario can hold them.
 * Cost:   a CSV file of a million links takes a fifth of a second.
 */
#ifndef GOSSIM_SCENARIOS_GRAPH_FILE_H
#define GOSSIM_SCENARIOS_GRAPH_FILE_H

#include "base/arena.h"
#include "base/failure.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>

enum { GRAPH_LINKS_MAX = 2000000 };
#define GRAPH_DELAY_MAX_NS (INT64_C(86400) * 1000000000)

struct graph_file {
    const char *path;
    uint32_t node_count;
    uint32_t node_count_max;  // equal, or more where nodes without links may follow
    const char *const *names; // [node_count] as the file calls them; NULL: by their numbers
    bool is_directed;
    uint64_t edge_count;
    const struct topology_edge *edges; // [edge_count]
    const uint32_t *lines;             // [edge_count] where each stands; NULL: not known
    const int64_t *delay_ns;           // [edge_count] or EDGE_DELAY_NONE; NULL: none has any
    const uint32_t *loss_ppb;          // [edge_count] or EDGE_LOSS_NONE; NULL: none has any
    const uint64_t *up_bits_per_s;     // [node_count] 0: not given; NULL: none has any
    const uint64_t *down_bits_per_s;
};

/**
 * Reads a file; NULL with at least one failure in the list, which names the file and, in CSV, line
 * and column.
 */
const struct graph_file *graph_file_read(struct arena *arena, const char *path,
                                         struct failure_list *failures);

/**
 * The graph as one of links between nodes: of a directed file, a link that says the same both ways
 * counts once. NULL after loops and links that stand twice were reported.
 */
const struct graph_file *graph_file_simple(struct arena *arena, const struct graph_file *graph,
                                           struct failure_list *failures);

/** The name of a node in `out[64]`, for messages and regions; returns it. */
enum { GRAPH_NAME_SIZE = 64 };
const char *graph_file_name(const struct graph_file *graph, uint32_t node, char *out);

/** A path as it stands in a file, seen from the folder of that file. In the arena. */
const char *graph_file_path(struct arena *arena, const char *beside, const char *path,
                            uint32_t size);

// The readers, for graph_file_read() alone: the text ends with a NUL behind it.
struct graph_text {
    struct arena *arena;   // of the graph
    struct arena *scratch; // of the reading
    const char *path;
    char *text;
    uint32_t size;
    struct failure_list *failures;
};

const struct graph_file *graph_csv_read(const struct graph_text *text);

enum graph_language { GRAPH_GML, GRAPH_GRAPHML };
const struct graph_file *graph_markup_read(const struct graph_text *text,
                                           enum graph_language language);

#endif
