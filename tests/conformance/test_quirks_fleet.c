// Departures of 2020 that show only where routers have clocks, links and publishers: each is
// measured in a run of two nodes with it and without it.
#include "router/quirks.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

enum { TEXT_BYTES = 1024 };

#define MS_NS 1000000

/** One quirk, the scenario that shows it (with room for `name: true`), and a number of the run. */
struct fleet_case {
    enum quirk quirk;
    const char *text;
    uint64_t (*measure)(const struct run_fixture *run);
    uint64_t with;
    uint64_t without;
};

/** Milliseconds until the first GRAFT. */
static uint64_t first_graft_ms(const struct run_fixture *run) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        if (run->records[i].kind == TRACE_GRAFT) {
            return (uint64_t)run->records[i].at_ns / MS_NS;
        }
    }
    fail_msg("nobody was grafted");
    return 0;
}

/** Bytes of the first RPC that carries a message. */
static uint64_t message_bytes(const struct run_fixture *run) {
    for (uint64_t i = 0; i < run->record_count; i++) {
        if (run->records[i].kind == TRACE_SEND && run->records[i].reason == TRACE_RPC_MESSAGES) {
            return run->records[i].value;
        }
    }
    fail_msg("no message was sent");
    return 0;
}

/** How often an end of a link came up. */
static uint64_t links_up(const struct run_fixture *run) {
    assert_true(run_fixture_count(run, TRACE_ABORT, TRACE_NONE) > 0);
    return run_fixture_count(run, TRACE_PEER_UP, TRACE_NONE);
}

static uint64_t links_refused(const struct run_fixture *run) {
    return run_fixture_count(run, TRACE_PEER_REFUSED, TRACE_NONE);
}

static const struct fleet_case cases[] = {
    // Both say hello after the first beat of one that beats at once, which grafts a second later.
    {QUIRK_FIRST_BEAT_AT_START,
     "duration: 3s\nrouter: {quirks: {%s: %s}}\nlinks: {delay: 10ms}\n"
     "nodes: {count: 2, start: 0s}\ntopology: {kind: line}\npublish: []\n",
     first_graft_ms, 1000, 100},
    // from, data, seqno, topic, signature: 40 + 303 + 10 + 8 + 66 in 3 + 427, and a prefix of 2;
    // the
    // key takes 2 + 36 more.
    {QUIRK_KEY_ALWAYS_SENT,
     "duration: 3s\nrouter: {sign: true, quirks: {%s: %s}}\nnodes: {count: 2, start: 0s}\n"
     "topology: {kind: line}\npublish: [{start: 2s, count: 1, size: 300B}]\n",
     message_bytes, 470, 432},
    // One message that is too large to be read ends the link, once.
    {QUIRK_ABORTED_LINK_STAYS_DOWN,
     "duration: 8s\nrouter: {quirks: {read_limit: true, %s: %s}}\nlinks: {delay: 10ms}\n"
     "nodes: {count: 2, start: 0s}\ntopology: {kind: line}\n"
     "publish: [{start: 2s, count: 1, size: 70kB}]\n",
     links_up, 2, 4},
    {QUIRK_FLOOD_PEERS_UNSERVED,
     "duration: 3s\nrouter: {quirks: {%s: %s}}\n"
     "nodes: {count: 2, start: 0s, groups: [{name: a, nodes: 1..1, router: {profile: floodsub, "
     "quirks: {flood_peers_unserved: false}}}]}\ntopology: {kind: line}\npublish: []\n",
     links_refused, 2, 0},
};

static uint64_t measure(const struct fleet_case *row, bool with) {
    char text[TEXT_BYTES];
    snprintf(text, sizeof text, row->text, quirk_row_of(row->quirk)->name, with ? "true" : "false");
    struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});
    uint64_t number = row->measure(&run);
    run_fixture_end(&run);
    return number;
}

static void given_a_quirk_when_it_is_switched_then_its_effect_comes_and_goes(void **state) {
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        uint64_t with = measure(&cases[i], true);
        uint64_t without = measure(&cases[i], false);

        if (with != cases[i].with || without != cases[i].without) {
            fail_msg("%s: %llu with it and %llu without", quirk_row_of(cases[i].quirk)->name,
                     (unsigned long long)with, (unsigned long long)without);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_quirk_when_it_is_switched_then_its_effect_comes_and_goes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
