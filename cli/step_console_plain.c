// Without libedit: the terminal's own editing of a line.
#include "cli/step_console.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void step_console_begin(const char *history) {
    (void)history;
}

char *step_console_read(void) {
    char *line = NULL;
    size_t size = 0;
    fputs("(step) ", stdout);
    fflush(stdout);
    ssize_t length = getline(&line, &size, stdin);
    if (length < 0) {
        free(line);
        return NULL;
    }
    line[strcspn(line, "\n")] = '\0';
    return line;
}

bool step_console_end(const char *history) {
    (void)history;
    return true;
}
