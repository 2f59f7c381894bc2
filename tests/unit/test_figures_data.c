#include "analysis/cdf.h"
#include "analysis/figure_text.h"
#include "analysis/layout.h"
#include "analysis/propagation.h"
#include "analysis/scenario_text.h"
#include "analysis/topic_colours.h"
#include "analysis/world.h"
#include "base/quantity.h"
#include "tests/support/analysis_fixture.h"
#include "tests/support/synthetic_trace.h"

#include <math.h>
#include <string.h>

static void given_counts_when_ranks_are_chosen_then_even_with_both_ends(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint64_t count;
        uint64_t points_max;
        uint64_t ranks[5]; // as many as there are points
        uint64_t points;
    } rows[] = {
        {"none", 0, 5, {0}, 0},
        {"one", 1, 5, {1}, 1},
        {"fewer than fit", 3, 5, {1, 2, 3}, 3},
        {"as many as fit", 5, 5, {1, 2, 3, 4, 5}, 5},
        {"one in two", 9, 5, {1, 3, 5, 7, 9}, 5},
        {"rounded down", 10, 4, {1, 4, 7, 10}, 4},
        {"two of many", 1000000, 2, {1, 1000000}, 2},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t points = cdf_points(rows[i].count, rows[i].points_max);

        if (points != rows[i].points) {
            fail_msg("%s: %u points", rows[i].name, (unsigned)points);
        }
        for (uint64_t point = 0; point < points; point++) {
            if (cdf_rank(rows[i].count, points, point) != rows[i].ranks[point]) {
                fail_msg("%s: point %u", rows[i].name, (unsigned)point);
            }
        }
    }
}

static void given_many_messages_when_lines_are_chosen_then_sixty_evenly(void **state) {
    struct analysis_fixture *f = *state;
    struct run_message messages[240] = {{0}};
    for (uint32_t i = 0; i < COUNT_OF(messages); i++) {
        // Every second one counts: the others were skipped, or nobody expected them.
        messages[i].published = i % 4 != 1;
        messages[i].expected = i % 4 != 3 ? 5 : 0;
    }
    const struct run_data run = {.messages = messages, .message_count = COUNT_OF(messages)};

    struct cdf_messages chosen = cdf_choose_messages(&run, f->arena);

    assert_int_equal(chosen.count, CDF_MESSAGES_MAX);
    assert_int_equal(chosen.items[0], 0);
    assert_int_equal(chosen.items[1], 4); // candidate 1 + ⌊119/59⌋ = 3 is message 4
    assert_int_equal(chosen.items[30], 120);
    assert_int_equal(chosen.items[59], 238);
}

static void given_topics_when_colours_are_chosen_then_the_busiest_in_their_order(void **state) {
    struct analysis_fixture *f = *state;
    // Topic 0 has none, 1 and 8 three each, 2 to 7 two each; one of topic 0 was skipped.
    static const uint32_t topics[] = {8, 8, 8, 7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 1, 0};
    struct run_message messages[COUNT_OF(topics)] = {{0}};
    for (uint32_t i = 0; i < COUNT_OF(topics); i++) {
        messages[i] = (struct run_message){.published = topics[i] != 0, .topic = topics[i]};
    }
    const struct run_data run = {
        .messages = messages, .message_count = COUNT_OF(topics), .topics = {.count = 9}};

    struct topic_colours colours = topic_colours_of(&run, f->arena);

    static const uint32_t chosen[] = {1, 2, 3, 4, 5, 8};
    assert_int_equal(colours.count, COUNT_OF(chosen));
    assert_memory_equal(colours.topics, chosen, sizeof chosen);
    assert_int_equal(colours.messages[0], 3);
    assert_int_equal(colours.messages[4], 2);
    assert_int_equal(colours.with_messages, 8);
    assert_int_equal(colours.others, 2);
    assert_int_equal(topic_colours_place(&colours, 8), 5);
    assert_int_equal(topic_colours_place(&colours, 6), 6);
}

static void given_two_topics_when_read_then_the_latencies_of_each(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);

    const struct run_curve *blocks = &f->run.topic_curves[0];
    const struct run_curve *votes = &f->run.topic_curves[1];
    const struct run_curve *others = &f->run.topic_curves[2];

    assert_int_equal(blocks->count, 3);
    assert_int_equal(blocks->values_ns[2], 1500 * NS_PER_MS);
    assert_int_equal(votes->count, 1);
    assert_int_equal(votes->values_ns[0], 30 * NS_PER_MS);
    assert_int_equal(votes->expected, 2);
    assert_int_equal(others->count, 0);
}

static void given_small_run_when_hops_are_counted_then_rows_by_topic_and_hops(void **state) {
    struct analysis_fixture *f = *state;

    analysis_fixture_read(f);

    struct hop_counts counts = f->run.hops;

    assert_int_equal(counts.count, 4);
    assert_int_equal(counts.rows[2].hops, 3);
    assert_int_equal(counts.rows[2].pushed, 0);
    assert_int_equal(counts.rows[2].requested, 1);
    assert_int_equal(counts.rows[3].topic, 1);
    assert_int_equal(counts.rows[3].hops, 2);
}

static void given_canonical_text_when_value_is_looked_up_then_that_of_its_path(void **state) {
    (void)state;
    static const char text[] = "name: \"a test\"\nseed: 1\nrouter:\n  profile: gossipsub-v1.0\n"
                               "  D: 6\n  Dlo: 4\n  quirks: {}\nnodes:\n  count: 5\n  groups:\n"
                               "    - D: 8\n  Dhi: 9\ntopics:\n- {name: x}\n";
    static const struct {
        const char *section;
        const char *key;
        const char *value; // NULL: not found
    } rows[] = {
        {NULL, "name", "a test"},
        {NULL, "seed", "1"},
        {"router", "profile", "gossipsub-v1.0"},
        {"router", "D", "6"},
        {"router", "Dlo", "4"},
        {"router", "Dhi", NULL},
        {"nodes", "D", NULL},
        {"nodes", "Dhi", "9"},
        {"links", "D", NULL},
        {NULL, "D", NULL},
        {"router", "count", NULL},
        {"topics", "name", NULL},
        {NULL, "router", NULL},
        {"router", "D: 6\n", NULL},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char value[32];
        bool found = scenario_text_value(text, rows[i].section, rows[i].key, value, sizeof value);

        if (found != (rows[i].value != NULL)) {
            fail_msg("row %zu: %s", i, value);
        }
        assert_string_equal(value, found ? rows[i].value : "");
    }
}

static void given_texts_when_number_is_looked_up_then_only_whole_decimals(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool found;
        uint32_t number;
    } rows[] = {
        {"router:\n  D: 12\n", true, 12},
        {"router:\n  D: 0\n", true, 0},
        {"router:\n  D: 999999999", true, 999999999},
        {"router:\n  D: 1000000000\n", false, 0},
        {"router:\n  D: six\n", false, 0},
        {"router:\n  D: -1\n", false, 0},
        {"router:\n  D:\n", false, 0},
        {"", false, 0},
        {"router:\n", false, 0},
        {"router:", false, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t number = 0;
        bool found = scenario_text_number(rows[i].text, "router", "D", &number);

        if (found != rows[i].found || number != rows[i].number) {
            fail_msg("row %zu: %u", i, (unsigned)number);
        }
    }
}

static void given_long_value_when_looked_up_then_cut_to_the_buffer(void **state) {
    (void)state;
    char value[4];

    bool found = scenario_text_value("name: abcdef\n", NULL, "name", value, sizeof value);

    assert_true(found);
    assert_string_equal(value, "abc");
}

static void given_quantities_when_written_for_figures_then_short_and_whole(void **state) {
    (void)state;
    char text[FIGURE_TEXT_SIZE];

    assert_string_equal(figure_count(0, text), "0");
    assert_string_equal(figure_count(999, text), "999");
    assert_string_equal(figure_count(1000, text), "1,000");
    assert_string_equal(figure_count(1234567, text), "1,234,567");
    assert_string_equal(figure_count(UINT64_MAX, text), "18,446,744,073,709,551,615");
    assert_string_equal(figure_noun(0, "message", "messages"), "messages");
    assert_string_equal(figure_noun(1, "message", "messages"), "message");
    assert_string_equal(figure_noun(2, "message", "messages"), "messages");
    assert_string_equal(figure_duration(0, text), "0 ns");
    assert_string_equal(figure_duration(999, text), "999 ns");
    assert_string_equal(figure_duration(1000, text), "1.00 \302\265s");
    assert_string_equal(figure_duration(999499, text), "999 \302\265s");
    assert_string_equal(figure_duration(999500, text), "1.00 ms");
    assert_string_equal(figure_duration(213400000, text), "213 ms");
    assert_string_equal(figure_duration(9994000, text), "9.99 ms");
    assert_string_equal(figure_duration(9996000, text), "10.0 ms");
    assert_string_equal(figure_duration(99960000, text), "100 ms");
    assert_string_equal(figure_duration(INT64_C(3600000000000), text), "3600 s");
    assert_string_equal(figure_size(512, text), "512 B");
    assert_string_equal(figure_size(1250000, text), "1.25 MB");
    assert_string_equal(figure_share(1, 2, text), "50 %");
    assert_string_equal(figure_share(3, 3, text), "100 %");
    assert_string_equal(figure_share(0, 3, text), "0 %");
    assert_string_equal(figure_share(998, 1000, text), "99.8 %");
    assert_string_equal(figure_share(1, 10000, text), "0.01 %");
    assert_string_equal(figure_share(99999, 100000, text), "99.999 %");
}

static void given_largest_values_when_units_are_chosen_then_readable_axes(void **state) {
    (void)state;

    assert_string_equal(figure_duration_unit(999999).name, "\302\265s");
    assert_string_equal(figure_duration_unit(NS_PER_MS).name, "ms");
    assert_string_equal(figure_duration_unit(10 * NS_PER_S - 1).name, "ms");
    assert_string_equal(figure_duration_unit(10 * NS_PER_S).name, "s");
    assert_string_equal(figure_rate_unit(0).name, "B/s");
    assert_string_equal(figure_rate_unit(999).name, "B/s");
    assert_string_equal(figure_rate_unit(1000).name, "kB/s");
    assert_string_equal(figure_rate_unit(5e12).name, "GB/s");
}

static void given_texts_when_defined_then_quoted_as_gnuplot_reads_them(void **state) {
    struct analysis_fixture *f = *state;
    struct table_file file;
    char long_name[200];
    memset(long_name, 'x', sizeof long_name);
    // A character of two bytes across the place of the cut.
    memcpy(long_name + FIGURE_NAME_SIZE - 4, "\303\274", 2);
    long_name[sizeof long_name - 1] = '\0';

    table_file_open(&file, f->folder, "facts");
    figure_define_name(&file, "a", "it's\ta 'name' \\ `pwd`");
    figure_define_name(&file, "b", long_name);
    figure_define_number(&file, "c", 2);
    figure_define_number(&file, "d", 0.125);
    figure_define_number(&file, "e", 1e18);
    assert_true(table_file_close(&file, &f->failure));

    const char *text = analysis_fixture_text(f, "facts");
    assert_ptr_equal(strstr(text, "a = 'it''s a ''name'' \\ `pwd`'\n"), text);
    assert_non_null(strstr(text, "xxx\342\200\246'\nc = 2.0\nd = 0.125\ne = 1e+18\n"));
    assert_null(strstr(text, "\303"));
}

static void given_spots_of_a_disc_when_placed_then_inside_and_apart(void **state) {
    (void)state;
    enum { COUNT = 500 };

    for (uint32_t i = 0; i < COUNT; i++) {
        struct position a = world_spot(i, COUNT);
        assert_true(a.x * a.x + a.y * a.y <= 1);
        for (uint32_t j = 0; j < i; j++) {
            struct position b = world_spot(j, COUNT);
            double apart = hypot(a.x - b.x, a.y - b.y);
            // A square of that area per spot would set them 1.77/√n apart.
            assert_true(apart > 1.2 / sqrt(COUNT));
        }
    }
}

static void given_regions_when_placed_then_area_follows_nodes(void **state) {
    struct analysis_fixture *f = *state;
    f->nodes[1].region = 1;
    analysis_fixture_read(f);

    struct world_disc *discs = world_discs(&f->run, f->arena);
    struct position *positions = world_place(&f->run, discs, f->arena);

    assert_true(world_knows(&f->run));
    assert_int_equal(discs[0].nodes, 1);
    assert_int_equal(discs[1].nodes, 3);
    double ratio = discs[1].radius * discs[1].radius / (discs[0].radius * discs[0].radius);
    assert_true(fabs(ratio - 3) < 1e-9);
    for (uint32_t i = 0; i < f->run.node_count; i++) {
        const struct world_disc *disc = &discs[f->run.nodes[i].region];
        double away = hypot(positions[i].x - disc->centre.x, positions[i].y - disc->centre.y);
        assert_true(away <= disc->radius);
    }
}

static void given_runs_when_the_map_is_asked_then_all_regions_must_be_on_it(void **state) {
    struct analysis_fixture *f = *state;
    static const char *known[] = {"south_africa", "na_west"};
    static const char *strange[] = {"south_africa", "moon"};
    analysis_fixture_read(f);
    struct run_data run = f->run;

    run.regions = (struct run_names){known, 2};
    assert_true(world_knows(&run));
    run.regions = (struct run_names){strange, 2};
    assert_false(world_knows(&run));
    f->nodes[0].region = TRACE_NONE;
    analysis_fixture_read(f);
    assert_false(world_knows(&f->run));
}

/** A run of links alone. */
static struct run_data run_of_links(const struct trace_link *links, uint32_t link_count,
                                    uint32_t node_count) {
    return (struct run_data){.links = links, .link_count = link_count, .node_count = node_count};
}

static void given_links_when_shape_is_asked_then_the_one_they_form(void **state) {
    struct analysis_fixture *f = *state;
    static const struct {
        const char *name;
        struct trace_link links[6];
        uint32_t link_count;
        uint32_t node_count;
        enum layout_shape shape;
    } rows[] = {
        {"no links", {{0}}, 0, 3, LAYOUT_TREE},
        {"two nodes", {{.a = 0, .b = 1}}, 1, 2, LAYOUT_LINE},
        {"a line, its ends in the middle",
         {{.a = 1, .b = 2}, {.a = 0, .b = 3}, {.a = 0, .b = 1}},
         3,
         4,
         LAYOUT_LINE},
        {"a ring",
         {{.a = 0, .b = 1}, {.a = 1, .b = 2}, {.a = 2, .b = 3}, {.a = 0, .b = 3}},
         4,
         4,
         LAYOUT_RING},
        {"a star", {{.a = 0, .b = 2}, {.a = 1, .b = 2}, {.a = 2, .b = 3}}, 3, 4, LAYOUT_STAR},
        {"a tree",
         {{.a = 0, .b = 1}, {.a = 0, .b = 2}, {.a = 0, .b = 3}, {.a = 3, .b = 4}},
         4,
         5,
         LAYOUT_SPRING},
        {"two lines", {{.a = 0, .b = 1}, {.a = 2, .b = 3}}, 2, 4, LAYOUT_SPRING},
        {"a ring and a line apart",
         {{.a = 0, .b = 1}, {.a = 1, .b = 2}, {.a = 0, .b = 2}, {.a = 3, .b = 4}},
         4,
         5,
         LAYOUT_SPRING},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_data run = run_of_links(rows[i].links, rows[i].link_count, rows[i].node_count);

        enum layout_shape shape = layout_shape_of(&run, f->arena);

        if (shape != rows[i].shape) {
            fail_msg("%s: shape %d", rows[i].name, (int)shape);
        }
    }
}

static void given_dense_links_when_shape_is_asked_then_tree(void **state) {
    struct analysis_fixture *f = *state;
    struct trace_link links[21];
    uint32_t count = 0;
    for (uint32_t a = 0; a < 7; a++) {
        for (uint32_t b = a + 1; b < 7; b++) {
            links[count++] = (struct trace_link){.a = a, .b = b};
        }
    }
    struct run_data run = run_of_links(links, count, 7);

    assert_int_equal(layout_shape_of(&run, f->arena), LAYOUT_TREE);
}

static void given_shapes_when_laid_out_then_linked_nodes_are_neighbours(void **state) {
    struct analysis_fixture *f = *state;
    static const struct trace_link line[] = {{.a = 1, .b = 2}, {.a = 0, .b = 3}, {.a = 0, .b = 1}};
    static const struct trace_link ring[] = {
        {.a = 0, .b = 2}, {.a = 1, .b = 2}, {.a = 1, .b = 3}, {.a = 0, .b = 3}};
    struct run_data run = run_of_links(line, 3, 4);
    struct position positions[4];

    // The ends are nodes 2 and 3.
    assert_true(layout_by_links(&run, LAYOUT_LINE, f->arena, positions, &f->failure));
    for (size_t i = 0; i < COUNT_OF(line); i++) {
        assert_true(fabs(positions[line[i].a].x - positions[line[i].b].x) == 1);
    }
    run = run_of_links(ring, 4, 4);
    assert_true(layout_by_links(&run, LAYOUT_RING, f->arena, positions, &f->failure));
    for (size_t i = 0; i < COUNT_OF(ring); i++) {
        struct position a = positions[ring[i].a];
        struct position b = positions[ring[i].b];
        assert_true(fabs(hypot(a.x - b.x, a.y - b.y) - sqrt(2)) < 1e-9);
    }
}

static void given_tree_when_laid_out_by_springs_then_the_same_each_time(void **state) {
    struct analysis_fixture *f = *state;
    static const struct trace_link tree[] = {
        {.a = 0, .b = 1}, {.a = 0, .b = 2}, {.a = 0, .b = 3}, {.a = 3, .b = 4}};
    struct run_data run = run_of_links(tree, 4, 5);
    struct position first[5];
    struct position second[5];

    assert_true(layout_by_links(&run, LAYOUT_SPRING, f->arena, first, &f->failure));
    assert_true(layout_by_links(&run, LAYOUT_SPRING, f->arena, second, &f->failure));

    assert_memory_equal(first, second, sizeof first);
    assert_true(hypot(first[3].x - first[4].x, first[3].y - first[4].y) > 0.1);
}

static void given_way_of_message_when_laid_out_then_later_is_further_out(void **state) {
    struct analysis_fixture *f = *state;
    static const struct arrival arrivals[] = {
        {20, 2, 2}, {-1, TRACE_NONE, 0}, {10, 3, 1}, {-1, TRACE_NONE, 0}, {30, 0, 3}, {15, 3, 1},
    };
    struct position positions[6];

    layout_by_arrival(arrivals, 6, 3, f->arena, positions);

    double away[6];
    for (uint32_t i = 0; i < 6; i++) {
        away[i] = hypot(positions[i].x, positions[i].y);
    }
    assert_true(away[3] == 0);
    assert_true(fabs(away[2] - sqrt(0.5 / 4)) < 1e-9);
    assert_true(fabs(away[5] - sqrt(1.5 / 4)) < 1e-9);
    assert_true(fabs(away[0] - sqrt(2.5 / 4)) < 1e-9);
    assert_true(fabs(away[4] - sqrt(3.5 / 4)) < 1e-9);
    assert_true(away[1] > 1);
    // Nodes 2, 0 and 4 are one branch of three of the four nodes; node 5 has the last quarter of
    // the way around from straight down.
    assert_true(
        fabs(atan2(positions[2].y, positions[2].x) - atan2(positions[4].y, positions[4].x)) < 1e-9);
    assert_true(positions[5].x < 0);
    assert_true(positions[5].y < 0);
}

static void given_many_nodes_when_laid_out_by_arrival_then_straight_below_stays_free(void **state) {
    struct analysis_fixture *f = *state;
    enum { NODES = 600 };
    struct arrival arrivals[NODES];
    struct position positions[NODES];
    for (uint32_t i = 0; i < NODES; i++) {
        int64_t latency_ns = i % 5 == 4 ? -1 : (int64_t)i;
        arrivals[i] = (struct arrival){latency_ns, latency_ns < 0 ? TRACE_NONE : 0, 1};
    }

    layout_by_arrival(arrivals, NODES, 0, f->arena, positions);

    for (uint32_t i = 1; i < NODES; i++) {
        // The gap has 21 degrees on either side, whose tangent is 0.38.
        bool below = positions[i].y < 0 && fabs(positions[i].x) < 0.36 * -positions[i].y;
        assert_false(below);
        assert_true(hypot(positions[i].x, positions[i].y) < 1.1);
    }
}

static void given_small_run_when_message_is_chosen_then_first_published_that_arrived(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);
    struct run_data run = f->run;

    assert_int_equal(propagation_choose_message(&run), 0);
    run.messages[0].deliveries = 0;
    assert_int_equal(propagation_choose_message(&run), 1);
    run.messages[1].deliveries = 0;
    assert_int_equal(propagation_choose_message(&run), TRACE_NONE);
}

static void given_small_run_when_propagation_then_arrivals_of_every_node(void **state) {
    struct analysis_fixture *f = *state;
    // Message 1 comes first, and to node 2 although that does not expect it.
    f->records[1].message = 1;
    f->records[1].topic = 1;
    f->records[1].extra = 2;
    for (uint32_t i = 2; i < 4; i++) {
        f->records[i].message = 1;
        f->records[i].topic = 1;
    }
    f->records[3].extra = 0;
    f->record_count = 4;
    analysis_fixture_read(f);
    struct propagation propagation;

    assert_true(propagation_of(&propagation, &f->run, f->arena, &f->failure));

    assert_int_equal(propagation.kind, PROPAGATION_WORLD);
    assert_int_equal(propagation.message, 1);
    assert_int_equal(propagation.origin, 0);
    assert_int_equal(propagation.reached, 2);
    assert_int_equal(propagation.latencies_ns[0], 50 * NS_PER_MS);
    assert_int_equal(propagation.latencies_ns[1], 120 * NS_PER_MS);
    assert_int_equal(propagation.arrivals[2].sender, 1);
    assert_int_equal(propagation.arrivals[3].latency_ns, -1);
}

static void expect_apart(const char *name, const struct position *positions, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < i; j++) {
            if (hypot(positions[i].x - positions[j].x, positions[i].y - positions[j].y) < 1e-3) {
                fail_msg("%s: nodes %u and %u stand in one place", name, (unsigned)i, (unsigned)j);
            }
        }
    }
}

static void given_kinds_of_runs_when_propagation_then_each_is_placed_in_its_way(void **state) {
    struct analysis_fixture *f = *state;
    static const struct {
        const char *name;
        enum synthetic_kind kind;
        enum propagation_kind placed;
    } rows[] = {
        {"world", SYNTHETIC_WORLD, PROPAGATION_WORLD},
        {"random", SYNTHETIC_RANDOM, PROPAGATION_TREE},
        {"sparse", SYNTHETIC_SPARSE, PROPAGATION_LINKS},
        {"line", SYNTHETIC_LINE, PROPAGATION_LINKS},
        {"ring", SYNTHETIC_RING, PROPAGATION_LINKS},
        {"star", SYNTHETIC_STAR, PROPAGATION_LINKS},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct synthetic_options options = {
            .kind = rows[i].kind, .nodes = 70, .messages = 1, .topics = 1};
        struct propagation propagation;
        assert_true(synthetic_trace_write(&options, f->arena, f->path, &f->failure));
        assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));

        assert_true(propagation_of(&propagation, &f->run, f->arena, &f->failure));

        if (propagation.kind != rows[i].placed || propagation.reached != 69) {
            fail_msg("%s: kind %d, %u reached", rows[i].name, (int)propagation.kind,
                     (unsigned)propagation.reached);
        }
        expect_apart(rows[i].name, propagation.positions, options.nodes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_counts_when_ranks_are_chosen_then_even_with_both_ends),
        cmocka_unit_test(given_many_messages_when_lines_are_chosen_then_sixty_evenly),
        cmocka_unit_test(given_topics_when_colours_are_chosen_then_the_busiest_in_their_order),
        cmocka_unit_test(given_two_topics_when_read_then_the_latencies_of_each),
        cmocka_unit_test(given_small_run_when_hops_are_counted_then_rows_by_topic_and_hops),
        cmocka_unit_test(given_canonical_text_when_value_is_looked_up_then_that_of_its_path),
        cmocka_unit_test(given_texts_when_number_is_looked_up_then_only_whole_decimals),
        cmocka_unit_test(given_long_value_when_looked_up_then_cut_to_the_buffer),
        cmocka_unit_test(given_quantities_when_written_for_figures_then_short_and_whole),
        cmocka_unit_test(given_largest_values_when_units_are_chosen_then_readable_axes),
        cmocka_unit_test(given_texts_when_defined_then_quoted_as_gnuplot_reads_them),
        cmocka_unit_test(given_spots_of_a_disc_when_placed_then_inside_and_apart),
        cmocka_unit_test(given_regions_when_placed_then_area_follows_nodes),
        cmocka_unit_test(given_runs_when_the_map_is_asked_then_all_regions_must_be_on_it),
        cmocka_unit_test(given_links_when_shape_is_asked_then_the_one_they_form),
        cmocka_unit_test(given_dense_links_when_shape_is_asked_then_tree),
        cmocka_unit_test(given_shapes_when_laid_out_then_linked_nodes_are_neighbours),
        cmocka_unit_test(given_tree_when_laid_out_by_springs_then_the_same_each_time),
        cmocka_unit_test(given_way_of_message_when_laid_out_then_later_is_further_out),
        cmocka_unit_test(given_many_nodes_when_laid_out_by_arrival_then_straight_below_stays_free),
        cmocka_unit_test(given_small_run_when_message_is_chosen_then_first_published_that_arrived),
        cmocka_unit_test(given_small_run_when_propagation_then_arrivals_of_every_node),
        cmocka_unit_test(given_kinds_of_runs_when_propagation_then_each_is_placed_in_its_way),
    };
    struct CMUnitTest with_fixture[COUNT_OF(tests)];
    memcpy(with_fixture, tests, sizeof tests);
    for (size_t i = 0; i < COUNT_OF(with_fixture); i++) {
        with_fixture[i].setup_func = analysis_fixture_begin;
        with_fixture[i].teardown_func = analysis_fixture_end;
    }
    return cmocka_run_group_tests(with_fixture, NULL, NULL);
}
