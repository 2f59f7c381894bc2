#include "scenarios/scenario_read.h"

static void read_delay(struct scenario_reader *reader, const struct yaml_node *node) {
    static const char by_default[] = "{uniform: [10ms, 150ms]}";
    struct scenario_links *links = &reader->scenario->links;
    bool regions = reader->scenario->regions.count > 0;
    if (node == NULL && regions) {
        links->delay_kind = SCENARIO_DELAY_REGIONS;
        return;
    }
    if (node == NULL) {
        node = reader_default(reader, by_default);
    }
    if (!yaml_is_text(node, "regions")) {
        links->delay_kind = SCENARIO_DELAY_DISTRIBUTION;
        read_distribution(reader, KEY_LINKS_DELAY, node, &links->delay);
        return;
    }
    links->delay_kind = SCENARIO_DELAY_REGIONS;
    if (!regions && reader->regions_known) {
        reader_refuse(
            reader, node,
            "found `regions`, but there are none; allowed: with `regions: world-8` or regions "
            "written out");
    }
}

static void read_jitter(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_links *links = &reader->scenario->links;
    if (!yaml_is_text(node, "none")) {
        links->has_jitter = true;
        read_distribution(reader, KEY_LINKS_JITTER, node, &links->jitter);
    }
}

/** What a stream does with what is lost; order is what it keeps. */
static void read_transport(struct scenario_reader *reader, const struct scenario_fields *fields) {
    struct scenario_links *links = &reader->scenario->links;
    const struct yaml_node *node = fields_value(fields, KEY_LINKS_RETRANSMISSION);
    struct scenario_fields own;
    if (fields_read(reader, &own, KEY_LINKS_RETRANSMISSION,
                    node == NULL ? reader_default(reader, "{}") : node)) {
        fields_fill(reader, &own, links);
    }
    const struct yaml_node *reorder = fields_value(fields, KEY_LINKS_REORDER);
    if (links->transport == LINK_STREAM && links->reorder) {
        reader_refuse(reader, reorder,
                      "found `true`; allowed: false, since `transport: stream` keeps the order");
    }
}

void read_links(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_LINKS, node)) {
        return;
    }
    fields_fill(reader, &fields, &reader->scenario->links);
    read_hosts(reader, fields_value(&fields, KEY_LINKS_HOSTS));
    read_bandwidth(reader, fields_value(&fields, KEY_LINKS_BANDWIDTH));
    read_delay(reader, fields_value(&fields, KEY_LINKS_DELAY));
    read_jitter(reader, fields_value_or_default(reader, &fields, KEY_LINKS_JITTER));
    read_matrix(reader, fields_value_or_default(reader, &fields, KEY_LINKS_DELAY_MATRIX));
    read_span(reader, KEY_LINKS_DELAY_RANGE,
              fields_value_or_default(reader, &fields, KEY_LINKS_DELAY_RANGE),
              &reader->scenario->links.delay_range);
    read_loss(reader, fields_value_or_default(reader, &fields, KEY_LINKS_LOSS));
    read_transport(reader, &fields);
}
