/**
 * What the animated view of a report plays back: the events of some messages, and where nodes are.
 *
 * The trace is read twice more than tables need: once for deliveries, copies and losses of the
 * messages that are wanted, which also tells how long each took; then, if it is a full one, for the
 * control messages in that time, and for meshes. Nothing is kept of other messages.
 *
 *     spread_choose()    which messages, by what they will about take
 *     spread_read()      their events
 *     spread_columns()   these as columns for the page
 *
 * Limits: SPREAD_MESSAGES_MAX messages, SPREAD_CONTROLS_MAX control messages each; what is beyond
 *         is counted, and the page says so.
 * Memory: 24 bytes an event of the messages wanted, and for each topic of theirs 16 a node.
 */
#ifndef GOSSIM_CLI_REPORT_SPREAD_H
#define GOSSIM_CLI_REPORT_SPREAD_H

#include "analysis/world.h"
#include "cli/report/page.h"
#include "cli/report/report.h"

enum {
    SPREAD_MESSAGES_MAX = 200,
    SPREAD_CONTROLS_MAX = 200000,
    SPREAD_MESHES_MAX = 1 << 22, // nodes × topics
};

/** Which number of an event means what. */
enum { SPREAD_EXPECTED = 1, SPREAD_REQUESTED = 2 };       // bits of a delivery
enum { SPREAD_OWNER_FIRST = 1, SPREAD_OWNER_SECOND = 2 }; // bits of a pair in a mesh

struct spread_event {
    int64_t after_ns; // since the publication
    uint32_t node;    // where it happens
    uint32_t peer;    // the other one, or TRACE_NONE
    uint32_t value;   // hops of a delivery; kind of a control message; whether a peer joins
    uint32_t bits;
};

struct spread_list {
    struct spread_event *items; // to be freed
    size_t count;
    size_t capacity;
};

struct spread_message {
    uint32_t number;
    int64_t published_ns;
    int64_t end_ns; // since then: the last delivery or copy
    struct spread_list deliveries;
    struct spread_list copies; // duplicates
    struct spread_list losses; // from `node` to `peer`
    struct spread_list controls;
    struct spread_list mesh; // pairs at the publication
    struct spread_list changes;
    uint64_t controls_left_out;
    uint32_t *roles; // [nodes] at the publication; NULL: nobody has any
};

struct spread {
    const struct run_data *run;
    bool full;   // the trace has more than deliveries
    bool meshes; // and meshes are followed
    struct spread_message *messages;
    uint32_t count;
};

/** The messages to show, in the order of their worth, as many as fit in `room` bytes. False if one
 * that was asked for is none, or does not fit. */
FAILURE_WARN_UNUSED bool spread_choose(struct spread *spread, struct report *report,
                                       const struct run_data *run, uint64_t room);

/** Reads their events. */
FAILURE_WARN_UNUSED bool spread_read(struct spread *spread, struct report *report,
                                     const char *trace);

/** The columns of a message, and the unit of their times. */
struct page_columns spread_columns(const struct spread *spread,
                                   const struct spread_message *message, int64_t *unit_ns);

/** Lets go of the events of a message, or of all. */
void spread_drop(struct spread_message *message);
void spread_finish(struct spread *spread);

/** Where nodes are drawn. */
struct spread_places {
    struct position *positions; // [nodes] in a box that begins at 0, 0; y downwards
    double wide;
    double high;
    struct world_disc *discs; // [regions], likewise; NULL: none
    const char *name;         // of the way nodes were placed
    const char *words;        // the same in a sentence
    bool crowded;             // the links are too many to show a shape
};

FAILURE_WARN_UNUSED bool spread_place(struct spread_places *places, struct report *report,
                                      const struct run_data *run);

#endif
