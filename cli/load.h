/**
 * What several commands do with a scenario file: read it with overrides, and say what is wrong with
 * it.
 */
#ifndef GOSSIM_CLI_LOAD_H
#define GOSSIM_CLI_LOAD_H

#include "base/arena.h"
#include "base/failure.h"
#include "scenarios/scenario.h"

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

enum { OVERRIDES_MAX = 256 };

/** A scenario file and the `--set` and `--seed` options in their order. */
struct load_request {
    const char *path;
    struct scenario_override overrides[OVERRIDES_MAX];
    uint32_t override_count;
};

/** Adds an override; false after a message when there are too many. */
FAILURE_WARN_UNUSED bool load_add(struct load_request *request, struct scenario_override override);

/** Adds `PATH=VALUE`, cutting the text in two in place; false after a message on standard error. */
FAILURE_WARN_UNUSED bool load_add_set(struct load_request *request, char *text);

/** Adds `--seed N`; false after a message when there are too many overrides. */
FAILURE_WARN_UNUSED bool load_add_seed(struct load_request *request, const char *text);

/**
 * Parses the argument that names the one scenario file of a command; ARGP_ERR_UNKNOWN for any other
 * key. To be called for the keys that the command does not know itself.
 */
error_t load_parse_file(struct load_request *request, int key, char *argument,
                        struct argp_state *state);

/** The scenario, or NULL after all its mistakes were printed on standard error. */
const struct scenario *load_scenario(struct arena *arena, const struct load_request *request);

/** Says, of a scenario with a sweep, that its points are for another command. */
void load_note_sweep(const struct load_request *request, const struct scenario *scenario);

/** Prints bad input that shows only when the network is made, as load_scenario() prints mistakes.
 */
void load_print_failure(const struct load_request *request, struct failure *failure);

/** Puts the file's name before bad input that shows only when its network is built. */
void load_name_file(const struct load_request *request, struct failure *failure);

#endif
