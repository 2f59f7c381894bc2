#include "base/check.h"
#include "base/sort.h"
#include "scenarios/groups.h"
#include "scenarios/plan_steps.h"

#include <string.h>

#define BILLION INT64_C(1000000000)

/** What a draw is for. */
enum { DRAW_SKEW, DRAW_DRIFT };

int64_t plan_true_duration(int64_t clock_ns, int64_t drift_ppb) {
    int64_t speed = BILLION + drift_ppb; // of the clock: so much in a billion of true time
    CHECK(speed >= BILLION / 2);
    CHECK(speed <= 2 * BILLION);
    CHECK(clock_ns >= 0);
    return clock_ns / speed * BILLION + clock_ns % speed * BILLION / speed;
}

static bool is_zero(const struct distribution_options *options) {
    return options->kind == DISTRIBUTION_CONSTANT && options->a_ns == 0;
}

bool plan_has_clocks(const struct scenario *scenario) {
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        const struct scenario_clock *clock = &group_timing(scenario, group)->clock;
        if (!is_zero(&clock->skew) || !is_zero(&clock->drift)) {
            return true;
        }
    }
    return false;
}

/** Clocks, by the group of a node. */
struct clocks {
    const struct scenario *scenario;
    struct distribution *skews;
    struct distribution *drifts;
};

static void clocks_init(struct clocks *clocks, struct arena *arena,
                        const struct scenario *scenario) {
    uint32_t groups = scenario->group_count + 1;
    clocks->scenario = scenario;
    clocks->skews = arena_take_array(arena, MEMORY_TABLES, groups, sizeof *clocks->skews);
    clocks->drifts = arena_take_array(arena, MEMORY_TABLES, groups, sizeof *clocks->drifts);
    for (uint32_t group = 0; group < groups; group++) {
        const struct scenario_clock *clock = &group_timing(scenario, group)->clock;
        distribution_init(&clocks->skews[group], arena, &clock->skew, -DISTRIBUTION_CAP_NS);
        distribution_init(&clocks->drifts[group], arena, &clock->drift, -DISTRIBUTION_CAP_NS);
    }
}

/** When a node's clock shows a time; at time 0 if it shows a later one from the beginning. */
static int64_t true_time(const struct clocks *clocks, const struct plan *plan, uint32_t node,
                         int64_t clock_ns) {
    uint64_t seed = clocks->scenario->seed;
    uint32_t group = plan_group(plan, node);
    int64_t skew_ns =
        distribution_at(&clocks->skews[group], prng_keyed(seed, STREAM_CLOCK, node, DRAW_SKEW, 0));
    int64_t drift_ppb = distribution_at(&clocks->drifts[group],
                                        prng_keyed(seed, STREAM_CLOCK, node, DRAW_DRIFT, 0));
    return clock_ns <= skew_ns ? 0 : plan_true_duration(clock_ns - skew_ns, drift_ppb);
}

void plan_apply_clocks(struct plan *plan, struct arena *arena, const struct scenario *scenario) {
    struct arena *scratch = arena_aside(arena);
    struct clocks clocks;
    clocks_init(&clocks, scratch, scenario);
    uint32_t count = plan->message_count;
    struct sort_item *order = arena_take_array(scratch, MEMORY_TABLES, count, 2 * sizeof *order);
    struct plan_message *planned = arena_take_array(scratch, MEMORY_TABLES, count, sizeof *planned);
    if (count > 0) {
        memcpy(planned, plan->messages, count * sizeof *planned);
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct plan_message *message = &planned[i];
        if (message->origin != PLAN_NODE_NONE) {
            message->at_ns = true_time(&clocks, plan, message->origin, message->at_ns);
        }
        if (message->at_ns < scenario->duration_ns) {
            order[kept++] = (struct sort_item){.key = (uint64_t)message->at_ns, .value = i};
        }
    }
    sort_by_key(order, order + kept, kept);
    for (uint32_t i = 0; i < kept; i++) {
        plan->messages[i] = planned[order[i].value];
    }
    plan->message_count = kept;
    arena_destroy(scratch);
}
