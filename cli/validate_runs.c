#include "cli/validate.h"

#include "base/check.h"
#include "cli/command.h"
#include "cli/embedded.h"
#include "cli/memory_limit.h"
#include "scenarios/fleet.h"
#include "scenarios/scenario_read.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

uint32_t validate_setup_of(const struct validate_plan *plan, uint32_t index, uint64_t *seed) {
    uint32_t setup = 0;
    while (index >= plan->first[setup + 1]) {
        setup++;
        CHECK(setup < validate_setup_count);
    }
    *seed = plan->first_seed + (index - plan->first[setup]);
    return setup;
}

/** The setup's own overrides, then the user's, then the seed. */
static bool add_overrides(struct load_request *request, struct arena *arena,
                          const struct validate_plan *plan, const struct validate_setup *setup,
                          uint64_t seed) {
    *request = (struct load_request){.path = setup->scenario};
    bool ok = true;
    for (int i = 0; i < VALIDATE_SETTINGS && setup->settings[i] != NULL; i++) {
        size_t size = strlen(setup->settings[i]) + 1;
        char *copy = arena_take(arena, MEMORY_TABLES, size); // which is cut in two
        memcpy(copy, setup->settings[i], size);
        ok = ok && load_add_set(request, copy);
    }
    for (uint32_t i = 0; ok && i < plan->request->override_count; i++) {
        ok = request->override_count < OVERRIDES_MAX;
        if (ok) {
            request->overrides[request->override_count++] = plan->request->overrides[i];
        }
    }
    enum { SEED_SIZE = 32 };
    char *text = arena_take(arena, MEMORY_TABLES, SEED_SIZE);
    snprintf(text, SEED_SIZE, "%" PRIu64, seed);
    return ok && load_add_seed(request, text);
}

static const struct scenario *load(struct arena *arena, const struct validate_plan *plan,
                                   const struct validate_setup *setup, uint64_t seed,
                                   struct failure *failure) {
    struct load_request *request = arena_take(arena, MEMORY_TABLES, sizeof *request);
    if (!add_overrides(request, arena, plan, setup, seed)) {
        failure_bad_input(failure, "too many --set");
        return NULL;
    }
    struct scenario_source source = {
        .path = setup->scenario,
        .overrides = request->overrides,
        .override_count = request->override_count,
    };
    size_t size = 0;
    const char *text = embedded_text(arena, setup->scenario, &size);
    struct failure_list *failures = arena_take(arena, MEMORY_TABLES, sizeof *failures);
    const struct scenario *scenario = scenario_load_text(arena, &source, text, size, failures);
    if (scenario == NULL) {
        *failure = failures->items[0];
    }
    return scenario;
}

/** What each node's mesh is held to; a node that does not fill one is not looked at. */
static struct validation_mesh_rules mesh_rules_of(const struct validate_view *view) {
    struct arena *arena = view->arena;
    uint32_t count = view->trace->node_count;
    int64_t *heartbeat_ns = arena_take_array(arena, MEMORY_TABLES, count, sizeof(int64_t));
    int64_t *initial_ns = arena_take_array(arena, MEMORY_TABLES, count, sizeof(int64_t));
    uint32_t *d_low = arena_take_array(arena, MEMORY_TABLES, count, sizeof(uint32_t));
    uint32_t *d_high = arena_take_array(arena, MEMORY_TABLES, count, sizeof(uint32_t));
    for (uint32_t node = 0; node < count; node++) {
        const struct router *router = &view->result->fleet->routers[node];
        const struct router_shared *shared = router->shared;
        bool fills = shared->protocol->beats && !router_has_role(router, ROLE_NEVER_GRAFTS);
        heartbeat_ns[node] = fills ? shared->params.heartbeat_interval_ns : 0;
        initial_ns[node] = shared->params.heartbeat_initial_delay_ns;
        d_low[node] = shared->params.d_low;
        d_high[node] = shared->params.d_high;
    }
    bool publishes = view->trace->message_count > 0;
    return (struct validation_mesh_rules){
        .heartbeat_ns = heartbeat_ns,
        .initial_ns = initial_ns,
        .d_low = d_low,
        .d_high = d_high,
        .settled_ns = publishes ? view->trace->messages[0].published_at_ns : INT64_MAX,
    };
}

static struct validate_value value_of(const struct validation_tally *tally) {
    return validate_compared((double)tally->broken, 0, tally->looked_at, tally->broken);
}

static void check(const struct validate_view *view, struct validation_tally *checks) {
    const struct run_counts *counts = &view->result->counts;
    struct validation_counts counted = {
        .bytes_received = counts->bytes_received,
        .bytes_lost = counts->bytes_lost,
        .bytes_dropped = counts->bytes_dropped,
        .bytes_in_flight = counts->bytes_in_flight,
        .deliveries = counts->deliveries,
        .duplicates = counts->duplicates,
    };
    checks[VALIDATE_CONSERVATION] = validation_conservation(view->trace, view->arena, &counted);
    struct validation_mesh_rules rules = mesh_rules_of(view);
    checks[VALIDATE_ONE_SIDED] = validation_one_sided(view->trace, view->arena, 0);
    checks[VALIDATE_DEGREES] = validation_degrees(view->trace, view->arena, &rules);
}

/** Lets the time of a world pass and reads its trace, which never has a name: nothing is left. */
static bool run_and_read(struct arena *arena, struct fleet *fleet, struct run_result *result,
                         struct full_trace *trace, struct failure *failure) {
    int memory = memfd_create("gossim-trace", MFD_CLOEXEC);
    if (memory < 0) {
        return failure_running(failure, "no memory for a trace: %s", strerror(errno));
    }
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    struct trace_writer *writer = trace_writer_open(arena, path, TRACE_LEVEL_FULL, failure);
    bool ok = writer != NULL;
    if (ok) {
        run_through(result, fleet, writer);
        ok = run_was_alive(result, failure) && trace_writer_close(writer, failure) &&
             full_trace_read(trace, arena, path, failure);
    }
    close(memory);
    return ok;
}

/** A run of a validation is a process of its own, which leaves nothing behind. */
static void end_without_memory(void *context, size_t in_use, size_t wanted) {
    (void)context;
    fprintf(stderr,
            "gossim: a run's full trace does not fit into memory: %zu bytes in use, %zu more "
            "wanted; fewer nodes or messages need less\n",
            in_use, wanted);
    exit(EXIT_STATUS_FAILED);
}

/**
 * The memory of a run: at most half of what the machine has left, as the trace that is read into it
 * is in memory as well. It takes 32 to 36 bytes a record, so that a large `--set nodes.count` would
 * otherwise bring the machine to a halt.
 */
static struct arena *make_room(void) {
    uint64_t available = memory_available();
    return arena_create(&(struct arena_options){
        .limit_bytes = available == UINT64_MAX ? 0 : (size_t)(available / 2),
        .exhausted = end_without_memory,
    });
}

bool validate_simulate(const struct validate_plan *plan, uint32_t index, struct validate_run *run,
                       struct failure *failure) {
    uint64_t seed = 0;
    const struct validate_setup *setup = &validate_setups[validate_setup_of(plan, index, &seed)];
    struct arena *arena = make_room();
    struct run_options options = {.level = TRACE_LEVEL_FULL};
    struct run_result result;
    struct full_trace trace;
    const struct scenario *scenario = load(arena, plan, setup, seed, failure);
    struct fleet *fleet = scenario == NULL ? NULL : run_build(arena, scenario, &options, failure);
    bool ok = fleet != NULL && run_and_read(arena, fleet, &result, &trace, failure);
    if (ok) {
        struct validate_view view = {
            .arena = arena, .scenario = scenario, .result = &result, .trace = &trace};
        setup->measure(&view, run->values);
        check(&view, run->checks);
        run->values[VALIDATE_VALUE_ONE_SIDED] = value_of(&run->checks[VALIDATE_ONE_SIDED]);
        run->values[VALIDATE_VALUE_DEGREES] = value_of(&run->checks[VALIDATE_DEGREES]);
    }
    arena_destroy(arena);
    return ok;
}

/** An argument as a shell reads it; none of ours has a quote in it. */
static void print_setting(const char *path, const char *value, FILE *out) {
    fprintf(out, " --set '%s%s%s'", path, value == NULL ? "" : "=", value == NULL ? "" : value);
}

void validate_print_command(const struct validate_plan *plan, uint32_t index, FILE *out) {
    uint64_t seed = 0;
    const struct validate_setup *setup = &validate_setups[validate_setup_of(plan, index, &seed)];
    fprintf(out, "gossim run scenarios/catalog/validation/%s.yaml", setup->scenario);
    for (int i = 0; i < VALIDATE_SETTINGS && setup->settings[i] != NULL; i++) {
        print_setting(setup->settings[i], NULL, out);
    }
    for (uint32_t i = 0; i < plan->request->override_count; i++) {
        print_setting(plan->request->overrides[i].path, plan->request->overrides[i].value, out);
    }
    fprintf(out, " --seed %" PRIu64, seed);
}
