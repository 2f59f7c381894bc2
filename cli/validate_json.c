#include "cli/validate.h"
#include "cli/version.h"

#include <inttypes.h>
#include <jansson.h>

static json_t *json_figure(bool defined, double value) {
    return defined ? json_real(value) : json_null();
}

static json_t *json_settings(const struct validate_setup *setup) {
    json_t *settings = json_array();
    for (int i = 0; i < VALIDATE_SETTINGS && setup->settings[i] != NULL; i++) {
        json_array_append_new(settings, json_string(setup->settings[i]));
    }
    return settings;
}

static json_t *json_outcome(const struct validate_outcome *outcome) {
    const struct validate_row *row = outcome->row;
    const struct sample *ours = &outcome->ours;
    bool has_interval = ours->count >= 2 && !ours->same;
    json_t *object = json_object();
    json_object_set_new(object, "case", json_string(row->name));
    json_object_set_new(object, "figure", json_string(row->figure));
    if (row->rule != VALIDATE_HOLDS) {
        const struct validate_setup *setup = &validate_setups[row->setup];
        json_object_set_new(object, "scenario", json_string(setup->scenario));
        json_object_set_new(object, "set", json_settings(setup));
    }
    json_object_set_new(object, "known", json_real(outcome->known));
    json_object_set_new(object, "known_high",
                        json_figure(row->rule == VALIDATE_BETWEEN, outcome->known_high));
    json_object_set_new(object, "tolerance",
                        json_figure(outcome->tolerance > 0, outcome->tolerance));
    json_object_set_new(object, "ours", json_figure(ours->count > 0, ours->mean));
    json_object_set_new(object, "low", json_figure(has_interval, ours->mean - ours->half_width));
    json_object_set_new(object, "high", json_figure(has_interval, ours->mean + ours->half_width));
    json_object_set_new(object, "runs", json_integer(outcome->runs));
    json_object_set_new(object, "compared", json_integer((json_int_t)outcome->compared));
    json_object_set_new(object, "wrong", json_integer((json_int_t)outcome->wrong));
    json_object_set_new(object, "verdict", json_string(validate_verdict_name(outcome->verdict)));
    return object;
}

bool validate_write_json(const struct validate_plan *plan, const struct validate_outcome *outcomes,
                         uint32_t count, FILE *out) {
    json_t *object = json_object();
    json_object_set_new(object, "seeds", json_integer(plan->seed_count));
    json_object_set_new(object, "runs", json_integer(validate_run_count(plan)));
    json_object_set_new(object, "met", json_boolean(validate_all_met(outcomes, count)));
    json_t *rows = json_array();
    for (uint32_t i = 0; i < count; i++) {
        json_array_append_new(rows, json_outcome(&outcomes[i]));
    }
    json_object_set_new(object, "rows", rows);
    // Seeds reach further than the integers of jansson.
    bool written =
        fprintf(out, "{\n  \"gossim\": \"%s\",\n  \"first_seed\": %" PRIu64 ",", GOSSIM_VERSION,
                plan->first_seed) > 0 &&
        json_dumpf(object, out, JSON_EMBED | JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
    json_decref(object);
    return written && fputs("}\n", out) != EOF;
}
