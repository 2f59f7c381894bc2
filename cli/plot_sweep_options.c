#include "cli/plot_sweep.h"

#include "analysis/figure_sheet.h"
#include "cli/standard_options.h"

#include <string.h>

enum { KEY_FIGURE = 1100, KEY_X, KEY_Y, KEY_AS, KEY_WHERE, KEY_FORMAT };

static const struct argp_option option_table[] = {
    {.name = "figure",
     .key = KEY_FIGURE,
     .arg = "NAME,...",
     .doc = "the figures: those of a summary, such as latency.p99, control_share, "
            "bytes_per_delivery, and pareto, which is latency.p99 against bytes per delivery"},
    {.name = "x", .key = KEY_X, .arg = "PATH", .doc = "the parameter from left to right"},
    {.name = "y",
     .key = KEY_Y,
     .arg = "PATH",
     .doc = "the other parameter: a row of the heat map, or a line, for each value"},
    {.name = "as",
     .key = KEY_AS,
     .arg = "FORM",
     .doc = "lines, or heat: a heat map (what is usual where two vary)"},
    {.name = "where",
     .key = KEY_WHERE,
     .arg = "PATH=VALUE",
     .doc = "of the points, those with this value (may be given several times)"},
    {.name = "format", .key = KEY_FORMAT, .arg = "TYPE,...", .doc = "png, svg, pdf (png,svg)"},
    {0},
};

/** The figure of a name, with what is special to plots. */
static uint32_t figure_of(const char *name, size_t size) {
    static const char pareto[] = "pareto";
    if (strlen(pareto) == size && memcmp(pareto, name, size) == 0) {
        return PLOT_PARETO;
    }
    uint32_t figure = sweep_figure_find(name, size);
    return figure == SWEEP_FIGURE_COUNT ? UINT32_MAX : figure;
}

static const char *nearest_to(const char *name, size_t size) {
    if (size >= 2 && strncmp(name, "pa", 2) == 0 && strncmp(name, "pac", 3) != 0) {
        return "pareto";
    }
    return size >= 6 && strncmp(name, "bytes_p", 6) == 0 && strncmp(name, "bytes_s", 7) != 0
               ? "bytes_per_delivery"
               : sweep_figure_nearest(name, size);
}

static void add_figures(struct plot_sweep_options *options, const char *list,
                        struct argp_state *state) {
    for (bool more = true; more;) {
        size_t size = strcspn(list, ",");
        uint32_t figure = figure_of(list, size);
        if (figure == UINT32_MAX) {
            argp_error(state, "--figure: \"%.*s\" is no figure (did you mean %s?)", (int)size, list,
                       nearest_to(list, size));
        }
        for (uint32_t i = 0; i < options->figure_count; i++) {
            if (options->figures[i] == figure) {
                argp_error(state, "--figure: %.*s stands twice", (int)size, list);
            }
        }
        if (options->figure_count == PLOT_FIGURES_MAX) {
            argp_error(state, "--figure: at most %d", PLOT_FIGURES_MAX);
        }
        options->figures[options->figure_count++] = figure;
        more = list[size] == ',';
        list += size + 1;
    }
}

unsigned plot_read_formats(const char *list, struct argp_state *state) {
    static const struct {
        const char *name;
        unsigned format;
    } formats[] = {{"png", FIGURE_PNG}, {"svg", FIGURE_SVG}, {"pdf", FIGURE_PDF}};
    unsigned all = 0;
    for (bool more = true; more;) {
        size_t size = strcspn(list, ",");
        unsigned found = 0;
        for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
            if (size == 3 && memcmp(list, formats[i].name, 3) == 0) {
                found = formats[i].format;
            }
        }
        if (found == 0) {
            argp_error(state, "--format: found `%.*s`; allowed: png, svg, pdf", (int)size, list);
        }
        all |= found;
        more = list[size] == ',';
        list += size + 1;
    }
    return all;
}

static void add_held(struct plot_sweep_options *options, const char *text,
                     struct argp_state *state) {
    const char *sign = strchr(text, '=');
    if (sign == NULL || sign == text) {
        argp_error(state, "--where: found `%s`; allowed: PATH=VALUE", text);
    } else if (options->held_count == SWEEP_READ_HELD_MAX) {
        argp_error(state, "--where: at most %d", SWEEP_READ_HELD_MAX);
    } else {
        options->held[options->held_count++] =
            (struct sweep_held){text, (size_t)(sign - text), sign + 1};
    }
}

static void set_form(struct plot_sweep_options *options, const char *text,
                     struct argp_state *state) {
    bool lines = strcmp(text, "lines") == 0;
    if (!lines && strcmp(text, "heat") != 0) {
        argp_error(state, "--as: found `%s`; allowed: lines, heat", text);
    }
    options->form = lines ? PLOT_FORM_LINES : PLOT_FORM_HEAT;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct plot_sweep_options *options = state->input;
    switch (key) {
    case KEY_FIGURE:
        add_figures(options, argument, state);
        break;
    case KEY_X:
        options->x = argument;
        break;
    case KEY_Y:
        options->y = argument;
        break;
    case KEY_AS:
        set_form(options, argument, state);
        break;
    case KEY_WHERE:
        add_held(options, argument, state);
        break;
    case KEY_FORMAT:
        options->formats |= plot_read_formats(argument, state);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    options->used = true;
    return 0;
}

const struct argp plot_sweep_argp = {
    .options = option_table, .parser = parse, .children = standard_options};
