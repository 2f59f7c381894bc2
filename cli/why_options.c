#include "cli/why_options.h"

#include "analysis/record_filter.h"
#include "cli/standard_options.h"

#include <argp.h>
#include <string.h>

enum { KEY_MESSAGE = 1000, KEY_NODE, KEY_JSON, KEY_FORMAT, KEY_DIAGRAM };

static const struct argp_option option_table[] = {
    {.name = "message", .key = KEY_MESSAGE, .arg = "M", .doc = "which message: its number"},
    {.name = "node", .key = KEY_NODE, .arg = "N", .doc = "which node: its number"},
    {.name = "format", .key = KEY_FORMAT, .arg = "FORMAT", .doc = "text, or json"},
    {.name = "json", .key = KEY_JSON, .doc = "the same as --format json"},
    {.name = "diagram",
     .key = KEY_DIAGRAM,
     .arg = "FILE",
     .doc = "write a sequence diagram: FILE.mmd for Mermaid, FILE.png, .svg or .pdf for a picture"},
    {0},
};

/** What of the options was given; the struct has zeros. */
struct given {
    struct why_options *options;
    bool message;
    bool node;
};

static uint32_t parse_number(struct argp_state *state, const char *option, const char *text) {
    struct record_ranges ranges = {.count = 0};
    const char *why = NULL;
    bool read = record_filter_read_ranges(&ranges, text, &why);
    if (!read || ranges.count != 1 || ranges.items[0].first != ranges.items[0].last) {
        argp_error(state, "--%s %s: give one number, from 0", option, text);
    }
    return ranges.items[0].first;
}

static void parse_diagram(struct argp_state *state, struct why_options *options, const char *text) {
    static const char *const endings[WHY_DIAGRAM_COUNT] = {[WHY_DIAGRAM_MERMAID] = ".mmd",
                                                           [WHY_DIAGRAM_PNG] = ".png",
                                                           [WHY_DIAGRAM_SVG] = ".svg",
                                                           [WHY_DIAGRAM_PDF] = ".pdf"};
    size_t size = strlen(text);
    size_t ending_size = strlen(endings[0]);
    uint32_t kind = 0;
    while (kind < WHY_DIAGRAM_COUNT &&
           (size <= ending_size || strcmp(text + size - ending_size, endings[kind]) != 0)) {
        kind++;
    }
    if (kind == WHY_DIAGRAM_COUNT) {
        argp_error(state, "--diagram %s: allowed: a file that ends in .mmd, .png, .svg or .pdf",
                   text);
    }
    options->diagram = text;
    options->diagram_kind = (enum why_diagram)kind;
}

static void parse_end(const struct given *given, struct argp_state *state) {
    if (given->options->path == NULL) {
        argp_error(state, "name the folder of a run, or a trace file");
    } else if (!given->message || !given->node) {
        argp_error(state, "give --message and --node");
    }
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct given *given = state->input;
    struct why_options *options = given->options;
    switch (key) {
    case KEY_MESSAGE:
        options->message = parse_number(state, "message", argument);
        given->message = true;
        return 0;
    case KEY_NODE:
        options->node = parse_number(state, "node", argument);
        given->node = true;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case KEY_FORMAT:
        options->json = strcmp(argument, "json") == 0;
        if (!options->json && strcmp(argument, "text") != 0) {
            argp_error(state, "--format %s: give text or json", argument);
        }
        return 0;
    case KEY_DIAGRAM:
        parse_diagram(state, options, argument);
        return 0;
    case ARGP_KEY_ARG:
        if (options->path != NULL) {
            argp_error(state, "one folder or file, not two: %s", argument);
        }
        options->path = argument;
        return 0;
    case ARGP_KEY_END:
        parse_end(given, state);
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
        "Tell why a node got a message when it did, or did not: the answer in one sentence, then "
        "what led to it, a line each."
        "\vDIR is the result folder of a run, or a trace file. A run with `--trace full` is "
        "needed for more than the way of the first copy. `gossim trace DIR` lists messages: "
        "`--kind publish`.",
};

bool why_options_parse(struct why_options *options, int argument_count, char **arguments) {
    *options = (struct why_options){.path = NULL};
    struct given given = {.options = options};
    return standard_parse(&argp, argument_count, arguments, &given) == 0;
}
