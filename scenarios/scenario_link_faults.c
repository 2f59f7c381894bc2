#include "scenarios/scenario_read.h"

/** Sets of nodes: a list of 2 to `size_max`. */
static void read_sides(struct scenario_reader *reader, enum schema_key key,
                       const struct yaml_node *node, uint32_t size_max,
                       struct scenario_link_fault *fault) {
    if (node->kind != YAML_SEQUENCE || node->size < 2 || node->size > size_max) {
        reader_refuse_value(reader, node, key);
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

/** One or two selections, each the value of its key. */
static void read_ends(struct scenario_reader *reader, const struct scenario_fields *fields,
                      const enum schema_key *keys, struct scenario_link_fault *fault) {
    uint32_t count = fault->targets == LINKS_ONE_WAY ? 2 : 1;
    struct selector *sides = arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *sides);
    for (uint32_t i = 0; i < count; i++) {
        read_selector(reader, keys[i], fields_value(fields, keys[i]), &sides[i]);
    }
    fault->sides = sides;
    fault->side_count = count;
}

/**
 * Which links are concerned. `first` is the key `groups` of the mapping: the other keys come behind
 * it in the same order everywhere.
 */
static void read_targets(struct scenario_reader *reader, const struct scenario_fields *fields,
                         enum schema_key first, struct scenario_link_fault *fault) {
    const enum schema_key ends[] = {first + (KEY_CUT_FROM - KEY_CUT_GROUPS),
                                    first + (KEY_CUT_TO - KEY_CUT_GROUPS)};
    const enum schema_key of_key[] = {first + (KEY_CUT_OF - KEY_CUT_GROUPS)};
    const struct yaml_node *groups = fields_value(fields, first);
    const struct yaml_node *between =
        fields_value(fields, first + (KEY_CUT_BETWEEN - KEY_CUT_GROUPS));
    bool of = fields_value(fields, of_key[0]) != NULL;
    bool from = fields_value(fields, ends[0]) != NULL;
    bool to = fields_value(fields, ends[1]) != NULL;
    if (from != to || (groups != NULL) + (between != NULL) + of + from != 1) {
        reader_refuse(reader, fields->mapping,
                      "allowed: one of `groups`, `between`, `of`, or `from` and `to`");
        return;
    }
    reader->in_faults = true;
    if (groups != NULL) {
        fault->targets = LINKS_OF_GROUPS;
        read_sides(reader, KEY_CUT_GROUPS, groups, SCENARIO_SIDES_MAX, fault);
    } else if (between != NULL) {
        fault->targets = LINKS_BETWEEN;
        read_sides(reader, KEY_CUT_BETWEEN, between, 2, fault);
    } else {
        fault->targets = of ? LINKS_OF : LINKS_ONE_WAY;
        read_ends(reader, fields, of ? of_key : ends, fault);
    }
    reader->in_faults = false;
}

void read_cut(struct scenario_reader *reader, const struct yaml_node *node,
              struct scenario_event *event) {
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_CUT, node)) {
        fields_fill(reader, &fields, event);
        read_targets(reader, &fields, KEY_CUT_GROUPS, &event->link_fault);
    }
}

void read_degrade(struct scenario_reader *reader, const struct yaml_node *node,
                  struct scenario_event *event) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_EVENT_DEGRADE, node)) {
        return;
    }
    fields_fill(reader, &fields, event);
    read_targets(reader, &fields, KEY_DEGRADE_GROUPS, &event->link_fault);
    if (fields.keys[KEY_DEGRADE_DELAY] == NULL && fields.keys[KEY_DEGRADE_LOSS] == NULL) {
        reader_refuse(reader, node, "nothing becomes worse; allowed: `delay`, `loss` or both");
    }
}

void read_flap(struct scenario_reader *reader, const struct yaml_node *node,
               struct scenario_event *event) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_EVENT_FLAP, node)) {
        return;
    }
    fields_fill(reader, &fields, event);
    read_targets(reader, &fields, KEY_FLAP_GROUPS, &event->link_fault);
    const struct yaml_node *down = fields_value(&fields, KEY_FLAP_DOWN);
    const struct yaml_node *up = fields_value(&fields, KEY_FLAP_UP);
    if (down != NULL && up != NULL) {
        read_distribution(reader, KEY_FLAP_DOWN, down, &event->link_fault.down);
        read_distribution(reader, KEY_FLAP_UP, up, &event->link_fault.up);
    }
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
