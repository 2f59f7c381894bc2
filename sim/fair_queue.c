#include "sim/fair_queue.h"

#include "base/check.h"

void fair_queue_init(struct fair_queue *queue, struct pool *pool) {
    *queue = (struct fair_queue){.due_ns = INT64_MAX, .pool = pool};
}

/** Moves virtual time to now. Where the last end was rounded down, it stands a little later. */
static void advance(struct fair_queue *queue, int64_t now_ns) {
    CHECK(now_ns >= queue->at_ns);
    if (queue->flows == 0) {
        queue->at_ns = now_ns;
        queue->at_parts = 0;
        queue->virtual_time = 0;
        return;
    }
    CHECK(now_ns - queue->at_ns <= FAIR_WORK_MAX_NS);
    int64_t passed = (now_ns - queue->at_ns) * FAIR_UNIT - queue->at_parts;
    if (passed > 0) {
        queue->virtual_time += passed / queue->flows;
        queue->at_ns = now_ns;
        queue->at_parts = 0;
    }
}

/** How long after `at_ns` the first transfer ends, in parts of a nanosecond. */
static int64_t parts_to_end(const struct fair_queue *queue) {
    // All flows have at least as much service ahead as the one that ends first, so that the product
    // is no more than the work in the queue.
    int64_t ahead = queue->heap[0].end - queue->virtual_time;
    CHECK(ahead >= 0);
    return queue->at_parts + ahead * queue->flows;
}

static bool ends_before(const struct fair_transfer *a, const struct fair_transfer *b) {
    return a->end != b->end ? a->end < b->end : a->number < b->number;
}

static void sift_up(struct fair_queue *queue, uint32_t place, struct fair_transfer transfer) {
    while (place > 0 && ends_before(&transfer, &queue->heap[(place - 1) / 2])) {
        queue->heap[place] = queue->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    queue->heap[place] = transfer;
}

static void sift_down(struct fair_queue *queue, struct fair_transfer transfer) {
    uint32_t place = 0;
    uint32_t child = 1;
    while (child < queue->count) {
        if (child + 1 < queue->count && ends_before(&queue->heap[child + 1], &queue->heap[child])) {
            child++;
        }
        if (!ends_before(&queue->heap[child], &transfer)) {
            break;
        }
        queue->heap[place] = queue->heap[child];
        place = child;
        child = 2 * place + 1;
    }
    queue->heap[place] = transfer;
}

void fair_queue_push(struct fair_queue *queue, int64_t now_ns, struct fair_flow *flow,
                     struct fair_transfer transfer, int64_t work_ns) {
    CHECK(work_ns >= 0);
    CHECK(work_ns <= FAIR_WORK_MAX_NS);
    advance(queue, now_ns);
    int64_t begin = flow->waiting > 0 ? flow->end : queue->virtual_time;
    queue->flows += flow->waiting == 0 ? 1 : 0;
    flow->waiting++;
    flow->end = begin + work_ns * FAIR_UNIT;
    transfer.end = flow->end;
    transfer.number = queue->next_number++;
    if (queue->count == queue->capacity) {
        queue->heap = pool_grow(queue->pool, queue->heap, &queue->capacity, queue->count + 1,
                                sizeof *queue->heap);
    }
    sift_up(queue, queue->count++, transfer);
}

int64_t fair_queue_next_ns(const struct fair_queue *queue) {
    if (queue->count == 0) {
        return INT64_MAX;
    }
    return queue->at_ns + (parts_to_end(queue) + FAIR_UNIT / 2 - 1) / FAIR_UNIT;
}

uint32_t fair_queue_next_slot(const struct fair_queue *queue) {
    CHECK(queue->count > 0);
    return queue->heap[0].slot;
}

bool fair_queue_pop(struct fair_queue *queue, int64_t now_ns, struct fair_flow *flow,
                    struct fair_transfer *transfer) {
    if (fair_queue_next_ns(queue) > now_ns) {
        return false;
    }
    // From the exact end on, not from the rounded one: so errors do not add up.
    int64_t parts = parts_to_end(queue);
    *transfer = queue->heap[0];
    queue->virtual_time = transfer->end;
    queue->at_ns += parts / FAIR_UNIT;
    queue->at_parts = parts % FAIR_UNIT;
    CHECK(flow->waiting > 0);
    queue->count--;
    if (queue->count > 0) {
        sift_down(queue, queue->heap[queue->count]);
    }
    flow->waiting--;
    queue->flows -= flow->waiting == 0 ? 1 : 0;
    CHECK(queue->flows <= queue->count);
    return true;
}
