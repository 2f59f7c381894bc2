// Edge lists: one link a line. A reading goes over the text once and keeps what it finds in arrays
// that have room for a link in every line.

#include "base/intern.h"
#include "base/quantity.h"
#include "scenarios/excerpt.h"
#include "scenarios/graph_file.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum csv_column { CSV_A, CSV_B, CSV_LATENCY, CSV_LOSS, CSV_COLUMN_COUNT };

enum { FIELDS_MAX = CSV_COLUMN_COUNT };

struct csv_field {
    const char *text;
    uint32_t size;
};

struct csv_reader {
    const struct graph_text *text;
    struct graph_file *graph;
    struct topology_edge *edges; // [capacity] of this and the next three
    uint32_t *lines;
    int64_t *delay_ns;
    uint32_t *loss_ppb;
    uint64_t edge_count;
    uint32_t node_count; // by the greatest number
    uint32_t told_count; // as a comment says; 0: none does
    uint32_t line;
    const char *line_start;
    struct csv_field fields[FIELDS_MAX];
    uint32_t field_count;
    enum csv_column columns[FIELDS_MAX]; // what each field of a line is
    uint32_t column_count;               // 0: no header
    bool started;                        // a link was met, or a header
    bool is_settled;                     // a link was met
    bool is_named;                       // nodes have names, not numbers
    bool has_delay;
    bool has_loss;
    struct intern names;
};

/** Reports a field and says `why` it is none. */
static void report_why(const struct csv_reader *reader, const struct csv_field *field,
                       const char *why) {
    char found[EXCERPT_SIZE];
    failure_list_add(reader->text->failures, reader->text->path, reader->line,
                     (uint32_t)(field->text - reader->line_start) + 1, "found %s; %s",
                     excerpt_write(field->text, field->size, found), why);
}

static void report(const struct csv_reader *reader, const struct csv_field *field,
                   const char *allowed) {
    char why[160];
    snprintf(why, sizeof why, "allowed: %s", allowed);
    report_why(reader, field, why);
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r';
}

/** Takes blanks off both ends, then quotes. */
static struct csv_field trim(const char *start, const char *end) {
    while (start < end && is_blank(*start)) {
        start++;
    }
    while (start < end && is_blank(end[-1])) {
        end--;
    }
    if (end - start >= 2 && *start == '"' && end[-1] == '"') {
        start++;
        end--;
    }
    return (struct csv_field){.text = start, .size = (uint32_t)(end - start)};
}

/** False if there are more fields than a link can have. */
static bool split_line(struct csv_reader *reader, const char *end) {
    const char *start = reader->line_start;
    reader->field_count = 0;
    for (;;) {
        const char *comma = memchr(start, ',', (size_t)(end - start));
        struct csv_field field = trim(start, comma == NULL ? end : comma);
        if (reader->field_count == FIELDS_MAX) {
            report(reader, &field, "at most four fields: a, b, latency, loss");
            return false;
        }
        reader->fields[reader->field_count++] = field;
        if (comma == NULL) {
            return true;
        }
        start = comma + 1;
    }
}

static bool is_word(const struct csv_field *field, const char *word) {
    return field->size == strlen(word) && memcmp(field->text, word, field->size) == 0;
}

/** What a name in a header stands for; CSV_COLUMN_COUNT if it is none. */
static enum csv_column column_named(const struct csv_field *field) {
    static const struct {
        const char *name;
        enum csv_column column;
    } names[] = {
        {"a", CSV_A},
        {"source", CSV_A},
        {"from", CSV_A},
        {"b", CSV_B},
        {"target", CSV_B},
        {"to", CSV_B},
        {"latency", CSV_LATENCY},
        {"delay", CSV_LATENCY},
        {"loss", CSV_LOSS},
        {"packet_loss", CSV_LOSS},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (is_word(field, names[i].name)) {
            return names[i].column;
        }
    }
    return CSV_COLUMN_COUNT;
}

/** Reads the first line as a header if it begins like one; true if it was one, good or bad. */
static bool read_header(struct csv_reader *reader) {
    uint32_t known = 0;
    bool has[CSV_COLUMN_COUNT] = {false};
    for (uint32_t i = 0; i < reader->field_count; i++) {
        enum csv_column column = column_named(&reader->fields[i]);
        known += column != CSV_COLUMN_COUNT;
    }
    if (known < 2) {
        return false;
    }
    for (uint32_t i = 0; i < reader->field_count; i++) {
        enum csv_column column = column_named(&reader->fields[i]);
        if (column == CSV_COLUMN_COUNT || has[column]) {
            report(reader, &reader->fields[i], "a, b, latency and loss, each once");
        } else {
            has[column] = true;
            reader->columns[i] = column;
        }
    }
    if (!has[CSV_A] || !has[CSV_B]) {
        report(reader, &reader->fields[0], "a header that has both a and b");
    }
    reader->column_count = reader->field_count;
    return true;
}

/** A whole number below the most nodes there can be; false otherwise. */
static bool parse_number(const struct csv_field *field, uint32_t *number) {
    enum { DIGITS_MAX = 8 };
    uint32_t value = 0;
    for (uint32_t i = 0; i < field->size && i <= DIGITS_MAX; i++) {
        uint32_t digit = (uint32_t)(unsigned char)field->text[i] - '0';
        if (digit > 9) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return field->size > 0 && field->size <= DIGITS_MAX && value < TOPOLOGY_NODES_MAX;
}

static bool read_node(struct csv_reader *reader, const struct csv_field *field, uint32_t *node) {
    enum { NAME_SIZE_MAX = 255 };
    if (!reader->is_named) {
        if (!parse_number(field, node)) {
            report(reader, field, "the number of a node, from 0 to 16777215, as in the first link");
            return false;
        }
        reader->node_count = *node >= reader->node_count ? *node + 1 : reader->node_count;
        return true;
    }
    if (field->size == 0 || field->size > NAME_SIZE_MAX) {
        report(reader, field, "the name of a node, 1 to 255 bytes");
        return false;
    }
    *node = intern_add(&reader->names, field->text, field->size);
    if (*node >= TOPOLOGY_NODES_MAX) {
        report(reader, field, "at most 16777216 nodes");
        return false;
    }
    return true;
}

static enum csv_column column_at(const struct csv_reader *reader, uint32_t index) {
    return reader->column_count == 0 ? (enum csv_column)index : reader->columns[index];
}

static bool read_attribute(struct csv_reader *reader, const struct csv_field *field,
                           enum csv_column column) {
    const char *why = NULL;
    uint64_t edge = reader->edge_count;
    if (field->size == 0) {
        return true;
    }
    bool delay = column == CSV_LATENCY;
    bool read =
        delay ? quantity_read_duration(field->text, field->size, &reader->delay_ns[edge], &why)
              : quantity_read_share(field->text, field->size, &reader->loss_ppb[edge], &why);
    if (!read) {
        report_why(reader, field, why);
    } else if (delay && reader->delay_ns[edge] > GRAPH_DELAY_MAX_NS) {
        report(reader, field, "a latency of at most 86400s");
        return false;
    }
    reader->has_delay = reader->has_delay || delay;
    reader->has_loss = reader->has_loss || !delay;
    return read;
}

static void read_link(struct csv_reader *reader) {
    uint64_t edge = reader->edge_count;
    bool fits = reader->column_count == 0 ? reader->field_count >= 2
                                          : reader->field_count == reader->column_count;
    if (!fits) {
        report(reader, &reader->fields[reader->field_count - 1],
               reader->column_count == 0 ? "a link: a,b or a,b,latency or a,b,latency,loss"
                                         : "as many fields as in the header");
        return;
    }
    reader->delay_ns[edge] = EDGE_DELAY_NONE;
    reader->loss_ppb[edge] = EDGE_LOSS_NONE;
    reader->lines[edge] = reader->line;
    bool read = true;
    for (uint32_t i = 0; i < reader->field_count; i++) {
        const struct csv_field *field = &reader->fields[i];
        enum csv_column column = column_at(reader, i);
        if (column == CSV_A || column == CSV_B) {
            struct topology_edge *ends = &reader->edges[edge];
            read = read_node(reader, field, column == CSV_A ? &ends->a : &ends->b) && read;
        } else {
            read = read_attribute(reader, field, column) && read;
        }
    }
    reader->edge_count += read ? 1 : 0;
}

/** `# nodes: 100` says how many nodes there are. */
static void read_comment(struct csv_reader *reader, const char *end) {
    struct csv_field field = trim(reader->line_start + 1, end);
    static const char word[] = "nodes:";
    if (field.size < sizeof word || memcmp(field.text, word, sizeof word - 1) != 0) {
        return;
    }
    struct csv_field number = trim(field.text + sizeof word - 1, end);
    uint32_t last = 0;
    if (number.size == 8 && memcmp(number.text, "16777216", 8) == 0) {
        reader->told_count = TOPOLOGY_NODES_MAX;
    } else if (!parse_number(&number, &last) || last == 0) {
        report(reader, &number, "a number of nodes from 1 to 16777216");
    } else {
        reader->told_count = last;
    }
}

/** The first link tells whether nodes have numbers or names. */
static void settle_naming(struct csv_reader *reader) {
    reader->is_settled = true;
    for (uint32_t i = 0; i < reader->field_count; i++) {
        enum csv_column column = column_at(reader, i);
        bool is_node = column == CSV_A || column == CSV_B;
        uint32_t number = 0;
        reader->is_named =
            reader->is_named || (is_node && !parse_number(&reader->fields[i], &number));
    }
}

static void read_line(struct csv_reader *reader, const char *end) {
    struct csv_field whole = trim(reader->line_start, end);
    if (whole.size == 0) {
        return;
    }
    if (*reader->line_start == '#') {
        read_comment(reader, end);
        return;
    }
    if (!split_line(reader, end)) {
        return;
    }
    bool first = !reader->started;
    reader->started = true;
    if (first && read_header(reader)) {
        return;
    }
    if (!reader->is_settled) {
        settle_naming(reader);
    }
    read_link(reader);
}

static bool is_full(const struct csv_reader *reader) {
    return reader->text->failures->omitted > 0;
}

/** The number of lines, and so of links at most. */
static uint64_t count_lines(const struct graph_text *text) {
    uint64_t count = 1;
    const char *at = text->text;
    const char *end = text->text + text->size;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        count++;
        at++;
    }
    return count;
}

static void take_memory(struct csv_reader *reader, uint64_t capacity) {
    struct arena *arena = reader->text->arena;
    reader->edges = arena_take_array(arena, MEMORY_TABLES, capacity, sizeof *reader->edges);
    reader->lines = arena_take_array(arena, MEMORY_TABLES, capacity, sizeof *reader->lines);
    reader->delay_ns = arena_take_array(arena, MEMORY_TABLES, capacity, sizeof *reader->delay_ns);
    reader->loss_ppb = arena_take_array(arena, MEMORY_TABLES, capacity, sizeof *reader->loss_ppb);
    intern_init(&reader->names, arena);
}

static void read_lines(struct csv_reader *reader) {
    const char *end = reader->text->text + reader->text->size;
    const char *at = reader->text->text;
    while (at < end && !is_full(reader)) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        line_end = line_end == NULL ? end : line_end;
        reader->line++;
        reader->line_start = at;
        read_line(reader, line_end);
        at = line_end + 1;
    }
}

/** Settles how many nodes there are. */
static void finish_nodes(struct csv_reader *reader) {
    struct graph_file *graph = reader->graph;
    if (reader->is_named) {
        graph->node_count = reader->names.count;
        graph->node_count_max = graph->node_count;
        graph->names = reader->names.names;
        return;
    }
    uint32_t told = reader->told_count;
    graph->node_count = told > reader->node_count ? told : reader->node_count;
    graph->node_count_max = told == 0 ? TOPOLOGY_NODES_MAX : graph->node_count;
    if (told > 0 && told < reader->node_count) {
        failure_list_add(reader->text->failures, reader->text->path, 1, 1,
                         "the file says it has %" PRIu32 " nodes, but links node %" PRIu32
                         "; allowed: nodes from 0 to %" PRIu32,
                         told, reader->node_count - 1, told - 1);
    }
}

const struct graph_file *graph_csv_read(const struct graph_text *text) {
    uint32_t failures = text->failures->count;
    uint64_t capacity = count_lines(text);
    struct graph_file *graph = arena_take(text->arena, MEMORY_TABLES, sizeof *graph);
    struct csv_reader reader = {.text = text, .graph = graph};
    take_memory(&reader, capacity);
    read_lines(&reader);
    finish_nodes(&reader);
    if (graph->node_count == 0 && text->failures->count == failures) {
        failure_list_add(text->failures, text->path, 1, 1,
                         "the file has no links; allowed: a line a,b for each link");
    }
    graph->path = text->path;
    graph->edge_count = reader.edge_count;
    graph->edges = reader.edges;
    graph->lines = reader.lines;
    graph->delay_ns = reader.has_delay ? reader.delay_ns : NULL;
    graph->loss_ppb = reader.has_loss ? reader.loss_ppb : NULL;
    if (graph->edge_count > GRAPH_LINKS_MAX) {
        failure_list_add(text->failures, text->path, 0, 0,
                         "the file has %" PRIu64 " links; allowed: at most %d", graph->edge_count,
                         GRAPH_LINKS_MAX);
    }
    return text->failures->count == failures ? graph : NULL;
}
