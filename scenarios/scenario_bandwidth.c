#include "scenarios/scenario_read.h"

#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/graph_file.h"

#include <inttypes.h>

bool scenario_has_host_rates(const struct scenario *scenario) {
    return scenario->links.host_rates != NULL || scenario->regions.host_rates != NULL;
}

static bool read_rate(struct scenario_reader *reader, enum schema_key key,
                      const struct yaml_node *node, uint64_t *bits_per_s) {
    const struct schema_row *row = schema_row(key);
    uint64_t read = 0;
    const char *why = NULL;
    if (!quantity_read_rate(node->text, node->size, &read, &why)) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "found %s; %s, or `unlimited`",
                             excerpt_write(node->text, node->size, excerpt), why);
    }
    if (read < row->min || read > row->max) {
        return reader_refuse_value(reader, node, key);
    }
    *bits_per_s = read;
    return true;
}

static bool read_sharing(struct scenario_reader *reader, enum schema_key key,
                         const struct yaml_node *node, enum bandwidth_sharing *sharing) {
    bool fair = yaml_is_text(node, "fair");
    if (!fair && !yaml_is_text(node, "fifo")) {
        return reader_refuse_value(reader, node, key);
    }
    *sharing = fair ? BANDWIDTH_FAIR : BANDWIDTH_FIFO;
    return true;
}

bool read_bandwidth_value(struct scenario_reader *reader, enum schema_key key,
                          const struct yaml_node *node, void *field) {
    enum schema_type type = schema_row(key)->type;
    bool unlimited = yaml_is_text(node, "unlimited");
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, key);
    }
    if (type == SCHEMA_SHARING) {
        return read_sharing(reader, key, node, field);
    }
    if (type == SCHEMA_RATE) {
        bool is_auto = yaml_is_text(node, "auto");
        *(uint64_t *)field =
            is_auto && scenario_has_host_rates(reader->scenario) ? SCENARIO_RATE_AUTO : 0;
        return is_auto || unlimited || read_rate(reader, key, node, field);
    }
    CHECK(type == SCHEMA_QUEUE);
    *(uint32_t *)field = BANDWIDTH_QUEUE_UNLIMITED;
    return unlimited || read_size(reader, key, node, field);
}

void read_bandwidth(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_fields *fields = arena_take(reader->scratch, MEMORY_TABLES, sizeof *fields);
    reader->bandwidth = fields;
    if (node == NULL) {
        node = reader_default(reader, "{}");
    }
    if (fields_read(reader, fields, KEY_LINKS_BANDWIDTH, node)) {
        fields_fill(reader, fields, &reader->scenario->links.bandwidth);
    }
}

void read_group_bandwidth(struct scenario_reader *reader, const struct yaml_node *node,
                          struct scenario_group *group) {
    struct scenario_fields fields;
    if (fields_read(reader, &fields, KEY_LINKS_BANDWIDTH, node)) {
        fields.outer = reader->bandwidth;
        fields_fill(reader, &fields, &group->bandwidth);
    }
}

/** One rate of a pair. */
static bool read_host_rate(struct scenario_reader *reader, enum schema_key key,
                           const struct yaml_node *node, uint64_t *bits_per_s) {
    if (node->kind != YAML_SCALAR || yaml_is_null(node)) {
        return reader_refuse_value(reader, node, key);
    }
    *bits_per_s = yaml_is_text(node, "none") ? SCENARIO_RATE_AUTO : 0;
    return *bits_per_s == SCENARIO_RATE_AUTO || yaml_is_text(node, "unlimited") ||
           read_rate(reader, key, node, bits_per_s);
}

static bool says_something(const struct scenario_rates *rates) {
    return rates->bits_per_s[BANDWIDTH_UP] != SCENARIO_RATE_AUTO ||
           rates->bits_per_s[BANDWIDTH_DOWN] != SCENARIO_RATE_AUTO;
}

bool read_host_rates(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, const struct scenario_rates **kept) {
    uint32_t failures = reader_failure_count(reader);
    if (yaml_is_text(node, "none")) {
        return false;
    }
    if (node->kind != YAML_SEQUENCE) {
        return reader_refuse_value(reader, node, key);
    }
    struct scenario_rates *rates =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *rates);
    struct scenario_rates *next = rates;
    bool any = false;
    for (const struct yaml_node *pair = node->first; pair != NULL; pair = pair->next) {
        if (pair->kind != YAML_SEQUENCE || pair->size != 2) {
            return reader_refuse_value(reader, pair, key);
        }
        read_host_rate(reader, key, pair->first, &next->bits_per_s[BANDWIDTH_UP]);
        read_host_rate(reader, key, pair->first->next, &next->bits_per_s[BANDWIDTH_DOWN]);
        any = says_something(next) || any;
        next++;
    }
    bool whole = reader_failure_count(reader) == failures;
    *kept = any && whole ? rates : NULL;
    return whole;
}

/** A rate of a file, which says 0 for none; reported where no node can have it. */
static uint64_t take_rate(struct scenario_reader *reader, const struct graph_file *graph,
                          const uint64_t *rates, uint32_t node) {
    uint64_t rate = rates == NULL ? 0 : rates[node];
    if (rate != 0 && (rate < BANDWIDTH_RATE_MIN || rate > BANDWIDTH_RATE_MAX)) {
        char name[GRAPH_NAME_SIZE];
        char found[QUANTITY_TEXT_SIZE];
        char low[QUANTITY_TEXT_SIZE];
        char high[QUANTITY_TEXT_SIZE];
        failure_list_add(reader->failures, graph->path, 0, 0,
                         "node `%s` has a bandwidth of %s; allowed: %s to %s",
                         graph_file_name(graph, node, name), quantity_write_rate(rate, found),
                         quantity_write_rate(BANDWIDTH_RATE_MIN, low),
                         quantity_write_rate(BANDWIDTH_RATE_MAX, high));
    }
    return rate == 0 ? SCENARIO_RATE_AUTO : rate;
}

const struct scenario_rates *take_host_rates(struct scenario_reader *reader,
                                             const struct graph_file *graph) {
    struct scenario_rates *rates =
        arena_take_array(reader->arena, MEMORY_TABLES, graph->node_count, sizeof *rates);
    bool any = false;
    for (uint32_t node = 0; node < graph->node_count; node++) {
        rates[node].bits_per_s[BANDWIDTH_UP] = take_rate(reader, graph, graph->up_bits_per_s, node);
        rates[node].bits_per_s[BANDWIDTH_DOWN] =
            take_rate(reader, graph, graph->down_bits_per_s, node);
        any = says_something(&rates[node]) || any;
    }
    return any ? rates : NULL;
}

void read_hosts(struct scenario_reader *reader, const struct yaml_node *node) {
    struct scenario_links *links = &reader->scenario->links;
    if (node != NULL) {
        bool is_list = read_host_rates(reader, KEY_LINKS_HOSTS, node, &links->host_rates);
        reader->hosts = is_list ? node : NULL;
        links->host_count = links->host_rates == NULL ? 0 : node->size;
    } else if (reader->graph != NULL) {
        links->host_rates = take_host_rates(reader, reader->graph);
        links->host_count = links->host_rates == NULL ? 0 : reader->graph->node_count;
    }
}

void check_hosts(struct scenario_reader *reader) {
    uint32_t nodes = reader->scenario->node_count;
    if (reader->hosts != NULL && nodes > 0 && reader->hosts->size != nodes) {
        reader_refuse(reader, reader->hosts,
                      "found %" PRIu32 " pairs; allowed: one for each of the %" PRIu32 " nodes",
                      reader->hosts->size, nodes);
    }
}
