// The 2020 router's own tests of one router, of its message cache and of signatures, as SEED.md §6
// restates them. Those of tables preset them; here they are preset in the router's state, or formed
// by peers where the state must be one that inputs can lead to.
#include "router/gossipsub.h"
#include "tests/support/router_fixture.h"
#include "tests/support/unit.h"

#include <string.h>

enum { FOOBAR, OTHER, PEERS = 15, D = 6 };

#define MS_NS INT64_C(1000000)
#define MINUTE_NS (60000 * MS_NS)

static const uint64_t no_quirks;

static struct fixture *fixture_of(uint64_t quirks, uint32_t peers) {
    struct fixture_options options = {.peers = peers, .params = {.quirks = quirks}};
    return fixture_create(&options);
}

static struct topic_state *topic_of(struct fixture *f, uint16_t topic) {
    return router_topic(&f->router, topic);
}

/** A mesh of 15, by GRAFTs that are accepted without limit. */
static struct fixture *mesh_of_15(uint64_t quirks) {
    struct fixture *f = fixture_of(quirks, PEERS);
    fixture_connect_all(f);
    fixture_subscribe(f, FOOBAR);
    fixture_peers_graft(f, PEERS, FOOBAR);
    assert_int_equal(fixture_mesh_count(f, FOOBAR), PEERS);
    fixture_forget(f);
    return f;
}

/** rebalanceMesh "Degree Lo", which in spite of its name cuts. */
static void given_rebalance_mesh_degree_lo_when_it_runs_then_6_of_15_remain(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct fixture *f = mesh_of_15(row == 0 ? quirks_of_nim_2020() : no_quirks);

        mesh_balance(&f->router, &f->step, topic_of(f, FOOBAR),
                     &(struct mesh_balance){.fill_below = f->params.d_low,
                                            .fill_reason = REASON_BELOW_D_LOW,
                                            .cut_reason = REASON_ABOVE_D_HIGH});
        fixture_settle(f);

        assert_int_equal(fixture_mesh_count(f, FOOBAR), D);
        fixture_destroy(f);
    }
}

/** rebalanceMesh "Degree Hi": the topic is subscribed, so that a heartbeat does it. */
static void given_rebalance_mesh_degree_hi_when_the_heart_beats_then_6_of_15_remain(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct fixture *f = mesh_of_15(row == 0 ? quirks_of_nim_2020() : no_quirks);

        fixture_heartbeat(f);

        assert_int_equal(fixture_mesh_count(f, FOOBAR), D);
        assert_int_equal(fixture_sent_count(f, TRACE_RPC_PRUNE), PEERS - D);
        fixture_destroy(f);
    }
}

/** replenishFanout Degree Lo. */
static void given_replenish_fanout_degree_lo_when_it_runs_then_fanout_has_6_of_15(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct fixture *f = fixture_of(row == 0 ? quirks_of_nim_2020() : no_quirks, PEERS);
        fixture_connect_all(f);
        fixture_peers_subscribe(f, PEERS, FOOBAR);

        fixture_publish(f, FOOBAR);

        assert_int_equal(fixture_fanout_count(f, FOOBAR), D);
        fixture_destroy(f);
    }
}

/** Quirks under which a fanout can expire: all of 2020 but the one that writes no time, and none.
 */
static uint64_t expiring_quirks(uint32_t row) {
    return row == 0 ? quirks_of_nim_2020() & ~quirk_bit(QUIRK_FANOUT_NEVER_EXPIRES) : no_quirks;
}

/** dropFanoutPeers "expired": last published, with 1 ms to live, 5 ms ago. */
static void given_drop_fanout_peers_expired_when_it_runs_then_the_fanout_is_gone(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct fixture_options options = {.peers = D};
        options.params.quirks = expiring_quirks(row);
        options.params.fanout_ttl_ns = MS_NS;
        struct fixture *f = fixture_create(&options);
        fixture_form_fanout(f, FOOBAR, D);
        fixture_advance(f, 5 * MS_NS);

        fanout_maintain(&f->router, &f->step, topic_of(f, FOOBAR));
        fixture_settle(f);

        assert_false(topic_of(f, FOOBAR)->has_fanout);
        assert_int_equal(fixture_fanout_count(f, FOOBAR), 0);
        fixture_destroy(f);
    }
}

/** dropFanoutPeers "unexpired": one has expired, the other is due in a minute. */
static void given_drop_fanout_peers_unexpired_when_it_runs_then_only_one_is_gone(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct fixture_options options = {.peers = D};
        options.params.quirks = expiring_quirks(row);
        options.params.fanout_ttl_ns = MINUTE_NS;
        struct fixture *f = fixture_create(&options);
        fixture_form_fanout(f, FOOBAR, D);
        fixture_advance(f, MINUTE_NS);
        fixture_peers_subscribe(f, D, OTHER);
        fixture_publish(f, OTHER);

        fixture_heartbeat(f);

        assert_false(topic_of(f, FOOBAR)->has_fanout);
        assert_true(topic_of(f, OTHER)->has_fanout);
        assert_int_equal(fixture_fanout_count(f, OTHER), D);
        fixture_destroy(f);
    }
}

/** How many peers are where, in the order of their slots, when gossip peers are chosen. */
struct preset {
    const char *name;
    uint32_t mesh;
    uint32_t fanout;
    uint32_t others; // in the table of subscribers alone
    bool has_mesh;
    bool has_fanout;
    uint32_t wanted; // that get IHAVE
};

static void add_members(uint64_t *set, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        bitset_add(set, first + i);
    }
}

/** The tables of the row, and six own messages in the cache. */
static void preset_tables(struct fixture *f, const struct preset *row) {
    struct topic_state *topic = topic_of(f, FOOBAR);
    fixture_connect_all(f);
    topic->joined = row->has_mesh;
    topic->has_mesh = row->has_mesh;
    topic->has_fanout = row->has_fanout;
    topic->mesh_count = row->mesh;
    topic->last_published_ns = f->step.now_ns;
    f->router.mesh_topics = row->has_mesh;
    add_members(topic_mesh(&f->router, topic), 0, row->mesh);
    add_members(topic_fanout(&f->router, topic), row->mesh, row->fanout);
    add_members(topic_subscribers(&f->router, topic), row->mesh + row->fanout, row->others);
    add_members(topic_announced(&f->router, topic), row->mesh + row->fanout, row->others);
    for (uint32_t i = 0; i < 6; i++) {
        uint32_t message = fixture_new_message(f, FOOBAR, FIXTURE_OWN_NODE);
        mcache_put(&f->router.mcache, &f->shared.caches, message, 0);
    }
    fixture_forget(f);
}

/** getGossipPeers: tables that do not intersect; topic missing in mesh, in fanout, in gossipsub. */
static void given_get_gossip_peers_when_it_runs_then_up_to_6_outside_are_told(void **state) {
    (void)state;
    static const struct preset rows[] = {
        {"nothing intersects", PEERS, PEERS, PEERS, true, true, D},
        {"topic missing in mesh", 0, PEERS, PEERS, false, true, D},
        {"topic missing in fanout", PEERS, 0, PEERS, true, false, D},
        {"topic missing in gossipsub", PEERS, PEERS, 0, true, true, 0},
    };
    for (size_t i = 0; i < 2 * COUNT_OF(rows); i++) {
        const struct preset *row = &rows[i / 2];
        // The specification never has a mesh and a fanout of one topic; that much of 2020 it needs.
        uint64_t quirks = i % 2 == 0 ? quirks_of_nim_2020() : quirk_bit(QUIRK_FANOUT_SURVIVES_JOIN);
        struct fixture *f = fixture_of(quirks, row->mesh + row->fanout + row->others);
        preset_tables(f, row);

        if (i % 2 == 0) {
            gossip_emit_capped(&f->router, &f->step);
        } else {
            gossip_emit(&f->router, &f->step, topic_of(f, FOOBAR));
        }
        topic_of(f, FOOBAR)->handlers[0] = row->has_mesh;
        topic_of(f, FOOBAR)->handler_count = row->has_mesh;
        topic_of(f, FOOBAR)->handler_count = row->has_mesh;
        fixture_settle(f);

        fixture_expect_equal(row->name, "IHAVEs", fixture_sent_count(f, TRACE_RPC_IHAVE),
                             row->wanted);
        for (uint32_t slot = 0; slot < row->mesh + row->fanout; slot++) {
            fixture_expect_equal(row->name, "IHAVEs to a member",
                                 fixture_sent_to(f, slot, TRACE_RPC_IHAVE), 0);
        }
        fixture_destroy(f);
    }
}

/* The message cache. Its tests give (window, history); a window is what gossip names. */

struct cache {
    struct arena *arena;
    struct pool pool;
    struct mcache mcache;
    uint32_t window;
};

static struct cache cache_of(uint32_t window, uint32_t history, bool extra) {
    struct cache c = {.arena = arena_create(NULL), .window = window};
    pool_init(&c.pool, c.arena, MEMORY_CACHES);
    mcache_init(&c.mcache, &c.pool, history + extra, PEERS);
    return c;
}

/** Messages of a topic: ten numbers each. */
static void put(struct cache *c, uint32_t topic, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        mcache_put(&c->mcache, &c->pool, 10 * topic + i, 0);
    }
}

/** How many messages of the topic the window holds. */
static uint32_t window_count(const struct cache *c, uint32_t topic) {
    uint32_t position = 0;
    uint32_t count = 0;
    const struct mcache_entry *entry = NULL;
    while ((entry = mcache_next(&c->mcache, c->window, &position)) != NULL) {
        count += entry->message / 10 == topic;
    }
    return count;
}

static void given_mcache_put_get_when_asked_by_id_then_it_is_the_message(void **state) {
    (void)state;
    struct cache c = cache_of(3, 5, true);
    mcache_put(&c.mcache, &c.pool, 7, 2);

    const struct mcache_entry *entry = mcache_find(&c.mcache, 7);

    assert_non_null(entry);
    assert_int_equal(entry->message, 7);
    assert_int_equal(entry->hops, 2);
    arena_destroy(c.arena);
}

static void given_mcache_window_when_listed_then_it_is_the_topics_messages(void **state) {
    (void)state;
    for (uint32_t row = 0; row < 2; row++) {
        struct fixture *f = fixture_of(row == 0 ? quirks_of_nim_2020() : no_quirks, 20);
        fixture_connect_all(f);
        fixture_subscribe(f, FOOBAR);
        fixture_subscribe(f, OTHER);
        fixture_peers_subscribe(f, 20, FOOBAR);
        for (uint32_t i = 0; i < 8; i++) {
            fixture_publish(f, i < 3 ? FOOBAR : OTHER);
        }
        fixture_forget(f);

        fixture_heartbeat(f);

        const struct rpc *ihave = &fixture_sent(f, TRACE_RPC_IHAVE, 0)->rpc;
        assert_int_equal(ihave->entry_count, 1);
        assert_int_equal(rpc_entries(ihave)->topic, FOOBAR);
        assert_int_equal(rpc_entries(ihave)->count, 3);
        for (uint32_t i = 0; i < 3; i++) {
            uint32_t message = message_of_id(ihave->ids[rpc_entries(ihave)->first + i]);
            assert_int_equal(f->messages.items[message].topic, FOOBAR);
        }
        fixture_destroy(f);
    }
}

static void given_mcache_shift_1_when_shifted_then_the_window_of_1_is_empty(void **state) {
    (void)state;
    for (uint32_t extra = 0; extra < 2; extra++) {
        struct cache c = cache_of(1, 5, extra != 0);
        for (uint32_t round = 0; round < 3; round++) {
            put(&c, round, 3);
            assert_int_equal(window_count(&c, round), 3);

            mcache_shift(&c.mcache, &c.pool);

            assert_int_equal(window_count(&c, round), 0);
        }
        arena_destroy(c.arena);
    }
}

static void given_mcache_shift_2_when_shifted_then_each_topic_leaves_the_window(void **state) {
    (void)state;
    for (uint32_t extra = 0; extra < 2; extra++) {
        struct cache c = cache_of(1, 5, extra != 0);
        for (uint32_t topic = 0; topic < 3; topic++) {
            put(&c, topic, 3);
        }

        mcache_shift(&c.mcache, &c.pool);
        assert_int_equal(window_count(&c, 0), 0);
        mcache_shift(&c.mcache, &c.pool);
        assert_int_equal(window_count(&c, 1), 0);

        // They are out of the window, not of the cache.
        assert_non_null(mcache_find(&c.mcache, 0));
        arena_destroy(c.arena);
    }
}

/* Message: signature. */

enum { SIGNED_BYTES_MAX = 128 };

/** The bytes under the signature of an empty message on "topic": SEED.md §3.6, §3.1. */
static size_t write_signed_bytes(const struct message_table *table, uint8_t *out) {
    size_t size = 0;
    memcpy(out, "libp2p-pubsub:", 14);
    size += 14;
    out[size++] = 1 << 3 | 2;
    out[size++] = PEER_ID_BYTES;
    memcpy(out + size, table->identities->peer_ids[0], PEER_ID_BYTES);
    size += PEER_ID_BYTES;
    out[size++] = 2 << 3 | 2;
    out[size++] = 0;
    out[size++] = 3 << 3 | 2;
    out[size++] = SEQNO_BYTES;
    memcpy(out + size, "\0\0\0\0\0\0\0\5", SEQNO_BYTES);
    size += SEQNO_BYTES;
    out[size++] = 4 << 3 | 2;
    out[size++] = 5;
    memcpy(out + size, "topic", 5);
    return size + 5;
}

static void given_a_signed_empty_message_when_verified_then_its_signature_holds(void **state) {
    (void)state;
    struct arena *arena = arena_create(NULL);
    struct identities identities;
    struct message_table table;
    const char *const names[] = {"topic"};
    const uint32_t sizes[] = {5};
    uint8_t bytes[SIGNED_BYTES_MAX];
    identities_init(&identities, arena, 1, 1, true);
    message_table_init(&table, arena,
                       &(struct message_table_options){.count = 1,
                                                       .identities = &identities,
                                                       .topic_names = names,
                                                       .topic_sizes = sizes,
                                                       .topic_count = 1,
                                                       .sign = true});

    message_publish(&table, 0, &(struct message){.seqno = 5, .has_key = true});

    size_t size = write_signed_bytes(&table, bytes);
    assert_true(table.items[0].authentic);
    assert_true(identity_verify(identities.peer_ids[0], bytes, size, table.signatures[0]));
    bytes[size - 1] ^= 1;
    assert_false(identity_verify(identities.peer_ids[0], bytes, size, table.signatures[0]));
    arena_destroy(arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_rebalance_mesh_degree_lo_when_it_runs_then_6_of_15_remain),
        cmocka_unit_test(given_rebalance_mesh_degree_hi_when_the_heart_beats_then_6_of_15_remain),
        cmocka_unit_test(given_replenish_fanout_degree_lo_when_it_runs_then_fanout_has_6_of_15),
        cmocka_unit_test(given_drop_fanout_peers_expired_when_it_runs_then_the_fanout_is_gone),
        cmocka_unit_test(given_drop_fanout_peers_unexpired_when_it_runs_then_only_one_is_gone),
        cmocka_unit_test(given_get_gossip_peers_when_it_runs_then_up_to_6_outside_are_told),
        cmocka_unit_test(given_mcache_put_get_when_asked_by_id_then_it_is_the_message),
        cmocka_unit_test(given_mcache_window_when_listed_then_it_is_the_topics_messages),
        cmocka_unit_test(given_mcache_shift_1_when_shifted_then_the_window_of_1_is_empty),
        cmocka_unit_test(given_mcache_shift_2_when_shifted_then_each_topic_leaves_the_window),
        cmocka_unit_test(given_a_signed_empty_message_when_verified_then_its_signature_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
