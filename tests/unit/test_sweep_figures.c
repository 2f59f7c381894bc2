// What figures of a sweep are made of: axes, the Pareto front, places of labels, and the tables.
#include "analysis/label_places.h"
#include "analysis/pareto.h"
#include "analysis/replicates.h"
#include "analysis/sweep_grid.h"
#include "analysis/sweep_pictures.h"
#include "analysis/sweep_sheet.h"
#include "tests/support/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { REPEAT = 4, POINTS_MAX = 32, LINE_SIZE = 512 };

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static struct sweep_level number(const char *text, double value) {
    return (struct sweep_level){.text = text, .kind = 1, .number = value};
}

static struct sweep_level word(const char *text) {
    return (struct sweep_level){.text = text};
}

/** A sweep whose points were added as they stand in `levels`. */
static struct sweep_results results_of(const char *const *paths, uint32_t parameters,
                                       const struct sweep_level *levels, uint32_t points) {
    static const int64_t numbers[POINTS_MAX] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    static const uint32_t replicates[POINTS_MAX] = {REPEAT, REPEAT, REPEAT, REPEAT, REPEAT,
                                                    REPEAT, REPEAT, REPEAT, REPEAT, REPEAT};
    return (struct sweep_results){
        .name = "made-up",
        .hash = "00112233445566778899aabbccddeeff",
        .version = "1",
        .first_seed = "1",
        .last_seed = "4",
        .parameter_count = parameters,
        .paths = paths,
        .point_count = points,
        .numbers = numbers,
        .levels = levels,
        .repeat = REPEAT,
        .replicates = replicates,
    };
}

static void lay_out(void **state, struct sweep_grid *grid, const struct sweep_results *results) {
    struct failure failure;
    assert_true(sweep_grid_of(grid, *state, results, &failure));
}

static void given_quantities_out_of_order_when_laid_out_then_by_what_they_are_worth(void **state) {
    const char *const paths[] = {"links.delay", "router.profile"};
    const struct sweep_level levels[] = {
        number("1s", 1e9), word("new"), number("20ms", 2e7), word("new"),
        number("1s", 1e9), word("b"),   number("20ms", 2e7), word("b"),
    };
    struct sweep_results results = results_of(paths, 2, levels, 4);
    struct sweep_grid grid;

    lay_out(state, &grid, &results);

    assert_int_equal(grid.axis_count, 2);
    assert_string_equal(grid.axes[0].name, "delay");
    assert_string_equal(grid.axes[0].labels[0], "20ms");
    assert_string_equal(grid.axes[0].labels[1], "1s");
    assert_true(grid.axes[0].numeric);
    assert_string_equal(grid.axes[1].labels[0], "new"); // words as they come
    assert_false(grid.axes[1].numeric);
    const uint32_t place[] = {0, 1};
    assert_int_equal(sweep_grid_find(&grid, place), 3);
}

static void given_parameters_in_lock_step_when_laid_out_then_one_axis(void **state) {
    // Dhi repeats a value: it is told by D, and does not tell it. Dlo and D tell each other.
    const char *const paths[] = {"router.Dhi", "router.D", "links.loss", "router.Dlo"};
    const struct sweep_level levels[] = {
        number("12", 12), number("6", 6), number("0%", 0),   number("5", 5),
        number("12", 12), number("8", 8), number("0%", 0),   number("6", 6),
        number("9", 9),   number("4", 4), number("0%", 0),   number("3", 3),
        number("9", 9),   number("4", 4), number("5%", .05), number("3", 3)};
    struct sweep_results results = results_of(paths, 4, levels, 4);
    struct sweep_grid grid;

    lay_out(state, &grid, &results);

    assert_int_equal(grid.axis_count, 2);
    assert_string_equal(grid.axes[0].name, "D, Dhi, Dlo");
    assert_string_equal(grid.axes[0].labels[0], "4, 9, 3");
    assert_string_equal(grid.axes[0].labels[2], "8, 12, 6");
    assert_int_equal(sweep_grid_axis(&grid, "router.Dhi"), 0);
    assert_int_equal(sweep_grid_axis(&grid, "loss"), 1);
    assert_int_equal(sweep_grid_axis(&grid, "router.profile"), UINT32_MAX);
    const uint32_t missing[] = {2, 1};
    assert_int_equal(sweep_grid_find(&grid, missing), UINT32_MAX);
    char label[SWEEP_GRID_LABEL_SIZE];
    assert_string_equal(sweep_grid_short_label(&grid, missing, label), "8 / 5%");
}

static void given_long_values_in_lock_step_when_laid_out_then_the_first_ones_alone(void **state) {
    const char *const paths[] = {"router.heartbeat_interval", "nodes.start"};
    const struct sweep_level levels[] = {number("1s", 1), word("{uniform: [0s, 1s]}"),
                                         number("2s", 2), word("{uniform: [0s, 2s]}")};
    struct sweep_results results = results_of(paths, 2, levels, 2);
    struct sweep_grid grid;

    lay_out(state, &grid, &results);

    assert_int_equal(grid.axis_count, 1);
    assert_string_equal(grid.axes[0].name, "heartbeat_interval (and start)");
    assert_string_equal(grid.axes[0].labels[1], "2s");
}

static void given_a_constant_and_two_of_one_name_when_laid_out_then_told_apart(void **state) {
    const char *const paths[] = {"a.delay", "b.delay", "seed"};
    const struct sweep_level levels[] = {number("1", 1), number("2", 2), number("7", 7),
                                         number("1", 1), number("3", 3), number("7", 7),
                                         number("2", 2), number("2", 2), number("7", 7)};
    struct sweep_results results = results_of(paths, 3, levels, 3);
    struct sweep_grid grid;

    lay_out(state, &grid, &results);

    assert_int_equal(grid.axis_count, 2);
    assert_string_equal(grid.axes[0].name, "a.delay");
    assert_string_equal(grid.axes[1].name, "b.delay");
}

static void given_even_factors_when_laid_out_then_logarithmic(void **state) {
    static const struct {
        const char *name;
        double values[4];
        bool logarithmic;
    } rows[] = {{"factors", {1, 10, 100, 1000}, true},
                {"even steps over a wide range", {1, 11, 21, 31}, false},
                {"from zero", {0, 1, 10, 100}, false},
                {"narrow", {1, 2, 4, 8}, false}};
    const char *const paths[] = {"p"};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sweep_level levels[4];
        const char *const texts[] = {"a", "b", "c", "d"};
        for (size_t j = 0; j < 4; j++) {
            levels[j] = number(texts[j], rows[i].values[j]);
        }
        struct sweep_results results = results_of(paths, 1, levels, 4);
        struct sweep_grid grid;
        lay_out(state, &grid, &results);
        if (grid.axes[0].logarithmic != rows[i].logarithmic) {
            fail_msg("%s", rows[i].name);
        }
    }
}

static void given_points_when_the_front_is_marked_then_those_that_none_beats(void **state) {
    static const struct {
        struct pareto_point point;
        bool front;
    } rows[] = {
        {{true, 1, 9, false, false, 0, 0}, true},
        {{true, 2, 5, false, false, 0, 0}, true},
        {{true, 2, 5, false, false, 0, 0}, true},  // a tie of both: neither beats the other
        {{true, 2, 6, false, false, 0, 0}, false}, // a tie of one
        {{true, 3, 5, false, false, 0, 0}, false}, // a tie of the other
        {{true, 4, 1, false, false, 0, 0}, true},
        {{true, 5, 1, false, false, 0, 0}, false},
        {{true, 3, 3, false, false, 0, 0}, true},
        {{false, 0, 0, false, false, 0, 0}, false}, // would beat all, if it were known
        {{true, 9, 9, false, false, 0, 0}, false},
    };
    struct pareto_point points[COUNT_OF(rows)];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        points[i] = rows[i].point;
    }

    assert_int_equal(pareto_mark(points, COUNT_OF(rows)), 5);

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (points[i].front != rows[i].front) {
            fail_msg("point %zu", i);
        }
    }
}

static void given_intervals_when_the_front_is_marked_then_what_they_leave_open(void **state) {
    static const struct {
        const char *name;
        double points[2][4]; // means and half-widths of both costs
        bool unsure[2];
    } rows[] = {
        // For 3 bytes of thousands on the front, and well apart in time.
        {"a tie within intervals", {{8346, 172, 92, 2}, {8349, 157, 92, 2}}, {true, false}},
        {"a choice", {{5000, 200, 50, 3}, {8000, 150, 50, 3}}, {false, false}},
        {"beaten for sure", {{5000, 150, 50, 3}, {8000, 200, 50, 3}}, {false, false}},
        {"beaten by a little", {{5000, 150, 50, 3}, {5020, 200, 50, 3}}, {false, true}},
        {"the same", {{5000, 150, 0, 0}, {5000, 150, 0, 0}}, {false, false}},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct pareto_point points[2];
        for (size_t j = 0; j < 2; j++) {
            const double *values = rows[i].points[j];
            points[j] = (struct pareto_point){.defined = true,
                                              .first = values[0],
                                              .second = values[1],
                                              .first_half = values[2],
                                              .second_half = values[3]};
        }
        pareto_mark(points, 2);
        pareto_mark_unsure(points, 2);
        for (size_t j = 0; j < 2; j++) {
            if (points[j].unsure != rows[i].unsure[j]) {
                fail_msg("%s: point %zu", rows[i].name, j);
            }
        }
    }
}

static void
given_one_point_below_another_when_labelled_then_each_label_is_nearest_its_own(void **state) {
    (void)state;
    // No room to the right: the labels go to the left, where they must not change places.
    struct label_place places[] = {{.x = 551, .y = 60, .width = 145, .height = 13},
                                   {.x = 551, .y = 75, .width = 150, .height = 13}};

    assert_int_equal(label_places_find(places, 2, 700, 400), 0);

    for (size_t i = 0; i < 2; i++) {
        double own = fabs(places[i].bottom + 6.5 - places[i].y);
        double other = fabs(places[i].bottom + 6.5 - places[1 - i].y);
        assert_true(own < other);
        assert_false(places[i].far);
    }
}

static void given_parameters_that_are_the_same_when_asked_then_they_and_their_values(void **state) {
    const char *const paths[] = {"router.D", "links.loss", "router.Dlo"};
    const struct sweep_level levels[] = {number("6", 6), number("10%", .1), number("4", 4),
                                         number("8", 8), number("10%", .1), number("4", 4)};
    struct sweep_results results = results_of(paths, 3, levels, 2);
    struct sweep_grid grid;
    char held[SWEEP_GRID_HELD_SIZE];

    lay_out(state, &grid, &results);
    assert_string_equal(sweep_grid_held(&grid, held), "loss 10%, Dlo 4");
    const struct sweep_level free_levels[] = {number("6", 6), number("8", 8)};
    struct sweep_results all = results_of(paths, 1, free_levels, 2);
    lay_out(state, &grid, &all);
    assert_string_equal(sweep_grid_held(&grid, held), "");
}

static void
given_values_that_are_missing_when_counted_then_the_range_and_what_is_few(void **state) {
    const char *const paths[] = {"p"};
    const struct sweep_level levels[] = {number("1", 1), number("2", 2), number("3", 3)};
    struct sweep_results results = results_of(paths, 1, levels, 3);
    struct figure_value values[3 * REPEAT] = {{.defined = false}};
    (void)state;
    for (size_t i = 0; i < REPEAT; i++) {
        values[i].defined = true;
    }
    values[REPEAT].defined = true;
    results.values = values;

    struct sweep_runs runs = sweep_sheet_runs(&results, 0);

    assert_int_equal(runs.done[0], REPEAT);
    assert_int_equal(runs.done[1], REPEAT);
    assert_int_equal(runs.defined[0], 0);
    assert_int_equal(runs.defined[1], REPEAT);
    assert_int_equal(runs.few_below, REPEAT);
}

static void given_an_interval_beyond_zero_when_settled_then_it_is_cut(void **state) {
    (void)state;
    static const struct {
        double mean;
        double half;
        bool cut;
    } rows[] = {{58e6, 196e6, true}, {58e6, 20e6, false}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct sweep_extent extent = {.any = false};
        sweep_extent_add(
            &extent,
            &(struct sample){.count = 2, .mean = rows[i].mean, .half_width = rows[i].half});
        sweep_extent_settle(&extent, SWEEP_UNIT_NS);
        assert_int_equal(extent.cut, rows[i].cut);
        assert_true(extent.low >= 0);
    }
}

static void given_crowded_points_when_labelled_then_none_covers_another(void **state) {
    struct label_place places[40];
    (void)state;
    for (uint32_t i = 0; i < COUNT_OF(places); i++) {
        uint32_t row = i / 8;
        places[i] = (struct label_place){
            .x = 60 + 37.0 * (i % 8), .y = 40 + 29.0 * row, .width = 50, .height = 12};
    }

    uint32_t missing = label_places_find(places, COUNT_OF(places), 420, 260);

    assert_in_range(missing, 0, 15);
    for (uint32_t i = 0; i < COUNT_OF(places); i++) {
        const struct label_place *a = &places[i];
        for (uint32_t j = 0; a->placed && j < COUNT_OF(places); j++) {
            const struct label_place *b = &places[j];
            bool texts = i != j && b->placed && a->left < b->left + b->width &&
                         b->left < a->left + a->width && a->bottom < b->bottom + b->height &&
                         b->bottom < a->bottom + a->height;
            bool point = b->x > a->left && b->x < a->left + a->width && b->y > a->bottom &&
                         b->y < a->bottom + a->height;
            assert_false(texts);
            assert_false(point);
        }
        assert_true(!a->placed || (a->left >= 0 && a->left + a->width <= 420));
    }
}

/** The labels of tics as a script gets them. */
static void write_tics(const struct sweep_axis *axis, double pixels, char *line) {
    char folder[] = "/tmp/gossim-test-XXXXXX";
    char path[64];
    struct table_file file;
    struct failure failure;
    struct sweep_tics tics = {.which = "x", .axis = axis, .pixels = pixels};
    assert_non_null(mkdtemp(folder));
    table_file_open(&file, folder, "tics");
    sweep_sheet_tics(&file, &tics);
    assert_true(table_file_close(&file, &failure));
    snprintf(path, sizeof path, "%s/tics", folder);
    FILE *read = fopen(path, "r");
    assert_non_null(fgets(line, LINE_SIZE, read));
    assert_int_equal(fclose(read), 0);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
}

static void given_many_numbers_when_tics_are_set_then_evenly_and_apart(void **state) {
    static char texts[61][8];
    static const char *labels[61];
    static double positions[61];
    char line[LINE_SIZE];
    (void)state;
    for (uint32_t i = 0; i < 61; i++) {
        snprintf(texts[i], sizeof texts[i], "%u%%", i);
        labels[i] = texts[i];
        positions[i] = i;
    }
    struct sweep_axis axis = {
        .labels = labels, .positions = positions, .count = 61, .numeric = true};

    write_tics(&axis, 690, line);
    assert_non_null(strstr(line, "('0%%' 0, '5%%' 5, '10%%' 10, "));
    assert_non_null(strstr(line, ", '60%%' 60)"));

    // Two near each other, and one far off: the second has no room.
    positions[2] = 1000;
    axis.count = 3;
    write_tics(&axis, 690, line);
    assert_string_equal(line, "x_tics = \"('0%%' 0, '2%%' 1000)\"\n");
}

static void given_a_point_in_the_way_when_labelled_then_on_another_side(void **state) {
    struct label_place places[] = {{.x = 100, .y = 100, .width = 40, .height = 12},
                                   {.x = 120, .y = 115}};
    (void)state;

    assert_int_equal(label_places_find(places, 2, 300, 200), 0);

    assert_true(places[0].placed);
    assert_false(places[1].placed);           // it asked for none
    assert_true(places[0].bottom + 12 < 100); // first below: above stands the other
}

/** Values by point and replicate; the third point has one that is not known. */
static void fill_values(struct figure_value *values, uint32_t points) {
    for (uint32_t i = 0; i < points * REPEAT; i++) {
        values[i] = (struct figure_value){i != 2 * REPEAT, 100 + 10.0 * i + (i * i) % 7};
    }
}

/** The cells of a line of a file, cut in place: `cells[16]`; returns how many. */
static uint32_t read_row(FILE *file, char *line, char **cells) {
    uint32_t count = 0;
    if (fgets(line, LINE_SIZE, file) == NULL) {
        return 0;
    }
    line[strcspn(line, "\n")] = '\0';
    for (char *rest = line; rest != NULL && count < 16;) {
        cells[count++] = strsep(&rest, "\t");
    }
    return count;
}

static void assert_reads(const char *text, double value) {
    char expected[32];
    snprintf(expected, sizeof expected, "%.9g", value);
    assert_string_equal(text, expected);
}

/** Writes tables of four points, two by two with one place left out, and opens one. */
static FILE *write_table(void **state, bool heat, struct figure_value *values, char *folder) {
    static const char *const paths[] = {"router.D", "links.loss"};
    static struct sweep_level levels[6];
    static const struct sweep_result_figure figure = {"latency.p99", SWEEP_UNIT_NS};
    const struct sweep_level all[] = {number("4", 4),  number("0%", 0), number("6", 6),
                                      number("0%", 0), number("4", 4),  number("10%", .1)};
    memcpy(levels, all, sizeof all);
    struct sweep_results results = results_of(paths, 2, levels, 3);
    fill_values(values, 3);
    results.figures = &figure;
    results.figure_count = 1;
    results.values = values;
    struct sweep_grid grid;
    struct failure failure;
    lay_out(state, &grid, &results);
    const struct sweep_picture picture = {.figure = 0};
    struct sweep_drawing drawing = {
        .grid = &grid, .x = 0, .y = 1, .formats = FIGURE_PNG, .arena = *state};
    assert_non_null(mkdtemp(folder));
    assert_true(figure_folders_make(folder, &failure));
    assert_true(
        (heat ? sweep_heat_write : sweep_lines_write)(&drawing, &picture, folder, &failure));
    char path[128];
    snprintf(path, sizeof path, "%s/figures/latency_p99.tsv", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    return file;
}

static void remove_folder(FILE *file, const char *folder) {
    char command[128];
    assert_int_equal(fclose(file), 0);
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    assert_int_equal(system(command), 0);
}

static void given_a_sweep_when_bands_are_written_then_as_replicates_say(void **state) {
    char folder[] = "/tmp/gossim-test-XXXXXX";
    char line[LINE_SIZE];
    char *cells[16] = {NULL};
    struct figure_value values[3 * REPEAT];
    FILE *file = write_table(state, false, values, folder);
    // Two lines: 0 % with D 4 and 6, and 10 % with D 4 alone.
    static const int point_of[] = {0, 1, 2, -1};

    assert_int_equal(read_row(file, line, cells), 12);
    for (int row = 0; row < 4; row++) {
        while (read_row(file, line, cells) < 2) {
        }
        if (point_of[row] < 0) {
            assert_string_equal(cells[4], "NA");
            assert_string_equal(cells[6], "NA");
            continue;
        }
        struct replicates expected =
            replicates_of(*state, &values[(size_t)point_of[row] * REPEAT], REPEAT,
                          (struct replicates_options){.confidence = 0.95});
        assert_int_equal(strtol(cells[4], NULL, 10), point_of[row] + 1);
        assert_int_equal(strtol(cells[5], NULL, 10), row == 2 ? 3 : 4);
        assert_reads(cells[6], expected.sample.mean);
        assert_reads(cells[7], expected.sample.mean - expected.sample.half_width);
        assert_reads(cells[8], expected.sample.mean + expected.sample.half_width);
        assert_reads(cells[9], expected.median);
    }
    remove_folder(file, folder);
}

static void
given_a_sweep_when_a_heat_map_is_written_then_its_cells_and_what_is_missing(void **state) {
    char folder[] = "/tmp/gossim-test-XXXXXX";
    char line[LINE_SIZE];
    char *cells[16] = {NULL};
    struct figure_value values[3 * REPEAT];
    FILE *file = write_table(state, true, values, folder);
    static const struct {
        const char *x;
        const char *y;
        int point;
    } rows[] = {{"4", "0%", 0}, {"6", "0%", 1}, {"4", "10%", 2}, {"6", "10%", -1}};

    assert_int_equal(read_row(file, line, cells), 15);
    for (size_t row = 0; row < COUNT_OF(rows); row++) {
        assert_int_equal(read_row(file, line, cells), 15);
        assert_string_equal(cells[0], rows[row].x);
        assert_string_equal(cells[1], rows[row].y);
        if (rows[row].point < 0) {
            assert_string_equal(cells[6], "NA");
            assert_string_equal(cells[13], "NA");
            continue;
        }
        struct replicates expected =
            replicates_of(*state, &values[(size_t)rows[row].point * REPEAT], REPEAT,
                          (struct replicates_options){.confidence = 0.95});
        assert_reads(cells[6], expected.sample.mean);
        assert_reads(cells[12], expected.sample.half_width);
    }
    assert_int_equal(read_row(file, line, cells), 0);
    remove_folder(file, folder);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(given_quantities_out_of_order_when_laid_out_then_by_what_they_are_worth),
        TEST(given_parameters_in_lock_step_when_laid_out_then_one_axis),
        TEST(given_long_values_in_lock_step_when_laid_out_then_the_first_ones_alone),
        TEST(given_a_constant_and_two_of_one_name_when_laid_out_then_told_apart),
        TEST(given_even_factors_when_laid_out_then_logarithmic),
        TEST(given_points_when_the_front_is_marked_then_those_that_none_beats),
        TEST(given_intervals_when_the_front_is_marked_then_what_they_leave_open),
        TEST(given_one_point_below_another_when_labelled_then_each_label_is_nearest_its_own),
        TEST(given_parameters_that_are_the_same_when_asked_then_they_and_their_values),
        TEST(given_values_that_are_missing_when_counted_then_the_range_and_what_is_few),
        TEST(given_an_interval_beyond_zero_when_settled_then_it_is_cut),
        TEST(given_crowded_points_when_labelled_then_none_covers_another),
        TEST(given_many_numbers_when_tics_are_set_then_evenly_and_apart),
        TEST(given_a_point_in_the_way_when_labelled_then_on_another_side),
        TEST(given_a_sweep_when_bands_are_written_then_as_replicates_say),
        TEST(given_a_sweep_when_a_heat_map_is_written_then_its_cells_and_what_is_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
