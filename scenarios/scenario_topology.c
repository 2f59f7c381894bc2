#include "scenarios/scenario_read.h"

#include "base/check.h"

#include <inttypes.h>
#include <string.h>

enum { DEGREE_DEFAULT = 20 };
#define PPM UINT64_C(1000000)

/** The kinds of graph, and the keys that say more about each (KEY_NONE ends the list). */
static const struct {
    const char *name;
    enum topology_kind kind;
    enum schema_key keys[4];
} kinds[] = {
    {"random-regular", TOPOLOGY_RANDOM_REGULAR, {KEY_TOPOLOGY_DEGREE}},
    {"erdos-renyi",
     TOPOLOGY_ERDOS_RENYI,
     {KEY_TOPOLOGY_DEGREE, KEY_TOPOLOGY_PROBABILITY, KEY_TOPOLOGY_LINKS}},
    {"complete", TOPOLOGY_COMPLETE, {KEY_NONE}},
    {"ring", TOPOLOGY_RING, {KEY_NONE}},
    {"line", TOPOLOGY_LINE, {KEY_NONE}},
    {"star", TOPOLOGY_STAR, {KEY_NONE}},
    {"edges", TOPOLOGY_EDGES, {KEY_TOPOLOGY_EDGES}},
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

/** The index in `kinds`, or KIND_COUNT. */
static uint32_t find_kind(const struct yaml_node *node) {
    uint32_t kind = 0;
    while (kind < KIND_COUNT && !yaml_is_text(node, kinds[kind].name)) {
        kind++;
    }
    return kind;
}

/** Reports keys that mean nothing for the kind. */
static void check_keys(struct scenario_reader *reader, const struct scenario_fields *fields,
                       uint32_t kind) {
    for (enum schema_key key = KEY_TOPOLOGY_DEGREE; key <= KEY_TOPOLOGY_EDGES; key++) {
        bool belongs = false;
        for (size_t i = 0; i < 4 && kinds[kind].keys[i] != KEY_NONE; i++) {
            belongs = belongs || kinds[kind].keys[i] == key;
        }
        if (fields->keys[key] != NULL && !belongs) {
            reader_refuse(reader, fields->keys[key],
                          "kind %s has no `%s`; remove it, or choose another kind",
                          kinds[kind].name, schema_row(key)->name);
        }
    }
}

/** The largest default that the number of nodes allows: even products only. */
static uint32_t default_degree(uint32_t node_count) {
    CHECK(node_count > 0);
    uint32_t degree = node_count > DEGREE_DEFAULT ? DEGREE_DEFAULT : node_count - 1;
    bool odd = (uint64_t)node_count * degree % 2 == 1;
    return odd ? degree - 1 : degree;
}

static void read_regular(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    uint32_t nodes = topology->node_count;
    const struct yaml_node *node = fields_value(fields, KEY_TOPOLOGY_DEGREE);
    uint64_t ppm = 0;
    if (node != NULL && (!read_millionths(node, &ppm) || ppm % PPM != 0)) {
        reader_refuse_value(reader, node, KEY_TOPOLOGY_DEGREE);
        return;
    }
    if (nodes == 0) {
        return; // their number is wrong, so that there is nothing to compare with
    }
    if (node == NULL) {
        topology->degree = default_degree(nodes);
        return;
    }
    uint64_t degree = ppm / PPM;
    if (degree >= nodes) {
        reader_refuse(reader, node,
                      "found `%" PRIu64 "`; allowed: a degree below nodes.count, which is %" PRIu32,
                      degree, nodes);
    } else if (degree * nodes % 2 == 1) {
        reader_refuse(reader, node,
                      "found `%" PRIu64 "`; allowed: an even degree, as nodes.count is %" PRIu32
                      " and each link has two ends",
                      degree, nodes);
    } else if (degree * nodes > UINT32_MAX) {
        reader_refuse(reader, node,
                      "found `%" PRIu64 "`; allowed: at most %" PRIu32 " for %" PRIu32 " nodes",
                      degree, UINT32_MAX / nodes, nodes);
    }
    topology->degree = (uint32_t)degree;
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

static void read_random(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct topology_options *topology = &reader->scenario->topology;
    const struct yaml_node *degree = fields_value(fields, KEY_TOPOLOGY_DEGREE);
    const struct yaml_node *probability = fields_value(fields, KEY_TOPOLOGY_PROBABILITY);
    const struct yaml_node *links = fields_value(fields, KEY_TOPOLOGY_LINKS);
    uint32_t given =
        (degree != NULL ? 1U : 0) + (probability != NULL ? 1U : 0) + (links != NULL ? 1U : 0);
    if (given > 1) {
        reader_refuse(reader, fields->mapping,
                      "found %u of degree, probability and links; allowed: one of them", given);
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

static void check_complete(struct scenario_reader *reader, const struct yaml_node *node) {
    enum { COMPLETE_NODES_MAX = 65536 };
    uint32_t nodes = reader->scenario->node_count;
    if (nodes > COMPLETE_NODES_MAX) {
        reader_refuse(reader, node,
                      "a complete graph of %" PRIu32 " nodes; allowed: at most %d nodes", nodes,
                      COMPLETE_NODES_MAX);
    }
}

/** Fills what the kind needs; the number of nodes is 0 if it could not be read. */
static void read_kind(struct scenario_reader *reader, const struct scenario_fields *fields) {
    switch (reader->scenario->topology.kind) {
    case TOPOLOGY_RANDOM_REGULAR:
        read_regular(reader, fields);
        break;
    case TOPOLOGY_ERDOS_RENYI:
        read_random(reader, fields);
        break;
    case TOPOLOGY_COMPLETE:
        check_complete(reader, fields->mapping);
        break;
    case TOPOLOGY_EDGES:
        if (fields->keys[KEY_TOPOLOGY_EDGES] == NULL) {
            reader_refuse(reader, fields->mapping,
                          "kind edges needs the key `edges`, a list of links");
        } else {
            read_edges(reader, fields_value(fields, KEY_TOPOLOGY_EDGES));
        }
        break;
    case TOPOLOGY_RING:
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
        break;
    }
}

void read_topology(struct scenario_reader *reader, const struct yaml_node *node) {
    struct topology_options *topology = &reader->scenario->topology;
    struct scenario_fields fields = {.parent = KEY_TOPOLOGY, .mapping = node, .whole = true};
    bool word = node->kind == YAML_SCALAR && !yaml_is_null(node);
    if (!word && !fields_read(reader, &fields, KEY_TOPOLOGY, node)) {
        return;
    }
    fields_fill(reader, &fields, topology);
    const struct yaml_node *name =
        word ? node : fields_value_or_default(reader, &fields, KEY_TOPOLOGY_KIND);
    uint32_t kind = find_kind(name);
    topology->node_count = reader->scenario->node_count;
    topology->seed = reader->scenario->seed;
    if (kind < KIND_COUNT) {
        topology->kind = kinds[kind].kind;
        check_keys(reader, &fields, kind);
        read_kind(reader, &fields);
        return;
    }
    reader_refuse_value(reader, name, KEY_TOPOLOGY_KIND);
    if (fields.keys[KEY_TOPOLOGY_EDGES] != NULL) {
        // Links mean the same whatever the kind was to be.
        read_edges(reader, fields_value(&fields, KEY_TOPOLOGY_EDGES));
    }
}
