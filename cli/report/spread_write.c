#include "cli/report/spread.h"

#include "analysis/layout.h"

#include <math.h>

enum { NARROW_NODES = 65535, NODE_NARROW = 2, NODE_WIDE = 4 };

static int64_t divisor(int64_t a, int64_t b) {
    while (b != 0) {
        int64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static int64_t divisor_of(const struct spread_list *list, int64_t unit_ns) {
    for (size_t i = 0; i < list->count && unit_ns != 1; i++) {
        unit_ns = divisor(unit_ns, list->items[i].after_ns);
    }
    return unit_ns;
}

/** The later one of a time and the last of a list. Copies may be lost after the last arrival. */
static int64_t latest_of(const struct spread_list *list, int64_t latest_ns) {
    for (size_t i = 0; i < list->count; i++) {
        int64_t after_ns = list->items[i].after_ns;
        latest_ns = after_ns > latest_ns ? after_ns : latest_ns;
    }
    return latest_ns;
}

/** How columns of one message are written. */
struct writing {
    struct page_columns columns;
    uint32_t node_size;
    uint32_t time_size; // 8: as doubles, which hold ns exactly up to a hundred days
    int64_t unit_ns;
};

static void add_times(struct writing *writing, const char *name, const struct spread_list *list) {
    struct page_columns *columns = &writing->columns;
    page_columns_begin(columns, name, writing->time_size, list->count);
    for (size_t i = 0; i < list->count; i++) {
        int64_t time = list->items[i].after_ns / writing->unit_ns;
        if (writing->time_size == 8) {
            page_columns_add_double(columns, (double)time);
        } else {
            page_columns_add(columns, writing->time_size, (uint64_t)time);
        }
    }
    page_columns_end(columns);
}

enum field { FIELD_NODE, FIELD_PEER, FIELD_VALUE, FIELD_BITS };

static uint64_t field_of(const struct spread_event *event, enum field field) {
    switch (field) {
    case FIELD_NODE:
        return event->node;
    case FIELD_PEER:
        return event->peer;
    case FIELD_VALUE:
        return event->value;
    case FIELD_BITS:
        return event->bits;
    }
    return 0;
}

/** A column of a list: of its own size, or of that of numbers of nodes for 0. */
struct column {
    const char *name;
    enum field field;
    uint32_t size;
};

static void add_fields(struct writing *writing, const struct spread_list *list,
                       const struct column *wanted, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t size = wanted[i].size == 0 ? writing->node_size : wanted[i].size;
        page_columns_begin(&writing->columns, wanted[i].name, size, list->count);
        for (size_t at = 0; at < list->count; at++) {
            uint64_t value = field_of(&list->items[at], wanted[i].field);
            bool wide = size == 2 && wanted[i].field == FIELD_VALUE && value > UINT16_MAX;
            page_columns_add(&writing->columns, size, wide ? UINT16_MAX : value);
        }
        page_columns_end(&writing->columns);
    }
}

static void add_all(struct writing *writing, const struct spread *spread,
                    const struct spread_message *message) {
    static const struct column deliveries[] = {{"node", FIELD_NODE, 0},
                                               {"from", FIELD_PEER, 0},
                                               {"hops", FIELD_VALUE, 2},
                                               {"flags", FIELD_BITS, 1}};
    static const struct column copies[] = {{"dnode", FIELD_NODE, 0}, {"dfrom", FIELD_PEER, 0}};
    static const struct column losses[] = {{"lfrom", FIELD_NODE, 0}, {"lnode", FIELD_PEER, 0}};
    static const struct column controls[] = {
        {"cnode", FIELD_NODE, 0}, {"cfrom", FIELD_PEER, 0}, {"ckind", FIELD_VALUE, 1}};
    static const struct column pairs[] = {
        {"ma", FIELD_NODE, 0}, {"mb", FIELD_PEER, 0}, {"mboth", FIELD_BITS, 1}};
    static const struct column changes[] = {
        {"gnode", FIELD_NODE, 0}, {"gpeer", FIELD_PEER, 0}, {"gjoin", FIELD_VALUE, 1}};
    add_times(writing, "time", &message->deliveries);
    add_fields(writing, &message->deliveries, deliveries, 4);
    if (spread->full) {
        add_times(writing, "dtime", &message->copies);
        add_fields(writing, &message->copies, copies, 2);
        add_times(writing, "ltime", &message->losses);
        add_fields(writing, &message->losses, losses, 2);
        add_times(writing, "ctime", &message->controls);
        add_fields(writing, &message->controls, controls, 3);
    }
    if (spread->meshes) {
        add_fields(writing, &message->mesh, pairs, 3);
        add_times(writing, "gtime", &message->changes);
        add_fields(writing, &message->changes, changes, 3);
    }
}

/** When and from whom each node had the message first. */
static struct arrival *arrivals_of(const struct spread *spread,
                                   const struct spread_message *message, struct arena *arena) {
    const struct run_data *run = spread->run;
    uint32_t origin = run->messages[message->number].origin;
    struct arrival *arrivals =
        arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *arrivals);
    for (uint32_t node = 0; node < run->node_count; node++) {
        arrivals[node] = (struct arrival){.latency_ns = -1, .sender = TRACE_NONE};
    }
    for (size_t i = 0; i < message->deliveries.count; i++) {
        const struct spread_event *event = &message->deliveries.items[i];
        if (event->node != origin && arrivals[event->node].latency_ns < 0) {
            arrivals[event->node] = (struct arrival){event->after_ns, event->peer, event->value};
        }
    }
    return arrivals;
}

/** Places by arrival: the publisher in the middle, nodes further out the later they heard. */
static void add_places(struct writing *writing, const struct spread *spread,
                       const struct spread_message *message) {
    const struct run_data *run = spread->run;
    uint32_t origin = run->messages[message->number].origin;
    struct arena *scratch = arena_create(NULL);
    struct position *positions =
        arena_take_array(scratch, MEMORY_TABLES, run->node_count, sizeof *positions);
    if (origin < run->node_count) {
        layout_by_arrival(arrivals_of(spread, message, scratch), run->node_count, origin, scratch,
                          positions);
    }
    double most = 1e-9;
    for (uint32_t node = 0; node < run->node_count; node++) {
        most = fmax(most, fmax(fabs(positions[node].x), fabs(positions[node].y)));
    }
    for (uint32_t axis = 0; axis < 2; axis++) {
        page_columns_begin(&writing->columns, axis == 0 ? "ax" : "ay", 2, run->node_count);
        for (uint32_t node = 0; node < run->node_count; node++) {
            double at = axis == 0 ? positions[node].x : -positions[node].y;
            page_columns_add(&writing->columns, 2, (uint64_t)(65535 * (0.5 + at / most / 2) + 0.5));
        }
        page_columns_end(&writing->columns);
    }
    arena_destroy(scratch);
}

struct page_columns spread_columns(const struct spread *spread,
                                   const struct spread_message *message, int64_t *unit_ns) {
    int64_t unit = message->end_ns;
    int64_t latest_ns = message->end_ns;
    const struct spread_list *lists[] = {&message->deliveries, &message->copies, &message->losses,
                                         &message->controls, &message->changes};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        unit = divisor_of(lists[i], unit);
        latest_ns = latest_of(lists[i], latest_ns);
    }
    struct writing writing = {
        .node_size = spread->run->node_count < NARROW_NODES ? NODE_NARROW : NODE_WIDE,
        .unit_ns = unit > 0 ? unit : 1,
    };
    writing.time_size = latest_ns / writing.unit_ns < UINT32_MAX ? 4 : 8;
    add_all(&writing, spread, message);
    add_places(&writing, spread, message);
    if (message->roles != NULL) {
        page_columns_begin(&writing.columns, "role", 4, spread->run->node_count);
        for (uint32_t node = 0; node < spread->run->node_count; node++) {
            page_columns_add(&writing.columns, 4, message->roles[node]);
        }
        page_columns_end(&writing.columns);
    }
    *unit_ns = writing.unit_ns;
    return writing.columns;
}
