#include "scenarios/text.h"

#include "base/check.h"

#include <stdarg.h>
#include <string.h>

enum { PIECE_SIZE = 256, FLUSH_SIZE = 1 << 16 };

void text_init(struct text *text, struct arena *arena) {
    memset(text, 0, sizeof *text);
    pool_init(&text->pool, arena, MEMORY_TABLES);
    text->bytes = pool_grow(&text->pool, NULL, &text->capacity, PIECE_SIZE, 1);
    text->bytes[0] = '\0';
}

bool text_flush(struct text *text) {
    CHECK(text->stream != NULL);
    bool taken = fwrite(text->bytes, 1, text->size, text->stream) == text->size;
    text->refused = text->refused || !taken;
    text->size = 0;
    return !text->refused;
}

void text_add(struct text *text, const char *bytes, size_t size) {
    if (text->stream != NULL && text->size >= FLUSH_SIZE) {
        text_flush(text);
    }
    CHECK(size < UINT32_MAX - text->size);
    uint32_t wanted = text->size + (uint32_t)size + 1;
    if (wanted > text->capacity) {
        text->bytes = pool_grow(&text->pool, text->bytes, &text->capacity, wanted, 1);
    }
    memcpy(text->bytes + text->size, bytes, size);
    text->size += (uint32_t)size;
    text->bytes[text->size] = '\0';
}

void text_add_string(struct text *text, const char *string) {
    text_add(text, string, strlen(string));
}

void text_add_format(struct text *text, const char *format, ...) {
    char piece[PIECE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    CHECK(size >= 0);
    CHECK(size < PIECE_SIZE);
    text_add(text, piece, (size_t)size);
}
