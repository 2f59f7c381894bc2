/**
 * Where labels of points can stand so that none covers another, a point, or the edge of the sheet.
 *
 * Points are taken in their order, so the important ones come first; each tries the places around
 * it, nearest first, and takes the first that is free and nearer to it than to any other point, or
 * else the first that is free. One that finds none has no label. All in pixels, from the lower
 * left.
 */
#ifndef GOSSIM_ANALYSIS_LABEL_PLACES_H
#define GOSSIM_ANALYSIS_LABEL_PLACES_H

#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>

struct label_place {
    double x; // of the point
    double y;
    double width; // of the text; 0: the point has no label, but is in the way of others
    double height;
    bool placed;
    double left; // of the text, once it is placed
    double bottom;
    bool far; // so far from its point that a line should lead to it
};

/** Places the labels in a field of this size; returns how many found no place. */
uint32_t label_places_find(struct label_place *labels, uint32_t count, double width, double height);

#endif
