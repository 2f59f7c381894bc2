#include "tests/vectors/exact_test.h"

#include "base/check.h"

/** The probability of a split relative to that of the next lower one, which has `count` − 1 in the
 * first sample. */
static double step_up(uint32_t count, uint32_t sum, const uint32_t sizes[2]) {
    double here = (double)(sizes[0] - count + 1) * (double)(sum - count + 1);
    return here / ((double)count * ((double)sizes[1] - (double)sum + (double)count));
}

double exact_test(struct exact_sample first, struct exact_sample second) {
    CHECK(first.count <= first.size);
    CHECK(second.count <= second.size);
    const uint32_t sizes[2] = {first.size, second.size};
    uint32_t sum = first.count + second.count;
    uint32_t lowest = sum > second.size ? sum - second.size : 0;
    uint32_t highest = sum < first.size ? sum : first.size;
    // Weights relative to the split seen; a split as likely as that one may come out a little above
    // it by rounding.
    const double as_likely = 1.0 + 1e-9;
    double all = 1.0;
    double unlikely = 1.0;
    double weight = 1.0;
    for (uint32_t count = first.count; count < highest; count++) {
        weight *= step_up(count + 1, sum, sizes);
        all += weight;
        unlikely += weight <= as_likely ? weight : 0.0;
    }
    weight = 1.0;
    for (uint32_t count = first.count; count > lowest; count--) {
        weight /= step_up(count, sum, sizes);
        all += weight;
        unlikely += weight <= as_likely ? weight : 0.0;
    }
    return unlikely / all;
}
