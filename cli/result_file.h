/**
 * A file that a run leaves at a place of the user's choice, which is there whole or not at all.
 *
 * It is written under a hidden name beside its place, and takes the place in one step at the end,
 * of an older file there too. Whatever ends the run early removes the hidden file; if it is killed,
 * the next call that writes the same file does. The file is locked as long as somebody writes it.
 */
#ifndef GOSSIM_CLI_RESULT_FILE_H
#define GOSSIM_CLI_RESULT_FILE_H

#include "base/failure.h"

#include <stdbool.h>
#include <stdio.h>

struct result_file {
    char *final;  // where it will be
    char *hidden; // where it is written; NULL: nothing is open
    int lock;     // descriptor by which it is locked; 0: none
    FILE *stream; // NULL once it is complete
};

/** Makes the hidden file. Refuses a place that is taken by something else than a file. */
FAILURE_WARN_UNUSED bool result_file_open(struct result_file *file, const char *path,
                                          struct failure *failure);

/** Ends the writing; false if the disk did not take all of it. */
FAILURE_WARN_UNUSED bool result_file_complete(struct result_file *file, struct failure *failure);

/** Puts the complete file in its place. Closes. */
FAILURE_WARN_UNUSED bool result_file_publish(struct result_file *file, struct failure *failure);

/** Removes the hidden file. Closes. Nothing if it is not open. */
void result_file_abandon(struct result_file *file);

#endif
