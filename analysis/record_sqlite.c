// Records and what stands around them as tables of one SQLite database, made in one transaction.
#include "analysis/record_columns.h"
#include "analysis/record_sink.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

static const char schema[] =
    "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;"
    "CREATE TABLE run(level TEXT, scenario TEXT, seed TEXT, digest TEXT, virtual_ns INTEGER,"
    " truncated INTEGER);"
    "CREATE TABLE nodes(node INTEGER PRIMARY KEY, region TEXT, degree INTEGER, start_ns INTEGER,"
    " d_low INTEGER, d INTEGER, d_high INTEGER);"
    "CREATE TABLE links(a INTEGER, b INTEGER, delay_ns INTEGER);"
    "CREATE TABLE messages(message INTEGER PRIMARY KEY, published_at_ns INTEGER, origin INTEGER,"
    " topic TEXT, bytes INTEGER, expected INTEGER, deliveries INTEGER, duplicates INTEGER);";

enum { SQL_SIZE = 1024 };

struct database {
    sqlite3 *handle;
    sqlite3_stmt *insert; // a record
    bool failed;
    char why[FAILURE_MESSAGE_SIZE]; // if failed
};

/** Keeps the first failure. */
static bool check(struct database *database, int result, int wanted) {
    if (result != wanted && !database->failed) {
        database->failed = true;
        snprintf(database->why, sizeof database->why, "%s", sqlite3_errmsg(database->handle));
    }
    return !database->failed;
}

static void execute(struct database *database, const char *sql) {
    if (!database->failed) {
        check(database, sqlite3_exec(database->handle, sql, NULL, NULL, NULL), SQLITE_OK);
    }
}

static sqlite3_stmt *prepare(struct database *database, const char *sql) {
    sqlite3_stmt *statement = NULL;
    if (!database->failed) {
        check(database, sqlite3_prepare_v2(database->handle, sql, -1, &statement, NULL), SQLITE_OK);
    }
    return statement;
}

/** Runs an insertion whose values are bound, and makes it ready for the next one. */
static void insert(struct database *database, sqlite3_stmt *statement) {
    check(database, sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text) {
    if (text == NULL) {
        sqlite3_bind_null(statement, place);
    } else {
        sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
    }
}

/** A number, or nothing for TRACE_NONE. */
static void bind_number(sqlite3_stmt *statement, int place, uint32_t number) {
    if (number == TRACE_NONE) {
        sqlite3_bind_null(statement, place);
    } else {
        sqlite3_bind_int64(statement, place, number);
    }
}

static void put_nodes(struct database *database, const struct record_sink_options *options) {
    const struct record_scene *scene = options->scene;
    sqlite3_stmt *statement = prepare(database, "INSERT INTO nodes VALUES(?,?,?,?,?,?,?)");
    for (uint32_t node = 0; node < scene->node_count && !database->failed; node++) {
        const struct trace_node *row = &scene->nodes[node];
        bool known = row->region < scene->region_count;
        sqlite3_bind_int64(statement, 1, node);
        bind_text(statement, 2, known ? scene->regions[row->region] : NULL);
        sqlite3_bind_int64(statement, 3, row->degree);
        sqlite3_bind_int64(statement, 4, row->start_ns);
        if (options->bounds != NULL) {
            sqlite3_bind_int64(statement, 5, options->bounds[node].d_low);
            sqlite3_bind_int64(statement, 6, options->bounds[node].d);
            sqlite3_bind_int64(statement, 7, options->bounds[node].d_high);
        }
        insert(database, statement);
    }
    sqlite3_finalize(statement);
}

static void put_links(struct database *database, const struct record_scene *scene) {
    sqlite3_stmt *statement = prepare(database, "INSERT INTO links VALUES(?,?,?)");
    for (uint32_t i = 0; i < scene->link_count && !database->failed; i++) {
        sqlite3_bind_int64(statement, 1, scene->links[i].a);
        sqlite3_bind_int64(statement, 2, scene->links[i].b);
        sqlite3_bind_int64(statement, 3, scene->links[i].delay_ns);
        insert(database, statement);
    }
    sqlite3_finalize(statement);
}

static void put_messages(struct database *database, const struct record_scene *scene,
                         const struct record_outcome *outcome) {
    sqlite3_stmt *statement = prepare(database, "INSERT INTO messages VALUES(?,?,?,?,?,?,?,?)");
    for (uint32_t i = 0; i < outcome->message_count && !database->failed; i++) {
        const struct trace_message *row = &outcome->messages[i];
        sqlite3_bind_int64(statement, 1, i);
        sqlite3_bind_int64(statement, 2, row->published_at_ns);
        bind_number(statement, 3, row->origin);
        bind_text(statement, 4, scene->topics[row->topic]);
        sqlite3_bind_int64(statement, 5, row->size_bytes);
        sqlite3_bind_int64(statement, 6, row->expected);
        sqlite3_bind_int64(statement, 7, row->deliveries);
        sqlite3_bind_int64(statement, 8, row->duplicates);
        insert(database, statement);
    }
    sqlite3_finalize(statement);
}

static void put_run(struct database *database, const struct record_scene *scene,
                    const struct record_outcome *outcome) {
    const struct trace_summary *summary = outcome->summary;
    char digest[33] = "";
    char seed[21] = ""; // as text: the numbers of SQL end before those of seeds
    sqlite3_stmt *statement = prepare(database, "INSERT INTO run VALUES(?,?,?,?,?,?)");
    if (database->failed) {
        return;
    }
    if (summary != NULL) {
        snprintf(digest, sizeof digest, "%016llx%016llx", (unsigned long long)summary->digest_high,
                 (unsigned long long)summary->digest_low);
        snprintf(seed, sizeof seed, "%llu", (unsigned long long)summary->seed);
        sqlite3_bind_int64(statement, 5, summary->virtual_ns);
    }
    bind_text(statement, 1, scene->level == TRACE_LEVEL_FULL ? "full" : "deliveries");
    bind_text(statement, 2, scene->scenario);
    bind_text(statement, 3, summary == NULL ? NULL : seed);
    bind_text(statement, 4, summary == NULL ? NULL : digest);
    sqlite3_bind_int64(statement, 6, summary == NULL ? 1 : 0);
    insert(database, statement);
    sqlite3_finalize(statement);
}

/** The table of records: a column each, in their order. */
static void make_records(struct database *database) {
    char create[SQL_SIZE] = "CREATE TABLE records(";
    char fill[SQL_SIZE] = "INSERT INTO records VALUES(";
    for (uint32_t i = 0; i < COLUMN_COUNT; i++) {
        enum record_column column = (enum record_column)i;
        size_t used = strlen(create);
        snprintf(create + used, sizeof create - used, "%s%s %s", i == 0 ? "" : ",",
                 record_column_name(column), record_column_is_text(column) ? "TEXT" : "INTEGER");
        used = strlen(fill);
        snprintf(fill + used, sizeof fill - used, "%s?", i == 0 ? "" : ",");
    }
    strncat(create, ")", sizeof create - strlen(create) - 1);
    strncat(fill, ")", sizeof fill - strlen(fill) - 1);
    execute(database, create);
    database->insert = prepare(database, fill);
}

static void take(struct record_sink *sink, const struct record_view *view) {
    struct database *database = sink->state;
    struct record_field fields[COLUMN_COUNT];
    if (database->failed) {
        return;
    }
    record_to_columns(&view->record, sink->options.scene->topics, fields);
    for (int column = 0; column < COLUMN_COUNT; column++) {
        if (!fields[column].present) {
            sqlite3_bind_null(database->insert, column + 1);
        } else if (fields[column].text != NULL) {
            bind_text(database->insert, column + 1, fields[column].text);
        } else {
            sqlite3_bind_int64(database->insert, column + 1, fields[column].number);
        }
    }
    insert(database, database->insert);
}

static bool end(struct record_sink *sink, const struct record_outcome *outcome,
                struct failure *failure) {
    struct database *database = sink->state;
    put_messages(database, sink->options.scene, outcome);
    put_run(database, sink->options.scene, outcome);
    execute(database, "COMMIT");
    sqlite3_finalize(database->insert);
    if (sqlite3_close(database->handle) != SQLITE_OK && !database->failed) {
        return failure_running(failure, "cannot close the database");
    }
    return !database->failed ||
           failure_running(failure, "cannot write the database: %s", database->why);
}

struct record_sink *record_sqlite_open(struct arena *arena,
                                       const struct record_sink_options *options,
                                       struct failure *failure) {
    struct database *database = arena_take(arena, MEMORY_TABLES, sizeof *database);
    // The file is nobody else's, and its owner may have locks of his own on it.
    int opened = sqlite3_open_v2(options->path, &database->handle,
                                 SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, "unix-none");
    if (opened != SQLITE_OK) {
        failure_running(failure, "cannot open the database %s: %s", options->path,
                        sqlite3_errstr(opened));
        sqlite3_close(database->handle);
        return NULL;
    }
    execute(database, schema);
    make_records(database);
    put_nodes(database, options);
    put_links(database, options->scene);
    struct record_sink *sink = record_sink_create(arena, options, database);
    sink->take = take;
    sink->end = end;
    return sink;
}
