#include "base/check.h"
#include "cli/bench.h"
#include "cli/jobs.h"
#include "scenarios/fleet.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

/** What a process that writes a workload needs. */
struct workload_job {
    const struct bench *bench;
    const struct bench_case *which;
    const char *path;
};

/** The limits of the yardsticks. */
enum { WORKLOAD_MESSAGES_MAX = 128, WORKLOAD_HISTORY = 5 };

static int64_t microseconds(int64_t ns) {
    return (ns + NS_PER_US / 2) / NS_PER_US;
}

/** Rounded up: a heartbeat at once would be one more than gossim has. */
static int64_t microseconds_at_least(int64_t ns) {
    return (ns + NS_PER_US - 1) / NS_PER_US;
}

static void write_header(const struct fleet *fleet, FILE *out) {
    const struct router_params *params = &fleet->shared[0].params;
    uint32_t payload = fleet->plan.message_count > 0 ? fleet->plan.messages[0].size_bytes : 0;
    fprintf(out, "gsw 1\nnodes %" PRIu32 "\nlinks %" PRIu64 "\nmessages %" PRIu32 "\n",
            fleet->topology.node_count, fleet->topology.link_count, fleet->plan.message_count);
    fprintf(out, "until_us %" PRId64 "\nheartbeat_us %" PRId64 "\npayload %" PRIu32 "\n",
            fleet->scenario->duration_ns / NS_PER_US, params->heartbeat_interval_ns / NS_PER_US,
            payload);
    fprintf(out,
            "D %" PRIu32 " Dlo %" PRIu32 " Dhi %" PRIu32 " Dlazy %" PRIu32 " mcache %" PRIu32
            " gossip %" PRIu32 "\n",
            params->d, params->d_low, params->d_high, params->d_lazy, params->history_length,
            params->history_gossip);
}

static void write_phases(struct fleet *fleet, FILE *out) {
    for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
        int64_t delay_ns = fleet->shared[0].params.heartbeat_initial_delay_ns;
        int64_t first_ns = fleet->plan.start_ns[node] + fleet_first_beat_ns(fleet, node, delay_ns);
        fprintf(out, "phase %" PRIu32 " %" PRId64 "\n", node, microseconds_at_least(first_ns));
    }
}

static void write_links(const struct fleet *fleet, FILE *out) {
    const struct topology *topology = &fleet->topology;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
             slot++) {
            if (topology->peer[slot] > node) {
                fprintf(out, "link %" PRIu32 " %" PRIu32 " %" PRId64 "\n", node,
                        topology->peer[slot],
                        microseconds(links_delay_ns(&fleet->sim.links, slot)));
            }
        }
    }
}

static void write_messages(const struct fleet *fleet, FILE *out) {
    for (uint32_t i = 0; i < fleet->plan.message_count; i++) {
        const struct plan_message *message = &fleet->plan.messages[i];
        fprintf(out, "pub %" PRIu32 " %" PRIu32 " %" PRId64 "\n", i, message->origin,
                microseconds(message->at_ns));
    }
}

/** Whether the yardsticks can run it, who know one topic and no more than they need. */
static bool is_simple(const struct fleet *fleet, struct failure *failure) {
    const struct scenario *scenario = fleet->scenario;
    const struct router_params *params = &fleet->shared[0].params;
    if (fleet->plan.message_count > WORKLOAD_MESSAGES_MAX) {
        return failure_bad_input(failure, "peers take at most %d messages, and there are %" PRIu32,
                                 WORKLOAD_MESSAGES_MAX, fleet->plan.message_count);
    }
    if (params->history_length != WORKLOAD_HISTORY) {
        return failure_bad_input(failure, "peers have a history of %d windows, not %" PRIu32,
                                 WORKLOAD_HISTORY, params->history_length);
    }
    return (scenario->topic_count == 1 && scenario->group_count == 0) ||
           failure_bad_input(failure, "peers have one topic, and nodes that are all alike");
}

static bool write(struct fleet *fleet, const char *path, struct failure *failure) {
    FILE *out = fopen(path, "w");
    if (out == NULL) {
        return failure_running(failure, "cannot write '%s': %s", path, strerror(errno));
    }
    write_header(fleet, out);
    write_phases(fleet, out);
    write_links(fleet, out);
    write_messages(fleet, out);
    bool ok = ferror(out) == 0;
    ok = fclose(out) == 0 && ok;
    return ok || failure_running(failure, "cannot write '%s': %s", path, strerror(errno));
}

/** The scenario of a case, with its overrides, then the user's. */
static const struct scenario *load(const struct bench *bench, const struct bench_case *which) {
    struct load_request *request = arena_take(bench->arena, MEMORY_TABLES, sizeof *request);
    enum { TEXT_SIZE = 512 };
    *request = (struct load_request){.path = bench_path(bench, "w.yaml")};
    char *nodes = arena_take(bench->arena, MEMORY_TABLES, TEXT_SIZE);
    snprintf(nodes, TEXT_SIZE, "nodes.count=%" PRIu32, which->nodes);
    bool ok = load_add_set(request, nodes);
    for (int i = 0; ok && i < BENCH_SETTINGS && which->settings[i] != NULL; i++) {
        char *text = arena_take(bench->arena, MEMORY_TABLES, TEXT_SIZE);
        snprintf(text, TEXT_SIZE, "%s", which->settings[i]);
        ok = load_add_set(request, text);
    }
    const struct load_request *own = &bench->options->request;
    for (uint32_t i = 0; ok && i < own->override_count; i++) {
        ok = request->override_count < OVERRIDES_MAX;
        if (ok) {
            request->overrides[request->override_count++] = own->overrides[i];
        }
    }
    char *seed = arena_take(bench->arena, MEMORY_TABLES, TEXT_SIZE);
    snprintf(seed, TEXT_SIZE, "%" PRIu64, which->seed);
    return ok && load_add_seed(request, seed) ? load_scenario(bench->arena, request) : NULL;
}

/** The whole life of the process that writes. */
static bool work(void *context, uint32_t index, void *result, struct failure *failure) {
    (void)index;
    (void)result;
    const struct workload_job *job = context;
    const struct scenario *scenario = load(job->bench, job->which);
    if (scenario == NULL) {
        return failure_bad_input(failure, "the workload cannot be loaded");
    }
    struct run_options options = {.level = TRACE_LEVEL_NONE};
    struct fleet *fleet = run_build(job->bench->arena, scenario, &options, failure);
    return fleet != NULL && is_simple(fleet, failure) && write(fleet, job->path, failure);
}

bool bench_workload_write(const struct bench *bench, const struct bench_case *which,
                          const char *path, struct failure *failure) {
    struct workload_job job = {bench, which, path};
    uint8_t result = 0;
    uint32_t failed = 0;
    struct jobs jobs = {
        .count = 1,
        .parallel = 1,
        .results = &result,
        .result_size = sizeof result,
        .run = work,
        .context = &job,
    };
    return jobs_run(&jobs, &failed, failure);
}
