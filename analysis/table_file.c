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
    file->stream = NULL;
    file->error = 0;
    file->used = 0;
    if (!join_path(file->path, folder, name)) {
        file->error = ENAMETOOLONG;
        return;
    }
    file->stream = fopen(file->path, "w");
    if (file->stream == NULL) {
        file->error = errno;
        return;
    }
    setvbuf(file->stream, NULL, _IONBF, 0);
}

/** Notes an error of the stream once. */
static void note(struct table_file *file, bool failed) {
    if (failed && file->error == 0) {
        file->error = errno != 0 ? errno : EIO;
    }
}

static void flush(struct table_file *file) {
    if (file->error == 0 && file->used > 0) {
        errno = 0;
        note(file, fwrite(file->buffer, 1, file->used, file->stream) != file->used);
    }
    file->used = 0;
}

void table_file_print(struct table_file *file, const char *format, ...) {
    size_t size = 0;
    for (int attempt = 0; attempt < 2 && file->error == 0; attempt++) {
        size_t room = sizeof file->buffer - file->used;
        va_list arguments;
        va_start(arguments, format);
        int wanted = vsnprintf(file->buffer + file->used, room, format, arguments);
        va_end(arguments);
        note(file, wanted < 0 || (size_t)wanted >= sizeof file->buffer);
        size = (size_t)wanted;
        if (size < room) {
            break;
        }
        flush(file);
    }
    file->used += file->error == 0 ? size : 0;
}

void table_file_write(struct table_file *file, const char *text, size_t size) {
    while (size > 0) {
        size_t room = sizeof file->buffer - file->used;
        size_t part = size < room ? size : room;
        memcpy(file->buffer + file->used, text, part);
        file->used += part;
        text += part;
        size -= part;
        if (file->used == sizeof file->buffer) {
            flush(file);
        }
    }
}

char *table_decimal(char *at, uint64_t number) {
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    char digits[2 * TABLE_DECIMAL_DIGITS]; // the second half is there to be copied
    uint32_t first = TABLE_DECIMAL_DIGITS;
    while (number >= 100) {
        first -= 2;
        memcpy(digits + first, pairs + 2 * (number % 100), 2);
        number /= 100;
    }
    if (number >= 10) {
        first -= 2;
        memcpy(digits + first, pairs + 2 * number, 2);
    } else {
        digits[--first] = (char)('0' + number);
    }
    memcpy(at, digits + first, TABLE_DECIMAL_DIGITS);
    return at + TABLE_DECIMAL_DIGITS - first;
}

enum { MILLION = 1000000 };

char *table_share(char *at, double share) {
    double millionths = share * MILLION;
    uint64_t whole = (uint64_t)(millionths + 0.5);
    double from_half = millionths + 0.5 - (double)whole;
    // Near the middle between two numbers only the exact value tells which is nearer.
    if (share > 1 || from_half < 1e-6 || from_half > 1 - 1e-6) {
        return at + snprintf(at, TABLE_SHARE_SIZE, "%.6f", share);
    }
    at = table_decimal(at, whole / MILLION);
    *at++ = '.';
    char *digits = table_decimal(at, whole % MILLION + MILLION);
    memmove(at, at + 1, (size_t)(digits - at) - 1); // without the leading 1
    return digits - 1;
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
        flush(file);
        errno = 0;
        note(file, fclose(file->stream) != 0);
        file->stream = NULL;
    }
    if (file->error != 0) {
        return failure_running(failure, "cannot write %s: %s", file->path, strerror(file->error));
    }
    return true;
}
