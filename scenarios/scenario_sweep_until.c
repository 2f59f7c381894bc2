#include "scenarios/excerpt.h"
#include "scenarios/scenario_read.h"
#include "scenarios/sweep.h"
#include "scenarios/sweep_quantity.h"

#include <stdio.h>
#include <string.h>

static const double billion = 1e9;

/** A condition `ci(FIGURE) < LIMIT` in its parts, which are not ended by a nought. */
struct parts {
    const char *figure;
    size_t figure_size;
    const char *limit;
    size_t limit_size;
};

/** Goes on to what is no blank. */
static void skip_blanks(const char **text, const char *end) {
    while (*text < end && **text == ' ') {
        ++*text;
    }
}

/** Goes beyond a sign; false if it is not what comes next. */
static bool skip_sign(const char **text, const char *end, char sign) {
    skip_blanks(text, end);
    bool there = *text < end && **text == sign;
    *text += there ? 1 : 0;
    return there;
}

/** Size of a text without the blanks at its end. */
static size_t trimmed_size(const char *text, const char *end) {
    while (end > text && end[-1] == ' ') {
        end--;
    }
    return (size_t)(end - text);
}

static bool part(const struct yaml_node *node, struct parts *parts) {
    const char *text = node->text;
    const char *end = node->text + node->size;
    skip_blanks(&text, end);
    if (end - text < 2 || memcmp(text, "ci", 2) != 0) {
        return false;
    }
    text += 2;
    if (!skip_sign(&text, end, '(')) {
        return false;
    }
    const char *close = memchr(text, ')', (size_t)(end - text));
    if (close == NULL) {
        return false;
    }
    skip_blanks(&text, close);
    parts->figure = text;
    parts->figure_size = trimmed_size(text, close);
    text = close + 1;
    if (!skip_sign(&text, end, '<')) {
        return false;
    }
    text += text < end && *text == '=' ? 1 : 0; // half an interval is never just that
    skip_blanks(&text, end);
    parts->limit = text;
    parts->limit_size = trimmed_size(text, end);
    return parts->figure_size > 0 && parts->limit_size > 0;
}

/** The kind of a limit in the unit of a figure, and in words what it may be. */
static enum sweep_kind kind_of(enum metric metric, const char **allowed) {
    switch (metric_unit_of(metric)) {
    case METRIC_DURATION:
        *allowed = "a share of the mean such as 2%, or a duration above 0";
        return SWEEP_DURATION;
    case METRIC_BYTES:
        *allowed = "a share of the mean such as 2%, or a size above 0";
        return SWEEP_SIZE;
    case METRIC_COUNT_UNIT:
    case METRIC_MEAN:
    case METRIC_RATIO:
        break;
    }
    *allowed = "a share of the mean such as 2%, or a number above 0";
    return SWEEP_NUMBER;
}

static bool read_figure(struct scenario_reader *reader, const struct yaml_node *node,
                        const struct parts *parts, struct sweep_until *until) {
    until->metric = metric_find(parts->figure, parts->figure_size);
    if (until->metric != METRIC_COUNT) {
        return true;
    }
    char excerpt[EXCERPT_SIZE];
    return reader_refuse(reader, node,
                         "unknown figure %s (did you mean `%s`?); allowed: those of a summary, "
                         "such as latency.p99",
                         excerpt_write(parts->figure, parts->figure_size, excerpt),
                         metric_path(metric_nearest(parts->figure, parts->figure_size)));
}

static bool read_limit(struct scenario_reader *reader, const struct yaml_node *node,
                       const struct parts *parts, struct sweep_until *until) {
    const char *allowed = NULL;
    enum sweep_kind kind = kind_of(until->metric, &allowed);
    struct sweep_quantity limit = sweep_quantity_read(parts->limit, parts->limit_size);
    bool share = limit.kind == SWEEP_NUMBER && limit.percent;
    if (limit.value <= 0 || (!share && limit.kind != kind)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found the limit %s; allowed: %s",
                             excerpt_write(parts->limit, parts->limit_size, excerpt), allowed);
    }
    char text[SWEEP_QUANTITY_TEXT_SIZE];
    char whole[128];
    until->relative = share;
    until->limit = (double)limit.value / (limit.kind == SWEEP_NUMBER ? billion : 1);
    snprintf(whole, sizeof whole, "ci(%s) < %s", metric_path(until->metric),
             sweep_quantity_write(limit, text));
    char *kept = arena_take(reader->arena, MEMORY_TABLES, strlen(whole) + 1);
    memcpy(kept, whole, strlen(whole));
    until->text = kept;
    return true;
}

bool read_sweep_until(struct scenario_reader *reader, const struct yaml_node *node,
                      struct sweep_until *until) {
    struct parts parts;
    if (node->kind != YAML_SCALAR || yaml_is_null(node) || !part(node, &parts)) {
        return reader_refuse_value(reader, node, KEY_SWEEP_UNTIL);
    }
    return read_figure(reader, node, &parts, until) && read_limit(reader, node, &parts, until);
}
