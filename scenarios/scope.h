/**
 * What belongs to a scope: a topic, a group or region of nodes, a window of time.
 *
 * A message belongs to the window and topic of its publication with all that becomes of it, any
 * other record to the time at which it is made and the topic of what is sent.
 */
#ifndef GOSSIM_SCENARIOS_SCOPE_H
#define GOSSIM_SCENARIOS_SCOPE_H

#include "scenarios/plan.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

/** What a record tells about. */
enum subject {
    SUBJECT_NONE,
    SUBJECT_MESSAGE, // belongs to the time and topic of the message
    SUBJECT_TRAFFIC, // to the time and topic of the record
};

enum subject scope_subject_of(enum trace_kind kind);

/** When and about which topic something was. */
struct occasion {
    int64_t at_ns;
    uint32_t topic;
    uint32_t node;
};

struct occasion scope_occasion_of(const struct plan *plan, const struct trace_record *record);

/** Whether the time and topic of something are those of a scope. */
bool scope_is_about(const struct scenario_scope *scope, const struct occasion *occasion);

/** The nodes of a scope as a set; NULL: all. */
const uint64_t *scope_members(struct arena *arena, const struct plan *plan,
                              const struct scenario_scope *scope);

static inline bool scope_has_node(const uint64_t *members, uint32_t node) {
    return members == NULL || bitset_has(members, node);
}

/** Expected receivers of a published message among the nodes of a scope. */
uint32_t scope_count_expected(const struct plan *plan, const uint64_t *members,
                              const struct plan_message *message);

#endif
