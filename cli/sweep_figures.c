#include "cli/sweep_figures.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

static const char control_share[] = "control_share";
static const char bytes_per_delivery[] = "bytes_per_delivery";

const char *sweep_figure_name(uint32_t figure) {
    CHECK(figure < SWEEP_FIGURE_COUNT);
    return figure == SWEEP_CONTROL_SHARE        ? control_share
           : figure == SWEEP_BYTES_PER_DELIVERY ? bytes_per_delivery
                                                : metric_path((enum metric)figure);
}

enum metric_unit sweep_figure_unit(uint32_t figure) {
    CHECK(figure < SWEEP_FIGURE_COUNT);
    return figure == SWEEP_CONTROL_SHARE        ? METRIC_RATIO
           : figure == SWEEP_BYTES_PER_DELIVERY ? METRIC_BYTES
                                                : metric_unit_of((enum metric)figure);
}

struct figure_unit sweep_figure_shown_in(uint32_t figure, double largest) {
    switch (sweep_figure_unit(figure)) {
    case METRIC_DURATION:
        return figure_duration_unit((int64_t)largest);
    case METRIC_BYTES:
        return figure_size_unit(largest);
    case METRIC_COUNT_UNIT:
    case METRIC_MEAN:
    case METRIC_RATIO:
        break;
    }
    return (struct figure_unit){"", 1};
}

bool sweep_figure_is_percentile(uint32_t figure) {
    return figure == METRIC_LATENCY_P50 || figure == METRIC_LATENCY_P90 ||
           figure == METRIC_LATENCY_P95 || figure == METRIC_LATENCY_P99;
}

const char *sweep_figure_column(uint32_t figure, char *out) {
    bool timed = sweep_figure_unit(figure) == METRIC_DURATION;
    int size =
        snprintf(out, SWEEP_COLUMN_SIZE, "%s%s", sweep_figure_name(figure), timed ? "_ns" : "");
    CHECK(size < SWEEP_COLUMN_SIZE);
    for (char *at = out; *at != '\0'; at++) {
        *at = *at == '.' ? '_' : *at;
    }
    return out;
}

const char *sweep_figure_expression(uint32_t figure, char *out) {
    if (figure == SWEEP_BYTES_PER_DELIVERY) {
        snprintf(out, SWEEP_COLUMN_SIZE, "bytes_sent_total * 1.0 / nullif(deliveries, 0)");
        return out;
    }
    return sweep_figure_column(figure, out);
}

static bool is_name(const char *name, size_t size, const char *wanted) {
    return size == strlen(wanted) && memcmp(name, wanted, size) == 0;
}

uint32_t sweep_figure_find(const char *name, size_t size) {
    if (is_name(name, size, control_share)) {
        return SWEEP_CONTROL_SHARE;
    }
    if (is_name(name, size, bytes_per_delivery)) {
        return SWEEP_BYTES_PER_DELIVERY;
    }
    enum metric metric = metric_find(name, size);
    return metric == METRIC_COUNT ? SWEEP_FIGURE_COUNT : metric;
}

const char *sweep_figure_nearest(const char *name, size_t size) {
    bool control = size >= 3 && strncmp(name, control_share, 3) == 0;
    bool bytes = size >= 7 && strncmp(name, bytes_per_delivery, 7) == 0;
    return control ? control_share
           : bytes ? bytes_per_delivery
                   : metric_path(metric_nearest(name, size));
}

struct figure_value sweep_figure_of(const struct summary *summary, uint32_t figure) {
    struct figure_value value = {.defined = false};
    CHECK(figure < SWEEP_COLUMN_COUNT);
    if (figure != SWEEP_CONTROL_SHARE) {
        value.defined = summary_metric(summary, (enum metric)figure, &value.value);
    } else {
        double control = 0;
        double total = 0;
        value.defined = summary_metric(summary, METRIC_BYTES_SENT_CONTROL, &control) &&
                        summary_metric(summary, METRIC_BYTES_SENT_TOTAL, &total) && total > 0;
        value.value = value.defined ? control / total : 0;
    }
    value.value = value.defined ? value.value : 0;
    return value;
}

void sweep_figures_derive(struct figure_value figures[SWEEP_FIGURE_COUNT]) {
    struct figure_value bytes = figures[METRIC_BYTES_SENT_TOTAL];
    struct figure_value deliveries = figures[METRIC_DELIVERIES];
    bool defined = bytes.defined && deliveries.defined && deliveries.value > 0;
    figures[SWEEP_BYTES_PER_DELIVERY] = (struct figure_value){
        .defined = defined, .value = defined ? bytes.value / deliveries.value : 0};
}

void sweep_figures_settle(struct sweep_figures *figures) {
    static const uint32_t usual[] = {
        METRIC_DELIVERY_RATIO,          METRIC_LATENCY_P50,      METRIC_LATENCY_P99,
        METRIC_DUPLICATES_PER_DELIVERY, METRIC_BYTES_SENT_TOTAL, SWEEP_CONTROL_SHARE,
    };
    if (figures->count == 0) {
        memcpy(figures->shown, usual, sizeof usual);
        figures->count = sizeof usual / sizeof usual[0];
    }
}
