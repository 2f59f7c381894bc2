#include "scenarios/scenario_writing.h"

static void write_sides(struct writing *writing, const struct scenario_link_fault *fault) {
    for (uint32_t i = 0; i < fault->side_count; i++) {
        text_add_string(&writing->text, i == 0 ? "[" : ", ");
        print_selector(&writing->text, writing->scenario, &fault->sides[i]);
    }
    text_add_string(&writing->text, "]");
}

/** The links that a fault concerns, as keys of a mapping that has begun. */
static void write_targets(struct writing *writing, const struct scenario_link_fault *fault) {
    struct text *text = &writing->text;
    switch (fault->targets) {
    case LINKS_OF_GROUPS:
        text_add_string(text, "groups: ");
        write_sides(writing, fault);
        break;
    case LINKS_ONE_WAY:
        text_add_string(text, "from: ");
        print_selector(text, writing->scenario, &fault->sides[0]);
        text_add_string(text, ", to: ");
        print_selector(text, writing->scenario, &fault->sides[1]);
        break;
    case LINKS_BETWEEN:
        text_add_string(text, "between: ");
        write_sides(writing, fault);
        break;
    case LINKS_OF:
        text_add_string(text, "of: ");
        print_selector(text, writing->scenario, &fault->sides[0]);
        break;
    }
    if (fault->share_ppb != SHARE_ONE) {
        text_add_string(text, ", share: ");
        print_share(text, fault->share_ppb);
    }
}

static void write_cut(struct writing *writing, const struct scenario_event *event) {
    text_add_string(&writing->text, "{");
    write_targets(writing, &event->link_fault);
    text_add_string(&writing->text, "}");
}

static void write_degrade(struct writing *writing, const struct scenario_event *event) {
    text_add_string(&writing->text, "{");
    write_targets(writing, &event->link_fault);
    text_add_string(&writing->text, ", delay: ");
    print_millionths(&writing->text, event->link_fault.degradation.factor_ppm);
    text_add_string(&writing->text, ", loss: ");
    print_share(&writing->text, event->link_fault.degradation.loss_ppb);
    text_add_string(&writing->text, "}");
}

static void write_flap(struct writing *writing, const struct scenario_event *event) {
    text_add_string(&writing->text, "{");
    write_targets(writing, &event->link_fault);
    text_add_string(&writing->text, ", down: ");
    print_distribution(&writing->text, &event->link_fault.down);
    text_add_string(&writing->text, ", up: ");
    print_distribution(&writing->text, &event->link_fault.up);
    text_add_string(&writing->text, "}");
}

static void write_end(struct writing *writing, const struct scenario_event *event) {
    if (event->link_fault.ends == NULL) {
        text_add_string(&writing->text, "all");
        return;
    }
    text_add_string(&writing->text, "{event: ");
    print_word(&writing->text, event->link_fault.ends);
    text_add_string(&writing->text, "}");
}

void write_fault(struct writing *writing, const struct scenario_event *event) {
    static const struct {
        enum scenario_event_kind kind;
        enum schema_key verb;
    } verbs[] = {
        {SCENARIO_CRASH, KEY_EVENT_CRASH},         {SCENARIO_RESTART, KEY_EVENT_RESTART},
        {SCENARIO_PAUSE, KEY_EVENT_PAUSE},         {SCENARIO_RESUME, KEY_EVENT_RESUME},
        {SCENARIO_PARTITION, KEY_EVENT_PARTITION}, {SCENARIO_CLOG, KEY_EVENT_CLOG},
        {SCENARIO_HOLD, KEY_EVENT_HOLD},           {SCENARIO_HEAL, KEY_EVENT_HEAL},
        {SCENARIO_RELEASE, KEY_EVENT_RELEASE},     {SCENARIO_DEGRADE, KEY_EVENT_DEGRADE},
        {SCENARIO_FLAP, KEY_EVENT_FLAP},           {SCENARIO_DISCONNECT, KEY_EVENT_DISCONNECT},
        {SCENARIO_CONNECT, KEY_EVENT_CONNECT},
    };
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (verbs[i].kind == event->kind) {
            const struct schema_row *row = schema_row(verbs[i].verb);
            text_add_format(&writing->text, ", %s: ", row->name);
            if (row->children == KEY_CUT) {
                write_cut(writing, event);
            } else if (row->children == KEY_EVENT_DEGRADE) {
                write_degrade(writing, event);
            } else if (row->children == KEY_EVENT_FLAP) {
                write_flap(writing, event);
            } else if (row->children == KEY_END) {
                write_end(writing, event);
            } else {
                write_inline(writing, row->children, event);
            }
        }
    }
}
