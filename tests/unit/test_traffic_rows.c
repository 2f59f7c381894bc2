// Series whose messages are rows of text, in the scenario or in a file beside it.
#include "base/quantity.h"
#include "scenarios/plan.h"
#include "tests/support/scenario_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODES "nodes: {count: 10, start: 0s}\n"

static void given_rows_when_planned_then_each_is_a_message(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario =
        fixture_load(f, NODES "duration: 20s\n"
                              "topics: [{name: a}, {name: '\"b\", c'}, {name: ' d'}]\n"
                              "publish:\n"
                              "  - rows: |\n"
                              "      # what happened on a Friday\n"
                              "\n"
                              "      node, time, size, topic\n"
                              "      3, 7.25, 1KiB, a\n"
                              "      0, 500ms, 20, \"\"\"b\"\", c\"\n"
                              "      9, 20s, 1B, a\n"
                              "      4 , 7250ms , 0B, \" d\"\n");
    struct plan plan;
    struct failure failure;

    assert_true(plan_make(&plan, f->arena, scenario, NULL, &failure));

    static const struct {
        int64_t at_ns;
        uint64_t name;
        uint32_t node;
        uint32_t size;
        uint16_t topic;
    } wanted[] = {{500000000, 1, 0, 20, 1}, {7250000000, 0, 3, 1024, 0}, {7250000000, 3, 4, 0, 2}};
    assert_int_equal(plan.message_count, 3); // the third comes after the end
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(plan.messages[i].at_ns, wanted[i].at_ns);
        assert_int_equal(plan.messages[i].name, wanted[i].name);
        assert_int_equal(plan.messages[i].origin, wanted[i].node);
        assert_int_equal(plan.messages[i].size_bytes, wanted[i].size);
        assert_int_equal(plan.messages[i].topic, wanted[i].topic);
    }
    const char *written = scenario_write(f->arena, scenario, NULL);
    assert_non_null(strstr(written, "  - rows: |\n"
                                    "      time,node,topic,size\n"
                                    "      7250ms,3,a,1KiB\n"
                                    "      500ms,0,\"\"\"b\"\", c\",20B\n"
                                    "      20s,9,a,1B\n"
                                    "      7250ms,4,\" d\",0B\n"));
    assert_string_equal(scenario_write(f->arena, fixture_load(f, written), NULL), written);
}

static void given_few_columns_when_read_then_the_others_have_defaults(void **state) {
    const struct scenario *scenario = fixture_load(
        *state, NODES "publish: [{rows: \"time,node\\n5s,1\"}, {rows: \"node,time\"}]\n");

    assert_int_equal(scenario->publishes[0].count, 1);
    assert_int_equal(scenario->publishes[0].rows[0].topic, 0);
    assert_int_equal(scenario->publishes[0].rows[0].size_bytes, 1024);
    assert_int_equal(scenario->publishes[1].count, 0);
}

static void given_bad_rows_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {NODES "publish: [{rows: }]\n", 2, 12, "found nothing; allowed: text"},
        {NODES "publish: [{rows: [a]}]\n", 2, 18, "found a list; allowed: text"},
        {NODES "publish: [{rows: \"\"}]\n", 2, 18, "there are no rows"},
        {NODES "publish: [{rows: \"time,node\", size: 1B}]\n", 2, 11,
         "`rows` stands with other keys; allowed: it alone"},
        {NODES "publish: [{rows: \"time,node,time\"}]\n", 2, 18,
         "row 1, column 11: found `time`; allowed: a header"},
        {NODES "publish: [{rows: \"time,size\"}]\n", 2, 18, "a header without `node`"},
        {NODES "publish: [{rows: \"node,size\"}]\n", 2, 18, "a header without `time`"},
        {NODES "publish: [{rows: \"time,node\\n5s,10\"}]\n", 2, 18,
         "row 2, column 4: found `10`; allowed: a node from 0 to 9"},
        {NODES "publish: [{rows: \"time,node\\n5s,-1\"}]\n", 2, 18, "found `-1`"},
        {NODES "publish: [{rows: \"time,node\\n5s\"}]\n", 2, 18,
         "row 2, column 1: found 1 fields; allowed: 2, as in the header"},
        {NODES "publish: [{rows: \"time,node\\n1e3,1\"}]\n", 2, 18, "row 2, column 1: found `1e3`"},
        {NODES "publish: [{rows: \"time,node\\n,1\"}]\n", 2, 18, "row 2, column 1: found ``"},
        {NODES "publish: [{rows: \"time,node,size\\n1,1,65MiB\"}]\n", 2, 18,
         "found `65MiB`; allowed: a size from 0B to 64MiB"},
        {NODES "publish: [{rows: \"time,node,topic\\n1,1,b\"}]\n", 2, 18,
         "row 2, column 5: found `b`; allowed: the name of a topic"},
        {NODES "publish: [{from_file: traffic.txt}]\n", 2, 23,
         "found `traffic.txt`; allowed: the name of a file that ends in .csv"},
        {NODES "publish: [{from_file: none.csv}]\n", 2, 23,
         "tests/none.csv: there is no such file"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

/** Loads a scenario that stands beside a file of rows with that text. */
static const struct scenario *load_beside(struct scenario_fixture *f, const char *rows) {
    char folder[] = "/tmp/gossim-rows-XXXXXX";
    char file[64];
    char scenario[64];
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/rows.csv", folder);
    snprintf(scenario, sizeof scenario, "%s/scenario.yaml", folder);
    const char *texts[][2] = {{file, rows}, {scenario, NODES "publish: [{from_file: rows.csv}]\n"}};
    for (size_t i = 0; i < 2; i++) {
        FILE *stream = fopen(texts[i][0], "w");
        assert_non_null(stream);
        fputs(texts[i][1], stream);
        fclose(stream);
    }
    memset(&f->failures, 0, sizeof f->failures);
    struct scenario_source source = {.path = scenario};
    const struct scenario *loaded = scenario_load(f->arena, &source, &f->failures);
    unlink(file);
    unlink(scenario);
    rmdir(folder);
    return loaded;
}

static void given_a_file_when_written_then_its_rows_stand_in_the_scenario(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *loaded =
        load_beside(f, "time,node,topic,size\r\n1.5,2,blocks,100\r\n2s,3,blocks,1kB\r\n");

    assert_non_null(loaded);
    const char *written = scenario_write(f->arena, loaded, NULL);
    assert_non_null(strstr(written, "      1500ms,2,blocks,100B\n      2s,3,blocks,1kB\n"));
    assert_string_equal(scenario_write(f->arena, fixture_load(f, written), NULL), written);
}

static void given_a_file_with_mistakes_when_read_then_their_places_are_said(void **state) {
    struct scenario_fixture *f = *state;

    const struct scenario *loaded = load_beside(f, "time,node\n1s,2\n\n1s,10\n2,  x\n");

    assert_null(loaded);
    assert_int_equal(f->failures.count, 2);
    assert_int_equal(f->failures.items[0].line, 4);
    assert_int_equal(f->failures.items[0].column, 4);
    assert_int_equal(f->failures.items[1].line, 5);
    assert_int_equal(f->failures.items[1].column, 5);
    assert_non_null(strstr(f->failures.items[0].message, "found `10`"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_rows_when_planned_then_each_is_a_message),
        FIXTURE_TEST(given_few_columns_when_read_then_the_others_have_defaults),
        FIXTURE_TEST(given_bad_rows_when_read_then_they_are_refused),
        FIXTURE_TEST(given_a_file_when_written_then_its_rows_stand_in_the_scenario),
        FIXTURE_TEST(given_a_file_with_mistakes_when_read_then_their_places_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
