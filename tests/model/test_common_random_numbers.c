// What happens to a packet is a function of which packet it is: two runs that differ in D agree on
// every (message, directed link) that both use.
#include "base/sort.h"
#include "tests/support/run_fixture.h"
#include "tests/support/unit.h"

#include <stdio.h>

/** The first send of a message over a directed link, and what became of it. */
struct use {
    uint64_t key; // message, from, to
    int64_t sent_ns;
    int64_t delay_ns; // −1 if lost
    bool settled;
};

struct uses {
    struct use *items; // ascending by key
    uint64_t count;
};

enum { NODES = 200 };

static uint64_t key_of(uint32_t message, uint32_t from, uint32_t to) {
    return ((uint64_t)message * NODES + from) * NODES + to;
}

static struct use *find(const struct uses *uses, uint64_t key) {
    uint64_t low = 0;
    uint64_t high = uses->count;
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (uses->items[middle].key < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < uses->count && uses->items[low].key == key ? &uses->items[low] : NULL;
}

/** Sends in order of key; of several with one key the first alone. */
static struct uses list_sends(const struct run_fixture *run) {
    uint64_t count = run_fixture_count(run, TRACE_SEND, TRACE_NONE);
    struct sort_item *order = arena_take_array(run->arena, MEMORY_TABLES, count, 2 * sizeof *order);
    uint64_t sends = 0;
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        if (record->kind == TRACE_SEND && record->reason == TRACE_RPC_MESSAGES) {
            order[sends++] = (struct sort_item){
                .key = key_of(record->message, record->node, record->peer), .value = i};
        }
    }
    sort_by_key(order, order + sends, sends);
    struct uses uses = {.items =
                            arena_take_array(run->arena, MEMORY_TABLES, sends, sizeof *uses.items)};
    for (uint64_t i = 0; i < sends; i++) {
        if (i == 0 || order[i].key != order[i - 1].key) {
            uses.items[uses.count++] =
                (struct use){.key = order[i].key, .sent_ns = run->records[order[i].value].at_ns};
        }
    }
    return uses;
}

static struct uses list_uses(const struct run_fixture *run) {
    struct uses uses = list_sends(run);
    for (uint64_t i = 0; i < run->record_count; i++) {
        const struct trace_record *record = &run->records[i];
        bool lost = record->kind == TRACE_LOST && record->reason == TRACE_RPC_MESSAGES;
        bool arrived = record->kind == TRACE_DELIVER || record->kind == TRACE_DUPLICATE;
        if (!lost && !arrived) {
            continue;
        }
        uint64_t key = lost ? key_of(record->message, record->node, record->peer)
                            : key_of(record->message, record->peer, record->node);
        struct use *use = find(&uses, key);
        assert_non_null(use);
        if (!use->settled) {
            use->settled = true;
            use->delay_ns = lost ? -1 : record->at_ns - use->sent_ns;
        }
    }
    return uses;
}

static struct run_fixture run_with_d(uint32_t d) {
    char text[900];
    snprintf(text, sizeof text,
             "duration: 40s\n"
             "router: {D: %u, Dlo: 4, Dhi: 12}\n"
             "nodes: {count: %u}\n"
             "topology: {kind: random-regular, degree: 20}\n"
             "links: {delay: {uniform: [10ms, 150ms]}, jitter: {exponential: {mean: 15ms}}, loss: "
             "5%%, reorder: true}\n"
             "publish: [{from: random, start: 5s, every: 500ms, count: 60, size: 256B}]\n",
             d, NODES);
    return run_fixture_of((struct run_fixture_options){.text = text});
}

static void given_two_values_of_d_when_both_use_a_link_then_delay_and_verdict_agree(void **state) {
    (void)state;
    struct run_fixture six = run_with_d(6);
    struct run_fixture eight = run_with_d(8);

    struct uses uses = list_uses(&six);
    struct uses others = list_uses(&eight);

    uint64_t shared = 0;
    uint64_t lost = 0;
    for (uint64_t i = 0; i < uses.count; i++) {
        const struct use *other = find(&others, uses.items[i].key);
        if (other == NULL || !other->settled || !uses.items[i].settled) {
            continue;
        }
        shared++;
        lost += uses.items[i].delay_ns < 0;
        assert_int_equal(uses.items[i].delay_ns, other->delay_ns);
    }
    assert_true(shared > 10000);
    assert_true(lost > shared / 40);
    assert_true(uses.count != others.count); // the runs do differ
    for (uint64_t message = 0; message < six.message_count; message++) {
        assert_int_equal(six.messages[message].origin, eight.messages[message].origin);
    }
    run_fixture_end(&six);
    run_fixture_end(&eight);
}

static void given_an_idle_node_added_when_run_then_the_others_records_are_the_same(void **state) {
    (void)state;
    static const char *const texts[] = {
        "nodes: {count: 5}\n"
        "topology: {kind: edges, edges: [[0, 1], [1, 2], [2, 3], [3, 4], [4, 0], [0, 2]]}\n"
        "links: {delay: {uniform: [5ms, 50ms]}, loss: 10%}\n"
        "publish: [{from: [0, 3], start: 3s, every: 100ms, count: 50}]\n"
        "duration: 20s\n",
        "nodes: {count: 6}\n"
        "topology: {kind: edges, edges: [[0, 1], [1, 2], [2, 3], [3, 4], [4, 0], [0, 2]]}\n"
        "links: {delay: {uniform: [5ms, 50ms]}, loss: 10%}\n"
        "publish: [{from: [0, 3], start: 3s, every: 100ms, count: 50}]\n"
        "duration: 20s\n",
    };
    struct run_fixture few = run_fixture_of((struct run_fixture_options){.text = texts[0]});
    struct run_fixture more = run_fixture_of((struct run_fixture_options){.text = texts[1]});

    uint64_t compared = 0;
    uint64_t i = 0;
    for (uint64_t k = 0; k < more.record_count; k++) {
        if (more.records[k].node == 5) {
            continue;
        }
        assert_true(i < few.record_count);
        struct trace_record left = few.records[i++];
        struct trace_record right = more.records[k];
        if (left.kind == TRACE_PUBLISH) {
            right.extra--; // the idle node is one more subscriber that is expected
        }
        assert_memory_equal(&left, &right, sizeof left);
        compared++;
    }
    assert_int_equal(compared, few.record_count);
    assert_true(compared > 500);
    run_fixture_end(&few);
    run_fixture_end(&more);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_two_values_of_d_when_both_use_a_link_then_delay_and_verdict_agree),
        cmocka_unit_test(given_an_idle_node_added_when_run_then_the_others_records_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
