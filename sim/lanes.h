/**
 * Several worlds of one run that stand side by side: each handles its own part of the nodes.
 *
 * A lane is a world with its own queue and clock. What is by node or by slot it shares with the
 * others, and touches only what belongs to its own nodes. A packet for a node of another lane does
 * not go into its queue but into mail for that lane, with the key that it has in the order of
 * events, so that the order at each node is the one it has in a single world. What its handle names
 * is put aside at the end of the window.
 *
 *     T = the first event of all lanes and their mail        window: T … T + lookahead
 *
 *     lane 0   [take mail][handle events before the end][post]│
 *     lane 1   [take mail][handle events before the end][post]│ all meet here, find the next T
 *                  ▲                                       │
 *                  └──────── mail of the window before ────┘
 *
 * Nothing that is sent within a window arrives in it, as no packet between two lanes takes less
 * than the lookahead: that is CHECKed when mail is taken, and never made true by moving an arrival.
 * There are two of each mail: one is filled while the other is read.
 *
 * While windows hold few events, meeting would take longer than they do. Then the lanes *join*: all
 * events go into one queue, from which one thread hands each to its lane, and a packet that crosses
 * over is read where its sender has it. Who does the work makes no difference to it, nor do the
 * windows. The threads are made when lanes first stand apart: many a run never needs them.
 *
 * Source: DESIGN.md §2 "Order"; the windows are those of Shadow (STYLE.md §1).
 */
#ifndef GOSSIM_SIM_LANES_H
#define GOSSIM_SIM_LANES_H

#include "sim/crew.h"
#include "sim/sim.h"

#include <stdbool.h>
#include <stdint.h>

enum { LANES_MAX = CREW_MEMBERS_MAX };

/** What the owner of the lanes does with the packets that change over. */
struct lanes_handlers {
    void *context;
    /** A lane will post: what it put aside two windows ago has been taken. */
    void (*on_post)(void *context, uint32_t lane, uint32_t side);
    /** A packet leaves: puts what its handle names aside. Returns the handle that mail carries. */
    uint32_t (*on_leave)(void *context, uint32_t lane, uint32_t side, uint32_t handle);
    /** It comes to a lane: returns the handle that it has there. Changes nothing of `from`. */
    uint32_t (*on_enter)(void *context, uint32_t lane, uint32_t from, uint32_t side,
                         uint32_t handle);
    /** The lanes will be joined: events come in one order from now on. */
    void (*on_join)(void *context);
    /** Both at once, as lanes are joined or separated: returns the handle that it has in lane `to`.
     */
    uint32_t (*on_move)(void *context, uint32_t from, uint32_t to, uint32_t handle);
};

struct sim_lane;

struct lanes {
    struct lanes_handlers handlers;
    struct sim_lane **items; // [count]
    struct sim_company company;
    uint32_t count;
    int64_t lookahead_ns;
    int64_t end_ns;            // of the present window
    uint32_t side;             // of the mail that is filled in it
    uint64_t windows;          // so far
    uint64_t windows_apart;    // of these, in which threads were at work side by side
    uint64_t events;           // handled in the latest
    uint64_t usual_events;     // those of a window of late, times as many windows as that goes by
    bool apart;                // never joined
    bool threaded;             // a thread for each while they stand apart
    bool refused;              // the system gave no more threads: all is done by the caller
    bool together;             // the lanes are joined
    struct event_wheel shared; // of all events, while they are
    bool stands_still; // in one of the lanes, which is then at an instant, not at a window's end
    struct crew *crew; // NULL: nobody has needed it yet, or all is by the caller
};

struct lanes_options {
    struct sim *const *sims; // [count] each with `part_of`, and its number as `part`
    uint32_t count;
    int64_t lookahead_ns; // ≥ 1; no packet between two lanes takes less
    struct lanes_handlers handlers;
    bool threaded; // a thread for each when they first stand apart, if the system gives them
    bool apart;    // they are never joined
};

/** Lanes of worlds that have just been made; the threads end with lanes_finish(). */
void lanes_init(struct lanes *lanes, struct arena *arena, const struct lanes_options *options);
void lanes_finish(struct lanes *lanes);

/**
 * Handles one window of events before `until_ns`, or a few of them at once. True when none was
 * left: the clocks of all lanes are then at `until_ns`, else at the end of the window.
 */
bool lanes_pass_window(struct lanes *lanes, int64_t until_ns);
#endif
