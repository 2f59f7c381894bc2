#include "base/check.h"
#include "cli/compare.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/progress.h"
#include "cli/shell_text.h"
#include "scenarios/foresight.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/** The runs of both scenarios, seed by seed: A, B, A, B, … */
struct compare_runs {
    struct compare_data *data;
    const struct compare_options *options;
    struct progress progress;
};

/** A side's scenario at a seed, without its sweep. */
static bool make_request(const struct compare_options *options, uint32_t side, uint64_t seed,
                         char text[24], struct load_request *request) {
    *request = options->sides[side];
    snprintf(text, 24, "%" PRIu64, seed);
    return load_add_seed(request, text) &&
           load_add(request, (struct scenario_override){.path = "sweep", .value = "{}"});
}

/** What comes from the process of a run. */
struct compare_run {
    struct sweep_run run;
    struct latency_steps steps;
};

static bool run_one(void *context, uint32_t index, void *result, struct failure *failure) {
    const struct compare_runs *runs = context;
    struct load_request request;
    struct compare_run *run = result;
    struct latency_steps *steps = runs->options->out != NULL ? &run->steps : NULL;
    char seed[24];
    return make_request(runs->options, index % 2, runs->data->first_seed + index / 2, seed,
                        &request)
               ? sweep_simulate_steps(&request, &run->run, steps, failure)
               : failure_running(failure, "it takes too many overrides");
}

/** Keeps a result; refuses two seeds that gave one run, which are no two replicates. */
static bool finish_one(void *context, uint32_t index, const void *result, struct failure *failure) {
    const struct compare_runs *runs = context;
    struct compare_data *data = runs->data;
    struct sweep_run *of_side = data->runs + (size_t)(index % 2) * data->pairs;
    const struct compare_run *run = result;
    memcpy(&of_side[index / 2], &run->run, sizeof *of_side);
    if (data->steps != NULL) {
        memcpy(&data->steps[(size_t)(index % 2) * data->pairs + index / 2], &run->steps,
               sizeof run->steps);
    }
    const struct digest *own = &of_side[index / 2].records;
    for (uint32_t i = 0; i < data->pairs; i++) {
        const struct digest *other = &of_side[i].records;
        bool there = other->high != 0 || other->low != 0;
        if (i != index / 2 && there && other->high == own->high && other->low == own->low) {
            return failure_bad_input(failure,
                                     "two replicates are one run: seeds %" PRIu64 " and %" PRIu64
                                     " gave the same records in %s; nothing in the scenario "
                                     "depends on its seed, so replicates say nothing",
                                     data->first_seed + i, data->first_seed + index / 2,
                                     index % 2 == 0 ? "A" : "B");
        }
    }
    return true;
}

static void show_progress(void *context, uint32_t done) {
    struct compare_runs *runs = context;
    double elapsed_s = progress_elapsed_s(&runs->progress);
    if (!runs->progress.shown || elapsed_s - runs->progress.printed_s < 0.1) {
        return;
    }
    char line[96];
    snprintf(line, sizeof line, "%" PRIu32 " of %" PRIu32 " runs, %.1f s", done,
             2 * runs->data->pairs, elapsed_s);
    runs->progress.printed_s = elapsed_s;
    progress_say(&runs->progress, line);
}

/** Says which run failed and how to repeat it. */
static void explain_run(const struct compare_runs *runs, uint32_t index) {
    struct load_request request;
    char seed[24];
    uint64_t at = runs->data->first_seed + index / 2;
    fprintf(stderr, "gossim: the run of %s at seed %" PRIu64 " failed; it is repeated by\n  ",
            index % 2 == 0 ? "A" : "B", at);
    if (make_request(runs->options, index % 2, at, seed, &request)) {
        shell_print_run(&request, stderr);
    }
    fputc('\n', stderr);
}

/** A file with its settings, for people. */
static char *title_of(const struct load_request *request, struct arena *arena) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    CHECK(out != NULL);
    fputs(request->path, out);
    for (uint32_t i = 0; i < request->override_count; i++) {
        const struct scenario_override *override = &request->overrides[i];
        if (strcmp(override->path, "seed") != 0) {
            fprintf(out, " %s=%s", override->path, override->value);
        }
    }
    fclose(out);
    char *kept = arena_copy_text(arena, MEMORY_TABLES, text);
    free(text);
    return kept;
}

/** Reads both scenarios: what is wrong with either is known before the first run. */
static bool read_both(struct compare_data *data, const struct compare_options *options,
                      struct arena *arena, bool *explained, struct failure *failure) {
    for (uint32_t side = 0; side < 2; side++) {
        const struct load_request *request = &options->sides[side];
        const struct scenario *scenario = load_scenario(arena, request);
        bool sound = scenario != NULL && foresight_check(scenario, failure);
        if (!sound) {
            if (scenario != NULL) {
                load_print_failure(request, failure);
            }
            failure->kind = FAILURE_BAD_INPUT;
            *explained = true;
            return false;
        }
        data->titles[side] = title_of(request, arena);
        data->scenarios[side] =
            arena_copy_text(arena, MEMORY_TABLES, scenario_write(arena, scenario, NULL));
        if (side == 0) {
            data->scenario = arena_copy_text(arena, MEMORY_TABLES, scenario->name);
            data->first_seed = scenario->seed;
        }
    }
    return data->first_seed <= UINT64_MAX - (data->pairs - 1) ||
           failure_bad_input(failure,
                             "--seeds %" PRIu32 ": there are fewer seeds from %" PRIu64 " on",
                             data->pairs, data->first_seed);
}

bool compare_simulate(struct compare_data *data, const struct compare_options *options,
                      struct arena *arena, bool *explained, struct failure *failure) {
    data->pairs = options->seeds > 0 ? options->seeds : COMPARE_SEEDS_USUAL;
    if (!read_both(data, options, arena, explained, failure)) {
        return false;
    }
    data->runs =
        arena_take_array(arena, MEMORY_TABLES, (size_t)2 * data->pairs, sizeof *data->runs);
    if (options->out != NULL) {
        data->steps =
            arena_take_array(arena, MEMORY_TABLES, (size_t)2 * data->pairs, sizeof *data->steps);
    }
    struct compare_runs runs = {.data = data, .options = options};
    struct jobs jobs = {
        .count = 2 * data->pairs,
        .parallel = options->jobs,
        .result_size = sizeof(struct compare_run),
        .run = run_one,
        .finished = finish_one,
        .progress = show_progress,
        .context = &runs,
    };
    uint32_t failed = 0;
    interrupt_watch();
    progress_start(&runs.progress, 1);
    bool ok = jobs_run(&jobs, &failed, failure);
    progress_say(&runs.progress, NULL);
    if (!ok && failed < jobs.count) {
        explain_run(&runs, failed);
    }
    return ok;
}
