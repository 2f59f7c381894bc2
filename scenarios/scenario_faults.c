#include "scenarios/scenario_read.h"

void check_graceful(struct scenario_reader *reader, const struct scenario_fields *fields,
                    enum schema_key key, const struct scenario_node_fault *fault) {
    if (fault->graceful && (fault->silent || fault->kept)) {
        reader_refuse(reader, fields->keys[key],
                      "a crash that is graceful is not silent, and its state is lost");
    }
}

/** The nodes of a fault, given alone or in a mapping; `form` is that mapping's, `nodes` its key. */
static void read_nodes_of(struct scenario_reader *reader, const struct yaml_node *node,
                          enum schema_key nodes, struct scenario_event *event) {
    struct scenario_fields fields;
    enum schema_key form = schema_row(nodes)->parent;
    reader->in_faults = true;
    if (node->kind != YAML_MAPPING && !yaml_is_null(node)) {
        fields_read(reader, &fields, form, reader_default(reader, "{}"));
        fields_fill_given(reader, &fields, event);
        read_selector(reader, nodes, node, &event->nodes);
    } else if (fields_read(reader, &fields, form, node)) {
        fields_fill(reader, &fields, event);
        const struct yaml_node *value = fields_value(&fields, nodes);
        if (value != NULL) {
            read_selector(reader, nodes, value, &event->nodes);
        }
        check_graceful(reader, &fields, KEY_CRASH_GRACEFUL, &event->node_fault);
    }
    reader->in_faults = false;
}

void read_crash(struct scenario_reader *reader, const struct yaml_node *node,
                struct scenario_event *event) {
    read_nodes_of(reader, node, KEY_CRASH_NODES, event);
}

void read_restart(struct scenario_reader *reader, const struct yaml_node *node,
                  struct scenario_event *event) {
    read_nodes_of(reader, node, KEY_RESTART_NODES, event);
}

void read_pause(struct scenario_reader *reader, const struct yaml_node *node,
                struct scenario_event *event) {
    read_nodes_of(reader, node, KEY_PAUSE_NODES, event);
}
