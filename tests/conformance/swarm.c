#include "tests/conformance/swarm.h"

#include "tests/support/unit.h"

#define SECOND_NS INT64_C(1000000000)

enum { BYTES_SMALL = 100, BYTES_ABOVE_READ_LIMIT = 70000, ENTRIES_MAX = 3 };

static struct router_params draw_params(struct prng *prng, uint64_t quirks) {
    struct router_params params = {.quirks = quirks, .self_trigger = prng_below(prng, 2) == 0};
    params.d = 1 + prng_below(prng, 4);
    params.d_low = 1 + prng_below(prng, params.d);
    params.d_high = params.d + prng_below(prng, 3);
    params.d_lazy = 1 + prng_below(prng, 4);
    params.history_length = 1 + prng_below(prng, 5);
    params.history_gossip = 1 + prng_below(prng, params.history_length);
    params.seen_ttl_ns = (1 + prng_below(prng, 8)) * SECOND_NS;
    params.fanout_ttl_ns = (1 + prng_below(prng, 8)) * SECOND_NS;
    params.spare_senders = prng_below(prng, 2) == 0;
    return params;
}

struct network_options swarm_options(uint64_t seed, const uint64_t quirks[NETWORK_GROUPS]) {
    struct prng prng = prng_stream(seed, STREAM_TOPOLOGY, 0);
    struct network_options options = {.seed = seed};
    options.nodes = 2 + prng_below(&prng, 6);
    options.nodes += prng_below(&prng, 64) == 0 ? 64 : 0; // sets of slots take two words
    options.others = prng_below(&prng, options.nodes + 1);
    options.topics = 1 + prng_below(&prng, 8);
    options.metered = prng_below(&prng, 2) == 0;
    options.sign = prng_below(&prng, 16) == 0; // which takes its time
    for (uint32_t i = 0; i < NETWORK_GROUPS; i++) {
        options.params[i] = draw_params(&prng, quirks[i]);
        options.floodsub[i] = prng_below(&prng, 4) == 0;
        options.validated[i] = prng_below(&prng, 2) == 0 ? prng_below(&prng, 256) : 0;
    }
    return options;
}

/** What is driven, and by which draws. */
struct swarm {
    struct network *n;
    struct prng *prng;
};

static uint32_t below(const struct swarm *swarm, uint32_t bound) {
    return prng_below(swarm->prng, bound);
}

static uint16_t draw_topic(const struct swarm *swarm) {
    return (uint16_t)below(swarm, swarm->n->messages.topic_count);
}

/** Draws two different nodes. */
static void draw_pair(const struct swarm *swarm, uint32_t *a, uint32_t *b) {
    *a = below(swarm, swarm->n->nodes);
    *b = (*a + 1 + below(swarm, swarm->n->nodes - 1)) % swarm->n->nodes;
}

static bool knows(const struct swarm *swarm, uint32_t node, uint32_t peer) {
    return bitset_has(swarm->n->routers[node].peers, peer);
}

static bool reaches(const struct swarm *swarm, uint32_t node, uint32_t peer) {
    return bitset_has(swarm->n->routers[node].connected, peer);
}

/** Links a pair anew: a router must not be told twice that a peer is there. */
static void relink(const struct swarm *swarm, uint32_t a, uint32_t b) {
    if (reaches(swarm, a, b) || reaches(swarm, b, a)) {
        network_unlink(swarm->n, a, b);
    }
    network_link(swarm->n, a, b);
}

static void change_link(const struct swarm *swarm) {
    uint32_t a = 0;
    uint32_t b = 0;
    draw_pair(swarm, &a, &b);
    uint32_t choice = below(swarm, 10);
    if (choice == 0) {
        network_unlink(swarm->n, a, b);
    } else if (choice == 1 && !knows(swarm, a, b)) {
        network_refuse(swarm->n, a, b);
    } else if (choice == 2 && knows(swarm, a, b)) {
        network_writes_fail(swarm->n, a, b);
    } else if (choice == 3 || !network_linked(swarm->n, a, b)) {
        relink(swarm, a, b);
    }
}

static void publish(const struct swarm *swarm) {
    static const uint32_t sizes[] = {0, 1, BYTES_SMALL, BYTES_ABOVE_READ_LIMIT};
    network_publish_bytes(swarm->n, below(swarm, swarm->n->nodes), draw_topic(swarm),
                          sizes[below(swarm, COUNT_OF(sizes))]);
}

/** A message of a node that nobody has sent yet, perhaps of several topics. */
static uint32_t make_message(const struct swarm *swarm) {
    struct network *n = swarm->n;
    uint32_t number = n->next_message++;
    uint32_t origin = below(swarm, n->nodes);
    struct message fields = {.seqno = router_next_seqno(&n->routers[origin]),
                             .origin = origin,
                             .size_bytes = BYTES_SMALL,
                             .topic = draw_topic(swarm)};
    message_publish(&n->messages, number, &fields);
    if (below(swarm, 3) == 0 && !n->messages.sign) {
        message_add_topic(&n->messages, number, draw_topic(swarm));
    }
    return number;
}

/** A message of before or a new one. */
static uint32_t draw_message(const struct swarm *swarm) {
    uint32_t count = swarm->n->next_message;
    return count == 0 || below(swarm, 3) == 0 ? make_message(swarm) : below(swarm, count);
}

static void add_ids(const struct swarm *swarm, uint32_t rpc) {
    for (uint32_t ids = below(swarm, ENTRIES_MAX + 1); ids > 0; ids--) {
        uint32_t form = below(swarm, 2) == 0 ? MESSAGE_ID_TEXT : 0;
        rpc_add_id(&swarm->n->rpcs, rpc, draw_message(swarm) | form);
    }
}

static void add_entry(const struct swarm *swarm, uint32_t rpc, enum trace_rpc kind) {
    struct rpc_slab *rpcs = &swarm->n->rpcs;
    switch (kind) {
    case TRACE_RPC_SUBSCRIPTIONS:
        rpc_add_subscription(rpcs, rpc, draw_topic(swarm), below(swarm, 2) == 0);
        return;
    case TRACE_RPC_MESSAGES:
        rpc_add_message(rpcs, rpc, draw_message(swarm), below(swarm, 4));
        if (below(swarm, 4) == 0) {
            rpc_mark_damaged(rpcs, rpc);
        }
        return;
    case TRACE_RPC_IHAVE:
        rpc_add_ihave(rpcs, rpc, draw_topic(swarm));
        add_ids(swarm, rpc);
        return;
    case TRACE_RPC_IWANT:
        rpc_add_iwant(rpcs, rpc);
        add_ids(swarm, rpc);
        return;
    case TRACE_RPC_GRAFT:
        rpc_add_graft(rpcs, rpc, draw_topic(swarm));
        return;
    case TRACE_RPC_PRUNE:
        rpc_add_prune(rpcs, rpc, draw_topic(swarm));
        return;
    case TRACE_RPC_COUNT:
        break;
    }
    fail();
}

/** An RPC of any mixture of entries, in the order that the wire has. */
static void inject(const struct swarm *swarm) {
    uint32_t from = 0;
    uint32_t to = 0;
    draw_pair(swarm, &from, &to);
    uint32_t rpc = rpc_create(&swarm->n->rpcs);
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        uint32_t entries = below(swarm, 2) == 0 ? 0 : below(swarm, ENTRIES_MAX + 1);
        for (; entries > 0; entries--) {
            add_entry(swarm, rpc, (enum trace_rpc)kind);
        }
    }
    if (rpc_at(&swarm->n->rpcs, rpc)->entry_count == 0) {
        add_entry(swarm, rpc, TRACE_RPC_GRAFT);
    }
    network_inject(swarm->n, from, to, rpc);
}

/** The message that an application has looked at longest, or NULL. */
static const struct validation *oldest_pending(const struct router *router) {
    bool any = router->side != NULL && router->side->validations.pending_count > 0;
    return any ? &router->side->validations.pending[0] : NULL;
}

/** Some application answers about the message that it has looked at longest. */
static void answer(const struct swarm *swarm) {
    uint32_t node = below(swarm, swarm->n->nodes);
    struct router *router = &swarm->n->routers[node];
    const struct validation *oldest = oldest_pending(router);
    if (oldest != NULL && !swarm->n->held) {
        swarm->n->rejected = below(swarm, 256);
        network_answer(swarm->n, node, oldest->message);
    }
}

static void pass_time(const struct swarm *swarm) {
    if (below(swarm, 40) == 0) {
        network_heartbeats(swarm->n, 121); // all that expires has expired
    } else if (below(swarm, 3) == 0) {
        network_beat(swarm->n, below(swarm, swarm->n->nodes));
    } else {
        network_heartbeats(swarm->n, 1);
    }
}

static void change_subscription(const struct swarm *swarm) {
    uint32_t node = below(swarm, swarm->n->nodes);
    uint32_t handler = below(swarm, ROUTER_HANDLERS_MAX);
    if (below(swarm, 5) < 3) {
        network_add_handler(swarm->n, node, draw_topic(swarm), handler);
    } else {
        network_remove_handler(swarm->n, node, draw_topic(swarm), handler);
    }
}

static void change_delivery(const struct swarm *swarm) {
    if (swarm->n->held) {
        network_release(swarm->n);
    } else {
        network_hold(swarm->n);
    }
}

static void step(const struct swarm *swarm) {
    static void (*const verbs[])(const struct swarm *) = {
        change_link,
        change_link,
        change_link,
        publish,
        publish,
        inject,
        inject,
        answer,
        answer,
        answer,
        pass_time,
        pass_time,
        change_subscription,
        change_subscription,
        change_delivery,
    };
    verbs[below(swarm, COUNT_OF(verbs))](swarm);
}

/** What holds between verbs beside what router_validate() looks at. */
static void expect_sound(const struct router *router) {
    const struct mcache *mcache = &router->mcache;
    uint32_t windows = mcache->windows;
    uint32_t position = 0;
    const struct mcache_entry *entry = NULL;
    while (windows > 0 && (entry = mcache_next(mcache, windows, &position)) != NULL) {
        // The cache has one entry for a message: the latest of that number is this one.
        assert_ptr_equal(mcache_find((struct mcache *)mcache, entry->message), entry);
    }
    uint32_t waiting = router->side == NULL ? 0 : router->side->validations.waiting_count;
    for (uint32_t i = 0; i < waiting; i++) {
        assert_true(bitset_has(router->peers, router->side->validations.waiting[i].slot));
    }
}

/** Everything that is under way ends. */
static void finish(struct network *n) {
    n->applications_wait = false;
    network_release(n);
    for (uint32_t node = 0; node < n->nodes; node++) {
        const struct validation *oldest = NULL;
        while ((oldest = oldest_pending(&n->routers[node])) != NULL) {
            network_answer(n, node, oldest->message);
        }
    }
    assert_int_equal(n->rpcs.live, 0);
}

struct network *swarm_run(const struct network_options *options) {
    struct prng prng = prng_stream(options->seed, STREAM_WORKLOAD, 0);
    struct network *n = network_create(options);
    struct swarm swarm = {.n = n, .prng = &prng};
    n->applications_wait = true;
    network_link_all(n);
    for (uint32_t i = 0; i < SWARM_STEPS; i++) {
        step(&swarm);
        for (uint32_t node = 0; node < n->nodes; node++) {
            expect_sound(&n->routers[node]);
        }
    }
    finish(n);
    return n;
}
