#include "cli/report/sweep_more.h"

#include "cli/sweep_source.h"

#include <string.h>

static bool read_scenario(struct sweep_more *more, struct sweep_source *source) {
    const char *scenario = sweep_source_fact(source, "scenario");
    if (scenario == NULL && !source->failed) {
        return failure_bad_input(source->failure, "%s does not hold its scenario", source->path);
    }
    more->scenario = scenario;
    return scenario != NULL;
}

static bool read_verdicts(struct sweep_more *more, struct sweep_source *source,
                          const struct sweep_results *results) {
    size_t runs = (size_t)results->point_count * results->repeat;
    uint32_t *failed = arena_take_array(source->arena, MEMORY_TABLES, runs + 1, sizeof *failed);
    memset(failed, 0xFF, runs * sizeof *failed);
    more->failed = failed;
    sqlite3_stmt *statement = sweep_source_prepare(
        source, "SELECT replicate, expectations, expectations_failed FROM runs WHERE point = ?1");
    for (uint32_t point = 0; statement != NULL && point < results->point_count; point++) {
        sqlite3_bind_int64(statement, 1, results->numbers[point]);
        while (sweep_source_next(source, statement)) {
            int64_t replicate = sqlite3_column_int64(statement, 0) - 1;
            if (replicate < 0 || replicate >= results->repeat) {
                continue;
            }
            more->expectations = (uint32_t)sqlite3_column_int64(statement, 1);
            failed[(size_t)point * results->repeat + (size_t)replicate] =
                (uint32_t)sqlite3_column_int64(statement, 2);
        }
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return !source->failed;
}

bool sweep_more_read(struct sweep_more *more, struct arena *arena, const char *database,
                     const struct sweep_results *results, struct failure *failure) {
    struct sweep_source source;
    *more = (struct sweep_more){.scenario = ""};
    bool ok = sweep_source_open(&source, database, arena, failure) &&
              read_scenario(more, &source) && read_verdicts(more, &source, results);
    sweep_source_close(&source);
    return ok;
}
