#include "analysis/figures.h"

#include "analysis/figure_facts.h"
#include "analysis/figure_text.h"
#include "analysis/gnuplot.h"
#include "analysis/plot_scripts.h"
#include "analysis/propagation.h"
#include "analysis/table_file.h"
#include "analysis/tables_parts.h"
#include "base/check.h"

#include <stdio.h>
#include <string.h>

enum { FIGURE_COUNT = 6, SCRIPT_NAME_SIZE = 64 };

static const struct figure {
    const char *name;
    const char *heading;
    const char *nothing; // said on the sheet when there is nothing to draw
    figure_facts facts;
    const char *data; // a script of data that must stand outside the loop; NULL for none
} figures[FIGURE_COUNT] = {
    // The slowest one first.
    {"propagation", "Propagation of one message", "No message was delivered in this run.",
     figure_facts_propagation, "land"},
    {"latency_cdf", "Delivery latency", "No message was delivered in this run.",
     figure_facts_latency, NULL},
    {"traffic", "Traffic sent", "The trace holds no traffic totals.", figure_facts_traffic, NULL},
    {"mesh_degree", "Mesh degree", "No node had a mesh in this run.", figure_facts_mesh, NULL},
    {"duplicates", "Duplicates per message", "The trace holds no published messages with totals.",
     figure_facts_duplicates, NULL},
    {"hops", "Hops per delivery", "No message was delivered in this run.", figure_facts_hops, NULL},
};

static void script_name(char name[SCRIPT_NAME_SIZE], const struct figure *figure) {
    int size = snprintf(name, SCRIPT_NAME_SIZE, "figures/scripts/%s.gp", figure->name);
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

static void print_script(struct table_file *file, const char *name) {
    const struct plot_script *script = find_script(name);
    CHECK(script != NULL);
    for (size_t line = 0; line < script->line_count; line++) {
        table_file_print(file, "%s", script->lines[line]);
    }
}

/** The whole of a script: what is true of this run, then the same commands for PNG and SVG. */
static bool write_script(const struct figure *figure, const struct figure_input *input,
                         const char *folder, struct failure *failure) {
    char name[SCRIPT_NAME_SIZE];
    script_name(name, figure);
    struct table_file file;
    table_file_open(&file, folder, name);
    table_file_print(&file, "# Draws figures/%s.png and .svg. In the result folder: gnuplot %s\n",
                     figure->name, name);
    figure_define_name(&file, "figure", figure->name);
    figure_define_name(&file, "heading", figure->heading);
    figure_facts_run(&file, input);
    bool drawable = figure->facts(&file, input);
    if (!drawable) {
        figure_define_name(&file, "nothing", figure->nothing);
    }
    if (drawable && figure->data != NULL) {
        print_script(&file, figure->data);
    }
    table_file_print(&file, "do for [target in \"png svg\"] {\n");
    print_script(&file, "common");
    print_script(&file, drawable ? figure->name : "empty");
    table_file_print(&file, "}\n");
    return table_file_close(&file, failure);
}

/** The tables that only figures need. */
static bool write_tables(const struct figure_input *input, const char *folder,
                         struct failure *failure) {
    struct table_file file;
    table_file_open(&file, folder, "tables/propagation.tsv");
    propagation_print_nodes(&file, input->run, input->propagation, input->scratch);
    if (!table_file_close(&file, failure)) {
        return false;
    }
    table_file_open(&file, folder, "tables/propagation_links.tsv");
    propagation_print_links(&file, input->run, input->propagation);
    if (!table_file_close(&file, failure)) {
        return false;
    }
    table_file_open(&file, folder, "tables/traffic_bins.tsv");
    table_traffic_bins(&file, input->run, input->scratch);
    return table_file_close(&file, failure);
}

static bool write_inputs(const struct figure_input *input, const char *folder,
                         struct failure *failure) {
    if (!table_folder_make(folder, "figures", failure) ||
        !table_folder_make(folder, "figures/scripts", failure) ||
        !write_tables(input, folder, failure)) {
        return false;
    }
    for (unsigned i = 0; i < FIGURE_COUNT; i++) {
        if (!write_script(&figures[i], input, folder, failure)) {
            return false;
        }
    }
    return true;
}

/**
 * True if the file ends as a whole picture does: gnuplot does not notice when the disk is full.
 */
static bool check_picture(const char *folder, const char *figure, const char *type,
                          const char *ending, struct failure *failure) {
    char path[TABLE_FILE_PATH_SIZE];
    char tail[16] = "";
    int size = snprintf(path, sizeof path, "%s/figures/%s.%s", folder, figure, type);
    FILE *file = size < (int)sizeof path ? fopen(path, "rb") : NULL;
    bool found = false;
    if (file != NULL && fseek(file, -(long)(sizeof tail - 1), SEEK_END) == 0) {
        size_t bytes = fread(tail, 1, sizeof tail - 1, file);
        found = memmem(tail, bytes, ending, strlen(ending)) != NULL;
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

static bool check_pictures(const char *folder, struct failure *failure) {
    for (unsigned i = 0; i < FIGURE_COUNT; i++) {
        if (!check_picture(folder, figures[i].name, "png", "IEND", failure) ||
            !check_picture(folder, figures[i].name, "svg", "</svg>", failure)) {
            return false;
        }
    }
    return true;
}

/** Runs gnuplot on all scripts at once and waits for every process, also when one fails: the first
 * failure is told. */
static bool run_scripts(const char *folder, struct failure *failure) {
    struct gnuplot_process processes[FIGURE_COUNT];
    unsigned started = 0;
    bool done = true;
    char name[SCRIPT_NAME_SIZE];
    while (done && started < FIGURE_COUNT) {
        script_name(name, &figures[started]);
        done = gnuplot_start(&processes[started], folder, name, failure);
        started += done ? 1 : 0;
    }
    for (unsigned i = 0; i < started; i++) {
        struct failure later;
        script_name(name, &figures[i]);
        bool drawn = gnuplot_wait(&processes[i], name, done ? failure : &later);
        done = done && drawn;
    }
    return done;
}

bool analysis_draw_figures(const struct run_data *run, struct arena *arena, const char *folder,
                           struct failure *failure) {
    struct propagation propagation;
    if (!propagation_of(&propagation, run, arena, failure)) {
        return false;
    }
    struct figure_input input = {run, &propagation, arena};
    return write_inputs(&input, folder, failure) && run_scripts(folder, failure) &&
           check_pictures(folder, failure);
}
