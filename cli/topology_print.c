#include "analysis/figure_text.h"
#include "base/check.h"
#include "cli/topology.h"

#include <inttypes.h>
#include <math.h>

enum { BINS_MAX = 20, BAR_WIDTH = 40, LONG_TAIL = 8 };

static void print_size(const struct topology_report *report, FILE *out) {
    char nodes[FIGURE_TEXT_SIZE];
    char links[FIGURE_TEXT_SIZE];
    const struct topology *topology = &report->topology;
    fprintf(out, "graph          %s, %s %s, %s %s\n", report->kind,
            figure_count(topology->node_count, nodes),
            figure_noun(topology->node_count, "node", "nodes"),
            figure_count(topology->link_count, links),
            figure_noun(topology->link_count, "link", "links"));
    if (topology->missing_links > 0) {
        fprintf(out, "missing        %s %s found no place\n",
                figure_count(topology->missing_links, links),
                figure_noun(topology->missing_links, "link", "links"));
    }
    fprintf(out, "degree         mean %.2f, %" PRIu32 " to %" PRIu32 "\n",
            report->measures.degree_mean, report->measures.degree_min, report->measures.degree_max);
    if (topology->dialled != NULL) {
        struct topology_calls calls = topology_calls_of(topology);
        fprintf(out,
                "dialled        %" PRIu32 " to %" PRIu32 " others by each node, which %" PRIu32
                " to %" PRIu32 " others dialled\n",
                calls.dialled_min, calls.dialled_max, calls.inbound_min, calls.inbound_max);
    }
}

static void print_parts(const struct graph_measures *measures, uint32_t node_count, FILE *out) {
    char share[FIGURE_TEXT_SIZE];
    char count[FIGURE_TEXT_SIZE];
    if (measures->components == 1) {
        fputs("components     1: all nodes are connected\n", out);
    } else {
        fprintf(out, "components     %s; the largest holds %s of the nodes",
                figure_count(measures->components, count),
                figure_share(measures->largest, node_count, share));
        fprintf(out, ", %s %s no link\n", figure_count(measures->isolated, count),
                measures->isolated == 1 ? "has" : "have");
    }
}

static void print_distances(const struct graph_measures *measures, uint32_t node_count, FILE *out) {
    if (measures->exact) {
        fprintf(out, "diameter       %" PRIu32 "%s\n", measures->diameter,
                measures->components > 1 ? " within components" : "");
        fprintf(out, "mean distance  %.3f\n", measures->path_mean);
        return;
    }
    char count[FIGURE_TEXT_SIZE];
    char all[FIGURE_TEXT_SIZE];
    fprintf(out, "diameter       at least %" PRIu32 ", as far as walks from %s of %s nodes show\n",
            measures->diameter, figure_count(measures->walks, count),
            figure_count(node_count, all));
    fprintf(out, "mean distance  %.3f, from those nodes\n", measures->path_mean);
}

static const char *number_text(double number, char *out) {
    if (isnan(number)) {
        snprintf(out, FIGURE_TEXT_SIZE, "undefined");
    } else {
        snprintf(out, FIGURE_TEXT_SIZE, "%.4f", number);
    }
    return out;
}

static void print_clustering(const struct graph_clustering *clustering, FILE *out) {
    char a[FIGURE_TEXT_SIZE];
    char b[FIGURE_TEXT_SIZE];
    if (!clustering->known) {
        fprintf(out, "clustering     not known: %s\n", clustering->why_unknown);
        return;
    }
    fprintf(out, "clustering     %s of pairs of neighbours are linked; %s, mean over nodes\n",
            number_text(clustering->of_pairs, a), number_text(clustering->of_nodes, b));
    fprintf(out, "assortativity  %s\n", number_text(clustering->assortativity, a));
}

static void print_regions(const struct run_data *run, FILE *out) {
    char share[FIGURE_TEXT_SIZE];
    char count[FIGURE_TEXT_SIZE];
    if (run->regions.count == 0) {
        return;
    }
    for (uint32_t region = 0; region < run->regions.count; region++) {
        uint32_t nodes = topology_region_nodes(run, region);
        fprintf(out, "%s%-16s %8s %s  %s\n", region == 0 ? "regions        " : "               ",
                run->regions.items[region], figure_count(nodes, count),
                figure_noun(nodes, "node ", "nodes"), figure_share(nodes, run->node_count, share));
    }
    if (run->link_count > 0) {
        fprintf(out, "local links    %s stay inside a region\n",
                figure_share(topology_count_local(run), run->link_count, share));
    }
}

/** A bar of the histogram: degrees from first to last. */
struct bin {
    uint32_t first;
    uint32_t last;
    uint32_t nodes;
};

/** One bin for each degree; ranges of one width, or each twice as wide as the one before where a
 * few nodes have very many links. Returns how many bins. */
static uint32_t make_bins(const struct graph_measures *measures, struct bin bins[BINS_MAX]) {
    uint32_t span = measures->degree_max - measures->degree_min + 1;
    bool doubling = measures->degree_max > LONG_TAIL * measures->degree_mean && span > BINS_MAX;
    uint32_t width = doubling ? 1 : (span + BINS_MAX - 1) / BINS_MAX;
    uint32_t count = 0;
    uint32_t first = measures->degree_min;
    while (first <= measures->degree_max) {
        uint32_t last = first + width - 1;
        last = last < measures->degree_max ? last : measures->degree_max;
        bins[count] = (struct bin){.first = first, .last = last};
        for (uint32_t degree = first; degree <= last; degree++) {
            bins[count].nodes += measures->degree_nodes[degree];
        }
        count++;
        width = doubling ? 2 * width : width;
        first = last + 1;
    }
    return count;
}

static void print_histogram(const struct graph_measures *measures, FILE *out) {
    struct bin bins[BINS_MAX];
    uint32_t count = make_bins(measures, bins);
    uint32_t most = 0;
    for (uint32_t i = 0; i < count; i++) {
        most = bins[i].nodes > most ? bins[i].nodes : most;
    }
    CHECK(count == 0 || most > 0); // every node is in a bin
    for (uint32_t i = 0; i < count; i++) {
        char range[FIGURE_TEXT_SIZE];
        char nodes[FIGURE_TEXT_SIZE];
        bool one = bins[i].first == bins[i].last;
        snprintf(range, sizeof range, one ? "%" PRIu32 : "%" PRIu32 "–%" PRIu32, bins[i].first,
                 bins[i].last);
        uint64_t size = ((uint64_t)bins[i].nodes * BAR_WIDTH + most - 1) / most;
        int padding = one ? 11 : 13; // a dash of three bytes takes one place
        fprintf(out, "%s%*s %10s  %.*s\n", i == 0 ? "degrees  " : "         ", padding, range,
                figure_count(bins[i].nodes, nodes), (int)size,
                "########################################");
    }
}

void topology_print(const struct topology_report *report, FILE *out) {
    print_size(report, out);
    print_parts(&report->measures, report->topology.node_count, out);
    print_distances(&report->measures, report->topology.node_count, out);
    print_clustering(&report->clustering, out);
    print_regions(&report->run, out);
    print_histogram(&report->measures, out);
}
