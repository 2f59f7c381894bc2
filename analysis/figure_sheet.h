/**
 * From a script to a picture: what all figures have in common, whatever they show.
 *
 * A figure NAME is drawn by figures/scripts/NAME.gp, which holds what is true of this result and
 * then, once for each kind of picture, the commands of analysis/plots. A script is written between
 * figure_script_open() and table_file_close(); figure_draw() runs those of a set at the same time.
 */
#ifndef GOSSIM_ANALYSIS_FIGURE_SHEET_H
#define GOSSIM_ANALYSIS_FIGURE_SHEET_H

#include "analysis/table_file.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

enum { FIGURES_PER_SET_MAX = 8 };

/** The kinds of pictures, a bit each; those that are usual are for a screen. */
enum figure_format { FIGURE_PNG = 1, FIGURE_SVG = 2, FIGURE_PDF = 4 };
enum { FIGURE_USUAL_FORMATS = FIGURE_PNG | FIGURE_SVG };

/** Makes the folders of figures and scripts in the result folder. */
FAILURE_WARN_UNUSED bool figure_folders_make(const char *folder, struct failure *failure);

/** Opens the script of a figure and defines its name and heading. */
void figure_script_open(struct table_file *file, const char *folder, const char *name,
                        const char *heading);

/** Adds the lines of a script of analysis/plots. */
void figure_script_add(struct table_file *file, const char *plot);

/** Ends a script with the drawing: the commands of `plot` for each kind of picture. */
void figure_script_draw(struct table_file *file, const char *plot);

/** The same for these formats. */
void figure_script_draw_as(struct table_file *file, const char *plot, unsigned formats);

/** The same with the commands of `sheet` before: what several figures have around them. */
void figure_script_draw_in(struct table_file *file, const char *sheet, const char *plot,
                           unsigned formats);

/**
 * Draws the figures of these names, all at once, and waits for each; the first failure is told. A
 * picture that was not written whole is a failure too.
 */
FAILURE_WARN_UNUSED bool figure_draw(const char *folder, const char *const *names, uint32_t count,
                                     struct failure *failure);

/** The same, of figures that have scripts for these formats. */
FAILURE_WARN_UNUSED bool figure_draw_as(const char *folder, const char *const *names,
                                        uint32_t count, unsigned formats, struct failure *failure);

/** Whether a figure shows the same table in two folders of results. */
bool figure_shows_the_same(const char *folder, const char *other, const char *figure);

/** Removes the pictures of a figure in these formats from a folder of results, as far as they are
 * there: they were drawn of a table that is another one now. */
FAILURE_WARN_UNUSED bool figure_remove(const char *folder, const char *figure, unsigned formats,
                                       struct failure *failure);

#endif
