#include "analysis/figure_text.h"
#include "base/check.h"
#include "cli/bench.h"
#include "cli/jobs.h"

#include <inttypes.h>
#include <string.h>

enum { NAME_COLUMNS = 12, MIB = 1024 * 1024 };

static double noise(const struct bench_spread *spread) {
    return spread->median > 0 ? 100 * (spread->most - spread->least) / spread->median : 0;
}

const char *bench_processor_name(char *out, size_t size) {
    static const char key[] = "model name";
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(out, size, "unknown");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, key, sizeof key - 1) == 0 && colon != NULL) {
            snprintf(out, size, "%.*s", (int)strcspn(colon + 2, "\n"), colon + 2);
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return out;
}

void bench_print_machine(const struct bench *bench, FILE *out) {
    char name[128];
    char varies[96] = "one round says nothing of how CPU time varies";
    double most = 0;
    bool repeated = false;
    for (uint32_t i = 0; i < bench->case_count; i++) {
        for (uint32_t who = 0; who < bench->contestant_count; who++) {
            struct bench_spread cpu_s = bench_cpu_s(bench, &bench->cases[i], who);
            most = noise(&cpu_s) > most ? noise(&cpu_s) : most;
        }
        repeated = repeated || bench->cases[i].rounds > 1;
    }
    if (repeated) {
        snprintf(varies, sizeof varies,
                 "CPU time of a program varies by up to %.0f %% from round to round", most);
    }
    fprintf(out, "machine: %" PRIu32 " processors (%s), load %.1f before and %.1f after; %s\n",
            jobs_processors(), bench_processor_name(name, sizeof name), bench->load_before,
            bench->load_after, varies);
}

/** The line of names of columns. */
static void print_heading(const struct bench *bench, FILE *out) {
    uint32_t references[BENCH_CONTESTANTS_MAX];
    uint32_t count = bench_references(bench, references);
    // The sign has two bytes and one column.
    fprintf(out, "%-*s %13s %9s %6s %9s %11s", NAME_COLUMNS, "", "events", "CPU s", "\302\261 %",
            "wall s", "M/CPU s");
    for (uint32_t i = 0; i < count; i++) {
        char heading[BENCH_NAME_SIZE];
        snprintf(heading, sizeof heading, "/ %s", bench->contestants[references[i]].name);
        fprintf(out, " %12s", heading);
    }
    fprintf(out, " %10s %8s %13s\n", "RSS MiB", "B/node", "deliveries");
}

static void print_line(const struct bench *bench, const struct bench_case *which, uint32_t who,
                       FILE *out) {
    char events[FIGURE_TEXT_SIZE];
    char deliveries[FIGURE_TEXT_SIZE];
    uint32_t references[BENCH_CONTESTANTS_MAX];
    uint32_t count = bench_references(bench, references);
    const struct bench_counts *counts = &bench_sample_of(bench, which, who, 0)->counts;
    struct bench_spread cpu_s = bench_cpu_s(bench, which, who);
    struct bench_spread wall_s = bench_wall_s(bench, which, who);
    uint64_t peak = bench_peak_bytes(bench, which, who);
    char around[16] = "-";
    if (which->rounds > 1) {
        snprintf(around, sizeof around, "%.0f", noise(&cpu_s) / 2);
    }
    fprintf(out, "%-*s %13s %9.3f %5s %9.3f %11.2f", NAME_COLUMNS, bench->contestants[who].name,
            figure_count(counts->events, events), cpu_s.median, around, wall_s.median,
            cpu_s.median > 0 ? (double)counts->events / cpu_s.median / 1e6 : 0);
    for (uint32_t i = 0; i < count; i++) {
        fprintf(out, " %12.3f", bench_speed_ratio(bench, which, who, references[i]).median);
    }
    char per_node[FIGURE_TEXT_SIZE] = "-";
    if (which->nodes > 0) {
        figure_count(peak / which->nodes, per_node);
    }
    fprintf(out, " %10.1f %8s %13s\n", (double)peak / MIB, per_node,
            figure_count(counts->deliveries, deliveries));
}

/** Events of each kind; by how much gossim's differ from those of each peer. */
static void print_kinds(const struct bench *bench, const struct bench_case *which, FILE *out) {
    fprintf(out, "%-*s", NAME_COLUMNS, "");
    for (int kind = 0; kind < BENCH_KINDS; kind++) {
        fprintf(out, " %13s", bench_kind_names[kind]);
    }
    fputc('\n', out);
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        const struct bench_counts *counts = &bench_sample_of(bench, which, who, 0)->counts;
        fprintf(out, "%-*s", NAME_COLUMNS, bench->contestants[who].name);
        for (int kind = 0; kind < BENCH_KINDS; kind++) {
            char text[FIGURE_TEXT_SIZE] = "-";
            if (counts->known) {
                figure_count(counts->kinds[kind], text);
            }
            fprintf(out, " %13s", text);
        }
        fputc('\n', out);
    }
}

static void print_case(const struct bench *bench, const struct bench_case *which, FILE *out) {
    fprintf(out, "%s, seed %" PRIu64 ", %" PRIu32 " %s\n", which->name, which->seed, which->rounds,
            figure_noun(which->rounds, "round", "rounds"));
    print_heading(bench, out);
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        print_line(bench, which, who, out);
    }
}

/** What is paid for each trace, beside what is asked. */
static void print_costs(const struct bench *bench, const struct bench_case *which, FILE *out) {
    for (uint32_t who = 1; who < bench->contestant_count; who++) {
        const struct bench_contestant *contestant = &bench->contestants[who];
        if (contestant->cost_max > 0) {
            struct bench_spread cost = bench_speed_ratio(bench, which, 0, who);
            fprintf(out, "  %-11s costs %.3f of none (%.3f to %.3f); asked: at most %.2f\n",
                    contestant->name, cost.median, cost.least, cost.most, contestant->cost_max);
        }
    }
}

/** One line a size: what an event costs each contestant. */
static void print_growth(const struct bench *bench, FILE *out) {
    fprintf(out, "ns of CPU an event, and bytes of memory a node\n%11s", "nodes");
    for (uint32_t who = 0; who < bench->contestant_count; who++) {
        char heading[BENCH_NAME_SIZE];
        snprintf(heading, sizeof heading, "%s B", bench->contestants[who].name);
        fprintf(out, " %12s %12s", bench->contestants[who].name, heading);
    }
    fputc('\n', out);
    for (uint32_t i = 0; i < bench->case_count; i++) {
        const struct bench_case *which = &bench->cases[i];
        char text[FIGURE_TEXT_SIZE];
        fprintf(out, "%11s", figure_count(which->nodes, text));
        for (uint32_t who = 0; who < bench->contestant_count; who++) {
            double ns =
                1e9 * bench_cpu_s(bench, which, who).median / bench_events(bench, which, who);
            uint64_t nodes = which->nodes > 0 ? which->nodes : 1;
            fprintf(out, " %12.1f %12s", ns,
                    figure_count(bench_peak_bytes(bench, which, who) / nodes, text));
        }
        fputc('\n', out);
    }
    fputc('\n', out);
}

void bench_print(const struct bench *bench, FILE *out) {
    enum bench_table table = bench->options->table;
    if (table == BENCH_COUNTS) {
        bench_print_counts(bench, out);
    } else if (table == BENCH_DOUBLING) {
        bench_print_doubling(bench, out);
    } else if (table == BENCH_GROWTH) {
        print_growth(bench, out);
    }
    for (uint32_t i = 0; i < bench->case_count; i++) {
        if (table == BENCH_COUNTS || table == BENCH_DOUBLING) {
            break;
        }
        print_case(bench, &bench->cases[i], out);
        if (table == BENCH_SPEED && bench->contestants[bench->contestant_count - 1].is_peer) {
            print_kinds(bench, &bench->cases[i], out);
        }
        print_costs(bench, &bench->cases[i], out);
        fputc('\n', out);
    }
    bench_print_machine(bench, out);
}
