#include "analysis/figure_text.h"
#include "analysis/figures.h"
#include "analysis/scenario_text.h"
#include "analysis/tables.h"
#include "cli/figure_words.h"
#include "cli/report/page.h"
#include "cli/report/report.h"
#include "cli/shell_text.h"
#include "cli/version.h"
#include "trace/digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { NAME_SIZE = 256 };

/** One report of a run. */
struct run_report {
    struct report *report;
    json_t *summary; // NULL: there is none
    char *trace;     // its path; NULL: there is none
    struct run_data *data;
    bool imported; // of TraceEvents: nothing can be run again
    char name[NAME_SIZE];
    char seed[NUMBER_TEXT_SIZE];
    char digest[DIGEST_TEXT_SIZE]; // "" if it is not known
};

const json_t *report_json_at(const json_t *object, const char *path) {
    char key[NAME_SIZE];
    while (object != NULL && *path != '\0') {
        size_t size = strcspn(path, ".");
        snprintf(key, sizeof key, "%.*s", (int)size, path);
        object = json_object_get(object, key);
        path += size + (path[size] == '.' ? 1 : 0);
    }
    return object;
}

json_t *report_json_file(const struct report *report, const char *name) {
    size_t size = 0;
    char *text = report_file(report, name, &size);
    json_t *object = text == NULL ? NULL : json_loadb(text, size, 0, NULL);
    if (text != NULL && object == NULL) {
        object = json_loadb(text, size, JSON_DECODE_INT_AS_REAL, NULL);
    }
    free(text);
    return object;
}

static bool read_summary(struct run_report *run) {
    struct report *report = run->report;
    char *text = report_file(report, RESULT_FOLDER_MARK, NULL);
    bool there = text != NULL;
    free(text);
    run->summary = report_json_file(report, RESULT_FOLDER_MARK);
    if (there && !json_is_object(run->summary)) {
        return failure_bad_input(report->failure, "%s/%s is not the summary of a run",
                                 report->options.path, RESULT_FOLDER_MARK);
    }
    run->imported = json_object_get(run->summary, "trace_events") != NULL;
    return true;
}

/** Finds out what is in the folder; refuses what no run has left. */
static bool look(struct run_report *run) {
    struct report *report = run->report;
    const char *path = report->options.path;
    if (!read_summary(run)) {
        return false;
    }
    if (asprintf(&run->trace, "%s/trace.gst", path) < 0) {
        run->trace = NULL;
        return failure_running(report->failure, "out of memory");
    }
    if (access(run->trace, F_OK) != 0) {
        free(run->trace);
        run->trace = NULL;
    }
    if (run->trace != NULL || json_is_string(report_json_at(run->summary, "digest"))) {
        return true;
    }
    return failure_bad_input(
        report->failure,
        "%s is no result of gossim run, sweep or compare: it holds no trace.gst, "
        "no " RESULT_FOLDER_MARK " of a run and no sweep.db",
        path);
}

/** What run, seed and digest are called; the summary and the trace must be of one run. */
static bool identify(struct run_report *run) {
    const json_t *summary = run->summary;
    const json_t *digest = report_json_at(summary, "digest");
    const json_t *name = report_json_at(summary, "scenario");
    const struct trace_summary *traced = &run->data->summary;
    char found[DIGEST_TEXT_SIZE] = "";
    if (run->data->has_summary && !run->imported) {
        digest_write((struct digest){traced->digest_high, traced->digest_low}, found);
        snprintf(run->seed, sizeof run->seed, "%" PRIu64, traced->seed);
    } else if (run->report->scenario != NULL) {
        snprintf(run->seed, sizeof run->seed, "%" PRIu64, run->report->scenario->seed);
    }
    const char *said = json_is_string(digest) ? json_string_value(digest) : found;
    snprintf(run->digest, sizeof run->digest, "%s", said);
    if (found[0] != '\0' && strcmp(found, run->digest) != 0) {
        return failure_bad_input(run->report->failure,
                                 "%s: " RESULT_FOLDER_MARK " is of a run with the digest %s, "
                                 "trace.gst of one with %s",
                                 run->report->options.path, said, found);
    }
    if (json_is_string(name)) {
        snprintf(run->name, sizeof run->name, "%s", json_string_value(name));
    } else if (run->report->scenario_text == NULL ||
               !scenario_text_value(run->report->scenario_text, NULL, "name", run->name,
                                    sizeof run->name)) {
        snprintf(run->name, sizeof run->name, "run");
    }
    return true;
}

void report_read_scenario(struct report *report, const char *text) {
    size_t size = strlen(text);
    char *kept = arena_take(report->arena, MEMORY_TABLES, size + 1);
    memcpy(kept, text, size + 1);
    report->scenario_text = kept;
    struct failure_list *failures = calloc(1, sizeof *failures);
    struct scenario_source source = {.path = REPORT_SCENARIO_FILE};
    if (failures == NULL) {
        return;
    }
    report->scenario = scenario_load_text(report->arena, &source, text, size, failures);
    if (report->scenario == NULL) {
        snprintf(report->unreadable, sizeof report->unreadable, "%s", failures->items[0].message);
    }
    free(failures);
}

static void find_scenario(struct run_report *run) {
    char *text = report_file(run->report, REPORT_SCENARIO_FILE, NULL);
    const char *found = text != NULL ? text : run->data->scenario;
    if (found != NULL && found[0] != '\0') {
        report_read_scenario(run->report, found);
    }
    free(text);
}

static void write_nodes(const struct run_report *run, FILE *out) {
    char number[NUMBER_TEXT_SIZE];
    uint64_t nodes = run->data->node_count;
    uint64_t links =
        run->data->summary.links != 0 ? run->data->summary.links : run->data->link_count;
    const json_t *said = report_json_at(run->summary, "nodes");
    const json_t *said_links = report_json_at(run->summary, "links");
    nodes = nodes == 0 && said != NULL ? (uint64_t)json_number_value(said) : nodes;
    links = said_links != NULL ? (uint64_t)json_number_value(said_links) : links;
    fprintf(out, "%s %s, ", grouped(nodes, number), figure_noun(nodes, "node", "nodes"));
    fprintf(out, "%s %s", grouped(links, number), figure_noun(links, "link", "links"));
}

static void write_header(const struct run_report *run, FILE *out) {
    const struct scenario *scenario = run->report->scenario;
    fputs("<a class=\"skip\" href=\"#result\">Skip to the result</a>\n<header>\n<button type="
          "\"button\" id=\"theme\" hidden></button>\n<h1>",
          out);
    page_text(out, run->name);
    fputs("</h1>\n<p class=\"lead\">", out);
    if (run->seed[0] != '\0') {
        page_print(out, "seed %s · ", run->seed);
    }
    write_nodes(run, out);
    if (scenario != NULL && !run->imported) {
        page_print(out, " · %s", scenario->profile->name);
        for (uint32_t i = 0; i < scenario->group_count; i++) {
            page_print(out, ", group %s: %s", scenario->groups[i].name,
                       scenario->groups[i].profile->name);
        }
    }
    page_print(out, " · gossim %s", GOSSIM_VERSION);
    fputs("</p>\n<nav class=\"contents\" aria-label=\"Contents\"><a href=\"#result\">Result</a>"
          "<a href=\"#spread\">Propagation</a><a href=\"#figures\">Figures</a><a href=\"#tables\">"
          "Tables</a><a href=\"#rerun\">Run it again</a><a href=\"#scenario\">Scenario</a>"
          "<a href=\"#caveats\">What to keep in mind</a></nav>\n</header>\n<main>\n",
          out);
}

void report_question(struct report *report, const char *found) {
    fputs("<p class=\"question\">", report->body);
    page_text(report->body, report->options.question != NULL ? report->options.question : found);
    fputs("</p>\n", report->body);
}

/** What was asked of the run: its expectations, or how messages spread. */
static void write_question(const struct run_report *run) {
    char *text = NULL;
    size_t size = 0;
    char number[NUMBER_TEXT_SIZE];
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        return;
    }
    const json_t *list = report_json_at(run->summary, "expect");
    size_t count = json_array_size(list);
    if (count > 0) {
        fputs(count == 1 ? "Does " : "Do ", out);
        for (size_t i = 0; i < count; i++) {
            const json_t *condition = report_json_at(json_array_get(list, i), "text");
            fprintf(out, "%s%s",
                    i == 0          ? ""
                    : i + 1 < count ? ", "
                                    : " and ",
                    json_is_string(condition) ? json_string_value(condition) : "?");
        }
        fputs(" hold", out);
    } else {
        fputs("How do messages spread", out);
    }
    fprintf(out, " among %s %s", grouped(run->data->node_count, number),
            figure_noun(run->data->node_count, "node", "nodes"));
    if (run->report->scenario != NULL && !run->imported) {
        fprintf(out, " of %s", run->report->scenario->profile->name);
    }
    fputs("?", out);
    fclose(out);
    report_question(run->report, text);
    free(text);
}

static void write_warnings(const struct run_report *run, FILE *out) {
    char text[NUMBER_TEXT_SIZE];
    if (run->data->truncated) {
        int64_t last_ns = 0;
        for (uint32_t i = 0; i < run->data->message_count; i++) {
            const struct run_message *message = &run->data->messages[i];
            last_ns = message->recorded && message->published_ns > last_ns ? message->published_ns
                                                                           : last_ns;
        }
        fputs("<p class=\"warning\"><strong>The trace was cut short.</strong> This page shows what "
              "is left of it, up to the cut; the last publication in it is at ",
              out);
        page_text(out, duration_text(last_ns, text));
        fputs(". Counts and percentiles are of that part.</p>\n", out);
    }
    if (run->trace == NULL) {
        fputs(
            "<p class=\"warning\"><strong>The run kept no trace</strong> (--trace none): there is "
            "neither a propagation to play back nor a table of messages.</p>\n",
            out);
    }
    if (run->imported) {
        fputs("<p class=\"warning\"><strong>These are events of other programs</strong>, read from "
              "TraceEvents: gossim did not simulate them and cannot repeat them.</p>\n",
              out);
    }
    if (!run->imported && run->report->scenario == NULL && run->report->unreadable[0] != '\0') {
        fputs("<p class=\"warning\">The scenario cannot be read: ", out);
        page_text(out, run->report->unreadable);
        fputs("</p>\n", out);
    }
}

static bool ties_reordered(const struct run_report *run, const char **name) {
    const json_t *ties = report_json_at(run->summary, "ties");
    *name = json_is_string(ties) ? json_string_value(ties) : "first";
    return strcmp(*name, "first") != 0;
}

static void write_rerun(const struct run_report *run, FILE *out) {
    const char *ties = NULL;
    char *command = NULL;
    size_t size = 0;
    fputs("<section id=\"rerun\">\n<h2>Run it again</h2>\n", out);
    FILE *words = run->imported ? NULL : open_memstream(&command, &size);
    if (words == NULL) {
        fputs("<p>There is nothing to run.</p>\n</section>\n", out);
        return;
    }
    fputs("gossim run " REPORT_SCENARIO_FILE, words);
    if (ties_reordered(run, &ties)) {
        fputs(" --ties ", words);
        shell_print_word(ties, words);
    }
    fclose(words);
    fputs("<p>Save the scenario below as <code>" REPORT_SCENARIO_FILE
          "</code>; it has the seed and "
          "every override in it. The digest of the run depends on the scenario's meaning and the "
          "seed alone, not on the machine, the number of threads or what is traced: the same "
          "digest is the same run.</p>\n",
          out);
    page_table_begin(out, "", false);
    fputs(
        "<thead><tr><th>Scenario</th><th>Seed</th><th class=\"left\">Digest</th><th class=\"left\""
        ">Command</th></tr></thead>\n<tbody><tr><td>",
        out);
    page_text(out, run->name);
    fprintf(out, "</td><td>%s</td><td class=\"left\"><code>%s</code></td><td class=\"left\">",
            run->seed, run->digest[0] == '\0' ? "not known" : run->digest);
    page_command(out, command);
    fputs("</td></tr>", out);
    page_table_end(out);
    free(command);
    fputs("<p class=\"note\"><code>--trace full</code> besides keeps every copy and control "
          "message, and changes nothing else.</p>\n</section>\n",
          out);
}

static const struct report_figure figures[] = {
    {"latency_cdf", "Delivery latency: the share of expected receivers reached, all messages "
                    "together and single ones."},
    {"hops", "Deliveries by hop count, with the least that the mesh allows."},
    {"duplicates", "Duplicate copies of each message."},
    {"mesh_degree", "Mesh degree over time: least, mean and most, with Dlo, D and Dhi."},
    {"traffic", "Payload and control bytes sent over time."},
    {"propagation", "Where nodes are, coloured by when one message reached them."},
};

/** Where figures are: in the folder, or else drawn for this page. */
static bool find_figures(struct run_report *run, const char **folder) {
    struct report *report = run->report;
    char *place = NULL;
    *folder = report->options.path;
    if (asprintf(&place, "%s/figures", *folder) < 0) {
        return failure_running(report->failure, "out of memory");
    }
    bool there = access(place, F_OK) == 0;
    free(place);
    if (there || run->trace == NULL) {
        return true;
    }
    if (!report_scratch_open(report)) {
        return false;
    }
    *folder = report->scratch.hidden;
    return analysis_write_tables(run->data, TABLES_USUAL, *folder, report->failure) &&
           analysis_draw_figures(run->data, report->arena, *folder, report->failure);
}

static bool write_sections(struct run_report *run) {
    struct report *report = run->report;
    FILE *out = report->body;
    const char *folder = NULL;
    const char *ties = NULL;
    if (!find_figures(run, &folder)) {
        return false;
    }
    write_header(run, out);
    fputs("<section id=\"result\">\n", out);
    write_question(run);
    write_warnings(run, out);
    report_run_expectations(report, run->summary);
    report_run_facts(report, run->data, run->summary);
    fputs("</section>\n", out);
    report_begin_part(report, REPORT_BACK);
    out = report->body;
    report_figures(report, folder, figures, sizeof figures / sizeof figures[0]);
    fputs("<section id=\"tables\">\n<h2>Tables</h2>\n", out);
    report_run_messages(report, run->data);
    report_run_figures_table(report, run->summary);
    fputs("</section>\n", out);
    write_rerun(run, out);
    report_scenario_section(report, REPORT_SCENARIO_FILE,
                            run->imported ? "What TraceEvents tell of it."
                                          : "The scenario as it was run, with every "
                                            "default filled in.");
    if (run->imported) {
        fputs("<section id=\"caveats\">\n<h2>What to keep in mind</h2>\n<p>Nothing here is "
              "simulated. What the files of events do not tell stays out: bytes, delays of links, "
              "and what nodes without a file received.</p>\n</section>\n",
              out);
    } else {
        report_caveats_section(report, REPORT_OF_RUN, ties_reordered(run, &ties));
    }
    fputs("</main>\n<footer>Written by gossim report from the folder of one run. This page loads "
          "nothing from anywhere.</footer>\n",
          out);
    return run->trace == NULL || report_spread_section(report, run->data, run->trace);
}

bool report_run(struct report *report) {
    struct run_report run = {.report = report};
    run.data = arena_take(report->arena, MEMORY_TABLES, sizeof *run.data);
    *run.data = (struct run_data){.scenario = ""};
    bool ok = look(&run);
    if (ok && run.trace != NULL) {
        ok = run_data_read(run.data, report->arena, run.trace, report->failure);
    }
    if (ok) {
        find_scenario(&run);
    }
    ok = ok && identify(&run);
    if (ok) {
        char *title = arena_take(report->arena, MEMORY_TABLES, NAME_SIZE + 64);
        snprintf(title, NAME_SIZE + 64, "%s, seed %s: gossim report", run.name, run.seed);
        report->title = title;
    }
    ok = ok && write_sections(&run);
    run_data_close(run.data);
    json_decref(run.summary);
    free(run.trace);
    return ok;
}
