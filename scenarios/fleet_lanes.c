#include "scenarios/fleet_lanes.h"

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/fleet_faults.h"
#include "sim/partition.h"

#include <stdio.h>

enum { EVENTS_PER_LOOK = 1 << 16, NOTES_MAX = 1 << 15 };

uint32_t fleet_lane_count(const struct fleet *fleet) {
    return fleet->lanes == NULL ? 1 : fleet->lanes->count;
}

struct fleet *fleet_lane_at(struct fleet *fleet, uint32_t number) {
    return fleet->lanes == NULL ? fleet : fleet->lanes->items[number];
}

struct fleet *fleet_of(struct fleet *fleet, uint32_t node) {
    return fleet->lanes == NULL ? fleet : fleet->lanes->items[fleet->lanes->of[node]];
}

/** The least time after which a node hears of another one's fall that nobody told it of. */
static int64_t least_detection(const struct plan_faults *faults) {
    int64_t least_ns = INT64_MAX;
    for (uint32_t i = 0; faults != NULL && i < faults->count; i++) {
        const struct plan_fault *fault = &faults->items[i];
        bool noticed = fault->kind == PLAN_NODE_DOWN && fault->silent;
        if (noticed && fault->detect_ns < least_ns) {
            least_ns = fault->detect_ns;
        }
    }
    return least_ns;
}

/** How far apart lanes may be: by what nothing between two of them is faster than. */
static int64_t lookahead_of(const struct fleet *fleet, const struct partition *partition) {
    int64_t least_ns = partition->between_ns;
    int64_t detection_ns = least_detection(fleet->plan.faults);
    least_ns = detection_ns < least_ns ? detection_ns : least_ns;
    return least_ns < fleet->scenario->duration_ns ? least_ns : fleet->scenario->duration_ns;
}

/** Whether the scenario sends bytes itself: what they name may have been published anywhere. */
static bool injects(const struct scenario *scenario) {
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        if (scenario->events[i].kind == SCENARIO_INJECT) {
            return true;
        }
    }
    return false;
}

/** Why one thread has to do all, or NULL. */
static const char *reason_for_one(const struct fleet *fleet, const struct partition *partition) {
    if (partition->parts == 1) {
        return "there is one node";
    }
    if (injects(fleet->scenario)) {
        return "the scenario sends RPCs of its own, which may name what any node published";
    }
    if (fleet->lookahead_ns < FLEET_LOOKAHEAD_MIN) {
        return "messages between any parts of the network take too little time";
    }
    return NULL;
}

/** Gives a lane what is its own: all that does not go by node or slot. */
static void separate(struct fleet *lane, const struct fleet *fleet, struct arena *arena) {
    *lane = *fleet;
    lane->arena = arena;
    sim_init_beside(&lane->sim, arena, &fleet->sim);
    lane->sim.handlers.context = lane;
    lane->sim.links.options.retransmissions = &lane->counts.retransmissions;
    lane->wire = (struct wire){0};
    pool_init(&lane->messages.pool, arena, MEMORY_MESSAGES);
    fleet_processing_beside(lane);
    fleet_faults_beside(lane);
    invariants_beside(lane);
    lane->writer = NULL;
}

static void make_lanes(struct fleet *fleet, const struct partition *partition) {
    struct fleet_lanes *lanes = arena_take(fleet->arena, MEMORY_TABLES, sizeof *lanes);
    lanes->count = partition->parts;
    lanes->of = partition->part_of;
    lanes->items =
        arena_take_array(fleet->arena, MEMORY_TABLES, lanes->count, sizeof(struct fleet *));
    uint64_t instant_events_max = fleet->sim.instant_events_max / lanes->count;
    for (uint32_t i = 0; i < lanes->count; i++) {
        struct arena *arena = i == 0 ? fleet->arena : arena_branch(fleet->arena);
        struct fleet *lane = i == 0 ? fleet : arena_take(arena, MEMORY_TABLES, sizeof *lane);
        if (i > 0) {
            separate(lane, fleet, arena);
        }
        lane->lane = arena_take(arena, MEMORY_TABLES, sizeof *lane->lane);
        lane->sim.part_of = lanes->of;
        lane->sim.part = i;
        lane->sim.instant_events_max = instant_events_max > 0 ? instant_events_max : 1;
        lanes->items[i] = lane;
        fleet_mail_init(lane);
    }
    for (uint32_t i = 0; i < lanes->count; i++) {
        lanes->items[i]->lanes = lanes;
    }
    if (fleet->invariants != NULL) {
        invariants_follow_records(fleet);
    }
}

void fleet_lanes_init(struct fleet *fleet) {
    struct partition partition;
    if (fleet->options.threads <= 1) {
        return;
    }
    partition_make(&partition, fleet->arena, &fleet->sim.links, fleet->options.threads);
    fleet->lookahead_ns = lookahead_of(fleet, &partition);
    fleet->alone = reason_for_one(fleet, &partition);
    if (fleet->alone == NULL) {
        make_lanes(fleet, &partition);
    }
}

void fleet_lanes_begin(struct fleet *fleet) {
    struct fleet_lanes *lanes = fleet->lanes;
    struct sim *sims[LANES_MAX];
    if (lanes == NULL) {
        return;
    }
    for (uint32_t i = 0; i < lanes->count; i++) {
        sims[i] = &lanes->items[i]->sim;
    }
    const struct lanes_options options = {
        .sims = sims,
        .count = lanes->count,
        .lookahead_ns = fleet->lookahead_ns,
        .handlers = fleet_mail_handlers(lanes),
        .threaded = true,
        .apart = fleet->options.keep_threads,
    };
    lanes_init(&lanes->engine, fleet->arena, &options);
}

static uint64_t notes_waiting(const struct fleet_lanes *lanes) {
    uint64_t notes = 0;
    for (uint32_t i = 0; i < lanes->count; i++) {
        notes += lanes->items[i]->lane->note_count;
    }
    return notes;
}

bool fleet_lanes_pass(struct fleet *fleet, int64_t until_ns) {
    struct fleet_lanes *lanes = fleet->lanes;
    bool arrived = false;
    for (uint64_t events = 0; !arrived && events < EVENTS_PER_LOOK && !lanes->engine.stands_still;
         events += lanes->engine.events) {
        arrived = lanes_pass_window(&lanes->engine, until_ns);
        fleet_mail_news(lanes);
        if (arrived || notes_waiting(lanes) > NOTES_MAX) {
            fleet_show_notes(fleet);
        }
    }
    return arrived;
}

struct run_counts fleet_counts(const struct fleet *fleet) {
    struct run_counts counts = fleet->counts;
    for (uint32_t i = 1; fleet->lanes != NULL && i < fleet->lanes->count; i++) {
        run_add_counts(&counts, &fleet->lanes->items[i]->counts);
    }
    return counts;
}

/** Adds what a lane has to what the first one has. */
static void pour(struct fleet *fleet, struct fleet *lane) {
    fleet->heartbeats += lane->heartbeats;
    bag_pour(&fleet->latencies_ns, &lane->latencies_ns);
    for (uint32_t i = 0; i < fleet->plan.message_count; i++) {
        fleet->tallies[i].deliveries += lane->tallies[i].deliveries;
        fleet->tallies[i].duplicates += lane->tallies[i].duplicates;
    }
    if (fleet->invariants != NULL) {
        invariants_pour(fleet->invariants, lane->invariants);
    }
}

void fleet_lanes_end(struct fleet *fleet) {
    struct fleet_lanes *lanes = fleet->lanes;
    if (lanes == NULL) {
        return;
    }
    lanes_finish(&lanes->engine);
    if (lanes->engine.refused) {
        fleet->alone = "the system gives no more threads";
    }
    fleet_show_notes(fleet);
    fleet->counts = fleet_counts(fleet);
    for (uint32_t i = 1; i < lanes->count; i++) {
        pour(fleet, lanes->items[i]);
        lanes->items[i]->counts = (struct run_counts){0};
    }
}
