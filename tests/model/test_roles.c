// Roles in whole runs: A9, the set-up of A6 and A7, and who moves what.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_SIZE = 1600 };

static struct run_fixture run_of(const char *text) {
    return run_fixture_of((struct run_fixture_options){.text = text});
}

static void expect_near(const char *row, double found, double wanted, double tolerance) {
    if (!(fabs(found - wanted) <= tolerance)) {
        fail_msg("%s: %.5f, and not %.5f ± %.5f", row, found, wanted, tolerance);
    }
}

static double power_of(double base, uint32_t exponent) {
    double power = 1;
    for (uint32_t i = 0; i < exponent; i++) {
        power *= base;
    }
    return power;
}

/** A9: the share of nodes that a message reaches, by the branching process. */
static double reach_of(double silent, uint32_t degree) {
    double r = 1;
    for (uint32_t i = 0; i < 1000; i++) {
        r = (1 - silent) * (1 - power_of(1 - r, degree - 1));
    }
    return 1 - power_of(1 - r, degree);
}

static void given_nodes_that_never_forward_when_published_then_reach_is_a9(void **state) {
    (void)state;
    enum { NODES = 10000, SEEDS = 4 };
    static const struct {
        const char *name;
        uint32_t percent;
        uint32_t degree;
    } rows[] = {
        {"30 % silent, degree 6", 30, 6},
        {"50 % silent, degree 6", 50, 6},
        {"60 % silent, degree 8", 60, 8},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[TEXT_SIZE];
        uint32_t d = rows[i].degree;
        snprintf(text, sizeof text,
                 "duration: 15s\nrouter: {D: %u, Dlo: %u, Dhi: %u, Dlazy: 0}\n"
                 "nodes:\n  count: %d\n"
                 "  groups: [{name: silent, nodes: %u%%, role: never_forwards}]\n"
                 "topology: {kind: random-regular, degree: %u}\n"
                 "publish: [{from: random, start: 5s, count: 5}]\n",
                 d, d, d, NODES, rows[i].percent, d);
        double reached = 0;
        uint32_t taken_off = 0; // messages whose first neighbours were not all silent, and so on

        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            struct run_fixture run =
                run_fixture_of((struct run_fixture_options){.text = text, .seed = seed});
            for (uint64_t message = 0; message < run.message_count; message++) {
                uint32_t count = run.messages[message].deliveries + 1;
                reached += count > NODES / 10 ? (double)count / NODES : 0;
                taken_off += count > NODES / 10;
            }
            run_fixture_end(&run);
        }

        assert_true(taken_off > SEEDS * 5 / 2);
        expect_near(rows[i].name, reached / taken_off, reach_of(rows[i].percent / 100.0, d), 0.005);
    }
}

/** A source (node 0), providers fed by it alone, and nodes that only gossip of theirs reaches. */
struct outside {
    uint32_t providers;
    uint32_t outsiders;
    uint32_t loss_percent;
    uint32_t seed;
};

static void write_outside(char *text, const struct outside *setup) {
    uint32_t first = 1 + setup->providers;
    int used =
        snprintf(text, TEXT_SIZE,
                 "seed: %u\nduration: 2300s\nnodes:\n  count: %u\n  groups:\n"
                 "    - {name: source, nodes: 0, router: {D: %u, Dlo: %u, Dhi: %u}}\n"
                 "    - {name: outside, nodes: %u..%u, role: [refuses_graft, never_grafts]}\n"
                 "router: {D: 1, Dlo: 1, Dhi: 1, Dlazy: 1, history_gossip: 3}\n"
                 "links: {delay: 50ms, loss: %u%%}\n"
                 // Between two publications passes no simple multiple of a heartbeat.
                 "publish: [{from: 0, start: 30s, every: 1061803399ns, count: 2000, size: 100B}]\n"
                 "topology:\n  kind: edges\n  edges: [",
                 setup->seed, first + setup->outsiders, setup->providers, setup->providers,
                 setup->providers, first, first + setup->outsiders - 1, setup->loss_percent);
    for (uint32_t provider = 1; provider < first; provider++) {
        used += snprintf(text + used, (size_t)(TEXT_SIZE - used), "%s[0, %u]",
                         provider == 1 ? "" : ", ", provider);
        for (uint32_t i = 0; i < setup->outsiders; i++) {
            used += snprintf(text + used, (size_t)(TEXT_SIZE - used), ", [%u, %u]", provider,
                             first + i);
        }
    }
    snprintf(text + used, (size_t)(TEXT_SIZE - used), "]\n");
}

/** When each node had each message; 0: never. */
struct receipts {
    int64_t (*at_ns)[8]; // [message][node]
    uint64_t messages;
};

static struct receipts receipts_of(const struct run_fixture *run) {
    struct receipts receipts = {.messages = run->message_count};
    receipts.at_ns = arena_take_array(run->arena, MEMORY_TABLES, (uint32_t)run->message_count,
                                      sizeof *receipts.at_ns);
    memset(receipts.at_ns, 0, run->message_count * sizeof *receipts.at_ns);
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == TRACE_DELIVER) {
            receipts.at_ns[record->message][record->node] = record->at_ns;
        }
    }
    return receipts;
}

static void given_one_provider_when_gossip_recovers_then_the_delay_is_a6(void **state) {
    (void)state;
    char text[TEXT_SIZE];
    write_outside(text, &(struct outside){.providers = 1, .outsiders = 1, .seed = 1});

    struct run_fixture run = run_of(text);

    struct receipts receipts = receipts_of(&run);
    double sum_s = 0;
    for (uint64_t message = 0; message < receipts.messages; message++) {
        assert_true(receipts.at_ns[message][2] > 0);
        sum_s += (double)(receipts.at_ns[message][2] - receipts.at_ns[message][1]) / 1e9;
    }
    expect_near("mean delay", sum_s / (double)receipts.messages, 0.65, 0.03 * 0.65);
    run_fixture_end(&run);
}

static void given_providers_when_gossip_recovers_then_its_share_is_a6_and_a7(void **state) {
    (void)state;
    static const struct {
        const char *name;
        struct outside setup;
        double recovered;
    } rows[] = {
        {"A6, m 1, q 1", {1, 1, 0, 1}, 1},         {"A6, m 1, q 1/3", {1, 3, 0, 1}, 0.70370},
        {"A6, m 2, q 1/3", {2, 3, 0, 1}, 0.91221}, {"A7, p .1", {1, 1, 10, 1}, 0.9801},
        {"A7, p .2", {1, 1, 20, 1}, 0.8838},       {"A7, p .3", {1, 1, 30, 1}, 0.7164},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        enum { SEEDS = 4 };
        uint32_t first = 1 + rows[i].setup.providers;
        uint64_t had = 0;
        uint64_t recovered = 0;

        for (uint32_t seed = 1; seed <= SEEDS; seed++) {
            char text[TEXT_SIZE];
            struct outside setup = rows[i].setup;
            setup.seed = seed;
            write_outside(text, &setup);
            struct run_fixture run = run_of(text);
            struct receipts receipts = receipts_of(&run);
            for (uint64_t message = 0; message < receipts.messages; message++) {
                had += receipts.at_ns[message][1] > 0;
                recovered += receipts.at_ns[message][1] > 0 && receipts.at_ns[message][first] > 0;
            }
            run_fixture_end(&run);
        }

        assert_true(had > 5000);
        expect_near(rows[i].name, (double)recovered / (double)had, rows[i].recovered, 0.01);
    }
}

static void given_a_silent_middle_when_it_speaks_again_then_messages_pass_again(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 40s\nrouter: {Dlazy: 0}\nnodes: {count: 3, start: 0s}\ntopology: line\n"
               "links: {delay: 50ms}\n"
               "publish: [{from: 0, start: 10s, every: 1s, count: 30}]\n"
               "events:\n  - {at: 14.5s, role: {nodes: 1, set: never_forwards}}\n"
               "  - {at: 19.5s, role: {nodes: 1, set: []}}\n");

    for (uint32_t message = 0; message < 30; message++) {
        bool silent = message >= 5 && message < 10;
        assert_non_null(run_fixture_delivery(&run, message, 1));
        assert_int_equal(run_fixture_delivery(&run, message, 2) != NULL, !silent);
    }
    assert_int_equal(run_fixture_count(&run, TRACE_ROLE, TRACE_NONE), 2);
    run_fixture_end(&run);
}

static void given_a_late_middle_when_published_then_the_end_is_late_by_that(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 60s\nnodes:\n  count: 3\n  start: 0s\n  groups:\n"
               "    - {name: slow, nodes: 1, role: {forwards_late: {delay: 700ms}}}\n"
               "topology: line\nlinks: {delay: 50ms}\nrouter: {Dlazy: 0}\n"
               "publish: [{from: 0, start: 10s, every: 1s, count: 30}]\n");

    for (uint32_t message = 0; message < 30; message++) {
        int64_t published_ns = run.messages[message].published_at_ns;
        int64_t middle_ns = run_fixture_delivery(&run, message, 1)->at_ns - published_ns;
        int64_t end_ns = run_fixture_delivery(&run, message, 2)->at_ns - published_ns;
        assert_int_equal(middle_ns, 50000000);
        assert_int_equal(end_ns, 800000000);
    }
    run_fixture_end(&run);
}

static void given_a_drawn_lateness_when_run_otherwise_then_each_message_is_as_late(void **state) {
    (void)state;
    static const char *const routers[] = {"{Dlazy: 0}", "{Dlazy: 0, D: 3, Dlo: 3}"};
    int64_t late_ns[2][30];
    for (size_t i = 0; i < COUNT_OF(routers); i++) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof text,
                 "duration: 60s\nnodes:\n  count: 3\n  groups:\n    - {name: slow, nodes: 1,"
                 " role: {forwards_late: {delay: {uniform: [1s, 2s]}}}}\n"
                 "topology: line\nlinks: {delay: 50ms}\nrouter: %s\n"
                 "publish: [{from: 0, start: 10s, every: 1s, count: 30}]\n",
                 routers[i]);
        struct run_fixture run = run_of(text);
        for (uint32_t message = 0; message < 30; message++) {
            late_ns[i][message] = run_fixture_delivery(&run, message, 2)->at_ns -
                                  run_fixture_delivery(&run, message, 1)->at_ns - 50000000;
        }
        run_fixture_end(&run);
    }

    for (uint32_t message = 0; message < 30; message++) {
        assert_in_range(late_ns[0][message], 1000000000, 2000000000);
        assert_int_equal(late_ns[0][message], late_ns[1][message]);
        assert_int_not_equal(late_ns[0][message], late_ns[0][(message + 1) % 30]);
    }
}

static void given_a_middle_that_drops_when_published_then_that_share_does_not_pass(void **state) {
    (void)state;
    enum { MESSAGES = 4000 };
    struct run_fixture run = run_of("duration: 60s\nnodes:\n  count: 3\n  groups:\n"
                                    "    - {name: lossy, nodes: 1, role: {drops: {share: 30%}}}\n"
                                    "topology: line\nlinks: {delay: 50ms}\n"
                                    "publish: [{from: 0, start: 10s, every: 10ms, count: 4000}]\n");

    uint64_t passed = 0;
    for (uint32_t message = 0; message < MESSAGES; message++) {
        assert_non_null(run_fixture_delivery(&run, message, 1));
        passed += run_fixture_delivery(&run, message, 2) != NULL;
    }

    expect_near("passed", (double)passed / MESSAGES, 0.7, 0.025);
    run_fixture_end(&run);
}

static void given_a_censoring_middle_when_published_then_one_origin_is_not_heard(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("duration: 60s\nnodes:\n  count: 4\n  start: 0s\n  groups:\n"
               "    - {name: victim, nodes: 0}\n"
               "    - {name: censor, nodes: 2, role: {censors: {origins: {group: victim}}}}\n"
               "topology: line\nlinks: {delay: 50ms}\n"
               "publish:\n  - {from: 0, start: 10s, every: 1s, count: 30}\n"
               "  - {from: 1, start: 10.5s, every: 1s, count: 30}\n");

    for (uint32_t message = 0; message < 60; message++) {
        bool censored = run.messages[message].origin == 0;
        assert_non_null(run_fixture_delivery(&run, message, 2));
        assert_int_equal(run_fixture_delivery(&run, message, 3) != NULL, !censored);
    }
    run_fixture_end(&run);
}

/** Runs with roles that nobody has, and without any. */
static void given_roles_of_nobody_when_run_then_the_digest_stays(void **state) {
    (void)state;
    static const char *const texts[] = {
        "nodes: {count: 40}\n",
        "nodes: {count: 40, role: []}\n",
        "nodes:\n  count: 40\n  groups: [{name: none, nodes: none, role: [never_forwards]}]\n",
        "nodes: {count: 40}\nevents: [{at: 9s, role: {nodes: none, set: floods_graft}}]\n",
    };
    struct digest wanted = {0};
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        struct run_fixture run = run_of(texts[i]);

        wanted = i == 0 ? run.result.digest : wanted;

        assert_memory_equal(&run.result.digest, &wanted, sizeof wanted);
        run_fixture_end(&run);
    }
}

static void given_roles_when_rpcs_travel_as_bytes_then_the_digest_stays(void **state) {
    (void)state;
    static const char *const names[] = {"gossipsub-v1.0", "nim-2020"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char text[TEXT_SIZE];
        snprintf(text, sizeof text,
                 "duration: 30s\nrouter: {profile: %s, sign: true}\nnodes:\n  count: 30\n"
                 "  groups:\n"
                 "    - {name: a, nodes: 0..2, role: [{floods_ihave: {ids: 30}}, floods_graft]}\n"
                 "    - {name: b, nodes: 3..5, role: [{floods_ihave: {ids: cached}}, "
                 "floods_iwant, forwards_late]}\n",
                 names[i]);

        struct run_fixture plain = run_of(text);
        struct run_fixture bytes =
            run_fixture_of((struct run_fixture_options){.text = text, .wire = RUN_WIRE_ENCODE});

        assert_memory_equal(&plain.result.digest, &bytes.result.digest, sizeof plain.result.digest);
        assert_true(plain.result.counts.rpcs_sent[TRACE_RPC_IWANT] > 0);
        for (uint64_t record = 0; record < plain.record_count; record++) {
            uint32_t message = plain.records[record].message;
            assert_true(message == TRACE_NONE || message < plain.message_count);
        }
        run_fixture_end(&plain);
        run_fixture_end(&bytes);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_nodes_that_never_forward_when_published_then_reach_is_a9),
        cmocka_unit_test(given_one_provider_when_gossip_recovers_then_the_delay_is_a6),
        cmocka_unit_test(given_providers_when_gossip_recovers_then_its_share_is_a6_and_a7),
        cmocka_unit_test(given_a_silent_middle_when_it_speaks_again_then_messages_pass_again),
        cmocka_unit_test(given_a_late_middle_when_published_then_the_end_is_late_by_that),
        cmocka_unit_test(given_a_drawn_lateness_when_run_otherwise_then_each_message_is_as_late),
        cmocka_unit_test(given_a_middle_that_drops_when_published_then_that_share_does_not_pass),
        cmocka_unit_test(given_a_censoring_middle_when_published_then_one_origin_is_not_heard),
        cmocka_unit_test(given_roles_of_nobody_when_run_then_the_digest_stays),
        cmocka_unit_test(given_roles_when_rpcs_travel_as_bytes_then_the_digest_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
