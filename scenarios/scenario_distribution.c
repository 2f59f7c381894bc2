#include "base/quantity.h"
#include "scenarios/scenario_read.h"

#include <inttypes.h>

/** The kinds of distribution and the keys that stand for them. */
static const struct {
    enum schema_key key;
    enum distribution_kind kind;
} kinds[] = {
    {KEY_DISTRIBUTION_CONSTANT, DISTRIBUTION_CONSTANT},
    {KEY_DISTRIBUTION_UNIFORM, DISTRIBUTION_UNIFORM},
    {KEY_DISTRIBUTION_NORMAL, DISTRIBUTION_NORMAL},
    {KEY_DISTRIBUTION_LOGNORMAL, DISTRIBUTION_LOGNORMAL},
    {KEY_DISTRIBUTION_EXPONENTIAL, DISTRIBUTION_EXPONENTIAL},
    {KEY_DISTRIBUTION_EMPIRICAL, DISTRIBUTION_EMPIRICAL},
};

enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

bool read_span(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
               struct distribution_options *options) {
    if (node->kind != YAML_SEQUENCE || node->size != 2) {
        return reader_refuse_value(reader, node, key);
    }
    bool low = read_duration(reader, key, node->first, &options->a_ns);
    bool high = read_duration(reader, key, node->first->next, &options->b_ns);
    if (low && high && options->a_ns > options->b_ns) {
        char found[FOUND_SIZE];
        return reader_refuse(reader, node->first,
                             "found %s; allowed: [low, high] with low at most high",
                             reader_found(node->first, found));
    }
    return low && high;
}

/**
 * At least how far the longest draw can reach, in ns, for the outermost quantile of a table: 4.01
 * standard deviations, 10.4 means. For a lognormal e^(4.01 sigma) is below 2^(6 sigma).
 */
uint64_t distribution_reach(const struct distribution_options *options) {
    uint64_t a_ns = (uint64_t)options->a_ns;
    uint64_t b_ns = (uint64_t)options->b_ns;
    switch (options->kind) {
    case DISTRIBUTION_CONSTANT:
        return a_ns;
    case DISTRIBUTION_UNIFORM:
    case DISTRIBUTION_EMPIRICAL:
        return b_ns;
    case DISTRIBUTION_NORMAL:
        return a_ns + b_ns * 5;
    case DISTRIBUTION_LOGNORMAL:
        // A median is at most 2^42 ns and sigma at most 3.5, so that nothing is shifted out.
        return a_ns << (options->sigma_ppm * 6 + 999999) / 1000000;
    case DISTRIBUTION_EXPONENTIAL:
        return a_ns * 11;
    }
    return UINT64_MAX;
}

static bool read_parameters(struct scenario_reader *reader, enum schema_key key,
                            const struct yaml_node *node, struct distribution_options *options) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, key, node)) {
        return false;
    }
    fields_fill(reader, &fields, options);
    int64_t cap_ns = DISTRIBUTION_CAP_NS * (reader->in_churn ? SCENARIO_CHURN_STRETCH : 1);
    if (!fields.whole || distribution_reach(options) <= (uint64_t)cap_ns) {
        return fields.whole;
    }
    char cap[QUANTITY_TEXT_SIZE];
    return reader_refuse(reader, node,
                         "its longest draws are beyond %s, where draws are cut; allowed: smaller "
                         "parameters",
                         quantity_write_duration(cap_ns, cap));
}

/** Reads the parameters that stand behind the name of a kind. */
static bool read_kind(struct scenario_reader *reader, enum schema_key key,
                      const struct yaml_node *node, struct distribution_options *options) {
    if (key == KEY_DISTRIBUTION_CONSTANT) {
        return read_duration(reader, key, node, &options->a_ns);
    }
    if (key == KEY_DISTRIBUTION_UNIFORM) {
        return read_span(reader, key, node, options);
    }
    if (key == KEY_DISTRIBUTION_EMPIRICAL) {
        return read_empirical(reader, node, options);
    }
    return read_parameters(reader, key, node, options);
}

bool read_distribution(struct scenario_reader *reader, enum schema_key key,
                       const struct yaml_node *node, struct distribution_options *options) {
    *options = (struct distribution_options){.kind = DISTRIBUTION_CONSTANT};
    if (node->kind == YAML_SEQUENCE || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, key);
    }
    if (node->kind == YAML_SCALAR) {
        return read_duration(reader, KEY_DISTRIBUTION_CONSTANT, node, &options->a_ns);
    }
    struct scenario_fields fields;
    uint32_t failures = reader_failure_count(reader);
    fields_read(reader, &fields, KEY_DISTRIBUTION, node);
    bool whole = reader_failure_count(reader) == failures;
    uint32_t given = 0;
    uint32_t kind = 0;
    for (uint32_t i = 0; i < KIND_COUNT; i++) {
        if (fields.keys[kinds[i].key] != NULL) {
            given++;
            kind = i;
        }
    }
    if (given == 1) {
        options->kind = kinds[kind].kind;
        const struct yaml_node *value = fields_value(&fields, kinds[kind].key);
        return read_kind(reader, kinds[kind].key, value, options) && whole;
    }
    if (given == 0 && !whole) {
        return false; // one of the keys that are none may have been meant
    }
    char names[SCHEMA_NAMES_SIZE];
    return reader_refuse(reader, node,
                         "found %" PRIu32 " distributions; allowed: exactly one of %s", given,
                         schema_names(KEY_DISTRIBUTION, names));
}

bool read_gap(struct scenario_reader *reader, enum schema_key key, const struct yaml_node *node,
              struct distribution_options *options) {
    *options = (struct distribution_options){.kind = DISTRIBUTION_CONSTANT};
    bool scalar = node->kind == YAML_SCALAR && !yaml_is_null(node);
    return scalar ? read_duration(reader, key, node, &options->a_ns)
                  : read_distribution(reader, key, node, options);
}
