#include "cli/report/page.h"
#include "cli/report/report.h"
#include "cli/sweep_figures.h"
#include "cli/version.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TITLE_SIZE = 256, VALUE_SIZE = 64 };

static const char *text_of(const json_t *object, const char *path) {
    const json_t *value = report_json_at(object, path);
    return json_is_string(value) ? json_string_value(value) : "";
}

bool report_is_comparison(const struct report *report) {
    json_t *summary = report_json_file(report, RESULT_FOLDER_MARK);
    bool is_one = json_is_array(report_json_at(summary, "runs")) &&
                  json_is_string(report_json_at(summary, "verdict"));
    json_decref(summary);
    return is_one;
}

/** What the numbers of a figure are shown in. */
static struct figure_unit unit_of(const char *figure, const json_t *values) {
    double a = fabs(json_number_value(json_object_get(values, "a")));
    double b = fabs(json_number_value(json_object_get(values, "b")));
    uint32_t known = sweep_figure_find(figure, strlen(figure));
    return known == SWEEP_FIGURE_COUNT ? (struct figure_unit){"", 1}
                                       : sweep_figure_shown_in(known, a > b ? a : b);
}

static void cell(FILE *out, const json_t *value, double size, const char *format) {
    char text[VALUE_SIZE];
    if (!json_is_number(value)) {
        fputs("<td>–</td>", out);
        return;
    }
    double number = json_number_value(value);
    if (format[0] == '+') {
        snprintf(text, sizeof text, "%+.4g", number / size);
    } else {
        snprintf(text, sizeof text, "%.5g", number / size);
    }
    fprintf(out, "<td data-sort=\"%.17g\">%s</td>", number, text);
}

static void cell_interval(FILE *out, const json_t *interval, double size) {
    if (json_array_size(interval) != 2) {
        fputs("<td>–</td>", out);
        return;
    }
    fprintf(out, "<td>%+.4g to %+.4g</td>", json_number_value(json_array_get(interval, 0)) / size,
            json_number_value(json_array_get(interval, 1)) / size);
}

static void write_figure_row(FILE *out, const char *name, const json_t *values) {
    struct figure_unit unit = unit_of(name, values);
    fputs("<tr><td>", out);
    page_print(out, "%s%s%s", name, unit.name[0] == '\0' ? "" : ", ", unit.name);
    fputs("</td>", out);
    cell(out, json_object_get(values, "a"), unit.scale, "");
    cell(out, json_object_get(values, "b"), unit.scale, "");
    cell(out, json_object_get(values, "difference"), unit.scale, "+");
    cell_interval(out, json_object_get(values, "interval"), unit.scale);
    cell_interval(out, json_object_get(values, "interval_together"), unit.scale);
    cell(out, json_object_get(values, "relative"), 0.01, "+");
    fputs("<td class=\"left\"><strong>", out);
    page_text(out, text_of(values, "verdict"));
    fputs("</strong></td></tr>\n", out);
}

static void write_figures_table(FILE *out, json_t *summary) {
    const char *name = NULL;
    json_t *values = NULL;
    json_t *figures = json_object_get(summary, "figures");
    fputs("<h3>Differences</h3>\n", out);
    page_table_begin(out, "sortable", false);
    fputs("<caption>B − A is the mean over seeds of paired differences; intervals are over seeds, "
          "never over deliveries.</caption>\n<thead><tr><th>Figure</th><th>A</th><th>B</th>"
          "<th>B − A</th>",
          out);
    fprintf(out, "<th>its interval, %.3g %%</th><th>together</th>",
            100 * json_number_value(json_object_get(summary, "confidence")));
    fputs("<th>in % of A</th><th class=\"left\">Verdict</th></tr></thead>\n<tbody>\n", out);
    json_object_foreach(figures, name, values) {
        write_figure_row(out, name, values);
    }
    page_table_end(out);
    fputs("<p class=\"note\">", out);
    page_text(out, text_of(summary, "method"));
    fputs("</p>\n<ul>\n", out);
    json_object_foreach(figures, name, values) {
        fputs("<li>", out);
        page_text(out, text_of(values, "sentence"));
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
}

static void write_side(FILE *out, const json_t *run, bool second) {
    char command[VALUE_SIZE * 2];
    const char *digest = text_of(run, second ? "b_digest" : "a_digest");
    bool failed = json_is_true(json_object_get(run, second ? "b_failed" : "a_failed"));
    snprintf(command, sizeof command, "gossim run %s.yaml --seed %s", second ? "b" : "a",
             text_of(run, "seed"));
    fputs("<td class=\"left\"><code>", out);
    page_text(out, digest);
    fputs(failed ? "</code> <span class=\"failed\">✗ failed</span></td>" : "</code></td>", out);
    fputs("<td class=\"left\"><div class=\"command\"><code>", out);
    page_text(out, command);
    fputs("</code>\n<button type=\"button\" class=\"copy\">Copy</button></div></td>", out);
}

static void write_runs(FILE *out, const json_t *summary) {
    const json_t *runs = json_object_get(summary, "runs");
    fputs("<section id=\"runs\">\n<h2>Runs</h2>\n<p>Each run can be made again: save the scenarios "
          "below as <code>a.yaml</code> and <code>b.yaml</code> and give its command; the same "
          "digest is the same run.</p>\n",
          out);
    page_table_begin(out, "sortable", json_array_size(runs) > 20);
    fputs("<thead><tr><th>Seed</th><th class=\"left\">Digest of A</th><th class=\"left\">Command"
          "</th><th class=\"left\">Digest of B</th><th class=\"left\">Command</th></tr></thead>\n"
          "<tbody>\n",
          out);
    for (size_t i = 0; i < json_array_size(runs); i++) {
        const json_t *run = json_array_get(runs, i);
        fputs("<tr><td>", out);
        page_text(out, text_of(run, "seed"));
        fputs("</td>", out);
        write_side(out, run, false);
        write_side(out, run, true);
        fputs("</tr>\n", out);
    }
    page_table_end(out);
    fputs("</section>\n", out);
}

static void write_header(struct report *report, const json_t *summary) {
    FILE *out = report->body;
    fputs("<a class=\"skip\" href=\"#result\">Skip to the result</a>\n<header>\n<button type="
          "\"button\" id=\"theme\" hidden></button>\n<h1>",
          out);
    page_print(out, "%s: A and B", text_of(summary, "scenario"));
    fputs("</h1>\n<p class=\"lead\">", out);
    page_print(out, "%zu seeds · A: %s · B: %s · gossim %s",
               json_array_size(json_object_get(summary, "runs")), text_of(summary, "a"),
               text_of(summary, "b"), GOSSIM_VERSION);
    fputs("</p>\n<nav class=\"contents\" aria-label=\"Contents\"><a href=\"#result\">Result</a>"
          "<a href=\"#figures\">Figures</a><a href=\"#runs\">Runs</a><a href=\"#scenario\">Scenario"
          " A</a><a href=\"#scenario-b\">Scenario B</a><a href=\"#caveats\">What to keep in mind"
          "</a></nav>\n</header>\n<main>\n",
          out);
}

static void write_question(struct report *report, const json_t *summary) {
    char *question = NULL;
    if (asprintf(&question, "What differs between A, %s, and B, %s, and how sure is that?",
                 text_of(summary, "a"), text_of(summary, "b")) >= 0) {
        report_question(report, question);
        free(question);
    }
}

/** Whether a line stands in a text. */
static bool has_line(const char *text, const char *line, size_t size) {
    for (const char *at = text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        if (length == size && memcmp(at, line, size) == 0) {
            return true;
        }
        at += length + (at[length] == '\n' ? 1 : 0);
    }
    return false;
}

/** The other scenario, where lines that A has not are marked. */
static void write_other(FILE *out, const char *a, const char *b) {
    fputs("<section id=\"scenario-b\">\n<h2>Scenario B</h2>\n<p>Lines that A does not have are "
          "marked <span class=\"other\"></span>.</p>\n<p class=\"bar\"><button type=\"button\" "
          "class=\"copy\" data-of=\"scenario-b-text\">Copy b.yaml</button></p>\n"
          "<pre id=\"scenario-b-text\">",
          out);
    for (const char *at = b; *at != '\0';) {
        size_t size = strcspn(at, "\n");
        bool other = !has_line(a, at, size);
        fputs(other ? "<span class=\"other\">" : "", out);
        page_text_part(out, at, size);
        fputs(other ? "</span>\n" : "\n", out);
        at += size + (at[size] == '\n' ? 1 : 0);
    }
    fputs("</pre>\n</section>\n", out);
}

static const struct report_figure figures[] = {
    {"differences", "Differences of all figures, B against A, with their intervals."},
    {"latency_cdf", "Delivery latency of both: means over seeds, with bands."},
};

bool report_comparison(struct report *report) {
    json_t *summary = report_json_file(report, RESULT_FOLDER_MARK);
    char *a = report_file(report, "a.yaml", NULL);
    char *b = report_file(report, "b.yaml", NULL);
    bool ok = a != NULL && b != NULL;
    if (!ok) {
        failure_bad_input(report->failure, "%s holds a comparison without its scenarios",
                          report->options.path);
    } else if (report->options.messages.count > 0) {
        ok = failure_bad_input(report->failure, "--message: a comparison keeps no messages");
    }
    if (ok) {
        char *title = arena_take(report->arena, MEMORY_TABLES, TITLE_SIZE);
        snprintf(title, TITLE_SIZE, "%s, a comparison: gossim report",
                 text_of(summary, "scenario"));
        report->title = title;
        report_read_scenario(report, a);
        write_header(report, summary);
        FILE *out = report->body;
        fputs("<section id=\"result\">\n", out);
        write_question(report, summary);
        fputs("<p class=\"verdict\">", out);
        page_text(out, text_of(summary, "verdict"));
        fputs("</p>\n", out);
        write_figures_table(out, summary);
        fputs("</section>\n", out);
        report_figures(report, report->options.path, figures, 2);
        write_runs(out, summary);
        report_scenario_section(report, "a.yaml",
                                "Scenario A, at the first seed, with every default filled in.");
        write_other(out, a, b);
        report_caveats_section(report, REPORT_OF_COMPARISON, false);
        fputs("</main>\n<footer>Written by gossim report from the folder of one comparison. This "
              "page loads nothing from anywhere.</footer>\n",
              out);
    }
    free(a);
    free(b);
    json_decref(summary);
    return ok;
}
