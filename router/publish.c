#include "router/router.h"

#include "base/check.h"
#include "router/send.h"

/** The publisher's own application gets the message at once. Source: SEED.md §2.11 step 1. */
static void trigger_self(const struct router *router, struct router_step *step,
                         const struct topic_state *topic, uint32_t message) {
    uint32_t handlers = topic->handler_count;
    if (router->shared->params.self_trigger && handlers > 0) {
        *effects_add(step->effects) = (struct effect){
            .kind = EFFECT_DELIVER,
            .reason = REASON_SELF,
            .calls = (uint8_t)(handlers < UINT8_MAX ? handlers : UINT8_MAX),
            .slot = TRACE_NONE,
            .item = message,
            .topic = topic->topic,
        };
    }
}

/** The peers a message of ours goes to, those that speak only floodsub included. */
static const uint64_t *targets_of(struct router *router, struct router_step *step,
                                  struct topic_state *topic) {
    const uint64_t *targets = router->shared->protocol->publish_targets(router, step, topic);
    if (router->flooding == NULL) {
        return targets;
    }
    for (uint32_t i = 0; i < router->words; i++) {
        step->scratch_set[i] =
            targets[i] | (router->flooding[i] & topic_announced(router, topic)[i]);
    }
    return step->scratch_set;
}

uint32_t router_publish(struct router *router, struct router_step *step, uint32_t message) {
    struct router_shared *shared = router->shared;
    CHECK(message < shared->messages->count);
    const struct message *fields = &shared->messages->items[message];
    CHECK(fields->published);
    struct topic_state *topic = router_topic(router, fields->topic);
    CHECK(!seen_has(&router->seen, &shared->caches, message, step->now_ns));
    trigger_self(router, step, topic, message);
    bool is_empty = shared->messages->topic_sizes[fields->topic] == 0 ||
                    (fields->size_bytes == 0 && !shared->protocol->caches_messages &&
                     router_has_quirk(router, QUIRK_FLOOD_EMPTY_UNPUBLISHED));
    if (is_empty) {
        return 0;
    }
    if (!router_has_quirk(router, shared->protocol->own_message_unseen)) {
        seen_add(&router->seen, &shared->caches, message, router_seen_until(router, step->now_ns));
    }
    struct message_sending sending = {
        .targets = targets_of(router, step, topic),
        .message = message,
        .deliverer = TRACE_NONE,
    };
    uint32_t count = send_message(router, step, &sending);
    // The flood class counts as soon as anybody has spoken of the topic, the gossip class what went
    // out. Source: SEED.md §2.11 step 9, "Flood class".
    bool counts = shared->protocol->caches_messages ? count > 0 : topic->has_table;
    if (router->metrics != NULL && counts) {
        router_metrics_of(router->metrics, fields->topic)->published++;
    }
    return count;
}
