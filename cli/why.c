#include "analysis/why_output.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/result_file.h"
#include "cli/result_folder.h"
#include "cli/shell_text.h"
#include "cli/standard_options.h"
#include "cli/trace_source.h"
#include "cli/why_options.h"
#include "cli/why_setting.h"
#include "sim/ties.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** One call of the command. */
struct why_command {
    struct why_options options;
    struct arena *arena;
    struct trace_source source;
    struct why_setting setting;
    struct why_question question;
    struct why_answer answer;
    struct result_file file;
    struct result_folder folder;
    struct failure failure;
};

static void end_without_memory(void *context, size_t in_use, size_t wanted) {
    struct why_command *command = context;
    fprintf(stderr, "gossim: out of memory: %zu bytes in use, %zu more wanted\n", in_use, wanted);
    trace_source_close(&command->source);
    arena_destroy(command->arena);
    result_file_abandon(&command->file);
    result_folder_abandon(&command->folder);
    exit(EXIT_STATUS_FAILED);
}

static bool is_folder(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

static bool find_answer(struct why_command *command) {
    const struct why_options *options = &command->options;
    struct failure *failure = &command->failure;
    interrupt_watch();
    if (!trace_source_open(&command->source, command->arena, options->path, failure)) {
        return false;
    }
    if (!command->source.is_passing) {
        interrupt_end_at_once(); // there is nothing to clean up yet
    }
    trace_source_tell(&command->source, options->path);
    command->question = (struct why_question){
        .path = command->source.path, .message = options->message, .node = options->node};
    return why_setting_read(command->arena, command->source.path, &command->setting, failure) &&
           why_find(command->arena, &command->question, &command->setting, &command->answer,
                    failure);
}

static bool write_mermaid(struct why_command *command) {
    struct failure *failure = &command->failure;
    if (!result_file_open(&command->file, command->options.diagram, failure)) {
        return false;
    }
    why_write_mermaid(&command->answer, command->file.stream);
    return result_file_complete(&command->file, failure) &&
           result_file_publish(&command->file, failure);
}

/** Draws in a hidden folder beside the picture's place. */
static bool draw(struct why_command *command) {
    const struct why_options *options = &command->options;
    char *beside = NULL;
    bool ok = asprintf(&beside, "%s.folder", options->diagram) >= 0;
    ok = ok && result_folder_open(&command->folder, beside, &command->failure) &&
         why_draw(&command->answer, command->arena, command->folder.hidden, &command->failure);
    static const char *const drawings[WHY_DIAGRAM_COUNT] = {[WHY_DIAGRAM_PNG] = "figures/why.png",
                                                            [WHY_DIAGRAM_SVG] = "figures/why.svg",
                                                            [WHY_DIAGRAM_PDF] = "figures/why.pdf"};
    char *drawn = ok ? result_folder_path(&command->folder, drawings[options->diagram_kind]) : NULL;
    if (ok && rename(drawn, options->diagram) != 0) {
        ok = failure_bad_input(&command->failure, "cannot write %s: %s", options->diagram,
                               strerror(errno));
    }
    free(drawn);
    free(beside);
    return ok;
}

static bool write_diagram(struct why_command *command) {
    if (command->options.diagram == NULL) {
        return true;
    }
    interrupt_watch();
    return command->options.diagram_kind == WHY_DIAGRAM_MERMAID ? write_mermaid(command)
                                                                : draw(command);
}

/** A word of a command: a folder, which may be given with a slash at its end, with something behind
 * its name. */
static void print_path(const char *path, const char *behind) {
    char *word = NULL;
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/') {
        size--;
    }
    if (asprintf(&word, "%.*s%s", (int)size, path, behind) >= 0) {
        shell_print_word(word, stdout);
        free(word);
    }
}

/** The commands that repeat the run of a folder with a full trace, and ask again. */
static void print_rerun(const char *path, const struct why_answer *answer) {
    char *file = NULL;
    json_t *summary =
        asprintf(&file, "%s/" RESULT_FOLDER_MARK, path) < 0 ? NULL : json_load_file(file, 0, NULL);
    free(file);
    const char *ties = json_string_value(json_object_get(summary, "ties"));
    fputs("    gossim run ", stdout);
    print_path(path, "/scenario.yaml");
    if (ties != NULL && strcmp(ties, ties_name(TIES_FIRST)) != 0) {
        printf(" --ties %s", ties);
    }
    fputs(" --trace full --out ", stdout);
    print_path(path, "-full");
    fputs("\n    gossim why ", stdout);
    print_path(path, "-full");
    printf(" --message %" PRIu32 " --node %" PRIu32 "\n", answer->question.message,
           answer->question.node);
    json_decref(summary);
}

/** What shows more. */
static void print_hints(const struct why_command *command) {
    const struct why_answer *answer = &command->answer;
    const char *path = command->options.path;
    if (answer->cut) {
        printf("\nThe trace was cut short: what came later is not known.\n");
    }
    if (answer->level == TRACE_LEVEL_FULL) {
        fputs("\nMore: gossim trace ", stdout);
        print_path(path, "");
        printf(" --message %" PRIu32 " --node %" PRIu32 "\n", answer->question.message,
               answer->focus);
        return;
    }
    printf(
        "\nThis trace holds deliveries alone: it knows neither meshes and what was sent and lost, "
        "nor\ncopies that came later, nor IHAVE and IWANT. For those run it again:\n\n");
    if (is_folder(path)) {
        print_rerun(path, answer);
    } else {
        puts("    gossim run FILE --trace full");
    }
}

static bool tell(struct why_command *command) {
    if (!find_answer(command) || !write_diagram(command)) {
        return false;
    }
    if (interrupt_seen()) {
        return failure_running(&command->failure, "interrupted");
    }
    if (command->options.json) {
        why_write_json(&command->answer, stdout);
    } else {
        why_write_text(&command->answer, stdout);
        print_hints(command);
    }
    return true;
}

int command_why(int argument_count, char **arguments) {
    struct why_command *command = calloc(1, sizeof *command);
    if (command == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return EXIT_STATUS_FAILED;
    }
    int status = EXIT_STATUS_BAD_INPUT;
    if (why_options_parse(&command->options, argument_count, arguments)) {
        command->arena = arena_create(
            &(struct arena_options){.exhausted = end_without_memory, .context = command});
        bool ok = tell(command);
        if (!ok) {
            fputs("gossim: ", stderr);
            failure_print(&command->failure, stderr);
        }
        bool bad_input = !ok && command->failure.kind == FAILURE_BAD_INPUT;
        status = ok          ? standard_output_end()
                 : bad_input ? EXIT_STATUS_BAD_INPUT
                             : EXIT_STATUS_FAILED;
        trace_source_close(&command->source);
        result_file_abandon(&command->file);
        result_folder_abandon(&command->folder);
        arena_destroy(command->arena);
    }
    free(command);
    return status;
}
