#include "cli/sweep.h"

#include "analysis/ablation.h"
#include "analysis/bootstrap.h"
#include "analysis/figure_text.h"
#include "analysis/stopping.h"
#include "cli/paragraph.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { CELL_SIZE = 96, VALUE_COLUMNS_MAX = 40, MEAN_COLUMNS = 24 };

static double largest_mean(const struct sweep_table *table, uint32_t figure) {
    double largest = 0;
    for (uint32_t point = 0; point < table->study->points.count; point++) {
        const struct sample *sample = &sweep_cell(table, point, figure)->sample;
        double mean = sample->count > 0 ? fabs(sample->mean) : 0;
        largest = mean > largest ? mean : largest;
    }
    return largest;
}

static void write_mean(const struct replicates *cell, struct figure_unit unit,
                       char out[CELL_SIZE]) {
    const struct sample *sample = &cell->sample;
    double mean = sample->mean / unit.scale;
    double half_width = sample->half_width / unit.scale;
    if (sample->count == 0) {
        snprintf(out, CELL_SIZE, "undefined");
    } else if (sample->count == 1 || sample->same) {
        snprintf(out, CELL_SIZE, "%.6g%s", mean, sample->same ? " =" : " ± ?");
    } else {
        int decimals = ablation_decimals(mean, half_width);
        snprintf(out, CELL_SIZE, "%.*f ± %.*f", decimals, mean, decimals, half_width);
    }
}

static void write_median(const struct replicates *cell, struct figure_unit unit,
                         char out[CELL_SIZE]) {
    double half_width = cell->sample.half_width / unit.scale;
    double median = cell->median / unit.scale;
    int decimals = ablation_decimals(median, half_width);
    if (cell->sample.count < 2 || cell->sample.same) {
        out[0] = '\0';
    } else if (!cell->has_median_interval) {
        snprintf(out, CELL_SIZE, "%.*f [?]", decimals, median);
    } else {
        snprintf(out, CELL_SIZE, "%.*f [%.*f, %.*f]", decimals, median, decimals,
                 cell->median_low / unit.scale, decimals, cell->median_high / unit.scale);
    }
}

/** The other interval of the mean. */
static void write_bootstrap(const struct replicates *cell, struct figure_unit unit,
                            char out[CELL_SIZE]) {
    double half_width = cell->sample.half_width / unit.scale;
    int decimals = ablation_decimals(cell->sample.mean / unit.scale, half_width);
    if (cell->sample.count < 2 || cell->sample.same) {
        out[0] = '\0';
    } else if (!cell->has_bootstrap) {
        snprintf(out, CELL_SIZE, "[?]");
    } else {
        snprintf(out, CELL_SIZE, "[%.*f, %.*f]", decimals, cell->bootstrap_low / unit.scale,
                 decimals, cell->bootstrap_high / unit.scale);
    }
}

/** How wide the column of a parameter is. */
static int width_of(const struct sweep_study *study, uint32_t parameter) {
    int width = text_columns(study->points.sweep->parameters[parameter].path);
    for (uint32_t point = 0; point < study->points.count; point++) {
        int own = text_columns(sweep_value(&study->points, point, parameter));
        width = own > width ? own : width;
    }
    return width < VALUE_COLUMNS_MAX ? width : VALUE_COLUMNS_MAX;
}

/** What stands behind the intervals of a point: of how many replicates, if not of all. */
static void print_remark(const struct sweep_table *table, uint32_t point,
                         const struct replicates *cell, FILE *out) {
    const struct sweep_study *study = table->study;
    uint32_t count = cell->sample.count;
    if (count > 0 && count < study->wanted[point]) {
        fprintf(out, "  of %" PRIu32, count);
    }
}

/** The numbers of a point, in columns. */
static void print_cell(const struct sweep_table *table, uint32_t point, uint32_t figure,
                       struct figure_unit unit, FILE *out) {
    const struct replicates *cell = sweep_cell(table, point, figure);
    char texts[3][CELL_SIZE] = {"", "", ""};
    write_mean(cell, unit, texts[0]);
    write_median(cell, unit, texts[1]);
    if (sweep_figure_is_percentile(table->figures->shown[figure])) {
        write_bootstrap(cell, unit, texts[2]);
    }
    int gap = 0;
    for (int i = 0; i < 3 && (i == 0 || texts[i][0] != '\0'); i++) {
        fprintf(out, "  %*s%s", gap, "", texts[i]);
        gap = MEAN_COLUMNS - 2 - text_columns(texts[i]);
        gap = gap > 0 ? gap : 0;
    }
    print_remark(table, point, cell, out);
    fputc('\n', out);
}

/** The names of what varies. */
static void print_names(const struct sweep_table *table, const int *widths, FILE *out) {
    const struct scenario_sweep *sweep = table->study->points.sweep;
    for (uint32_t i = 0; i < sweep->parameter_count; i++) {
        fputs("  ", out);
        text_print_padded(sweep->parameters[i].path, widths[i], out);
    }
}

/** The values of a point. */
static void print_values(const struct sweep_table *table, uint32_t point, const int *widths,
                         FILE *out) {
    const struct sweep_study *study = table->study;
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        fputs("  ", out);
        text_print_padded(sweep_value(&study->points, point, i), widths[i], out);
    }
}

/** Where points have as many replicates as it takes: how many that is. */
static void print_replicates(const struct sweep_table *table, const int *widths, FILE *out) {
    const struct sweep_study *study = table->study;
    fputs("\nreplicates\n", out);
    print_names(table, widths, out);
    fputs("  n\n", out);
    for (uint32_t point = 0; point < study->points.count; point++) {
        print_values(table, point, widths, out);
        const struct sweep_knowledge *known = &table->known[point];
        fprintf(out, "  %" PRIu32 "%s", study->wanted[point],
                known->enough ? "" : "  and not known as well as it should be");
        if (known->equal > 0) {
            fprintf(out, "  all of %" PRIu32 " equal: others in at most %.2g %% of runs",
                    known->equal, 100 * stopping_others_share(known->equal));
        }
        fputc('\n', out);
    }
}

static void print_figure(const struct sweep_table *table, uint32_t figure, const int *widths,
                         FILE *out) {
    struct figure_unit unit =
        sweep_figure_shown_in(table->figures->shown[figure], largest_mean(table, figure));
    bool percentile = sweep_figure_is_percentile(table->figures->shown[figure]);
    fprintf(out, "\n%s%s%s\n", sweep_figure_name(table->figures->shown[figure]),
            unit.name[0] == '\0' ? "" : ", ", unit.name);
    print_names(table, widths, out);
    fprintf(out, "  %-*s%-*s%s\n", MEAN_COLUMNS, "mean", percentile ? MEAN_COLUMNS : 0, "median",
            percentile ? "mean, bootstrap" : "");
    for (uint32_t point = 0; point < table->study->points.count; point++) {
        print_values(table, point, widths, out);
        print_cell(table, point, figure, unit, out);
    }
}

/** How many replicates there are, and what the intervals are. */
static void print_method(const struct sweep_table *table, FILE *out) {
    const struct scenario_sweep *sweep = table->study->points.sweep;
    bool until = sweep->until_count > 0;
    const char *level = until ? "97" : "95";
    fprintf(out, "\nOver %" PRIu32, sweep->repeat);
    if (until) {
        fprintf(out, " to %" PRIu32 " replicates, a run each, until", sweep->max_repeat);
        for (uint32_t i = 0; i < sweep->until_count; i++) {
            fprintf(out, "%s %s", i == 0 ? "" : " and", sweep->until[i].text);
        }
        fputs(
            ".\nIntervals are of 97 %, of which stopping when they are short leaves 95 % of about\n"
            "normally scattered replicates, and less of others:",
            out);
    } else {
        fprintf(out, " %s, a run each:", figure_noun(sweep->repeat, "replicate", "replicates"));
    }
    fprintf(
        out,
        " mean ± half of its interval of %s %% by Student's t;\nmedian and its interval of %s "
        "%% between two of the values, which takes %d; of percentiles also the mean's\ninterval "
        "by the bootstrap-t, which takes %d. = is the same at every seed, ? not known.\n",
        level, level, until ? 7 : 6, BOOTSTRAP_VALUES_MIN);
    if (until) {
        fputs("Equal values have no interval: in how many runs others may come is said with 95 % "
              "confidence.\n",
              out);
    }
}

void sweep_print(const struct sweep_table *table, FILE *out) {
    const struct sweep_study *study = table->study;
    char hash[DIGEST_TEXT_SIZE];
    int widths[SWEEP_PARAMETERS_MAX];
    uint64_t first_seed = study->scenario->seed;
    fprintf(out, "%s  %" PRIu32 " %s, %s %" PRIu64, study->scenario->name, study->points.count,
            figure_noun(study->points.count, "point", "points"),
            figure_noun(study->repeat, "seed", "seeds"), first_seed);
    if (study->repeat > 1) {
        fprintf(out, " to %" PRIu64, first_seed + (study->repeat - 1));
    }
    fprintf(out, ", %" PRIu32 " %s", table->runs, figure_noun(table->runs, "run", "runs"));
    if (table->runs_before > 0) {
        fprintf(out, ", %" PRIu32 " of them from before", table->runs_before);
    }
    fprintf(out, "\n  scenario %s\n", digest_write(study->identity, hash));
    sweep_print_unreached(study, out);
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        widths[i] = width_of(study, i) + 2;
    }
    if (study->points.sweep->until_count > 0) {
        print_replicates(table, widths, out);
    }
    for (uint32_t figure = 0; figure < table->figures->count; figure++) {
        print_figure(table, figure, widths, out);
    }
    print_method(table, out);
    if (table->failed_runs > 0) {
        fprintf(out, "An expectation failed in %" PRIu64 " of %" PRIu32 " %s.\n",
                table->failed_runs, table->runs, figure_noun(table->runs, "run", "runs"));
    }
    fprintf(out, "\nresults  %s\n", table->place);
}
