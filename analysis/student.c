#include "analysis/student.h"

#include "base/check.h"

#include <math.h>
#include <stdbool.h>

static const double pi = 3.14159265358979323846;

double student_within(double t, uint32_t degrees) {
    CHECK(degrees >= 1);
    CHECK(t >= 0);
    double angle = atan(t / sqrt((double)degrees));
    double cosine_squared = cos(angle) * cos(angle);
    // The sum's first power is that of cos¹ for odd degrees, and of cos⁰ for even ones.
    uint32_t first = degrees % 2 == 0 ? 1 : 2;
    double term = degrees % 2 == 0 ? 1 : cos(angle);
    double sum = degrees == 1 ? 0 : term;
    for (uint32_t k = first; k + 2 < degrees; k += 2) {
        term *= cosine_squared * (double)k / (double)(k + 1);
        sum += term;
    }
    double within = degrees % 2 == 0 ? sin(angle) * sum : 2 / pi * (angle + sin(angle) * sum);
    return within < 1 ? within : 1;
}

double student_quantile(double probability, uint32_t degrees) {
    enum { HALVINGS = 100 };
    CHECK(probability > 0);
    CHECK(probability <= 0.9999999);
    double low = 0;
    double high = 1;
    while (student_within(high, degrees) < probability) {
        low = high;
        high *= 2;
    }
    for (int i = 0; i < HALVINGS; i++) {
        double middle = low + (high - low) / 2;
        bool below = student_within(middle, degrees) < probability;
        low = below ? middle : low;
        high = below ? high : middle;
    }
    return high;
}
