#include "analysis/sweep_sheet.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

struct replicates sweep_sheet_cell(struct arena *arena, const struct sweep_results *results,
                                   uint32_t figure, uint32_t point) {
    struct replicates none = {.sample = {.count = 0}};
    return point == UINT32_MAX
               ? none
               : replicates_of(
                     arena, sweep_results_values(results, figure, point), results->repeat,
                     (struct replicates_options){.confidence = sweep_results_confidence(results)});
}

void sweep_extent_add(struct sweep_extent *extent, const struct sample *sample) {
    if (sample->count == 0) {
        return;
    }
    double low = sample->mean - sample->half_width;
    double high = sample->mean + sample->half_width;
    extent->low = !extent->any || low < extent->low ? low : extent->low;
    extent->high = !extent->any || high > extent->high ? high : extent->high;
    extent->least = !extent->any || sample->mean < extent->least ? sample->mean : extent->least;
    extent->most = !extent->any || sample->mean > extent->most ? sample->mean : extent->most;
    extent->same = extent->same || (sample->count >= 2 && sample->same);
    extent->any = true;
}

static struct figure_unit unit_of(enum sweep_unit unit, double high) {
    static const struct figure_unit sizes[] = {{"GB", 1e9}, {"MB", 1e6}, {"kB", 1e3}};
    if (unit == SWEEP_UNIT_SHARE) {
        return (struct figure_unit){"%", 0.01};
    }
    if (unit == SWEEP_UNIT_NS) {
        return figure_duration_unit((int64_t)high);
    }
    for (size_t i = 0; unit == SWEEP_UNIT_BYTES && i < sizeof sizes / sizeof sizes[0]; i++) {
        if (high >= sizes[i].scale) {
            return sizes[i];
        }
    }
    return (struct figure_unit){unit == SWEEP_UNIT_BYTES ? "B" : "", 1};
}

void sweep_extent_settle(struct sweep_extent *extent, enum sweep_unit unit) {
    enum { LOG_FROM = 10 };
    bool share = unit == SWEEP_UNIT_SHARE;
    const double reach[] = {extent->low, extent->high};
    extent->unit = unit_of(unit, extent->most);
    extent->logarithmic = !share && extent->least > 0 && extent->most >= LOG_FROM * extent->least;
    // What an interval of Student's reaches beyond what there can be is not shown.
    extent->low = extent->least >= 0 && extent->low < 0 ? 0 : extent->low;
    extent->high = share && extent->most <= 1 && extent->high > 1 ? 1 : extent->high;
    if (extent->logarithmic) {
        double least = 0.5 * extent->least;
        extent->low = (extent->low < least ? least : extent->low) / 1.15;
        extent->high *= 1.15;
        extent->cut = reach[0] < extent->low;
        return;
    }
    double room = 0.06 * (extent->high - extent->low);
    bool flat = !(room > 0);
    room = flat ? 0.1 * fabs(extent->high) : room;
    room = room > 0 ? room : extent->unit.scale;
    // Zero is shown where it is not far, and never passed for nothing.
    bool from_zero = extent->low >= 0 && extent->low <= 0.4 * extent->high;
    extent->low = from_zero ? 0 : extent->low - room;
    extent->high += room;
    extent->cut = reach[0] < extent->low || reach[1] > extent->high;
}

const char *sweep_sheet_title(const char *name, struct figure_unit unit, char *out) {
    bool bare = unit.name[0] == '\0';
    snprintf(out, SWEEP_SHEET_NAME_SIZE, "%s%s%s%s", name, bare ? "" : " (", unit.name,
             bare ? "" : ")");
    return out;
}

const char *sweep_sheet_file(const char *name, char *out) {
    snprintf(out, SWEEP_SHEET_NAME_SIZE, "%s", name);
    for (char *at = out; *at != '\0'; at++) {
        *at = *at == '.' ? '_' : *at;
    }
    return out;
}

static void widen(uint32_t range[2], uint32_t count) {
    range[0] = count < range[0] ? count : range[0];
    range[1] = count > range[1] ? count : range[1];
}

struct sweep_runs sweep_sheet_runs(const struct sweep_results *results, uint32_t figure) {
    struct sweep_runs runs = {{UINT32_MAX, 0}, {UINT32_MAX, 0}, 0};
    for (uint32_t i = 0; i < results->point_count; i++) {
        const struct figure_value *values = sweep_results_values(results, figure, i);
        uint32_t defined = 0;
        for (uint32_t j = 0; j < results->repeat; j++) {
            defined += values[j].defined;
        }
        widen(runs.done, results->replicates[i]);
        widen(runs.defined, defined);
    }
    uint32_t half = (runs.done[1] + 1) / 2;
    runs.few_below = runs.done[0] > half ? runs.done[0] : half;
    return runs;
}

/** `3`, or `3 to 5`. */
static const char *print_range(const uint32_t range[2], char *out) {
    int size = snprintf(out, FIGURE_TEXT_SIZE, "%" PRIu32, range[0]);
    if (range[0] != range[1]) {
        snprintf(out + size, FIGURE_TEXT_SIZE - (size_t)size, " to %" PRIu32, range[1]);
    }
    return out;
}

const char *sweep_sheet_seeds(const struct sweep_results *results, char *out) {
    bool one = strcmp(results->first_seed, results->last_seed) == 0;
    snprintf(out, SWEEP_SEEDS_SIZE, "%s %s%s%s", one ? "seed" : "seeds", results->first_seed,
             one ? "" : " to ", one ? "" : results->last_seed);
    return out;
}

double sweep_sheet_caption(struct table_file *file, const struct sweep_grid *grid,
                           uint32_t figure) {
    enum { LETTERS = 100, LINES_MAX = 3, LINE_HIGH = 18 };
    const struct sweep_results *results = grid->results;
    struct sweep_runs runs = sweep_sheet_runs(results, figure);
    bool all = runs.done[0] == runs.defined[0] && runs.done[1] == runs.defined[1];
    char done[FIGURE_TEXT_SIZE];
    char defined[FIGURE_TEXT_SIZE];
    char seeds[SWEEP_SEEDS_SIZE];
    char held[SWEEP_GRID_HELD_SIZE];
    char text[SWEEP_GRID_HELD_SIZE + 16];
    figure_define_text(file, "scenario", "%.40s  %s  gossim %s", results->name, results->hash,
                       results->version);
    figure_define_text(file, "identity", "%s%s%s %s%s, %s",
                       all ? "" : print_range(runs.defined, defined), all ? "" : " of ",
                       print_range(runs.done, done),
                       figure_noun(runs.done[1], "replicate", "replicates"), all ? "" : " defined",
                       sweep_sheet_seeds(results, seeds));
    uint32_t lines = 0;
    if (sweep_grid_held(grid, held)[0] != '\0') {
        snprintf(text, sizeof text, "At %s", held);
        lines =
            figure_define_lines(file, &(struct figure_lines){"held", text, LETTERS, LINES_MAX, 1});
    }
    figure_define_number(file, "held_lines", lines);
    figure_define_number(file, "held_high", lines * LINE_HIGH);
    return lines * LINE_HIGH;
}

static double label_width(const char *label) {
    size_t size = strlen(label);
    return SWEEP_LETTER_WIDTH * (double)(size > SWEEP_LABEL_BYTES ? SWEEP_LABEL_BYTES : size);
}

double sweep_sheet_label_width(const struct sweep_axis *axis) {
    double widest = 0;
    for (uint32_t i = 0; i < axis->count; i++) {
        double width = label_width(axis->labels[i]);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/** Where on the axis a value stands, in pixels. */
static double pixel_of(const struct sweep_tics *tics, uint32_t i) {
    const struct sweep_axis *axis = tics->axis;
    if (axis->count == 1) {
        return tics->pixels / 2;
    }
    if (tics->even || !axis->numeric) {
        return tics->pixels * (i + 0.5) / axis->count;
    }
    double low = axis->positions[0];
    double high = axis->positions[axis->count - 1];
    double at = axis->positions[i];
    return tics->pixels *
           (axis->logarithmic ? log(at / low) / log(high / low) : (at - low) / (high - low));
}

/** Whether all labels of words stand side by side. */
static bool fit_in_a_row(const struct sweep_tics *tics) {
    double needed = 0;
    for (uint32_t i = 0; i < tics->axis->count; i++) {
        double width = label_width(tics->axis->labels[i]);
        needed = width > needed ? width : needed;
    }
    return (needed + 8) * tics->axis->count <= tics->pixels;
}

/** Half of what a label takes of its axis, with room to the next one. */
static double half_of(const struct sweep_tics *tics, uint32_t i, bool slanted) {
    bool flat = tics->which[0] == 'x' && !slanted;
    return flat ? label_width(tics->axis->labels[i]) / 2 + 5 : 7;
}

/** Whether every label whose number is a multiple of the stride has room. */
static bool has_room(const struct sweep_tics *tics, uint32_t stride, bool slanted) {
    bool room = true;
    for (uint32_t i = stride; i < tics->axis->count; i += stride) {
        double gap = pixel_of(tics, i) - pixel_of(tics, i - stride);
        room = room && gap >= half_of(tics, i, slanted) + half_of(tics, i - stride, slanted);
    }
    return room;
}

/** Every how manieth value has a label: 1, 2 or 5 times a power of ten; 0 if none fits. */
static uint32_t stride_of(const struct sweep_tics *tics, bool slanted) {
    static const uint32_t digits[] = {1, 2, 5};
    for (uint32_t power = 1; power < tics->axis->count; power *= 10) {
        for (size_t i = 0; i < sizeof digits / sizeof digits[0]; i++) {
            if (has_room(tics, power * digits[i], slanted)) {
                return power * digits[i];
            }
        }
    }
    return 0;
}

/** The list of tics: evenly chosen ones, or where values stand unevenly those that do not run into
 * the ones before. `x_blank` is the same without names, for panels that have others below them. */
static void print_tics(struct table_file *file, const struct sweep_tics *tics, bool slanted,
                       bool named) {
    const struct sweep_axis *axis = tics->axis;
    uint32_t stride = stride_of(tics, slanted);
    bool even = stride > 0 && stride * 3 <= axis->count;
    double free_from = -1e9;
    table_file_print(file, "%s_%s = \"(", tics->which, named ? "tics" : "blank");
    bool first = true;
    for (uint32_t i = 0; i < axis->count; i++) {
        double at = pixel_of(tics, i);
        double half = half_of(tics, i, slanted);
        if (even ? i % stride != 0 : at - half < free_from) {
            continue;
        }
        char label[SWEEP_LABEL_BYTES + 1];
        snprintf(label, sizeof label, "%s", named ? axis->labels[i] : "");
        table_file_print(file, "%s'", first ? "" : ", ");
        for (const char *c = label; *c != '\0'; c++) {
            bool odd = (unsigned char)*c < 0x20 || *c == '"' || *c == '\'' || *c == '\\';
            // A label is a format to gnuplot.
            table_file_print(file, "%s%c", *c == '%' ? "%" : "", odd ? ' ' : *c);
        }
        table_file_print(file, "' %.10g", tics->even ? i : axis->positions[i]);
        first = false;
        free_from = at + half;
    }
    table_file_print(file, ")\"\n");
}

double sweep_sheet_tics(struct table_file *file, const struct sweep_tics *tics) {
    const struct sweep_axis *axis = tics->axis;
    bool is_x = tics->which[0] == 'x';
    bool numbers = axis->numeric && !tics->even;
    bool slanted = is_x && !numbers && !fit_in_a_row(tics);
    print_tics(file, tics, slanted, true);
    print_tics(file, tics, slanted, false);
    figure_define_number(file, is_x ? "x_slant" : "y_slant", slanted ? 35 : 0);
    return slanted ? 14 + 0.57 * sweep_sheet_label_width(axis) : is_x ? 14 : 0;
}

void sweep_page_open(struct sweep_page *page, const char *folder, const char *name,
                     const char *heading) {
    char file[SWEEP_SHEET_NAME_SIZE];
    char table[SWEEP_SHEET_NAME_SIZE + 16];
    sweep_sheet_file(name, file);
    snprintf(table, sizeof table, "figures/%s.tsv", file);
    table_file_open(&page->table, folder, table);
    figure_script_open(&page->script, folder, file, heading);
    figure_define_text(&page->script, "data", "%s", table);
}

bool sweep_page_close(struct sweep_page *page, struct failure *failure) {
    struct failure later;
    bool ok = table_file_close(&page->table, failure);
    return table_file_close(&page->script, ok ? failure : &later) && ok;
}

void sweep_page_values(struct table_file *table, const struct replicates *values) {
    const struct sample *sample = &values->sample;
    table_file_print(table, "\t%" PRIu32, sample->count);
    if (sample->count == 0) {
        table_file_absent(table, 6);
        return;
    }
    table_file_print(table, "\t%.9g", sample->mean);
    if (!sample_has_interval(sample)) {
        table_file_absent(table, 2);
    } else {
        table_file_print(table, "\t%.9g\t%.9g", sample->mean - sample->half_width,
                         sample->mean + sample->half_width);
    }
    table_file_print(table, "\t%.9g", values->median);
    if (!values->has_median_interval) {
        table_file_absent(table, 2);
    } else {
        table_file_print(table, "\t%.9g\t%.9g", values->median_low, values->median_high);
    }
}
