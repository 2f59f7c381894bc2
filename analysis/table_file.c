#include "analysis/table_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

static bool join_path(char path[TABLE_FILE_PATH_SIZE], const char *folder, const char *name) {
    int size = snprintf(path, TABLE_FILE_PATH_SIZE, "%s/%s", folder, name);
    return size >= 0 && size < TABLE_FILE_PATH_SIZE;
}

bool table_folder_make(const char *folder, const char *name, struct failure *failure) {
    char path[TABLE_FILE_PATH_SIZE];
    if (!join_path(path, folder, name)) {
        return failure_running(failure, "the path of the result folder is too long: %.200s",
                               folder);
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        return failure_running(failure, "cannot make the folder %s: %s", path, strerror(errno));
    }
    return true;
}

void table_file_open(struct table_file *file, const char *folder, const char *name) {
    *file = (struct table_file){.stream = NULL};
    if (!join_path(file->path, folder, name)) {
        file->error = ENAMETOOLONG;
        return;
    }
    file->stream = fopen(file->path, "w");
    if (file->stream == NULL) {
        file->error = errno;
    }
}

/** Notes an error of the stream once. */
static void note(struct table_file *file, bool failed) {
    if (failed && file->error == 0) {
        file->error = errno != 0 ? errno : EIO;
    }
}

void table_file_print(struct table_file *file, const char *format, ...) {
    if (file->error != 0) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    errno = 0;
    note(file, vfprintf(file->stream, format, arguments) < 0);
    va_end(arguments);
}

void table_file_name(struct table_file *file, const char *name) {
    for (; *name != '\0' && file->error == 0; name++) {
        bool control = (unsigned char)*name < 0x20 || *name == 0x7f;
        errno = 0;
        note(file, fputc(control ? ' ' : *name, file->stream) == EOF);
    }
}

void table_file_number(struct table_file *file, uint32_t number) {
    if (number == UINT32_MAX) {
        table_file_absent(file, 1);
    } else {
        table_file_print(file, "\t%" PRIu32, number);
    }
}

void table_file_absent(struct table_file *file, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        table_file_print(file, "\tNA");
    }
}

bool table_file_close(struct table_file *file, struct failure *failure) {
    if (file->stream != NULL) {
        errno = 0;
        note(file, fclose(file->stream) != 0);
        file->stream = NULL;
    }
    if (file->error != 0) {
        return failure_running(failure, "cannot write %s: %s", file->path, strerror(file->error));
    }
    return true;
}
