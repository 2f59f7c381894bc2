// Distributions of what is no delay: sizes of messages, and what may be negative: offsets and
// speeds of clocks.
#include "scenarios/scenario_read.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/schema_table.h"

#include <inttypes.h>

/** The keys of a form of distribution; KEY_NONE: it has no such kind. */
struct quantity_form {
    enum schema_key form;
    enum schema_key one; // a row with the limits of a single value
    enum schema_key uniform;
    enum schema_key normal;
    enum schema_key lognormal;
    enum schema_key exponential;
    int64_t reach_max; // of the longest draws
    const char *reach_text;
};

static const struct quantity_form sizes_form = {
    .form = KEY_SIZES,
    .one = KEY_SIZES_NORMAL_MEAN,
    .uniform = KEY_SIZES_UNIFORM,
    .normal = KEY_SIZES_NORMAL,
    .lognormal = KEY_SIZES_LOGNORMAL,
    .exponential = KEY_SIZES_EXPONENTIAL,
    .reach_max = SCENARIO_MESSAGE_SIZE_MAX,
    .reach_text = "64MiB",
};

static const struct quantity_form offsets_form = {
    .form = KEY_OFFSETS,
    .one = KEY_OFFSETS_NORMAL_MEAN,
    .uniform = KEY_OFFSETS_UNIFORM,
    .normal = KEY_OFFSETS_NORMAL,
    .reach_max = DISTRIBUTION_CAP_NS,
    .reach_text = "3600s",
};

static const struct quantity_form drifts_form = {
    .form = KEY_DRIFTS,
    .one = KEY_DRIFTS_NORMAL_MEAN,
    .uniform = KEY_DRIFTS_UNIFORM,
    .normal = KEY_DRIFTS_NORMAL,
    .reach_max = DRIFT_MAX_PPB,
    .reach_text = "500000 parts per million",
};

/** How far the longest draws are from 0, or somewhat further. */
static uint64_t reach_of(const struct distribution_options *options) {
    struct distribution_options positive = *options;
    positive.a_ns = options->a_ns < 0 ? -options->a_ns : options->a_ns;
    return distribution_reach(&positive);
}

/** A decimal number of parts per million, in parts per billion; false (and nothing reported) if it
 * is none. */
static bool parse_ppm(const struct yaml_node *node, int64_t *ppb) {
    enum { PER_PPB = 1000 };
    uint64_t millionths = 0;
    if (!read_millionths(node, &millionths) || millionths % PER_PPB != 0) {
        return false;
    }
    *ppb = (int64_t)(millionths / PER_PPB);
    return true;
}

bool read_signed(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                 int64_t *value) {
    const struct schema_row *row = schema_row(key);
    if (node->kind != YAML_SCALAR || !node->plain || node->size == 0) {
        return reader_refuse_value(reader, node, key);
    }
    bool negative = node->text[0] == '-';
    struct yaml_node rest = *node;
    rest.text += negative ? 1 : 0;
    rest.size -= negative ? 1 : 0;
    int64_t read = 0;
    const char *why = NULL;
    if (row->type == SCHEMA_OFFSET && !quantity_read_duration(rest.text, rest.size, &read, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found %s; %s",
                             excerpt_write(node->text, node->size, excerpt), why);
    }
    if ((row->type == SCHEMA_PPM && !parse_ppm(&rest, &read)) || (uint64_t)read > row->max) {
        return reader_refuse_value(reader, node, key);
    }
    *value = negative ? -read : read;
    return true;
}

static bool read_pair(struct scenario_reader *reader, const struct quantity_form *form,
                      const struct yaml_node *node, struct distribution_options *options) {
    options->kind = DISTRIBUTION_UNIFORM;
    if (node->kind != YAML_SEQUENCE || node->size != 2) {
        return reader_refuse_value(reader, node, form->uniform);
    }
    bool low = reader_value(reader, form->one, node->first, &options->a_ns);
    bool high = reader_value(reader, form->one, node->first->next, &options->b_ns);
    if (low && high && options->a_ns > options->b_ns) {
        char found[FOUND_SIZE];
        return reader_refuse(reader, node->first,
                             "found %s; allowed: [low, high] with low at most high",
                             reader_found(node->first, found));
    }
    return low && high;
}

/** Reads a kind that has parameters; refuses what draws beyond the limit of the form. */
static bool read_parameters(struct scenario_reader *reader, const struct quantity_form *form,
                            enum schema_key kind, const struct yaml_node *node,
                            struct distribution_options *options) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, kind, node)) {
        return false;
    }
    fields_fill(reader, &fields, options);
    options->kind = DISTRIBUTION_NORMAL;
    if (kind == form->lognormal) {
        options->kind = DISTRIBUTION_LOGNORMAL;
    } else if (kind == form->exponential) {
        options->kind = DISTRIBUTION_EXPONENTIAL;
    }
    if (kind == form->normal && fields.whole && options->b_ns < 0) {
        return reader_refuse(reader, node, "a standard deviation below 0; allowed: at least 0");
    }
    if (!fields.whole || reach_of(options) <= (uint64_t)form->reach_max) {
        return fields.whole;
    }
    return reader_refuse(reader, node,
                         "its longest draws are beyond %s; allowed: smaller parameters",
                         form->reach_text);
}

/** Reads the kind whose key is given in the mapping; false, and nothing reported, if there is none.
 */
static bool read_kinds(struct scenario_reader *reader, const struct quantity_form *form,
                       const struct scenario_fields *fields, struct distribution_options *options,
                       uint32_t *given) {
    const enum schema_key kinds[] = {form->uniform, form->normal, form->lognormal,
                                     form->exponential};
    bool whole = true;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kinds[i] == KEY_NONE || fields->keys[kinds[i]] == NULL) {
            continue;
        }
        const struct yaml_node *value = fields_value(fields, kinds[i]);
        (*given)++;
        whole =
            (kinds[i] == form->uniform ? read_pair(reader, form, value, options)
                                       : read_parameters(reader, form, kinds[i], value, options)) &&
            whole;
    }
    return whole;
}

/** A list that is not too long, and not empty. */
static bool read_choice_list(struct scenario_reader *reader, enum schema_key key,
                             const struct yaml_node *node) {
    if (node->kind != YAML_SEQUENCE || node->size == 0 || node->size > SCENARIO_CHOICES_MAX) {
        return reader_refuse_value(reader, node, key);
    }
    return true;
}

static bool read_choices(struct scenario_reader *reader, const struct yaml_node *node,
                         struct scenario_size *size) {
    if (!read_choice_list(reader, KEY_SIZES_CHOICES, node)) {
        return false;
    }
    uint32_t *choices = arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *choices);
    uint64_t *weights = arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *weights);
    const struct yaml_node *item = node->first;
    bool whole = true;
    for (uint32_t i = 0; i < node->size; i++) {
        int64_t bytes = 0;
        whole = reader_value(reader, KEY_SIZES_NORMAL_MEAN, item, &bytes) && whole;
        choices[i] = (uint32_t)bytes;
        weights[i] = 1;
        item = item->next;
    }
    size->choices = choices;
    size->weights = weights;
    size->choice_count = node->size;
    return whole;
}

static bool read_chances(struct scenario_reader *reader, const struct yaml_node *node,
                         struct scenario_size *size) {
    if (!read_choice_list(reader, KEY_SIZES_WEIGHTS, node)) {
        return false;
    }
    if (node->size != size->choice_count) {
        return reader_refuse(reader, node,
                             "found %" PRIu32 " weights; allowed: one for each of the %" PRIu32
                             " choices",
                             node->size, size->choice_count);
    }
    uint64_t *weights = arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *weights);
    const struct yaml_node *item = node->first;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < node->size; i++) {
        if (!read_weight(reader, KEY_SIZES_WEIGHTS, item, &weights[i])) {
            return false;
        }
        sum += weights[i];
        item = item->next;
    }
    size->weights = weights;
    return sum > 0 || reader_refuse(reader, node, "all weights are 0; allowed: not all");
}

bool read_size_drawn(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, struct scenario_size *size) {
    *size = (struct scenario_size){0};
    if (node->kind == YAML_SCALAR && !yaml_is_null(node)) {
        return reader_value(reader, sizes_form.one, node, &size->distribution.a_ns);
    }
    if (node->kind != YAML_MAPPING) {
        return reader_refuse_value(reader, node, key);
    }
    struct scenario_fields fields;
    uint32_t failures = reader_failure_count(reader);
    fields_read(reader, &fields, sizes_form.form, node);
    bool known = reader_failure_count(reader) == failures;
    const struct yaml_node *choices = fields_value(&fields, KEY_SIZES_CHOICES);
    const struct yaml_node *weights = fields_value(&fields, KEY_SIZES_WEIGHTS);
    uint32_t given = choices != NULL ? 1 : 0;
    bool whole = read_kinds(reader, &sizes_form, &fields, &size->distribution, &given);
    whole = (choices == NULL || read_choices(reader, choices, size)) && whole;
    if (known && given != 1) {
        return reader_refuse(reader, node,
                             "found %" PRIu32 " kinds of sizes; allowed: exactly one of uniform, "
                             "normal, lognormal, exponential, choices",
                             given);
    }
    if (weights != NULL && choices == NULL) {
        return reader_refuse(reader, fields.keys[KEY_SIZES_WEIGHTS], "`weights` without `choices`");
    }
    return (weights == NULL || read_chances(reader, weights, size)) && whole && known;
}

/** One value, or a mapping with one of the kinds that the form has. */
static bool read_form(struct scenario_reader *reader, const struct quantity_form *form,
                      enum schema_key key, const struct yaml_node *node,
                      struct distribution_options *options) {
    *options = (struct distribution_options){.kind = DISTRIBUTION_CONSTANT};
    if (node->kind == YAML_SCALAR && !yaml_is_null(node)) {
        return reader_value(reader, form->one, node, &options->a_ns);
    }
    if (node->kind != YAML_MAPPING) {
        return reader_refuse_value(reader, node, key);
    }
    struct scenario_fields fields;
    uint32_t failures = reader_failure_count(reader);
    uint32_t given = 0;
    fields_read(reader, &fields, form->form, node);
    bool known = reader_failure_count(reader) == failures;
    bool whole = read_kinds(reader, form, &fields, options, &given);
    if (known && given != 1) {
        char names[SCHEMA_NAMES_SIZE];
        return reader_refuse(reader, node,
                             "found %" PRIu32 " distributions; allowed: exactly one of %s", given,
                             schema_names(form->form, names));
    }
    return whole && known;
}

bool read_offsets(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                  struct distribution_options *options) {
    return read_form(reader, &offsets_form, key, node, options);
}

bool read_drifts(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
                 struct distribution_options *options) {
    return read_form(reader, &drifts_form, key, node, options);
}
