/**
 * One call of `gossim hunt`, for the files that it is made of: hunt.c keeps house, hunt_journal.c
 * keeps what was found out, hunt_print.c says it.
 *
 * Seeds are tried in ascending order. Unless the hunt keeps going it is over when a seed has failed
 * and all lower ones are done: so it finds the lowest, however many run side by side.
 */
#ifndef GOSSIM_CLI_HUNT_H
#define GOSSIM_CLI_HUNT_H

#include "cli/hunt_journal.h"
#include "cli/hunt_options.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct json_t;

/** What a hunt has come to. */
struct hunt_report {
    const struct hunt_options *options;
    const char *name;                    // of the scenario
    const struct hunt_finding *findings; // [finding_count] that are told, in the order of seeds
    size_t finding_count;
    const struct hunt_finding *least; // of these the one with the fewest events; NULL: none
    const char *file;                 // where its scenario is
    struct json_t *shrunk;            // what came of making it smaller; NULL: nothing yet
    uint64_t done;                    // of the seeds that were asked for
    uint64_t done_before;             // this call
    uint64_t wanted;                  // UINT64_MAX: without end
    double wall_s;
};

void hunt_print(const struct hunt_report *report, FILE *out);

/** False if it could not be written. */
bool hunt_write_json(const struct hunt_report *report, FILE *out);

enum { HUNT_LENGTH_SIZE = 128 };

/** "1294 events, digest 25b5…", or that a run did not come to its end. Returns `text`. */
const char *hunt_length_text(const struct hunt_finding *finding, char text[HUNT_LENGTH_SIZE]);

/** The command that repeats the run which was kept. */
void hunt_print_command(const struct hunt_report *report, FILE *out);

#endif
