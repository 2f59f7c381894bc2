#include "scenarios/heals.h"
#include "scenarios/invariants_parts.h"

/** By when a message has to be everywhere. */
static int64_t deadline_of(const struct fleet *fleet, const struct invariant_watch *watch,
                           const struct plan_message *message) {
    const struct scenario_expectation *wanted = &fleet->scenario->expectations[watch->expectation];
    int64_t from_ns = message->at_ns;
    switch (wanted->deadline) {
    case DEADLINE_OF_PUBLISHING:
        break;
    case DEADLINE_OF_INSTANT:
        from_ns = from_ns < wanted->deadline_of_ns ? wanted->deadline_of_ns : from_ns;
        break;
    case DEADLINE_OF_HEAL:
        from_ns = heal_after(fleet->scenario, from_ns);
        break;
    }
    return from_ns + watch->within_ns;
}

static bool is_judged(const struct fleet *fleet, const struct invariant_watch *watch,
                      const struct plan_message *message) {
    return watch->invariant == INVARIANT_DELIVERED_WITHIN && watch_is_open(watch, message->at_ns) &&
           (watch->scope->topic == SCOPE_ALL || watch->scope->topic == message->topic) &&
           deadline_of(fleet, watch, message) < fleet->scenario->duration_ns;
}

static void add_late(struct fleet *fleet, struct invariant_watch *watch, uint32_t message,
                     uint32_t node, int64_t took_ns) {
    const struct plan_message *planned = &fleet->plan.messages[message];
    watch_add(watch, &(struct breach){.at_ns = deadline_of(fleet, watch, planned),
                                      .node = node,
                                      .peer = planned->origin,
                                      .message = message,
                                      .topic = planned->topic,
                                      .found = took_ns,
                                      .bound = watch->within_ns});
}

void delivered_within_record(struct fleet *fleet, const struct trace_record *record) {
    if (record->extra != 1) {
        return;
    }
    const struct plan_message *planned = &fleet->plan.messages[record->message];
    for (uint32_t i = 0; i < fleet->invariants->count; i++) {
        struct invariant_watch *watch = &fleet->invariants->items[i];
        if (is_judged(fleet, watch, planned) &&
            watch_is_about(watch, record->node, planned->topic) &&
            record->at_ns > deadline_of(fleet, watch, planned)) {
            add_late(fleet, watch, record->message, record->node, record->at_ns - planned->at_ns);
        }
    }
}

/** Looks for expected receivers that a message did not reach at all. */
static void look_for_missing(struct fleet *fleet, struct invariant_watch *watch, uint32_t message) {
    const struct plan_message *planned = &fleet->plan.messages[message];
    for (uint32_t node = 0; node < fleet->plan.node_count; node++) {
        if (!plan_expects(planned, node) || !watch_is_about(watch, node, planned->topic)) {
            continue;
        }
        watch->judged++;
        if (!receipts_has(fleet->receipts, message, node)) {
            add_late(fleet, watch, message, node, INT64_MAX);
        }
    }
}

void delivered_within_end(struct fleet *fleet) {
    for (uint32_t i = 0; i < fleet->invariants->count; i++) {
        struct invariant_watch *watch = &fleet->invariants->items[i];
        for (uint32_t message = 0; message < fleet->plan.message_count; message++) {
            if (is_judged(fleet, watch, &fleet->plan.messages[message]) &&
                fleet->receipts->of[message] != NULL) {
                look_for_missing(fleet, watch, message);
            }
        }
    }
}
