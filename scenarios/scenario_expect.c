#include "scenarios/expectation_text.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/nearest.h"
#include "scenarios/scenario_print.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *sign;
    enum expectation_operator operator;
} operators[] = {
    {"<=", EXPECT_LESS_EQUAL}, {">=", EXPECT_GREATER_EQUAL}, {"==", EXPECT_EQUAL},
    {"!=", EXPECT_NOT_EQUAL},  {"<", EXPECT_LESS},           {">", EXPECT_GREATER},
};

enum { OPERATOR_COUNT = sizeof operators / sizeof operators[0] };

/** Takes an operator away; OPERATOR_COUNT if none comes next. */
static uint32_t take_operator(struct piece *rest) {
    struct piece word = take_word(rest, "");
    for (uint32_t i = 0; i < OPERATOR_COUNT; i++) {
        size_t size = strlen(operators[i].sign);
        if (word.size >= size && memcmp(word.text, operators[i].sign, size) == 0) {
            // A value may follow without a space.
            rest->text -= word.size - size;
            rest->size += word.size - size;
            return i;
        }
    }
    return OPERATOR_COUNT;
}

/** A decimal number of at most 15 digits, which a double holds to the last one but rounding. */
static bool read_decimal(struct piece text, double divisor, double *value) {
    enum { DIGITS_MAX = 15 };
    uint64_t mantissa = 0;
    size_t digits = 0;
    bool point = false;
    for (size_t i = 0; i < text.size; i++) {
        char byte = text.text[i];
        if (byte == '.' && !point && i > 0 && i + 1 < text.size) {
            point = true;
            continue;
        }
        if (byte < '0' || byte > '9' || digits == DIGITS_MAX) {
            return false;
        }
        mantissa = mantissa * 10 + (uint64_t)(byte - '0');
        divisor *= point ? 10 : 1;
        digits++;
    }
    *value = (double)mantissa / divisor;
    return digits > 0;
}

/** The value in the unit of its metric; on refusal `*why` says what is allowed. */
static bool read_bound(enum metric_unit unit, struct piece text, double *value, const char **why) {
    int64_t ns = 0;
    uint64_t bytes = 0;
    bool read = false;
    bool percent = text.size > 1 && text.text[text.size - 1] == '%';
    switch (unit) {
    case METRIC_COUNT_UNIT:
    case METRIC_MEAN:
        *why = "a decimal number such as 1000 or 3.5";
        return read_decimal(text, 1, value);
    case METRIC_RATIO:
        *why = "a decimal number such as 0.99, or a percentage";
        return percent ? read_decimal((struct piece){text.text, text.size - 1}, 100, value)
                       : read_decimal(text, 1, value);
    case METRIC_DURATION:
        read = quantity_read_duration(text.text, text.size, &ns, why);
        *value = (double)ns;
        return read;
    case METRIC_BYTES:
        read = quantity_read_size(text.text, text.size, &bytes, why);
        *value = (double)bytes;
        return read;
    }
    return false;
}

static bool refuse_metric(struct scenario_reader *reader, const struct yaml_node *node,
                          struct piece path) {
    const char *nearest = metric_path(metric_nearest(path.text, path.size));
    bool near = nearest_is_near(nearest_distance(path.text, path.size, nearest, strlen(nearest)),
                                path.size);
    char excerpt[EXCERPT_SIZE];
    return reader_refuse(reader, node,
                         "unknown figure %s%s%s%s; allowed: a figure of the summary, such as "
                         "delivery_ratio, latency.p99, duplicates_per_delivery or bytes_sent.total",
                         excerpt_write(path.text, path.size, excerpt),
                         near ? " (did you mean `" : "", near ? nearest : "", near ? "`?)" : "");
}

/** Whether a figure is known of no more than what its scope asks for. */
static bool check_scope(struct expectation_reading *reading) {
    enum metric metric = reading->expectation->metric;
    const struct scenario_scope *scope = &reading->scope;
    bool by_nodes = scope->group != 0 || scope->region != SCOPE_ALL;
    const char *why = NULL;
    switch (metric_scoping_of(metric)) {
    case METRIC_BY_NOTHING:
        why = scope->topic != SCOPE_ALL || by_nodes || reading->windowed ? "the whole run" : NULL;
        break;
    case METRIC_BY_WINDOW:
        why = scope->topic != SCOPE_ALL || by_nodes ? "all nodes and topics, at any time" : NULL;
        break;
    case METRIC_BY_NODES:
        why = scope->topic != SCOPE_ALL ? "all topics, of any nodes and at any time" : NULL;
        break;
    case METRIC_BY_ANYTHING:
        break;
    }
    return why == NULL || reader_refuse(reading->reader, reading->node, "`%s` is only known of %s",
                                        metric_path(metric), why);
}

static bool refuse_form(struct expectation_reading *reading) {
    char found[FOUND_SIZE];
    return reader_refuse(
        reading->reader, reading->node,
        "found %s; allowed: a figure, one of < <= == != >= >, and a value, such as "
        "`latency.p99 <= 2s`, then perhaps `after 20s`, `until 40s` or `between 20s and 40s`; or "
        "an "
        "invariant such as mesh_symmetric",
        reader_found(reading->node, found));
}

/** `figure{scope} >= value window` */
static bool read_condition(struct expectation_reading *reading, struct piece path) {
    struct scenario_expectation *expectation = reading->expectation;
    struct piece *rest = &reading->rest;
    if (!read_scope_braces(reading)) {
        return false;
    }
    uint32_t operator= take_operator(rest);
    struct piece value = take_word(rest, "");
    if (path.size == 0 || operator== OPERATOR_COUNT || value.size == 0) {
        return refuse_form(reading);
    }
    expectation->metric = metric_find(path.text, path.size);
    if (expectation->metric == METRIC_COUNT) {
        return refuse_metric(reading->reader, reading->node, path);
    }
    expectation->operator= operators[operator].operator;
    const char *why = NULL;
    if (!read_bound(metric_unit_of(expectation->metric), value, &expectation->value, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(
            reading->reader, reading->node, "found the value %s; allowed for %s: %s",
            excerpt_write(value.text, value.size, excerpt), metric_path(expectation->metric), why);
    }
    if (!read_scope_window(reading)) {
        return false;
    }
    text_add(&reading->kept, path.text, path.size);
    keep_scope(reading);
    text_add_string(&reading->kept, " ");
    text_add_string(&reading->kept, operators[operator].sign);
    text_add_string(&reading->kept, " ");
    text_add(&reading->kept, value.text, value.size);
    keep_window(reading);
    return check_scope(reading);
}

/** The text of an expectation; `- delivered_within: 10s` is one as well. */
static bool find_text(struct expectation_reading *reading) {
    const struct yaml_node *node = reading->node;
    if (node->kind == YAML_SCALAR) {
        reading->rest = (struct piece){node->text, node->size};
        return true;
    }
    const struct yaml_node *key =
        node->kind == YAML_MAPPING && node->size == 1 ? node->first : NULL;
    if (key == NULL || key->kind != YAML_SCALAR || key->next->kind != YAML_SCALAR ||
        invariant_find(key->text, key->size) == INVARIANT_NONE) {
        return false;
    }
    struct text joined;
    text_init(&joined, reading->reader->scratch);
    text_add(&joined, key->text, key->size);
    text_add_string(&joined, " ");
    text_add(&joined, key->next->text, yaml_is_null(key->next) ? 0 : key->next->size);
    reading->rest = (struct piece){joined.bytes, joined.size};
    return true;
}

static bool read_expectation(struct scenario_reader *reader, const struct yaml_node *node,
                             struct scenario_expectation *expectation) {
    struct expectation_reading reading = {
        .reader = reader,
        .node = node,
        .expectation = expectation,
        .scope = reader->scopes[0],
    };
    if (!find_text(&reading)) {
        return refuse_form(&reading);
    }
    text_init(&reading.kept, reader->arena);
    struct piece head = take_word(&reading.rest, "{<=>!");
    enum invariant invariant = invariant_find(head.text, head.size);
    if (invariant == INVARIANT_NONE ? !read_condition(&reading, head)
                                    : !read_invariant(&reading, invariant)) {
        return false;
    }
    struct piece left = take_word(&reading.rest, "");
    if (left.size > 0) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node,
                             "found %s at the end; allowed: `after 20s`, `until 40s` or `between "
                             "20s and 40s`",
                             excerpt_write(left.text, left.size, excerpt));
    }
    expectation->scope = add_scope(reader, &reading.scope);
    expectation->text = reading.kept.bytes;
    return true;
}

void read_expectations(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario *scenario = reader->scenario;
    bool is_list = reader_list(reader, KEY_EXPECT, node);
    uint32_t count = is_list ? node->size : 0;
    reader->scopes =
        arena_take_array(reader->arena, MEMORY_TABLES, (size_t)count + 1, sizeof *reader->scopes);
    reader->scopes[0] = (struct scenario_scope){
        .topic = SCOPE_ALL, .region = SCOPE_ALL, .window = scenario->measure};
    scenario->scopes = reader->scopes;
    scenario->scope_count = 1;
    struct scenario_expectation *expectations =
        arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *expectations);
    const struct yaml_node *item = is_list ? node->first : NULL;
    for (uint32_t i = 0; i < count; i++) {
        read_expectation(reader, item, &expectations[i]);
        item = item->next;
    }
    scenario->expectations = expectations;
    scenario->expectation_count = count;
}
