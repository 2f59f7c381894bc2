#include "tests/vectors/router_case.h"

#include "tests/vectors/case_steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** The counts of the step that is being read. */
struct expectation {
    struct router_case *read;
    struct vector_line *line;
    struct pool pool;
    struct case_count *items; // [count]
    uint32_t count;
    uint32_t capacity;
};

uint32_t router_case_field(struct router_case *of, const char *name) {
    return intern_add(&of->fields, name, (uint32_t)strlen(name));
}

uint32_t router_case_value(struct router_case *of, const char *text) {
    return intern_add(&of->values, text, (uint32_t)strlen(text));
}

uint32_t router_case_default(struct router_case *of, uint32_t field) {
    const char *name = of->fields.names[field];
    if (strncmp(name, "sent[", strlen("sent[")) == 0) {
        return router_case_value(of, "0");
    }
    return strcmp(name, "exc") == 0 ? router_case_value(of, "null") : CASE_NONE;
}

static void add_count(struct expectation *expectation, uint32_t field, const json_t *value,
                      uint32_t count) {
    char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS | JSON_ENCODE_ANY);
    if (expectation->count == expectation->capacity) {
        expectation->items =
            pool_grow(&expectation->pool, expectation->items, &expectation->capacity,
                      expectation->count + 1, sizeof *expectation->items);
    }
    expectation->items[expectation->count++] = (struct case_count){
        .field = field, .value = router_case_value(expectation->read, text), .count = count};
    free(text);
}

/** Adds what was recorded of a field: one value, or several with their counts. */
static void add_field(struct expectation *expectation, const char *name, json_t *recorded) {
    uint32_t field = router_case_field(expectation->read, name);
    uint32_t repetitions = expectation->read->repetitions;
    json_t *varies = json_object_get(recorded, "varies");
    if (!json_is_object(varies)) {
        add_count(expectation, field, recorded, repetitions);
        return;
    }
    uint32_t sum = 0;
    const char *text = NULL;
    json_t *count = NULL;
    json_object_foreach(varies, text, count) {
        json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);
        int64_t times = json_integer_value(count);
        if (value == NULL || times < 1 || times > repetitions - sum) {
            line_malformed(expectation->line, "'%s' of %s cannot vary like this", text, name);
        } else {
            add_count(expectation, field, value, (uint32_t)times);
            sum += (uint32_t)times;
        }
        json_decref(value);
    }
    uint32_t otherwise = router_case_default(expectation->read, field);
    if (sum < repetitions && otherwise == CASE_NONE) {
        line_malformed(expectation->line, "the counts of %s sum to %u, not %u", name, sum,
                       repetitions);
    }
}

/** The first key of the object that is none of the members, or NULL. */
static const char *unknown_key(json_t *object, const char *const *members, size_t count) {
    const char *key = NULL;
    json_t *value = NULL;
    json_object_foreach(object, key, value) {
        size_t member = 0;
        while (member < count && strcmp(members[member], key) != 0) {
            member++;
        }
        if (member == count) {
            return key;
        }
    }
    return NULL;
}

static void add_tables(struct expectation *expectation, json_t *tables) {
    static const char *const members[] = {"mesh",   "fanout",     "gossipsub",
                                          "window", "subscribed", "actor"};
    const char *topic = NULL;
    json_t *table = NULL;
    json_object_foreach(tables, topic, table) {
        const char *unknown = unknown_key(table, members, sizeof members / sizeof *members);
        for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
            char name[FAILURE_MESSAGE_SIZE];
            snprintf(name, sizeof name, "tables.%s.%s", topic, members[i]);
            json_t *value = json_object_get(table, members[i]);
            if (value != NULL) {
                add_field(expectation, name, value);
            }
        }
        if (!json_is_object(table)) {
            line_malformed(expectation->line, "the tables of %s must be an object", topic);
        }
        if (unknown != NULL) {
            line_malformed(expectation->line, "the tables of %s have the unknown key '%.40s'",
                           topic, unknown);
        }
    }
}

static void add_sent(struct expectation *expectation, json_t *sent) {
    static const char *const members[] = {"rpcs", "peers", "to_actor"};
    for (size_t i = 0; i < json_array_size(sent); i++) {
        json_t *item = json_array_get(sent, i);
        const char *what = line_text(expectation->line, item, "what");
        for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
            char name[FAILURE_MESSAGE_SIZE];
            snprintf(name, sizeof name, "sent[%s].%s", what, members[k]);
            json_t *value = json_object_get(item, members[k]);
            if (value != NULL) {
                add_field(expectation, name, value);
            } else {
                line_malformed(expectation->line, "%s is missing", name);
            }
        }
    }
}

/** Reads what was seen after a step. */
static void read_expectation(struct expectation *expectation, json_t *object,
                             struct case_step *step) {
    enum { FIELDS = 10, MEMBERS = 13 };
    static const char *const members[MEMBERS] = {
        "skipped", "ret",       "completed",  "hb_alive", "exc",  "peers", "seen",
        "mcache",  "delivered", "sent_total", "tables",   "sent", "exact",
    };
    const char *unknown = unknown_key(object, members, MEMBERS);
    for (size_t i = 0; i < FIELDS; i++) {
        json_t *value = json_object_get(object, members[i]);
        if (value != NULL) {
            add_field(expectation, members[i], value);
        }
    }
    add_tables(expectation, line_object(expectation->line, object, "tables"));
    add_sent(expectation, line_array(expectation->line, object, "sent"));
    if (unknown != NULL) {
        line_malformed(expectation->line, "an item of 'expect' has the unknown key '%.40s'",
                       unknown);
    }
    step->expect_count = expectation->count;
    bool exact = true;
    for (uint32_t i = 0; i < expectation->count; i++) {
        exact = exact && expectation->items[i].count == expectation->read->repetitions;
    }
    if (exact != line_bool_or(expectation->line, object, "exact", exact)) {
        line_malformed(expectation->line, "'exact' says otherwise than the values");
    }
    struct case_count *expect = arena_take_array(expectation->read->arena, MEMORY_TABLES,
                                                 expectation->count, sizeof *expect);
    if (expectation->count > 0) {
        memcpy(expect, expectation->items, expectation->count * sizeof *expect);
    }
    step->expect = expect;
}

static void read_steps(struct router_case *read, struct vector_line *line, const json_t *recorded) {
    const json_t *objects = line_array(line, recorded, "steps");
    const json_t *expected = line_array(line, recorded, "expect");
    read->step_count = (uint32_t)json_array_size(objects);
    if (json_array_size(objects) != json_array_size(expected) ||
        json_array_size(objects) > CASE_STEPS_MAX) {
        line_malformed(line, "%zu steps have %zu expectations", json_array_size(objects),
                       json_array_size(expected));
        return;
    }
    struct case_step *steps =
        arena_take_array(read->arena, MEMORY_TABLES, read->step_count, sizeof *steps);
    struct expectation expectation = {.read = read, .line = line};
    pool_init(&expectation.pool, read->arena, MEMORY_TABLES);
    for (uint32_t i = 0; i < read->step_count && !line->malformed; i++) {
        case_step_read(read, line, json_array_get(objects, i), &steps[i]);
        expectation.count = 0;
        read_expectation(&expectation, json_array_get(expected, i), &steps[i]);
    }
    read->steps = steps;
    if (read->publish_count < read->publish_steps) {
        read->publish_count = read->publish_steps;
    }
}

bool router_case_read(struct router_case *read, struct vector_line *line, struct arena *arena,
                      const json_t *recorded) {
    memset(read, 0, sizeof *read);
    read->arena = arena;
    intern_init(&read->topics, arena);
    intern_init(&read->peers, arena);
    intern_init(&read->fields, arena);
    intern_init(&read->values, arena);
    read->id = line_text(line, recorded, "id");
    read->peer_count = (uint32_t)line_integer(line, recorded, "n", CASE_PEERS_MAX);
    read->repetitions = (uint32_t)line_integer(line, recorded, "reps", CASE_RUNS_MAX);
    read->self_trigger = line_bool_or(line, recorded, "trigger_self", false);
    const char *mode = line_text(line, recorded, "mode");
    read->direct = strcmp(mode, "direct") == 0;
    if (!read->direct && strcmp(mode, "wire") != 0) {
        line_malformed(line, "'mode' must be wire or direct");
    }
    if (read->repetitions == 0) {
        line_malformed(line, "'reps' must be at least 1");
    }
    const json_t *topics = line_array(line, recorded, "topics");
    for (size_t i = 0; i < json_array_size(topics) && i < CASE_TOPICS_MAX; i++) {
        const char *name = line_item_text(line, topics, i);
        intern_add(&read->topics, name, (uint32_t)strlen(name));
    }
    read->observed_count = read->topics.count;
    read_steps(read, line, recorded);
    return !line->malformed;
}
