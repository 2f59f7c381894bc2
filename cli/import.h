/**
 * An experiment of gossipsub-interop, as read from its params.json: what `gossim import` makes a
 * scenario of.
 *
 * There, each node goes through one list of instructions, one after the other: it makes its router
 * (initGossipSub), connects, subscribes, sets delays of validation, waits until so many seconds
 * after the start, publishes. `ifNodeIDEquals` leaves an instruction to one node. Here the clocks
 * of the nodes are followed through the list, and each instruction is noted with the time at which
 * it is carried out.
 *
 * What has no counterpart here is counted by kind in `notes`, for the reader of the scenario.
 *
 * Source: libp2p/test-plans, gossipsub-interop: script_instruction.py, go-libp2p/instruction.go.
 */
#ifndef GOSSIM_CLI_IMPORT_H
#define GOSSIM_CLI_IMPORT_H

#include "base/arena.h"
#include "base/failure.h"
#include "base/intern.h"

#include <stdbool.h>
#include <stdint.h>

#define IMPORT_ALL UINT32_MAX // in the place of a node: every one

/** The parameters of GossipSub that have a counterpart; the last one differs from node to node. */
enum import_param {
    IMPORT_D,
    IMPORT_D_LOW,
    IMPORT_D_HIGH,
    IMPORT_D_LAZY,
    IMPORT_HISTORY_LENGTH,
    IMPORT_HISTORY_GOSSIP,
    IMPORT_HEARTBEAT_INTERVAL,
    IMPORT_FANOUT_TTL,
    IMPORT_HEARTBEAT_INITIAL_DELAY,
    IMPORT_PARAM_COUNT
};

/** The parameters of a node's router. */
struct import_router {
    int64_t values[IMPORT_PARAM_COUNT];
};

/** One thing that a node, or every node, does at a time. */
struct import_action {
    uint32_t topic;
    uint32_t node; // or IMPORT_ALL
    int64_t at_ns;
    uint32_t size_bytes; // of a publication
};

struct import_actions {
    struct import_action *items; // [count]
    uint32_t count;
    uint32_t capacity;
};

struct experiment {
    struct arena *arena;
    struct pool pool;
    uint32_t node_count;
    struct import_router *routers; // [node_count]
    uint64_t *links;               // [link_count], lower node << 32 | higher node, ascending
    uint32_t link_count;
    uint32_t link_capacity;
    struct intern topics;
    int64_t *validation_ns; // [topics.count], 0: none
    uint32_t validation_capacity;
    struct import_actions subscriptions;
    struct import_actions publications;
    int64_t end_ns; // when the last node is through
    struct intern notes;
    uint32_t *note_counts; // [notes.count]
    uint32_t note_capacity;
};

/**
 * Reads the file. `node_count` is that of the command line, 0 if it is that of the file: one more
 * than the highest node that it names.
 */
FAILURE_WARN_UNUSED bool import_read(struct experiment *experiment, const char *path,
                                     uint32_t node_count, struct failure *failure);

/** Counts something that cannot be carried over; the text is a sentence without its full stop. */
__attribute__((format(printf, 2, 3))) void import_note(struct experiment *experiment,
                                                       const char *format, ...);

/** How the scenario is to be written. */
struct import_options {
    const char *title; // where it comes from
    bool network;      // with the regions and classes of nodes of gossipsub-interop
};

/** The scenario, as commented YAML in the arena. May add notes, and tells all of them. */
const char *import_write(struct experiment *experiment, const struct import_options *options);

#endif
