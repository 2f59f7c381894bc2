#include "scenarios/scenario_read.h"

#include "scenarios/excerpt.h"
#include "scenarios/utf8.h"

#include <inttypes.h>
#include <string.h>

enum { TOPIC_NAME_SIZE_MAX = 255 };

static bool read_topic_name(struct scenario_reader *reader, const struct yaml_node *node,
                            struct scenario_topic *topic) {
    bool text = node->kind == YAML_SCALAR && !yaml_is_null(node) && node->size > 0 &&
                node->size <= TOPIC_NAME_SIZE_MAX && utf8_all_printable(node->text, node->size);
    if (!text) {
        return reader_refuse_value(reader, node, KEY_TOPIC_NAME);
    }
    if (intern_find(&reader->topics, node->text, node->size) != INTERN_NONE) {
        char excerpt[EXCERPT_SIZE];
        return reader_refuse(reader, node, "topic %s stands twice; allowed: different names",
                             excerpt_write(node->text, node->size, excerpt));
    }
    uint32_t id = intern_add(&reader->topics, node->text, node->size);
    char *name = arena_take(reader->arena, MEMORY_TABLES, (size_t)node->size + 1);
    memcpy(name, reader->topics.names[id], node->size);
    topic->name = name;
    return true;
}

static void read_validators(struct scenario_reader *reader, const struct yaml_node *node,
                            struct scenario_topic *topic) {
    if (!reader_list(reader, KEY_TOPIC_VALIDATORS, node)) {
        return;
    }
    if (node->size > SCENARIO_VALIDATORS_MAX) {
        reader_refuse(reader, node, "found %" PRIu32 " validators; allowed: at most %d", node->size,
                      SCENARIO_VALIDATORS_MAX);
        return;
    }
    struct scenario_validator *validators =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *validators);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        struct scenario_fields fields;
        if (fields_read(reader, &fields, KEY_TOPIC_VALIDATORS, item)) {
            fields_fill(reader, &fields, &validators[i]);
            read_distribution(reader, KEY_VALIDATOR_DELAY,
                              fields_value_or_default(reader, &fields, KEY_VALIDATOR_DELAY),
                              &validators[i].delay);
        }
        item = item->next;
    }
    topic->validators = validators;
    topic->validator_count = node->size;
}

static void read_one_topic(struct scenario_reader *reader, const struct yaml_node *node,
                           struct scenario_topic *topic) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_TOPICS, node)) {
        reader->topics_known = false;
        return;
    }
    fields_fill(reader, &fields, topic);
    read_selector(reader, KEY_TOPIC_SUBSCRIBERS,
                  fields_value_or_default(reader, &fields, KEY_TOPIC_SUBSCRIBERS),
                  &topic->subscribers);
    read_validators(reader, fields_value_or_default(reader, &fields, KEY_TOPIC_VALIDATORS), topic);
    const struct yaml_node *name = fields_value(&fields, KEY_TOPIC_NAME);
    if (name == NULL || !read_topic_name(reader, name, topic)) {
        reader->topics_known = false;
    }
}

void read_topics(struct scenario_reader *reader, const struct yaml_node *node) {
    intern_init(&reader->topics, reader->scratch);
    reader->topics_known = false;
    if (!reader_list(reader, KEY_TOPICS, node)) {
        return;
    }
    if (node->size == 0 || node->size > SCENARIO_TOPICS_MAX) {
        reader_refuse(reader, node, "found %" PRIu32 " topics; allowed: 1 to %d", node->size,
                      SCENARIO_TOPICS_MAX);
    }
    reader->topics_known = node->size > 0;
    struct scenario_topic *topics =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *topics);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        read_one_topic(reader, item, &topics[i]);
        item = item->next;
    }
    reader->scenario->topics = topics;
    reader->scenario->topic_count = node->size;
}

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

static bool read_publisher(struct scenario_reader *reader, const struct yaml_node *node,
                           struct scenario_publish *publish) {
    if (yaml_is_text(node, "random")) {
        publish->from = PUBLISHER_RANDOM;
        return true;
    }
    if (node->kind != YAML_MAPPING) {
        return read_publisher_list(reader, node, publish);
    }
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_PUBLISHER, node)) {
        return false;
    }
    const struct yaml_node *role = fields_value(&fields, KEY_PUBLISHER_OUTSIDE);
    const struct yaml_node *group = fields_value(&fields, KEY_PUBLISHER_GROUP);
    bool outside = false;
    bool whole = role == NULL || reader_value(reader, KEY_PUBLISHER_OUTSIDE, role, &outside);
    whole = (group == NULL || read_group(reader, group, &publish->group)) && whole;
    if (whole && !outside && (role != NULL || group == NULL)) {
        return reader_refuse_value(reader, node, KEY_PUBLISH_FROM);
    }
    publish->from = outside ? PUBLISHER_OUTSIDE : PUBLISHER_RANDOM;
    return whole;
}

/** The last message of a series must have a time at all; that it may come after the end of the run
 * is no mistake. */
static void check_series(struct scenario_reader *reader, const struct scenario_fields *fields,
                         const struct scenario_publish *publish) {
    if (publish->count < 2 || !fields_both_read(fields, KEY_PUBLISH_COUNT, KEY_PUBLISH_EVERY)) {
        return;
    }
    const struct yaml_node *every = fields_value(fields, KEY_PUBLISH_EVERY);
    const struct yaml_node *node = every != NULL ? every : fields->mapping;
    if (publish->every_ns == 0) {
        reader_refuse(reader, node, "found `0s`; allowed: above 0 for several messages");
        return;
    }
    // A start that could not be read is 0: what is too long from there on is so from any start.
    int64_t span_ns = (int64_t)(publish->count - 1);
    if (__builtin_mul_overflow(span_ns, publish->every_ns, &span_ns) ||
        span_ns > SCENARIO_TIME_MAX_NS - publish->start_ns) {
        reader_refuse(reader, node,
                      "the last of %" PRIu32
                      " messages would be later than 1152921504s (36 years); "
                      "allowed: a smaller `every` or `count`",
                      publish->count);
    }
}

static void read_publish(struct scenario_reader *reader, const struct yaml_node *node,
                         struct scenario_publish *publish) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_PUBLISH, node)) {
        return;
    }
    fields_fill(reader, &fields, publish);
    read_publisher(reader, fields_value_or_default(reader, &fields, KEY_PUBLISH_FROM), publish);
    check_series(reader, &fields, publish);
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
        read_publish(reader, item, &publishes[i]);
        bool fits = total <= SCENARIO_MESSAGES_MAX;
        total += publishes[i].count;
        if (fits && total > SCENARIO_MESSAGES_MAX) {
            reader_refuse(reader, item, "more than %d messages in all; allowed: at most that many",
                          SCENARIO_MESSAGES_MAX);
        }
        item = item->next;
    }
    reader->scenario->publishes = publishes;
    reader->scenario->publish_count = node->size;
}
