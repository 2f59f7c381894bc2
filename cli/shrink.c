#include "cli/shrink.h"

#include "base/check.h"
#include "base/hash.h"
#include "cli/command.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/result_place.h"
#include "cli/standard_options.h"
#include "trace/digest.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/** Runs the original, and sees that it fails. */
static bool run_original(struct shrink *shrink) {
    if (!outcome_run(shrink->original, &shrink->options->limits, &shrink->first,
                     &shrink->failure)) {
        return false;
    }
    shrink->runs = 1;
    shrink->last = shrink->first;
    if (shrink->first.kind == OUTCOME_REFUSED) {
        return failure_bad_input(&shrink->failure, "%s", shrink->first.text);
    }
    if (!outcome_is_failure(&shrink->first)) {
        return failure_bad_input(&shrink->failure,
                                 "nothing to shrink: at seed %" PRIu64 " %s; gossim hunt looks for "
                                 "seeds that fail",
                                 shrink->original->seed,
                                 shrink->original->expectation_count == 0
                                     ? "the run ends well, and the scenario has no `expect`"
                                     : "all expectations are met");
    }
    return true;
}

/** Settles which of the expectations that failed is to fail. */
static bool choose_failure(struct shrink *shrink) {
    const struct outcome *first = &shrink->first;
    uint32_t wanted = shrink->options->expectation;
    if (wanted > shrink->original->expectation_count) {
        return failure_bad_input(&shrink->failure, "--expectation %" PRIu32 ": there are %" PRIu32,
                                 wanted, shrink->original->expectation_count);
    }
    shrink->key = outcome_key_of(first);
    if (first->failed_count == 0) {
        return wanted == 0 || failure_bad_input(&shrink->failure,
                                                "--expectation %" PRIu32 ": the run fails in "
                                                "another way: %s",
                                                wanted, first->text);
    }
    for (uint32_t i = 0; i < first->failed_count && i < OUTCOME_FAILED_MAX; i++) {
        const struct outcome_failed *failed = &first->failed[i];
        if (wanted == 0 || failed->index + 1 == wanted) {
            shrink->expectation = failed->index + 1;
            shrink->was_defined = failed->defined;
            shrink->key.hash = failed->hash;
            shrink->key.kind = failed->is_invariant ? OUTCOME_INVARIANT : OUTCOME_EXPECTATION;
            return true;
        }
    }
    return failure_bad_input(&shrink->failure,
                             "--expectation %" PRIu32 ": it is met at seed %" PRIu64, wanted,
                             shrink->original->seed);
}

static const char *identify(struct arena *arena, const struct scenario *scenario) {
    size_t size = 0;
    const char *text = scenario_write(arena, scenario, &size);
    XXH128_hash_t hash = XXH3_128bits(text, size);
    char *digest = arena_take(arena, MEMORY_TABLES, DIGEST_TEXT_SIZE);
    digest_write((struct digest){.high = hash.high64, .low = hash.low64}, digest);
    return digest;
}

/** What was reached is written as well as can be, whatever has ended the search. */
static bool finish(struct shrink *shrink, bool done) {
    progress_say(&shrink->progress, NULL);
    if (done) {
        return shrink_write(shrink, true);
    }
    bool interrupted = interrupt_seen();
    struct failure failure = shrink->failure;
    if (interrupted && shrink->successes > 0 && shrink_write(shrink, true)) {
        failure_running(&failure, "interrupted; the smallest so far is in %.200s", shrink->file);
    }
    shrink->failure = failure;
    return false;
}

bool shrink_scenario(const struct shrink_options *options, const struct scenario *scenario,
                     const char *file, json_t **json, struct failure *failure) {
    struct shrink *shrink = calloc(1, sizeof *shrink);
    if (shrink == NULL) {
        return failure_running(failure, "out of memory");
    }
    struct arena *scratch = arena_create(NULL);
    struct scenario alone = *scenario;
    alone.sweep = NULL;
    *shrink = (struct shrink){
        .options = options,
        .original = &alone,
        .original_digest = identify(scratch, &alone),
        .file = file,
        .best = &alone,
    };
    FILE *out = options->json ? stderr : stdout;
    progress_start(&shrink->progress, 1);
    bool ok =
        run_original(shrink) && choose_failure(shrink) &&
        (shrink->expectation == 0 || reduce_room_of(&shrink->room, &alone, &shrink->failure)) &&
        shrink_find_cures(shrink);
    if (ok) {
        if (!options->quiet) {
            shrink_print_start(shrink, out);
        }
        ok = files_make_folder_of(file, &shrink->failure) &&
             finish(shrink,
                    shrink_write(shrink, false) && shrink_do_passes(shrink) &&
                        (shrink->spent || (shrink_name_cures(shrink) && shrink_explain(shrink))));
    }
    if (ok && options->json) {
        *json = shrink_json(shrink);
    } else if (ok) {
        shrink_print_end(shrink, out);
    }
    *failure = shrink->failure;
    arena_destroy(shrink->arena);
    arena_destroy(scratch);
    free(shrink->notes);
    free(shrink);
    return ok;
}

static bool name_file(const struct shrink_options *options, const struct scenario *scenario,
                      char **file) {
    if (options->out != NULL) {
        *file = strdup(options->out);
        return *file != NULL;
    }
    char *folder = result_place(scenario, &options->request, "shrink");
    bool named = folder != NULL && asprintf(file, "%s/shrunk.yaml", folder) >= 0;
    *file = named ? *file : NULL;
    free(folder);
    return named;
}

static int carry_out(const struct shrink_options *options, const struct scenario *scenario) {
    char *file = NULL;
    struct failure failure;
    load_note_sweep(&options->request, scenario);
    interrupt_watch();
    json_t *json = NULL;
    bool ok = name_file(options, scenario, &file)
                  ? shrink_scenario(options, scenario, file, &json, &failure)
                  : failure_running(&failure, "out of memory");
    free(file);
    if (ok && options->json) {
        ok = (json != NULL && json_dumpf(json, stdout, JSON_INDENT(2)) == 0 && puts("") >= 0) ||
             failure_running(&failure, "cannot write to standard output: %s", strerror(errno));
    }
    json_decref(json);
    if (ok) {
        return standard_output_end();
    }
    bool bad_input = failure.kind == FAILURE_BAD_INPUT;
    if (bad_input) {
        load_name_file(&options->request, &failure);
    }
    fputs("gossim: ", stderr);
    failure_print(&failure, stderr);
    return bad_input ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

int command_shrink(int argument_count, char **arguments) {
    struct shrink_options options;
    if (!shrink_options_parse(&options, argument_count, arguments)) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_end_at_once();
    struct arena *arena = arena_create(NULL);
    const struct scenario *scenario = load_scenario(arena, &options.request);
    int status = scenario == NULL ? EXIT_STATUS_BAD_INPUT : carry_out(&options, scenario);
    arena_destroy(arena);
    return status;
}
