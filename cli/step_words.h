/**
 * A command of `gossim step` as words, and the reading of numbers in it.
 */
#ifndef GOSSIM_CLI_STEP_WORDS_H
#define GOSSIM_CLI_STEP_WORDS_H

#include <stdbool.h>
#include <stdint.h>

enum { STEP_WORDS_MAX = 16, STEP_WHY_SIZE = 256, STEP_LINE_SIZE = 1024 };

struct step_words {
    char line[STEP_LINE_SIZE];
    const char *items[STEP_WORDS_MAX]; // [count]
    uint32_t count;
    uint32_t next; // the first that was not read
};

/** Cuts a line into words; comparisons need no spaces around them. False after a message. */
bool step_words_cut(struct step_words *words, const char *text, char why[STEP_WHY_SIZE]);

/** The next word, or NULL; and the same without going on. */
const char *step_words_take(struct step_words *words);
const char *step_words_peek(const struct step_words *words);

/** Takes the next word if it is that one. */
bool step_words_skip(struct step_words *words, const char *word);

/** Takes a number below `limit`; `what` says in messages what it is. */
bool step_words_number(struct step_words *words, const char *what, uint64_t limit, uint64_t *number,
                       char why[STEP_WHY_SIZE]);

/** False after a message if words are left. */
bool step_words_end(const struct step_words *words, char why[STEP_WHY_SIZE]);

#endif
