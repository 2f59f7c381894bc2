#include "scenarios/fleet_lanes.h"

#include "base/check.h"
#include "scenarios/graph.h"
#include "scenarios/groups.h"

#include <string.h>

static void init_messages(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    const char **names =
        arena_take_array(fleet->arena, MEMORY_TABLES, scenario->topic_count, sizeof *names);
    uint32_t *sizes =
        arena_take_array(fleet->arena, MEMORY_TABLES, scenario->topic_count, sizeof *sizes);
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        names[topic] = scenario->topics[topic].name;
        sizes[topic] = (uint32_t)strlen(names[topic]);
    }
    bool identified = scenario->router.sign;
    if (identified) {
        identities_init(&fleet->identities, fleet->arena, scenario->node_count, scenario->seed,
                        true);
    }
    struct message_table_options options = {
        .count = fleet->plan.message_count,
        .invented_count = fleet_invented_ids(fleet),
        .seed = scenario->seed,
        .identities = identified ? &fleet->identities : NULL,
        .topic_names = names,
        .topic_sizes = sizes,
        .topic_count = scenario->topic_count,
        .sign = scenario->router.sign,
    };
    message_table_init(&fleet->messages, fleet->arena, &options);
    fleet_wire_init(fleet);
}

/** What is by node, and what routers of one group share: a lane has that of its own. */
static void make_rows(struct fleet *fleet) {
    uint32_t nodes = fleet->topology.node_count;
    struct arena *arena = fleet->arena;
    fleet->routers = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *fleet->routers);
    fleet->router_streams =
        arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *fleet->router_streams);
    fleet->digests = arena_take_array(arena, MEMORY_TRACE, nodes, sizeof *fleet->digests);
    fleet->up = arena_take_array(arena, MEMORY_ROUTERS, nodes, sizeof *fleet->up);
}

static void init_shared(struct fleet *fleet) {
    uint32_t groups = fleet->scenario->group_count + 1;
    fleet->shared = arena_take_array(fleet->arena, MEMORY_ROUTERS, groups, sizeof *fleet->shared);
    for (uint32_t group = 0; group < groups; group++) {
        router_shared_init(&fleet->shared[group], fleet->arena,
                           group_router(fleet->scenario, group), &fleet->messages);
        fleet->shared[group].has_validators = fleet->has_validators;
        fleet->shared[group].ends_ns = fleet->scenario->duration_ns;
        if (fleet->options.metered) {
            router_shared_meter(&fleet->shared[group]);
        }
    }
}

static uint32_t degree_max(const struct topology *topology) {
    uint32_t most = 0;
    for (uint32_t node = 0; node < topology->node_count; node++) {
        uint32_t degree = topology->slot_first[node + 1] - topology->slot_first[node];
        most = degree > most ? degree : most;
    }
    return most;
}

static void init_routers(struct fleet *fleet) {
    for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
        uint32_t first = fleet->topology.slot_first[node];
        uint32_t degree = fleet->topology.slot_first[node + 1] - first;
        struct fleet *lane = fleet_of(fleet, node);
        struct router_shared *shared = &lane->shared[plan_group(&fleet->plan, node)];
        router_init(&fleet->routers[node], shared, node, fleet->topology.peer + first, degree);
        fleet->router_streams[node] = prng_stream(fleet->scenario->seed, STREAM_ROUTER, node);
    }
}

static void init_tallies(struct fleet *fleet) {
    fleet->tallies = arena_take_array(fleet->arena, MEMORY_MESSAGES, fleet->plan.message_count,
                                      sizeof *fleet->tallies);
    // A node forgets a message after seen_ttl or when it stops, and can then be handed it again:
    // that must not count twice.
    bool forgets = fleet->plan.faults != NULL;
    for (uint32_t group = 0; group <= fleet->scenario->group_count; group++) {
        int64_t seen_ttl_ns = group_router(fleet->scenario, group)->seen_ttl_ns;
        forgets = forgets || seen_ttl_ns < fleet->scenario->duration_ns;
    }
    if (!forgets) {
        return;
    }
    uint32_t words = bitset_words(fleet->plan.node_count);
    for (uint32_t i = 0; i < fleet->plan.message_count; i++) {
        fleet->tallies[i].delivered =
            arena_take_array(fleet->arena, MEMORY_MESSAGES, words, sizeof(uint64_t));
    }
}

/** Random loss by kind of RPC. */
static void list_loss(const struct scenario_links *links, uint32_t *loss_ppb) {
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        bool own = (links->loss_rates >> kind & 1) != 0;
        bool usual = (links->loss_of >> kind & 1) != 0;
        loss_ppb[kind] = own ? links->loss_rate_ppb[kind] : usual ? links->loss_ppb : 0;
    }
}

static void init_sim(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    uint32_t loss_ppb[LINK_CLASSES] = {0};
    list_loss(&scenario->links, loss_ppb);
    const struct bandwidth_options bandwidth = fleet_bandwidth(fleet);
    struct link_options options = {
        .seed = scenario->seed,
        .delay = &scenario->links.delay,
        .jitter = scenario->links.has_jitter ? &scenario->links.jitter : NULL,
        .jitter_correlation_ppb = scenario->links.jitter_correlation_ppb,
        .jitter_wave_ns = scenario->links.jitter_wave_ns,
        .delay_min_ns = scenario->links.delay_range.a_ns,
        .delay_max_ns = scenario->links.delay_range.b_ns,
        .class_loss_ppb = loss_ppb,
        .burst = scenario->links.has_burst ? &scenario->links.burst : NULL,
        .transport = scenario->links.transport,
        .timeout_ns = scenario->links.timeout_ns,
        .retransmissions = &fleet->counts.retransmissions,
        .attempts_limit = scenario->links.attempts_limit,
        .bandwidth = &bandwidth,
        .asymmetric = scenario->links.asymmetric,
        .reorder = scenario->links.reorder,
    };
    if (scenario->links.delay_kind == SCENARIO_DELAY_REGIONS) {
        options.delay = NULL;
        options.region_delay_ns = scenario->regions.delay_ns;
        options.region_loss_ppb = scenario->regions.loss_ppb;
        options.region_count = scenario->regions.count;
        options.node_region = fleet->plan.region;
    }
    struct arena *scratch = arena_aside(fleet->arena);
    fleet_slot_values(fleet, scratch, &options);
    struct sim_handlers handlers = fleet_handlers(fleet);
    sim_init(&fleet->sim, fleet->arena, &fleet->topology, &options, &handlers);
    fleet->sim.ties = fleet->options.ties;
    arena_destroy(scratch);
}

/** What comes and goes, of which each lane has its own. */
static void init_lane(struct fleet *fleet) {
    struct arena *arena = fleet->arena;
    uint32_t degree = degree_max(&fleet->topology);
    pool_init(&fleet->results, arena, MEMORY_TABLES);
    bag_init(&fleet->latencies_ns, arena);
    rpc_slab_init(&fleet->rpcs, arena, &fleet->messages);
    effects_init(&fleet->effects, arena);
    fleet->scratch =
        arena_take_array(arena, MEMORY_ROUTERS, 2 * (size_t)degree, sizeof *fleet->scratch);
    fleet->scratch_set = arena_take_array(arena, MEMORY_ROUTERS, 2 * (size_t)bitset_words(degree),
                                          sizeof *fleet->scratch_set);
    init_shared(fleet);
    init_tallies(fleet);
}

/** Puts everything the plan says into the queues. */
static void schedule_plan(struct fleet *fleet) {
    const struct plan *plan = &fleet->plan;
    for (uint32_t node = 0; node < plan->node_count; node++) {
        sim_schedule_change(&fleet_of(fleet, node)->sim, node, plan->start_ns[node], node,
                            FLEET_CHANGE_START);
    }
    for (uint32_t i = 0; i < plan->change_count; i++) {
        uint32_t node = plan->changes[i].node;
        sim_schedule_change(&fleet_of(fleet, node)->sim, node, plan->changes[i].at_ns, i,
                            FLEET_CHANGE_SUBSCRIPTION);
    }
    fleet_schedule_roles(fleet);
    for (uint32_t i = 0; i < plan->message_count; i++) {
        uint32_t node = plan->messages[i].node;
        sim_schedule_publish(&fleet_of(fleet, node)->sim, node, plan->messages[i].at_ns, i);
    }
}

bool fleet_build(struct fleet *fleet, struct arena *arena, const struct scenario *scenario,
                 const struct run_options *options, struct failure *failure) {
    memset(fleet, 0, sizeof *fleet);
    fleet->arena = arena;
    fleet->scenario = scenario;
    fleet->options = *options;
    if (!graph_build(&fleet->topology, arena, scenario, failure) ||
        !plan_make(&fleet->plan, arena, scenario, &fleet->topology, failure)) {
        return false;
    }
    CHECK(fleet->topology.node_count == scenario->node_count);
    CHECK(fleet->plan.node_count == scenario->node_count);
    fleet_links_init(fleet);
    init_sim(fleet);
    init_messages(fleet);
    fleet_init_validators(fleet);
    fleet_init_processing(fleet);
    fleet_init_hearts(fleet);
    fleet_init_lateness(fleet);
    fleet_faults_init(fleet);
    fleet_watch_init(fleet);
    fleet_limit_instants(fleet);
    make_rows(fleet);
    fleet_lanes_init(fleet); // all that is settled is settled
    for (uint32_t i = 0; i < fleet_lane_count(fleet); i++) {
        init_lane(fleet_lane_at(fleet, i));
    }
    init_routers(fleet);
    fleet_init_roles(fleet);
    schedule_plan(fleet);
    fleet_schedule_faults(fleet);
    fleet_schedule_injections(fleet);
    return true;
}
