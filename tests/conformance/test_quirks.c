// Each departure of the 2020 router shows when it is switched on, and not when it is off, with
// nothing else changed: the cases of quirks_*.c, a test for each. And no departure is without one.
#include "tests/conformance/quirk_cases.h"
#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

enum { CASES_MAX = 256, NAME_BYTES = 160 };

static const struct quirk_cases *const groups[] = {
    &quirk_cases_of_mesh,   &quirk_cases_of_subscriptions, &quirk_cases_of_publishing,
    &quirk_cases_of_gossip, &quirk_cases_of_flooding,      &quirk_cases_of_wire,
};

/** Departures that do not show at a router among routers, and where they do. */
static const struct {
    enum quirk quirk;
    const char *where;
} elsewhere[] = {
    {QUIRK_FLOOD_PEERS_UNSERVED, "links: test_quirks_fleet.c"},
    {QUIRK_ABORTED_LINK_STAYS_DOWN, "links: test_quirks_fleet.c"},
    {QUIRK_KEY_ALWAYS_SENT, "publishers: test_quirks_fleet.c"},
    {QUIRK_FIRST_BEAT_AT_START, "timers: test_quirks_fleet.c"},
    {QUIRK_RANDOM_SEQNO, "publishers: what the fleet draws"},
};

static void given_a_quirk_when_it_is_switched_then_its_effect_comes_and_goes(void **state) {
    const struct quirk_case *row = *state;
    uint64_t base = row->base == AMONG_2020 ? quirks_of_nim_2020() : 0;

    uint64_t with = row->measure(base | quirk_bit(row->quirk));
    uint64_t without = row->measure(base & ~quirk_bit(row->quirk));

    fixture_expect_equal("with it", row->number, with, row->with);
    fixture_expect_equal("without it", row->number, without, row->without);
}

static uint32_t count_cases(enum quirk quirk) {
    uint32_t count = 0;
    for (size_t group = 0; group < COUNT_OF(groups); group++) {
        for (size_t i = 0; i < groups[group]->count; i++) {
            count += groups[group]->items[i].quirk == quirk;
        }
    }
    return count;
}

static void given_all_quirks_when_looked_for_then_each_has_a_case_or_its_place(void **state) {
    (void)state;
    for (size_t row = 0; row < quirk_row_count; row++) {
        enum quirk quirk = quirk_rows[row].quirk;
        if (quirk == QUIRK_COUNT) {
            continue;
        }

        uint32_t places = 0;
        for (size_t i = 0; i < COUNT_OF(elsewhere); i++) {
            places += elsewhere[i].quirk == quirk;
        }

        if ((places == 1) == (count_cases(quirk) > 0)) {
            fail_msg("%s has %u cases, and %u places elsewhere", quirk_rows[row].name,
                     count_cases(quirk), places);
        }
    }
}

int main(void) {
    static struct CMUnitTest tests[CASES_MAX];
    static char names[CASES_MAX][NAME_BYTES];
    size_t count = 0;
    for (size_t group = 0; group < COUNT_OF(groups); group++) {
        for (size_t i = 0; i < groups[group]->count; i++) {
            const struct quirk_case *row = &groups[group]->items[i];
            const struct quirk_row *quirk = quirk_row_of(row->quirk);
            snprintf(names[count], NAME_BYTES, "%s %s among %s: %s", quirk->number, quirk->name,
                     row->base == AMONG_2020 ? "those of 2020" : "none", row->number);
            tests[count] = (struct CMUnitTest){
                .name = names[count],
                .test_func = given_a_quirk_when_it_is_switched_then_its_effect_comes_and_goes,
                .initial_state = (void *)row,
            };
            count++;
        }
    }
    tests[count++] = (struct CMUnitTest)cmocka_unit_test(
        given_all_quirks_when_looked_for_then_each_has_a_case_or_its_place);
    return _cmocka_run_group_tests("quirks", tests, count, NULL, NULL);
}
