#include "cli/sweep.h"
#include "scenarios/foresight.h"

#include <inttypes.h>
#include <string.h>

/** Says at which point the mistakes are that were printed. */
static bool explain(struct sweep_study *study, uint32_t point, struct failure *failure) {
    char label[SWEEP_LABEL_SIZE];
    fprintf(stderr, "gossim: this is at point %" PRIu32 " of the sweep: %s\n", point + 1,
            sweep_label(&study->points, point, label));
    study->explained = true;
    return failure_bad_input(failure, "a point is no scenario");
}

const struct scenario *sweep_load_point(const struct sweep_study *study, struct arena *arena,
                                        uint32_t point) {
    struct load_request request = *study->request;
    return sweep_add_settings(&request, study, point) ? load_scenario(arena, &request) : NULL;
}

/** Two points that are one scenario would be counted as two. */
static bool check_points_differ(const struct sweep_study *study, struct arena *arena,
                                struct failure *failure) {
    uint32_t count = study->points.count;
    uint32_t capacity = 1;
    while (capacity < 2 * count) {
        capacity *= 2;
    }
    uint32_t *slots = arena_take_array(arena, MEMORY_TABLES, capacity, sizeof *slots);
    for (uint32_t point = 0; point < count; point++) {
        struct digest own = study->hashes[point];
        uint32_t at = (uint32_t)own.low & (capacity - 1);
        while (slots[at] != 0 && (study->hashes[slots[at] - 1].low != own.low ||
                                  study->hashes[slots[at] - 1].high != own.high)) {
            at = (at + 1) & (capacity - 1);
        }
        if (slots[at] != 0) {
            char label[SWEEP_LABEL_SIZE];
            char other[SWEEP_LABEL_SIZE];
            return failure_bad_input(failure,
                                     "sweep: points %" PRIu32 " (%.150s) and %" PRIu32
                                     " (%.150s) are the same scenario; allowed: each once",
                                     slots[at], sweep_label(&study->points, slots[at] - 1, other),
                                     point + 1, sweep_label(&study->points, point, label));
        }
        slots[at] = point + 1;
    }
    return true;
}

/** Reads the scenario at a point and takes its hash. */
static bool load(struct sweep_study *study, uint32_t point, struct failure *failure) {
    struct arena *arena = arena_create(NULL);
    const struct scenario *scenario = sweep_load_point(study, arena, point);
    bool ok = scenario != NULL;
    if (ok && !foresight_check(scenario, failure)) {
        load_print_failure(study->request, failure);
        ok = false;
    }
    if (ok) {
        study->hashes[point] = sweep_hash(scenario_write(arena, scenario, NULL));
    }
    arena_destroy(arena);
    return ok || explain(study, point, failure);
}

/** Lays out points and replicates, as many as there may be. */
static bool lay_out(struct sweep_study *study, struct arena *arena, struct failure *failure) {
    if (!sweep_lay_out(&study->points, arena, study->scenario, failure)) {
        load_name_file(study->request, failure);
        return false;
    }
    study->repeat = study->scenario->sweep->max_repeat;
    uint64_t runs = (uint64_t)study->points.count * study->repeat;
    if (runs > SWEEP_RUNS_MAX) {
        return failure_bad_input(failure, "sweep: %" PRIu64 " runs; allowed: at most %d", runs,
                                 SWEEP_RUNS_MAX);
    }
    return study->scenario->seed <= UINT64_MAX - (study->repeat - 1) ||
           failure_bad_input(failure,
                             "sweep.repeat: %" PRIu32 ": there are fewer seeds from %" PRIu64 " on",
                             study->repeat, study->scenario->seed);
}

bool sweep_prepare(struct sweep_study *study, struct arena *arena, struct failure *failure) {
    if (study->scenario->sweep == NULL) {
        return failure_bad_input(failure,
                                 "%s has no sweep; give it one, such as sweep: {router.D: [6, 8], "
                                 "repeat: 10}, there or with --set",
                                 study->request->path);
    }
    if (!lay_out(study, arena, failure)) {
        return false;
    }
    uint32_t count = study->points.count;
    study->hashes = arena_take_array(arena, MEMORY_TABLES, count, sizeof *study->hashes);
    study->ids = arena_take_array(arena, MEMORY_TABLES, count, sizeof *study->ids);
    study->done =
        arena_take_array(arena, MEMORY_TABLES, (size_t)count * study->repeat, sizeof *study->done);
    study->wanted = arena_take_array(arena, MEMORY_TABLES, count, sizeof *study->wanted);
    study->open = arena_take_array(arena, MEMORY_TABLES, count, sizeof *study->open);
    for (uint32_t point = 0; point < count; point++) {
        study->wanted[point] = study->scenario->sweep->repeat;
        study->open[point] = study->scenario->sweep->until_count > 0;
    }
    for (uint32_t point = 0; point < count; point++) {
        if (!load(study, point, failure)) {
            return false;
        }
    }
    return check_points_differ(study, arena, failure);
}

bool sweep_identify(struct sweep_study *study, struct arena *arena) {
    struct load_request request = *study->request;
    if (!load_add(&request, (struct scenario_override){.path = "sweep", .value = "{}"})) {
        return false;
    }
    const struct scenario *base = load_scenario(arena, &request);
    CHECK(base != NULL); // it was read with its sweep
    study->text = scenario_write(arena, base, NULL);
    study->identity = sweep_hash(study->text);
    return true;
}
