#include "analysis/statistics.h"

#include "base/check.h"

int64_t statistics_percentile(const int64_t *sorted, uint64_t count, uint32_t percent) {
    CHECK(count > 0);
    CHECK(percent >= 1);
    CHECK(percent <= 100);
    // ⌈n·p/100⌉ in two parts, so that no count overflows.
    uint64_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;
    CHECK(rank >= 1);
    CHECK(rank <= count);
    return sorted[rank - 1];
}

int64_t statistics_mean(const int64_t *values, uint64_t count) {
    CHECK(count > 0);
    CHECK(count <= INT32_MAX);
    int64_t divisor = (int64_t)count;
    // The sum is quotient·n + remainder; the quotients' sum stays within the values' range.
    int64_t quotient = 0;
    int64_t remainder = 0;
    for (uint64_t i = 0; i < count; i++) {
        quotient += values[i] / divisor;
        remainder += values[i] % divisor;
    }
    quotient += remainder / divisor;
    remainder %= divisor;
    if (remainder < 0) {
        quotient--;
        remainder += divisor;
    }
    return remainder >= divisor - remainder ? quotient + 1 : quotient;
}

struct statistics statistics_of(const int64_t *sorted, uint64_t count) {
    if (count == 0) {
        return (struct statistics){0};
    }
    CHECK(sorted[0] <= sorted[count - 1]);
    return (struct statistics){
        .count = count,
        .min = sorted[0],
        .mean = statistics_mean(sorted, count),
        .p50 = statistics_percentile(sorted, count, 50),
        .p90 = statistics_percentile(sorted, count, 90),
        .p95 = statistics_percentile(sorted, count, 95),
        .p99 = statistics_percentile(sorted, count, 99),
        .max = sorted[count - 1],
    };
}
