#include "scenarios/yaml_document.h"

#include "base/check.h"
#include "base/intern.h"
#include "scenarios/excerpt.h"
#include "scenarios/yaml_text.h"

#include <libfyaml.h>
#include <string.h>

enum {
    // From this size on a text in brackets gets line breaks, see split_first_line(): one after the
    // first bracket, others this far apart.
    SPLIT_SIZE_MIN = 1 << 16,
    SPLIT_EVERY = 1 << 12,
    BYTE_ORDER_MARK_SIZE = 3,
};

struct place {
    uint32_t line;
    uint32_t column;
};

/** An anchored node; `values` is 0 while the node is still open. */
struct anchor {
    struct yaml_node *node;
    uint64_t first_value;
    uint64_t values;
};

/** An open collection, the last of its children, and the anchor on it (INTERN_NONE: none). */
struct open_node {
    struct yaml_node *node;
    struct yaml_node *last;
    uint32_t anchor;
};

struct builder {
    struct arena *arena;
    struct failure *failure;
    const char *text; // [size] what is parsed
    size_t size;
    uint32_t override;
    uint32_t split_line; // the line that was split; 0: none
    uint32_t *splits;    // [split_count] characters of it before each piece but the first
    uint32_t split_count;
    uint32_t split_capacity;
    struct place last; // of the latest node that has a place
    struct yaml_node *root;
    struct open_node open[YAML_DEPTH_MAX];
    uint32_t depth;
    struct intern anchor_names;
    struct anchor *anchors; // [anchor_names.count]
    uint32_t anchor_capacity;
    struct pool pool;
    uint64_t values;       // nodes so far, aliases counted with all they stand for
    uint64_t alias_values; // of these, by aliases
    bool document_ended;
};

/** The place in the text as it was given, of a place in the text as it was parsed. */
static struct place original_place(const struct builder *builder, uint32_t line, uint32_t column) {
    uint32_t split_line = builder->split_line;
    if (split_line == 0 || line <= split_line) {
        return (struct place){line, column};
    }
    if (line > split_line + builder->split_count) {
        return (struct place){line - builder->split_count, column};
    }
    return (struct place){split_line, column + builder->splits[line - split_line - 1]};
}

static bool refuse_at(struct builder *builder, struct place place, const char *message) {
    failure_bad_input(builder->failure, "%s", message);
    builder->failure->line = place.line;
    builder->failure->column = place.column;
    return false;
}

/** The quote or asterisk in front of what libfyaml marks as the start of an event, in columns. */
static uint32_t mark_offset(struct fy_event *event) {
    if (event->type == FYET_ALIAS) {
        return 1;
    }
    if (event->type != FYET_SCALAR || event->scalar.value == NULL) {
        return 0;
    }
    enum fy_scalar_style style = fy_token_scalar_style(event->scalar.value);
    return style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED ? 1 : 0;
}

/** The place of an event; one without a mark of its own (an empty value) has that of the node
 * before it. */
static struct place event_place(struct builder *builder, struct fy_event *event) {
    const struct fy_mark *mark = fy_event_start_mark(event);
    if (mark != NULL) {
        uint32_t column = (uint32_t)mark->column + 1 - mark_offset(event);
        builder->last = original_place(builder, (uint32_t)mark->line + 1, column);
    }
    return builder->last;
}

/** Hangs a new node into the innermost open collection. */
static void attach(struct builder *builder, struct yaml_node *node) {
    builder->values++;
    if (builder->depth == 0) {
        builder->root = node;
        return;
    }
    struct open_node *open = &builder->open[builder->depth - 1];
    node->parent = open->node;
    if (open->last == NULL) {
        open->node->first = node;
    } else {
        open->last->next = node;
    }
    open->last = node;
    open->node->size++;
}

static struct yaml_node *add_node(struct builder *builder, enum yaml_kind kind,
                                  struct place place) {
    struct yaml_node *node = arena_take(builder->arena, MEMORY_TABLES, sizeof *node);
    node->kind = (uint8_t)kind;
    node->line = place.line;
    node->column = place.column;
    node->override = builder->override;
    attach(builder, node);
    return node;
}

static const char *token_text(struct fy_token *token, size_t *size) {
    *size = 0;
    const char *text = token == NULL ? NULL : fy_token_get_text(token, size);
    return text == NULL ? "" : text;
}

/** Notes an anchored node that is still open; returns the anchor's id, or INTERN_NONE. */
static uint32_t open_anchor(struct builder *builder, struct fy_token *token,
                            struct yaml_node *node) {
    if (token == NULL) {
        return INTERN_NONE;
    }
    size_t size = 0;
    const char *name = token_text(token, &size);
    uint32_t id = intern_add(&builder->anchor_names, name, (uint32_t)size);
    if (id >= builder->anchor_capacity) {
        builder->anchors = pool_grow(&builder->pool, builder->anchors, &builder->anchor_capacity,
                                     id + 1, sizeof *builder->anchors);
    }
    builder->anchors[id] = (struct anchor){.node = node, .first_value = builder->values - 1};
    return id;
}

static void close_anchor(struct builder *builder, uint32_t id) {
    if (id != INTERN_NONE) {
        struct anchor *anchor = &builder->anchors[id];
        anchor->values = builder->values - anchor->first_value;
    }
}

/** libfyaml hands out simple scalars as they stand in the input, which outlives the tree. */
static bool in_input(const struct builder *builder, const char *text) {
    uintptr_t start = (uintptr_t)builder->text;
    return (uintptr_t)text >= start && (uintptr_t)text < start + builder->size;
}

/** Other scalars are freed with their event. */
static const char *copy_text(struct builder *builder, const char *text, size_t size) {
    char *copy = arena_take(builder->arena, MEMORY_TABLES, size);
    memcpy(copy, text, size);
    return copy;
}

static bool on_scalar(struct builder *builder, struct fy_event *event, struct place place) {
    struct fy_token *token = event->scalar.value;
    struct yaml_node *node = add_node(builder, YAML_SCALAR, place);
    size_t size = 0;
    const char *text = token_text(token, &size);
    node->text = in_input(builder, text) ? text : copy_text(builder, text, size);
    node->size = (uint32_t)size;
    node->plain = token == NULL || fy_token_scalar_style(token) == FYSS_PLAIN;
    close_anchor(builder, open_anchor(builder, event->scalar.anchor, node));
    return true;
}

static bool on_open(struct builder *builder, enum yaml_kind kind, struct fy_token *anchor,
                    struct place place) {
    if (builder->depth == YAML_DEPTH_MAX) {
        return refuse_at(builder, place, "nested deeper than 64 levels");
    }
    struct yaml_node *node = add_node(builder, kind, place);
    uint32_t id = open_anchor(builder, anchor, node);
    builder->open[builder->depth++] = (struct open_node){.node = node, .anchor = id};
    return true;
}

static bool on_close(struct builder *builder) {
    CHECK(builder->depth > 0);
    struct open_node *open = &builder->open[--builder->depth];
    if (open->node->kind == YAML_MAPPING) {
        open->node->size /= 2;
    }
    close_anchor(builder, open->anchor);
    return true;
}

static bool refuse_alias(struct builder *builder, struct place place, const char *name, size_t size,
                         const char *why) {
    char excerpt[EXCERPT_SIZE];
    failure_bad_input(builder->failure, "alias %s: %s", excerpt_write(name, size, excerpt), why);
    builder->failure->line = place.line;
    builder->failure->column = place.column;
    return false;
}

static bool on_alias(struct builder *builder, struct fy_token *token, struct place place) {
    size_t size = 0;
    const char *name = token_text(token, &size);
    uint32_t id = intern_find(&builder->anchor_names, name, (uint32_t)size);
    if (id == INTERN_NONE) {
        return refuse_alias(builder, place, name, size, "no anchor of that name stands before it");
    }
    const struct anchor *anchor = &builder->anchors[id];
    if (anchor->values == 0) {
        return refuse_alias(builder, place, name, size, "it stands inside its own anchor");
    }
    builder->values += anchor->values - 1;
    builder->alias_values += anchor->values;
    if (builder->alias_values > YAML_ALIAS_VALUES_MAX) {
        return refuse_alias(builder, place, name, size,
                            "the aliases stand for more than 1000000 values in all");
    }
    struct yaml_node *node = add_node(builder, anchor->node->kind, place);
    node->plain = anchor->node->plain;
    node->size = anchor->node->size;
    if (node->kind == YAML_SCALAR) {
        node->text = anchor->node->text;
    } else {
        node->first = anchor->node->first;
        node->shared = true;
    }
    return true;
}

static bool on_event(struct builder *builder, struct fy_event *event) {
    struct fy_token *tag = NULL;
    struct place place = event_place(builder, event);
    switch (event->type) {
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
        return true;
    case FYET_DOCUMENT_START:
        return !builder->document_ended ||
               refuse_at(builder, place, "a second document; a scenario is one YAML document");
    case FYET_DOCUMENT_END:
        builder->document_ended = true;
        return true;
    case FYET_SCALAR:
        tag = event->scalar.tag;
        break;
    case FYET_SEQUENCE_START:
        tag = event->sequence_start.tag;
        break;
    case FYET_MAPPING_START:
        tag = event->mapping_start.tag;
        break;
    case FYET_ALIAS:
        return on_alias(builder, event->alias.anchor, place);
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        return on_close(builder);
    }
    if (tag != NULL) {
        return refuse_at(builder, place, "a tag (a word starting with !); write the plain value");
    }
    if (event->type == FYET_SCALAR) {
        return on_scalar(builder, event, place);
    }
    return event->type == FYET_MAPPING_START
               ? on_open(builder, YAML_MAPPING, event->mapping_start.anchor, place)
               : on_open(builder, YAML_SEQUENCE, event->sequence_start.anchor, place);
}

static bool refuse_syntax(struct builder *builder, struct fy_diag *diag) {
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    if (error == NULL || error->msg == NULL) {
        return refuse_at(builder, builder->last, "not valid YAML, or out of memory");
    }
    uint32_t line = error->line > 0 ? (uint32_t)error->line : 1;
    uint32_t column = error->column > 0 ? (uint32_t)error->column : 1;
    struct place place = original_place(builder, line, column);
    failure_bad_input(builder->failure, "not valid YAML: %.200s", error->msg);
    builder->failure->line = place.line;
    builder->failure->column = place.column;
    return false;
}

static bool build(struct builder *builder, struct fy_parser *parser, struct fy_diag *diag) {
    struct fy_event *event = NULL;
    while ((event = fy_parser_parse(parser)) != NULL) {
        bool ok = on_event(builder, event);
        fy_parser_event_free(parser, event);
        if (!ok) {
            return false;
        }
    }
    if (fy_parser_get_stream_error(parser) || fy_diag_got_error(diag)) {
        return refuse_syntax(builder, diag);
    }
    return true;
}

static bool parse(struct builder *builder) {
    bool ok = false;
    struct fy_diag_cfg diag_options;
    fy_diag_cfg_default(&diag_options);
    diag_options.fp = NULL;
    diag_options.colorize = false;
    struct fy_diag *diag = fy_diag_create(&diag_options);
    if (diag == NULL) {
        return refuse_at(builder, builder->last, "out of memory while reading");
    }
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg options = {
        .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DISABLE_DEPTH_LIMIT,
        .diag = diag,
    };
    struct fy_parser *parser = fy_parser_create(&options);
    if (parser == NULL || fy_parser_set_string(parser, builder->text, builder->size) != 0) {
        refuse_at(builder, builder->last, "out of memory while reading");
        goto out;
    }
    ok = build(builder, parser, diag);
out:
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return ok;
}

static void add_split(struct builder *builder, uint32_t characters) {
    if (builder->split_count == builder->split_capacity) {
        builder->splits = pool_grow(&builder->pool, builder->splits, &builder->split_capacity,
                                    builder->split_count + 1, sizeof *builder->splits);
    }
    builder->splits[builder->split_count++] = characters;
}

/** Whether a line may begin with the byte inside of brackets and mean what it meant. */
static bool may_begin_line(char byte) {
    return byte == '"' || byte == '[' || byte == '{' || (byte >= '0' && byte <= '9') ||
           (byte >= 'a' && byte <= 'z');
}

/**
 * Splits what is left of the line behind the bracket, from time to time: the blank behind a comma
 * becomes a line break, which means the same, in quotes too. `at` is that of the line break behind
 * the bracket; `characters` of the text as given stand before it.
 */
static void split_rest(struct builder *builder, char *text, size_t size, size_t at,
                       uint32_t characters) {
    size_t end = at + 1;
    while (end < size && text[end] != '\n' && text[end] != '\r') {
        end++;
    }
    if (memchr(text + at, '#', end - at) != NULL) {
        return; // a comment ends with its line
    }
    size_t last = at;
    for (size_t i = at + 1; i + 1 < end; i++) {
        characters += ((unsigned char)text[i] & 0xC0) != 0x80;
        bool blank = text[i] == ' ' && text[i - 1] == ',' && may_begin_line(text[i + 1]);
        if (blank && i - last >= SPLIT_EVERY) {
            text[i] = '\n';
            add_split(builder, characters);
            last = i;
        }
    }
}

/**
 * Puts a line break after the bracket that opens the whole text, and more behind commas. As long as
 * such a text goes on in one line, the parser must take each open bracket for a possible key and
 * keeps every token behind it: gigabytes for a long list of links. Brackets of lines before cannot
 * be a key. Returns the new size.
 */
static size_t split_first_line(struct builder *builder, char *text, size_t size) {
    size_t at = 0;
    while (at + 1 < size && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r')) {
        at++;
    }
    bool bracket = at + 1 < size && (text[at] == '[' || text[at] == '{');
    bool safe = bracket && (text[at + 1] == ' ' || may_begin_line(text[at + 1]));
    if (size < SPLIT_SIZE_MIN || !safe) {
        return size;
    }
    uint32_t column = 0;
    yaml_place(text, at + 1, &builder->split_line, &column);
    add_split(builder, column - 1);
    memmove(text + at + 2, text + at + 1, size - at - 1);
    text[at + 1] = '\n';
    split_rest(builder, text, size + 1, at + 1, column - 1);
    return size + 1;
}

struct yaml_node *yaml_read(struct arena *arena, const struct yaml_input *input,
                            struct failure *failure) {
    struct builder builder = {
        .arena = arena,
        .failure = failure,
        .override = input->override,
        .last = {1, 1},
    };
    intern_init(&builder.anchor_names, arena);
    pool_init(&builder.pool, arena, MEMORY_TABLES);
    char *text = input->text;
    size_t size = input->size;
    if (size >= BYTE_ORDER_MARK_SIZE && memcmp(text, "\xEF\xBB\xBF", BYTE_ORDER_MARK_SIZE) == 0) {
        text += BYTE_ORDER_MARK_SIZE;
        size -= BYTE_ORDER_MARK_SIZE;
    }
    if (!yaml_check_bytes(text, size, failure) || !yaml_check_nesting(text, size, failure)) {
        return NULL;
    }
    builder.size = split_first_line(&builder, text, size);
    builder.text = text;
    if (!parse(&builder)) {
        return NULL;
    }
    if (builder.root == NULL && input->may_be_empty) {
        struct yaml_node *nothing = add_node(&builder, YAML_SCALAR, builder.last);
        nothing->text = "";
        nothing->plain = true;
    }
    if (builder.root == NULL) {
        refuse_at(&builder, (struct place){1, 1},
                  "the file is empty; a scenario needs at least "
                  "`nodes: {count: N}`");
    }
    return builder.root;
}
