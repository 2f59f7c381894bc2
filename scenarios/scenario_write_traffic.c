#include "scenarios/scenario_writing.h"
#include "scenarios/traffic_rows.h"

#include <inttypes.h>

static void write_list_of_nodes(struct text *text, const struct scenario_publish *publish) {
    bool list = publish->node_count > 1;
    text_add_string(text, list ? "[" : "");
    for (uint32_t i = 0; i < publish->node_count; i++) {
        text_add_format(text, "%s%" PRIu32, i == 0 ? "" : ", ", publish->nodes[i]);
    }
    text_add_string(text, list ? "]" : "");
}

/** Begins one more key of a mapping in one line. */
static void begin_key(struct text *text, uint32_t *keys, const char *name) {
    text_add_format(text, "%s%s: ", (*keys)++ == 0 ? "{" : ", ", name);
}

/** The publishers of a series that draws them. */
static void write_drawn(struct text *text, const struct scenario *scenario,
                        const struct scenario_publish *publish) {
    uint32_t keys = 0;
    bool any = publish->from == PUBLISHER_ANY;
    if (publish->from != PUBLISHER_RANDOM) {
        begin_key(text, &keys, any ? "any" : "outside");
        text_add_string(text, "true");
    }
    if (publish->group != 0) {
        begin_key(text, &keys, "group");
        print_group(text, scenario, publish->group);
    }
    if (publish->region != 0) {
        begin_key(text, &keys, "region");
        print_word(text, scenario->regions.items[publish->region - 1].name);
    }
    if (publish->subset.kind == SELECTOR_SHARE) {
        begin_key(text, &keys, "share");
        print_share(text, publish->subset.share_ppb);
    } else if (publish->subset.kind == SELECTOR_COUNT) {
        begin_key(text, &keys, "count");
        text_add_format(text, "%" PRIu32, publish->subset.count);
    }
    text_add_string(text, keys == 0 ? "random" : "}");
}

static void write_publisher(struct text *text, const struct scenario *scenario,
                            const struct scenario_publish *publish) {
    if (publish->from == PUBLISHER_NODES) {
        write_list_of_nodes(text, publish);
    } else if (publish->from == PUBLISHER_ROTATE) {
        text_add_string(text, "{rotate: ");
        print_selector(text, scenario, &publish->subset);
        text_add_string(text, "}");
    } else {
        write_drawn(text, scenario, publish);
    }
}

/** `{zipf: 1}` under a key; nothing where all topics are alike. */
static void write_popularity(struct text *text, const char *key, uint32_t zipf_ppm) {
    if (zipf_ppm > 0) {
        text_add_format(text, ", %s: {zipf: ", key);
        print_millionths(text, zipf_ppm);
        text_add_string(text, "}");
    }
}

void write_family(struct writing *writing, const struct scenario_family *family) {
    struct text *text = &writing->text;
    const struct scenario_topic *topic = &writing->scenario->topics[family->first];
    text_add_string(text, "{name: ");
    print_word(text, family->name);
    if (!family->is_one) {
        text_add_format(text, ", count: %" PRIu32, family->count);
    }
    text_add_string(text, ", subscribers: ");
    print_selector(text, writing->scenario, &topic->subscribers);
    if (family->per_node > 0) {
        text_add_format(text, ", per_node: %" PRIu32, family->per_node);
    }
    write_popularity(text, "popularity", family->zipf_ppm);
    if (family->rotate_ns > 0) {
        text_add_string(text, ", rotate: ");
        print_duration(text, family->rotate_ns);
    }
    text_add_string(text, ", validators: ");
    print_validators(text, topic);
    text_add_string(text, "}");
}

/** The topic or family of a series, and how one of several is picked. */
static void write_target(struct text *text, const struct scenario *scenario,
                         const struct scenario_publish *publish) {
    const struct scenario_topic *topic = &scenario->topics[publish->topic];
    const struct scenario_family *family = &scenario->families[topic->family];
    bool whole = publish->topic_count > 1;
    text_add_string(text, "{topic: ");
    print_word(text, whole ? family->name : topic->name);
    text_add_string(text, whole && publish->in_turn ? ", pick: in-turn" : "");
    write_popularity(text, "pick", whole ? publish->zipf_ppm : 0);
}

void write_publish(struct writing *writing, const struct scenario_publish *publish) {
    struct text *text = &writing->text;
    const struct scenario *scenario = writing->scenario;
    if (publish->from == PUBLISHER_ROWS) {
        // A block, whose lines stand further in than the key.
        text_add_string(text, "rows: |\n");
        traffic_rows_write(text, scenario, publish, "      ");
        return;
    }
    write_target(text, scenario, publish);
    text_add_string(text, ", from: ");
    write_publisher(text, scenario, publish);
    text_add_string(text, ", start: ");
    print_duration(text, publish->start_ns);
    text_add_string(text, ", every: ");
    print_distribution(text, &publish->every);
    if (publish->count != SCENARIO_COUNT_UNLIMITED) {
        text_add_format(text, ", count: %" PRIu32, publish->count);
    }
    if (publish->until_ns != INT64_MAX) {
        text_add_string(text, ", until: ");
        print_duration(text, publish->until_ns);
    }
    if (publish->publishers > 1) {
        text_add_format(text, ", publishers: %" PRIu32, publish->publishers);
    }
    if (publish->burst_count > 1) {
        text_add_format(text, ", burst: {count: %" PRIu32 ", gap: ", publish->burst_count);
        print_duration(text, publish->burst_gap_ns);
        text_add_string(text, "}");
    }
    text_add_string(text, ", size: ");
    print_sizes(text, &publish->size);
    text_add_string(text, "}");
}
