#include "cli/sweep_options.h"

#include "cli/command.h"
#include "cli/standard_options.h"
#include "scenarios/sweep.h"

#include <argp.h>
#include <string.h>

enum {
    KEY_SEED = 1000,
    KEY_SEEDS,
    KEY_SET,
    KEY_OUT,
    KEY_JSON,
    KEY_JOBS,
    KEY_LIST,
    KEY_FIGURE,
    KEY_AGAIN,
    KEY_MPI,
    KEY_NO_MPI
};

static const struct argp_option option_table[] = {
    {.name = "list", .key = KEY_LIST, .doc = "print the runs, and which are done, and run nothing"},
    {.name = "seeds",
     .key = KEY_SEEDS,
     .arg = "N",
     .doc = "replicates of each point, instead of the scenario's sweep.repeat"},
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the first seed, not the scenario's"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8; may be repeated"},
    {.name = "figure",
     .key = KEY_FIGURE,
     .arg = "NAME,...",
     .doc = "figures to show, such as latency.p95, control_share or bytes_per_delivery; may be "
            "repeated"},
    {.name = "jobs",
     .key = KEY_JOBS,
     .arg = "N",
     .doc = "how many runs at a time; one per processor if not given, and with MPI one per rank"},
    {.name = "mpi",
     .key = KEY_MPI,
     .doc = "share the runs with the other processes of mpirun or srun; so it does by itself "
            "where it finds that it was started by them"},
    {.name = "no-mpi", .key = KEY_NO_MPI, .doc = "do all runs in this process, however started"},
    {.name = "again",
     .key = KEY_AGAIN,
     .arg = "N",
     .doc = "repeat N of the runs that are done, too, and compare their digests"},
    {.name = "out",
     .key = KEY_OUT,
     .arg = "DIR",
     .doc = "the folder for sweep.db, instead of out/NAME-sweep"},
    {.name = "json",
     .key = KEY_JSON,
     .doc = "print the result as one JSON object, and nothing else"},
    {0},
};

static void add_figure(struct sweep_figures *figures, uint32_t figure, struct argp_state *state) {
    for (uint32_t i = 0; i < figures->count; i++) {
        if (figures->shown[i] == figure) {
            argp_error(state, "--figure: %s stands twice; allowed: each figure once",
                       sweep_figure_name(figure));
        }
    }
    figures->shown[figures->count++] = figure;
}

void sweep_options_add_figures(struct sweep_figures *figures, const char *list,
                               struct argp_state *state) {
    for (bool more = true; more;) {
        size_t size = strcspn(list, ",");
        uint32_t figure = sweep_figure_find(list, size);
        if (figure == SWEEP_FIGURE_COUNT) {
            argp_error(state,
                       "--figure: \"%.*s\" is no figure (did you mean %s?); allowed: those of a "
                       "summary, such as latency.p99, control_share and bytes_per_delivery",
                       (int)size, list, sweep_figure_nearest(list, size));
        }
        add_figure(figures, figure, state);
        more = list[size] == ',';
        list += size + 1;
    }
}

static bool add_seeds(struct sweep_options *options, const char *text, struct argp_state *state) {
    standard_number("seeds", text, 1, SWEEP_REPEAT_MAX, state);
    return load_add(
        &options->request,
        (struct scenario_override){.option = "--seeds", .path = "sweep.repeat", .value = text});
}

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct sweep_options *options = state->input;
    switch (key) {
    case KEY_SEEDS:
        return add_seeds(options, argument, state) ? 0 : EINVAL;
    case KEY_SEED:
        return load_add_seed(&options->request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(&options->request, argument) ? 0 : EINVAL;
    case KEY_JOBS:
        options->jobs = (uint32_t)standard_number("jobs", argument, 1, SWEEP_JOBS_MAX, state);
        return 0;
    case KEY_AGAIN:
        options->again = (uint32_t)standard_number("again", argument, 1, SWEEP_AGAIN_MAX, state);
        return 0;
    case KEY_FIGURE:
        sweep_options_add_figures(&options->figures, argument, state);
        return 0;
    case KEY_MPI:
        options->choice = LAUNCH_WITH_MPI;
        return 0;
    case KEY_NO_MPI:
        options->choice = LAUNCH_WITHOUT_MPI;
        return 0;
    case KEY_OUT:
        options->out = argument;
        return 0;
    case KEY_JSON:
        options->json = true;
        return 0;
    case KEY_LIST:
        options->list = true;
        return 0;
    default:
        return load_parse_file(&options->request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = option_table,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc = "Run a scenario at each point of its `sweep`, each at several seeds, and tell mean and "
           "median of its figures with intervals of 95 %."
           "\vRuns that are done are in sweep.db, an SQLite database; a sweep that was ended in "
           "whatever way goes on where it was when it is called again. All points have the same "
           "seeds, and at a seed the same graph, delays, losses and publishers as far as what "
           "varies lets them.",
};

bool sweep_options_parse(struct sweep_options *options, int argument_count, char **arguments) {
    *options = (struct sweep_options){0};
    if (standard_parse(&argp, argument_count, arguments, options) != 0) {
        return false;
    }
    sweep_figures_settle(&options->figures);
    return true;
}
