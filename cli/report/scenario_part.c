#include "cli/report/scenario_part.h"

#include "cli/report/page.h"
#include "cli/report/report.h"
#include "scenarios/scenario.h"

#include <stdlib.h>
#include <string.h>

/** One marking. */
struct marking {
    struct arena *arena;
    const char *text;
    size_t size;
    struct failure_list *failures;
    struct scenario_marks marks;
    uint32_t trials;
};

/** A part of the text. */
struct span {
    size_t start;
    size_t end;
};

/** Whether a text is the same scenario as the whole. */
static bool is_same(struct marking *marking, const char *text, size_t size) {
    struct arena *scratch = arena_create(NULL);
    struct scenario_source source = {.path = REPORT_SCENARIO_FILE};
    *marking->failures = (struct failure_list){.count = 0};
    const struct scenario *scenario =
        scenario_load_text(scratch, &source, text, size, marking->failures);
    bool same =
        scenario != NULL && strcmp(scenario_write(scratch, scenario, NULL), marking->text) == 0;
    arena_destroy(scratch);
    return same;
}

static bool is_default(struct marking *marking, struct span span) {
    if (marking->trials == SCENARIO_PART_TRIALS_MAX) {
        marking->marks.all = false;
        return false;
    }
    marking->trials++;
    size_t size = marking->size - (span.end - span.start);
    char *without = malloc(size + 1);
    if (without == NULL) {
        return false;
    }
    memcpy(without, marking->text, span.start);
    memcpy(without + span.start, marking->text + span.end, marking->size - span.end);
    without[size] = '\0';
    bool same = is_same(marking, without, size);
    free(without);
    return same;
}

static void mark(struct marking *marking, struct span span, enum scenario_part part) {
    memset(marking->marks.of + span.start, (int)part, span.end - span.start);
}

/** The end of a key and value inside a flow mapping: a comma or the brace that closes it. */
static size_t end_of_part(const char *text, size_t at, size_t end) {
    int depth = 0;
    char quote = '\0';
    for (; at < end; at++) {
        char character = text[at];
        if (quote != '\0') {
            quote = character == quote ? '\0' : quote;
        } else if (character == '"' || character == '\'') {
            quote = character;
        } else if (depth == 0 && strchr(",}]", character) != NULL) {
            return at;
        } else {
            depth += strchr("{[", character) != NULL ? 1 : 0;
            depth -= strchr("}]", character) != NULL ? 1 : 0;
        }
    }
    return end;
}

/** The keys of the flow mapping in a line, if there is one. */
static void mark_keys(struct marking *marking, struct span line) {
    const char *text = marking->text;
    const char *brace = memchr(text + line.start, '{', line.end - line.start);
    size_t at = brace == NULL ? line.end : (size_t)(brace - text) + 1;
    size_t before = at;
    while (at < line.end && text[at] != '}') {
        size_t end = end_of_part(text, at, line.end);
        bool last = end >= line.end || text[end] != ',';
        size_t next = last ? end : end + 1 + (text[end + 1] == ' ' ? 1 : 0);
        struct span without = {last ? before : at, last ? end : next};
        if (end > at && is_default(marking, without)) {
            mark(marking, (struct span){at, end}, SCENARIO_PART_KEY);
        }
        before = end;
        at = next;
        if (last) {
            break;
        }
    }
}

static void mark_line(struct marking *marking, struct span line) {
    const char *text = marking->text;
    size_t start = line.start + strspn(text + line.start, " ");
    if (start >= line.end) {
        return;
    }
    bool item = text[start] == '-';
    bool leaf = text[line.end - 1] != ':';
    if (!item && leaf && is_default(marking, (struct span){line.start, line.end + 1})) {
        mark(marking, line, SCENARIO_PART_LINE);
    } else if (leaf) {
        mark_keys(marking, line);
    }
}

struct scenario_marks scenario_part_mark(struct arena *arena, const char *text) {
    size_t size = strlen(text);
    struct marking marking = {
        .arena = arena,
        .text = text,
        .size = size,
        .failures = calloc(1, sizeof *marking.failures),
        .marks = {.of = arena_take(arena, MEMORY_TABLES, size + 1), .all = true},
    };
    memset(marking.marks.of, SCENARIO_PART_GIVEN, size + 1);
    bool known = marking.failures != NULL && size > 0 && size <= SCENARIO_PART_BYTES_MAX &&
                 text[size - 1] == '\n' && is_same(&marking, text, size);
    marking.marks.known = known;
    for (size_t at = 0; known && at < size;) {
        size_t end = at + strcspn(text + at, "\n");
        mark_line(&marking, (struct span){at, end});
        at = end + 1;
    }
    free(marking.failures);
    return marking.marks;
}

/** A line: whole, or cut where marks change. */
static void write_line(FILE *out, const char *text, const uint8_t *marks, size_t size) {
    static const char *const spans[] = {
        [SCENARIO_PART_GIVEN] = "",
        [SCENARIO_PART_LINE] = "<span class=\"default\">",
        [SCENARIO_PART_KEY] = "<span class=\"default part\">",
    };
    bool whole = size > 0 && marks[0] == SCENARIO_PART_LINE;
    fprintf(out, "<span class=\"line%s\">", whole ? " usual" : "");
    for (size_t at = 0; at < size;) {
        size_t end = at;
        while (end < size && marks[end] == marks[at]) {
            end++;
        }
        fputs(spans[marks[at]], out);
        page_text_part(out, text + at, end - at);
        fputs(marks[at] == SCENARIO_PART_GIVEN ? "" : "</span>", out);
        at = end;
    }
    // The end of the line is part of it, so that it vanishes and is copied with it.
    fputs("\n</span>", out);
}

static void write_text(FILE *out, const char *text, const struct scenario_marks *marks) {
    fputs("<pre id=\"scenario-text\">", out);
    for (const char *at = text; *at != '\0';) {
        size_t size = strcspn(at, "\n");
        write_line(out, at, marks->of + (at - text), size);
        at += size + (at[size] == '\n' ? 1 : 0);
    }
    fputs("</pre>\n", out);
}

void report_scenario_section(struct report *report, const char *file, const char *lead) {
    FILE *out = report->body;
    fputs("<section id=\"scenario\">\n<h2>Scenario</h2>\n", out);
    if (report->scenario_text == NULL) {
        fputs("<p>The folder does not hold its scenario.</p>\n</section>\n", out);
        return;
    }
    struct scenario_marks marks = scenario_part_mark(report->arena, report->scenario_text);
    fputs("<p>", out);
    page_text(out, lead);
    if (!marks.known) {
        fputs(" Defaults are not marked: the text is too long, or this version of gossim does not "
              "read it.</p>\n",
              out);
    } else {
        fputs(" What is marked <span class=\"default\"></span>, or <span class=\"default "
              "part\"></span> inside a line, has the value that it has when it is left out; all "
              "else is this scenario's own.",
              out);
        fputs(marks.all ? "</p>\n"
                        : " The last lines were too many to be tried, and are unmarked.</p>\n",
              out);
        fputs("<p class=\"bar\"><label><input type=\"checkbox\" id=\"only-given\"> only what is "
              "not a default</label> <button type=\"button\" class=\"copy\" "
              "data-of=\"scenario-text\">Copy ",
              out);
        page_text(out, file);
        fputs("</button></p>\n", out);
    }
    write_text(out, report->scenario_text, &marks);
    fputs("</section>\n", out);
}
