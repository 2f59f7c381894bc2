#include "scenarios/scenario_read.h"

#include "scenarios/excerpt.h"

/** The kind of RPC that a word names, or TRACE_RPC_COUNT. */
static enum trace_rpc find_kind(const struct yaml_node *node) {
    enum trace_rpc kind = 0;
    while (kind < TRACE_RPC_COUNT && !yaml_is_text(node, trace_rpc_name(kind))) {
        kind++;
    }
    return kind;
}

/** The kinds of RPC that can be lost. */
static void read_scope(struct scenario_reader *reader, const struct yaml_node *node) {
    uint32_t *kinds = &reader->scenario->links.loss_of;
    if (node->kind == YAML_SEQUENCE) {
        *kinds = 0;
        for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
            enum trace_rpc kind = find_kind(item);
            if (kind == TRACE_RPC_COUNT) {
                reader_refuse_value(reader, item, KEY_LOSS_OF);
                return;
            }
            *kinds |= UINT32_C(1) << kind;
        }
        return;
    }
    bool all = yaml_is_text(node, "all");
    if (!all && !yaml_is_text(node, "messages")) {
        reader_refuse_value(reader, node, KEY_LOSS_OF);
    }
    *kinds = all ? SCENARIO_LOSS_ALL : SCENARIO_LOSS_MESSAGES;
}

/** Rates of single kinds: their keys are in the order of the enum. */
static void read_rates(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_links *links = &reader->scenario->links;
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_LOSS_RATES, node)) {
        return;
    }
    fields_fill(reader, &fields, links);
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        bool given = fields.keys[KEY_LOSS_RATE_SUBSCRIPTIONS + kind] != NULL;
        links->loss_rates |= given ? UINT32_C(1) << kind : 0;
    }
}

static void read_burst(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_links *links = &reader->scenario->links;
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_LOSS_BURST, node)) {
        fields_fill(reader, &fields, &links->burst);
        links->has_burst = true;
    }
}

void read_loss(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_links *links = &reader->scenario->links;
    links->loss_of = SCENARIO_LOSS_MESSAGES;
    if (node->kind != YAML_MAPPING) {
        read_share(reader, KEY_LINKS_LOSS, node, &links->loss_ppb);
        return;
    }
    struct scenario_fields fields;
    uint32_t failures = reader_failure_count(reader);
    if (!fields_read(reader, &fields, KEY_LOSS, node)) {
        return;
    }
    const struct yaml_node *rates = fields_value(&fields, KEY_LOSS_RATES);
    const struct yaml_node *burst = fields_value(&fields, KEY_LOSS_BURST);
    bool missing = fields.keys[KEY_LOSS_RATE] == NULL && rates == NULL && burst == NULL;
    if (missing && reader_failure_count(reader) == failures) {
        reader_refuse(reader, node,
                      "found none of `rate`, `rates` and `burst`; allowed: at least one of them");
    }
    fields_fill(reader, &fields, links);
    read_scope(reader, fields_value_or_default(reader, &fields, KEY_LOSS_OF));
    if (rates != NULL) {
        read_rates(reader, rates);
    }
    if (burst != NULL) {
        read_burst(reader, burst);
    }
}
