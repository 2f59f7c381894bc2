#include "scenarios/occasions.h"
#include "scenarios/scenario_read.h"

#include <inttypes.h>
#include <string.h>

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

/** `between`, which stands for two times; false if it is not there or cannot be read. */
static bool read_between(struct scenario_reader *reader, const struct scenario_fields *fields,
                         struct distribution_options *span) {
    const struct yaml_node *node = fields_value(fields, KEY_EVENT_BETWEEN);
    return node != NULL && read_span(reader, KEY_EVENT_BETWEEN, node, span);
}

/** Reports a key that says nothing beside another one. */
static void refuse_beside(struct scenario_reader *reader, const struct scenario_fields *fields,
                          enum schema_key key, const char *why) {
    if (fields->keys[key] != NULL) {
        reader_refuse(reader, fields->keys[key], "`%s` %s", schema_row(key)->name, why);
    }
}

/** `every`, with `from` and `until` or `between`. */
static void read_repetition(struct scenario_reader *reader, const struct scenario_fields *fields,
                            struct scenario_event *event) {
    struct distribution_options span;
    event->when = OCCASION_EVERY;
    if (fields->keys[KEY_EVENT_FROM] == NULL) {
        event->from_ns = event->every_ns;
    }
    if (fields->keys[KEY_EVENT_BETWEEN] != NULL) {
        refuse_beside(reader, fields, KEY_EVENT_FROM, "says what `between` says; allowed: one");
        refuse_beside(reader, fields, KEY_EVENT_UNTIL, "says what `between` says; allowed: one");
    }
    if (read_between(reader, fields, &span)) {
        event->from_ns = span.a_ns;
        event->until_ns = span.b_ns;
        if (span.b_ns == 0) {
            reader_refuse(reader, fields_value(fields, KEY_EVENT_BETWEEN),
                          "there is no time in it; allowed: [low, high] with low below high");
        }
    }
    bool read = !fields->wrong[KEY_EVENT_EVERY] && !fields->wrong[KEY_EVENT_FROM] &&
                !fields->wrong[KEY_EVENT_UNTIL];
    if (read && event->until_ns > 0 && event->from_ns >= event->until_ns) {
        char found[FOUND_SIZE];
        const struct yaml_node *node = fields_value(fields, KEY_EVENT_UNTIL);
        node = node == NULL ? fields_value(fields, KEY_EVENT_BETWEEN) : node;
        reader_refuse(reader, node, "found %s, by when it has not begun; allowed: later than `%s`",
                      reader_found(node, found),
                      fields->keys[KEY_EVENT_FROM] == NULL ? "every" : "from");
    } else if (read && occasion_count(reader->scenario, event) > SCENARIO_OCCASIONS_MAX) {
        reader_refuse(reader, fields_value(fields, KEY_EVENT_EVERY),
                      "it happens too often; allowed: at most %d times", SCENARIO_OCCASIONS_MAX);
    }
}

/** When it happens: `at`, `every` or `between`. */
static void read_when(struct scenario_reader *reader, const struct scenario_fields *fields,
                      struct scenario_event *event) {
    bool at = fields->keys[KEY_EVENT_AT] != NULL;
    bool every = fields->keys[KEY_EVENT_EVERY] != NULL;
    if (at) {
        refuse_beside(reader, fields, KEY_EVENT_EVERY, "stands beside `at`; allowed: one of them");
        refuse_beside(reader, fields, KEY_EVENT_BETWEEN,
                      "stands beside `at`; allowed: one of them");
    }
    if (!every) {
        refuse_beside(reader, fields, KEY_EVENT_FROM, "means something with `every` only");
        refuse_beside(reader, fields, KEY_EVENT_UNTIL, "means something with `every` only");
    }
    if (at) {
        event->when = OCCASION_AT;
    } else if (every) {
        read_repetition(reader, fields, event);
    } else if (fields->keys[KEY_EVENT_BETWEEN] != NULL) {
        struct distribution_options span;
        event->when = OCCASION_DRAWN;
        if (read_between(reader, fields, &span)) {
            event->from_ns = span.a_ns;
            event->until_ns = span.b_ns;
        }
    } else {
        reader_refuse(reader, fields->mapping,
                      "nothing says when it happens; allowed: `at`, `every` or `between`");
    }
}

/** Whether an event of that kind can end by itself. */
static bool can_end(enum scenario_event_kind kind) {
    return kind == SCENARIO_CRASH || kind == SCENARIO_PAUSE || kind == SCENARIO_PARTITION ||
           kind == SCENARIO_CLOG || kind == SCENARIO_HOLD || kind == SCENARIO_DEGRADE ||
           kind == SCENARIO_FLAP || kind == SCENARIO_DISCONNECT;
}

static void read_name_and_length(struct scenario_reader *reader,
                                 const struct scenario_fields *fields,
                                 struct scenario_event *event) {
    const struct yaml_node *name = fields_value(fields, KEY_EVENT_NAME);
    if (name != NULL) {
        read_word(reader, KEY_EVENT_NAME, name, &event->name);
    }
    if (!can_end(event->kind)) {
        refuse_beside(reader, fields, KEY_EVENT_FOR, "means something with faults only");
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
    read_when(reader, &fields, event);
    static const struct {
        enum schema_key key;
        enum scenario_event_kind kind;
        void (*read)(struct scenario_reader *reader, const struct yaml_node *node,
                     struct scenario_event *event);
    } verbs[] = {
        {KEY_EVENT_SUBSCRIBE, SCENARIO_SUBSCRIBE, read_membership},
        {KEY_EVENT_UNSUBSCRIBE, SCENARIO_UNSUBSCRIBE, read_membership},
        {KEY_EVENT_INJECT, SCENARIO_INJECT, read_injection},
        {KEY_EVENT_ROLE, SCENARIO_ROLE, read_role_event},
        {KEY_EVENT_CRASH, SCENARIO_CRASH, read_crash},
        {KEY_EVENT_RESTART, SCENARIO_RESTART, read_restart},
        {KEY_EVENT_PAUSE, SCENARIO_PAUSE, read_pause},
        {KEY_EVENT_RESUME, SCENARIO_RESUME, read_pause},
        {KEY_EVENT_PARTITION, SCENARIO_PARTITION, read_cut},
        {KEY_EVENT_CLOG, SCENARIO_CLOG, read_cut},
        {KEY_EVENT_HOLD, SCENARIO_HOLD, read_cut},
        {KEY_EVENT_DEGRADE, SCENARIO_DEGRADE, read_degrade},
        {KEY_EVENT_FLAP, SCENARIO_FLAP, read_flap},
        {KEY_EVENT_DISCONNECT, SCENARIO_DISCONNECT, read_cut},
        {KEY_EVENT_CONNECT, SCENARIO_CONNECT, read_cut},
        {KEY_EVENT_HEAL, SCENARIO_HEAL, read_end},
        {KEY_EVENT_RELEASE, SCENARIO_RELEASE, read_end},
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
        event->place = reader_place(reader, verb);
        verbs[i].read(reader, verb, event);
    }
    if (found == 0 && understood) {
        reader_refuse(reader, node,
                      "nothing happens at this time; allowed: one of subscribe, unsubscribe, "
                      "inject, role, crash, restart, pause, resume, partition, clog, hold, "
                      "degrade, flap, disconnect, connect, heal, "
                      "release");
    }
    read_name_and_length(reader, &fields, event);
}

/** Reports names that stand twice, and ends of faults that no event of that name begins. */
static void check_names(struct scenario_reader *reader, const struct yaml_node *list,
                        const struct scenario_event *events) {
    const struct yaml_node *item = list->first;
    for (uint32_t i = 0; i < list->size && !reader_is_full(reader); i++, item = item->next) {
        const char *wanted = events[i].link_fault.ends;
        bool found = wanted == NULL;
        for (uint32_t j = 0; j < list->size && (!found || (events[i].name != NULL && j < i)); j++) {
            const char *name = events[j].name;
            found = found || (name != NULL && strcmp(name, wanted) == 0);
            if (j < i && name != NULL && events[i].name != NULL &&
                strcmp(name, events[i].name) == 0) {
                reader_refuse(reader, item, "event `%s` stands twice; allowed: different names",
                              name);
                break;
            }
        }
        if (!found) {
            reader_refuse(reader, item, "no event is called `%s`; allowed: the `name` of one",
                          wanted);
        }
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
    check_names(reader, node, events);
    reader->scenario->events = events;
    reader->scenario->event_count = node->size;
}
