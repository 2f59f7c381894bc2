#include "base/prng.h"
#include "sim/link.h"
#include "tests/support/unit.h"

/** A line of nodes with links made from options; the first slot leads from node 0 to node 1. */
struct fixture {
    struct arena *arena;
    struct topology topology;
    struct links links;
};

static const struct distribution_options constant_50ms = {
    DISTRIBUTION_CONSTANT, 50000000, 0, 0, NULL, 0};
static const struct distribution_options uniform_0_40ms = {
    DISTRIBUTION_UNIFORM, 0, 40000000, 0, NULL, 0};
static const struct distribution_options normal_0_5ms = {
    DISTRIBUTION_NORMAL, 0, 5000000, 0, NULL, 0};

static struct fixture *fixture_of(struct arena *arena, uint32_t nodes,
                                  struct link_options options) {
    struct fixture *f = arena_take(arena, MEMORY_TABLES, sizeof *f);
    struct failure failure;
    struct topology_options line = {.kind = TOPOLOGY_LINE, .node_count = nodes};
    assert_true(topology_build(&f->topology, arena, &line, &failure));
    links_init(&f->links, arena, &f->topology, &options);
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

static struct packet packet_of(uint32_t key) {
    return (struct packet){.key = key, .packet_class = 1, .keyed = true, .can_be_lost = true};
}

static void given_a_drawn_delay_when_symmetric_then_both_ways_agree(void **state) {
    struct link_options options = {.seed = 3, .delay = &uniform_0_40ms};
    struct fixture *f = fixture_of(*state, 200, options);
    options.asymmetric = true;
    struct fixture *other = fixture_of(*state, 200, options);

    uint32_t differing = 0;
    for (uint32_t slot = 0; slot < 2 * f->topology.link_count; slot++) {
        uint32_t back = f->topology.reverse[slot];
        assert_int_equal(links_delay_ns(&f->links, slot), links_delay_ns(&f->links, back));
        assert_true(links_delay_ns(&f->links, slot) >= LINK_DELAY_MIN_NS);
        differing += links_delay_ns(&other->links, slot) != links_delay_ns(&other->links, back);
    }

    assert_true(differing > 300);
}

static void given_a_longer_line_when_drawn_then_old_links_keep_their_delay(void **state) {
    struct link_options options = {.seed = 3, .delay = &uniform_0_40ms};

    struct fixture *few = fixture_of(*state, 50, options);
    struct fixture *more = fixture_of(*state, 51, options);

    for (uint32_t node = 0; node + 1 < 50; node++) {
        uint32_t slot = topology_find_slot(&few->topology, node, node + 1);
        uint32_t same = topology_find_slot(&more->topology, node, node + 1);
        assert_int_equal(links_delay_ns(&few->links, slot), links_delay_ns(&more->links, same));
    }
}

static void given_regions_when_built_then_delays_come_from_the_table(void **state) {
    static const int64_t table[] = {2000000, 70000000, 65000000, 3000000};
    static const uint32_t region[] = {0, 1, 1};
    struct link_options options = {
        .region_delay_ns = table, .region_count = 2, .node_region = region};

    struct fixture *f = fixture_of(*state, 3, options);

    assert_int_equal(links_delay_ns(&f->links, topology_find_slot(&f->topology, 0, 1)), 70000000);
    assert_int_equal(links_delay_ns(&f->links, topology_find_slot(&f->topology, 1, 0)), 65000000);
    assert_int_equal(links_delay_ns(&f->links, topology_find_slot(&f->topology, 1, 2)), 3000000);
    assert_int_equal(links_delay_min(&f->links), 3000000);
}

static void given_delays_of_any_length_when_built_then_each_is_as_given(void **state) {
    static const int64_t last = UINT32_MAX;
    const int64_t given[] = {last - 1, last, last + 1, 1000, LINK_DELAY_MAX_NS, 86400000000000};
    struct link_options options = {.delay = &constant_50ms, .slot_delay_ns = given};

    struct fixture *f = fixture_of(*state, 4, options);

    for (uint32_t slot = 0; slot < 6; slot++) {
        assert_int_equal(links_delay_ns(&f->links, slot), given[slot]);
    }
    assert_int_equal(links_delay_min(&f->links), 1000);
}

static void given_no_jitter_when_sent_then_it_arrives_after_the_delay(void **state) {
    struct fixture *f = fixture_of(*state, 2, (struct link_options){.delay = &constant_50ms});
    struct packet packet = packet_of(1);
    int64_t arrives_ns = 0;

    enum link_verdict verdict = links_send(&f->links, 0, &packet, 1000, &arrives_ns);

    assert_int_equal(verdict, LINK_ARRIVES);
    assert_int_equal(arrives_ns, 50001000);
}

static void given_a_loss_rate_when_many_sent_then_that_share_is_lost(void **state) {
    static const uint32_t rates_ppb[] = {0, 10000000, 300000000, SHARE_ONE};
    for (size_t row = 0; row < COUNT_OF(rates_ppb); row++) {
        struct link_options options = {
            .seed = 9, .delay = &constant_50ms, .loss_ppb = rates_ppb[row]};
        struct fixture *f = fixture_of(*state, 2, options);
        double lost = 0;
        for (uint32_t key = 0; key < 100000; key++) {
            struct packet packet = packet_of(key);
            int64_t arrives_ns = 0;
            lost += links_send(&f->links, 0, &packet, 0, &arrives_ns) == LINK_LOSES;
        }

        double expected = 1e5 * rates_ppb[row] / SHARE_ONE;
        // Five standard deviations of a binomial count at the most.
        assert_true(lost >= expected - 5 * 160 && lost <= expected + 5 * 160);
        assert_true(rates_ppb[row] != 0 || lost < 1);
        assert_true(rates_ppb[row] != SHARE_ONE || lost > 99999);
    }
}

static void given_what_cannot_be_lost_when_sent_then_it_arrives(void **state) {
    struct link_options options = {.delay = &constant_50ms, .loss_ppb = SHARE_ONE};
    struct fixture *f = fixture_of(*state, 2, options);
    struct packet packet = packet_of(1);
    packet.can_be_lost = false;
    int64_t arrives_ns = 0;

    assert_int_equal(links_send(&f->links, 0, &packet, 0, &arrives_ns), LINK_ARRIVES);
}

/** Verdicts and delays of keyed packets sent in an order, after some counted ones. */
static uint64_t fates(struct arena *arena, const uint32_t *keys, uint32_t counted, int64_t *out) {
    struct link_options options = {.seed = 5,
                                   .delay = &constant_50ms,
                                   .jitter = &uniform_0_40ms,
                                   .loss_ppb = 400000000,
                                   .reorder = true};
    struct fixture *f = fixture_of(arena, 2, options);
    uint64_t lost = 0;
    int64_t arrives_ns = 0;
    for (uint32_t i = 0; i < counted; i++) {
        struct packet other = {.packet_class = 1, .can_be_lost = true};
        links_send(&f->links, 0, &other, 0, &arrives_ns);
    }
    for (uint32_t i = 0; i < 32; i++) {
        struct packet packet = packet_of(keys[i]);
        bool loses = links_send(&f->links, 0, &packet, 0, &arrives_ns) == LINK_LOSES;
        out[keys[i]] = loses ? -1 : arrives_ns;
        lost += loses;
    }
    return lost;
}

static void
given_keyed_packets_when_sent_in_another_order_then_their_fate_is_the_same(void **state) {
    uint32_t forward[32];
    uint32_t backward[32];
    for (uint32_t i = 0; i < 32; i++) {
        forward[i] = i;
        backward[i] = 31 - i;
    }
    int64_t first[32];
    int64_t second[32];

    uint64_t lost = fates(*state, forward, 0, first);
    fates(*state, backward, 77, second);

    assert_memory_equal(first, second, sizeof first);
    assert_in_range(lost, 1, 31);
}

static void given_counted_packets_when_sent_then_each_is_drawn_anew(void **state) {
    struct link_options options = {.seed = 5, .delay = &constant_50ms, .loss_ppb = 500000000};
    struct fixture *f = fixture_of(*state, 2, options);
    uint32_t lost = 0;

    for (uint32_t i = 0; i < 1000; i++) {
        struct packet packet = {.packet_class = 2, .can_be_lost = true};
        int64_t arrives_ns = 0;
        lost += links_send(&f->links, 0, &packet, 0, &arrives_ns) == LINK_LOSES;
    }

    assert_in_range(lost, 400, 600);
}

static void given_jitter_when_sent_back_to_back_then_none_overtakes_unless_reorder(void **state) {
    for (uint32_t reorder = 0; reorder < 2; reorder++) {
        struct link_options options = {
            .seed = 2, .delay = &constant_50ms, .jitter = &uniform_0_40ms, .reorder = reorder == 1};
        struct fixture *f = fixture_of(*state, 2, options);
        uint32_t overtaken = 0;
        int64_t last_ns = 0;
        for (uint32_t key = 0; key < 1000; key++) {
            struct packet packet = packet_of(key);
            int64_t arrives_ns = 0;
            links_send(&f->links, 0, &packet, (int64_t)key * 1000000, &arrives_ns);
            overtaken += arrives_ns < last_ns;
            last_ns = arrives_ns;
        }

        assert_true(reorder == 1 ? overtaken > 100 : overtaken == 0);
    }
}

static void
given_negative_jitter_when_it_exceeds_the_delay_then_a_microsecond_is_left(void **state) {
    static const struct distribution_options constant_1us = {
        DISTRIBUTION_CONSTANT, 1000, 0, 0, NULL, 0};
    struct link_options options = {
        .seed = 2, .delay = &constant_1us, .jitter = &normal_0_5ms, .reorder = true};
    struct fixture *f = fixture_of(*state, 2, options);
    uint32_t at_floor = 0;

    for (uint32_t key = 0; key < 1000; key++) {
        struct packet packet = packet_of(key);
        int64_t arrives_ns = 0;
        links_send(&f->links, 0, &packet, 0, &arrives_ns);
        assert_true(arrives_ns >= LINK_DELAY_MIN_NS);
        at_floor += arrives_ns == LINK_DELAY_MIN_NS;
    }

    assert_in_range(at_floor, 400, 600);
}

#define TEST_OF(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static void given_a_factor_that_ends_when_sent_then_nothing_overtakes(void **state) {
    struct link_options options = {.delay = &constant_50ms};
    struct fixture *f = fixture_of(*state, 2, options);
    links_expect_degradations(&f->links, *state);
    struct degradation slow = {.factor_ppm = 10 * DEGRADE_FACTOR_ONE};
    degradations_begin(f->links.degradations, 0, &slow, 100000000, 0);
    static const struct {
        uint32_t slot;
        int64_t departs_ns;
        int64_t arrives_ns;
    } rows[] = {
        {0, 0, 500000000},         {0, 99999999, 599999999}, {1, 0, 50000000},
        {0, 100000000, 599999999}, // at its own pace it would come at 150 ms
        {0, 560000000, 610000000},
    };
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct packet packet = packet_of((uint32_t)i);
        int64_t arrives_ns = 0;
        assert_int_equal(
            links_send(&f->links, rows[i].slot, &packet, rows[i].departs_ns, &arrives_ns),
            LINK_ARRIVES);
        assert_int_equal(arrives_ns, rows[i].arrives_ns);
    }
}

static void given_added_loss_when_sent_then_what_was_lost_anyway_is_the_same(void **state) {
    struct link_options options = {.seed = 3, .delay = &constant_50ms, .loss_ppb = SHARE_ONE / 5};
    struct fixture *f = fixture_of(*state, 2, options);
    struct fixture *worse = fixture_of(*state, 2, options);
    links_expect_degradations(&worse->links, *state);
    struct degradation lossy = {DEGRADE_FACTOR_ONE, SHARE_ONE / 4};
    degradations_begin(worse->links.degradations, 0, &lossy, 100, 0);
    uint32_t arrived = 0;
    uint32_t degraded = 0;
    for (uint32_t i = 0; i < 20000; i++) {
        struct packet packet = packet_of(i);
        int64_t arrives_ns = 0;
        enum link_verdict before = links_send(&f->links, 0, &packet, 0, &arrives_ns);
        enum link_verdict after = links_send(&worse->links, 0, &packet, 0, &arrives_ns);
        arrived += before == LINK_ARRIVES;
        degraded += after == LINK_LOSES_DEGRADED;
        assert_true(after == before || (before == LINK_ARRIVES && after == LINK_LOSES_DEGRADED));
        packet.can_be_lost = false;
        assert_int_equal(links_send(&worse->links, 0, &packet, 0, &arrives_ns), LINK_ARRIVES);
    }

    assert_in_range(degraded, arrived * 24 / 100, arrived * 26 / 100);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_a_factor_that_ends_when_sent_then_nothing_overtakes,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            given_added_loss_when_sent_then_what_was_lost_anyway_is_the_same, set_up, tear_down),
        TEST_OF(given_a_drawn_delay_when_symmetric_then_both_ways_agree),
        TEST_OF(given_a_longer_line_when_drawn_then_old_links_keep_their_delay),
        TEST_OF(given_regions_when_built_then_delays_come_from_the_table),
        TEST_OF(given_delays_of_any_length_when_built_then_each_is_as_given),
        TEST_OF(given_no_jitter_when_sent_then_it_arrives_after_the_delay),
        TEST_OF(given_a_loss_rate_when_many_sent_then_that_share_is_lost),
        TEST_OF(given_what_cannot_be_lost_when_sent_then_it_arrives),
        TEST_OF(given_keyed_packets_when_sent_in_another_order_then_their_fate_is_the_same),
        TEST_OF(given_counted_packets_when_sent_then_each_is_drawn_anew),
        TEST_OF(given_jitter_when_sent_back_to_back_then_none_overtakes_unless_reorder),
        TEST_OF(given_negative_jitter_when_it_exceeds_the_delay_then_a_microsecond_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
