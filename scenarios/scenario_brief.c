#include "scenarios/scenario_brief.h"

#include "base/check.h"
#include "scenarios/yaml_document.h"
#include "scenarios/yaml_flow.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 100, EDGES_PER_LINE = 8, DEFAULTS_SIZE = 64, ITEM_PATH_SIZE = 2 * YAML_PATH_SIZE };

/** A scenario's canonical form as a tree, from which keys are taken. */
struct tree {
    struct arena *arena;
    struct yaml_node *root;
    const char *canonical; // [size]
    size_t size;
};

static struct yaml_node *parse(struct arena *arena, const char *text, size_t size) {
    char *copy = arena_take(arena, MEMORY_TABLES, size + 1);
    memcpy(copy, text, size);
    struct yaml_input input = {.text = copy, .size = size};
    struct failure failure;
    struct yaml_node *root = yaml_read(arena, &input, &failure);
    CHECK(root != NULL);
    return root;
}

static void plant(struct tree *tree, struct arena *arena, const struct scenario *scenario) {
    struct scenario alone = *scenario;
    alone.sweep = NULL;
    tree->arena = arena;
    tree->canonical = scenario_write(arena, &alone, &tree->size);
    tree->root = parse(arena, tree->canonical, tree->size);
}

/** Loads what a tree says; NULL if that is no scenario. */
static const struct scenario *load(struct arena *arena, const struct yaml_node *root) {
    struct text text;
    text_init(&text, arena);
    yaml_flow(&text, root);
    struct failure_list *failures = arena_take(arena, MEMORY_TABLES, sizeof *failures);
    struct scenario_source source = {.path = "shrunk"};
    return scenario_load_text(arena, &source, text.bytes, text.size, failures);
}

/** Whether a tree still means what it was made of. */
static bool means_the_same(const struct tree *tree) {
    struct arena *scratch = arena_create(NULL);
    const struct scenario *scenario = load(scratch, tree->root);
    size_t size = 0;
    const char *text = scenario == NULL ? NULL : scenario_write(scratch, scenario, &size);
    bool same = text != NULL && size == tree->size && memcmp(text, tree->canonical, size) == 0;
    arena_destroy(scratch);
    return same;
}

/** Where a child of a mapping hangs: the link that leads to its key. */
static struct yaml_node **link_to(struct yaml_node *mapping, const struct yaml_node *key) {
    struct yaml_node **link = &mapping->first;
    while (*link != key) {
        link = &(*link)->next;
    }
    return link;
}

static void take_out(struct yaml_node *mapping, struct yaml_node *key) {
    *link_to(mapping, key) = key->next->next;
    mapping->size--;
}

/** Puts a key that was taken out of a mapping back, behind another one; NULL: to the front. */
static void put_back(struct yaml_node *mapping, struct yaml_node *key, struct yaml_node *before) {
    struct yaml_node **link = before == NULL ? &mapping->first : &before->next->next;
    key->next->next = *link;
    *link = key;
    mapping->size++;
}

static bool is_collection(const struct yaml_node *node) {
    return node->kind != YAML_SCALAR;
}

/** The collection of the tree that comes after one, from the top down. */
static struct yaml_node *next_collection(struct yaml_node *node) {
    struct yaml_node *child = node->first;
    while (true) {
        while (child != NULL && !is_collection(child)) {
            child = child->next;
        }
        if (child != NULL) {
            return child;
        }
        if (node->parent == NULL) {
            return NULL;
        }
        child = node->next;
        node = node->parent;
    }
}

static bool is_same_value(struct arena *arena, const struct yaml_node *a,
                          const struct yaml_node *b) {
    struct text texts[2];
    text_init(&texts[0], arena);
    text_init(&texts[1], arena);
    yaml_flow(&texts[0], a);
    yaml_flow(&texts[1], b);
    return texts[0].size == texts[1].size &&
           memcmp(texts[0].bytes, texts[1].bytes, texts[0].size) == 0;
}

/** A key of the same name as another one in a mapping, or NULL. */
static struct yaml_node *same_key(const struct yaml_node *mapping, const struct yaml_node *key) {
    struct yaml_node *own = mapping->first;
    while (own != NULL &&
           (own->size != key->size || memcmp(own->text, key->text, key->size) != 0)) {
        own = own->next->next;
    }
    return own;
}

/** Takes out the keys of a mapping whose values are those of another one. */
static void strip_same(struct tree *tree, struct yaml_node *own, const struct yaml_node *defaults) {
    static const char count[] = "count"; // without it there is no scenario
    for (const struct yaml_node *key = defaults->first; key != NULL; key = key->next->next) {
        struct yaml_node *same = same_key(own, key);
        bool needed = key->size == sizeof count - 1 && memcmp(key->text, count, key->size) == 0;
        if (same != NULL && !needed && is_same_value(tree->arena, same->next, key->next)) {
            take_out(own, same);
        }
    }
}

/** Takes out what is as it is in a scenario of which nothing is said but how large it is. */
static void strip_defaults(struct tree *tree, uint32_t nodes) {
    char minimal[DEFAULTS_SIZE];
    struct arena *arena = tree->arena;
    snprintf(minimal, sizeof minimal, "nodes: {count: %" PRIu32 "}", nodes);
    struct failure_list *failures = arena_take(arena, MEMORY_TABLES, sizeof *failures);
    struct scenario_source source = {.path = "shrunk"};
    const struct scenario *plain =
        scenario_load_text(arena, &source, minimal, strlen(minimal), failures);
    CHECK(plain != NULL);
    size_t size = 0;
    const char *text = scenario_write(arena, plain, &size);
    const struct yaml_node *defaults = parse(arena, text, size);
    for (const struct yaml_node *key = defaults->first; key != NULL; key = key->next->next) {
        struct yaml_node *own = same_key(tree->root, key);
        bool mappings =
            own != NULL && own->next->kind == YAML_MAPPING && key->next->kind == YAML_MAPPING;
        if (mappings) {
            strip_same(tree, own->next, key->next);
        }
    }
}

/** The key before another one; NULL: it is the first. */
static struct yaml_node *key_before(const struct yaml_node *mapping, const struct yaml_node *key) {
    struct yaml_node *before = NULL;
    for (struct yaml_node *own = mapping->first; own != key; own = own->next->next) {
        before = own;
    }
    return before;
}

/** Takes out every key of a mapping that the tree can do without, from the last to the first. One
 * stays, as `subscribe: {}` would read as nothing. */
static void strip_mapping(struct tree *tree, struct yaml_node *mapping) {
    struct yaml_node *key = key_before(mapping, NULL);
    while (key != NULL && mapping->size > 1) {
        struct yaml_node *before = key_before(mapping, key);
        take_out(mapping, key);
        if (!means_the_same(tree)) {
            put_back(mapping, key, before);
        }
        key = before;
    }
}

static void strip(struct tree *tree, uint32_t nodes, bool hurried) {
    struct yaml_node *root = tree->root;
    strip_defaults(tree, nodes);
    if (!means_the_same(tree)) {
        // Something hangs together: all is said.
        tree->root = parse(tree->arena, tree->canonical, tree->size);
        root = tree->root;
    }
    if (hurried) {
        return;
    }
    for (struct yaml_node *node = root; node != NULL; node = next_collection(node)) {
        if (node->kind == YAML_MAPPING) {
            strip_mapping(tree, node);
        }
    }
}

/** Writing what is left. */
struct brief {
    struct text text;
    const struct scenario_brief_options *options;
};

static void add_note(struct brief *brief, const char *path, const char *indent) {
    const struct scenario_brief_options *options = brief->options;
    const char *note = options->note == NULL ? NULL : options->note(options->context, path);
    while (note != NULL && *note != '\0') {
        size_t size = strcspn(note, "\n");
        text_add_format(&brief->text, "%s# ", indent);
        text_add(&brief->text, note, size);
        text_add_string(&brief->text, "\n");
        note += size + (note[size] == '\n' ? 1 : 0);
    }
}

static void add_key(struct brief *brief, const struct yaml_node *key, const char *indent) {
    text_add_string(&brief->text, indent);
    text_add(&brief->text, key->text, key->size);
    text_add_string(&brief->text, ":");
}

/** Items of a list, one a line. */
static void add_items(struct brief *brief, const struct yaml_node *list, const char *path,
                      const char *indent) {
    char item_path[ITEM_PATH_SIZE];
    uint32_t index = 0;
    text_add_string(&brief->text, "\n");
    for (const struct yaml_node *item = list->first; item != NULL; item = item->next) {
        snprintf(item_path, sizeof item_path, "%s.%" PRIu32, path, index++);
        add_note(brief, item_path, indent);
        text_add_format(&brief->text, "%s- ", indent);
        yaml_flow(&brief->text, item);
        text_add_string(&brief->text, "\n");
    }
}

static bool is_named(const struct yaml_node *key, const char *name) {
    return key->size == strlen(name) && memcmp(key->text, name, key->size) == 0;
}

/** Links, several a line. */
static void add_edges(struct brief *brief, const struct yaml_node *list) {
    uint32_t index = 0;
    text_add_string(&brief->text, " [");
    for (const struct yaml_node *edge = list->first; edge != NULL; edge = edge->next) {
        const char *space = index == 0 ? "" : " ";
        bool breaks = list->size > EDGES_PER_LINE && index % EDGES_PER_LINE == 0;
        text_add_string(&brief->text, index == 0 ? "" : ",");
        text_add_string(&brief->text, breaks ? "\n    " : space);
        yaml_flow(&brief->text, edge);
        index++;
    }
    text_add_string(&brief->text, "]\n");
}

/** A mapping with a key a line. */
static void add_block(struct brief *brief, const struct yaml_node *mapping) {
    text_add_string(&brief->text, "\n");
    for (const struct yaml_node *key = mapping->first; key != NULL; key = key->next->next) {
        add_key(brief, key, "  ");
        if (is_named(key, "groups")) {
            add_items(brief, key->next, "groups", "    ");
        } else if (is_named(key, "edges")) {
            add_edges(brief, key->next);
        } else {
            text_add_string(&brief->text, " ");
            yaml_flow(&brief->text, key->next);
            text_add_string(&brief->text, "\n");
        }
    }
}

static void add_section(struct brief *brief, const struct yaml_node *key) {
    const struct yaml_node *value = key->next;
    char path[YAML_PATH_SIZE];
    snprintf(path, sizeof path, "%.*s", (int)key->size, key->text);
    if (value->kind == YAML_MAPPING && value->size == 0) {
        return;
    }
    add_note(brief, path, "");
    add_key(brief, key, "");
    uint32_t before = brief->text.size;
    if (value->kind == YAML_SEQUENCE && value->size > 0) {
        add_items(brief, value, path, "  ");
        return;
    }
    text_add_string(&brief->text, " ");
    yaml_flow(&brief->text, value);
    bool wide = brief->text.size - before + key->size > WIDTH;
    bool grouped = value->kind == YAML_MAPPING && strstr(path, "nodes") != NULL && value->size > 1;
    if (value->kind == YAML_MAPPING && (wide || grouped)) {
        brief->text.size = before;
        add_block(brief, value);
        return;
    }
    text_add_string(&brief->text, "\n");
}

const char *scenario_brief(struct arena *arena, const struct scenario *scenario,
                           const struct scenario_brief_options *options) {
    struct arena *scratch = arena_create(NULL);
    struct tree tree;
    plant(&tree, scratch, scenario);
    strip(&tree, scenario->node_count, options->hurried);
    struct brief brief = {.options = options};
    text_init(&brief.text, scratch);
    for (const struct yaml_node *key = tree.root->first; key != NULL; key = key->next->next) {
        add_section(&brief, key);
    }
    char *result = arena_take(arena, MEMORY_TABLES, (size_t)brief.text.size + 1);
    memcpy(result, brief.text.bytes, brief.text.size);
    arena_destroy(scratch);
    return result;
}

/** Keys that may go: by the section that they stand in; what a mapping of theirs holds may too. */
static const struct {
    const char *section;
    const char *keys; // in spaces; NULL: all
} cuttable[] = {
    {"", " router limits measure "},
    {"router", NULL},
    {"nodes", " processing heartbeat clock inbound role "},
    {"groups", " router start processing heartbeat clock inbound dials dials_to bandwidth role "},
    {"links",
     " delay_matrix delay_range jitter jitter_correlation jitter_correlation_time loss asymmetric"
     " reorder transport retransmission bandwidth host_bandwidth "
     " timeout limit up down sharing queue overhead frame of rates burst "},
    {"topics", " subscribers per_node popularity rotate validators "},
    {"publish", " pick every publishers burst size "},
    {"events", " handler state graceful silent detect share delay loss "},
    {"churn", " state graceful silent detect "},
};

/** The section that a mapping belongs to: its key in the file, or `groups`. */
static void name_section(const struct yaml_node *mapping, char *section) {
    char path[YAML_PATH_SIZE];
    yaml_path(mapping, path);
    bool group = strncmp(path, "nodes.groups", strlen("nodes.groups")) == 0;
    size_t size = strcspn(path, ".");
    snprintf(section, YAML_PATH_SIZE, "%.*s", group ? (int)strlen("groups") : (int)size,
             group ? "groups" : path);
}

static bool may_go(const struct yaml_node *mapping, const struct yaml_node *key) {
    char section[YAML_PATH_SIZE];
    char word[YAML_PATH_SIZE];
    name_section(mapping, section);
    snprintf(word, sizeof word, " %.*s ", (int)key->size, key->text);
    for (size_t i = 0; i < sizeof cuttable / sizeof cuttable[0]; i++) {
        if (strcmp(cuttable[i].section, section) == 0) {
            return cuttable[i].keys == NULL || strstr(cuttable[i].keys, word) != NULL;
        }
    }
    return false;
}

/** A key that may go. */
struct place {
    struct yaml_node *mapping;
    struct yaml_node *key;
};

/** The key that may go with that index; returns how many there are. */
static uint32_t find_cut(struct yaml_node *root, uint32_t index, struct place *place) {
    uint32_t count = 0;
    for (struct yaml_node *node = root; node != NULL; node = next_collection(node)) {
        for (struct yaml_node *key = node->kind == YAML_MAPPING ? node->first : NULL; key != NULL;
             key = key->next->next) {
            if (!may_go(node, key)) {
                continue;
            }
            if (count == index) {
                *place = (struct place){.mapping = node, .key = key};
            }
            count++;
        }
    }
    return count;
}

uint32_t reduce_cut_count(const struct scenario *scenario) {
    struct arena *scratch = arena_create(NULL);
    struct tree tree;
    struct place place;
    plant(&tree, scratch, scenario);
    uint32_t count = find_cut(tree.root, UINT32_MAX, &place);
    arena_destroy(scratch);
    return count;
}

const struct scenario *reduce_cut(struct arena *arena, const struct scenario *scenario,
                                  uint32_t index, char *path) {
    struct arena *scratch = arena_create(NULL);
    struct tree tree;
    struct place place = {0};
    plant(&tree, scratch, scenario);
    uint32_t count = find_cut(tree.root, index, &place);
    CHECK(index < count);
    if (path != NULL) {
        yaml_path(place.key->next, path);
    }
    take_out(place.mapping, place.key);
    const struct scenario *cut = means_the_same(&tree) ? NULL : load(arena, tree.root);
    arena_destroy(scratch);
    return cut;
}
