/**
 * What each quirk costs: the runs of an ablation, and what they say.
 *
 * An ablation runs one scenario in variants, each at the same seeds:
 *
 *     0        the specification          no quirk
 *     1        the program of 2020        all its quirks                    compared with 0
 *     2 …      repaired                   all its quirks but one            compared with 1
 *              added                      no quirk but one                  compared with 0
 *
 * Whoever runs them fills `runs`; ablation_compare() then works out each variant's paired
 * differences to its base (analysis/paired.h). A variant whose runs all have the digests and
 * figures of its base does nothing here: it is no difference of zero with an interval, but none.
 *
 * Nothing here knows what a quirk is: names come from outside.
 */
#ifndef GOSSIM_ANALYSIS_ABLATION_H
#define GOSSIM_ANALYSIS_ABLATION_H

#include "analysis/figure_text.h"
#include "analysis/paired.h"
#include "base/arena.h"
#include "base/failure.h"
#include "trace/digest.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The figures of merit. */
enum ablation_figure {
    ABLATION_DELIVERY_RATIO,
    ABLATION_LATENCY_P50,
    ABLATION_LATENCY_P95,
    ABLATION_LATENCY_P99,
    ABLATION_DUPLICATES,
    ABLATION_BYTES_SENT,
    ABLATION_ONE_SIDED_LINKS,
    ABLATION_FIGURE_COUNT
};

struct ablation_figure_row {
    const char *name;        // in tables, JSON and file names
    const char *suffix;      // of columns of its plain value: the unit
    const char *heading;     // on a sheet
    const char *column;      // over a column
    struct figure_unit unit; // of a difference; scale 0: one of bytes that fits the differences
};

extern const struct ablation_figure_row ablation_figures[ABLATION_FIGURE_COUNT];

struct ablation_run {
    struct digest digest;
    struct figure_value figures[ABLATION_FIGURE_COUNT]; // in ns, bytes or plain numbers
};

enum ablation_change { ABLATION_SPECIFICATION, ABLATION_ALL, ABLATION_REPAIRED, ABLATION_ADDED };

struct ablation_quirk {
    const char *name;
    const char *number;
    bool in_all; // the program of 2020 has it: it can be repaired
};

struct ablation_variant {
    enum ablation_change change;
    uint32_t quirk; // REPAIRED, ADDED: index
    uint32_t base;  // the variant it is compared with; itself for SPECIFICATION

    bool does_something; // some run differs from its base's
    struct paired_difference differences[ABLATION_FIGURE_COUNT];
};

struct ablation {
    const char *scenario;      // its name
    const char *specification; // the names of the two profiles
    const char *all;
    uint64_t first_seed; // of seeds that follow each other
    uint32_t seed_count;
    const struct ablation_quirk *quirks;
    uint32_t quirk_count;

    struct ablation_variant *variants;
    uint32_t variant_count;
    struct ablation_run *runs; // [variant_count × seed_count]
    uint32_t family;           // differences that Holm's procedure looked at together
};

/** Lays out variants and makes room for their runs. The fields above them are filled in before. */
void ablation_lay_out(struct ablation *ablation, struct arena *arena);

/** The runs of a variant, in the order of seeds. */
struct ablation_run *ablation_runs(const struct ablation *ablation, uint32_t variant);

/** The variant of a quirk with that change, or NULL if there is none. */
const struct ablation_variant *ablation_find(const struct ablation *ablation, uint32_t quirk,
                                             enum ablation_change change);

/** True if the variant's figure differs from its base's at some seed. */
bool ablation_moves(const struct ablation_variant *variant, enum ablation_figure figure);

/**
 * Works out all differences and which are clear of zero together.
 *
 * Errors: runs of one variant at two seeds that have the same digest, as they are no two samples.
 */
FAILURE_WARN_UNUSED bool ablation_compare(struct ablation *ablation, struct arena *arena,
                                          struct failure *failure);

/** The mean of a variant's own figures over the seeds. */
struct sample ablation_sample(const struct ablation *ablation, struct arena *arena,
                              uint32_t variant, enum ablation_figure figure);

/** The unit that a figure's differences are told in. */
struct figure_unit ablation_unit(const struct ablation *ablation, enum ablation_figure figure);

/** Digits behind the point: two of the half width that count, and at most five of the mean. */
int ablation_decimals(double mean, double half_width);

/** How the numbers came about, in sentences that stand under a table; `out` gets them. */
enum { ABLATION_METHOD_SIZE = 1024 };
const char *ablation_method(const struct ablation *ablation, char out[ABLATION_METHOD_SIZE]);

#endif
