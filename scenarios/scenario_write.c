#include "scenarios/scenario_writing.h"

#include "base/check.h"

#include <string.h>

/** One `key: value` a line for each key below the parent. */
static void write_block(struct writing *writing, enum schema_key parent, const void *base) {
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == parent) {
            bool groups = key == KEY_NODES_GROUPS;
            bool below = groups && writing->scenario->group_count > 0;
            text_add_format(&writing->text, below ? "  %s:" : "  %s: ", row->name);
            if (groups) {
                write_groups(writing);
            } else if (row->type == SCHEMA_MAPPING) {
                write_inline(writing, key, (const char *)base + row->offset);
            } else if (key == KEY_NODES_ROLE) {
                write_roles(writing, &writing->scenario->roles);
            } else {
                print_value(&writing->text, writing->scenario, key, base);
            }
            text_add_string(&writing->text, "\n");
        }
    }
}

void write_inline(struct writing *writing, enum schema_key parent, const void *base) {
    const char *separator = "{";
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == parent) {
            text_add_format(&writing->text, "%s%s: ", separator, row->name);
            print_value(&writing->text, writing->scenario, key, base);
            separator = ", ";
        }
    }
    text_add_string(&writing->text, "}");
}

static void write_item(struct writing *writing, enum schema_key list, uint32_t index) {
    const struct scenario *scenario = writing->scenario;
    if (list == KEY_TOPICS) {
        write_family(writing, &scenario->families[index]);
    } else if (list == KEY_PUBLISH) {
        write_publish(writing, &scenario->publishes[index]);
    } else if (list == KEY_EVENTS) {
        write_event(writing, &scenario->events[index]);
    } else if (list == KEY_CHURN) {
        write_churn(writing, &scenario->churns[index]);
    } else {
        CHECK(list == KEY_EXPECT);
        print_expectation(&writing->text, scenario->expectations[index].text);
    }
}

static void write_list(struct writing *writing, enum schema_key list, uint32_t count) {
    text_add_format(&writing->text, "%s:%s\n", schema_row(list)->name, count == 0 ? " []" : "");
    for (uint32_t i = 0; i < count; i++) {
        text_add_string(&writing->text, "  - ");
        write_item(writing, list, i);
        text_add_string(&writing->text, "\n");
    }
}

static void write_section(struct writing *writing, enum schema_key key) {
    const struct scenario *scenario = writing->scenario;
    const struct schema_row *row = schema_row(key);
    struct text *text = &writing->text;
    if (key == KEY_TOPOLOGY) {
        write_topology(text, scenario);
    } else if (key == KEY_REGIONS) {
        write_regions(text, &scenario->regions);
    } else if (key == KEY_TOPICS) {
        write_list(writing, key, scenario->family_count);
    } else if (key == KEY_PUBLISH) {
        write_list(writing, key, scenario->publish_count);
    } else if (key == KEY_EVENTS) {
        write_list(writing, key, scenario->event_count);
    } else if (key == KEY_CHURN) {
        write_list(writing, key, scenario->churn_count);
    } else if (key == KEY_EXPECT) {
        write_list(writing, key, scenario->expectation_count);
    } else if (key == KEY_SWEEP) {
        write_sweep(text, scenario->sweep);
    } else if (row->type == SCHEMA_MAPPING) {
        text_add_format(text, "%s:\n", row->name);
        write_block(writing, key, (const char *)scenario + row->offset);
    } else {
        text_add_format(text, "%s: ", row->name);
        print_value(text, scenario, key, scenario);
        text_add_string(text, "\n");
    }
}

static void write_all(struct writing *writing) {
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        const struct schema_row *row = schema_row(key);
        if (row->parent == KEY_ROOT) {
            write_section(writing, key);
        }
    }
}

const char *scenario_write(struct arena *arena, const struct scenario *scenario, size_t *size) {
    // The text grows by copying, in memory that ends here; the arena gets the result alone.
    struct arena *scratch = arena_create(&(struct arena_options){0});
    struct writing writing = {.scenario = scenario, .scratch = scratch};
    text_init(&writing.text, scratch);
    write_all(&writing);
    char *result = arena_take(arena, MEMORY_TABLES, (size_t)writing.text.size + 1);
    memcpy(result, writing.text.bytes, writing.text.size);
    if (size != NULL) {
        *size = writing.text.size;
    }
    arena_destroy(scratch);
    return result;
}

bool scenario_print(const struct scenario *scenario, FILE *out) {
    struct arena *scratch = arena_create(&(struct arena_options){0});
    struct writing writing = {.scenario = scenario, .scratch = scratch};
    text_init(&writing.text, scratch);
    writing.text.stream = out;
    write_all(&writing);
    bool taken = text_flush(&writing.text);
    arena_destroy(scratch);
    return taken;
}
