#include "cli/sweep_read.h"

// What stands in for sweep_read.c where there is no SQLite.

bool sweep_read(struct sweep_results *results, struct arena *arena,
                const struct sweep_read_request *request, struct failure *failure) {
    (void)results;
    (void)arena;
    (void)request;
    return failure_bad_input(failure, "this gossim was built without SQLite, in which the results "
                                      "of a sweep are kept");
}
