// What a stream makes of loss, losses in bursts, and what is given for a slot.
#include "sim/link.h"
#include "tests/support/unit.h"

#define MS INT64_C(1000000)

static const struct distribution_options constant_50ms = {
    DISTRIBUTION_CONSTANT, 50 * MS, 0, 0, NULL, 0};

struct fixture {
    struct arena *arena;
    struct topology topology;
    struct links links;
    uint64_t retransmissions;
    int64_t arrives_ns; // of the last packet sent
};

static struct fixture *fixture_of(void **state, struct link_options options) {
    struct fixture *f = arena_take(*state, MEMORY_TABLES, sizeof *f);
    struct failure failure;
    struct topology_options line = {.kind = TOPOLOGY_LINE, .node_count = 3};
    assert_true(topology_build(&f->topology, *state, &line, &failure));
    options.delay = &constant_50ms;
    options.retransmissions = &f->retransmissions;
    links_init(&f->links, *state, &f->topology, &options);
    return f;
}

static int set_up(void **state) {
    *state = arena_create(NULL);
    return 0;
}

static int tear_down(void **state) {
    arena_destroy(*state);
    return 0;
}

static enum link_verdict send(struct fixture *f, uint32_t key, bool can_be_lost, int64_t at_ns) {
    struct packet packet = {
        .key = key, .packet_class = 1, .keyed = true, .can_be_lost = can_be_lost};
    return links_send(&f->links, 0, &packet, at_ns, &f->arrives_ns);
}

static void given_a_stream_when_packets_are_lost_then_they_come_after_timeouts(void **state) {
    struct fixture *f = fixture_of(state, (struct link_options){.seed = 3,
                                                                .loss_ppb = SHARE_ONE / 2,
                                                                .transport = LINK_STREAM,
                                                                .attempts_limit = 60});
    uint64_t after[6] = {0};

    for (uint32_t key = 0; key < 4000; key++) {
        uint64_t before = f->retransmissions;
        int64_t at_ns = (int64_t)key * 1000000 * MS;
        assert_int_equal(send(f, key, true, at_ns), LINK_ARRIVES);
        uint64_t attempts = f->retransmissions - before;
        // 300 ms, the round trip and 200 ms, then 600 ms, 1200 ms and so on.
        int64_t waited_ns = 300 * MS * ((INT64_C(1) << attempts) - 1);
        if (attempts < 6) {
            assert_int_equal(f->arrives_ns - at_ns, 50 * MS + waited_ns);
            after[attempts]++;
        }
    }

    for (uint32_t attempts = 0; attempts < 5; attempts++) {
        double expected = 2000.0 / (1 << attempts);
        assert_true((double)after[attempts] > expected - 5 * 32);
        assert_true((double)after[attempts] < expected + 5 * 32);
    }
}

static void given_a_stream_when_a_packet_is_lost_then_those_behind_it_wait(void **state) {
    struct fixture *f = fixture_of(state, (struct link_options){.loss_ppb = SHARE_ONE / 2,
                                                                .transport = LINK_STREAM,
                                                                .timeout_ns = 70 * MS,
                                                                .attempts_limit = 60});
    uint32_t lost = 0;
    while (f->retransmissions == 0) {
        send(f, lost++, true, 0);
    }
    int64_t held_ns = f->arrives_ns;
    assert_true(held_ns >= 120 * MS);

    assert_int_equal(send(f, 1000, false, 1 * MS), LINK_ARRIVES);
    assert_int_equal(f->arrives_ns, held_ns);
    assert_int_equal(send(f, 1001, false, held_ns), LINK_ARRIVES);
    assert_int_equal(f->arrives_ns, held_ns + 50 * MS);
}

static void given_a_dead_link_when_a_stream_gives_up_then_the_packet_is_dropped(void **state) {
    struct fixture *f = fixture_of(state, (struct link_options){.loss_ppb = SHARE_ONE,
                                                                .transport = LINK_STREAM,
                                                                .timeout_ns = 100 * MS,
                                                                .attempts_limit = 3});

    assert_int_equal(send(f, 1, true, 0), LINK_GIVES_UP);
    assert_int_equal(f->retransmissions, 3);
    // It held up what is behind it until its last attempt, after 100 + 200 + 400 ms.
    assert_int_equal(send(f, 2, false, 1 * MS), LINK_ARRIVES);
    assert_int_equal(f->arrives_ns, 700 * MS);
}

static void
given_keyed_packets_on_a_stream_when_others_go_too_then_their_fate_is_the_same(void **state) {
    const struct link_options options = {
        .seed = 8, .loss_ppb = SHARE_ONE / 2, .transport = LINK_STREAM, .attempts_limit = 4};
    struct fixture *f = fixture_of(state, options);
    struct fixture *other = fixture_of(state, options);

    for (uint32_t key = 0; key < 500; key++) {
        // Far enough apart that none waits for another.
        int64_t at_ns = (int64_t)key * 100000 * MS;
        struct packet counted = {.packet_class = 1, .can_be_lost = true};
        links_send(&other->links, 0, &counted, at_ns, &other->arrives_ns);
        other->arrives_ns = 0;
        f->arrives_ns = 0;
        enum link_verdict verdict = send(f, key, true, at_ns);
        assert_int_equal(send(other, key, true, at_ns + 50000 * MS), verdict);
        assert_true(verdict != LINK_ARRIVES || other->arrives_ns == f->arrives_ns + 50000 * MS);
    }
}

static void given_many_timeouts_when_doubled_then_none_is_above_two_minutes(void **state) {
    struct fixture *f = fixture_of(state, (struct link_options){.loss_ppb = SHARE_ONE,
                                                                .transport = LINK_STREAM,
                                                                .timeout_ns = 100000 * MS,
                                                                .attempts_limit = 4});

    send(f, 1, true, 0);
    send(f, 2, false, 0);

    assert_int_equal(f->arrives_ns, (100000 + 3 * 120000) * MS);
}

static void given_bursts_when_sent_then_losses_come_together(void **state) {
    static const struct burst_options bursts = {
        .good_ns = 900 * MS, .bad_ns = 100 * MS, .bad_loss_ppb = SHARE_ONE};
    struct fixture *f = fixture_of(state, (struct link_options){.seed = 4, .burst = &bursts});
    uint32_t lost = 0;
    uint32_t pairs = 0;
    bool last = false;

    for (uint32_t key = 0; key < 100000; key++) {
        enum link_verdict verdict = send(f, key, true, (int64_t)key * 10 * MS);
        assert_true(verdict == LINK_ARRIVES || verdict == LINK_LOSES_IN_BURST);
        bool loses = verdict == LINK_LOSES_IN_BURST;
        lost += loses;
        pairs += loses && last;
        last = loses;
    }

    assert_in_range(lost, 8000, 12000);
    // A bad state goes on for 10 ms more with probability e^(−10/100).
    assert_true(pairs > lost * 85 / 100);
    assert_true(pairs < lost * 95 / 100);
}

static void given_rates_by_class_when_sent_then_each_has_its_own(void **state) {
    static const uint32_t rates_ppb[LINK_CLASSES] = {0, SHARE_ONE, 0, SHARE_ONE / 4};
    struct fixture *f = fixture_of(state, (struct link_options){.class_loss_ppb = rates_ppb});
    uint32_t lost[LINK_CLASSES] = {0};

    for (uint32_t i = 0; i < 4000; i++) {
        struct packet packet = {.packet_class = (uint8_t)(i % 4), .can_be_lost = true};
        lost[i % 4] += links_send(&f->links, 0, &packet, 0, &f->arrives_ns) == LINK_LOSES;
    }

    assert_int_equal(lost[0], 0);
    assert_int_equal(lost[1], 1000);
    assert_int_equal(lost[2], 0);
    assert_in_range(lost[3], 180, 320);
}

static void given_a_range_when_sent_then_every_delay_is_cut_to_it(void **state) {
    static const struct distribution_options jitter = {.kind = DISTRIBUTION_UNIFORM,
                                                       .b_ns = 100 * MS};
    static const int64_t delays_ns[] = {10 * MS, 70 * MS, LINK_SLOT_DELAY_NONE, 1};
    struct fixture *f = fixture_of(state, (struct link_options){.slot_delay_ns = delays_ns,
                                                                .jitter = &jitter,
                                                                .reorder = true,
                                                                .delay_min_ns = 30 * MS,
                                                                .delay_max_ns = 60 * MS});
    static const int64_t wanted_ns[] = {30 * MS, 60 * MS, 50 * MS, 30 * MS};
    uint32_t at_most = 0;

    for (uint32_t slot = 0; slot < 4; slot++) {
        assert_int_equal(links_delay_ns(&f->links, slot), wanted_ns[slot]);
    }
    for (uint32_t key = 0; key < 1000; key++) {
        send(f, key, false, 0);
        assert_in_range(f->arrives_ns, 30 * MS, 60 * MS);
        at_most += f->arrives_ns == 60 * MS;
    }
    assert_in_range(at_most, 600, 800);
}

static void given_delay_and_loss_of_a_slot_when_sent_then_they_are_used(void **state) {
    static const int64_t delays_ns[] = {LINK_SLOT_DELAY_NONE, 7 * MS, 0, LINK_SLOT_DELAY_NONE};
    static const uint32_t losses_ppb[] = {SHARE_ONE, 0, LINK_SLOT_LOSS_NONE, LINK_SLOT_LOSS_NONE};
    struct fixture *f = fixture_of(
        state, (struct link_options){.slot_delay_ns = delays_ns, .slot_loss_ppb = losses_ppb});
    static const enum link_verdict wanted[] = {LINK_LOSES, LINK_ARRIVES, LINK_ARRIVES,
                                               LINK_ARRIVES};
    static const int64_t wanted_ns[] = {50 * MS, 7 * MS, LINK_DELAY_MIN_NS, 50 * MS};

    for (uint32_t slot = 0; slot < 4; slot++) {
        struct packet packet = {.packet_class = 1, .can_be_lost = true};
        int64_t arrives_ns = 50 * MS;
        assert_int_equal(links_send(&f->links, slot, &packet, 0, &arrives_ns), wanted[slot]);
        assert_int_equal(arrives_ns, wanted_ns[slot]);
    }
}

static void given_loss_between_regions_when_sent_then_it_comes_on_top(void **state) {
    // The line has slots 0 → 1, 1 → 0, 1 → 2 and 2 → 1; nodes 1 and 2 are of one region.
    static const uint32_t regions[] = {0, 1, 1};
    static const uint32_t between_ppb[] = {0, SHARE_ONE / 2, 0, SHARE_ONE};
    static const uint32_t own_ppb[] = {LINK_SLOT_LOSS_NONE, LINK_SLOT_LOSS_NONE,
                                       LINK_SLOT_LOSS_NONE, 0};
    struct fixture *f = fixture_of(state, (struct link_options){.seed = 3,
                                                                .loss_ppb = SHARE_ONE / 2,
                                                                .node_region = regions,
                                                                .region_count = 2,
                                                                .region_loss_ppb = between_ppb,
                                                                .slot_loss_ppb = own_ppb});
    uint32_t lost[4] = {0};

    for (uint32_t i = 0; i < 8000; i++) {
        struct packet packet = {.key = i, .packet_class = 1, .keyed = true, .can_be_lost = true};
        lost[i % 4] += links_send(&f->links, i % 4, &packet, 0, &f->arrives_ns) == LINK_LOSES;
    }

    assert_in_range(lost[0], 1440, 1560); // three quarters of 2000
    assert_in_range(lost[1], 930, 1070);
    assert_int_equal(lost[2], 2000);
    assert_int_equal(lost[3], 0);
}

#define TEST_OF(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST_OF(given_a_stream_when_packets_are_lost_then_they_come_after_timeouts),
        TEST_OF(given_a_stream_when_a_packet_is_lost_then_those_behind_it_wait),
        TEST_OF(given_a_dead_link_when_a_stream_gives_up_then_the_packet_is_dropped),
        TEST_OF(given_keyed_packets_on_a_stream_when_others_go_too_then_their_fate_is_the_same),
        TEST_OF(given_many_timeouts_when_doubled_then_none_is_above_two_minutes),
        TEST_OF(given_bursts_when_sent_then_losses_come_together),
        TEST_OF(given_rates_by_class_when_sent_then_each_has_its_own),
        TEST_OF(given_a_range_when_sent_then_every_delay_is_cut_to_it),
        TEST_OF(given_delay_and_loss_of_a_slot_when_sent_then_they_are_used),
        TEST_OF(given_loss_between_regions_when_sent_then_it_comes_on_top),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
