#include "cli/sweep_read.h"

#include "base/check.h"
#include "cli/sweep_source.h"
#include "scenarios/nearest.h"
#include "scenarios/sweep.h"
#include "scenarios/sweep_quantity.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/** One reading. */
struct reading {
    struct sweep_source source;
    const struct sweep_read_request *request;
    struct sweep_results *results;
    struct arena *arena;
    struct failure *failure;
    int64_t *numbers;
    struct sweep_level *levels;
    uint32_t *replicates;
    struct figure_value *values;
    struct sweep_result_run *runs;
};

/** The text that a query gives, or NULL. */
static const char *query_text(struct reading *reading, const char *sql) {
    sqlite3_stmt *statement = sweep_source_prepare(&reading->source, sql);
    const char *text = statement != NULL && sweep_source_next(&reading->source, statement)
                           ? sweep_source_text(&reading->source, statement, 0)
                           : NULL;
    sqlite3_finalize(statement);
    return text;
}

/** The paths that vary, of which `lines` has one each. */
static void read_paths(struct reading *reading, const char *lines) {
    struct sweep_results *results = reading->results;
    const char **paths =
        arena_take_array(reading->arena, MEMORY_TABLES, SWEEP_PARAMETERS_MAX, sizeof *paths);
    while (*lines != '\0' && results->parameter_count < SWEEP_PARAMETERS_MAX) {
        size_t size = strcspn(lines, "\n");
        char *path = arena_take(reading->arena, MEMORY_TABLES, size + 1);
        memcpy(path, lines, size);
        path[size] = '\0';
        paths[results->parameter_count++] = path;
        lines += size + (lines[size] == '\n');
    }
    results->paths = paths;
}

static bool read_facts(struct reading *reading) {
    struct sweep_results *results = reading->results;
    struct sweep_source *source = &reading->source;
    results->version = sweep_source_fact(source, "gossim");
    results->name = sweep_source_fact(source, "name");
    results->hash = sweep_source_fact(source, "scenario_hash");
    const char *lines = sweep_source_fact(source, "parameters");
    const char *confidence = sweep_source_fact(source, "confidence");
    results->confidence = confidence == NULL ? 0 : strtod(confidence, NULL);
    if (source->failed) {
        return false;
    }
    if (results->version == NULL || results->name == NULL || results->hash == NULL ||
        lines == NULL) {
        return failure_bad_input(reading->failure, "%s does not say of which sweep it is",
                                 reading->request->database);
    }
    read_paths(reading, lines);
    return true;
}

/** Whether a value is the one that is held: by what it is worth, else by its letters. */
static bool is_same_value(const struct sweep_level *level, const char *value) {
    struct sweep_quantity wanted = sweep_quantity_read(value, strlen(value));
    struct sweep_quantity found = sweep_quantity_read(level->text, strlen(level->text));
    bool quantities = wanted.kind != SWEEP_WORD && wanted.kind == found.kind;
    return quantities ? wanted.value == found.value : strcmp(level->text, value) == 0;
}

static bool is_path(const struct sweep_held *held, const char *path) {
    const char *dot = strrchr(path, '.');
    const char *end = dot == NULL ? path : dot + 1;
    return (strlen(path) == held->path_size && memcmp(path, held->path, held->path_size) == 0) ||
           (strlen(end) == held->path_size && memcmp(end, held->path, held->path_size) == 0);
}

static bool check_held(const struct reading *reading) {
    const struct sweep_results *results = reading->results;
    for (uint32_t i = 0; i < reading->request->held_count; i++) {
        const struct sweep_held *held = &reading->request->held[i];
        const char *nearest = "";
        uint32_t least = UINT32_MAX;
        for (uint32_t j = 0; j < results->parameter_count; j++) {
            const char *path = results->paths[j];
            uint32_t distance =
                is_path(held, path)
                    ? 0
                    : 1 + nearest_distance(held->path, held->path_size, path, strlen(path));
            nearest = distance < least ? path : nearest;
            least = distance < least ? distance : least;
        }
        if (least > 0) {
            return failure_bad_input(reading->failure,
                                     "--where: the sweep does not vary `%.*s` (did you mean %s?)",
                                     (int)held->path_size, held->path, nearest);
        }
    }
    return true;
}

static bool is_wanted(const struct reading *reading, const struct sweep_level *levels) {
    const struct sweep_results *results = reading->results;
    bool wanted = true;
    for (uint32_t i = 0; i < reading->request->held_count; i++) {
        const struct sweep_held *held = &reading->request->held[i];
        for (uint32_t j = 0; j < results->parameter_count; j++) {
            wanted = wanted &&
                     (!is_path(held, results->paths[j]) || is_same_value(&levels[j], held->value));
        }
    }
    return wanted;
}

static struct sweep_level level_of(const char *text) {
    struct sweep_level level = {.text = text};
    struct sweep_quantity quantity = sweep_quantity_read(level.text, strlen(level.text));
    if (quantity.kind != SWEEP_WORD) {
        level.kind = (int)quantity.kind;
        level.number = (double)quantity.value / (quantity.kind == SWEEP_NUMBER ? 1e9 : 1);
    }
    return level;
}

/** `SELECT point, "a", "b" FROM points`: to be freed by the caller. */
static char *points_query(const struct sweep_results *results) {
    char *sql = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&sql, &size);
    CHECK(out != NULL);
    fputs("SELECT point", out);
    for (uint32_t i = 0; i < results->parameter_count; i++) {
        fputs(", \"", out);
        for (const char *at = results->paths[i]; *at != '\0'; at++) {
            fputs(*at == '"' ? "\"\"" : (char[]){*at, '\0'}, out);
        }
        fputs("\"", out);
    }
    // Those without runs are not yet known.
    fputs(" FROM points WHERE point IN (SELECT point FROM runs) ORDER BY point", out);
    fclose(out);
    return sql;
}

static bool read_points(struct reading *reading) {
    struct sweep_results *results = reading->results;
    const char *most = query_text(reading, "SELECT count(*) FROM points");
    const char *repeat = query_text(reading, "SELECT max(replicate) FROM runs");
    if (most == NULL || repeat == NULL) {
        return false;
    }
    size_t count = strtoul(most, NULL, 10);
    results->repeat = (uint32_t)strtoul(repeat, NULL, 10);
    reading->numbers = arena_take_array(reading->arena, MEMORY_TABLES, count, sizeof(int64_t));
    reading->levels = arena_take_array(reading->arena, MEMORY_TABLES,
                                       count * results->parameter_count, sizeof *reading->levels);
    char *sql = points_query(results);
    sqlite3_stmt *statement = sweep_source_prepare(&reading->source, sql);
    free(sql);
    if (statement == NULL) {
        return false;
    }
    while (results->point_count < count && sweep_source_next(&reading->source, statement)) {
        struct sweep_level *levels =
            &reading->levels[(size_t)results->point_count * results->parameter_count];
        for (uint32_t i = 0; i < results->parameter_count; i++) {
            levels[i] = level_of(sweep_source_text(&reading->source, statement, (int)i + 1));
        }
        if (is_wanted(reading, levels)) {
            reading->numbers[results->point_count++] = sqlite3_column_int64(statement, 0);
        }
    }
    sqlite3_finalize(statement);
    results->numbers = reading->numbers;
    results->levels = reading->levels;
    if (reading->source.failed) {
        return false;
    }
    return results->point_count > 0 ||
           failure_bad_input(reading->failure,
                             reading->request->held_count == 0
                                 ? "%s holds no runs yet"
                                 : "%s holds no run that --where leaves",
                             reading->request->database);
}

/** The runs of one point: its seeds, and the figures that are wanted. */
static char *runs_query(const struct sweep_read_request *request) {
    char *sql = NULL;
    size_t size = 0;
    char column[SWEEP_COLUMN_SIZE];
    FILE *out = open_memstream(&sql, &size);
    CHECK(out != NULL);
    fputs("SELECT replicate, seed, digest", out);
    for (uint32_t i = 0; i < request->figure_count; i++) {
        fprintf(out, ", %s", sweep_figure_expression(request->figures[i], column));
    }
    // Where `until` decided, the first replicates count, whatever else is there.
    fputs(" FROM runs WHERE point = ?1 AND replicate <= coalesce((SELECT CAST(value AS INTEGER) "
          "FROM sweep WHERE key = 'wanted.' || ?1), replicate)",
          out);
    fclose(out);
    return sql;
}

/** What a row says of a run. */
static void keep_run(struct reading *reading, sqlite3_stmt *statement, uint32_t point,
                     uint32_t replicate) {
    enum { FIXED = 3 };
    const struct sweep_results *results = reading->results;
    size_t at = (size_t)point * results->repeat + replicate;
    reading->replicates[point]++;
    reading->runs[at].seed = sweep_source_text(&reading->source, statement, 1);
    reading->runs[at].digest = sweep_source_text(&reading->source, statement, 2);
    for (uint32_t i = 0; i < reading->request->figure_count; i++) {
        int column = (int)i + FIXED;
        bool defined = sqlite3_column_type(statement, column) != SQLITE_NULL;
        reading->values[(size_t)i * results->point_count * results->repeat + at] =
            (struct figure_value){defined, sqlite3_column_double(statement, column)};
    }
}

static bool read_runs(struct reading *reading) {
    struct sweep_results *results = reading->results;
    const struct sweep_read_request *request = reading->request;
    uint32_t points = results->point_count;
    reading->replicates = arena_take_array(reading->arena, MEMORY_TABLES, points, sizeof(uint32_t));
    reading->values = arena_take_array(reading->arena, MEMORY_TABLES,
                                       (size_t)request->figure_count * points * results->repeat,
                                       sizeof *reading->values);
    reading->runs = arena_take_array(reading->arena, MEMORY_TABLES,
                                     (size_t)points * results->repeat, sizeof *reading->runs);
    char *sql = runs_query(request);
    sqlite3_stmt *statement = sweep_source_prepare(&reading->source, sql);
    free(sql);
    for (uint32_t point = 0; statement != NULL && point < points; point++) {
        sqlite3_bind_int64(statement, 1, results->numbers[point]);
        while (sweep_source_next(&reading->source, statement)) {
            int64_t replicate = sqlite3_column_int64(statement, 0) - 1;
            if (replicate < 0 || replicate >= results->repeat) {
                continue;
            }
            keep_run(reading, statement, point, (uint32_t)replicate);
        }
        sqlite3_reset(statement);
    }
    sqlite3_finalize(statement);
    results->replicates = reading->replicates;
    results->values = reading->values;
    results->runs = reading->runs;
    results->first_seed = query_text(reading, "SELECT seed FROM runs ORDER BY replicate LIMIT 1");
    results->last_seed =
        query_text(reading, "SELECT seed FROM runs ORDER BY replicate DESC LIMIT 1");
    return !reading->source.failed;
}

static enum sweep_unit unit_of(uint32_t figure) {
    switch (sweep_figure_unit(figure)) {
    case METRIC_RATIO:
        // Ratios that can be above one are not told in parts of a hundred.
        return figure == METRIC_DELIVERY_RATIO || figure == SWEEP_CONTROL_SHARE ? SWEEP_UNIT_SHARE
                                                                                : SWEEP_UNIT_NONE;
    case METRIC_DURATION:
        return SWEEP_UNIT_NS;
    case METRIC_BYTES:
        return SWEEP_UNIT_BYTES;
    case METRIC_COUNT_UNIT:
    case METRIC_MEAN:
        return SWEEP_UNIT_NONE;
    }
    return SWEEP_UNIT_NONE;
}

static void name_figures(const struct reading *reading) {
    uint32_t count = reading->request->figure_count;
    struct sweep_result_figure *figures =
        arena_take_array(reading->arena, MEMORY_TABLES, count, sizeof *figures);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t figure = reading->request->figures[i];
        figures[i].unit = unit_of(figure);
        figures[i].name = sweep_figure_name(figure);
    }
    reading->results->figures = figures;
    reading->results->figure_count = count;
}

bool sweep_read(struct sweep_results *results, struct arena *arena,
                const struct sweep_read_request *request, struct failure *failure) {
    struct reading reading = {
        .request = request, .results = results, .arena = arena, .failure = failure};
    *results = (struct sweep_results){.name = NULL};
    bool ok = sweep_source_open(&reading.source, request->database, arena, failure) &&
              read_facts(&reading) && check_held(&reading) && read_points(&reading) &&
              read_runs(&reading);
    sweep_source_close(&reading.source);
    if (ok) {
        name_figures(&reading);
    }
    return ok;
}
