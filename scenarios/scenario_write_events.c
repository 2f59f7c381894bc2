#include "scenarios/scenario_writing.h"

void write_event(struct writing *writing, const struct scenario_event *event) {
    text_add_string(&writing->text, "{at: ");
    print_duration(&writing->text, event->at_ns);
    if (event->kind == SCENARIO_INJECT) {
        text_add_string(&writing->text, ", inject: ");
        write_inline(writing, KEY_EVENT_INJECT, event);
    } else {
        bool subscribes = event->kind == SCENARIO_SUBSCRIBE;
        text_add_string(&writing->text, subscribes ? ", subscribe: " : ", unsubscribe: ");
        write_inline(writing, KEY_MEMBERSHIP, event);
    }
    text_add_string(&writing->text, "}");
}
