#include "scenarios/schema.h"

#include "base/check.h"
#include "router/quirks.h"
#include "scenarios/schema_table.h"
#include "scenarios/text.h"

#include <inttypes.h>
#include <string.h>

/*
 * A JSON Schema (draft 7, which editors know) says of each value what it may be in terms of JSON:
 * `60s` is a string there, `5` a number, `10%` a string again. What depends on another value, such
 * as an index below the number of nodes, and the limits of durations and sizes, it cannot say.
 *
 *   #/definitions/duration …      forms that types share, from the table below
 *   #/definitions/nodes.groups …  the keys of a mapping, one definition for each parent of keys
 */

#define DECIMAL "[0-9]+(\\\\.[0-9]+)?"

/** The names of what may vary in a sweep, for a regular expression of JSON. */
#define SWEEP_PATH                                                                                 \
    "(duration|router|nodes|topology|regions|links|topics|publish|events|churn|expect|measure|"    \
    "limits)(\\\\..+)?"

/** Forms that types share, by name. */
static const struct {
    const char *name;
    const char *form;
} shared[] = {
    {"duration", "\"type\": \"string\", \"pattern\": \"^" DECIMAL "(ns|us|ms|s|m|h)$\""},
    {"size", "\"type\": \"string\", \"pattern\": \"^" DECIMAL "(B|KiB|MiB|kB|MB)$\""},
    {"rate", "\"type\": \"string\", \"pattern\": \"^" DECIMAL "(bit/s|kbit/s|Mbit/s|Gbit/s)$\""},
    {"percentage", "\"type\": \"string\", \"pattern\": "
                   "\"^0*(100(\\\\.0+)?|[0-9]{1,2}(\\\\.[0-9]+)?)%$\""},
    {"share", "\"anyOf\": [{\"type\": \"number\", \"minimum\": 0, \"maximum\": 1}, @percentage]"},
    // A name that looks like a number or a switch is a text all the same.
    {"text", "\"type\": [\"string\", \"number\", \"boolean\"]"},
    {"name", "\"type\": [\"string\", \"number\", \"boolean\"], \"pattern\": "
             "\"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$\""},
    {"node", "\"type\": \"integer\", \"minimum\": 0, \"maximum\": 16777215"},
    {"range",
     "\"type\": \"string\", \"pattern\": \"^(0|[1-9][0-9]{0,8})\\\\.\\\\.(0|[1-9][0-9]{0,8})$\""},
    {"node-list", "\"type\": \"array\", \"items\": {\"anyOf\": [@node, @range]}"},
    {"values", "\"anyOf\": [{\"type\": \"array\", \"minItems\": 1, \"maxItems\": 10000}, "
               "{\"type\": \"object\", \"required\": [\"from\", \"to\", \"step\"], "
               "\"properties\": {\"from\": {}, \"to\": {}, \"step\": {}}, "
               "\"additionalProperties\": false}]"},
    {"lockstep", "\"type\": \"object\", \"minProperties\": 1, \"propertyNames\": {\"pattern\": "
                 "\"^" SWEEP_PATH "$\"}, \"additionalProperties\": @values"},
    {"link", "\"type\": \"array\", \"items\": [@node, @node, {\"anyOf\": [{\"enum\": [\"none\"]}, "
             "@duration]}, @share], \"minItems\": 2, \"maxItems\": 4"},
};

static const char *form_of(enum schema_key key) {
    if (key == KEY_TOPOLOGY) { // where a bare word is the kind
        return "\"anyOf\": [{%form}, {\"enum\": [%words]}]";
    }
    return schema_form(schema_row(key)->type).json;
}

/** What holds for all keys of a mapping together, where that can be said. */
static const char *rule_of(enum schema_key parent) {
    static const struct {
        enum schema_key parent;
        const char *rule;
    } rules[] = {
        // A graph from a file says how many nodes it has.
        {KEY_ROOT,
         ", \"anyOf\": [{\"required\": [\"nodes\"], \"properties\": {\"nodes\": {\"type\": "
         "\"object\", \"required\": [\"count\"]}}}, {\"required\": [\"topology\"], "
         "\"properties\": {\"topology\": {\"type\": \"object\", \"required\": "
         "[\"kind\"], \"properties\": {\"kind\": {\"const\": \"file\"}}}}}]"},
        {KEY_SWEEP, ", \"propertyNames\": {\"pattern\": \"^(zip|where|repeat|" SWEEP_PATH ")$\"}"},
        {KEY_DISTRIBUTION, ", \"minProperties\": 1, \"maxProperties\": 1"},
        {KEY_SELECTOR, ", \"minProperties\": 1"},
        {KEY_PUBLISHER, ", \"minProperties\": 1"},
        {KEY_REGIONS, ", \"anyOf\": [{\"required\": [\"names\", \"latency\"]}, {\"required\": "
                      "[\"file\"]}]"},
        {KEY_CHURN, ", \"anyOf\": [{\"required\": [\"up\", \"down\"]}, "
                    "{\"required\": [\"from_file\"]}, {\"required\": [\"rows\"]}]"},
        {KEY_LOSS, ", \"anyOf\": [{\"required\": [\"rate\"]}, {\"required\": [\"rates\"]}, "
                   "{\"required\": [\"burst\"]}]"},
    };
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].parent == parent) {
            return rules[i].rule;
        }
    }
    return "";
}

static void add_escaped(struct text *text, const char *string) {
    for (; *string != '\0'; string++) {
        if (*string == '"' || *string == '\\') {
            text_add_string(text, "\\");
        }
        text_add(text, string, 1);
    }
}

static void add_string(struct text *text, const char *string) {
    text_add_string(text, "\"");
    add_escaped(text, string);
    text_add_string(text, "\"");
}

/** The name of the definition of the keys below a parent. */
static void add_name(struct text *text, enum schema_key parent) {
    char path[SCHEMA_PATH_SIZE];
    enum schema_key top = schema_top(parent);
    // A form's name is words, of which a reference may hold no blanks.
    for (const char *name = schema_row(top)->name; top != KEY_ROOT && *name != '\0'; name++) {
        bool letter = *name != ' ' && *name != ',';
        text_add(text, letter ? name : "-", 1);
    }
    if (top == parent) {
        text_add_string(text, top == KEY_ROOT ? "scenario" : "-form");
        return;
    }
    text_add_string(text, top == KEY_ROOT ? "" : "-form.");
    text_add_string(text, schema_path(parent, path));
}

/** Whether a key must be there whatever else is; a graph from a file says how many nodes it has. */
static bool is_required(enum schema_key key) {
    return schema_row(key)->required && key != KEY_NODES && key != KEY_NODES_COUNT;
}

static bool has_required(enum schema_key parent) {
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent == parent && is_required(key)) {
            return true;
        }
    }
    return false;
}

/** A reference to the mapping of a key; one in whose place nothing may stand. */
static void add_form(struct text *text, enum schema_key key) {
    const struct schema_row *row = schema_row(key);
    bool empty = (row->type == SCHEMA_MAPPING || row->type == SCHEMA_LIST) &&
                 !has_required(row->children) && rule_of(row->children)[0] == '\0';
    text_add_string(text, empty ? "\"anyOf\": [{\"type\": \"null\"}, {\"$ref\": \"#/definitions/"
                                : "\"allOf\": [{\"$ref\": \"#/definitions/");
    add_name(text, row->children);
    text_add_string(text, "\"}]");
}

/** "a, b or c" as JSON strings. */
static void add_words(struct text *text, enum schema_key key) {
    char allowed[SCHEMA_NAMES_SIZE];
    const char *word = schema_allowed(key == KEY_TOPOLOGY ? KEY_TOPOLOGY_KIND : key, allowed);
    while (*word != '\0') {
        size_t size = strcspn(word, ", ");
        text_add_string(text, "\"");
        text_add(text, word, size);
        text_add_string(text, "\"");
        word += size;
        word += strncmp(word, ", ", 2) == 0 ? 2 : 0;
        word += strncmp(word, " or ", 4) == 0 ? 4 : 0;
        text_add_string(text, *word == '\0' ? "" : ", ");
    }
}

/** The names of the keys below a parent, as JSON strings. */
static void add_keys(struct text *text, enum schema_key parent) {
    bool first = true;
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent == parent) {
            text_add_string(text, first ? "" : ", ");
            add_string(text, schema_row(key)->name);
            first = false;
        }
    }
}

static void add_quirk(struct text *text, const char *name, const char *sentence) {
    add_string(text, name);
    text_add_string(text, ": {\"type\": \"boolean\", \"description\": ");
    add_string(text, sentence);
    text_add_string(text, "}");
}

static void add_quirks(struct text *text) {
    bool first = true;
    for (size_t i = 0; i < quirk_row_count; i++) {
        const struct quirk_row *row = &quirk_rows[i];
        if (row->quirk == QUIRK_COUNT) {
            continue;
        }
        text_add_string(text, first ? "" : ", ");
        first = false;
        add_quirk(text, row->name, row->sentence);
        if (row->number[0] == 'Q') {
            text_add_string(text, ", ");
            add_quirk(text, row->number, row->sentence);
        }
    }
}

/** Writes `@name` as a reference; returns its size. */
static size_t add_reference(struct text *text, const char *sign) {
    size_t size = strspn(sign + 1, "abcdefghijklmnopqrstuvwxyz-");
    text_add_string(text, "{\"$ref\": \"#/definitions/");
    text_add(text, sign + 1, size);
    text_add_string(text, "\"}");
    return size + 1;
}

/** Writes what a sign with `%` stands for; returns its size, 0 if there is none. */
static size_t add_sign(struct text *text, enum schema_key key, const char *sign) {
    static const char *const signs[] = {"%low", "%high", "%form", "%words", "%keys", "%quirks"};
    const struct schema_row *row = schema_row(key);
    size_t which = 0;
    while (strncmp(sign, signs[which], strlen(signs[which])) != 0) {
        which++;
        if (which == sizeof signs / sizeof signs[0]) {
            return 0;
        }
    }
    if (which < 2) {
        text_add_format(text, "%" PRIu64, which == 0 ? row->min : row->max);
    } else if (which == 2) {
        add_form(text, key);
    } else if (which == 3) {
        add_words(text, key);
    } else if (which == 4) {
        add_keys(text, row->children);
    } else {
        add_quirks(text);
    }
    return strlen(signs[which]);
}

/** Writes a form, and what its signs stand for; `key` may be KEY_NONE where there are none of a
 * row. */
static void add_value(struct text *text, enum schema_key key, const char *form) {
    while (*form != '\0') {
        size_t size = 0;
        if (*form == '@') {
            size = add_reference(text, form);
        } else if (*form == '%') {
            size = add_sign(text, key, form);
        }
        if (size == 0) {
            text_add(text, form, 1);
            size = 1;
        }
        form += size;
    }
}

/** Whether a word of YAML is JSON as it stands. */
static bool is_json(const char *word, size_t size) {
    return (size == 4 && memcmp(word, "true", 4) == 0) ||
           (size == 5 && memcmp(word, "false", 5) == 0) || strspn(word, "0123456789.") == size;
}

/** A default, which the schema has in YAML of one line, without quotes. */
static void add_default(struct text *text, const char *yaml) {
    while (*yaml != '\0') {
        size_t size = strcspn(yaml, "[]{}, :");
        if (size == 0) {
            text_add(text, yaml++, 1);
            continue;
        }
        bool bare = is_json(yaml, size);
        text_add_string(text, bare ? "" : "\"");
        text_add(text, yaml, size);
        text_add_string(text, bare ? "" : "\"");
        yaml += size;
    }
}

static void add_property(struct text *text, const char *name, enum schema_key key) {
    const struct schema_row *row = schema_row(key);
    char allowed[SCHEMA_NAMES_SIZE];
    text_add_string(text, "\n        ");
    add_string(text, name);
    text_add_string(text, ": {\"description\": \"");
    add_escaped(text, row->meaning);
    text_add_string(text, "; ");
    add_escaped(text, schema_allowed(key, allowed));
    text_add_string(text, "\", ");
    if (row->fallback != NULL) {
        text_add_string(text, "\"default\": ");
        add_default(text, row->fallback);
        text_add_string(text, ", ");
    }
    add_value(text, key, form_of(key));
    text_add_string(text, "},");
}

/** Takes back the comma behind the last of several. */
static void drop_comma(struct text *text) {
    CHECK(text->bytes[text->size - 1] == ',');
    text->bytes[--text->size] = '\0';
}

static void add_required(struct text *text, enum schema_key parent) {
    if (!has_required(parent)) {
        return;
    }
    text_add_string(text, "\"required\": [");
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent == parent && is_required(key)) {
            add_string(text, schema_row(key)->name);
            text_add_string(text, ",");
        }
    }
    drop_comma(text);
    text_add_string(text, "], ");
}

/** The definition of the keys below a parent, if it has any. */
static void add_mapping(struct text *text, enum schema_key parent) {
    bool open = false;
    for (enum schema_key key = KEY_ROOT; key < SCHEMA_KEY_COUNT; key++) {
        if (schema_row(key)->parent != parent) {
            continue;
        }
        if (!open) {
            text_add_string(text, ",\n    \"");
            add_name(text, parent);
            text_add_string(text, "\": {\n      \"type\": \"object\", ");
            add_required(text, parent);
            text_add_string(text, "\"additionalProperties\": ");
            add_value(text, KEY_NONE, parent == KEY_SWEEP ? "@values" : "false");
            text_add_string(text, rule_of(parent));
            text_add_string(text, ",\n      \"properties\": {");
        }
        open = true;
        add_property(text, schema_row(key)->name, key);
        for (size_t i = 0; i < schema_alias_count; i++) {
            if (schema_aliases[i].key == key) {
                add_property(text, schema_aliases[i].name, key);
            }
        }
    }
    if (open) {
        drop_comma(text);
        text_add_string(text, "\n      }\n    }");
    }
}

const char *schema_json(struct arena *arena) {
    struct text text;
    text_init(&text, arena);
    text_add_string(&text, "{\n"
                           "  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"
                           "  \"title\": \"A scenario of gossim\",\n"
                           "  \"allOf\": [{\"$ref\": \"#/definitions/scenario\"}],\n"
                           "  \"definitions\": {");
    for (size_t i = 0; i < sizeof shared / sizeof shared[0]; i++) {
        text_add_string(&text, i == 0 ? "\n    " : ",\n    ");
        add_string(&text, shared[i].name);
        text_add_string(&text, ": {");
        add_value(&text, KEY_NONE, shared[i].form);
        text_add_string(&text, "}");
    }
    for (enum schema_key parent = KEY_ROOT; parent < SCHEMA_KEY_COUNT; parent++) {
        add_mapping(&text, parent);
    }
    text_add_string(&text, "\n  }\n}\n");
    return text.bytes;
}
