// A5: IHAVE RPCs = N · Dlazy · (M + W − 1) within 0.2 %, with one message per heartbeat.
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

static void given_one_message_per_heartbeat_when_run_then_ihaves_are_n_dlazy_m_w_1(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double nodes;
        double d_lazy;
        double messages;
        double windows;
    } rows[] = {
        {"W 3, Dlazy 6", 500, 6, 40, 3},
        {"W 5, Dlazy 3", 500, 3, 30, 5},
        {"W 1, Dlazy 1", 500, 1, 40, 1},
    };
    for (size_t row = 0; row < sizeof rows / sizeof rows[0]; row++) {
        char text[600];
        snprintf(text, sizeof text,
                 "duration: 70s\n"
                 "router: {Dlazy: %.0f, history_length: 6, history_gossip: %.0f}\n"
                 "nodes: {count: %.0f}\n"
                 "topology: {kind: random-regular, degree: 24}\n"
                 "links: {delay: {uniform: [10ms, 80ms]}}\n"
                 "publish: [{from: 3, start: 10s, every: 1s, count: %.0f, size: 64B}]\n",
                 rows[row].d_lazy, rows[row].windows, rows[row].nodes, rows[row].messages);

        struct run_fixture run = run_fixture_of((struct run_fixture_options){.text = text});

        double expected =
            rows[row].nodes * rows[row].d_lazy * (rows[row].messages + rows[row].windows - 1);
        double sent = (double)run.result.counts.rpcs_sent[TRACE_RPC_IHAVE];
        if (sent < expected * 0.998 || sent > expected * 1.002) {
            fail_msg("%s: %.0f IHAVE, expected %.0f", rows[row].name, sent, expected);
        }
        run_fixture_end(&run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_one_message_per_heartbeat_when_run_then_ihaves_are_n_dlazy_m_w_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
