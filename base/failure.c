#include "base/failure.h"

#include <stdarg.h>
#include <string.h>

/**
 * Messages quote what people wrote: control characters in it must neither break the line nor reach
 * a terminal.
 */
static void make_one_line(char *message) {
    for (char *character = message; *character != '\0'; character++) {
        if ((unsigned char)*character < ' ' || *character == 0x7f) {
            *character = '?';
        }
    }
}

/** Removes what is left of a UTF-8 character that the end of the message has cut. */
static void drop_cut_character(char *message) {
    size_t size = strlen(message);
    size_t tail = 0;
    while (tail < size && ((unsigned char)message[size - 1 - tail] & 0xc0) == 0x80) {
        tail++;
    }
    if (tail == size) {
        return;
    }
    unsigned char lead = (unsigned char)message[size - 1 - tail];
    size_t expected = (size_t)(lead >= 0xc0) + (lead >= 0xe0) + (lead >= 0xf0);
    if (tail < expected) {
        message[size - 1 - tail] = '\0';
    }
}

/** Fills everything but the place. */
static void failure_fill(struct failure *failure, enum failure_kind kind, const char *format,
                         va_list arguments) {
    memset(failure, 0, sizeof *failure);
    failure->kind = kind;
    int size = vsnprintf(failure->message, sizeof failure->message, format, arguments);
    if (size >= (int)sizeof failure->message) {
        drop_cut_character(failure->message);
    }
    make_one_line(failure->message);
}

bool failure_bad_input(struct failure *failure, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    failure_fill(failure, FAILURE_BAD_INPUT, format, arguments);
    va_end(arguments);
    return false;
}

bool failure_running(struct failure *failure, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    failure_fill(failure, FAILURE_RUNNING, format, arguments);
    va_end(arguments);
    return false;
}

void failure_list_add(struct failure_list *list, const char *file, uint32_t line, uint32_t column,
                      const char *format, ...) {
    if (list->count == FAILURE_LIST_CAPACITY) {
        list->omitted++;
        return;
    }
    struct failure *failure = &list->items[list->count++];
    va_list arguments;
    va_start(arguments, format);
    failure_fill(failure, FAILURE_BAD_INPUT, format, arguments);
    va_end(arguments);
    failure->line = line;
    failure->column = column;
    if (file != NULL) {
        snprintf(failure->file, sizeof failure->file, "%s", file);
    }
}

void failure_print(const struct failure *failure, FILE *out) {
    if (failure->file[0] != '\0') {
        fprintf(out, "%s:", failure->file);
        if (failure->line > 0) {
            fprintf(out, "%u:", failure->line);
        }
        if (failure->column > 0) {
            fprintf(out, "%u:", failure->column);
        }
        fputc(' ', out);
    }
    fprintf(out, "%s\n", failure->message);
}

void failure_list_print(const struct failure_list *list, FILE *out) {
    for (uint32_t i = 0; i < list->count; i++) {
        failure_print(&list->items[i], out);
    }
    if (list->omitted > 0) {
        fprintf(out, "and %u more %s\n", list->omitted, list->omitted == 1 ? "error" : "errors");
    }
}
