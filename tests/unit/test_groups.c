#include "base/quantity.h"
#include "scenarios/groups.h"
#include "scenarios/plan.h"
#include "tests/support/scenario_fixture.h"

#include <string.h>

static struct plan plan_of(struct scenario_fixture *f, const char *text) {
    struct plan plan;
    struct failure failure;
    assert_true(plan_make(&plan, f->arena, fixture_load(f, text), NULL, &failure));
    return plan;
}

static uint32_t size_of(const struct plan *plan, uint32_t group) {
    uint32_t size = 0;
    for (uint32_t node = 0; node < plan->node_count; node++) {
        size += plan_group(plan, node) == group;
    }
    return size;
}

static void given_groups_when_planned_then_each_has_its_nodes_and_no_other(void **state) {
    static const struct {
        const char *groups;
        uint32_t sizes[4]; // of none, the first, …
    } rows[] = {
        {"", {9, 0, 0, 0}},
        {"{name: a, nodes: 2..4}", {6, 3, 0, 0}},
        {"{name: a, nodes: [2..4, 3, 8]}", {5, 4, 0, 0}},
        {"{name: a, nodes: all}", {0, 9, 0, 0}},
        {"{name: a, nodes: none}, {name: b, nodes: all}", {0, 0, 9, 0}},
        {"{name: a, nodes: {count: 4}}, {name: b, nodes: [0..4]}", {0, 4, 5, 0}},
        {"{name: a, nodes: 50%}, {name: b, nodes: 50%}", {0, 5, 4, 0}},
        {"{name: a, nodes: 25%}, {name: b, nodes: {count: 6}}, {name: c, nodes: 5%}", {0, 2, 6, 1}},
        {"{name: a, nodes: 33.3%}, {name: b, nodes: 33.3%}, {name: c, nodes: 33.3%}", {0, 3, 3, 3}},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[256];
        snprintf(text, sizeof text, "nodes: {count: 9, groups: [%s]}\n", rows[i].groups);
        struct plan plan = plan_of(*state, text);

        for (uint32_t group = 0; group < 4; group++) {
            if (size_of(&plan, group) != rows[i].sizes[group]) {
                fail_msg("%s: group %u has %u nodes", rows[i].groups, group, size_of(&plan, group));
            }
        }
    }
}

static void given_a_drawn_group_when_seeds_differ_then_so_do_its_nodes(void **state) {
    struct plan one = plan_of(*state, "nodes: {count: 99, groups: [{name: a, nodes: 50%}]}\n");
    struct plan again = plan_of(*state, "nodes: {count: 99, groups: [{name: b, nodes: 50%}]}\n");
    struct plan other =
        plan_of(*state, "seed: 2\nnodes: {count: 99, groups: [{name: a, nodes: 50%}]}\n");

    assert_memory_equal(one.group, again.group, 99 * sizeof *one.group);
    assert_memory_not_equal(one.group, other.group, 99 * sizeof *one.group);
}

static void given_groups_when_planned_then_no_other_draw_moves(void **state) {
    static const char rest[] = "regions: world-8\n"
                               "topics: [{name: a, subscribers: 50%}]\n"
                               "events: [{at: 7s, subscribe: {nodes: 20%}}]\n";
    char text[512];
    snprintf(text, sizeof text, "nodes: {count: 99}\n%s", rest);
    struct plan plain = plan_of(*state, text);
    snprintf(text, sizeof text, "nodes: {count: 99, groups: [{name: a, nodes: 50%%}]}\n%s", rest);
    struct plan grouped = plan_of(*state, text);

    assert_memory_equal(plain.start_ns, grouped.start_ns, 99 * sizeof *plain.start_ns);
    assert_memory_equal(plain.region, grouped.region, 99 * sizeof *plain.region);
    assert_memory_equal(plain.topic_first, grouped.topic_first, 100 * sizeof *plain.topic_first);
    assert_int_equal(plain.change_count, grouped.change_count);
    for (uint32_t i = 0; i < plain.change_count; i++) {
        assert_int_equal(plain.changes[i].node, grouped.changes[i].node);
    }
    for (uint32_t i = 0; i < plain.message_count; i++) {
        assert_int_equal(plain.messages[i].origin, grouped.messages[i].origin);
    }
}

static void given_a_start_of_its_own_when_planned_then_only_the_group_moves(void **state) {
    struct plan plain = plan_of(*state, "nodes: {count: 20}\n");
    struct plan grouped = plan_of(
        *state,
        "nodes: {count: 20, groups: [{name: a, nodes: 5..9, start: {uniform: [8s, 9s]}}]}\n");

    for (uint32_t node = 0; node < 20; node++) {
        bool inside = node >= 5 && node <= 9;
        assert_int_equal(grouped.start_ns[node] != plain.start_ns[node], inside);
        assert_true(!inside || grouped.start_ns[node] >= 8 * NS_PER_S);
    }
}

static void given_selectors_that_name_a_group_when_planned_then_its_nodes_are_meant(void **state) {
    struct plan plan =
        plan_of(*state, "nodes: {count: 30, start: 0s, groups: [{name: a, nodes: 50%}, {name: b, "
                        "nodes: {count: 3}}]}\n"
                        "topics: [{name: t, subscribers: {group: a}}, {name: all}]\n"
                        "events: [{at: 9s, subscribe: {topic: t, nodes: {group: b}}}]\n"
                        "publish:\n"
                        "  - {topic: t, from: {group: a}, start: 1s, count: 20, every: 10ms}\n"
                        "  - {topic: t, from: {group: b}, start: 1s, count: 2, every: 10ms}\n"
                        "  - {topic: t, from: {outside: true, group: b}, start: 1s, count: 20, "
                        "every: 10ms}\n"
                        "  - {topic: t, from: {outside: true, group: a}, start: 1s, count: 2}\n");

    for (uint32_t node = 0; node < 30; node++) {
        uint32_t topics = plan.topic_first[node + 1] - plan.topic_first[node];
        assert_int_equal(topics, plan_group(&plan, node) == 1 ? 2 : 1);
    }
    assert_int_equal(plan.change_count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(plan_group(&plan, plan.changes[i].node), 2);
    }
    uint64_t seen = 0;
    for (uint32_t i = 0; i < plan.message_count; i++) {
        const struct plan_message *message = &plan.messages[i];
        static const uint32_t wanted[] = {1, 0, 2, 0};
        uint32_t group = wanted[message->name >> 32];
        assert_int_equal(message->origin == PLAN_NODE_NONE, group == 0); // b is not subscribed
        if (group != 0) {
            assert_int_equal(plan_group(&plan, message->origin), group);
            seen |= UINT64_C(1) << message->origin;
        }
    }
    assert_true(__builtin_popcountll(seen) > 8); // it is not always the same one
}

static void given_a_groups_router_when_read_then_it_starts_from_the_scenarios(void **state) {
    struct scenario_fixture *f = *state;
    const struct scenario *scenario = fixture_load(
        f, "router: {D: 8, seen_ttl: 9s, quirks: {read_limit: true}}\n"
           "nodes:\n"
           "  count: 9\n"
           "  groups:\n"
           "    - {name: same, nodes: 0}\n"
           "    - {name: more, nodes: 1, router: {Dhi: 9, quirks: {echo: true}}}\n"
           "    - {name: other, nodes: 2, router: {profile: floodsub, quirks: {echo: true}}}\n"
           "    - {name: old, nodes: 3, router: {profile: nim-2020, quirks: {echo: false}}}\n"
           "    - {name: named, nodes: 4, router: {profile: gossipsub-v1.0}}\n");

    const struct router_params *own = group_router(scenario, 0);
    assert_ptr_equal(own, &scenario->router);
    assert_memory_equal(group_router(scenario, 1), own, sizeof *own);
    uint64_t echo = quirk_bit(QUIRK_ECHO);
    uint64_t limit = quirk_bit(QUIRK_READ_LIMIT);
    const uint64_t quirks[] = {limit, limit | echo, echo, quirks_of_nim_2020() & ~echo, limit};
    for (uint32_t group = 1; group <= 5; group++) {
        const struct router_params *router = group_router(scenario, group);
        assert_int_equal(router->quirks, quirks[group - 1]);
        assert_int_equal(router->d, 8);
        assert_int_equal(router->d_high, group == 2 ? 9 : 12);
        assert_int_equal(router->seen_ttl_ns, 9 * NS_PER_S);
        assert_int_equal(router->protocol, group == 3 ? ROUTER_FLOODSUB : ROUTER_GOSSIPSUB);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_groups_when_planned_then_each_has_its_nodes_and_no_other),
        FIXTURE_TEST(given_a_drawn_group_when_seeds_differ_then_so_do_its_nodes),
        FIXTURE_TEST(given_groups_when_planned_then_no_other_draw_moves),
        FIXTURE_TEST(given_a_start_of_its_own_when_planned_then_only_the_group_moves),
        FIXTURE_TEST(given_selectors_that_name_a_group_when_planned_then_its_nodes_are_meant),
        FIXTURE_TEST(given_a_groups_router_when_read_then_it_starts_from_the_scenarios),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
