#include "analysis/validation.h"

#include "base/check.h"

uint64_t validation_tree_bound(uint32_t degree, uint32_t hops, uint64_t most) {
    CHECK(degree >= 2);
    uint64_t within = 1;
    uint64_t ring = degree;
    for (uint32_t i = 0; i < hops && within < most; i++) {
        within += ring;
        ring *= degree - 1;
    }
    return within < most ? within : most;
}

static double power(double base, uint32_t exponent) {
    double product = 1;
    for (uint32_t i = 0; i < exponent; i++) {
        product *= base;
    }
    return product;
}

double validation_any(double probability, uint32_t tries) {
    return 1 - power(1 - probability, tries);
}

double validation_reach(uint32_t degree, double carries, double hands_on) {
    CHECK(degree >= 2);
    // From 1 down, the iteration ends at the largest solution; it contracts fast where one is far
    // from 0, and so many steps are enough anywhere else.
    enum { STEPS = 10000 };
    double branch = 1;
    for (int i = 0; i < STEPS; i++) {
        branch = hands_on * validation_any(carries * branch, degree - 1);
    }
    return validation_any(carries * branch, degree);
}
