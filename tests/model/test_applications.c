// What applications do to messages and subscriptions, and RPCs that come from outside.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include "base/quantity.h"

#include <stdio.h>

static struct run_fixture run_of(const char *first, const char *rest) {
    static char text[2048];
    snprintf(text, sizeof text, "%s\n%s", first, rest);
    return run_fixture_of((struct run_fixture_options){.text = text});
}

/** Case A3 with validation time: arrival at hop k = k δ + (k − 1) v, exact to the nanosecond. */
static void given_a_line_when_applications_validate_then_each_hop_waits(void **state) {
    (void)state;
    struct run_fixture run =
        run_of("topics: [{name: a, validators: [{delay: 7ms}, {delay: 3ms}]}]",
               "duration: 4s\nnodes: {count: 6, start: 0s}\ntopology: line\n"
               "links: {delay: 20ms}\npublish: [{from: 0, start: 3s, count: 1}]\n");

    for (uint32_t node = 1; node < 6; node++) {
        const struct trace_record *delivery = run_fixture_delivery(&run, 0, node);
        assert_non_null(delivery);
        // The receiver's own validation comes before its delivery too.
        assert_int_equal(delivery->at_ns, 3 * NS_PER_S + (int64_t)node * (20 + 7) * NS_PER_MS);
    }
    run_fixture_end(&run);
}

static void given_validators_when_they_reject_all_then_nothing_goes_on(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *topics;
        uint64_t deliveries;
        uint64_t sends;
    } rows[] = {
        {"all accept", "topics: [{name: a, validators: [{accept: 100%}, {accept: 1}]}]", 4, 4},
        {"one of two rejects", "topics: [{name: a, validators: [{accept: 1}, {accept: 0}]}]", 0, 1},
        {"rejected later", "topics: [{name: a, validators: [{delay: 50ms, accept: 0%}]}]", 0, 1},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run = run_of(
            rows[i].topics, "duration: 2500ms\nnodes: {count: 5, start: 0s}\n"
                            "topology: line\nrouter: {Dlazy: 0}\n"
                            "links: {delay: 20ms}\npublish: [{from: 0, start: 2s, count: 1}]\n");
        assert_int_equal(run.result.counts.deliveries, rows[i].deliveries);
        assert_int_equal(run.result.counts.rpcs_sent[TRACE_RPC_MESSAGES], rows[i].sends);
        run_fixture_end(&run);
    }
}

/** A share of rejections shows as such: each node draws for each message. */
static void given_a_share_when_it_accepts_then_about_so_many_first_hops_deliver(void **state) {
    (void)state;
    struct run_fixture run = run_of("topics: [{name: a, validators: [{accept: 75%}]}]",
                                    "duration: 60s\nnodes: {count: 21, start: 0s}\ntopology: "
                                    "star\nrouter: {Dhi: 20, Dlazy: 0, D: 20}\n"
                                    "publish: [{from: 0, start: 5s, every: 100ms, count: 500}]\n");

    // 20 leaves and 500 messages: 7,500 expected, and 43 is the standard deviation.
    assert_in_range(run.result.counts.deliveries, 7500 - 5 * 43, 7500 + 5 * 43);
    run_fixture_end(&run);
}

/** An application with two handlers is subscribed until the last one goes. */
static void given_two_handlers_when_one_goes_then_the_quirk_decides_who_leaves(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *router;
        bool leaves;
    } rows[] = {
        {"the specification", "router: {}", false},
        {"the 2020 router", "router: {quirks: {any_handler_leaves: true}}", true},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run =
            run_of(rows[i].router,
                   "duration: 8s\nnodes: {count: 2, start: 0s}\ntopology: line\n"
                   "events: [{at: 2s, subscribe: {nodes: 1, handler: 1}},\n"
                   "  {at: 3s, unsubscribe: {nodes: 1, handler: 0}},\n"
                   "  {at: 6s, unsubscribe: {nodes: 1, handler: 1}}]\n"
                   "publish: [{from: 0, start: 5s, count: 1}, {from: 0, start: 7s, count: 1}]\n");
        assert_int_equal(run.messages[0].expected, 1);
        assert_int_equal(run.messages[0].deliveries, 1);
        assert_int_equal(run.messages[1].expected, 0);
        assert_int_equal(run_fixture_count(&run, TRACE_UNSUBSCRIBE, TRACE_NONE), 1);
        uint64_t prunes = run.result.counts.rpcs_sent[TRACE_RPC_PRUNE];
        assert_int_equal(prunes, rows[i].leaves ? 2 : 1);
        run_fixture_end(&run);
    }
}

/** Bytes of a foreign node: a GRAFT takes its sender into the mesh, an unknown field of 1.2 is
 * passed over, and ends the link of the 2020 router. */
static void given_injected_bytes_when_read_then_the_reader_does_as_its_kind(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const char *router;
        const char *rpc;
        uint64_t grafts;
        uint64_t aborts;
    } rows[] = {
        {"GRAFT", "router: {Dlo: 0}", "1a0a1a080a06626c6f636b73", 1, 0},
        {"unknown topic", "router: {Dlo: 0}", "1a051a030a0178", 0, 0},
        {"IDONTWANT, standard", "router: {Dlo: 0}", "1a022a00", 0, 0},
        {"IDONTWANT, 2020", "router: {Dlo: 0, quirks: {unknown_field_aborts: true}}", "1a022a00", 0,
         1},
        {"no protobuf", "router: {Dlo: 0}", "ffff", 0, 1},
        {"no protobuf, 2020", "router: {Dlo: 0, quirks: {strict_fields: true}}", "ffff", 0, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char rest[512];
        snprintf(rest, sizeof rest,
                 "duration: 3s\nnodes: {count: 2, start: 0s}\ntopology: line\n"
                 "topics: [{name: blocks, subscribers: 1}]\npublish: []\n"
                 "events: [{at: 2s, inject: {from: 0, to: 1, rpc: \"%s\"}}]\n",
                 rows[i].rpc);
        struct run_fixture run = run_of(rows[i].router, rest);
        print_message("%s\n", rows[i].name);
        assert_int_equal(run_fixture_count(&run, TRACE_INJECT, TRACE_NONE), 1);
        assert_int_equal(run_fixture_count(&run, TRACE_GRAFT, TRACE_NONE), rows[i].grafts);
        assert_int_equal(run.result.counts.links_aborted, rows[i].aborts);
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_line_when_applications_validate_then_each_hop_waits),
        cmocka_unit_test(given_validators_when_they_reject_all_then_nothing_goes_on),
        cmocka_unit_test(given_a_share_when_it_accepts_then_about_so_many_first_hops_deliver),
        cmocka_unit_test(given_two_handlers_when_one_goes_then_the_quirk_decides_who_leaves),
        cmocka_unit_test(given_injected_bytes_when_read_then_the_reader_does_as_its_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
