// Invariants that scenarios name: runs in which each holds, and runs in which it is broken where
// and when arithmetic, or a known fault of the 2020 router, says.
#include "scenarios/fleet.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

#define S INT64_C(1000000000)

static struct run_fixture run_expecting(const char *world, const char *expectation) {
    char text[2048];
    snprintf(text, sizeof text, "%sexpect:\n  - %s\n", world, expectation);
    return run_fixture_of((struct run_fixture_options){.text = text});
}

// Twelve routers whose links lose much, a topic that people leave, a partner for each quirk.
static const char busy[] = "duration: 30s\n"
                           "nodes: {count: 60}\n"
                           "topology: {kind: random-regular, degree: 10}\n"
                           "links: {loss: 20%}\n"
                           "topics: [{name: a}, {name: b, subscribers: 50%}]\n"
                           "publish: [{topic: a, start: 3s, every: 200ms, count: 100}]\n"
                           "events: [{at: 9s, unsubscribe: {topic: b, nodes: 30%}}]\n";

static void given_a_run_as_specified_when_it_ends_then_invariants_hold(void **state) {
    (void)state;
    static const char *const rows[] = {
        "mesh_symmetric",
        "mesh_within_bounds",
        "mesh_connected_peers",
        "delivered_within 20s",
        "delivered_once",
        "bytes_conserved",
        "mesh_symmetric within 400ms after 3s",
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run = run_expecting(busy, rows[i]);
        const struct invariant_watch *watch = run_watch_of(&run.result, 0);

        if (watch->breaches > 0 || !invariant_was_judged(watch)) {
            fail_msg("%s: %llu breaches, the first at %lld", rows[i],
                     (unsigned long long)watch->breaches, (long long)watch->first.at_ns);
        }
        run_fixture_end(&run);
    }
}

// One link of a second: published at 5 s, delivered at 6 s.
static const char pair[] = "duration: 10s\n"
                           "nodes: {count: 2, start: 0s}\n"
                           "topology: line\n"
                           "links: {delay: 1s}\n"
                           "publish: [{from: 0, start: 5s}]\n";

// A ring of six and a message that goes both ways: nodes forget it before it comes again.
static const char forgetful[] = "duration: 20s\n"
                                "router: {profile: floodsub, seen_ttl: 1s}\n"
                                "nodes: {count: 6, start: 0s}\n"
                                "topology: ring\n"
                                "links: {delay: 1s}\n"
                                "publish: [{from: 0, start: 5s}]\n";

// Six topics: in the sixth GRAFT is refused, and the sender is not told (Q1, Q2).
static const char six_topics[] = "duration: 30s\n"
                                 "router: {profile: nim-2020}\n"
                                 "nodes: {count: 20}\n"
                                 "topology: {kind: random-regular, degree: 10}\n"
                                 "topics: [{name: a}, {name: b}, {name: c}, {name: d}, {name: e}, "
                                 "{name: f}]\n";

static const char nobody_grafts[] = "duration: 10s\n"
                                    "nodes: {count: 20, start: 0s, role: never_grafts}\n"
                                    "links: {delay: 10ms}\n";

// A message is six seconds on its way to a node that stands still for five of them.
static const char paused[] = "duration: 40s\n"
                             "nodes: {count: 2, start: 0s}\n"
                             "topology: line\n"
                             "links: {delay: 6s}\n"
                             "publish: [{from: 0, start: 20s}]\n"
                             "events: [{at: 20005ms, pause: 1, for: 4995ms}]\n";

// The same message, on its way as the link is cut for five seconds, and as it is held.
static const char cut[] = "duration: 40s\n"
                          "nodes: {count: 2, start: 0s}\n"
                          "topology: line\n"
                          "links: {delay: 6s}\n"
                          "publish: [{from: 0, start: 20s}]\n"
                          "events: [{at: 20005ms, partition: {from: 0, to: 1}},\n"
                          "         {at: 25s, heal: all}]\n";
static const char held[] = "duration: 40s\n"
                           "nodes: {count: 2, start: 0s}\n"
                           "topology: line\n"
                           "links: {delay: 6s}\n"
                           "publish: [{from: 0, start: 20s}]\n"
                           "events: [{at: 20005ms, hold: {from: 0, to: 1}},\n"
                           "         {at: 25s, release: all}]\n";

// Half of the nodes lose their state every second, and are told by gossip what they had.
static const char reborn[] = "duration: 20s\n"
                             "router: {D: 2, Dlo: 1, Dhi: 3}\n"
                             "nodes: {count: 8, start: 0s}\n"
                             "topology: complete\n"
                             "publish: [{start: 3s, every: 200ms, count: 50}]\n"
                             "events: [{every: 1s, from: 4s, for: 200ms, crash: 50%}]\n";

static void given_a_fault_when_run_then_the_first_breach_is_found_where_it_is(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *world;
        const char *expectation;
        bool broken;
        int64_t at_ns; // -1: not worked out
        uint32_t node;
        int64_t found;
        int64_t bound;
    } rows[] = {
        {"in time", pair, "delivered_within 1s", false, 0, 0, 0, 0},
        {"late", pair, "delivered_within 999ms", true, 5 * S + 999 * S / 1000, 1, S,
         999 * S / 1000},
        {"in time of an instant", pair, "delivered_within 500ms of 5500ms", false, 0, 0, 0, 0},
        {"late of an instant", pair, "delivered_within 499ms of 5500ms", true,
         5 * S + 999 * S / 1000, 1, S, 499 * S / 1000},
        {"late, of an earlier instant", pair, "delivered_within 999ms of 1s", true,
         5 * S + 999 * S / 1000, 1, S, 999 * S / 1000},
        {"late, at another time", pair, "delivered_within 999ms after 5001ms", false, 0, 0, 0, 0},
        {"in time of a heal", paused, "delivered_within 1s of heal", false, 0, 0, 0, 0},
        {"late of a heal", paused, "delivered_within 999ms of heal", true, 25 * S + 999 * S / 1000,
         1, 6 * S, 999 * S / 1000},
        {"in time of a partition's heal", cut, "delivered_within 1s of heal", false, 0, 0, 0, 0},
        {"late of a partition's heal", cut, "delivered_within 999ms of heal", true,
         25 * S + 999 * S / 1000, 1, 6 * S, 999 * S / 1000},
        {"in time of a release", held, "delivered_within 1s of heal", false, 0, 0, 0, 0},
        {"late of a release", held, "delivered_within 999ms of heal", true, 25 * S + 999 * S / 1000,
         1, 6 * S, 999 * S / 1000},
        {"late, heal or not", paused, "delivered_within 1s", true, 21 * S, 1, 6 * S, S},
        {"again", forgetful, "delivered_once", true, -1, 0, 0, 0},
        {"again, in another life", reborn, "delivered_once", false, 0, 0, 0, 0},
        {"again, elsewhere", forgetful, "delivered_once until 5s", false, 0, 0, 0, 0},
        {"one-sided", six_topics, "mesh_symmetric", true, -1, 0, 0, 2 * S},
        {"one-sided, not so long", six_topics, "mesh_symmetric within 29900ms", false, 0, 0, 0, 0},
        {"one-sided, too early", six_topics, "mesh_symmetric until 2s", false, 0, 0, 0, 0},
        {"no mesh", nobody_grafts, "mesh_within_bounds", true, S / 10, 0, 0, 4},
        {"no mesh later", nobody_grafts, "mesh_within_bounds after 5s", true, 5 * S + S / 10, 0, 0,
         4},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run = run_expecting(rows[i].world, rows[i].expectation);
        const struct invariant_watch *watch = run_watch_of(&run.result, 0);
        const struct breach *first = &watch->first;

        bool as_known =
            rows[i].at_ns < 0 || (first->at_ns == rows[i].at_ns && first->node == rows[i].node &&
                                  first->found == rows[i].found && first->bound == rows[i].bound);
        if ((watch->breaches > 0) != rows[i].broken || (rows[i].broken && !as_known)) {
            fail_msg("%s: %llu breaches; at %lld node %u found %lld bound %lld", rows[i].name,
                     (unsigned long long)watch->breaches, (long long)first->at_ns, first->node,
                     (long long)first->found, (long long)first->bound);
        }
        run_fixture_end(&run);
    }
}

static void given_one_sided_links_when_they_last_then_all_of_the_end_are_breaches(void **state) {
    (void)state;
    struct run_fixture run = run_expecting(six_topics, "mesh_symmetric");

    uint64_t breaches = run_watch_of(&run.result, 0)->breaches;

    assert_true(run.result.counts.one_sided_mesh_links > 0);
    assert_true(breaches >= run.result.counts.one_sided_mesh_links);
    run_fixture_end(&run);
}

static void given_a_message_nobody_gets_when_judged_then_each_receiver_is_a_breach(void **state) {
    (void)state;
    struct run_fixture run = run_expecting("duration: 10s\n"
                                           "nodes: {count: 5, start: 0s}\n"
                                           "topology: star\n"
                                           "links: {loss: 100%}\n"
                                           "publish: [{from: 0, start: 5s}]\n",
                                           "delivered_within 2s");
    const struct invariant_watch *watch = run_watch_of(&run.result, 0);

    assert_int_equal(watch->judged, 4);
    assert_int_equal(watch->breaches, 4);
    assert_int_equal(watch->first.at_ns, 7 * S);
    assert_int_equal(watch->first.node, 1);
    assert_int_equal(watch->first.found, INT64_MAX);
    run_fixture_end(&run);
}

static void given_too_little_time_when_judged_then_there_is_nothing_to_say(void **state) {
    (void)state;
    struct run_fixture run = run_expecting(pair, "delivered_within 5s");

    assert_false(invariant_was_judged(run_watch_of(&run.result, 0)));

    run_fixture_end(&run);
}

/** A fleet at 5 s, whose routers and books a test may spoil. */
static struct fleet *build_fleet(struct run_fixture *loaded) {
    struct failure failure;
    struct run_options options = {0};
    struct fleet *fleet = run_build(loaded->arena, loaded->scenario, &options, &failure);
    assert_non_null(fleet);
    sim_run_until(&fleet->sim, 5 * S);
    return fleet;
}

static void given_a_mesh_peer_that_is_gone_when_the_heart_beats_then_it_is_named(void **state) {
    (void)state;
    struct run_fixture loaded = run_expecting(busy, "mesh_connected_peers{topic=a}");
    struct fleet *fleet = build_fleet(&loaded);
    struct router *router = &fleet->routers[7];
    uint64_t before = fleet->invariants->items[0].breaches;
    uint32_t slot = (uint32_t)__builtin_ctzll(topic_mesh(router, router_topic(router, 0))[0]);
    bitset_remove(router->connected, slot);

    invariants_beat(fleet, 7);

    const struct invariant_watch *watch = &fleet->invariants->items[0];
    assert_int_equal(before, 0);
    assert_int_equal(watch->breaches, 1);
    assert_int_equal(watch->first.node, 7);
    assert_int_equal(watch->first.peer, router->peer_nodes[slot]);
    run_fixture_end(&loaded);
}

static void given_a_byte_too_many_when_the_books_are_closed_then_it_shows(void **state) {
    (void)state;
    struct run_fixture loaded = run_expecting(busy, "bytes_conserved");
    struct fleet *fleet = build_fleet(&loaded);

    invariants_balance(fleet);
    fleet->counts.bytes_received++;
    invariants_balance(fleet);

    const struct invariant_watch *watch = &fleet->invariants->items[0];
    assert_int_equal(watch->judged, 2);
    assert_int_equal(watch->breaches, 1);
    assert_int_equal(watch->first.at_ns, 5 * S);
    assert_int_equal(watch->first.found, watch->first.bound + 1);
    run_fixture_end(&loaded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_run_as_specified_when_it_ends_then_invariants_hold),
        cmocka_unit_test(given_a_fault_when_run_then_the_first_breach_is_found_where_it_is),
        cmocka_unit_test(given_one_sided_links_when_they_last_then_all_of_the_end_are_breaches),
        cmocka_unit_test(given_a_message_nobody_gets_when_judged_then_each_receiver_is_a_breach),
        cmocka_unit_test(given_too_little_time_when_judged_then_there_is_nothing_to_say),
        cmocka_unit_test(given_a_mesh_peer_that_is_gone_when_the_heart_beats_then_it_is_named),
        cmocka_unit_test(given_a_byte_too_many_when_the_books_are_closed_then_it_shows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
