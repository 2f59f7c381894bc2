#include "cli/step.h"

#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/standard_options.h"
#include "cli/step_console.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_SEED = 1000, KEY_SET, KEY_TIES, KEY_HISTORY, SCRIPTS_MAX = 256 };

struct step_options {
    struct load_request request;
    const char *scripts[SCRIPTS_MAX]; // [script_count] of -e
    uint32_t script_count;
    const char *history;
    enum ties ties;
};

static const struct argp_option option_table[] = {
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the seed, instead of the scenario's"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "ties",
     .key = KEY_TIES,
     .arg = "ORDER",
     .doc = "of what happens at one instant: first (usual), last or shuffled"},
    {.name = "execute",
     .key = 'e',
     .arg = "COMMANDS",
     .doc = "do these, separated by ; and end: `until 5s; node 17`. May be repeated"},
    {.name = "history",
     .key = KEY_HISTORY,
     .arg = "FILE",
     .doc = "begin with the lines of this file, and add those of the session to it"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct step_options *options = state->input;
    switch (key) {
    case KEY_SEED:
        return load_add_seed(&options->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_TIES:
        if (!ties_find(argument, &options->ties)) {
            argp_error(state, "--ties %s: give first, last or shuffled", argument);
        }
        return 0;
    case KEY_HISTORY:
        options->history = argument;
        return 0;
    case 'e':
        if (options->script_count == SCRIPTS_MAX) {
            argp_error(state, "-e: at most %d", (int)SCRIPTS_MAX);
        }
        options->scripts[options->script_count++] = argument;
        return 0;
    default:
        return load_parse_file(&options->request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc =
        "Go through a run event by event, forward and back, and look at what nodes know, what "
        "waits and what was drawn."
        "\vCommands are typed, or come from -e or standard input, where the first that cannot be "
        "done ends the session with exit status 2. `help` lists them.",
};

/** Whether no further command is to be done. */
static bool is_over(const struct step_session *session) {
    return session->ended || session->interrupted;
}

/** Does the commands of a text, which are separated by semicolons. `line` is its number in the
 * input; 0: it has none. */
static bool do_text(struct step_session *session, const char *text, uint64_t line) {
    char *copy = strdup(text);
    char *rest = copy;
    bool ok = copy != NULL;
    for (char *part = NULL; ok && !is_over(session) && (part = strsep(&rest, ";")) != NULL;) {
        ok = step_do(session, part);
        if (!ok) {
            fflush(stdout);
            fputs("gossim: ", stderr);
            if (line > 0) {
                fprintf(stderr, "line %" PRIu64 ": ", line);
            }
            fprintf(stderr, "%.*s: %s\n", (int)strlen(part), part + strspn(part, " \t"),
                    session->why);
        }
    }
    free(copy);
    return ok;
}

static int do_scripts(struct step_session *session, const struct step_options *options) {
    for (uint32_t i = 0; i < options->script_count && !is_over(session); i++) {
        if (!do_text(session, options->scripts[i], 0)) {
            return EXIT_STATUS_BAD_INPUT;
        }
    }
    return session->interrupted ? EXIT_STATUS_FAILED : EXIT_STATUS_DONE;
}

/** Lines that nobody types. */
static int do_input(struct step_session *session) {
    char *line = NULL;
    size_t size = 0;
    bool ok = true;
    for (uint64_t number = 1; ok && !is_over(session) && getline(&line, &size, stdin) >= 0;
         number++) {
        line[strcspn(line, "\n")] = '\0';
        ok = do_text(session, line, number);
    }
    int reason = errno;
    free(line);
    if (!ok) {
        return EXIT_STATUS_BAD_INPUT;
    }
    if (ferror(stdin) && !interrupt_seen()) {
        fprintf(stderr, "gossim: cannot read standard input: %s\n", strerror(reason));
        return EXIT_STATUS_FAILED;
    }
    return session->interrupted || interrupt_seen() ? EXIT_STATUS_FAILED : EXIT_STATUS_DONE;
}

static int converse(struct step_session *session, const struct step_options *options) {
    printf("%s, seed %llu; `help` lists commands\n", session->world.scenario->name,
           (unsigned long long)session->world.scenario->seed);
    step_print_where(session);
    step_console_begin(options->history);
    while (!session->ended) {
        fflush(stdout);
        interrupt_forget();
        char *line = step_console_read();
        if (line == NULL && interrupt_typed()) {
            putchar('\n'); // what was typed is dropped, as shells do
            continue;
        }
        if (line == NULL) {
            putchar('\n');
            break;
        }
        interrupt_forget();
        session->interrupted = false; // of a script that would be the end
        do_text(session, line, 0);
        fflush(stdout);
        free(line);
    }
    if (!step_console_end(options->history)) {
        fprintf(stderr, "gossim: %s: %s\n", options->history, strerror(errno));
        return EXIT_STATUS_FAILED;
    }
    return EXIT_STATUS_DONE;
}

static int step(struct step_session *session, const struct step_options *options) {
    struct arena *arena = arena_create(NULL);
    struct failure failure;
    const struct scenario *scenario = load_scenario(arena, &options->request);
    int status = EXIT_STATUS_BAD_INPUT;
    if (scenario == NULL) {
        arena_destroy(arena);
        return status;
    }
    if (!step_world_open(&session->world, scenario, options->ties, &failure)) {
        fputs("gossim: ", stderr);
        load_print_failure(&options->request, &failure);
    } else {
        interrupt_watch();
        status = options->script_count > 0 ? do_scripts(session, options)
                 : isatty(STDIN_FILENO)    ? converse(session, options)
                                           : do_input(session);
    }
    step_world_close(&session->world);
    arena_destroy(arena);
    return status;
}

int command_step(int argument_count, char **arguments) {
    struct step_options *options = calloc(1, sizeof *options);
    struct step_session *session = calloc(1, sizeof *session);
    int status = EXIT_STATUS_BAD_INPUT;
    if (options == NULL || session == NULL) {
        fputs("gossim: out of memory\n", stderr);
        status = EXIT_STATUS_FAILED;
    } else if (standard_parse(&argp, argument_count, arguments, options) == 0) {
        status = step(session, options);
        int ended = standard_output_end();
        status = ended == EXIT_STATUS_DONE ? status : ended;
    }
    free(session);
    free(options);
    return status;
}
