// The Pareto front of latency against bytes per delivery, each point with its label.
#include "analysis/label_places.h"
#include "analysis/pareto.h"
#include "analysis/sweep_sheet.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

enum { FIELD_WIDE = 700, FIELD_HIGH = 400, LABEL_HIGH = 13, LABELLED_MAX = 60 };

/** Height of the letters of labels, in pixels, with some room. */
#define LABEL_LETTER 11.0

/** Below that share of deliveries a point is hollow: what it saves, it saves by losing. */
static const double delivered_enough = 0.999;

struct front {
    const struct sweep_drawing *drawing;
    const struct sweep_picture *picture;
    uint32_t count;
    struct sample *costs;  // [count]
    struct sample *times;  // [count]
    struct sample *ratios; // [count]
    struct pareto_point *points;
    struct sweep_extent x;
    struct sweep_extent y;
    uint32_t unsure; // points
    uint32_t few_below;
};

/** Half of an interval; none of a single run, or of runs that agree, which tell nothing of how sure
 * it is. */
static double half_of(const struct sample *sample) {
    return sample->count > 1 ? sample->half_width : 0;
}

static bool measure(struct front *front, struct failure *failure) {
    const struct sweep_results *results = front->drawing->grid->results;
    struct arena *arena = front->drawing->arena;
    uint32_t count = results->point_count;
    if (count > SWEEP_PARETO_POINTS_MAX) {
        return failure_bad_input(failure, "%" PRIu32 " points are too many for a Pareto front (%d)",
                                 count, SWEEP_PARETO_POINTS_MAX);
    }
    double confidence = sweep_results_confidence(results);
    front->count = count;
    front->costs = arena_take_array(arena, MEMORY_TABLES, count, sizeof *front->costs);
    front->times = arena_take_array(arena, MEMORY_TABLES, count, sizeof *front->times);
    front->ratios = arena_take_array(arena, MEMORY_TABLES, count, sizeof *front->ratios);
    front->points = arena_take_array(arena, MEMORY_TABLES, count, sizeof *front->points);
    for (uint32_t i = 0; i < count; i++) {
        const struct sweep_picture *picture = front->picture;
        front->costs[i] =
            sample_at(sweep_results_values(results, picture->cost, i), results->repeat, confidence);
        front->times[i] = sample_at(sweep_results_values(results, picture->figure, i),
                                    results->repeat, confidence);
        front->ratios[i] = sample_at(sweep_results_values(results, picture->delivery, i),
                                     results->repeat, confidence);
        front->points[i] = (struct pareto_point){
            .defined = front->costs[i].count > 0 && front->times[i].count > 0,
            .first = front->costs[i].mean,
            .second = front->times[i].mean,
            .first_half = half_of(&front->costs[i]),
            .second_half = half_of(&front->times[i]),
        };
        if (front->points[i].defined) {
            sweep_extent_add(&front->x, &front->costs[i]);
            sweep_extent_add(&front->y, &front->times[i]);
        }
    }
    pareto_mark(front->points, count);
    front->few_below = sweep_sheet_runs(results, front->picture->figure).few_below;
    front->unsure = pareto_mark_unsure(front->points, count);
    sweep_extent_settle(&front->x, SWEEP_UNIT_BYTES);
    sweep_extent_settle(&front->y, results->figures[front->picture->figure].unit);
    return true;
}

static void print_sample(struct table_file *table, const struct sample *sample) {
    if (sample->count == 0) {
        table_file_absent(table, 3);
    } else if (!sample_has_interval(sample)) {
        table_file_print(table, "\t%.9g", sample->mean);
        table_file_absent(table, 2);
    } else {
        table_file_print(table, "\t%.9g\t%.9g\t%.9g", sample->mean,
                         sample->mean - sample->half_width, sample->mean + sample->half_width);
    }
}

static const char *label_of(const struct front *front, uint32_t point, char *out) {
    const struct sweep_grid *grid = front->drawing->grid;
    return sweep_grid_label(grid, &grid->choices[(size_t)point * SWEEP_AXES_MAX], 0, out);
}

static bool delivers(const struct front *front, uint32_t point) {
    return front->ratios[point].count > 0 && front->ratios[point].mean >= delivered_enough;
}

static void print_table(struct table_file *table, const struct front *front) {
    const struct sweep_results *results = front->drawing->grid->results;
    char label[SWEEP_GRID_LABEL_SIZE];
    table_file_print(table, "point\tlabel\treplicates\tbytes_per_delivery\tbytes_low\tbytes_high\t"
                            "latency\tlatency_low\tlatency_high\tdelivery_ratio\tdelivery_low\t"
                            "delivery_high\tfront\tdelivers\n");
    for (uint32_t i = 0; i < front->count; i++) {
        table_file_print(table, "%" PRId64 "\t", results->numbers[i]);
        table_file_name(table, label_of(front, i, label));
        table_file_print(table, "\t%" PRIu32, front->times[i].count);
        print_sample(table, &front->costs[i]);
        print_sample(table, &front->times[i]);
        print_sample(table, &front->ratios[i]);
        table_file_print(table, "\t%d\t%d\n", front->points[i].front, delivers(front, i));
    }
}

/** Where a value stands in the field, in pixels. */
static double pixel(const struct sweep_extent *extent, double value, double length) {
    double share = extent->logarithmic ? log(value / extent->low) / log(extent->high / extent->low)
                                       : (value - extent->low) / (extent->high - extent->low);
    return share * length;
}

/** Puts those of the front first: they get their labels before others. */
static uint32_t arrange(const struct front *front, uint32_t *sequence) {
    uint32_t used = 0;
    for (int turn = 1; turn >= 0; turn--) {
        for (uint32_t i = 0; i < front->count; i++) {
            if (front->points[i].defined && front->points[i].front == turn) {
                sequence[used++] = i;
            }
        }
    }
    return used;
}

/** The label of a point; its number alone where there are too many for all to have theirs. */
static const char *shown_label(const struct front *front, uint32_t point, bool crowded, char *out) {
    if (crowded && !front->points[point].front) {
        snprintf(out, SWEEP_GRID_LABEL_SIZE, "%" PRId64,
                 front->drawing->grid->results->numbers[point]);
        return out;
    }
    const struct sweep_grid *grid = front->drawing->grid;
    sweep_grid_short_label(grid, &grid->choices[(size_t)point * SWEEP_AXES_MAX], out);
    size_t used = strlen(out);
    if (front->times[point].count < front->few_below) {
        snprintf(out + used, SWEEP_GRID_LABEL_SIZE - used, "  n=%" PRIu32,
                 front->times[point].count);
    }
    return out;
}

/** Labels, and lines to those that stand apart. */
static void print_labels(struct table_file *script, const struct front *front) {
    struct arena *arena = front->drawing->arena;
    uint32_t *sequence = arena_take_array(arena, MEMORY_TABLES, front->count, sizeof *sequence);
    struct label_place *places =
        arena_take_array(arena, MEMORY_TABLES, front->count, sizeof *places);
    char label[SWEEP_GRID_LABEL_SIZE];
    uint32_t count = arrange(front, sequence);
    bool crowded = count > LABELLED_MAX;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t point = sequence[i];
        places[i] = (struct label_place){
            .x = pixel(&front->x, front->costs[point].mean, FIELD_WIDE),
            .y = pixel(&front->y, front->times[point].mean, FIELD_HIGH),
            .width = LABEL_LETTER * figure_text_width(shown_label(front, point, crowded, label)),
            .height = LABEL_HIGH,
        };
    }
    uint32_t missing = label_places_find(places, count, FIELD_WIDE, FIELD_HIGH);
    for (uint32_t i = 0; i < count; i++) {
        const struct label_place *place = &places[i];
        uint32_t point = sequence[i];
        if (!place->placed) {
            continue;
        }
        table_file_print(script, "label_%" PRIu32 "_x = %.2f\nlabel_%" PRIu32 "_y = %.2f\n", i,
                         place->left, i, place->bottom + LABEL_HIGH / 2.0);
        char variable[FIGURE_TEXT_SIZE];
        snprintf(variable, sizeof variable, "label_%" PRIu32, i);
        figure_define_name(script, variable, shown_label(front, point, crowded, label));
        double nearest = place->x < place->left                  ? place->left
                         : place->x > place->left + place->width ? place->left + place->width
                                                                 : place->x;
        table_file_print(script, "label_%" PRIu32 "_look = %d\n", i,
                         (front->points[point].front ? 1 : 0) + (place->far ? 2 : 0));
        table_file_print(script, "lead_%" PRIu32 " = '%.2f %.2f %.2f %.2f'\n", i, place->x,
                         place->y, nearest, place->bottom + LABEL_HIGH / 2.0);
    }
    figure_define_number(script, "labels", count);
    sweep_grid_short_label(front->drawing->grid, NULL, label);
    char hidden[2][48] = {"", ""};
    if (missing > 0) {
        snprintf(hidden[0], sizeof hidden[0], "; %" PRIu32 " without room, see the table", missing);
    }
    if (count < front->count) {
        uint32_t absent = front->count - count;
        snprintf(hidden[1], sizeof hidden[1], "; %" PRIu32 " %s without a value", absent,
                 figure_noun(absent, "point", "points"));
    }
    figure_define_text(script, "missing", "labels: %s%s%s%s", label,
                       crowded ? ", or the point" : "", hidden[0], hidden[1]);
}

/** The front from left to right, for its line. */
static void print_front(struct table_file *script, const struct front *front) {
    double from = -INFINITY;
    table_file_print(script, "$front << END\n");
    for (;;) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < front->count; i++) {
            const struct pareto_point *point = &front->points[i];
            if (point->front && point->first > from &&
                (next == UINT32_MAX || point->first < front->points[next].first)) {
                next = i;
            }
        }
        if (next == UINT32_MAX) {
            break;
        }
        from = front->points[next].first;
        table_file_print(script, "%.9g\t%.9g\n", from, front->points[next].second);
    }
    table_file_print(script, "END\n");
}

/** The points that intervals leave undecided, for rings around them. */
static void print_unsure(struct table_file *script, const struct front *front) {
    table_file_print(script, "$unsure << END\n");
    for (uint32_t i = 0; i < front->count; i++) {
        const struct pareto_point *point = &front->points[i];
        if (point->unsure) {
            table_file_print(script, "%.9g\t%.9g\n", point->first, point->second);
        }
    }
    table_file_print(script, "END\n");
}

/** What marks and crosses are: only what there is. */
static void define_subtitle(struct table_file *script, const struct front *front) {
    const struct sweep_results *results = front->drawing->grid->results;
    bool hollow = false;
    bool beaten = false;
    for (uint32_t i = 0; i < front->count; i++) {
        hollow = hollow || (front->points[i].defined && !delivers(front, i));
        beaten = beaten || (front->points[i].defined && !front->points[i].front);
    }
    figure_define_number(script, "any_beaten", beaten);
    figure_define_number(script, "any_unsure", front->unsure > 0);
    const char *more = hollow ? "; hollow: below 99.9 % delivered" : "";
    bool cut = front->x.cut || front->y.cut;
    if (results->repeat == 1) {
        figure_define_text(script, "subtitle", "One run each: how sure this is, is not known%s",
                           more);
    } else {
        figure_define_text(script, "subtitle",
                           "Front by means; crosses: intervals of %.4g %%%s%s%s",
                           100 * sweep_results_confidence(results), cut ? ", cut at the edge" : "",
                           front->x.same || front->y.same ? "; none: all equal" : "", more);
    }
}

static void define_axes(struct table_file *script, const struct front *front, double held) {
    const struct sweep_results *results = front->drawing->grid->results;
    char title[SWEEP_SHEET_NAME_SIZE];
    figure_define_number(script, "sheet_wide", 84 + FIELD_WIDE + 30);
    figure_define_number(script, "sheet_high", 104 + held + FIELD_HIGH + 84);
    figure_define_number(script, "field_wide", FIELD_WIDE);
    figure_define_number(script, "field_high", FIELD_HIGH);
    figure_define_number(script, "x_scale", front->x.unit.scale);
    figure_define_number(script, "y_scale", front->y.unit.scale);
    figure_define_number(script, "x_low", front->x.low / front->x.unit.scale);
    figure_define_number(script, "x_high", front->x.high / front->x.unit.scale);
    figure_define_number(script, "y_low", front->y.low / front->y.unit.scale);
    figure_define_number(script, "y_high", front->y.high / front->y.unit.scale);
    figure_define_number(script, "x_log", front->x.logarithmic);
    figure_define_number(script, "y_log", front->y.logarithmic);
    figure_define_text(script, "x_name", "%s",
                       sweep_sheet_title("bytes sent per delivery", front->x.unit, title));
    figure_define_text(
        script, "y_name", "%s",
        sweep_sheet_title(results->figures[front->picture->figure].name, front->y.unit, title));
}

bool sweep_pareto_write(const struct sweep_drawing *drawing, const struct sweep_picture *picture,
                        const char *folder, struct failure *failure) {
    const struct sweep_results *results = drawing->grid->results;
    struct front front = {.drawing = drawing, .picture = picture};
    struct sweep_page *page = arena_take(drawing->arena, MEMORY_TABLES, sizeof *page);
    char heading[3 * SWEEP_SHEET_NAME_SIZE];
    if (!measure(&front, failure)) {
        return false;
    }
    snprintf(heading, sizeof heading, "%s against bytes per delivery",
             results->figures[picture->figure].name);
    sweep_page_open(page, folder, "pareto", heading);
    print_table(&page->table, &front);
    double held = sweep_sheet_caption(&page->script, drawing->grid, picture->figure);
    if (!front.x.any) {
        figure_define_name(&page->script, "nothing", "No run delivered anything.");
        figure_script_draw_as(&page->script, "empty", drawing->formats);
        return sweep_page_close(page, failure);
    }
    define_subtitle(&page->script, &front);
    define_axes(&page->script, &front, held);
    print_unsure(&page->script, &front);
    print_front(&page->script, &front);
    print_labels(&page->script, &front);
    figure_script_draw_as(&page->script, "sweep_pareto", drawing->formats);
    return sweep_page_close(page, failure);
}
