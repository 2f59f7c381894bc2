#include "cli/report/page.h"
#include "cli/report/report.h"

#include <stdlib.h>

enum { NAME_SIZE = 512, VECTOR_BYTES_MAX = 400000 };

/** A picture that was read. */
struct picture {
    char *bytes; // NULL: there is none
    size_t size;
    const char *type; // of its media
};

static char *read_file(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t capacity = 0;
    if (file == NULL) {
        return NULL;
    }
    FILE *out = open_memstream(&text, &capacity);
    char part[4096];
    for (size_t got = 0; out != NULL && (got = fread(part, 1, sizeof part, file)) > 0;) {
        fwrite(part, 1, got, out);
    }
    bool failed = ferror(file) != 0;
    fclose(file);
    if (out == NULL || fclose(out) != 0 || failed) {
        free(text);
        return NULL;
    }
    *size = capacity;
    return text;
}

char *report_file(const struct report *report, const char *name, size_t *size) {
    char path[NAME_SIZE + 4096];
    size_t bytes = 0;
    int length = snprintf(path, sizeof path, "%s/%s", report->options.path, name);
    char *text = length < (int)sizeof path ? read_file(path, &bytes) : NULL;
    if (size != NULL) {
        *size = bytes;
    }
    return text;
}

static struct picture read_picture(const char *folder, const char *name, const char *ending) {
    char path[NAME_SIZE + 4096];
    struct picture picture = {.type = ending[0] == 's' ? "image/svg+xml" : "image/png"};
    int length = snprintf(path, sizeof path, "%s/figures/%s.%s", folder, name, ending);
    picture.bytes = length < (int)sizeof path ? read_file(path, &picture.size) : NULL;
    return picture;
}

/** Lines stay sharp at any size, unless there are so many that dots take less. */
static struct picture choose_picture(const char *folder, const char *name) {
    struct picture vector = read_picture(folder, name, "svg");
    if (vector.bytes != NULL && vector.size <= VECTOR_BYTES_MAX) {
        return vector;
    }
    struct picture dots = read_picture(folder, name, "png");
    bool take_dots = dots.bytes != NULL && (vector.bytes == NULL || dots.size < vector.size);
    free(take_dots ? vector.bytes : dots.bytes);
    return take_dots ? dots : vector;
}

static void write_figure(FILE *out, const struct picture *picture,
                         const struct report_figure *figure) {
    fprintf(out, "<figure><img alt=\"");
    page_text(out, figure->caption);
    fprintf(out, "\" src=\"data:%s;base64,", picture->type);
    page_base64(out, picture->bytes, picture->size);
    fputs("\"><figcaption>", out);
    page_text(out, figure->caption);
    fputs("</figcaption></figure>\n", out);
}

void report_figures(struct report *report, const char *folder, const struct report_figure *figures,
                    uint32_t count) {
    FILE *out = report->body;
    fputs("<section id=\"figures\">\n<h2>Figures</h2>\n<div class=\"figures\">\n", out);
    for (uint32_t i = 0; i < count; i++) {
        struct picture picture = choose_picture(folder, figures[i].name);
        if (picture.bytes == NULL) {
            fputs("<p class=\"note\">There is no figure <code>", out);
            page_text(out, figures[i].name);
            fputs("</code> in the folder.</p>\n", out);
        } else if (picture.size / 3 * 4 > report_room(report)) {
            fputs("<p class=\"note\">Figure <code>", out);
            page_text(out, figures[i].name);
            fputs("</code> is left out: with it the page would be larger than it may "
                  "(--max-size).</p>\n",
                  out);
        } else {
            write_figure(out, &picture, &figures[i]);
        }
        free(picture.bytes);
    }
    fputs("</div>\n</section>\n", out);
}
