/**
 * The text of an expectation, word by word: for the scenario_expect*.c files only.
 *
 *     delivery_ratio{topic=blocks, group=old} >= 0.9 between 20s and 40s
 *     ╰─ head ─────╯╰─ scope ───────────────╯ ╰sign╯     ╰─ window ────╯
 */
#ifndef GOSSIM_SCENARIOS_EXPECTATION_TEXT_H
#define GOSSIM_SCENARIOS_EXPECTATION_TEXT_H

#include "scenarios/scenario_read.h"
#include "scenarios/text.h"

#include <stdbool.h>
#include <stddef.h>

/** A piece of an expectation's text. */
struct piece {
    const char *text;
    size_t size;
};

/** An expectation being read: what is left of its text, and its canonical form so far. */
struct expectation_reading {
    struct scenario_reader *reader;
    const struct yaml_node *node; // for messages
    struct piece rest;
    struct scenario_expectation *expectation;
    struct scenario_scope scope;
    bool windowed; // a window was given
    struct text kept;
};

/** Takes blanks away, then the bytes before the next blank or one of `ends`; empty at the end. */
struct piece take_word(struct piece *rest, const char *ends);

/** Takes the word away if it comes next. */
bool take_if(struct piece *rest, const char *word);

bool piece_is(struct piece piece, const char *text);

/** Takes `{topic=…, group=…, region=…}` away, if it comes next. */
bool read_scope_braces(struct expectation_reading *reading);

/** Takes `after 20s`, `until 40s` or `between 20s and 40s` away, if one comes next. */
bool read_scope_window(struct expectation_reading *reading);

/** Takes a duration away; `what` says in a message what it is for. */
bool read_scope_duration(struct expectation_reading *reading, const char *what, int64_t *ns);

/** Adds the scope, or the window, to the canonical form. */
void keep_scope(struct expectation_reading *reading);
void keep_window(struct expectation_reading *reading);

/** Reads what follows the name of an invariant. */
bool read_invariant(struct expectation_reading *reading, enum invariant invariant);

/** The index of the scope among the scenario's, which it joins if it is new. */
uint32_t add_scope(struct scenario_reader *reader, const struct scenario_scope *scope);

#endif
