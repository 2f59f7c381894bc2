#include "base/quantity.h"
#include "cli/validate.h"

/** Value 0: IHAVE RPCs, against N · Dlazy · (M + W − 1). */
void validate_measure_gossip(const struct validate_view *view, struct validate_value *values) {
    const struct router_params *router = &view->scenario->router;
    double known = (double)view->trace->node_count * router->d_lazy *
                   (view->trace->message_count + router->history_gossip - 1);
    uint64_t sent = validation_rpcs(view->trace, TRACE_RPC_IHAVE);
    values[0] = validate_compared((double)sent, known, view->trace->message_count, 0);
}

/** Value 0: the share of nodes reached by messages that took off. */
void validate_measure_reach(const struct validate_view *view, struct validate_value *values) {
    double loss = (double)view->scenario->links.loss_ppb / SHARE_ONE;
    struct validation_reach_sum reach = validation_reach_of(view->trace, view->arena);
    values[0] = validate_compared(validate_mean(reach.share_sum, reach.took_off),
                                  validation_reach(view->scenario->router.d, 1 - loss, 1),
                                  reach.took_off, 0);
}

/** The first node outside the mesh: that of the second group. */
static uint32_t first_outside(const struct validate_view *view) {
    const struct scenario *scenario = view->scenario;
    bool named = scenario->group_count >= 2 && scenario->groups[1].nodes.range_count > 0;
    return named ? scenario->groups[1].nodes.ranges[0].first : view->trace->node_count;
}

/** Neighbours of a node from `first` on. */
static uint32_t count_outside(const struct full_trace *trace, uint32_t node, uint32_t first) {
    uint32_t count = 0;
    for (uint32_t i = trace->peer_first[node]; i < trace->peer_first[node + 1]; i++) {
        count += trace->peers[i] >= first ? 1 : 0;
    }
    return count;
}

/** The chance that one provider's heartbeat brings a node outside what it lacks, and how many such
 * chances it has. */
static double chance_of(const struct validate_view *view, uint32_t outside, uint32_t *chances) {
    const struct full_trace *trace = view->trace;
    const struct router_params *router = &view->scenario->router;
    uint32_t providers = trace->peer_first[outside + 1] - trace->peer_first[outside];
    uint32_t told = count_outside(trace, trace->peers[trace->peer_first[outside]], outside);
    double keeps = 1 - (double)view->scenario->links.loss_ppb / SHARE_ONE;
    double picked = router->d_lazy < told ? (double)router->d_lazy / told : 1;
    *chances = providers * router->history_gossip;
    return picked * keeps * keeps * keeps; // IHAVE, IWANT and the message
}

/** Values: 0 the share of what providers had that came to the nodes outside, 1 the mean delay from
 * the provider's receipt. */
void validate_measure_recovery(const struct validate_view *view, struct validate_value *values) {
    uint32_t outside = first_outside(view);
    if (outside >= view->trace->node_count) {
        return;
    }
    struct validation_recovery recovery = validation_recovery_of(view->trace, view->arena, outside);
    uint32_t chances = 0;
    double chance = chance_of(view, outside, &chances);
    values[0] = validate_compared(validate_mean((double)recovery.recovered, recovery.samples),
                                  validation_any(chance, chances), recovery.samples, 0);
    double heartbeat_ns = (double)view->scenario->router.heartbeat_interval_ns;
    double known_ns = heartbeat_ns / 2 + 3 * (double)validate_delay_ns(view);
    values[1] = validate_compared(validate_mean((double)recovery.delay_sum_ns, recovery.recovered),
                                  known_ns, recovery.recovered, 0);
}

/** Value 0: the share of nodes reached by messages that took off, where the first group is silent.
 */
void validate_measure_silent(const struct validate_view *view, struct validate_value *values) {
    const struct scenario *scenario = view->scenario;
    if (scenario->group_count == 0) {
        return;
    }
    double silent = (double)scenario->groups[0].nodes.share_ppb / SHARE_ONE;
    struct validation_reach_sum reach = validation_reach_of(view->trace, view->arena);
    values[0] =
        validate_compared(validate_mean(reach.share_sum, reach.took_off),
                          validation_reach(scenario->router.d, 1, 1 - silent), reach.took_off, 0);
}
