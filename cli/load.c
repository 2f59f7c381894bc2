#include "cli/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool load_add(struct load_request *request, const char *path, const char *value) {
    if (request->override_count == OVERRIDES_MAX) {
        fprintf(stderr, "gossim: --set: at most %d of them\n", OVERRIDES_MAX);
        return false;
    }
    request->overrides[request->override_count++] =
        (struct scenario_override){.path = path, .value = value};
    return true;
}

bool load_add_set(struct load_request *request, char *text) {
    char *equals = strchr(text, '=');
    if (equals == NULL || equals == text) {
        fprintf(stderr, "gossim: --set %s: give PATH=VALUE, such as router.D=8\n", text);
        return false;
    }
    *equals = '\0';
    return load_add(request, text, equals + 1);
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
    }
    free(failures);
    return scenario;
}
