#include "base/check.h"
#include "scenarios/topology_read.h"

#include <inttypes.h>

enum { DEGREE_DEFAULT = 20, ATTACH_DEFAULT = 10 };
#define PPM UINT64_C(1000000)

/** The largest default that the number of nodes allows: even products only. */
static uint32_t default_degree(uint32_t node_count) {
    CHECK(node_count > 0);
    uint32_t degree = node_count > DEGREE_DEFAULT ? DEGREE_DEFAULT : node_count - 1;
    bool odd = (uint64_t)node_count * degree % 2 == 1;
    return odd ? degree - 1 : degree;
}

/** The whole number of links of each node; false if it was refused, or cannot be compared. */
static bool read_degree(struct scenario_reader *reader, const struct yaml_node *node,
                        uint64_t *degree) {
    uint64_t nodes = reader->scenario->node_count;
    uint64_t ppm = 0;
    if (!read_millionths(node, &ppm) || ppm % PPM != 0) {
        return reader_refuse_value(reader, node, KEY_TOPOLOGY_DEGREE);
    }
    *degree = ppm / PPM;
    if (nodes == 0) {
        return false; // their number is wrong, so that there is nothing to compare with
    }
    if (*degree >= nodes) {
        return reader_refuse(reader, node,
                             "found `%" PRIu64
                             "`; allowed: a degree below nodes.count, which is %" PRIu64,
                             *degree, nodes);
    }
    return true;
}

/** Reports a degree whose slots cannot be numbered. */
static bool check_ends(struct scenario_reader *reader, const struct yaml_node *node,
                       uint64_t degree) {
    uint32_t nodes = reader->scenario->node_count;
    return degree * nodes <= UINT32_MAX ||
           reader_refuse(reader, node,
                         "found `%" PRIu64 "`; allowed: at most %" PRIu32 " for %" PRIu32 " nodes",
                         degree, UINT32_MAX / nodes, nodes);
}

void read_regular(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *node = fields_value(fields, KEY_TOPOLOGY_DEGREE);
    uint64_t degree = 0;
    if (node == NULL) {
        topology->degree = topology->node_count == 0 ? 0 : default_degree(topology->node_count);
        return;
    }
    if (!read_degree(reader, node, &degree)) {
        return;
    }
    if (degree * topology->node_count % 2 == 1) {
        reader_refuse(reader, node,
                      "found `%" PRIu64 "`; allowed: an even degree, as nodes.count is %" PRIu32
                      " and each link has two ends",
                      degree, topology->node_count);
    } else if (check_ends(reader, node, degree)) {
        topology->degree = (uint32_t)degree;
    }
}

void read_small_world(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *node = fields_value(fields, KEY_TOPOLOGY_DEGREE);
    uint64_t degree = 0;
    if (node == NULL) {
        topology->degree =
            topology->node_count == 0 ? 0 : default_degree(topology->node_count) / 2 * 2;
        return;
    }
    if (!read_degree(reader, node, &degree)) {
        return;
    }
    if (degree % 2 == 1) {
        reader_refuse(reader, node,
                      "found `%" PRIu64
                      "`; allowed: an even degree, as half of the links go each way round the ring",
                      degree);
    } else if (check_ends(reader, node, degree)) {
        topology->degree = (uint32_t)degree;
    }
}

/** Reports more links, which come from the value at the node, than the number of nodes allows. */
static void check_link_count(struct scenario_reader *reader, const struct yaml_node *node,
                             uint64_t link_count) {
    uint64_t nodes = reader->scenario->node_count;
    uint64_t most = nodes * (nodes - 1) / 2;
    uint64_t limit = most < UINT32_MAX / 2 ? most : UINT32_MAX / 2;
    if (link_count > limit) {
        reader_refuse(reader, node,
                      "that makes %" PRIu64 " links; allowed: at most %" PRIu64 " for %" PRIu64
                      " nodes",
                      link_count, limit, nodes);
    }
}

/** The number of links that gives the mean degree, rounded to nearest; 0 if there is no telling. */
static uint64_t read_mean_degree(struct scenario_reader *reader, const struct yaml_node *node) {
    uint64_t nodes = reader->scenario->node_count;
    uint64_t ppm = 0;
    bool read = node == NULL || read_millionths(node, &ppm);
    if (!read || (nodes > 0 && ppm > (nodes - 1) * PPM)) {
        reader_refuse_value(reader, node, KEY_TOPOLOGY_DEGREE);
        return 0;
    }
    if (node == NULL && nodes > 0) {
        ppm = default_degree((uint32_t)nodes) * PPM;
    }
    return (nodes * ppm + PPM) / (2 * PPM);
}

void read_random(struct scenario_reader *reader, const struct scenario_fields *fields,
                 enum schema_key third) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *degree = fields_value(fields, KEY_TOPOLOGY_DEGREE);
    const struct yaml_node *other = fields_value(fields, third);
    const struct yaml_node *links = fields_value(fields, KEY_TOPOLOGY_LINKS);
    uint32_t given =
        (degree != NULL ? 1U : 0) + (other != NULL ? 1U : 0) + (links != NULL ? 1U : 0);
    if (given > 1) {
        reader_refuse(reader, fields->mapping,
                      "found %u of degree, %s and links; allowed: one of them", given,
                      schema_row(third)->name);
    }
    bool nodes_known = topology->node_count > 0;
    if (links != NULL && nodes_known && !fields->wrong[KEY_TOPOLOGY_LINKS]) {
        check_link_count(reader, links, topology->link_count);
    }
    if (degree != NULL || given == 0) {
        topology->link_count = read_mean_degree(reader, degree);
    }
    if (degree != NULL && nodes_known) {
        check_link_count(reader, degree, topology->link_count);
    }
}

void read_clustered(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *node = fields_value(fields, KEY_TOPOLOGY_DEGREE);
    uint32_t nodes = topology->node_count;
    uint64_t degree = 0;
    if (node == NULL) {
        topology->degree = nodes == 0 ? 0 : nodes <= DEGREE_DEFAULT ? nodes - 1 : DEGREE_DEFAULT;
    } else if (read_degree(reader, node, &degree) && check_ends(reader, node, degree)) {
        topology->degree = (uint32_t)degree;
    }
}

void read_dials(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *node = fields_value(fields, KEY_TOPOLOGY_DIALS);
    uint32_t nodes = topology->node_count;
    if (nodes == 0) {
        return;
    }
    if (node == NULL) {
        topology->dials = nodes <= ATTACH_DEFAULT ? nodes - 1 : ATTACH_DEFAULT;
    } else if (topology->dials >= nodes) {
        reader_refuse(reader, node,
                      "found `%" PRIu32 "`; allowed: less than nodes.count, which is %" PRIu32,
                      topology->dials, nodes);
    } else if ((uint64_t)topology->dials * nodes > TOPOLOGY_LINKS_MAX) {
        reader_refuse(reader, node,
                      "found `%" PRIu32 "`; allowed: at most %" PRIu32 " for %" PRIu32 " nodes",
                      topology->dials, TOPOLOGY_LINKS_MAX / nodes, nodes);
    }
}

void read_attach(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *node = fields_value(fields, KEY_TOPOLOGY_ATTACH);
    uint32_t nodes = topology->node_count;
    if (nodes == 1) {
        reader_refuse(reader, fields->mapping,
                      "a barabasi-albert graph of 1 node; allowed: at least 2 nodes");
    } else if (node == NULL) {
        topology->attach = nodes <= ATTACH_DEFAULT ? nodes - 1 : ATTACH_DEFAULT;
    } else if (nodes > 0 && topology->attach >= nodes) {
        reader_refuse(reader, node,
                      "found `%" PRIu32 "`; allowed: less than nodes.count, which is %" PRIu32,
                      topology->attach, nodes);
    } else if ((uint64_t)topology->attach * nodes > TOPOLOGY_LINKS_MAX) {
        reader_refuse(reader, node,
                      "found `%" PRIu32 "`; allowed: at most %" PRIu32 " for %" PRIu32 " nodes",
                      topology->attach, TOPOLOGY_LINKS_MAX / nodes, nodes);
    }
}

/** The least width whose square holds all nodes; for a torus, the least part of their number of
 * which that is true. */
static uint32_t default_width(uint32_t nodes, bool torus) {
    uint64_t width = 1;
    while (width * width < nodes) {
        width++;
    }
    while (torus && nodes % width != 0) {
        width++;
    }
    return (uint32_t)width;
}

/** Reports rows and columns that do not fit the number of nodes. */
static void check_area(struct scenario_reader *reader, const struct yaml_node *node) {
    const struct topology_options *topology = &reader->scenario->topology;
    uint64_t area = (uint64_t)topology->width * topology->height;
    uint32_t nodes = topology->node_count;
    bool torus = topology->kind == TOPOLOGY_TORUS;
    if (area < nodes || (torus && area > nodes) || area - nodes >= topology->width) {
        reader_refuse(reader, node,
                      "%" PRIu32 " by %" PRIu32 " nodes, which makes %" PRIu64
                      "; allowed: %s nodes.count, which is %" PRIu32,
                      topology->width, topology->height, area,
                      torus ? "exactly" : "all places but some of the last row taken by", nodes);
    }
}

void read_grid(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *width = fields_value(fields, KEY_TOPOLOGY_WIDTH);
    const struct yaml_node *height = fields_value(fields, KEY_TOPOLOGY_HEIGHT);
    uint32_t nodes = topology->node_count;
    if (nodes == 0 || fields->wrong[KEY_TOPOLOGY_WIDTH] || fields->wrong[KEY_TOPOLOGY_HEIGHT]) {
        return;
    }
    bool torus = topology->kind == TOPOLOGY_TORUS;
    if (width == NULL && height == NULL) {
        topology->width = default_width(nodes, torus);
        if (torus && topology->width == nodes && nodes > 3) {
            reader_refuse(reader, fields->mapping,
                          "%" PRIu32
                          " nodes cannot stand in rows of equal length, as that is a prime number; "
                          "allowed: another nodes.count, or `width: 1` for a ring",
                          nodes);
        }
    } else if (width == NULL) {
        topology->width = (uint32_t)(((uint64_t)nodes + topology->height - 1) / topology->height);
    }
    if (height == NULL) {
        topology->height = (uint32_t)(((uint64_t)nodes + topology->width - 1) / topology->width);
    }
    check_area(reader, width != NULL ? width : height != NULL ? height : fields->mapping);
}

void check_complete(struct scenario_reader *reader, const struct yaml_node *node) {
    enum { COMPLETE_NODES_MAX = 65536 };
    uint32_t nodes = reader->scenario->node_count;
    if (nodes > COMPLETE_NODES_MAX) {
        reader_refuse(reader, node,
                      "a complete graph of %" PRIu32 " nodes; allowed: at most %d nodes", nodes,
                      COMPLETE_NODES_MAX);
    }
}
