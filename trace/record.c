#include "trace/record.h"

const char *trace_kind_name(enum trace_kind kind) {
    switch (kind) {
    case TRACE_NODE_START:
        return "node_start";
    case TRACE_NODE_STOP:
        return "node_stop";
    case TRACE_PEER_UP:
        return "peer_up";
    case TRACE_PEER_DOWN:
        return "peer_down";
    case TRACE_SUBSCRIBE:
        return "subscribe";
    case TRACE_UNSUBSCRIBE:
        return "unsubscribe";
    case TRACE_PUBLISH:
        return "publish";
    case TRACE_PUBLISH_SKIPPED:
        return "publish_skipped";
    case TRACE_DELIVER:
        return "deliver";
    case TRACE_DUPLICATE:
        return "duplicate";
    case TRACE_SEND:
        return "send";
    case TRACE_LOST:
        return "lost";
    case TRACE_RECEIVE:
        return "receive";
    case TRACE_GRAFT:
        return "graft";
    case TRACE_PRUNE:
        return "prune";
    case TRACE_REFUSE:
        return "refuse";
    case TRACE_FANOUT_ADD:
        return "fanout_add";
    case TRACE_FANOUT_REMOVE:
        return "fanout_remove";
    case TRACE_IGNORE:
        return "ignore";
    case TRACE_SUPPRESSED:
        return "suppressed";
    case TRACE_SKIPPED:
        return "skipped";
    case TRACE_ABORT:
        return "abort";
    case TRACE_UNREAD:
        return "unread";
    case TRACE_OWN:
        return "own";
    case TRACE_PEER_REFUSED:
        return "peer_refused";
    case TRACE_INJECT:
        return "inject";
    case TRACE_DROPPED:
        return "dropped";
    case TRACE_ROLE:
        return "role";
    case TRACE_PAUSE:
        return "pause";
    case TRACE_RESUME:
        return "resume";
    case TRACE_KIND_COUNT:
        break;
    }
    return "unknown";
}

const char *trace_rpc_name(enum trace_rpc rpc) {
    switch (rpc) {
    case TRACE_RPC_SUBSCRIPTIONS:
        return "subscriptions";
    case TRACE_RPC_MESSAGES:
        return "messages";
    case TRACE_RPC_IHAVE:
        return "ihave";
    case TRACE_RPC_IWANT:
        return "iwant";
    case TRACE_RPC_GRAFT:
        return "graft";
    case TRACE_RPC_PRUNE:
        return "prune";
    case TRACE_RPC_COUNT:
        break;
    }
    return "unknown";
}

const char *trace_reason_name(enum trace_reason reason) {
    switch (reason) {
    case REASON_NONE:
        return "none";
    case REASON_BELOW_D_LOW:
        return "below_d_low";
    case REASON_ABOVE_D_HIGH:
        return "above_d_high";
    case REASON_JOIN:
        return "join";
    case REASON_LEAVE:
        return "leave";
    case REASON_GRAFT_RECEIVED:
        return "graft_received";
    case REASON_PRUNE_RECEIVED:
        return "prune_received";
    case REASON_NOT_SUBSCRIBED:
        return "not_subscribed";
    case REASON_UNSUBSCRIBED:
        return "unsubscribed";
    case REASON_DISCONNECTED:
        return "disconnected";
    case REASON_FANOUT_EXPIRED:
        return "fanout_expired";
    case REASON_FANOUT_JOINED:
        return "fanout_joined";
    case REASON_PUSHED:
        return "pushed";
    case REASON_REQUESTED:
        return "requested";
    case REASON_BAD_SIGNATURE:
        return "bad_signature";
    case REASON_ECHO:
        return "echo";
    case REASON_SELF:
        return "self";
    case REASON_TOPIC_LIMIT:
        return "topic_limit";
    case REASON_WRITE_FAILED:
        return "write_failed";
    case REASON_TOO_LARGE:
        return "too_large";
    case REASON_UNREADABLE:
        return "unreadable";
    case REASON_HANDLING_FAILED:
        return "handling_failed";
    case REASON_SUBSCRIPTION:
        return "subscription";
    case REASON_REJECTED:
        return "rejected";
    case REASON_ROLE:
        return "role";
    case REASON_COUNT:
        break;
    }
    return "unknown";
}

const char *trace_cause_name(enum trace_cause cause) {
    switch (cause) {
    case CAUSE_NONE:
        return "none";
    case CAUSE_BURST_LOSS:
        return "burst_loss";
    case CAUSE_GIVEN_UP:
        return "given_up";
    case CAUSE_UPLINK_FULL:
        return "uplink_full";
    case CAUSE_DOWNLINK_FULL:
        return "downlink_full";
    case CAUSE_NODE_DOWN:
        return "node_down";
    case CAUSE_PARTITION:
        return "partition";
    case CAUSE_CLOGGED:
        return "clogged";
    case CAUSE_DEGRADED:
        return "degraded";
    case CAUSE_FLAPPING:
        return "flapping";
    case CAUSE_COUNT:
        break;
    }
    return "unknown";
}

bool trace_kind_is_rpc(enum trace_kind kind) {
    return kind == TRACE_SEND || kind == TRACE_LOST || kind == TRACE_RECEIVE ||
           kind == TRACE_SUPPRESSED || kind == TRACE_SKIPPED || kind == TRACE_UNREAD ||
           kind == TRACE_DROPPED;
}

bool trace_kind_is_delivery(enum trace_kind kind) {
    const uint32_t kinds = UINT32_C(1) << TRACE_NODE_START | UINT32_C(1) << TRACE_NODE_STOP |
                           UINT32_C(1) << TRACE_SUBSCRIBE | UINT32_C(1) << TRACE_UNSUBSCRIBE |
                           UINT32_C(1) << TRACE_PUBLISH | UINT32_C(1) << TRACE_PUBLISH_SKIPPED |
                           UINT32_C(1) << TRACE_DELIVER | UINT32_C(1) << TRACE_PAUSE |
                           UINT32_C(1) << TRACE_RESUME | UINT32_C(1) << TRACE_ROLE;
    return kind < TRACE_KIND_COUNT && (kinds >> kind & 1) != 0;
}
