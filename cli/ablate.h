/**
 * One call of `gossim ablate`, for the files that it is made of: ablate.c runs and keeps house,
 * ablate_runs.c is what a process of a run does, ablate_print.c and ablate_json.c say what came of
 * it.
 */
#ifndef GOSSIM_CLI_ABLATE_H
#define GOSSIM_CLI_ABLATE_H

#include "analysis/ablation.h"
#include "cli/ablate_options.h"
#include "scenarios/scenario.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/** The overrides that make a variant of the scenario. */
enum { ABLATE_SETTINGS = 3, ABLATE_SETTING_SIZE = 512, ABLATE_TOGETHER_SIZE = 100 };

struct ablate_settings {
    char texts[ABLATE_SETTINGS][ABLATE_SETTING_SIZE]; // as behind --set
};

/** The profile as the specification has it, and that of 2020. */
const struct profile *ablate_specification(void);
const struct profile *ablate_all(void);

/** What makes run `index` of the ablation's runs: profile, quirks and seed. */
struct ablate_settings ablate_settings_of(const struct ablation *ablation, uint32_t index);

/** Simulates run `index` into `*run`, in this process. */
FAILURE_WARN_UNUSED bool ablate_simulate(const struct ablation *ablation,
                                         const struct load_request *request, uint32_t index,
                                         struct ablation_run *run, struct failure *failure);

/** The shell command that repeats a run; `out` gets it. */
void ablate_print_command(const struct ablation *ablation, const struct load_request *request,
                          uint32_t index, FILE *out);

/** A variant in words, such as `nim-2020 with echo repaired`. */
void ablate_print_variant(const struct ablation *ablation, const struct ablation_variant *variant,
                          FILE *out);

/** The table that a person reads; rows that do nothing only with `all`. */
void ablate_print(const struct ablation *ablation, struct arena *arena, bool all, FILE *out);

/** One JSON object and a newline; false if it could not be written. */
bool ablate_write_json(const struct ablation *ablation, struct arena *arena, FILE *out);

#endif
