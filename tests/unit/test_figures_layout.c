#include "analysis/figures.h"
#include "analysis/tables.h"
#include "tests/support/analysis_fixture.h"
#include "tests/support/synthetic_trace.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PICTURE_BYTES_MAX = 1 << 21, TEXTS_MAX = 200, SHEET_WIDTH = 800, SHEET_HEIGHT = 500 };
// The mean width of a letter and the part of a letter's height above the line, in sizes of type.
#define LETTER_WIDTH 0.55
#define LETTER_HEIGHT 0.7

static const char *const figures[] = {"latency_cdf", "hops",    "mesh_degree",
                                      "duplicates",  "traffic", "propagation"};

/** A text of a picture and the box that it takes. */
struct text_box {
    char text[80];
    double left, right, top, bottom;
};

struct texts {
    uint32_t count;
    struct text_box items[TEXTS_MAX];
};

/** How many letters the first `size` bytes of a text have. */
static uint32_t letters_of(const char *text, size_t size) {
    uint32_t letters = 0;
    for (size_t i = 0; i < size; i++) {
        letters += ((unsigned char)text[i] & 0xC0) != 0x80 ? 1 : 0;
    }
    return letters;
}

/** Copies what stands between the tags up to `end`. */
static size_t copy_without_tags(const char *from, const char *end, char *out, size_t room) {
    size_t size = 0;
    bool tag = false;
    for (; from < end && size + 1 < room; from++) {
        tag = tag || *from == '<';
        if (!tag && *from != '\n' && *from != '\t') {
            out[size++] = *from;
        }
        tag = tag && *from != '>';
    }
    out[size] = '\0';
    return size;
}

/** Reads one upright text; `group` is where its `translate(` begins. */
static bool read_text(const char *group, struct text_box *box) {
    double x = 0;
    double y = 0;
    double type = 0;
    const char *size_at = strstr(group, "font-size=\"");
    const char *anchor = strstr(group, "text-anchor=\"");
    const char *begin = strstr(group, "<text");
    const char *end = strstr(group, "</text>");
    const char *head_end = strchr(group, '>');
    if (size_at == NULL || anchor == NULL || begin == NULL || end == NULL || size_at > head_end) {
        return false;
    }
    bool upright = memmem(group, (size_t)(head_end - group), "rotate", 6) == NULL;
    assert_int_equal(sscanf(group, "translate(%lf,%lf)", &x, &y), 2);
    assert_int_equal(sscanf(size_at, "font-size=\"%lf\"", &type), 1);
    size_t size = copy_without_tags(begin, end, box->text, sizeof box->text);
    double width = LETTER_WIDTH * type * letters_of(box->text, size);
    char side = anchor[strlen("text-anchor=\"")];
    box->left = side == 's' ? x : side == 'm' ? x - width / 2 : x - width;
    box->right = box->left + width;
    box->top = y - LETTER_HEIGHT * type;
    box->bottom = y;
    return upright && size > 0;
}

static void read_texts(const char *svg, struct texts *texts) {
    texts->count = 0;
    for (const char *at = strstr(svg, "translate("); at != NULL;
         at = strstr(at + 1, "translate(")) {
        assert_true(texts->count < TEXTS_MAX);
        texts->count += read_text(at, &texts->items[texts->count]) ? 1 : 0;
    }
    assert_true(texts->count > 3);
}

static void expect_texts_apart(const char *where, const struct texts *texts) {
    for (uint32_t i = 0; i < texts->count; i++) {
        const struct text_box *a = &texts->items[i];
        if (a->left < 0 || a->right > SHEET_WIDTH || a->top < 0 || a->bottom > SHEET_HEIGHT) {
            fail_msg("%s: \"%s\" leaves the sheet", where, a->text);
        }
        for (uint32_t j = 0; j < i; j++) {
            const struct text_box *b = &texts->items[j];
            bool apart = a->right <= b->left || b->right <= a->left || a->bottom <= b->top ||
                         b->bottom <= a->top;
            if (!apart) {
                fail_msg("%s: \"%s\" meets \"%s\"", where, a->text, b->text);
            }
        }
    }
}

/** True if the line between two points comes into the box; looked at every half pixel. */
static bool line_meets(const struct text_box *box, const double from[2], const double to[2]) {
    uint32_t steps = 1 + (uint32_t)(2 * hypot(to[0] - from[0], to[1] - from[1]));
    for (uint32_t step = 0; step <= steps; step++) {
        double x = from[0] + (to[0] - from[0]) * step / steps;
        double y = from[1] + (to[1] - from[1]) * step / steps;
        if (x > box->left && x < box->right && y > box->top && y < box->bottom) {
            return true;
        }
    }
    return false;
}

static void expect_line_free(const char *where, const struct texts *texts, const double from[2],
                             const double to[2]) {
    for (uint32_t i = 0; i < texts->count; i++) {
        if (line_meets(&texts->items[i], from, to)) {
            fail_msg("%s: a line crosses \"%s\"", where, texts->items[i].text);
        }
    }
}

/** Follows the points of one path, `M x,y L x,y …`. */
static void expect_path_free(const char *where, const struct texts *texts, const char *path) {
    double last[2] = {0, 0};
    double next[2] = {0, 0};
    const char *end = strchr(path, '\'');
    assert_non_null(end);
    for (const char *at = path; at < end; at++) {
        bool move = *at == 'M';
        if (!move && *at != 'L') {
            continue;
        }
        if (sscanf(at + 1, " %lf,%lf", &next[0], &next[1]) != 2) {
            return;
        }
        if (!move) {
            expect_line_free(where, texts, last, next);
        }
        last[0] = next[0];
        last[1] = next[1];
    }
}

/** Looks at all lines but those of the grid, which lie under everything. */
static void expect_lines_free(const char *where, const struct texts *texts, const char *svg) {
    const char *body = strstr(svg, "</defs>");
    assert_non_null(body);
    for (const char *at = strstr(body, "<path"); at != NULL; at = strstr(at + 1, "<path")) {
        const char *path = strstr(at, " d='");
        assert_non_null(path);
        if (memmem(at, (size_t)(path - at), "gridline", 8) == NULL) {
            expect_path_free(where, texts, path + 4);
        }
    }
}

static void load_picture(const struct analysis_fixture *f, const char *figure, char *svg) {
    char path[128];
    snprintf(path, sizeof path, "%s/figures/%s.svg", f->folder, figure);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(svg, 1, PICTURE_BYTES_MAX, file);
    assert_true(size < PICTURE_BYTES_MAX);
    svg[size] = '\0';
    assert_int_equal(fclose(file), 0);
}

static void expect_pictures_clear(const struct analysis_fixture *f, const char *name) {
    struct texts *texts = malloc(sizeof *texts);
    char *svg = malloc(PICTURE_BYTES_MAX);
    assert_non_null(texts);
    assert_non_null(svg);
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        char where[128];
        snprintf(where, sizeof where, "%s, %s", name, figures[i]);
        load_picture(f, figures[i], svg);
        read_texts(svg, texts);
        expect_texts_apart(where, texts);
        // Names stand on the land of the map, and ways end at the words that cover them.
        if (strcmp(figures[i], "propagation") != 0) {
            expect_lines_free(where, texts, svg);
        }
    }
    free(svg);
    free(texts);
}

static void draw(struct analysis_fixture *f) {
    assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));
    bool drawn = analysis_write_tables(&f->run, TABLES_USUAL, f->folder, &f->failure) &&
                 analysis_draw_figures(&f->run, f->arena, f->folder, &f->failure);
    if (!drawn) {
        fail_msg("%s", f->failure.message);
    }
}

static void given_runs_of_all_kinds_when_drawn_then_texts_stand_free(void **state) {
    struct analysis_fixture *f = *state;
    static const struct {
        const char *name;
        struct synthetic_options options;
    } rows[] = {
        {"random", {SYNTHETIC_RANDOM, 100, 10, 1, 20, 20, false}},
        {"many topics", {SYNTHETIC_RANDOM, 100, 70, 8, 20, 0, false}},
        {"three topics, many messages", {SYNTHETIC_STAR, 30, 200, 3, 0, 0, false}},
        {"world", {SYNTHETIC_WORLD, 300, 10, 1, 20, 20, false}},
        {"ring", {SYNTHETIC_RING, 24, 1, 1, 0, 0, false}},
        {"line", {SYNTHETIC_LINE, 30, 1, 1, 0, 0, true}},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        assert_true(synthetic_trace_write(&rows[i].options, f->arena, f->path, &f->failure));

        draw(f);

        expect_pictures_clear(f, rows[i].name);
    }
}

/** How many lines of the figure have the colour of the circles around the publisher. */
static int count_circles(struct analysis_fixture *f, const struct synthetic_options *options) {
    int count = 0;
    char *svg = malloc(PICTURE_BYTES_MAX);
    assert_non_null(svg);
    assert_true(synthetic_trace_write(options, f->arena, f->path, &f->failure));
    draw(f);
    load_picture(f, "propagation", svg);
    static const char circle[] = "<path stroke='rgb(200, 200, 200)'";
    for (const char *at = strstr(svg, circle); at != NULL; at = strstr(at + 1, circle)) {
        count++;
    }
    free(svg);
    return count;
}

static void given_ways_or_a_map_when_drawn_then_four_circles_or_none(void **state) {
    struct analysis_fixture *f = *state;
    const struct synthetic_options ways = {SYNTHETIC_RANDOM, 100, 10, 1, 20, 20, false};
    const struct synthetic_options map = {SYNTHETIC_WORLD, 300, 10, 1, 20, 20, false};

    assert_int_equal(count_circles(f, &ways), 4);
    assert_int_equal(count_circles(f, &map), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(given_runs_of_all_kinds_when_drawn_then_texts_stand_free,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_ways_or_a_map_when_drawn_then_four_circles_or_none,
                                        analysis_fixture_begin, analysis_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
