#include "analysis/propagation.h"

#include "analysis/region_map.h"
#include "base/bitset.h"
#include "base/check.h"
#include "base/sort.h"

#include <inttypes.h>

uint32_t propagation_choose_message(const struct run_data *run) {
    uint32_t chosen = TRACE_NONE;
    for (uint32_t i = 0; i < run->message_count; i++) {
        const struct run_message *message = &run->messages[i];
        if (message->deliveries > 0 &&
            (chosen == TRACE_NONE || message->published_ns < run->messages[chosen].published_ns)) {
            chosen = i;
        }
    }
    return chosen;
}

/** The first delivery of the message at each node, expected or not. */
static void take_arrivals(struct propagation *propagation, const struct run_data *run,
                          struct arena *arena) {
    const struct run_message *message = &run->messages[propagation->message];
    struct arrival *arrivals =
        arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *arrivals);
    for (uint32_t node = 0; node < run->node_count; node++) {
        arrivals[node] = (struct arrival){.latency_ns = -1, .sender = TRACE_NONE};
    }
    for (uint64_t i = 0; i < run->spread.count; i++) {
        const struct run_delivery *delivery = &run->spread.deliveries[i];
        int64_t latency_ns = delivery->delivered_ns - message->published_ns;
        struct arrival *arrival = &arrivals[delivery->node];
        if (delivery->node == message->origin ||
            (arrival->latency_ns >= 0 && arrival->latency_ns <= latency_ns)) {
            continue;
        }
        propagation->reached += arrival->latency_ns < 0 ? 1 : 0;
        *arrival = (struct arrival){latency_ns, delivery->sender, delivery->hops};
    }
    propagation->arrivals = arrivals;
}

static void sort_arrivals(struct propagation *propagation, uint32_t node_count,
                          struct arena *arena) {
    uint32_t count = propagation->reached;
    int64_t *latencies = arena_take_array(arena, MEMORY_TABLES, count, 2 * sizeof *latencies);
    uint32_t filled = 0;
    for (uint32_t node = 0; node < node_count; node++) {
        if (propagation->arrivals[node].latency_ns >= 0) {
            latencies[filled++] = propagation->arrivals[node].latency_ns;
        }
    }
    CHECK(filled == count);
    sort_i64(latencies, latencies + count, count);
    propagation->latencies_ns = latencies;
}

/** Marks the nodes without the message that were expected to get another one of its topic, and did.
 */
static uint32_t mark_subscribers(struct propagation *propagation, const struct run_data *run) {
    enum propagation_absence *of = propagation->absences.of;
    uint32_t marked = 0;
    for (uint32_t node = 0; node < run->node_count; node++) {
        if (bitset_has(run->spread.subscribers, node) && of[node] == PROPAGATION_OUTSIDE) {
            of[node] = PROPAGATION_MISSED;
            marked++;
        }
    }
    return marked;
}

/** Gives all nodes without the message the same reason. */
static void mark_all(struct propagation *propagation, uint32_t node_count,
                     enum propagation_absence absence) {
    for (uint32_t node = 0; node < node_count; node++) {
        bool present = node == propagation->origin || propagation->arrivals[node].latency_ns >= 0;
        propagation->absences.of[node] = present ? PROPAGATION_PRESENT : absence;
    }
}

static void tell_absences(struct propagation *propagation, const struct run_data *run,
                          struct arena *arena) {
    struct propagation_absences *absences = &propagation->absences;
    absences->of = arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *absences->of);
    const struct run_message *message = &run->messages[propagation->message];
    uint32_t absent = run->node_count - 1 - propagation->reached;
    uint32_t missed =
        message->expected > message->deliveries ? message->expected - message->deliveries : 0;
    mark_all(propagation, run->node_count, PROPAGATION_OUTSIDE);
    if (missed >= absent) {
        mark_all(propagation, run->node_count, PROPAGATION_MISSED);
        absences->missed = absent;
    } else if (missed == 0 || mark_subscribers(propagation, run) == missed) {
        absences->missed = missed;
        absences->outside = absent - missed;
    } else {
        mark_all(propagation, run->node_count, PROPAGATION_UNKNOWN);
        absences->unknown = absent;
    }
}

static bool place_nodes(struct propagation *propagation, const struct run_data *run,
                        struct arena *arena, struct failure *failure) {
    if (region_map_knows(run)) {
        bool world = world_knows(run);
        propagation->kind = world ? PROPAGATION_WORLD : PROPAGATION_REGIONS;
        propagation->discs = world ? world_discs(run, arena) : region_map_discs(run, arena);
        propagation->positions = world_place(run, propagation->discs, arena);
        return true;
    }
    propagation->positions =
        arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *propagation->positions);
    enum layout_shape shape = layout_shape_of(run, arena);
    if (shape != LAYOUT_TREE) {
        propagation->kind = PROPAGATION_LINKS;
        return layout_by_links(run, shape, arena, propagation->positions, failure);
    }
    propagation->kind = PROPAGATION_TREE;
    layout_by_arrival(propagation->arrivals, run->node_count, propagation->origin, arena,
                      propagation->positions);
    return true;
}

bool propagation_of(struct propagation *propagation, const struct run_data *run,
                    struct arena *arena, struct failure *failure) {
    *propagation = (struct propagation){.message = run->spread.message};
    if (propagation->message == TRACE_NONE) {
        return true;
    }
    propagation->origin = run->messages[propagation->message].origin;
    take_arrivals(propagation, run, arena);
    sort_arrivals(propagation, run->node_count, arena);
    tell_absences(propagation, run, arena);
    return place_nodes(propagation, run, arena, failure);
}

/** Nodes from the latest to the earliest; nodes without the message before them all, the publisher
 * last. */
static struct sort_item *order_nodes(const struct run_data *run,
                                     const struct propagation *propagation, struct arena *scratch) {
    uint32_t count = run->node_count;
    struct sort_item *items = arena_take_array(scratch, MEMORY_TABLES, count, 2 * sizeof *items);
    for (uint32_t node = 0; node < count; node++) {
        int64_t latency_ns = propagation->arrivals[node].latency_ns;
        uint64_t key = latency_ns < 0 ? 0 : UINT64_MAX - 1 - (uint64_t)latency_ns;
        items[node] = (struct sort_item){node == propagation->origin ? UINT64_MAX : key, node};
    }
    sort_by_key(items, items + count, count);
    return items;
}

static void print_node(struct table_file *file, const struct propagation *propagation,
                       uint32_t node) {
    const struct arrival *arrival = &propagation->arrivals[node];
    struct position position = propagation->positions[node];
    table_file_print(file, "%" PRIu32 "\t%.4f\t%.4f", node, position.x, position.y);
    if (node == propagation->origin) {
        table_file_print(file, "\t0\t0");
        table_file_absent(file, 3);
    } else if (arrival->latency_ns < 0) {
        table_file_absent(file, 5);
    } else {
        table_file_print(file, "\t%" PRId64 "\t%" PRIu32, arrival->latency_ns, arrival->hops);
        table_file_number(file, arrival->sender);
        if (arrival->sender == TRACE_NONE) {
            table_file_absent(file, 2);
        } else {
            struct position from = propagation->positions[arrival->sender];
            table_file_print(file, "\t%.4f\t%.4f", from.x, from.y);
        }
    }
    static const char *const names[] = {
        [PROPAGATION_PRESENT] = "NA",
        [PROPAGATION_MISSED] = "missed",
        [PROPAGATION_OUTSIDE] = "not_subscribed",
        [PROPAGATION_UNKNOWN] = "unknown",
    };
    table_file_print(file, "\t%s\n", names[propagation->absences.of[node]]);
}

void propagation_print_nodes(struct table_file *file, const struct run_data *run,
                             const struct propagation *propagation, struct arena *scratch) {
    table_file_print(file, "node\tx\ty\tlatency_ns\thops\tsender\tsender_x\tsender_y\tabsence\n");
    if (propagation->kind == PROPAGATION_NONE) {
        return;
    }
    const struct sort_item *items = order_nodes(run, propagation, scratch);
    for (uint32_t i = 0; i < run->node_count; i++) {
        print_node(file, propagation, (uint32_t)items[i].value);
    }
}

void propagation_print_links(struct table_file *file, const struct run_data *run,
                             const struct propagation *propagation) {
    table_file_print(file, "a_x\ta_y\tb_x\tb_y\n");
    if (propagation->kind != PROPAGATION_LINKS) {
        return;
    }
    for (uint32_t i = 0; i < run->link_count; i++) {
        struct position a = propagation->positions[run->links[i].a];
        struct position b = propagation->positions[run->links[i].b];
        table_file_print(file, "%.4f\t%.4f\t%.4f\t%.4f\n", a.x, a.y, b.x, b.y);
    }
}
