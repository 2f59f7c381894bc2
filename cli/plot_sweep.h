/**
 * `gossim plot` of a sweep: which figures, of which axes, in which formats, and where they go.
 */
#ifndef GOSSIM_CLI_PLOT_SWEEP_H
#define GOSSIM_CLI_PLOT_SWEEP_H

#include "base/arena.h"
#include "base/failure.h"
#include "cli/result_folder.h"
#include "cli/sweep_read.h"

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

enum {
    PLOT_PARETO = SWEEP_BYTES_PER_DELIVERY + 1,
    PLOT_FIGURES_MAX = 32,
};

enum plot_form { PLOT_FORM_USUAL, PLOT_FORM_LINES, PLOT_FORM_HEAT };

struct plot_sweep_options {
    bool used; // one of these options was given
    uint32_t figures[PLOT_FIGURES_MAX];
    uint32_t figure_count; // 0: the usual ones
    const char *x;
    const char *y;
    enum plot_form form;
    unsigned formats; // 0: the usual ones
    struct sweep_held held[SWEEP_READ_HELD_MAX];
    uint32_t held_count;
};

/** The options that are about sweeps; `input` is a struct plot_sweep_options. */
extern const struct argp plot_sweep_argp;

/** Reads a list such as `png,pdf` of --format, a bit each; ends the program after a message. */
unsigned plot_read_formats(const char *list, struct argp_state *state);

/** The database at a path, which is one or is a folder that holds one, to be freed by the caller;
 * NULL if there is none. */
char *plot_sweep_find(const char *path);

/** Where a sweep is, and where its figures go. */
struct plot_sweep_place {
    const char *database;
    const char *out; // NULL: beside the database
    struct result_folder *folder;
};

/** Draws the figures of a sweep into the hidden folder of the place, which it opens, and puts them
 * in their place. */
FAILURE_WARN_UNUSED bool plot_sweep(const struct plot_sweep_options *options,
                                    const struct plot_sweep_place *to, struct arena *arena,
                                    struct failure *failure);

/** Draws the figures of a database into a folder that is there, and leaves them. */
FAILURE_WARN_UNUSED bool plot_sweep_draw(const struct plot_sweep_options *options,
                                         const char *database, const char *folder,
                                         struct arena *arena, struct failure *failure);

#endif
