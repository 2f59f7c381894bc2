#include "cli/compare_options.h"

#include "cli/command.h"
#include "cli/jobs.h"
#include "cli/plot_sweep.h"
#include "cli/standard_options.h"
#include "cli/sweep_options.h"
#include "scenarios/sweep_quantity.h"

#include <argp.h>
#include <string.h>

enum {
    KEY_SEED = 1000,
    KEY_SEEDS,
    KEY_SET,
    KEY_SET_A,
    KEY_SET_B,
    KEY_AT,
    KEY_JSON,
    KEY_JOBS,
    KEY_FIGURE,
    KEY_MARGIN,
    KEY_CONFIDENCE,
    KEY_POWER,
    KEY_OUT,
    KEY_FORMAT
};

static const struct argp_option option_table[] = {
    {.name = "seeds",
     .key = KEY_SEEDS,
     .arg = "N",
     .doc = "replicates, at least 2 (10; of a sweep: all that both points have)"},
    {.name = "repeat", .key = KEY_SEEDS, .arg = "N", .doc = "the same, as a sweep calls it"},
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the first seed, not that of A"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key in both, such as links.loss=5%; may be repeated"},
    {.name = "set-a", .key = KEY_SET_A, .arg = "PATH=VALUE", .doc = "in A alone"},
    {.name = "set-b", .key = KEY_SET_B, .arg = "PATH=VALUE", .doc = "in B alone"},
    {.name = "at",
     .key = KEY_AT,
     .arg = "PATH=VALUE,...",
     .doc = "a point of the sweep whose database FILE is; first that of A, then that of B"},
    {.name = "figure",
     .key = KEY_FIGURE,
     .arg = "NAME,...",
     .doc = "figures to compare, such as latency.p95; may be repeated"},
    {.name = "margin",
     .key = KEY_MARGIN,
     .arg = "FIGURE=VALUE",
     .doc = "how large a difference of a figure does not matter, such as latency.p99=5ms, or 1% "
            "of A; may be repeated"},
    {.name = "confidence",
     .key = KEY_CONFIDENCE,
     .arg = "P",
     .doc = "of intervals (95%; of a sweep with until: 97%)"},
    {.name = "power",
     .key = KEY_POWER,
     .arg = "P",
     .doc = "with which a difference is to be detected (80%)"},
    {.name = "jobs",
     .key = KEY_JOBS,
     .arg = "N",
     .doc = "how many runs at a time; one per processor if not given"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "draw figures there: the differences, and the distributions of latency"},
    {.name = "format", .key = KEY_FORMAT, .arg = "TYPE,...", .doc = "png, svg, pdf (png,svg)"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the result as one JSON object, and nothing else"},
    {0},
};

/** Adds a setting to one side or to both, cutting the text in two once. */
static error_t add_set(struct compare_options *options, char *text, uint32_t first, uint32_t last) {
    options->has_settings = true;
    if (!load_add_set(&options->sides[first], text)) {
        return EINVAL;
    }
    struct load_request *from = &options->sides[first];
    bool both = first != last;
    return !both || load_add(&options->sides[last], from->overrides[from->override_count - 1])
               ? 0
               : EINVAL;
}

/** Adds a setting to one side, which cannot be its seed. */
static error_t add_set_of_side(struct compare_options *options, char *text, uint32_t side,
                               struct argp_state *state) {
    if (strcspn(text, "=") == strlen("seed") && strncmp(text, "seed", strlen("seed")) == 0) {
        argp_error(
            state,
            "--set-%c %s: both sides are run at the same seeds; allowed: --seed N, the first "
            "of them",
            side == 0 ? 'a' : 'b', text);
    }
    options->has_own_settings = true;
    return add_set(options, text, side, side);
}

static error_t add_seed(struct compare_options *options, const char *text) {
    options->has_settings = true;
    return load_add_seed(&options->sides[0], text) && load_add_seed(&options->sides[1], text)
               ? 0
               : EINVAL;
}

static enum sweep_kind kind_of(uint32_t figure) {
    enum metric_unit unit = sweep_figure_unit(figure);
    return unit == METRIC_DURATION ? SWEEP_DURATION
           : unit == METRIC_BYTES  ? SWEEP_SIZE
                                   : SWEEP_NUMBER;
}

static void add_margin(struct compare_options *options, const char *text,
                       struct argp_state *state) {
    size_t size = strcspn(text, "=");
    uint32_t figure = sweep_figure_find(text, size);
    if (text[size] != '=' || figure == SWEEP_FIGURE_COUNT) {
        argp_error(state,
                   "--margin: found \"%s\"; allowed: a figure and a size, such as "
                   "latency.p99=5ms or %s=1%%",
                   text, sweep_figure_nearest(text, size));
    }
    struct sweep_quantity limit = sweep_quantity_read(text + size + 1, strlen(text + size + 1));
    bool is_share = limit.kind == SWEEP_NUMBER && limit.percent;
    if (limit.value <= 0 || (!is_share && limit.kind != kind_of(figure))) {
        argp_error(state,
                   "--margin: %s is no size of %s above 0; allowed: one in its unit, or a share "
                   "of A such as 1%%",
                   text + size + 1, sweep_figure_name(figure));
    }
    double divisor = limit.kind == SWEEP_NUMBER ? 1e9 : 1;
    options->margins[figure] = (struct compare_margin){
        .wanted = true, .is_share = is_share, .size = (double)limit.value / divisor};
}

static error_t add_argument(struct compare_options *options, const char *path,
                            struct argp_state *state) {
    if (options->file_count == 2) {
        argp_error(state, "there are two files before \"%s\", which is the most", path);
    }
    options->sides[options->file_count++].path = path;
    return 0;
}

/** What fits together, once all is read. */
static void settle(struct compare_options *options, struct argp_state *state) {
    if (options->file_count == 0) {
        argp_error(state, "nothing to compare; allowed: two scenario files, one with --set-a or "
                          "--set-b, or a sweep's database with --at twice");
    }
    if (options->file_count == 1 && options->point_count == 0 && !options->has_own_settings) {
        argp_error(state,
                   "there is nothing to compare %s with; allowed: a second file, --set-a or "
                   "--set-b, or of a sweep --at twice",
                   options->sides[0].path);
    }
    if (options->point_count == 1) {
        argp_error(state, "--at stands once; allowed: twice, the point of A and that of B");
    }
    if (options->point_count > 0 && (options->has_settings || options->file_count == 2)) {
        argp_error(state, "--at is for the results of one sweep, which other files, seeds and "
                          "settings cannot change");
    }
    if (options->formats != 0 && options->out == NULL) {
        argp_error(state, "--format is about the figures that --out DIR draws");
    }
    if (options->file_count == 1) {
        options->sides[1].path = options->sides[0].path;
    }
    for (uint32_t figure = 0; figure < SWEEP_FIGURE_COUNT; figure++) {
        bool shown = !options->margins[figure].wanted;
        for (uint32_t i = 0; i < options->figures.count; i++) {
            shown = shown || options->figures.shown[i] == figure;
        }
        if (!shown) {
            argp_error(state, "--margin: %s is not compared; allowed: figures that --figure names",
                       sweep_figure_name(figure));
        }
    }
}

/** The figures that are compared unless others are named. */
static void settle_figures(struct sweep_figures *figures) {
    static const uint32_t usual[] = {
        METRIC_DELIVERY_RATIO,
        METRIC_LATENCY_P50,
        METRIC_LATENCY_P95,
        METRIC_LATENCY_P99,
        METRIC_DUPLICATES_PER_DELIVERY,
        METRIC_BYTES_SENT_TOTAL,
        SWEEP_CONTROL_SHARE,
        METRIC_MESH_DEGREE_MEAN,
    };
    if (figures->count == 0) {
        memcpy(figures->shown, usual, sizeof usual);
        figures->count = sizeof usual / sizeof usual[0];
    }
}

static error_t add_point(struct compare_options *options, const char *text,
                         struct argp_state *state) {
    if (options->point_count == 2) {
        argp_error(state, "--at stands more than twice; allowed: the point of A and that of B");
    }
    options->points[options->point_count++] = text;
    return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct compare_options *options = state->input;
    switch (key) {
    case KEY_SEEDS:
        options->seeds = (uint32_t)standard_number("seeds", argument, 2, COMPARE_SEEDS_MAX, state);
        return 0;
    case KEY_SEED:
        return add_seed(options, argument);
    case KEY_SET:
        return add_set(options, argument, 0, 1);
    case KEY_SET_A:
        return add_set_of_side(options, argument, 0, state);
    case KEY_SET_B:
        return add_set_of_side(options, argument, 1, state);
    case KEY_AT:
        return add_point(options, argument, state);
    case KEY_FIGURE:
        sweep_options_add_figures(&options->figures, argument, state);
        return 0;
    case KEY_MARGIN:
        add_margin(options, argument, state);
        return 0;
    case KEY_CONFIDENCE:
        options->confidence = standard_share("confidence", argument, 0.6, state);
        return 0;
    case KEY_POWER:
        options->power = standard_share("power", argument, 0.5, state);
        return 0;
    case KEY_JOBS:
        options->jobs = (uint32_t)standard_number("jobs", argument, 1, SWEEP_JOBS_MAX, state);
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_FORMAT:
        options->formats |= plot_read_formats(argument, state);
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case ARGP_KEY_ARG:
        return add_argument(options, argument, state);
    case ARGP_KEY_END:
        settle_figures(&options->figures);
        settle(options, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "A B\nFILE --set-b PATH=VALUE\nDIR --at POINT --at POINT",
    .doc = "Compare two scenarios, or two points of a sweep, at the same seeds: paired differences "
           "with intervals, and a verdict."
           "\vRuns of one seed share graph, delays, losses and publishers as far as what differs "
           "lets them. The verdict on a figure is that it differs, that it is the same (within a "
           "margin), or that nobody can tell: then it says what could have been detected, and how "
           "many more replicates would detect how much.",
};

bool compare_options_parse(struct compare_options *options, int argument_count, char **arguments) {
    *options = (struct compare_options){.jobs = jobs_processors(), .power = 0.8};
    return standard_parse(&argp, argument_count, arguments, options) == 0;
}
