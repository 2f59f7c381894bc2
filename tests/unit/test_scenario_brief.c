// Scenarios as a person would write them: fewer words, plainer, and what keys can go.
#include "scenarios/reduce.h"
#include "scenarios/scenario_brief.h"
#include "tests/support/scenario_fixture.h"

#include <string.h>

static const char five[] =
    "duration: 40s\n"
    "router: {profile: nim-2020}\n"
    "nodes:\n"
    "  count: 5\n"
    "  start: 0s\n"
    "  groups: [{name: odd, nodes: [1, 3]}, {name: last, nodes: 4}]\n"
    "topology: {kind: edges, edges: [[0, 1], [1, 2], [2, 3, 30ms], [3, 4], [4, 0]]}\n"
    "topics: [{name: a}, {name: b, subscribers: [2..4]}]\n"
    "publish:\n"
    "  - {topic: a, from: [0, 3], start: 10s, count: 2}\n"
    "  - {topic: b, from: 2, start: 12s, count: 1}\n"
    "events:\n"
    "  - {at: 5s, name: cut, partition: {groups: [[0, 1], [2..4]]}}\n"
    "  - {at: 6s, heal: {event: cut}}\n"
    "  - {at: 7s, pause: {nodes: {group: last}}}\n"
    "  - {at: 8s, resume: {nodes: 4}}\n"
    "  - {at: 9s, unsubscribe: {topic: b, nodes: [2, 4]}}\n"
    "expect: [delivery_ratio == 1]\n";

static const char drawn[] =
    "duration: 30s\n"
    "router: {profile: nim-2020}\n"
    "nodes: {count: 30, groups: [{name: some, nodes: 30%, router: {D: 3, Dlo: 2}}]}\n"
    "topology: {kind: random-regular, degree: 5}\n"
    "topics: [{name: a}, {name: 's%d', count: 3, per_node: 2, subscribers: 50%}]\n"
    "publish:\n"
    "  - {topic: a, from: random, start: 5s, count: 4}\n"
    "  - {topic: 's%d', from: any, start: 6s, every: {exponential: {mean: 1s}}, until: 15s}\n"
    "events:\n"
    "  - {between: [8s, 10s], for: 2s, crash: {nodes: 10%}}\n"
    "  - {every: 4s, until: 15s, for: 1s, pause: {nodes: {count: 2}}}\n"
    "  - {at: 12s, unsubscribe: {topic: a, nodes: {share: 20%, of: {group: some}}}}\n"
    "  - {at: 16s, for: 2s, partition: {groups: [{count: 9}, all]}}\n"
    "  - {at: 17s, for: 1s, clog: {from: {count: 4}, to: {count: 9}}}\n";

/** A scenario as it will be read. */
static const struct scenario *again(struct scenario_fixture *f, const struct scenario *scenario) {
    assert_non_null(scenario);
    return fixture_load(f, scenario_write(f->arena, scenario, NULL));
}

static void expect_in(struct scenario_fixture *f, const struct scenario *scenario,
                      const char *words) {
    const char *text = scenario_write(f->arena, scenario, NULL);
    if (strstr(text, words) == NULL) {
        fail_msg("no '%s' in\n%s", words, text);
    }
}

static const char *note(void *context, const char *path) {
    const char *wanted = context;
    return strcmp(path, wanted) == 0 ? "first line\nsecond line" : NULL;
}

static void given_any_scenario_when_brief_then_it_means_the_same_in_fewer_words(void **state) {
    static const char *const rows[] = {five, drawn, "nodes: {count: 2}\n"};
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct scenario *scenario = fixture_load(f, rows[i]);
        const char *canonical = scenario_write(f->arena, scenario, NULL);
        for (int hurried = 0; hurried < 2; hurried++) {
            struct scenario_brief_options options = {.hurried = hurried != 0};

            const char *brief = scenario_brief(f->arena, scenario, &options);

            assert_true(strlen(brief) < strlen(canonical));
            assert_string_equal(scenario_write(f->arena, fixture_load(f, brief), NULL), canonical);
        }
    }
}

static void given_notes_when_brief_then_they_stand_before_their_parts(void **state) {
    struct scenario_fixture *f = *state;
    struct scenario_brief_options options = {.note = note, .context = "events.1"};

    const char *brief = scenario_brief(f->arena, fixture_load(f, five), &options);

    assert_non_null(strstr(brief, "  # first line\n  # second line\n  - {at: 6s, heal"));
    assert_null(strstr(brief, "links:"));
    assert_null(strstr(brief, "measure:"));
}

static void given_an_event_of_defaults_when_brief_then_it_still_says_something(void **state) {
    struct scenario_fixture *f = *state;
    struct scenario_brief_options options = {.hurried = false};
    const struct scenario *scenario =
        fixture_load(f, "nodes: {count: 3}\nevents: [{at: 2s, unsubscribe: {}}]\npublish: [{}]\n");

    const char *brief = scenario_brief(f->arena, scenario, &options);

    assert_non_null(strstr(brief, "- {at: 2s, unsubscribe: {topic: blocks}}\n"));
    assert_non_null(strstr(brief, "- {topic: blocks}\n"));
}

static void given_keys_when_one_is_cut_then_it_has_its_default(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "nodes: {count: 3}\nrouter: {D: 8, sign: true}\n"
                        "publish: [{from: 0, start: 3s, count: 2, size: 9KiB}]\n");
    uint32_t changed = 0;
    uint32_t count = reduce_cut_count(before);

    for (uint32_t i = 0; i < count; i++) {
        char path[200];
        const struct scenario *after = reduce_cut(f->arena, before, i, path);
        if (after == NULL) {
            continue;
        }
        changed++;
        bool all = strcmp(path, "router") == 0;
        assert_int_equal(after->router.d, all || strcmp(path, "router.D") == 0 ? 6 : 8);
        assert_int_equal(after->publishes[0].start_ns, 3000000000);
        assert_int_equal(after->node_count, 3);
    }
    // The router as a whole, D, sign, and the size.
    assert_int_equal(changed, 4);
}

static void given_links_that_are_a_plain_graph_when_made_plainer_then_its_name(void **state) {
    static const struct {
        const char *edges;
        const char *kind; // NULL: none
    } rows[] = {
        {"[[0, 1], [1, 2], [2, 3]]", "kind: line"},
        {"[[0, 3], [2, 0], [0, 1]]", "kind: star"},
        {"[[0, 1], [1, 2], [2, 3], [3, 0]]", "kind: ring"},
        {"[[0, 1], [1, 2], [2, 3], [3, 0], [0, 2], [1, 3]]", "kind: complete"},
        {"[[0, 1], [1, 2], [1, 3]]", NULL}, // a star around another node
        {"[[0, 1], [1, 2], [2, 0]]", NULL}, // and one by itself
        {"[[0, 1], [1, 2], [2, 3, 5ms]]", NULL},
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "nodes: {count: 4}\ntopology: {kind: edges, edges: %s}\n",
                 rows[i].edges);

        const struct scenario *after =
            reduce_plainer(f->arena, fixture_load(f, text), REDUCE_PLAIN_GRAPH);

        assert_true((after == NULL) == (rows[i].kind == NULL));
        if (after != NULL) {
            expect_in(f, again(f, after), rows[i].kind);
        }
    }
}

static void given_a_plain_graph_in_disorder_when_renumbered_then_all_follows(void **state) {
    static const struct {
        const char *edges;
        const char *words; // NULL: there is no such order
    } rows[] = {
        {"[[0, 2], [1, 2], [2, 3]]", "kind: star"},
        {"[[0, 2], [2, 1], [1, 3]]", "kind: line"},
        {"[[0, 2], [2, 1], [1, 3], [3, 0]]", "kind: ring"},
        {"[[0, 1], [1, 2], [2, 0]]", NULL},
        {"[[0, 1], [2, 3]]", NULL},
        {"[[0, 1], [1, 2], [2, 0], [2, 3]]", NULL},
        {"[[0, 1], [1, 2], [2, 3]]", NULL}, // in order already
    };
    struct scenario_fixture *f = *state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[300];
        snprintf(text, sizeof text,
                 "nodes: {count: 4}\ntopology: {kind: edges, edges: %s}\n"
                 "publish: [{from: 2, count: 1}]\nevents: [{at: 1s, pause: {nodes: 1..2}}]\n",
                 rows[i].edges);

        const struct scenario *after =
            reduce_plainer(f->arena, fixture_load(f, text), REDUCE_RENUMBERED_GRAPH);

        if (after == NULL || rows[i].words == NULL) {
            assert_true(after == NULL && rows[i].words == NULL);
            continue;
        }
        expect_in(f, again(f, after), rows[i].words);
        if (i == 0) {
            expect_in(f, after, "from: 0,");
            expect_in(f, after, "pause: {nodes: [0..1]}");
        }
    }
}

static void given_meshes_when_smaller_then_groups_that_share_them_follow(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *before =
        fixture_load(f, "nodes: {count: 4, groups: [{name: g, nodes: 1, router: {Dlo: 0}}]}\n");

    const struct scenario *after = again(f, reduce_mesh(f->arena, before, 0));

    assert_int_equal(after->router.d, 1);
    assert_int_equal(after->groups[0].router.d, 1);
    assert_int_equal(after->groups[0].router.d_low, 0);
    assert_null(reduce_mesh(f->arena, after, 0));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_any_scenario_when_brief_then_it_means_the_same_in_fewer_words),
        FIXTURE_TEST(given_notes_when_brief_then_they_stand_before_their_parts),
        FIXTURE_TEST(given_an_event_of_defaults_when_brief_then_it_still_says_something),
        FIXTURE_TEST(given_keys_when_one_is_cut_then_it_has_its_default),
        FIXTURE_TEST(given_links_that_are_a_plain_graph_when_made_plainer_then_its_name),
        FIXTURE_TEST(given_a_plain_graph_in_disorder_when_renumbered_then_all_follows),
        FIXTURE_TEST(given_meshes_when_smaller_then_groups_that_share_them_follow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
