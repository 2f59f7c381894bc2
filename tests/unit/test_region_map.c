#include "analysis/propagation.h"
#include "analysis/region_map.h"
#include "analysis/region_scaling.h"
#include "analysis/scenario_text.h"
#include "base/quantity.h"
#include "tests/support/analysis_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { REGIONS = 12, NODES = 600 };

/** A run of twelve regions in a circle, the delays the shorter way around it. */
struct circle {
    struct run_data run;
    struct trace_node nodes[NODES];
    const char *names[REGIONS];
    char scenario[4096];
};

static void fill_circle(struct circle *circle) {
    size_t size = (size_t)snprintf(circle->scenario, sizeof circle->scenario,
                                   "regions:\n  names: [x]\n  latency:\n");
    for (uint32_t i = 0; i < REGIONS; i++) {
        circle->names[i] = "a_region_with_a_name_that_is_long";
        for (uint32_t j = 0; j < REGIONS; j++) {
            uint32_t apart = i > j ? i - j : j - i;
            apart = apart > REGIONS / 2 ? REGIONS - apart : apart;
            size += (size_t)snprintf(circle->scenario + size, sizeof circle->scenario - size,
                                     "%s%ums%s", j == 0 ? "    - [" : ", ",
                                     1 + 10 * (unsigned)apart, j + 1 == REGIONS ? "]\n" : "");
        }
    }
    for (uint32_t node = 0; node < NODES; node++) {
        // Region 0 has as many as all others together, and the last one none.
        uint32_t region = node % 2 == 0 ? 0 : 1 + node / 2 % (REGIONS - 2);
        circle->nodes[node] = (struct trace_node){.region = region};
    }
    circle->run = (struct run_data){.scenario = circle->scenario,
                                    .nodes = circle->nodes,
                                    .node_count = NODES,
                                    .regions = {circle->names, REGIONS}};
}

static double distance(struct position a, struct position b) {
    return hypot(a.x - b.x, a.y - b.y);
}

static void given_texts_when_latency_is_read_then_only_whole_matrices(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *text;
        bool found;
    } rows[] = {
        {"whole", "regions:\n  latency:\n    - [1ms, 2s]\n    - [3us, 4ms]\nlinks:\n", true},
        {"preset", "regions: world-8\nlinks:\n", false},
        {"none", "regions: none\n", false},
        {"no text", "", false},
        {"a row too few", "regions:\n  latency:\n    - [1ms, 2s]\nlinks:\n", false},
        {"a column too few", "regions:\n  latency:\n    - [1ms]\n    - [3us]\n", false},
        {"no duration", "regions:\n  latency:\n    - [1ms, x]\n    - [3us, 4ms]\n", false},
        {"cut off", "regions:\n  latency:\n    - [1ms, 2s]\n    - [3us", false},
        {"of something else", "other:\n  latency:\n    - [1ms, 2s]\n    - [3us, 4ms]\n", false},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int64_t delay_ns[4] = {0};
        bool found = scenario_text_latency(rows[i].text, 2, delay_ns);

        if (found != rows[i].found) {
            fail_msg("%s", rows[i].name);
        }
        if (found) {
            assert_int_equal(delay_ns[1], 2 * NS_PER_S);
            assert_int_equal(delay_ns[2], 3 * NS_PER_US);
        }
    }
}

static void given_distances_of_a_plane_when_scaled_then_points_have_them(void **state) {
    struct analysis_fixture *f = *state;
    static const struct position plane[] = {{0, 0}, {4, 0}, {4, 3}, {0, 3}, {20, 1}};
    enum { POINTS = COUNT_OF(plane) };
    double distances[POINTS * POINTS];
    struct position points[POINTS];
    for (uint32_t i = 0; i < POINTS * POINTS; i++) {
        distances[i] = distance(plane[i / POINTS], plane[i % POINTS]);
    }

    region_scaling(distances, POINTS, f->arena, points);

    for (uint32_t i = 0; i < POINTS * POINTS; i++) {
        double there = distance(points[i / POINTS], points[i % POINTS]);
        assert_true(fabs(there - distance(plane[i / POINTS], plane[i % POINTS])) < 1e-6);
    }
    // The long way of the picture lies along x.
    assert_true(fabs(points[4].x - points[0].x) > 10 * fabs(points[4].y - points[0].y));
}

static void given_no_delays_at_all_when_scaled_then_points_apart(void **state) {
    struct analysis_fixture *f = *state;
    double distances[9] = {0};
    struct position points[3];

    region_scaling(distances, 3, f->arena, points);

    assert_true(fabs(distance(points[0], points[1]) - 1) < 1e-6);
    assert_true(fabs(distance(points[0], points[2]) - 1) < 1e-6);
    assert_true(fabs(distance(points[1], points[2]) - 1) < 1e-6);
}

static void given_own_regions_when_propagation_then_nodes_by_region(void **state) {
    struct analysis_fixture *f = *state;
    static const char *names[] = {"here", "there"};
    f->scenario = "regions:\n  latency:\n    - [1ms, 50ms]\n    - [50ms, 1ms]\n";
    analysis_fixture_read(f);
    f->run.regions = (struct run_names){names, 2};
    struct propagation propagation;

    assert_true(propagation_of(&propagation, &f->run, f->arena, &f->failure));

    assert_int_equal(propagation.kind, PROPAGATION_REGIONS);
    for (uint32_t i = 0; i < f->run.node_count; i++) {
        const struct world_disc *disc = &propagation.discs[f->run.nodes[i].region];
        assert_true(disc->named);
        assert_true(distance(propagation.positions[i], disc->centre) <= disc->radius);
    }
}

static void given_three_regions_when_set_then_distances_follow_delays(void **state) {
    struct analysis_fixture *f = *state;
    struct circle circle;
    fill_circle(&circle);
    // Both ways between 0 and 1 take 60 ms in the mean.
    circle.run.scenario = "regions:\n  latency:\n    - [1ms, 50ms, 80ms]\n"
                          "    - [70ms, 1ms, 110ms]\n    - [80ms, 110ms, 1ms]\nlinks:\n";
    circle.run.regions.count = 3;
    for (uint32_t node = 0; node < NODES; node++) {
        circle.nodes[node].region = node % 3;
    }

    struct world_disc *discs = region_map_discs(&circle.run, f->arena);

    double unit = distance(discs[0].centre, discs[1].centre) / 60;
    assert_true(fabs(distance(discs[0].centre, discs[2].centre) / unit - 80) < 1);
    assert_true(fabs(distance(discs[1].centre, discs[2].centre) / unit - 110) < 1);
}

/** Checks that a region with its name stands in the panel, and free of another. */
static void expect_free(const struct circle *circle, const struct world_disc *discs, uint32_t i,
                        uint32_t j) {
    const struct world_disc *a = &discs[i];
    const struct world_disc *b = &discs[j];
    double a_half = fmax(a->radius, region_map_label_width(circle->names[i], a->nodes) / 2);
    double b_half = fmax(b->radius, region_map_label_width(circle->names[j], b->nodes) / 2);
    assert_true(a->named);
    assert_true(a->centre.x >= a_half);
    assert_true(a->centre.x <= REGION_MAP_WIDTH - a_half);
    assert_true(a->centre.y >= a->radius + REGION_MAP_LABEL_HEIGHT);
    assert_true(a->centre.y <= REGION_MAP_HEIGHT - a->radius);
    bool beside = fabs(a->centre.x - b->centre.x) >= a_half + b_half;
    double below = a->centre.y - a->radius - REGION_MAP_LABEL_HEIGHT;
    double other_below = b->centre.y - b->radius - REGION_MAP_LABEL_HEIGHT;
    bool over = below >= b->centre.y + b->radius || other_below >= a->centre.y + a->radius;
    assert_true(beside || over);
}

static void given_twelve_regions_when_set_then_discs_and_names_stand_free(void **state) {
    struct analysis_fixture *f = *state;
    struct circle circle;
    fill_circle(&circle);

    struct world_disc *discs = region_map_discs(&circle.run, f->arena);

    assert_int_equal(discs[REGIONS - 1].nodes, 0);
    assert_false(discs[REGIONS - 1].named);
    for (uint32_t i = 0; i + 1 < REGIONS; i++) {
        for (uint32_t j = 0; j < i; j++) {
            expect_free(&circle, discs, i, j);
            expect_free(&circle, discs, j, i);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_texts_when_latency_is_read_then_only_whole_matrices,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_distances_of_a_plane_when_scaled_then_points_have_them, analysis_fixture_begin,
            analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_no_delays_at_all_when_scaled_then_points_apart,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_own_regions_when_propagation_then_nodes_by_region,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_three_regions_when_set_then_distances_follow_delays,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_twelve_regions_when_set_then_discs_and_names_stand_free, analysis_fixture_begin,
            analysis_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
