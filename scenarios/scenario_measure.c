#include "scenarios/scenario_read.h"

void read_measure(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario *scenario = reader->scenario;
    struct scenario_window *measure = &scenario->measure;
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_MEASURE, node)) {
        return;
    }
    fields_fill(reader, &fields, measure);
    const struct yaml_node *after = fields_value(&fields, KEY_MEASURE_AFTER);
    const struct yaml_node *until = fields_value(&fields, KEY_MEASURE_UNTIL);
    char found[FOUND_SIZE];
    if (until == NULL) {
        measure->until_ns = scenario->duration_ns;
    }
    if (!fields.whole || after == NULL || scenario->duration_ns == 0) {
        return;
    }
    if (until != NULL && measure->from_ns >= measure->until_ns) {
        char bound[FOUND_SIZE];
        reader_refuse(reader, after, "found %s; allowed: below `until`, which is %s",
                      reader_found(after, found), reader_found(until, bound));
    } else if (measure->from_ns >= scenario->duration_ns) {
        reader_refuse(reader, after, "found %s; allowed: below `duration`: nothing is left",
                      reader_found(after, found));
    }
}

void read_limits(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_LIMITS, node)) {
        fields_fill(reader, &fields, &reader->scenario->limits);
    }
}
