#include "scenarios/scenario_print.h"
#include "scenarios/topology_read.h"

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
    {"watts-strogatz", TOPOLOGY_WATTS_STROGATZ, {KEY_TOPOLOGY_DEGREE, KEY_TOPOLOGY_REWIRE}},
    {"barabasi-albert", TOPOLOGY_BARABASI_ALBERT, {KEY_TOPOLOGY_ATTACH}},
    {"random-geometric",
     TOPOLOGY_RANDOM_GEOMETRIC,
     {KEY_TOPOLOGY_DEGREE, KEY_TOPOLOGY_RADIUS, KEY_TOPOLOGY_LINKS}},
    {"grid", TOPOLOGY_GRID, {KEY_TOPOLOGY_WIDTH, KEY_TOPOLOGY_HEIGHT}},
    {"torus", TOPOLOGY_TORUS, {KEY_TOPOLOGY_WIDTH, KEY_TOPOLOGY_HEIGHT}},
    {"clustered", TOPOLOGY_CLUSTERED, {KEY_TOPOLOGY_DEGREE, KEY_TOPOLOGY_LOCAL}},
    {"dial", TOPOLOGY_DIAL, {KEY_TOPOLOGY_DIALS}},
    {"file", TOPOLOGY_EDGES, {KEY_TOPOLOGY_PATH}},
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

/** Fills what the kind needs; the number of nodes is 0 if it could not be read. */
static void read_kind(struct scenario_reader *reader, const struct scenario_fields *fields) {
    switch (reader->scenario->topology.kind) {
    case TOPOLOGY_RANDOM_REGULAR:
        read_regular(reader, fields);
        break;
    case TOPOLOGY_ERDOS_RENYI:
        read_random(reader, fields, KEY_TOPOLOGY_PROBABILITY);
        break;
    case TOPOLOGY_RANDOM_GEOMETRIC:
        read_random(reader, fields, KEY_TOPOLOGY_RADIUS);
        break;
    case TOPOLOGY_WATTS_STROGATZ:
        read_small_world(reader, fields);
        break;
    case TOPOLOGY_BARABASI_ALBERT:
        read_attach(reader, fields);
        break;
    case TOPOLOGY_GRID:
    case TOPOLOGY_TORUS:
        read_grid(reader, fields);
        break;
    case TOPOLOGY_CLUSTERED:
        read_clustered(reader, fields);
        break;
    case TOPOLOGY_DIAL:
        read_dials(reader, fields);
        break;
    case TOPOLOGY_COMPLETE:
        check_complete(reader, fields->mapping);
        break;
    case TOPOLOGY_EDGES:
        if (fields->keys[KEY_TOPOLOGY_PATH] != NULL) {
            take_graph(reader);
        } else if (fields->keys[KEY_TOPOLOGY_EDGES] == NULL) {
            reader_refuse(reader, fields->mapping,
                          "kind edges needs the key `edges`, a list of links; kind file needs "
                          "`path`");
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

void check_topology(struct scenario_reader *reader, const struct yaml_node *node) {
    const struct scenario *scenario = reader->scenario;
    if (scenario->topology.kind == TOPOLOGY_CLUSTERED && reader->regions_known &&
        scenario->regions.count == 0) {
        reader_refuse(reader, node,
                      "kind clustered needs regions; allowed: with `regions: world-8`, or regions "
                      "written out");
    }
    if (scenario->topology.kind != TOPOLOGY_DIAL && reader->inbound != NULL) {
        reader_refuse(reader, reader->inbound,
                      "kind %s has nobody who dials; allowed: `all`, or topology kind dial",
                      topology_kind_name(scenario->topology.kind));
    }
}
