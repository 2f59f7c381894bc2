// Runs of one scenario at seeds 1 … COUNT in one process, one after the other, and nothing else:
// what a processor can do at most. `hunt_speed.py` has it beside `gossim hunt` and `gossim run`.
#include "base/arena.h"
#include "scenarios/run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t run(const struct scenario *scenario, uint64_t seed) {
    struct run_options options = {.level = TRACE_LEVEL_NONE};
    struct failure failure;
    struct run_result result;
    struct arena *arena = arena_create(NULL);
    struct fleet *fleet =
        run_build(arena, scenario_at_seed(arena, scenario, seed), &options, &failure);
    if (fleet == NULL) {
        failure_print(&failure, stderr);
        exit(1);
    }
    run_through(&result, fleet, NULL);
    arena_destroy(arena);
    return result.events;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 3) {
        fputs("Usage: bench_seeds FILE COUNT\n", stderr);
        return 2;
    }
    struct failure_list failures = {0};
    struct arena *arena = arena_create(NULL);
    const struct scenario *scenario =
        scenario_load(arena, &(struct scenario_source){.path = arguments[1]}, &failures);
    if (scenario == NULL) {
        failure_list_print(&failures, stderr);
        return 2;
    }
    uint64_t events = 0;
    uint64_t count = strtoull(arguments[2], NULL, 10);
    for (uint64_t seed = 1; seed <= count; seed++) {
        events += run(scenario, seed);
    }
    printf("%" PRIu64 " events\n", events);
    arena_destroy(arena);
    return 0;
}
