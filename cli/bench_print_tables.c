#include "analysis/figure_text.h"
#include "cli/bench.h"

#include <inttypes.h>

/** What is within this is equal; what is rare enough to scatter more is judged by its scatter. */
#define SHARE_EQUAL 0.01
#define ERRORS_EQUAL 2.0

static const char *verdict(const struct bench_difference *difference) {
    double share = difference->share < 0 ? -difference->share : difference->share;
    if (share <= SHARE_EQUAL) {
        return "within 1 %";
    }
    return share <= ERRORS_EQUAL * difference->standard_error ? "within 2 errors" : "DIFFERS";
}

static void print_pair(const struct bench *bench, uint32_t contestant, uint32_t other, FILE *out) {
    fprintf(out, "%-14s %13s %13s %9s %9s %11s\n", "", bench->contestants[contestant].name,
            bench->contestants[other].name, "differ %", "\302\261 error %", "most %");
    for (int kind = 0; kind < BENCH_KINDS; kind++) {
        struct bench_difference found =
            bench_difference_of(bench, contestant, other, (enum bench_kind)kind);
        fprintf(out, "%-14s %13.1f %13.1f %+9.3f %9.3f %10.2f  %s\n", bench_kind_names[kind],
                found.mean, found.other, 100 * found.share, 100 * found.standard_error,
                100 * found.most, verdict(&found));
    }
}

/** Of how many cases all messages came to all nodes. */
static uint32_t exact_cases(const struct bench *bench, uint32_t who) {
    uint32_t exact = 0;
    for (uint32_t i = 0; i < bench->case_count; i++) {
        uint64_t expected = bench_sample_of(bench, &bench->cases[i], 0, 0)->expected_deliveries;
        uint64_t found = bench_sample_of(bench, &bench->cases[i], who, 0)->counts.deliveries;
        exact += found == expected ? 1 : 0;
    }
    return exact;
}

void bench_print_counts(const struct bench *bench, FILE *out) {
    uint32_t references[BENCH_CONTESTANTS_MAX];
    uint32_t count = bench_references(bench, references);
    fprintf(out,
            "%s, means over %" PRIu32 " %s from %" PRIu64
            "; of each, the same graph, delays, phases and publishers\n",
            bench->cases[0].name, bench->case_count,
            figure_noun(bench->case_count, "seed", "seeds"), bench->cases[0].seed);
    for (uint32_t i = 0; i < count; i++) {
        if (references[i] > 0) {
            print_pair(bench, 0, references[i], out);
        }
    }
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        fprintf(out, "%s: every message came to every node in %" PRIu32 " of %" PRIu32 " runs\n",
                bench->contestants[who].name, exact_cases(bench, who), bench->case_count);
    }
}

void bench_print_doubling(const struct bench *bench, FILE *out) {
    char events[FIGURE_TEXT_SIZE];
    const struct bench_case *base = &bench->cases[0];
    fprintf(out, "%s nodes, %" PRIu32 " %s; CPU time over that of the base\n",
            figure_count(base->nodes, events), base->rounds,
            figure_noun(base->rounds, "round", "rounds"));
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        fprintf(out, "%-42s %12s %9s %11s %8s %8s %13s\n", bench->contestants[who].name, "events",
                "CPU s", "ns/event", "events", "CPU", "bytes a node");
        for (uint32_t i = 0; i < bench->case_count; i++) {
            const struct bench_case *which = &bench->cases[i];
            double count = bench_events(bench, which, who);
            double cpu_s = bench_cpu_s(bench, which, who).median;
            int extra = i == 0 ? 0 : 1; // the sign of multiplication has two bytes
            fprintf(out, "%-*s %12s %9.3f %11.1f %8.2f %8.2f %13.0f\n", 42 + extra, which->name,
                    figure_count((uint64_t)count, events), cpu_s, 1e9 * cpu_s / count,
                    count / bench_events(bench, base, who),
                    bench_case_ratio(bench, which, base, who).median,
                    (double)bench_peak_bytes(bench, which, who) / which->nodes);
        }
    }
}
