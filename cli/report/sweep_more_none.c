#include "cli/report/sweep_more.h"

// What stands in for sweep_more.c where there is no SQLite: sweep_read() has failed before.

bool sweep_more_read(struct sweep_more *more, struct arena *arena, const char *database,
                     const struct sweep_results *results, struct failure *failure) {
    (void)more;
    (void)arena;
    (void)results;
    return failure_bad_input(failure, "%s: this gossim was built without SQLite", database);
}
