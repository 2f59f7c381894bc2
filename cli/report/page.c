#include "cli/report/page.h"

#include "base/check.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN_NAME_SIZE = 8, COLUMN_ALIGNMENT = 8, FIRST_CAPACITY = 4096, ELEMENT_COST = 80 };

static const char *reference_of(char character) {
    switch (character) {
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '&':
        return "&amp;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void page_text_part(FILE *out, const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char byte = (unsigned char)text[i];
        const char *reference = reference_of(text[i]);
        if (reference != NULL) {
            fputs(reference, out);
        } else if ((byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F) {
            fputs("\xEF\xBF\xBD", out);
        } else {
            fputc(byte, out);
        }
    }
}

void page_text(FILE *out, const char *text) {
    page_text_part(out, text, strlen(text));
}

void page_print(FILE *out, const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int size = vasprintf(&text, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    page_text_part(out, text, (size_t)size);
    free(text);
}

void page_json(FILE *out, const char *text) {
    fputc('"', out);
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte < 0x20 || byte == 0x7F || strchr("\"\\<>&", byte) != NULL) {
            fprintf(out, "\\u%04x", byte);
        } else {
            fputc(byte, out);
        }
    }
    fputc('"', out);
}

void page_command(FILE *out, const char *command) {
    fputs("<div class=\"command\"><pre class=\"short\">", out);
    page_text(out, command);
    fputs("</pre>\n<button type=\"button\" class=\"copy\">Copy</button></div>\n", out);
}

void page_table_begin(FILE *out, const char *classes, bool tall) {
    fprintf(out, "<div class=\"scroll%s\" tabindex=\"0\">\n<table class=\"%s\">\n",
            tall ? " tall" : "", classes);
}

void page_table_end(FILE *out) {
    fputs("</tbody>\n</table>\n</div>\n", out);
}

static void reserve(struct page_columns *columns, size_t more) {
    if (columns->size + more <= columns->capacity) {
        return;
    }
    size_t capacity = columns->capacity == 0 ? FIRST_CAPACITY : columns->capacity;
    while (capacity < columns->size + more) {
        capacity *= 2;
    }
    uint8_t *bytes = realloc(columns->bytes, capacity);
    if (bytes == NULL) {
        fputs("gossim: out of memory\n", stderr);
        exit(1);
    }
    columns->bytes = bytes;
    columns->capacity = capacity;
}

void page_columns_begin(struct page_columns *columns, const char *name, uint32_t item_size,
                        size_t count) {
    CHECK(columns->size % COLUMN_ALIGNMENT == 0);
    CHECK(count <= UINT32_MAX);
    size_t length = strlen(name);
    CHECK(length <= COLUMN_NAME_SIZE);
    reserve(columns, COLUMN_NAME_SIZE);
    memset(columns->bytes + columns->size, 0, COLUMN_NAME_SIZE);
    memcpy(columns->bytes + columns->size, name, length);
    columns->size += COLUMN_NAME_SIZE;
    page_columns_add(columns, 4, item_size);
    page_columns_add(columns, 4, count);
}

void page_columns_add(struct page_columns *columns, uint32_t item_size, uint64_t item) {
    reserve(columns, item_size);
    for (uint32_t i = 0; i < item_size; i++) {
        columns->bytes[columns->size++] = (uint8_t)(item >> (8 * i));
    }
}

void page_columns_add_double(struct page_columns *columns, double item) {
    uint64_t bits = 0;
    memcpy(&bits, &item, sizeof bits);
    page_columns_add(columns, 8, bits);
}

void page_columns_end(struct page_columns *columns) {
    while (columns->size % COLUMN_ALIGNMENT != 0) {
        page_columns_add(columns, 1, 0);
    }
}

size_t page_columns_cost(const struct page_columns *columns) {
    return (columns->size + 2) / 3 * 4 + ELEMENT_COST;
}

void page_base64(FILE *out, const void *data, size_t size) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const uint8_t *bytes = data;
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t word = (uint32_t)bytes[i] << 16;
        word |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        word |= left > 2 ? bytes[i + 2] : 0;
        const char four[] = {
            digits[word >> 18],
            digits[word >> 12 & 63],
            left > 1 ? digits[word >> 6 & 63] : '=',
            left > 2 ? digits[word & 63] : '=',
        };
        fwrite(four, 1, sizeof four, out);
    }
}

void page_columns_write(struct page_columns *columns, FILE *out, const char *id) {
    fprintf(out, "<script type=\"text/plain\" id=\"%s\">", id);
    page_base64(out, columns->bytes, columns->size);
    fputs("</script>\n", out);
    page_columns_drop(columns);
}

void page_columns_drop(struct page_columns *columns) {
    free(columns->bytes);
    *columns = (struct page_columns){.bytes = NULL};
}
