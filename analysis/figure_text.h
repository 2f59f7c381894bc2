/**
 * Numbers and names as figures show them.
 *
 * Each function that writes text fills a caller's buffer of FIGURE_TEXT_SIZE bytes and returns it.
 */
#ifndef GOSSIM_ANALYSIS_FIGURE_TEXT_H
#define GOSSIM_ANALYSIS_FIGURE_TEXT_H

#include "analysis/table_file.h"

#include <stdint.h>

enum { FIGURE_TEXT_SIZE = 32, FIGURE_NAME_SIZE = 64, FIGURE_LABEL_SIZE = 24 };

/** A unit for an axis: values are divided by `scale`. */
struct figure_unit {
    const char *name;
    double scale;
};

/** The count with commas between thousands. */
const char *figure_count(uint64_t count, char *out);

/** The noun in the number that the count calls for: 1 message, 0 messages. */
const char *figure_noun(uint64_t count, const char *one, const char *many);

/** The duration with three digits and a unit: `213 ms`, `1.25 s`. Durations from 100 s on are whole
 * seconds. */
const char *figure_duration(int64_t ns, char *out);

/** The size with three digits and a unit: `512 B`, `1.25 MB`. */
const char *figure_size(uint64_t bytes, char *out);

/** The share with as many digits as needed to tell it from 0 % and 100 %, at most four behind the
 * point. */
const char *figure_share(uint64_t part, uint64_t whole, char *out);

/** The unit for an axis of durations up to `max_ns`: µs, ms or s. */
struct figure_unit figure_duration_unit(int64_t max_ns);

/** The unit for sizes up to `max_bytes`: B, KiB, MiB or GiB. */
struct figure_unit figure_size_unit(double max_bytes);

/** The unit for an axis of rates up to `max_bytes_per_s`: B/s, kB/s, MB/s or GB/s. */
struct figure_unit figure_rate_unit(double max_bytes_per_s);

/**
 * Writes `name = 'text'` as gnuplot reads it: quotes are doubled, control characters become spaces,
 * and longer texts than FIGURE_NAME_SIZE bytes end in an ellipsis behind a whole UTF-8 character.
 */
void figure_define_name(struct table_file *file, const char *name, const char *text);

/** The same cut to what a key beside a figure has room for. */
void figure_define_label(struct table_file *file, const char *name, const char *text);

/** The same for a text of ours, of any length, made as printf() does. */
__attribute__((format(printf, 3, 4))) void
figure_define_text(struct table_file *file, const char *name, const char *format, ...);

/** How wide the text is in DejaVu Sans, in heights of its letters (em). */
double figure_text_width(const char *text);

/** Which text is broken into lines, and how. */
struct figure_lines {
    const char *name; // of the variables: `name_1`, …
    const char *text;
    uint32_t letters; // that fit into a line
    uint32_t most;    // lines; what has no room in them ends in an ellipsis
    uint32_t first;   // number of the first line
};

/** Writes a line after the other, broken at spaces where there are some; returns how many. */
uint32_t figure_define_lines(struct table_file *file, const struct figure_lines *lines);

/** The key of the topics that are not told apart, `3 other topics`; empty without any. */
void figure_define_others(struct table_file *file, uint32_t others);

void figure_define_number(struct table_file *file, const char *name, double number);

#endif
