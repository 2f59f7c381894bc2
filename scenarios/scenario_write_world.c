#include "scenarios/scenario_writing.h"

#include "base/check.h"
#include "base/quantity.h"

#include <inttypes.h>

enum { EDGES_PER_LINE = 8 };

const char *topology_kind_name(enum topology_kind kind) {
    switch (kind) {
    case TOPOLOGY_RANDOM_REGULAR:
        return "random-regular";
    case TOPOLOGY_ERDOS_RENYI:
        return "erdos-renyi";
    case TOPOLOGY_COMPLETE:
        return "complete";
    case TOPOLOGY_RING:
        return "ring";
    case TOPOLOGY_LINE:
        return "line";
    case TOPOLOGY_STAR:
        return "star";
    case TOPOLOGY_EDGES:
        return "edges";
    case TOPOLOGY_WATTS_STROGATZ:
        return "watts-strogatz";
    case TOPOLOGY_BARABASI_ALBERT:
        return "barabasi-albert";
    case TOPOLOGY_RANDOM_GEOMETRIC:
        return "random-geometric";
    case TOPOLOGY_GRID:
        return "grid";
    case TOPOLOGY_TORUS:
        return "torus";
    case TOPOLOGY_CLUSTERED:
        return "clustered";
    case TOPOLOGY_DIAL:
        return "dial";
    }
    CHECK(false);
    return "";
}

/** What a link has of its own, behind its ends. */
static void write_edge_values(struct text *text, const struct scenario_edge_values *values,
                              uint64_t edge) {
    char share[QUANTITY_TEXT_SIZE];
    int64_t delay_ns = values->delay_ns == NULL ? EDGE_DELAY_NONE : values->delay_ns[edge];
    uint32_t loss_ppb = values->loss_ppb == NULL ? EDGE_LOSS_NONE : values->loss_ppb[edge];
    if (delay_ns != EDGE_DELAY_NONE) {
        text_add_string(text, ", ");
        print_duration(text, delay_ns);
    } else if (loss_ppb != EDGE_LOSS_NONE) {
        text_add_string(text, ", none");
    }
    if (loss_ppb != EDGE_LOSS_NONE) {
        text_add_format(text, ", %s", quantity_write_share(loss_ppb, share));
    }
}

static void write_edges(struct text *text, const struct scenario *scenario) {
    const struct topology_options *topology = &scenario->topology;
    text_add_string(text, "  edges: [");
    for (uint64_t i = 0; i < topology->edge_count; i++) {
        const char *line = i % EDGES_PER_LINE == 0 ? "\n    " : " ";
        text_add_format(text, "%s%s[%" PRIu32 ", %" PRIu32, i == 0 ? "" : ",", line,
                        topology->edges[i].a, topology->edges[i].b);
        write_edge_values(text, &scenario->edge_values, i);
        text_add_string(text, "]");
    }
    text_add_string(text, "]\n");
}

static void write_share(struct text *text, const char *name, uint32_t ppb) {
    char share[QUANTITY_TEXT_SIZE];
    text_add_format(text, "  %s: %s\n", name, quantity_write_share(ppb, share));
}

void write_topology(struct text *text, const struct scenario *scenario) {
    const struct topology_options *topology = &scenario->topology;
    text_add_format(text, "topology:\n  kind: %s\n", topology_kind_name(topology->kind));
    switch (topology->kind) {
    case TOPOLOGY_RANDOM_REGULAR:
        text_add_format(text, "  degree: %" PRIu32 "\n", topology->degree);
        break;
    case TOPOLOGY_ERDOS_RENYI:
        if (topology->link_count == 0) {
            write_share(text, "probability", topology->probability_ppb);
        } else {
            text_add_format(text, "  links: %" PRIu64 "\n", topology->link_count);
        }
        break;
    case TOPOLOGY_RANDOM_GEOMETRIC:
        if (topology->radius_ppb > 0) {
            write_share(text, "radius", topology->radius_ppb);
        } else {
            text_add_format(text, "  links: %" PRIu64 "\n", topology->link_count);
        }
        break;
    case TOPOLOGY_WATTS_STROGATZ:
        text_add_format(text, "  degree: %" PRIu32 "\n", topology->degree);
        write_share(text, "rewire", topology->rewire_ppb);
        break;
    case TOPOLOGY_BARABASI_ALBERT:
        text_add_format(text, "  attach: %" PRIu32 "\n", topology->attach);
        break;
    case TOPOLOGY_GRID:
    case TOPOLOGY_TORUS:
        text_add_format(text, "  width: %" PRIu32 "\n  height: %" PRIu32 "\n", topology->width,
                        topology->height);
        break;
    case TOPOLOGY_CLUSTERED:
        text_add_format(text, "  degree: %" PRIu32 "\n", topology->degree);
        write_share(text, "local", topology->local_ppb);
        break;
    case TOPOLOGY_DIAL:
        text_add_format(text, "  dials: %" PRIu32 "\n", topology->dials);
        break;
    case TOPOLOGY_EDGES:
        write_edges(text, scenario);
        break;
    case TOPOLOGY_COMPLETE:
    case TOPOLOGY_RING:
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
        break;
    }
}

static void write_latency_row(struct text *text, const int64_t *delay_ns, uint32_t count) {
    text_add_string(text, "    - [");
    for (uint32_t i = 0; i < count; i++) {
        text_add_string(text, i == 0 ? "" : ", ");
        print_duration(text, delay_ns[i]);
    }
    text_add_string(text, "]\n");
}

static void write_losses(struct text *text, const struct scenario_regions *regions) {
    size_t count = regions->count;
    text_add_string(text, regions->loss_ppb == NULL ? "" : "  packet_loss:\n");
    for (size_t i = 0; regions->loss_ppb != NULL && i < count * count; i++) {
        text_add_string(text, i % count == 0 ? "    - [" : ", ");
        print_share(text, regions->loss_ppb[i]);
        text_add_string(text, (i + 1) % count == 0 ? "]\n" : "");
    }
}

void write_regions(struct text *text, const struct scenario_regions *regions) {
    if (regions->count == 0 || regions->preset != NULL) {
        text_add_format(text, "regions: %s\n", regions->count == 0 ? "none" : regions->preset);
        return;
    }
    text_add_string(text, "regions:\n  names: [");
    for (uint32_t i = 0; i < regions->count; i++) {
        text_add_string(text, i == 0 ? "" : ", ");
        print_word(text, regions->items[i].name);
    }
    text_add_string(text, "]\n  weights: [");
    for (uint32_t i = 0; i < regions->count; i++) {
        text_add_format(text, "%s%" PRIu64, i == 0 ? "" : ", ", regions->items[i].weight);
    }
    text_add_string(text, "]\n  latency:\n");
    for (uint32_t i = 0; i < regions->count; i++) {
        write_latency_row(text, regions->delay_ns + (size_t)i * regions->count, regions->count);
    }
    write_losses(text, regions);
    if (regions->host_rates != NULL) {
        text_add_string(text, "  host_bandwidth: ");
        print_rates(text, regions->host_rates, regions->count);
        text_add_string(text, "\n");
    }
}
