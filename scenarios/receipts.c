#include "scenarios/receipts.h"

#include "base/check.h"

struct receipts *receipts_create(struct arena *arena, const struct plan *plan) {
    struct receipts *receipts = arena_take(arena, MEMORY_MESSAGES, sizeof *receipts);
    receipts->arena = arena;
    receipts->plan = plan;
    receipts->of =
        arena_take_array(arena, MEMORY_MESSAGES, plan->message_count, sizeof *receipts->of);
    return receipts;
}

void receipts_record(struct receipts *receipts, const struct trace_record *record) {
    if (record->kind == TRACE_PUBLISH) {
        receipts->of[record->message] =
            arena_take_array(receipts->arena, MEMORY_MESSAGES,
                             bitset_words(receipts->plan->node_count), sizeof(uint64_t));
    } else if (record->kind == TRACE_DELIVER && record->extra == 1) {
        CHECK(receipts->of[record->message] != NULL);
        bitset_add(receipts->of[record->message], record->node);
    }
}

/** Whether a message was published and belongs to a scope. */
static bool is_in(const struct receipts *receipts, const struct scenario_scope *scope,
                  uint32_t message) {
    const struct plan_message *planned = &receipts->plan->messages[message];
    struct occasion occasion = {planned->at_ns, planned->topic, planned->node};
    return receipts->of[message] != NULL && scope_is_about(scope, &occasion);
}

/** The expected receivers in a word of a set of nodes. */
static uint64_t expected_in(const struct plan_message *message, const uint64_t *members,
                            uint32_t word) {
    uint64_t expected = message->subscribers[word];
    if (members != NULL) {
        expected &= members[word];
    }
    if (message->origin / 64 == word) {
        expected &= ~(UINT64_C(1) << (message->origin % 64));
    }
    return expected;
}

/** Counts who misses a message, each in `missed`. */
static uint32_t count_missing(const struct receipts *receipts, const uint64_t *members,
                              uint32_t message, uint32_t *missed) {
    const struct plan_message *planned = &receipts->plan->messages[message];
    uint32_t count = 0;
    for (uint32_t word = 0; word < bitset_words(receipts->plan->node_count); word++) {
        uint64_t missing = expected_in(planned, members, word) & ~receipts->of[message][word];
        for (; missing != 0; missing &= missing - 1) {
            missed[word * 64 + (uint32_t)__builtin_ctzll(missing)]++;
            count++;
        }
    }
    return count;
}

/** How many messages of a scope a node was to get. */
static uint32_t count_due(const struct receipts *receipts, const struct scenario_scope *scope,
                          uint32_t node) {
    uint32_t due = 0;
    for (uint32_t message = 0; message < receipts->plan->message_count; message++) {
        due += is_in(receipts, scope, message) &&
               plan_expects(&receipts->plan->messages[message], node);
    }
    return due;
}

bool receipts_shortfall(const struct receipts *receipts, const struct scenario_scope *scope,
                        const uint64_t *members, struct shortfall *found) {
    const struct plan *plan = receipts->plan;
    uint32_t *missed =
        arena_take_array(receipts->arena, MEMORY_MESSAGES, plan->node_count, sizeof *missed);
    uint32_t most = 0;
    *found = (struct shortfall){0};
    for (uint32_t message = 0; message < plan->message_count; message++) {
        uint32_t missing =
            is_in(receipts, scope, message) ? count_missing(receipts, members, message, missed) : 0;
        if (missing > most) {
            most = missing;
            found->message = message;
            found->expected = scope_count_expected(plan, members, &plan->messages[message]);
            found->reached = found->expected - missing;
        }
    }
    for (uint32_t node = 0; node < plan->node_count; node++) {
        if (missed[node] > found->missed) {
            found->missed = missed[node];
            found->node = node;
        }
    }
    found->due = most > 0 ? count_due(receipts, scope, found->node) : 0;
    return most > 0;
}
