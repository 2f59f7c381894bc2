#include "base/check.h"
#include "scenarios/fleet_lanes.h"

void fleet_watch_init(struct fleet *fleet) {
    uint32_t slots = (uint32_t)(2 * fleet->topology.link_count);
    fleet->mesh_slots = arena_take_array(fleet->arena, MEMORY_TRACE, bitset_words(slots) + 1,
                                         sizeof *fleet->mesh_slots);
    fleet->tally = tally_create(fleet->arena, fleet->scenario, &fleet->plan);
    fleet->invariants = invariants_create(fleet);
    fleet->witness = witness_create(fleet);
    bool times = fleet->invariants != NULL && fleet->invariants->times_deliveries;
    if (times || (fleet->witness != NULL && witness_needs_receipts(fleet->witness))) {
        fleet->receipts = receipts_create(fleet->arena, &fleet->plan);
        fleet->watched_kinds = UINT64_C(1) << TRACE_PUBLISH | UINT64_C(1) << TRACE_DELIVER;
    }
    fleet->watched_kinds |= fleet->tally == NULL ? 0 : tally_kinds();
    fleet->watched_kinds |= fleet->invariants == NULL ? 0 : fleet->invariants->kinds;
    fleet->watched_kinds |= fleet->witness == NULL ? 0 : fleet->witness->kinds;
    fleet->looked_at_kinds = fleet->watched_kinds;
}

/** What no meshes are like: nothing has been sampled, and there are no one-sided links in nothing.
 */
static struct fleet_sampled *nothing_sampled(const struct fleet *fleet) {
    uint32_t words = bitset_words((uint32_t)(2 * fleet->topology.link_count));
    struct fleet_sampled *sampled = arena_take(fleet->arena, MEMORY_TRACE, sizeof *sampled);
    sampled->slots = arena_take_array(fleet->arena, MEMORY_TRACE, words, sizeof *sampled->slots);
    sampled->up =
        arena_take_array(fleet->arena, MEMORY_TRACE, fleet->topology.node_count, sizeof(bool));
    return sampled;
}

void fleet_watch_write(struct fleet *fleet, struct trace_writer *writer) {
    fleet->writer = writer;
    fleet->sampled = writer == NULL ? NULL : nothing_sampled(fleet);
    for (enum trace_kind kind = TRACE_NODE_START; kind < TRACE_KIND_COUNT; kind++) {
        bool written = writer != NULL &&
                       (fleet->options.level == TRACE_LEVEL_FULL || trace_kind_is_delivery(kind));
        fleet->written_kinds |= written ? UINT64_C(1) << kind : 0;
    }
    fleet->watched_kinds |= fleet->written_kinds;
    for (uint32_t i = 1; i < fleet_lane_count(fleet); i++) {
        fleet_lane_at(fleet, i)->watched_kinds = fleet->watched_kinds;
    }
}

void fleet_watch_listen(struct fleet *fleet, struct fleet_listener listener) {
    CHECK(fleet->lanes == NULL);
    fleet->listener = listener;
    fleet->watched_kinds = ~UINT64_C(0);
    fleet->looked_at_kinds = ~UINT64_C(0);
}

void fleet_watch(struct fleet *fleet, const struct trace_record *record) {
    if (fleet->lanes == NULL) {
        fleet_show(fleet, record, false);
    } else if (fleet->lanes->engine.together) {
        fleet_show_at_once(fleet, record);
    } else {
        fleet_note(fleet, record);
    }
}

void fleet_watch_again(struct fleet *fleet, const struct trace_record *record) {
    uint64_t kind = UINT64_C(1) << record->kind;
    if (fleet->lanes == NULL && (fleet->looked_at_kinds & kind) == 0) {
        CHECK((fleet->written_kinds & kind) != 0); // who else watches it?
        trace_writer_again(fleet->writer, record);
    } else {
        fleet_watch(fleet, record);
    }
}

void fleet_show(struct fleet *fleet, const struct trace_record *record, bool keeps_peer) {
    if ((fleet->written_kinds >> record->kind & 1) != 0) {
        trace_writer_record(fleet->writer, record);
    }
    if ((fleet->looked_at_kinds >> record->kind & 1) == 0) {
        return;
    }
    if (fleet->listener.on_record != NULL) {
        fleet->listener.on_record(fleet->listener.context, record);
    }
    if (fleet->receipts != NULL) {
        receipts_record(fleet->receipts, record);
    }
    if (fleet->tally != NULL) {
        tally_record(fleet->tally, record, fleet->sending_payload);
    }
    if (fleet->invariants != NULL) {
        invariants_record(fleet, record, keeps_peer);
    }
    // It says so itself; of a full trace that would be a call for each of the many it does not
    // count.
    if (fleet->witness != NULL && (fleet->witness->kinds >> record->kind & 1) != 0) {
        witness_record(fleet, record);
    }
}

int64_t fleet_next_edge(const struct fleet *fleet) {
    return fleet->tally == NULL ? INT64_MAX : tally_next_edge(fleet->tally, fleet->sim.now_ns);
}

/** A window ends now: takes what only shows at an instant. */
static void end_scope(struct fleet *fleet, uint32_t index) {
    struct tally_scope *scope = &fleet->tally->scopes[index];
    CHECK(!scope->ended);
    scope->ended = true;
    const struct run_counts counts = fleet_counts(fleet);
    metric_set_growth(&scope->counts, &scope->before, &counts);
    fleet_count_meshes(fleet, scope->is.topic, scope->members, &scope->counts);
    if (fleet->witness != NULL) {
        witness_end(fleet, index);
    }
}

bool fleet_pass_edge(struct fleet *fleet) {
    if (fleet->tally == NULL) {
        return false;
    }
    int64_t now_ns = fleet->sim.now_ns;
    for (uint32_t i = 0; i < fleet->tally->scope_count; i++) {
        struct tally_scope *scope = &fleet->tally->scopes[i];
        if (scope->is.window.from_ns == now_ns) {
            scope->before = fleet_counts(fleet);
        }
        if (scope->is.window.until_ns == now_ns) {
            end_scope(fleet, i);
        }
    }
    const struct scenario_window *measured = &fleet->tally->scopes[0].is.window;
    return now_ns == measured->from_ns || now_ns == measured->until_ns;
}

void fleet_end_scopes(struct fleet *fleet) {
    if (fleet->invariants != NULL) {
        invariants_end(fleet);
    }
    for (uint32_t i = 0; fleet->tally != NULL && i < fleet->tally->scope_count; i++) {
        if (!fleet->tally->scopes[i].ended) {
            end_scope(fleet, i);
        }
    }
    if (fleet->tally == NULL && fleet->witness != NULL) {
        witness_end(fleet, 0);
    }
}
