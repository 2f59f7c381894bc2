#include "cli/compare.h"

// What stands in for compare_points.c where there is no SQLite.

bool compare_read_points(struct compare_data *data, const struct compare_options *options,
                         struct arena *arena, struct failure *failure) {
    (void)data;
    (void)options;
    (void)arena;
    return failure_bad_input(failure, "this gossim was built without SQLite, in which the results "
                                      "of a sweep are kept; allowed: scenario files");
}
