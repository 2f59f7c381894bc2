#include "cli/sweep_database.h"

#include "cli/version.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { FORM = 2 };

struct sweep_database {
    sqlite3 *handle;
    const char *path;
    sqlite3_stmt *insert;
};

/** What SQLite says, as a failure. */
static bool explain(const struct sweep_database *database, struct failure *failure) {
    int code = sqlite3_errcode(database->handle);
    const char *why = sqlite3_errmsg(database->handle);
    if (code == SQLITE_NOTADB || code == SQLITE_CANTOPEN || code == SQLITE_READONLY ||
        code == SQLITE_PERM) {
        return failure_bad_input(failure, "%s: %s", database->path, why);
    }
    return failure_running(failure, "%s: %s", database->path, why);
}

static bool execute(const struct sweep_database *database, const char *sql,
                    struct failure *failure) {
    return sqlite3_exec(database->handle, sql, NULL, NULL, NULL) == SQLITE_OK ||
           explain(database, failure);
}

static bool prepare(const struct sweep_database *database, const char *sql,
                    sqlite3_stmt **statement, struct failure *failure) {
    return sqlite3_prepare_v2(database->handle, sql, -1, statement, NULL) == SQLITE_OK ||
           explain(database, failure);
}

/** Does a statement that gives no rows, and ends it. */
static bool finish(const struct sweep_database *database, sqlite3_stmt *statement,
                   struct failure *failure) {
    bool ok = sqlite3_step(statement) == SQLITE_DONE || explain(database, failure);
    sqlite3_finalize(statement);
    return ok;
}

/** The text that a query gives, to be freed by the caller; NULL if it gives none. */
static char *query_text(const struct sweep_database *database, const char *sql) {
    sqlite3_stmt *statement = NULL;
    char *text = NULL;
    if (sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0) != NULL) {
        text = strdup((const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return text;
}

static void bind_hash(sqlite3_stmt *statement, int at, struct digest hash) {
    char text[DIGEST_TEXT_SIZE];
    sqlite3_bind_text(statement, at, digest_write(hash, text), -1, SQLITE_TRANSIENT);
}

/** A seed as an integer where SQLite has one as large. */
static void bind_seed(sqlite3_stmt *statement, int at, uint64_t seed) {
    char text[24];
    if (seed <= INT64_MAX) {
        sqlite3_bind_int64(statement, at, (int64_t)seed);
    } else {
        snprintf(text, sizeof text, "%" PRIu64, seed);
        sqlite3_bind_text(statement, at, text, -1, SQLITE_TRANSIENT);
    }
}

static bool set_fact(const struct sweep_database *database, const char *key, const char *value,
                     struct failure *failure) {
    sqlite3_stmt *statement = NULL;
    if (!prepare(database, "INSERT OR REPLACE INTO sweep VALUES (?, ?)", &statement, failure)) {
        return false;
    }
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_TRANSIENT);
    sqlite3_bind_text(statement, 2, value, -1, SQLITE_TRANSIENT);
    return finish(database, statement, failure);
}

/** The paths that vary, a line each, to be freed by the caller. */
static char *parameter_lines(const struct sweep_study *study) {
    char *lines = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&lines, &size);
    for (uint32_t i = 0; out != NULL && i < study->points.sweep->parameter_count; i++) {
        fprintf(out, "%s%s", i == 0 ? "" : "\n", study->points.sweep->parameters[i].path);
    }
    if (out != NULL) {
        fclose(out);
    }
    return lines;
}

static void print_columns(FILE *out, const struct sweep_study *study, const char *before) {
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        fprintf(out, "%s\"", before);
        for (const char *at = study->points.sweep->parameters[i].path; *at != '\0'; at++) {
            fputs(*at == '"' ? "\"\"" : (char[]){*at, '\0'}, out);
        }
        fputs("\", ", out);
    }
}

static void print_schema(FILE *out, const struct sweep_study *study) {
    char column[SWEEP_COLUMN_SIZE];
    fprintf(out,
            "PRAGMA application_id = %d; PRAGMA user_version = %d;"
            "CREATE TABLE sweep (key TEXT PRIMARY KEY, value) WITHOUT ROWID;"
            "CREATE TABLE points (point INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, ",
            SWEEP_DATABASE_ID, FORM);
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        fprintf(out, "\"%s\" NUMERIC, ", study->points.sweep->parameters[i].path);
    }
    fputs("scenario TEXT NOT NULL);"
          "CREATE TABLE runs (point INTEGER NOT NULL REFERENCES points, replicate INTEGER NOT "
          "NULL, seed NOT NULL, scenario_hash TEXT NOT NULL UNIQUE, digest TEXT NOT NULL, "
          "digest_without_seed TEXT NOT NULL, wall_s REAL, expectations INTEGER, "
          "expectations_failed INTEGER",
          out);
    for (uint32_t figure = 0; figure < SWEEP_COLUMN_COUNT; figure++) {
        enum metric_unit unit = sweep_figure_unit(figure);
        bool real = unit == METRIC_RATIO || unit == METRIC_MEAN;
        fprintf(out, ", %s %s", sweep_figure_column(figure, column), real ? "REAL" : "INTEGER");
    }
    fputs(", PRIMARY KEY (point, replicate)) WITHOUT ROWID;"
          "CREATE VIEW results AS SELECT points.point, ",
          out);
    print_columns(out, study, "points.");
    fputs("replicate, seed, digest, wall_s, expectations, expectations_failed", out);
    for (uint32_t figure = 0; figure < SWEEP_COLUMN_COUNT; figure++) {
        fprintf(out, ", runs.%s", sweep_figure_column(figure, column));
    }
    fputs(" FROM points JOIN runs USING (point);", out);
}

static bool make_tables(const struct sweep_database *database, const struct sweep_study *study,
                        struct failure *failure) {
    char *sql = NULL;
    size_t size = 0;
    char hash[DIGEST_TEXT_SIZE];
    char seed[24];
    char *parameters = parameter_lines(study);
    FILE *out = open_memstream(&sql, &size);
    if (out == NULL || parameters == NULL) {
        return failure_running(failure, "out of memory");
    }
    print_schema(out, study);
    fclose(out);
    snprintf(seed, sizeof seed, "%" PRIu64, study->scenario->seed);
    bool ok = execute(database, sql, failure) &&
              set_fact(database, "gossim", GOSSIM_VERSION, failure) &&
              set_fact(database, "name", study->scenario->name, failure) &&
              set_fact(database, "scenario", study->text, failure) &&
              set_fact(database, "scenario_hash", digest_write(study->identity, hash), failure) &&
              set_fact(database, "parameters", parameters, failure) &&
              set_fact(database, "first_seed", seed, failure);
    free(sql);
    free(parameters);
    return ok;
}

/** Whether a fact of the database is as it should be; `what` says what differs. */
static bool check_fact(const struct sweep_database *database, const char *key, const char *wanted,
                       const char *what, struct failure *failure) {
    char sql[80];
    snprintf(sql, sizeof sql, "SELECT value FROM sweep WHERE key = '%s'", key);
    char *found = query_text(database, sql);
    bool same = found != NULL && strcmp(found, wanted) == 0;
    for (char *at = found; at != NULL && *at != '\0'; at++) {
        *at = *at == '\n' ? ' ' : *at; // into a message of one line
    }
    if (!same) {
        failure_bad_input(failure,
                          "%s holds results of %s (%.100s, and this is %.100s); name another "
                          "folder with --out, or remove it",
                          database->path, what, found == NULL ? "unknown" : found, wanted);
        for (char *at = failure->message; *at != '\0'; at++) {
            *at = *at == '\n' ? ' ' : *at;
        }
    }
    free(found);
    return same;
}

static bool check_study(const struct sweep_database *database, const struct sweep_study *study,
                        struct failure *failure) {
    char hash[DIGEST_TEXT_SIZE];
    char form[16];
    char *found_form = query_text(database, "PRAGMA user_version");
    char *application = query_text(database, "PRAGMA application_id");
    char *parameters = parameter_lines(study);
    snprintf(form, sizeof form, "%d", FORM);
    bool ours = application != NULL && strtol(application, NULL, 10) == SWEEP_DATABASE_ID;
    bool ok = ours || failure_bad_input(failure,
                                        "%s is no database of gossim sweep; name another "
                                        "folder with --out",
                                        database->path);
    ok = ok &&
         check_fact(database, "gossim", GOSSIM_VERSION, "another version of gossim", failure) &&
         ((found_form != NULL && strcmp(found_form, form) == 0) ||
          failure_bad_input(failure, "%s has another form than this gossim writes",
                            database->path)) &&
         check_fact(database, "scenario_hash", digest_write(study->identity, hash),
                    "another scenario: its hash differs", failure) &&
         check_fact(database, "parameters", parameters == NULL ? "" : parameters,
                    "a sweep of other paths", failure);
    free(found_form);
    free(application);
    free(parameters);
    return ok;
}

/** Makes the tables of a new database, or checks an old one. */
static bool settle(const struct sweep_database *database, const struct sweep_study *study,
                   bool read_only, struct failure *failure) {
    if (!execute(database, read_only ? "BEGIN" : "BEGIN IMMEDIATE", failure)) {
        return false;
    }
    char *tables = query_text(database, "SELECT count(*) FROM sqlite_master");
    bool is_new = tables != NULL && strcmp(tables, "0") == 0 && !read_only;
    free(tables);
    bool ok =
        is_new ? make_tables(database, study, failure) : check_study(database, study, failure);
    ok = ok && execute(database, "COMMIT", failure);
    if (!ok) {
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
    }
    return ok;
}

bool sweep_database_is_built(struct failure *failure) {
    (void)failure;
    return true;
}

struct sweep_database *sweep_database_open(const char *path, const struct sweep_study *study,
                                           bool read_only, struct failure *failure) {
    struct sweep_database *database = calloc(1, sizeof *database);
    if (database == NULL) {
        failure_running(failure, "out of memory");
        return NULL;
    }
    database->path = path;
    int flags = read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    bool ok = sqlite3_open_v2(path, &database->handle, flags, NULL) == SQLITE_OK ||
              explain(database, failure);
    if (ok) {
        sqlite3_busy_timeout(database->handle, SWEEP_DATABASE_BUSY_MS);
        ok = execute(database, "PRAGMA synchronous = NORMAL", failure) &&
             settle(database, study, read_only, failure);
    }
    if (!ok) {
        sweep_database_close(database);
        return NULL;
    }
    return database;
}

void sweep_database_close(struct sweep_database *database) {
    if (database != NULL) {
        sqlite3_finalize(database->insert);
        sqlite3_close(database->handle);
        free(database);
    }
}

/** Fills in the ids of the points that are there; the others get 0. */
static bool find_points(struct sweep_database *database, const struct sweep_study *study,
                        struct failure *failure) {
    sqlite3_stmt *statement = NULL;
    bool ok = prepare(database, "SELECT point FROM points WHERE hash = ?", &statement, failure);
    for (uint32_t i = 0; ok && i < study->points.count; i++) {
        bind_hash(statement, 1, study->hashes[i]);
        int step = sqlite3_step(statement);
        study->ids[i] = step == SQLITE_ROW ? sqlite3_column_int64(statement, 0) : 0;
        ok = step == SQLITE_ROW || step == SQLITE_DONE || explain(database, failure);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return ok;
}

static sqlite3_stmt *prepare_point(struct sweep_database *database, const struct sweep_study *study,
                                   struct failure *failure) {
    char *sql = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&sql, &size);
    sqlite3_stmt *statement = NULL;
    if (out == NULL) {
        failure_running(failure, "out of memory");
        return NULL;
    }
    fputs("INSERT INTO points (", out);
    print_columns(out, study, "");
    fputs("hash, scenario) VALUES (?, ?", out);
    for (uint32_t i = 0; i < study->points.sweep->parameter_count; i++) {
        fputs(", ?", out);
    }
    fputs(")", out);
    fclose(out);
    bool ok = prepare(database, sql, &statement, failure);
    free(sql);
    return ok ? statement : NULL;
}

bool sweep_database_add_points(struct sweep_database *database, const struct sweep_study *study,
                               struct failure *failure) {
    if (!find_points(database, study, failure) || !execute(database, "BEGIN IMMEDIATE", failure)) {
        return false;
    }
    sqlite3_stmt *statement = prepare_point(database, study, failure);
    bool ok = statement != NULL;
    int parameters = (int)study->points.sweep->parameter_count;
    for (uint32_t i = 0; ok && i < study->points.count; i++) {
        if (study->ids[i] != 0) {
            continue;
        }
        for (int j = 0; j < parameters; j++) {
            sqlite3_bind_text(statement, j + 1, sweep_value(&study->points, i, (uint32_t)j), -1,
                              SQLITE_TRANSIENT);
        }
        struct arena *scratch = arena_create(NULL);
        const struct scenario *scenario = sweep_load_point(study, scratch, i);
        const char *canonical = scenario == NULL ? NULL : scenario_write(scratch, scenario, NULL);
        ok = canonical != NULL || failure_running(failure, "point %" PRIu32 " is no more", i + 1);
        bind_hash(statement, parameters + 1, study->hashes[i]);
        sqlite3_bind_text(statement, parameters + 2, canonical, -1, SQLITE_TRANSIENT);
        arena_destroy(scratch);
        ok = ok && (sqlite3_step(statement) == SQLITE_DONE || explain(database, failure));
        study->ids[i] = sqlite3_last_insert_rowid(database->handle);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    if (!ok || !execute(database, "COMMIT", failure)) {
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    return true;
}

bool sweep_database_find(struct sweep_database *database, const struct sweep_study *study,
                         struct failure *failure) {
    sqlite3_stmt *statement = NULL;
    bool ok = find_points(database, study, failure) &&
              prepare(database,
                      "SELECT replicate FROM runs WHERE point = ? AND replicate BETWEEN 1 AND ?",
                      &statement, failure);
    for (uint32_t i = 0; ok && i < study->points.count; i++) {
        sqlite3_bind_int64(statement, 1, study->ids[i]);
        sqlite3_bind_int64(statement, 2, study->repeat);
        int step = SQLITE_DONE;
        while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
            int64_t replicate = sqlite3_column_int64(statement, 0);
            study->done[sweep_run_of(study, i, (uint32_t)replicate - 1)] = 1;
        }
        ok = step == SQLITE_DONE || explain(database, failure);
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    return ok;
}

/** Looks for a run of the point at another seed that was the same run. */
static bool check_different(struct sweep_database *database, const struct sweep_study *study,
                            uint32_t run, const struct sweep_run *result, struct failure *failure) {
    sqlite3_stmt *statement = NULL;
    uint32_t point = sweep_point_of(study, run);
    if (!prepare(database,
                 "SELECT seed FROM runs WHERE point = ? AND digest_without_seed = ? LIMIT 1",
                 &statement, failure)) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, study->ids[point]);
    bind_hash(statement, 2, result->records);
    bool found = sqlite3_step(statement) == SQLITE_ROW;
    if (found) {
        char label[SWEEP_LABEL_SIZE];
        failure_running(failure,
                        "two replicates are one run: seeds %s and %" PRIu64
                        " gave the same records at point %" PRIu32 " (%.200s); nothing in the "
                        "scenario depends on its seed, so replicates say nothing: sweep it with "
                        "`repeat: 1`",
                        (const char *)sqlite3_column_text(statement, 0), sweep_seed_of(study, run),
                        point + 1, sweep_label(&study->points, point, label));
    }
    sqlite3_finalize(statement);
    return !found;
}

static bool prepare_insert(struct sweep_database *database, struct failure *failure) {
    enum { FIXED = 9, COUNT = FIXED + SWEEP_COLUMN_COUNT };
    static const char beginning[] = "INSERT INTO runs VALUES (";
    char sql[sizeof beginning + (size_t)2 * COUNT];
    if (database->insert != NULL) {
        return true;
    }
    memcpy(sql, beginning, sizeof beginning);
    for (size_t i = 0; i < COUNT; i++) {
        memcpy(sql + sizeof beginning - 1 + 2 * i, i + 1 == COUNT ? "?)" : "?,", 3);
    }
    return prepare(database, sql, &database->insert, failure);
}

static void bind_figure(sqlite3_stmt *statement, int at, uint32_t figure,
                        struct figure_value value) {
    enum metric_unit unit = sweep_figure_unit(figure);
    if (!value.defined) {
        sqlite3_bind_null(statement, at);
    } else if (unit == METRIC_RATIO || unit == METRIC_MEAN) {
        sqlite3_bind_double(statement, at, value.value);
    } else {
        sqlite3_bind_int64(statement, at, (int64_t)value.value);
    }
}

bool sweep_database_add(struct sweep_database *database, const struct sweep_study *study,
                        uint32_t run, const struct sweep_run *result, struct failure *failure) {
    if (!check_different(database, study, run, result, failure) ||
        !prepare_insert(database, failure)) {
        return false;
    }
    sqlite3_stmt *insert = database->insert;
    int at = 1;
    sqlite3_bind_int64(insert, at++, study->ids[sweep_point_of(study, run)]);
    sqlite3_bind_int64(insert, at++, sweep_replicate_of(study, run) + 1);
    bind_seed(insert, at++, sweep_seed_of(study, run));
    bind_hash(insert, at++, result->scenario);
    bind_hash(insert, at++, result->digest);
    bind_hash(insert, at++, result->records);
    sqlite3_bind_double(insert, at++, result->wall_s);
    sqlite3_bind_int64(insert, at++, result->expectations);
    sqlite3_bind_int64(insert, at++, result->failed_expectations);
    for (uint32_t figure = 0; figure < SWEEP_COLUMN_COUNT; figure++) {
        bind_figure(insert, at++, figure, result->figures[figure]);
    }
    // A single statement is a transaction of its own.
    bool ok = sqlite3_step(insert) == SQLITE_DONE || explain(database, failure);
    sqlite3_reset(insert);
    return ok;
}

bool sweep_database_compare(struct sweep_database *database, const struct sweep_study *study,
                            uint32_t run, const struct sweep_run *result, struct failure *failure) {
    sqlite3_stmt *statement = NULL;
    uint32_t point = sweep_point_of(study, run);
    if (!prepare(database, "SELECT digest FROM runs WHERE point = ? AND replicate = ?", &statement,
                 failure)) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, study->ids[point]);
    sqlite3_bind_int64(statement, 2, sweep_replicate_of(study, run) + 1);
    char again[DIGEST_TEXT_SIZE];
    char label[SWEEP_LABEL_SIZE];
    digest_write(result->digest, again);
    bool there = sqlite3_step(statement) == SQLITE_ROW;
    const char *before = there ? (const char *)sqlite3_column_text(statement, 0) : "none";
    bool same = strcmp(before, again) == 0;
    if (!same) {
        failure_running(failure,
                        "one run has two digests: point %" PRIu32 " (%.200s) at seed %" PRIu64
                        " gave %s, and now %s; the results in %.100s are not of this program",
                        point + 1, sweep_label(&study->points, point, label),
                        sweep_seed_of(study, run), before, again, database->path);
    }
    sqlite3_finalize(statement);
    return same;
}

bool sweep_database_values(struct sweep_database *database, const struct sweep_study *study,
                           struct sweep_question question, struct figure_value *values,
                           struct failure *failure) {
    char sql[160];
    char column[SWEEP_COLUMN_SIZE];
    sqlite3_stmt *statement = NULL;
    memset(values, 0, study->repeat * sizeof *values);
    snprintf(sql, sizeof sql,
             "SELECT replicate, %s FROM runs WHERE point = ? AND replicate BETWEEN 1 AND ?",
             sweep_figure_expression(question.figure, column));
    if (!prepare(database, sql, &statement, failure)) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, study->ids[question.point]);
    sqlite3_bind_int64(statement, 2, study->wanted[question.point]);
    int step = SQLITE_DONE;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        struct figure_value *value = &values[sqlite3_column_int64(statement, 0) - 1];
        value->defined = sqlite3_column_type(statement, 1) != SQLITE_NULL;
        value->value = sqlite3_column_double(statement, 1);
    }
    bool ok = step == SQLITE_DONE || explain(database, failure);
    sqlite3_finalize(statement);
    return ok;
}

bool sweep_database_failed(struct sweep_database *database, const struct sweep_study *study,
                           uint32_t point, uint64_t *failed, struct failure *failure) {
    sqlite3_stmt *statement = NULL;
    if (!prepare(database,
                 "SELECT count(*) FROM runs WHERE point = ? AND replicate BETWEEN 1 AND ? AND "
                 "expectations_failed > 0",
                 &statement, failure)) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, study->ids[point]);
    sqlite3_bind_int64(statement, 2, study->wanted[point]);
    bool ok = sqlite3_step(statement) == SQLITE_ROW || explain(database, failure);
    *failed += ok ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
    sqlite3_finalize(statement);
    return ok;
}

bool sweep_database_met(struct sweep_database *database, const struct sweep_study *study,
                        uint32_t point, uint8_t *met, struct failure *failure) {
    sqlite3_stmt *statement = NULL;
    memset(met, 0, study->repeat);
    if (!prepare(database,
                 "SELECT replicate FROM runs WHERE point = ? AND replicate BETWEEN 1 AND ? AND "
                 "expectations_failed = 0",
                 &statement, failure)) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, study->ids[point]);
    sqlite3_bind_int64(statement, 2, study->wanted[point]);
    int step = SQLITE_DONE;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) {
        met[sqlite3_column_int64(statement, 0) - 1] = 1;
    }
    bool ok = step == SQLITE_DONE || explain(database, failure);
    sqlite3_finalize(statement);
    return ok;
}

/** Sets a fact, or takes it away. */
static bool change_fact(const struct sweep_database *database, const char *key, const char *value,
                        struct failure *failure) {
    if (value != NULL) {
        return set_fact(database, key, value, failure);
    }
    sqlite3_stmt *statement = NULL;
    if (!prepare(database, "DELETE FROM sweep WHERE key = ?", &statement, failure)) {
        return false;
    }
    sqlite3_bind_text(statement, 1, key, -1, SQLITE_TRANSIENT);
    return finish(database, statement, failure);
}

bool sweep_database_settle(struct sweep_database *database, const struct sweep_study *study,
                           struct failure *failure) {
    bool until = study->points.sweep->until_count > 0;
    char key[40];
    char value[24];
    snprintf(value, sizeof value, "%.4g", sweep_confidence(study));
    bool ok = execute(database, "BEGIN IMMEDIATE", failure) &&
              change_fact(database, "confidence", until ? value : NULL, failure);
    for (uint32_t point = 0; ok && point < study->points.count; point++) {
        snprintf(key, sizeof key, "wanted.%" PRId64, study->ids[point]);
        snprintf(value, sizeof value, "%" PRIu32, study->wanted[point]);
        ok = change_fact(database, key, until ? value : NULL, failure);
    }
    if (!ok || !execute(database, "COMMIT", failure)) {
        sqlite3_exec(database->handle, "ROLLBACK", NULL, NULL, NULL);
        return false;
    }
    return true;
}
