#include "scenarios/scenario_read.h"

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
    const struct yaml_node *subscribe = fields_value(&fields, KEY_EVENT_SUBSCRIBE);
    const struct yaml_node *unsubscribe = fields_value(&fields, KEY_EVENT_UNSUBSCRIBE);
    if (subscribe != NULL && unsubscribe != NULL) {
        reader_refuse(
            reader, fields.keys[KEY_EVENT_UNSUBSCRIBE],
            "a second verb in one event; allowed: one, give the other an entry of its own");
    }
    if (subscribe == NULL && unsubscribe == NULL && understood) {
        reader_refuse(reader, node,
                      "nothing happens at this time; allowed: `subscribe` or `unsubscribe`");
    }
    if (unsubscribe != NULL) {
        event->kind = SCENARIO_UNSUBSCRIBE;
        read_membership(reader, unsubscribe, event);
    }
    if (subscribe != NULL) {
        event->kind = SCENARIO_SUBSCRIBE;
        read_membership(reader, subscribe, event);
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
