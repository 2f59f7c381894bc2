// Lines with bands: an axis from left to right, a line for each value of another, and a panel for
// each combination of the rest.
#include "analysis/sweep_sheet.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { CAPTION_WIDE = 760 };

/** What stands where. */
struct layout {
    const struct sweep_drawing *drawing;
    const struct sweep_axis *x;
    const struct sweep_axis *series; // NULL: one line
    uint32_t series_count;
    uint32_t panels;
};

/** The place of a panel: its choices on the axes that are neither x nor y. */
static void panel_place(const struct layout *layout, uint32_t panel, uint32_t *place) {
    const struct sweep_grid *grid = layout->drawing->grid;
    for (uint32_t axis = grid->axis_count; axis-- > 0;) {
        place[axis] = 0;
        if (axis != layout->drawing->x && axis != layout->drawing->y) {
            place[axis] = panel % grid->axes[axis].count;
            panel /= grid->axes[axis].count;
        }
    }
}

/** A point of a band; it has a gap where there is no interval. */
static void print_band(struct table_file *script, double position, const struct sample *sample) {
    if (sample_has_interval(sample)) {
        table_file_print(script, "%.10g\t%.9g\t%.9g\n", position, sample->mean - sample->half_width,
                         sample->mean + sample->half_width);
    } else {
        table_file_print(script, "NaN\tNaN\tNaN\n\n");
    }
}

/** Rows of a line, and what they reach. */
static void print_line(struct sweep_page *page, const struct layout *layout,
                       const struct sweep_picture *picture, uint32_t *place,
                       struct sweep_extent *extent) {
    const struct sweep_drawing *drawing = layout->drawing;
    const struct sweep_results *results = drawing->grid->results;
    char panel[SWEEP_GRID_LABEL_SIZE];
    uint32_t without = 1U << drawing->x;
    without |= layout->series == NULL ? 0 : 1U << drawing->y;
    sweep_grid_label(drawing->grid, place, without, panel);
    for (uint32_t i = 0; i < layout->x->count; i++) {
        place[drawing->x] = i;
        uint32_t point = sweep_grid_find(drawing->grid, place);
        struct replicates values =
            sweep_sheet_cell(drawing->arena, results, picture->figure, point);
        struct table_file *table = &page->table;
        table_file_name(table, panel[0] == '\0' ? "NA" : panel);
        table_file_print(table, "\t");
        table_file_name(table,
                        layout->series == NULL ? "NA" : layout->series->labels[place[drawing->y]]);
        table_file_print(table, "\t");
        table_file_name(table, layout->x->labels[i]);
        table_file_print(table, "\t%.10g\t", layout->x->positions[i]);
        if (point == UINT32_MAX) {
            table_file_print(table, "NA");
        } else {
            table_file_print(table, "%" PRId64, results->numbers[point]);
        }
        sweep_page_values(table, &values);
        table_file_print(table, "\n");
        print_band(&page->script, layout->x->positions[i], &values.sample);
        sweep_extent_add(extent, &values.sample);
    }
}

/** The blocks of the table and of the bands, one for each line, panel after panel. */
static void print_table(struct sweep_page *page, const struct layout *layout,
                        const struct sweep_picture *picture, struct sweep_extent *extent) {
    uint32_t place[SWEEP_AXES_MAX];
    table_file_print(&page->table, "panel\tseries\tx\tposition\tpoint\t" SWEEP_PAGE_COLUMNS "\n");
    table_file_print(&page->script, "$bands << END\n");
    for (uint32_t panel = 0; panel < layout->panels; panel++) {
        panel_place(layout, panel, place);
        for (uint32_t line = 0; line < layout->series_count; line++) {
            if (panel + line > 0) {
                table_file_print(&page->table, "\n\n");
                table_file_print(&page->script, "\n\n");
            }
            if (layout->series != NULL) {
                place[layout->drawing->y] = line;
            }
            print_line(page, layout, picture, place, extent);
        }
    }
    table_file_print(&page->script, "END\n");
}

static void define_names(struct table_file *script, const struct layout *layout) {
    const struct sweep_drawing *drawing = layout->drawing;
    char variable[FIGURE_TEXT_SIZE];
    char label[SWEEP_GRID_LABEL_SIZE];
    uint32_t place[SWEEP_AXES_MAX];
    uint32_t without = 1U << drawing->x;
    without |= layout->series == NULL ? 0 : 1U << drawing->y;
    for (uint32_t panel = 0; panel < layout->panels; panel++) {
        panel_place(layout, panel, place);
        snprintf(variable, sizeof variable, "panel_%" PRIu32, panel);
        figure_define_name(script, variable,
                           sweep_grid_label(drawing->grid, place, without, label));
    }
    for (uint32_t line = 0; line < layout->series_count; line++) {
        snprintf(variable, sizeof variable, "series_%" PRIu32, line);
        figure_define_label(script, variable,
                            layout->series == NULL ? "" : layout->series->labels[line]);
    }
    figure_define_label(script, "series_name", layout->series == NULL ? "" : layout->series->name);
}

/** Sizes in pixels: panels in rows, with one key for all at the right. */
static void define_sheet(struct table_file *script, const struct layout *layout, double held) {
    enum { KEY_ROW_HIGH = 18 };
    uint32_t columns = (uint32_t)ceil(sqrt(layout->panels));
    uint32_t rows = (layout->panels + columns - 1) / columns;
    bool one = layout->panels == 1;
    double key = 24;
    if (layout->series != NULL) {
        double name = SWEEP_LETTER_WIDTH * (double)strlen(layout->series->name);
        double label = 56 + sweep_sheet_label_width(layout->series);
        key = 34 + (name > label ? name : label);
    }
    key = key > 240 ? 240 : key;
    double wide = one ? 800 - 86 - key : 236;
    double high = one ? 330 : 180;
    // The key is as high as all panels at most.
    double needed = (32 + (double)KEY_ROW_HIGH * layout->series_count + 34) / rows - 34;
    high = high < needed ? needed : high;
    struct sweep_tics tics = {.which = "x", .axis = layout->x, .pixels = wide};
    double below = 46 + sweep_sheet_tics(script, &tics);
    figure_define_number(script, "columns", columns);
    figure_define_number(script, "rows", rows);
    figure_define_number(script, "panel_wide", wide);
    figure_define_number(script, "panel_high", high);
    figure_define_number(script, "key_row_high", KEY_ROW_HIGH);
    figure_define_number(script, "gap_wide", 18);
    figure_define_number(script, "gap_high", 34);
    figure_define_number(script, "below", below);
    double whole = 86 + key + columns * (wide + 18) - 18;
    figure_define_number(script, "sheet_wide", floor(whole < CAPTION_WIDE ? CAPTION_WIDE : whole));
    figure_define_number(script, "sheet_high",
                         floor((one ? 78 : 98) + held + below + 26 + rows * (high + 34) - 34));
}

static void define_axes(struct table_file *script, const struct layout *layout,
                        const struct sweep_picture *picture, const struct sweep_extent *extent) {
    const struct sweep_results *results = layout->drawing->grid->results;
    const struct sweep_axis *x = layout->x;
    char title[SWEEP_SHEET_NAME_SIZE];
    double low = x->positions[0];
    double high = x->positions[x->count - 1];
    double room = x->numeric ? 0.03 * (high - low) : 0.5;
    figure_define_number(script, "x_low", x->logarithmic ? low / 1.1 : low - room);
    figure_define_number(script, "x_high", x->logarithmic ? high * 1.1 : high + room);
    figure_define_number(script, "x_log", x->logarithmic);
    figure_define_number(script, "y_low", extent->low / extent->unit.scale);
    figure_define_number(script, "y_high", extent->high / extent->unit.scale);
    figure_define_number(script, "y_log", extent->logarithmic);
    figure_define_number(script, "scale", extent->unit.scale);
    figure_define_name(script, "x_name", x->name);
    figure_define_text(
        script, "y_name", "%s",
        sweep_sheet_title(results->figures[picture->figure].name, extent->unit, title));
    figure_define_number(script, "joined", x->numeric || x->parameter_count > 1);
    figure_define_number(script, "panels", layout->panels);
    figure_define_number(script, "series", layout->series_count);
}

static bool lay_out(struct layout *layout, const struct sweep_drawing *drawing,
                    struct failure *failure) {
    const struct sweep_grid *grid = drawing->grid;
    *layout = (struct layout){.drawing = drawing, .x = &grid->axes[drawing->x], .series_count = 1};
    if (drawing->y != UINT32_MAX) {
        layout->series = &grid->axes[drawing->y];
        layout->series_count = layout->series->count;
    }
    uint64_t panels = grid->product / layout->x->count / layout->series_count;
    layout->panels = (uint32_t)panels;
    if (layout->series_count > SWEEP_SERIES_MAX) {
        return failure_bad_input(failure,
                                 "%s has %" PRIu32 " values, too many to tell lines apart (%d): "
                                 "choose another --y, or fewer with --where",
                                 layout->series->name, layout->series_count, SWEEP_SERIES_MAX);
    }
    return panels <= SWEEP_PANELS_MAX ||
           failure_bad_input(failure,
                             "%" PRIu64 " panels do not fit on a sheet (%d do): choose other --x "
                             "and --y, or hold a parameter with --where PATH=VALUE",
                             panels, SWEEP_PANELS_MAX);
}

/** What marks, bands and arrows are: only what there is. */
static void define_subtitle(struct table_file *script, const struct sweep_results *results,
                            const struct sweep_runs *runs, const struct sweep_extent *extent) {
    bool few = runs->defined[0] < runs->few_below;
    figure_define_number(script, "few_below", runs->few_below);
    if (results->repeat == 1) {
        figure_define_text(script, "subtitle", "One run each: how sure this is, is not known");
        return;
    }
    figure_define_text(
        script, "subtitle", "Mean over runs; bands: its interval of %.4g %%%s%s%s",
        100 * sweep_results_confidence(results), extent->same ? "; none: all equal" : "",
        few ? "; hollow: of fewer runs, n" : "", extent->cut ? "; arrows: it reaches further" : "");
}

bool sweep_lines_write(const struct sweep_drawing *drawing, const struct sweep_picture *picture,
                       const char *folder, struct failure *failure) {
    const struct sweep_results *results = drawing->grid->results;
    const struct sweep_result_figure *figure = &results->figures[picture->figure];
    struct layout layout;
    struct sweep_page *page = arena_take(drawing->arena, MEMORY_TABLES, sizeof *page);
    struct sweep_extent extent = {.any = false};
    char heading[4 * SWEEP_SHEET_NAME_SIZE];
    if (!lay_out(&layout, drawing, failure)) {
        return false;
    }
    snprintf(heading, sizeof heading, "%s by %.40s%s%.40s", figure->name, layout.x->name,
             layout.series == NULL ? "" : " and ",
             layout.series == NULL ? "" : layout.series->name);
    sweep_page_open(page, folder, figure->name, heading);
    print_table(page, &layout, picture, &extent);
    double held = sweep_sheet_caption(&page->script, drawing->grid, picture->figure);
    struct sweep_runs runs = sweep_sheet_runs(results, picture->figure);
    if (!extent.any) {
        figure_define_name(&page->script, "nothing", "No run has a value of this figure.");
        figure_script_draw_as(&page->script, "empty", drawing->formats);
        return sweep_page_close(page, failure);
    }
    sweep_extent_settle(&extent, figure->unit);
    define_subtitle(&page->script, results, &runs, &extent);
    define_names(&page->script, &layout);
    define_sheet(&page->script, &layout, held);
    define_axes(&page->script, &layout, picture, &extent);
    figure_script_draw_as(&page->script, "sweep_lines", drawing->formats);
    return sweep_page_close(page, failure);
}
