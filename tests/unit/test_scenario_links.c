#include "tests/support/scenario_fixture.h"

#include <stdio.h>
#include <string.h>

#define NODES "nodes: {count: 10}\n"

static void given_wrong_loss_and_transport_when_read_then_the_rule_is_said(void **state) {
    static const struct mistake rows[] = {
        {NODES "links: {loss: {rate: 1%, of: [messages, gossip]}}\n", 2, 41,
         "found `gossip`; allowed: messages, all, or a list of subscriptions, messages, ihave"},
        {NODES "links: {loss: {rates: {messages: 5}}}\n", 2, 34, "a share is a number from 0"},
        {NODES "links: {loss: {rates: {mesages: 5%}}}\n", 2, 24, "did you mean `messages`?"},
        {NODES "links: {loss: {rates: 5%}}\n", 2, 23, "allowed: a mapping with the keys subsc"},
        {NODES "links: {loss: {burst: {good: 1s}}}\n", 2, 23, "the key `bad` is missing"},
        {NODES "links: {loss: {burst: {good: 1us, bad: 1s}}}\n", 2, 30,
         "found `1us`; allowed: a duration from 1ms to 300s"},
        {NODES "links: {loss: {burst: {good: 1s, bad: 301s}}}\n", 2, 39, "found `301s`"},
        {NODES "links: {loss: {burst: {good: 1s, bad: 1s, loss_bad: 2}}}\n", 2, 53, "a share is"},
        {NODES "links: {transport: tcp}\n", 2, 20, "found `tcp`; allowed: datagram or stream"},
        {NODES "links: {transport: [stream]}\n", 2, 20, "found a list; allowed: datagram"},
        {NODES "links: {retransmission: 5s}\n", 2, 25, "with the keys timeout, limit"},
        {NODES "links: {retransmission: {timeout: 0s}}\n", 2, 35,
         "found `0s`; allowed: auto, or a duration from 1us to 120s"},
        {NODES "links: {retransmission: {timeout: 5}}\n", 2, 35, "a duration is a number with"},
        {NODES "links: {retransmission: {limit: 1001}}\n", 2, 33, "a whole number from 0 to 1000"},
        {NODES "links: {transport: stream, reorder: true}\n", 2, 37,
         "found `true`; allowed: false, since `transport: stream` keeps the order"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_wrong_bandwidth_when_read_then_the_rule_is_said(void **state) {
    static const struct mistake rows[] = {
        {NODES "links: {bandwidth: 5Mbit/s}\n", 2, 20, "allowed: a mapping with the keys up, down"},
        {NODES "links: {bandwidth: {up: 5}}\n", 2, 25,
         "found `5`; a rate is a number with a unit: bit/s, kbit/s, Mbit/s or Gbit/s, or `unlim"},
        {NODES "links: {bandwidth: {up: 5MB}}\n", 2, 25, "found `5MB`; a rate is a number"},
        {NODES "links: {bandwidth: {up: 9999bit/s}}\n", 2, 25,
         "allowed: unlimited, or a rate from 10kbit/s to 1000Gbit/s"},
        {NODES "links: {bandwidth: {down: 1001Gbit/s}}\n", 2, 27, "found `1001Gbit/s`"},
        {NODES "links: {bandwidth: {down: ~}}\n", 2, 27, "found nothing; allowed: unlimited"},
        {NODES "links: {bandwidth: {sharing: even}}\n", 2, 30, "allowed: fifo or fair"},
        {NODES "links: {bandwidth: {sharing: [fair]}}\n", 2, 30, "found a list; allowed: fifo"},
        {NODES "links: {bandwidth: {queue: 5}}\n", 2, 28, "a size is a number with a unit"},
        {NODES "links: {bandwidth: {queue: 2048MiB}}\n", 2, 28, "allowed: unlimited, or a size"},
        {NODES "links: {bandwidth: {overhead: unlimited}}\n", 2, 31, "a size is a number"},
        {NODES "links: {bandwidth: {frame: 0B}}\n", 2, 28, "a size from 1B to 64MiB"},
        {NODES "links: {bandwidth: {upp: 1Mbit/s}}\n", 2, 21, "did you mean `up`?"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, bandwidth: {upp: 1Mbit/s}}]}\n", 1, 60,
         "nodes.groups.0.bandwidth.upp: unknown key"},
        {"nodes: {count: 9, groups: [{name: a, nodes: 1, bandwidth: {up: 1}}]}\n", 1, 64,
         "found `1`; a rate is"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_links_when_written_then_they_stand_in_the_shortest_form(void **state) {
    static const struct {
        const char *text;
        const char *wanted;
    } rows[] = {
        {"links: {loss: {rate: 1%, of: [iwant, ihave, messages]}}", "\n  loss: 1%\n"},
        {"links: {loss: {rates: {graft: 1%}}}",
         "\n  loss: {rate: 0%, of: messages, rates: {graft: 1%}}\n"},
    };
    struct scenario_fixture *f = *state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[200];
        snprintf(text, sizeof text, "nodes: {count: 10}\n%s\n", rows[i].text);
        const char *written = scenario_write(f->arena, fixture_load(f, text), NULL);
        if (strstr(written, rows[i].wanted) == NULL) {
            fail_msg("%s gives\n%s", rows[i].text, written);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FIXTURE_TEST(given_wrong_loss_and_transport_when_read_then_the_rule_is_said),
        FIXTURE_TEST(given_wrong_bandwidth_when_read_then_the_rule_is_said),
        FIXTURE_TEST(given_links_when_written_then_they_stand_in_the_shortest_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
