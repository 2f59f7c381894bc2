#include "cli/result_folder.h"

#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The summary of a run begins with the key `gossim`.
enum { OPEN_FOLDERS_MAX = 16, MARK_BEGINNING_SIZE = 64 };

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void remove_tree(const char *path) {
    nftw(path, remove_entry, OPEN_FOLDERS_MAX, FTW_DEPTH | FTW_PHYS);
}

static char *joined(const char *folder, const char *name) {
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        fputs("gossim: out of memory\n", stderr);
        exit(1);
    }
    return path;
}

/** Removes the empty folders that files_make_folder() made for a result that did not come about. */
static void remove_folders(const struct result_folder *folder) {
    char *path = strdup(folder->final);
    char *slash = path == NULL ? NULL : strrchr(path, '/');
    while (slash != NULL && folder->made_length > 0 &&
           (size_t)(slash - path) >= folder->made_length) {
        *slash = '\0';
        slash = rmdir(path) == 0 ? strrchr(path, '/') : NULL;
    }
    free(path);
}

/** True if the folder holds the summary of a run. */
static bool is_ours(const char *path) {
    char *mark = joined(path, RESULT_FOLDER_MARK);
    FILE *file = fopen(mark, "rb");
    free(mark);
    if (file == NULL) {
        return false;
    }
    char beginning[MARK_BEGINNING_SIZE];
    size_t size = fread(beginning, 1, sizeof beginning, file);
    fclose(file);
    return memmem(beginning, size, "\"gossim\":", strlen("\"gossim\":")) != NULL;
}

/** True if the folder holds nothing but what a run leaves: what somebody put beside it is not ours.
 */
static bool holds_only_results(const char *path) {
    static const char *const names[] = {".",         "..",     "scenario.yaml", "summary.json",
                                        "trace.gst", "tables", "figures",       "report.html",
                                        "a.yaml",    "b.yaml"};
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return false;
    }
    bool only = true;
    for (struct dirent *entry = readdir(folder); only && entry != NULL; entry = readdir(folder)) {
        only = false;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            only = only || strcmp(entry->d_name, names[i]) == 0;
        }
    }
    closedir(folder);
    return only;
}

/** True for the top folder of a file system, which cannot be moved. */
static bool is_mounted(const char *path, const struct stat *status) {
    char *parent = joined(path, "..");
    struct stat above;
    bool mounted = stat(parent, &above) == 0 && above.st_dev != status->st_dev;
    free(parent);
    return mounted;
}

/** True if the folder is absent, empty or a result of ours. */
static bool may_be_replaced(const char *path, struct failure *failure) {
    struct stat status;
    if (lstat(path, &status) != 0) {
        if (errno == ENOENT) {
            return true;
        }
        return files_explain(failure, "cannot look at", path);
    }
    if (!S_ISDIR(status.st_mode)) {
        return failure_bad_input(failure, "%s is in the way: it is not a folder", path);
    }
    if (is_mounted(path, &status)) {
        return failure_bad_input(failure,
                                 "%s is the top of a file system and cannot be replaced by a "
                                 "result: name a folder inside it",
                                 path);
    }
    if (files_is_empty_folder(path) || (is_ours(path) && holds_only_results(path))) {
        return true;
    }
    return failure_bad_input(failure,
                             "%s is not empty and not a result of gossim alone, so it is left: "
                             "choose another place with --out",
                             path);
}

static void close_folder(struct result_folder *folder) {
    free(folder->final);
    free(folder->hidden);
    *folder = (struct result_folder){0};
}

/** Notes where the results will be; refuses names that a folder cannot be moved to. */
static bool set_final(struct result_folder *folder, const char *final, struct failure *failure) {
    size_t length = strlen(final);
    while (length > 1 && final[length - 1] == '/') {
        length--;
    }
    const char *slash = memrchr(final, '/', length);
    size_t before = slash == NULL ? 0 : (size_t)(slash - final) + 1;
    const char *base = final + before;
    size_t base_length = length - before;
    if (base_length == 0) {
        return failure_bad_input(failure, "--out %s: the name of the output folder is empty",
                                 final);
    }
    if (base_length <= 2 && strspn(base, ".") >= base_length) {
        return failure_bad_input(failure,
                                 "--out %s: a result takes the place of its folder: give the "
                                 "folder by its name",
                                 final);
    }
    folder->final = strndup(final, length);
    return folder->final != NULL || failure_running(failure, "out of memory");
}

static bool make_hidden(struct result_folder *folder, struct failure *failure) {
    const char *slash = strrchr(folder->final, '/');
    const char *base = slash == NULL ? folder->final : slash + 1;
    char *parent = slash == NULL ? strdup(".") : strdup(folder->final);
    if (slash != NULL && parent != NULL) {
        parent[slash == folder->final ? 1 : slash - folder->final] = '\0';
    }
    bool ok =
        parent != NULL && asprintf(&folder->hidden, "%s/.%s.unfinished-XXXXXX", parent, base) >= 0;
    if (!ok) {
        folder->hidden = NULL;
        failure_running(failure, "out of memory");
    }
    ok = ok && files_make_folder(parent, &folder->made_length, failure);
    if (ok && mkdtemp(folder->hidden) == NULL) {
        ok = files_explain(failure, "cannot write in the output folder", parent);
    }
    free(parent);
    return ok;
}

bool result_folder_open(struct result_folder *folder, const char *final, struct failure *failure) {
    *folder = (struct result_folder){0};
    if (!set_final(folder, final, failure)) {
        return false;
    }
    if (!may_be_replaced(folder->final, failure) || !make_hidden(folder, failure)) {
        remove_folders(folder);
        close_folder(folder);
        return false;
    }
    chmod(folder->hidden, 0755);
    return true;
}

char *result_folder_path(const struct result_folder *folder, const char *name) {
    return joined(folder->hidden, name);
}

bool result_folder_write(const struct result_folder *folder, const char *name,
                         bool (*write)(const void *context, FILE *out), const void *context,
                         struct failure *failure) {
    char *path = result_folder_path(folder, name);
    FILE *out = fopen(path, "w");
    free(path);
    bool ok = out != NULL && write(context, out);
    int reason = errno;
    if (out != NULL && fclose(out) != 0) {
        reason = errno;
        ok = false;
    }
    return ok || failure_running(failure, "cannot write %s: %s", name, strerror(reason));
}

/**
 * Moves a folder to its place in one step; what was there before is then where it came from, or
 * gone.
 */
static bool put_in_place(const char *from, const char *to, struct failure *failure) {
    bool moved = rename(from, to) == 0;
    if (!moved && (errno == EEXIST || errno == ENOTEMPTY)) {
        moved = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0;
        if (!moved && (errno == EINVAL || errno == ENOSYS)) {
            // A file system that cannot exchange: there is a moment without a result.
            remove_tree(to);
            moved = rename(from, to) == 0;
        }
    }
    return moved ||
           failure_running(failure, "cannot put the results in %s: %s", to, strerror(errno));
}

bool result_folder_publish(struct result_folder *folder, struct failure *failure) {
    bool moved = put_in_place(folder->hidden, folder->final, failure);
    remove_tree(folder->hidden);
    close_folder(folder);
    return moved;
}

bool result_folder_reopen(struct result_folder *folder, const char *path, struct failure *failure) {
    *folder = (struct result_folder){.final = strdup(path)};
    folder->hidden = joined(path, ".unfinished-XXXXXX");
    if (folder->final != NULL && mkdtemp(folder->hidden) != NULL) {
        return true;
    }
    files_explain(failure, "cannot write in", path);
    close_folder(folder);
    return false;
}

/** What moving a file or a folder of a part takes: a look at whether it can be, or the move. */
typedef bool (*part_step)(const char *from, const char *to, bool is_folder,
                          struct failure *failure);

/** Whether what is there already, if anything, is of the same kind: a file gives way to a file. */
static bool check_place(const char *from, const char *to, bool is_folder, struct failure *failure) {
    struct stat status;
    (void)from;
    bool there = stat(to, &status) == 0;
    if (!there && errno != ENOENT) {
        return files_explain(failure, "cannot look at", to);
    }
    return !there || S_ISDIR(status.st_mode) == is_folder ||
           failure_bad_input(failure, "%s is in the way: it is %s folder", to,
                             is_folder ? "no" : "a");
}

static bool move_file(const char *from, const char *to, bool is_folder, struct failure *failure) {
    bool moved = is_folder ? mkdir(to, 0777) == 0 || errno == EEXIST : rename(from, to) == 0;
    return moved ||
           failure_running(failure, "cannot put the results in %s: %s", to, strerror(errno));
}

/** Takes the step for a folder of ours and all in it, those above first. */
static bool walk_part(const char *from, const char *to, part_step step, struct failure *failure) {
    char *roots[] = {(char *)from, NULL};
    FTS *tree = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    FTSENT *entry = tree == NULL ? NULL : fts_read(tree);
    bool ok =
        entry != NULL || failure_running(failure, "cannot read %s: %s", from, strerror(errno));
    for (; ok && entry != NULL; entry = fts_read(tree)) {
        if (entry->fts_info != FTS_DP) {
            const char *rest = entry->fts_path + strlen(from);
            char *place = joined(to, rest[0] == '/' ? rest + 1 : rest);
            ok = step(entry->fts_path, place, entry->fts_info == FTS_D, failure);
            free(place);
        }
    }
    if (tree != NULL) {
        fts_close(tree);
    }
    return ok;
}

bool result_folder_publish_parts(const struct result_folder *folder, const char *const *names,
                                 struct failure *failure) {
    static const part_step steps[] = {check_place, move_file};
    bool ok = true;
    for (size_t step = 0; step < sizeof steps / sizeof steps[0]; step++) {
        for (size_t i = 0; ok && names[i] != NULL; i++) {
            char *from = joined(folder->hidden, names[i]);
            char *to = joined(folder->final, names[i]);
            ok = walk_part(from, to, steps[step], failure);
            free(from);
            free(to);
        }
    }
    return ok;
}

void result_folder_abandon(struct result_folder *folder) {
    if (folder->hidden != NULL) {
        remove_tree(folder->hidden);
        remove_folders(folder);
    }
    close_folder(folder);
}
