#include "base/check.h"
#include "cli/compare.h"
#include "cli/sweep_source.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/** A path that varies. */
struct varying {
    const char *path; // NULL: none has that name
    size_t size;
    bool several; // have that end
};

/**
 * The path of that name, or the one that ends so behind a dot, as `where` of a sweep has them;
 * `parameters` has a line for each.
 */
static struct varying find_varying(const char *parameters, const char *name, size_t size) {
    struct varying found = {.path = NULL};
    for (const char *line = parameters; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        bool ends = length >= size && memcmp(line + length - size, name, size) == 0;
        if (ends && length == size) {
            return (struct varying){.path = line, .size = length};
        }
        if (ends && size > 0 && line[length - size - 1] == '.') {
            found.several = found.path != NULL;
            found.path = line;
            found.size = length;
        }
        line += length;
        line += *line == '\n' ? 1 : 0;
    }
    return found;
}

/** Says what is wrong with a name in `--at`. */
static bool explain_name(struct sweep_source *source, const char *at, const char *name,
                         bool several) {
    const char *parameters = sweep_source_fact(source, "parameters");
    char *names =
        arena_copy_text(source->arena, MEMORY_TABLES, parameters == NULL ? "" : parameters);
    for (char *letter = names; *letter != '\0'; letter++) {
        *letter = *letter == '\n' ? ' ' : *letter;
    }
    return failure_bad_input(
        source->failure,
        "--at %s: \"%.*s\" is %s paths that vary in %s; allowed: PATH=VALUE,… of %s", at,
        (int)strcspn(name, "=,"), name, several ? "the end of several" : "none of the",
        source->path, names);
}

/** Writes the conditions of `PATH=VALUE,…`, with a parameter of SQL for each value. */
static bool write_conditions(struct sweep_source *source, const char *at, FILE *sql) {
    const char *parameters = sweep_source_fact(source, "parameters");
    parameters = parameters == NULL ? "" : parameters;
    fputs("SELECT point FROM points WHERE 1", sql);
    for (const char *rest = at; *rest != '\0';) {
        size_t size = strcspn(rest, "=,");
        struct varying found = find_varying(parameters, rest, size);
        if (rest[size] != '=' || found.path == NULL || found.several) {
            return explain_name(source, at, rest, found.several);
        }
        fprintf(sql, " AND \"%.*s\" = ?", (int)found.size, found.path);
        rest += size;
        rest += strcspn(rest, ",");
        rest += *rest == ',' ? 1 : 0;
    }
    fputs(" ORDER BY point", sql);
    return true;
}

static void bind_conditions(sqlite3_stmt *statement, const char *at) {
    int index = 1;
    for (const char *rest = at; *rest != '\0';) {
        rest += strcspn(rest, "=");
        CHECK(*rest == '=');
        size_t size = strcspn(rest + 1, ",");
        sqlite3_bind_text(statement, index++, rest + 1, (int)size, SQLITE_TRANSIENT);
        rest += size + 1;
        rest += *rest == ',' ? 1 : 0;
    }
}

/** The one point that `--at` names. */
static bool find_point(struct sweep_source *source, const char *at, int64_t *point) {
    char *sql = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&sql, &size);
    CHECK(out != NULL);
    bool ok = write_conditions(source, at, out);
    fclose(out);
    sqlite3_stmt *statement = ok ? sweep_source_prepare(source, sql) : NULL;
    uint32_t found = 0;
    ok = statement != NULL;
    if (ok) {
        bind_conditions(statement, at);
        while (sweep_source_next(source, statement)) {
            *point = found++ == 0 ? sqlite3_column_int64(statement, 0) : *point;
        }
        ok =
            !source->failed &&
            (found == 1 || failure_bad_input(source->failure,
                                             "--at %s: %" PRIu32 " points of %s are there; "
                                             "allowed: values of all paths that vary, of one point",
                                             at, found, source->path));
    }
    sqlite3_finalize(statement);
    free(sql);
    return ok;
}

/** The canonical form of a point's scenario, which was found. */
static bool read_scenario(struct sweep_source *source, int64_t point, char **text) {
    sqlite3_stmt *statement =
        sweep_source_prepare(source, "SELECT scenario FROM points WHERE point = ?");
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, point);
    bool found = sweep_source_next(source, statement);
    *text = found ? sweep_source_text(source, statement, 0) : NULL;
    sqlite3_finalize(statement);
    return found;
}

static sqlite3_stmt *prepare_rows(struct sweep_source *source) {
    char *sql = NULL;
    size_t size = 0;
    char column[SWEEP_COLUMN_SIZE];
    FILE *out = open_memstream(&sql, &size);
    CHECK(out != NULL);
    fputs("SELECT replicate, digest, digest_without_seed, expectations, expectations_failed", out);
    for (uint32_t figure = 0; figure < SWEEP_COLUMN_COUNT; figure++) {
        fprintf(out, ", %s", sweep_figure_column(figure, column));
    }
    // Where `until` decided, the first replicates count, whatever else is there.
    fputs(" FROM runs WHERE point = ?1 AND replicate <= ?2 AND replicate <= coalesce((SELECT "
          "CAST(value AS INTEGER) FROM sweep WHERE key = 'wanted.' || ?1), replicate) ORDER BY "
          "replicate",
          out);
    fclose(out);
    sqlite3_stmt *statement = sweep_source_prepare(source, sql);
    free(sql);
    return statement;
}

static void read_row(sqlite3_stmt *statement, struct sweep_run *run) {
    enum { FIXED = 5 };
    // Digests are compared, never shown: a hash of the text does.
    run->digest = sweep_hash((const char *)sqlite3_column_text(statement, 1));
    run->records = sweep_hash((const char *)sqlite3_column_text(statement, 2));
    run->expectations = (uint32_t)sqlite3_column_int64(statement, 3);
    run->failed_expectations = (uint32_t)sqlite3_column_int64(statement, 4);
    for (int figure = 0; figure < SWEEP_COLUMN_COUNT; figure++) {
        bool defined = sqlite3_column_type(statement, FIXED + figure) != SQLITE_NULL;
        double value = sqlite3_column_double(statement, FIXED + figure);
        run->figures[figure] = (struct figure_value){defined, defined ? value : 0};
    }
    sweep_figures_derive(run->figures);
}

/** The rows of a point from the first replicate on, as far as none is missing. */
static bool read_rows(struct sweep_source *source, int64_t point, uint32_t most,
                      struct sweep_run *runs, uint32_t *count) {
    sqlite3_stmt *statement = prepare_rows(source);
    if (statement == NULL) {
        return false;
    }
    sqlite3_bind_int64(statement, 1, point);
    sqlite3_bind_int64(statement, 2, most);
    *count = 0;
    while (sweep_source_next(source, statement) &&
           sqlite3_column_int64(statement, 0) == (int64_t)*count + 1) {
        read_row(statement, &runs[(*count)++]);
    }
    sqlite3_finalize(statement);
    return !source->failed;
}

static bool read(struct sweep_source *source, struct compare_data *data,
                 const struct compare_options *options) {
    uint32_t most = options->seeds > 0 ? options->seeds : COMPARE_SEEDS_MAX;
    uint32_t counts[2] = {0, 0};
    struct sweep_run *rows[2];
    for (uint32_t side = 0; side < 2; side++) {
        int64_t point = 0;
        rows[side] = arena_take_array(source->arena, MEMORY_TABLES, most, sizeof *rows[side]);
        if (!find_point(source, options->points[side], &point) ||
            !read_rows(source, point, most, rows[side], &counts[side]) ||
            !read_scenario(source, point, &data->scenarios[side])) {
            return false;
        }
        data->titles[side] = arena_copy_text(source->arena, MEMORY_TABLES, options->points[side]);
    }
    data->pairs = counts[0] < counts[1] ? counts[0] : counts[1];
    if (data->pairs < 2) {
        return failure_bad_input(source->failure,
                                 "the points have %" PRIu32 " and %" PRIu32
                                 " replicates in %s; allowed: at least 2 of each",
                                 counts[0], counts[1], source->path);
    }
    data->runs =
        arena_take_array(source->arena, MEMORY_TABLES, (size_t)2 * data->pairs, sizeof *data->runs);
    memcpy(data->runs, rows[0], data->pairs * sizeof *data->runs);
    memcpy(data->runs + data->pairs, rows[1], data->pairs * sizeof *data->runs);
    const char *name = sweep_source_fact(source, "name");
    const char *seed = sweep_source_fact(source, "first_seed");
    data->scenario = arena_copy_text(source->arena, MEMORY_TABLES, name == NULL ? "" : name);
    data->first_seed = seed == NULL ? 0 : strtoull(seed, NULL, 10);
    data->stopped =
        sweep_source_fact(source, "confidence") != NULL; // which only `until` leaves there
    return !source->failed;
}

bool compare_read_points(struct compare_data *data, const struct compare_options *options,
                         struct arena *arena, struct failure *failure) {
    struct stat status;
    char path[4096];
    const char *given = options->sides[0].path;
    bool folder = stat(given, &status) == 0 && S_ISDIR(status.st_mode);
    snprintf(path, sizeof path, "%s%s", given, folder ? "/sweep.db" : "");
    struct sweep_source source;
    bool ok = sweep_source_open(&source, path, arena, failure) && read(&source, data, options);
    sweep_source_close(&source);
    return ok;
}
