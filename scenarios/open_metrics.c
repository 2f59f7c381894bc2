#include "scenarios/open_metrics.h"

#include "base/check.h"

#include <inttypes.h>

static const char *type_name(enum open_metrics_type type) {
    switch (type) {
    case OPEN_METRICS_COUNTER:
        return "counter";
    case OPEN_METRICS_GAUGE:
        return "gauge";
    case OPEN_METRICS_INFO:
        return "info";
    }
    CHECK(false);
}

/** What follows the family's name in the name of a series. */
static const char *suffix_of(enum open_metrics_type type) {
    switch (type) {
    case OPEN_METRICS_COUNTER:
        return "_total";
    case OPEN_METRICS_GAUGE:
        return "";
    case OPEN_METRICS_INFO:
        return "_info";
    }
    CHECK(false);
}

void open_metrics_family(struct open_metrics *metrics, enum open_metrics_type type,
                         const char *name, const char *help) {
    metrics->type = type;
    metrics->family = name;
    fprintf(metrics->out, "# TYPE %s %s\n# HELP %s %s\n", name, type_name(type), name, help);
}

void open_metrics_begin(struct open_metrics *metrics) {
    CHECK(metrics->family != NULL);
    fputs(metrics->family, metrics->out);
    fputs(suffix_of(metrics->type), metrics->out);
    metrics->has_labels = false;
}

static void begin_label(struct open_metrics *metrics, const char *name) {
    fputc(metrics->has_labels ? ',' : '{', metrics->out);
    fputs(name, metrics->out);
    fputs("=\"", metrics->out);
    metrics->has_labels = true;
}

void open_metrics_label(struct open_metrics *metrics, const char *name, const char *value) {
    begin_label(metrics, name);
    for (const char *at = value; *at != '\0'; at++) {
        if (*at == '\n') {
            fputs("\\n", metrics->out);
            continue;
        }
        if (*at == '"' || *at == '\\') {
            fputc('\\', metrics->out);
        }
        fputc(*at, metrics->out);
    }
    fputc('"', metrics->out);
}

void open_metrics_label_number(struct open_metrics *metrics, const char *name, uint64_t value) {
    begin_label(metrics, name);
    fprintf(metrics->out, "%" PRIu64 "\"", value);
}

static const char *end_of_labels(const struct open_metrics *metrics) {
    return metrics->has_labels ? "} " : " ";
}

void open_metrics_count(struct open_metrics *metrics, uint64_t value) {
    fprintf(metrics->out, "%s%" PRIu64 "\n", end_of_labels(metrics), value);
}

void open_metrics_level(struct open_metrics *metrics, int64_t value) {
    CHECK(metrics->type == OPEN_METRICS_GAUGE);
    fprintf(metrics->out, "%s%" PRId64 "\n", end_of_labels(metrics), value);
}

void open_metrics_end(struct open_metrics *metrics) {
    fputs("# EOF\n", metrics->out);
    metrics->family = NULL;
}
