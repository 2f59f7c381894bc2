#include "cli/json_words.h"
#include "cli/search.h"
#include "cli/sweep_json.h"
#include "cli/version.h"

#include <inttypes.h>

static json_t *values_of(const struct search_report *report, uint32_t value) {
    return value == VALUE_NONE ? json_null()
                               : sweep_json_values(report->study, report->points[value]);
}

static const char *outcome_name(enum value_outcome outcome) {
    static const char *const names[] = {
        [VALUE_FOUND] = "found",  [VALUE_FIRST] = "first",        [VALUE_ALL] = "all",
        [VALUE_NOWHERE] = "none", [VALUE_IN_DOUBT] = "undecided",
    };
    return names[outcome];
}

static json_t *steps_of(const struct search_report *report) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < report->step_count; i++) {
        const struct search_step *step = &report->steps[i];
        json_t *object = json_object();
        json_object_set_new(object, "values", values_of(report, step->value));
        json_object_set_new(object, "runs", json_integer(step->runs));
        json_object_set_new(object, "met", json_integer(step->met));
        json_object_set_new(object, "verdict", json_string(search_verdict_name(step->verdict)));
        json_array_append_new(list, object);
    }
    return list;
}

/** How many values there are, and how many of them were tried. */
static void set_range(const struct search_report *report, json_t *object) {
    const char *end = search_unreached(report);
    json_object_set_new(object, "all", json_boolean(report->options->all));
    json_object_set_new(object, "values", json_integer(report->search.count));
    json_object_set_new(object, "tried", json_integer(report->search.tried));
    json_object_set_new(object, "tries_max", json_integer(report->tries));
    json_object_set_new(object, "unreached", end == NULL ? json_null() : json_string(end));
}

bool search_write_json(const struct search_report *report, FILE *out) {
    char text[SEARCH_TEXT_SIZE];
    const struct search_options *options = report->options;
    json_t *object = json_object();
    json_object_set_new(object, "find", json_string(options->largest ? "max" : "min"));
    json_object_set_new(object, "share", json_real(options->share));
    json_object_set_new(object, "confidence", json_real(options->confidence));
    json_object_set_new(object, "max_repeat", json_integer(options->max_repeat));
    set_range(report, object);
    json_object_set_new(object, "steps", steps_of(report));
    json_object_set_new(object, "outcome", json_string(outcome_name(report->result.outcome)));
    json_object_set_new(object, "answer", values_of(report, report->result.answer));
    json_object_set_new(object, "known_fails", values_of(report, report->result.known_fails));
    json_object_set_new(object, "not_monotone", json_boolean(report->result.not_monotone));
    json_object_set_new(object, "last_fails", values_of(report, report->result.last_fails));
    json_object_set_new(object, "meets_again", values_of(report, report->result.holds_again));
    json_object_set_new(object, "assumes_monotone", json_boolean(search_infers(report)));
    json_object_set_new(object, "tries_used_up", json_boolean(report->result.stopped));
    json_object_set_new(object, "sentence", json_string(search_sentence(report, text)));
    json_object_set_new(object, "basis", json_string(search_basis(report, text)));
    json_object_set_new(object, "database", json_path(report->place));
    // Seeds reach further than the integers of jansson, and names need no escapes.
    bool written =
        fprintf(out,
                "{\n  \"gossim\": \"%s\",\n  \"scenario\": \"%s\",\n  \"first_seed\": %" PRIu64 ",",
                GOSSIM_VERSION, report->study->scenario->name, report->study->scenario->seed) > 0 &&
        json_dumpf(object, out, JSON_EMBED | JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0;
    json_decref(object);
    return written && fputs("}\n", out) != EOF;
}
