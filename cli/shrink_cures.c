// What cures a failure: found by trying.

#include "cli/shrink.h"

#include <string.h>

enum { OTHER_SEEDS = 4, CURES_MAX = 64 };
#define LONG_EVENTS UINT64_C(5000000) // of runs with more single quirks are tried at the end alone

/** Which cures work on the original, at one of its seeds. */
struct trial {
    struct shrink *shrink;
    const struct scenario *scenario;
    uint64_t count; // of cures; the job of that number is the scenario without any
    uint64_t next;
    bool fails;
    bool works[REDUCE_CURES_MAX];
};

static const struct scenario *scenario_of_trial(void *context, struct arena *arena, uint64_t job,
                                                struct failure *failure) {
    const struct trial *trial = context;
    const struct scenario *scenario = shrink_as_read(arena, trial->scenario, failure);
    bool bare = scenario == NULL || job == trial->count;
    return bare ? scenario : reduce_cured(arena, scenario, &trial->shrink->cures[job]);
}

static bool next_of_trial(void *context, uint64_t *job) {
    struct trial *trial = context;
    *job = trial->next++;
    return *job <= trial->count;
}

static enum outcome_verdict finish_trial(void *context, uint64_t job, const struct outcome *outcome,
                                         struct failure *failure) {
    struct trial *trial = context;
    (void)failure;
    trial->shrink->runs++;
    if (job == trial->count) {
        trial->fails = shrink_fails_alike(trial->shrink, outcome);
    } else {
        trial->works[job] = shrink_is_cured(trial->shrink, outcome);
    }
    return OUTCOME_GO_ON;
}

static bool do_trial(struct trial *trial) {
    struct shrink *shrink = trial->shrink;
    struct outcome_runs runs = {
        .parallel = shrink->options->jobs,
        .fresh = true,
        .limits = shrink->options->limits,
        .scenario = scenario_of_trial,
        .next = next_of_trial,
        .finished = finish_trial,
        .context = trial,
    };
    return outcome_run_many(&runs, &shrink->failure);
}

/** Leaves those of the cures that work on a scenario. Unless they must work there, only if it fails
 * and some are left. */
static bool sift(struct shrink *shrink, const struct scenario *scenario, bool must) {
    struct trial trial = {.shrink = shrink, .scenario = scenario, .count = shrink->cure_count};
    bool done = do_trial(&trial);
    size_t count = 0;
    for (size_t i = 0; i < shrink->cure_count; i++) {
        count += trial.works[i] ? 1 : 0;
    }
    if (!must && (!trial.fails || count == 0)) {
        return done;
    }
    count = 0;
    for (size_t i = 0; i < shrink->cure_count; i++) {
        shrink->cures[count] = shrink->cures[i];
        count += trial.works[i] ? 1 : 0;
    }
    shrink->cure_count = count;
    return done;
}

/** Cures of a failure that need more than one change, the smaller first. */
static bool find_larger_cures(struct shrink *shrink) {
    static const enum reduce_cure_kind kinds[] = {CURE_QUIRKS, CURE_ALL};
    bool done = true;
    for (size_t i = 0; done && shrink->cure_count == 0 && i < sizeof kinds / sizeof kinds[0]; i++) {
        shrink->cures[0] = (struct reduce_cure){.kind = kinds[i]};
        shrink->cure_count = reduce_cure_applies(shrink->original, &shrink->cures[0]) ? 1 : 0;
        done = sift(shrink, shrink->original, true);
    }
    return done;
}

/** What can be tried on a scenario, one change each; of a long run no single quirks. */
static void list_cures(struct shrink *shrink, const struct scenario *scenario, uint64_t events) {
    size_t all = reduce_single_cures(scenario, shrink->cures);
    shrink->cure_count = 0;
    for (size_t i = 0; i < all && shrink->cure_count < CURES_MAX; i++) {
        bool wanted = events < LONG_EVENTS || shrink->cures[i].kind != CURE_QUIRK;
        shrink->cures[shrink->cure_count] = shrink->cures[i];
        shrink->cure_count += wanted ? 1 : 0;
    }
}

bool shrink_find_cures(struct shrink *shrink) {
    uint64_t own = shrink->original->seed;
    list_cures(shrink, shrink->original, shrink->first.events);
    bool done = sift(shrink, shrink->original, true);
    // What works at one seed by chance does not at others at which it fails too.
    for (uint64_t i = 1; done && i <= OTHER_SEEDS && shrink->cure_count > 1; i++) {
        struct arena *scratch = arena_create(NULL);
        uint64_t seed = shrink_seed(own, i);
        done = sift(shrink, scenario_at_seed(scratch, shrink->original, seed), false);
        arena_destroy(scratch);
    }
    done = done && find_larger_cures(shrink);
    shrink->had_cures = shrink->cure_count > 0;
    return done;
}

bool shrink_has_large_cure(const struct shrink *shrink) {
    return shrink->cure_count == 1 &&
           (shrink->cures[0].kind == CURE_QUIRKS || shrink->cures[0].kind == CURE_ALL);
}

bool shrink_single_quirks(struct shrink *shrink, uint64_t *quirks) {
    struct reduce_cure kept[REDUCE_CURES_MAX];
    size_t kept_count = shrink->cure_count;
    memcpy(kept, shrink->cures, sizeof kept);
    list_cures(shrink, shrink->best, 0);
    bool done = sift(shrink, shrink->best, true);
    *quirks = 0;
    for (size_t i = 0; i < shrink->cure_count; i++) {
        bool quirk = shrink->cures[i].kind == CURE_QUIRK;
        *quirks |= quirk ? UINT64_C(1) << shrink->cures[i].quirk : 0;
    }
    memcpy(shrink->cures, kept, sizeof kept);
    shrink->cure_count = kept_count;
    return done;
}

bool shrink_name_cures(struct shrink *shrink) {
    uint64_t quirks = 0;
    if (!shrink_has_large_cure(shrink)) {
        return true;
    }
    bool done = shrink_single_quirks(shrink, &quirks);
    if (quirks == 0) {
        return done;
    }
    shrink->cure_count = 0;
    for (; quirks != 0; quirks &= quirks - 1) {
        shrink->cures[shrink->cure_count++] =
            (struct reduce_cure){.kind = CURE_QUIRK, .quirk = (enum quirk)__builtin_ctzll(quirks)};
    }
    return done;
}
