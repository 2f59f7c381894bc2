#include "analysis/table_file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

enum { BUFFER_BYTES = 1 << 16 };

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
        return;
    }
    setvbuf(file->stream, NULL, _IOFBF, BUFFER_BYTES);
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

void table_file_write(struct table_file *file, const char *text, size_t size) {
    if (file->error == 0) {
        errno = 0;
        note(file, fwrite_unlocked(text, 1, size, file->stream) != size);
    }
}

char *table_decimal(char *at, uint64_t number) {
    char digits[TABLE_DECIMAL_DIGITS];
    uint32_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *at++ = digits[--count];
    }
    return at;
}

static bool is_control(char character) {
    return (unsigned char)character < 0x20 || character == 0x7f;
}

void table_file_name(struct table_file *file, const char *name) {
    while (*name != '\0') {
        size_t plain = 0;
        while (name[plain] != '\0' && !is_control(name[plain])) {
            plain++;
        }
        table_file_write(file, name, plain);
        name += plain;
        if (*name != '\0') {
            table_file_write(file, " ", 1);
            name++;
        }
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
