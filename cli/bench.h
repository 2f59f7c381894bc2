/**
 * One call of `gossim bench`, for the files that it is made of.
 *
 * A *case* is something to run: W(N), the scenario that the program carries, at a size and a seed,
 * or a scenario of the user's, with some keys overridden. A *contestant* is a program that runs it:
 * gossim, gossim with other options (a *variant*), or another program (a *peer*), which gets the
 * graph, delays, phases and publishers that gossim draws for the case in a file. In each *round* of
 * a case all contestants take turns, one process at a time, so that a slow moment of the machine
 * hits all of them; what is told of two of them are ratios within a round. What is measured is the
 * processor time of the whole process, in user and system mode, as the kernel counts it.
 *
 *     bench_cases.c     what the tables run
 *     bench_workload.c  a case as a file for peers
 *     bench_runs.c      the command of a contestant, and what it says of itself
 *     bench_process.c   one process, from its start to its figures
 *     bench_figures.c   medians and ratios
 *     bench_print.c, bench_print_tables.c, bench_json.c: say so; bench.c keeps house
 */
#ifndef GOSSIM_CLI_BENCH_H
#define GOSSIM_CLI_BENCH_H

#include "analysis/paired.h"
#include "base/arena.h"
#include "base/failure.h"
#include "cli/bench_options.h"
#include "cli/bench_process.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** What arrives at a router, or happens at it; the order of the tables. */
enum bench_kind {
    BENCH_MESSAGES,
    BENCH_SUBSCRIPTIONS,
    BENCH_GRAFTS,
    BENCH_PRUNES,
    BENCH_IHAVES,
    BENCH_IWANTS,
    BENCH_HEARTBEATS,
    BENCH_KINDS
};

/** What a contestant counts; `known` is false where a peer does not say. */
struct bench_counts {
    bool known;
    uint64_t events;
    uint64_t deliveries;
    uint64_t kinds[BENCH_KINDS];
};

/** One process of one contestant. */
struct bench_sample {
    struct bench_usage usage;
    struct bench_counts counts;
    uint64_t expected_deliveries;   // of gossim
    char digest[BENCH_DIGEST_SIZE]; // of gossim, else empty
};

enum { BENCH_SETTINGS = 8, BENCH_NAME_SIZE = 48 };

struct bench_case {
    char name[BENCH_NAME_SIZE];
    uint32_t nodes; // 0: as the scenario says
    uint64_t seed;
    uint32_t rounds;
    double factor;                        // of a doubling: cost may grow by this in proportion
    const char *settings[BENCH_SETTINGS]; // PATH=VALUE, up to the first NULL
    uint32_t first_sample;                // of [rounds × contestant_count], by round
};

struct bench_contestant {
    const char *name;
    const char *words; // options of `gossim run`, perhaps behind a program; or a peer's command
    bool is_peer;
    double cost_max; // processor time that is asked, as a multiple of the first one's; 0: none is
};

struct bench {
    const struct bench_options *options;
    struct arena *arena;
    const char *folder; // for files on the way
    struct bench_case *cases;
    uint32_t case_count;
    struct bench_contestant contestants[BENCH_CONTESTANTS_MAX];
    uint32_t contestant_count; // the first is gossim as it is
    struct bench_sample *samples;
    uint32_t sample_count;
    double load_before;
    double load_after;
};

/* bench_cases.c */

extern const char *const bench_kind_names[BENCH_KINDS];

/** Settles who runs and what; false where the options do not fit together. */
FAILURE_WARN_UNUSED bool bench_lay_out(struct bench *bench, struct failure *failure);

/* bench_workload.c */

/** Writes the file of a case for peers, in a process of its own: this one stays small, as a process
 * is said to have needed at least the memory of the one that started it. */
FAILURE_WARN_UNUSED bool bench_workload_write(const struct bench *bench,
                                              const struct bench_case *which, const char *path,
                                              struct failure *failure);

/* bench_runs.c */

/** The path of a file in the folder of files on the way; in the arena. */
const char *bench_path(const struct bench *bench, const char *name);

/** Runs one contestant on a case. */
FAILURE_WARN_UNUSED bool bench_run(struct bench *bench, const struct bench_case *which,
                                   uint32_t contestant, struct bench_sample *sample,
                                   struct failure *failure);

/** The command of a contestant as a person repeats it. */
void bench_print_command(const struct bench *bench, const struct bench_case *which,
                         uint32_t contestant, FILE *out);

/* bench_figures.c */

/** A median, the least and the most of some values. */
struct bench_spread {
    double median;
    double least;
    double most;
};

/** The sample of a contestant in a round of a case. */
const struct bench_sample *bench_sample_of(const struct bench *bench,
                                           const struct bench_case *which, uint32_t contestant,
                                           uint32_t round);

/** Processor and wall seconds over the rounds. */
struct bench_spread bench_cpu_s(const struct bench *bench, const struct bench_case *which,
                                uint32_t contestant);
struct bench_spread bench_wall_s(const struct bench *bench, const struct bench_case *which,
                                 uint32_t contestant);

/** Events for each second of processor time, of a contestant over another, round by round. */
struct bench_spread bench_speed_ratio(const struct bench *bench, const struct bench_case *which,
                                      uint32_t contestant, uint32_t other);

/** The same of wall time that a run took: how many times faster. */
struct bench_spread bench_wall_ratio(const struct bench *bench, const struct bench_case *which,
                                     uint32_t contestant, uint32_t other);

/** Processor time of a contestant in a case over that in another case, round by round. */
struct bench_spread bench_case_ratio(const struct bench *bench, const struct bench_case *which,
                                     const struct bench_case *base, uint32_t contestant);

/** The most memory of any round. */
uint64_t bench_peak_bytes(const struct bench *bench, const struct bench_case *which,
                          uint32_t contestant);

/** The nodes of a case, as gossim counted them. */
double bench_events(const struct bench *bench, const struct bench_case *which, uint32_t contestant);

/** By how much counts of a kind differ between a contestant and another over all cases, each at a
 * seed of its own: as a share of the other's mean. */
struct bench_difference {
    double mean;           // of the contestant
    double other;          // of the other
    double share;          // (mean − other) / other; 0 where both are 0
    double standard_error; // of it
    double most;           // the largest of one seed, without its sign
};
struct bench_difference bench_difference_of(const struct bench *bench, uint32_t contestant,
                                            uint32_t other, enum bench_kind kind);

/** Whom ratios are told to: the peers, or the first contestant where there are none. Returns how
 * many. */
uint32_t bench_references(const struct bench *bench, uint32_t references[BENCH_CONTESTANTS_MAX]);

/* bench_print.c */
void bench_print(const struct bench *bench, FILE *out);
void bench_print_machine(const struct bench *bench, FILE *out);

/* bench_print_tables.c */
void bench_print_counts(const struct bench *bench, FILE *out);
void bench_print_doubling(const struct bench *bench, FILE *out);

/* bench_json.c */
__attribute__((warn_unused_result)) bool bench_write_json(const struct bench *bench, FILE *out);

/** What processors there are, in words. */
const char *bench_processor_name(char *out, size_t size);

#endif
