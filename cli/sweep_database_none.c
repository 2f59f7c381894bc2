#include "cli/sweep_database.h"

#include "base/check.h"

// What stands in for sweep_database.c where there is no SQLite: nothing is ever open.

bool sweep_database_is_built(struct failure *failure) {
    return failure_bad_input(failure, "this gossim was built without SQLite, in which the results "
                                      "of a sweep are kept; allowed: --list");
}

struct sweep_database *sweep_database_open(const char *path, const struct sweep_study *study,
                                           bool read_only, struct failure *failure) {
    (void)path;
    (void)study;
    (void)read_only;
    bool built = sweep_database_is_built(failure);
    CHECK(!built);
    return NULL;
}

void sweep_database_close(struct sweep_database *database) {
    CHECK(database == NULL);
}

bool sweep_database_add_points(struct sweep_database *database, const struct sweep_study *study,
                               struct failure *failure) {
    (void)database;
    (void)study;
    return sweep_database_is_built(failure);
}

bool sweep_database_find(struct sweep_database *database, const struct sweep_study *study,
                         struct failure *failure) {
    (void)database;
    (void)study;
    return sweep_database_is_built(failure);
}

bool sweep_database_add(struct sweep_database *database, const struct sweep_study *study,
                        uint32_t run, const struct sweep_run *result, struct failure *failure) {
    (void)database;
    (void)study;
    (void)run;
    (void)result;
    return sweep_database_is_built(failure);
}

bool sweep_database_compare(struct sweep_database *database, const struct sweep_study *study,
                            uint32_t run, const struct sweep_run *result, struct failure *failure) {
    (void)database;
    (void)study;
    (void)run;
    (void)result;
    return sweep_database_is_built(failure);
}

bool sweep_database_values(struct sweep_database *database, const struct sweep_study *study,
                           struct sweep_question question, struct figure_value *values,
                           struct failure *failure) {
    (void)database;
    (void)study;
    (void)question;
    (void)values;
    return sweep_database_is_built(failure);
}

bool sweep_database_failed(struct sweep_database *database, const struct sweep_study *study,
                           uint32_t point, uint64_t *failed, struct failure *failure) {
    (void)database;
    (void)study;
    (void)point;
    (void)failed;
    return sweep_database_is_built(failure);
}

bool sweep_database_met(struct sweep_database *database, const struct sweep_study *study,
                        uint32_t point, uint8_t *met, struct failure *failure) {
    (void)study;
    (void)point;
    (void)met;
    CHECK(database != NULL);
    return sweep_database_is_built(failure);
}

bool sweep_database_settle(struct sweep_database *database, const struct sweep_study *study,
                           struct failure *failure) {
    (void)study;
    CHECK(database != NULL);
    return sweep_database_is_built(failure);
}
