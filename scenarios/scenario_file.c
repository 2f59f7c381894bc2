#include "scenarios/scenario_read.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

enum { FIRST_SIZE = 1 << 16 };

static bool refuse_errno(struct failure *failure, int number) {
    switch (number) {
    case ENOENT:
    case ENOTDIR:
        return failure_bad_input(failure, "there is no such file");
    case EISDIR:
        return failure_bad_input(failure, "this is a directory; a scenario is a file");
    case EACCES:
        return failure_bad_input(failure, "no permission to read this file");
    }
    return failure_bad_input(failure, "this file cannot be read: %s", strerror(number));
}

static bool refuse_size(struct failure *failure, uint64_t size) {
    failure_bad_input(failure, "the file has %s%" PRIu64 " bytes; allowed: at most %d (64 MiB)",
                      size == 0 ? "more than " : "",
                      size == 0 ? (uint64_t)SCENARIO_FILE_SIZE_MAX : size, SCENARIO_FILE_SIZE_MAX);
    failure->line = 1;
    failure->column = 1;
    return false;
}

/** Reads to the end of the stream, which may be a pipe: a block of the size expected, then blocks
 * that double. */
static bool read_stream(struct arena *scratch, FILE *stream, uint32_t expected,
                        struct yaml_input *input, struct failure *failure) {
    // Room for the byte that shows the end of the file, and for one behind the text.
    uint32_t capacity = expected + 2;
    uint32_t size = 0;
    char *text = arena_take(scratch, MEMORY_TABLES, capacity);
    do {
        if (size + 1 == capacity) {
            char *grown = arena_take(scratch, MEMORY_TABLES, (size_t)capacity * 2);
            memcpy(grown, text, size);
            text = grown;
            capacity *= 2;
        }
        // One byte stays free behind the text, see struct yaml_input.
        size += (uint32_t)fread(text + size, 1, capacity - size - 1, stream);
        if (ferror(stream)) {
            return refuse_errno(failure, errno);
        }
        if (size > SCENARIO_FILE_SIZE_MAX) {
            return refuse_size(failure, 0);
        }
    } while (!feof(stream));
    *input = (struct yaml_input){.text = text, .size = size};
    return true;
}

bool scenario_read_file(struct arena *scratch, const char *path, struct yaml_input *input,
                        struct failure *failure) {
    FILE *stream = fopen(path, "rb");
    if (stream == NULL) {
        return refuse_errno(failure, errno);
    }
    struct stat status;
    bool read = false;
    if (fstat(fileno(stream), &status) != 0) {
        refuse_errno(failure, errno);
    } else if (S_ISDIR(status.st_mode)) {
        refuse_errno(failure, EISDIR);
    } else if (S_ISREG(status.st_mode) && status.st_size > SCENARIO_FILE_SIZE_MAX) {
        refuse_size(failure, (uint64_t)status.st_size);
    } else {
        bool known = S_ISREG(status.st_mode) && status.st_size > 0;
        uint32_t expected = known ? (uint32_t)status.st_size : FIRST_SIZE;
        read = read_stream(scratch, stream, expected, input, failure);
    }
    fclose(stream);
    return read;
}
