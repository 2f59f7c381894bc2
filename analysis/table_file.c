#include "analysis/table_file.h"

#include "base/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
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

/** Writes what stands first in the buffer, and moves the rest there. */
static void write_out(struct table_file *file, size_t size) {
    if (file->error == 0 && size > 0) {
        errno = 0;
        note(file, fwrite(file->buffer, 1, size, file->stream) != size);
    }
    file->used -= size;
    memmove(file->buffer, file->buffer + size, file->used);
}

/** Adds what stands behind what is used: no more than there is always room for. */
static void add(struct table_file *file, size_t size) {
    file->used += size;
    if (file->used >= TABLE_FILE_PIECE_SIZE) {
        write_out(file, TABLE_FILE_PIECE_SIZE);
    }
}

void table_file_print(struct table_file *file, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    errno = 0;
    int wanted = vsnprintf(file->buffer + file->used, TABLE_FILE_ROOM_SIZE, format, arguments);
    va_end(arguments);
    bool printed = wanted >= 0 && wanted < TABLE_FILE_ROOM_SIZE;
    note(file, !printed);
    add(file, printed ? (size_t)wanted : 0);
}

void table_file_write(struct table_file *file, const char *text, size_t size) {
    while (size > 0) {
        size_t part = size < TABLE_FILE_ROOM_SIZE ? size : TABLE_FILE_ROOM_SIZE;
        memcpy(file->buffer + file->used, text, part);
        add(file, part);
        text += part;
        size -= part;
    }
}

char *table_file_room(struct table_file *file, size_t size) {
    CHECK(size <= TABLE_FILE_ROOM_SIZE);
    return file->buffer + file->used;
}

void table_file_take(struct table_file *file, const char *end) {
    CHECK(end >= file->buffer + file->used);
    CHECK(end <= file->buffer + sizeof file->buffer);
    add(file, (size_t)(end - file->buffer) - file->used);
}

enum { TEN_THOUSAND = 10000, HUNDRED_MILLION = 100000000 };

static inline char *put_two(char *at, uint32_t number) {
    static const char pairs[] = "0001020304050607080910111213141516171819"
                                "2021222324252627282930313233343536373839"
                                "4041424344454647484950515253545556575859"
                                "6061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    memcpy(at, pairs + (size_t)2 * number, 2);
    return at + 2;
}

/** All four digits of a number below ten thousand. */
static inline char *put_four(char *at, uint32_t number) {
    return put_two(put_two(at, number / 100), number % 100);
}

/** A number below ten thousand without leading zeros. */
static inline char *put_few(char *at, uint32_t number) {
    if (number >= 1000) {
        return put_four(at, number);
    }
    if (number >= 100) {
        *at++ = (char)('0' + number / 100);
        return put_two(at, number % 100);
    }
    if (number >= 10) {
        return put_two(at, number);
    }
    *at++ = (char)('0' + number);
    return at;
}

/** A number below a hundred million without leading zeros. */
static inline char *put_some(char *at, uint32_t number) {
    if (number < TEN_THOUSAND) {
        return put_few(at, number);
    }
    return put_four(put_few(at, number / TEN_THOUSAND), number % TEN_THOUSAND);
}

char *table_decimal(char *at, uint64_t number) {
    if (number < HUNDRED_MILLION) {
        return put_some(at, (uint32_t)number);
    }
    uint64_t high = number / HUNDRED_MILLION;
    uint32_t low = (uint32_t)(number % HUNDRED_MILLION);
    if (high < HUNDRED_MILLION) {
        at = put_some(at, (uint32_t)high);
    } else {
        at = put_few(at, (uint32_t)(high / HUNDRED_MILLION));
        at = table_eight_digits(at, (uint32_t)(high % HUNDRED_MILLION));
    }
    return table_eight_digits(at, low);
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

char table_name_character(char character) {
    return is_control(character) ? ' ' : character;
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
        write_out(file, file->used);
        errno = 0;
        note(file, fclose(file->stream) != 0);
        file->stream = NULL;
    }
    if (file->error != 0) {
        return failure_running(failure, "cannot write %s: %s", file->path, strerror(file->error));
    }
    return true;
}
