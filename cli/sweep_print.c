#include "cli/sweep.h"

#include "analysis/ablation.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { CELL_SIZE = 96, VALUE_COLUMNS_MAX = 40 };

/** What numbers of a figure are shown in. */
struct scale {
    const char *name;
    double size;
};

static double largest_mean(const struct sweep_table *table, uint32_t figure) {
    double largest = 0;
    for (uint32_t point = 0; point < table->study->points.count; point++) {
        const struct sample *sample = &sweep_cell(table, point, figure)->sample;
        double mean = sample->count > 0 ? fabs(sample->mean) : 0;
        largest = mean > largest ? mean : largest;
    }
    return largest;
}

static struct scale scale_of(const struct sweep_table *table, uint32_t figure) {
    static const struct scale times[] = {{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}};
    static const struct scale sizes[] = {
        {"GiB", 1073741824}, {"MiB", 1048576}, {"KiB", 1024}, {"B", 1}};
    double largest = largest_mean(table, figure);
    enum metric_unit unit = sweep_figure_unit(table->figures->shown[figure]);
    uint32_t at = 0;
    if (unit == METRIC_DURATION) {
        while (at < 2 && largest < 10 * times[at].size) {
            at++;
        }
        return times[at > 0 && largest >= 10 * times[0].size ? 0 : at];
    }
    if (unit == METRIC_BYTES) {
        while (at < 3 && largest < sizes[at].size) {
            at++;
        }
        return sizes[at];
    }
    return (struct scale){"", 1};
}

/** How many columns a text takes: signs like ± take more bytes. */
static int columns_of(const char *text) {
    int columns = 0;
    for (; *text != '\0'; text++) {
        columns += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
    }
    return columns;
}

static void write_mean(const struct replicates *cell, struct scale scale, char out[CELL_SIZE]) {
    const struct sample *sample = &cell->sample;
    double mean = sample->mean / scale.size;
    double half_width = sample->half_width / scale.size;
    if (sample->count == 0) {
        snprintf(out, CELL_SIZE, "undefined");
    } else if (sample->count == 1 || sample->same) {
        snprintf(out, CELL_SIZE, "%.6g%s", mean, sample->same ? " =" : " ± ?");
    } else {
        int decimals = ablation_decimals(mean, half_width);
        snprintf(out, CELL_SIZE, "%.*f ± %.*f", decimals, mean, decimals, half_width);
    }
}

static void write_median(const struct replicates *cell, struct scale scale, char out[CELL_SIZE]) {
    double half_width = cell->sample.half_width / scale.size;
    double median = cell->median / scale.size;
    int decimals = ablation_decimals(median, half_width);
    if (cell->sample.count < 2 || cell->sample.same) {
        out[0] = '\0';
    } else if (!cell->has_median_interval) {
        snprintf(out, CELL_SIZE, "%.*f [?]", decimals, median);
    } else {
        snprintf(out, CELL_SIZE, "%.*f [%.*f, %.*f]", decimals, median, decimals,
                 cell->median_low / scale.size, decimals, cell->median_high / scale.size);
    }
}

/** How wide the column of a parameter is. */
static int width_of(const struct sweep_study *study, uint32_t parameter) {
    int width = columns_of(study->points.sweep->parameters[parameter].path);
    for (uint32_t point = 0; point < study->points.count; point++) {
        int own = columns_of(sweep_value(&study->points, point, parameter));
        width = own > width ? own : width;
    }
    return width < VALUE_COLUMNS_MAX ? width : VALUE_COLUMNS_MAX;
}

static void print_padded(const char *text, int width, FILE *out) {
    int columns = columns_of(text);
    fprintf(out, "%s%*s  ", text, columns < width ? width - columns : 0, "");
}

static void print_figure(const struct sweep_table *table, uint32_t figure, const int *widths,
                         FILE *out) {
    enum { MEAN_COLUMNS = 24 };
    const struct sweep_study *study = table->study;
    uint32_t parameters = study->points.sweep->parameter_count;
    struct scale scale = scale_of(table, figure);
    fprintf(out, "\n%s%s%s\n", sweep_figure_name(table->figures->shown[figure]),
            scale.name[0] == '\0' ? "" : ", ", scale.name);
    for (uint32_t i = 0; i < parameters; i++) {
        fputs("  ", out);
        print_padded(study->points.sweep->parameters[i].path, widths[i] - 2, out);
    }
    fprintf(out, "  %-*s%s\n", MEAN_COLUMNS, "mean", "median");
    for (uint32_t point = 0; point < study->points.count; point++) {
        const struct replicates *cell = sweep_cell(table, point, figure);
        char mean[CELL_SIZE];
        char median[CELL_SIZE];
        write_mean(cell, scale, mean);
        write_median(cell, scale, median);
        for (uint32_t i = 0; i < parameters; i++) {
            fputs("  ", out);
            print_padded(sweep_value(&study->points, point, i), widths[i] - 2, out);
        }
        int gap = median[0] == '\0' ? 0 : MEAN_COLUMNS - columns_of(mean);
        fprintf(out, "  %s%*s%s", mean, gap, "", median);
        if (cell->sample.count > 0 && cell->sample.count < study->repeat) {
            fprintf(out, "  of %" PRIu32, cell->sample.count);
        }
        fputc('\n', out);
    }
}

void sweep_print(const struct sweep_table *table, FILE *out) {
    const struct sweep_study *study = table->study;
    char hash[DIGEST_TEXT_SIZE];
    int widths[SWEEP_PARAMETERS_MAX];
    fprintf(out, "%s  %" PRIu32 " points, seeds %" PRIu64 " to %" PRIu64 ", %" PRIu32 " runs",
            study->scenario->name, study->points.count, study->scenario->seed,
            study->scenario->seed + (study->repeat - 1), table->runs);
    if (table->runs_before > 0) {
        fprintf(out, ", %" PRIu32 " of them from before", table->runs_before);
    }
    fprintf(out, "\n  scenario %s\n", digest_write(study->identity, hash));
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        widths[i] = width_of(study, i) + 2;
    }
    for (uint32_t figure = 0; figure < table->figures->count; figure++) {
        print_figure(table, figure, widths, out);
    }
    fprintf(out,
            "\nOver %" PRIu32 " replicates, a run each: mean ± half of its interval of 95 %% by "
            "Student's t; median and its\ninterval of 95 %% between two of the values, which takes "
            "six. = is the same at every seed, ? not known.\n",
            study->repeat);
    if (table->failed_runs > 0) {
        fprintf(out, "An expectation failed in %" PRIu64 " of %" PRIu32 " runs.\n",
                table->failed_runs, table->runs);
    }
    fprintf(out, "\nresults  %s\n", table->place);
}
