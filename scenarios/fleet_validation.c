#include "base/check.h"
#include "base/quantity.h"
#include "scenarios/fleet_faults.h"

/** What a draw is for, beside the validator it belongs to. */
enum { DRAW_DELAY, DRAW_VERDICT, DRAWS };

void fleet_init_validators(struct fleet *fleet) {
    const struct scenario *scenario = fleet->scenario;
    bool *has = NULL;
    for (uint32_t topic = 0; topic < scenario->topic_count; topic++) {
        uint32_t count = scenario->topics[topic].validator_count;
        if (count == 0) {
            continue;
        }
        if (has == NULL) {
            has = arena_take_array(fleet->arena, MEMORY_TABLES, scenario->topic_count, sizeof *has);
            fleet->validators = arena_take_array(fleet->arena, MEMORY_TABLES, scenario->topic_count,
                                                 sizeof(struct fleet_validator *));
        }
        has[topic] = true;
        struct fleet_validator *validators =
            arena_take_array(fleet->arena, MEMORY_TABLES, count, sizeof *validators);
        for (uint32_t i = 0; i < count; i++) {
            const struct scenario_validator *described = &scenario->topics[topic].validators[i];
            distribution_init(&validators[i].delay, fleet->arena, &described->delay, 0);
            validators[i].accept_ppb = described->accept_ppb;
        }
        fleet->validators[topic] = validators;
    }
    fleet->has_validators = has;
}

/** What the validators of the message's topic come to: all must accept, the slowest decides when.
 */
static bool ask_all(const struct fleet *fleet, uint32_t node, uint32_t message, int64_t *delay_ns) {
    uint16_t topic = fleet->messages.items[message].topic;
    const struct fleet_validator *validators = fleet->validators[topic];
    uint64_t name = fleet->plan.messages[message].name;
    bool accepted = true;
    *delay_ns = 0;
    for (uint32_t i = 0; i < fleet->scenario->topics[topic].validator_count; i++) {
        uint64_t seed = fleet->scenario->seed;
        uint64_t draw = prng_keyed(seed, STREAM_VALIDATION, node, name, DRAWS * i + DRAW_DELAY);
        int64_t own_ns = distribution_at(&validators[i].delay, draw);
        *delay_ns = own_ns > *delay_ns ? own_ns : *delay_ns;
        draw = prng_keyed(seed, STREAM_VALIDATION, node, name, DRAWS * i + DRAW_VERDICT);
        accepted = accepted && draw % SHARE_ONE < validators[i].accept_ppb;
    }
    return accepted;
}

static uint32_t take_handle(struct fleet *fleet) {
    if (fleet->validation_free_count > 0) {
        return fleet->validation_free[--fleet->validation_free_count];
    }
    if (fleet->validation_count == fleet->validation_capacity) {
        fleet->validations =
            pool_grow(&fleet->results, fleet->validations, &fleet->validation_capacity,
                      fleet->validation_count + 1, sizeof *fleet->validations);
    }
    return fleet->validation_count++;
}

static void give_handle(struct fleet *fleet, uint32_t handle) {
    if (fleet->validation_free_count == fleet->validation_free_capacity) {
        fleet->validation_free =
            pool_grow(&fleet->results, fleet->validation_free, &fleet->validation_free_capacity,
                      fleet->validation_free_count + 1, sizeof *fleet->validation_free);
    }
    fleet->validation_free[fleet->validation_free_count++] = handle;
}

void fleet_validate(struct fleet *fleet, uint32_t node, uint32_t message) {
    int64_t delay_ns = 0;
    bool accepted = ask_all(fleet, node, message, &delay_ns);
    if (delay_ns == 0) {
        // The effects of the answer follow those of the step that asked.
        struct router_step step = fleet_next_step(fleet, node);
        router_on_validated(&fleet->routers[node], &step, message, accepted);
        return;
    }
    uint32_t handle = take_handle(fleet);
    fleet->validations[handle] =
        (struct fleet_validation){.node = node, .message = message, .accepted = accepted};
    if (fleet->faults != NULL) {
        fleet->validations[handle].life = fleet->faults->lives[node];
    }
    sim_schedule_change(&fleet->sim, node, fleet->sim.now_ns + delay_ns, handle,
                        FLEET_CHANGE_VALIDATED);
}

void fleet_validated(struct fleet *fleet, uint32_t handle) {
    CHECK(handle < fleet->validation_count);
    struct fleet_validation validation = fleet->validations[handle];
    give_handle(fleet, handle);
    if (fleet->faults != NULL &&
        (!fleet->up[validation.node] || fleet->faults->lives[validation.node] != validation.life)) {
        return; // who asked is gone
    }
    struct router_step step = fleet_step(fleet, validation.node);
    router_on_validated(&fleet->routers[validation.node], &step, validation.message,
                        validation.accepted);
    fleet_carry_out(fleet, validation.node);
}

void fleet_forget_validation(struct fleet *fleet, uint32_t handle) {
    give_handle(fleet, handle);
}
