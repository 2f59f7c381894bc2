#include "base/check.h"
#include "router/router.h"

#include <string.h>

/** The topic is as when it was first met. */
static void reset_topic(const struct router *router, struct topic_state *state) {
    size_t sets = router_has_quirk(router, QUIRK_MOVER_FORGETS) ? 4 : 3;
    uint16_t topic = state->topic;
    memset(state, 0, sizeof *state + sets * router->words * sizeof(uint64_t));
    state->topic = topic;
}

static void clear_set(const struct router *router, uint64_t *set) {
    if (set != NULL) {
        memset(set, 0, router->words * sizeof *set);
    }
}

void router_reset(struct router *router, struct rpc_slab *rpcs) {
    struct router_shared *shared = router->shared;
    for (uint32_t i = 0; i < router->topic_count; i++) {
        reset_topic(router, router->topics[i]);
    }
    router->mesh_topics = 0;
    clear_set(router, router->peers);
    clear_set(router, router->connected);
    clear_set(router, router->flooding);
    clear_set(router, router->broken);
    seen_clear(&router->seen, &shared->caches);
    if (shared->protocol->caches_messages) {
        mcache_clear(&router->mcache, &shared->caches);
    }
    if (router->side != NULL) {
        struct router_side *side = router->side;
        digest_cache_clear(&side->sent);
        digest_cache_clear(&side->received);
        validations_clear(&side->validations, &shared->caches, rpcs, router->words);
    }
    if (router->metrics != NULL) {
        router_metrics_clear(router->metrics);
    }
}
