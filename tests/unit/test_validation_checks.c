// The checks of the cases with known answers, each on a trace written by hand: one that is right
// and ones where the right answer is that it is wrong.
#include "analysis/validation.h"
#include "tests/support/unit.h"

#include <string.h>

enum { RECORDS_MAX = 40, LINKS_MAX = 4, NODES_MAX = 4 };

/** A trace in the making: three nodes, all linked, one message, unless a test says otherwise. */
struct hand {
    struct arena *arena;
    struct full_trace trace;
    struct trace_record records[RECORDS_MAX];
    struct trace_node nodes[NODES_MAX];
    struct trace_link links[LINKS_MAX];
    struct trace_message message;
};

static void hand_begin(struct hand *hand) {
    memset(hand, 0, sizeof *hand);
    hand->arena = arena_create(NULL);
    hand->links[0] = (struct trace_link){.a = 0, .b = 1, .delay_ns = 10};
    hand->links[1] = (struct trace_link){.a = 0, .b = 2, .delay_ns = 10};
    hand->links[2] = (struct trace_link){.a = 1, .b = 2, .delay_ns = 10};
    hand->trace = (struct full_trace){
        .records = hand->records,
        .nodes = hand->nodes,
        .node_count = 3,
        .links = hand->links,
        .link_count = 3,
        .messages = &hand->message,
        .message_count = 1,
        .topic_count = 1,
        .summary = {.virtual_ns = 1000},
    };
}

static struct trace_record *add(struct hand *hand, int64_t at_ns, enum trace_kind kind,
                                uint32_t node, uint32_t peer) {
    assert_true(hand->trace.record_count < RECORDS_MAX);
    struct trace_record *record = &hand->records[hand->trace.record_count++];
    *record = (struct trace_record){
        .at_ns = at_ns, .node = node, .peer = peer, .kind = (uint8_t)kind, .message = 0};
    bool rpc = kind == TRACE_SEND || kind == TRACE_LOST;
    record->reason = rpc ? TRACE_RPC_MESSAGES : REASON_NONE;
    record->value = rpc ? 100 : 1; // bytes, hops, mesh size
    record->extra = kind == TRACE_DELIVER ? 1 : 0;
    return record;
}

static void hand_index(struct hand *hand) {
    struct failure failure;
    assert_true(full_trace_index(&hand->trace, hand->arena, &failure));
}

static void hand_end(struct hand *hand) {
    arena_destroy(hand->arena);
}

/** Node 0 publishes at 100; both others have it at 110 and forward it to each other. */
static void add_triangle(struct hand *hand) {
    add(hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
    add(hand, 100, TRACE_SEND, 0, 1);
    add(hand, 100, TRACE_SEND, 0, 2);
    add(hand, 110, TRACE_DELIVER, 1, 0);
    add(hand, 110, TRACE_SEND, 1, 2);
    add(hand, 110, TRACE_DELIVER, 2, 0);
    add(hand, 110, TRACE_SEND, 2, 1);
    add(hand, 120, TRACE_DUPLICATE, 2, 1);
    add(hand, 120, TRACE_DUPLICATE, 1, 2);
    hand->message = (struct trace_message){.expected = 2, .deliveries = 2, .duplicates = 2};
}

static void given_formulas_when_evaluated_then_the_figures_of_the_cases(void **state) {
    (void)state;
    static const struct {
        double carries;
        double hands_on;
        double reach;
    } rows[] = {{0.7, 1, 0.99925}, {0.6, 1, 0.9955}, {0.5, 1, 0.9805}, {1, 0.5, 0.9805}};

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        double reach = validation_reach(6, rows[i].carries, rows[i].hands_on);

        assert_float_equal(reach, rows[i].reach, 5e-5);
    }
    assert_float_equal(validation_any(0.9 * 0.9 * 0.9, 3), 0.9801, 5e-5);
    assert_float_equal(validation_any(0.8 * 0.8 * 0.8, 3), 0.8838, 5e-5);
    assert_float_equal(validation_any(0.7 * 0.7 * 0.7, 3), 0.7164, 5e-5);
    assert_int_equal(validation_tree_bound(6, 3, 1000), 187);
    assert_int_equal(validation_tree_bound(6, 0, 1000), 1);
    assert_int_equal(validation_tree_bound(6, 60, 1000), 1000);
    assert_int_equal(validation_tree_bound(2, 5, 1000), 11);
    const struct validation_rate rates[] = {{100000000, 0, 0}, {INT64_C(16000000001), 0, 0}, {0}};
    assert_int_equal(validation_transmission_ns(&rates[0], 33925), 2714000);
    assert_int_equal(validation_transmission_ns(&rates[1], 1), 1);
    assert_int_equal(validation_transmission_ns(&rates[2], 1), 0);
    const struct validation_rate framed = {.overhead_bytes = 40, .frame_bytes = 1460};
    assert_int_equal(validation_wire_bytes(&framed, 1460), 1500);
    assert_int_equal(validation_wire_bytes(&framed, 1461), 1541);
}

static void given_a_triangle_when_copies_counted_then_2e_n_1(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add_triangle(&hand);
    hand_index(&hand);

    struct validation_copies copies =
        validation_copies_of(&hand.trace, hand.arena, VALIDATION_SPARES_ORIGIN);

    assert_int_equal(copies.sends, 4);
    assert_int_equal(copies.sends_known, 4);
    assert_int_equal(copies.sends_wrong, 0);
    assert_int_equal(copies.duplicates_wrong, 0);
    hand_end(&hand);
}

static void given_a_send_more_when_copies_counted_then_wrong(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add_triangle(&hand);
    add(&hand, 120, TRACE_SEND, 2, 1);
    hand_index(&hand);

    struct validation_copies copies =
        validation_copies_of(&hand.trace, hand.arena, VALIDATION_SPARES_ORIGIN);

    assert_int_equal(copies.sends_wrong, 1);
    assert_int_equal(copies.duplicates_wrong, 0);
    hand_end(&hand);
}

static void given_a_copy_lost_when_copies_counted_then_duplicates_wrong(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add_triangle(&hand);
    hand.trace.record_count--;
    hand_index(&hand);

    struct validation_copies copies =
        validation_copies_of(&hand.trace, hand.arena, VALIDATION_SPARES_ORIGIN);

    assert_int_equal(copies.sends_wrong, 0);
    assert_int_equal(copies.duplicates_wrong, 1);
    hand_end(&hand);
}

static void given_a_neighbour_served_by_another_when_copies_counted_then_x_is_one(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    hand.links[1].delay_ns = 100; // node 2 has it from node 1 first, and spares both
    add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
    add(&hand, 100, TRACE_SEND, 0, 1);
    add(&hand, 100, TRACE_SEND, 0, 2);
    add(&hand, 110, TRACE_DELIVER, 1, 0);
    add(&hand, 110, TRACE_SEND, 1, 2);
    add(&hand, 120, TRACE_DELIVER, 2, 1);
    add(&hand, 200, TRACE_DUPLICATE, 2, 0);
    hand_index(&hand);

    struct validation_copies copies =
        validation_copies_of(&hand.trace, hand.arena, VALIDATION_SPARES_ORIGIN);

    assert_int_equal(copies.unspared, 1);
    assert_int_equal(copies.sends_known, 3);
    assert_int_equal(copies.sends_wrong, 0);
    hand_end(&hand);
}

static void given_ends_far_apart_when_senders_are_spared_then_one_copy_is_known(void **state) {
    (void)state;
    static const struct {
        int64_t later_ns; // than node 1, node 2 has and forwards it
        uint64_t known;
    } rows[] = {{0, 4}, {9, 4}, {10, 4}, {11, 3}, {50, 3}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
        add(&hand, 110, TRACE_DELIVER, 1, 0);
        add(&hand, 110 + rows[i].later_ns, TRACE_DELIVER, 2, 0);
        hand_index(&hand);

        struct validation_copies copies =
            validation_copies_of(&hand.trace, hand.arena, VALIDATION_SPARES_SENDERS);

        assert_int_equal(copies.sends_known, rows[i].known);
        hand_end(&hand);
    }
}

static void given_latencies_when_depth_looked_at_then_off_beat_and_above_are_found(void **state) {
    (void)state;
    static const struct {
        uint32_t degree;
        int64_t delay_ns;
        uint64_t above;
        uint64_t off_beat;
    } rows[] = {{2, 10, 0, 0}, {2, 9, 0, 2}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        add_triangle(&hand);
        hand_index(&hand);

        struct validation_depth depth =
            validation_depth_of(&hand.trace, hand.arena, rows[i].degree, 1, rows[i].delay_ns);

        assert_int_equal(depth.within_sum, 3);
        assert_int_equal(depth.deliveries, 2);
        assert_int_equal(depth.above, rows[i].above);
        assert_int_equal(depth.off_beat, rows[i].off_beat);
        hand_end(&hand);
    }
}

static void given_more_nodes_than_a_tree_when_depth_looked_at_then_above(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    hand.trace.node_count = 4;
    add_triangle(&hand);
    add(&hand, 110, TRACE_DELIVER, 3, 0); // a third node within one hop, at degree 2
    hand_index(&hand);

    struct validation_depth depth = validation_depth_of(&hand.trace, hand.arena, 2, 1, 10);

    assert_int_equal(depth.above, 1);
    hand_end(&hand);
}

static void given_arrivals_when_held_to_their_path_then_other_times_are_wrong(void **state) {
    (void)state;
    static const struct {
        int64_t delay_ns;
        int64_t validation_ns;
        uint64_t wrong;
    } rows[] = {{10, 0, 0}, {7, 3, 0}, {11, 0, 2}, {10, 1, 2}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        add_triangle(&hand);
        hand_index(&hand);
        struct validation_path path = {.delay_ns = rows[i].delay_ns,
                                       .validation_ns = rows[i].validation_ns};

        struct validation_arrivals arrivals =
            validation_arrivals_of(&hand.trace, hand.arena, &path);

        assert_int_equal(arrivals.deliveries, 2);
        assert_int_equal(arrivals.wrong, rows[i].wrong);
        hand_end(&hand);
    }
}

static void given_uplinks_when_arrivals_known_then_in_turn_or_together(void **state) {
    (void)state;
    static const struct {
        enum validation_uplink uplink;
        int64_t second_ns; // arrival of the second copy; a copy takes 100 ns to send
        int64_t first_ns;
    } rows[] = {{VALIDATION_IN_TURN, 310, 210}, {VALIDATION_TOGETHER, 310, 310}};
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
        add(&hand, 100, TRACE_SEND, 0, 1)->value = 90;
        add(&hand, 100, TRACE_SEND, 0, 2)->value = 90;
        add(&hand, rows[i].first_ns, TRACE_DELIVER, 1, 0);
        add(&hand, rows[i].second_ns, TRACE_DELIVER, 2, 0);
        hand_index(&hand);
        struct validation_path path = {
            .uplink = rows[i].uplink, .delay_ns = 10, .rate = {INT64_C(8000000000), 10, 100}};

        struct validation_arrivals arrivals =
            validation_arrivals_of(&hand.trace, hand.arena, &path);

        assert_int_equal(arrivals.wrong, 0);
        assert_int_equal(arrivals.last_known_ns, 210);
        hand_end(&hand);
    }
}

static void given_a_node_outside_when_recovery_looked_at_then_share_and_delay(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
    add(&hand, 110, TRACE_DELIVER, 1, 0);
    add(&hand, 170, TRACE_DELIVER, 2, 1);
    hand_index(&hand);

    struct validation_recovery recovery = validation_recovery_of(&hand.trace, hand.arena, 2);

    assert_int_equal(recovery.samples, 1);
    assert_int_equal(recovery.recovered, 1);
    assert_int_equal(recovery.delay_sum_ns, 70); // from the first provider's receipt
    hand_end(&hand);
}

static void given_a_provider_without_it_when_recovery_looked_at_then_no_sample(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
    hand_index(&hand);

    struct validation_recovery recovery = validation_recovery_of(&hand.trace, hand.arena, 2);

    assert_int_equal(recovery.samples, 0);
    hand_end(&hand);
}

static void given_grafts_when_one_sided_then_broken_beyond_a_round_trip(void **state) {
    (void)state;
    static const struct {
        const char *name;
        int64_t answered_ns; // the other end follows; 0: never
        uint64_t broken;
    } rows[] = {
        {"at once", 100, 0},
        {"after a round trip", 120, 0},
        {"after more", 121, 1},
        {"never", 0, 1},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        add(&hand, 100, TRACE_GRAFT, 0, 1);
        if (rows[i].answered_ns > 0) {
            add(&hand, rows[i].answered_ns, TRACE_GRAFT, 1, 0);
        }
        hand_index(&hand);

        struct validation_tally tally = validation_one_sided(&hand.trace, hand.arena, 0);

        if (tally.looked_at != 1 || tally.broken != rows[i].broken) {
            fail_msg("%s: %lu of %lu", rows[i].name, (unsigned long)tally.broken,
                     (unsigned long)tally.looked_at);
        }
        hand_end(&hand);
    }
}

static void given_a_mesh_when_looked_at_after_a_beat_then_within_d_low_d_high(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint32_t degree;
        uint32_t subscribed; // nodes from 0 on
        uint64_t broken;
    } rows[] = {
        {"within", 1, 3, 0},
        {"above", 3, 3, 1},
        {"below with candidates", 0, 3, 1},
        {"below without", 0, 1, 0},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        for (uint32_t node = 0; node < rows[i].subscribed; node++) {
            add(&hand, 10, TRACE_SUBSCRIBE, node, TRACE_NONE);
        }
        add(&hand, 20, TRACE_GRAFT, 0, 1)->value = rows[i].degree;
        hand_index(&hand);
        const int64_t heartbeats_ns[] = {600, 0, 0};
        const int64_t initials_ns[] = {500, 500, 500};
        const uint32_t d_lows[] = {1, 1, 1};
        const uint32_t d_highs[] = {2, 2, 2};
        struct validation_mesh_rules rules = {heartbeats_ns, initials_ns, d_lows, d_highs, 100};

        struct validation_tally tally = validation_degrees(&hand.trace, hand.arena, &rules);

        if (tally.looked_at != 1 || tally.broken != rows[i].broken) {
            fail_msg("%s: %lu of %lu", rows[i].name, (unsigned long)tally.broken,
                     (unsigned long)tally.looked_at);
        }
        hand_end(&hand);
    }
}

static void given_a_run_when_all_is_accounted_for_then_nothing_is_broken(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add_triangle(&hand);
    hand_index(&hand);
    struct validation_counts counts = {.bytes_received = 400, .deliveries = 2, .duplicates = 2};

    struct validation_tally tally = validation_conservation(&hand.trace, hand.arena, &counts);

    assert_true(tally.looked_at > hand.trace.record_count);
    assert_int_equal(tally.broken, 0);
    hand_end(&hand);
}

static void given_counts_that_differ_when_conserved_then_broken(void **state) {
    (void)state;
    static const struct validation_counts rows[] = {
        {.bytes_received = 399, .deliveries = 2, .duplicates = 2},
        {.bytes_received = 300, .bytes_lost = 100, .deliveries = 2, .duplicates = 2},
        {.bytes_received = 400, .deliveries = 1, .duplicates = 2},
        {.bytes_received = 400, .deliveries = 2, .duplicates = 3},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        add_triangle(&hand);
        hand_index(&hand);

        struct validation_tally tally = validation_conservation(&hand.trace, hand.arena, &rows[i]);

        assert_true(tally.broken > 0);
        hand_end(&hand);
    }
}

static void given_a_copy_that_was_not_sent_when_conserved_then_broken(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
    add(&hand, 105, TRACE_DELIVER, 1, 0);
    add(&hand, 110, TRACE_SEND, 0, 1);
    hand.message = (struct trace_message){.expected = 2, .deliveries = 1};
    hand_index(&hand);
    struct validation_counts counts = {.bytes_received = 100, .deliveries = 1};

    struct validation_tally tally = validation_conservation(&hand.trace, hand.arena, &counts);

    assert_int_equal(tally.broken, 1);
    hand_end(&hand);
}

static void given_copies_when_uplinks_looked_at_then_broken_above_the_rate(void **state) {
    (void)state;
    // A copy of 100 bytes takes 100 ns at 8 Gbit/s, and its link 10.
    static const struct {
        const char *name;
        int64_t first_ns; // arrivals
        int64_t second_ns;
        bool broken;
    } rows[] = {
        {"one after the other", 210, 310, false}, {"side by side", 310, 310, false},
        {"both at once", 210, 210, true},         {"the second too early", 210, 309, true},
        {"the first too early", 209, 310, true},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct hand hand;
        hand_begin(&hand);
        add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
        add(&hand, 100, TRACE_SEND, 0, 1);
        add(&hand, 100, TRACE_SEND, 0, 2);
        add(&hand, rows[i].first_ns, TRACE_DELIVER, 1, 0);
        add(&hand, rows[i].second_ns, TRACE_DELIVER, 2, 0);
        hand_index(&hand);
        const struct validation_rate rate = {.bits_per_s = INT64_C(8000000000)};

        struct validation_tally tally = validation_uplinks(&hand.trace, hand.arena, &rate, 0);

        if (tally.looked_at == 0 || (tally.broken > 0) != rows[i].broken) {
            fail_msg("%s: %lu of %lu", rows[i].name, (unsigned long)tally.broken,
                     (unsigned long)tally.looked_at);
        }
        hand_end(&hand);
    }
}

static void given_a_copy_lost_when_uplinks_looked_at_then_it_is_left_out(void **state) {
    (void)state;
    struct hand hand;
    hand_begin(&hand);
    add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
    add(&hand, 100, TRACE_SEND, 0, 1);
    add(&hand, 100, TRACE_LOST, 0, 1);
    add(&hand, 150, TRACE_SEND, 0, 1); // which arrives: the first did not
    add(&hand, 260, TRACE_DELIVER, 1, 0);
    hand_index(&hand);
    const struct validation_rate rate = {.bits_per_s = INT64_C(8000000000)};

    struct validation_tally tally = validation_uplinks(&hand.trace, hand.arena, &rate, 0);

    assert_int_equal(tally.looked_at, 1);
    assert_int_equal(tally.broken, 0);
    hand_end(&hand);
}

static void given_records_of_what_is_not_when_indexed_then_refused(void **state) {
    (void)state;
    for (int row = 0; row < 3; row++) {
        struct hand hand;
        hand_begin(&hand);
        struct trace_record *record = add(&hand, 100, TRACE_PUBLISH, 0, TRACE_NONE);
        record->node = row == 0 ? 3 : 0;
        record->message = row == 1 ? 1 : 0;
        record->topic = row == 2 ? 1 : 0;
        struct failure failure;

        bool indexed = full_trace_index(&hand.trace, hand.arena, &failure);

        assert_false(indexed);
        hand_end(&hand);
    }
}

static void given_no_file_when_read_then_the_failure_names_it(void **state) {
    (void)state;
    struct arena *arena = arena_create(NULL);
    struct full_trace trace;
    struct failure failure = {0};

    bool read = full_trace_read(&trace, arena, "no/such.gst", &failure);

    assert_false(read);
    assert_string_equal(failure.file, "no/such.gst");
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_formulas_when_evaluated_then_the_figures_of_the_cases),
        cmocka_unit_test(given_a_triangle_when_copies_counted_then_2e_n_1),
        cmocka_unit_test(given_a_send_more_when_copies_counted_then_wrong),
        cmocka_unit_test(given_a_copy_lost_when_copies_counted_then_duplicates_wrong),
        cmocka_unit_test(given_a_neighbour_served_by_another_when_copies_counted_then_x_is_one),
        cmocka_unit_test(given_ends_far_apart_when_senders_are_spared_then_one_copy_is_known),
        cmocka_unit_test(given_latencies_when_depth_looked_at_then_off_beat_and_above_are_found),
        cmocka_unit_test(given_more_nodes_than_a_tree_when_depth_looked_at_then_above),
        cmocka_unit_test(given_arrivals_when_held_to_their_path_then_other_times_are_wrong),
        cmocka_unit_test(given_uplinks_when_arrivals_known_then_in_turn_or_together),
        cmocka_unit_test(given_a_node_outside_when_recovery_looked_at_then_share_and_delay),
        cmocka_unit_test(given_a_provider_without_it_when_recovery_looked_at_then_no_sample),
        cmocka_unit_test(given_grafts_when_one_sided_then_broken_beyond_a_round_trip),
        cmocka_unit_test(given_a_mesh_when_looked_at_after_a_beat_then_within_d_low_d_high),
        cmocka_unit_test(given_a_run_when_all_is_accounted_for_then_nothing_is_broken),
        cmocka_unit_test(given_counts_that_differ_when_conserved_then_broken),
        cmocka_unit_test(given_a_copy_that_was_not_sent_when_conserved_then_broken),
        cmocka_unit_test(given_copies_when_uplinks_looked_at_then_broken_above_the_rate),
        cmocka_unit_test(given_a_copy_lost_when_uplinks_looked_at_then_it_is_left_out),
        cmocka_unit_test(given_no_file_when_read_then_the_failure_names_it),
        cmocka_unit_test(given_records_of_what_is_not_when_indexed_then_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
