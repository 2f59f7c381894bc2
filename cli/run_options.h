/**
 * The options of `gossim run`.
 */
#ifndef GOSSIM_CLI_RUN_OPTIONS_H
#define GOSSIM_CLI_RUN_OPTIONS_H

#include "analysis/tables.h"
#include "cli/load.h"
#include "cli/memory_limit.h"
#include "scenarios/run.h"
#include "trace/file.h"

#include <stdbool.h>

struct run_command_options {
    struct load_request request;
    const char *out;     // NULL: see cli/result_place.h
    const char *metrics; // NULL: none are kept
    enum trace_level level;
    enum run_wire wire;
    uint32_t threads;  // at most
    bool keep_threads; // all the time
    enum ties ties;
    bool json;
    bool no_figures;
    bool no_tables;           // then no_figures too
    enum table_choice tables; // unless no_tables
    bool stats;
    struct memory_limit memory_limit;
};

/** Reads the command line; false after a message, for exit status 2. Help and usage end the
 * program. */
bool run_options_parse(struct run_command_options *options, int argument_count, char **arguments);

#endif
