#include "base/quantity.h"
#include "cli/topology.h"

#include <inttypes.h>

static bool has_delay(const struct topology_report *report, uint64_t link) {
    return report->delay_ns != NULL && report->delay_ns[link] != EDGE_DELAY_NONE;
}

static bool has_loss(const struct topology_report *report, uint64_t link) {
    return report->loss_ppb != NULL && report->loss_ppb[link] != EDGE_LOSS_NONE;
}

static const char *region_of(const struct topology_report *report, uint32_t node) {
    return report->run.regions.count == 0
               ? NULL
               : report->run.regions.items[report->run.nodes[node].region];
}

static void write_csv(const struct topology_report *report, FILE *out) {
    char text[QUANTITY_TEXT_SIZE];
    bool delays = report->delay_ns != NULL;
    bool losses = report->loss_ppb != NULL;
    fprintf(out, "# nodes: %" PRIu32 "\n", report->topology.node_count);
    if (report->topology.dialled != NULL) {
        fputs("# a dialled b\n", out);
    }
    fprintf(out, "a,b%s%s\n", delays ? ",latency" : "", losses ? ",loss" : "");
    for (uint64_t i = 0; i < report->topology.link_count; i++) {
        fprintf(out, "%" PRIu32 ",%" PRIu32, report->edges[i].a, report->edges[i].b);
        if (delays) {
            fprintf(out, ",%s",
                    has_delay(report, i) ? quantity_write_duration(report->delay_ns[i], text) : "");
        }
        if (losses) {
            fprintf(out, ",%s",
                    has_loss(report, i) ? quantity_write_share(report->loss_ppb[i], text) : "");
        }
        fputc('\n', out);
    }
}

/** A text of GML: quotes and all beyond ASCII become entities. */
static void write_quoted(const char *text, FILE *out) {
    for (const char *at = text; *at != '\0'; at++) {
        if (*at == '"') {
            fputs("&quot;", out);
        } else if (*at == '&') {
            fputs("&amp;", out);
        } else if (*at == '<') {
            fputs("&lt;", out);
        } else {
            fputc(*at, out);
        }
    }
}

static void write_gml(const struct topology_report *report, FILE *out) {
    char text[QUANTITY_TEXT_SIZE];
    fputs("graph [\n  directed 0\n", out);
    for (uint32_t node = 0; node < report->topology.node_count; node++) {
        const char *region = region_of(report, node);
        fprintf(out, "  node [ id %" PRIu32, node);
        if (report->names != NULL) {
            fputs(" label \"", out);
            write_quoted(report->names[node], out);
            fputc('"', out);
        }
        if (region != NULL) {
            fputs(" region \"", out);
            write_quoted(region, out);
            fputc('"', out);
        }
        fputs(" ]\n", out);
    }
    for (uint64_t i = 0; i < report->topology.link_count; i++) {
        fprintf(out, "  edge [ source %" PRIu32 " target %" PRIu32, report->edges[i].a,
                report->edges[i].b);
        if (report->topology.dialled != NULL) {
            fprintf(out, " dialled_by %" PRIu32, report->edges[i].a);
        }
        if (has_delay(report, i)) {
            fprintf(out, " latency \"%s\"", quantity_write_duration(report->delay_ns[i], text));
        }
        if (has_loss(report, i)) {
            fprintf(out, " packet_loss %.9f", report->loss_ppb[i] / 1e9);
        }
        fputs(" ]\n", out);
    }
    fputs("]\n", out);
}

static void write_keys(const struct topology_report *report, FILE *out) {
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
          "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
          out);
    if (report->names != NULL) {
        fputs("<key id=\"label\" for=\"node\" attr.name=\"label\" attr.type=\"string\"/>\n", out);
    }
    if (report->run.regions.count > 0) {
        fputs("<key id=\"region\" for=\"node\" attr.name=\"region\" attr.type=\"string\"/>\n", out);
    }
    if (report->topology.dialled != NULL) {
        fputs("<key id=\"dialled_by\" for=\"edge\" attr.name=\"dialled_by\" "
              "attr.type=\"string\"/>\n",
              out);
    }
    if (report->delay_ns != NULL) {
        fputs("<key id=\"latency\" for=\"edge\" attr.name=\"latency\" attr.type=\"string\"/>\n",
              out);
    }
    if (report->loss_ppb != NULL) {
        fputs("<key id=\"packet_loss\" for=\"edge\" attr.name=\"packet_loss\" "
              "attr.type=\"double\"/>\n",
              out);
    }
}

static void write_data(const char *key, const char *text, FILE *out) {
    fprintf(out, "<data key=\"%s\">", key);
    write_quoted(text, out);
    fputs("</data>", out);
}

static void write_graphml(const struct topology_report *report, FILE *out) {
    char text[QUANTITY_TEXT_SIZE];
    write_keys(report, out);
    fputs("<graph edgedefault=\"undirected\">\n", out);
    for (uint32_t node = 0; node < report->topology.node_count; node++) {
        fprintf(out, "<node id=\"n%" PRIu32 "\">", node);
        if (report->names != NULL) {
            write_data("label", report->names[node], out);
        }
        if (region_of(report, node) != NULL) {
            write_data("region", region_of(report, node), out);
        }
        fputs("</node>\n", out);
    }
    for (uint64_t i = 0; i < report->topology.link_count; i++) {
        fprintf(out, "<edge source=\"n%" PRIu32 "\" target=\"n%" PRIu32 "\">", report->edges[i].a,
                report->edges[i].b);
        if (report->topology.dialled != NULL) {
            snprintf(text, sizeof text, "n%" PRIu32, report->edges[i].a);
            write_data("dialled_by", text, out);
        }
        if (has_delay(report, i)) {
            write_data("latency", quantity_write_duration(report->delay_ns[i], text), out);
        }
        if (has_loss(report, i)) {
            snprintf(text, sizeof text, "%.9f", report->loss_ppb[i] / 1e9);
            write_data("packet_loss", text, out);
        }
        fputs("</edge>\n", out);
    }
    fputs("</graph>\n</graphml>\n", out);
}

void topology_export(const struct topology_report *report, enum topology_format format, FILE *out) {
    switch (format) {
    case TOPOLOGY_CSV:
        write_csv(report, out);
        return;
    case TOPOLOGY_GML:
        write_gml(report, out);
        return;
    case TOPOLOGY_GRAPHML:
        write_graphml(report, out);
        return;
    }
}
