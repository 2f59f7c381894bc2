#include "cli/topology.h"

#include <jansson.h>
#include <math.h>
#include <string.h>

/** An undefined number is null. */
static json_t *real(double number) {
    return isnan(number) ? json_null() : json_real(number);
}

static json_t *degree_of(const struct graph_measures *measures) {
    json_t *counts = json_array();
    for (uint32_t degree = measures->degree_min; degree <= measures->degree_max; degree++) {
        if (measures->degree_nodes[degree] > 0) {
            json_array_append_new(counts,
                                  json_pack("{s:I, s:I}", "degree", (json_int_t)degree, "nodes",
                                            (json_int_t)measures->degree_nodes[degree]));
        }
    }
    return json_pack("{s:I, s:f, s:I, s:o}", "min", (json_int_t)measures->degree_min, "mean",
                     measures->degree_mean, "max", (json_int_t)measures->degree_max, "counts",
                     counts);
}

static json_t *regions_of(const struct run_data *run) {
    json_t *regions = json_array();
    for (uint32_t region = 0; region < run->regions.count; region++) {
        uint32_t nodes = topology_region_nodes(run, region);
        json_array_append_new(
            regions, json_pack("{s:s, s:I, s:f}", "name", run->regions.items[region], "nodes",
                               (json_int_t)nodes, "share", (double)nodes / run->node_count));
    }
    return regions;
}

static json_t *calls_of(const struct topology *topology) {
    if (topology->dialled == NULL) {
        return json_null();
    }
    struct topology_calls calls = topology_calls_of(topology);
    return json_pack("{s:I, s:I, s:I, s:I}", "dialled_min", (json_int_t)calls.dialled_min,
                     "dialled_max", (json_int_t)calls.dialled_max, "inbound_min",
                     (json_int_t)calls.inbound_min, "inbound_max", (json_int_t)calls.inbound_max);
}

static json_t *clustering_of(const struct graph_clustering *clustering) {
    if (!clustering->known) {
        return json_null();
    }
    return json_pack("{s:o, s:o}", "of_pairs", real(clustering->of_pairs), "of_nodes",
                     real(clustering->of_nodes));
}

bool topology_print_json(const struct topology_report *report, FILE *out) {
    const struct graph_measures *measures = &report->measures;
    const struct run_data *run = &report->run;
    const struct topology *topology = &report->topology;
    bool links = run->regions.count > 0 && run->link_count > 0;
    json_t *object = json_pack(
        "{s:s, s:I, s:I, s:I, s:o, s:o, s:{s:I, s:I, s:I}, s:{s:I, s:f, s:I, s:b}}", "kind",
        report->kind, "nodes", (json_int_t)topology->node_count, "links",
        (json_int_t)topology->link_count, "missing_links", (json_int_t)topology->missing_links,
        "degree", degree_of(measures), "calls", calls_of(topology), "components", "count",
        (json_int_t)measures->components, "largest", (json_int_t)measures->largest, "isolated",
        (json_int_t)measures->isolated, "distances", "diameter", (json_int_t)measures->diameter,
        "mean", measures->path_mean, "walks", (json_int_t)measures->walks, "exact",
        measures->exact);
    json_object_set_new(object, "clustering", clustering_of(&report->clustering));
    json_object_set_new(object, "assortativity",
                        report->clustering.known ? real(report->clustering.assortativity)
                                                 : json_null());
    json_object_set_new(object, "regions", regions_of(run));
    json_object_set_new(object, "local_links",
                        links ? json_real((double)topology_count_local(run) / run->link_count)
                              : json_null());
    bool written = json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0;
    json_decref(object);
    return fputc('\n', out) != EOF && written;
}
