#include "cli/ablate.h"

#include "analysis/ablation_output.h"
#include "analysis/gnuplot.h"
#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/jobs.h"
#include "cli/progress.h"
#include "cli/result_folder.h"
#include "cli/result_place.h"
#include "router/profile.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct ablate_command {
    struct ablate_options options;
    struct arena *arena;
    const struct scenario *scenario; // as specified, at the first seed
    struct ablation ablation;
    uint64_t *sets; // [ablation.quirk_count] of the items that were chosen by name
    struct result_folder folder;
    struct progress progress;
    struct failure failure;
};

static void end_without_memory(void *context, size_t in_use, size_t wanted) {
    struct ablate_command *command = context;
    progress_say(&command->progress, NULL);
    fprintf(stderr, "gossim: out of memory: %zu bytes in use, %zu more wanted\n", in_use, wanted);
    // Removing the folder needs some memory of its own.
    arena_destroy(command->arena);
    result_folder_abandon(&command->folder);
    exit(EXIT_STATUS_FAILED);
}

/** The row of a name or number, or NULL. */
static const struct quirk_row *find_row(const char *word, size_t size) {
    for (size_t i = 0; i < quirk_row_count && size > 0; i++) {
        const struct quirk_row *row = &quirk_rows[i];
        bool named = row->quirk != QUIRK_COUNT && strlen(row->name) == size &&
                     memcmp(row->name, word, size) == 0;
        bool numbered = strlen(row->number) == size && memcmp(row->number, word, size) == 0;
        if (named || numbered) {
            return row;
        }
    }
    return NULL;
}

/** Adds the quirk of a word of the list to the set of an item. */
static bool add_word(struct ablate_command *command, const char *word, int size, uint64_t *set) {
    const struct quirk_row *row = find_row(word, (size_t)size);
    if (row == NULL || row->quirk == QUIRK_COUNT) {
        bool has_reason = row != NULL && row->reason != NULL;
        return failure_bad_input(&command->failure,
                                 "--quirks: \"%.*s\" is no quirk with a switch%s%s%s; allowed: "
                                 "names and numbers that `gossim quirks` lists",
                                 size, word, has_reason ? " (" : "", has_reason ? row->reason : "",
                                 has_reason ? ")" : "");
    }
    if (quirk_in(*set, row->quirk)) {
        return failure_bad_input(&command->failure,
                                 "--quirks: %.*s is %s, which stands twice in one item; allowed: "
                                 "each quirk once",
                                 size, word, row->name);
    }
    *set |= quirk_bit(row->quirk);
    return true;
}

static void add_row(struct ablation *ablation, struct ablation_quirk *quirks,
                    const struct quirk_row *row) {
    quirks[ablation->quirk_count++] = (struct ablation_quirk){
        .name = row->name,
        .number = row->number,
        .in_all = quirk_in(profile_quirks(ablate_all()), row->quirk),
    };
}

/** Items of the same quirks would be the same runs, counted as several tests. */
static bool check_new(struct ablate_command *command, const struct ablation_quirk *quirks,
                      const char *item, uint64_t set) {
    for (uint32_t i = 0; i < command->ablation.quirk_count; i++) {
        if (command->sets[i] == set) {
            return failure_bad_input(&command->failure,
                                     "--quirks: %s is the same as %s, which stands before it; "
                                     "allowed: each item once",
                                     item, quirks[i].name);
        }
    }
    return true;
}

/** Adds an item of the list: a quirk, or several with plus signs between them as one. */
static bool add_item(struct ablate_command *command, struct ablation_quirk *quirks,
                     const char *item) {
    uint64_t set = 0;
    for (const char *word = item; word != NULL; word = strchr(word, '+')) {
        word += *word == '+' && word != item ? 1 : 0;
        if (!add_word(command, word, (int)strcspn(word, "+"), &set)) {
            return false;
        }
    }
    if (!check_new(command, quirks, item, set)) {
        return false;
    }
    command->sets[command->ablation.quirk_count] = set;
    if (strchr(item, '+') == NULL) {
        add_row(&command->ablation, quirks, find_row(item, strlen(item)));
        return true;
    }
    if (strlen(item) > ABLATE_TOGETHER_SIZE) {
        return failure_bad_input(&command->failure,
                                 "--quirks: %s: at most %d bytes of quirks together, which have "
                                 "numbers as well as names",
                                 item, ABLATE_TOGETHER_SIZE);
    }
    bool in_all = (set & ~profile_quirks(ablate_all())) == 0;
    quirks[command->ablation.quirk_count++] =
        (struct ablation_quirk){.name = item, .number = "together", .in_all = in_all};
    return true;
}

/** Adds the items of the list in its order. */
static bool add_list(struct ablate_command *command, struct ablation_quirk *quirks, char *list) {
    for (char *item = list; item != NULL;) {
        char *comma = strchr(item, ',');
        if (comma != NULL) {
            *comma = '\0';
        }
        if (!add_item(command, quirks, item)) {
            return false;
        }
        item = comma == NULL ? NULL : comma + 1;
    }
    return true;
}

/** Fills in the quirks that were chosen, or all. */
static bool choose_quirks(struct ablate_command *command) {
    char *list = command->options.quirks;
    size_t most = quirk_row_count + (list == NULL ? 0 : strlen(list));
    struct ablation_quirk *quirks =
        arena_take_array(command->arena, MEMORY_TABLES, most, sizeof *quirks);
    command->ablation.quirks = quirks;
    command->sets = arena_take_array(command->arena, MEMORY_TABLES, most, sizeof *command->sets);
    if (list != NULL) {
        return add_list(command, quirks, list);
    }
    for (size_t i = 0; i < quirk_row_count; i++) {
        if (quirk_rows[i].quirk != QUIRK_COUNT) {
            add_row(&command->ablation, quirks, &quirk_rows[i]);
        }
    }
    return true;
}

static void show_progress(void *context, uint32_t done) {
    struct ablate_command *command = context;
    double elapsed_s = progress_elapsed_s(&command->progress);
    if (command->progress.shown && elapsed_s - command->progress.printed_s >= 0.1) {
        char line[128];
        uint32_t runs = command->ablation.variant_count * command->ablation.seed_count;
        snprintf(line, sizeof line, "%" PRIu32 " of %" PRIu32 " %s, %.1f s", done, runs,
                 figure_noun(runs, "run", "runs"), elapsed_s);
        command->progress.printed_s = elapsed_s;
        progress_say(&command->progress, line);
    }
}

static bool run_one(void *context, uint32_t index, void *result, struct failure *failure) {
    const struct ablate_command *command = context;
    return ablate_simulate(&command->ablation, &command->options.request, index, result, failure);
}

/** Says which run failed, how to repeat it, and why. */
static void explain(const struct ablate_command *command, uint32_t index) {
    const struct ablation *ablation = &command->ablation;
    fputs("gossim: the run of ", stderr);
    ablate_print_variant(ablation, &ablation->variants[index / ablation->seed_count], stderr);
    fprintf(stderr, " at seed %" PRIu64 " failed; it is repeated by\n  ",
            ablation->first_seed + index % ablation->seed_count);
    ablate_print_command(ablation, &command->options.request, index, stderr);
    fputc('\n', stderr);
}

static bool simulate(struct ablate_command *command) {
    struct ablation *ablation = &command->ablation;
    struct jobs jobs = {
        .count = ablation->variant_count * ablation->seed_count,
        .parallel = command->options.jobs,
        .results = ablation->runs,
        .result_size = sizeof *ablation->runs,
        .run = run_one,
        .progress = show_progress,
        .context = command,
    };
    uint32_t failed = 0;
    progress_start(&command->progress, 1);
    bool ok = jobs_run(&jobs, &failed, &command->failure);
    progress_say(&command->progress, NULL);
    if (!ok && failed < jobs.count) {
        explain(command, failed);
    }
    return ok;
}

static bool write_scenario(const void *context, FILE *out) {
    const struct ablate_command *command = context;
    return scenario_print(command->scenario, out);
}

static bool write_summary(const void *context, FILE *out) {
    const struct ablate_command *command = context;
    return ablate_write_json(&command->ablation, command->arena, out);
}

/** Works out the differences and writes tables and figures. */
static bool analyse(struct ablate_command *command) {
    struct ablation *ablation = &command->ablation;
    const char *folder = command->folder.hidden;
    bool ok = ablation_compare(ablation, command->arena, &command->failure) &&
              ablation_write_tables(ablation, folder, &command->failure);
    if (ok && !command->options.no_figures) {
        progress_say(&command->progress, "drawing figures");
        ok = ablation_draw_figures(ablation, command->arena, folder, &command->failure);
        progress_say(&command->progress, NULL);
    }
    if (interrupt_seen()) {
        return failure_running(&command->failure, "interrupted");
    }
    return ok;
}

static bool print_result(const struct ablate_command *command, const char *place) {
    bool ok = true;
    if (command->options.json) {
        ok = ablate_write_json(&command->ablation, command->arena, stdout);
    } else {
        ablate_print(&command->ablation, command->arena, command->options.all, stdout);
        printf("\nresults  %s\n", place);
    }
    return ok && fflush(stdout) == 0 && ferror(stdout) == 0;
}

static bool open_folder(struct ablate_command *command) {
    const char *out = command->options.out;
    char *place = out != NULL
                      ? strdup(out)
                      : result_place(command->scenario, &command->options.request, "ablation");
    bool ok = place == NULL ? failure_running(&command->failure, "out of memory")
                            : result_folder_open(&command->folder, place, &command->failure);
    free(place);
    return ok;
}

static bool has_gnuplot(struct ablate_command *command) {
    return command->options.no_figures || gnuplot_answers(&command->failure);
}

static bool ablate(struct ablate_command *command) {
    interrupt_watch();
    if (!open_folder(command) || !has_gnuplot(command) || !simulate(command) || !analyse(command) ||
        !result_folder_write(&command->folder, "scenario.yaml", write_scenario, command,
                             &command->failure) ||
        !result_folder_write(&command->folder, RESULT_FOLDER_MARK, write_summary, command,
                             &command->failure)) {
        return false;
    }
    char *place = strdup(command->folder.final);
    bool ok = result_folder_publish(&command->folder, &command->failure);
    if (ok && !print_result(command, place == NULL ? "" : place)) {
        ok = failure_running(&command->failure, "cannot write to standard output: %s",
                             strerror(errno));
    }
    free(place);
    return ok;
}

/** The scenario under a profile, or NULL after its mistakes were printed. */
static const struct scenario *load(struct ablate_command *command, const struct profile *profile) {
    struct load_request request = command->options.request;
    char setting[ABLATE_SETTING_SIZE];
    char quirks[] = "router.quirks={}";
    snprintf(setting, sizeof setting, "router.profile=%s", profile->name);
    if (!load_add_set(&request, setting) || !load_add_set(&request, quirks)) {
        return NULL;
    }
    return load_scenario(command->arena, &request);
}

/** Reads the scenario under both profiles and lays out the runs. False after messages. */
static bool prepare(struct ablate_command *command) {
    command->scenario = load(command, ablate_specification());
    if (command->scenario == NULL || load(command, ablate_all()) == NULL) {
        return false;
    }
    load_note_sweep(&command->options.request, command->scenario);
    struct ablation *ablation = &command->ablation;
    *ablation = (struct ablation){
        .scenario = command->scenario->name,
        .specification = ablate_specification()->name,
        .all = ablate_all()->name,
        .first_seed = command->scenario->seed,
        .seed_count = command->options.seed_count,
    };
    bool ok = choose_quirks(command);
    if (ok && ablation->first_seed > UINT64_MAX - (ablation->seed_count - 1)) {
        ok = failure_bad_input(&command->failure,
                               "--seeds %" PRIu32 ": there are fewer seeds from %" PRIu64 " on",
                               ablation->seed_count, ablation->first_seed);
    }
    if (!ok) {
        fputs("gossim: ", stderr);
        failure_print(&command->failure, stderr);
        return false;
    }
    ablation_lay_out(ablation, command->arena);
    return true;
}

int command_ablate(int argument_count, char **arguments) {
    struct ablate_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (ablate_options_parse(&command->options, argument_count, arguments)) {
        interrupt_end_at_once();
        command->arena = arena_create(
            &(struct arena_options){.exhausted = end_without_memory, .context = command});
        if (prepare(command)) {
            bool ok = ablate(command);
            status = EXIT_STATUS_DONE;
            if (!ok) {
                fputs("gossim: ", stderr);
                failure_print(&command->failure, stderr);
                status = command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT
                                                                    : EXIT_STATUS_FAILED;
            }
            result_folder_abandon(&command->folder);
        }
        arena_destroy(command->arena);
    }
    free(command);
    return status;
}
