// Mistakes in what sets routers apart: quirks and groups.
#include "tests/support/scenario_fixture.h"

#define NODES "nodes: {count: 10}\n"

static void given_bad_quirks_when_read_then_what_is_wrong_with_them_is_said(void **state) {
    static const struct mistake rows[] = {
        {NODES "router: {quirks: {ecoh: true}}\n", 2, 19,
         "router.quirks.ecoh: unknown quirk `ecoh` (did you mean `echo`?); allowed: a name that"},
        {NODES "router: {quirks: {echo: true, zzzzz: true}}\n", 2, 31, "`zzzzz`; allowed: a name"},
        {NODES "router: {quirks: {Q99: true}}\n", 2, 19, "unknown quirk `Q99`"},
        {NODES "router: {quirks: {\"\": true}}\n", 2, 19, "unknown quirk ``"},
        {NODES "router: {quirks: {Q64: true}}\n", 2, 19,
         "Q64 has no switch (stopping tells nobody; starting twice beats twice): no effect"},
        {NODES "router: {quirks: {Q36: true}}\n", 2, 19,
         "`Q36` stands for several quirks; allowed: seen_before_validation, keyless_rejected"},
        {NODES "router: {quirks: {echo: yes}}\n", 2, 25, "found `yes`; allowed: true or false"},
        {NODES "router: {quirks: {echo: }}\n", 2, 19, "found nothing; allowed: true or false"},
        {NODES "router: {quirks: {echo: {a: b}}}\n", 2, 25, "found a mapping; allowed: true"},
        {NODES "router: {quirks: {echo: true, echo: true}}\n", 2, 31, "duplicate key `echo`"},
        {NODES "router: {quirks: {echo: true, Q33: true}}\n", 2, 31,
         "another name of a key given already: `echo`"},
        {NODES "router: {quirks: [echo]}\n", 2, 18, "found a list; allowed: a mapping such as"},
        {NODES "router: {quirks: echo}\n", 2, 18, "found `echo`; allowed: a mapping such as"},
        {NODES "router: {quirks: {[a]: true}}\n", 2, 19, "where a quirk is due"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_bad_groups_when_read_then_they_are_refused(void **state) {
    static const struct mistake rows[] = {
        {"nodes: {count: 9, groups: {}}\n", 1, 27,
         "nodes.groups: found a mapping; allowed: a list"},
        {"nodes: {count: 9, groups: [{nodes: 5}]}\n", 1, 28,
         "nodes.groups.0: the key `name` is missing"},
        {"nodes: {count: 9, groups: [{name: a}]}\n", 1, 28, "the key `nodes` is missing"},
        {"nodes: {count: 9, groups: [{name: a b, nodes: 5}]}\n", 1, 35, "found `a b`; allowed: 1"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 9}]}\n", 1, 45, "a node from 0 to 8"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1}, {name: a, nodes: 2}]}\n", 1, 56,
         "nodes.groups.1.name: group `a` stands twice"},
        {"nodes: {count: 9, groups: [{name: a, nodes: [1, 5..7]}, {name: b, nodes: 6..8}]}\n", 1,
         74,
         "nodes.groups.1.nodes: node 6 is in group `a` already; allowed: nodes of no other group"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 2}, {name: b, nodes: all}]}\n", 1, 66,
         "node 2 is in group `a` already"},
        {"nodes: {count: 9, groups: [{name: a, nodes: {count: 6}}, {name: b, nodes: [1..4]}]}\n", 1,
         45, "nodes.groups.0.nodes: more nodes than the other groups leave; allowed: at most 5"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 60%}, {name: b, nodes: 41%}]}\n", 1, 68,
         "nodes.groups.1.nodes: more nodes than the other groups leave; allowed: at most 4"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1}, {name: b, nodes: {group: a}}]}\n", 1, 74,
         "a group cannot be made of another one"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, router: {D: 13}}]}\n", 1, 60,
         "nodes.groups.0.router.D: found `13`; allowed: at most `Dhi`, which is `12` by default"},
        {"router: {Dhi: 20}\nnodes: {count: 9, groups: [{name: a, nodes: 1, router: {D: 21}}]}\n",
         2, 60, "at most `Dhi`, which is `20` for all"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, router: {Dhi: 5}}]}\n", 1, 62,
         "at least `D`, which is `6` by default"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, router: {quirks: {ecoh: true}}}]}\n", 1,
         66, "nodes.groups.0.router.quirks.ecoh: unknown quirk `ecoh` (did you mean `echo`?)"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, router: {profile: nim}}]}\n", 1, 66,
         "found `nim`; allowed: gossipsub-v1.0, nim-2020 or floodsub"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, router: {sign: true}}]}\n", 1, 63,
         "found `true`; allowed: as for all, since nodes that verify refuse what is not signed"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, start: [1s]}]}\n", 1, 55,
         "nodes.groups.0.start: found a list; allowed: a duration"},
        {"router: {D: x}\nnodes: {count: 9, groups: [{name: a, nodes: 1, router: {Dlo: 9}}]}\n", 1,
         13, "router.D: found `x`"},
        {NODES "topics: [{name: a, subscribers: {group: b}}]\n", 2, 41,
         "unknown group `b`; allowed: one of the 0 under `nodes.groups`"},
        {"nodes: {count: 9, groups: [{name: old, nodes: 1}]}\n"
         "events: [{at: 1s, subscribe: {nodes: {group: odl}}}]\n",
         2, 46, "unknown group `odl` (did you mean `old`?); allowed: one of the 1"},
        {NODES "publish: [{from: {group: old}}]\n", 2, 26, "unknown group `old`"},
        {NODES "publish: [{from: {group: [a]}}]\n", 2, 26,
         "found a list; allowed: the name of a group"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_bad_quirks_when_read_then_what_is_wrong_with_them_is_said),
        FIXTURE_TEST(given_bad_groups_when_read_then_they_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
