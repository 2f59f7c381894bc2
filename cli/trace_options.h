/**
 * The options of `gossim trace`.
 */
#ifndef GOSSIM_CLI_TRACE_OPTIONS_H
#define GOSSIM_CLI_TRACE_OPTIONS_H

#include "analysis/record_filter.h"

#include <stdbool.h>

enum trace_format {
    TRACE_FORMAT_TEXT,
    TRACE_FORMAT_JSONL,
    TRACE_FORMAT_CSV,
    TRACE_FORMAT_SQLITE,
    TRACE_FORMAT_EVENTS,
};

struct trace_options {
    const char *path; // a result folder, or a trace file
    struct record_filter filter;
    enum trace_format format;
    const char *out; // NULL: standard output
};

/** False after a message. */
bool trace_options_parse(struct trace_options *options, int argument_count, char **arguments);

#endif
