#include "cli/trace_options.h"

#include "base/quantity.h"
#include "cli/standard_options.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

enum {
    KEY_NODE = 1000,
    KEY_PEER,
    KEY_TOPIC,
    KEY_MESSAGE,
    KEY_KIND,
    KEY_FROM,
    KEY_UNTIL,
    KEY_FORMAT,
    KEY_OUT
};

enum { KINDS_TEXT_SIZE = 1024 };

static const struct argp_option option_table[] = {
    {.name = "node", .key = KEY_NODE, .arg = "N,A..B", .doc = "only records of these nodes"},
    {.name = "peer", .key = KEY_PEER, .arg = "N,A..B", .doc = "only with these other nodes"},
    {.name = "topic", .key = KEY_TOPIC, .arg = "NAME,...", .doc = "only about these topics"},
    {.name = "message", .key = KEY_MESSAGE, .arg = "N,A..B", .doc = "only about these messages"},
    {.name = "kind",
     .key = KEY_KIND,
     .arg = "KIND,...",
     .doc = "only records of these kinds; send:ihave is a kind of RPC"},
    {.name = "from", .key = KEY_FROM, .arg = "TIME", .doc = "not before, such as 5.5s"},
    {.name = "until", .key = KEY_UNTIL, .arg = "TIME", .doc = "and before"},
    {.name = "format",
     .key = KEY_FORMAT,
     .arg = "FORMAT",
     .doc = "text (for grep), jsonl, csv, sqlite (with --out), or trace-event"},
    {.name = "out", .key = KEY_OUT, .arg = "FILE", .doc = "write there, not to standard output"},
    {0},
};

static const char *const format_names[] = {
    [TRACE_FORMAT_TEXT] = "text",
    [TRACE_FORMAT_JSONL] = "jsonl",
    [TRACE_FORMAT_CSV] = "csv",
    [TRACE_FORMAT_SQLITE] = "sqlite",
    [TRACE_FORMAT_EVENTS] = "trace-event",
};

enum { FORMAT_COUNT = sizeof format_names / sizeof format_names[0] };

static void parse_format(struct trace_options *options, const char *name,
                         struct argp_state *state) {
    uint32_t format = 0;
    while (format < FORMAT_COUNT && strcmp(format_names[format], name) != 0) {
        format++;
    }
    if (format == FORMAT_COUNT) {
        argp_error(state, "--format %s: give text, jsonl, csv, sqlite or trace-event", name);
    }
    options->format = (enum trace_format)format;
}

static void parse_time(int64_t *at_ns, const char *option, const char *text,
                       struct argp_state *state) {
    const char *why = NULL;
    if (!quantity_read_duration(text, strlen(text), at_ns, &why)) {
        argp_error(state, "--%s %s: %s", option, text, why);
    }
}

static void parse_ranges(struct record_ranges *ranges, const char *option, const char *text,
                         struct argp_state *state) {
    const char *why = NULL;
    if (!record_filter_read_ranges(ranges, text, &why)) {
        argp_error(state, "--%s %s: %s", option, text, why);
    }
}

/** All that `--kind` takes. */
static const char *write_kinds(char text[KINDS_TEXT_SIZE]) {
    FILE *out = fmemopen(text, KINDS_TEXT_SIZE, "w");
    if (out == NULL) {
        return "";
    }
    fputs("kinds are", out);
    for (uint32_t kind = 1; kind < TRACE_KIND_COUNT; kind++) {
        fprintf(out, " %s", trace_kind_name((enum trace_kind)kind));
    }
    fputs("; of RPCs also with :KIND, one of", out);
    for (uint32_t rpc = 0; rpc < TRACE_RPC_COUNT; rpc++) {
        fprintf(out, " %s", trace_rpc_name((enum trace_rpc)rpc));
    }
    fclose(out);
    return text;
}

/** A list of kinds, or of topics. */
static void parse_names(struct record_filter *filter, int key, char *text,
                        struct argp_state *state) {
    const char *why = NULL;
    char known[KINDS_TEXT_SIZE];
    bool read = key == KEY_KIND ? record_filter_read_kinds(filter, text, &why)
                                : record_filter_read_topics(filter, text, &why);
    if (!read && key == KEY_KIND) {
        argp_error(state, "--kind %s: %s\n%s", text, why, write_kinds(known));
    } else if (!read) {
        argp_error(state, "--topic %s: %s", text, why);
    }
}

static error_t parse_end(const struct trace_options *options, struct argp_state *state) {
    if (options->filter.from_ns >= options->filter.until_ns) {
        argp_error(state, "--until is no later than --from: nothing is between them");
    }
    if (options->path == NULL) {
        argp_error(state, "name the folder of a run, or a trace file");
    }
    if (options->format == TRACE_FORMAT_SQLITE && options->out == NULL) {
        argp_error(state, "--format sqlite: name the file with --out");
    }
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct trace_options *options = state->input;
    struct record_filter *filter = &options->filter;
    switch (key) {
    case KEY_NODE:
        parse_ranges(&filter->nodes, "node", argument, state);
        return 0;
    case KEY_PEER:
        parse_ranges(&filter->peers, "peer", argument, state);
        return 0;
    case KEY_MESSAGE:
        parse_ranges(&filter->messages, "message", argument, state);
        return 0;
    case KEY_TOPIC:
    case KEY_KIND:
        parse_names(filter, key, argument, state);
        return 0;
    case KEY_FROM:
        parse_time(&filter->from_ns, "from", argument, state);
        return 0;
    case KEY_UNTIL:
        parse_time(&filter->until_ns, "until", argument, state);
        return 0;
    case KEY_FORMAT:
        parse_format(options, argument, state);
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (options->path != NULL) {
            argp_error(state, "one folder or file, not two: %s", argument);
        }
        options->path = argument;
        return 0;
    case ARGP_KEY_END:
        return parse_end(options, state);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "DIR",
    .doc = "Print the records of a run, one a line: when, which node, what, with which peer, about "
           "which topic and message, how large the node's mesh is then and should be, and why."
           "\vDIR is the result folder of a run, a trace file, or TraceEvents of go-libp2p-pubsub: "
           "a file, or a folder of one for each node. What was traced with `--trace "
           "full` shows every state change, else deliveries alone. A mesh stands there as "
           "`5=4/6/12`: its size, then < below Dlo, = within, > above Dhi, then Dlo/D/Dhi. "
           "Kinds are those of the column `what`.",
};

bool trace_options_parse(struct trace_options *options, int argument_count, char **arguments) {
    *options = (struct trace_options){.format = TRACE_FORMAT_TEXT};
    record_filter_init(&options->filter);
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
