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

/** Whether one costs no more than another of both, when intervals are as kind to it as they can be
 * (by = 1) or as unkind (by = -1). */
static bool may_beat(const struct pareto_point *a, const struct pareto_point *b, double by) {
    bool same = a->first == b->first && a->second == b->second;
    return a->defined && !same && a->first - by * a->first_half <= b->first + by * b->first_half &&
           a->second - by * a->second_half <= b->second + by * b->second_half;
}

uint32_t pareto_mark_unsure(struct pareto_point *points, uint32_t count) {
    uint32_t marked = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct pareto_point *point = &points[i];
        bool beaten = false; // maybe, of one on the front; surely, of another
        for (uint32_t j = 0; j < count && !beaten; j++) {
            beaten = j != i && may_beat(&points[j], point, point->front ? 1 : -1);
        }
        point->unsure = point->defined && beaten == point->front;
        marked += point->unsure;
    }
    return marked;
}
