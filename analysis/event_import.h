/**
 * Files of TraceEvents, which routers of go-libp2p-pubsub write, made into one trace of ours.
 *
 * Each node usually writes a file of its own; the files are merged by their times, which count from
 * the first event, unless they lie before 1973, where only simulators are. Peer ids and message ids
 * become numbers in the order of time, those of nodes that have events first.
 *
 * What the files cannot tell is not made up, but for what figures cannot do without:
 *
 *   expected    a message is expected at the nodes with events that are in its topic when it is
 *               published. One whose first event about a topic is not JOIN was in it before.
 *   published   a message that nobody says to have published counts as published when the first
 *               node has it, by whom that node has it from.
 *   in order    clocks differ: a copy that is older than its message is put at the time of the
 *               publication, and counted in `skewed`.
 *   hops        those of the sender's copy plus one; one if the sender has no events.
 *   requested   the node sent IWANT for the message before.
 *
 * Bytes, delays of links, regions, D, and what nodes without events did are not known and 0.
 *
 * Memory: 32 bytes an event, and what ids take.
 */
#ifndef GOSSIM_ANALYSIS_EVENT_IMPORT_H
#define GOSSIM_ANALYSIS_EVENT_IMPORT_H

#include "analysis/record_sink.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdint.h>

struct event_import {
    struct record_ids ids;
    uint64_t events;      // in all files
    uint64_t skewed;      // copies moved to the time of their publication
    uint32_t unpublished; // messages without a publication
    uint32_t cut;         // files that end within an event
};

struct event_import_options {
    const char *const *paths; // [path_count] of the files
    uint32_t path_count;
    const char *name; // of the network, for figures
    const char *out;  // where the trace is written
};

/**
 * Reads the files and writes the trace, of level `full`. Fails for what is no file of TraceEvents.
 */
FAILURE_WARN_UNUSED bool event_import_write(struct event_import *import, struct arena *arena,
                                            const struct event_import_options *options,
                                            struct failure *failure);

#endif
