#include "cli/bench.h"

#include "cli/bench_figure.h"
#include "cli/command.h"
#include "cli/embedded.h"
#include "cli/interrupt.h"
#include "cli/progress.h"
#include "cli/result_folder.h"
#include "cli/standard_options.h"

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OPEN_FOLDERS_MAX = 16 };

struct bench_command {
    struct bench_options options;
    struct bench bench;
    struct result_folder results;
    struct progress progress;
    struct failure failure;
    uint32_t done; // runs
    bool own_folder;
    char folder[sizeof "/tmp/gossim-bench-XXXXXX"];
};

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static bool make_folder(struct bench_command *command) {
    if (command->options.folder != NULL) {
        command->bench.folder = command->options.folder;
        return mkdir(command->options.folder, 0777) == 0 || errno == EEXIST ||
               failure_running(&command->failure, "cannot make '%s': %s", command->options.folder,
                               strerror(errno));
    }
    snprintf(command->folder, sizeof command->folder, "/tmp/gossim-bench-XXXXXX");
    command->own_folder = mkdtemp(command->folder) != NULL;
    command->bench.folder = command->folder;
    return command->own_folder ||
           failure_running(&command->failure,
                           "cannot make a folder in /tmp: %s (--folder names another)",
                           strerror(errno));
}

/** Puts W where the runs read it. */
static bool write_scenario(struct bench_command *command) {
    size_t size = 0;
    const char *text = embedded_text(command->bench.arena, "w", &size);
    const char *path = bench_path(&command->bench, "w.yaml");
    FILE *file = fopen(path, "w");
    bool ok = file != NULL && fwrite(text, 1, size, file) == size;
    ok = file != NULL && fclose(file) == 0 && ok;
    return ok || failure_running(&command->failure, "cannot write '%s': %s", path, strerror(errno));
}

static void say(struct bench_command *command, const struct bench_case *which, const char *what) {
    char line[160];
    snprintf(line, sizeof line, "%s: %s, %" PRIu32 " of %" PRIu32 " runs done", which->name, what,
             command->done, command->bench.sample_count);
    progress_say(&command->progress, line);
}

static bool has_peers(const struct bench *bench) {
    return bench->contestants[bench->contestant_count - 1].is_peer;
}

/** Runs of one program on one case are the same, or something is wrong with it. */
static bool compare(struct bench_command *command, const struct bench_case *which, uint32_t who,
                    uint32_t round) {
    const struct bench_sample *first = bench_sample_of(&command->bench, which, who, 0);
    const struct bench_sample *now = bench_sample_of(&command->bench, which, who, round);
    bool same = strcmp(first->digest, now->digest) == 0 &&
                first->counts.events == now->counts.events &&
                first->counts.deliveries == now->counts.deliveries;
    return same || failure_running(&command->failure, "'%s' does not do the same in all rounds",
                                   command->bench.contestants[who].name);
}

static bool run_round(struct bench_command *command, const struct bench_case *which,
                      uint32_t round) {
    struct bench *bench = &command->bench;
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        uint32_t index = which->first_sample + round * bench->contestant_count + who;
        say(command, which, bench->contestants[who].name);
        // A run that replaces a result removes it, which would be paid by the program behind the
        // one that has left most.
        nftw(bench_path(bench, "out"), remove_entry, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
        if (!bench_run(bench, which, who, &bench->samples[index], &command->failure)) {
            progress_say(&command->progress, NULL);
            fputs("gossim: a run failed; it is repeated by\n  ", stderr);
            bench_print_command(bench, which, who, stderr);
            fputs(command->own_folder ? "\n  once --folder keeps its files\n" : "\n", stderr);
            return false;
        }
        command->done++;
        if (!compare(command, which, who, round)) {
            return false;
        }
    }
    return true;
}

static bool run_case(struct bench_command *command, const struct bench_case *which) {
    const char *path = NULL;
    if (has_peers(&command->bench)) {
        char name[64];
        snprintf(name, sizeof name, "w%" PRIu32 "-%" PRIu64 ".txt", which->nodes, which->seed);
        path = bench_path(&command->bench, name);
        say(command, which, "drawing the network");
        if (!bench_workload_write(&command->bench, which, path, &command->failure)) {
            return false;
        }
    }
    bool ok = true;
    for (uint32_t round = 0; ok && round < which->rounds; round++) {
        ok = run_round(command, which, round);
    }
    if (path != NULL && command->own_folder) {
        unlink(path);
    }
    return ok;
}

static bool run_cases(struct bench_command *command) {
    struct bench *bench = &command->bench;
    progress_start(&command->progress, 1);
    getloadavg(&bench->load_before, 1);
    bool ok = true;
    for (uint32_t i = 0; ok && i < bench->case_count; i++) {
        ok = run_case(command, &bench->cases[i]);
    }
    getloadavg(&bench->load_after, 1);
    progress_say(&command->progress, NULL);
    return ok;
}

static bool write_summary(const void *context, FILE *out) {
    const struct bench_command *command = context;
    return bench_write_json(&command->bench, out);
}

/** Leaves the folder of results, if it is wanted. */
static bool leave_results(struct bench_command *command) {
    if (command->options.out == NULL) {
        return true;
    }
    struct result_folder *results = &command->results;
    bool drawn = command->options.table != BENCH_GROWTH ||
                 bench_draw_growth(&command->bench, results->hidden, &command->failure);
    return drawn &&
           result_folder_write(results, RESULT_FOLDER_MARK, write_summary, command,
                               &command->failure) &&
           result_folder_publish(results, &command->failure);
}

static bool measure(struct bench_command *command) {
    interrupt_watch();
    bool ok = bench_lay_out(&command->bench, &command->failure) &&
              (command->options.out == NULL ||
               result_folder_open(&command->results, command->options.out, &command->failure)) &&
              make_folder(command) && write_scenario(command) && run_cases(command) &&
              leave_results(command);
    if (ok && !command->options.json) {
        bench_print(&command->bench, stdout);
    }
    if (ok && command->options.json) {
        ok = bench_write_json(&command->bench, stdout);
    }
    result_folder_abandon(&command->results);
    if (command->own_folder) {
        nftw(command->folder, remove_entry, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
    }
    return ok;
}

static int status_of(struct bench_command *command) {
    if (measure(command)) {
        return standard_output_end();
    }
    fputs("gossim: ", stderr);
    failure_print(&command->failure, stderr);
    return command->failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
}

int command_bench(int argument_count, char **arguments) {
    struct bench_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (bench_options_parse(&command->options, argument_count, arguments)) {
        command->bench.options = &command->options;
        command->bench.arena = arena_create(NULL);
        status = status_of(command);
        arena_destroy(command->bench.arena);
    }
    free(command);
    return status;
}
