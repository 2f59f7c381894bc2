#include "analysis/figure_sheet.h"

#include "analysis/figure_text.h"
#include "analysis/gnuplot.h"
#include "analysis/plot_scripts.h"
#include "base/check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SCRIPT_NAME_SIZE = 64 };

/** What a picture ends with when it is whole. */
static const struct picture {
    enum figure_format format;
    const char *name;
    const char *ending;
} pictures[] = {
    {FIGURE_PNG, "png", "IEND"}, {FIGURE_SVG, "svg", "</svg>"}, {FIGURE_PDF, "pdf", "%%EOF"}};

static void script_name(char name[SCRIPT_NAME_SIZE], const char *figure) {
    int size = snprintf(name, SCRIPT_NAME_SIZE, "figures/scripts/%s.gp", figure);
    CHECK(size < SCRIPT_NAME_SIZE);
}

static const struct plot_script *find_script(const char *name) {
    for (size_t i = 0; i < plot_script_count; i++) {
        if (strcmp(plot_scripts[i].name, name) == 0) {
            return &plot_scripts[i];
        }
    }
    return NULL;
}

bool figure_folders_make(const char *folder, struct failure *failure) {
    return table_folder_make(folder, "figures", failure) &&
           table_folder_make(folder, "figures/scripts", failure);
}

void figure_script_open(struct table_file *file, const char *folder, const char *figure,
                        const char *heading) {
    char name[SCRIPT_NAME_SIZE];
    script_name(name, figure);
    table_file_open(file, folder, name);
    table_file_print(file, "# Draws the figure %s. In the result folder: gnuplot %s\n", figure,
                     name);
    figure_define_name(file, "figure", figure);
    figure_define_name(file, "heading", heading);
}

void figure_script_add(struct table_file *file, const char *plot) {
    const struct plot_script *script = find_script(plot);
    CHECK(script != NULL);
    for (size_t line = 0; line < script->line_count; line++) {
        table_file_print(file, "%s", script->lines[line]);
    }
}

void figure_script_draw(struct table_file *file, const char *plot) {
    figure_script_draw_as(file, plot, FIGURE_USUAL_FORMATS);
}

void figure_script_draw_as(struct table_file *file, const char *plot, unsigned formats) {
    figure_script_draw_in(file, NULL, plot, formats);
}

void figure_script_draw_in(struct table_file *file, const char *sheet, const char *plot,
                           unsigned formats) {
    table_file_print(file, "do for [target in \"");
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++) {
        if ((formats & pictures[i].format) != 0) {
            formats &= ~(unsigned)pictures[i].format;
            table_file_print(file, "%s%s", pictures[i].name, formats == 0 ? "" : " ");
        }
    }
    table_file_print(file, "\"] {\n");
    figure_script_add(file, "common");
    if (sheet != NULL) {
        figure_script_add(file, sheet);
    }
    figure_script_add(file, plot);
    table_file_print(file, "}\n");
}

/** Opens the table beside a figure; NULL if there is none. */
static FILE *open_table(const char *folder, const char *figure) {
    char path[TABLE_FILE_PATH_SIZE];
    int size = snprintf(path, sizeof path, "%s/figures/%s.tsv", folder, figure);
    return size < (int)sizeof path ? fopen(path, "rb") : NULL;
}

bool figure_shows_the_same(const char *folder, const char *other, const char *figure) {
    FILE *files[] = {open_table(folder, figure), open_table(other, figure)};
    bool same = files[0] != NULL && files[1] != NULL;
    bool more = same;
    while (more) {
        char parts[2][4096];
        size_t size = fread(parts[0], 1, sizeof parts[0], files[0]);
        same = size == fread(parts[1], 1, sizeof parts[1], files[1]) &&
               memcmp(parts[0], parts[1], size) == 0;
        more = same && size > 0;
    }
    for (int i = 0; i < 2; i++) {
        if (files[i] != NULL) {
            fclose(files[i]);
        }
    }
    return same;
}

bool figure_remove(const char *folder, const char *figure, unsigned formats,
                   struct failure *failure) {
    for (size_t i = 0; i < sizeof pictures / sizeof pictures[0]; i++) {
        char path[TABLE_FILE_PATH_SIZE];
        int size =
            snprintf(path, sizeof path, "%s/figures/%s.%s", folder, figure, pictures[i].name);
        CHECK(size < (int)sizeof path);
        if ((formats & pictures[i].format) != 0 && unlink(path) != 0 && errno != ENOENT) {
            return failure_running(failure, "cannot remove %s, which is of an older table: %s",
                                   path, strerror(errno));
        }
    }
    return true;
}

/**
 * True if the file ends as a whole picture does: gnuplot does not notice when the disk is full.
 */
static bool check_picture(const char *folder, const char *figure, const struct picture *picture,
                          struct failure *failure) {
    char path[TABLE_FILE_PATH_SIZE];
    char tail[16] = "";
    int size = snprintf(path, sizeof path, "%s/figures/%s.%s", folder, figure, picture->name);
    FILE *file = size < (int)sizeof path ? fopen(path, "rb") : NULL;
    bool found = false;
    if (file != NULL && fseek(file, -(long)(sizeof tail - 1), SEEK_END) == 0) {
        size_t bytes = fread(tail, 1, sizeof tail - 1, file);
        found = memmem(tail, bytes, picture->ending, strlen(picture->ending)) != NULL;
    }
    if (file != NULL) {
        fclose(file);
    }
    if (!found) {
        return failure_running(failure, "the figure %s was not written whole; is the disk full?",
                               path);
    }
    return true;
}

/** Runs gnuplot on all scripts at once and waits for every process, also when one fails: the first
 * failure is told. */
static bool run_scripts(const char *folder, const char *const *names, uint32_t count,
                        struct failure *failure) {
    struct gnuplot_process processes[FIGURES_PER_SET_MAX];
    uint32_t started = 0;
    bool done = true;
    char name[SCRIPT_NAME_SIZE];
    while (done && started < count) {
        script_name(name, names[started]);
        done = gnuplot_start(&processes[started], folder, name, failure);
        started += done ? 1 : 0;
    }
    for (uint32_t i = 0; i < started; i++) {
        struct failure later;
        script_name(name, names[i]);
        bool drawn = gnuplot_wait(&processes[i], name, done ? failure : &later);
        done = done && drawn;
    }
    return done;
}

bool figure_draw(const char *folder, const char *const *names, uint32_t count,
                 struct failure *failure) {
    return figure_draw_as(folder, names, count, FIGURE_USUAL_FORMATS, failure);
}

bool figure_draw_as(const char *folder, const char *const *names, uint32_t count, unsigned formats,
                    struct failure *failure) {
    CHECK(count <= FIGURES_PER_SET_MAX);
    bool done = run_scripts(folder, names, count, failure);
    for (uint32_t i = 0; i < count; i++) {
        for (size_t j = 0; j < sizeof pictures / sizeof pictures[0]; j++) {
            if (done && (formats & pictures[j].format) != 0) {
                done = check_picture(folder, names[i], &pictures[j], failure);
            }
        }
    }
    return done;
}
