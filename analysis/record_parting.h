/**
 * Where the traces of two runs part: the first record that differs.
 *
 * For traces whose runs cannot be repeated: of another gossim, of real nodes. Records are compared
 * in their order, one by one, however many there are; nothing is kept of them. What led to the
 * first that differs is read again.
 */
#ifndef GOSSIM_ANALYSIS_RECORD_PARTING_H
#define GOSSIM_ANALYSIS_RECORD_PARTING_H

#include "analysis/record_stream.h"

#include <stdbool.h>
#include <stdint.h>

enum { RECORD_PARTING_SIDES = 2 };

struct record_parting {
    bool same;                                           // all records are, as far as they go
    bool cut[RECORD_PARTING_SIDES];                      // a trace was cut short before
    uint64_t alike;                                      // records before
    bool has[RECORD_PARTING_SIDES];                      // a record comes there
    struct record_view records[RECORD_PARTING_SIDES];    // the first that differ
    struct record_stream *streams[RECORD_PARTING_SIDES]; // to be closed by record_parting_end()
};

/** Compares two trace files. False for what is no trace, or for traces of different levels. */
FAILURE_WARN_UNUSED bool record_parting_find(struct record_parting *parting, struct arena *arena,
                                             const char *const paths[RECORD_PARTING_SIDES],
                                             struct failure *failure);

/** What led to it: records to be taken by somebody. */
struct record_past {
    const char *path; // of the first trace
    uint32_t most;    // records
    void *context;
    void (*take)(void *context, const struct record_view *view);
};

/** Reads the first trace again: the last records, before they differ, of the nodes that do are
 * given to `take` in their order. */
FAILURE_WARN_UNUSED bool record_parting_before(const struct record_parting *parting,
                                               const struct record_past *past,
                                               struct failure *failure);

void record_parting_end(struct record_parting *parting);

#endif
