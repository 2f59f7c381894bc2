#include "scenarios/scenario_writing.h"

void write_fault(struct writing *writing, const struct scenario_event *event) {
    static const struct {
        enum scenario_event_kind kind;
        enum schema_key verb;
    } verbs[] = {
        {SCENARIO_CRASH, KEY_EVENT_CRASH},
        {SCENARIO_RESTART, KEY_EVENT_RESTART},
        {SCENARIO_PAUSE, KEY_EVENT_PAUSE},
        {SCENARIO_RESUME, KEY_EVENT_RESUME},
    };
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (verbs[i].kind == event->kind) {
            const struct schema_row *row = schema_row(verbs[i].verb);
            text_add_format(&writing->text, ", %s: ", row->name);
            write_inline(writing, row->children, event);
        }
    }
}
