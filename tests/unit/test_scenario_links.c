#include "tests/support/scenario_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
        {NODES "links: {retransmission: {timeout: 5}}\n", 2, 35, "a duration is one number with"},
        {NODES "links: {retransmission: {limit: 1001}}\n", 2, 33, "a whole number from 0 to 1000"},
        {NODES "links: {transport: stream, reorder: true}\n", 2, 37,
         "found `true`; allowed: false, since `transport: stream` keeps the order"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static void given_wrong_delays_when_read_then_the_rule_is_said(void **state) {
    static const struct mistake rows[] = {
        {NODES "links: {delay: {empirical: {}}}\n", 2, 28,
         "found a mapping; allowed: the name of a CSV file, or a list of points"},
        {NODES "links: {delay: {empirical: no.csv}}\n", 2, 28, "file `no.csv`: there is no such"},
        {NODES "links: {delay: {empirical: []}}\n", 2, 28, "its last share is not 100%"},
        {NODES "links: {delay: {empirical: [5ms]}}\n", 2, 29, "a list of points, each [duration"},
        {NODES "links: {delay: {empirical: [[5ms, 1, 1]]}}\n", 2, 29, "found a list; allowed"},
        {NODES "links: {delay: {empirical: [[5, 1]]}}\n", 2, 30, "a duration is one number with"},
        {NODES "links: {delay: {empirical: [[5ms, 2]]}}\n", 2, 35, "a share is a number from 0"},
        {NODES "links: {delay: {empirical: [[2h, 1]]}}\n", 2, 30, "found `2h`"},
        {NODES "links: {delay: {empirical: [[5ms, 50%]]}}\n", 2, 28, "its last share is not"},
        {NODES "links: {delay: {empirical: [[5ms, 50%], [4ms, 1]]}}\n", 2, 41, "below the one bef"},
        {NODES "links: {delay: {empirical: [[5ms, 50%], [6ms, 0.4]]}}\n", 2, 41, "below the one"},
        {NODES "links: {delay_matrix: no.csv}\n", 2, 23, "file `no.csv`: there is no such file"},
        {NODES "links: {delay_matrix: {}}\n", 2, 23, "found a mapping; allowed: none, the name"},
        {NODES "links: {delay_matrix: []}\n", 2, 23, "found 0 rows of 0 delays"},
        {NODES "links: {delay_matrix: [[0s]]}\n", 2, 23,
         "found a matrix of 1 nodes; allowed: one of 10, as there are nodes"},
        {NODES "links: {delay_matrix: [[0s, 1s]]}\n", 2, 23, "found 1 rows of 2 delays; allowed"},
        {NODES "links: {delay_matrix: [[0s, 1s], [0s]]}\n", 2, 34, "found a list; allowed: none"},
        {NODES "links: {delay_matrix: [[0s, 1], [0s, 0s]]}\n", 2, 29, "a duration is one number"},
        {NODES "links: {delay_range: 5ms}\n", 2, 22, "allowed: [low, high], two durations from 0s"},
        {NODES "links: {delay_range: [9ms, 5ms]}\n", 2, 23, "with low at most high"},
        {NODES "links: {jitter_correlation: 2}\n", 2, 29, "a share is a number from 0 to 1"},
        {NODES "links: {jitter_correlation_time: 0s}\n", 2, 34, "found `0s`; allowed: a duration"},
    };

    expect_mistakes(*state, rows, COUNT_OF(rows));
}

static const char *write_file(struct scenario_fixture *f, const char *folder, const char *text) {
    char *path = arena_take(f->arena, MEMORY_TABLES, 100);
    snprintf(path, 100, "%s/table.csv", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
    return path;
}

static void given_tables_in_files_when_read_then_they_are_as_written_out(void **state) {
    static const struct {
        const char *key;
        const char *file;
        const char *wanted; // NULL: refused with the words that follow
        const char *words;
    } rows[] = {
        {"delay: {empirical: ", "# CDF\n 5ms , 20%\r\n\n\"7ms\",1\n",
         "{empirical: [[5ms, 20%], [7ms, 100%]]}", NULL},
        {"delay: {empirical: ", "3ms\n1ms\n2ms\n2ms",
         "{empirical: [[1ms, 25%], [2ms, 50%], [2ms, 75%], [3ms, 100%]]}", NULL},
        {"delay: {empirical: ", "5ms,20%\n6ms,19%\n", NULL,
         "table.csv:2:1: found `6ms`; allowed: "},
        {"delay: {empirical: ", "5ms,20%\n6ms\n", NULL,
         ":2:1: found `6ms`; allowed: a duration an"},
        {"delay: {empirical: ", "5ms\n6ms,1\n", NULL,
         ":2:5: found `1`; allowed: one sample a line"},
        {"delay: {empirical: ", "5ms,x\n", NULL, ":1:5: found `x`; a share is a number"},
        {"delay: {empirical: ", "2h\n", NULL, ":1:1: found `2h`; allowed: at most 3600s"},
        {"delay: {empirical: ", "", NULL, "its last share is not 100%"},
        {"x: {y: ", "", NULL, "unknown key `x`"},
    };
    struct scenario_fixture *f = *state;
    char folder[] = "/tmp/gossim-links-XXXXXX";
    assert_non_null(mkdtemp(folder));

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[300];
        const char *path = write_file(f, folder, rows[i].file);
        snprintf(text, sizeof text, NODES "links: {%s%s}}\n", rows[i].key, path);
        f->failures.count = 0;
        const struct scenario *scenario = fixture_read(f, text);
        if (rows[i].wanted != NULL) {
            failure_list_print(&f->failures, stderr);
            assert_non_null(scenario);
            assert_non_null(strstr(scenario_write(f->arena, scenario, NULL), rows[i].wanted));
        } else {
            char said[1200];
            const struct failure *failure = &f->failures.items[0];
            assert_null(scenario);
            snprintf(said, sizeof said, "%s:%u:%u: %s", failure->file, failure->line,
                     failure->column, failure->message);
            if (strstr(said, rows[i].words) == NULL) {
                fail_msg("wanted %s, got %s", rows[i].words, said);
            }
        }
    }
    remove(write_file(f, folder, ""));
    remove(folder);
}

static void given_wrong_bandwidth_when_read_then_the_rule_is_said(void **state) {
    static const struct mistake rows[] = {
        {NODES "links: {bandwidth: 5Mbit/s}\n", 2, 20, "allowed: a mapping with the keys up, down"},
        {NODES "links: {bandwidth: {up: 5}}\n", 2, 25,
         "found `5`; a rate is a number with a unit: bit/s, kbit/s, Mbit/s or Gbit/s, or `unlim"},
        {NODES "links: {bandwidth: {up: 5MB}}\n", 2, 25, "found `5MB`; a rate is a number"},
        {NODES "links: {bandwidth: {up: 9999bit/s}}\n", 2, 25,
         "allowed: auto, unlimited, or a rate from 10kbit/s to 1000Gbit/s"},
        {NODES "links: {bandwidth: {down: 1001Gbit/s}}\n", 2, 27, "found `1001Gbit/s`"},
        {NODES "links: {bandwidth: {down: ~}}\n", 2, 27, "found nothing; allowed: auto, unlimited"},
        {NODES "links: {bandwidth: {sharing: even}}\n", 2, 30, "allowed: fifo or fair"},
        {NODES "links: {bandwidth: {sharing: [fair]}}\n", 2, 30, "found a list; allowed: fifo"},
        {NODES "links: {bandwidth: {queue: 5}}\n", 2, 28, "a size is a number with a unit"},
        {NODES "links: {bandwidth: {queue: 2048MiB}}\n", 2, 28, "allowed: unlimited, or a size"},
        {NODES "links: {bandwidth: {overhead: unlimited}}\n", 2, 31, "a size is a number"},
        {NODES "links: {bandwidth: {frame: 0B}}\n", 2, 28, "a size from 1B to 64MiB"},
        {NODES "links: {host_bandwidth: 5Mbit/s}\n", 2, 25,
         "found `5Mbit/s`; allowed: none, or a list of pairs [up, down], each"},
        {NODES "links: {host_bandwidth: [1Mbit/s]}\n", 2, 26, "found `1Mbit/s`; allowed: none, or"},
        {NODES "links: {host_bandwidth: [[1Mbit/s]]}\n", 2, 26, "found a list; allowed: none, or"},
        {NODES "links: {host_bandwidth: [[1Mbit/s, 5]]}\n", 2, 36, "a rate is a number with"},
        {NODES "links: {host_bandwidth: [[1bit/s, none]]}\n", 2, 27, "a rate from 10kbit/s to"},
        {NODES "links: {host_bandwidth: [[none, auto]]}\n", 2, 33, "found `auto`"},
        {NODES "links: {host_bandwidth: [[none, none]]}\n", 2, 25, "found 1 pairs; allowed"},
        {NODES "links: {host_bandwidth: [[none, unlimited]]}\n", 2, 25,
         "found 1 pairs; allowed: one for each of the"},
        {NODES "regions: {names: [a], latency: [[1s]], host_bandwidth: 1}\n", 2, 56,
         "found `1`; allowed: none, or a list of pairs"},
        {NODES "regions: {names: [a], latency: [[1s]], host_bandwidth: [[none, 1Mbit/s], [none, "
               "none]]}\n",
         2, 56, "found 2 items; allowed: one for each of the 1"},
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
        FIXTURE_TEST(given_wrong_delays_when_read_then_the_rule_is_said),
        FIXTURE_TEST(given_tables_in_files_when_read_then_they_are_as_written_out),
        FIXTURE_TEST(given_wrong_bandwidth_when_read_then_the_rule_is_said),
        FIXTURE_TEST(given_links_when_written_then_they_stand_in_the_shortest_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
