#include "base/sort.h"
#include "cli/search.h"
#include "scenarios/sweep_quantity.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static struct sweep_quantity quantity_of(const struct sweep_study *study, uint32_t point) {
    const char *text = sweep_value(&study->points, point, 0);
    return sweep_quantity_read(text, strlen(text));
}

/** Whether all values are quantities of one kind. */
static bool check_kinds(const struct sweep_study *study, struct failure *failure) {
    const char *path = study->points.sweep->parameters[0].path;
    struct sweep_quantity first = quantity_of(study, 0);
    for (uint32_t point = 0; point < study->points.count; point++) {
        if (first.kind == SWEEP_WORD || quantity_of(study, point).kind != first.kind) {
            return failure_bad_input(failure,
                                     "%s: the values %s and %s have no order; allowed: numbers, "
                                     "durations, sizes or rates",
                                     path, sweep_value(&study->points, 0, 0),
                                     sweep_value(&study->points, point, 0));
        }
    }
    return true;
}

bool search_order_values(const struct sweep_study *study, uint32_t *points,
                         struct failure *failure) {
    uint32_t axes = study->points.sweep->axis_count;
    uint32_t count = study->points.count;
    if (axes != 1) {
        return failure_bad_input(
            failure, "sweep: %" PRIu32 " axes; allowed: one, or PATH and --range", axes);
    }
    if (study->points.sweep->until_count > 0) {
        return failure_bad_input(failure, "sweep.until: a search decides itself when there are "
                                          "runs enough; allowed: none");
    }
    if (!check_kinds(study, failure)) {
        return false;
    }
    struct sort_item *items = calloc((size_t)2 * count, sizeof *items);
    if (items == NULL) {
        return failure_running(failure, "out of memory");
    }
    for (uint32_t point = 0; point < count; point++) {
        uint64_t key = (uint64_t)quantity_of(study, point).value ^ UINT64_C(1) << 63;
        items[point] = (struct sort_item){key, point};
    }
    sort_by_key(items, items + count, count);
    for (uint32_t i = 0; i < count; i++) {
        points[i] = (uint32_t)items[i].value;
    }
    free(items);
    return true;
}

const char *search_unreached(const struct search_report *report) {
    return report->study->points.sweep->parameters[0].unreached;
}
