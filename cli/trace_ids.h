/**
 * The peer ids and message ids that nodes and messages of a run have on the wire, found again from
 * its trace.
 *
 * Peer ids are a function of seed and node, a message id is the publisher's peer id and the
 * message's sequence number, which a trace tells at its end. Where that end is missing, messages
 * are numbered as their publishers' first ones, which is what most publishers do. A trace without a
 * scenario, which is of other programs' events, has the numbers themselves as ids.
 */
#ifndef GOSSIM_CLI_TRACE_IDS_H
#define GOSSIM_CLI_TRACE_IDS_H

#include "analysis/record_sink.h"
#include "scenarios/scenario.h"

/** Prints which node is which peer, in Base58, and which message has which id, in hexadecimal: a
 * line each, with what stands before it, between word and number, and before the id. */
void trace_ids_print(const struct record_ids *ids, FILE *out, const char *before,
                     const char *between, const char *is);

/** Reads the trace at the path once more. The scenario may be NULL. */
FAILURE_WARN_UNUSED bool trace_ids_find(struct record_ids *ids, struct arena *arena,
                                        const char *path, const struct scenario *scenario,
                                        struct failure *failure);

#endif
