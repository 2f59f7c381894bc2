#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/standard_options.h"
#include "cli/stats.h"
#include "cli/sweep.h"
#include "scenarios/foresight.h"
#include "scenarios/schema.h"

#include <argp.h>
#include <stdio.h>

enum { OPTION_SEED = 1000, OPTION_SET, OPTION_SCHEMA, OPTION_REFERENCE, OPTION_STATS };

static const struct argp_option options[] = {
    {.name = "seed", .key = OPTION_SEED, .arg = "N", .doc = "the scenario's seed"},
    {.name = "set",
     .key = OPTION_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8"},
    {.name = "stats",
     .key = OPTION_STATS,
     .doc = "print what memory a run will need to standard error"},
    {.name = "schema",
     .key = OPTION_SCHEMA,
     .doc = "instead: print a JSON Schema of scenario files, for editors"},
    {.name = "reference",
     .key = OPTION_REFERENCE,
     .doc = "instead: print the tables of all keys, as Markdown"},
    {0},
};

struct check_request {
    struct load_request load;
    const char *(*print)(struct arena *arena); // what to print instead; NULL: the canonical form
    bool stats;
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct check_request *request = state->input;
    switch (key) {
    case OPTION_SEED:
        return load_add_seed(&request->load, argument) ? 0 : EINVAL;
    case OPTION_SET:
        return load_add_set(&request->load, argument) ? 0 : EINVAL;
    case OPTION_STATS:
        request->stats = true;
        return 0;
    case OPTION_SCHEMA:
        request->print = schema_json;
        return 0;
    case OPTION_REFERENCE:
        request->print = schema_reference;
        return 0;
    case ARGP_KEY_END:
        if (request->print != NULL) {
            return 0; // needs no file
        }
        return load_parse_file(&request->load, key, argument, state);
    default:
        return load_parse_file(&request->load, key, argument, state);
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE\n--schema\n--reference",
    .doc = "Validate a scenario file and print its canonical form, with every default filled in. "
           "The canonical form "
           "is itself a scenario with the same digest.",
};

/** Prints what needs no scenario. */
static int print_schema(const struct check_request *request) {
    struct arena *arena = arena_create(NULL);
    fputs(request->print(arena), stdout);
    arena_destroy(arena);
    return standard_output_end();
}

/** Whether the scenario is one at every point of its sweep; false after messages. */
static bool check_sweep(struct arena *arena, const struct scenario *scenario,
                        const struct load_request *request) {
    struct sweep_study study = {.request = request, .scenario = scenario};
    struct failure failure;
    bool ok = sweep_prepare(&study, arena, &failure);
    if (!ok && !study.explained) {
        load_print_failure(request, &failure);
    }
    return ok;
}

/** Prints the canonical form if there is nothing wrong, as far as that can be seen before a run. */
static int check(struct arena *arena, const struct check_request *request) {
    struct failure failure;
    struct run_stats stats;
    stats_start(&stats);
    const struct scenario *scenario = load_scenario(arena, &request->load);
    if (scenario == NULL) {
        return EXIT_STATUS_BAD_INPUT;
    }
    if (!foresight_check(scenario, &failure)) {
        load_print_failure(&request->load, &failure);
        return EXIT_STATUS_BAD_INPUT;
    }
    if (request->stats) {
        stats_print_estimate(scenario, stats.program_bytes, stderr);
    }
    if (scenario->sweep != NULL && !check_sweep(arena, scenario, &request->load)) {
        return EXIT_STATUS_BAD_INPUT;
    }
    bool printed = scenario_print(scenario, stdout);
    int ended = standard_output_end(); // and says what was wrong
    return printed ? ended : EXIT_STATUS_FAILED;
}

int command_check(int argument_count, char **arguments) {
    struct check_request request = {.print = NULL};
    if (standard_parse(&argp, argument_count, arguments, &request) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_end_at_once();
    if (request.print != NULL) {
        return print_schema(&request);
    }
    struct arena *arena = arena_create(NULL);
    int status = check(arena, &request);
    arena_destroy(arena);
    return status;
}
