#include "cli/load.h"

#include "scenarios/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool load_add(struct load_request *request, struct scenario_override override) {
    if (request->override_count == OVERRIDES_MAX) {
        fprintf(stderr, "gossim: %s: at most %d options that override the scenario\n",
                override.option != NULL ? override.option : "--set", OVERRIDES_MAX);
        return false;
    }
    request->overrides[request->override_count++] = override;
    return true;
}

bool load_add_seed(struct load_request *request, const char *text) {
    return load_add(request,
                    (struct scenario_override){.option = "--seed", .path = "seed", .value = text});
}

bool load_add_set(struct load_request *request, char *text) {
    char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        fprintf(stderr, "gossim: --set %s: give PATH=VALUE, such as router.D=8\n", text);
        return false;
    }
    *equals = '\0';
    return load_add(request, (struct scenario_override){.path = text, .value = equals + 1});
}

error_t load_parse_file(struct load_request *request, int key, char *argument,
                        struct argp_state *state) {
    if (key == ARGP_KEY_ARG) {
        if (request->path != NULL) {
            argp_error(state, "one scenario file, not two: %s", argument);
        }
        request->path = argument;
        return 0;
    }
    if (key == ARGP_KEY_END && request->path == NULL) {
        argp_error(state, "name a scenario file");
    }
    return key == ARGP_KEY_END ? 0 : ARGP_ERR_UNKNOWN;
}

/** Says where the keys stand that a mistake is about: its message begins with their path. */
static void print_page(const struct failure *failure) {
    const char *path = failure->message;
    enum schema_key section = schema_find(KEY_ROOT, path, strcspn(path, ".:"));
    bool has_keys = section != KEY_NONE && schema_row(section)->children == section;
    if (failure->line == 0 && !has_keys) {
        return; // the file could not be read, or the option says what it is about
    }
    fprintf(stderr, "gossim: see scenarios/README.md%s%s, or `gossim check --reference`\n",
            has_keys ? "#" : "", has_keys ? schema_row(section)->name : "");
}

const struct scenario *load_scenario(struct arena *arena, const struct load_request *request) {
    struct failure_list *failures = calloc(1, sizeof *failures);
    if (failures == NULL) {
        fputs("gossim: out of memory\n", stderr);
        return NULL;
    }
    struct scenario_source source = {
        .path = request->path,
        .overrides = request->overrides,
        .override_count = request->override_count,
    };
    const struct scenario *scenario = scenario_load(arena, &source, failures);
    if (scenario == NULL) {
        failure_list_print(failures, stderr);
        print_page(&failures->items[0]);
    }
    free(failures);
    return scenario;
}

void load_note_sweep(const struct load_request *request, const struct scenario *scenario) {
    if (scenario->sweep != NULL) {
        fprintf(stderr,
                "gossim: %s has a sweep, and this is about the scenario without it; `gossim sweep` "
                "runs its points\n",
                request->path);
    }
}

void load_print_failure(const struct load_request *request, struct failure *failure) {
    load_name_file(request, failure);
    failure_print(failure, stderr);
    print_page(failure);
}

void load_name_file(const struct load_request *request, struct failure *failure) {
    if (failure->kind == FAILURE_BAD_INPUT && failure->file[0] == '\0') {
        snprintf(failure->file, sizeof failure->file, "%s", request->path);
    }
}
