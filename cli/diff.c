#include "cli/command.h"
#include "cli/diff_options.h"
#include "cli/diff_output.h"
#include "cli/diff_side.h"
#include "cli/diff_traces.h"
#include "cli/interrupt.h"
#include "cli/standard_options.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)DIFF_SIDES == (int)PARTING_SIDES, "both are two");

/** One call of the command. */
struct diff_command {
    struct diff_options options;
    struct arena *arena;
    struct diff_side sides[DIFF_SIDES];
    struct parting parting;
    struct parting_rule rule;
};

static bool go_on(void *context) {
    (void)context;
    return !interrupt_seen();
}

/** Two folders of runs with one digest: there is nothing to run again. */
static bool are_one_run(const struct diff_command *command) {
    const struct diff_side *sides = command->sides;
    return sides[0].digest[0] != '\0' && strcmp(sides[0].digest, sides[1].digest) == 0;
}

/** Whether the runs of folders can be repeated, so that what is shown is theirs. */
static bool can_repeat(const struct diff_command *command) {
    bool ok = true;
    for (uint32_t i = 0; i < DIFF_SIDES; i++) {
        const struct diff_side *side = &command->sides[i];
        if (side->digest[0] != '\0' && !diff_side_repeats(side)) {
            fprintf(stderr,
                    "gossim: %s: this gossim does not come to the digest of the run, %s: it was "
                    "made by another one\n",
                    side->given, side->digest);
            ok = false;
        }
    }
    return ok;
}

/** What is left to do with runs that cannot be repeated. */
static int compare_traces(struct diff_command *command) {
    struct diff_traces traces = {.before = command->options.before};
    for (uint32_t i = 0; i < DIFF_SIDES; i++) {
        const struct diff_side *side = &command->sides[i];
        if (side->digest[0] == '\0') {
            fprintf(stderr, "gossim: %s has no trace of such a run to compare\n", side->given);
            return EXIT_STATUS_FAILED;
        }
        traces.paths[i] = diff_side_trace(side, command->arena);
        traces.names[i] = side->given;
    }
    fputs("gossim: so the traces are compared, which know neither draws nor states\n", stderr);
    struct failure failure;
    bool same = false;
    if (!diff_traces(&traces, stdout, &same, &failure)) {
        fputs("gossim: ", stderr);
        failure_print(&failure, stderr);
        return failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
    }
    return same ? EXIT_STATUS_DONE : EXIT_STATUS_UNEXPECTED;
}

static bool find(struct diff_command *command) {
    const struct scenario *const scenarios[DIFF_SIDES] = {command->sides[0].scenario,
                                                          command->sides[1].scenario};
    const struct parting_options options = {
        .scope = command->options.routers[0] != NULL ? PARTING_BY_RPCS : PARTING_BY_EVENTS,
        .ties = {command->sides[0].ties, command->sides[1].ties},
        .go_on = go_on,
    };
    struct failure failure;
    if (!parting_find(command->arena, scenarios, &options, &command->parting, &failure)) {
        fputs("gossim: ", stderr);
        load_print_failure(command->sides[command->parting.failed].request, &failure);
        return false;
    }
    return true;
}

static int tell(struct diff_command *command) {
    bool ruled = command->options.routers[0] != NULL;
    const struct parting *parting = &command->parting;
    const struct scenario *const scenarios[DIFF_SIDES] = {command->sides[0].scenario,
                                                          command->sides[1].scenario};
    if (parting->kind == PARTING_NONE && parting->interrupted) {
        fputs(interrupt_seen() ? "gossim: interrupted\n"
                               : "gossim: time stands still in both before they part\n",
              stderr);
        return EXIT_STATUS_FAILED;
    }
    if (ruled && parting->kind != PARTING_NONE) {
        const enum ties ties[] = {command->sides[0].ties, command->sides[1].ties};
        parting_find_rule(scenarios, ties, parting->alike, &command->rule);
    }
    const struct diff_report report = {
        .sides = {&command->sides[0], &command->sides[1]},
        .parting = parting,
        .rule = ruled && parting->kind != PARTING_NONE ? &command->rule : NULL,
        .before = command->options.before,
        .by_rpcs = ruled,
    };
    if (command->options.json) {
        diff_print_json(&report, command->arena, stdout);
    } else {
        diff_print(&report, command->arena, stdout);
    }
    return parting->kind == PARTING_NONE ? EXIT_STATUS_DONE : EXIT_STATUS_UNEXPECTED;
}

static int compare(struct diff_command *command) {
    for (uint32_t i = 0; i < DIFF_SIDES; i++) {
        struct load_request *request = &command->options.requests[i];
        if (!diff_side_load(&command->sides[i], command->arena, request,
                            command->options.ties[i])) {
            return EXIT_STATUS_BAD_INPUT;
        }
    }
    if (are_one_run(command) && !command->options.json) {
        printf("the same run: digest %s\n", command->sides[0].digest);
        return EXIT_STATUS_DONE;
    }
    if (!can_repeat(command)) {
        return compare_traces(command);
    }
    interrupt_watch();
    return find(command) ? tell(command) : EXIT_STATUS_BAD_INPUT;
}

int command_diff(int argument_count, char **arguments) {
    struct diff_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (diff_options_parse(&command->options, argument_count, arguments)) {
        command->arena = arena_create(NULL);
        status = compare(command);
        arena_destroy(command->arena);
        int ended = standard_output_end();
        status = ended == EXIT_STATUS_DONE ? status : ended;
    }
    free(command);
    return status;
}
