#include "tests/vectors/router_vectors.h"

#include "tests/vectors/case_tally.h"
#include "tests/vectors/router_world.h"
#include "tests/vectors/world_observe.h"

/** Runs the case until there are as many replays as wanted. The number of a replay is its seed. */
static void run_until(struct case_tally *tally, uint32_t runs) {
    for (; tally->runs < runs; tally->runs++) {
        struct arena *arena = arena_create(NULL);
        struct router_world *world = arena_take(arena, MEMORY_TABLES, sizeof *world);
        world_init(world, arena, tally->of, tally->runs);
        for (uint32_t step = 0; step < tally->of->step_count; step++) {
            struct step_outcome outcome = world_step(world, &tally->of->steps[step]);
            world_observe(world, step, &outcome, tally);
        }
        arena_destroy(arena);
    }
}

void replay_router(struct vector_report *report, struct vector_line *line, const json_t *recorded,
                   bool metrics_build) {
    struct arena *arena = arena_create(NULL);
    struct router_case of;
    if (router_case_read(&of, line, arena, recorded)) {
        struct case_tally tally;
        enum tally_rule rule = TALLY_DOUBT;
        of.metrics_build = metrics_build;
        case_tally_init(&tally, arena, &of);
        run_until(&tally, of.repetitions);
        if (case_tally_compare(&tally, rule, NULL) > 0) {
            run_until(&tally, ROUTER_RUNS_IN_DOUBT);
            rule = TALLY_JUDGE;
        }
        report_begin(report, of.id);
        case_tally_compare(&tally, rule, report);
        report_end(report);
    }
    arena_destroy(arena);
}
