#include "analysis/depth.h"

#include "base/check.h"

uint32_t depth_lower_bound(uint64_t nodes, double degree) {
    CHECK(nodes >= 1);
    CHECK(degree >= 0);
    double wanted = (double)nodes;
    if (wanted <= 1 + degree) {
        return nodes > 1 ? 1 : 0;
    }
    // Below degree 2 the sum tends to 2/(2 − d) and never reaches it. A tree of n nodes, whose mean
    // degree is 2(n − 1)/n, has its limit at n itself: the margin keeps rounding from reaching it.
    if (degree < 2 && wanted >= 2 / (2 - degree) * (1 - 1e-9)) {
        return DEPTH_NONE;
    }
    double reached = 1;
    double frontier = degree;
    uint32_t hops = 0;
    while (reached < wanted) {
        double next = reached + frontier;
        if (next <= reached || hops == DEPTH_NONE - 1) {
            return DEPTH_NONE;
        }
        reached = next;
        frontier *= degree - 1;
        hops++;
    }
    return hops;
}
