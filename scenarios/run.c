#include "scenarios/run.h"

#include "base/check.h"
#include "scenarios/fleet.h"

enum { SAMPLES_MAX = 10000, SAMPLE_ROWS_MAX = 1 << 20, EVENTS_PER_LOOK = 1 << 16 };

/** Time between samples: a heartbeat, or a multiple of it when that would be too many. */
static int64_t sample_interval_ns(const struct scenario *scenario) {
    int64_t interval_ns = scenario->router.heartbeat_interval_ns;
    CHECK(interval_ns > 0);
    int64_t samples = scenario->duration_ns / interval_ns;
    int64_t rows_max = SAMPLE_ROWS_MAX / scenario->topic_count;
    return interval_ns * (samples / (rows_max < SAMPLES_MAX ? rows_max : SAMPLES_MAX) + 1);
}

/** Lets time pass up to an instant, looking up now and then. False if the run was ended. */
static bool pass_time(struct fleet *fleet, int64_t until_ns) {
    const struct run_options *options = &fleet->options;
    for (;;) {
        bool arrived = sim_run_some(&fleet->sim, until_ns, EVENTS_PER_LOOK);
        if (fleet->writer != NULL && !trace_writer_ok(fleet->writer)) {
            return false; // whoever closes it is told why
        }
        if (options->progress != NULL &&
            !options->progress(options->context, fleet->sim.now_ns, fleet->counts.events)) {
            return false;
        }
        if (arrived || fleet->sim.stands_still) {
            return arrived;
        }
    }
}

/** False if the run was ended early. */
static bool run_to_end(struct fleet *fleet) {
    int64_t interval_ns = sample_interval_ns(fleet->scenario);
    int64_t duration_ns = fleet->scenario->duration_ns;
    int64_t sample_ns = interval_ns < duration_ns ? interval_ns : duration_ns;
    while (fleet->sim.now_ns < duration_ns) {
        int64_t edge_ns = fleet_next_edge(fleet);
        if (!pass_time(fleet, edge_ns < sample_ns ? edge_ns : sample_ns)) {
            return false;
        }
        bool due = fleet->sim.now_ns == sample_ns;
        // Figures of what is measured need the state of things at its edges.
        if (fleet_pass_edge(fleet) || due) {
            fleet_sample(fleet);
        }
        if (due && fleet->invariants != NULL) {
            invariants_balance(fleet);
        }
        if (due) {
            int64_t left_ns = duration_ns - sample_ns;
            sample_ns += left_ns < interval_ns ? left_ns : interval_ns;
        }
    }
    return true;
}

static void validate_routers(const struct fleet *fleet) {
    for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
        router_validate(&fleet->routers[node]);
    }
}

struct fleet *run_build(struct arena *arena, const struct scenario *scenario,
                        const struct run_options *options, struct failure *failure) {
    struct fleet *fleet = arena_take(arena, MEMORY_TABLES, sizeof *fleet);
    return fleet_build(fleet, arena, scenario, options, failure) ? fleet : NULL;
}

void run_through(struct run_result *result, struct fleet *fleet, struct trace_writer *writer) {
    CHECK(fleet->sim.now_ns == 0);
    CHECK(fleet->counts.events == 0);
    const struct scenario *scenario = fleet->scenario;
    fleet_watch_write(fleet, writer);
    fleet_write_head(fleet);
    bool complete = run_to_end(fleet);
    validate_routers(fleet);
    fleet_finish_counts(fleet);
    fleet_end_scopes(fleet);
    struct digest digest = digest_finish(fleet->digests, scenario->node_count, scenario->seed);
    fleet_write_tail(fleet, digest);
    CHECK(fleet->latencies_ns.count == fleet->counts.deliveries);
    *result = (struct run_result){
        .events = fleet->counts.events,
        .heartbeats = fleet->heartbeats,
        .digest = digest,
        .nodes = fleet->topology.node_count,
        .links = fleet->topology.link_count,
        .virtual_ns = fleet->sim.now_ns,
        .interrupted = !complete,
        .fleet = fleet,
    };
    struct run_scope measured = run_scope_of(result, 0);
    result->counts = measured.counts;
    result->latencies_ns = measured.latencies_ns;
}

uint64_t run_bytes_sent(const struct run_counts *counts) {
    uint64_t bytes = 0;
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        bytes += counts->bytes_sent[kind];
    }
    return bytes;
}

uint64_t run_bytes_known(const struct run_counts *counts) {
    return counts->bytes_received + counts->bytes_lost + counts->bytes_dropped +
           counts->bytes_in_flight;
}

const struct witness_item *run_witness_of(const struct run_result *result, uint32_t expectation) {
    const struct witness *witness = result->fleet->witness;
    CHECK(witness != NULL);
    CHECK(expectation < witness->count);
    return &witness->items[expectation];
}

bool run_shortfall_of(const struct run_result *result, uint32_t expectation,
                      struct shortfall *found) {
    const struct witness_item *item = run_witness_of(result, expectation);
    const struct receipts *receipts = result->fleet->receipts;
    return receipts != NULL && receipts_shortfall(receipts, item->scope, item->members, found);
}

int64_t run_published_ns(const struct run_result *result, uint32_t message) {
    CHECK(message < result->fleet->plan.message_count);
    return result->fleet->plan.messages[message].at_ns;
}

uint32_t run_publisher_of(const struct run_result *result, uint32_t message) {
    CHECK(message < result->fleet->plan.message_count);
    return result->fleet->plan.messages[message].origin;
}

const struct invariant_watch *run_watch_of(const struct run_result *result, uint32_t expectation) {
    const struct invariants *invariants = result->fleet->invariants;
    CHECK(invariants != NULL);
    uint32_t index = 0;
    while (invariants->items[index].expectation != expectation) {
        index++;
        CHECK(index < invariants->count);
    }
    return &invariants->items[index];
}

struct run_scope run_scope_of(const struct run_result *result, uint32_t scope) {
    const struct fleet *fleet = result->fleet;
    CHECK(scope < fleet->scenario->scope_count);
    if (fleet->tally == NULL) {
        return (struct run_scope){fleet->counts, &fleet->latencies_ns};
    }
    const struct tally_scope *own = &fleet->tally->scopes[scope];
    return (struct run_scope){own->counts, &own->latencies_ns};
}

bool run_was_alive(const struct run_result *result, struct failure *failure) {
    return !result->fleet->sim.stands_still || fleet_explain_standstill(result->fleet, failure);
}
