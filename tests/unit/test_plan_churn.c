// Nodes that are up and down in turn: how long, whom, and that no draw moves another.
#include "base/quantity.h"
#include "scenarios/plan_faults.h"
#include "tests/support/scenario_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct plan plan_of(struct scenario_fixture *f, const char *text) {
    struct plan plan;
    struct failure failure;
    assert_true(plan_make(&plan, f->arena, fixture_load(f, text), NULL, &failure));
    return plan;
}

/** What happens to a node, such as "down 10s, up 20s". */
static const char *story_of(const struct plan *plan, uint32_t node, char out[200]) {
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = plan->faults->first[node]; i < plan->faults->first[node + 1]; i++) {
        const struct plan_fault *fault = &plan->faults->items[i];
        used +=
            (size_t)snprintf(out + used, 200 - used, "%s%s %llds%s%s%s", used == 0 ? "" : ", ",
                             fault->kind == PLAN_NODE_DOWN ? "down" : "up",
                             (long long)(fault->at_ns / NS_PER_S), fault->kept ? " kept" : "",
                             fault->silent ? " silent" : "", fault->graceful ? " graceful" : "");
    }
    return out;
}

/** How long all nodes together were up and down before the end, and how often they changed. */
struct stays {
    double up_s;
    double down_s;
    uint32_t downs;
    uint32_t ups;
};

static struct stays stays_of(const struct plan *plan, int64_t end_ns) {
    struct stays stays = {0};
    for (uint32_t node = 0; node < plan->node_count; node++) {
        int64_t last_ns = plan->start_ns[node];
        bool up = true;
        for (uint32_t i = plan->faults->first[node]; i <= plan->faults->first[node + 1]; i++) {
            bool end = i == plan->faults->first[node + 1];
            int64_t at_ns = end ? end_ns : plan->faults->items[i].at_ns;
            *(up ? &stays.up_s : &stays.down_s) += (double)(at_ns - last_ns) / 1e9;
            if (!end) {
                assert_int_equal(plan->faults->items[i].kind, up ? PLAN_NODE_DOWN : PLAN_NODE_UP);
                stays.downs += up;
                stays.ups += !up;
                up = !up;
                last_ns = at_ns;
            }
        }
    }
    return stays;
}

static void assert_near(double found, double wanted, double part) {
    if (found < wanted * (1 - part) || found > wanted * (1 + part)) {
        fail_msg("found %f, not %f", found, wanted);
    }
}

#define QUIET(nodes, duration) "nodes: {count: " nodes "}\nduration: " duration "\npublish: []\n"

static void given_stays_when_drawn_then_their_means_and_the_share_up_are_right(void **state) {
    static const struct {
        const char *text;
        int64_t duration_s;
        double up_s; // means
        double down_s;
    } rows[] = {
        {QUIET("2000", "1000s") "churn: [{up: {exponential: {mean: 20s}}, "
                                "down: {exponential: {mean: 10s}}}]\n",
         1000, 20, 10},
        // Longer than the hour at which other draws are cut; e^(1/2) medians are a mean.
        {QUIET("1000", "1000h") "churn: [{up: {exponential: {mean: 1h}}, "
                                "down: {lognormal: {median: 30m, sigma: 1}}}]\n",
         3600000, 3600, 2967.7},
        {QUIET("100", "1000s") "churn: [{up: {normal: {mean: 20s, sd: 2s}}, "
                               "down: {uniform: [0s, 10s]}}]\n",
         1000, 20, 5},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plan plan = plan_of(*state, rows[i].text);

        struct stays stays = stays_of(&plan, rows[i].duration_s * NS_PER_S);

        assert_near(stays.up_s / stays.downs, rows[i].up_s, 0.02);
        assert_near(stays.down_s / stays.ups, rows[i].down_s, 0.02);
        assert_near(stays.up_s / (stays.up_s + stays.down_s),
                    rows[i].up_s / (rows[i].up_s + rows[i].down_s), 0.02);
    }
}

#define FOUR "nodes: {count: 4, start: 1s}\npublish: []\n"

static void given_churn_and_crashes_when_planned_then_they_compose(void **state) {
    static const struct {
        const char *text;
        const char *story; // of node 0
    } rows[] = {
        {FOUR "churn: [{nodes: 0, up: 20s, down: 5s}]\n", "down 21s, up 26s, down 46s, up 51s"},
        {FOUR "churn: [{nodes: 0, start: 10s, up: 20s, down: 5s}]\n", "down 30s, up 35s, down 55s"},
        {FOUR "churn: [{nodes: 0, until: 23s, up: 20s, down: 50s}]\n", "down 21s, up 23s"},
        {FOUR "churn: [{nodes: 0, until: 21s, up: 20s, down: 5s}]\n", ""},
        {FOUR "churn: [{nodes: 0, start: 90s, up: 20s, down: 5s}]\n", ""},
        {FOUR "churn: [{nodes: 0, up: 50s, down: 20s}]\n", "down 51s"},
        {FOUR "churn: [{nodes: 0, up: 20s, down: 5s, until: 50s, state: kept, silent: true}]\n",
         "down 21s kept silent, up 26s kept, down 46s kept silent, up 50s kept"},
        {FOUR "churn: [{nodes: 0, up: 50s, down: 5s, graceful: true}]\n",
         "down 51s graceful, up 56s"},
        {FOUR "churn: [{nodes: 0, up: 30s, down: 10s}]\nevents: [{at: 20s, for: 15s, crash: 0}]\n",
         "down 20s, up 41s"},
        {FOUR "churn: [{nodes: 0, up: 30s, down: 10s}]\nevents: [{at: 35s, restart: 0}]\n",
         "down 31s, up 35s"},
        {FOUR "churn: [{nodes: 0, up: 19s, down: 10s}, {nodes: 0, up: 25s, down: 10s}]\n",
         "down 20s, up 36s, down 49s, up 59s"},
        {FOUR "churn: [{nodes: {subscribed: b}, start: 10s, up: 30s, down: 5s}]\n"
              "topics: [{name: a}, {name: b, subscribers: 0}]\n",
         "down 40s, up 45s"},
        {FOUR "churn: [{rows: \"time,node,state\\n20s,0,down\\n30,0,up\\n50s,0,down\\n\"}]\n",
         "down 20s, up 30s, down 50s"},
        {FOUR "churn: [{rows: '5s,0,up', state: kept}]\n", "down 1s kept, up 5s kept"},
        {FOUR "churn: [{rows: '90s,0,down'}]\n", ""},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plan plan = plan_of(*state, rows[i].text);
        char story[200];

        assert_string_equal(story_of(&plan, 0, story), rows[i].story);
        assert_string_equal(story_of(&plan, 1, story), "");
    }
}

#define DRAWN "up: {exponential: {mean: 10s}}, down: {exponential: {mean: 5s}}"
#define HUNDRED "nodes: {count: 100, start: 0s}\npublish: []\n"

static void given_more_nodes_or_entries_when_planned_then_no_draw_moves(void **state) {
    struct plan one = plan_of(*state, HUNDRED "churn: [{nodes: 0..9, " DRAWN "}]\n");
    struct plan all = plan_of(*state, HUNDRED "churn: [{nodes: all, " DRAWN "}]\n");
    struct plan two =
        plan_of(*state, HUNDRED "churn: [{nodes: 0..9, " DRAWN "},"
                                " {nodes: 10..99, " DRAWN "}]\n"
                                "events: [{at: 5s, crash: {nodes: {share: 5%, of: 50..99}}}]\n"
                                "");
    uint32_t moved = 0;
    for (uint32_t node = 0; node < 10; node++) {
        char first[200];
        char other[200];
        story_of(&one, node, first);
        assert_true(strlen(first) > 0);
        assert_string_equal(story_of(&all, node, other), first);
        assert_string_equal(story_of(&two, node, other), first);
        moved += strcmp(story_of(&all, node + 1, other), first) != 0;
    }
    assert_int_equal(moved, 10); // each node has its own draws
    for (uint32_t node = 10; node < 20; node++) {
        char first[200];
        char other[200];
        moved += strcmp(story_of(&all, node, first), story_of(&two, node, other)) != 0;
    }
    assert_int_equal(moved, 20); // and so has each entry
}

static void given_too_many_times_down_when_planned_then_the_entry_is_named(void **state) {
    struct scenario_fixture *f = *state;
    struct plan plan;
    struct failure failure;
    const struct scenario *scenario =
        fixture_load(f, "nodes: {count: 1000}\nduration: 100s\npublish: []\n"
                        "churn: [{nodes: 0, up: 1s, down: 1s}, {up: 1ms, down: 1ms}]\n");

    assert_false(plan_make(&plan, f->arena, scenario, NULL, &failure));

    assert_non_null(strstr(failure.message, "churn.1: nodes go down more than 10000000 times"));
}

static void given_a_node_down_by_churn_when_published_then_it_is_not_expected(void **state) {
    struct plan plan = plan_of(*state, "nodes: {count: 4, start: 0s}\n"
                                       "publish: [{from: 0, start: 5s, every: 10s, count: 3}]\n"
                                       "churn: [{nodes: [1, 2], up: 10s, down: 8s},"
                                       " {rows: '20s,0,down'}]\n");

    assert_int_equal(plan.messages[0].expected_count, 3);
    assert_int_equal(plan.messages[1].expected_count, 1);
    assert_int_equal(plan.messages[2].origin, PLAN_NODE_NONE);
    assert_false(plan_is_up(&plan, 1, 15 * NS_PER_S));
    assert_true(plan_is_up(&plan, 1, 18 * NS_PER_S));
}

#define NINE "nodes: {count: 9}\n"

static void given_wrong_churn_when_read_then_it_is_refused(void **state) {
    static const struct mistake rows[] = {
        {NINE "churn: 5\n", 2, 8, "a list of mappings"},
        {NINE "churn: [{}]\n", 2, 9, "nothing says when nodes go down"},
        {NINE "churn: [{up: 5s}]\n", 2, 9, "churn.0: the key `down` is missing"},
        {NINE "churn: [{down: 5s}]\n", 2, 9, "churn.0: the key `up` is missing"},
        {NINE "churn: [{up: 0s, down: 5s}]\n", 2, 14, "a duration from 1ms"},
        {NINE "churn: [{up: 5s, down: 1us}]\n", 2, 24, "a duration from 1ms"},
        {NINE "churn: [{up: 5s, down: soon}]\n", 2, 24, "found `soon`"},
        {NINE "churn: [{up: 5s, down: {lognormal: {median: 1h, sigma: 3}}}]\n", 2, 36,
         "beyond 1843200s"},
        {NINE "churn: [{up: 5s, down: 5s, nodes: 9}]\n", 2, 35, "from 0 to 8"},
        {NINE "churn: [{up: 5s, dwon: 5s}]\n", 2, 18, "did you mean `down`?"},
        {NINE "churn: [{up: 5s, down: 5s, start: 9s, until: 9s}]\n", 2, 46, "later than `start`"},
        {NINE "churn: [{up: 5s, down: 5s, until: 0s}]\n", 2, 35, "from 1ns"},
        {NINE "churn: [{up: 5s, down: 5s, state: gone}]\n", 2, 35, "lost or kept"},
        {NINE "churn: [{up: 5s, down: 5s, graceful: true, silent: true}]\n", 2, 28, "not silent"},
        {NINE "churn: [{up: 5s, down: 5s, silent: true, detect: x}]\n", 2, 50, "found `x`"},
        {NINE "churn: [{rows: '1s,0,down', up: 5s}]\n", 2, 29, "`up` stands beside `rows`"},
        {NINE "churn: [{rows: '1s,0,down', from_file: x.csv}]\n", 2, 10, "one of them"},
        {NINE "churn: [{from_file: x.txt}]\n", 2, 21, "ends in .csv"},
        {NINE "churn: [{from_file: nowhere.csv}]\n", 2, 21, "no such file"},
        {NINE "churn: [{rows: {}}]\n", 2, 16, "text: rows such as"},
        {NINE "churn: [{rows: '# none'}]\n", 2, 16, "there are no rows"},
        {NINE "churn: [{rows: '1s,9,down'}]\n", 2, 16, "row 1, column 4: found `9`; allowed: a "},
        {NINE "churn: [{rows: '1s,0,off'}]\n", 2, 16, "row 1, column 6: found `off`; allowed: up "},
        {NINE "churn: [{rows: 'x,0,up'}]\n", 2, 16, "row 1, column 1: found `x`"},
        {NINE "churn: [{rows: '1s,0'}]\n", 2, 16, "row 1, column 1: allowed: three fields"},
        {NINE "churn: [{rows: \"9s,0,up\\n1s,1,up\"}]\n", 2, 16, "row 2, column 1: found `1s`"},
        {NINE "churn: [{rows: \"1s,0,up\\n2s,0,up\"}]\n", 2, 16, "up already; allowed: down"},
        {NINE "churn: [{rows: \"1s,0,down\\n2s,0,down\"}]\n", 2, 16, "down already; allowed: up"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_a_file_of_rows_when_loaded_then_mistakes_have_its_place(void **state) {
    struct scenario_fixture *f = *state;
    char path[] = "/tmp/gossim-churn-XXXXXX.csv";
    int file = mkstemps(path, 4);
    assert_true(file >= 0);
    FILE *rows = fdopen(file, "w");
    fputs("# from a crawl\ntime, node, state\n20s, 5, down\n\n35.5,5,up\n36s, 5, gone\n", rows);
    fclose(rows);
    char text[200];
    snprintf(text, sizeof text, NINE "churn: [{from_file: %s}]\n", path);

    const struct scenario *scenario = fixture_read(f, text);

    remove(path);
    assert_null(scenario);
    assert_int_equal(f->failures.count, 1);
    assert_string_equal(f->failures.items[0].file, path);
    assert_int_equal(f->failures.items[0].line, 6);
    assert_int_equal(f->failures.items[0].column, 9);
    assert_string_equal(f->failures.items[0].message, "found `gone`; allowed: up or down");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_stays_when_drawn_then_their_means_and_the_share_up_are_right),
        FIXTURE_TEST(given_churn_and_crashes_when_planned_then_they_compose),
        FIXTURE_TEST(given_more_nodes_or_entries_when_planned_then_no_draw_moves),
        FIXTURE_TEST(given_too_many_times_down_when_planned_then_the_entry_is_named),
        FIXTURE_TEST(given_a_node_down_by_churn_when_published_then_it_is_not_expected),
        FIXTURE_TEST(given_wrong_churn_when_read_then_it_is_refused),
        FIXTURE_TEST(given_a_file_of_rows_when_loaded_then_mistakes_have_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
