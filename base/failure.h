/**
 * Failures of the second kind: bad input, or a machine that cannot go on (disk full, file missing).
 *
 * A function that can fail returns bool and fills one struct failure, or adds to a list when it
 * goes on to look for more. Lines and columns count from 1; 0 means that the failure has none. The
 * message is one line without the place, says what was found and what is allowed, and ends without
 * a full stop.
 */
#ifndef GOSSIM_BASE_FAILURE_H
#define GOSSIM_BASE_FAILURE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define FAILURE_WARN_UNUSED __attribute__((warn_unused_result))

enum { FAILURE_FILE_SIZE = 256, FAILURE_MESSAGE_SIZE = 640, FAILURE_LIST_CAPACITY = 50 };

/** What kind of exit a failure calls for: bad input is exit status 2, anything else 1. */
enum failure_kind { FAILURE_BAD_INPUT, FAILURE_RUNNING };

struct failure {
    enum failure_kind kind;
    char file[FAILURE_FILE_SIZE];
    uint32_t line;
    uint32_t column;
    char message[FAILURE_MESSAGE_SIZE];
};

/**
 * The first FAILURE_LIST_CAPACITY failures of one reading, in the order found; `omitted` counts
 * the others.
 */
struct failure_list {
    uint32_t count;
    uint32_t omitted;
    struct failure items[FAILURE_LIST_CAPACITY];
};

/**
 * Fills `failure` with a bad-input message without a place. Returns false, so that callers can
 * return it.
 */
__attribute__((format(printf, 2, 3))) bool failure_bad_input(struct failure *failure,
                                                             const char *format, ...);

/** Fills `failure` with a FAILURE_RUNNING message (disk full, no memory, …). Returns false. */
__attribute__((format(printf, 2, 3))) bool failure_running(struct failure *failure,
                                                           const char *format, ...);

/** Adds one bad-input failure at a place. `file` may be NULL. */
__attribute__((format(printf, 5, 6))) void failure_list_add(struct failure_list *list,
                                                            const char *file, uint32_t line,
                                                            uint32_t column, const char *format,
                                                            ...);

/** Prints `file:line:column: message`, leaving out what is absent, and a newline. */
void failure_print(const struct failure *failure, FILE *out);

void failure_list_print(const struct failure_list *list, FILE *out);

#endif
