#include "scenarios/sweep_conditions.h"

#include "base/check.h"
#include "scenarios/schema.h"
#include "scenarios/yaml_document.h"

#include <stdio.h>
#include <string.h>

enum { WORD_SIZE = 256 };

/** What sides of comparisons are looked up in. */
struct lookup {
    struct arena *arena;
    const struct scenario *scenario;
    const struct sweep_condition *condition;
    const struct yaml_node *root; // of the scenario's canonical form, once it was needed
    struct failure *failure;
};

static bool refuse(const struct sweep_condition *condition, struct failure *failure,
                   const char *side, const char *why) {
    failure_bad_input(failure, "sweep.where: `%s`: %s%s", condition->text, side, why);
    return place_failure(&condition->place, failure);
}

/** The parameter of a path or of its unmistakable end; the number of parameters if there is none.
 */
static uint32_t find_parameter(const struct scenario_sweep *sweep, const char *name) {
    uint32_t found = sweep->parameter_count;
    uint32_t ends = 0;
    for (uint32_t i = 0; i < sweep->parameter_count; i++) {
        const char *path = sweep->parameters[i].path;
        size_t longer = strlen(path) > strlen(name) ? strlen(path) - strlen(name) : 0;
        if (strcmp(path, name) == 0) {
            return i;
        }
        if (longer > 0 && path[longer - 1] == '.' && strcmp(path + longer, name) == 0) {
            found = i;
            ends++;
        }
    }
    return ends == 1 ? found : sweep->parameter_count;
}

/** The child of a node of the canonical form, by key or number. */
static const struct yaml_node *child_of(const struct yaml_node *node, const char *step,
                                        size_t size) {
    size_t index = 0;
    bool list = node->kind == YAML_SEQUENCE;
    for (size_t i = 0; list && i < size; i++) {
        if (step[i] < '0' || step[i] > '9' || index > node->size) {
            return NULL;
        }
        index = index * 10 + (size_t)(step[i] - '0');
    }
    const struct yaml_node *child = node->kind == YAML_SCALAR ? NULL : node->first;
    while (child != NULL && list && index > 0) {
        child = child->next;
        index--;
    }
    while (child != NULL && !list &&
           (child->size != size || memcmp(child->text, step, size) != 0)) {
        child = child->next->next;
    }
    return child == NULL || list ? child : child->next;
}

/** The value that the scenario itself has for a path; NULL if that is no single value. */
static const char *base_value(struct lookup *lookup, const char *path) {
    if (lookup->root == NULL) {
        size_t size = 0;
        const char *text = scenario_write(lookup->arena, lookup->scenario, &size);
        struct yaml_input input = {.size = size};
        input.text = arena_take(lookup->arena, MEMORY_TABLES, size + 2);
        memcpy(input.text, text, size);
        struct failure failure;
        lookup->root = yaml_read(lookup->arena, &input, &failure);
        CHECK(lookup->root != NULL);
    }
    const struct yaml_node *node = lookup->root;
    for (const char *step = path; node != NULL && *step != '\0';) {
        size_t size = strcspn(step, ".");
        node = child_of(node, step, size);
        step += size;
        step += *step == '.' ? 1 : 0;
    }
    if (node == NULL || node->kind != YAML_SCALAR) {
        return NULL;
    }
    char *value = arena_take(lookup->arena, MEMORY_TABLES, (size_t)node->size + 1);
    memcpy(value, node->text, node->size);
    return value;
}

static void settle(struct sweep_side *side, struct lookup *lookup, uint32_t count) {
    struct sweep_quantity *quantities =
        arena_take_array(lookup->arena, MEMORY_TABLES, count, sizeof *quantities);
    for (uint32_t i = 0; i < count; i++) {
        quantities[i] = sweep_quantity_read(side->texts[i], strlen(side->texts[i]));
    }
    side->quantities = quantities;
}

static void settle_constant(struct sweep_side *side, struct lookup *lookup, const char *text) {
    const char **texts = arena_take_array(lookup->arena, MEMORY_TABLES, 1, sizeof *texts);
    texts[0] = text;
    side->texts = texts;
    settle(side, lookup, 1);
}

/** The path in the schema's own names that a name stands for: itself, or a key of `router`. */
static const char *full_path(const char *name, char out[WORD_SIZE]) {
    size_t first = strcspn(name, ".");
    enum schema_key root = schema_find(KEY_ROOT, name, first);
    enum schema_key inner = schema_find(KEY_ROUTER, name, strlen(name));
    const char *rest = name;
    size_t used = 0;
    out[0] = '\0';
    if (root == KEY_NONE) {
        snprintf(out, WORD_SIZE, "router.%s", inner == KEY_NONE ? "" : schema_row(inner)->name);
        return inner == KEY_NONE ? NULL : out;
    }
    for (enum schema_key parent = KEY_ROOT; *rest != '\0';) {
        size_t size = strcspn(rest, ".");
        enum schema_key key = parent == KEY_NONE ? KEY_NONE : schema_find(parent, rest, size);
        int room = (int)(WORD_SIZE - used);
        int added = key == KEY_NONE ? snprintf(out + used, (size_t)room, "%s%.*s",
                                               used == 0 ? "" : ".", (int)size, rest)
                                    : snprintf(out + used, (size_t)room, "%s%s",
                                               used == 0 ? "" : ".", schema_row(key)->name);
        if (added >= room) {
            return NULL;
        }
        used += (size_t)added;
        parent = key == KEY_NONE ? parent : schema_row(key)->children;
        rest += size;
        rest += *rest == '.' ? 1 : 0;
    }
    return out;
}

/** Whether a path that varies is a part of this one, or the other way round. */
static bool crosses(const struct scenario_sweep *sweep, const char *path) {
    for (uint32_t i = 0; i < sweep->parameter_count; i++) {
        const char *other = sweep->parameters[i].path;
        size_t size = strlen(path) < strlen(other) ? strlen(path) : strlen(other);
        bool longer = strlen(path) > size;
        if (strncmp(path, other, size) == 0 && (longer ? path[size] : other[size]) == '.') {
            return true;
        }
    }
    return false;
}

static bool resolve(struct sweep_side *side, struct lookup *lookup, const char *name) {
    const struct scenario_sweep *sweep = lookup->scenario->sweep;
    char path[WORD_SIZE];
    *side = (struct sweep_side){.varies = false};
    if (sweep_quantity_read(name, strlen(name)).kind != SWEEP_WORD) {
        settle_constant(side, lookup, name);
        return true;
    }
    side->parameter = find_parameter(sweep, name);
    const char *full = side->parameter < sweep->parameter_count ? NULL : full_path(name, path);
    if (full != NULL) {
        side->parameter = find_parameter(sweep, full);
    }
    if (side->parameter < sweep->parameter_count) {
        side->varies = true;
        side->texts = sweep->parameters[side->parameter].values;
        settle(side, lookup, sweep->parameters[side->parameter].value_count);
        return true;
    }
    if (full == NULL) {
        settle_constant(side, lookup, name); // a word, such as floodsub
        return true;
    }
    if (crosses(sweep, full)) {
        return refuse(lookup->condition, lookup->failure, name,
                      " varies as part of another path; allowed: a path that varies, or one that "
                      "does not at all");
    }
    const char *value = base_value(lookup, full);
    if (value == NULL) {
        return refuse(lookup->condition, lookup->failure, name,
                      " has no single value; allowed: the path of a single value of the scenario");
    }
    settle_constant(side, lookup, value);
    return true;
}

bool sweep_conditions_prepare(struct sweep_test *tests, struct arena *arena,
                              const struct scenario *scenario, struct failure *failure) {
    struct lookup lookup = {.arena = arena, .scenario = scenario, .failure = failure};
    for (uint32_t i = 0; i < scenario->sweep->condition_count; i++) {
        const struct sweep_condition *condition = &scenario->sweep->conditions[i];
        tests[i].condition = condition;
        lookup.condition = condition;
        if (!resolve(&tests[i].left, &lookup, condition->left) ||
            !resolve(&tests[i].right, &lookup, condition->right)) {
            return false;
        }
        if (!tests[i].left.varies && !tests[i].right.varies) {
            return refuse(condition, failure, "",
                          "nothing of it varies; allowed: a condition on a path of the sweep");
        }
    }
    return true;
}

/** −1, 0 or 1 for two of a kind. */
static int compare(struct sweep_quantity a, struct sweep_quantity b, const char *left,
                   const char *right) {
    if (a.kind == SWEEP_WORD) {
        return strcmp(left, right) == 0 ? 0 : 1;
    }
    return (a.value > b.value) - (a.value < b.value);
}

bool sweep_condition_ask(const struct sweep_test *test, const uint32_t *choices, bool *holds,
                         struct failure *failure) {
    uint32_t at_left = test->left.varies ? choices[test->left.parameter] : 0;
    uint32_t at_right = test->right.varies ? choices[test->right.parameter] : 0;
    struct sweep_quantity left = test->left.quantities[at_left];
    struct sweep_quantity right = test->right.quantities[at_right];
    const char *left_text = test->left.texts[at_left];
    const char *right_text = test->right.texts[at_right];
    enum expectation_operator operator= test->condition->operator;
    bool equality = operator== EXPECT_EQUAL || operator== EXPECT_NOT_EQUAL;
    bool same_kind = left.kind == right.kind;
    if (!equality && (!same_kind || left.kind == SWEEP_WORD)) {
        char why[WORD_SIZE];
        snprintf(why, sizeof why, "%.60s and %.60s have no order; allowed: quantities of one kind",
                 left_text, right_text);
        return refuse(test->condition, failure, "", why);
    }
    int order = same_kind ? compare(left, right, left_text, right_text) : 1;
    switch (operator) {
    case EXPECT_LESS:
        *holds = order < 0;
        return true;
    case EXPECT_LESS_EQUAL:
        *holds = order <= 0;
        return true;
    case EXPECT_EQUAL:
        *holds = order == 0;
        return true;
    case EXPECT_NOT_EQUAL:
        *holds = order != 0;
        return true;
    case EXPECT_GREATER_EQUAL:
        *holds = order >= 0;
        return true;
    case EXPECT_GREATER:
        *holds = order > 0;
        return true;
    }
    CHECK(false);
}
