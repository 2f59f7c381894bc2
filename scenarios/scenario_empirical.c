// Distributions that were measured: points of a distribution function, or samples.

#include "base/quantity.h"
#include "base/sort.h"
#include "scenarios/csv_table.h"

#include <string.h>

enum { POINTS_MAX = 4096, SAMPLES_MAX = 4000000 };

static const char *const order = "allowed: durations and shares that do not fall";

/** The points that were read so far. */
struct points {
    struct distribution_point *items; // [POINTS_MAX]
    uint32_t count;
};

static bool follows(const struct points *points, const struct distribution_point *point) {
    const struct distribution_point *last = &points->items[points->count - 1];
    return points->count == 0 ||
           (point->value_ns >= last->value_ns && point->share_ppb >= last->share_ppb);
}

static bool add(struct points *points, const struct distribution_point *point) {
    if (points->count == POINTS_MAX) {
        return false;
    }
    points->items[points->count++] = *point;
    return true;
}

static bool read_list(struct scenario_reader *reader, const struct yaml_node *node,
                      struct points *points) {
    for (const struct yaml_node *item = node->first; item != NULL; item = item->next) {
        struct distribution_point point;
        if (item->kind != YAML_SEQUENCE || item->size != 2) {
            return reader_refuse_value(reader, item, KEY_DISTRIBUTION_EMPIRICAL);
        }
        if (!read_duration(reader, KEY_DISTRIBUTION_EMPIRICAL, item->first, &point.value_ns) ||
            !read_share(reader, KEY_DISTRIBUTION_EMPIRICAL, item->first->next, &point.share_ppb)) {
            return false;
        }
        if (!follows(points, &point)) {
            return reader_refuse(reader, item, "found a point below the one before it; %s", order);
        }
        if (!add(points, &point)) {
            return reader_refuse(reader, item, "found more than %d points; allowed: %d", POINTS_MAX,
                                 POINTS_MAX);
        }
    }
    return true;
}

/** A row of two fields. */
static bool read_row(const struct csv_table *table, struct points *points) {
    struct distribution_point point;
    const struct csv_text *share = &table->fields[1];
    const char *why = NULL;
    if (!csv_table_duration(table, 0, DISTRIBUTION_CAP_NS, &point.value_ns)) {
        return false;
    }
    if (!quantity_read_share(share->text, share->size, &point.share_ppb, &why)) {
        return csv_table_refuse(table, 1, why);
    }
    if (!follows(points, &point)) {
        return csv_table_refuse(table, 0, order);
    }
    return add(points, &point) || csv_table_refuse(table, 0, "allowed: 4096 points");
}

/** Points of the distribution function of samples, which are sorted: up to so many of them. */
static void make_points(const int64_t *samples, uint32_t count, struct points *points) {
    uint32_t wanted = count < POINTS_MAX ? count : POINTS_MAX;
    for (uint32_t i = 1; i <= wanted; i++) {
        uint64_t rank = (uint64_t)i * count / wanted;
        struct distribution_point point = {
            .value_ns = samples[rank - 1],
            .share_ppb = (uint32_t)(rank * SHARE_ONE / count),
        };
        points->items[points->count++] = point;
    }
}

/** The rest of a file of one field a row, whose first row has been taken. */
static bool read_samples(struct csv_table *table, struct points *points) {
    struct arena *scratch = table->reader->scratch;
    // A sample takes two bytes at least.
    size_t room = (size_t)(table->end - table->line_start) / 2 + 1;
    int64_t *samples = arena_take_array(scratch, MEMORY_TABLES, room, 2 * sizeof *samples);
    uint32_t count = 0;
    do {
        if (table->field_count != 1) {
            return csv_table_refuse(table, 1, "allowed: one sample a line, as in the first");
        }
        if (count == SAMPLES_MAX) {
            return csv_table_refuse(table, 0, "allowed: 4000000 samples");
        }
        if (!csv_table_duration(table, 0, DISTRIBUTION_CAP_NS, &samples[count])) {
            return false;
        }
        count++;
    } while (csv_table_next(table));
    sort_i64(samples, samples + room, count);
    make_points(samples, count, points);
    return true;
}

static bool read_file(struct scenario_reader *reader, const struct yaml_node *node,
                      struct points *points) {
    struct csv_table table;
    if (!csv_table_open(&table, reader, node, KEY_DISTRIBUTION_EMPIRICAL)) {
        return false;
    }
    bool first = true;
    while (csv_table_next(&table)) {
        if (first && table.field_count == 1) {
            return read_samples(&table, points);
        }
        first = false;
        if (table.field_count != 2) {
            return csv_table_refuse(&table, table.field_count - 1,
                                    "allowed: a duration and a share in each line, or a duration");
        }
        if (!read_row(&table, points)) {
            return false;
        }
    }
    return true;
}

bool read_empirical(struct scenario_reader *reader, const struct yaml_node *node,
                    struct distribution_options *options) {
    struct points points = {
        .items = arena_take_array(reader->arena, MEMORY_TABLES, POINTS_MAX, sizeof *points.items)};
    if (node->kind == YAML_MAPPING) {
        return reader_refuse_value(reader, node, KEY_DISTRIBUTION_EMPIRICAL);
    }
    bool list = node->kind == YAML_SEQUENCE;
    if (!(list ? read_list(reader, node, &points) : read_file(reader, node, &points))) {
        return false;
    }
    if (points.count == 0 || points.items[points.count - 1].share_ppb != SHARE_ONE) {
        return reader_refuse(reader, node,
                             "its last share is not 100%%; allowed: points up to 100%%");
    }
    options->points = points.items;
    options->point_count = points.count;
    options->a_ns = points.items[0].value_ns;
    options->b_ns = points.items[points.count - 1].value_ns;
    return true;
}
