#include "scenarios/reduce_cures.h"

#include "base/check.h"
#include "scenarios/reduce_map.h"

#include <stdio.h>

/** Quirks that some node has. */
static uint64_t quirks_of(const struct scenario *scenario) {
    uint64_t quirks = scenario->router.quirks;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        quirks |= scenario->groups[i].router.quirks;
    }
    return quirks;
}

static bool is_fault(const struct scenario_event *event) {
    return event->kind == SCENARIO_INJECT || event->kind >= SCENARIO_CRASH;
}

static bool has_roles(const struct scenario *scenario) {
    bool has = scenario->roles.roles != 0;
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        has = has || (scenario->groups[i].has_roles && scenario->groups[i].roles.roles != 0);
    }
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        has = has || scenario->events[i].kind == SCENARIO_ROLE;
    }
    return has;
}

static bool has_faults(const struct scenario *scenario) {
    const struct scenario_links *links = &scenario->links;
    bool has = scenario->churn_count > 0 || links->loss_ppb > 0 || links->loss_rates != 0 ||
               links->has_burst || scenario->edge_values.loss_ppb != NULL ||
               scenario->regions.loss_ppb != NULL;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        has = has || is_fault(&scenario->events[i]);
    }
    return has;
}

static uint64_t bit_of(enum quirk quirk) {
    return UINT64_C(1) << quirk;
}

bool reduce_cure_applies(const struct scenario *scenario, const struct reduce_cure *cure) {
    switch (cure->kind) {
    case CURE_QUIRK:
        return (quirks_of(scenario) & bit_of(cure->quirk)) != 0;
    case CURE_ROLES:
        return has_roles(scenario);
    case CURE_FAULTS:
        return has_faults(scenario);
    case CURE_QUIRKS:
        return quirks_of(scenario) != 0;
    case CURE_ALL:
        return quirks_of(scenario) != 0 || has_roles(scenario) || has_faults(scenario);
    }
    return false;
}

size_t reduce_single_cures(const struct scenario *scenario,
                           struct reduce_cure cures[REDUCE_CURES_MAX]) {
    size_t count = 0;
    for (uint32_t quirk = 0; quirk < QUIRK_COUNT; quirk++) {
        cures[count] = (struct reduce_cure){.kind = CURE_QUIRK, .quirk = (enum quirk)quirk};
        count += reduce_cure_applies(scenario, &cures[count]) ? 1 : 0;
    }
    static const enum reduce_cure_kind others[] = {CURE_ROLES, CURE_FAULTS};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        cures[count] = (struct reduce_cure){.kind = others[i]};
        count += reduce_cure_applies(scenario, &cures[count]) ? 1 : 0;
    }
    CHECK(count < REDUCE_CURES_MAX);
    return count;
}

static void clear_quirks(struct scenario *scenario, struct arena *arena, uint64_t quirks) {
    struct scenario_group *groups =
        reduce_copy(arena, scenario->groups, scenario->group_count, sizeof *groups);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        groups[i].router.quirks &= ~quirks;
    }
    scenario->groups = groups;
    scenario->router.quirks &= ~quirks;
}

/** Leaves the events that are no faults, or that give no roles. */
static void clear_events(struct scenario *scenario, struct arena *arena, bool roles) {
    struct scenario_event *events =
        reduce_copy(arena, scenario->events, scenario->event_count, sizeof *events);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        events[count] = scenario->events[i];
        bool goes = roles ? events[count].kind == SCENARIO_ROLE : is_fault(&events[count]);
        count += goes ? 0 : 1;
    }
    scenario->events = events;
    scenario->event_count = count;
}

static void clear_roles(struct scenario *scenario, struct arena *arena) {
    struct scenario_group *groups =
        reduce_copy(arena, scenario->groups, scenario->group_count, sizeof *groups);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        groups[i].roles.roles = 0;
    }
    scenario->groups = groups;
    scenario->roles.roles = 0;
    clear_events(scenario, arena, true);
}

static void clear_faults(struct scenario *scenario, struct arena *arena) {
    scenario->churn_count = 0;
    scenario->links.loss_ppb = 0;
    scenario->links.loss_rates = 0;
    scenario->links.has_burst = false;
    scenario->edge_values.loss_ppb = NULL;
    scenario->regions.loss_ppb = NULL;
    clear_events(scenario, arena, false);
}

const struct scenario *reduce_cured(struct arena *arena, const struct scenario *scenario,
                                    const struct reduce_cure *cure) {
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy);
    if (cure->kind == CURE_QUIRK) {
        clear_quirks(copy, arena, bit_of(cure->quirk));
    }
    if (cure->kind == CURE_QUIRKS || cure->kind == CURE_ALL) {
        clear_quirks(copy, arena, UINT64_MAX);
    }
    if (cure->kind == CURE_ROLES || cure->kind == CURE_ALL) {
        clear_roles(copy, arena);
    }
    if (cure->kind == CURE_FAULTS || cure->kind == CURE_ALL) {
        clear_faults(copy, arena);
    }
    return copy;
}

const char *reduce_cure_text(const struct reduce_cure *cure, char text[REDUCE_CURE_TEXT_SIZE]) {
    const struct quirk_row *row = NULL;
    switch (cure->kind) {
    case CURE_QUIRK:
        row = quirk_row_of(cure->quirk);
        snprintf(text, REDUCE_CURE_TEXT_SIZE, "--set router.quirks.%s=false (%s)", row->name,
                 row->number);
        return text;
    case CURE_ROLES:
        return "all roles off";
    case CURE_FAULTS:
        return "all faults and losses off";
    case CURE_QUIRKS:
        return "all quirks off";
    case CURE_ALL:
        return "all quirks, roles, faults and losses off";
    }
    return "";
}
