#include "scenarios/scenario_read.h"
#include "scenarios/sweep.h"
#include "scenarios/sweep_quantity.h"
#include "scenarios/yaml_flow.h"

#include "scenarios/excerpt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/** A sweep in the making. */
struct sweep_reading {
    struct scenario_reader *reader;
    struct sweep_parameter *parameters; // [SWEEP_PARAMETERS_MAX]
    uint32_t parameter_count;
    uint32_t axis_count;
    struct sweep_condition *conditions; // [SWEEP_CONDITIONS_MAX]
    uint32_t condition_count;
    struct sweep_until *until; // [SWEEP_UNTIL_MAX]
    uint32_t until_count;
    uint32_t repeat;
    uint32_t max_repeat;
};

/** The keys of a sweep's own. */
enum { OWN_ZIP, OWN_WHERE, OWN_REPEAT, OWN_UNTIL, OWN_MAX_REPEAT, OWN_COUNT };

/** The text that was made, in the memory of the scenario. */
static const char *keep(struct scenario_reader *reader, const struct text *text) {
    char *kept = arena_take(reader->arena, MEMORY_TABLES, (size_t)text->size + 1);
    memcpy(kept, text->bytes, text->size);
    return kept;
}

static const char *keep_bytes(struct scenario_reader *reader, const char *bytes, size_t size) {
    char *kept = arena_take(reader->arena, MEMORY_TABLES, size + 1);
    memcpy(kept, bytes, size);
    return kept;
}

/** A path of the scenario in the schema's own names, as far as the schema knows them. */
static const char *canonical_path(struct scenario_reader *reader, const char *path, size_t size) {
    struct text text;
    text_init(&text, reader->scratch);
    enum schema_key parent = KEY_ROOT;
    for (size_t used = 0; used <= size;) {
        const char *step = path + used;
        const char *dot = memchr(step, '.', size - used);
        size_t length = dot == NULL ? size - used : (size_t)(dot - step);
        enum schema_key key = parent == KEY_NONE ? KEY_NONE : schema_find(parent, step, length);
        bool number = length > 0 && step[0] >= '0' && step[0] <= '9';
        text_add_string(&text, used == 0 ? "" : ".");
        if (key != KEY_NONE) {
            text_add_string(&text, schema_row(key)->name);
            parent = schema_row(key)->children;
        } else {
            text_add(&text, step, length);
            parent = number ? parent : KEY_NONE;
        }
        used += length + 1;
    }
    return keep(reader, &text);
}

/** A key that is neither a path nor one of the sweep's own. */
static bool refuse_key(struct scenario_reader *reader, const struct yaml_node *key) {
    char excerpt[EXCERPT_SIZE];
    char path[SCHEMA_PATH_SIZE];
    char guess[SCHEMA_PATH_SIZE + 40] = "";
    if (reader_is_full(reader)) {
        return reader_refuse(reader, key, "unknown key");
    }
    size_t first = 0;
    while (first < key->size && key->text[first] != '.') {
        first++;
    }
    enum schema_key nearest = schema_nearest(first < key->size ? KEY_ROOT : KEY_SWEEP, key->text,
                                             first < key->size ? first : key->size);
    enum schema_key elsewhere = schema_find_elsewhere(key->text, key->size);
    if (elsewhere != KEY_NONE) {
        snprintf(guess, sizeof guess, " (did you mean `%s`?)", schema_path(elsewhere, path));
    } else if (nearest != KEY_NONE) {
        snprintf(guess, sizeof guess, " (did you mean `%s%s`?)", schema_row(nearest)->name,
                 first < key->size ? ".…" : "");
    }
    return reader_refuse(reader, key,
                         "unknown key %s%s; allowed: a path of the scenario such as router.D, or "
                         "zip, where, repeat, until, max_repeat",
                         excerpt_write(key->text, key->size, excerpt), guess);
}

/** Whether one path is the other, or leads to it. */
static bool overlap(const char *a, const char *b) {
    size_t size = strlen(a) < strlen(b) ? strlen(a) : strlen(b);
    return strncmp(a, b, size) == 0 && (a[size] == '\0' || a[size] == '.') &&
           (b[size] == '\0' || b[size] == '.');
}

/** The path that a key of the sweep names; NULL after a report. */
static const char *read_path(struct sweep_reading *reading, const struct yaml_node *key) {
    struct scenario_reader *reader = reading->reader;
    if (key->kind != YAML_SCALAR) {
        reader_refuse(reader, key, "a list or mapping stands where a path is due");
        return NULL;
    }
    const char *dot = memchr(key->text, '.', key->size);
    size_t first = dot == NULL ? key->size : (size_t)(dot - key->text);
    enum schema_key root = schema_find(KEY_ROOT, key->text, first);
    if (root == KEY_NONE) {
        refuse_key(reader, key);
        return NULL;
    }
    if (root == KEY_NAME || root == KEY_SEED || root == KEY_SWEEP) {
        reader_refuse(reader, key, "`%s` cannot vary%s; allowed: any other path",
                      schema_row(root)->name,
                      root == KEY_SEED ? ", as `repeat` gives each point the same seeds" : "");
        return NULL;
    }
    const char *path = canonical_path(reader, key->text, key->size);
    for (uint32_t i = 0; i < reading->parameter_count; i++) {
        if (overlap(path, reading->parameters[i].path)) {
            reader_refuse(reader, key, "%s varies already, as %s; allowed: each part once", path,
                          reading->parameters[i].path);
            return NULL;
        }
    }
    return path;
}

/** One of the three numbers of a range. */
static bool read_bound(struct scenario_reader *reader, const struct yaml_node *range,
                       const char *name, struct sweep_quantity *bound) {
    const struct yaml_node *key = range->first;
    while (key != NULL && !yaml_is_text(key, name)) {
        key = key->next->next;
    }
    if (key == NULL) {
        return reader_refuse(
            reader, range, "the key `%s` is missing; allowed: a range has from, to and step", name);
    }
    const struct yaml_node *value = key->next;
    *bound = (struct sweep_quantity){.kind = SWEEP_WORD};
    if (value->kind == YAML_SCALAR && value->plain) {
        *bound = sweep_quantity_read(value->text, value->size);
    }
    char found[FOUND_SIZE];
    return bound->kind != SWEEP_WORD ||
           reader_refuse(reader, value,
                         "found %s; allowed: a number, a percentage, a duration, a size or a rate",
                         reader_found(value, found));
}

static bool same_kind(struct sweep_quantity a, struct sweep_quantity b) {
    return a.kind == b.kind && a.percent == b.percent;
}

static const char *keep_quantity(struct scenario_reader *reader, struct sweep_quantity quantity) {
    char text[SWEEP_QUANTITY_TEXT_SIZE];
    sweep_quantity_write(quantity, text);
    return keep_bytes(reader, text, strlen(text));
}

/** Fills in the values from a range; false after a report. */
static bool expand_range(struct scenario_reader *reader, const struct yaml_node *node,
                         struct sweep_parameter *parameter) {
    struct sweep_quantity from;
    struct sweep_quantity to;
    struct sweep_quantity step;
    if (node->size != 3 || !read_bound(reader, node, "from", &from) ||
        !read_bound(reader, node, "to", &to) || !read_bound(reader, node, "step", &step)) {
        if (node->size != 3) {
            reader_refuse(reader, node, "found %" PRIu32 " keys; allowed: from, to and step",
                          node->size);
        }
        return false;
    }
    if (!same_kind(from, to) || !same_kind(from, step)) {
        return reader_refuse(reader, node,
                             "from, to and step are of different kinds; allowed: all three "
                             "numbers, percentages, durations, sizes or rates");
    }
    int64_t length = 0;
    bool fits = step.value > 0 && from.value <= to.value &&
                !__builtin_sub_overflow(to.value, from.value, &length);
    if (!fits || length / step.value >= SWEEP_VALUES_MAX) {
        return reader_refuse(reader, node,
                             "found a range of %s values; allowed: from at most to, step "
                             "above 0, and at most %d values",
                             fits ? "too many" : "no", SWEEP_VALUES_MAX);
    }
    uint32_t count = (uint32_t)(length / step.value) + 1;
    const char **values = arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *values);
    for (uint32_t i = 0; i < count; i++) {
        values[i] = keep_quantity(reader, from);
        from.value += i + 1 < count ? step.value : 0;
    }
    parameter->values = values;
    parameter->value_count = count;
    parameter->unreached = length % step.value == 0 ? NULL : keep_quantity(reader, to);
    return true;
}

/** The values of a list. */
static const char **list_values(struct scenario_reader *reader, const struct yaml_node *node) {
    const char **values =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *values);
    uint32_t count = 0;
    for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
        struct text text;
        text_init(&text, reader->scratch);
        yaml_flow(&text, item);
        values[count++] = keep(reader, &text);
    }
    return values;
}

/** Adds a parameter to the last axis; false after a report. */
static bool read_parameter(struct sweep_reading *reading, const struct yaml_node *key) {
    struct scenario_reader *reader = reading->reader;
    const struct yaml_node *node = key->next;
    const char *path = read_path(reading, key);
    if (path == NULL) {
        return false;
    }
    bool list = node->kind == YAML_SEQUENCE && node->size > 0 && node->size <= SWEEP_VALUES_MAX;
    if (!list && node->kind != YAML_MAPPING) {
        char found[FOUND_SIZE];
        bool large = node->kind == YAML_SEQUENCE && node->size > 0;
        return reader_refuse(reader, node,
                             "found %s%s; allowed: a list of 1 to %d values, or a range such as "
                             "{from: 4, to: 12, step: 2}",
                             reader_found(node, found), large ? " that is longer" : "",
                             SWEEP_VALUES_MAX);
    }
    if (reading->parameter_count == SWEEP_PARAMETERS_MAX) {
        return reader_refuse(reader, key, "there are %d paths before this one, which is the most",
                             SWEEP_PARAMETERS_MAX);
    }
    struct sweep_parameter parameter = {.path = path, .axis = reading->axis_count - 1};
    if (list) {
        parameter.values = list_values(reader, node);
        parameter.value_count = node->size;
    } else if (!expand_range(reader, node, &parameter)) {
        return false;
    }
    struct scenario_place *places =
        arena_take_array(reader->arena, MEMORY_TABLES, parameter.value_count, sizeof *places);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < parameter.value_count; i++) {
        places[i] = reader_place(reader, list ? item : node);
        item = list ? item->next : item;
    }
    parameter.places = places;
    reading->parameters[reading->parameter_count++] = parameter;
    return true;
}

/** Paths that go in lock step. */
static void read_lockstep(struct sweep_reading *reading, const struct yaml_node *node) {
    uint32_t first = reading->parameter_count;
    if (node->kind != YAML_MAPPING || node->size == 0) {
        char found[FOUND_SIZE];
        reader_refuse(reading->reader, node,
                      "found %s; allowed: a mapping such as {router.D: [6, 8], router.Dhi: [8, "
                      "12]}",
                      reader_found(node, found));
        return;
    }
    reading->axis_count++;
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next->next) {
        if (!read_parameter(reading, key)) {
            continue;
        }
        const struct sweep_parameter *leader = &reading->parameters[first];
        const struct sweep_parameter *own = &reading->parameters[reading->parameter_count - 1];
        if (own->value_count != leader->value_count) {
            reader_refuse(reading->reader, key->next,
                          "found %" PRIu32 " values; allowed: as many as %s has, %" PRIu32,
                          own->value_count, leader->path, leader->value_count);
        }
    }
}

static void read_zip(struct sweep_reading *reading, const struct yaml_node *node) {
    if (node->kind != YAML_SEQUENCE) {
        read_lockstep(reading, node);
        return;
    }
    for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
        read_lockstep(reading, item);
    }
}

static const char *trimmed(struct scenario_reader *reader, const char *text, size_t size) {
    while (size > 0 && text[0] == ' ') {
        text++;
        size--;
    }
    while (size > 0 && text[size - 1] == ' ') {
        size--;
    }
    return keep_bytes(reader, text, size);
}

/** Takes a comparison apart; false if it is none. */
static bool part(struct scenario_reader *reader, const struct yaml_node *node,
                 struct sweep_condition *condition) {
    static const struct {
        const char *sign;
        enum expectation_operator operator;
    } operators[] = {
        {"<=", EXPECT_LESS_EQUAL}, {">=", EXPECT_GREATER_EQUAL}, {"==", EXPECT_EQUAL},
        {"!=", EXPECT_NOT_EQUAL},  {"<", EXPECT_LESS},           {">", EXPECT_GREATER},
    };
    const char *text = trimmed(reader, node->text, node->size);
    size_t left = strcspn(text, "<>=!");
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t size = strlen(operators[i].sign);
        if (strncmp(text + left, operators[i].sign, size) == 0) {
            *condition = (struct sweep_condition){
                .text = text,
                .left = trimmed(reader, text, left),
                .right = trimmed(reader, text + left + size, strlen(text + left + size)),
                .operator= operators[i].operator,
                .place = reader_place(reader, node),
            };
            return condition->left[0] != '\0' && condition->right[0] != '\0' &&
                   strpbrk(condition->right, "<>=!") == NULL;
        }
    }
    return false;
}

static void read_condition(struct sweep_reading *reading, const struct yaml_node *node) {
    struct sweep_condition condition = {0};
    if (node->kind != YAML_SCALAR || yaml_is_null(node) ||
        !part(reading->reader, node, &condition)) {
        reader_refuse_value(reading->reader, node, KEY_SWEEP_WHERE);
    } else if (reading->condition_count == SWEEP_CONDITIONS_MAX) {
        reader_refuse(reading->reader, node,
                      "there are %d conditions before this one, which is the most",
                      SWEEP_CONDITIONS_MAX);
    } else {
        reading->conditions[reading->condition_count++] = condition;
    }
}

static void read_where(struct sweep_reading *reading, const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR) {
        read_condition(reading, node);
        return;
    }
    if (!reader_list(reading->reader, KEY_SWEEP_WHERE, node)) {
        return;
    }
    for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
        read_condition(reading, item);
    }
}

static void read_one_until(struct sweep_reading *reading, const struct yaml_node *node) {
    if (reading->until_count == SWEEP_UNTIL_MAX) {
        reader_refuse(reading->reader, node,
                      "there are %d conditions before this one, which is the most",
                      SWEEP_UNTIL_MAX);
    } else if (read_sweep_until(reading->reader, node, &reading->until[reading->until_count])) {
        reading->until_count++;
    }
}

static void read_until(struct sweep_reading *reading, const struct yaml_node *node) {
    if (node->kind == YAML_SCALAR && !yaml_is_null(node)) {
        read_one_until(reading, node);
        return;
    }
    if (!reader_list(reading->reader, KEY_SWEEP_UNTIL, node)) {
        return;
    }
    for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
        read_one_until(reading, item);
    }
}

/** How many replicates there are at most, once all is read. */
static void settle_repeat(struct sweep_reading *reading,
                          const struct yaml_node *const seen[OWN_COUNT]) {
    struct scenario_reader *reader = reading->reader;
    const struct yaml_node *most = seen[OWN_MAX_REPEAT];
    if (reading->until_count == 0) {
        if (most != NULL && seen[OWN_UNTIL] == NULL) {
            reader_refuse(reader, most,
                          "stands without `until`, which would say when there are enough; allowed: "
                          "both, or `repeat` alone");
        }
        reading->max_repeat = reading->repeat;
        return;
    }
    if (seen[OWN_REPEAT] != NULL && reading->repeat > 0 &&
        reading->repeat < SWEEP_UNTIL_REPEAT_MIN) {
        reader_refuse(reader, seen[OWN_REPEAT]->next,
                      "found %" PRIu32 " replicates to begin with; allowed with `until`: at least "
                      "%d, as fewer do not tell how they scatter",
                      reading->repeat, SWEEP_UNTIL_REPEAT_MIN);
    }
    if (most == NULL) {
        uint32_t room = SWEEP_REPEAT_MAX / 10;
        reading->max_repeat = reading->repeat < room ? 10 * reading->repeat : SWEEP_REPEAT_MAX;
    } else if (reading->max_repeat > 0 && reading->max_repeat < reading->repeat) {
        reader_refuse(reader, most->next,
                      "found %" PRIu32 "; allowed: at least `repeat`, which is %" PRIu32,
                      reading->max_repeat, reading->repeat);
    }
}

/** An entry of the sweep; `seen` are the keys of its own that came before. */
static void read_entry(struct sweep_reading *reading, const struct yaml_node *key,
                       const struct yaml_node *seen[OWN_COUNT]) {
    static const enum schema_key own[OWN_COUNT] = {KEY_SWEEP_ZIP, KEY_SWEEP_WHERE, KEY_SWEEP_REPEAT,
                                                   KEY_SWEEP_UNTIL, KEY_SWEEP_MAX_REPEAT};
    enum schema_key known =
        key->kind == YAML_SCALAR ? schema_find(KEY_SWEEP, key->text, key->size) : KEY_NONE;
    for (int i = 0; i < OWN_COUNT; i++) {
        if (known == own[i] && seen[i] != NULL) {
            reader_refuse_twice(reading->reader, key, seen[i]);
            return;
        }
        seen[i] = known == own[i] ? key : seen[i];
    }
    if (known == KEY_SWEEP_ZIP) {
        read_zip(reading, key->next);
    } else if (known == KEY_SWEEP_WHERE) {
        read_where(reading, key->next);
    } else if (known == KEY_SWEEP_REPEAT) {
        reader_value(reading->reader, KEY_SWEEP_REPEAT, key->next, &reading->repeat);
    } else if (known == KEY_SWEEP_UNTIL) {
        read_until(reading, key->next);
    } else if (known == KEY_SWEEP_MAX_REPEAT) {
        reader_value(reading->reader, KEY_SWEEP_MAX_REPEAT, key->next, &reading->max_repeat);
    } else {
        reading->axis_count++;
        read_parameter(reading, key);
    }
}

void read_sweep(struct scenario_reader *reader, const struct yaml_node *node) {
    bool empty = node != NULL && node->kind != YAML_SCALAR && node->size == 0;
    if (node == NULL || yaml_is_null(node) || empty) {
        return;
    }
    if (node->kind != YAML_MAPPING) {
        reader_refuse_value(reader, node, KEY_SWEEP);
        return;
    }
    struct sweep_reading reading = {.reader = reader};
    reading.parameters = arena_take_array(reader->arena, MEMORY_TABLES, SWEEP_PARAMETERS_MAX,
                                          sizeof *reading.parameters);
    reading.conditions = arena_take_array(reader->arena, MEMORY_TABLES, SWEEP_CONDITIONS_MAX,
                                          sizeof *reading.conditions);
    reading.until =
        arena_take_array(reader->arena, MEMORY_TABLES, SWEEP_UNTIL_MAX, sizeof *reading.until);
    reader_value(reader, KEY_SWEEP_REPEAT,
                 reader_default(reader, schema_row(KEY_SWEEP_REPEAT)->fallback), &reading.repeat);
    const struct yaml_node *seen[OWN_COUNT] = {NULL};
    for (const struct yaml_node *key = node->first; key != NULL; key = key->next->next) {
        read_entry(&reading, key, seen);
    }
    settle_repeat(&reading, seen);
    struct scenario_sweep *sweep = arena_take(reader->arena, MEMORY_TABLES, sizeof *sweep);
    *sweep = (struct scenario_sweep){
        .parameters = reading.parameters,
        .parameter_count = reading.parameter_count,
        .axis_count = reading.axis_count,
        .conditions = reading.conditions,
        .condition_count = reading.condition_count,
        .repeat = reading.repeat,
        .until = reading.until,
        .until_count = reading.until_count,
        .max_repeat = reading.max_repeat,
    };
    reader->scenario->sweep = sweep;
}
