#include "cli/sweep_json.h"

#include "analysis/stopping.h"
#include "cli/json_words.h"
#include "cli/version.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static json_t *json_value(const char *text) {
    size_t digits = strspn(text, "0123456789");
    bool whole = digits > 0 && text[digits] == '\0' && digits < 18;
    size_t behind = text[digits] == '.' ? strspn(text + digits + 1, "0123456789") : 0;
    bool real = digits > 0 && behind > 0 && text[digits + 1 + behind] == '\0';
    if (whole) {
        return json_integer(strtoll(text, NULL, 10));
    }
    return real ? json_real(strtod(text, NULL)) : json_string(text);
}

json_t *sweep_json_values(const struct sweep_study *study, uint32_t point) {
    json_t *object = json_object();
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        json_object_set_new(object, study->points.sweep->parameters[i].path,
                            json_value(sweep_value(&study->points, point, i)));
    }
    return object;
}

json_t *sweep_json_unreached(const struct sweep_study *study) {
    json_t *object = json_object();
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        const struct sweep_parameter *parameter = &study->points.sweep->parameters[i];
        if (parameter->unreached != NULL) {
            json_object_set_new(object, parameter->path, json_value(parameter->unreached));
        }
    }
    return object;
}

static json_t *json_number(bool defined, double value) {
    return defined ? json_real(value) : json_null();
}

static json_t *json_cell(const struct replicates *cell) {
    const struct sample *sample = &cell->sample;
    bool has_values = sample->count > 0;
    bool has_interval = sample_has_interval(sample);
    json_t *object = json_object();
    json_object_set_new(object, "count", json_integer(sample->count));
    json_object_set_new(object, "mean", json_number(has_values, sample->mean));
    json_object_set_new(object, "low",
                        json_number(has_interval, sample->mean - sample->half_width));
    json_object_set_new(object, "high",
                        json_number(has_interval, sample->mean + sample->half_width));
    json_object_set_new(object, "same", json_boolean(sample->same));
    json_object_set_new(object, "deviation", json_number(sample->count >= 2, sample->deviation));
    json_object_set_new(object, "median", json_number(has_values, cell->median));
    json_object_set_new(object, "median_low",
                        json_number(cell->has_median_interval, cell->median_low));
    json_object_set_new(object, "median_high",
                        json_number(cell->has_median_interval, cell->median_high));
    json_object_set_new(object, "bootstrap_low",
                        json_number(cell->has_bootstrap, cell->bootstrap_low));
    json_object_set_new(object, "bootstrap_high",
                        json_number(cell->has_bootstrap, cell->bootstrap_high));
    return object;
}

static json_t *json_until(const struct scenario_sweep *sweep) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < sweep->until_count; i++) {
        json_array_append_new(list, json_string(sweep->until[i].text));
    }
    return list;
}

static json_t *json_point(const struct sweep_table *table, uint32_t point) {
    char hash[DIGEST_TEXT_SIZE];
    char column[SWEEP_COLUMN_SIZE];
    const struct sweep_knowledge *known = &table->known[point];
    json_t *object = json_object();
    json_t *figures = json_object();
    json_object_set_new(object, "point", json_integer(point + 1));
    json_object_set_new(object, "values", sweep_json_values(table->study, point));
    json_object_set_new(object, "scenario_hash",
                        json_string(digest_write(table->study->hashes[point], hash)));
    json_object_set_new(object, "replicates", json_integer(table->study->wanted[point]));
    json_object_set_new(object, "known", json_boolean(known->enough));
    json_object_set_new(
        object, "others_at_most",
        json_number(known->equal > 0, known->equal > 0 ? stopping_others_share(known->equal) : 0));
    for (uint32_t i = 0; i < table->figures->count; i++) {
        json_object_set_new(figures, sweep_figure_column(table->figures->shown[i], column),
                            json_cell(sweep_cell(table, point, i)));
    }
    json_object_set_new(object, "figures", figures);
    return object;
}

bool sweep_write_json(const struct sweep_table *table, FILE *out) {
    const struct sweep_study *study = table->study;
    char hash[DIGEST_TEXT_SIZE];
    json_t *object = json_object();
    json_t *points = json_array();
    json_object_set_new(object, "scenario_hash", json_string(digest_write(study->identity, hash)));
    json_object_set_new(object, "repeat", json_integer(study->points.sweep->repeat));
    json_object_set_new(object, "max_repeat", json_integer(study->points.sweep->max_repeat));
    json_object_set_new(object, "until", json_until(study->points.sweep));
    json_object_set_new(object, "confidence", json_real(sweep_confidence(study)));
    json_object_set_new(object, "unreached", sweep_json_unreached(study));
    json_object_set_new(object, "runs", json_integer(table->runs));
    json_object_set_new(object, "runs_before", json_integer(table->runs_before));
    json_object_set_new(object, "runs_with_failed_expectations",
                        json_integer((json_int_t)table->failed_runs));
    json_object_set_new(object, "database", json_path(table->place));
    for (uint32_t point = 0; point < study->points.count; point++) {
        json_array_append_new(points, json_point(table, point));
    }
    json_object_set_new(object, "points", points);
    // Seeds reach further than the integers of jansson, and names need no escapes.
    bool written =
        fprintf(out,
                "{\n  \"gossim\": \"%s\",\n  \"scenario\": \"%s\",\n  \"first_seed\": %" PRIu64 ",",
                GOSSIM_VERSION, study->scenario->name, study->scenario->seed) > 0 &&
        json_dumpf(object, out, JSON_EMBED | JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0;
    json_decref(object);
    return written && fputs("}\n", out) != EOF;
}
