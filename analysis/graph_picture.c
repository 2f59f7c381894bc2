#include "analysis/graph_picture.h"

#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"
#include "analysis/layout.h"
#include "analysis/spring.h"
#include "analysis/table_file.h"
#include "base/sort.h"

#include <inttypes.h>
#include <math.h>

enum { REGIONS_COLOURED = 8 };

static bool place(const struct run_data *run, struct arena *arena, struct position *positions,
                  struct failure *failure) {
    enum layout_shape shape = layout_shape_of(run, arena);
    if (shape == LAYOUT_TREE) {
        shape = LAYOUT_SPRING; // there is no message whose way could be shown
    }
    return layout_by_links(run, shape, arena, positions, failure);
}

/** Nodes of few links first, so that hubs are drawn on top. */
static struct sort_item *order_nodes(const struct run_data *run, struct arena *arena) {
    size_t count = run->node_count;
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, 2 * count, sizeof *items);
    for (uint32_t node = 0; node < count; node++) {
        items[node] = (struct sort_item){run->nodes[node].degree, node};
    }
    sort_by_key(items, items + count, count);
    return items;
}

static void print_nodes(struct table_file *file, const struct run_data *run,
                        const struct position *positions, struct arena *arena) {
    table_file_print(file, "node\tx\ty\tlinks\tregion\n");
    struct sort_item *items = order_nodes(run, arena);
    for (uint32_t i = 0; i < run->node_count; i++) {
        uint32_t node = (uint32_t)items[i].value;
        uint32_t region = run->nodes[node].region == TRACE_NONE ? 0 : run->nodes[node].region + 1;
        table_file_print(file, "%" PRIu32 "\t%.4f\t%.4f\t%" PRIu32 "\t%" PRIu32 "\n", node,
                         positions[node].x, positions[node].y, run->nodes[node].degree, region);
    }
}

static void print_links(struct table_file *file, const struct run_data *run,
                        const struct position *positions) {
    table_file_print(file, "a_x\ta_y\tb_x\tb_y\n");
    for (uint32_t i = 0; i < run->link_count; i++) {
        struct position a = positions[run->links[i].a];
        struct position b = positions[run->links[i].b];
        table_file_print(file, "%.4f\t%.4f\t%.4f\t%.4f\n", a.x, a.y, b.x, b.y);
    }
}

static void define_panel(struct table_file *file, const struct run_data *run,
                         const struct position *positions) {
    struct position least = positions[0];
    struct position most = positions[0];
    uint32_t degree_min = run->nodes[0].degree;
    uint32_t degree_max = run->nodes[0].degree;
    for (uint32_t node = 1; node < run->node_count; node++) {
        least.x = fmin(least.x, positions[node].x);
        least.y = fmin(least.y, positions[node].y);
        most.x = fmax(most.x, positions[node].x);
        most.y = fmax(most.y, positions[node].y);
        uint32_t degree = run->nodes[node].degree;
        degree_min = degree < degree_min ? degree : degree_min;
        degree_max = degree > degree_max ? degree : degree_max;
    }
    figure_define_number(file, "x_min", least.x);
    figure_define_number(file, "x_max", most.x);
    figure_define_number(file, "y_min", least.y);
    figure_define_number(file, "y_max", most.y);
    figure_define_number(file, "degree_min", degree_min);
    figure_define_number(file, "degree_max", degree_max);
    figure_define_number(file, "degree_mean", 2.0 * run->link_count / run->node_count);
    figure_define_number(file, "node_count", run->node_count);
    figure_define_number(file, "link_count", run->link_count);
}

static void define_regions(struct table_file *file, const struct run_data *run) {
    char name[FIGURE_TEXT_SIZE];
    figure_define_number(file, "region_count", run->regions.count);
    for (uint32_t i = 0; i < run->regions.count && i < REGIONS_COLOURED; i++) {
        snprintf(name, sizeof name, "region_%" PRIu32, i + 1);
        figure_define_label(file, name, run->regions.items[i]);
    }
    if (run->regions.count > REGIONS_COLOURED) {
        snprintf(name, sizeof name, "region_%d", REGIONS_COLOURED + 1);
        figure_define_text(file, name, "%" PRIu32 " other regions",
                           run->regions.count - REGIONS_COLOURED);
    }
}

static bool write_tables(const struct run_data *run, const struct position *positions,
                         struct arena *arena, const char *folder, struct failure *failure) {
    struct table_file file;
    if (!figure_folders_make(folder, failure) || !table_folder_make(folder, "tables", failure)) {
        return false;
    }
    table_file_open(&file, folder, "tables/topology.tsv");
    print_nodes(&file, run, positions, arena);
    if (!table_file_close(&file, failure)) {
        return false;
    }
    table_file_open(&file, folder, "tables/topology_links.tsv");
    print_links(&file, run, positions);
    return table_file_close(&file, failure);
}

static bool write_script(const struct run_data *run, const struct position *positions,
                         const char *folder, const char *const words[2], struct failure *failure) {
    struct table_file file;
    figure_script_open(&file, folder, "topology", words[0]);
    figure_define_name(&file, "subtitle", words[1]);
    figure_define_name(&file, "scenario", "");
    figure_define_name(&file, "identity", "");
    define_panel(&file, run, positions);
    define_regions(&file, run);
    figure_script_draw(&file, "topology");
    return table_file_close(&file, failure);
}

bool graph_picture_draw(const struct run_data *run, struct arena *arena, const char *folder,
                        const char *const words[2], struct failure *failure) {
    static const char *const names[] = {"topology"};
    if (run->node_count > GRAPH_PICTURE_NODES_MAX) {
        return failure_bad_input(failure,
                                 "a picture of %" PRIu32 " nodes; allowed: at most %d nodes",
                                 run->node_count, GRAPH_PICTURE_NODES_MAX);
    }
    struct position *positions =
        arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *positions);
    return place(run, arena, positions, failure) &&
           write_tables(run, positions, arena, folder, failure) &&
           write_script(run, positions, folder, words, failure) &&
           figure_draw(folder, names, 1, failure);
}
