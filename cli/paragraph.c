#include "cli/paragraph.h"

#include <stdbool.h>
#include <string.h>

static int count_columns(const char *text, size_t size) {
    int columns = 0;
    for (size_t i = 0; i < size; i++) {
        columns += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return columns;
}

int text_columns(const char *text) {
    return count_columns(text, strlen(text));
}

void text_print_padded(const char *text, int columns, FILE *out) {
    int used = text_columns(text);
    fprintf(out, "%s%*s", text, used < columns ? columns - used : 0, "");
}

static bool is_digit(char letter) {
    return letter >= '0' && letter <= '9';
}

/** The size of the word at the beginning of a text, with the units that stay with it. */
static size_t size_of_word(const char *text) {
    size_t size = strcspn(text, " ");
    while (size > 0 && is_digit(text[size - 1]) && text[size] == ' ') {
        size_t next = strcspn(text + size + 1, " ");
        if (count_columns(text + size + 1, next) != 1) {
            break;
        }
        size += 1 + next;
    }
    return size;
}

void paragraph_add(struct paragraph *paragraph, const char *text) {
    text += strspn(text, " ");
    while (*text != '\0') {
        size_t size = size_of_word(text);
        int columns = count_columns(text, size);
        int left = paragraph->width - paragraph->indent - paragraph->used;
        if (paragraph->used > 0 && 1 + columns > left) {
            fprintf(paragraph->out, "\n%*s", paragraph->indent, "");
            paragraph->used = 0;
        } else if (paragraph->used > 0) {
            fputc(' ', paragraph->out);
            paragraph->used++;
        }
        fwrite(text, 1, size, paragraph->out);
        paragraph->used += columns;
        text += size;
        text += strspn(text, " ");
    }
}

void paragraph_end(struct paragraph *paragraph) {
    fputc('\n', paragraph->out);
    paragraph->used = 0;
}

void paragraph_print(const char *text, int width, int indent, FILE *out) {
    struct paragraph paragraph = {.out = out, .width = width, .indent = indent};
    paragraph_add(&paragraph, text);
    paragraph_end(&paragraph);
}
