#include "cli/stats.h"

#include "scenarios/estimate.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

static double cpu_s(const struct rusage *usage) {
    return (double)usage->ru_utime.tv_sec + (double)usage->ru_stime.tv_sec +
           ((double)usage->ru_utime.tv_usec + (double)usage->ru_stime.tv_usec) * 1e-6;
}

/**
 * The most memory of the process so far. What getrusage() says may be the peak of the program that
 * started this one, as it stays through exec(); so it is asked where the kernel does not say
 * better.
 */
static uint64_t peak_bytes(const struct rusage *usage) {
    uint64_t kib = (uint64_t)usage->ru_maxrss;
    char line[128];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kib = strtoull(line + 6, NULL, 10);
        }
    }
    if (status != NULL) {
        fclose(status);
    }
    return kib * 1024;
}

void stats_start(struct run_stats *stats) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    *stats = (struct run_stats){
        .program_bytes = peak_bytes(&usage),
        .cpu_before_s = cpu_s(&usage),
    };
}

void stats_end_phase(struct run_stats *stats, enum stats_phase phase) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double now_s = cpu_s(&usage);
    stats->cpu_s[phase] = now_s - stats->cpu_before_s;
    stats->cpu_before_s = now_s;
    stats->peak_bytes[phase] = peak_bytes(&usage);
}

static uint64_t sum_of(const struct arena *arena) {
    uint64_t sum = 0;
    for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
        sum += arena_bytes(arena, (enum memory_category)category);
    }
    return sum;
}

void stats_take_run(struct run_stats *stats, const struct arena *arena,
                    const struct run_result *result) {
    for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
        stats->category_bytes[category] = arena_bytes(arena, (enum memory_category)category);
    }
    stats->sum_bytes = sum_of(arena);
    stats->nodes = result->nodes;
    stats->events = result->events;
    stats->heartbeats = result->heartbeats;
    stats->published = result->counts.published;
}

void stats_end(struct run_stats *stats, const struct arena *arena) {
    stats_end_phase(stats, STATS_ANALYSIS);
    stats->peak_rss_bytes = stats->peak_bytes[STATS_ANALYSIS];
    stats->arena_bytes = arena_total_bytes(arena);
    stats->analysis_bytes = sum_of(arena) - stats->sum_bytes;
}

static void print_bytes(const struct run_stats *stats, FILE *out, const char *name,
                        uint64_t bytes) {
    fprintf(out, "  %-12s %15" PRIu64 " %12.1f\n", name, bytes,
            (double)bytes / (double)stats->nodes);
}

void stats_print_estimate(const struct scenario *scenario, uint64_t program_bytes, FILE *out) {
    static const struct run_options traced = {.level = TRACE_LEVEL_DELIVERIES};
    static const struct run_options untraced = {.level = TRACE_LEVEL_NONE};
    const struct estimate estimate = estimate_memory(scenario, &traced, true);
    const struct estimate less = estimate_memory(scenario, &untraced, false);
    const struct run_stats stats = {.nodes = scenario->node_count};
    fprintf(out, "memory of a run              bytes   for a node\n");
    for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
        print_bytes(&stats, out, memory_category_name((enum memory_category)category),
                    estimate.bytes[category]);
    }
    print_bytes(&stats, out, "sum", estimate.sum_bytes);
    print_bytes(&stats, out, "building", estimate.building_bytes);
    print_bytes(&stats, out, "analysis", estimate.analysis_bytes);
    print_bytes(&stats, out, "program", program_bytes);
    print_bytes(&stats, out, "peak", program_bytes + estimate.peak_bytes);
    print_bytes(&stats, out, "trace none", program_bytes + less.peak_bytes);
}

static double events_per_cpu_s(const struct run_stats *stats) {
    return stats->cpu_s[STATS_RUNNING] > 0 ? (double)stats->events / stats->cpu_s[STATS_RUNNING]
                                           : 0;
}

static const char *const phase_names[STATS_PHASE_COUNT] = {"loading", "building", "running",
                                                           "analysis"};

void stats_print(const struct run_stats *stats, FILE *out) {
    fprintf(out, "memory by category           bytes   for a node\n");
    for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
        print_bytes(stats, out, memory_category_name((enum memory_category)category),
                    stats->category_bytes[category]);
    }
    print_bytes(stats, out, "sum", stats->sum_bytes);
    print_bytes(stats, out, "analysis", stats->analysis_bytes);
    print_bytes(stats, out, "unused",
                stats->arena_bytes - stats->sum_bytes - stats->analysis_bytes);
    print_bytes(stats, out, "program", stats->program_bytes);
    print_bytes(stats, out, "peak", stats->peak_rss_bytes);
    print_bytes(stats, out, "estimate", stats->estimate_bytes);
    fprintf(out,
            "events         %15" PRIu64 "   heartbeats %" PRIu64 ", publications %" PRIu64 "\n",
            stats->events, stats->heartbeats, stats->published);
    fprintf(out, "until the end of     peak, bytes   processor, s\n");
    for (int phase = 0; phase < STATS_PHASE_COUNT; phase++) {
        fprintf(out, "  %-12s %15" PRIu64 " %14.3f", phase_names[phase], stats->peak_bytes[phase],
                stats->cpu_s[phase]);
        if (phase == STATS_RUNNING) {
            fprintf(out, "   %.0f events a second", events_per_cpu_s(stats));
        }
        fputc('\n', out);
    }
}

static json_t *integer(uint64_t value) {
    return json_integer((json_int_t)value);
}

static json_t *memory_json(const struct run_stats *stats) {
    json_t *memory = json_object();
    for (int category = 0; category < MEMORY_CATEGORY_COUNT; category++) {
        json_object_set_new(memory, memory_category_name((enum memory_category)category),
                            integer(stats->category_bytes[category]));
    }
    json_object_set_new(memory, "sum", integer(stats->sum_bytes));
    json_object_set_new(memory, "analysis", integer(stats->analysis_bytes));
    json_object_set_new(memory, "unused",
                        integer(stats->arena_bytes - stats->sum_bytes - stats->analysis_bytes));
    json_object_set_new(memory, "program", integer(stats->program_bytes));
    json_object_set_new(memory, "peak", integer(stats->peak_rss_bytes));
    json_object_set_new(memory, "estimate", integer(stats->estimate_bytes));
    return memory;
}

json_t *stats_json(const struct run_stats *stats) {
    json_t *object = json_object();
    json_t *cpu = json_object();
    json_t *peaks = json_object();
    json_t *events = json_object();
    for (int phase = 0; phase < STATS_PHASE_COUNT; phase++) {
        json_object_set_new(cpu, phase_names[phase], json_real(stats->cpu_s[phase]));
        json_object_set_new(peaks, phase_names[phase], integer(stats->peak_bytes[phase]));
    }
    json_object_set_new(events, "total", integer(stats->events));
    json_object_set_new(events, "heartbeats", integer(stats->heartbeats));
    json_object_set_new(events, "publications", integer(stats->published));
    json_object_set_new(object, "memory_bytes", memory_json(stats));
    json_object_set_new(object, "memory_bytes_per_node",
                        json_real((double)stats->peak_rss_bytes / (double)stats->nodes));
    json_object_set_new(object, "peak_bytes", peaks);
    json_object_set_new(object, "events", events);
    json_object_set_new(object, "cpu_s", cpu);
    json_object_set_new(object, "events_per_cpu_s", json_real(events_per_cpu_s(stats)));
    return object;
}
