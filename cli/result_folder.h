/**
 * The folder a run leaves behind, which is there whole or not at all.
 *
 * A run writes into a hidden folder beside the place its results will have. When all is well that
 * folder takes the place in one step; an older result of ours is exchanged for it and removed, any
 * other folder that is not empty is refused. Whatever ends the run early removes the hidden folder,
 * and those above it that were made for it.
 *
 * A folder is a result of ours when it holds RESULT_FOLDER_MARK and that is the summary of a run.
 */
#ifndef GOSSIM_CLI_RESULT_FOLDER_H
#define GOSSIM_CLI_RESULT_FOLDER_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define RESULT_FOLDER_MARK "summary.json"

struct result_folder {
    char *final;  // where the results will be
    char *hidden; // where they are made

    size_t made_length; // of the shortest path above `final` that was made for it; 0: none was
};

/** Makes the hidden folder beside `final`, and the folders above it. Refuses a place that must not
 * be replaced. */
FAILURE_WARN_UNUSED bool result_folder_open(struct result_folder *folder, const char *final,
                                            struct failure *failure);

/** The path of a file or folder inside the hidden folder; to be freed by the caller. */
char *result_folder_path(const struct result_folder *folder, const char *name);

/** Writes a file in the hidden folder through `write`; says so if the disk is full. */
FAILURE_WARN_UNUSED bool result_folder_write(const struct result_folder *folder, const char *name,
                                             bool (*write)(const void *context, FILE *out),
                                             const void *context, struct failure *failure);

/** Puts the hidden folder in its place. Closes. */
FAILURE_WARN_UNUSED bool result_folder_publish(struct result_folder *folder,
                                               struct failure *failure);

/** Makes a hidden folder inside a finished result, for parts of it that are made anew. */
FAILURE_WARN_UNUSED bool result_folder_reopen(struct result_folder *folder, const char *path,
                                              struct failure *failure);

/** Puts folders of the reopened hidden folder in their places, file by file: each replaces one of
 * its name in one step, and whatever else is there stays. Nothing is moved if something cannot be.
 * `names` ends with NULL. To be closed by result_folder_abandon(). */
FAILURE_WARN_UNUSED bool result_folder_publish_parts(const struct result_folder *folder,
                                                     const char *const *names,
                                                     struct failure *failure);

/** Removes the hidden folder and what is in it. Closes. Nothing if it is not open. */
void result_folder_abandon(struct result_folder *folder);

#endif
