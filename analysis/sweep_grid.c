#include "analysis/sweep_grid.h"

#include "base/check.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/** The values of a parameter, and which of them each point has. */
struct column {
    const struct sweep_level **levels; // [count]
    uint32_t count;
    uint32_t *of; // [points]
};

static const struct sweep_level *level_at(const struct sweep_results *results, uint32_t point,
                                          uint32_t parameter) {
    return &results->levels[(size_t)point * results->parameter_count + parameter];
}

static struct column read_column(struct arena *arena, const struct sweep_results *results,
                                 uint32_t parameter) {
    struct column column = {.count = 0};
    uint32_t points = results->point_count;
    column.levels = arena_take_array(arena, MEMORY_TABLES, points, sizeof *column.levels);
    column.of = arena_take_array(arena, MEMORY_TABLES, points, sizeof *column.of);
    for (uint32_t point = 0; point < points; point++) {
        const struct sweep_level *level = level_at(results, point, parameter);
        uint32_t at = 0;
        while (at < column.count && strcmp(column.levels[at]->text, level->text) != 0) {
            at++;
        }
        if (at == column.count) {
            column.levels[column.count++] = level;
        }
        column.of[point] = at;
    }
    return column;
}

/** Whether all values are quantities that compare. */
static bool is_ordered(const struct column *column) {
    bool ordered = true;
    for (uint32_t i = 0; i < column->count; i++) {
        ordered = ordered && column->levels[i]->kind != 0 &&
                  column->levels[i]->kind == column->levels[0]->kind;
    }
    return ordered;
}

/** Puts the values in their order. */
static void order(struct arena *arena, struct column *column, uint32_t points) {
    uint32_t *rank = arena_take_array(arena, MEMORY_TABLES, column->count, sizeof *rank);
    const struct sweep_level **sorted =
        arena_take_array(arena, MEMORY_TABLES, column->count, sizeof *sorted);
    if (!is_ordered(column)) {
        return;
    }
    for (uint32_t i = 0; i < column->count; i++) {
        for (uint32_t j = 0; j < column->count; j++) {
            double other = column->levels[j]->number;
            double own = column->levels[i]->number;
            rank[i] += other < own || (!(own < other) && j < i);
        }
        sorted[rank[i]] = column->levels[i];
    }
    for (uint32_t point = 0; point < points; point++) {
        column->of[point] = rank[column->of[point]];
    }
    column->levels = sorted;
}

/** Whether the value of one tells that of the other. */
static bool tells(struct arena *arena, const struct column *one, const struct column *other,
                  uint32_t points) {
    uint32_t *partner = arena_take_array(arena, MEMORY_TABLES, one->count, sizeof *partner);
    bool told = one->count >= other->count;
    for (uint32_t point = 0; told && point < points; point++) {
        uint32_t *value = &partner[one->of[point]];
        told = *value == 0 || *value == other->of[point] + 1;
        *value = other->of[point] + 1;
    }
    return told;
}

/** The parameter that tells the value of this one, or itself. Of those that tell each other, the
 * first. */
static uint32_t leader_of(struct arena *arena, const struct column *columns, uint32_t own,
                          const struct sweep_results *results) {
    uint32_t leader = own;
    for (uint32_t i = 0; i < results->parameter_count; i++) {
        bool before = columns[i].count > columns[leader].count ||
                      (columns[i].count == columns[leader].count && i < leader);
        if (before && tells(arena, &columns[i], &columns[own], results->point_count)) {
            leader = i;
        }
    }
    return leader;
}

/** The last part of a path, unless another one ends the same. */
static const char *short_name(const struct sweep_results *results, uint32_t parameter) {
    const char *path = results->paths[parameter];
    const char *dot = strrchr(path, '.');
    const char *name = dot == NULL ? path : dot + 1;
    for (uint32_t i = 0; i < results->parameter_count; i++) {
        const char *other = strrchr(results->paths[i], '.');
        other = other == NULL ? results->paths[i] : other + 1;
        if (i != parameter && strcmp(other, name) == 0) {
            return path;
        }
    }
    return name;
}

/** `a, b`, where `a` may be empty. */
static const char *join(struct arena *arena, const char *a, const char *b) {
    size_t size = strlen(a) + strlen(b) + 3;
    char *joined = arena_take(arena, MEMORY_TABLES, size);
    snprintf(joined, size, "%s%s%s", a, a[0] == '\0' ? "" : ", ", b);
    return joined;
}

/** How uneven the steps between numbers are: the largest by the smallest. */
static double unevenness(const struct sweep_axis *axis, bool logarithmic) {
    double smallest = INFINITY;
    double largest = 0;
    for (uint32_t i = 1; i < axis->count; i++) {
        double low = axis->positions[i - 1];
        double high = axis->positions[i];
        double step = logarithmic ? log(high / low) : high - low;
        smallest = step < smallest ? step : smallest;
        largest = step > largest ? step : largest;
    }
    return smallest > 0 ? largest / smallest : INFINITY;
}

static void place_values(struct arena *arena, struct sweep_axis *axis,
                         const struct column *column) {
    axis->count = column->count;
    axis->labels = arena_take_array(arena, MEMORY_TABLES, axis->count, sizeof *axis->labels);
    axis->shorts = arena_take_array(arena, MEMORY_TABLES, axis->count, sizeof *axis->shorts);
    axis->positions = arena_take_array(arena, MEMORY_TABLES, axis->count, sizeof *axis->positions);
    axis->numeric = axis->parameter_count == 1 && is_ordered(column);
    for (uint32_t i = 0; i < axis->count; i++) {
        axis->labels[i] = "";
        axis->shorts[i] = column->levels[i]->text;
        axis->positions[i] = axis->numeric ? column->levels[i]->number : i;
    }
    double low = axis->positions[0];
    double high = axis->positions[axis->count - 1];
    axis->logarithmic = axis->numeric && low > 0 && high >= SWEEP_LOG_SPREAD * low &&
                        unevenness(axis, true) < unevenness(axis, false);
}

/** Takes the first parameter's values for labels where those of all are long: it tells them. */
static void shorten(struct arena *arena, struct sweep_axis *axis) {
    enum { JOINED_MAX = 14 };
    size_t longest = 0;
    for (uint32_t i = 0; i < axis->count; i++) {
        size_t size = strlen(axis->labels[i]);
        longest = size > longest ? size : longest;
    }
    if (axis->parameter_count > 1 && longest > JOINED_MAX) {
        size_t size = strlen(axis->name) + sizeof " (and )";
        char *name = arena_take(arena, MEMORY_TABLES, size);
        snprintf(name, size, "%s (and %s)", axis->short_name,
                 axis->name + strlen(axis->short_name) + 2);
        axis->name = name;
        axis->labels = axis->shorts;
    }
}

/** Adds the axis of a parameter and of those that change with it. */
static void add_axis(struct sweep_grid *grid, struct arena *arena, const struct column *columns,
                     uint32_t first, const uint32_t *leader) {
    const struct sweep_results *results = grid->results;
    struct sweep_axis *axis = &grid->axes[grid->axis_count];
    uint32_t *members =
        arena_take_array(arena, MEMORY_TABLES, results->parameter_count, sizeof *members);
    axis->short_name = short_name(results, first);
    axis->name = axis->short_name;
    members[axis->parameter_count++] = first;
    for (uint32_t i = 0; i < results->parameter_count; i++) {
        if (i != first && leader[i] == first && columns[i].count > 1) {
            members[axis->parameter_count++] = i;
            axis->name = join(arena, axis->name, short_name(results, i));
        }
    }
    axis->parameter = members;
    place_values(arena, axis, &columns[first]);
    for (uint32_t point = 0; point < results->point_count; point++) {
        uint32_t at = columns[first].of[point];
        grid->choices[(size_t)point * SWEEP_AXES_MAX + grid->axis_count] = at;
        if (axis->labels[at][0] != '\0') {
            continue;
        }
        for (uint32_t i = 0; i < axis->parameter_count; i++) {
            axis->labels[at] =
                join(arena, axis->labels[at], level_at(results, point, members[i])->text);
        }
    }
    shorten(arena, axis);
    grid->axis_count++;
}

static uint64_t index_of(const struct sweep_grid *grid, const uint32_t *place) {
    uint64_t index = 0;
    for (uint32_t axis = 0; axis < grid->axis_count; axis++) {
        CHECK(place[axis] < grid->axes[axis].count);
        index = index * grid->axes[axis].count + place[axis];
    }
    return index;
}

bool sweep_grid_of(struct sweep_grid *grid, struct arena *arena,
                   const struct sweep_results *results, struct failure *failure) {
    *grid = (struct sweep_grid){.results = results, .product = 1};
    uint32_t parameters = results->parameter_count;
    CHECK(parameters <= SWEEP_AXES_MAX);
    if (results->point_count > SWEEP_GRID_PLACES_MAX) {
        return failure_bad_input(failure, "%" PRIu32 " points are more than a figure can show (%d)",
                                 results->point_count, SWEEP_GRID_PLACES_MAX);
    }
    struct column *columns = arena_take_array(arena, MEMORY_TABLES, parameters, sizeof *columns);
    uint32_t *leader = arena_take_array(arena, MEMORY_TABLES, parameters, sizeof *leader);
    grid->choices = arena_take_array(
        arena, MEMORY_TABLES, (size_t)results->point_count * SWEEP_AXES_MAX, sizeof *grid->choices);
    for (uint32_t i = 0; i < parameters; i++) {
        columns[i] = read_column(arena, results, i);
        order(arena, &columns[i], results->point_count);
    }
    for (uint32_t i = 0; i < parameters; i++) {
        leader[i] = leader_of(arena, columns, i, results);
    }
    for (uint32_t i = 0; i < parameters; i++) {
        if (columns[i].count > 1 && leader[i] == i) {
            add_axis(grid, arena, columns, i, leader);
            grid->product *= columns[i].count;
        }
        if (grid->product > SWEEP_GRID_PLACES_MAX) {
            return failure_bad_input(failure, "the axes cross in more than %d places",
                                     SWEEP_GRID_PLACES_MAX);
        }
    }
    grid->points = arena_take_array(arena, MEMORY_TABLES, grid->product, sizeof *grid->points);
    for (uint32_t point = 0; point < results->point_count; point++) {
        grid->points[index_of(grid, &grid->choices[(size_t)point * SWEEP_AXES_MAX])] = point + 1;
    }
    return true;
}

uint32_t sweep_grid_find(const struct sweep_grid *grid, const uint32_t *place) {
    uint32_t found = grid->points[index_of(grid, place)];
    return found == 0 ? UINT32_MAX : found - 1;
}

uint32_t sweep_grid_axis(const struct sweep_grid *grid, const char *path) {
    for (uint32_t i = 0; i < grid->axis_count; i++) {
        const struct sweep_axis *axis = &grid->axes[i];
        for (uint32_t j = 0; j < axis->parameter_count; j++) {
            const char *whole = grid->results->paths[axis->parameter[j]];
            if (strcmp(path, whole) == 0 ||
                strcmp(path, short_name(grid->results, axis->parameter[j])) == 0) {
                return i;
            }
        }
    }
    return UINT32_MAX;
}

const char *sweep_grid_label(const struct sweep_grid *grid, const uint32_t *place, uint32_t without,
                             char *out) {
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < grid->axis_count; i++) {
        if ((without >> i & 1) != 0) {
            continue;
        }
        int size =
            snprintf(out + used, SWEEP_GRID_LABEL_SIZE - used, "%s%s %s", used == 0 ? "" : ", ",
                     grid->axes[i].name, grid->axes[i].labels[place[i]]);
        used += (size_t)size;
        if (used >= SWEEP_GRID_LABEL_SIZE) {
            break;
        }
    }
    return out;
}

const char *sweep_grid_held(const struct sweep_grid *grid, char *out) {
    const struct sweep_results *results = grid->results;
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < results->parameter_count && used < SWEEP_GRID_HELD_SIZE; i++) {
        const char *value = level_at(results, 0, i)->text;
        bool held = true;
        for (uint32_t point = 1; held && point < results->point_count; point++) {
            held = strcmp(level_at(results, point, i)->text, value) == 0;
        }
        if (held) {
            int size = snprintf(out + used, SWEEP_GRID_HELD_SIZE - used, "%s%s %s",
                                used == 0 ? "" : ", ", short_name(results, i), value);
            used += (size_t)size;
        }
    }
    return out;
}

const char *sweep_grid_short_label(const struct sweep_grid *grid, const uint32_t *place,
                                   char *out) {
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < grid->axis_count && used < SWEEP_GRID_LABEL_SIZE; i++) {
        const struct sweep_axis *axis = &grid->axes[i];
        int size = snprintf(out + used, SWEEP_GRID_LABEL_SIZE - used, "%s%s", i == 0 ? "" : " / ",
                            place == NULL ? axis->short_name : axis->shorts[place[i]]);
        used += (size_t)size;
    }
    return out;
}
