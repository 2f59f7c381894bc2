/**
 * What commands have in common that make files and folders.
 */
#ifndef GOSSIM_CLI_FILES_H
#define GOSSIM_CLI_FILES_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>

/** Why a call of the system on `path` has just failed, by errno, behind `what` was tried. A full
 * disk is the machine's fault; otherwise another place may do, so it is bad input. Returns false.
 */
bool files_explain(struct failure *failure, const char *what, const char *path);

/**
 * Makes a folder and those above it, as far as they are missing. `*made_length`, which may be NULL,
 * gets the length of the shortest path that was made, unless it has one already.
 */
FAILURE_WARN_UNUSED bool files_make_folder(const char *path, size_t *made_length,
                                           struct failure *failure);

/** The same for the folder that a file is to stand in. */
FAILURE_WARN_UNUSED bool files_make_folder_of(const char *file, struct failure *failure);

/** Whether a folder can be looked into and holds nothing. */
bool files_is_empty_folder(const char *path);

/** Writes all of some bytes to a descriptor, or reads as many; false, with errno if it is an error,
 * where only a part went through. */
bool files_write(int file, const void *bytes, size_t size);
bool files_read(int file, void *bytes, size_t size);

#endif
