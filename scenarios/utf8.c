#include "scenarios/utf8.h"

enum { UTF8_BYTES_MAX = 4 };

/** How a first byte announces its character: the mask of its marking bits, their value, the least
 * code it may carry. */
struct utf8_form {
    uint8_t mask;
    uint8_t mark;
    uint32_t least;
};

static const struct utf8_form utf8_forms[UTF8_BYTES_MAX] = {
    {0x80, 0x00, 0x0},
    {0xE0, 0xC0, 0x80},
    {0xF0, 0xE0, 0x800},
    {0xF8, 0xF0, 0x10000},
};

size_t utf8_read(const char *text, size_t size, uint32_t *code) {
    const uint8_t *bytes = (const uint8_t *)text;
    size_t form = 0;
    while (form < UTF8_BYTES_MAX && (bytes[0] & utf8_forms[form].mask) != utf8_forms[form].mark) {
        form++;
    }
    if (form == UTF8_BYTES_MAX || form >= size) {
        return 0;
    }
    uint32_t value = bytes[0] & (uint8_t)~utf8_forms[form].mask;
    for (size_t i = 1; i <= form; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (bytes[i] & 0x3F);
    }
    bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    if (value < utf8_forms[form].least || value > 0x10FFFF || surrogate) {
        return 0;
    }
    *code = value;
    return form + 1;
}

bool utf8_is_printable(uint32_t code) {
    static const struct {
        uint32_t first;
        uint32_t last;
    } hidden[] = {
        {0x00, 0x1F},        // control characters
        {0x7F, 0x9F},        // delete and the second set of controls
        {0xAD, 0xAD},        // soft hyphen
        {0x61C, 0x61C},      // Arabic letter mark
        {0x200B, 0x200F},    // zero-width characters and direction marks
        {0x2028, 0x202E},    // line separators and direction embeddings
        {0x2060, 0x206F},    // invisible operators and direction isolates
        {0xFEFF, 0xFEFF},    // byte order mark
        {0xFFF0, 0xFFFF},    // specials
        {0xE0000, 0x10FFFF}, // tags, private use
    };
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++) {
        if (code >= hidden[i].first && code <= hidden[i].last) {
            return false;
        }
    }
    return true;
}

bool utf8_all_printable(const char *text, size_t size) {
    size_t at = 0;
    while (at < size) {
        uint32_t code = 0;
        size_t bytes = utf8_read(text + at, size - at, &code);
        if (bytes == 0 || !utf8_is_printable(code)) {
            return false;
        }
        at += bytes;
    }
    return true;
}
