// Swarms: whatever the seed, a scenario that is good; each feature in force in some runs and fully
// off in others, whatever else is; and all faults over when they should be.
#include "scenarios/foresight.h"
#include "scenarios/swarm.h"
#include "tests/support/scenario_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 600 };

static const char plain[] = "duration: 20s\n"
                            "nodes: {count: 20}\n"
                            "topology: {kind: random-regular, degree: 8}\n"
                            "publish: [{from: any, start: 2s, every: 1s, until: 20s}]\n";
static const char grown[] =
    "duration: 25s\n"
    "nodes: {count: 30, groups: [{name: old, nodes: 0..9, router: {profile: nim-2020}}]}\n"
    "topology: {kind: barabasi-albert, attach: 3}\n"
    "links: {reorder: true, loss: 5%}\n"
    "topics: [{name: a}, {name: b, subscribers: 50%}, {name: 'c c'}]\n"
    "publish: [{topic: b, from: 3, start: 2s}]\n"
    "events: [{at: 5s, name: storm, crash: 0..2}, {at: 9s, heal: {event: cut}},\n"
    "         {at: 6s, name: cut, partition: {groups: [0..4, 5..9]}}]\n"
    "expect: [delivered_once, published >= 1]\n"
    "sweep: {links.loss: [0%, 1%]}\n";

// Longer than 32 bits of milliseconds.
static const char lasting[] = "duration: 2000h\n"
                              "nodes: {count: 4}\n"
                              "topology: complete\n"
                              "publish: [{from: any, start: 2s, count: 1}]\n";

static struct swarm swarm_of(struct scenario_fixture *fixture, const char *text) {
    struct swarm swarm;
    swarm_init(&swarm, fixture->arena, fixture_load(fixture, text));
    return swarm;
}

/** A seed's scenario in an arena of its own. */
static const struct scenario *draw(const struct swarm *swarm, uint64_t seed, struct arena **arena,
                                   struct swarm_draw *draw) {
    struct failure_list *failures = calloc(1, sizeof *failures);
    *arena = arena_create(NULL);
    if (!swarm_draw(swarm, *arena, seed, draw, failures)) {
        failure_list_print(failures, stderr);
        fail_msg("seed %llu is refused", (unsigned long long)seed);
    }
    free(failures);
    return draw->scenario;
}

static void given_any_seed_when_drawn_then_a_scenario_that_can_be_run(void **state) {
    static const char *const texts[] = {plain, grown, lasting};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct swarm swarm = swarm_of(*state, texts[i]);
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            struct arena *arena = NULL;
            struct swarm_draw drawn;
            struct failure failure;

            const struct scenario *scenario = draw(&swarm, seed, &arena, &drawn);

            if (texts[i] != lasting && !foresight_check(scenario, &failure)) {
                fail_msg("text %zu, seed %llu: %s", i, (unsigned long long)seed, failure.message);
            }
            assert_int_equal(scenario->seed, seed);
            assert_null(scenario->sweep);
            arena_destroy(arena);
        }
    }
}

static void given_many_seeds_when_drawn_then_features_are_on_and_off_by_themselves(void **state) {
    struct swarm swarm = swarm_of(*state, plain);
    uint32_t on[SWARM_FEATURE_COUNT] = {0};
    uint32_t both[SWARM_FEATURE_COUNT][SWARM_FEATURE_COUNT] = {{0}};

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena *arena = NULL;
        struct swarm_draw drawn;
        draw(&swarm, seed, &arena, &drawn);
        for (uint32_t a = 0; a < SWARM_FEATURE_COUNT; a++) {
            on[a] += (uint32_t)(drawn.features >> a & 1);
            for (uint32_t b = 0; b < SWARM_FEATURE_COUNT; b++) {
                both[a][b] += (uint32_t)(drawn.features >> a & ~(drawn.features >> b) & 1);
            }
        }
        arena_destroy(arena);
    }

    for (uint32_t a = 0; a < SWARM_FEATURE_COUNT; a++) {
        if (on[a] < SEEDS / 6 || on[a] > SEEDS * 9 / 10) {
            fail_msg("%s is on in %u of %d", swarm_feature_name(a), on[a], SEEDS);
        }
        for (uint32_t b = 0; b < SWARM_FEATURE_COUNT; b++) {
            bool bound = a == b || (a == SWARM_SIZE && b == SWARM_TOPOLOGY);
            if (!bound && both[a][b] == 0) {
                fail_msg("%s is never on without %s", swarm_feature_name(a), swarm_feature_name(b));
            }
        }
    }
}

/** Whether a scenario has what a feature brings. */
static bool shows(const struct scenario *scenario, enum swarm_feature feature) {
    static const enum scenario_event_kind kinds[SWARM_FEATURE_COUNT] = {
        [SWARM_LOSS] = SCENARIO_DEGRADE,
        [SWARM_SLOWNESS] = SCENARIO_DEGRADE,
        [SWARM_CRASHES] = SCENARIO_CRASH,
        [SWARM_PAUSES] = SCENARIO_PAUSE,
        [SWARM_PARTITIONS] = SCENARIO_PARTITION,
        [SWARM_CLOGS] = SCENARIO_CLOG,
        [SWARM_HOLDS] = SCENARIO_HOLD,
        [SWARM_FLAPS] = SCENARIO_FLAP,
        [SWARM_SUBSCRIPTIONS] = SCENARIO_UNSUBSCRIBE,
    };
    if (feature == SWARM_CHURN) {
        return scenario->churn_count > 0;
    }
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        bool of_it = event->kind == kinds[feature];
        of_it = of_it && (feature != SWARM_LOSS || event->link_fault.degradation.loss_ppb > 0);
        of_it = of_it && (feature != SWARM_SLOWNESS || event->link_fault.degradation.loss_ppb == 0);
        if (of_it) {
            return true;
        }
    }
    return false;
}

static void given_a_fault_when_off_then_the_scenario_has_nothing_of_it(void **state) {
    static const enum swarm_feature rows[] = {
        SWARM_LOSS,       SWARM_SLOWNESS, SWARM_CRASHES, SWARM_CHURN, SWARM_PAUSES,
        SWARM_PARTITIONS, SWARM_CLOGS,    SWARM_HOLDS,   SWARM_FLAPS, SWARM_SUBSCRIPTIONS};
    struct swarm swarm = swarm_of(*state, plain);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena *arena = NULL;
        struct swarm_draw drawn;

        const struct scenario *scenario = draw(&swarm, seed, &arena, &drawn);

        for (size_t i = 0; i < COUNT_OF(rows); i++) {
            bool on = (drawn.features >> rows[i] & 1) != 0;
            if (shows(scenario, rows[i]) != on) {
                fail_msg("seed %llu: %s is %s", (unsigned long long)seed,
                         swarm_feature_name(rows[i]), on ? "on" : "off");
            }
        }
        arena_destroy(arena);
    }
}

static void given_many_seeds_when_drawn_then_sizes_graphs_and_meshes_are_all_there(void **state) {
    struct swarm swarm = swarm_of(*state, plain);
    bool kinds[TOPOLOGY_DIAL + 1] = {false};
    bool low[16] = {false};
    uint32_t least = UINT32_MAX;
    uint32_t most = 0;
    uint32_t of_the_file = 0;

    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena *arena = NULL;
        struct swarm_draw drawn;
        const struct scenario *scenario = draw(&swarm, seed, &arena, &drawn);
        kinds[scenario->topology.kind] = true;
        low[scenario->router.d_low] = true;
        least = scenario->node_count < least ? scenario->node_count : least;
        most = scenario->node_count > most ? scenario->node_count : most;
        of_the_file += scenario->node_count == 20 ? 1 : 0;
        assert_true(scenario->router.d_low <= scenario->router.d);
        assert_true(scenario->router.d <= scenario->router.d_high);
        arena_destroy(arena);
    }

    static const enum topology_kind wanted[] = {
        TOPOLOGY_RANDOM_REGULAR, TOPOLOGY_COMPLETE,       TOPOLOGY_RING, TOPOLOGY_LINE,
        TOPOLOGY_GRID,           TOPOLOGY_WATTS_STROGATZ, TOPOLOGY_DIAL};
    for (size_t i = 0; i < COUNT_OF(wanted); i++) {
        assert_true(kinds[wanted[i]]);
    }
    for (uint32_t d_low = 2; d_low <= 8; d_low++) {
        assert_true(low[d_low]);
    }
    assert_int_equal(least, 2);
    assert_int_equal(most, 40);
    assert_true(of_the_file > SEEDS / 4);
}

static void given_faults_when_drawn_then_all_are_over_at_the_heal(void **state) {
    struct swarm swarm = swarm_of(*state, plain);
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        struct arena *arena = NULL;
        struct swarm_draw drawn;

        const struct scenario *scenario = draw(&swarm, seed, &arena, &drawn);

        assert_true(drawn.heal_ns >= INT64_C(20000000000));
        assert_true(drawn.settled_ns > drawn.heal_ns);
        assert_true(scenario->duration_ns > drawn.settled_ns);
        for (uint32_t i = 0; i < scenario->event_count; i++) {
            const struct scenario_event *event = &scenario->events[i];
            bool again = event->kind == SCENARIO_DISCONNECT && event->at_ns > drawn.heal_ns;
            if (event->for_ns > 0 && !again) {
                assert_true(event->at_ns + event->for_ns <= drawn.heal_ns);
            }
            assert_true(event->at_ns + event->for_ns < drawn.settled_ns);
        }
        for (uint32_t i = 0; i < scenario->churn_count; i++) {
            assert_int_equal(scenario->churns[i].until_ns, drawn.heal_ns);
        }
        arena_destroy(arena);
    }
}

static void given_another_file_when_drawn_then_what_it_leaves_room_for_is_the_same(void **state) {
    struct swarm of_plain = swarm_of(*state, plain);
    struct swarm of_grown = swarm_of(*state, grown);
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct arena *arenas[3];
        struct swarm_draw drawn[3];

        const struct scenario *first = draw(&of_plain, seed, &arenas[0], &drawn[0]);
        const struct scenario *again = draw(&of_plain, seed, &arenas[1], &drawn[1]);
        draw(&of_grown, seed, &arenas[2], &drawn[2]);

        assert_string_equal(scenario_write(arenas[0], first, NULL),
                            scenario_write(arenas[1], again, NULL));
        assert_true((drawn[0].features & of_grown.possible) == drawn[2].features);
        for (int i = 0; i < 3; i++) {
            arena_destroy(arenas[i]);
        }
    }
}

static void given_a_file_with_a_shape_when_drawn_then_it_keeps_what_it_has(void **state) {
    struct swarm swarm = swarm_of(*state, grown);
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct arena *arena = NULL;
        struct swarm_draw drawn;

        const struct scenario *scenario = draw(&swarm, seed, &arena, &drawn);

        assert_int_equal(scenario->node_count, 30);
        assert_int_equal(scenario->topology.kind, TOPOLOGY_BARABASI_ALBERT);
        assert_int_equal(scenario->group_count, 1);
        assert_true(scenario->links.reorder);
        assert_string_equal(scenario->expectations[0].text, "delivered_once");
        assert_string_equal(scenario->expectations[1].text, "published >= 1");
        assert_string_equal(scenario->events[0].name, "storm");
        assert_int_equal(scenario->links.loss_ppb, 0); // loss that never ends promises nothing
        arena_destroy(arena);
    }
}

static void given_heartbeats_of_years_when_drawn_then_refused_as_too_long(void **state) {
    struct swarm swarm = swarm_of(
        *state, "nodes: {count: 4}\nrouter: {heartbeat_interval: 200000h, history_length: 200}\n");
    struct failure_list *failures = calloc(1, sizeof *failures);
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct arena *arena = arena_create(NULL);
        struct swarm_draw drawn;
        *failures = (struct failure_list){.count = 0};

        bool ok = swarm_draw(&swarm, arena, seed, &drawn, failures);

        // One that draws another interval is an ordinary one.
        bool slow = (drawn.features >> SWARM_INTERVAL & 1) == 0;
        assert_int_equal(ok, !slow);
        if (slow && strncmp(failures->items[0].message, "found `3458", 11) != 0) {
            fail_msg("seed %d: %s", (int)seed, failures->items[0].message);
        }
        arena_destroy(arena);
    }
    free(failures);
}

static void given_what_promises_nothing_when_looked_at_then_it_is_said_why(void **state) {
    static const struct {
        const char *more;
        const char *words; // NULL: it promises
    } rows[] = {
        {"", NULL},
        {"topics: [{name: a, subscribers: 50%}]\n", "no topic"},
        {"topics: [{name: 'a b'}]\n", "no topic"},
        {"topics: [{name: a, validation: 5ms}]\n", "no topic"},
        {"churn: [{up: 5s, down: 5s}]\n", "churn"},
        {"churn: [{up: 5s, down: 5s, until: 15s}]\n", NULL},
        {"events: [{at: 5s, unsubscribe: {nodes: 0}}]\n", "events"},
        {"events: [{at: 30s, crash: 0}]\n", "events"},
        {"events: [{at: 5s, crash: 0}]\n", NULL},
        {"measure: {until: 15s}\n", "measures"},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[1024];
        snprintf(text, sizeof text, "duration: 20s\nnodes: {count: 20}\n%s", rows[i].more);

        struct swarm swarm = swarm_of(*state, text);

        assert_int_equal(swarm.promises_delivery, rows[i].words == NULL);
        if (rows[i].words != NULL && strstr(swarm.no_promise_why, rows[i].words) == NULL) {
            fail_msg("%s: %s", rows[i].more, swarm.no_promise_why);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_any_seed_when_drawn_then_a_scenario_that_can_be_run),
        FIXTURE_TEST(given_many_seeds_when_drawn_then_features_are_on_and_off_by_themselves),
        FIXTURE_TEST(given_a_fault_when_off_then_the_scenario_has_nothing_of_it),
        FIXTURE_TEST(given_many_seeds_when_drawn_then_sizes_graphs_and_meshes_are_all_there),
        FIXTURE_TEST(given_faults_when_drawn_then_all_are_over_at_the_heal),
        FIXTURE_TEST(given_another_file_when_drawn_then_what_it_leaves_room_for_is_the_same),
        FIXTURE_TEST(given_a_file_with_a_shape_when_drawn_then_it_keeps_what_it_has),
        FIXTURE_TEST(given_heartbeats_of_years_when_drawn_then_refused_as_too_long),
        FIXTURE_TEST(given_what_promises_nothing_when_looked_at_then_it_is_said_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
