#include "base/check.h"
#include "cli/interrupt.h"
#include "cli/shrink.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { JOB_BITS = 8, JOB_MASK = (1 << JOB_BITS) - 1 };

enum candidate_state {
    CANDIDATE_READY, // for its next run
    CANDIDATE_RUNS,
    CANDIDATE_LOST,
    CANDIDATE_WON,
};

struct candidate {
    uint8_t state;
    uint8_t attempt; // seed
    uint8_t variant; // 0: as it is; else with the cure of that number
    uint32_t runs;
    uint64_t held; // cures that work, one bit each
    struct outcome *outcome;
};

struct search {
    struct shrink *shrink;
    struct shrink_batch *batch;
    struct candidate *candidates; // [batch->count]
    uint64_t cursor;              // all below are lost
    uint64_t runs;                // of these
    uint64_t won;                 // the lowest; UINT64_MAX: none
    uint32_t tries;
};

uint64_t shrink_seed(uint64_t own, uint64_t attempt) {
    bool skips = own >= 1 && own <= attempt;
    return attempt == 0 ? own : attempt + (skips ? 1 : 0);
}

const struct scenario *shrink_as_read(struct arena *arena, const struct scenario *scenario,
                                      struct failure *failure) {
    struct scenario alone = *scenario;
    alone.sweep = NULL;
    size_t size = 0;
    const char *text = scenario_write(arena, &alone, &size);
    struct failure_list *failures = arena_take(arena, MEMORY_TABLES, sizeof *failures);
    struct scenario_source source = {.path = scenario->name};
    const struct scenario *loaded = scenario_load_text(arena, &source, text, size, failures);
    if (loaded == NULL) {
        failure_bad_input(failure, "%s", failures->items[0].message);
        return NULL;
    }
    // What its nodes were stands in no text.
    struct scenario *kept = arena_take(arena, MEMORY_TABLES, sizeof *kept);
    *kept = *loaded;
    kept->redrawn = scenario->redrawn;
    if (scenario->former != NULL) {
        uint32_t *former = arena_take_array(arena, MEMORY_TABLES, kept->node_count, sizeof *former);
        memcpy(former, scenario->former, kept->node_count * sizeof *former);
        kept->former = former;
    }
    return kept;
}

/** Whether another seed makes another graph. */
static bool is_drawn(enum topology_kind kind) {
    switch (kind) {
    case TOPOLOGY_COMPLETE:
    case TOPOLOGY_RING:
    case TOPOLOGY_LINE:
    case TOPOLOGY_STAR:
    case TOPOLOGY_EDGES:
    case TOPOLOGY_GRID:
    case TOPOLOGY_TORUS:
        return false;
    case TOPOLOGY_RANDOM_REGULAR:
    case TOPOLOGY_ERDOS_RENYI:
    case TOPOLOGY_WATTS_STROGATZ:
    case TOPOLOGY_BARABASI_ALBERT:
    case TOPOLOGY_RANDOM_GEOMETRIC:
    case TOPOLOGY_CLUSTERED:
    case TOPOLOGY_DIAL:
        return true;
    }
    CHECK(false);
    return true;
}

/** A candidate at a seed, as it will be read. */
static const struct scenario *make(const struct shrink_batch *batch, struct arena *arena,
                                   uint64_t index, uint64_t attempt, struct failure *failure) {
    const struct scenario *made = batch->make(batch, arena, index);
    if (made == NULL) {
        failure_bad_input(failure, "there is nothing to take away");
        return NULL;
    }
    struct scenario seeded = *scenario_at_seed(arena, made, shrink_seed(made->seed, attempt));
    bool reseeded = seeded.seed != batch->scenario->seed;
    seeded.redrawn = seeded.redrawn || (reseeded && is_drawn(seeded.topology.kind));
    return shrink_as_read(arena, &seeded, failure);
}

static const struct scenario *scenario_of(void *context, struct arena *arena, uint64_t job,
                                          struct failure *failure) {
    const struct search *search = context;
    const struct shrink *shrink = search->shrink;
    uint64_t attempt = job >> JOB_BITS & JOB_MASK;
    uint64_t variant = job & JOB_MASK;
    const struct scenario *scenario =
        make(search->batch, arena, job >> JOB_BITS >> JOB_BITS, attempt, failure);
    if (scenario == NULL) {
        return NULL;
    }
    if (variant > 0) {
        return reduce_cured(arena, scenario, &shrink->cures[variant - 1]);
    }
    bool guarded = shrink->expectation > 0;
    return !guarded || reduce_guard(&shrink->room, scenario, failure) ? scenario : NULL;
}

/** Whether runs of a candidate are still to be done. */
static bool is_open(const struct search *search, uint64_t index) {
    const struct shrink *shrink = search->shrink;
    uint64_t runs_max = shrink->options->runs_max;
    return index < search->won && !shrink->spent &&
           (runs_max == 0 || shrink->runs + search->runs < runs_max);
}

static bool next_job(void *context, uint64_t *job) {
    struct search *search = context;
    while (search->cursor < search->batch->count &&
           search->candidates[search->cursor].state == CANDIDATE_LOST) {
        search->runs += search->candidates[search->cursor++].runs;
    }
    for (uint64_t i = search->cursor; i < search->batch->count && is_open(search, i); i++) {
        struct candidate *candidate = &search->candidates[i];
        if (candidate->state == CANDIDATE_READY) {
            candidate->state = CANDIDATE_RUNS;
            *job = (i << JOB_BITS | candidate->attempt) << JOB_BITS | candidate->variant;
            return true;
        }
    }
    return false;
}

static bool is_wanted(void *context, uint64_t job) {
    const struct search *search = context;
    return is_open(search, job >> JOB_BITS >> JOB_BITS);
}

bool shrink_fails_alike(const struct shrink *shrink, const struct outcome *outcome) {
    if (!outcome_has_key(outcome, &shrink->key)) {
        return false;
    }
    if (shrink->expectation == 0 || !shrink->was_defined) {
        return true;
    }
    for (uint32_t i = 0; i < outcome->failed_count && i < OUTCOME_FAILED_MAX; i++) {
        if (outcome->failed[i].hash == shrink->key.hash) {
            return outcome->failed[i].defined;
        }
    }
    return false;
}

bool shrink_is_cured(const struct shrink *shrink, const struct outcome *outcome) {
    bool ended = outcome->kind == OUTCOME_MET || outcome->kind == OUTCOME_EXPECTATION ||
                 outcome->kind == OUTCOME_INVARIANT;
    return ended && !outcome_has_key(outcome, &shrink->key);
}

/** A candidate goes on with another seed, or is lost. */
static void try_again(const struct search *search, struct candidate *candidate) {
    candidate->attempt++;
    candidate->variant = 0;
    candidate->held = 0;
    bool again = candidate->attempt < search->tries;
    candidate->state = again ? CANDIDATE_READY : CANDIDATE_LOST;
}

static void judge(struct search *search, uint64_t index, const struct outcome *outcome) {
    const struct shrink *shrink = search->shrink;
    struct candidate *candidate = &search->candidates[index];
    if (outcome->kind == OUTCOME_REFUSED && candidate->variant == 0) {
        candidate->state = CANDIDATE_LOST;
        return;
    }
    if (candidate->variant == 0 && !shrink_fails_alike(shrink, outcome)) {
        try_again(search, candidate);
        return;
    }
    if (candidate->variant == 0) {
        *candidate->outcome = *outcome;
    } else if (shrink_is_cured(shrink, outcome)) {
        candidate->held |= UINT64_C(1) << (candidate->variant - 1);
    }
    if (candidate->variant < shrink->cure_count) {
        candidate->variant++;
        candidate->state = CANDIDATE_READY;
    } else if (shrink->had_cures && candidate->held == 0) {
        try_again(search, candidate);
    } else {
        candidate->state = CANDIDATE_WON;
        search->won = index < search->won ? index : search->won;
    }
}

static enum outcome_verdict finish_job(void *context, uint64_t job, const struct outcome *outcome,
                                       struct failure *failure) {
    struct search *search = context;
    struct shrink *shrink = search->shrink;
    uint64_t index = job >> JOB_BITS >> JOB_BITS;
    struct candidate *candidate = &search->candidates[index];
    if (candidate->outcome == NULL) {
        candidate->outcome = calloc(1, sizeof *candidate->outcome);
        if (candidate->outcome == NULL) {
            failure_running(failure, "out of memory");
            return OUTCOME_GIVE_UP;
        }
    }
    // What is refused has not been run.
    candidate->runs += outcome->kind == OUTCOME_REFUSED ? 0 : 1;
    judge(search, index, outcome);
    double seconds_max = shrink->options->seconds_max;
    shrink->spent =
        shrink->spent || (seconds_max > 0 && progress_elapsed_s(&shrink->progress) > seconds_max);
    return shrink->spent ? OUTCOME_ENOUGH : OUTCOME_GO_ON;
}

static void show_progress(void *context) {
    const struct search *search = context;
    struct progress *progress = &search->shrink->progress;
    double elapsed_s = progress_elapsed_s(progress);
    if (!progress->shown || elapsed_s - progress->printed_s < 0.1) {
        return;
    }
    progress->printed_s = elapsed_s;
    fprintf(stderr,
            "\r\033[K%" PRIu64 " runs, %" PRIu64 " nodes; candidate %" PRIu64 " of %" PRIu64
            ", %.0f s",
            search->shrink->runs + search->runs, (uint64_t)search->shrink->best->node_count,
            search->cursor + 1, search->batch->count, elapsed_s);
}

/** Counts the runs that one job would have done. False where the limit is before its end. */
static bool count_runs(struct search *search) {
    struct shrink *shrink = search->shrink;
    uint64_t runs_max = shrink->options->runs_max;
    for (uint64_t i = search->batch->from; i < search->batch->count && i <= search->won; i++) {
        shrink->runs += search->candidates[i].runs;
        if (runs_max > 0 && shrink->runs >= runs_max) {
            shrink->runs = runs_max;
            shrink->spent = true;
            return false;
        }
    }
    return true;
}

/** Keeps those cures that work for the candidate too. */
static void keep_cures(struct shrink *shrink, uint64_t held) {
    size_t count = 0;
    for (size_t i = 0; i < shrink->cure_count; i++) {
        shrink->cures[count] = shrink->cures[i];
        count += held >> i & 1;
    }
    shrink->cure_count = count;
}

/** The candidate that won takes the place of what it was made of. */
static bool take(struct shrink *shrink, const struct search *search) {
    const struct candidate *candidate = &search->candidates[search->won];
    struct shrink_size before = shrink_size_of(shrink->best, &shrink->last);
    char what[SHRINK_TEXT_SIZE] = "";
    search->batch->describe(search->batch, search->won, what);
    struct arena *arena = arena_create(NULL);
    struct arena *scratch = arena_create(NULL);
    const struct scenario *made =
        make(search->batch, scratch, search->won, candidate->attempt, &shrink->failure);
    CHECK(made != NULL);
    const struct scenario *best = shrink_as_read(arena, made, &shrink->failure);
    CHECK(best != NULL);
    arena_destroy(scratch);
    arena_destroy(shrink->arena);
    shrink->arena = arena;
    shrink->best = best;
    shrink->last = *candidate->outcome;
    shrink->successes++;
    keep_cures(shrink, candidate->held);
    bool guarded = shrink->expectation > 0;
    return (!guarded || reduce_room_narrow(&shrink->room, best, &shrink->failure)) &&
           shrink_report_step(shrink, &before, what);
}

static enum shrink_result settle(struct search *search, bool ok, uint64_t *found) {
    struct shrink *shrink = search->shrink;
    if (!ok) {
        return SHRINK_ERROR;
    }
    if (shrink->spent || !count_runs(search)) {
        return SHRINK_OVER;
    }
    if (search->won == UINT64_MAX) {
        return SHRINK_NONE;
    }
    *found = search->won;
    return take(shrink, search) ? SHRINK_FOUND : SHRINK_ERROR;
}

enum shrink_result shrink_try(struct shrink *shrink, struct shrink_batch *batch, uint64_t *found) {
    struct search search = {
        .shrink = shrink,
        .batch = batch,
        .candidates = calloc(batch->count + 1, sizeof *search.candidates),
        .cursor = batch->from,
        .won = UINT64_MAX,
        .tries = batch->tries > 0 ? batch->tries : shrink->options->tries,
    };
    if (search.candidates == NULL) {
        failure_running(&shrink->failure, "out of memory");
        return SHRINK_ERROR;
    }
    batch->scenario = shrink->best;
    batch->shrink = shrink;
    struct outcome_runs runs = {
        .parallel = shrink->options->jobs,
        .fresh = true,
        .limits = shrink->options->limits,
        .scenario = scenario_of,
        .next = next_job,
        .finished = finish_job,
        .wanted = is_wanted,
        .progress = show_progress,
        .context = &search,
    };
    bool ok = outcome_run_many(&runs, &shrink->failure);
    enum shrink_result result = settle(&search, ok, found);
    for (uint64_t i = 0; i < batch->count; i++) {
        free(search.candidates[i].outcome);
    }
    free(search.candidates);
    return result;
}

struct shrink_mark {
    struct arena *arena;
    const struct scenario *best;
    struct outcome last;
    struct reduce_cure cures[REDUCE_CURES_MAX];
    size_t cure_count;
    struct reduce_room room;
};

struct shrink_mark *shrink_remember(struct shrink *shrink) {
    struct shrink_mark *mark = calloc(1, sizeof *mark);
    if (mark == NULL) {
        failure_running(&shrink->failure, "out of memory");
        return NULL;
    }
    mark->arena = arena_create(NULL);
    mark->best = shrink_as_read(mark->arena, shrink->best, &shrink->failure);
    CHECK(mark->best != NULL);
    mark->last = shrink->last;
    memcpy(mark->cures, shrink->cures, sizeof mark->cures);
    mark->cure_count = shrink->cure_count;
    mark->room = shrink->room;
    return mark;
}

void shrink_forget(struct shrink *shrink, struct shrink_mark *mark, bool go_back) {
    if (go_back) {
        arena_destroy(shrink->arena);
        shrink->arena = mark->arena;
        shrink->best = mark->best;
        shrink->last = mark->last;
        memcpy(shrink->cures, mark->cures, sizeof mark->cures);
        shrink->cure_count = mark->cure_count;
        shrink->room = mark->room;
    } else {
        arena_destroy(mark->arena);
    }
    free(mark);
}
