#include "cli/hunt.h"

#include "analysis/figure_text.h"
#include "base/hash.h"
#include "base/quantity.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/result_file.h"
#include "cli/result_place.h"
#include "cli/shrink.h"
#include "cli/standard_options.h"
#include "cli/version.h"
#include "scenarios/swarm.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define WRITE_EVERY_S 0.1

/** One call of the command. */
struct hunt_command {
    struct hunt_options options;
    struct arena *arena;
    const struct scenario *scenario;
    struct swarm swarm; // with --swarm
    char identity[HUNT_IDENTITY_SIZE];
    char *folder;
    char *file; // failing.yaml
    struct hunt_journal journal;
    uint64_t cursor; // all seeds below it are done, running, or not wanted
    bool at_end;     // the cursor is behind the last seed there is
    uint64_t done;   // of the seeds that were asked for
    uint64_t done_before;
    uint64_t wanted;
    struct progress progress;
    double written_s;
    bool unwritable; // the failure says why
    struct failure failure;
};

/** Whether a finding is of the seeds that were asked for. */
static bool is_asked_for(const struct hunt_command *command, const struct hunt_finding *finding) {
    return seed_set_has(&command->options.seeds, finding->seed);
}

/** The lowest seed that failed; NULL: none did. */
static const struct hunt_finding *lowest_finding(const struct hunt_command *command) {
    for (size_t i = 0; i < command->journal.finding_count; i++) {
        if (is_asked_for(command, &command->journal.findings[i])) {
            return &command->journal.findings[i];
        }
    }
    return NULL;
}

static size_t count_findings(const struct hunt_command *command) {
    size_t count = 0;
    for (size_t i = 0; i < command->journal.finding_count; i++) {
        count += is_asked_for(command, &command->journal.findings[i]) ? 1 : 0;
    }
    return count;
}

/** Whether it is still of interest how a seed ends. */
static bool is_wanted(void *context, uint64_t seed) {
    const struct hunt_command *command = context;
    const struct hunt_finding *lowest = lowest_finding(command);
    return command->options.keep_going || lowest == NULL || seed < lowest->seed;
}

static bool next_seed(void *context, uint64_t *seed) {
    struct hunt_command *command = context;
    if (command->at_end || command->unwritable ||
        !seed_set_next(&command->options.seeds, &command->journal.done, command->cursor, seed) ||
        !is_wanted(command, *seed)) {
        return false;
    }
    command->at_end = *seed == UINT64_MAX;
    command->cursor = *seed + 1;
    return true;
}

/** A seed's scenario of the swarm. */
static bool draw_swarm(const struct hunt_command *command, struct arena *arena, uint64_t seed,
                       struct swarm_draw *draw, struct failure *failure) {
    struct failure_list *failures = arena_take(arena, MEMORY_TABLES, sizeof *failures);
    return swarm_draw(&command->swarm, arena, seed, draw, failures) ||
           failure_bad_input(failure, "the swarm cannot have it so: %s",
                             failures->items[0].message);
}

static const struct scenario *scenario_of(void *context, struct arena *arena, uint64_t seed,
                                          struct failure *failure) {
    const struct hunt_command *command = context;
    if (!command->options.swarm) {
        return scenario_at_seed(arena, command->scenario, seed);
    }
    struct swarm_draw draw;
    return draw_swarm(command, arena, seed, &draw, failure) ? draw.scenario : NULL;
}

static void write_journal(struct hunt_command *command) {
    double now_s = progress_elapsed_s(&command->progress);
    if (!command->unwritable && now_s - command->written_s >= WRITE_EVERY_S) {
        command->written_s = now_s;
        command->unwritable = !hunt_journal_flush(&command->journal, &command->failure);
    }
}

static enum outcome_verdict finish_seed(void *context, uint64_t seed, const struct outcome *outcome,
                                        struct failure *failure) {
    struct hunt_command *command = context;
    if (outcome->kind == OUTCOME_REFUSED) {
        failure_bad_input(failure, "seed %" PRIu64 ": %s", seed, outcome->text);
        load_name_file(&command->options.request, failure);
        return OUTCOME_GIVE_UP;
    }
    if (!hunt_journal_add(&command->journal, seed, outcome, failure)) {
        return OUTCOME_GIVE_UP;
    }
    command->done++;
    return command->unwritable ? OUTCOME_GIVE_UP : OUTCOME_GO_ON;
}

static void print_time_left(double seconds) {
    if (seconds < 120) {
        fprintf(stderr, ", %.0f s left", seconds);
    } else if (seconds < 7200) {
        fprintf(stderr, ", %.0f min left", seconds / 60);
    } else {
        fprintf(stderr, ", %.0f h left", seconds / 3600);
    }
}

static void show_progress(void *context) {
    struct hunt_command *command = context;
    struct progress *progress = &command->progress;
    write_journal(command);
    double elapsed_s = progress_elapsed_s(progress);
    if (!progress->shown || elapsed_s - progress->printed_s < 0.1) {
        return;
    }
    progress->printed_s = elapsed_s;
    double per_s = (double)(command->done - command->done_before) / elapsed_s;
    fprintf(stderr, "\r\033[K%" PRIu64, command->done);
    if (command->wanted < UINT64_MAX) {
        fprintf(stderr, " of %" PRIu64, command->wanted);
    }
    fprintf(stderr, " %s done, %.1f a second, %zu failed, %.0f s",
            figure_noun(command->wanted, "seed", "seeds"), per_s, count_findings(command),
            elapsed_s);
    if (command->wanted < UINT64_MAX && per_s > 0) {
        print_time_left((double)(command->wanted - command->done) / per_s);
    }
}

static void forget_journal(void *context) {
    struct hunt_command *command = context;
    hunt_journal_forget(&command->journal);
}

/** Says what is hunted: what the runs of a journal depend on but for the seed. */
static void identify(struct hunt_command *command) {
    const struct hunt_options *options = &command->options;
    struct arena *scratch = arena_create(NULL);
    size_t size = 0;
    const char *text =
        scenario_write(scratch, scenario_at_seed(scratch, command->scenario, 0), &size);
    XXH128_hash_t hash = XXH3_128bits(text, size);
    char digest[DIGEST_TEXT_SIZE];
    digest_write((struct digest){.high = hash.high64, .low = hash.low64}, digest);
    snprintf(command->identity, sizeof command->identity, "of %s %s %s limits %.3f %" PRIu64 "\n",
             GOSSIM_VERSION, options->swarm ? "swarm" : "scenario", digest, options->limits.cpu_s,
             options->limits.bytes);
    arena_destroy(scratch);
}

static bool name_places(struct hunt_command *command) {
    const char *out = command->options.out;
    command->folder = out != NULL ? strdup(out)
                                  : result_place(command->scenario, &command->options.request,
                                                 command->options.swarm ? "swarm" : "hunt");
    if (command->folder == NULL ||
        asprintf(&command->file, "%s/failing.yaml", command->folder) < 0) {
        command->file = NULL;
        return failure_running(&command->failure, "out of memory");
    }
    return true;
}

static bool do_seeds(struct hunt_command *command) {
    struct outcome_runs runs = {
        .parallel = command->options.jobs,
        .limits = command->options.limits,
        .scenario = scenario_of,
        .next = next_seed,
        .finished = finish_seed,
        .wanted = is_wanted,
        .progress = show_progress,
        .forget = forget_journal,
        .context = command,
    };
    bool ok = outcome_run_many(&runs, &command->failure) && !command->unwritable;
    progress_say(&command->progress, NULL);
    struct failure failure;
    if (!command->unwritable && !hunt_journal_end(&command->journal, &failure) && ok) {
        command->failure = failure;
        return false;
    }
    if (!ok && interrupt_seen() && !command->unwritable) {
        failure_running(&command->failure,
                        "interrupted; what was found out about %" PRIu64
                        " %s is in %.200s, and the same command goes on",
                        command->done, figure_noun(command->done, "seed", "seeds"),
                        command->journal.path);
    }
    return ok;
}

/** Whether a run is worth more than another one: few events, then a low seed. Of one whose events
 * are not known there is no saying. */
static bool is_less(const struct hunt_finding *a, const struct hunt_finding *b) {
    uint64_t a_events = a->events == 0 ? UINT64_MAX : a->events;
    uint64_t b_events = b->events == 0 ? UINT64_MAX : b->events;
    return a_events < b_events || (a_events == b_events && a->seed < b->seed);
}

/** Picks what is told out of what was found: without `keep_going` the lowest seed alone. */
static void choose(const struct hunt_command *command, struct hunt_report *report) {
    const struct hunt_journal *journal = &command->journal;
    struct hunt_finding *told =
        arena_take_array(command->arena, MEMORY_TABLES, journal->finding_count, sizeof *told);
    for (size_t i = 0; i < journal->finding_count; i++) {
        bool enough = !command->options.keep_going && report->finding_count > 0;
        if (is_asked_for(command, &journal->findings[i]) && !enough) {
            told[report->finding_count++] = journal->findings[i];
        }
    }
    report->findings = told;
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->least == NULL || is_less(&told[i], report->least)) {
            report->least = &told[i];
        }
    }
}

/** Says in comments what a swarm has in force. */
static void print_features(const struct swarm_draw *draw, FILE *out) {
    char heal[QUANTITY_TEXT_SIZE];
    char settled[QUANTITY_TEXT_SIZE];
    fputs("# In force:", out);
    for (uint32_t feature = 0; feature < SWARM_FEATURE_COUNT; feature++) {
        if ((draw->features >> feature & 1) != 0) {
            fprintf(out, " %s", swarm_feature_name((enum swarm_feature)feature));
        }
    }
    fprintf(out, ".\n# All faults are over at %s; from %s on everything should work.\n",
            quantity_write_duration(draw->heal_ns, heal),
            quantity_write_duration(draw->settled_ns, settled));
}

/** The scenario of a seed; NULL with a failure. Of a swarm, says what is in force. */
static const struct scenario *scenario_to_keep(const struct hunt_command *command,
                                               struct arena *arena, uint64_t seed, FILE *out,
                                               struct failure *failure) {
    struct swarm_draw draw;
    if (!command->options.swarm) {
        return scenario_at_seed(arena, command->scenario, seed);
    }
    if (!draw_swarm(command, arena, seed, &draw, failure)) {
        return NULL;
    }
    if (out != NULL) {
        print_features(&draw, out);
    }
    return draw.scenario;
}

static bool print_scenario(const struct hunt_command *command, uint64_t seed, FILE *out,
                           struct failure *failure) {
    struct arena *scratch = arena_create(NULL);
    const struct scenario *scenario = scenario_to_keep(command, scratch, seed, out, failure);
    bool ok = scenario != NULL;
    if (ok) {
        struct scenario alone = *scenario;
        alone.sweep = NULL;
        ok = (scenario_print(&alone, out) && fflush(out) == 0) ||
             failure_running(failure, "cannot write the scenario: %s", strerror(errno));
    }
    arena_destroy(scratch);
    return ok;
}

/** Leaves the scenario of the run that is kept, complete. */
static bool keep(const struct hunt_command *command, const struct hunt_report *report,
                 struct failure *failure) {
    const struct hunt_finding *least = report->least;
    struct result_file file = {0};
    char length[HUNT_LENGTH_SIZE];
    if (!result_file_open(&file, command->file, failure)) {
        return false;
    }
    fprintf(file.stream, "# Found by gossim hunt: seed %" PRIu64 ".\n# %s\n#\n#     ", least->seed,
            least->text);
    hunt_print_command(report, file.stream);
    fprintf(file.stream, "\n#\n# %s\n", hunt_length_text(least, length));
    bool ok = print_scenario(command, least->seed, file.stream, failure) &&
              result_file_complete(&file, failure) && result_file_publish(&file, failure);
    result_file_abandon(&file);
    return ok;
}

static bool tell(const struct hunt_command *command, const struct hunt_report *report,
                 struct failure *failure) {
    bool written = true;
    if (command->options.json) {
        written = hunt_write_json(report, stdout);
    } else {
        hunt_print(report, stdout);
    }
    return (written && fflush(stdout) == 0 && ferror(stdout) == 0) ||
           failure_running(failure, "cannot write to standard output: %s", strerror(errno));
}

/** Makes the run that is kept smaller, as `gossim shrink` of its file would. */
static bool shrink_least(const struct hunt_command *command, struct hunt_report *report,
                         struct failure *failure) {
    struct shrink_options options = {
        .request.path = command->file,
        .jobs = command->options.jobs,
        .tries = SHRINK_TRIES_DEFAULT,
        .limits = command->options.limits,
        .json = command->options.json,
        .quiet = command->options.json,
    };
    struct arena *scratch = arena_create(NULL);
    char *file = NULL;
    const struct scenario *scenario =
        scenario_to_keep(command, scratch, report->least->seed, NULL, failure);
    bool ok = scenario != NULL;
    if (ok && asprintf(&file, "%s/shrunk.yaml", command->folder) < 0) {
        file = NULL;
        ok = failure_running(failure, "out of memory");
    }
    ok = ok && shrink_scenario(&options, scenario, file, &report->shrunk, failure);
    free(file);
    arena_destroy(scratch);
    return ok;
}

/** Keeps and tells what was found; makes it smaller before, for JSON, or after. */
static bool report(const struct hunt_command *command, bool *found, struct failure *failure) {
    struct hunt_report report = {
        .options = &command->options,
        .name = command->scenario->name,
        .file = command->file,
        .done = command->done,
        .done_before = command->done_before,
        .wanted = command->wanted,
        .wall_s = progress_elapsed_s(&command->progress),
    };
    choose(command, &report);
    *found = report.finding_count > 0;
    bool shrinks = *found && command->options.shrink && !interrupt_seen();
    bool first = shrinks && command->options.json;
    bool ok = (!*found || keep(command, &report, failure)) &&
              (!first || shrink_least(command, &report, failure)) &&
              tell(command, &report, failure) &&
              (!shrinks || first || shrink_least(command, &report, failure));
    json_decref(report.shrunk);
    return ok;
}

static bool hunt(struct hunt_command *command, bool *found) {
    identify(command);
    interrupt_watch();
    if (!name_places(command) || !hunt_journal_open(&command->journal, command->folder,
                                                    command->identity, &command->failure)) {
        return false;
    }
    command->wanted = seed_set_count(&command->options.seeds);
    command->done_before = seed_set_count_both(&command->options.seeds, &command->journal.done);
    command->done = command->done_before;
    progress_start(&command->progress, 1);
    bool ok = do_seeds(command);
    // A hunt without end is ended by an interruption: that is when to tell what it found.
    if (!ok && interrupt_seen() && lowest_finding(command) != NULL) {
        struct failure another;
        bool told = report(command, found, &another);
        (void)told;
    }
    return ok && report(command, found, &command->failure);
}

/** Looks at what a swarm can be, and says what it cannot. */
static void prepare_swarm(struct hunt_command *command) {
    if (!command->options.swarm) {
        return;
    }
    swarm_init(&command->swarm, command->arena, command->scenario);
    if (!command->swarm.promises_delivery) {
        fprintf(stderr, "gossim: %s: nothing is expected of the time after the faults, as %s\n",
                command->options.request.path, command->swarm.no_promise_why);
    }
}

static int carry_out(struct hunt_command *command) {
    bool found = false;
    bool ok = false;
    prepare_swarm(command);
    if (command->options.print) {
        ok = print_scenario(command, command->options.print_seed, stdout, &command->failure);
    } else {
        load_note_sweep(&command->options.request, command->scenario);
        if (command->scenario->expectation_count == 0 && !command->options.swarm) {
            fprintf(stderr,
                    "gossim: %s has no `expect`: only a standstill or a crash can be found\n",
                    command->options.request.path);
        }
        ok = hunt(command, &found);
    }
    if (ok) {
        return found ? EXIT_STATUS_UNEXPECTED : EXIT_STATUS_DONE;
    }
    fputs("gossim: ", stderr);
    failure_print(&command->failure, stderr);
    return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

int command_hunt(int argument_count, char **arguments) {
    struct hunt_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    command->journal.file = -1;
    if (hunt_options_parse(&command->options, argument_count, arguments)) {
        interrupt_end_at_once();
        command->arena = arena_create(NULL);
        command->scenario = load_scenario(command->arena, &command->options.request);
        if (command->scenario != NULL) {
            status = carry_out(command);
        }
        hunt_journal_close(&command->journal);
        arena_destroy(command->arena);
    }
    hunt_options_finish(&command->options);
    free(command->folder);
    free(command->file);
    free(command);
    return status;
}
