// The longest time from a heal to a delivery that took it, against the trace.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

#define S INT64_C(1000000000)

enum { TEXT_SIZE = 2048, MORE_SIZE = 512 };

/** What the records say of the messages published from `after_ns` to before `until_ns`. */
static uint64_t longest(const struct run_fixture *run, int64_t after_ns, int64_t until_ns,
                        uint64_t *count) {
    static const int64_t heals_ns[] = {15 * S, 22 * S};
    uint64_t most = 0;
    *count = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind != TRACE_DELIVER || record->extra != 1) {
            continue;
        }
        int64_t at_ns = run->messages[record->message].published_at_ns;
        int64_t heal_ns = at_ns < heals_ns[0] ? heals_ns[0] : heals_ns[1];
        if (at_ns < after_ns || at_ns >= until_ns || at_ns >= heal_ns || record->at_ns < heal_ns) {
            continue;
        }
        uint64_t took_ns = (uint64_t)(record->at_ns - heal_ns);
        most = took_ns > most ? took_ns : most;
        (*count)++;
    }
    return most;
}

static struct run_fixture run_of(const char *more, uint64_t seed) {
    char text[TEXT_SIZE];
    snprintf(text, sizeof text,
             "duration: 30s\n"
             "router: {D: 3, Dlo: 2, Dhi: 5}\n"
             "nodes: {count: 40, start: {uniform: [0s, 1s]}}\n"
             "topology: {kind: random-regular, degree: 10}\n"
             "links: {delay: {uniform: [10ms, 50ms]}}\n"
             "publish: [{start: 8s, every: 200ms, count: 90}]\n"
             "%.*s",
             MORE_SIZE, more);
    return run_fixture_of((struct run_fixture_options){.text = text, .seed = seed});
}

static const char faults[] =
    "events: [{at: 10s, for: 5s, partition: {groups: [0..19, 20..39]}},\n"
    "         {at: 20s, partition: {groups: [0..9, 10..39]}}, {at: 22s, heal: all}]\n";

static void given_partitions_when_healed_then_as_the_records_say(void **state) {
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct run_fixture run = run_of(faults, seed);
        uint64_t count = 0;

        uint64_t most = longest(&run, 0, INT64_MAX, &count);

        assert_true(count > 20);
        assert_true(most > 100000000); // it takes a heartbeat for some
        assert_int_equal(run.result.counts.deliveries_healed, count);
        assert_int_equal(run.result.counts.heal_ns_max, most);
        run_fixture_end(&run);
    }
}

static void given_a_part_that_is_measured_when_healed_then_its_messages_alone(void **state) {
    (void)state;
    char text[MORE_SIZE];
    snprintf(text, sizeof text, "%smeasure: {after: 20500ms, until: 21s}\n", faults);
    struct run_fixture run = run_of(text, 1);
    uint64_t count = 0;

    uint64_t most = longest(&run, 20 * S + S / 2, 21 * S, &count);

    assert_true(count > 0);
    assert_int_equal(run.result.counts.deliveries_healed, count);
    assert_int_equal(run.result.counts.heal_ns_max, most);
    run_fixture_end(&run);
}

static void given_nothing_that_heals_when_run_then_nothing_is_counted(void **state) {
    (void)state;
    static const char *const rows[] = {
        "", "events: [{at: 10s, partition: {groups: [0..19, 20..39]}}]\n",
        // Over before the first message: nothing waits for it.
        "events: [{at: 5s, for: 1s, partition: {groups: [0..19, 20..39]}}]\n"};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct run_fixture run = run_of(rows[i], 1);

        assert_int_equal(run.result.counts.deliveries_healed, 0);
        assert_int_equal(run.result.counts.heal_ns_max, 0);
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_partitions_when_healed_then_as_the_records_say),
        cmocka_unit_test(given_a_part_that_is_measured_when_healed_then_its_messages_alone),
        cmocka_unit_test(given_nothing_that_heals_when_run_then_nothing_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
