#include "analysis/statistics.h"

#include "base/check.h"

/** How many values stand before the percentile. */
static uint64_t rank_of(uint64_t count, uint32_t percent) {
    CHECK(count > 0);
    CHECK(percent >= 1);
    CHECK(percent <= 100);
    // ⌈n·p/100⌉ in two parts, so that no count overflows.
    uint64_t rank = count / 100 * percent + (count % 100 * percent + 99) / 100;
    CHECK(rank >= 1);
    CHECK(rank <= count);
    return rank - 1;
}

int64_t statistics_percentile(const int64_t *sorted, uint64_t count, uint32_t percent) {
    return sorted[rank_of(count, percent)];
}

/** A sum divided by the number of its parts: quotient·n + remainder, and the quotients' sum stays
 * within the values' range. */
struct division {
    int64_t divisor;
    int64_t quotient;
    int64_t remainder;
};

static struct division division_by(uint64_t count) {
    CHECK(count > 0);
    CHECK(count <= INT32_MAX);
    return (struct division){.divisor = (int64_t)count};
}

static inline void add(struct division *division, int64_t value) {
    division->quotient += value / division->divisor;
    division->remainder += value % division->divisor;
}

/** Rounded to the nearest, halves up. */
static int64_t rounded(struct division division) {
    division.quotient += division.remainder / division.divisor;
    division.remainder %= division.divisor;
    if (division.remainder < 0) {
        division.quotient--;
        division.remainder += division.divisor;
    }
    bool up = division.remainder >= division.divisor - division.remainder;
    return up ? division.quotient + 1 : division.quotient;
}

int64_t statistics_mean(const int64_t *values, uint64_t count) {
    struct division sum = division_by(count);
    for (uint64_t i = 0; i < count; i++) {
        add(&sum, values[i]);
    }
    return rounded(sum);
}

static int64_t mean_of_bag(const struct bag *bag) {
    struct division sum = division_by(bag->count);
    struct bag_cursor cursor = {0};
    int64_t value = 0;
    while (bag_next(bag, &cursor, &value)) {
        add(&sum, value);
    }
    return rounded(sum);
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

struct statistics statistics_of_bag(const struct bag *bag) {
    uint64_t count = bag->count;
    if (count == 0) {
        return (struct statistics){0};
    }
    const uint64_t ranks[] = {0, rank_of(count, 50), rank_of(count, 90), rank_of(count, 95),
                              rank_of(count, 99)};
    int64_t at[sizeof ranks / sizeof ranks[0]];
    bag_at_each(bag, ranks, sizeof ranks / sizeof ranks[0], at);
    return (struct statistics){
        .count = count,
        .min = at[0],
        .mean = mean_of_bag(bag),
        .p50 = at[1],
        .p90 = at[2],
        .p95 = at[3],
        .p99 = at[4],
        .max = bag->max,
    };
}

enum { PERCENTILES = 4 };
static const uint32_t percents[PERCENTILES] = {50, 90, 95, 99};

static int64_t *percentile(struct statistics *of, uint32_t which) {
    int64_t *const places[PERCENTILES] = {&of->p50, &of->p90, &of->p95, &of->p99};
    return places[which];
}

void statistics_begin(struct statistics_passing *passing, struct statistics *of, uint64_t count) {
    *of = (struct statistics){.count = count};
    *passing = (struct statistics_passing){.of = of, .count = count};
}

/** The next value to note behind number `seen`: a percentile, or the last. */
static uint64_t next_noted(const struct statistics_passing *passing, uint64_t seen) {
    uint64_t last = passing->count - 1;
    uint64_t rank =
        passing->next < PERCENTILES ? rank_of(passing->count, percents[passing->next]) : last;
    return seen < rank ? rank : last;
}

void statistics_note(struct statistics_passing *passing, int64_t value) {
    struct statistics *of = passing->of;
    uint64_t number = passing->seen - 1;
    of->min = number == 0 ? value : of->min;
    while (passing->next < PERCENTILES &&
           number == rank_of(passing->count, percents[passing->next])) {
        *percentile(of, passing->next++) = value;
    }
    passing->noted_next = next_noted(passing, number);
    if (passing->seen == passing->count) {
        of->max = value;
        of->mean = rounded(
            (struct division){(int64_t)passing->count, passing->quotient, (int64_t)passing->rest});
    }
}

void statistics_carry(struct statistics_passing *passing) {
    passing->quotient += (int64_t)(passing->rest / passing->count);
    passing->rest %= passing->count;
}
