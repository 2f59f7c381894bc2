#include "sim/link.h"

#include "base/check.h"
#include "base/prng.h"

/** The two ends of a link as one key: in the order given, so that directions differ. */
static uint64_t pair_key(uint32_t from, uint32_t to) {
    return (uint64_t)from << 32 | to;
}

static int64_t clamp_delay(const struct links *links, int64_t delay_ns) {
    if (delay_ns < links->options.delay_min_ns) {
        return links->options.delay_min_ns;
    }
    return delay_ns > links->options.delay_max_ns ? links->options.delay_max_ns : delay_ns;
}

/** The delays of all slots in the making. */
struct delays {
    struct links *links;
    struct arena *arena;
    uint32_t *short_ns;
    int64_t *long_ns; // NULL: none is long so far
};

static void set_delay(struct delays *delays, uint64_t slot, int64_t wanted_ns) {
    int64_t delay_ns = clamp_delay(delays->links, wanted_ns);
    CHECK(delay_ns >= LINK_DELAY_MIN_NS);
    if (delay_ns < LINK_DELAY_LONG) {
        delays->short_ns[slot] = (uint32_t)delay_ns;
        return;
    }
    if (delays->long_ns == NULL) {
        uint64_t slots = 2 * delays->links->topology->link_count;
        delays->long_ns =
            arena_take_array(delays->arena, MEMORY_TOPOLOGY, slots, sizeof *delays->long_ns);
    }
    delays->short_ns[slot] = LINK_DELAY_LONG;
    delays->long_ns[slot] = delay_ns;
}

static void set_delays_by_region(struct delays *delays, const struct link_options *options) {
    const struct topology *topology = delays->links->topology;
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        uint32_t from = options->node_region[topology->owner[slot]];
        uint32_t to = options->node_region[topology->peer[slot]];
        CHECK(from < options->region_count);
        CHECK(to < options->region_count);
        set_delay(delays, slot,
                  options->region_delay_ns[(uint64_t)from * options->region_count + to]);
    }
}

static void draw_delays(struct delays *delays, const struct link_options *options) {
    const struct topology *topology = delays->links->topology;
    struct distribution delay;
    distribution_init(&delay, delays->arena, options->delay, LINK_DELAY_MIN_NS);
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        uint32_t from = topology->owner[slot];
        uint32_t to = topology->peer[slot];
        bool turned = !options->asymmetric && from > to;
        uint64_t key = turned ? pair_key(to, from) : pair_key(from, to);
        uint64_t bits = prng_keyed(options->seed, STREAM_LINK, key, 0, 0);
        set_delay(delays, slot, distribution_at(&delay, bits));
    }
}

/** Delays that are given for slots, in place of those drawn. */
static void set_delays_by_slot(struct delays *delays, const int64_t *slot_delay_ns) {
    for (uint64_t slot = 0; slot < 2 * delays->links->topology->link_count; slot++) {
        if (slot_delay_ns[slot] != LINK_SLOT_DELAY_NONE) {
            CHECK(slot_delay_ns[slot] >= 0);
            set_delay(delays, slot, slot_delay_ns[slot]);
        }
    }
}

static void init_delays(struct links *links, struct arena *arena,
                        const struct link_options *options) {
    uint64_t slots = 2 * links->topology->link_count;
    struct delays delays = {.links = links, .arena = arena};
    delays.short_ns = arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *delays.short_ns);
    if (options->delay != NULL) {
        draw_delays(&delays, options);
    } else {
        CHECK(options->region_delay_ns != NULL);
        set_delays_by_region(&delays, options);
    }
    if (options->slot_delay_ns != NULL) {
        set_delays_by_slot(&delays, options->slot_delay_ns);
    }
    links->options.slot_delay_ns = NULL; // may go
    links->short_ns = delays.short_ns;
    links->long_ns = delays.long_ns;
}

/** What a draw is below with a probability < 1: ppb × 2^64 / 10⁹, rounded down. */
static uint64_t threshold_of(uint32_t ppb) {
    // Long division in two steps of 32 bits.
    uint64_t first = ((uint64_t)ppb << 32) / SHARE_ONE;
    uint64_t left = ((uint64_t)ppb << 32) % SHARE_ONE;
    return first << 32 | (left << 32) / SHARE_ONE;
}

static void init_loss(struct links *links, struct arena *arena,
                      const struct link_options *options) {
    for (uint32_t i = 0; i < LINK_CLASSES; i++) {
        uint32_t ppb =
            options->class_loss_ppb == NULL ? options->loss_ppb : options->class_loss_ppb[i];
        CHECK(ppb <= SHARE_ONE);
        links->class_loss_ppb[i] = ppb;
        links->threshold[i] = threshold_of(ppb);
        links->always_lost |= ppb == SHARE_ONE ? UINT32_C(1) << i : 0;
        links->has_loss = links->has_loss || ppb > 0;
    }
    links->has_loss = links->has_loss || options->slot_loss_ppb != NULL ||
                      options->region_loss_ppb != NULL || options->burst != NULL;
    CHECK(options->region_loss_ppb == NULL || options->node_region != NULL);
    if (options->burst != NULL) {
        burst_init(&links->burst, arena, options->burst, links->seed);
        links->cursors = arena_take_array(arena, MEMORY_TOPOLOGY, 2 * links->topology->link_count,
                                          sizeof *links->cursors);
    }
}

/** What has to be kept for each slot. */
static void init_slots(struct links *links, struct arena *arena,
                       const struct link_options *options) {
    uint64_t slots = 2 * links->topology->link_count;
    bool stream = options->transport == LINK_STREAM;
    CHECK(!stream || !options->reorder);
    if ((links->has_jitter || (stream && links->has_loss)) && !options->reorder) {
        links->last_arrival_ns =
            arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *links->last_arrival_ns);
    }
    if (links->has_jitter || links->has_loss) {
        links->sent = arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *links->sent);
    }
}

void links_init(struct links *links, struct arena *arena, const struct topology *topology,
                const struct link_options *options) {
    *links = (struct links){.topology = topology, .seed = options->seed, .options = *options};
    CHECK(options->delay_max_ns == 0 || options->delay_min_ns <= options->delay_max_ns);
    if (options->delay_max_ns == 0) {
        links->options.delay_max_ns = LINK_DELAY_MAX_NS;
    }
    if (options->delay_min_ns < LINK_DELAY_MIN_NS) {
        links->options.delay_min_ns = LINK_DELAY_MIN_NS;
    }
    init_delays(links, arena, options);
    init_loss(links, arena, options);
    links->has_jitter = options->jitter != NULL;
    if (links->has_jitter) {
        const struct jitter_options jitter = {.values = options->jitter,
                                              .correlation_ppb = options->jitter_correlation_ppb,
                                              .wave_ns = options->jitter_wave_ns};
        jitter_init(&links->jitter, arena, &jitter, links->seed);
    }
    init_slots(links, arena, options);
}

void links_expect_degradations(struct links *links, struct arena *arena) {
    uint64_t slots = 2 * links->topology->link_count;
    links->degradations = degradations_create(arena, slots);
    if (links->last_arrival_ns == NULL && !links->options.reorder) {
        links->last_arrival_ns =
            arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *links->last_arrival_ns);
    }
    if (links->sent == NULL) {
        links->sent = arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *links->sent);
    }
}

/** Names a packet among all of a run, for draws. */
struct packet_name {
    uint64_t direction;
    uint64_t kind;
    uint64_t name;
};

static struct packet_name name_packet(struct links *links, uint32_t slot,
                                      const struct packet *packet) {
    CHECK(packet->packet_class < LINK_CLASSES);
    uint32_t count = links->sent[slot][packet->packet_class]++;
    return (struct packet_name){
        .direction = pair_key(links->topology->owner[slot], links->topology->peer[slot]),
        // Keyed packets and counted ones of a class never share a name.
        .kind = packet->packet_class + (packet->keyed ? 0 : (uint64_t)LINK_CLASSES),
        .name = packet->keyed ? packet->key : count,
    };
}

/** True if the draw that a purpose has for an attempt to send a packet falls to a probability. */
static bool falls(const struct links *links, const struct packet_name *name,
                  enum stream_purpose purpose, uint32_t attempt, uint32_t ppb) {
    uint64_t kind = name->kind | (uint64_t)attempt << 8;
    uint64_t draw = prng_keyed(links->seed, purpose, name->direction, kind, name->name);
    return ppb == SHARE_ONE || draw < threshold_of(ppb);
}

/** The loss between the regions of a slot's two ends. */
static uint32_t region_loss_of(const struct links *links, uint32_t slot) {
    const struct link_options *options = &links->options;
    uint32_t from = options->node_region[links->topology->owner[slot]];
    uint32_t to = options->node_region[links->topology->peer[slot]];
    return options->region_loss_ppb[(uint64_t)from * options->region_count + to];
}

/** Random loss of an attempt. */
static bool is_lost(const struct links *links, uint32_t slot, const struct packet_name *name,
                    uint32_t attempt) {
    const uint32_t *slot_loss_ppb = links->options.slot_loss_ppb;
    if (slot_loss_ppb != NULL && slot_loss_ppb[slot] != LINK_SLOT_LOSS_NONE) {
        return falls(links, name, STREAM_LOSS, attempt, slot_loss_ppb[slot]);
    }
    uint32_t packet_class = (uint32_t)name->kind % LINK_CLASSES;
    if (links->options.region_loss_ppb != NULL) {
        uint32_t ppb =
            share_either(links->class_loss_ppb[packet_class], region_loss_of(links, slot));
        return falls(links, name, STREAM_LOSS, attempt, ppb);
    }
    uint64_t kind = name->kind | (uint64_t)attempt << 8;
    uint64_t draw = prng_keyed(links->seed, STREAM_LOSS, name->direction, kind, name->name);
    return draw < links->threshold[packet_class] || (links->always_lost >> packet_class & 1) != 0;
}

static enum link_verdict try_once(struct links *links, uint32_t slot,
                                  const struct packet_name *name, uint32_t attempt,
                                  int64_t departs_ns) {
    if (is_lost(links, slot, name, attempt)) {
        return LINK_LOSES;
    }
    if (links->cursors != NULL) {
        uint32_t ppb =
            burst_loss_ppb(&links->burst, &links->cursors[slot], name->direction, departs_ns);
        if (ppb > 0 && falls(links, name, STREAM_BURST_LOSS, attempt, ppb)) {
            return LINK_LOSES_IN_BURST;
        }
    }
    if (links->degradations != NULL) {
        uint32_t ppb = degradations_loss_ppb(links->degradations, slot, departs_ns);
        if (ppb > 0 && falls(links, name, STREAM_DEGRADE_LOSS, attempt, ppb)) {
            return LINK_LOSES_DEGRADED;
        }
    }
    return LINK_ARRIVES;
}

/** Until a packet that is lost on a slot is sent again for the first time. */
static int64_t timeout_of(const struct links *links, uint32_t slot) {
    if (links->options.timeout_ns > 0) {
        return links->options.timeout_ns;
    }
    uint32_t back = links->topology->reverse[slot];
    return links_delay_ns(links, slot) + links_delay_ns(links, back) + LINK_TIMEOUT_MARGIN_NS;
}

static void count_retransmission(const struct links *links) {
    if (links->options.retransmissions != NULL) {
        ++*links->options.retransmissions;
    }
}

/** Loss on its way; on a stream `*departs_ns` becomes the time of the attempt that decides. */
static enum link_verdict lose_or_repeat(struct links *links, uint32_t slot,
                                        const struct packet_name *name, int64_t *departs_ns) {
    enum link_verdict verdict = try_once(links, slot, name, 0, *departs_ns);
    if (verdict == LINK_ARRIVES || links->options.transport == LINK_DATAGRAM) {
        return verdict;
    }
    int64_t timeout_ns = timeout_of(links, slot);
    for (uint32_t attempt = 1; attempt <= links->options.attempts_limit; attempt++) {
        timeout_ns = timeout_ns < LINK_TIMEOUT_MAX_NS ? timeout_ns : LINK_TIMEOUT_MAX_NS;
        *departs_ns += timeout_ns;
        timeout_ns *= 2;
        count_retransmission(links);
        if (try_once(links, slot, name, attempt, *departs_ns) == LINK_ARRIVES) {
            return LINK_ARRIVES;
        }
    }
    return LINK_GIVES_UP;
}

/** The later of a time and that of the packet before it on a slot, which it becomes. */
static int64_t keep_order(struct links *links, uint32_t slot, int64_t arrives_ns) {
    if (links->last_arrival_ns == NULL) {
        return arrives_ns;
    }
    if (arrives_ns > links->last_arrival_ns[slot]) {
        links->last_arrival_ns[slot] = arrives_ns;
    }
    return links->last_arrival_ns[slot];
}

enum link_verdict links_send_drawn(struct links *links, uint32_t slot, const struct packet *packet,
                                   int64_t departs_ns, int64_t *arrives_ns) {
    int64_t delay_ns = links_delay_ns(links, slot);
    if (links->sent != NULL) {
        struct packet_name name = name_packet(links, slot, packet);
        bool has_loss = links->has_loss || links->degradations != NULL;
        if (has_loss && packet->can_be_lost) {
            enum link_verdict verdict = lose_or_repeat(links, slot, &name, &departs_ns);
            if (verdict == LINK_GIVES_UP) {
                keep_order(links, slot, departs_ns);
            }
            if (verdict != LINK_ARRIVES) {
                return verdict;
            }
        }
        if (links->has_jitter) {
            struct jitter_key key = {name.direction, name.kind, name.name};
            delay_ns = clamp_delay(links, delay_ns + jitter_at(&links->jitter, key, departs_ns));
        }
    }
    if (links->degradations != NULL) {
        delay_ns =
            degradations_delay(links->degradations, slot, departs_ns, delay_ns, LINK_DELAY_MAX_NS);
    }
    CHECK(delay_ns >= LINK_DELAY_MIN_NS);
    *arrives_ns = keep_order(links, slot, departs_ns + delay_ns);
    return LINK_ARRIVES;
}

int64_t links_least(const struct links *links, uint32_t slot) {
    int64_t delay_ns = links_delay_ns(links, slot);
    if (links->has_jitter) {
        delay_ns = clamp_delay(links, delay_ns + distribution_min(&links->jitter.values));
    }
    return delay_ns; // degradations make it longer, and waiting for other packets does
}

int64_t links_delay_min(const struct links *links) {
    int64_t least = INT64_MAX;
    for (uint64_t slot = 0; slot < 2 * links->topology->link_count; slot++) {
        int64_t delay_ns = links_delay_ns(links, slot);
        least = delay_ns < least ? delay_ns : least;
    }
    return least;
}
