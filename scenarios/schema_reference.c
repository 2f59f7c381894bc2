#include "scenarios/schema.h"

#include "scenarios/schema_table.h"
#include "scenarios/text.h"

#include <string.h>

/** One row of a table: key, what is allowed, default, example, meaning. */
static void add_row(struct arena *arena, struct text *text, enum schema_key key) {
    const struct schema_row *row = schema_row(key);
    char allowed[SCHEMA_NAMES_SIZE];
    text_add_string(text, "| `");
    text_add_string(text, row->name);
    text_add_string(text, "`");
    for (size_t i = 0; i < schema_alias_count; i++) {
        if (schema_aliases[i].key == key) {
            text_add_string(text, ", `");
            text_add_string(text, schema_aliases[i].name);
            text_add_string(text, "`");
        }
    }
    text_add_string(text, " | ");
    text_add_string(text, schema_allowed(key, allowed));
    text_add_string(text, " | ");
    if (row->fallback != NULL) {
        text_add_string(text, "`");
        text_add_string(text, row->fallback);
        text_add_string(text, "`");
    } else if (row->otherwise != NULL) {
        text_add_string(text, row->otherwise);
    } else {
        const char *without = row->children == key ? "see below" : "–";
        text_add_string(text, row->required ? "none: required" : without);
    }
    text_add_string(text, " | ");
    text_add_string(text, "`");
    text_add_string(text, schema_example(arena, key));
    text_add_string(text, "`");
    text_add_string(text, " | ");
    text_add_string(text, row->meaning);
    text_add_string(text, " |\n");
}

static void add_heading(struct text *text, enum schema_key parent) {
    const struct schema_row *row = schema_row(parent);
    char path[SCHEMA_PATH_SIZE];
    text_add_string(text, "\n### ");
    if (row->parent == KEY_NONE) {
        text_add_string(text, row->meaning);
    } else {
        text_add_string(text, "`");
        text_add_string(text, schema_path(parent, path));
        text_add_string(text, row->type == SCHEMA_LIST ? "[]`" : "`");
        if (schema_top(parent) != KEY_ROOT) {
            text_add_string(text, " of ");
            text_add_string(text, schema_row(schema_top(parent))->name);
        }
    }
    text_add_string(text, "\n\n| key | allowed | default | example | meaning |\n"
                          "| --- | --- | --- | --- | --- |\n");
}

const char *schema_reference(struct arena *arena) {
    struct text text;
    text_init(&text, arena);
    for (enum schema_key parent = KEY_ROOT; parent < SCHEMA_KEY_COUNT; parent++) {
        bool open = false;
        for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
            if (schema_row(key)->parent != parent) {
                continue;
            }
            if (!open) {
                add_heading(&text, parent);
            }
            open = true;
            add_row(arena, &text, key);
        }
    }
    return text.bytes;
}
