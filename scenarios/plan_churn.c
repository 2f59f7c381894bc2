#include "base/prng.h"
#include "scenarios/plan_faults.h"
#include "sim/distribution.h"

/** Durations drawn, of which those of a table may be longer than tables hold. */
struct stay {
    struct distribution distribution;
    int64_t stretch;
};

/** A churn on its way through its nodes. */
struct churning {
    struct finding *finding;
    const struct plan *plan;
    const struct scenario *scenario;
    const struct scenario_churn *churn;
    uint32_t entry;
    uint32_t left; // times down, until there are too many
    struct stay up;
    struct stay down;
};

static void stay_init(struct stay *stay, struct arena *arena,
                      const struct distribution_options *options) {
    struct distribution_options shrunk = *options;
    bool stretched = options->kind == DISTRIBUTION_NORMAL ||
                     options->kind == DISTRIBUTION_LOGNORMAL ||
                     options->kind == DISTRIBUTION_EXPONENTIAL;
    stay->stretch = stretched ? SCENARIO_CHURN_STRETCH : 1;
    shrunk.a_ns /= stay->stretch;
    if (options->kind == DISTRIBUTION_NORMAL) {
        shrunk.b_ns /= stay->stretch;
    }
    distribution_init(&stay->distribution, arena, &shrunk, 0);
}

/** How long a node stays; `turn` counts its times up and down. No draw moves another. */
static int64_t stay_draw(const struct churning *churning, const struct stay *stay, uint32_t node,
                         uint64_t turn) {
    uint64_t bits = prng_keyed(churning->scenario->seed, STREAM_CHURN, churning->entry, node, turn);
    int64_t drawn_ns = distribution_at(&stay->distribution, bits) * stay->stretch;
    return drawn_ns > SCENARIO_CHURN_MIN_NS ? drawn_ns : SCENARIO_CHURN_MIN_NS;
}

/** False if there are too many. */
static bool add_time_down(struct churning *churning, uint32_t node, int64_t at_ns, int64_t end_ns) {
    if (at_ns >= churning->scenario->duration_ns) {
        return true;
    }
    if (churning->left == 0) {
        return false;
    }
    churning->left--;
    plan_add_spell(churning->finding, &(struct plan_spell){.at_ns = at_ns,
                                                           .end_ns = end_ns,
                                                           .node = node,
                                                           .kind = SCENARIO_CRASH,
                                                           .fault = &churning->churn->fault});
    return true;
}

/** The times down of one node. */
static bool add_drawn(struct churning *churning, uint32_t node) {
    const struct scenario_churn *churn = churning->churn;
    int64_t started_ns = churning->plan->start_ns[node];
    int64_t at_ns = churn->start_ns > started_ns ? churn->start_ns : started_ns;
    int64_t until_ns = churn->until_ns > 0 ? churn->until_ns : SCENARIO_NEVER_NS;
    int64_t end_ns = churning->scenario->duration_ns;
    end_ns = until_ns < end_ns ? until_ns : end_ns;
    for (uint64_t turn = 0;; turn += 2) {
        at_ns += stay_draw(churning, &churning->up, node, turn);
        if (at_ns >= end_ns) {
            return true;
        }
        int64_t back_ns = at_ns + stay_draw(churning, &churning->down, node, turn + 1);
        back_ns = back_ns < until_ns ? back_ns : until_ns;
        if (!add_time_down(churning, node, at_ns, back_ns)) {
            return false;
        }
        at_ns = back_ns;
    }
}

/** A churn whose nodes and times are drawn. */
static bool add_all_drawn(struct churning *churning, struct arena *scratch,
                          struct selection *space) {
    const struct scenario_churn *churn = churning->churn;
    const struct scenario *scenario = churning->scenario;
    struct prng prng = prng_stream(scenario->seed, STREAM_CHURN, churning->entry);
    plan_prepare_selection(churning->plan, scenario, &churn->nodes, churn->start_ns, space);
    selector_apply(&churn->nodes, &prng, space);
    stay_init(&churning->up, scratch, &churn->up);
    stay_init(&churning->down, scratch, &churn->down);
    bool fits = true;
    for (uint32_t node = 0; node < space->node_count && fits; node++) {
        fits = !bitset_has(space->members, node) || add_drawn(churning, node);
    }
    return fits;
}

/** A churn that is written out. A node that comes up first was down from the beginning. */
static bool add_rows(struct churning *churning, struct arena *scratch) {
    const struct scenario_churn *churn = churning->churn;
    uint32_t nodes = churning->plan->node_count;
    int64_t *down_ns = arena_take_array(scratch, MEMORY_TABLES, nodes, sizeof *down_ns);
    bool fits = true;
    for (uint32_t i = 0; i < churn->row_count && fits; i++) {
        const struct scenario_churn_row *row = &churn->rows[i];
        if (row->up) {
            fits = add_time_down(churning, row->node, down_ns[row->node], row->at_ns);
            down_ns[row->node] = SCENARIO_NEVER_NS;
        } else {
            down_ns[row->node] = row->at_ns;
        }
    }
    for (uint32_t i = 0; i < churn->row_count && fits; i++) {
        const struct scenario_churn_row *row = &churn->rows[i];
        if (!row->up && down_ns[row->node] == row->at_ns) {
            fits = add_time_down(churning, row->node, row->at_ns, SCENARIO_NEVER_NS);
            down_ns[row->node] = SCENARIO_NEVER_NS;
        }
    }
    return fits;
}

bool plan_find_churn(struct finding *finding, const struct plan *plan,
                     const struct scenario *scenario, struct selection *space,
                     struct failure *failure) {
    struct churning churning = {
        .finding = finding, .plan = plan, .scenario = scenario, .left = PLAN_CHURN_MAX};
    struct arena *scratch = arena_aside(space->room);
    bool fits = true;
    for (uint32_t i = 0; i < scenario->churn_count && fits; i++) {
        churning.entry = i;
        churning.churn = &scenario->churns[i];
        fits = churning.churn->rows == NULL ? add_all_drawn(&churning, scratch, space)
                                            : add_rows(&churning, scratch);
    }
    arena_destroy(scratch);
    if (!fits) {
        failure_bad_input(failure,
                          "churn.%u: nodes go down more than %d times in all; allowed: longer "
                          "times up or down, fewer nodes, or an earlier `until`",
                          churning.entry, PLAN_CHURN_MAX);
        place_failure(&churning.churn->place, failure);
    }
    return fits;
}
