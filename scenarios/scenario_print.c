#include "scenarios/scenario_print.h"

#include "base/check.h"
#include "base/quantity.h"

#include <inttypes.h>
#include <string.h>

enum { PPM = 1000000 };

/** True for words that need no quotes anywhere: they start with a letter, and no reader of YAML
 * takes them for a value. */
static bool is_plain_word(const char *word) {
    static const char *const values[] = {"true", "false", "null", "yes", "no",
                                         "on",   "off",   "y",    "n"};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strcasecmp(word, values[i]) == 0) {
            return false;
        }
    }
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char others[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./";
    size_t size = strlen(word);
    return size > 0 && strchr(letters, word[0]) != NULL && strspn(word, others) == size;
}

static void print_quoted(struct text *text, const char *word) {
    text_add_string(text, "\"");
    for (const char *byte = word; *byte != '\0'; byte++) {
        if (*byte == '"' || *byte == '\\') {
            text_add_string(text, "\\");
        }
        text_add(text, byte, 1);
    }
    text_add_string(text, "\"");
}

void print_word(struct text *text, const char *word) {
    if (is_plain_word(word)) {
        text_add_string(text, word);
    } else {
        print_quoted(text, word);
    }
}

void print_expectation(struct text *text, const char *expectation) {
    // It begins with a letter; only names in quotes hold what YAML reads in another way.
    if (strpbrk(expectation, ":#\\") == NULL) {
        text_add_string(text, expectation);
    } else {
        print_quoted(text, expectation);
    }
}

void print_duration(struct text *text, int64_t ns) {
    char quantity[QUANTITY_TEXT_SIZE];
    text_add_string(text, quantity_write_duration(ns, quantity));
}

void print_share(struct text *text, uint32_t ppb) {
    char quantity[QUANTITY_TEXT_SIZE];
    text_add_string(text, quantity_write_share(ppb, quantity));
}

void print_size(struct text *text, uint32_t bytes) {
    char quantity[QUANTITY_TEXT_SIZE];
    text_add_string(text, quantity_write_size(bytes, quantity));
}

void print_millionths(struct text *text, uint32_t ppm) {
    text_add_format(text, "%" PRIu32, ppm / PPM);
    uint32_t rest = ppm % PPM;
    if (rest == 0) {
        return;
    }
    int places = 6;
    while (rest % 10 == 0) {
        rest /= 10;
        places--;
    }
    text_add_format(text, ".%0*" PRIu32, places, rest);
}

static void print_points(struct text *text, const struct distribution_options *options) {
    for (uint32_t i = 0; i < options->point_count; i++) {
        text_add_string(text, i == 0 ? "{empirical: [[" : ", [");
        print_duration(text, options->points[i].value_ns);
        text_add_string(text, ", ");
        print_share(text, options->points[i].share_ppb);
        text_add_string(text, "]");
    }
    text_add_string(text, "]}");
}

/** A distribution whose values are printed by a function of their own. */
static void print_distribution_of(struct text *text, const struct distribution_options *options,
                                  void (*print_one)(struct text *text, int64_t value)) {
    static const char *const words[][2] = {
        [DISTRIBUTION_CONSTANT] = {"", ""},
        [DISTRIBUTION_UNIFORM] = {"{uniform: [", "]}"},
        [DISTRIBUTION_NORMAL] = {"{normal: {mean: ", "}}"},
        [DISTRIBUTION_LOGNORMAL] = {"{lognormal: {median: ", "}}"},
        [DISTRIBUTION_EXPONENTIAL] = {"{exponential: {mean: ", "}}"},
    };
    if (options->kind == DISTRIBUTION_EMPIRICAL) {
        print_points(text, options);
        return;
    }
    text_add_string(text, words[options->kind][0]);
    print_one(text, options->a_ns);
    if (options->kind == DISTRIBUTION_UNIFORM || options->kind == DISTRIBUTION_NORMAL) {
        text_add_string(text, options->kind == DISTRIBUTION_UNIFORM ? ", " : ", sd: ");
        print_one(text, options->b_ns);
    } else if (options->kind == DISTRIBUTION_LOGNORMAL) {
        text_add_string(text, ", sigma: ");
        print_millionths(text, options->sigma_ppm);
    }
    text_add_string(text, words[options->kind][1]);
}

void print_distribution(struct text *text, const struct distribution_options *options) {
    print_distribution_of(text, options, print_duration);
}

static void print_offset(struct text *text, int64_t ns) {
    text_add_string(text, ns < 0 ? "-" : "");
    print_duration(text, ns < 0 ? -ns : ns);
}

/** Parts per billion as a decimal number of parts per million. */
static void print_drift(struct text *text, int64_t ppb) {
    enum { PPB_PER_PPM = 1000 };
    uint32_t size = (uint32_t)(ppb < 0 ? -ppb : ppb);
    text_add_string(text, ppb < 0 ? "-" : "");
    text_add_format(text, "%" PRIu32, size / PPB_PER_PPM);
    uint32_t rest = size % PPB_PER_PPM;
    int places = 3;
    for (; rest > 0 && rest % 10 == 0; rest /= 10) {
        places--;
    }
    if (rest > 0) {
        text_add_format(text, ".%0*" PRIu32, places, rest);
    }
}

static void print_phase(struct text *text, const struct scenario_heartbeat *heartbeat) {
    if (heartbeat->phase_uniform) {
        text_add_string(text, "uniform");
    } else {
        print_distribution(text, &heartbeat->phase);
    }
}

static void print_bytes(struct text *text, int64_t bytes) {
    print_size(text, (uint32_t)bytes);
}

void print_sizes(struct text *text, const struct scenario_size *size) {
    if (size->choice_count == 0) {
        print_distribution_of(text, &size->distribution, print_bytes);
        return;
    }
    for (uint32_t i = 0; i < size->choice_count; i++) {
        text_add_string(text, i == 0 ? "{choices: [" : ", ");
        print_size(text, size->choices[i]);
    }
    for (uint32_t i = 0; i < size->choice_count; i++) {
        text_add_format(text, "%s%" PRIu64, i == 0 ? "], weights: [" : ", ", size->weights[i]);
    }
    text_add_string(text, "]}");
}

static void print_ranges(struct text *text, const struct selector *selector) {
    text_add_string(text, "[");
    for (uint32_t i = 0; i < selector->range_count; i++) {
        const struct selector_range *range = &selector->ranges[i];
        text_add_format(text, "%s%" PRIu32, i == 0 ? "" : ", ", range->first);
        if (range->last > range->first) {
            text_add_format(text, "..%" PRIu32, range->last);
        }
    }
    text_add_string(text, "]");
}

void print_group(struct text *text, const struct scenario *scenario, uint32_t number) {
    print_word(text, scenario->groups[number - 1].name);
}

static void print_degrees(struct text *text, const struct selector *selector) {
    text_add_format(text, "degree: {min: %" PRIu32 ", max: %" PRIu32 "}", selector->degree_min,
                    selector->degree_max);
}

/** What stands between the braces of a selection by a rule. */
static void print_rule(struct text *text, const struct scenario *scenario,
                       const struct selector *selector) {
    switch (selector->kind) {
    case SELECTOR_ALL:
    case SELECTOR_NONE:
    case SELECTOR_RANGES:
        break;
    case SELECTOR_SHARE:
        text_add_string(text, "share: ");
        print_share(text, selector->share_ppb);
        return;
    case SELECTOR_COUNT:
        text_add_format(text, "count: %" PRIu32, selector->count);
        return;
    case SELECTOR_GROUP:
        text_add_string(text, "group: ");
        print_group(text, scenario, selector->group);
        return;
    case SELECTOR_REGION:
        text_add_string(text, "region: ");
        print_word(text, scenario->regions.items[selector->region - 1].name);
        return;
    case SELECTOR_EVERY:
        text_add_format(text, "every: %" PRIu32 ", offset: %" PRIu32, selector->every,
                        selector->offset);
        return;
    case SELECTOR_DEGREE:
        print_degrees(text, selector);
        return;
    case SELECTOR_SUBSCRIBED:
        text_add_string(text, "subscribed: ");
        print_word(text, scenario->topics[selector->topic].name);
        return;
    case SELECTOR_NOT:
        text_add_string(text, "not: ");
        return;
    }
    CHECK(false);
}

void print_selector(struct text *text, const struct scenario *scenario,
                    const struct selector *selector) {
    uint32_t open = 0;
    for (; selector != NULL; selector = selector->of) {
        if (selector->kind == SELECTOR_ALL || selector->kind == SELECTOR_NONE) {
            text_add_string(text, selector->kind == SELECTOR_ALL ? "all" : "none");
        } else if (selector->kind == SELECTOR_RANGES) {
            print_ranges(text, selector);
        } else {
            open++;
            text_add_string(text, "{");
            print_rule(text, scenario, selector);
            bool narrowed = selector->of != NULL && selector->kind != SELECTOR_NOT;
            text_add_string(text, narrowed ? ", of: " : "");
        }
    }
    for (; open > 0; open--) {
        text_add_string(text, "}");
    }
}

void print_quirks(struct text *text, uint64_t quirks, uint64_t base) {
    const char *separator = "";
    text_add_string(text, "{");
    for (size_t i = 0; i < quirk_row_count; i++) {
        const struct quirk_row *row = &quirk_rows[i];
        if (row->quirk != QUIRK_COUNT && quirk_in(quirks ^ base, row->quirk)) {
            bool on = quirk_in(quirks, row->quirk);
            text_add_format(text, "%s%s: %s", separator, row->name, on ? "true" : "false");
            separator = ", ";
        }
    }
    text_add_string(text, "}");
}

/** In quotes, as digits alone would be a number to some readers of YAML. */
static void print_hex(struct text *text, const struct scenario_bytes *bytes) {
    text_add_string(text, "\"");
    for (uint32_t i = 0; i < bytes->size; i++) {
        text_add_format(text, "%02x", bytes->bytes[i]);
    }
    text_add_string(text, "\"");
}

void print_validators(struct text *text, const struct scenario_topic *topic) {
    text_add_string(text, "[");
    for (uint32_t i = 0; i < topic->validator_count; i++) {
        const struct scenario_validator *validator = &topic->validators[i];
        text_add_string(text, i == 0 ? "{delay: " : ", {delay: ");
        print_distribution(text, &validator->delay);
        text_add_string(text, ", accept: ");
        print_share(text, validator->accept_ppb);
        text_add_string(text, "}");
    }
    text_add_string(text, "]");
}

static void print_inbound(struct text *text, uint32_t inbound) {
    if (inbound == TOPOLOGY_INBOUND_ANY || inbound == 0) {
        text_add_string(text, inbound == 0 ? "none" : "all");
    } else {
        text_add_format(text, "%" PRIu32, inbound);
    }
}

/** Values that are made of several fields of their structure. */
static void print_special(struct text *text, const struct scenario *scenario, enum schema_type type,
                          const void *base) {
    if (type == SCHEMA_PROFILE) {
        text_add_string(text, scenario->profile->name);
    } else if (type == SCHEMA_QUIRKS) {
        print_quirks(text, scenario->router.quirks, profile_quirks(scenario->profile));
    } else {
        CHECK(type == SCHEMA_VALIDATORS);
        print_validators(text, base);
    }
}

void print_value(struct text *text, const struct scenario *scenario, enum schema_key key,
                 const void *base) {
    const struct schema_row *row = schema_row(key);
    const void *field = (const char *)base + row->offset;
    if (row->type == SCHEMA_WHOLE) {
        text_add_format(text, "%" PRIu32, *(const uint32_t *)field);
    } else if (row->type == SCHEMA_WHOLE_LONG) {
        text_add_format(text, "%" PRIu64, *(const uint64_t *)field);
    } else if (row->type == SCHEMA_SWITCH) {
        text_add_string(text, *(const bool *)field ? "true" : "false");
    } else if (row->type == SCHEMA_STATE) {
        text_add_string(text, *(const bool *)field ? "kept" : "lost");
    } else if (row->type == SCHEMA_PATIENCE && *(const int64_t *)field == SCENARIO_NEVER_NS) {
        text_add_string(text, "never");
    } else if (row->type == SCHEMA_DURATION || row->type == SCHEMA_PATIENCE) {
        print_duration(text, *(const int64_t *)field);
    } else if (row->type == SCHEMA_SIZE) {
        print_size(text, *(const uint32_t *)field);
    } else if (row->type == SCHEMA_TOPIC) {
        print_word(text, scenario->topics[*(const uint32_t *)field].name);
    } else if (row->type == SCHEMA_SELECTOR) {
        print_selector(text, scenario, field);
    } else if (row->type == SCHEMA_DISTRIBUTION) {
        print_distribution(text, field);
    } else if (row->type == SCHEMA_INBOUND) {
        print_inbound(text, *(const uint32_t *)field);
    } else if (row->type == SCHEMA_PHASE) {
        print_phase(text, base);
    } else if (row->type == SCHEMA_OFFSETS) {
        print_distribution_of(text, field, print_offset);
    } else if (row->type == SCHEMA_DRIFTS) {
        print_distribution_of(text, field, print_drift);
    } else if (row->type == SCHEMA_SHARE) {
        print_share(text, *(const uint32_t *)field);
    } else if (row->type == SCHEMA_HEX) {
        print_hex(text, field);
    } else if (row->type == SCHEMA_NAME || row->type == SCHEMA_TOPIC_NAME) {
        print_word(text, *(const char *const *)field);
    } else if (!print_link_value(text, row, base)) {
        print_special(text, scenario, row->type, base);
    }
}
