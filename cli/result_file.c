#include "cli/result_file.h"

#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define UNFINISHED ".unfinished-"
#define DRAWN "XXXXXX" // by mkostemp()

enum { LOCK_FIRST = 3 }; // behind the standard streams, which may be closed

static void close_file(struct result_file *file) {
    if (file->lock != 0) {
        close(file->lock);
    }
    free(file->final);
    free(file->hidden);
    *file = (struct result_file){0};
}

/** Notes the place: behind links, as a link is not to be replaced by what it leads to. */
static bool set_final(struct result_file *file, const char *path, struct failure *failure) {
    struct stat status;
    if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
        return failure_bad_input(failure, "%s is in the way: it is not a file", path);
    }
    file->final = realpath(path, NULL);
    if (file->final == NULL && errno == ENOENT) {
        file->final = strdup(path);
    }
    return file->final != NULL || files_explain(failure, "cannot write", path);
}

/** The last part of a path. */
static const char *name_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/** Removes a file unless somebody is at work on it. */
static void remove_left(int folder, const char *name) {
    struct stat status;
    int left = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (left >= 0 && fstat(left, &status) == 0 && S_ISREG(status.st_mode) &&
        flock(left, LOCK_EX | LOCK_NB) == 0) {
        unlinkat(folder, name, 0);
    }
    if (left >= 0) {
        close(left);
    }
}

/** Removes hidden files for the same place that were left behind by calls that were killed. */
static void clear_left(const struct result_file *file) {
    const char *name = name_of(file->final);
    size_t size = strlen(name);
    char *path = strndup(file->final, (size_t)(name - file->final));
    DIR *folder = path == NULL ? NULL : opendir(path[0] == '\0' ? "." : path);
    const struct dirent *entry = NULL;
    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        const char *left = entry->d_name;
        if (left[0] == '.' && strncmp(left + 1, name, size) == 0 &&
            strncmp(left + 1 + size, UNFINISHED, strlen(UNFINISHED)) == 0 &&
            strlen(left + 1 + size) == strlen(UNFINISHED DRAWN)) {
            remove_left(dirfd(folder), left);
        }
    }
    if (folder != NULL) {
        closedir(folder);
    }
    free(path);
}

/** Makes a hidden file that is locked; −1 if there can be none. */
static int make_locked(char *hidden) {
    for (;;) {
        memcpy(hidden + strlen(hidden) - strlen(DRAWN), DRAWN, strlen(DRAWN));
        struct stat status;
        int descriptor = mkostemp(hidden, O_CLOEXEC);
        // Where nothing can be locked nothing is removed either. Before it was locked somebody may
        // have taken it for one that was left behind.
        if (descriptor < 0 || flock(descriptor, LOCK_EX) != 0 || fstat(descriptor, &status) != 0 ||
            status.st_nlink > 0) {
            return descriptor;
        }
        close(descriptor);
    }
}

static bool make_hidden(struct result_file *file, struct failure *failure) {
    const char *name = name_of(file->final);
    if (name[0] == '\0') {
        return failure_bad_input(failure, "cannot write %s: the name of the file is empty",
                                 file->final);
    }
    if (asprintf(&file->hidden, "%.*s.%s" UNFINISHED DRAWN, (int)(name - file->final), file->final,
                 name) < 0) {
        file->hidden = NULL;
        return failure_running(failure, "out of memory");
    }
    int descriptor = make_locked(file->hidden);
    if (descriptor < 0) {
        free(file->hidden);
        file->hidden = NULL;
        return files_explain(failure, "cannot write", file->final);
    }
    fchmod(descriptor, 0644);
    int lock = fcntl(descriptor, F_DUPFD_CLOEXEC, (int)LOCK_FIRST);
    file->lock = lock < 0 ? 0 : lock;
    file->stream = fdopen(descriptor, "w");
    return file->stream != NULL || files_explain(failure, "cannot write", file->final);
}

bool result_file_open(struct result_file *file, const char *path, struct failure *failure) {
    *file = (struct result_file){0};
    bool placed = set_final(file, path, failure);
    if (placed) {
        clear_left(file);
    }
    if (!placed || !make_hidden(file, failure)) {
        result_file_abandon(file);
        return false;
    }
    return true;
}

bool result_file_complete(struct result_file *file, struct failure *failure) {
    bool ok = ferror(file->stream) == 0;
    int reason = errno;
    if (fclose(file->stream) != 0) {
        reason = errno;
        ok = false;
    }
    file->stream = NULL;
    return ok || failure_running(failure, "cannot write %s: %s", file->final, strerror(reason));
}

bool result_file_publish(struct result_file *file, struct failure *failure) {
    bool moved =
        rename(file->hidden, file->final) == 0 ||
        failure_running(failure, "cannot put a file in %s: %s", file->final, strerror(errno));
    if (!moved) {
        unlink(file->hidden);
    }
    close_file(file);
    return moved;
}

void result_file_abandon(struct result_file *file) {
    if (file->stream != NULL) {
        fclose(file->stream);
    }
    if (file->hidden != NULL) {
        unlink(file->hidden);
    }
    close_file(file);
}
