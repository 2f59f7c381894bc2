#include "sim/bandwidth.h"

#include "base/check.h"
#include "base/quantity.h"

#define BITS_PER_BYTE UINT64_C(8)

void bandwidth_init(struct bandwidth *bandwidth, struct arena *arena,
                    const struct topology *topology, const struct bandwidth_options *options) {
    *bandwidth = (struct bandwidth){.topology = topology};
    bool limited = false;
    bool fair = false;
    for (uint32_t i = 0; options != NULL && i < options->class_count; i++) {
        const struct bandwidth_class *item = &options->classes[i];
        CHECK(item->frame_bytes > 0);
        bool own = item->up_bits_per_s > 0 || item->down_bits_per_s > 0;
        limited = limited || own;
        fair = fair || (own && item->sharing == BANDWIDTH_FAIR);
    }
    if (!limited) {
        return;
    }
    bandwidth->classes = options->classes;
    bandwidth->node_class = options->node_class;
    pool_init(&bandwidth->pool, arena, MEMORY_EVENTS);
    bandwidth->busy_until_ns = arena_take_array(arena, MEMORY_ROUTERS, topology->node_count,
                                                sizeof *bandwidth->busy_until_ns);
    if (fair) {
        bandwidth->queues = arena_take_array(arena, MEMORY_ROUTERS, topology->node_count,
                                             sizeof *bandwidth->queues);
        bandwidth->flows = arena_take_array(arena, MEMORY_TOPOLOGY, 2 * topology->link_count,
                                            sizeof *bandwidth->flows);
    }
}

void bandwidth_init_beside(struct bandwidth *bandwidth, struct arena *arena,
                           const struct bandwidth *other) {
    *bandwidth = *other;
    pool_init(&bandwidth->pool, arena, MEMORY_EVENTS);
}

static const struct bandwidth_class *class_of(const struct bandwidth *bandwidth, uint32_t node) {
    return &bandwidth->classes[bandwidth->node_class == NULL ? 0 : bandwidth->node_class[node]];
}

static uint64_t rate_of(const struct bandwidth_class *bandwidth_class, enum bandwidth_side side) {
    return side == BANDWIDTH_UP ? bandwidth_class->up_bits_per_s : bandwidth_class->down_bits_per_s;
}

/** How long some bytes take at a rate, rounded up. */
static int64_t time_of(uint64_t bytes, uint64_t bits_per_s) {
    uint64_t product = 0;
    if (__builtin_mul_overflow(bytes, BITS_PER_BYTE * (uint64_t)NS_PER_S, &product)) {
        return FAIR_WORK_MAX_NS;
    }
    uint64_t time_ns = product / bits_per_s + (product % bits_per_s == 0 ? 0 : 1);
    return time_ns > (uint64_t)FAIR_WORK_MAX_NS ? FAIR_WORK_MAX_NS : (int64_t)time_ns;
}

int64_t bandwidth_transmission_ns(const struct bandwidth_class *bandwidth_class,
                                  enum bandwidth_side side, uint32_t bytes) {
    uint64_t rate = rate_of(bandwidth_class, side);
    if (rate == 0) {
        return 0;
    }
    uint64_t frames =
        ((uint64_t)bytes + bandwidth_class->frame_bytes - 1) / bandwidth_class->frame_bytes;
    return time_of(bytes + frames * bandwidth_class->overhead_bytes, rate);
}

/** What is left of a transfer for the side to do. */
static int64_t work_of(const struct bandwidth *bandwidth, const struct bandwidth_transfer *transfer,
                       int64_t now_ns) {
    uint32_t node = bandwidth->topology->owner[transfer->slot];
    int64_t work_ns =
        bandwidth_transmission_ns(class_of(bandwidth, node), transfer->side, transfer->bytes);
    if (transfer->side == BANDWIDTH_UP) {
        return work_ns;
    }
    const struct bandwidth_class *sender =
        class_of(bandwidth, bandwidth->topology->peer[transfer->slot]);
    int64_t before_ns = bandwidth_transmission_ns(sender, BANDWIDTH_UP, transfer->bytes);
    int64_t idle_ns = now_ns - bandwidth->busy_until_ns[node][BANDWIDTH_DOWN];
    before_ns = before_ns < idle_ns ? before_ns : idle_ns;
    if (before_ns <= 0) {
        return work_ns;
    }
    return before_ns < work_ns ? work_ns - before_ns : 0;
}

/** True if a side has room for more work. */
static bool has_room(const struct bandwidth_class *bandwidth_class, enum bandwidth_side side,
                     int64_t ahead_ns, int64_t work_ns) {
    if (ahead_ns == 0 || work_ns == 0) {
        return true;
    }
    if (ahead_ns + work_ns > FAIR_WORK_MAX_NS) {
        return false;
    }
    return bandwidth_class->queue_bytes == BANDWIDTH_QUEUE_UNLIMITED ||
           ahead_ns + work_ns <=
               time_of(bandwidth_class->queue_bytes, rate_of(bandwidth_class, side));
}

static enum bandwidth_outcome enter_fair(struct bandwidth *bandwidth,
                                         const struct bandwidth_transfer *transfer, int64_t now_ns,
                                         int64_t work_ns) {
    struct fair_flow *flow = &bandwidth->flows[transfer->slot][transfer->side];
    if (work_ns == 0 && flow->waiting == 0) {
        return BANDWIDTH_THROUGH;
    }
    uint32_t node = bandwidth->topology->owner[transfer->slot];
    struct fair_queue **queue = &bandwidth->queues[node][transfer->side];
    if (*queue == NULL) {
        *queue = pool_take(&bandwidth->pool, sizeof **queue);
        fair_queue_init(*queue, &bandwidth->pool);
    }
    struct fair_transfer waiting = {.slot = transfer->slot, .packet = transfer->packet};
    fair_queue_push(*queue, now_ns, flow, waiting, work_ns);
    return BANDWIDTH_WAITS;
}

enum bandwidth_outcome bandwidth_enter(struct bandwidth *bandwidth,
                                       const struct bandwidth_transfer *transfer, int64_t now_ns,
                                       int64_t *through_ns) {
    uint32_t node = bandwidth->topology->owner[transfer->slot];
    const struct bandwidth_class *own = class_of(bandwidth, node);
    *through_ns = now_ns;
    if (rate_of(own, transfer->side) == 0) {
        return BANDWIDTH_THROUGH;
    }
    int64_t *busy_until_ns = &bandwidth->busy_until_ns[node][transfer->side];
    int64_t work_ns = work_of(bandwidth, transfer, now_ns);
    int64_t ahead_ns = *busy_until_ns > now_ns ? *busy_until_ns - now_ns : 0;
    if (!has_room(own, transfer->side, ahead_ns, work_ns)) {
        return BANDWIDTH_FULL;
    }
    *busy_until_ns = now_ns + ahead_ns + work_ns;
    if (own->sharing == BANDWIDTH_FAIR) {
        return enter_fair(bandwidth, transfer, now_ns, work_ns);
    }
    *through_ns = *busy_until_ns;
    return BANDWIDTH_THROUGH;
}

struct fair_queue *bandwidth_queue(const struct bandwidth *bandwidth, uint32_t node,
                                   enum bandwidth_side side) {
    return bandwidth->queues == NULL ? NULL : bandwidth->queues[node][side];
}

bool bandwidth_leave(struct bandwidth *bandwidth, uint32_t node, enum bandwidth_side side,
                     int64_t now_ns, struct fair_transfer *transfer) {
    struct fair_queue *queue = bandwidth->queues[node][side];
    if (queue->count == 0) {
        return false;
    }
    struct fair_flow *flow = &bandwidth->flows[fair_queue_next_slot(queue)][side];
    return fair_queue_pop(queue, now_ns, flow, transfer);
}
