#include "sim/link.h"

#include "base/check.h"
#include "base/prng.h"

/** The two ends of a link as one key: in the order given, so that directions differ. */
static uint64_t pair_key(uint32_t from, uint32_t to) {
    return (uint64_t)from << 32 | to;
}

static int64_t clamp_delay(int64_t delay_ns) {
    if (delay_ns < LINK_DELAY_MIN_NS) {
        return LINK_DELAY_MIN_NS;
    }
    return delay_ns > LINK_DELAY_MAX_NS ? LINK_DELAY_MAX_NS : delay_ns;
}

static void set_delays_by_region(struct links *links, const struct link_options *options) {
    const struct topology *topology = links->topology;
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        uint32_t from = options->node_region[topology->owner[slot]];
        uint32_t to = options->node_region[topology->peer[slot]];
        CHECK(from < options->region_count);
        CHECK(to < options->region_count);
        links->delay_ns[slot] =
            clamp_delay(options->region_delay_ns[(uint64_t)from * options->region_count + to]);
    }
}

static void draw_delays(struct links *links, struct arena *arena,
                        const struct link_options *options) {
    const struct topology *topology = links->topology;
    struct distribution delay;
    distribution_init(&delay, arena, options->delay, LINK_DELAY_MIN_NS);
    for (uint64_t slot = 0; slot < 2 * topology->link_count; slot++) {
        uint32_t from = topology->owner[slot];
        uint32_t to = topology->peer[slot];
        bool turned = !options->asymmetric && from > to;
        uint64_t key = turned ? pair_key(to, from) : pair_key(from, to);
        uint64_t bits = prng_keyed(links->seed, STREAM_LINK, key, 0, 0);
        links->delay_ns[slot] = clamp_delay(distribution_at(&delay, bits));
    }
}

static void init_loss(struct links *links, uint32_t loss_ppb) {
    CHECK(loss_ppb <= SHARE_ONE);
    links->has_loss = loss_ppb > 0;
    links->always_lost = loss_ppb == SHARE_ONE;
    // loss_ppb × 2^64 / 10⁹, rounded down, by long division in two steps of 32 bits.
    uint64_t first = ((uint64_t)loss_ppb << 32) / SHARE_ONE;
    uint64_t left = ((uint64_t)loss_ppb << 32) % SHARE_ONE;
    links->loss_threshold = first << 32 | (left << 32) / SHARE_ONE;
}

void links_init(struct links *links, struct arena *arena, const struct topology *topology,
                const struct link_options *options) {
    uint64_t slots = 2 * topology->link_count;
    *links = (struct links){.topology = topology, .seed = options->seed};
    links->delay_ns = arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *links->delay_ns);
    if (options->delay != NULL) {
        draw_delays(links, arena, options);
    } else {
        CHECK(options->region_delay_ns != NULL);
        set_delays_by_region(links, options);
    }
    init_loss(links, options->loss_ppb);
    links->has_jitter = options->jitter != NULL;
    if (links->has_jitter) {
        distribution_init(&links->jitter, arena, options->jitter, -DISTRIBUTION_CAP_NS);
        if (!options->reorder) {
            links->last_arrival_ns =
                arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *links->last_arrival_ns);
        }
    }
    if (links->has_jitter || links->has_loss) {
        links->sent = arena_take_array(arena, MEMORY_TOPOLOGY, slots, sizeof *links->sent);
    }
}

enum link_verdict links_send(struct links *links, uint32_t slot, const struct packet *packet,
                             int64_t departs_ns, int64_t *arrives_ns) {
    int64_t delay_ns = links->delay_ns[slot];
    if (links->sent != NULL) {
        CHECK(packet->packet_class < LINK_CLASSES);
        uint32_t count = links->sent[slot][packet->packet_class]++;
        uint64_t direction = pair_key(links->topology->owner[slot], links->topology->peer[slot]);
        // Keyed packets and counted ones of a class never share a name.
        uint64_t kind = packet->packet_class + (packet->keyed ? 0 : (uint64_t)LINK_CLASSES);
        uint64_t name = packet->keyed ? packet->key : count;
        if (links->has_loss && packet->can_be_lost) {
            uint64_t draw = prng_keyed(links->seed, STREAM_LOSS, direction, kind, name);
            if (links->always_lost || draw < links->loss_threshold) {
                return LINK_LOSES;
            }
        }
        if (links->has_jitter) {
            uint64_t draw = prng_keyed(links->seed, STREAM_JITTER, direction, kind, name);
            delay_ns = clamp_delay(delay_ns + distribution_at(&links->jitter, draw));
        }
    }
    CHECK(delay_ns >= LINK_DELAY_MIN_NS);
    *arrives_ns = departs_ns + delay_ns;
    if (links->last_arrival_ns != NULL) {
        if (*arrives_ns < links->last_arrival_ns[slot]) {
            *arrives_ns = links->last_arrival_ns[slot];
        }
        links->last_arrival_ns[slot] = *arrives_ns;
    }
    return LINK_ARRIVES;
}

int64_t links_delay_min(const struct links *links) {
    int64_t least = INT64_MAX;
    for (uint64_t slot = 0; slot < 2 * links->topology->link_count; slot++) {
        least = links->delay_ns[slot] < least ? links->delay_ns[slot] : least;
    }
    return least;
}
