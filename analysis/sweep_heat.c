// A heat map: two axes, a cell for each place, with its value and half the width of its interval.
#include "analysis/sweep_sheet.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { CELL_TEXT_SIZE = 40 };

/** One map. */
struct map {
    const struct sweep_drawing *drawing;
    const struct sweep_axis *x;
    const struct sweep_axis *y;
    struct replicates *cells; // [y × x]
    struct sweep_runs runs;
};

static uint32_t point_at(const struct map *map, uint32_t column, uint32_t row) {
    uint32_t place[SWEEP_AXES_MAX] = {0};
    place[map->drawing->x] = column;
    place[map->drawing->y] = row;
    return sweep_grid_find(map->drawing->grid, place);
}

/** Digits behind the point: two of the half-width, with room for six in all. */
static int decimals_of(double mean, double half) {
    enum { DECIMALS_MAX = 6 };
    int decimals = 0;
    double size = fabs(mean);
    while (decimals < DECIMALS_MAX && half > 0 && half < 9.95 && size < 999999.5) {
        half *= 10;
        size *= 10;
        decimals++;
    }
    return decimals;
}

/** What a cell says: its mean, and how far that may be off. */
static void write_texts(const struct sample *sample, double scale, char *value, char *interval) {
    double mean = sample->mean / scale;
    double half = sample->half_width / scale;
    int decimals = decimals_of(mean, half);
    snprintf(interval, CELL_TEXT_SIZE, "NA");
    if (sample->count < 2) {
        snprintf(value, CELL_TEXT_SIZE, "%.4g", mean);
        return;
    }
    snprintf(value, CELL_TEXT_SIZE, "%.*f", decimals, mean);
    if (sample->same) {
        snprintf(value, CELL_TEXT_SIZE, "%.6g", mean);
        snprintf(interval, CELL_TEXT_SIZE, "=");
        return;
    }
    snprintf(interval, CELL_TEXT_SIZE, "\302\261%.*f", decimals, half);
}

/** A row of the table; returns how many letters the cell needs. */
static size_t print_cell(struct sweep_page *page, const struct map *map, uint32_t at,
                         double scale) {
    uint32_t column = at % map->x->count;
    uint32_t row = at / map->x->count;
    uint32_t point = point_at(map, column, row);
    const struct replicates *cell = &map->cells[at];
    char value[CELL_TEXT_SIZE] = "NA";
    char interval[CELL_TEXT_SIZE] = "NA";
    struct table_file *table = &page->table;
    table_file_name(table, map->x->labels[column]);
    table_file_print(table, "\t");
    table_file_name(table, map->y->labels[row]);
    table_file_print(table, "\t%" PRIu32 "\t%" PRIu32 "\t", column, row);
    if (point == UINT32_MAX) {
        table_file_print(table, "NA");
    } else {
        table_file_print(table, "%" PRId64, map->drawing->grid->results->numbers[point]);
    }
    sweep_page_values(table, cell);
    if (cell->sample.count > 0) {
        write_texts(&cell->sample, scale, value, interval);
        if (sample_has_interval(&cell->sample)) {
            table_file_print(table, "\t%.9g", cell->sample.half_width);
        } else {
            table_file_absent(table, 1);
        }
    } else {
        table_file_absent(table, 1);
    }
    if (cell->sample.count > 1 && cell->sample.count < map->runs.few_below) {
        size_t size = strlen(interval);
        snprintf(interval + size, sizeof interval - size, " (%" PRIu32 ")", cell->sample.count);
    } else if (cell->sample.count == 1 && map->runs.few_below > 1) {
        snprintf(interval, sizeof interval, "(1)");
    }
    table_file_print(table, "\t%s\t%s\n", value, interval);
    size_t a = strlen(value);
    size_t b = strlen(interval);
    return a > b ? a : b;
}

/** Computes the cells and what their means reach. */
static struct sweep_extent measure(struct map *map, const struct sweep_picture *picture) {
    const struct sweep_drawing *drawing = map->drawing;
    struct sweep_extent extent = {.any = false};
    uint32_t count = map->x->count * map->y->count;
    map->cells = arena_take_array(drawing->arena, MEMORY_TABLES, count, sizeof *map->cells);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t point = point_at(map, i % map->x->count, i / map->x->count);
        map->cells[i] =
            sweep_sheet_cell(drawing->arena, drawing->grid->results, picture->figure, point);
        struct sample mean = map->cells[i].sample;
        mean.half_width = 0; // colours show means
        sweep_extent_add(&extent, &mean);
    }
    return extent;
}

static void define_sheet(struct table_file *script, const struct map *map, size_t letters,
                         double held) {
    double cell_wide = SWEEP_LETTER_WIDTH * (double)letters + 10;
    double room = 560.0 / map->x->count;
    cell_wide = cell_wide < room ? room : cell_wide;
    double cell_high = 250.0 / map->y->count;
    cell_high = cell_high < 34 ? 34 : cell_high > 60 ? 60 : cell_high;
    double wide = cell_wide * map->x->count;
    double high = cell_high * map->y->count;
    double left = 60 + sweep_sheet_label_width(map->y);
    struct sweep_tics tics = {.which = "x", .axis = map->x, .even = true, .pixels = wide};
    double below = 72 + sweep_sheet_tics(script, &tics);
    tics = (struct sweep_tics){.which = "y", .axis = map->y, .even = true, .pixels = high};
    sweep_sheet_tics(script, &tics);
    figure_define_number(script, "left", left);
    figure_define_number(script, "map_wide", wide);
    figure_define_number(script, "map_high", high);
    figure_define_number(script, "below", below);
    figure_define_number(script, "sheet_wide",
                         floor(left + wide + 100 > 800 ? left + wide + 100 : 800));
    figure_define_number(script, "sheet_high", floor(high + below + 78 + held));
    figure_define_number(script, "columns", map->x->count);
    figure_define_number(script, "rows", map->y->count);
}

static bool check_axes(const struct sweep_drawing *drawing, struct failure *failure) {
    const struct sweep_grid *grid = drawing->grid;
    for (uint32_t i = 0; i < grid->axis_count; i++) {
        const struct sweep_axis *axis = &grid->axes[i];
        if (axis->count > SWEEP_HEAT_SIDE_MAX) {
            return failure_bad_input(failure,
                                     "%s has %" PRIu32 " values; a heat map has room for %d: draw "
                                     "lines with --as lines",
                                     axis->name, axis->count, SWEEP_HEAT_SIDE_MAX);
        }
    }
    return (grid->axis_count == 2 && drawing->y != UINT32_MAX) ||
           failure_bad_input(failure,
                             "a heat map takes two axes, and %" PRIu32 " vary: hold the others "
                             "with --where PATH=VALUE, or draw lines with --as lines",
                             grid->axis_count);
}

static void define_subtitle(struct table_file *script, const struct map *map) {
    const struct sweep_results *results = map->drawing->grid->results;
    uint32_t places = map->x->count * map->y->count;
    bool hatched = results->point_count < places || map->runs.defined[0] == 0;
    if (results->repeat == 1) {
        figure_define_text(script, "subtitle", "One run each: how sure this is, is not known%s",
                           hatched ? "; hatched: no value" : "");
        return;
    }
    bool same = false;
    bool few = false;
    for (uint32_t i = 0; i < places; i++) {
        uint32_t count = map->cells[i].sample.count;
        same = same || (count > 1 && map->cells[i].sample.same);
        few = few || (count > 0 && count < map->runs.few_below);
    }
    figure_define_text(script, "subtitle",
                       "Mean over runs, below it half its interval of %.4g %%%s%s%s",
                       100 * sweep_results_confidence(results), same ? "; =: the same in all" : "",
                       few ? "; (n): of so few runs" : "", hatched ? "; hatched: no value" : "");
}

bool sweep_heat_write(const struct sweep_drawing *drawing, const struct sweep_picture *picture,
                      const char *folder, struct failure *failure) {
    if (!check_axes(drawing, failure)) {
        return false;
    }
    const struct sweep_results *results = drawing->grid->results;
    const struct sweep_result_figure *figure = &results->figures[picture->figure];
    struct map map = {.drawing = drawing,
                      .x = &drawing->grid->axes[drawing->x],
                      .y = &drawing->grid->axes[drawing->y]};
    struct sweep_page *page = arena_take(drawing->arena, MEMORY_TABLES, sizeof *page);
    char heading[4 * SWEEP_SHEET_NAME_SIZE];
    char title[SWEEP_SHEET_NAME_SIZE];
    struct sweep_extent extent = measure(&map, picture);
    struct sweep_extent shown = extent;
    map.runs = sweep_sheet_runs(results, picture->figure);
    sweep_extent_settle(&shown, figure->unit);
    sweep_sheet_title(figure->name, shown.unit, title);
    snprintf(heading, sizeof heading, "%s by %.40s and %.40s", title, map.x->name, map.y->name);
    sweep_page_open(page, folder, figure->name, heading);
    table_file_print(&page->table, "x\ty\tcolumn\trow\tpoint\t" SWEEP_PAGE_COLUMNS
                                   "\thalf_width\tvalue\tinterval\n");
    size_t letters = 4;
    for (uint32_t i = 0; i < map.x->count * map.y->count; i++) {
        size_t needed = print_cell(page, &map, i, shown.unit.scale);
        letters = needed > letters ? needed : letters;
    }
    double held = sweep_sheet_caption(&page->script, drawing->grid, picture->figure);
    define_subtitle(&page->script, &map);
    if (!extent.any) {
        figure_define_name(&page->script, "nothing", "No run has a value of this figure.");
        figure_script_draw_as(&page->script, "empty", drawing->formats);
        return sweep_page_close(page, failure);
    }
    define_sheet(&page->script, &map, letters, held);
    figure_define_number(&page->script, "scale", shown.unit.scale);
    figure_define_number(&page->script, "value_low", extent.low / shown.unit.scale);
    figure_define_number(&page->script, "value_high", extent.high / shown.unit.scale);
    figure_define_number(&page->script, "value_log", shown.logarithmic);
    figure_define_name(&page->script, "x_name", map.x->name);
    figure_define_name(&page->script, "y_name", map.y->name);
    figure_script_draw_as(&page->script, "sweep_heat", drawing->formats);
    return sweep_page_close(page, failure);
}
