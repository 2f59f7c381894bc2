/**
 * Commands for people to copy into a shell.
 */
#ifndef GOSSIM_CLI_SHELL_TEXT_H
#define GOSSIM_CLI_SHELL_TEXT_H

#include "cli/load.h"

#include <stdio.h>

/** An argument in quotes, as a shell reads it. */
void shell_print_quoted(const char *text, FILE *out);

/** The same, without quotes where none are needed. */
void shell_print_word(const char *text, FILE *out);

/** `gossim run FILE --set PATH=VALUE …` for a scenario with its overrides. */
void shell_print_run(const struct load_request *request, FILE *out);

#endif
