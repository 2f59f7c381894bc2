#include "cli/ablate.h"
#include "cli/version.h"

#include <inttypes.h>
#include <jansson.h>

static json_t *json_figure(bool defined, double value) {
    return defined ? json_real(value) : json_null();
}

static json_t *json_sample(const struct sample *sample) {
    bool has_interval = sample_has_interval(sample);
    json_t *object = json_object();
    json_object_set_new(object, "count", json_integer(sample->count));
    json_object_set_new(object, "mean", json_figure(sample->count > 0, sample->mean));
    json_object_set_new(object, "low",
                        json_figure(has_interval, sample->mean - sample->half_width));
    json_object_set_new(object, "high",
                        json_figure(has_interval, sample->mean + sample->half_width));
    return object;
}

static json_t *json_difference(const struct paired_difference *difference) {
    json_t *object = json_sample(&difference->sample);
    bool tested = difference->sample.count >= 2;
    json_object_set_new(object, "p_value", json_figure(tested, difference->p_value));
    json_object_set_new(object, "clear", json_boolean(difference->clear));
    json_object_set_new(object, "clear_in_family", json_boolean(difference->clear_in_family));
    return object;
}

/** Names as in a summary: what is measured and its unit. */
static void set_figure(json_t *object, enum ablation_figure figure, json_t *value) {
    char key[64];
    snprintf(key, sizeof key, "%s%s", ablation_figures[figure].name,
             ablation_figures[figure].suffix);
    json_object_set_new(object, key, value);
}

static json_t *json_profile(const struct ablation *ablation, struct arena *arena,
                            uint32_t variant) {
    json_t *object = json_object();
    json_object_set_new(object, "profile",
                        json_string(variant == 0 ? ablation->specification : ablation->all));
    for (enum ablation_figure figure = 0; figure < ABLATION_FIGURE_COUNT; figure++) {
        struct sample sample = ablation_sample(ablation, arena, variant, figure);
        set_figure(object, figure, json_sample(&sample));
    }
    return object;
}

static json_t *json_variant(const struct ablation *ablation,
                            const struct ablation_variant *variant) {
    static const char *const changes[] = {"none", "all", "repaired", "added"};
    json_t *object = json_object();
    json_object_set_new(object, "base",
                        json_string(variant->base == 0 ? ablation->specification : ablation->all));
    json_object_set_new(object, "change", json_string(changes[variant->change]));
    if (variant->change != ABLATION_ALL) {
        const struct ablation_quirk *quirk = &ablation->quirks[variant->quirk];
        json_object_set_new(object, "quirk", json_string(quirk->name));
        json_object_set_new(object, "number", json_string(quirk->number));
    }
    json_object_set_new(object, "does_something", json_boolean(variant->does_something));
    for (enum ablation_figure figure = 0; variant->does_something && figure < ABLATION_FIGURE_COUNT;
         figure++) {
        set_figure(object, figure, json_difference(&variant->differences[figure]));
    }
    return object;
}

bool ablate_write_json(const struct ablation *ablation, struct arena *arena, FILE *out) {
    json_t *object = json_object();
    char method[ABLATION_METHOD_SIZE];
    json_object_set_new(object, "seeds", json_integer(ablation->seed_count));
    json_object_set_new(object, "runs",
                        json_integer((json_int_t)ablation->variant_count * ablation->seed_count));
    json_object_set_new(object, "family", json_integer(ablation->family));
    json_object_set_new(object, "method", json_string(ablation_method(ablation, method)));
    json_t *bases = json_array();
    json_array_append_new(bases, json_profile(ablation, arena, 0));
    json_array_append_new(bases, json_profile(ablation, arena, 1));
    json_object_set_new(object, "profiles", bases);
    json_t *differences = json_array();
    for (uint32_t i = 1; i < ablation->variant_count; i++) {
        json_array_append_new(differences, json_variant(ablation, &ablation->variants[i]));
    }
    json_object_set_new(object, "differences", differences);
    // Seeds reach further than the integers of jansson, and names need no escapes.
    bool written =
        fprintf(out,
                "{\n  \"gossim\": \"%s\",\n  \"scenario\": \"%s\",\n  \"first_seed\": %" PRIu64 ",",
                GOSSIM_VERSION, ablation->scenario, ablation->first_seed) > 0 &&
        json_dumpf(object, out, JSON_EMBED | JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
    json_decref(object);
    return written && fputs("}\n", out) != EOF;
}
