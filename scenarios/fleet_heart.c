// Heartbeats that depart from the clock of the world: where in an interval they fall, how fast they
// come, how late each is. Beats are on a grid of the node's own, and jitter moves a beat off it.

#include "scenarios/fleet.h"
#include "scenarios/groups.h"

#include "base/check.h"

/** What a draw is for. */
enum { DRAW_PHASE, DRAW_DRIFT, DRAW_JITTER };

struct fleet_heart {
    int64_t grid_ns;     // where the last beat was due
    int64_t interval_ns; // of the node's timer, in true time
    uint32_t beats;      // so far
};

static bool is_zero(const struct distribution_options *options) {
    return options->kind == DISTRIBUTION_CONSTANT && options->a_ns == 0;
}

static bool departs(const struct scenario_heartbeat *heartbeat) {
    return heartbeat->phase_uniform || !is_zero(&heartbeat->phase) || !is_zero(&heartbeat->drift) ||
           !is_zero(&heartbeat->jitter);
}

static uint64_t draw(const struct fleet *fleet, uint32_t node, uint32_t what, uint32_t count) {
    return prng_keyed(fleet->scenario->seed, STREAM_BEAT, node, what, count);
}

void fleet_init_hearts(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    uint32_t groups = scenario->group_count + 1;
    bool any = false;
    for (uint32_t group = 0; group < groups; group++) {
        any = any || departs(&group_timing(scenario, group)->heartbeat);
    }
    if (!any) {
        return;
    }
    struct arena *arena = fleet->arena;
    fleet->hearts =
        arena_take_array(arena, MEMORY_ROUTERS, scenario->node_count, sizeof *fleet->hearts);
    fleet->beats = arena_take_array(arena, MEMORY_TABLES, groups, sizeof *fleet->beats);
    for (uint32_t group = 0; group < groups; group++) {
        const struct scenario_heartbeat *heartbeat = &group_timing(scenario, group)->heartbeat;
        int64_t interval_ns = group_router(scenario, group)->heartbeat_interval_ns;
        const struct distribution_options uniform = {.kind = DISTRIBUTION_UNIFORM,
                                                     .b_ns = interval_ns - 1};
        struct fleet_beats *beats = &fleet->beats[group];
        distribution_init(&beats->phase, arena,
                          heartbeat->phase_uniform ? &uniform : &heartbeat->phase, 0);
        distribution_init(&beats->drift, arena, &heartbeat->drift, -DISTRIBUTION_CAP_NS);
        distribution_init(&beats->jitter, arena, &heartbeat->jitter, 0);
    }
}

/** When the beat that is due at the grid comes. */
static int64_t beat_ns(const struct fleet *fleet, uint32_t node) {
    const struct fleet_heart *heart = &fleet->hearts[node];
    const struct fleet_beats *beats = &fleet->beats[plan_group(&fleet->plan, node)];
    if (beats->jitter.options.kind == DISTRIBUTION_CONSTANT) {
        return heart->grid_ns + distribution_at(&beats->jitter, 0); // whatever the draw
    }
    uint64_t late = draw(fleet, node, DRAW_JITTER, heart->beats);
    return heart->grid_ns + distribution_at(&beats->jitter, late);
}

int64_t fleet_first_beat_ns(struct fleet *fleet, uint32_t node, int64_t delay_ns) {
    if (fleet->hearts == NULL) {
        return fleet->sim.now_ns + delay_ns;
    }
    const struct fleet_beats *beats = &fleet->beats[plan_group(&fleet->plan, node)];
    int64_t phase_ns = distribution_at(&beats->phase, draw(fleet, node, DRAW_PHASE, 0));
    int64_t drift_ppb = distribution_at(&beats->drift, draw(fleet, node, DRAW_DRIFT, 0));
    int64_t interval_ns = fleet->routers[node].shared->params.heartbeat_interval_ns;
    struct fleet_heart *heart = &fleet->hearts[node];
    heart->grid_ns = fleet->sim.now_ns + delay_ns + phase_ns;
    heart->interval_ns = plan_true_duration(interval_ns, drift_ppb);
    return beat_ns(fleet, node);
}

void fleet_fetch_heart(const struct fleet *fleet, uint32_t node) {
    __builtin_prefetch(&fleet->hearts[node], 1);
}

int64_t fleet_next_beat_ns(struct fleet *fleet, uint32_t node) {
    if (fleet->hearts == NULL) {
        return fleet->sim.now_ns + fleet->routers[node].shared->params.heartbeat_interval_ns;
    }
    struct fleet_heart *heart = &fleet->hearts[node];
    heart->grid_ns += heart->interval_ns;
    heart->beats++;
    // A beat that is late by more than an interval is followed at once by the next one.
    int64_t next_ns = beat_ns(fleet, node);
    return next_ns > fleet->sim.now_ns ? next_ns : fleet->sim.now_ns + 1;
}
