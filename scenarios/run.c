#include "scenarios/run.h"

#include "base/check.h"
#include "scenarios/fleet_lanes.h"

enum { SAMPLES_MAX = 10000, SAMPLE_ROWS_MAX = 1 << 20, EVENTS_PER_LOOK = 1 << 16 };

/** Time between samples: a heartbeat, or a multiple of it when that would be too many. */
static int64_t sample_interval_ns(const struct scenario *scenario) {
    int64_t interval_ns = scenario->router.heartbeat_interval_ns;
    CHECK(interval_ns > 0);
    int64_t samples = scenario->duration_ns / interval_ns;
    int64_t rows_max = SAMPLE_ROWS_MAX / scenario->topic_count;
    return interval_ns * (samples / (rows_max < SAMPLES_MAX ? rows_max : SAMPLES_MAX) + 1);
}

static bool stands_still(const struct fleet *fleet) {
    return fleet->lanes == NULL ? fleet->sim.stands_still : fleet->lanes->engine.stands_still;
}

/** Lets time pass up to an instant, looking up now and then. False if the run was ended. */
static bool pass_time(struct fleet *fleet, int64_t until_ns) {
    const struct run_options *options = &fleet->options;
    for (;;) {
        bool arrived = fleet->lanes == NULL ? sim_run_some(&fleet->sim, until_ns, EVENTS_PER_LOOK)
                                            : fleet_lanes_pass(fleet, until_ns);
        if (fleet->writer != NULL && !trace_writer_ok(fleet->writer)) {
            return false; // whoever closes it is told why
        }
        if (options->progress != NULL &&
            !options->progress(options->context, fleet->sim.now_ns, fleet_counts(fleet).events)) {
            return false;
        }
        if (arrived || stands_still(fleet)) {
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

static struct run_threads threads_of(const struct fleet *fleet) {
    struct run_threads threads = {
        .used = 1, .lookahead_ns = fleet->lookahead_ns, .alone = fleet->alone};
    if (fleet->lanes != NULL) {
        threads.used = fleet->alone == NULL ? fleet->lanes->count : 1;
        threads.windows = fleet->lanes->engine.windows;
        threads.repeat = fleet->lanes->engine.stands_still;
    }
    return threads;
}

void run_through(struct run_result *result, struct fleet *fleet, struct trace_writer *writer) {
    CHECK(fleet->sim.now_ns == 0);
    CHECK(fleet->counts.events == 0);
    const struct scenario *scenario = fleet->scenario;
    fleet_watch_write(fleet, writer);
    fleet_write_head(fleet);
    fleet_lanes_begin(fleet);
    bool complete = run_to_end(fleet);
    fleet_lanes_end(fleet);
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
        .records = digest_finish(fleet->digests, scenario->node_count, 0),
        .nodes = fleet->topology.node_count,
        .links = fleet->topology.link_count,
        .virtual_ns = fleet->sim.now_ns,
        .threads = threads_of(fleet),
        .interrupted = !complete,
        .fleet = fleet,
    };
    struct run_scope measured = run_scope_of(result, 0);
    result->counts = measured.counts;
    result->latencies_ns = measured.latencies_ns;
}

void run_add_counts(struct run_counts *counts, const struct run_counts *part) {
    counts->events += part->events;
    counts->published += part->published;
    counts->publish_skipped += part->publish_skipped;
    counts->expected_deliveries += part->expected_deliveries;
    counts->deliveries += part->deliveries;
    counts->deliveries_unexpected += part->deliveries_unexpected;
    counts->duplicates += part->duplicates;
    counts->ignored += part->ignored;
    counts->message_arrivals += part->message_arrivals;
    counts->packets_lost += part->packets_lost;
    for (uint32_t cause = 0; cause < CAUSE_COUNT; cause++) {
        counts->packets_dropped[cause] += part->packets_dropped[cause];
    }
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        counts->rpcs_sent[kind] += part->rpcs_sent[kind];
        counts->bytes_sent[kind] += part->bytes_sent[kind];
    }
    counts->payload_bytes_sent += part->payload_bytes_sent;
    counts->bytes_received += part->bytes_received;
    counts->bytes_lost += part->bytes_lost;
    counts->bytes_dropped += part->bytes_dropped;
    counts->retransmissions += part->retransmissions;
    counts->hops_sum += part->hops_sum;
    counts->hops_max = part->hops_max > counts->hops_max ? part->hops_max : counts->hops_max;
    counts->records += part->records;
    counts->rpcs_suppressed += part->rpcs_suppressed;
    counts->rpcs_skipped += part->rpcs_skipped;
    counts->rpcs_unread += part->rpcs_unread;
    counts->links_aborted += part->links_aborted;
    counts->crashes += part->crashes;
    counts->restarts += part->restarts;
    counts->pauses += part->pauses;
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
    CHECK(!result->threads.repeat);
    return !result->fleet->sim.stands_still || fleet_explain_standstill(result->fleet, failure);
}
