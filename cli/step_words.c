#include "cli/step_words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_comparison(char c) {
    return c == '<' || c == '>' || c == '=' || c == '!';
}

bool step_words_cut(struct step_words *words, const char *text, char why[STEP_WHY_SIZE]) {
    size_t used = 0;
    words->count = 0;
    words->next = 0;
    while (*text != '\0') {
        text += strspn(text, " \t");
        size_t size = is_comparison(*text) ? strspn(text, "<>=!") : strcspn(text, " \t<>=!");
        if (size == 0) {
            break;
        }
        if (words->count == STEP_WORDS_MAX || used + size + 1 > sizeof words->line) {
            snprintf(why, STEP_WHY_SIZE, "too many words");
            return false;
        }
        memcpy(words->line + used, text, size);
        words->line[used + size] = '\0';
        words->items[words->count++] = words->line + used;
        used += size + 1;
        text += size;
    }
    return true;
}

const char *step_words_peek(const struct step_words *words) {
    return words->next < words->count ? words->items[words->next] : NULL;
}

const char *step_words_take(struct step_words *words) {
    return words->next < words->count ? words->items[words->next++] : NULL;
}

bool step_words_skip(struct step_words *words, const char *word) {
    const char *next = step_words_peek(words);
    if (next == NULL || strcmp(next, word) != 0) {
        return false;
    }
    words->next++;
    return true;
}

bool step_words_number(struct step_words *words, const char *what, uint64_t limit, uint64_t *number,
                       char why[STEP_WHY_SIZE]) {
    const char *word = step_words_take(words);
    char *end = NULL;
    errno = 0;
    *number = word == NULL ? 0 : strtoull(word, &end, 10);
    if (word == NULL) {
        snprintf(why, STEP_WHY_SIZE, "%s is missing", what);
    } else if (word[0] < '0' || word[0] > '9' || *end != '\0' || errno != 0) {
        snprintf(why, STEP_WHY_SIZE, "%s: found `%.60s`; give a whole number", what, word);
    } else if (limit == 0) {
        snprintf(why, STEP_WHY_SIZE, "%s: found %.60s; there is none", what, word);
    } else if (*number >= limit) {
        snprintf(why, STEP_WHY_SIZE, "%s: found %.60s; there are 0 to %" PRIu64, what, word,
                 limit - 1);
    } else {
        return true;
    }
    return false;
}

bool step_words_end(const struct step_words *words, char why[STEP_WHY_SIZE]) {
    const char *word = step_words_peek(words);
    if (word != NULL) {
        snprintf(why, STEP_WHY_SIZE, "nothing more was expected; found `%.60s`", word);
    }
    return word == NULL;
}
