#include "analysis/figures.h"

#include "analysis/figure_facts.h"
#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"
#include "analysis/propagation.h"
#include "analysis/table_file.h"
#include "analysis/tables_parts.h"

#include <stddef.h>

enum { FIGURE_COUNT = 6 };

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
    {"traffic", "Traffic sent", "The trace holds no totals of bytes sent.", figure_facts_traffic,
     NULL},
    {"mesh_degree", "Mesh degree", "No node had a mesh in this run.", figure_facts_mesh, NULL},
    {"duplicates", "Duplicates per message", "The trace holds no published messages with totals.",
     figure_facts_duplicates, NULL},
    {"hops", "Hops per delivery", "No message was delivered in this run.", figure_facts_hops, NULL},
};

/** The whole of a script: what is true of this run, then the same commands for PNG and SVG. */
static bool write_script(const struct figure *figure, const struct figure_input *input,
                         const char *folder, struct failure *failure) {
    struct table_file file;
    figure_script_open(&file, folder, figure->name, figure->heading);
    figure_facts_run(&file, input);
    bool drawable = figure->facts(&file, input);
    if (!drawable) {
        figure_define_name(&file, "nothing", figure->nothing);
    }
    if (drawable && figure->data != NULL) {
        figure_script_add(&file, figure->data);
    }
    figure_script_draw(&file, drawable ? figure->name : "empty");
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
    if (!figure_folders_make(folder, failure) || !write_tables(input, folder, failure)) {
        return false;
    }
    for (unsigned i = 0; i < FIGURE_COUNT; i++) {
        if (!write_script(&figures[i], input, folder, failure)) {
            return false;
        }
    }
    return true;
}

bool analysis_draw_figures(const struct run_data *run, struct arena *arena, const char *folder,
                           struct failure *failure) {
    struct propagation propagation;
    if (!propagation_of(&propagation, run, arena, failure)) {
        return false;
    }
    struct figure_input input = {run, &propagation, arena};
    const char *names[FIGURE_COUNT];
    for (unsigned i = 0; i < FIGURE_COUNT; i++) {
        names[i] = figures[i].name;
    }
    return write_inputs(&input, folder, failure) &&
           figure_draw(folder, names, FIGURE_COUNT, failure);
}
