// Reductions of whatever a swarm draws: each gives a scenario that can be read, with less in it, or
// says that there is none.
#include "scenarios/foresight.h"
#include "scenarios/reduce.h"
#include "scenarios/reduce_cures.h"
#include "scenarios/scenario_brief.h"
#include "scenarios/swarm.h"
#include "tests/support/scenario_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 12 };

static const char grown[] =
    "duration: 25s\n"
    "nodes: {count: 12, groups: [{name: old, nodes: 0..3, router: {profile: nim-2020}}]}\n"
    "topology: {kind: barabasi-albert, attach: 3}\n"
    "topics: [{name: a}, {name: 'b%d', count: 3, per_node: 2, subscribers: 50%}, {name: 'c c'}]\n"
    "publish: [{topic: 'b%d', from: any, start: 2s, count: 5}, {topic: a, from: {group: old}}]\n"
    "events: [{at: 5s, name: storm, crash: 0..2}, {at: 9s, heal: {event: cut}},\n"
    "         {at: 6s, name: cut, partition: {groups: [0..4, 5..9]}}]\n"
    "churn: [{nodes: {not: {group: old}}, up: {exponential: {mean: 5s}}, down: 2s, until: 20s}]\n"
    "expect: [delivered_once, published >= 1]\n";

/** One scenario, and what was made of it. */
struct trial {
    const struct scenario *scenario;
    uint64_t seed;
    const char *what;
    uint64_t made;
};

/** The reduced scenario as it is read; NULL if there is none. Fails if it cannot be read, but for
 * an expectation that names what is gone. */
static const struct scenario *again(struct trial *trial, struct arena *arena,
                                    const struct scenario *reduced) {
    if (reduced == NULL) {
        return NULL;
    }
    struct failure_list *failures = arena_take(arena, MEMORY_TABLES, sizeof *failures);
    struct scenario_source source = {.path = "reduced"};
    size_t size = 0;
    const char *text = scenario_write(arena, reduced, &size);
    const struct scenario *read = scenario_load_text(arena, &source, text, size, failures);
    if (read == NULL && strncmp(failures->items[0].message, "expect.", strlen("expect.")) != 0) {
        fail_msg("seed %llu, %s: %s\n%s", (unsigned long long)trial->seed, trial->what,
                 failures->items[0].message, text);
    }
    trial->made += read == NULL ? 0 : 1;
    return read;
}

static void try_part(struct trial *trial, enum reduce_part part) {
    uint64_t count = reduce_count(trial->scenario, part);
    const uint64_t firsts[] = {0, count / 2, count - 1};
    for (size_t i = 0; count > 0 && i < COUNT_OF(firsts); i++) {
        const uint64_t sizes[] = {1, (count - firsts[i] + 1) / 2, count - firsts[i]};
        for (size_t k = 0; k < COUNT_OF(sizes); k++) {
            struct arena *arena = arena_create(NULL);
            trial->what = reduce_part_name(part);
            const struct scenario *less = again(
                trial, arena, reduce_without(arena, trial->scenario, part, firsts[i], sizes[k]));
            if (less != NULL && reduce_count(less, part) >= count) {
                fail_msg("seed %llu: no fewer %s", (unsigned long long)trial->seed, trial->what);
            }
            arena_destroy(arena);
        }
    }
}

static void try_gaps(struct trial *trial, struct arena *arena) {
    trial->what = "gaps";
    for (uint32_t gap = 0; gap < reduce_gap_count(trial->scenario); gap++) {
        int64_t half_ns = reduce_gap_ns(trial->scenario, gap) / 2 + 1;
        const struct scenario *less =
            again(trial, arena, reduce_gap(arena, trial->scenario, gap, half_ns));
        if (less != NULL) {
            assert_true(less->duration_ns < trial->scenario->duration_ns);
        }
    }
}

static void try_cures(struct trial *trial, struct arena *arena) {
    struct reduce_cure cures[REDUCE_CURES_MAX];
    size_t count = reduce_single_cures(trial->scenario, cures);
    trial->what = "cures";
    for (size_t i = 0; i < count; i++) {
        const struct scenario *cured =
            again(trial, arena, reduce_cured(arena, trial->scenario, &cures[i]));
        assert_false(reduce_cure_applies(cured, &cures[i]));
    }
}

static void try_rest(struct trial *trial) {
    struct arena *arena = arena_create(NULL);
    trial->what = "fewer nodes";
    again(trial, arena, reduce_to_nodes(arena, trial->scenario, 5));
    trial->what = "joined nodes";
    for (uint32_t node = 0; node < trial->scenario->node_count && node < 6; node++) {
        again(trial, arena, reduce_joining(arena, trial->scenario, node));
    }
    trial->what = "meshes";
    for (uint32_t kind = 0; kind < REDUCE_MESH_COUNT; kind++) {
        again(trial, arena, reduce_mesh(arena, trial->scenario, kind));
    }
    for (uint32_t kind = 0; kind < REDUCE_PLAINNESS_COUNT; kind++) {
        trial->what = reduce_plainness_name((enum reduce_plainness)kind);
        again(trial, arena, reduce_plainer(arena, trial->scenario, (enum reduce_plainness)kind));
    }
    try_gaps(trial, arena);
    try_cures(trial, arena);
    arena_destroy(arena);
}

static void try_all(struct trial *trial) {
    for (uint32_t part = 0; part < REDUCE_PART_COUNT; part++) {
        try_part(trial, (enum reduce_part)part);
    }
    try_rest(trial);
}

static void try_swarm(struct scenario_fixture *f, const char *text, uint64_t *made) {
    struct swarm swarm;
    swarm_init(&swarm, f->arena, fixture_load(f, text));
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena *arena = arena_create(NULL);
        struct failure_list *failures = arena_take(arena, MEMORY_TABLES, sizeof *failures);
        struct swarm_draw draw;
        assert_true(swarm_draw(&swarm, arena, seed, &draw, failures));
        struct trial trial = {.scenario = draw.scenario, .seed = seed};

        try_all(&trial);
        for (uint32_t kind = 0; kind < REDUCE_DRAW_COUNT; kind++) {
            trial.what = reduce_draw_name((enum reduce_draw)kind);
            const struct scenario *written = again(
                &trial, arena, reduce_written_out(arena, trial.scenario, (enum reduce_draw)kind));
            trial.scenario = written == NULL ? trial.scenario : written;
        }
        try_all(&trial);

        *made += trial.made;
        arena_destroy(arena);
    }
}

static void given_whatever_a_swarm_draws_when_reduced_then_it_can_be_read(void **state) {
    static const char *const texts[] = {
        "duration: 20s\nnodes: {count: 9}\ntopology: {kind: random-regular, degree: 4}\n"
        "publish: [{from: any, start: 2s, every: 1s, until: 20s}]\n",
        grown,
    };
    uint64_t made = 0;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        try_swarm(*state, texts[i], &made);
    }
    assert_true(made > UINT64_C(100) * SEEDS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_whatever_a_swarm_draws_when_reduced_then_it_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
