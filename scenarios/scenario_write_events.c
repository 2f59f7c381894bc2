#include "scenarios/scenario_writing.h"

/** When it happens: the first keys of the entry. */
static void write_when(struct text *text, const struct scenario_event *event) {
    if (event->when == OCCASION_AT) {
        text_add_string(text, "{at: ");
        print_duration(text, event->at_ns);
    } else if (event->when == OCCASION_EVERY) {
        text_add_string(text, "{every: ");
        print_duration(text, event->every_ns);
        text_add_string(text, ", from: ");
        print_duration(text, event->from_ns);
        if (event->until_ns > 0) {
            text_add_string(text, ", until: ");
            print_duration(text, event->until_ns);
        }
    } else {
        text_add_string(text, "{between: [");
        print_duration(text, event->from_ns);
        text_add_string(text, ", ");
        print_duration(text, event->until_ns);
        text_add_string(text, "]");
    }
}

void write_event(struct writing *writing, const struct scenario_event *event) {
    struct text *text = &writing->text;
    write_when(text, event);
    if (event->for_ns > 0) {
        text_add_string(text, ", for: ");
        print_duration(text, event->for_ns);
    }
    if (event->name != NULL) {
        text_add_string(text, ", name: ");
        print_word(text, event->name);
    }
    if (event->kind == SCENARIO_INJECT) {
        text_add_string(text, ", inject: ");
        write_inline(writing, KEY_EVENT_INJECT, event);
    } else if (event->kind == SCENARIO_SUBSCRIBE || event->kind == SCENARIO_UNSUBSCRIBE) {
        bool subscribes = event->kind == SCENARIO_SUBSCRIBE;
        text_add_string(text, subscribes ? ", subscribe: " : ", unsubscribe: ");
        write_inline(writing, KEY_MEMBERSHIP, event);
    } else if (event->kind == SCENARIO_ROLE) {
        text_add_string(text, ", role: {nodes: ");
        print_value(text, writing->scenario, KEY_EVENT_ROLE_NODES, event);
        text_add_string(text, ", set: ");
        write_roles(writing, event->roles);
        text_add_string(text, "}");
    } else {
        write_fault(writing, event);
    }
    text_add_string(text, "}");
}
