#include "analysis/ablation_output.h"
#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"
#include "analysis/table_file.h"

#include <inttypes.h>

/** Which points to print. */
struct points {
    enum ablation_figure figure;
    enum ablation_change change;
    const uint32_t *row_of; // [quirk_count]
};

/** The extent of what is drawn, on the axis. */
struct extent {
    double low;
    double high;
};

/** The variant of a quirk if it has a point in the figure, else NULL. */
static const struct ablation_variant *find_point(const struct ablation *ablation, uint32_t quirk,
                                                 enum ablation_change change,
                                                 enum ablation_figure figure) {
    const struct ablation_variant *variant = ablation_find(ablation, quirk, change);
    return variant != NULL && ablation_moves(variant, figure) ? variant : NULL;
}

/** Numbers the rows from the bottom: a quirk has one if it has a point. Returns how many there are.
 */
static uint32_t number_rows(const struct ablation *ablation, enum ablation_figure figure,
                            uint32_t *row_of) {
    uint32_t rows = 0;
    for (uint32_t i = ablation->quirk_count; i-- > 0;) {
        bool has_point = find_point(ablation, i, ABLATION_REPAIRED, figure) != NULL ||
                         find_point(ablation, i, ABLATION_ADDED, figure) != NULL;
        row_of[i] = has_point ? ++rows : 0;
    }
    return rows;
}

/**
 * One point a line: its row, mean, both ends of its interval (the mean itself where there is none),
 * and whether it is clear of zero among all.
 */
static void print_points(struct table_file *file, const struct ablation *ablation,
                         const struct points *points, struct extent *extent) {
    double scale = ablation_unit(ablation, points->figure).scale;
    for (uint32_t i = 0; i < ablation->quirk_count; i++) {
        const struct ablation_variant *variant =
            find_point(ablation, i, points->change, points->figure);
        if (variant == NULL) {
            continue;
        }
        const struct paired_difference *difference = &variant->differences[points->figure];
        const struct sample *sample = &difference->sample;
        double low = (sample->mean - sample->half_width) / scale;
        double high = (sample->mean + sample->half_width) / scale;
        table_file_print(file, "%" PRIu32 "\t%.8g\t%.8g\t%.8g\t%d\n", points->row_of[i],
                         sample->mean / scale, low, high, difference->clear_in_family);
        extent->low = low < extent->low ? low : extent->low;
        extent->high = high > extent->high ? high : extent->high;
    }
}

/** The names of the rows. */
static void define_rows(struct table_file *file, const struct ablation *ablation,
                        const uint32_t *row_of) {
    for (uint32_t i = 0; i < ablation->quirk_count; i++) {
        if (row_of[i] > 0) {
            char variable[FIGURE_TEXT_SIZE];
            snprintf(variable, sizeof variable, "row_%" PRIu32, row_of[i]);
            figure_define_text(file, variable, "%s  %s", ablation->quirks[i].name,
                               ablation->quirks[i].number);
        }
    }
}

/** The axis, with what all quirks together do. */
static void define_axis(struct table_file *file, const struct ablation *ablation,
                        enum ablation_figure figure) {
    const struct sample *sample = &ablation->variants[1].differences[figure].sample;
    struct figure_unit unit = ablation_unit(ablation, figure);
    if (sample->count < 2) {
        figure_define_text(file, "axis", "Difference (%s)", unit.name);
        return;
    }
    double mean = sample->mean / unit.scale;
    if (sample->same) {
        figure_define_text(file, "axis",
                           "Difference (%s); that of all quirks together is %+.4g at each seed",
                           unit.name, mean);
        return;
    }
    double half_width = sample->half_width / unit.scale;
    int decimals = ablation_decimals(mean, half_width);
    figure_define_text(file, "axis", "Difference (%s); that of all quirks together is %+.*f ± %.*f",
                       unit.name, decimals, mean, decimals, half_width);
}

static bool write_script(const struct ablation *ablation, enum ablation_figure figure,
                         struct arena *arena, const char *folder, struct failure *failure) {
    const struct ablation_figure_row *row = &ablation_figures[figure];
    struct table_file file;
    struct extent extent = {0, 0};
    char heading[2 * FIGURE_NAME_SIZE];
    snprintf(heading, sizeof heading, "%s: what each quirk does", row->heading);
    figure_script_open(&file, folder, row->name, heading);
    figure_define_name(&file, "scenario", ablation->scenario);
    figure_define_text(&file, "identity", "seeds %" PRIu64 " to %" PRIu64, ablation->first_seed,
                       ablation->first_seed + (ablation->seed_count - 1));
    figure_define_text(&file, "subtitle",
                       "Paired differences with 95 %% intervals over %" PRIu32
                       " seeds; hollow: not clear of zero among all",
                       ablation->seed_count);
    uint32_t *row_of =
        arena_take_array(arena, MEMORY_TABLES, ablation->quirk_count, sizeof *row_of);
    uint32_t rows = number_rows(ablation, figure, row_of);
    define_rows(&file, ablation, row_of);
    figure_define_number(&file, "rows", rows);
    define_axis(&file, ablation, figure);
    figure_define_text(&file, "repaired_title", "repaired in %s", ablation->all);
    figure_define_text(&file, "added_title", "added to %s", ablation->specification);
    table_file_print(&file, "$repaired << END\n");
    print_points(&file, ablation, &(struct points){figure, ABLATION_REPAIRED, row_of}, &extent);
    table_file_print(&file, "END\n$added << END\n");
    print_points(&file, ablation, &(struct points){figure, ABLATION_ADDED, row_of}, &extent);
    table_file_print(&file, "END\n");
    figure_define_number(&file, "low", extent.low);
    figure_define_number(&file, "high", extent.high);
    if (rows == 0) {
        figure_define_name(&file, "nothing", "No quirk changes this figure.");
    }
    figure_script_draw(&file, rows == 0 ? "empty" : "forest");
    return table_file_close(&file, failure);
}

bool ablation_draw_figures(const struct ablation *ablation, struct arena *arena, const char *folder,
                           struct failure *failure) {
    const char *names[ABLATION_FIGURE_COUNT];
    if (!figure_folders_make(folder, failure)) {
        return false;
    }
    for (enum ablation_figure figure = 0; figure < ABLATION_FIGURE_COUNT; figure++) {
        names[figure] = ablation_figures[figure].name;
        if (!write_script(ablation, figure, arena, folder, failure)) {
            return false;
        }
    }
    return figure_draw(folder, names, ABLATION_FIGURE_COUNT, failure);
}
