#include "cli/sweep_source.h"

#include "cli/sweep_database.h"
#include "cli/version.h"

#include <string.h>

/** What SQLite says. */
static bool explain(struct sweep_source *source) {
    int code = sqlite3_errcode(source->handle);
    const char *why = sqlite3_errmsg(source->handle);
    source->failed = true;
    if (code == SQLITE_NOTADB || code == SQLITE_ERROR) {
        return failure_bad_input(source->failure, "%s is no database of gossim sweep: %s",
                                 source->path, why);
    }
    bool of_machine = code == SQLITE_BUSY || code == SQLITE_IOERR || code == SQLITE_NOMEM;
    return of_machine ? failure_running(source->failure, "cannot read %s: %s", source->path, why)
                      : failure_bad_input(source->failure, "%s: %s", source->path, why);
}

/** Sees that it is a sweep's, and of this gossim. */
static bool check(struct sweep_source *source) {
    sqlite3_stmt *statement = sweep_source_prepare(source, "PRAGMA application_id");
    bool ours = statement != NULL && sweep_source_next(source, statement) &&
                sqlite3_column_int64(statement, 0) == SWEEP_DATABASE_ID;
    sqlite3_finalize(statement);
    const char *version = ours ? sweep_source_fact(source, "gossim") : NULL;
    if (source->failed) {
        return false;
    }
    if (version == NULL) {
        return failure_bad_input(source->failure, "%s is no database of gossim sweep",
                                 source->path);
    }
    return strcmp(version, GOSSIM_VERSION) == 0 ||
           failure_bad_input(source->failure,
                             "%s holds results of another version of gossim (%s, and this is %s)",
                             source->path, version, GOSSIM_VERSION);
}

bool sweep_source_open(struct sweep_source *source, const char *path, struct arena *arena,
                       struct failure *failure) {
    *source = (struct sweep_source){.path = path, .arena = arena, .failure = failure};
    if (sqlite3_open_v2(path, &source->handle, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK) {
        return explain(source);
    }
    sqlite3_busy_timeout(source->handle, SWEEP_DATABASE_BUSY_MS);
    return (sqlite3_exec(source->handle, "BEGIN", NULL, NULL, NULL) == SQLITE_OK ||
            explain(source)) &&
           check(source);
}

void sweep_source_close(struct sweep_source *source) {
    sqlite3_close(source->handle);
    source->handle = NULL;
}

char *sweep_source_fact(struct sweep_source *source, const char *key) {
    char *value = NULL;
    sqlite3_stmt *statement = sweep_source_prepare(source, "SELECT value FROM sweep WHERE key = ?");
    if (statement != NULL) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
        value =
            sweep_source_next(source, statement) ? sweep_source_text(source, statement, 0) : NULL;
        sqlite3_finalize(statement);
    }
    return value;
}

sqlite3_stmt *sweep_source_prepare(struct sweep_source *source, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(source->handle, sql, -1, &statement, NULL) != SQLITE_OK) {
        (void)explain(source);
        return NULL;
    }
    return statement;
}

bool sweep_source_next(struct sweep_source *source, sqlite3_stmt *statement) {
    int step = sqlite3_step(statement);
    return step == SQLITE_ROW || (step != SQLITE_DONE && explain(source));
}

char *sweep_source_text(const struct sweep_source *source, sqlite3_stmt *statement, int column) {
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return arena_copy_text(source->arena, MEMORY_TABLES, text == NULL ? "" : text);
}
