#include "analysis/comparison_figures.h"

#include "analysis/ablation.h"
#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"
#include "base/check.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { TITLE_LINES_MAX = 4, TITLE_LINE_HIGH = 18 };

/** Pixels that a letter of a title takes, on average, and those beside a title. */
static const double letter_wide = 7.2;
static const double beside_title = 2 * 16 + 46;

/** What A and B are, each in as many lines as it takes; returns the pixels that the lines behind
 * the first one take. */
static double define_titles(struct table_file *script, const struct comparison_drawing *drawing,
                            double wide) {
    uint32_t count = 0;
    for (int side = 0; side < 2; side++) {
        char title[COMPARISON_TITLE_SIZE];
        snprintf(title, sizeof title, "%s: %s", side == 0 ? "A" : "B", drawing->titles[side]);
        figure_define_number(script, side == 0 ? "title_a_at" : "title_b_at", count + 1);
        count += figure_define_lines(script,
                                     &(struct figure_lines){
                                         .name = "title",
                                         .text = title,
                                         .letters = (uint32_t)((wide - beside_title) / letter_wide),
                                         .most = TITLE_LINES_MAX,
                                         .first = count + 1,
                                     });
    }
    figure_define_number(script, "title_lines", count);
    figure_define_number(script, "title_line_high", TITLE_LINE_HIGH);
    return TITLE_LINE_HIGH * (count - 1.0);
}

/** Captions: what A and B are. A sheet as wide as that, and as high with one line of titles. */
static void define_sheet(struct table_file *script, const struct comparison_drawing *drawing,
                         double wide, double high) {
    const struct comparison *comparison = drawing->comparison;
    high += define_titles(script, drawing, wide);
    figure_define_text(script, "scenario", "A %s", drawing->hashes[0]);
    figure_define_text(script, "scenario_b", "B %s", drawing->hashes[1]);
    figure_define_text(script, "version", "gossim %s", drawing->version);
    figure_define_text(script, "identity", "%" PRIu32 " seeds, %" PRIu64 " to %" PRIu64,
                       comparison->pairs, comparison->first_seed,
                       comparison->first_seed + (comparison->pairs - 1));
    figure_define_number(script, "confidence", 100 * comparison->confidence);
    figure_define_number(script, "sheet_wide", wide);
    figure_define_number(script, "sheet_high", high);
}

static const char *verdict_of(const struct comparison_figure *figure) {
    switch (figure->verdict) {
    case COMPARISON_SAME:
        return "same";
    case COMPARISON_DIFFERS:
        return "differs";
    case COMPARISON_DIFFERS_WITHIN:
        return "differs, within margin";
    case COMPARISON_EQUIVALENT:
        return "within margin";
    case COMPARISON_UNKNOWN:
        return "cannot tell";
    case COMPARISON_UNDEFINED:
    case COMPARISON_VERDICT_COUNT:
        return "undefined";
    }
    return "";
}

/** The difference in its own unit. */
static void define_difference(struct table_file *script, const struct comparison_figure *figure,
                              const char *variable) {
    const struct sample *sample = &figure->difference.sample;
    double mean = sample->mean / figure->scale;
    double half = sample->half_width / figure->scale;
    int decimals = ablation_decimals(mean, half);
    const char *gap = figure->unit[0] == '\0' ? "" : " ";
    if (sample->count < 2) {
        figure_define_text(script, variable, "n = %" PRIu32, sample->count);
    } else if (sample->same) {
        figure_define_text(script, variable, "%+.6g%s%s at each, n = %" PRIu32, mean, gap,
                           figure->unit, sample->count);
    } else {
        figure_define_text(script, variable, "%+.*f \302\261 %.*f%s%s, n = %" PRIu32, decimals,
                           mean, decimals, half, gap, figure->unit, sample->count);
    }
}

/** What stands beside a figure's row: n is of seeds at which both have a value. */
static void define_words(struct table_file *script, const struct comparison *comparison,
                         const struct comparison_figure *figure, uint32_t row) {
    char variable[FIGURE_TEXT_SIZE];
    uint32_t pairs = figure->difference.sample.count;
    snprintf(variable, sizeof variable, "name_%" PRIu32, row);
    figure_define_name(script, variable, figure->name);
    snprintf(variable, sizeof variable, "words_%" PRIu32, row);
    define_difference(script, figure, variable);
    snprintf(variable, sizeof variable, "verdict_%" PRIu32, row);
    if (pairs < comparison->pairs && pairs > 1) {
        figure_define_text(script, variable, "%s (%" PRIu32 " of %" PRIu32 " seeds)",
                           verdict_of(figure), pairs, comparison->pairs);
    } else {
        figure_define_text(script, variable, "%s", verdict_of(figure));
    }
}

/** A number that may not be known, behind a tab. */
static void print_number(struct table_file *table, bool known, double number) {
    if (known) {
        table_file_print(table, "\t%.9g", number);
    } else {
        table_file_absent(table, 1);
    }
}

static void print_figure(struct table_file *table, const struct comparison_figure *figure,
                         uint32_t row) {
    const struct paired_difference *difference = &figure->difference;
    const struct sample *sample = &difference->sample;
    bool some = sample->count > 0;
    bool spread = difference->has_interval;
    bool clear =
        figure->verdict == COMPARISON_DIFFERS || figure->verdict == COMPARISON_DIFFERS_WITHIN;
    table_file_print(table, "%s\t%" PRIu32 "\t%" PRIu32, figure->name, row, sample->count);
    print_number(table, some, figure->a_sample.mean);
    print_number(table, some, figure->b_sample.mean);
    print_number(table, some, sample->mean);
    print_number(table, spread, sample->mean - sample->half_width);
    print_number(table, spread, sample->mean + sample->half_width);
    print_number(table, figure->has_relative, figure->relative);
    print_number(table, figure->has_relative_interval, figure->relative_low);
    print_number(table, figure->has_relative_interval, figure->relative_high);
    table_file_print(table, "\t%d\t%s\n", clear, verdict_of(figure));
}

/** The differences of a figure, seed by seed; widens what they reach. */
static void print_seeds(struct table_file *table, const struct comparison *comparison,
                        uint32_t index, uint32_t row, double reach[2]) {
    const struct comparison_figure *figure = &comparison->figures[index];
    for (uint32_t i = 0; i < comparison->pairs; i++) {
        bool both = figure->a[i].defined && figure->b[i].defined;
        double difference = figure->b[i].value - figure->a[i].value;
        double share = figure->has_relative ? difference / figure->a_sample.mean : 0;
        table_file_print(table, "%s\t%" PRIu32 "\t%" PRIu64, figure->name, row,
                         comparison->first_seed + i);
        print_number(table, figure->a[i].defined, figure->a[i].value);
        print_number(table, figure->b[i].defined, figure->b[i].value);
        print_number(table, both, difference);
        print_number(table, both && figure->has_relative, share);
        table_file_print(table, "\n");
        if (both) {
            reach[0] = share < reach[0] ? share : reach[0];
            reach[1] = share > reach[1] ? share : reach[1];
        }
    }
}

static bool write_differences(const struct comparison_drawing *drawing, const char *folder,
                              struct failure *failure) {
    const struct comparison *comparison = drawing->comparison;
    struct table_file *files = arena_take_array(drawing->arena, MEMORY_TABLES, 3, sizeof *files);
    struct table_file *script = &files[2];
    double reach[2] = {0, 0};
    table_file_open(&files[0], folder, "figures/differences.tsv");
    table_file_print(&files[0], "figure\trow\tpairs\ta_mean\tb_mean\tdifference\tlow\thigh\t"
                                "relative\trelative_low\trelative_high\tclear\tverdict\n");
    table_file_open(&files[1], folder, "figures/differences_by_seed.tsv");
    table_file_print(&files[1], "figure\trow\tseed\ta\tb\tdifference\trelative\n");
    figure_script_open(script, folder, "differences", "What B does differently from A");
    define_sheet(script, drawing, 960, 230 + 34.0 * comparison->figure_count);
    for (uint32_t i = 0; i < comparison->figure_count; i++) {
        const struct comparison_figure *figure = &comparison->figures[i];
        uint32_t row = comparison->figure_count - i;
        print_figure(&files[0], figure, row);
        print_seeds(&files[1], comparison, i, row, reach);
        define_words(script, comparison, figure, row);
        if (figure->has_relative_interval) {
            reach[0] = fmin(reach[0], figure->relative_low);
            reach[1] = fmax(reach[1], figure->relative_high);
        }
    }
    figure_define_number(script, "rows", comparison->figure_count);
    figure_define_number(script, "low", 100 * reach[0]);
    figure_define_number(script, "high", 100 * reach[1]);
    figure_define_number(script, "title_left", 16);
    figure_script_draw_in(script, "compared_sheet", "differences", drawing->formats);
    bool ok = true;
    for (int i = 0; i < 3; i++) {
        struct failure later;
        ok = table_file_close(&files[i], ok ? failure : &later) && ok;
    }
    return ok;
}

struct sample comparison_reached(const struct comparison_drawing *drawing, uint32_t side,
                                 uint32_t step) {
    uint32_t pairs = drawing->comparison->pairs;
    struct figure_value *values =
        arena_take_array(drawing->arena, MEMORY_TABLES, pairs, sizeof *values);
    for (uint32_t i = 0; i < pairs; i++) {
        const struct latency_steps *steps = &drawing->steps[(size_t)side * pairs + i];
        uint64_t reached = 0;
        for (uint32_t below = 0; below <= step; below++) {
            reached += steps->counts[below];
        }
        values[i].defined = steps->expected > 0;
        values[i].value = steps->expected > 0 ? (double)reached / (double)steps->expected : 0;
    }
    return sample_of(values, pairs);
}

/** The steps in which there is anything. */
static bool find_range(const struct comparison_drawing *drawing, uint32_t range[2]) {
    bool found = false;
    for (uint32_t step = 0; step < LATENCY_STEPS; step++) {
        bool any = false;
        for (uint32_t i = 0; i < 2 * drawing->comparison->pairs; i++) {
            any = any || drawing->steps[i].counts[step] > 0;
        }
        range[0] = any && !found ? step : range[0];
        range[1] = any ? step : range[1];
        found = found || any;
    }
    return found;
}

static void print_steps(struct table_file *table, const struct comparison_drawing *drawing,
                        const uint32_t range[2]) {
    table_file_print(table, "latency_ns\ta\ta_low\ta_high\tb\tb_low\tb_high\n");
    uint32_t first = range[0] > 0 ? range[0] - 1 : 0;
    for (uint32_t step = first; step <= range[1]; step++) {
        table_file_print(table, "%" PRId64, latency_step_end_ns(step));
        for (uint32_t side = 0; side < 2; side++) {
            struct sample sample = comparison_reached(drawing, side, step);
            bool spread = sample_has_interval(&sample);
            // A share is no more than all and no less than nothing.
            print_number(table, sample.count > 0, sample.mean);
            print_number(table, spread, fmax(0, sample.mean - sample.half_width));
            print_number(table, spread, fmin(1, sample.mean + sample.half_width));
        }
        table_file_print(table, "\n");
    }
}

static bool write_cdf(const struct comparison_drawing *drawing, const char *folder,
                      struct failure *failure) {
    enum { LOG_FROM = 12 };
    struct table_file *files = arena_take_array(drawing->arena, MEMORY_TABLES, 2, sizeof *files);
    struct table_file *script = &files[1];
    uint32_t range[2] = {0, 0};
    bool any = find_range(drawing, range);
    table_file_open(&files[0], folder, "figures/latency_cdf.tsv");
    print_steps(&files[0], drawing, range);
    figure_script_open(script, folder, "latency_cdf", "Delivery latency of A and B");
    define_sheet(script, drawing, 800, 500);
    double least = (double)latency_step_end_ns(range[0]);
    double most = (double)latency_step_end_ns(range[1]);
    struct figure_unit unit = figure_duration_unit((int64_t)most);
    figure_define_text(script, "unit", "%s", unit.name);
    figure_define_number(script, "scale", unit.scale);
    figure_define_number(script, "least", least / unit.scale);
    figure_define_number(script, "most", most / unit.scale);
    figure_define_number(script, "x_log", most >= LOG_FROM * least);
    figure_define_text(script, "nothing", "No message was delivered.");
    figure_define_number(script, "title_left", any ? 62 : 16);
    figure_script_draw_in(script, "compared_sheet", any ? "compared_cdf" : "empty",
                          drawing->formats);
    struct failure later;
    bool ok = table_file_close(&files[0], failure);
    return table_file_close(script, ok ? failure : &later) && ok;
}

bool comparison_figures_draw(const struct comparison_drawing *drawing, const char *folder,
                             struct failure *failure) {
    static const char *const names[] = {"differences", "latency_cdf"};
    bool ok = figure_folders_make(folder, failure) && write_differences(drawing, folder, failure);
    ok = ok && (drawing->steps == NULL || write_cdf(drawing, folder, failure));
    return ok &&
           figure_draw_as(folder, names, drawing->steps == NULL ? 1 : 2, drawing->formats, failure);
}
