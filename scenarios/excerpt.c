#include "scenarios/excerpt.h"

#include "scenarios/utf8.h"

#include <stdio.h>
#include <string.h>

#define ELLIPSIS "\xE2\x80\xA6"

enum {
    ESCAPE_SIZE = 16,
    // What must still fit after any piece: the ellipsis, a back-tick and the ending NUL.
    TAIL_SIZE = sizeof ELLIPSIS + 1,
};

/** The bytes of one character as shown, in `piece`; returns how many bytes of text it stands for.
 */
static size_t show_character(const char *text, size_t size, char *piece) {
    uint32_t code = 0;
    size_t bytes = utf8_read(text, size, &code);
    if (bytes > 0 && utf8_is_printable(code)) {
        memcpy(piece, text, bytes);
        piece[bytes] = '\0';
        return bytes;
    }
    snprintf(piece, ESCAPE_SIZE, "\\x%02X", (unsigned)(unsigned char)text[0]);
    return 1;
}

static const char *write_between(const char *text, size_t size, const char *quote, char *out) {
    size_t used = strlen(quote);
    memcpy(out, quote, used);
    size_t at = 0;
    while (at < size) {
        char piece[ESCAPE_SIZE];
        size_t bytes = show_character(text + at, size - at, piece);
        size_t wanted = strlen(piece);
        if (used + wanted + TAIL_SIZE > EXCERPT_SIZE) {
            break;
        }
        memcpy(out + used, piece, wanted);
        used += wanted;
        at += bytes;
    }
    snprintf(out + used, EXCERPT_SIZE - used, "%s%s", at < size ? ELLIPSIS : "", quote);
    return out;
}

const char *excerpt_write(const char *text, size_t size, char *out) {
    return write_between(text, size, "`", out);
}

const char *excerpt_write_bare(const char *text, size_t size, char *out) {
    return write_between(text, size, "", out);
}
