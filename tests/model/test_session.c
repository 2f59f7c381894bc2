// A session is the run: however far it goes at a time, and whoever listens.
#include "scenarios/fleet.h"
#include "scenarios/session.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <string.h>

// Starts, churn, bandwidth, loss and jitter, validators, and bytes that are read otherwise than
// written: what can put events of its own into the queue.
static const char *const worlds[] = {
    "duration: 6s\n"
    "nodes: {count: 40, start: {uniform: [0s, 2s]}}\n"
    "topology: {kind: random-regular, degree: 10}\n"
    "router: {D: 4, Dlo: 3, Dhi: 5, Dlazy: 3}\n"
    "links: {loss: 5%, delay: {uniform: [10ms, 80ms]}, jitter: {uniform: [0ms, 5ms]}}\n"
    "publish: [{start: 2s, every: 100ms, count: 30}]\n"
    "expect: [delivery_ratio >= 0.1, latency.max < 10s after 3s]\n",
    "duration: 8s\n"
    "nodes: {count: 20}\n"
    "topology: {kind: random-regular, degree: 4}\n"
    "links: {bandwidth: {up: 2Mbit/s, down: 4Mbit/s, sharing: fair}}\n"
    "churn: [{nodes: 30%, start: 1s, up: {exponential: {mean: 2s}}, down: {exponential: {mean: "
    "1s}}}]\n"
    "router: {profile: nim-2020}\n"
    "publish: [{start: 1s, every: 50ms, count: 100, size: 2KiB}]\n",
    "duration: 5s\n"
    "nodes: {count: 12}\n"
    "topology: {kind: ring}\n"
    "topics: [{name: blocks, validators: [{delay: {uniform: [1ms, 40ms]}, accept: 90%}]}]\n"
    "publish: [{start: 1s, every: 100ms, count: 20}]\n"
    "events: [{at: 2s, for: 1s, pause: 3}]\n",
};
enum { WORLDS = sizeof worlds / sizeof worlds[0] };

struct heard {
    const struct run_fixture *run; // whose records are to be heard; NULL: any
    uint64_t next[2];              // next[1] is of deliveries, which a trace holds apart
    uint64_t count;
    uint64_t wrong;
    uint64_t stream_draws;
    uint64_t stream_wrong;
    uint64_t keyed;
    uint64_t seed;
    struct prng streams[64];
    uint64_t numbers[64];
};

static uint64_t find(const struct heard *heard, bool is_delivery) {
    uint64_t i = heard->next[is_delivery];
    while (i < heard->run->record_count &&
           trace_kind_is_delivery(heard->run->records[i].kind) != is_delivery) {
        i++;
    }
    return i;
}

static void on_record(void *context, const struct trace_record *record) {
    struct heard *heard = context;
    heard->count++;
    if (heard->run == NULL) {
        return;
    }
    bool is_delivery = trace_kind_is_delivery(record->kind);
    uint64_t i = find(heard, is_delivery);
    heard->wrong += i == heard->run->record_count ||
                    memcmp(&heard->run->records[i], record, sizeof *record) != 0;
    heard->next[is_delivery] = i + 1;
}

static void on_draw(void *context, const struct session_draw *draw) {
    struct heard *heard = context;
    if (draw->keyed) {
        heard->keyed++;
        uint64_t again =
            prng_keyed(heard->seed, draw->key.purpose, draw->key.a, draw->key.b, draw->key.c);
        heard->wrong += again != draw->draw && draw->key.purpose != STREAM_LINK;
        return;
    }
    uint32_t node = (uint32_t)draw->key.a;
    heard->stream_draws++;
    heard->numbers[node]++;
    heard->stream_wrong +=
        draw->draw != prng_next(&heard->streams[node]) || draw->number != heard->numbers[node];
}

static struct session *open_session(struct arena *arena, const struct run_fixture *run,
                                    struct session_hooks hooks) {
    const struct session_options options = {.hooks = hooks};
    struct failure failure;
    struct session *session = session_open(arena, run->scenario, &options, &failure);
    assert_non_null(session);
    return session;
}

static void expect_same(struct session *session, const struct run_fixture *run) {
    assert_true(session_is_over(session));
    struct run_result result;
    session_end(session, &result);
    assert_memory_equal(&result.digest, &run->result.digest, sizeof result.digest);
    assert_int_equal(result.events, run->result.events);
    assert_memory_equal(&result.counts, &run->result.counts, sizeof result.counts);
    assert_false(result.interrupted);
    assert_int_equal(result.latencies_ns->count, run->result.latencies_ns->count);
}

static void given_a_session_when_it_goes_event_by_event_then_all_is_as_in_a_run(void **state) {
    (void)state;
    for (uint32_t w = 0; w < WORLDS; w++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = worlds[w]});
        struct heard heard = {.run = &run};
        struct session *session = open_session(
            run.arena, &run, (struct session_hooks){.context = &heard, .on_record = on_record});
        int64_t before_ns = 0;
        uint64_t before = 0;
        struct session_event coming;
        while (session_peek(session, &coming)) {
            assert_true(session_next(session));
            const struct session_event *event = session_event(session);
            assert_int_equal(event->at_ns, session_now_ns(session));
            assert_true(event->at_ns >= before_ns);
            assert_true(event->number > before);
            assert_int_equal(event->number, session_count(session));
            assert_int_equal(event->order, coming.order);
            assert_int_equal(event->node, coming.node);
            before_ns = event->at_ns;
            before = event->number;
        }
        assert_false(session_next(session));
        assert_int_equal(heard.count, run.record_count);
        assert_int_equal(heard.wrong, 0);
        expect_same(session, &run);
        run_fixture_end(&run);
    }
}

static void given_a_session_when_it_goes_by_leaps_then_all_is_as_in_a_run(void **state) {
    (void)state;
    for (uint32_t w = 0; w < WORLDS; w++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = worlds[w]});
        struct heard heard = {0};
        const struct session_hooks hooks[] = {{0}, {.context = &heard, .on_record = on_record}};
        for (uint32_t h = 0; h < 2; h++) {
            struct session *session = open_session(run.arena, &run, hooks[h]);
            struct session *other = open_session(run.arena, &run, hooks[1 - h]);
            uint64_t leap = 1;
            while (!session_is_over(session)) {
                leap = leap * 7 % 1009;
                session_run_to(session, session_count(session) + leap);
                session_next(session);
                // Another session, by time, beside it: it comes to the same count.
                assert_true(session_run_until(other, session_now_ns(session)));
                assert_true(session_count(other) <= session_count(session));
                assert_true(session_run_until(session, session_now_ns(session) + 1));
                assert_true(session_run_until(other, session_now_ns(session)));
                assert_int_equal(session_count(other), session_count(session));
                const struct run_counts counts = session_counts(session);
                const struct run_counts others = session_counts(other);
                assert_memory_equal(&counts, &others, sizeof counts);
            }
            expect_same(session, &run);
            expect_same(other, &run);
        }
        run_fixture_end(&run);
    }
}

static void given_a_session_when_draws_are_told_then_each_is_told_once(void **state) {
    (void)state;
    uint64_t keyed = 0;
    uint64_t drawn = 0;
    for (uint32_t w = 0; w < WORLDS; w++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = worlds[w]});
        struct heard heard = {.seed = run.scenario->seed};
        uint32_t nodes = run.scenario->node_count;
        for (uint32_t node = 0; node < nodes; node++) {
            heard.streams[node] = prng_stream(run.scenario->seed, STREAM_ROUTER, node);
        }
        struct session *session = open_session(
            run.arena, &run, (struct session_hooks){.context = &heard, .on_draw = on_draw});
        assert_true(session_run_until(session, INT64_MAX));
        assert_int_equal(heard.stream_wrong, 0);
        assert_int_equal(heard.wrong, 0);
        drawn += heard.stream_draws;
        for (uint32_t node = 0; node < nodes; node++) {
            assert_int_equal(heard.numbers[node], session_stream_count(session, node));
            assert_true(session_stream_ahead(session, node, 0) == prng_next(&heard.streams[node]));
            assert_true(session_stream_ahead(session, node, 1) == prng_next(&heard.streams[node]));
        }
        keyed += heard.keyed;
        expect_same(session, &run);
        run_fixture_end(&run);
    }
    assert_true(keyed > 1000);
    assert_true(drawn > 100);
}

static void given_a_listener_that_comes_and_goes_when_run_then_the_same_run(void **state) {
    (void)state;
    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = worlds[0]});
    struct heard heard = {.seed = run.scenario->seed};
    const struct session_hooks hooks = {
        .context = &heard, .on_record = on_record, .on_draw = on_draw};
    struct session *session = open_session(run.arena, &run, (struct session_hooks){0});
    assert_true(session_run_until(session, INT64_C(2000000000)));
    for (uint32_t node = 0; node < run.scenario->node_count; node++) {
        heard.streams[node] = session_fleet(session)->router_streams[node];
        heard.numbers[node] = session_stream_count(session, node);
    }

    session_listen(session, &hooks);
    assert_true(session_run_until(session, INT64_C(4000000000)));
    uint64_t count = heard.count;
    session_listen(session, &(struct session_hooks){0});
    assert_true(session_run_until(session, INT64_MAX));

    uint64_t wanted = 0;
    for (uint64_t i = 0; i < run.record_count; i++) {
        wanted += run.records[i].at_ns >= INT64_C(2000000000) &&
                  run.records[i].at_ns < INT64_C(4000000000);
    }
    assert_int_equal(count, wanted);
    assert_int_equal(heard.count, wanted);
    assert_int_equal(heard.stream_wrong, 0);
    assert_true(heard.stream_draws > 0);
    expect_same(session, &run);
    run_fixture_end(&run);
}

static void given_events_that_wait_when_time_passes_then_they_come_in_that_order(void **state) {
    (void)state;
    for (uint32_t w = 0; w < WORLDS; w++) {
        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = worlds[w]});
        struct session *session = open_session(run.arena, &run, (struct session_hooks){0});
        assert_true(session_run_until(session, INT64_C(2500000000)));
        uint32_t all = 0;
        const struct session_event *pending = session_pending(session, run.arena, TRACE_NONE, &all);
        assert_true(all > 12);
        uint32_t sum = 0;
        for (uint32_t node = 0; node < run.scenario->node_count; node++) {
            uint32_t count = 0;
            session_pending(session, run.arena, node, &count);
            sum += count;
        }
        assert_int_equal(sum, all);
        // What waits comes, among others that are sent on the way; timers may be set anew.
        uint32_t met = 0;
        for (uint32_t i = 0; i < all; i++) {
            struct session_event coming;
            while (session_peek(session, &coming) && coming.at_ns <= pending[i].at_ns &&
                   coming.order != pending[i].order) {
                session_next(session);
            }
            met += session_peek(session, &coming) && coming.order == pending[i].order;
        }
        assert_true(met > all / 2);
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_session_when_it_goes_event_by_event_then_all_is_as_in_a_run),
        cmocka_unit_test(given_a_session_when_it_goes_by_leaps_then_all_is_as_in_a_run),
        cmocka_unit_test(given_a_session_when_draws_are_told_then_each_is_told_once),
        cmocka_unit_test(given_a_listener_that_comes_and_goes_when_run_then_the_same_run),
        cmocka_unit_test(given_events_that_wait_when_time_passes_then_they_come_in_that_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
