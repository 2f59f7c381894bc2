#include "cli/plot_sweep.h"

#include "analysis/sweep_sheet.h"
#include "cli/version.h"
#include "scenarios/nearest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** One drawing: what is read, and what is made of it. */
struct plot_sweep {
    const struct plot_sweep_options *options;
    struct arena *arena;
    struct failure *failure;
    uint32_t wanted[PLOT_FIGURES_MAX]; // the figures to draw
    uint32_t wanted_count;
    uint32_t read[PLOT_FIGURES_MAX + 3]; // those that are read for them
    uint32_t read_count;
    struct sweep_results results;
    struct sweep_grid grid;
};

char *plot_sweep_find(const char *path) {
    struct stat status;
    char *found = NULL;
    if (stat(path, &status) != 0) {
        return NULL;
    }
    if (S_ISDIR(status.st_mode)) {
        if (asprintf(&found, "%s/sweep.db", path) >= 0 && stat(found, &status) == 0) {
            return found;
        }
        free(found);
        return NULL;
    }
    size_t size = strlen(path);
    return size > 3 && strcmp(path + size - 3, ".db") == 0 ? strdup(path) : NULL;
}

static uint32_t add_read(struct plot_sweep *plot, uint32_t figure) {
    uint32_t at = 0;
    while (at < plot->read_count && plot->read[at] != figure) {
        at++;
    }
    if (at == plot->read_count) {
        plot->read[plot->read_count++] = figure;
    }
    return at;
}

static void choose_figures(struct plot_sweep *plot) {
    const struct plot_sweep_options *options = plot->options;
    memcpy(plot->wanted, options->figures, sizeof plot->wanted);
    plot->wanted_count = options->figure_count;
    if (plot->wanted_count == 0) {
        struct sweep_figures usual = {.count = 0};
        sweep_figures_settle(&usual);
        memcpy(plot->wanted, usual.shown, usual.count * sizeof *usual.shown);
        plot->wanted_count = usual.count;
        plot->wanted[plot->wanted_count++] = PLOT_PARETO;
    }
    for (uint32_t i = 0; i < plot->wanted_count; i++) {
        add_read(plot, plot->wanted[i] == PLOT_PARETO ? METRIC_LATENCY_P99 : plot->wanted[i]);
        if (plot->wanted[i] == PLOT_PARETO) {
            add_read(plot, SWEEP_BYTES_PER_DELIVERY);
            add_read(plot, METRIC_DELIVERY_RATIO);
        }
    }
}

/** The axis of a path that was given; or a failure that names the nearest. */
static bool find_axis(const struct plot_sweep *plot, const char *option, const char *path,
                      uint32_t *axis) {
    const struct sweep_results *results = &plot->results;
    const char *nearest = results->paths[0];
    uint32_t least = UINT32_MAX;
    *axis = sweep_grid_axis(&plot->grid, path);
    if (*axis != UINT32_MAX) {
        return true;
    }
    for (uint32_t i = 0; i < results->parameter_count; i++) {
        const char *other = results->paths[i];
        uint32_t distance = nearest_distance(path, strlen(path), other, strlen(other));
        if (distance < least && sweep_grid_axis(&plot->grid, other) != UINT32_MAX) {
            least = distance;
            nearest = other;
        }
    }
    return failure_bad_input(plot->failure, "%s: `%s` does not vary (did you mean %s?)", option,
                             path, nearest);
}

/** Which axis goes where: those that were named, else the first ones. */
static bool choose_axes(const struct plot_sweep *plot, struct sweep_drawing *drawing) {
    const struct plot_sweep_options *options = plot->options;
    drawing->x = UINT32_MAX;
    drawing->y = UINT32_MAX;
    if (plot->grid.axis_count == 0) {
        return failure_bad_input(plot->failure, "nothing varies: there is one point");
    }
    if ((options->x != NULL && !find_axis(plot, "--x", options->x, &drawing->x)) ||
        (options->y != NULL && !find_axis(plot, "--y", options->y, &drawing->y))) {
        return false;
    }
    if (drawing->x != UINT32_MAX && drawing->x == drawing->y) {
        return failure_bad_input(plot->failure, "--x and --y are the same axis, %s",
                                 plot->grid.axes[drawing->x].name);
    }
    for (uint32_t i = 0; i < plot->grid.axis_count; i++) {
        if (i != drawing->x && i != drawing->y) {
            uint32_t *free_one = drawing->x == UINT32_MAX ? &drawing->x : &drawing->y;
            *free_one = *free_one == UINT32_MAX ? i : *free_one;
        }
    }
    return true;
}

static unsigned formats_of(const struct plot_sweep_options *options) {
    return options->formats == 0 ? FIGURE_USUAL_FORMATS : options->formats;
}

static bool draw(struct plot_sweep *plot, const char *folder) {
    const struct plot_sweep_options *options = plot->options;
    struct sweep_picture pictures[PLOT_FIGURES_MAX + 1];
    struct sweep_drawing drawing = {
        .grid = &plot->grid,
        .formats = formats_of(options),
        .pictures = pictures,
        .arena = plot->arena,
    };
    if (!choose_axes(plot, &drawing)) {
        return false;
    }
    bool heat = options->form == PLOT_FORM_HEAT ||
                (options->form == PLOT_FORM_USUAL && plot->grid.axis_count == 2);
    for (uint32_t i = 0; i < plot->wanted_count; i++) {
        bool front = plot->wanted[i] == PLOT_PARETO;
        pictures[drawing.picture_count++] = (struct sweep_picture){
            .kind = front  ? SWEEP_PICTURE_PARETO
                    : heat ? SWEEP_PICTURE_HEAT
                           : SWEEP_PICTURE_LINES,
            .figure = add_read(plot, front ? METRIC_LATENCY_P99 : plot->wanted[i]),
            .cost = front ? add_read(plot, SWEEP_BYTES_PER_DELIVERY) : 0,
            .delivery = front ? add_read(plot, METRIC_DELIVERY_RATIO) : 0,
        };
    }
    return sweep_pictures_draw(&drawing, folder, plot->failure);
}

/** The name of the files of a figure, in `out[SWEEP_SHEET_NAME_SIZE]`; returns it. */
static const char *file_of(uint32_t figure, char *out) {
    return sweep_sheet_file(figure == PLOT_PARETO ? "pareto" : sweep_figure_name(figure), out);
}

/**
 * Puts what was drawn beside the database. What an earlier call drew in other formats goes where
 * the table is another one now, of other points or runs: no picture stays beside a table that it
 * does not show.
 */
static bool publish_parts(const struct plot_sweep *plot, const struct result_folder *folder) {
    static const char *const parts[] = {"tables", "figures", NULL};
    char file[SWEEP_SHEET_NAME_SIZE];
    bool stale[PLOT_FIGURES_MAX + 1];
    for (uint32_t i = 0; i < plot->wanted_count; i++) {
        const char *name = file_of(plot->wanted[i], file);
        stale[i] = !figure_shows_the_same(folder->final, folder->hidden, name);
    }
    unsigned others = ~formats_of(plot->options);
    bool ok = result_folder_publish_parts(folder, parts, plot->failure);
    for (uint32_t i = 0; ok && i < plot->wanted_count; i++) {
        const char *name = file_of(plot->wanted[i], file);
        ok = !stale[i] || figure_remove(folder->final, name, others, plot->failure);
    }
    return ok;
}

/** What marks a folder of its own as a result of ours. */
static bool write_mark(const void *context, FILE *out) {
    const struct sweep_results *results = context;
    fprintf(out, "{\n  \"gossim\": \"%s\",\n  \"sweep\": \"%s\",\n  \"points\": %u\n}\n",
            GOSSIM_VERSION, results->hash, results->point_count);
    return ferror(out) == 0;
}

/** The folder that a file is in, to be freed by the caller. */
static char *folder_of(const char *file) {
    const char *slash = strrchr(file, '/');
    size_t size = slash == NULL ? 0 : (size_t)(slash - file);
    return size == 0 ? strdup(slash == NULL ? "." : "/") : strndup(file, size);
}

/** Reads what the figures show; NULL with a failure. */
static struct plot_sweep *read_sweep(const struct plot_sweep_options *options, const char *database,
                                     struct arena *arena, struct failure *failure) {
    struct plot_sweep *plot = arena_take(arena, MEMORY_TABLES, sizeof *plot);
    *plot = (struct plot_sweep){.options = options, .arena = arena, .failure = failure};
    choose_figures(plot);
    struct sweep_read_request request = {
        .database = database,
        .figures = plot->read,
        .figure_count = plot->read_count,
        .held = options->held,
        .held_count = options->held_count,
    };
    bool ok = sweep_read(&plot->results, arena, &request, failure) &&
              sweep_grid_of(&plot->grid, arena, &plot->results, failure);
    return ok ? plot : NULL;
}

bool plot_sweep_draw(const struct plot_sweep_options *options, const char *database,
                     const char *folder, struct arena *arena, struct failure *failure) {
    struct plot_sweep *plot = read_sweep(options, database, arena, failure);
    return plot != NULL && draw(plot, folder);
}

bool plot_sweep(const struct plot_sweep_options *options, const struct plot_sweep_place *to,
                struct arena *arena, struct failure *failure) {
    struct plot_sweep *plot = read_sweep(options, to->database, arena, failure);
    if (plot == NULL) {
        return false;
    }
    char *place = to->out != NULL ? strdup(to->out) : folder_of(to->database);
    bool ok = place != NULL || failure_running(failure, "out of memory");
    ok = ok && (to->out != NULL ? result_folder_open(to->folder, place, failure)
                                : result_folder_reopen(to->folder, place, failure));
    ok = ok && draw(plot, to->folder->hidden) &&
         sweep_runs_write(&plot->results, to->folder->hidden, failure);
    if (ok && to->out != NULL) {
        ok = result_folder_write(to->folder, RESULT_FOLDER_MARK, write_mark, &plot->results,
                                 failure) &&
             result_folder_publish(to->folder, failure);
    } else if (ok) {
        ok = publish_parts(plot, to->folder);
    }
    if (ok) {
        printf("figures      %s/figures\n", place);
    }
    free(place);
    return ok;
}
