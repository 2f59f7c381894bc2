#include "scenarios/scenario.h"

#include "base/check.h"
#include "scenarios/scenario_read.h"

#include <string.h>

static bool is_name_letter(char byte, bool first) {
    bool word = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
                (byte >= '0' && byte <= '9') || byte == '_';
    return word || (!first && (byte == '.' || byte == '-'));
}

/** The file's name without folders and ending; what a name may not hold becomes a dash. */
static const char *default_name(struct arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    const char *stem = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(stem, '.');
    size_t size = dot == NULL || dot == stem ? strlen(stem) : (size_t)(dot - stem);
    char *name = arena_take(arena, MEMORY_TABLES, SCENARIO_NAME_SIZE_MAX + 1);
    size_t used = 0;
    for (size_t i = 0; i < size && used < SCENARIO_NAME_SIZE_MAX; i++) {
        bool fits = is_name_letter(stem[i], used == 0);
        if (fits || used > 0) {
            name[used++] = fits ? stem[i] : '-';
        }
    }
    return used == 0 ? "scenario" : name;
}

static bool is_word(const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR || yaml_is_null(node) || node->size == 0 ||
        node->size > SCENARIO_NAME_SIZE_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < node->size; i++) {
        if (!is_name_letter(node->text[i], i == 0)) {
            return false;
        }
    }
    return true;
}

bool read_word(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
               const char **word) {
    if (!is_word(node)) {
        return reader_refuse_value(reader, node, key);
    }
    char *name = arena_take(reader->arena, MEMORY_TABLES, (size_t)node->size + 1);
    memcpy(name, node->text, node->size);
    *word = name;
    return true;
}

static void read_name(struct scenario_reader *reader, const struct yaml_node *node) {
    if (node == NULL) {
        reader->scenario->name = default_name(reader->arena, reader->source->path);
    } else {
        read_word(reader, KEY_NAME, node, &reader->scenario->name);
    }
}

/** A mapping that need not be written: then all its keys have their defaults. */
static const struct yaml_node *section(struct scenario_reader *reader,
                                       const struct scenario_fields *fields, enum schema_key key) {
    const struct yaml_node *value = fields_value(fields, key);
    return value == NULL ? reader_default(reader, "{}") : value;
}

static void read_root(struct scenario_reader *reader, const struct yaml_node *root) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_ROOT, root)) {
        return;
    }
    read_graph_file(reader, section(reader, &fields, KEY_TOPOLOGY));
    fields_fill(reader, &fields, reader->scenario);
    read_name(reader, fields_value(&fields, KEY_NAME));
    read_router(reader, section(reader, &fields, KEY_ROUTER));
    uint32_t failures = reader_failure_count(reader);
    read_regions(reader, fields_value_or_default(reader, &fields, KEY_REGIONS));
    reader->regions_known = reader_failure_count(reader) == failures;
    // Before the nodes, whose groups start from what is set for all.
    read_links(reader, section(reader, &fields, KEY_LINKS));
    if (fields.keys[KEY_NODES] != NULL || reader->graph_wanted) {
        read_nodes(reader, section(reader, &fields, KEY_NODES));
    }
    read_group_callees(reader, fields_value(&fields, KEY_NODES));
    const struct yaml_node *topology = section(reader, &fields, KEY_TOPOLOGY);
    reader->scenario->topology_place = reader_place(reader, topology);
    read_topology(reader, topology);
    check_matrix(reader);
    check_hosts(reader);
    check_topology(reader, topology);
    const struct yaml_node *topics = fields_value_or_default(reader, &fields, KEY_TOPICS);
    reader->scenario->topics_place = reader_place(reader, topics);
    read_topics(reader, topics);
    read_node_roles(reader, fields_value(&fields, KEY_NODES));
    read_publishes(reader, fields_value_or_default(reader, &fields, KEY_PUBLISH));
    read_events(reader, fields_value_or_default(reader, &fields, KEY_EVENTS));
    read_churn(reader, fields_value_or_default(reader, &fields, KEY_CHURN));
    read_measure(reader, section(reader, &fields, KEY_MEASURE));
    read_limits(reader, section(reader, &fields, KEY_LIMITS));
    read_expectations(reader, fields_value_or_default(reader, &fields, KEY_EXPECT));
    read_sweep(reader, fields_value(&fields, KEY_SWEEP));
}

/** True if `a` stands before `b` in the file; failures without a line keep their place. */
static bool comes_before(const struct failure *a, const struct failure *b) {
    if (a->line == 0 || b->line == 0 || strcmp(a->file, b->file) != 0) {
        return false;
    }
    return a->line < b->line || (a->line == b->line && a->column < b->column);
}

/** Puts the failures in the order of the file; there are fifty at most. */
static void sort_failures(struct failure_list *failures, uint32_t first) {
    for (uint32_t i = first + 1; i < failures->count; i++) {
        for (uint32_t j = i; j > first; j--) {
            if (!comes_before(&failures->items[j], &failures->items[j - 1])) {
                break;
            }
            struct failure later = failures->items[j - 1];
            failures->items[j - 1] = failures->items[j];
            failures->items[j] = later;
        }
    }
}

/** Reads the tree of a whole text; the scratch arena holds all that the scenario does not need. */
static const struct scenario *load(struct scenario_reader *reader, const struct yaml_input *input) {
    struct failure failure;
    struct failure_list *failures = reader->failures;
    uint32_t first = failures->count;
    uint32_t before = reader_failure_count(reader);
    struct yaml_node *root = yaml_read(reader->scratch, input, &failure);
    if (root == NULL) {
        failure_list_add(failures, reader->source->path, failure.line, failure.column, "%s",
                         failure.message);
        return NULL;
    }
    reader->scenario = arena_take(reader->arena, MEMORY_TABLES, sizeof *reader->scenario);
    bool mapping = root->kind == YAML_MAPPING;
    if (!mapping || scenario_override(reader, root)) {
        read_root(reader, root);
    }
    sort_failures(failures, first);
    return reader_failure_count(reader) == before ? reader->scenario : NULL;
}

const struct scenario *scenario_load(struct arena *arena, const struct scenario_source *source,
                                     struct failure_list *failures) {
    CHECK(source->path != NULL);
    struct arena *scratch = arena_create(&(struct arena_options){0});
    struct scenario_reader reader = {
        .arena = arena, .scratch = scratch, .source = source, .failures = failures};
    const struct scenario *scenario = NULL;
    struct yaml_input input;
    struct failure failure;
    if (scenario_read_file(scratch, source->path, &input, &failure)) {
        scenario = load(&reader, &input);
    } else {
        failure_list_add(failures, source->path, failure.line, failure.column, "%s",
                         failure.message);
    }
    arena_destroy(scratch);
    return scenario;
}

const struct scenario *scenario_load_text(struct arena *arena, const struct scenario_source *source,
                                          const char *text, size_t size,
                                          struct failure_list *failures) {
    struct arena *scratch = arena_create(&(struct arena_options){0});
    struct scenario_reader reader = {
        .arena = arena, .scratch = scratch, .source = source, .failures = failures};
    struct yaml_input input = {
        .text = arena_take(scratch, MEMORY_TABLES, size + 1),
        .size = size,
    };
    memcpy(input.text, text, size);
    const struct scenario *scenario = load(&reader, &input);
    arena_destroy(scratch);
    return scenario;
}

const struct scenario *scenario_at_seed(struct arena *arena, const struct scenario *scenario,
                                        uint64_t seed) {
    struct scenario *copy = arena_take(arena, MEMORY_TABLES, sizeof *copy);
    *copy = *scenario;
    copy->seed = seed;
    copy->topology.seed = seed;
    return copy;
}
