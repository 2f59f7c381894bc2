#include "cli/result_file.h"

#include "cli/files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void close_file(struct result_file *file) {
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

static bool make_hidden(struct result_file *file, struct failure *failure) {
    const char *slash = strrchr(file->final, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - file->final) + 1;
    if (file->final[folder] == '\0') {
        return failure_bad_input(failure, "cannot write %s: the name of the file is empty",
                                 file->final);
    }
    if (asprintf(&file->hidden, "%.*s.%s.unfinished-XXXXXX", (int)folder, file->final,
                 file->final + folder) < 0) {
        file->hidden = NULL;
        return failure_running(failure, "out of memory");
    }
    int descriptor = mkstemp(file->hidden);
    if (descriptor < 0) {
        free(file->hidden);
        file->hidden = NULL;
        return files_explain(failure, "cannot write", file->final);
    }
    fchmod(descriptor, 0644);
    file->stream = fdopen(descriptor, "w");
    return file->stream != NULL || files_explain(failure, "cannot write", file->final);
}

bool result_file_open(struct result_file *file, const char *path, struct failure *failure) {
    *file = (struct result_file){0};
    if (!set_final(file, path, failure) || !make_hidden(file, failure)) {
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
