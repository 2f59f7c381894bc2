#include "cli/embedded.h"

#include "base/check.h"

#include <string.h>

static const struct embedded_scenario *find(const char *name) {
    size_t i = 0;
    while (strcmp(embedded_scenarios[i].name, name) != 0) {
        i++;
        CHECK(i < embedded_scenario_count);
    }
    return &embedded_scenarios[i];
}

char *embedded_text(struct arena *arena, const char *name, size_t *size) {
    const struct embedded_scenario *scenario = find(name);
    *size = 0;
    for (size_t i = 0; i < scenario->count; i++) {
        *size += strlen(scenario->lines[i]);
    }
    char *text = arena_take(arena, MEMORY_TABLES, *size + 1);
    char *end = text;
    for (size_t i = 0; i < scenario->count; i++) {
        size_t length = strlen(scenario->lines[i]);
        memcpy(end, scenario->lines[i], length);
        end += length;
    }
    return text;
}
