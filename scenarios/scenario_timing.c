#include "scenarios/scenario_read.h"

static void read_heartbeat(struct scenario_reader *reader, const struct yaml_node *node,
                           struct scenario_heartbeat *heartbeat) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_NODES_HEARTBEAT, node)) {
        return;
    }
    const struct yaml_node *phase = fields_value(&fields, KEY_HEARTBEAT_PHASE);
    const struct yaml_node *drift = fields_value(&fields, KEY_HEARTBEAT_DRIFT);
    const struct yaml_node *jitter = fields_value(&fields, KEY_HEARTBEAT_JITTER);
    if (phase != NULL) {
        heartbeat->phase_uniform = yaml_is_text(phase, "uniform");
    }
    if (phase != NULL && !heartbeat->phase_uniform) {
        read_distribution(reader, KEY_HEARTBEAT_PHASE, phase, &heartbeat->phase);
    }
    if (drift != NULL) {
        read_drifts(reader, KEY_HEARTBEAT_DRIFT, drift, &heartbeat->drift);
    }
    if (jitter != NULL) {
        read_distribution(reader, KEY_HEARTBEAT_JITTER, jitter, &heartbeat->jitter);
    }
}

static void read_clock(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_clock *clock) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_NODES_CLOCK, node)) {
        return;
    }
    const struct yaml_node *skew = fields_value(&fields, KEY_CLOCK_SKEW);
    const struct yaml_node *drift = fields_value(&fields, KEY_CLOCK_DRIFT);
    if (skew != NULL) {
        read_offsets(reader, KEY_CLOCK_SKEW, skew, &clock->skew);
    }
    if (drift != NULL) {
        read_drifts(reader, KEY_CLOCK_DRIFT, drift, &clock->drift);
    }
}

/** The keys of timing, where they stand. */
struct timing_keys {
    enum schema_key processing;
    enum schema_key heartbeat;
    enum schema_key clock;
};

/** Reads what is given over what is there. */
static void read_timing(struct scenario_reader *reader, const struct scenario_fields *fields,
                        struct timing_keys keys, struct scenario_timing *timing) {
    const struct yaml_node *processing = fields_value(fields, keys.processing);
    const struct yaml_node *heartbeat = fields_value(fields, keys.heartbeat);
    const struct yaml_node *clock = fields_value(fields, keys.clock);
    if (processing != NULL) {
        read_distribution(reader, keys.processing, processing, &timing->processing);
    }
    if (heartbeat != NULL) {
        read_heartbeat(reader, heartbeat, &timing->heartbeat);
    }
    if (clock != NULL) {
        read_clock(reader, clock, &timing->clock);
    }
}

void read_nodes_timing(struct scenario_reader *reader, const struct scenario_fields *fields,
                       struct scenario_timing *timing) {
    read_timing(reader, fields,
                (struct timing_keys){KEY_NODES_PROCESSING, KEY_NODES_HEARTBEAT, KEY_NODES_CLOCK},
                timing);
}

void read_group_timing(struct scenario_reader *reader, const struct scenario_fields *fields,
                       struct scenario_timing *timing) {
    read_timing(reader, fields,
                (struct timing_keys){KEY_GROUP_PROCESSING, KEY_GROUP_HEARTBEAT, KEY_GROUP_CLOCK},
                timing);
}
