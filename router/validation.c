#include "router/validation.h"

#include "base/bitset.h"
#include "base/check.h"

#include <string.h>

struct validation *validations_find(const struct validations *validations, uint32_t message) {
    for (uint32_t i = 0; i < validations->pending_count; i++) {
        if (validations->pending[i].message == message) {
            return &validations->pending[i];
        }
    }
    return NULL;
}

void validations_add(struct validations *validations, struct pool *pool,
                     const struct validation *validation, uint32_t words) {
    CHECK(validations_find(validations, validation->message) == NULL);
    if (validations->pending_count == validations->pending_capacity) {
        validations->pending =
            pool_grow(pool, validations->pending, &validations->pending_capacity,
                      validations->pending_count + 1, sizeof *validations->pending);
    }
    struct validation *added = &validations->pending[validations->pending_count++];
    *added = *validation;
    added->sources = pool_take(pool, words * sizeof *added->sources);
    memset(added->sources, 0, words * sizeof *added->sources);
}

struct validation validations_take(struct validations *validations, uint32_t message) {
    struct validation *found = validations_find(validations, message);
    CHECK(found != NULL);
    struct validation taken = *found;
    for (; found + 1 < validations->pending + validations->pending_count; found++) {
        found[0] = found[1];
    }
    validations->pending_count--;
    return taken;
}

void validation_finish(const struct validation *validation, struct pool *pool, uint32_t words) {
    pool_give(pool, validation->sources, words * sizeof *validation->sources);
}

bool validations_hold(const struct validations *validations, uint32_t slot) {
    for (uint32_t i = 0; i < validations->pending_count; i++) {
        if (validations->pending[i].reader_waits && validations->pending[i].slot == slot) {
            return true;
        }
    }
    return false;
}

void validations_keep(struct validations *validations, struct pool *pool,
                      const struct waiting_rpc *waiting, bool first) {
    if (validations->waiting_count == validations->waiting_capacity) {
        validations->waiting =
            pool_grow(pool, validations->waiting, &validations->waiting_capacity,
                      validations->waiting_count + 1, sizeof *validations->waiting);
    }
    uint32_t at = first ? 0 : validations->waiting_count;
    for (uint32_t i = validations->waiting_count; i > at; i--) {
        validations->waiting[i] = validations->waiting[i - 1];
    }
    validations->waiting[at] = *waiting;
    validations->waiting_count++;
}

/** Takes out the RPC at a place of the list. */
static struct waiting_rpc take_at(struct validations *validations, uint32_t index) {
    CHECK(index < validations->waiting_count);
    struct waiting_rpc taken = validations->waiting[index];
    validations->waiting_count--;
    for (uint32_t i = index; i < validations->waiting_count; i++) {
        validations->waiting[i] = validations->waiting[i + 1];
    }
    return taken;
}

bool validations_next(struct validations *validations, uint32_t slot, struct waiting_rpc *waiting) {
    for (uint32_t i = 0; i < validations->waiting_count; i++) {
        if (validations->waiting[i].slot == slot) {
            *waiting = take_at(validations, i);
            return true;
        }
    }
    return false;
}

void validations_forget(struct validations *validations, struct rpc_slab *rpcs, uint32_t slot) {
    struct waiting_rpc waiting;
    while (validations_next(validations, slot, &waiting)) {
        rpc_release(rpcs, waiting.rpc);
    }
    for (uint32_t i = 0; i < validations->pending_count; i++) {
        if (validations->pending[i].slot == slot) {
            validations->pending[i].reader_waits = false;
        }
    }
}

void validations_clear(struct validations *validations, struct pool *pool, struct rpc_slab *rpcs,
                       uint32_t words) {
    for (uint32_t i = 0; i < validations->pending_count; i++) {
        validation_finish(&validations->pending[i], pool, words);
        if (validations->pending[i].rpc != RPC_NONE) {
            rpc_release(rpcs, validations->pending[i].rpc);
        }
    }
    for (uint32_t i = 0; i < validations->waiting_count; i++) {
        rpc_release(rpcs, validations->waiting[i].rpc);
    }
    validations->pending_count = 0;
    validations->waiting_count = 0;
}
