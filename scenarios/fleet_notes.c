// Records of several lanes, shown in the order of events: see fleet_lanes.h.
#include "base/check.h"
#include "scenarios/fleet_lanes.h"

void fleet_note(struct fleet *fleet, const struct trace_record *record) {
    struct fleet_lane *lane = fleet->lane;
    CHECK(record->at_ns == fleet->sim.now_ns);
    if (lane->note_count == lane->note_capacity) {
        lane->notes = pool_grow(&fleet->results, lane->notes, &lane->note_capacity,
                                lane->note_count + 1, sizeof *lane->notes);
    }
    lane->notes[lane->note_count++] = (struct fleet_note){
        .record = *record,
        .order = fleet->sim.queue->last.order,
        .payload = (uint32_t)fleet->sending_payload,
        .keeps_peer = fleet->invariants != NULL && invariants_keeps_peer(fleet, record),
    };
}

void fleet_show_at_once(struct fleet *lane, const struct trace_record *record) {
    struct fleet *fleet = lane->lanes->items[0];
    fleet->sending_payload = lane->sending_payload;
    fleet_show(fleet, record, lane->invariants != NULL && invariants_keeps_peer(lane, record));
}

/** How far the notes of a lane have been shown. */
struct reading {
    const struct fleet_note *next;
    const struct fleet_note *end;
};

static bool is_before(const struct fleet_note *a, const struct fleet_note *b) {
    if (a->record.at_ns != b->record.at_ns) {
        return a->record.at_ns < b->record.at_ns;
    }
    return a->order < b->order;
}

/** The lane whose next note is the first of all; NULL if none is left. */
static struct reading *first_of(struct reading *readings, uint32_t count) {
    struct reading *first = NULL;
    for (uint32_t i = 0; i < count; i++) {
        struct reading *reading = &readings[i];
        if (reading->next != reading->end &&
            (first == NULL || is_before(reading->next, first->next))) {
            first = reading;
        }
    }
    return first;
}

void fleet_show_notes(struct fleet *fleet) {
    struct reading readings[LANES_MAX];
    const struct fleet_lanes *lanes = fleet->lanes;
    for (uint32_t i = 0; i < lanes->count; i++) {
        struct fleet_lane *lane = lanes->items[i]->lane;
        readings[i] = (struct reading){lane->notes, lane->notes + lane->note_count};
        lane->note_count = 0;
    }
    uint64_t payload = fleet->sending_payload;
    struct reading *first = NULL;
    while ((first = first_of(readings, lanes->count)) != NULL) {
        const struct fleet_note *event = first->next;
        // All that one event has left stands in a row.
        for (; first->next != first->end && !is_before(event, first->next); first->next++) {
            fleet->sending_payload = first->next->payload;
            fleet_show(fleet, &first->next->record, first->next->keeps_peer);
        }
    }
    fleet->sending_payload = payload;
}
