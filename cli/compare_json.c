#include "cli/compare.h"

#include "analysis/comparison_text.h"
#include "cli/json_words.h"
#include "cli/version.h"

#include <inttypes.h>
#include <jansson.h>

static json_t *number(bool defined, double value) {
    return defined ? json_real(value) : json_null();
}

static json_t *interval(bool known, double low, double high) {
    return known ? json_pack("[f, f]", low, high) : json_null();
}

/** A value by seed, null where it is undefined. */
static json_t *values(const struct figure_value *of_side, uint32_t pairs) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < pairs; i++) {
        json_array_append_new(list, number(of_side[i].defined, of_side[i].value));
    }
    return list;
}

static json_t *figure_object(const struct comparison *comparison,
                             const struct comparison_figure *figure) {
    char text[COMPARISON_TEXT_SIZE];
    const struct paired_difference *difference = &figure->difference;
    const struct sample *sample = &difference->sample;
    double together = figure->together_half_width;
    bool unknown = figure->verdict == COMPARISON_UNKNOWN;
    json_t *object = json_object();
    json_object_set_new(object, "pairs", json_integer(sample->count));
    json_object_set_new(object, "a", number(figure->a_sample.count > 0, figure->a_sample.mean));
    json_object_set_new(object, "b", number(figure->b_sample.count > 0, figure->b_sample.mean));
    json_object_set_new(object, "difference", number(sample->count > 0, sample->mean));
    json_object_set_new(object, "deviation", number(sample->count >= 2, sample->deviation));
    json_object_set_new(object, "interval",
                        interval(difference->has_interval, sample->mean - sample->half_width,
                                 sample->mean + sample->half_width));
    json_object_set_new(
        object, "interval_together",
        interval(difference->has_interval, sample->mean - together, sample->mean + together));
    json_object_set_new(object, "relative", number(figure->has_relative, figure->relative));
    json_object_set_new(
        object, "relative_interval",
        interval(figure->has_relative_interval, figure->relative_low, figure->relative_high));
    json_object_set_new(object, "p_value", number(sample->count >= 2, difference->p_value));
    json_object_set_new(object, "clear_in_family", json_boolean(difference->clear_in_family));
    json_object_set_new(object, "margin", number(figure->margin_size > 0, figure->margin_size));
    json_object_set_new(object, "equivalence_p_value",
                        number(figure->margin_size > 0, figure->equivalence_p_value));
    json_object_set_new(object, "detectable",
                        number(unknown && figure->detectable > 0, figure->detectable));
    json_object_set_new(object, "wanted", number(unknown && figure->wanted > 0, figure->wanted));
    json_object_set_new(object, "more_replicates",
                        unknown && figure->more > 0 ? json_integer(figure->more) : json_null());
    json_object_set_new(object, "verdict", json_string(comparison_verdict_name(figure->verdict)));
    json_object_set_new(object, "sentence",
                        json_string(comparison_figure_text(comparison, figure, text)));
    json_object_set_new(object, "a_values", values(figure->a, comparison->pairs));
    json_object_set_new(object, "b_values", values(figure->b, comparison->pairs));
    return object;
}

/** Which runs were compared: seeds as text, as they reach further than the integers of jansson. */
static json_t *runs_of(const struct comparison *comparison, const struct compare_data *data) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < comparison->pairs; i++) {
        char seed[24];
        char digests[2][DIGEST_TEXT_SIZE];
        json_t *run = json_object();
        snprintf(seed, sizeof seed, "%" PRIu64, comparison->first_seed + i);
        json_object_set_new(run, "seed", json_string(seed));
        json_object_set_new(run, "a_digest",
                            json_string(digest_write(data->runs[i].digest, digests[0])));
        json_object_set_new(
            run, "b_digest",
            json_string(digest_write(data->runs[data->pairs + i].digest, digests[1])));
        json_object_set_new(run, "a_failed", json_boolean(comparison->a_failed[i]));
        json_object_set_new(run, "b_failed", json_boolean(comparison->b_failed[i]));
        json_array_append_new(list, run);
    }
    return list;
}

bool compare_write_json(const struct comparison *comparison, const struct compare_data *data,
                        FILE *out) {
    char text[COMPARISON_TEXT_SIZE];
    json_t *object = json_object();
    json_t *figures = json_object();
    json_object_set_new(object, "scenario", json_string(data->scenario));
    json_object_set_new(object, "a", json_path(data->titles[0]));
    json_object_set_new(object, "b", json_path(data->titles[1]));
    json_object_set_new(object, "pairs", json_integer(comparison->pairs));
    json_object_set_new(object, "same_runs", json_integer(comparison->same_runs));
    json_object_set_new(object, "confidence", json_real(comparison->confidence));
    json_object_set_new(object, "power", json_real(comparison->power));
    json_object_set_new(object, "family", json_integer(comparison->family));
    json_object_set_new(object, "outcome",
                        json_string(comparison_outcome_name(comparison->outcome)));
    json_object_set_new(object, "verdict", json_string(comparison_text(comparison, text)));
    json_object_set_new(object, "failed_in_a_alone", json_integer(comparison->only_a_failed));
    json_object_set_new(object, "failed_in_b_alone", json_integer(comparison->only_b_failed));
    json_object_set_new(object, "failed_in_both", json_integer(comparison->both_failed));
    json_object_set_new(object, "failure_p_value", json_real(comparison->failure_p_value));
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        json_object_set_new(figures, comparison->figures[i].name,
                            figure_object(comparison, &comparison->figures[i]));
    }
    json_object_set_new(object, "figures", figures);
    json_object_set_new(object, "method", json_string(comparison_method(comparison, text)));
    json_object_set_new(object, "runs", runs_of(comparison, data));
    // Seeds reach further than the integers of jansson.
    bool written =
        fprintf(out, "{\n  \"gossim\": \"%s\",\n  \"first_seed\": %" PRIu64 ",", GOSSIM_VERSION,
                comparison->first_seed) > 0 &&
        json_dumpf(object, out, JSON_EMBED | JSON_INDENT(2) | JSON_REAL_PRECISION(17)) == 0;
    json_decref(object);
    return written && fputs("}\n", out) != EOF;
}
