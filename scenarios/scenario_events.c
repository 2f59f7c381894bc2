#include "scenarios/scenario_read.h"

#include <inttypes.h>

static void read_membership(struct scenario_reader *reader, const struct yaml_node *node,
                            struct scenario_event *event) {
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_MEMBERSHIP, node)) {
        fields_fill(reader, &fields, event);
        read_selector(reader, KEY_MEMBERSHIP_NODES,
                      fields_value_or_default(reader, &fields, KEY_MEMBERSHIP_NODES),
                      &event->nodes);
    }
}

static void read_injection(struct scenario_reader *reader, const struct yaml_node *node,
                           struct scenario_event *event) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_EVENT_INJECT, node)) {
        return;
    }
    fields_fill(reader, &fields, event);
    const enum schema_key keys[] = {KEY_INJECT_FROM, KEY_INJECT_TO};
    const uint32_t nodes[] = {event->from, event->to};
    for (uint32_t i = 0; i < 2; i++) {
        const struct yaml_node *value = fields_value(&fields, keys[i]);
        if (value != NULL && reader->scenario->node_count > 0 &&
            nodes[i] >= reader->scenario->node_count) {
            reader_refuse(reader, value, "node %" PRIu32 " is none of the %" PRIu32 " nodes",
                          nodes[i], reader->scenario->node_count);
        }
    }
}

static void read_event(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_event *event) {
    struct scenario_fields fields;
    uint32_t failures = reader_failure_count(reader);
    if (!fields_read(reader, &fields, KEY_EVENTS, node)) {
        return;
    }
    // A key that is none, or is to come later, may have been meant as the verb.
    bool understood = reader_failure_count(reader) == failures;
    fields_fill(reader, &fields, event);
    static const struct {
        enum schema_key key;
        enum scenario_event_kind kind;
        void (*read)(struct scenario_reader *reader, const struct yaml_node *node,
                     struct scenario_event *event);
    } verbs[] = {
        {KEY_EVENT_SUBSCRIBE, SCENARIO_SUBSCRIBE, read_membership},
        {KEY_EVENT_UNSUBSCRIBE, SCENARIO_UNSUBSCRIBE, read_membership},
        {KEY_EVENT_INJECT, SCENARIO_INJECT, read_injection},
    };
    uint32_t found = 0;
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        const struct yaml_node *verb = fields_value(&fields, verbs[i].key);
        if (verb == NULL) {
            continue;
        }
        if (found++ > 0) {
            reader_refuse(
                reader, fields.keys[verbs[i].key],
                "a second verb in one event; allowed: one, give the other an entry of its own");
        }
        event->kind = verbs[i].kind;
        verbs[i].read(reader, verb, event);
    }
    if (found == 0 && understood) {
        reader_refuse(
            reader, node,
            "nothing happens at this time; allowed: `subscribe`, `unsubscribe` or `inject`");
    }
}

void read_events(struct scenario_reader *reader, const struct yaml_node *node) {
    if (!reader_list(reader, KEY_EVENTS, node)) {
        return;
    }
    struct scenario_event *events =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *events);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        read_event(reader, item, &events[i]);
        item = item->next;
    }
    reader->scenario->events = events;
    reader->scenario->event_count = node->size;
}
