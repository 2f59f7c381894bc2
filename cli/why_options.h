/**
 * The options of `gossim why`.
 */
#ifndef GOSSIM_CLI_WHY_OPTIONS_H
#define GOSSIM_CLI_WHY_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

/** What --diagram writes; the ending of the file says which. */
enum why_diagram {
    WHY_DIAGRAM_MERMAID,
    WHY_DIAGRAM_PNG,
    WHY_DIAGRAM_SVG,
    WHY_DIAGRAM_PDF,
    WHY_DIAGRAM_COUNT
};

struct why_options {
    const char *path; // a result folder, or a trace file
    uint32_t message;
    uint32_t node;
    bool json;
    const char *diagram; // where to, or NULL
    enum why_diagram diagram_kind;
};

/** False after a message. */
bool why_options_parse(struct why_options *options, int argument_count, char **arguments);

#endif
