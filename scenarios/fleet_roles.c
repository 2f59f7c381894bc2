#include "base/check.h"
#include "scenarios/fleet_faults.h"

/** The roles of a set, as its number in the plan; NULL if there are none in it. */
static const struct role_set *set_of(const struct fleet *fleet, uint32_t number) {
    const struct role_set *set = &fleet->plan.role_sets[number];
    return set->roles == 0 ? NULL : set;
}

/** What the scenario says of a set. */
static const struct scenario_roles *described(const struct fleet *fleet, uint32_t number) {
    const struct scenario *scenario = fleet->scenario;
    if (number <= scenario->group_count) {
        return number == 0 ? &scenario->roles : &scenario->groups[number - 1].roles;
    }
    uint32_t seen = scenario->group_count;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        seen += scenario->events[i].kind == SCENARIO_ROLE;
        if (seen == number) {
            return scenario->events[i].roles;
        }
    }
    CHECK(false);
}

uint32_t fleet_invented_ids(const struct fleet *fleet) {
    // Several floods one after another are then rarely of the same ids.
    enum { SPREAD = 4, IDS_MIN = 4096 };
    uint32_t most = 0;
    for (uint32_t i = 0; i < fleet->plan.role_set_count; i++) {
        const struct role_set *set = &fleet->plan.role_sets[i];
        if (role_in(set, ROLE_FLOODS_IHAVE) && set->ihave_ids > most) {
            most = set->ihave_ids;
        }
    }
    uint32_t wanted = SPREAD * most;
    return most > 0 && wanted < IDS_MIN ? IDS_MIN : wanted;
}

void fleet_init_lateness(struct fleet *fleet) {
    const struct plan *plan = &fleet->plan;
    fleet->late_free = FLEET_LATE_NONE;
    if (plan->role_sets == NULL) {
        return;
    }
    fleet->lateness = arena_take_array(fleet->arena, MEMORY_TABLES, plan->role_set_count,
                                       sizeof *fleet->lateness);
    for (uint32_t i = 0; i < plan->role_set_count; i++) {
        if (role_in(&plan->role_sets[i], ROLE_FORWARDS_LATE)) {
            distribution_init(&fleet->lateness[i], fleet->arena, &described(fleet, i)->late, 0);
        }
    }
}

void fleet_init_roles(struct fleet *fleet) {
    const struct plan *plan = &fleet->plan;
    for (uint32_t node = 0; plan->role_sets != NULL && node < plan->node_count; node++) {
        fleet->routers[node].role = set_of(fleet, plan_group(plan, node));
    }
}

void fleet_schedule_roles(struct fleet *fleet) {
    const struct plan *plan = &fleet->plan;
    for (uint32_t i = 0; i < plan->role_change_count; i++) {
        uint32_t node = plan->role_changes[i].node;
        sim_schedule_change(&fleet_of(fleet, node)->sim, node, plan->role_changes[i].at_ns, i,
                            FLEET_CHANGE_ROLE);
    }
}

void fleet_record_role(struct fleet *fleet, uint32_t node) {
    const struct role_set *set = fleet->routers[node].role;
    fleet_record(fleet, &(struct trace_record){.at_ns = fleet->sim.now_ns,
                                               .node = node,
                                               .peer = TRACE_NONE,
                                               .message = TRACE_NONE,
                                               .value = set == NULL ? 0 : set->roles,
                                               .topic = TRACE_TOPIC_NONE,
                                               .kind = TRACE_ROLE});
}

void fleet_change_role(struct fleet *fleet, uint32_t index) {
    CHECK(index < fleet->plan.role_change_count);
    const struct plan_role_change *change = &fleet->plan.role_changes[index];
    fleet->routers[change->node].role = set_of(fleet, change->set);
    fleet->counts.events++;
    if (fleet->up[change->node]) {
        fleet_record_role(fleet, change->node); // else it is said when the node starts
    }
}

/** A place for one more message that waits: one that is free, or a new one. */
static uint32_t take_late(struct fleet *fleet) {
    if (fleet->late_free != FLEET_LATE_NONE) {
        uint32_t handle = fleet->late_free;
        fleet->late_free = fleet->late[handle].next_free;
        return handle;
    }
    if (fleet->late_count == fleet->late_capacity) {
        fleet->late = pool_grow(&fleet->results, fleet->late, &fleet->late_capacity,
                                fleet->late_count + 1, sizeof *fleet->late);
    }
    return fleet->late_count++;
}

void fleet_forward_late(struct fleet *fleet, uint32_t node, const struct effect *effect) {
    const struct role_set *set = fleet->routers[node].role;
    CHECK(set != NULL);
    uint64_t name = fleet->plan.messages[effect->item].name;
    uint64_t draw = prng_keyed(fleet->scenario->seed, STREAM_LATE, node, name, 0);
    int64_t delay_ns = distribution_at(&fleet->lateness[set->number], draw);
    if (delay_ns == 0) {
        struct router_step step = fleet_next_step(fleet, node);
        router_on_forward_due(&fleet->routers[node], &step, effect);
        return;
    }
    uint32_t handle = take_late(fleet);
    uint8_t life = fleet->faults == NULL ? 0 : fleet->faults->lives[node];
    fleet->late[handle] = (struct fleet_late){.node = node, .life = life, .effect = *effect};
    sim_schedule_change(&fleet->sim, node, fleet->sim.now_ns + delay_ns, handle,
                        FLEET_CHANGE_FORWARD);
}

void fleet_forget_late(struct fleet *fleet, uint32_t handle) {
    fleet->late[handle].next_free = fleet->late_free;
    fleet->late_free = handle;
}

void fleet_forward_due(struct fleet *fleet, uint32_t handle) {
    CHECK(handle < fleet->late_count);
    struct fleet_late late = fleet->late[handle];
    fleet_forget_late(fleet, handle);
    if (fleet->faults != NULL &&
        (!fleet->up[late.node] || fleet->faults->lives[late.node] != late.life)) {
        return; // who would forward it is gone
    }
    struct router_step step = fleet_step(fleet, late.node);
    router_on_forward_due(&fleet->routers[late.node], &step, &late.effect);
    fleet_carry_out(fleet, late.node);
}
