#include "scenarios/run.h"

#include "base/check.h"
#include "scenarios/course.h"
#include "scenarios/fleet_lanes.h"

enum { EVENTS_PER_LOOK = 1 << 16 };

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
static bool run_to_end(struct course *course) {
    while (!course_is_over(course)) {
        if (!pass_time(course->fleet, course_stop_ns(course))) {
            return false;
        }
        course_look(course);
    }
    return true;
}

struct fleet *run_build(struct arena *arena, const struct scenario *scenario,
                        const struct run_options *options, struct failure *failure) {
    struct fleet *fleet = arena_take(arena, MEMORY_TABLES, sizeof *fleet);
    return fleet_build(fleet, arena, scenario, options, failure) ? fleet : NULL;
}

void run_through(struct run_result *result, struct fleet *fleet, struct trace_writer *writer) {
    struct course course;
    course_begin(&course, fleet, writer);
    bool complete = run_to_end(&course);
    course_end(&course, complete, result);
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
    counts->deliveries_healed += part->deliveries_healed;
    counts->heal_ns_max =
        part->heal_ns_max > counts->heal_ns_max ? part->heal_ns_max : counts->heal_ns_max;
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
