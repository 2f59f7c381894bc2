#include "tests/support/scenario_fixture.h"

#include "scenarios/scenario.h"

#define NODES "nodes: {count: 10}\n"
#define ROLE(roles) "nodes: {count: 10, role: " roles "}\n"
#define EVENT(event) NODES "events: [{at: 1s, role: " event "}]\n"

static uint32_t bits_of(struct scenario_fixture *f, const char *text) {
    return fixture_load(f, text)->roles.roles;
}

static void given_any_form_of_roles_when_read_then_they_are_the_same(void **state) {
    static const char *const texts[] = {
        ROLE("[never_grafts, floods_graft]"),
        ROLE("[floods_graft: {peers: all}, never_grafts: true]"),
        ROLE("[{floods_graft: , never_grafts: true}]"),
        ROLE("{never_grafts: true, floods_graft: true, never_forwards: false, censors: false}"),
        ROLE("{never_grafts: true, floods_graft: {}}"),
    };
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        uint32_t roles = bits_of(*state, texts[i]);

        assert_int_equal(roles, 1U << ROLE_NEVER_GRAFTS | 1U << ROLE_FLOODS_GRAFT);
    }
}

static void given_nothing_said_when_read_then_parameters_have_defaults(void **state) {
    const struct scenario *scenario =
        fixture_load(*state, ROLE("[forwards_late, floods_graft, floods_ihave, floods_iwant]"));

    assert_int_equal(scenario->roles.late.kind, DISTRIBUTION_CONSTANT);
    assert_int_equal(scenario->roles.late.a_ns, 1000000000);
    assert_int_equal(scenario->roles.graft_peers, ROLE_PEERS_ALL);
    assert_int_equal(scenario->roles.ihave_peers, ROLE_PEERS_ALL);
    assert_int_equal(scenario->roles.ihave_ids, 100);
    assert_int_equal(scenario->roles.iwant_peers, ROLE_PEERS_ALL);
}

static void given_roles_of_all_when_a_group_says_nothing_then_it_has_them(void **state) {
    const struct scenario *scenario =
        fixture_load(*state, "nodes:\n  count: 10\n  role: never_gossips\n"
                             "  groups: [{name: a, nodes: 1}, {name: b, nodes: 2, role: none},"
                             " {name: c, nodes: 3, role: never_pushes}]\n");

    assert_int_equal(scenario->groups[0].roles.roles, 1U << ROLE_NEVER_GOSSIPS);
    assert_int_equal(scenario->groups[1].roles.roles, 0);
    assert_int_equal(scenario->groups[2].roles.roles, 1U << ROLE_NEVER_PUSHES);
}

static void given_a_group_that_censors_a_later_one_when_read_then_it_is_found(void **state) {
    const struct scenario *scenario =
        fixture_load(*state, "nodes:\n  count: 10\n  groups:\n"
                             "    - {name: a, nodes: 1, role: {censors: {origins: {group: b}}}}\n"
                             "    - {name: b, nodes: 2}\n");

    assert_int_equal(scenario->groups[0].roles.censored.kind, SELECTOR_GROUP);
    assert_int_equal(scenario->groups[0].roles.censored.group, 2);
}

static void given_wrong_roles_when_read_then_what_is_allowed_is_said(void **state) {
    static const struct mistake rows[] = {
        {ROLE("never_forward"), 1, 26,
         "nodes.role: unknown role `never_forward` (did you mean `never_forwards`?); allowed: "
         "never_forwards, never_pushes"},
        {ROLE("[5]"), 1, 27, "unknown role `5`; allowed: never_forwards"},
        {ROLE("{floods: true}"), 1, 27, "unknown key `floods`"},
        {ROLE("{never_grafts: yes}"), 1, 41, "found `yes`; allowed: true or false"},
        {ROLE("{never_grafts: {peers: 3}}"), 1, 41, "allowed: true or false"},
        {ROLE("{floods_graft: 3}"), 1, 41, "found `3`; allowed: true, false, or a mapping"},
        {ROLE("{floods_graft: {peers: 0}}"), 1, 49,
         "found `0`; allowed: all, or a whole number from 1 to 1000000"},
        {ROLE("{floods_graft: {peers: none}}"), 1, 49, "found `none`; allowed: all, or"},
        {ROLE("{floods_graft: {ids: 3}}"), 1, 42, "unknown key `ids`"},
        {ROLE("{floods_ihave: {ids: 5001}}"), 1, 47,
         "found `5001`; allowed: cached, or a whole number from 1 to 5000"},
        {ROLE("{floods_ihave: {ids: real}}"), 1, 47, "found `real`"},
        {ROLE("{forwards_late: {delay: soon}}"), 1, 50, "found `soon`"},
        {ROLE("{forwards_late: {delay: {uniform: [2s, 1s]}}}"), 1, 61, "low"},
        {ROLE("censors"), 1, 26, "the role `censors` needs `origins` (whose messages)"},
        {ROLE("drops"), 1, 26, "the role `drops` needs `share`"},
        {ROLE("{drops: {share: 1.5}}"), 1, 42, "nodes.role.drops.share: found `1.5`"},
        {ROLE("{censors: true}"), 1, 36, "allowed: {censors: {origins: "},
        {ROLE("{censors: {}}"), 1, 36, "nodes.role.censors: the key `origins` is missing"},
        {ROLE("{censors: {origins: 10}}"), 1, 46, "allowed: a node from 0 to 9"},
        {ROLE("{censors: {origins: {group: a}}}"), 1, 54, "unknown group `a`"},
        {ROLE("[never_grafts, never_grafts]"), 1, 41,
         "the role `never_grafts` stands twice; allowed: once"},
        {ROLE("[never_grafts, never_grafts: true]"), 1, 41, "stands twice"},
        {ROLE("[never_forwards, forwards_late]"), 1, 26,
         "`never_forwards` leaves nothing to do for `forwards_late`"},
        {ROLE("[[never_grafts]]"), 1, 27, "found a list"},
        {ROLE("never_grafts") "router: {profile: floodsub}\n", 1, 26,
         "the role `never_grafts` is one of gossipsub, and these nodes speak floodsub"},
        {"nodes: {count: 10, groups: [{name: a, nodes: 1, router: {profile: floodsub}, role: "
         "floods_iwant}]}\n",
         1, 84, "nodes.groups.0.role: the role `floods_iwant` is one of gossipsub"},
        {"nodes: {count: 10, groups: [{name: a, nodes: 1, role: never}]}\n", 1, 55,
         "nodes.groups.0.role: unknown role `never`"},
        {EVENT("{set: []}"), 2, 25, "the key `nodes` is missing"},
        {EVENT("{nodes: 1}"), 2, 25, "the key `set` is missing"},
        {EVENT("{nodes: 11, set: []}"), 2, 33, "allowed: a node from 0 to 9"},
        {EVENT("{nodes: 1, set: silent}"), 2, 41, "events.0.role.set: unknown role `silent`"},
        {EVENT("never_grafts"), 2, 25, "allowed: a mapping with the keys nodes, set"},
        {NODES "router: {profile: floodsub}\nevents: [{at: 1s, role: {nodes: 1, set: "
               "refuses_graft}}]\n",
         3, 41, "these nodes speak floodsub"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_any_form_of_roles_when_read_then_they_are_the_same),
        FIXTURE_TEST(given_nothing_said_when_read_then_parameters_have_defaults),
        FIXTURE_TEST(given_roles_of_all_when_a_group_says_nothing_then_it_has_them),
        FIXTURE_TEST(given_a_group_that_censors_a_later_one_when_read_then_it_is_found),
        FIXTURE_TEST(given_wrong_roles_when_read_then_what_is_allowed_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
