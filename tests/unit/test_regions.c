#include "tests/support/unit.h"

#include "scenarios/regions.h"

#include "base/quantity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 256, REGIONS = 8 };

static struct scenario_regions preset(struct arena *arena) {
    struct scenario_regions regions;
    assert_true(regions_preset(arena, "world-8", 7, &regions));
    return regions;
}

/** The next line of a table that is no comment, without its line break; false at the end. */
static bool next_line(FILE *file, char *line) {
    do {
        if (fgets(line, LINE_SIZE, file) == NULL) {
            return false;
        }
    } while (line[0] == '#');
    line[strcspn(line, "\r\n")] = '\0';
    return true;
}

/** Cuts off the first cell of a line; moves `*line` behind it. */
static const char *next_cell(char **line) {
    char *cell = *line;
    size_t size = strcspn(cell, ",");
    *line = cell + size + (cell[size] == ',' ? 1 : 0);
    cell[size] = '\0';
    return cell;
}

static FILE *open_table(const char *name) {
    FILE *file = fopen(name, "r");
    assert_non_null(file);
    return file;
}

static void given_the_weights_file_when_compared_then_the_preset_has_the_same(void **state) {
    struct scenario_regions regions = preset(*state);
    FILE *file = open_table(SOURCE_ROOT "/scenarios/data/regions-weights.csv");
    char line[LINE_SIZE];
    assert_true(next_line(file, line));

    uint32_t count = 0;
    for (; next_line(file, line); count++) {
        char *rest = line;
        assert_true(count < regions.count);
        assert_string_equal(next_cell(&rest), regions.items[count].name);
        assert_int_equal(strtoull(rest, NULL, 10), regions.items[count].weight);
    }

    assert_int_equal(count, regions.count);
    fclose(file);
}

static void given_the_latency_file_when_compared_then_the_preset_has_the_same(void **state) {
    struct scenario_regions regions = preset(*state);
    FILE *file = open_table(SOURCE_ROOT "/scenarios/data/regions-latency-ms.csv");
    char line[LINE_SIZE];
    assert_true(next_line(file, line));
    char *heading = line;
    assert_string_equal(next_cell(&heading), "from");
    for (uint32_t to = 0; to < regions.count; to++) {
        assert_string_equal(next_cell(&heading), regions.items[to].name);
    }

    uint32_t from = 0;
    for (; next_line(file, line); from++) {
        char *rest = line;
        assert_true(from < regions.count);
        assert_string_equal(next_cell(&rest), regions.items[from].name);
        for (uint32_t to = 0; to < regions.count; to++) {
            int64_t delay_ns = strtoll(next_cell(&rest), NULL, 10) * NS_PER_MS;
            assert_int_equal(delay_ns, regions.delay_ns[from * regions.count + to]);
        }
        assert_string_equal(rest, "");
    }

    assert_int_equal(from, regions.count);
    fclose(file);
}

static void given_the_preset_when_asked_for_then_it_names_itself(void **state) {
    struct scenario_regions regions = preset(*state);

    assert_string_equal(regions.preset, "world-8");
    assert_int_equal(regions.count, REGIONS);
}

static void given_another_name_when_asked_for_then_there_is_no_preset(void **state) {
    struct scenario_regions regions = {0};

    assert_false(regions_preset(*state, "world-9", 7, &regions));
    assert_false(regions_preset(*state, "world-8 ", 8, &regions));
    assert_false(regions_preset(*state, "", 0, &regions));

    assert_int_equal(regions.count, 0);
}

static int setup(void **state) {
    *state = arena_create(&(struct arena_options){0});
    return 0;
}

static int teardown(void **state) {
    arena_destroy(*state);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_the_weights_file_when_compared_then_the_preset_has_the_same),
        cmocka_unit_test(given_the_latency_file_when_compared_then_the_preset_has_the_same),
        cmocka_unit_test(given_the_preset_when_asked_for_then_it_names_itself),
        cmocka_unit_test(given_another_name_when_asked_for_then_there_is_no_preset),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
