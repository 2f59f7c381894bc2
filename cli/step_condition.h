/**
 * What `gossim step` goes on until: a record of some kind, or something that holds of a node, of a
 * message or of the figures.
 */
#ifndef GOSSIM_CLI_STEP_CONDITION_H
#define GOSSIM_CLI_STEP_CONDITION_H

#include "cli/step_words.h"
#include "cli/step_world.h"

#include <stdbool.h>
#include <stdint.h>

enum step_condition_kind { STEP_RECORD, STEP_NODE, STEP_MESSAGE, STEP_FIGURE };
enum step_comparison {
    STEP_LESS,
    STEP_AT_MOST,
    STEP_EQUAL,
    STEP_UNEQUAL,
    STEP_AT_LEAST,
    STEP_MORE
};
enum { STEP_CONDITION_TEXT = 128 };

struct step_condition {
    enum step_condition_kind kind;
    char text[STEP_CONDITION_TEXT]; // as it was given
    // STEP_RECORD: what is TRACE_NONE, TRACE_TOPIC_NONE or 0 may be anything
    uint8_t record_kind; // enum trace_kind
    uint8_t reason;      // enum trace_reason
    uint8_t cause;       // enum trace_cause
    uint8_t rpc;         // 1 + enum trace_rpc
    uint32_t node;
    uint32_t peer;
    uint32_t message;
    uint16_t topic;
    // STEP_NODE, STEP_FIGURE
    uint32_t quantity; // row of a table
    enum step_comparison comparison;
    uint64_t number;
};

/** Reads a condition from the words that are left; false after a message in `why`. */
bool step_condition_read(struct step_condition *condition, struct step_words *words,
                         const struct step_world *world, char why[STEP_WHY_SIZE]);

/** Whether it holds after the latest event. */
bool step_condition_holds(const struct step_condition *condition, const struct step_world *world);

/** The names of figures and of what can be asked of a node: NULL after the last. */
const char *step_figure_name(uint32_t index);
const char *step_quantity_name(uint32_t index);

#endif
