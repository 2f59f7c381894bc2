/**
 * Points in the plane whose distances follow a given matrix as well as a plane allows.
 *
 * Classical scaling first: the two leading eigenvectors of the doubly centred squares, found by
 * power iteration. Then rounds of majorization (SMACOF), each of which lowers the sum of squared
 * differences between the distances wanted and those there.
 *
 * Source: Torgerson 1952; de Leeuw 1977.
 */
#ifndef GOSSIM_ANALYSIS_REGION_SCALING_H
#define GOSSIM_ANALYSIS_REGION_SCALING_H

#include "analysis/world.h"
#include "base/arena.h"

#include <stdint.h>

/**
 * Fills `points`, around the origin and longer along x. `distances` is a symmetric matrix of
 * `count` × `count` values ≥ 0, whose diagonal is not looked at; it is changed. Distances below a
 * twentieth of the largest count as that.
 *
 * Cost: some hundred rounds over the matrix.
 */
void region_scaling(double *distances, uint32_t count, struct arena *arena,
                    struct position *points);

#endif
