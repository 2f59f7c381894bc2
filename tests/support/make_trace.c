// Writes a synthetic trace and, in a folder, its tables and figures: make_trace KIND NODES MESSAGES
// TOPICS FOLDER.
#include "analysis/figures.h"
#include "analysis/run_data.h"
#include "analysis/tables.h"
#include "tests/support/synthetic_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_kind(const char *word, struct synthetic_options *options) {
    static const char *const names[] = {"world", "random", "sparse", "line", "ring", "star"};
    options->floodsub = strcmp(word, "floodsub") == 0;
    options->kind = SYNTHETIC_RANDOM;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(word, names[i]) == 0) {
            options->kind = (enum synthetic_kind)i;
            return true;
        }
    }
    return options->floodsub;
}

static bool make(const struct synthetic_options *options, const char *folder,
                 struct failure *failure) {
    char path[1024];
    struct run_data run;
    struct arena *arena = arena_create(&(struct arena_options){0});
    snprintf(path, sizeof path, "%s/trace.bin", folder);
    bool done = synthetic_trace_write(options, arena, path, failure) &&
                run_data_read(&run, arena, path, failure) &&
                analysis_write_tables(&run, TABLES_ALL, folder, failure) &&
                analysis_draw_figures(&run, arena, folder, failure);
    arena_destroy(arena);
    return done;
}

int main(int argc, char **argv) {
    struct synthetic_options options = {.late_per_thousand = 10, .unreached_per_thousand = 2};
    if (argc != 6 || !read_kind(argv[1], &options)) {
        fprintf(stderr, "usage: make_trace KIND NODES MESSAGES TOPICS FOLDER\n");
        return 2;
    }
    options.nodes = (uint32_t)strtoul(argv[2], NULL, 10);
    options.messages = (uint32_t)strtoul(argv[3], NULL, 10);
    options.topics = (uint32_t)strtoul(argv[4], NULL, 10);
    struct failure failure;
    if (!make(&options, argv[5], &failure)) {
        failure_print(&failure, stderr);
        return 1;
    }
    return 0;
}
