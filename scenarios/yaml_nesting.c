#include "scenarios/yaml_text.h"

#include <string.h>

/*
 * A small lexer that knows only what opens and closes levels. In block context a level is a column
 * at which keys or dashes stand; the columns of the open levels form a stack. In flow context a
 * level is a bracket.
 *
 *   nodes:              level 0: column 0
 *     count: 5          level 1: column 2
 *   publish:            back to column 0
 *     - from: [1, 2]    dash at column 2, key at column 4, one bracket
 */
struct nesting {
    const char *text;
    size_t size;
    size_t at;
    size_t line_start;
    size_t columns[YAML_DEPTH_MAX]; // [column_count] ascending
    uint32_t column_count;
    uint32_t bracket_count;
    bool plain_open; // the last line ended inside a plain scalar, which a deeper line continues
    bool block_open; // inside a block scalar, which lasts while lines are deeper than its parent
    bool too_deep;
};

static bool at_end(const struct nesting *nesting) {
    return nesting->at >= nesting->size;
}

/** The byte `ahead` of the cursor; a line break beyond the end, so that every token ends. */
static char peek(const struct nesting *nesting, size_t ahead) {
    size_t at = nesting->at + ahead;
    return at < nesting->size ? nesting->text[at] : '\n';
}

static bool is_break(char byte) {
    return byte == '\n' || byte == '\r';
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || is_break(byte);
}

static bool is_flow_mark(char byte) {
    return byte == ',' || byte == '[' || byte == ']' || byte == '{' || byte == '}';
}

static void skip_spaces(struct nesting *nesting) {
    while (!at_end(nesting) && (peek(nesting, 0) == ' ' || peek(nesting, 0) == '\t')) {
        nesting->at++;
    }
}

static void skip_line(struct nesting *nesting) {
    while (!at_end(nesting) && !is_break(peek(nesting, 0))) {
        nesting->at++;
    }
}

static void skip_word(struct nesting *nesting) {
    while (!at_end(nesting) && !is_blank(peek(nesting, 0)) &&
           !(nesting->bracket_count > 0 && is_flow_mark(peek(nesting, 0)))) {
        nesting->at++;
    }
}

static void skip_quoted(struct nesting *nesting) {
    char quote = peek(nesting, 0);
    nesting->at++;
    while (!at_end(nesting) && peek(nesting, 0) != quote) {
        bool escape = quote == '"' && peek(nesting, 0) == '\\';
        nesting->at += escape ? 2 : 1;
    }
    // Two single quotes in a row stand for one inside: then the scalar goes on as if another began.
    nesting->at++;
}

/** Skips a plain scalar up to what ends it on this line. */
static void skip_plain(struct nesting *nesting) {
    bool flow = nesting->bracket_count > 0;
    while (!at_end(nesting) && !is_break(peek(nesting, 0))) {
        char byte = peek(nesting, 0);
        char next = peek(nesting, 1);
        bool colon = byte == ':' && (is_blank(next) || (flow && is_flow_mark(next)));
        bool comment = is_blank(byte) && next == '#';
        if (colon || comment || (flow && is_flow_mark(byte))) {
            return;
        }
        nesting->at++;
    }
}

static void check_depth(struct nesting *nesting) {
    nesting->too_deep = nesting->column_count + nesting->bracket_count > YAML_DEPTH_MAX;
}

/** Opens the level of a key or dash at a column, unless it is the innermost one already. */
static void open_column(struct nesting *nesting, size_t column) {
    uint32_t count = nesting->column_count;
    if (count > 0 && nesting->columns[count - 1] >= column) {
        return;
    }
    if (count == YAML_DEPTH_MAX) {
        nesting->too_deep = true;
        return;
    }
    nesting->columns[count] = column;
    nesting->column_count++;
    check_depth(nesting);
}

static void close_columns(struct nesting *nesting, size_t column) {
    while (nesting->column_count > 0 && nesting->columns[nesting->column_count - 1] > column) {
        nesting->column_count--;
    }
}

static void skip_flow_token(struct nesting *nesting) {
    char byte = peek(nesting, 0);
    bool after_blank = nesting->at == 0 || is_blank(nesting->text[nesting->at - 1]);
    if (byte == '[' || byte == '{') {
        nesting->bracket_count++;
        check_depth(nesting);
    }
    if ((byte == ']' || byte == '}') && nesting->bracket_count > 0) {
        nesting->bracket_count--;
    }
    if (byte == '"' || byte == '\'') {
        skip_quoted(nesting);
    } else if (byte == '#' && after_blank) {
        skip_line(nesting);
    } else if (byte == '&' || byte == '*' || byte == '!') {
        skip_word(nesting);
    } else if (is_flow_mark(byte) || is_blank(byte) || byte == ':') {
        nesting->at++;
    } else {
        skip_plain(nesting);
    }
}

/** Skips a bracket and all up to its partner, over as many lines as it takes. */
static void skip_flow(struct nesting *nesting) {
    do {
        skip_flow_token(nesting);
    } while (nesting->bracket_count > 0 && !nesting->too_deep && !at_end(nesting));
}

/** After a scalar or a closed bracket: true if a colon makes it a key, which opens its column. */
static bool skip_colon(struct nesting *nesting, size_t column) {
    skip_spaces(nesting);
    if (peek(nesting, 0) != ':' || !is_blank(peek(nesting, 1))) {
        return false;
    }
    nesting->at++;
    open_column(nesting, column);
    return true;
}

/** Reads one token of a line in block context; false at the end of what the line can tell. */
static bool skip_block_token(struct nesting *nesting) {
    skip_spaces(nesting);
    size_t column = nesting->at - nesting->line_start;
    char byte = peek(nesting, 0);
    if (at_end(nesting) || is_break(byte) || byte == '#') {
        return false;
    }
    if ((byte == '-' || byte == '?' || byte == ':') && is_blank(peek(nesting, 1))) {
        nesting->at++;
        open_column(nesting, column);
        return true;
    }
    if (byte == '&' || byte == '*' || byte == '!') {
        // A tag or anchor stands before its node; an alias may be a key, which changes nothing
        // here.
        skip_word(nesting);
        return true;
    }
    if (byte == '|' || byte == '>') {
        nesting->block_open = true;
        return false;
    }
    if (byte == '[' || byte == '{') {
        skip_flow(nesting);
        return !nesting->too_deep && skip_colon(nesting, column);
    }
    if (byte == '"' || byte == '\'') {
        skip_quoted(nesting);
    } else {
        skip_plain(nesting);
        nesting->plain_open = is_break(peek(nesting, 0));
    }
    return skip_colon(nesting, column);
}

/** True for a line that starts or ends a document, where all levels end. */
static bool at_document_mark(const struct nesting *nesting) {
    char first = peek(nesting, 0);
    return (first == '-' || first == '.') && peek(nesting, 1) == first &&
           peek(nesting, 2) == first && is_blank(peek(nesting, 3));
}

static void read_line(struct nesting *nesting) {
    nesting->line_start = nesting->at;
    while (!at_end(nesting) && peek(nesting, 0) == ' ') {
        nesting->at++;
    }
    size_t column = nesting->at - nesting->line_start;
    bool inner = nesting->column_count == 0 || column > nesting->columns[nesting->column_count - 1];
    if (is_break(peek(nesting, 0)) || ((nesting->block_open || nesting->plain_open) && inner)) {
        return;
    }
    nesting->block_open = false;
    nesting->plain_open = false;
    if (column == 0 && at_document_mark(nesting)) {
        nesting->column_count = 0;
        nesting->at += 3;
    }
    if (peek(nesting, 0) != '#') {
        close_columns(nesting, column);
    }
    while (!nesting->too_deep && skip_block_token(nesting)) {
    }
}

bool yaml_check_nesting(const char *text, size_t size, struct failure *failure) {
    struct nesting nesting = {.text = text, .size = size};
    while (!at_end(&nesting) && !nesting.too_deep) {
        read_line(&nesting);
        if (!nesting.too_deep) {
            skip_line(&nesting);
            nesting.at++;
        }
    }
    if (!nesting.too_deep) {
        return true;
    }
    failure_bad_input(failure, "nested deeper than %d levels; a scenario needs fewer than ten",
                      YAML_DEPTH_MAX);
    yaml_place(text, nesting.at - 1, &failure->line, &failure->column);
    return false;
}
