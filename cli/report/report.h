/**
 * One call of `gossim report`, for the files that it is made of.
 *
 *     ../report.c          options; finds out what DIR is; writes the page whole or not at all
 *     run.c, run_*.c       the sections of a run
 *     sweep.c, sweep_*.c   the sections of a sweep
 *     comparison.c         the sections of a comparison
 *     scenario_part.c, caveats.c, figures.c   sections of both
 *     spread.c, spread_*.c what the animated view plays back
 *     page.c               text and numbers in HTML
 *     page.css, *.js       how it looks, and what it does
 *
 * The page is a function of the folder and the options: no clock, no path of the machine. It is put
 * together of parts in memory. The animated view comes early on the page and is made last, as it
 * takes what room is left. What is left out for its size is told on the page, where it would have
 * been.
 */
#ifndef GOSSIM_CLI_REPORT_REPORT_H
#define GOSSIM_CLI_REPORT_REPORT_H

#include "analysis/record_filter.h"
#include "analysis/run_data.h"
#include "base/arena.h"
#include "base/failure.h"
#include "cli/result_folder.h"
#include "scenarios/scenario.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct report_options {
    const char *path;              // of the result folder, or of a sweep's database
    const char *out;               // NULL: report.html in the folder
    const char *question;          // NULL: put together from what is there
    struct record_ranges messages; // to be in the view, whatever else is
    uint64_t size_max;             // bytes of the page
};

/** What a page is about. */
enum report_of { REPORT_OF_RUN, REPORT_OF_SWEEP, REPORT_OF_COMPARISON };

/** In the order of the page; DATA is what the script reads. */
enum report_part { REPORT_FRONT, REPORT_VIEW, REPORT_BACK, REPORT_DATA, REPORT_PARTS };

/** A part of the page, in memory. */
struct report_stream {
    FILE *out;
    char *text; // to be freed
    size_t size;
};

struct report {
    struct report_options options;
    struct arena *arena;
    struct failure *failure;
    const char *out_folder;       // where the page goes
    struct result_folder scratch; // where figures are drawn that the folder has not
    const char *title;            // for the browser's tab
    struct report_stream parts[REPORT_PARTS];
    FILE *body; // of the part that is being written

    // What the folder says.
    const char *scenario_text;       // canonical; NULL: it has none
    const struct scenario *scenario; // NULL: it cannot be read
    char unreadable[640];            // why
};

/** Makes the scratch folder, beside the page. */
FAILURE_WARN_UNUSED bool report_scratch_open(struct report *report);

/** Goes on to write a part. */
void report_begin_part(struct report *report, enum report_part part);

/** Bytes that may still be added. */
uint64_t report_room(const struct report *report);

/** The text of a file in the folder, or NULL if it is not there; `*size` (may be NULL) its bytes.
 */
char *report_file(const struct report *report, const char *name, size_t *size);

/** The JSON of a file in the folder, or NULL; integers that are too large for it are numbers. */
json_t *report_json_file(const struct report *report, const char *name);

/** Reads the scenario of a text that has been found; notes why where it cannot be. */
void report_read_scenario(struct report *report, const char *text);

/** The file name that commands on the page use for the scenario that the page holds. */
#define REPORT_SCENARIO_FILE "scenario.yaml"

/** What a run or a sweep is about, in the words of `--question`, or put together. */
void report_question(struct report *report, const char *found);

/** The sections that runs and sweeps have in common. */
void report_scenario_section(struct report *report, const char *file, const char *lead);
void report_caveats_section(struct report *report, enum report_of of, bool ties_reordered);

/** A figure of those to show. */
struct report_figure {
    const char *name; // of its files
    const char *caption;
};

/** Pictures from `folder`/figures; what is not there is said to be missing. */
void report_figures(struct report *report, const char *folder, const struct report_figure *figures,
                    uint32_t count);

/** All sections of a run. */
FAILURE_WARN_UNUSED bool report_run(struct report *report);

/** All sections of a sweep, from its database. */
FAILURE_WARN_UNUSED bool report_sweep(struct report *report, const char *database);

/** Whether the folder is that of `gossim compare --out`, and all sections of it. */
bool report_is_comparison(const struct report *report);
FAILURE_WARN_UNUSED bool report_comparison(struct report *report);

/** The tables of a run. */
void report_run_facts(struct report *report, const struct run_data *run, const json_t *summary);
void report_run_expectations(struct report *report, const json_t *summary);
void report_run_messages(struct report *report, const struct run_data *run);
void report_run_figures_table(struct report *report, json_t *summary);

/** The animated view of a run: the section, and its data. False also if a message that was asked
 * for is none. */
FAILURE_WARN_UNUSED bool report_spread_section(struct report *report, const struct run_data *run,
                                               const char *trace);

/** A value at a dotted path of a JSON object, or NULL. */
const json_t *report_json_at(const json_t *object, const char *path);

#endif
