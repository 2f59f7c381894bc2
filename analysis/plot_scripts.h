/**
 * The gnuplot scripts of analysis/plots, built into the program so that it draws wherever it is
 * installed. The build makes plot_scripts.c from them (analysis/plots/embed.py).
 */
#ifndef GOSSIM_ANALYSIS_PLOT_SCRIPTS_H
#define GOSSIM_ANALYSIS_PLOT_SCRIPTS_H

#include <stddef.h>

struct plot_script {
    const char *name;         // of the file, without .gp
    const char *const *lines; // [line_count], each ends with a newline
    size_t line_count;
};

extern const struct plot_script plot_scripts[];
extern const size_t plot_script_count;

#endif
