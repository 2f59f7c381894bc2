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

/** Tries the eight sides of the point at a distance. */
static bool place_at(struct label_place *labels, uint32_t count, uint32_t own, double distance,
                     const double field[2]) {
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
        if (inside && is_free(labels, count, own, left, bottom)) {
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
        for (int ring = 0; label->width > 0 && !label->placed && ring < RINGS; ring++) {
            label->far = place_at(labels, count, i, POINT_RADIUS + GAP + ring * RING_STEP, field) &&
                         ring > 0;
        }
        missing += label->width > 0 && !label->placed;
    }
    return missing;
}
