/**
 * How runs end, each in another process: met, or failed, and in which way.
 *
 * Whoever looks for failures (hunt) or makes them smaller (shrink) does very many runs, some of
 * which end their process. So a worker does run after run in a process of its own and says how each
 * ended; one that dies over a run is that run's outcome, a new one takes its place, and the others
 * know nothing of it. What jobs.h does for runs that must all succeed, this does for runs of which
 * some will not.
 *
 *     next() ──▶ job ──▶ worker: scenario() ─▶ build, run, judge ──▶ outcome ──▶ finished()
 *                          │ dies: signal, CHECK, limit of time or memory
 *                          └──────────────────────────────────────▶ outcome
 *
 * Cost: beside the run itself a message each way, which a worker with short runs need not wait for.
 */
#ifndef GOSSIM_CLI_OUTCOME_H
#define GOSSIM_CLI_OUTCOME_H

#include "base/arena.h"
#include "base/failure.h"
#include "scenarios/scenario.h"
#include "trace/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome_kind {
    OUTCOME_MET,         // the run is over, and nothing failed
    OUTCOME_EXPECTATION, // a condition on a figure failed: `failed[0]`
    OUTCOME_INVARIANT,   // an invariant was broken: `failed[0]`
    OUTCOME_STANDSTILL,  // time stood still
    OUTCOME_CRASH,       // the process was ended by `signal`; of a CHECK `text` says which
    OUTCOME_TIME,        // it took more processor time than it may
    OUTCOME_MEMORY,      // it took more memory than it may, or than there is
    OUTCOME_REFUSED,     // it cannot be built; `text` says why. No finding, but a mistake
};

enum { OUTCOME_TEXT_SIZE = 256, OUTCOME_FAILED_MAX = 16, OUTCOME_PARALLEL_MAX = 1024 };

/** An expectation that failed. */
struct outcome_failed {
    uint32_t index;               // in the scenario
    bool is_invariant;            // `value` is how often it was broken, else the figure
    bool defined;                 // false: the figure was 0/0, or there was nothing to judge
    double value;                 // ns, bytes or plain number
    int64_t at_ns;                // when an invariant was broken first; −1: not known
    uint64_t hash;                // of its whole text
    char text[OUTCOME_TEXT_SIZE]; // cut if too long
};

/** Holds no pointers. What is not known of a run that did not come to its end is 0. */
struct outcome {
    enum outcome_kind kind;
    int signal;
    uint32_t failed_count; // of which the first OUTCOME_FAILED_MAX are in `failed`
    struct outcome_failed failed[OUTCOME_FAILED_MAX];
    uint64_t events;
    uint64_t nodes;
    uint64_t links;
    uint64_t messages; // published
    int64_t virtual_ns;
    struct digest digest;
    double cpu_s;                 // processor time of the run, building included
    char text[OUTCOME_TEXT_SIZE]; // STANDSTILL, CRASH, REFUSED: in words
};

/** By which two runs fail the same way: not by numbers of nodes, times or figures. */
struct outcome_key {
    enum outcome_kind kind;
    int signal;
    uint64_t hash; // of the text of the expectation, or the CHECK; 0 where there is none
};

/** Whether a run failed at all: neither met nor refused. */
bool outcome_is_failure(const struct outcome *outcome);

/** The way in which a run failed: of several expectations, the first. */
struct outcome_key outcome_key_of(const struct outcome *outcome);

/** Whether a run failed in that way, perhaps among others. */
bool outcome_has_key(const struct outcome *outcome, const struct outcome_key *key);

/** "expectation 2 failed: delivery_ratio >= 0.9 (0.46)" …: one line; `size` is that of `text`. */
void outcome_describe(const struct outcome *outcome, char *text, size_t size);

/** What a run may take. */
struct outcome_limits {
    double cpu_s;   // 0: no limit
    uint64_t bytes; // 0: no limit
};

enum outcome_verdict {
    OUTCOME_GO_ON,
    OUTCOME_ENOUGH,  // what is running is ended
    OUTCOME_GIVE_UP, // likewise, and the failure says why
};

struct outcome_runs {
    uint32_t parallel; // workers, 1 … OUTCOME_PARALLEL_MAX
    bool fresh; // each job has a process of its own, forked when it begins, so that it knows all
                // that is known here then; else workers know what was known at the beginning
    struct outcome_limits limits;

    /** In a worker: the scenario of a job, in `arena`, which ends with the run. NULL with a
     * failure: OUTCOME_REFUSED. */
    const struct scenario *(*scenario)(void *context, struct arena *arena, uint64_t job,
                                       struct failure *failure);
    /** In this process: the next job, any number; false: there is none for now. Asked again after
     * each outcome; all is over when there is none and nothing runs. */
    bool (*next)(void *context, uint64_t *job);
    /** In this process, as soon as a run is over. */
    enum outcome_verdict (*finished)(void *context, uint64_t job, const struct outcome *outcome,
                                     struct failure *failure);
    /** Whether it is still of interest how a job that runs will end; NULL: always. */
    bool (*wanted)(void *context, uint64_t job);
    /** In this process, a few times a second and after each outcome. May be NULL. */
    void (*progress)(void *context);
    /** In a worker, once: lets go of what is this process' alone, such as a lock. May be NULL. */
    void (*forget)(void *context);
    void *context;
};

/** Does runs until there are no more, or enough. False with a failure: after OUTCOME_GIVE_UP, an
 * interruption, or when the machine refuses a process. No process is left. */
FAILURE_WARN_UNUSED bool outcome_run_many(const struct outcome_runs *runs, struct failure *failure);

/** Does one run in a process of its own. */
FAILURE_WARN_UNUSED bool outcome_run(const struct scenario *scenario,
                                     const struct outcome_limits *limits, struct outcome *outcome,
                                     struct failure *failure);

#endif
