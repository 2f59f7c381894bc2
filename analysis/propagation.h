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

struct propagation {
    enum propagation_kind kind; // NONE: no message was delivered
    uint32_t message;
    uint32_t origin;
    uint32_t reached;           // nodes, without the publisher
    struct position *positions; // [nodes]
    struct world_disc *discs;   // [regions] of WORLD and REGIONS
    struct arrival *arrivals;   // [nodes]
    int64_t *latencies_ns;      // [reached], ascending
};

/** The number of the message, or TRACE_NONE. */
uint32_t propagation_choose_message(const struct run_data *run);

FAILURE_WARN_UNUSED bool propagation_of(struct propagation *propagation, const struct run_data *run,
                                        struct arena *arena, struct failure *failure);

/**
 * Writes one row per node: position, arrival, and the position of who sent the copy. The publisher
 * comes last and the latest nodes first, so that whoever draws the rows in their order has the
 * early ones on top.
 */
void propagation_print_nodes(struct table_file *file, const struct run_data *run,
                             const struct propagation *propagation, struct arena *scratch);

/** Writes the ends of each link, for PROPAGATION_LINKS; the header alone otherwise. */
void propagation_print_links(struct table_file *file, const struct run_data *run,
                             const struct propagation *propagation);

#endif
