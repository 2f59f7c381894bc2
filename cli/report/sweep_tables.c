#include "analysis/figure_text.h"
#include "cli/report/page.h"
#include "cli/report/sweep.h"
#include "cli/shell_text.h"

#include <inttypes.h>
#include <stdlib.h>

static void head_parameters(const struct sweep_report *sweep, FILE *out) {
    for (uint32_t i = 0; i < sweep->results.parameter_count; i++) {
        fputs("<th class=\"left\"><code>", out);
        page_text(out, sweep->results.paths[i]);
        fputs("</code></th>", out);
    }
}

static void cell_parameters(const struct sweep_report *sweep, uint32_t point, FILE *out) {
    for (uint32_t i = 0; i < sweep->results.parameter_count; i++) {
        const struct sweep_level *level =
            &sweep->results.levels[(size_t)point * sweep->results.parameter_count + i];
        if (level->kind == 0) {
            fputs("<td class=\"left\">", out);
        } else {
            fprintf(out, "<td class=\"left\" data-sort=\"%.17g\">", level->number);
        }
        page_text(out, level->text);
        fputs("</td>", out);
    }
}

static void head_figures(const struct sweep_report *sweep, FILE *out) {
    for (uint32_t i = 0; i < sweep->results.figure_count; i++) {
        const char *unit = sweep->units[i].name;
        fputs("<th>", out);
        page_print(out, "%s%s%s", sweep->results.figures[i].name, unit[0] == '\0' ? "" : ", ",
                   unit);
        fputs("</th>", out);
    }
}

static uint32_t failed_runs(const struct sweep_report *sweep, uint32_t point) {
    uint32_t failed = 0;
    for (uint32_t i = 0; i < sweep->results.repeat; i++) {
        size_t at = (size_t)point * sweep->results.repeat + i;
        bool counts = sweep->results.runs[at].digest != NULL;
        failed +=
            counts && sweep->more.failed[at] != SWEEP_NOT_JUDGED && sweep->more.failed[at] > 0;
    }
    return failed;
}

static void cell_failed(uint32_t failed, FILE *out) {
    if (failed == 0) {
        fputs("<td data-sort=\"0\" class=\"ok\">✓ 0</td>", out);
    } else {
        fprintf(out, "<td data-sort=\"%" PRIu32 "\" class=\"failed\">✗ %" PRIu32 "</td>", failed,
                failed);
    }
}

static void write_point(const struct sweep_report *sweep, uint32_t point, FILE *out) {
    char mean[SWEEP_MEAN_SIZE];
    fputs("<tr>", out);
    cell_parameters(sweep, point, out);
    fprintf(out, "<td>%" PRIu32 "</td>", sweep->results.replicates[point]);
    if (sweep->more.expectations > 0) {
        cell_failed(failed_runs(sweep, point), out);
    }
    for (uint32_t figure = 0; figure < sweep->results.figure_count; figure++) {
        const struct replicates *cell = report_sweep_cell(sweep, point, figure);
        fprintf(out, "<td data-sort=\"%.17g\">", cell->sample.mean);
        page_text(out, report_sweep_mean(cell, sweep->units[figure], mean));
        fputs("</td>", out);
    }
    fputs("</tr>\n", out);
}

/** Points and runs share what room there is. */
static bool has_room(const struct sweep_report *sweep, uint32_t parts) {
    return report_room(sweep->report) > sweep->report->options.size_max / parts;
}

static void tell_left_out(uint32_t left_out, const char *one, const char *many, FILE *out) {
    if (left_out > 0) {
        fprintf(out,
                "<p class=\"note\">%" PRIu32 " further %s %s left out: the page would be larger "
                "than it may (--max-size). The database has all of them.</p>\n",
                left_out, figure_noun(left_out, one, many), figure_noun(left_out, "is", "are"));
    }
}

void report_sweep_points(const struct sweep_report *sweep, FILE *out) {
    uint32_t points = sweep->results.point_count;
    uint32_t written = 0;
    fputs("<h3>Points</h3>\n", out);
    page_table_begin(out, "sortable", points > 30);
    fprintf(out,
            "<caption>The mean over runs ± half of its interval of %.3g %% (Student's t over the "
            "runs of a point, never over deliveries). <code>=</code>: all runs agree; "
            "<code>± ?</code>: one run tells no interval.</caption>\n<thead><tr>",
            100 * sweep_results_confidence(&sweep->results));
    head_parameters(sweep, out);
    fputs(sweep->more.expectations > 0 ? "<th>Runs</th><th>Failed</th>" : "<th>Runs</th>", out);
    head_figures(sweep, out);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (; written < points && has_room(sweep, 2); written++) {
        write_point(sweep, written, out);
    }
    page_table_end(out);
    tell_left_out(points - written, "point", "points", out);
}

/** The median of a point with its interval; of percentiles also that of the mean by the bootstrap.
 */
static void cell_median(const struct replicates *cell, struct figure_unit unit, FILE *out) {
    double scale = unit.scale;
    if (cell->sample.count == 0) {
        fputs("<td>undefined</td>", out);
        return;
    }
    fprintf(out, "<td data-sort=\"%.17g\">%.5g", cell->median, cell->median / scale);
    if (cell->sample.same) {
        fputs(" =</td>", out);
        return;
    }
    if (cell->has_median_interval) {
        fprintf(out, " [%.5g, %.5g]", cell->median_low / scale, cell->median_high / scale);
    }
    if (cell->has_bootstrap) {
        fprintf(out, "<br><small>mean [%.5g, %.5g]</small>", cell->bootstrap_low / scale,
                cell->bootstrap_high / scale);
    }
    fputs("</td>", out);
}

void report_sweep_medians(const struct sweep_report *sweep, FILE *out) {
    uint32_t points = sweep->results.point_count;
    uint32_t written = 0;
    fputs("<details>\n<summary>Medians, and means by the bootstrap</summary>\n", out);
    page_table_begin(out, "sortable", points > 30);
    fprintf(out,
            "<caption>The median over runs with its interval of at least %.3g %%, which lies "
            "between two of the values and takes six runs at 95 %%. Below it, of percentiles and "
            "from eight runs on, the interval of the mean by the bootstrap-t, as percentiles "
            "scatter unevenly.</caption>\n<thead><tr>",
            100 * sweep_results_confidence(&sweep->results));
    head_parameters(sweep, out);
    fputs("<th>Runs</th>", out);
    head_figures(sweep, out);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (; written < points && has_room(sweep, 2); written++) {
        fputs("<tr>", out);
        cell_parameters(sweep, written, out);
        fprintf(out, "<td>%" PRIu32 "</td>", sweep->results.replicates[written]);
        for (uint32_t figure = 0; figure < sweep->results.figure_count; figure++) {
            cell_median(report_sweep_cell(sweep, written, figure), sweep->units[figure], out);
        }
        fputs("</tr>\n", out);
    }
    page_table_end(out);
    tell_left_out(points - written, "point", "points", out);
    fputs("</details>\n", out);
}

/** The command that repeats a run of the scenario on the page. */
static void write_command(const struct sweep_report *sweep, uint32_t point, const char *seed,
                          FILE *out) {
    char *command = NULL;
    size_t size = 0;
    FILE *words = open_memstream(&command, &size);
    if (words == NULL) {
        return;
    }
    fprintf(words, "gossim run " REPORT_SCENARIO_FILE " --seed %s", seed);
    for (uint32_t i = 0; i < sweep->results.parameter_count; i++) {
        fputs(" --set ", words);
        shell_print_word(sweep->results.paths[i], words);
        fputc('=', words);
        shell_print_word(
            sweep->results.levels[(size_t)point * sweep->results.parameter_count + i].text, words);
    }
    fclose(words);
    fputs("<td class=\"left\"><div class=\"command\"><code>", out);
    page_text(out, command);
    fputs("</code>\n<button type=\"button\" class=\"copy\">Copy</button></div></td>", out);
    free(command);
}

static void cell_figure(const struct sweep_report *sweep, uint32_t point, uint32_t figure,
                        uint32_t replicate, FILE *out) {
    const struct figure_value *value =
        &sweep_results_values(&sweep->results, figure, point)[replicate];
    if (value->defined) {
        fprintf(out, "<td data-sort=\"%.17g\">%.6g</td>", value->value,
                value->value / sweep->units[figure].scale);
    } else {
        fputs("<td>undefined</td>", out);
    }
}

static void write_run(const struct sweep_report *sweep, uint32_t point, uint32_t replicate,
                      FILE *out) {
    size_t at = (size_t)point * sweep->results.repeat + replicate;
    const struct sweep_result_run *run = &sweep->results.runs[at];
    fputs("<tr>", out);
    cell_parameters(sweep, point, out);
    fputs("<td>", out);
    page_text(out, run->seed);
    fputs("</td><td class=\"left\"><code>", out);
    page_text(out, run->digest);
    fputs("</code></td>", out);
    write_command(sweep, point, run->seed, out);
    if (sweep->more.expectations > 0) {
        uint32_t failed = sweep->more.failed[at];
        cell_failed(failed == SWEEP_NOT_JUDGED ? 0 : failed, out);
    }
    for (uint32_t figure = 0; figure < sweep->results.figure_count; figure++) {
        cell_figure(sweep, point, figure, replicate, out);
    }
    fputs("</tr>\n", out);
}

void report_sweep_runs(const struct sweep_report *sweep, FILE *out) {
    const struct sweep_results *results = &sweep->results;
    uint32_t left_out = 0;
    fputs("<section id=\"runs\">\n<h2>Runs</h2>\n<p>Each run can be made again: save the scenario "
          "below as <code>" REPORT_SCENARIO_FILE
          "</code> and give the command of its row; the same "
          "digest is the same run.</p>\n",
          out);
    page_table_begin(out, "sortable", true);
    fputs("<thead><tr>", out);
    head_parameters(sweep, out);
    fputs("<th>Seed</th><th class=\"left\">Digest</th><th class=\"left\">Command</th>", out);
    fputs(sweep->more.expectations > 0 ? "<th>Failed</th>" : "", out);
    head_figures(sweep, out);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (uint32_t point = 0; point < results->point_count; point++) {
        for (uint32_t i = 0; i < results->repeat; i++) {
            if (results->runs[(size_t)point * results->repeat + i].digest == NULL) {
                continue;
            }
            if (has_room(sweep, 16)) {
                write_run(sweep, point, i, out);
            } else {
                left_out++;
            }
        }
    }
    page_table_end(out);
    tell_left_out(left_out, "run", "runs", out);
    fputs("</section>\n", out);
}
