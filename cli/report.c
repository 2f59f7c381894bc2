#include "cli/report/report.h"
#include "base/quantity.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/plot_sweep.h"
#include "cli/report/assets.h"
#include "cli/report/page.h"
#include "cli/result_file.h"
#include "cli/standard_options.h"
#include "cli/version.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { KEY_MESSAGE = 1000, KEY_QUESTION, KEY_MAX_SIZE };
#define SIZE_USUAL (UINT64_C(20) * 1000 * 1000)

static const struct argp_option option_table[] = {
    {.name = "out", .key = 'o', .arg = "FILE", .doc = "where the page goes (DIR/report.html)"},
    {.name = "question",
     .key = KEY_QUESTION,
     .arg = "TEXT",
     .doc = "what the page is to answer; else it is put together from expectations and axes"},
    {.name = "message",
     .key = KEY_MESSAGE,
     .arg = "N,...",
     .doc = "messages that the animated view of a run has in any case, such as 3,7..9"},
    {.name = "max-size",
     .key = KEY_MAX_SIZE,
     .arg = "SIZE",
     .doc = "of the page (20MB); what does not fit is left out, and the page says so"},
    {0},
};

static void read_messages(struct report_options *options, const char *text,
                          struct argp_state *state) {
    const char *why = NULL;
    if (!record_filter_read_ranges(&options->messages, text, &why)) {
        argp_error(state, "--message %s: %s", text, why);
    }
}

static void read_size(struct report_options *options, const char *text, struct argp_state *state) {
    const char *why = NULL;
    if (!quantity_read_size(text, strlen(text), &options->size_max, &why)) {
        argp_error(state, "--max-size %s: %s", text, why);
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct report_options *options = state->input;
    switch (key) {
    case 'o':
        options->out = argument;
        return 0;
    case KEY_QUESTION:
        options->question = argument;
        return 0;
    case KEY_MESSAGE:
        read_messages(options, argument, state);
        return 0;
    case KEY_MAX_SIZE:
        read_size(options, argument, state);
        return 0;
    case ARGP_KEY_ARG:
        if (options->path != NULL) {
            argp_error(state, "one result folder, not two: %s", argument);
        }
        options->path = argument;
        return 0;
    case ARGP_KEY_END:
        if (options->path == NULL) {
            argp_error(state, "name the folder of a finished run, sweep or comparison");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "DIR",
    .doc =
        "Write one HTML page about a finished run, sweep or comparison that needs nothing beside "
        "itself."
        "\vThe page has the question, the verdict, the scenario with its defaults marked, what "
        "the model leaves out, tables, figures, and for each run its digest and the command "
        "that repeats it. Of a run it plays back how messages spread; duplicates, losses and "
        "control messages are in it if the run was traced with --trace full. The same folder "
        "gives the same page.",
};

static void write_lines(FILE *out, const char *const *lines, size_t count) {
    for (size_t i = 0; i < count; i++) {
        fputs(lines[i], out);
    }
}

/** The page around its sections. Whatever could reach a network is forbidden by its policy. */
static void write_page(const struct report *report, FILE *out) {
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "script-src '%s'; style-src '%s'; img-src data:; base-uri 'none'; form-action "
            "'none'\">\n<meta name=\"viewport\" content=\"width=device-width, "
            "initial-scale=1\">\n<meta name=\"generator\" content=\"gossim %s\">\n"
            "<link rel=\"icon\" href=\"data:,\">\n<title>",
            report_script_hash, report_style_hash, GOSSIM_VERSION);
    page_text(out, report->title);
    fputs("</title>\n<style>", out);
    write_lines(out, report_style, report_style_count);
    fputs("</style>\n</head>\n<body>\n", out);
    for (uint32_t i = 0; i < REPORT_PARTS; i++) {
        fwrite(report->parts[i].text, 1, report->parts[i].size, out);
    }
    fputs("<script>", out);
    write_lines(out, report_script, report_script_count);
    fputs("</script>\n</body>\n</html>\n", out);
}

static size_t size_of_lines(const char *const *lines, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        size += strlen(lines[i]);
    }
    return size;
}

uint64_t report_room(const struct report *report) {
    enum { FRAME = 2048 }; // what stands around the sections
    uint64_t taken = FRAME + size_of_lines(report_style, report_style_count) +
                     size_of_lines(report_script, report_script_count);
    for (uint32_t i = 0; i < REPORT_PARTS; i++) {
        fflush(report->parts[i].out);
        taken += report->parts[i].size;
    }
    return taken < report->options.size_max ? report->options.size_max - taken : 0;
}

void report_begin_part(struct report *report, enum report_part part) {
    report->body = report->parts[part].out;
}

static bool open_parts(struct report *report) {
    bool ok = true;
    for (uint32_t i = 0; i < REPORT_PARTS; i++) {
        struct report_stream *part = &report->parts[i];
        part->out = open_memstream(&part->text, &part->size);
        ok = ok && part->out != NULL;
    }
    report_begin_part(report, REPORT_FRONT);
    return ok || failure_running(report->failure, "out of memory");
}

static void close_parts(struct report *report) {
    for (uint32_t i = 0; i < REPORT_PARTS; i++) {
        if (report->parts[i].out != NULL) {
            fclose(report->parts[i].out);
        }
        free(report->parts[i].text);
    }
}

static bool write_file(struct report *report, const char *place) {
    struct result_file file;
    if (!result_file_open(&file, place, report->failure)) {
        return false;
    }
    write_page(report, file.stream);
    bool ok = !interrupt_seen() || failure_running(report->failure, "interrupted");
    ok = ok && result_file_complete(&file, report->failure);
    if (!ok) {
        result_file_abandon(&file);
    }
    return ok && result_file_publish(&file, report->failure);
}

/** The folder of what was named: a database stands for the one that it is in. */
static char *folder_of(const char *path) {
    struct stat status;
    const char *slash = strrchr(path, '/');
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return strdup(path);
    }
    return slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
}

static bool make_page(struct report *report, const char *place) {
    char *database = plot_sweep_find(report->options.path);
    bool ok = open_parts(report) && (database != NULL               ? report_sweep(report, database)
                                     : report_is_comparison(report) ? report_comparison(report)
                                                                    : report_run(report));
    if (ok && report_room(report) == 0) {
        ok = failure_bad_input(report->failure,
                               "--max-size %" PRIu64 "B: what a page cannot do without takes more",
                               report->options.size_max);
    }
    ok = ok && write_file(report, place);
    free(database);
    return ok;
}

bool report_scratch_open(struct report *report) {
    return result_folder_reopen(&report->scratch, report->out_folder, report->failure);
}

/** Where the page goes, to be freed by the caller; NULL when there is no memory. */
static char *place_of(const struct report_options *options) {
    char *place = NULL;
    if (options->out != NULL) {
        return strdup(options->out);
    }
    char *folder = folder_of(options->path);
    size_t size = folder == NULL ? 0 : strlen(folder);
    bool slash = size > 0 && folder[size - 1] == '/';
    int length = asprintf(&place, "%s%sreport.html", folder, slash ? "" : "/");
    free(folder);
    return size == 0 || length < 0 ? NULL : place;
}

static bool write_report(struct report *report) {
    struct stat status;
    if (stat(report->options.path, &status) != 0) {
        return failure_bad_input(report->failure, "cannot open %s: %s", report->options.path,
                                 strerror(errno));
    }
    char *place = place_of(&report->options);
    char *folder = place == NULL ? NULL : folder_of(place);
    bool ok = folder != NULL || failure_running(report->failure, "out of memory");
    report->out_folder = folder;
    interrupt_watch();
    ok = ok && make_page(report, place);
    if (ok) {
        printf("report       %s\n", place);
    }
    result_folder_abandon(&report->scratch);
    free(place);
    free(folder);
    return ok;
}

int command_report(int argument_count, char **arguments) {
    struct failure failure = {.kind = FAILURE_RUNNING};
    struct report report = {.options = {.size_max = SIZE_USUAL}, .failure = &failure};
    if (standard_parse(&argp, argument_count, arguments, &report.options) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_end_at_once();
    report.arena = arena_create(NULL);
    int status = EXIT_STATUS_DONE;
    if (!write_report(&report)) {
        fputs("gossim: ", stderr);
        failure_print(&failure, stderr);
        status = failure.kind == FAILURE_BAD_INPUT ? EXIT_STATUS_BAD_INPUT : EXIT_STATUS_FAILED;
    }
    close_parts(&report);
    arena_destroy(report.arena);
    return status == EXIT_STATUS_DONE ? standard_output_end() : status;
}
