#include "scenarios/graph_file.h"
#include "scenarios/scenario_read.h"
#include "scenarios/traffic_rows.h"

#include <inttypes.h>
#include <string.h>

static bool read_publisher_list(struct scenario_reader *reader, const struct yaml_node *node,
                                struct scenario_publish *publish) {
    bool list = node->kind == YAML_SEQUENCE;
    uint32_t count = list ? node->size : 1;
    if (count == 0) {
        return reader_refuse_value(reader, node, KEY_PUBLISH_FROM);
    }
    uint32_t *nodes = arena_take_array(reader->arena, MEMORY_TABLES, count, sizeof *nodes);
    const struct yaml_node *item = list ? node->first : node;
    bool whole = true;
    for (uint32_t i = 0; i < count; i++) {
        whole = read_node_index(reader, KEY_PUBLISH_FROM, item, &nodes[i]) && whole;
        item = list ? item->next : NULL;
    }
    publish->from = PUBLISHER_NODES;
    publish->nodes = nodes;
    publish->node_count = count;
    return whole;
}

/** Reads a switch that may stand there only to be on. */
static bool read_role(struct scenario_reader *reader, const struct scenario_fields *fields,
                      enum schema_key key, bool *on) {
    const struct yaml_node *value = fields_value(fields, key);
    if (value == NULL || !reader_value(reader, key, value, on)) {
        return value == NULL;
    }
    return *on || reader_refuse_value(reader, fields->mapping, KEY_PUBLISH_FROM);
}

/** Where the keys that narrow a drawing down put their values. */
static bool read_narrowing(struct scenario_reader *reader, const struct scenario_fields *fields,
                           struct scenario_publish *publish) {
    static const enum schema_key keys[] = {KEY_PUBLISHER_GROUP, KEY_PUBLISHER_REGION,
                                           KEY_PUBLISHER_SHARE, KEY_PUBLISHER_COUNT};
    bool whole = true;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        const struct yaml_node *value = fields_value(fields, keys[i]);
        void *field = (char *)publish + schema_row(keys[i])->offset;
        whole = (value == NULL || reader_value(reader, keys[i], value, field)) && whole;
    }
    bool share = fields->keys[KEY_PUBLISHER_SHARE] != NULL;
    bool count = fields->keys[KEY_PUBLISHER_COUNT] != NULL;
    publish->subset.kind = share ? SELECTOR_SHARE : SELECTOR_ALL;
    publish->subset.kind = count ? SELECTOR_COUNT : publish->subset.kind;
    if (share && count) {
        return reader_refuse(reader, fields->mapping,
                             "both `share` and `count`; allowed: one of them");
    }
    return whole;
}

static bool read_drawn_publisher(struct scenario_reader *reader, const struct yaml_node *node,
                                 struct scenario_publish *publish) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_PUBLISHER, node)) {
        return false;
    }
    const struct yaml_node *rotate = fields_value(&fields, KEY_PUBLISHER_ROTATE);
    if (node->kind != YAML_MAPPING || node->size == 0) {
        return reader_refuse_value(reader, node, KEY_PUBLISH_FROM);
    }
    if (rotate != NULL && node->size > 1) {
        return reader_refuse(reader, fields.keys[KEY_PUBLISHER_ROTATE],
                             "`rotate` stands with other keys; allowed: `rotate` alone");
    }
    if (rotate != NULL) {
        publish->from = PUBLISHER_ROTATE;
        return read_selector(reader, KEY_PUBLISHER_ROTATE, rotate, &publish->subset);
    }
    bool outside = false;
    bool any = false;
    bool whole = read_role(reader, &fields, KEY_PUBLISHER_OUTSIDE, &outside);
    whole = read_role(reader, &fields, KEY_PUBLISHER_ANY, &any) && whole;
    whole = read_narrowing(reader, &fields, publish) && whole;
    publish->from = outside ? PUBLISHER_OUTSIDE : PUBLISHER_RANDOM;
    publish->from = any ? PUBLISHER_ANY : publish->from;
    if (outside && any) {
        return reader_refuse(reader, node, "both `outside` and `any`; allowed: one of them");
    }
    return whole;
}

static bool read_publisher(struct scenario_reader *reader, const struct yaml_node *node,
                           struct scenario_publish *publish) {
    if (yaml_is_text(node, "random") || yaml_is_text(node, "any")) {
        publish->from = yaml_is_text(node, "any") ? PUBLISHER_ANY : PUBLISHER_RANDOM;
        return true;
    }
    return node->kind == YAML_MAPPING ? read_drawn_publisher(reader, node, publish)
                                      : read_publisher_list(reader, node, publish);
}

/** The last instant of a series must have a time at all; that it may come after the end of the run
 * is no mistake. */
static void check_series(struct scenario_reader *reader, const struct scenario_fields *fields,
                         const struct scenario_publish *publish) {
    const struct distribution_options *every = &publish->every;
    if (publish->count < 2 || !fields_both_read(fields, KEY_PUBLISH_COUNT, KEY_PUBLISH_EVERY)) {
        return;
    }
    const struct yaml_node *written = fields_value(fields, KEY_PUBLISH_EVERY);
    const struct yaml_node *node = written != NULL ? written : fields->mapping;
    if (every->a_ns == 0 && every->b_ns == 0) {
        char found[FOUND_SIZE];
        reader_refuse(reader, node, "found %s; allowed: above 0 for several messages",
                      reader_found(node, found));
        return;
    }
    if (every->kind != DISTRIBUTION_CONSTANT || publish->count == SCENARIO_COUNT_UNLIMITED) {
        return; // a gap that is drawn is short enough for any number of them
    }
    // A start that could not be read is 0: what is too long from there on is so from any start.
    int64_t span_ns = (int64_t)(publish->count - 1);
    if (__builtin_mul_overflow(span_ns, every->a_ns, &span_ns) ||
        span_ns > SCENARIO_TIME_MAX_NS - publish->start_ns) {
        reader_refuse(reader, node,
                      "the last of %" PRIu32
                      " messages would be later than 1152921504s (36 years); "
                      "allowed: a smaller `every` or `count`",
                      publish->count);
    }
}

static void read_burst(struct scenario_reader *reader, const struct scenario_fields *fields,
                       struct scenario_publish *publish) {
    const struct yaml_node *burst = fields_value(fields, KEY_PUBLISH_BURST);
    struct scenario_fields inner;
    publish->burst_count = 1;
    if (burst != NULL && fields_read(reader, &inner, KEY_PUBLISH_BURST, burst)) {
        fields_fill(reader, &inner, publish);
    }
}

static void read_schedule(struct scenario_reader *reader, struct scenario_fields *fields,
                          struct scenario_publish *publish) {
    const struct yaml_node *every = fields_value_or_default(reader, fields, KEY_PUBLISH_EVERY);
    fields->wrong[KEY_PUBLISH_EVERY] = !read_gap(reader, KEY_PUBLISH_EVERY, every, &publish->every);
    bool has_until = fields->keys[KEY_PUBLISH_UNTIL] != NULL;
    if (fields->keys[KEY_PUBLISH_COUNT] == NULL) {
        publish->count = has_until ? SCENARIO_COUNT_UNLIMITED : 1;
    }
    publish->until_ns = has_until ? publish->until_ns : INT64_MAX;
    read_burst(reader, fields, publish);
    check_series(reader, fields, publish);
}

/** Where to: a topic, a family of them, or by default the first entry of `topics`. */
static void read_target(struct scenario_reader *reader, const struct scenario_fields *fields,
                        struct scenario_publish *publish) {
    const struct scenario *scenario = reader->scenario;
    const struct yaml_node *topic = fields_value(fields, KEY_PUBLISH_TOPIC);
    const struct yaml_node *pick = fields_value(fields, KEY_PUBLISH_PICK);
    uint32_t family = topic == NULL ? 0 : find_family(reader, topic);
    bool known = family < scenario->family_count;
    publish->topic_count = known ? scenario->families[family].count : 1;
    publish->topic = known ? scenario->families[family].first : 0;
    if (!known && topic != NULL) {
        known = read_topic(reader, topic, &publish->topic);
    }
    if (pick == NULL) {
        return;
    }
    publish->in_turn = yaml_is_text(pick, "in-turn");
    if (!publish->in_turn &&
        !read_popularity(reader, KEY_PUBLISH_PICK, pick, "random", &publish->zipf_ppm)) {
        return;
    }
    if (known && (family >= scenario->family_count || scenario->families[family].is_one)) {
        reader_refuse(reader, fields->keys[KEY_PUBLISH_PICK],
                      "there is only one topic to pick; allowed: `pick` with a family of topics");
    }
}

/** Reads the rows of a file that a key names. */
static void read_rows_file(struct scenario_reader *reader, const struct yaml_node *node,
                           struct scenario_publish *publish) {
    static const char ending[] = ".csv";
    enum { ENDING_SIZE = sizeof ending - 1 };
    bool named = node->kind == YAML_SCALAR && node->size > ENDING_SIZE &&
                 memcmp(node->text + node->size - ENDING_SIZE, ending, ENDING_SIZE) == 0 &&
                 memchr(node->text, 0, node->size) == NULL;
    if (!named) {
        reader_refuse_value(reader, node, KEY_PUBLISH_FROM_FILE);
        return;
    }
    const char *path =
        graph_file_path(reader->scratch, reader->source->path, node->text, node->size);
    struct yaml_input input;
    struct failure failure;
    if (!scenario_read_file(reader->scratch, path, &input, &failure)) {
        reader_refuse(reader, node, "%s: %s", path, failure.message);
        return;
    }
    traffic_rows_read(
        &(struct traffic_text){
            .reader = reader, .node = node, .path = path, .text = input.text, .size = input.size},
        publish);
}

/** Reads a series that has its messages written out. */
static void read_rows(struct scenario_reader *reader, const struct scenario_fields *fields,
                      struct scenario_publish *publish) {
    const struct yaml_node *file = fields_value(fields, KEY_PUBLISH_FROM_FILE);
    const struct yaml_node *rows = fields_value(fields, KEY_PUBLISH_ROWS);
    publish->from = PUBLISHER_ROWS;
    publish->publishers = 1;
    publish->burst_count = 1;
    publish->topic_count = 1;
    publish->until_ns = INT64_MAX;
    if (fields->mapping->size > 1) {
        reader_refuse(reader, fields->mapping, "`%s` stands with other keys; allowed: it alone",
                      file != NULL ? "from_file" : "rows");
    } else if (file != NULL) {
        read_rows_file(reader, file, publish);
    } else if (rows->kind != YAML_SCALAR || yaml_is_null(rows)) {
        reader_refuse_value(reader, rows, KEY_PUBLISH_ROWS);
    } else {
        traffic_rows_read(
            &(struct traffic_text){
                .reader = reader, .node = rows, .text = rows->text, .size = rows->size},
            publish);
    }
}

static void read_publish(struct scenario_reader *reader, const struct yaml_node *node,
                         struct scenario_publish *publish) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_PUBLISH, node)) {
        return;
    }
    if (fields.keys[KEY_PUBLISH_FROM_FILE] != NULL || fields.keys[KEY_PUBLISH_ROWS] != NULL) {
        read_rows(reader, &fields, publish);
        return;
    }
    fields_fill(reader, &fields, publish);
    read_publisher(reader, fields_value_or_default(reader, &fields, KEY_PUBLISH_FROM), publish);
    read_target(reader, &fields, publish);
    read_size_drawn(reader, KEY_PUBLISH_SIZE,
                    fields_value_or_default(reader, &fields, KEY_PUBLISH_SIZE), &publish->size);
    read_schedule(reader, &fields, publish);
}

/** How many messages a series may make; one without a limit counts for nothing here: the plan finds
 * how many there are. */
static uint64_t messages_of(const struct scenario_publish *publish) {
    uint64_t count = publish->count == SCENARIO_COUNT_UNLIMITED ? 0 : publish->count;
    if (__builtin_mul_overflow(count, (uint64_t)publish->publishers, &count) ||
        __builtin_mul_overflow(count, (uint64_t)publish->burst_count, &count)) {
        return UINT32_MAX;
    }
    return count > UINT32_MAX ? UINT32_MAX : count;
}

void read_publishes(struct scenario_reader *reader, const struct yaml_node *node) {
    if (!reader_list(reader, KEY_PUBLISH, node)) {
        return;
    }
    struct scenario_publish *publishes =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *publishes);
    const struct yaml_node *item = node->first;
    uint64_t total = 0;
    for (uint32_t i = 0; i < node->size; i++) {
        publishes[i].place = reader_place(reader, item);
        read_publish(reader, item, &publishes[i]);
        bool fits = total <= SCENARIO_MESSAGES_MAX;
        total += messages_of(&publishes[i]);
        if (fits && total > SCENARIO_MESSAGES_MAX) {
            reader_refuse(reader, item, "more than %d messages in all; allowed: at most that many",
                          SCENARIO_MESSAGES_MAX);
        }
        item = item->next;
    }
    reader->scenario->publishes = publishes;
    reader->scenario->publishes_place = reader_place(reader, node);
    reader->scenario->publish_count = node->size;
}
