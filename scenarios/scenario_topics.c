#include "scenarios/scenario_read.h"

#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/utf8.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { TOPIC_NAME_SIZE_MAX = 255 };

/** Reports that there is a topic, or a family, of that name already. */
static bool refuse_name(struct scenario_reader *reader, const struct yaml_node *node,
                        const char *name, size_t size) {
    char excerpt[EXCERPT_SIZE];
    return reader_refuse(reader, node, "topic %s stands twice; allowed: different names",
                         excerpt_write(name, size, excerpt));
}

/** Adds a topic under a name of its own, which it keeps; NULL if there is one already. */
static const char *add_topic(struct scenario_reader *reader, const char *name, size_t size) {
    if (intern_find(&reader->topics, name, (uint32_t)size) != INTERN_NONE) {
        return NULL;
    }
    uint32_t id = intern_add(&reader->topics, name, (uint32_t)size);
    char *kept = arena_take(reader->arena, MEMORY_TABLES, size + 1);
    memcpy(kept, reader->topics.names[id], size);
    return kept;
}

/** True if a text can name a topic. */
static bool is_topic_name(const struct yaml_node *node) {
    return node->kind == YAML_SCALAR && !yaml_is_null(node) && node->size > 0 &&
           node->size <= TOPIC_NAME_SIZE_MAX && utf8_all_printable(node->text, node->size);
}

uint32_t find_family(const struct scenario_reader *reader, const struct yaml_node *node) {
    if (node->kind != YAML_SCALAR || reader->family_of == NULL) {
        return UINT32_MAX;
    }
    uint32_t id = intern_find(&reader->families, node->text, node->size);
    return id == INTERN_NONE ? UINT32_MAX : reader->family_of[id];
}

/** The place of the only %d in a name, or NULL. */
static const char *find_number(const char *name) {
    const char *first = strstr(name, "%d");
    return first == NULL || strstr(first + 1, "%d") != NULL ? NULL : first;
}

/** Names the topics of a family, whose own name is kept already. */
static bool name_topics(struct scenario_reader *reader, const struct yaml_node *node,
                        const struct scenario_family *family, struct scenario_topic *topics) {
    const char *gap = find_number(family->name);
    if (gap == NULL) {
        return reader_refuse(reader, node,
                             "a family of topics without a number; allowed: one %%d in the name, "
                             "as in shard-%%d");
    }
    for (uint32_t i = 0; i < family->count; i++) {
        char name[TOPIC_NAME_SIZE_MAX + 16];
        int size = snprintf(name, sizeof name, "%.*s%" PRIu32 "%s", (int)(gap - family->name),
                            family->name, i, gap + 2);
        if (size > TOPIC_NAME_SIZE_MAX) {
            return reader_refuse_value(reader, node, KEY_TOPIC_NAME);
        }
        topics[i].name = add_topic(reader, name, (size_t)size);
        if (topics[i].name == NULL) {
            return refuse_name(reader, node, name, (size_t)size);
        }
    }
    return true;
}

static bool read_names(struct scenario_reader *reader, const struct yaml_node *node,
                       struct scenario_family *family, struct scenario_topic *topics) {
    if (!is_topic_name(node)) {
        return reader_refuse_value(reader, node, KEY_TOPIC_NAME);
    }
    if (find_family(reader, node) != UINT32_MAX) {
        return refuse_name(reader, node, node->text, node->size);
    }
    if (family->is_one) {
        topics[0].name = add_topic(reader, node->text, node->size);
        family->name = topics[0].name;
        return topics[0].name != NULL || refuse_name(reader, node, node->text, node->size);
    }
    if (intern_find(&reader->topics, node->text, node->size) != INTERN_NONE) {
        return refuse_name(reader, node, node->text, node->size);
    }
    char *name = arena_take(reader->arena, MEMORY_TABLES, (size_t)node->size + 1);
    memcpy(name, node->text, node->size);
    family->name = name;
    uint32_t id = intern_add(&reader->families, node->text, node->size);
    reader->family_of[id] = (uint32_t)(family - reader->scenario->families);
    return name_topics(reader, node, family, topics);
}

bool read_popularity(struct scenario_reader *reader, enum schema_key key,
                     const struct yaml_node *node, const char *word, uint32_t *zipf_ppm) {
    *zipf_ppm = 0;
    if (node->kind != YAML_MAPPING) {
        return yaml_is_text(node, word) || reader_refuse_value(reader, node, key);
    }
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_ZIPF, node)) {
        return false;
    }
    uint32_t failures = reader_failure_count(reader);
    struct {
        uint32_t zipf_ppm;
    } form = {0};
    fields_fill(reader, &fields, &form);
    *zipf_ppm = form.zipf_ppm;
    return reader_failure_count(reader) == failures;
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

/** `validation: 10ms`: one validator that accepts all after that delay. */
static void read_validation(struct scenario_reader *reader, const struct scenario_fields *fields,
                            struct scenario_topic *topic) {
    const struct yaml_node *validation = fields_value(fields, KEY_TOPIC_VALIDATION);
    if (validation == NULL) {
        read_validators(reader, fields_value_or_default(reader, fields, KEY_TOPIC_VALIDATORS),
                        topic);
        return;
    }
    if (fields->keys[KEY_TOPIC_VALIDATORS] != NULL) {
        reader_refuse(reader, fields->keys[KEY_TOPIC_VALIDATORS],
                      "both `validation` and `validators`; allowed: one of them");
        return;
    }
    struct scenario_validator *validator =
        arena_take_array(reader->arena, MEMORY_TABLES, 1, sizeof *validator);
    validator->accept_ppb = SHARE_ONE;
    read_distribution(reader, KEY_TOPIC_VALIDATION, validation, &validator->delay);
    topic->validators = validator;
    topic->validator_count = 1;
}

/** Reports keys that only a family can have. */
static void check_one(struct scenario_reader *reader, const struct scenario_fields *fields) {
    static const enum schema_key keys[] = {KEY_TOPIC_PER_NODE, KEY_TOPIC_POPULARITY,
                                           KEY_TOPIC_ROTATE};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (fields->keys[keys[i]] != NULL) {
            reader_refuse(reader, fields->keys[keys[i]],
                          "only a family of topics has `%s`; give it a `count`",
                          schema_row(keys[i])->name);
        }
    }
}

static void read_family(struct scenario_reader *reader, const struct scenario_fields *fields,
                        struct scenario_family *family) {
    const struct yaml_node *per_node = fields_value(fields, KEY_TOPIC_PER_NODE);
    const struct yaml_node *popularity =
        fields_value_or_default(reader, fields, KEY_TOPIC_POPULARITY);
    if (family->is_one) {
        check_one(reader, fields);
        return;
    }
    read_popularity(reader, KEY_TOPIC_POPULARITY, popularity, "uniform", &family->zipf_ppm);
    if (family->per_node > family->count) {
        reader_refuse(reader, per_node,
                      "found `%" PRIu32 "`; allowed: at most `count`, which is %" PRIu32,
                      family->per_node, family->count);
    }
}

/** Reports a rotation that cannot be, or that swaps too often. */
static void check_rotation(struct scenario_reader *reader, const struct scenario_fields *fields,
                           const struct scenario_family *family) {
    const struct yaml_node *rotate = fields_value(fields, KEY_TOPIC_ROTATE);
    if (family->is_one || family->rotate_ns == 0) {
        return;
    }
    if (family->per_node == 0 || family->per_node >= family->count) {
        reader_refuse(reader, rotate,
                      "there is no other topic to swap for; allowed: `rotate` with "
                      "`per_node` below `count`");
        return;
    }
    uint64_t each = (uint64_t)(reader->scenario->duration_ns / family->rotate_ns);
    if (each > SCENARIO_SWAPS_MAX / (uint64_t)(reader->scenario->node_count + 1)) {
        reader_refuse(reader, rotate,
                      "all nodes would swap more than %d times; allowed: a longer time",
                      SCENARIO_SWAPS_MAX);
    }
}

/** How many topics an entry stands for, as far as that can be read; a mistake counts as one. */
static uint32_t count_topics(const struct yaml_node *item) {
    if (item->kind != YAML_MAPPING) {
        return 1;
    }
    const char *name = schema_row(KEY_TOPIC_COUNT)->name;
    uint64_t count = 1;
    for (const struct yaml_node *key = item->first; key != NULL; key = key->next->next) {
        bool is_count = yaml_is_text(key, name);
        if (is_count && whole_parse(key->next, &count) && count > 0) {
            return count > SCENARIO_TOPICS_MAX ? SCENARIO_TOPICS_MAX : (uint32_t)count;
        }
    }
    return 1;
}

/** Reads one entry into its topics: family->first and the following ones. */
static void read_entry(struct scenario_reader *reader, const struct yaml_node *node, uint32_t index,
                       struct scenario_family *family, struct scenario_topic *topics) {
    struct scenario_fields fields;
    if (!fields_read(reader, &fields, KEY_TOPICS, node)) {
        reader->topics_known = false;
        return;
    }
    struct scenario_topic topic = {.family = index};
    uint32_t allotted = family->count;
    fields_fill(reader, &fields, family);
    family->count = allotted;
    family->is_one = fields.keys[KEY_TOPIC_COUNT] == NULL;
    read_selector(reader, KEY_TOPIC_SUBSCRIBERS,
                  fields_value_or_default(reader, &fields, KEY_TOPIC_SUBSCRIBERS),
                  &topic.subscribers);
    read_validation(reader, &fields, &topic);
    read_family(reader, &fields, family);
    check_rotation(reader, &fields, family);
    for (uint32_t i = 0; i < family->count; i++) {
        topics[i] = topic;
    }
    const struct yaml_node *name = fields_value(&fields, KEY_TOPIC_NAME);
    if (name == NULL || !read_names(reader, name, family, topics)) {
        reader->topics_known = false;
    }
}

/** Gives each entry its topics; once there are too many, those that follow count as one each. */
static uint32_t divide_topics(struct scenario_reader *reader, const struct yaml_node *list,
                              struct scenario_family *families) {
    const struct yaml_node *item = list->first;
    uint32_t total = 0;
    bool over = list->size > SCENARIO_TOPICS_MAX;
    for (uint32_t i = 0; i < list->size; i++) {
        families[i] = (struct scenario_family){.first = total, .count = count_topics(item)};
        if (!over && families[i].count > SCENARIO_TOPICS_MAX - total) {
            reader_refuse(reader, item, "more than %d topics in all; allowed: at most that many",
                          SCENARIO_TOPICS_MAX);
            over = true;
        }
        families[i].count = over ? 1 : families[i].count;
        total += families[i].count;
        item = item->next;
    }
    return total;
}

void read_topics(struct scenario_reader *reader, const struct yaml_node *node) {
    intern_init(&reader->topics, reader->scratch);
    intern_init(&reader->families, reader->scratch);
    reader->topics_known = false;
    if (!reader_list(reader, KEY_TOPICS, node)) {
        return;
    }
    if (node->size == 0 || node->size > SCENARIO_TOPICS_MAX) {
        reader_refuse(reader, node, "found %" PRIu32 " topics; allowed: 1 to %d", node->size,
                      SCENARIO_TOPICS_MAX);
    }
    struct scenario_family *families =
        arena_take_array(reader->arena, MEMORY_TABLES, node->size, sizeof *families);
    uint32_t total = divide_topics(reader, node, families);
    reader->topics_known = node->size > 0;
    struct scenario_topic *topics =
        arena_take_array(reader->arena, MEMORY_TABLES, total, sizeof *topics);
    reader->scenario->families = families;
    reader->family_of =
        arena_take_array(reader->scratch, MEMORY_TABLES, node->size, sizeof *reader->family_of);
    const struct yaml_node *item = node->first;
    for (uint32_t i = 0; i < node->size; i++) {
        read_entry(reader, item, i, &families[i], topics + families[i].first);
        reader->scenario->family_count = i + 1;
        item = item->next;
    }
    reader->scenario->topics = topics;
    reader->scenario->topic_count = total;
}
