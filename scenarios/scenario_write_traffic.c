#include "scenarios/scenario_writing.h"

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

void write_publish(struct writing *writing, const struct scenario_publish *publish) {
    struct text *text = &writing->text;
    const struct scenario *scenario = writing->scenario;
    text_add_string(text, "{topic: ");
    print_value(text, scenario, KEY_PUBLISH_TOPIC, publish);
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
    print_size(text, publish->size_bytes);
    text_add_string(text, "}");
}
