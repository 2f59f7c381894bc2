#include "scenarios/scenario_read.h"

/** Sets of nodes, for `groups`. */
static void read_sides(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_link_fault *fault) {
    if (node->kind != YAML_SEQUENCE || node->size < 2 || node->size > SCENARIO_SIDES_MAX) {
        reader_refuse_value(reader, node, KEY_CUT_GROUPS);
        return;
    }
    struct selector *sides =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *sides);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        read_selector(reader, KEY_CUT_FROM, item, &sides[i]);
        item = item->next;
    }
    fault->sides = sides;
    fault->side_count = node->size;
}

void read_cut(struct scenario_reader *reader, const struct yaml_node *node,
              struct scenario_event *event) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_CUT, node)) {
        return;
    }
    const struct yaml_node *groups = fields_value(&fields, KEY_CUT_GROUPS);
    const struct yaml_node *from = fields_value(&fields, KEY_CUT_FROM);
    const struct yaml_node *to = fields_value(&fields, KEY_CUT_TO);
    bool one_way = from != NULL && to != NULL;
    if (groups == NULL ? !one_way : from != NULL || to != NULL) {
        reader_refuse(reader, node, "allowed: either `groups`, or `from` and `to`");
        return;
    }
    reader->in_faults = true;
    if (groups != NULL) {
        read_sides(reader, groups, &event->link_fault);
    } else {
        struct selector *sides = arena_take_array(reader->arena, MEMORY_TABLES, 2, sizeof *sides);
        read_selector(reader, KEY_CUT_FROM, from, &sides[0]);
        read_selector(reader, KEY_CUT_TO, to, &sides[1]);
        event->link_fault =
            (struct scenario_link_fault){.one_way = true, .sides = sides, .side_count = 2};
    }
    reader->in_faults = false;
}

void read_end(struct scenario_reader *reader, const struct yaml_node *node,
              struct scenario_event *event) {
    struct scenario_fields fields;
    if (yaml_is_text(node, "all") || !fields_read(reader, &fields, KEY_END, node)) {
        return;
    }
    fields_fill(reader, &fields, event);
    const struct yaml_node *name = fields_value(&fields, KEY_END_EVENT);
    if (name != NULL) {
        read_word(reader, KEY_END_EVENT, name, &event->link_fault.ends);
    }
}
