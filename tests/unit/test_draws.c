// Whichever peers a router chooses, it chooses evenly: counted over many seeds.
#include "tests/support/router_fixture.h"
#include "tests/support/uniformity.h"

enum { TOPIC };

static const struct fixture_options small = {
    .peers = SMALL_PEERS,
    .messages = SMALL_ROUNDS,
    .params = {
        .d = SMALL_DRAWN, .d_low = SMALL_DRAWN, .d_high = SMALL_DRAWN, .d_lazy = SMALL_DRAWN}};

static const struct fixture_options wide = {
    .peers = WIDE_PEERS,
    .messages = WIDE_ROUNDS,
    .params = {.d = 30, .d_low = 30, .d_high = 30, .d_lazy = 30}};

typedef bool (*is_drawn)(const struct fixture *f, uint32_t slot);

static bool in_mesh(const struct fixture *f, uint32_t slot) {
    return fixture_in_mesh(f, TOPIC, slot);
}

static bool in_fanout(const struct fixture *f, uint32_t slot) {
    return fixture_in_fanout(f, TOPIC, slot);
}

static bool gossiped_to(const struct fixture *f, uint32_t slot) {
    return fixture_sent_to(f, slot, TRACE_RPC_IHAVE) > 0;
}

static void count_small(struct small_draws *draws, const struct fixture *f, is_drawn drawn) {
    uint32_t set = 0;
    for (uint32_t slot = 0; slot < SMALL_PEERS; slot++) {
        set |= (uint32_t)drawn(f, slot) << slot;
    }
    draws->times[set]++;
}

static void count_wide(struct wide_draws *draws, const struct fixture *f, is_drawn drawn) {
    for (uint32_t slot = 0; slot < WIDE_PEERS; slot++) {
        draws->times[slot] += drawn(f, slot);
    }
}

static void given_many_seeds_when_joining_then_every_mesh_is_equally_likely(void **state) {
    (void)state;
    struct small_draws draws = {0};
    struct fixture *f = fixture_create(&small);
    fixture_connect_all(f);
    fixture_peers_subscribe(f, SMALL_PEERS, TOPIC);

    for (uint32_t seed = 0; seed < SMALL_ROUNDS; seed++) {
        fixture_reseed(f, seed);
        fixture_subscribe(f, TOPIC);
        count_small(&draws, f, in_mesh);
        fixture_unsubscribe(f, TOPIC);
        fixture_forget(f);
    }

    small_draws_expect_even(&draws);
    fixture_destroy(f);
}

static void given_many_seeds_when_a_mesh_is_filled_then_every_mesh_is_equally_likely(void **state) {
    (void)state;
    struct small_draws draws = {0};
    struct fixture *f = fixture_create(&small);
    fixture_form_mesh(f, TOPIC, 0);

    for (uint32_t seed = 0; seed < SMALL_ROUNDS; seed++) {
        fixture_reseed(f, seed);
        fixture_heartbeat(f);
        count_small(&draws, f, in_mesh);
        fixture_peers_prune(f, SMALL_PEERS, TOPIC);
        fixture_forget(f);
    }

    small_draws_expect_even(&draws);
    fixture_destroy(f);
}

static void given_many_seeds_when_a_mesh_is_cut_then_every_mesh_is_equally_likely(void **state) {
    (void)state;
    struct small_draws draws = {0};
    struct fixture *f = fixture_create(&small);
    fixture_form_mesh(f, TOPIC, SMALL_PEERS);

    for (uint32_t seed = 0; seed < SMALL_ROUNDS; seed++) {
        fixture_reseed(f, seed);
        fixture_heartbeat(f);
        count_small(&draws, f, in_mesh);
        fixture_peers_graft(f, SMALL_PEERS, TOPIC);
        fixture_forget(f);
    }

    small_draws_expect_even(&draws);
    fixture_destroy(f);
}

static void given_many_seeds_when_publishing_then_every_fanout_is_equally_likely(void **state) {
    (void)state;
    struct small_draws draws = {0};
    struct fixture *f = fixture_create(&small);
    fixture_connect_all(f);
    fixture_peers_subscribe(f, SMALL_PEERS, TOPIC);

    for (uint32_t seed = 0; seed < SMALL_ROUNDS; seed++) {
        fixture_reseed(f, seed);
        fixture_publish(f, TOPIC);
        count_small(&draws, f, in_fanout);
        // Joining and leaving forgets the fanout.
        fixture_subscribe(f, TOPIC);
        fixture_unsubscribe(f, TOPIC);
        fixture_forget(f);
    }

    small_draws_expect_even(&draws);
    fixture_destroy(f);
}

static void
given_many_seeds_when_a_fanout_is_filled_then_every_one_is_equally_likely(void **state) {
    (void)state;
    struct small_draws draws = {0};
    struct fixture_options options = small;
    options.params.fanout_ttl_ns = INT64_MAX / 2;
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    fixture_publish(f, TOPIC);

    for (uint32_t seed = 0; seed < SMALL_ROUNDS; seed++) {
        fixture_reseed(f, seed);
        fixture_peers_subscribe(f, SMALL_PEERS, TOPIC);
        fixture_heartbeat(f);
        count_small(&draws, f, in_fanout);
        for (uint32_t slot = 0; slot < SMALL_PEERS; slot++) {
            fixture_peer_unsubscribes(f, slot, TOPIC);
        }
        fixture_forget(f);
    }

    small_draws_expect_even(&draws);
    fixture_destroy(f);
}

static void
given_many_seeds_when_gossiping_then_every_set_of_peers_is_equally_likely(void **state) {
    (void)state;
    struct small_draws draws = {0};
    struct fixture_options options = small;
    options.params.d_low = FIXTURE_NONE;
    struct fixture *f = fixture_create(&options);
    fixture_form_mesh(f, TOPIC, 0);

    for (uint32_t seed = 0; seed < SMALL_ROUNDS; seed++) {
        fixture_reseed(f, seed);
        fixture_publish(f, TOPIC);
        fixture_heartbeat(f);
        count_small(&draws, f, gossiped_to);
        fixture_forget(f);
    }

    small_draws_expect_even(&draws);
    fixture_destroy(f);
}

/** Peers of several words, filled and cut in turn; those outside the mesh hear gossip. */
static void given_many_peers_when_drawn_then_each_is_drawn_equally_often(void **state) {
    (void)state;
    struct wide_draws filled = {.drawn = 30};
    struct wide_draws gossip = {.drawn = 30};
    struct wide_draws cut = {.drawn = 30};
    struct fixture *f = fixture_create(&wide);
    fixture_form_mesh(f, TOPIC, 0);

    for (uint32_t seed = 0; seed < WIDE_ROUNDS; seed++) {
        fixture_reseed(f, seed);
        fixture_publish(f, TOPIC);
        fixture_heartbeat(f);
        count_wide(&filled, f, in_mesh);
        count_wide(&gossip, f, gossiped_to);
        fixture_peers_graft(f, WIDE_PEERS, TOPIC);
        fixture_heartbeat(f);
        count_wide(&cut, f, in_mesh);
        fixture_peers_prune(f, WIDE_PEERS, TOPIC);
        fixture_forget(f);
    }

    wide_draws_expect_even(&filled);
    wide_draws_expect_even(&gossip);
    wide_draws_expect_even(&cut);
    fixture_destroy(f);
}

/** Where there is no choice, nothing is drawn: the stream stays where it was. */
static void given_no_more_peers_than_d_when_chosen_then_the_stream_stays(void **state) {
    (void)state;
    struct fixture_options options = small;
    options.peers = SMALL_DRAWN;
    struct fixture *f = fixture_create(&options);
    fixture_connect_all(f);
    fixture_peers_subscribe(f, SMALL_DRAWN, TOPIC);
    uint64_t before = f->prng.state;

    fixture_publish(f, TOPIC);
    fixture_subscribe(f, TOPIC);
    fixture_peer_prunes(f, 1, TOPIC);
    fixture_heartbeat(f);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_GRAFT), SMALL_DRAWN + 1);
    assert_true(f->prng.state == before);
    fixture_destroy(f);
}

static void given_no_more_peers_than_dlazy_when_gossiping_then_the_stream_stays(void **state) {
    (void)state;
    struct fixture_options options = small;
    options.peers = SMALL_DRAWN;
    options.params.d_low = FIXTURE_NONE;
    struct fixture *f = fixture_create(&options);
    fixture_form_mesh(f, TOPIC, 0);
    uint64_t before = f->prng.state;

    fixture_publish(f, TOPIC);
    fixture_heartbeat(f);

    assert_int_equal(fixture_sent_count(f, TRACE_RPC_IHAVE), SMALL_DRAWN);
    assert_true(f->prng.state == before);
    fixture_destroy(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_many_seeds_when_joining_then_every_mesh_is_equally_likely),
        cmocka_unit_test(given_many_seeds_when_a_mesh_is_filled_then_every_mesh_is_equally_likely),
        cmocka_unit_test(given_many_seeds_when_a_mesh_is_cut_then_every_mesh_is_equally_likely),
        cmocka_unit_test(given_many_seeds_when_publishing_then_every_fanout_is_equally_likely),
        cmocka_unit_test(given_many_seeds_when_a_fanout_is_filled_then_every_one_is_equally_likely),
        cmocka_unit_test(given_many_seeds_when_gossiping_then_every_set_of_peers_is_equally_likely),
        cmocka_unit_test(given_many_peers_when_drawn_then_each_is_drawn_equally_often),
        cmocka_unit_test(given_no_more_peers_than_d_when_chosen_then_the_stream_stays),
        cmocka_unit_test(given_no_more_peers_than_dlazy_when_gossiping_then_the_stream_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
