/**
 * Making a scenario that fails smaller, for the files that do it.
 *
 *     shrink.c          the command: what fails; then all that follows, in order
 *     shrink_cures.c    what cures it
 *     shrink_passes.c   what is tried, again and again until none of it helps
 *     shrink_search.c   smaller scenarios side by side: the first that fails the same way
 *     shrink_explain.c  what the parts that are left are for
 *     shrink_write.c    shrunk.yaml, and what is printed
 *
 * A smaller scenario is taken if
 *
 *   1. it fails the same way: the same expectation, invariant, CHECK or signal (outcome.h), with a
 *      figure that is defined if it was;
 *   2. reduce_guard() finds that it leaves room for success;
 *   3. one of the *cures* still works. A cure is a change that makes nothing smaller (a quirk off,
 *      no faults; reduce_cures.h) and with which the scenario does not fail. Those that no longer
 *      work are let go; while there were any, one must be left. So what fails is the same thing,
 *      and could succeed: a scenario in which nothing could arrive is not cured by a quirk less.
 *
 * Its seed is the one that it had or, of those tried, the first that does. Candidates of a pass are
 * numbered, and the lowest that is taken counts, however many run side by side: so what comes out,
 * and the number of runs, does not depend on `jobs`. Runs of higher ones are lost work.
 */
#ifndef GOSSIM_CLI_SHRINK_H
#define GOSSIM_CLI_SHRINK_H

#include "cli/progress.h"
#include "cli/shrink_options.h"
#include "scenarios/reduce.h"
#include "scenarios/reduce_cures.h"
#include "scenarios/reduce_guard.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { SHRINK_TEXT_SIZE = 200 };

/** How large a scenario is. */
struct shrink_size {
    uint64_t nodes;
    uint64_t links;
    uint64_t messages;
    uint64_t topics;
    uint64_t events; // and entries or rows of churn
    int64_t duration_ns;
};

/** What a part of the result is needed for. */
struct shrink_note {
    char path[SHRINK_TEXT_SIZE]; // such as `events.0`
    char text[SHRINK_TEXT_SIZE];
};

struct shrink {
    const struct shrink_options *options;
    const struct scenario *original;
    const char *original_digest; // of its canonical form
    const char *file;            // where the result goes
    struct outcome first;        // how the original ended
    struct outcome_key key;      // how all must
    uint32_t expectation;        // of the original, from 1; 0: it failed otherwise
    bool was_defined;
    struct reduce_room room;                    // of the original
    struct reduce_cure cures[REDUCE_CURES_MAX]; // that work for `best`
    size_t cure_count;
    bool had_cures; // the original could be cured

    struct arena *arena; // of `best`
    const struct scenario *best;
    struct outcome last; // how it ended
    uint64_t runs;       // that one job would have done
    uint64_t successes;
    bool spent;           // --max-runs or --max-time is used up
    uint64_t hidden_from; // scenarios of so many nodes are neither told nor written; 0: all are
    struct shrink_note *notes; // [note_count] what became of it without single parts
    size_t note_count;
    struct progress progress;
    struct failure failure;
};

/** What might be smaller: candidates by number. */
struct shrink_batch {
    uint64_t from; // candidates below it are passed over
    uint64_t count;
    uint32_t tries; // seeds of each, 0: as many as the options say
    /** In another process: the candidate; NULL: there is none. */
    const struct scenario *(*make)(const struct shrink_batch *batch, struct arena *arena,
                                   uint64_t index);
    /** What is taken away, for people. */
    void (*describe)(const struct shrink_batch *batch, uint64_t index, char *text);
    const struct scenario *scenario; // that they are made of
    const struct shrink *shrink;
    enum reduce_part part; // of which items are left out:
    uint64_t first;        // from this one on
    uint64_t chunk;        // so many for each candidate
    enum reduce_draw draw; // that is written out
};

enum shrink_result {
    SHRINK_NONE,  // no candidate is taken
    SHRINK_FOUND, // one is
    SHRINK_OVER,  // the limit is reached
    SHRINK_ERROR, // the failure says why, an interruption included
};

/** Tries the candidates of a batch; the lowest that is taken becomes `shrink->best`, is told and
 * written. */
enum shrink_result shrink_try(struct shrink *shrink, struct shrink_batch *batch, uint64_t *found);

/** Finds what cures the original: single changes, or else all quirks, or all there is. */
bool shrink_find_cures(struct shrink *shrink);

/** Where that took all quirks, looks for single ones that cure what was reached. */
bool shrink_name_cures(struct shrink *shrink);

/** Whether only several changes at once cure what was reached, as far as is known. */
bool shrink_has_large_cure(const struct shrink *shrink);

/** The single quirks that cure what was reached, one bit each. */
bool shrink_single_quirks(struct shrink *shrink, uint64_t *quirks);

/** The seed of an attempt: the scenario's own, then 1, 2 … without that. */
uint64_t shrink_seed(uint64_t own, uint64_t attempt);

/** Whether a run with a cure came to its end without that failure. */
bool shrink_is_cured(const struct shrink *shrink, const struct outcome *outcome);

/** A scenario to come back to. */
struct shrink_mark;

/** Remembers what was reached; NULL with a failure. */
struct shrink_mark *shrink_remember(struct shrink *shrink);

/** Forgets it, or goes back to it. */
void shrink_forget(struct shrink *shrink, struct shrink_mark *mark, bool go_back);

/** Does all passes until none helps any more. False with a failure. */
bool shrink_do_passes(struct shrink *shrink);

/** Finds out what each part that is left is for: the notes. */
bool shrink_explain(struct shrink *shrink);

/** A scenario as it will be read: written and loaded. NULL with a failure. */
const struct scenario *shrink_as_read(struct arena *arena, const struct scenario *scenario,
                                      struct failure *failure);

/** Whether a run failed as the original did. */
bool shrink_fails_alike(const struct shrink *shrink, const struct outcome *outcome);

struct shrink_size shrink_size_of(const struct scenario *scenario, const struct outcome *outcome);

/** Tells of a success, and writes what was reached. */
bool shrink_report_step(struct shrink *shrink, const struct shrink_size *before, const char *what);

/** Writes the result; `whole`: as short as can be. */
bool shrink_write(struct shrink *shrink, bool whole);

/** Tells what will be done. */
void shrink_print_start(const struct shrink *shrink, FILE *out);

/** Tells what came of it. */
void shrink_print_end(const struct shrink *shrink, FILE *out);

struct json_t;

/** The same as JSON. */
struct json_t *shrink_json(const struct shrink *shrink);

/**
 * Makes a scenario smaller. False with a failure; bad input if it does not fail. `file` gets the
 * result, after each success. What is done is told on standard output; or, where the options ask
 * for JSON, on standard error, and `*json` gets what came of it.
 */
FAILURE_WARN_UNUSED bool shrink_scenario(const struct shrink_options *options,
                                         const struct scenario *scenario, const char *file,
                                         struct json_t **json, struct failure *failure);

#endif
