/**
 * A session: a run that is let go event by event, so that somebody can watch it from inside.
 *
 * It is the run of run.h on one thread: the same events, digest, figures and trace, however far it
 * goes at a time. Between two events everything stands still and may be read through
 * session_fleet(): routers, plan, links. Hooks tell of each record and each random draw as an event
 * is handled. Sessions live side by side in one process, each in an arena of its own; there is no
 * way back, but another session of the same scenario comes to the same instant.
 *
 *     open ─▶ [ peek ─▶ next ─▶ look ]…  or  run_until / run_to  ─▶ end
 *
 * Cost: an event takes two to three times as long as in a run, with hooks; run_until() and run_to()
 * are as fast as a run where nobody listens. An ordinary run pays nothing for any of this.
 */
#ifndef GOSSIM_SCENARIOS_SESSION_H
#define GOSSIM_SCENARIOS_SESSION_H

#include "base/prng.h"
#include "router/rpc.h"
#include "scenarios/run.h"
#include "sim/event.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

/** What happens at an event. */
enum session_what {
    SESSION_RPC,          // an RPC arrives
    SESSION_BYTES,        // bytes of the scenario that need not be an RPC arrive
    SESSION_SIGNAL,       // a link was ended or opened again by the other side
    SESSION_TRANSFER,     // a node's uplink or downlink may have carried something to its end
    SESSION_HEARTBEAT,    // a router's heartbeat is due
    SESSION_PUBLISH,      // an application publishes
    SESSION_START,        // a node starts
    SESSION_LINKS,        // links to peers that start now come up
    SESSION_SUBSCRIPTION, // an application subscribes or leaves
    SESSION_INJECT,       // the scenario sends bytes in a node's name
    SESSION_VALIDATED,    // an application has come to its verdict about a message
    SESSION_ROLE,         // a node takes on other roles
    SESSION_FORWARD,      // a node forwards a message late
    SESSION_PROCESSED,    // a node is done with an RPC that has waited
    SESSION_FAULT,        // a planned fault strikes a node or ends
};

/** "rpc", "heartbeat" …: the word for it. */
const char *session_what_name(enum session_what what);

/** An event of the queue, before or after it is handled. Fields that it has not are NONE or 0. */
struct session_event {
    uint64_t number; // in the order of the run, from 1; 0: it is not handled yet
    int64_t at_ns;
    uint64_t order; // the rest of its place in the order of events: sim/event.h
    enum session_what what;
    uint32_t node; // where it happens
    uint32_t peer; // RPC, BYTES, SIGNAL: who sent it
    uint32_t slot; // of the node, at which it arrives; TRACE_NONE
    uint32_t rpc;  // handle in session_fleet()->rpcs, while it waits: what is in it; RPC_NONE
    uint32_t message;
    uint16_t topic;
    enum trace_rpc rpc_kind; // RPC: that of its first entry
    uint32_t entries;        // RPC
    uint32_t bytes;          // RPC: of the frame
};

/** A random draw that was made while an event was handled. */
struct session_draw {
    bool keyed;          // a function of its key, not the next of a stream
    struct prng_key key; // purpose; of a stream: `a` is its index, the node
    uint64_t number;     // of a stream: how-manieth draw of 64 bits, from 1; else 0
    uint64_t draw;       // the 64 bits
    uint64_t event;      // the event's number
};

/** Who is told; what is not asked for is NULL. They must change nothing. */
struct session_hooks {
    void *context;
    void (*on_record)(void *context, const struct trace_record *record);
    /** Keyed draws as they are made, those of routers' streams when the event has been handled. */
    void (*on_draw)(void *context, const struct session_draw *draw);
};

struct session_options {
    struct session_hooks hooks;
    enum run_wire wire;
    enum ties ties;
    bool metered;
    struct trace_writer *writer; // gets the trace, of that level, as in run_through(); NULL: none
    enum trace_level level;
};

struct session;
struct fleet;

/**
 * A session at the beginning of a scenario, which it borrows; all its memory is the arena's. NULL
 * for what only building shows, as run_build().
 */
struct session *session_open(struct arena *arena, const struct scenario *scenario,
                             const struct session_options *options, struct failure *failure);

/** From now on others are told, or nobody: then it is as fast as a run again. */
void session_listen(struct session *session, const struct session_hooks *hooks);

/**
 * What happens next; false if nothing does before the end of the scenario. Where no event is left
 * before an instant at which the run only looks, the clock moves there, as session_next() would.
 */
bool session_peek(struct session *session, struct session_event *event);

/**
 * Handles the next event; the clock is then at its time. False if none was left, and the clock is
 * at the end of the scenario; or if time stands still.
 */
bool session_next(struct session *session);

/** The event that was handled last by session_next(); its number is 0 before the first. */
const struct session_event *session_event(const struct session *session);

/** Handles all events before an instant, not in the past, and moves the clock there, or to the end
 * of the scenario. False if time stands still. */
bool session_run_until(struct session *session, int64_t at_ns);

/** Handles events up to and with that number; the clock is at the last one's time. False if there
 * were not so many. */
bool session_run_to(struct session *session, uint64_t number);

/** How many events have been handled: the number of the last. Timers that were set anew in the
 * meantime count, although session_next() passes them over. */
uint64_t session_count(const struct session *session);

int64_t session_now_ns(const struct session *session);
bool session_is_over(const struct session *session); // the clock is at the end of the scenario
bool session_stands_still(const struct session *session);

/** Everything, to be read: routers, plan, topology, RPCs, messages, streams, counts. */
const struct fleet *session_fleet(const struct session *session);

/** The figures so far, as a run that ended now would have them for the whole of it. */
struct run_counts session_counts(const struct session *session);

/**
 * The events that wait, in their order; of one node, or TRACE_NONE: of all. Array in `arena`.
 * Linear in all events that wait.
 */
const struct session_event *session_pending(const struct session *session, struct arena *arena,
                                            uint32_t node, uint32_t *count);

/** How many draws a node's router has made of its stream, and the `ahead`-th next, from 0, which
 * stays the next. */
uint64_t session_stream_count(const struct session *session, uint32_t node);
uint64_t session_stream_ahead(const struct session *session, uint32_t node, uint32_t ahead);

/** Closes the books, once; the result is that of a run which came as far. */
void session_end(struct session *session, struct run_result *result);

#endif
