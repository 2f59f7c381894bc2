/**
 * Graph files from strings: for tests of their readers.
 */
#ifndef GOSSIM_TESTS_SUPPORT_GRAPH_TEXT_H
#define GOSSIM_TESTS_SUPPORT_GRAPH_TEXT_H

#include "tests/support/unit.h"

#include "base/arena.h"
#include "base/failure.h"
#include "scenarios/graph_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct graph_fixture {
    struct arena *arena;
    struct failure_list failures; // of the last reading
};

static inline int graph_fixture_setup(void **state) {
    struct graph_fixture *f = test_calloc(1, sizeof *f);
    f->arena = arena_create(NULL);
    *state = f;
    return 0;
}

static inline int graph_fixture_teardown(void **state) {
    struct graph_fixture *f = *state;
    arena_destroy(f->arena);
    test_free(f);
    return 0;
}

#define GRAPH_TEST(test)                                                                           \
    cmocka_unit_test_setup_teardown(test, graph_fixture_setup, graph_fixture_teardown)

/** Writes a file with that ending and reads it; NULL with failures in the fixture if refused. */
static inline const struct graph_file *graph_read_text(struct graph_fixture *f, const char *ending,
                                                       const char *text) {
    char path[64];
    snprintf(path, sizeof path, "graph-XXXXXX%s", ending);
    int file = mkstemps(path, (int)strlen(ending));
    assert_true(file >= 0);
    ssize_t size = (ssize_t)strlen(text);
    assert_int_equal(write(file, text, (size_t)size), size);
    close(file);
    memset(&f->failures, 0, sizeof f->failures);
    const struct graph_file *graph = graph_file_read(f->arena, path, &f->failures);
    unlink(path);
    return graph;
}

/** As above, and it must be a graph of single links. */
static inline const struct graph_file *graph_read_good(struct graph_fixture *f, const char *ending,
                                                       const char *text) {
    const struct graph_file *graph = graph_read_text(f, ending, text);
    graph = graph == NULL ? NULL : graph_file_simple(f->arena, graph, &f->failures);
    if (graph == NULL) {
        fail_msg("%s: %s", text, f->failures.items[0].message);
    }
    return graph;
}

/** All links with what they have, such as `0-1 1-2:5000000/10000000`, into `out`. */
static inline const char *graph_describe(const struct graph_file *graph, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (uint64_t i = 0; i < graph->edge_count; i++) {
        used += (size_t)snprintf(out + used, size - used, "%s%u-%u", i == 0 ? "" : " ",
                                 graph->edges[i].a, graph->edges[i].b);
        if (graph->delay_ns != NULL && graph->delay_ns[i] != EDGE_DELAY_NONE) {
            used += (size_t)snprintf(out + used, size - used, ":%ld", (long)graph->delay_ns[i]);
        }
        if (graph->loss_ppb != NULL && graph->loss_ppb[i] != EDGE_LOSS_NONE) {
            used += (size_t)snprintf(out + used, size - used, "/%u", graph->loss_ppb[i]);
        }
    }
    return out;
}

struct graph_mistake {
    const char *text;
    uint32_t line;
    uint32_t column;
    const char *words;
};

/** Fails unless each text is refused, its first mistake at that place with the words in it. */
static inline void expect_graph_mistakes(struct graph_fixture *f, const char *ending,
                                         const struct graph_mistake *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct graph_file *graph = graph_read_text(f, ending, rows[i].text);
        graph = graph == NULL ? NULL : graph_file_simple(f->arena, graph, &f->failures);
        const struct failure *failure = &f->failures.items[0];
        if (graph != NULL || f->failures.count == 0 || failure->line != rows[i].line ||
            failure->column != rows[i].column || strstr(failure->message, rows[i].words) == NULL ||
            strstr(failure->file, "graph-") == NULL) {
            fail_msg("%s\n%s:%u:%u: %s", rows[i].text, failure->file, failure->line,
                     failure->column, failure->message);
        }
    }
}

#endif
