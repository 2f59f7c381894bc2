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

static void read_scope(struct scenario_reader *reader, const struct yaml_node *node) {
    bool all = yaml_is_text(node, "all");
    if (!all && !yaml_is_text(node, "messages")) {
        reader_refuse_value(reader, node, KEY_LOSS_OF);
    }
    reader->scenario->links.loss_of_all = all;
}

static void read_loss(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_links *links = &reader->scenario->links;
    if (node->kind != YAML_MAPPING) {
        read_share(reader, KEY_LINKS_LOSS, node, &links->loss_ppb);
        return;
    }
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_LOSS, node)) {
        fields_fill(reader, &fields, links);
        read_scope(reader, fields_value_or_default(reader, &fields, KEY_LOSS_OF));
    }
}

void read_links(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_LINKS, node)) {
        return;
    }
    fields_fill(reader, &fields, &reader->scenario->links);
    read_bandwidth(reader, fields_value(&fields, KEY_LINKS_BANDWIDTH));
    read_delay(reader, fields_value(&fields, KEY_LINKS_DELAY));
    read_jitter(reader, fields_value_or_default(reader, &fields, KEY_LINKS_JITTER));
    read_loss(reader, fields_value_or_default(reader, &fields, KEY_LINKS_LOSS));
}
