#include "scenarios/yaml_text.h"

#include "scenarios/utf8.h"

#include <string.h>

void yaml_place(const char *text, size_t offset, uint32_t *line, uint32_t *column) {
    *line = 1;
    size_t line_start = 0;
    for (size_t i = 0; i < offset; i++) {
        bool ends = text[i] == '\n' || (text[i] == '\r' && text[i + 1] != '\n');
        if (ends) {
            (*line)++;
            line_start = i + 1;
        }
    }
    *column = 1;
    for (size_t i = line_start; i < offset; i++) {
        *column += ((unsigned char)text[i] & 0xC0) != 0x80;
    }
}

static bool refuse_byte(const char *text, size_t size, size_t offset, struct failure *failure) {
    unsigned byte = (unsigned char)text[offset];
    bool utf16 = size > 1 && offset == 0 && (byte == 0xFE || byte == 0xFF);
    if (utf16) {
        failure_bad_input(failure, "this looks like UTF-16; a scenario is UTF-8 text");
    } else if (byte == 0) {
        failure_bad_input(failure, "a NUL byte: this is not a text; a scenario is UTF-8 text");
    } else if (byte < 0x80) {
        failure_bad_input(failure, "control character \\x%02X; a scenario is UTF-8 text", byte);
    } else {
        failure_bad_input(failure, "byte \\x%02X is not UTF-8; a scenario is UTF-8 text", byte);
    }
    yaml_place(text, offset, &failure->line, &failure->column);
    return false;
}

bool yaml_check_bytes(const char *text, size_t size, struct failure *failure) {
    size_t at = 0;
    while (at < size) {
        unsigned char byte = (unsigned char)text[at];
        if (byte >= 0x20 && byte < 0x7F) {
            at++;
            continue;
        }
        uint32_t code = 0;
        size_t bytes = utf8_read(text + at, size - at, &code);
        bool blank = byte == '\t' || byte == '\n' || byte == '\r';
        bool control = (code < 0x20 || code == 0x7F) && !blank;
        if (bytes == 0 || control) {
            return refuse_byte(text, size, at, failure);
        }
        at += bytes;
    }
    return true;
}
