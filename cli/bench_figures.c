#include "base/check.h"
#include "cli/bench.h"

#include <math.h>
#include <string.h>

/** Room for a value of each round. */
struct values {
    double values[BENCH_ROUNDS_MAX];
    uint32_t count;
};

static void add(struct values *values, double value) {
    CHECK(values->count < BENCH_ROUNDS_MAX);
    uint32_t place = values->count++;
    while (place > 0 && values->values[place - 1] > value) {
        values->values[place] = values->values[place - 1];
        place--;
    }
    values->values[place] = value;
}

/** Of values that are sorted; the median of an even number is between two. */
static struct bench_spread spread_of(const struct values *values) {
    if (values->count == 0) {
        return (struct bench_spread){0, 0, 0};
    }
    uint32_t high = values->count / 2;
    uint32_t low = (values->count - 1) / 2;
    return (struct bench_spread){
        .median = (values->values[low] + values->values[high]) / 2,
        .least = values->values[0],
        .most = values->values[values->count - 1],
    };
}

const struct bench_sample *bench_sample_of(const struct bench *bench,
                                           const struct bench_case *which, uint32_t contestant,
                                           uint32_t round) {
    return &bench->samples[which->first_sample + round * bench->contestant_count + contestant];
}

struct bench_spread bench_cpu_s(const struct bench *bench, const struct bench_case *which,
                                uint32_t contestant) {
    struct values values = {.count = 0};
    for (uint32_t round = 0; round < which->rounds; round++) {
        add(&values, bench_sample_of(bench, which, contestant, round)->usage.cpu_s);
    }
    return spread_of(&values);
}

struct bench_spread bench_wall_s(const struct bench *bench, const struct bench_case *which,
                                 uint32_t contestant) {
    struct values values = {.count = 0};
    for (uint32_t round = 0; round < which->rounds; round++) {
        add(&values, bench_sample_of(bench, which, contestant, round)->usage.wall_s);
    }
    return spread_of(&values);
}

static double speed(const struct bench_sample *sample) {
    return sample->usage.cpu_s > 0 ? (double)sample->counts.events / sample->usage.cpu_s : 0;
}

struct bench_spread bench_speed_ratio(const struct bench *bench, const struct bench_case *which,
                                      uint32_t contestant, uint32_t other) {
    struct values values = {.count = 0};
    for (uint32_t round = 0; round < which->rounds; round++) {
        double base = speed(bench_sample_of(bench, which, other, round));
        if (base > 0) {
            add(&values, speed(bench_sample_of(bench, which, contestant, round)) / base);
        }
    }
    return spread_of(&values);
}

struct bench_spread bench_wall_ratio(const struct bench *bench, const struct bench_case *which,
                                     uint32_t contestant, uint32_t other) {
    struct values values = {.count = 0};
    for (uint32_t round = 0; round < which->rounds; round++) {
        double own = bench_sample_of(bench, which, contestant, round)->usage.wall_s;
        if (own > 0) {
            add(&values, bench_sample_of(bench, which, other, round)->usage.wall_s / own);
        }
    }
    return spread_of(&values);
}

struct bench_spread bench_case_ratio(const struct bench *bench, const struct bench_case *which,
                                     const struct bench_case *base, uint32_t contestant) {
    struct values values = {.count = 0};
    for (uint32_t round = 0; round < which->rounds && round < base->rounds; round++) {
        double other = bench_sample_of(bench, base, contestant, round)->usage.cpu_s;
        if (other > 0) {
            add(&values, bench_sample_of(bench, which, contestant, round)->usage.cpu_s / other);
        }
    }
    return spread_of(&values);
}

uint64_t bench_peak_bytes(const struct bench *bench, const struct bench_case *which,
                          uint32_t contestant) {
    uint64_t most = 0;
    for (uint32_t round = 0; round < which->rounds; round++) {
        uint64_t peak = bench_sample_of(bench, which, contestant, round)->usage.peak_rss_bytes;
        most = peak > most ? peak : most;
    }
    return most;
}

double bench_events(const struct bench *bench, const struct bench_case *which,
                    uint32_t contestant) {
    return (double)bench_sample_of(bench, which, contestant, 0)->counts.events;
}

struct bench_difference bench_difference_of(const struct bench *bench, uint32_t contestant,
                                            uint32_t other, enum bench_kind kind) {
    struct bench_difference found = {.mean = 0};
    double count = bench->case_count;
    double squares = 0;
    for (uint32_t i = 0; i < bench->case_count; i++) {
        const struct bench_case *which = &bench->cases[i];
        found.mean +=
            (double)bench_sample_of(bench, which, contestant, 0)->counts.kinds[kind] / count;
        found.other += (double)bench_sample_of(bench, which, other, 0)->counts.kinds[kind] / count;
    }
    double difference = found.mean - found.other;
    for (uint32_t i = 0; i < bench->case_count; i++) {
        const struct bench_case *which = &bench->cases[i];
        double own = (double)bench_sample_of(bench, which, contestant, 0)->counts.kinds[kind];
        double of_other = (double)bench_sample_of(bench, which, other, 0)->counts.kinds[kind];
        double rest = own - of_other - difference;
        double share = of_other > 0 ? fabs(own - of_other) / of_other : 0;
        squares += rest * rest;
        found.most = share > found.most ? share : found.most;
    }
    if (found.other > 0) {
        found.share = difference / found.other;
        found.standard_error = count > 1 ? sqrt(squares / (count - 1) / count) / found.other : 0;
    }
    return found;
}

uint32_t bench_references(const struct bench *bench, uint32_t references[BENCH_CONTESTANTS_MAX]) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < bench->contestant_count; i++) {
        if (bench->contestants[i].is_peer) {
            references[count++] = i;
        }
    }
    if (count == 0 && bench->contestant_count > 1) {
        references[count++] = 0;
    }
    return count;
}
