/**
 * How one message spread: where each node is drawn and when the message came to it.
 *
 * The message is the first one, by the time of its publication, that reached an expected receiver.
 * Nodes stand on the map when the run has the regions of world-8 (analysis/world.h), by region when
 * it has others (analysis/region_map.h), and where a layout puts them otherwise
 * (analysis/layout.h).
 */
#ifndef GOSSIM_ANALYSIS_PROPAGATION_H
#define GOSSIM_ANALYSIS_PROPAGATION_H

#include "analysis/layout.h"
#include "analysis/run_data.h"
#include "analysis/table_file.h"
#include "analysis/world.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

enum propagation_kind {
    PROPAGATION_NONE,
    PROPAGATION_WORLD,
    PROPAGATION_REGIONS,
    PROPAGATION_LINKS,
    PROPAGATION_TREE,
};

/** Why a node has no copy of the message. */
enum propagation_absence {
    PROPAGATION_PRESENT, // it has one, or it is the publisher
    PROPAGATION_MISSED,  // expected to get it
    PROPAGATION_OUTSIDE, // not expected to: not subscribed
    PROPAGATION_UNKNOWN, // the trace does not tell which of the two
};

/**
 * A trace says how many receivers a message has, not which ones. Nodes without the message are told
 * apart where that number settles it: none missed it, or all did, or as many did as got other
 * messages of the topic that they were expected to get, who are then taken to be those. `unknown`
 * is the number of the nodes that stay in doubt; `missed` and `outside` then count none.
 */
struct propagation_absences {
    enum propagation_absence *of; // [nodes]
    uint32_t missed;
    uint32_t outside;
    uint32_t unknown;
};

struct propagation {
    enum propagation_kind kind; // NONE: no message was delivered
    uint32_t message;
    uint32_t origin;
    uint32_t reached;           // nodes, without the publisher
    struct position *positions; // [nodes]
    struct world_disc *discs;   // [regions] of WORLD and REGIONS
    struct arrival *arrivals;   // [nodes]
    int64_t *latencies_ns;      // [reached], ascending
    struct propagation_absences absences;
};

/** The number of the message, or TRACE_NONE. */
uint32_t propagation_choose_message(const struct run_data *run);

FAILURE_WARN_UNUSED bool propagation_of(struct propagation *propagation, const struct run_data *run,
                                        struct arena *arena, struct failure *failure);

/**
 * Writes one row per node: position, arrival, the position of who sent the copy, why there is no
 * copy. The publisher comes last and the latest nodes first, so that whoever draws the rows in
 * their order has the early ones on top.
 */
void propagation_print_nodes(struct table_file *file, const struct run_data *run,
                             const struct propagation *propagation, struct arena *scratch);

/** Writes the ends of each link, for PROPAGATION_LINKS; the header alone otherwise. */
void propagation_print_links(struct table_file *file, const struct run_data *run,
                             const struct propagation *propagation);

#endif
