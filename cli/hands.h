/**
 * Processes that do jobs one after the other, for a process that has to attend to others meanwhile.
 *
 * A hand is forked while its owner is still a plain process: what MPI holds (threads, memory that
 * a network card knows, connections) must not be copied by a fork. It reads jobs from a pipe, has
 * each done in a process of its own (cli/jobs.h), and writes back what became of it. So a job that
 * is ended by the system, for want of memory say, costs that job; a hand that is ended is made
 * anew, if need be by a fork after all.
 *
 *     owner ──job──▶ hand ──fork──▶ job
 *       ▲              │ ◀──result──┘
 *       └────report────┘
 *
 * Jobs wait in a queue while all hands are busy. Nothing of this outlives the owner.
 */
#ifndef GOSSIM_CLI_HANDS_H
#define GOSSIM_CLI_HANDS_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct hands_options {
    uint32_t count;       // of hands, at least 1
    uint32_t waiting_max; // jobs that may wait
    size_t result_size;
    /** Does a job in a process of its own; as struct jobs has it. */
    bool (*run)(void *context, uint32_t number, void *result, struct failure *failure);
    /** In a new hand: lets go of what is the owner's. May be NULL. */
    void (*forget)(void *context);
    void *context;
};

/** A job as its owner knows it; what the fields mean is the owner's affair, but for `number`. */
struct hand_job {
    uint32_t round;
    uint32_t index;
    uint32_t number; // what `run` gets
};

enum hand_end {
    HAND_DONE,
    HAND_FAILED, // run() said no
    HAND_DIED,   // its process ended without a result
};

/** What became of a job. Its result follows, in the same block of memory. */
struct hand_report {
    _Alignas(uint64_t) struct hand_job job; // so the result is aligned, too
    uint32_t end;                           // enum hand_end
    struct failure failure;
};

struct hands;

/** NULL with a failure. `options` are copied. */
struct hands *hands_open(const struct hands_options *options, struct failure *failure);

/** Bytes of a report with its result. */
size_t hands_report_size(const struct hands *hands);

/** Takes on a job; there must be room. */
void hands_give(struct hands *hands, struct hand_job job);

/**
 * Waits for a report, `timeout_ms` at most, and writes it to `report`: true if there was one. A
 * machine that refuses a process gives reports of jobs that died.
 */
bool hands_wait(struct hands *hands, int timeout_ms, struct hand_report *report);

/** Ends them and what they do. NULL is allowed. */
void hands_close(struct hands *hands);

#endif
