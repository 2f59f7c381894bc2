#include "scenarios/scenario_read.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/nearest.h"

#include <stdio.h>
#include <string.h>

/** A piece of an expectation's text. */
struct piece {
    const char *text;
    size_t size;
};

static const struct {
    const char *sign;
    enum expectation_operator operator;
} operators[] = {
    {"<=", EXPECT_LESS_EQUAL}, {">=", EXPECT_GREATER_EQUAL}, {"==", EXPECT_EQUAL},
    {"!=", EXPECT_NOT_EQUAL},  {"<", EXPECT_LESS},           {">", EXPECT_GREATER},
};

enum { OPERATOR_COUNT = sizeof operators / sizeof operators[0] };

static bool is_space(char byte) {
    return byte == ' ' || byte == '\t';
}

static struct piece trim(struct piece piece) {
    while (piece.size > 0 && is_space(piece.text[0])) {
        piece.text++;
        piece.size--;
    }
    while (piece.size > 0 && is_space(piece.text[piece.size - 1])) {
        piece.size--;
    }
    return piece;
}

/** Divides `path op value` at its operator; false if there is none or a side is empty. */
static bool split(struct piece all, struct piece *path, struct piece *value, uint32_t *operator) {
    size_t at = 0;
    while (at < all.size && strchr("<>=!", all.text[at]) == NULL) {
        at++;
    }
    for (uint32_t i = 0; i < OPERATOR_COUNT; i++) {
        size_t size = strlen(operators[i].sign);
        if (all.size - at >= size && memcmp(all.text + at, operators[i].sign, size) == 0) {
            *operator= i;
            *path = trim((struct piece){all.text, at});
            *value = trim((struct piece){all.text + at + size, all.size - at - size});
            return path->size > 0 && value->size > 0;
        }
    }
    return false;
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

static const char *write_text(struct scenario_reader *reader, struct piece path, const char *sign,
                              struct piece value) {
    size_t size = path.size + strlen(sign) + value.size + 3;
    char *text = arena_take(reader->arena, MEMORY_TABLES, size);
    snprintf(text, size, "%.*s %s %.*s", (int)path.size, path.text, sign, (int)value.size,
             value.text);
    return text;
}

static bool read_expectation(struct scenario_reader *reader, const struct yaml_node *node,
                             struct scenario_expectation *expectation) {
    struct piece path = {0};
    struct piece value = {0};
    uint32_t operator= 0;
    char found[FOUND_SIZE];
    if (node->kind != YAML_SCALAR ||
        !split((struct piece){node->text, node->size}, &path, &value, &operator)) {
        return reader_refuse(
            reader, node,
            "found %s; allowed: a figure, one of < <= == != >= >, and a value, such "
            "as `latency.p99 <= 2s`",
            reader_found(node, found));
    }
    expectation->metric = metric_find(path.text, path.size);
    if (expectation->metric == METRIC_COUNT) {
        return refuse_metric(reader, node, path);
    }
    const char *why = NULL;
    if (!read_bound(metric_unit_of(expectation->metric), value, &expectation->value, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found the value %s; allowed for %s: %s",
                             excerpt_write(value.text, value.size, excerpt),
                             metric_path(expectation->metric), why);
    }
    expectation->operator= operators[operator].operator;
    expectation->text = write_text(reader, path, operators[operator].sign, value);
    return true;
}

void read_expectations(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario *scenario = reader->scenario;
    struct scenario_scope *measured = arena_take(reader->arena, MEMORY_TABLES, sizeof *measured);
    *measured = (struct scenario_scope){
        .topic = SCOPE_ALL, .region = SCOPE_ALL, .window = scenario->measure};
    scenario->scopes = measured;
    scenario->scope_count = 1;
    if (!reader_list(reader, KEY_EXPECT, node)) {
        return;
    }
    struct scenario_expectation *expectations =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *expectations);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        read_expectation(reader, item, &expectations[i]);
        item = item->next;
    }
    reader->scenario->expectations = expectations;
    reader->scenario->expectation_count = node->size;
}
