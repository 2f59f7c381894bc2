#include "base/check.h"
#include "cli/ablate.h"
#include "cli/shell_text.h"
#include "cli/summary.h"
#include "router/profile.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/** The figures of merit under their names in a summary, in the order of enum ablation_figure. */
static const enum metric metrics[ABLATION_FIGURE_COUNT] = {
    METRIC_DELIVERY_RATIO,
    METRIC_LATENCY_P50,
    METRIC_LATENCY_P95,
    METRIC_LATENCY_P99,
    METRIC_DUPLICATES_PER_DELIVERY,
    METRIC_BYTES_SENT_TOTAL,
    METRIC_ONE_SIDED_MESH_LINKS,
};

const struct profile *ablate_specification(void) {
    const struct profile *profile = profile_find(PROFILE_DEFAULT, strlen(PROFILE_DEFAULT));
    CHECK(profile != NULL);
    return profile;
}

const struct profile *ablate_all(void) {
    size_t index = 0;
    while (!profiles[index].is_2020) {
        index++;
        CHECK(index < profile_count);
    }
    return &profiles[index];
}

/** Sets one quirk, or several with plus signs between them. */
static void write_quirks(char setting[ABLATE_SETTING_SIZE], const char *names, bool on) {
    int size = snprintf(setting, ABLATE_SETTING_SIZE, "router.quirks={");
    for (const char *name = names; *name != '\0';) {
        int length = (int)strcspn(name, "+");
        size += snprintf(setting + size, (size_t)(ABLATE_SETTING_SIZE - size), "%s%.*s: %s",
                         name == names ? "" : ", ", length, name, on ? "true" : "false");
        CHECK(size < ABLATE_SETTING_SIZE - 1);
        name += length;
        name += *name == '+' ? 1 : 0;
    }
    snprintf(setting + size, (size_t)(ABLATE_SETTING_SIZE - size), "}");
}

struct ablate_settings ablate_settings_of(const struct ablation *ablation, uint32_t index) {
    const struct ablation_variant *variant = &ablation->variants[index / ablation->seed_count];
    bool of_all = variant->change == ABLATION_ALL || variant->change == ABLATION_REPAIRED;
    bool flips = variant->change == ABLATION_REPAIRED || variant->change == ABLATION_ADDED;
    struct ablate_settings settings;
    snprintf(settings.texts[0], ABLATE_SETTING_SIZE, "router.profile=%s",
             of_all ? ablation->all : ablation->specification);
    write_quirks(settings.texts[1], flips ? ablation->quirks[variant->quirk].name : "", !of_all);
    snprintf(settings.texts[2], ABLATE_SETTING_SIZE, "seed=%" PRIu64,
             ablation->first_seed + index % ablation->seed_count);
    return settings;
}

bool ablate_simulate(const struct ablation *ablation, const struct load_request *request,
                     uint32_t index, struct ablation_run *run, struct failure *failure) {
    struct ablate_settings settings = ablate_settings_of(ablation, index);
    struct load_request own = *request;
    for (int i = 0; i < ABLATE_SETTINGS; i++) {
        if (!load_add_set(&own, settings.texts[i])) {
            return failure_running(failure, "it takes too many overrides");
        }
    }
    struct arena *arena = arena_create(NULL);
    const struct scenario *scenario = load_scenario(arena, &own);
    struct run_options options = {.level = TRACE_LEVEL_NONE};
    struct fleet *fleet = NULL;
    if (scenario == NULL) {
        failure_running(failure, "its scenario cannot be loaded");
    } else {
        fleet = run_build(arena, scenario, &options, failure);
    }
    bool ok = fleet != NULL;
    if (!ok) {
        load_name_file(request, failure);
    }
    struct run_result result;
    if (ok) {
        run_through(&result, fleet, NULL);
        ok = run_was_alive(&result, failure);
    }
    if (ok) {
        struct summary summary;
        summary_init(&summary, arena, scenario, &result, (struct summary_machine){0});
        run->digest = result.digest;
        for (uint32_t i = 0; i < ABLATION_FIGURE_COUNT; i++) {
            struct figure_value *figure = &run->figures[i];
            figure->defined = summary_metric(&summary, metrics[i], &figure->value);
            figure->value = figure->defined ? figure->value : 0;
        }
    }
    arena_destroy(arena);
    return ok;
}

void ablate_print_command(const struct ablation *ablation, const struct load_request *request,
                          uint32_t index, FILE *out) {
    fputs("gossim run ", out);
    shell_print_quoted(request->path, out);
    for (uint32_t i = 0; i < request->override_count; i++) {
        fputs(" --set ", out);
        shell_print_quoted(request->overrides[i].path, out);
        fputc('=', out);
        shell_print_quoted(request->overrides[i].value, out);
    }
    struct ablate_settings settings = ablate_settings_of(ablation, index);
    for (int i = 0; i < ABLATE_SETTINGS; i++) {
        fputs(" --set ", out);
        shell_print_quoted(settings.texts[i], out);
    }
}

void ablate_print_variant(const struct ablation *ablation, const struct ablation_variant *variant,
                          FILE *out) {
    bool of_all = variant->change == ABLATION_ALL || variant->change == ABLATION_REPAIRED;
    fputs(of_all ? ablation->all : ablation->specification, out);
    if (variant->change == ABLATION_REPAIRED || variant->change == ABLATION_ADDED) {
        fprintf(out, " with %s %s", ablation->quirks[variant->quirk].name,
                of_all ? "repaired" : "added");
    }
}
