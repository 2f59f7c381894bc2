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
