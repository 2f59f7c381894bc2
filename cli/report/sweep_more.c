#include "cli/report/sweep_more.h"

#include <sqlite3.h>
#include <string.h>

/** One reading. */
struct reading {
    sqlite3 *handle;
    struct arena *arena;
    const struct sweep_results *results;
    struct sweep_more *more;
};

static bool read_scenario(struct reading *reading) {
    sqlite3_stmt *statement = NULL;
    static const char sql[] = "SELECT value FROM sweep WHERE key = 'scenario'";
    bool found = sqlite3_prepare_v2(reading->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
                 sqlite3_step(statement) == SQLITE_ROW;
    if (found) {
        const char *text = (const char *)sqlite3_column_text(statement, 0);
        size_t size = text == NULL ? 1 : strlen(text) + 1;
        char *kept = arena_take(reading->arena, MEMORY_TABLES, size);
        memcpy(kept, text == NULL ? "" : text, size);
        reading->more->scenario = kept;
    }
    sqlite3_finalize(statement);
    return found;
}

static bool read_verdicts(struct reading *reading) {
    static const char sql[] =
        "SELECT replicate, expectations, expectations_failed FROM runs WHERE point = ?1";
    const struct sweep_results *results = reading->results;
    size_t runs = (size_t)results->point_count * results->repeat;
    uint32_t *failed = arena_take_array(reading->arena, MEMORY_TABLES, runs + 1, sizeof *failed);
    memset(failed, 0xFF, runs * sizeof *failed);
    sqlite3_stmt *statement = NULL;
    bool ok = sqlite3_prepare_v2(reading->handle, sql, -1, &statement, NULL) == SQLITE_OK;
    for (uint32_t point = 0; ok && point < results->point_count; point++) {
        sqlite3_bind_int64(statement, 1, results->numbers[point]);
        while (sqlite3_step(statement) == SQLITE_ROW) {
            int64_t replicate = sqlite3_column_int64(statement, 0) - 1;
            if (replicate < 0 || replicate >= results->repeat) {
                continue;
            }
            reading->more->expectations = (uint32_t)sqlite3_column_int64(statement, 1);
            failed[(size_t)point * results->repeat + (size_t)replicate] =
                (uint32_t)sqlite3_column_int64(statement, 2);
        }
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    reading->more->failed = failed;
    return ok;
}

bool sweep_more_read(struct sweep_more *more, struct arena *arena, const char *database,
                     const struct sweep_results *results, struct failure *failure) {
    *more = (struct sweep_more){.scenario = ""};
    struct reading reading = {.arena = arena, .results = results, .more = more};
    bool ok = sqlite3_open_v2(database, &reading.handle, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
              read_scenario(&reading) && read_verdicts(&reading);
    ok = ok || failure_bad_input(failure, "%s is no database of gossim sweep: %s", database,
                                 sqlite3_errmsg(reading.handle));
    sqlite3_close(reading.handle);
    return ok;
}
