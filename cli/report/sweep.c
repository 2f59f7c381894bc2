#include "cli/report/sweep.h"

#include "analysis/ablation.h"
#include "analysis/figure_text.h"
#include "analysis/sweep_sheet.h"
#include "cli/figure_words.h"
#include "cli/plot_sweep.h"
#include "cli/report/page.h"
#include "cli/version.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double largest_mean(const struct sweep_report *sweep, uint32_t figure) {
    double largest = 0;
    for (uint32_t point = 0; point < sweep->results.point_count; point++) {
        const struct sample *sample = &report_sweep_cell(sweep, point, figure)->sample;
        double mean = sample->count > 0 ? fabs(sample->mean) : 0;
        largest = mean > largest ? mean : largest;
    }
    return largest;
}

/** What a figure is shown in, at all points. */
static struct figure_unit unit_of(const struct sweep_report *sweep, uint32_t figure) {
    double largest = largest_mean(sweep, figure);
    switch (sweep->results.figures[figure].unit) {
    case SWEEP_UNIT_NS:
        return figure_duration_unit((int64_t)largest);
    case SWEEP_UNIT_BYTES:
        return figure_size_unit(largest);
    case SWEEP_UNIT_SHARE:
        return (struct figure_unit){"%", 0.01};
    case SWEEP_UNIT_NONE:
        break;
    }
    return (struct figure_unit){"", 1};
}

const char *report_sweep_mean(const struct replicates *cell, struct figure_unit unit,
                              char out[SWEEP_MEAN_SIZE]) {
    const struct sample *sample = &cell->sample;
    double mean = sample->mean / unit.scale;
    double half_width = sample->half_width / unit.scale;
    if (sample->count == 0) {
        snprintf(out, SWEEP_MEAN_SIZE, "undefined");
    } else if (sample->count == 1) {
        snprintf(out, SWEEP_MEAN_SIZE, "%.5g ± ?", mean);
    } else if (sample->same) {
        snprintf(out, SWEEP_MEAN_SIZE, "%.6g =", mean);
    } else {
        int decimals = ablation_decimals(mean, half_width);
        snprintf(out, SWEEP_MEAN_SIZE, "%.*f ± %.*f", decimals, mean, decimals, half_width);
    }
    return out;
}

const char *report_sweep_point(const struct sweep_report *sweep, uint32_t point,
                               char out[SWEEP_GRID_LABEL_SIZE]) {
    const struct sweep_grid *grid = &sweep->grid;
    return sweep_grid_label(grid, &grid->choices[(size_t)point * SWEEP_AXES_MAX], 0, out);
}

static void write_header(const struct sweep_report *sweep, FILE *out) {
    char seeds[SWEEP_SEEDS_SIZE];
    const struct sweep_results *results = &sweep->results;
    fputs("<a class=\"skip\" href=\"#result\">Skip to the result</a>\n<header>\n<button type="
          "\"button\" id=\"theme\" hidden></button>\n<h1>",
          out);
    page_text(out, results->name);
    fputs("</h1>\n<p class=\"lead\">", out);
    page_print(out,
               "sweep of %" PRIu32 " %s · %" PRIu32 " %s · %s · scenario %s · "
               "gossim %s",
               results->point_count, figure_noun(results->point_count, "point", "points"),
               sweep->run_count, figure_noun(sweep->run_count, "run", "runs"),
               sweep_sheet_seeds(results, seeds), results->hash, GOSSIM_VERSION);
    fputs("</p>\n<nav class=\"contents\" aria-label=\"Contents\"><a href=\"#result\">Result</a>"
          "<a href=\"#figures\">Figures</a><a href=\"#runs\">Runs</a><a href=\"#scenario\">Scenario"
          "</a><a href=\"#caveats\">What to keep in mind</a></nav>\n</header>\n<main>\n",
          out);
}

/** `a, b and c`. */
static void write_conjunction(FILE *out, uint32_t at, uint32_t count) {
    fputs(at == 0 ? "" : at + 1 < count ? ", " : " and ", out);
}

static void write_question(const struct sweep_report *sweep) {
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return;
    }
    fputs("How do ", out);
    for (uint32_t i = 0; i < sweep->results.figure_count; i++) {
        write_conjunction(out, i, sweep->results.figure_count);
        fputs(sweep->results.figures[i].name, out);
    }
    fputs(sweep->grid.axis_count == 0 ? " come out" : " depend on ", out);
    for (uint32_t i = 0; i < sweep->grid.axis_count; i++) {
        write_conjunction(out, i, sweep->grid.axis_count);
        fputs(sweep->grid.axes[i].name, out);
    }
    fputs("?", out);
    fclose(out);
    report_question(sweep->report, text);
    free(text);
}

static void write_verdict(const struct sweep_report *sweep, FILE *out) {
    uint32_t judged = 0;
    uint32_t failed = 0;
    size_t runs = (size_t)sweep->results.point_count * sweep->results.repeat;
    for (size_t i = 0; i < runs; i++) {
        bool counts = sweep->results.runs[i].digest != NULL;
        judged += counts ? 1 : 0;
        failed += counts && sweep->more.failed[i] != SWEEP_NOT_JUDGED && sweep->more.failed[i] > 0;
    }
    if (sweep->more.expectations == 0) {
        fputs("<p class=\"verdict\">The scenario states no expectation, so runs are not judged.</p>"
              "\n",
              out);
    } else if (failed == 0) {
        fputs("<p class=\"verdict\"><span class=\"ok\">✓</span> ", out);
        if (judged == 1) {
            fputs("The run met its expectations.</p>\n", out);
        } else {
            fprintf(out, "All %" PRIu32 " runs met their expectations.</p>\n", judged);
        }
    } else {
        fprintf(out,
                "<p class=\"verdict\"><span class=\"failed\">✗</span> %" PRIu32 " of %" PRIu32
                " %s failed an expectation; the table says at which points.</p>\n",
                failed, judged, figure_noun(judged, "run", "runs"));
    }
}

/** A mean with its unit, and where it is. */
static void write_place(const struct sweep_report *sweep, uint32_t figure, uint32_t point,
                        FILE *out) {
    char mean[SWEEP_MEAN_SIZE];
    struct figure_unit unit = sweep->units[figure];
    const struct replicates *cell = report_sweep_cell(sweep, point, figure);
    report_sweep_mean(cell, unit, mean);
    if (cell->sample.same) {
        mean[strcspn(mean, " ")] = '\0'; // without the sign that all runs agree
    }
    fputs("<span class=\"number\">", out);
    page_print(out, "%s%s%s", mean, unit.name[0] == '\0' ? "" : " ", unit.name);
    fputs("</span>", out);
}

/** The points with the least and the largest mean of a figure. */
static void write_extremes(const struct sweep_report *sweep, uint32_t figure, FILE *out) {
    uint32_t least = UINT32_MAX;
    uint32_t most = UINT32_MAX;
    char label[SWEEP_GRID_LABEL_SIZE];
    for (uint32_t point = 0; point < sweep->results.point_count; point++) {
        const struct sample *sample = &report_sweep_cell(sweep, point, figure)->sample;
        if (sample->count == 0) {
            continue;
        }
        bool lower = least == UINT32_MAX ||
                     sample->mean < report_sweep_cell(sweep, least, figure)->sample.mean;
        bool higher = most == UINT32_MAX ||
                      sample->mean > report_sweep_cell(sweep, most, figure)->sample.mean;
        least = lower ? point : least;
        most = higher ? point : most;
    }
    fputs("<div><dt>", out);
    page_text(out, sweep->results.figures[figure].name);
    fputs("</dt><dd>", out);
    if (least == UINT32_MAX) {
        fputs("undefined</dd></div>\n", out);
        return;
    }
    write_place(sweep, figure, least, out);
    fputs("<small>", out);
    if (least == most) {
        fputs("at every point", out);
    } else {
        page_print(out, "least, at %s; most, ", report_sweep_point(sweep, least, label));
        write_place(sweep, figure, most, out);
        page_print(out, ", at %s", report_sweep_point(sweep, most, label));
    }
    fputs("</small></dd></div>\n", out);
}

static void write_facts(const struct sweep_report *sweep, FILE *out) {
    if (sweep->results.point_count < 2) {
        return;
    }
    fputs("<dl class=\"facts swept\">\n", out);
    for (uint32_t figure = 0; figure < sweep->results.figure_count; figure++) {
        write_extremes(sweep, figure, out);
    }
    fputs("</dl>\n", out);
}

static const char *caption_of(struct report *report, const char *name) {
    enum { CAPTION_SIZE = 256 };
    char *caption = arena_take(report->arena, MEMORY_TABLES, CAPTION_SIZE);
    snprintf(caption, CAPTION_SIZE, "%s: the mean over runs at each point, with its interval.",
             name);
    return caption;
}

/** Figures are drawn anew: the database may have grown since there were some. */
static bool write_figures(struct sweep_report *sweep, const char *database) {
    struct report *report = sweep->report;
    const struct sweep_results *results = &sweep->results;
    static const struct plot_sweep_options usual = {.figure_count = 0};
    uint32_t count = results->figure_count - 1; // bytes per delivery are in the Pareto front alone
    struct report_figure *figures =
        arena_take_array(report->arena, MEMORY_TABLES, count + 1U, sizeof *figures);
    if (sweep->grid.axis_count == 0) {
        fputs("<section id=\"figures\"><h2>Figures</h2>\n<p>Nothing varies, so there is nothing to "
              "draw.</p></section>\n",
              report->body);
        return true;
    }
    if (!report_scratch_open(report) || !plot_sweep_draw(&usual, database, report->scratch.hidden,
                                                         report->arena, report->failure)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        char *file = arena_take(report->arena, MEMORY_TABLES, SWEEP_SHEET_NAME_SIZE);
        figures[i].name = sweep_sheet_file(results->figures[i].name, file);
        figures[i].caption = caption_of(report, results->figures[i].name);
    }
    figures[count] = (struct report_figure){
        "pareto",
        "Latency against bytes per delivery: no point is better in both than those on the "
        "front."};
    report_figures(report, report->scratch.hidden, figures, count + 1);
    return true;
}

static void work_out(struct sweep_report *sweep) {
    struct sweep_results *results = &sweep->results;
    struct arena *arena = sweep->report->arena;
    struct replicates_options options = {.confidence = sweep_results_confidence(results)};
    size_t cells = (size_t)results->point_count * results->figure_count;
    struct replicates *all = arena_take_array(arena, MEMORY_TABLES, cells, sizeof *all);
    for (uint32_t point = 0; point < results->point_count; point++) {
        sweep->run_count += results->replicates[point];
        for (uint32_t figure = 0; figure < results->figure_count; figure++) {
            const char *name = results->figures[figure].name;
            options.bootstrap = sweep_figure_is_percentile(sweep_figure_find(name, strlen(name)));
            all[(size_t)point * results->figure_count + figure] = replicates_of(
                arena, sweep_results_values(results, figure, point), results->repeat, options);
        }
    }
    sweep->cells = all;
    sweep->units =
        arena_take_array(arena, MEMORY_TABLES, results->figure_count, sizeof *sweep->units);
    for (uint32_t figure = 0; figure < results->figure_count; figure++) {
        sweep->units[figure] = unit_of(sweep, figure);
    }
}

static bool read_sweep(struct sweep_report *sweep, const char *database) {
    struct report *report = sweep->report;
    struct sweep_figures figures = {.count = 0};
    sweep_figures_settle(&figures);
    figures.shown[figures.count++] = SWEEP_BYTES_PER_DELIVERY;
    struct sweep_read_request request = {
        .database = database, .figures = figures.shown, .figure_count = figures.count};
    if (!sweep_read(&sweep->results, report->arena, &request, report->failure) ||
        !sweep_grid_of(&sweep->grid, report->arena, &sweep->results, report->failure) ||
        !sweep_more_read(&sweep->more, report->arena, database, &sweep->results, report->failure)) {
        return false;
    }
    if (sweep->more.scenario[0] != '\0') {
        report_read_scenario(report, sweep->more.scenario);
    }
    work_out(sweep);
    return true;
}

bool report_sweep(struct report *report, const char *database) {
    struct sweep_report *sweep = arena_take(report->arena, MEMORY_TABLES, sizeof *sweep);
    FILE *out = report->body;
    *sweep = (struct sweep_report){.report = report};
    if (report->options.messages.count > 0) {
        return failure_bad_input(report->failure,
                                 "--message: a sweep keeps no messages; report one of its runs");
    }
    if (!read_sweep(sweep, database)) {
        return false;
    }
    char *title = arena_take(report->arena, MEMORY_TABLES, 256);
    snprintf(title, 256, "%s, a sweep: gossim report", sweep->results.name);
    report->title = title;
    write_header(sweep, out);
    fputs("<section id=\"result\">\n", out);
    write_question(sweep);
    write_verdict(sweep, out);
    write_facts(sweep, out);
    report_sweep_points(sweep, out);
    report_sweep_medians(sweep, out);
    fputs("</section>\n", out);
    if (!write_figures(sweep, database)) {
        return false;
    }
    report_begin_part(report, REPORT_BACK);
    out = report->body;
    report_scenario_section(report, REPORT_SCENARIO_FILE,
                            "The scenario that was swept, without the values of its points, "
                            "with every default filled in.");
    report_caveats_section(report, REPORT_OF_SWEEP, false);
    fputs(
        "</main>\n<footer>Written by gossim report from the database of one sweep. This page loads "
        "nothing from anywhere.</footer>\n",
        out);
    report_begin_part(report, REPORT_VIEW);
    report_sweep_runs(sweep, report->body);
    return true;
}
