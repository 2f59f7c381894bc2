#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/load.h"
#include "cli/standard_options.h"

#include <argp.h>
#include <stdio.h>

enum { KEY_SEED = 1000, KEY_SET };

static const struct argp_option options[] = {
    {.name = "seed", .key = KEY_SEED, .arg = "N", .doc = "the scenario's seed"},
    {.name = "set",
     .key = KEY_SET,
     .arg = "PATH=VALUE",
     .doc = "override a key, such as router.D=8"},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    struct load_request *request = state->input;
    switch (key) {
    case KEY_SEED:
        return load_add_seed(request, argument) ? 0 : EINVAL;
    case KEY_SET:
        return load_add_set(request, argument) ? 0 : EINVAL;
    default:
        return load_parse_file(request, key, argument, state);
    }
}

static const struct argp argp = {
    .options = options,
    .parser = parse,
    .children = standard_options,
    .args_doc = "FILE",
    .doc = "Validate a scenario file and print its canonical form, with every default filled in. "
           "The canonical form "
           "is itself a scenario with the same digest.",
};

int command_check(int argument_count, char **arguments) {
    struct load_request request = {0};
    if (standard_parse(&argp, argument_count, arguments, &request) != 0) {
        return EXIT_STATUS_BAD_INPUT;
    }
    interrupt_end_at_once();
    struct arena *arena = arena_create(NULL);
    const struct scenario *scenario = load_scenario(arena, &request);
    int status = EXIT_STATUS_BAD_INPUT;
    if (scenario != NULL) {
        size_t size = 0;
        const char *text = scenario_write(arena, scenario, &size);
        fwrite(text, 1, size, stdout);
        status = standard_output_end();
    }
    arena_destroy(arena);
    return status;
}
