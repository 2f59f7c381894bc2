#include "analysis/pareto.h"

static bool beats(const struct pareto_point *a, const struct pareto_point *b) {
    bool no_worse = a->first <= b->first && a->second <= b->second;
    return a->defined && no_worse && (a->first < b->first || a->second < b->second);
}

uint32_t pareto_mark(struct pareto_point *points, uint32_t count) {
    uint32_t marked = 0;
    for (uint32_t i = 0; i < count; i++) {
        points[i].front = points[i].defined;
        for (uint32_t j = 0; j < count && points[i].front; j++) {
            points[i].front = !beats(&points[j], &points[i]);
        }
        marked += points[i].front;
    }
    return marked;
}
