#include "cli/sweep.h"

#include "base/check.h"
#include "base/hash.h"
#include "cli/progress.h"
#include "cli/shell_text.h"
#include "scenarios/run.h"

#include <inttypes.h>
#include <string.h>

enum { SEED_TEXT_SIZE = 24 };

uint64_t sweep_seed_of(const struct sweep_study *study, uint32_t run) {
    return study->scenario->seed + sweep_replicate_of(study, run);
}

struct digest sweep_hash(const char *text) {
    XXH128_hash_t hash = XXH3_128bits(text, strlen(text));
    return (struct digest){.high = hash.high64, .low = hash.low64};
}

struct digest sweep_plan(const struct sweep_study *study) {
    XXH3_state_t state;
    XXH3_128bits_reset(&state);
    XXH3_128bits_update(&state, &study->identity, sizeof study->identity);
    XXH3_128bits_update(&state, study->hashes, study->points.count * sizeof *study->hashes);
    XXH3_128bits_update(&state, &study->repeat, sizeof study->repeat);
    XXH128_hash_t hash = XXH3_128bits_digest(&state);
    return (struct digest){.high = hash.high64, .low = hash.low64};
}

bool sweep_add_settings(struct load_request *request, const struct sweep_study *study,
                        uint32_t point) {
    struct scenario_override settings[SWEEP_PARAMETERS_MAX + 1];
    uint32_t count = sweep_settings(&study->points, point, settings);
    for (uint32_t i = 0; i < count; i++) {
        if (!load_add(request, settings[i])) {
            return false;
        }
    }
    return true;
}

void sweep_begin_request(struct load_request *request, const struct sweep_study *study) {
    *request = *study->request;
    request->override_count = 0;
    for (uint32_t i = 0; i < study->request->override_count; i++) {
        const struct scenario_override *override = &study->request->overrides[i];
        if (strcmp(override->path, "sweep") != 0 && strncmp(override->path, "sweep.", 6) != 0) {
            request->overrides[request->override_count++] = *override;
        }
    }
}

static bool make_request(struct load_request *request, const struct sweep_study *study,
                         uint32_t run, char seed[SEED_TEXT_SIZE]) {
    snprintf(seed, SEED_TEXT_SIZE, "%" PRIu64, sweep_seed_of(study, run));
    sweep_begin_request(request, study);
    return sweep_add_settings(request, study, sweep_point_of(study, run)) &&
           load_add_seed(request, seed);
}

static void take_figures(struct sweep_run *result, const struct summary *summary) {
    result->expectations = summary->scenario->expectation_count;
    result->failed_expectations = summary->failed_expectations;
    for (uint32_t figure = 0; figure < SWEEP_COLUMN_COUNT; figure++) {
        result->figures[figure] = sweep_figure_of(summary, figure);
    }
    sweep_figures_derive(result->figures);
}

static bool simulate(const struct load_request *request, enum ties ties, struct sweep_run *result,
                     struct latency_steps *steps, struct failure *failure) {
    struct progress progress;
    progress_start(&progress, 1);
    struct arena *arena = arena_create(NULL);
    const struct scenario *scenario = load_scenario(arena, request);
    struct run_options options = {.level = TRACE_LEVEL_NONE, .ties = ties};
    struct fleet *fleet = NULL;
    if (scenario == NULL) {
        failure_bad_input(failure, "its scenario cannot be loaded");
    } else {
        result->scenario = sweep_hash(scenario_write(arena, scenario, NULL));
        fleet = run_build(arena, scenario, &options, failure);
        load_name_file(request, failure);
    }
    bool ok = fleet != NULL;
    struct run_result found;
    if (ok) {
        run_through(&found, fleet, NULL);
        ok = run_was_alive(&found, failure);
    }
    if (ok) {
        struct summary summary;
        summary_init(&summary, arena, scenario, &found, (struct summary_machine){0});
        result->digest = found.digest;
        result->records = found.records;
        take_figures(result, &summary);
        if (steps != NULL) {
            latency_steps_count(steps, found.latencies_ns, found.counts.expected_deliveries);
        }
        result->wall_s = progress_elapsed_s(&progress);
    }
    arena_destroy(arena);
    return ok;
}

bool sweep_simulate_request(const struct load_request *request, struct sweep_run *result,
                            struct failure *failure) {
    return simulate(request, TIES_FIRST, result, NULL, failure);
}

bool sweep_simulate_steps(const struct load_request *request, struct sweep_run *result,
                          struct latency_steps *steps, struct failure *failure) {
    return simulate(request, TIES_FIRST, result, steps, failure);
}

bool sweep_simulate_tied(const struct load_request *request, enum ties ties,
                         struct sweep_run *result, struct failure *failure) {
    return simulate(request, ties, result, NULL, failure);
}

bool sweep_simulate(const struct sweep_study *study, uint32_t run, struct sweep_run *result,
                    struct failure *failure) {
    struct load_request request;
    char seed[SEED_TEXT_SIZE];
    return make_request(&request, study, run, seed)
               ? sweep_simulate_request(&request, result, failure)
               : failure_running(failure, "it takes too many overrides");
}

void sweep_print_command(const struct sweep_study *study, uint32_t run, FILE *out) {
    struct load_request request;
    char seed[SEED_TEXT_SIZE];
    if (make_request(&request, study, run, seed)) {
        shell_print_run(&request, out);
    }
}
