/**
 * Text in the OpenMetrics format, as Prometheus reads it.
 *
 *     # TYPE gossim_deliveries counter        one family: type and help,
 *     # HELP gossim_deliveries ...
 *     gossim_deliveries_total{node="3"} 7     then its series, each with labels and a value
 *     ...
 *     # EOF                                   at the end
 *
 * The series of a family stand together. Errors are those of the stream: whoever closes it looks.
 *
 * Source: OpenMetrics 1.0, "Text format".
 */
#ifndef GOSSIM_SCENARIOS_OPEN_METRICS_H
#define GOSSIM_SCENARIOS_OPEN_METRICS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum open_metrics_type { OPEN_METRICS_COUNTER, OPEN_METRICS_GAUGE, OPEN_METRICS_INFO };

struct open_metrics {
    FILE *out;
    const char *family; // name of the present one
    enum open_metrics_type type;
    bool has_labels; // the present series has some already
};

/** Begins a family. `name` lives as long as the family; a counter's is without `_total`. */
void open_metrics_family(struct open_metrics *metrics, enum open_metrics_type type,
                         const char *name, const char *help);

/* One series: begin, its labels, then its value. */

void open_metrics_begin(struct open_metrics *metrics);

/** A label; the value may be any text in UTF-8. */
void open_metrics_label(struct open_metrics *metrics, const char *name, const char *value);

void open_metrics_label_number(struct open_metrics *metrics, const char *name, uint64_t value);

void open_metrics_count(struct open_metrics *metrics, uint64_t value);

/** The value of a gauge. */
void open_metrics_level(struct open_metrics *metrics, int64_t value);

/** Nothing may follow. */
void open_metrics_end(struct open_metrics *metrics);

#endif
