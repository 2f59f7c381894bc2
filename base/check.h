/**
 * Checks: a false condition is a bug in gossim, never a property of its input.
 *
 * A failed check prints file, line and condition, then where the run stood (virtual time, node,
 * seed), and aborts. Checks are on in every build. One condition per CHECK, so that the message
 * names the one that failed. Unit tests link their own check_failed() and so can expect a failure.
 */
#ifndef GOSSIM_BASE_CHECK_H
#define GOSSIM_BASE_CHECK_H

#include <stdint.h>
#include <stdnoreturn.h>

#define CHECK(condition)                                                                           \
    ((__builtin_expect(!!(condition), 1)) ? (void)0 : check_failed(#condition, __FILE__, __LINE__))

/** Where a run stands; kept up to date by the event loop, read only by check_failed(). */
struct check_place {
    int64_t now_ns;
    uint64_t seed;
    const void *context;                      // for node_of()
    uint32_t (*node_of)(const void *context); // who acts just now
};

/**
 * Names the place that a failing check on this thread reports; NULL for none. The pointer is
 * borrowed until the next call. The one thread-local in gossim: it is written for the message of an
 * abort and read by nothing else.
 */
void check_set_place(const struct check_place *place);

noreturn void check_failed(const char *condition, const char *file, int line);

#endif
