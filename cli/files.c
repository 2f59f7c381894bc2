#include "cli/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool files_explain(struct failure *failure, const char *what, const char *path) {
    int reason = errno;
    bool of_machine = reason == ENOSPC || reason == EDQUOT || reason == EIO || reason == ENOMEM ||
                      reason == EFBIG;
    return of_machine ? failure_running(failure, "%s %s: %s", what, path, strerror(reason))
                      : failure_bad_input(failure, "%s %s: %s", what, path, strerror(reason));
}

bool files_make_folder(const char *path, size_t *made_length, struct failure *failure) {
    static const char what[] = "cannot make the folder";
    if (path[0] == '\0') {
        errno = ENOENT;
        return files_explain(failure, what, path);
    }
    char *part = strdup(path);
    if (part == NULL) {
        return failure_running(failure, "out of memory");
    }
    bool ok = true;
    bool more = true;
    for (char *slash = part + 1; ok && more; slash++) {
        if (*slash != '/' && *slash != '\0') {
            continue;
        }
        more = *slash == '/';
        *slash = '\0';
        bool made = mkdir(part, 0777) == 0;
        if (made && made_length != NULL && *made_length == 0) {
            *made_length = strlen(part);
        }
        ok = made || errno == EEXIST || files_explain(failure, what, part);
        *slash = more ? '/' : '\0';
    }
    free(part);
    return ok;
}

bool files_make_folder_of(const char *file, struct failure *failure) {
    const char *slash = strrchr(file, '/');
    if (slash == NULL || slash == file) {
        return true;
    }
    char *folder = strndup(file, (size_t)(slash - file));
    bool ok = folder != NULL ? files_make_folder(folder, NULL, failure)
                             : failure_running(failure, "out of memory");
    free(folder);
    return ok;
}

bool files_is_empty_folder(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) {
        return false;
    }
    int entries = 0;
    while (entries <= 2 && readdir(folder) != NULL) {
        entries++; // "." and ".." are two
    }
    closedir(folder);
    return entries <= 2;
}

bool files_write(int file, const void *bytes, size_t size) {
    const uint8_t *rest = bytes;
    while (size > 0) {
        ssize_t written = write(file, rest, size);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        rest += written > 0 ? written : 0;
        size -= written > 0 ? (size_t)written : 0;
    }
    return true;
}

bool files_read(int file, void *bytes, size_t size) {
    uint8_t *rest = bytes;
    while (size > 0) {
        ssize_t got = read(file, rest, size);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        rest += got > 0 ? got : 0;
        size -= got > 0 ? (size_t)got : 0;
    }
    return true;
}
