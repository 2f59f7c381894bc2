#include "scenarios/parting.h"

#include "base/check.h"
#include "scenarios/fleet.h"
#include "scenarios/session_log.h"

#include <string.h>

enum { EVENTS_PER_LOOK = 1 << 12 };

/** One run, and what its latest event has left. */
struct side {
    struct session *session;
    struct session_log log;
    uint32_t next; // of its records: the first that was not compared
};

static bool open_side(struct side *side, struct arena *arena, const struct scenario *scenario,
                      struct session_options options, struct failure *failure) {
    side->next = 0;
    session_log_init(&side->log, arena);
    options.hooks = session_log_hooks(&side->log);
    side->session = session_open(arena, scenario, &options, failure);
    return side->session != NULL;
}

/** Handles the next event; false if none comes. */
static bool step(struct side *side) {
    session_log_forget(&side->log);
    side->next = 0;
    return session_next(side->session);
}

static bool is_same_event(const struct session_event *a, const struct session_event *b) {
    // How many events the source has caused before is no part of what happens.
    return a->at_ns == b->at_ns &&
           a->order >> EVENT_SEQUENCE_BITS == b->order >> EVENT_SEQUENCE_BITS &&
           a->what == b->what && a->node == b->node && a->peer == b->peer &&
           a->message == b->message && a->topic == b->topic && a->rpc_kind == b->rpc_kind &&
           a->entries == b->entries && a->bytes == b->bytes;
}

static bool is_same_record(const struct trace_record *a, const struct trace_record *b) {
    const struct trace_words left = trace_record_words(a);
    const struct trace_words right = trace_record_words(b);
    return memcmp(&left, &right, sizeof left) == 0;
}

static bool comes_before(const struct session_event *a, const struct session_event *b) {
    if (a->number == 0 || b->number == 0) {
        return b->number == 0 && a->number != 0;
    }
    return a->at_ns != b->at_ns ? a->at_ns < b->at_ns : a->order < b->order;
}

/** How many records of the two begin alike. */
static uint32_t alike_records(const struct side sides[PARTING_SIDES]) {
    uint32_t least = sides[0].log.record_count < sides[1].log.record_count
                         ? sides[0].log.record_count
                         : sides[1].log.record_count;
    uint32_t alike = 0;
    while (alike < least &&
           is_same_record(&sides[0].log.records[alike], &sides[1].log.records[alike])) {
        alike++;
    }
    return alike;
}

/** What became of a side: `record` is the first that differs. */
static void conclude(struct parting *parting, struct side *side, uint32_t number, uint32_t record) {
    const struct session_log *log = &side->log;
    parting->sides[number] = (struct parting_side){
        .session = side->session,
        .event = *session_event(side->session),
        .records = log->records,
        .mesh_sizes =
            session_mesh_sizes(side->session, log->pool.arena, log->records, log->record_count),
        .record_count = log->record_count,
        .record = record,
        .draws = log->draws,
        .draw_count = log->draw_count,
    };
}

static bool may_go_on(const struct parting_options *options, uint64_t steps) {
    return options->go_on == NULL || steps % EVENTS_PER_LOOK != 0 ||
           options->go_on(options->context);
}

static void find_by_events(struct side sides[PARTING_SIDES], const struct parting_options *options,
                           struct parting *parting) {
    for (;;) {
        bool came[PARTING_SIDES] = {step(&sides[0]), step(&sides[1])};
        const struct session_event *events[PARTING_SIDES] = {session_event(sides[0].session),
                                                             session_event(sides[1].session)};
        uint32_t alike = alike_records(sides);
        bool both = came[0] && came[1];
        bool same = both && is_same_event(events[0], events[1]);
        bool none = !came[0] && !came[1];
        bool all = alike == sides[0].log.record_count && alike == sides[1].log.record_count;
        parting->interrupted = !may_go_on(options, parting->alike);
        if (same && all && !parting->interrupted) {
            parting->alike++;
            parting->alike_ns = events[0]->at_ns;
            if (parting->alike != options->enough) {
                continue;
            }
        }
        for (uint32_t i = 0; i < PARTING_SIDES; i++) {
            conclude(parting, &sides[i], i, same ? alike : 0);
            if (!came[i]) {
                parting->sides[i].event = (struct session_event){.number = 0};
            }
        }
        bool ended = none || parting->interrupted || (same && all);
        parting->kind = ended ? PARTING_NONE : same ? PARTING_OUTCOME : PARTING_EVENT;
        return;
    }
}

/** Goes on to the next RPC that is sent; NULL if there is none. */
static const struct trace_record *next_rpc(struct side *side, const struct parting_options *options,
                                           bool *interrupted) {
    for (;;) {
        while (side->next < side->log.record_count) {
            const struct trace_record *record = &side->log.records[side->next++];
            if (record->kind == TRACE_SEND) {
                return record;
            }
        }
        *interrupted = *interrupted || !may_go_on(options, session_count(side->session));
        if (*interrupted || !step(side)) {
            return NULL;
        }
    }
}

static void find_by_rpcs(struct side sides[PARTING_SIDES], const struct parting_options *options,
                         struct parting *parting) {
    for (;;) {
        const struct trace_record *rpcs[PARTING_SIDES] = {
            next_rpc(&sides[0], options, &parting->interrupted),
            next_rpc(&sides[1], options, &parting->interrupted)};
        bool both = rpcs[0] != NULL && rpcs[1] != NULL;
        bool alike = both && is_same_record(rpcs[0], rpcs[1]);
        if (alike) {
            parting->alike++;
            parting->alike_ns = rpcs[0]->at_ns;
            if (parting->alike != options->enough) {
                continue;
            }
        }
        bool none = (rpcs[0] == NULL && rpcs[1] == NULL) || parting->interrupted || alike;
        for (uint32_t i = 0; i < PARTING_SIDES; i++) {
            conclude(parting, &sides[i], i,
                     rpcs[i] == NULL ? sides[i].log.record_count : sides[i].next - 1);
            if (rpcs[i] == NULL) {
                parting->sides[i].event = (struct session_event){.number = 0};
            }
        }
        bool same =
            both && is_same_event(session_event(sides[0].session), session_event(sides[1].session));
        parting->kind = none ? PARTING_NONE : same ? PARTING_OUTCOME : PARTING_EVENT;
        return;
    }
}

/** Where an event has come to one side alone, the other one has gone on to a later one: another
 * session of it goes just as far as the first, so that both can be looked at side by side. */
static bool level(struct arena *arena, const struct scenario *const scenarios[PARTING_SIDES],
                  const struct parting_options *options, struct parting *parting,
                  struct failure *failure) {
    const struct parting_side *first = &parting->sides[parting->first];
    struct parting_side *other = &parting->sides[1 - parting->first];
    if (parting->kind != PARTING_EVENT || session_now_ns(other->session) <= first->event.at_ns) {
        return true;
    }
    const struct session_options plain = {.wire = options->wire,
                                          .ties = options->ties[1 - parting->first]};
    other->session = session_open(arena, scenarios[1 - parting->first], &plain, failure);
    if (other->session == NULL) {
        return false;
    }
    // It gets no further where time stands still; parting_find() has asked the first about that.
    (void)session_run_until(other->session, first->event.at_ns + 1);
    return true;
}

bool parting_find(struct arena *arena, const struct scenario *const scenarios[PARTING_SIDES],
                  const struct parting_options *options, struct parting *parting,
                  struct failure *failure) {
    struct side *sides = arena_take_array(arena, MEMORY_TRACE, PARTING_SIDES, sizeof *sides);
    *parting = (struct parting){.kind = PARTING_NONE};
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        parting->failed = i;
        const struct session_options own = {.wire = options->wire, .ties = options->ties[i]};
        if (!open_side(&sides[i], arena, scenarios[i], own, failure)) {
            return false;
        }
    }
    if (options->scope == PARTING_BY_EVENTS) {
        find_by_events(sides, options, parting);
    } else {
        find_by_rpcs(sides, options, parting);
    }
    parting->first = comes_before(&parting->sides[1].event, &parting->sides[0].event) ? 1 : 0;
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        parting->interrupted = parting->interrupted || session_stands_still(sides[i].session);
    }
    return level(arena, scenarios, options, parting, failure);
}

static uint32_t add_node(uint32_t *nodes, uint32_t count, uint32_t node) {
    for (uint32_t i = 0; i < count; i++) {
        if (nodes[i] == node) {
            return count;
        }
    }
    if (node != TRACE_NONE) {
        nodes[count++] = node;
    }
    return count;
}

uint32_t parting_nodes(const struct parting *parting, uint32_t nodes[2 * PARTING_SIDES]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < PARTING_SIDES; i++) {
        const struct parting_side *side = &parting->sides[(parting->first + i) % PARTING_SIDES];
        if (side->event.number == 0) {
            continue;
        }
        bool shown = side->record < side->record_count;
        const struct trace_record *record = shown ? &side->records[side->record] : NULL;
        count = add_node(nodes, count, shown ? record->node : side->event.node);
        uint32_t peer = shown && record->peer != TRACE_NONE ? record->peer : side->event.peer;
        count = add_node(nodes, count, peer);
    }
    return count;
}

/** The last records of each of some nodes. */
struct ring {
    const uint32_t *nodes; // [node_count]
    uint32_t node_count;
    uint32_t most;
    struct ring_item *items; // [node_count × most]
    uint64_t *seen;          // [node_count] how many there were of each
    uint64_t count;          // of all
};

struct ring_item {
    struct trace_record record;
    uint64_t number; // among all that were kept
};

static void keep(void *context, const struct trace_record *record) {
    struct ring *ring = context;
    for (uint32_t i = 0; i < ring->node_count; i++) {
        if (ring->nodes[i] == record->node) {
            struct ring_item *item =
                &ring->items[(uint64_t)i * ring->most + ring->seen[i]++ % ring->most];
            *item = (struct ring_item){*record, ring->count++};
        }
    }
}

/** All that is in the ring, in the order in which it came. */
static const struct trace_record *unroll(const struct ring *ring, struct arena *arena,
                                         uint32_t *count) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < ring->node_count; i++) {
        kept += (uint32_t)(ring->seen[i] < ring->most ? ring->seen[i] : ring->most);
    }
    struct trace_record *records =
        arena_take_array(arena, MEMORY_TRACE, kept > 0 ? kept : 1, sizeof *records);
    uint64_t *numbers = arena_take_array(arena, MEMORY_TRACE, kept > 0 ? kept : 1, sizeof *numbers);
    uint32_t filled = 0;
    for (uint32_t i = 0; i < ring->node_count; i++) {
        uint64_t own = ring->seen[i] < ring->most ? ring->seen[i] : ring->most;
        for (uint64_t k = 0; k < own; k++) {
            const struct ring_item *item = &ring->items[(uint64_t)i * ring->most + k];
            uint32_t place = filled++;
            for (; place > 0 && numbers[place - 1] > item->number; place--) {
                numbers[place] = numbers[place - 1];
                records[place] = records[place - 1];
            }
            numbers[place] = item->number;
            records[place] = item->record;
        }
    }
    *count = kept;
    return records;
}

struct session_records parting_before(struct arena *arena, const struct parting_past *past) {
    struct ring ring = {.nodes = past->nodes, .node_count = past->node_count, .most = past->most};
    uint32_t places = ring.node_count * ring.most;
    ring.items = arena_take_array(arena, MEMORY_TRACE, places > 0 ? places : 1, sizeof *ring.items);
    ring.seen = arena_take_array(arena, MEMORY_TRACE, ring.node_count + 1, sizeof *ring.seen);
    struct failure failure;
    const struct session_options options = {.hooks = {.context = &ring, .on_record = keep},
                                            .ties = past->ties};
    if (ring.most == 0 || past->number == 0) {
        return (struct session_records){.count = 0};
    }
    struct session *session = session_open(arena, past->scenario, &options, &failure);
    CHECK(session != NULL); // it was built before
    session_run_to(session, past->number - 1);
    struct session_records found = {.count = 0};
    found.records = unroll(&ring, arena, &found.count);
    found.mesh_sizes = session_mesh_sizes(session, arena, found.records, found.count);
    return found;
}
