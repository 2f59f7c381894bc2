/**
 * An answer of `why` in words, as JSON, and as a sequence diagram.
 */
#ifndef GOSSIM_ANALYSIS_WHY_OUTPUT_H
#define GOSSIM_ANALYSIS_WHY_OUTPUT_H

#include "analysis/why.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdio.h>

enum { WHY_SENTENCE_SIZE = 1024, WHY_WORDS_SIZE = 96 };

/** The answer in one sentence. Returns `out`. */
const char *why_sentence(const struct why_answer *answer, char out[WHY_SENTENCE_SIZE]);

/** What a step is, in words without its two nodes. Returns `out`. */
const char *why_step_words(const struct why_step *step, char out[WHY_WORDS_SIZE]);

/** The sentence, and below it the chain, a line each. */
void why_write_text(const struct why_answer *answer, FILE *out);

/** One object. */
void why_write_json(const struct why_answer *answer, FILE *out);

/** A sequenceDiagram of Mermaid. */
void why_write_mermaid(const struct why_answer *answer, FILE *out);

/** Draws the same as figures/why.png and .svg in the folder. */
FAILURE_WARN_UNUSED bool why_draw(const struct why_answer *answer, struct arena *arena,
                                  const char *folder, struct failure *failure);

/* For the why_*.c files that write. */

/** How many RPCs of the answer's stage ended alike: copies of all neighbours, else the culprit's.
 * The cause counts for those that were lost. */
uint32_t why_count_alike(const struct why_answer *answer, enum why_fate fate,
                         enum trace_cause cause);

/** An arrow of a diagram, from one node to another; what did not arrive ends in a cross. */
struct why_arrow {
    int64_t sent_ns;
    int64_t came_ns; // of what did not come: when it was sent or dropped
    uint32_t from;
    uint32_t to; // the same for what a node did by itself
    bool arrives;
    bool first;       // it is of the way of the first copy
    const char *text; // short
};

enum { WHY_ARROWS_MAX = 60 };

/** The arrows of a diagram in the order of time; returns how many: at most WHY_ARROWS_MAX. */
uint32_t why_arrows(const struct why_answer *answer, struct why_arrow *arrows);

#endif
