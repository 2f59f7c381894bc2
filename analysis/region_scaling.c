#include "analysis/region_scaling.h"

#include <math.h>
#include <stddef.h>

enum { POWER_ROUNDS = 300, STRESS_ROUNDS = 300 };
#define LEAST_SHARE 0.05

struct matrix {
    double *items; // [count × count]
    uint32_t count;
};

static double *cell(const struct matrix *matrix, uint32_t row, uint32_t column) {
    return &matrix->items[(size_t)row * matrix->count + column];
}

/** Sets the diagonal to nothing and lifts what is too short to show. */
static void prepare(const struct matrix *distances) {
    double largest = 0;
    for (uint32_t i = 0; i < distances->count; i++) {
        for (uint32_t j = 0; j < distances->count; j++) {
            largest = i == j ? largest : fmax(largest, *cell(distances, i, j));
        }
    }
    double least = largest > 0 ? LEAST_SHARE * largest : 1;
    for (uint32_t i = 0; i < distances->count; i++) {
        for (uint32_t j = 0; j < distances->count; j++) {
            *cell(distances, i, j) = i == j ? 0 : fmax(least, *cell(distances, i, j));
        }
    }
}

/** The scalar products of points around the origin that have these distances. */
static struct matrix products_of(const struct matrix *distances, struct arena *arena) {
    uint32_t count = distances->count;
    struct matrix products = {.count = count};
    products.items =
        arena_take_array(arena, MEMORY_TABLES, (size_t)count * count, sizeof *products.items);
    double *means = arena_take_array(arena, MEMORY_TABLES, count, sizeof *means);
    double mean = 0;
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < count; j++) {
            double distance = *cell(distances, i, j);
            means[i] += distance * distance / count;
        }
        mean += means[i] / count;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < count; j++) {
            double distance = *cell(distances, i, j);
            *cell(&products, i, j) = -(distance * distance - means[i] - means[j] + mean) / 2;
        }
    }
    return products;
}

static double dot(const double *a, const double *b, uint32_t count) {
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += a[i] * b[i];
    }
    return sum;
}

/** Makes the vector one of length 1 at a right angle to another; nothing if none is left. */
static void normalize(double *vector, const double *other, uint32_t count) {
    double along = dot(vector, other, count);
    for (uint32_t i = 0; i < count; i++) {
        vector[i] -= along * other[i];
    }
    double length = sqrt(dot(vector, vector, count));
    for (uint32_t i = 0; i < count; i++) {
        vector[i] = length > 0 ? vector[i] / length : 0;
    }
}

/** A bound of the eigenvalues' size: added to all of them it leaves none below 0. */
static double shift_of(const struct matrix *matrix) {
    double shift = 0;
    for (uint32_t i = 0; i < matrix->count; i++) {
        double row = 0;
        for (uint32_t j = 0; j < matrix->count; j++) {
            row += fabs(*cell(matrix, i, j));
        }
        shift = fmax(shift, row);
    }
    return shift;
}

/** The eigenvector of the largest eigenvalue at a right angle to `other`; returns the eigenvalue.
 */
static double find_eigenvector(const struct matrix *matrix, const double *other, double *vector,
                               double *next) {
    uint32_t count = matrix->count;
    double shift = shift_of(matrix);
    for (uint32_t i = 0; i < count; i++) {
        vector[i] = sin(1.0 + i);
    }
    normalize(vector, other, count);
    for (uint32_t round = 0; round < POWER_ROUNDS; round++) {
        for (uint32_t i = 0; i < count; i++) {
            next[i] = shift * vector[i] + dot(cell(matrix, i, 0), vector, count);
        }
        for (uint32_t i = 0; i < count; i++) {
            vector[i] = next[i];
        }
        normalize(vector, other, count);
    }
    double value = 0;
    for (uint32_t i = 0; i < count; i++) {
        value += vector[i] * dot(cell(matrix, i, 0), vector, count);
    }
    return value;
}

static void scale_classically(const struct matrix *distances, struct arena *arena,
                              struct position *points) {
    uint32_t count = distances->count;
    struct matrix products = products_of(distances, arena);
    double *vectors = arena_take_array(arena, MEMORY_TABLES, count, 4 * sizeof *vectors);
    double *none = vectors;
    double *first = vectors + count;
    double *second = first + count;
    double *next = second + count;
    double x = sqrt(fmax(0, find_eigenvector(&products, none, first, next)));
    double y = sqrt(fmax(0, find_eigenvector(&products, first, second, next)));
    for (uint32_t i = 0; i < count; i++) {
        points[i] = (struct position){x * first[i], y * second[i]};
    }
}

/** Where point `i` is drawn by all the others. */
static struct position drawn_to(const struct matrix *distances, const struct position *points,
                                uint32_t i) {
    struct position sum = {0, 0};
    for (uint32_t j = 0; j < distances->count; j++) {
        double x = points[i].x - points[j].x;
        double y = points[i].y - points[j].y;
        double there = hypot(x, y);
        double ratio = there > 0 ? *cell(distances, i, j) / there : 0;
        sum.x += ratio * x / distances->count;
        sum.y += ratio * y / distances->count;
    }
    return sum;
}

void region_scaling(double *distances, uint32_t count, struct arena *arena,
                    struct position *points) {
    struct matrix matrix = {distances, count};
    struct position *next = arena_take_array(arena, MEMORY_TABLES, count, sizeof *next);
    prepare(&matrix);
    scale_classically(&matrix, arena, points);
    for (uint32_t round = 0; round < STRESS_ROUNDS; round++) {
        for (uint32_t i = 0; i < count; i++) {
            next[i] = drawn_to(&matrix, points, i);
        }
        for (uint32_t i = 0; i < count; i++) {
            points[i] = next[i];
        }
    }
}
