#include "cli/step_console.h"

#include "cli/step.h"

#include <editline/readline.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { HISTORY_LINES = 1000 };

/** The next command that begins so; libedit asks until there is none. */
static char *complete(const char *begun, int state) {
    int seen = 0;
    for (const struct step_command *command = step_commands; command->name != NULL; command++) {
        if (strncmp(command->name, begun, strlen(begun)) == 0 && seen++ == state) {
            return strdup(command->name);
        }
    }
    return NULL;
}

/** Only the first word of a line is a command. */
static char **complete_line(const char *begun, int start, int end) {
    (void)end;
    rl_attempted_completion_over = 1; // no names of files
    return start == 0 ? rl_completion_matches(begun, complete) : NULL;
}

void step_console_begin(const char *history) {
    rl_readline_name = "gossim";
    rl_attempted_completion_function = complete_line;
    using_history();
    stifle_history(HISTORY_LINES);
    if (history != NULL) {
        read_history(history); // there may be none yet
    }
}

char *step_console_read(void) {
    char *line = readline("(step) ");
    if (line != NULL && line[strspn(line, " \t")] != '\0') {
        add_history(line);
    }
    return line;
}

bool step_console_end(const char *history) {
    if (history == NULL) {
        return true;
    }
    errno = 0;
    return write_history(history) == 0 || errno == 0;
}
