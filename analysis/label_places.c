#include "analysis/label_places.h"

#include <stddef.h>

enum { POINT_RADIUS = 5, GAP = 4, RINGS = 7, RING_STEP = 15 };

/** Whether a text at this place covers anything. */
static bool is_free(const struct label_place *labels, uint32_t count, uint32_t own, double left,
                    double bottom) {
    const struct label_place *label = &labels[own];
    double right = left + label->width;
    double top = bottom + label->height;
    for (uint32_t i = 0; i < count; i++) {
        const struct label_place *other = &labels[i];
        bool on_point = other->x + POINT_RADIUS > left && other->x - POINT_RADIUS < right &&
                        other->y + POINT_RADIUS > bottom && other->y - POINT_RADIUS < top;
        bool on_text = other->placed && other->left + other->width > left && other->left < right &&
                       other->bottom + other->height > bottom && other->bottom < top;
        if ((on_point && i != own) || on_text) {
            return false;
        }
    }
    return true;
}

/** The square of the distance of a point from a text at this place. */
static double apart(const struct label_place *point, const struct label_place *label, double left,
                    double bottom) {
    double right = left + label->width;
    double top = bottom + label->height;
    double x = point->x < left ? left - point->x : point->x > right ? point->x - right : 0;
    double y = point->y < bottom ? bottom - point->y : point->y > top ? point->y - top : 0;
    return x * x + y * y;
}

/** Whether no other point is so near that the text could be taken for its label. */
static bool is_clear(const struct label_place *labels, uint32_t count, uint32_t own, double left,
                     double bottom) {
    double distance = apart(&labels[own], &labels[own], left, bottom);
    bool clear = true;
    for (uint32_t i = 0; clear && i < count; i++) {
        clear = i == own || apart(&labels[i], &labels[own], left, bottom) > distance;
    }
    return clear;
}

struct label_search {
    double distance;
    const double *field;
    bool clear; // of what could be taken for its point
};

/** Tries the eight sides of the point at a distance. */
static bool place_at(struct label_place *labels, uint32_t count, uint32_t own,
                     const struct label_search *search) {
    double distance = search->distance;
    const double *field = search->field;
    static const struct {
        int x;
        int y;
    } sides[] = {{1, 1}, {1, -1}, {1, 0}, {0, 1}, {-1, 1}, {0, -1}, {-1, 0}, {-1, -1}};
    struct label_place *label = &labels[own];
    for (size_t i = 0; i < sizeof sides / sizeof sides[0]; i++) {
        double left = label->x + sides[i].x * distance + (sides[i].x - 1) * label->width / 2;
        double bottom = label->y + sides[i].y * distance + (sides[i].y - 1) * label->height / 2;
        bool inside = left >= 0 && bottom >= 0 && left + label->width <= field[0] &&
                      bottom + label->height <= field[1];
        if (inside && is_free(labels, count, own, left, bottom) &&
            (!search->clear || is_clear(labels, count, own, left, bottom))) {
            label->placed = true;
            label->left = left;
            label->bottom = bottom;
            return true;
        }
    }
    return false;
}

uint32_t label_places_find(struct label_place *labels, uint32_t count, double width,
                           double height) {
    const double field[2] = {width, height};
    uint32_t missing = 0;
    for (uint32_t i = 0; i < count; i++) {
        labels[i].placed = false;
        labels[i].far = false;
    }
    for (uint32_t i = 0; i < count; i++) {
        struct label_place *label = &labels[i];
        // Where only a place near another point is free, a line leads to it.
        for (int turn = 0; turn < 2 * RINGS && label->width > 0 && !label->placed; turn++) {
            int ring = turn % RINGS;
            struct label_search search = {POINT_RADIUS + GAP + ring * RING_STEP, field,
                                          turn < RINGS};
            label->far = place_at(labels, count, i, &search) && turn > 0;
        }
        missing += label->width > 0 && !label->placed;
    }
    return missing;
}
