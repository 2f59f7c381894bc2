#include "cli/why_setting.h"

#include "cli/trace_scenario.h"
#include "router/quirks.h"
#include "router/roles.h"
#include "scenarios/groups.h"
#include "scenarios/scenario.h"

static const enum quirk quirk_of_habit[WHY_HABIT_COUNT] = {
    [WHY_HABIT_IWANT_UNANSWERED] = QUIRK_IWANT_UNANSWERED,
    [WHY_HABIT_FORWARDED_NOT_CACHED] = QUIRK_FORWARDED_NOT_CACHED,
    [WHY_HABIT_GRAFT_LIMIT] = QUIRK_GRAFT_LIMIT_BY_TOPICS,
    [WHY_HABIT_SENT_CACHE] = QUIRK_SENT_CACHE,
    [WHY_HABIT_RECEIVED_CACHE] = QUIRK_RECEIVED_CACHE,
    [WHY_HABIT_IHAVE_ONCE] = QUIRK_IHAVE_ONCE,
    [WHY_HABIT_IWANT_ONCE] = QUIRK_IWANT_ONCE,
    [WHY_HABIT_GOSSIP_LEFTOVERS] = QUIRK_GOSSIP_FROM_LEFTOVERS,
    [WHY_HABIT_SEEN_FIRST] = QUIRK_SEEN_BEFORE_VALIDATION,
    [WHY_HABIT_LINK_STAYS_DOWN] = QUIRK_ABORTED_LINK_STAYS_DOWN,
};

static const enum role role_of[WHY_ROLE_COUNT] = {
    [WHY_ROLE_NEVER_FORWARDS] = ROLE_NEVER_FORWARDS,
    [WHY_ROLE_CENSORS] = ROLE_CENSORS,
    [WHY_ROLE_DROPS] = ROLE_DROPS,
    [WHY_ROLE_NEVER_PUSHES] = ROLE_NEVER_PUSHES,
    [WHY_ROLE_FORWARDS_LATE] = ROLE_FORWARDS_LATE,
    [WHY_ROLE_NEVER_GOSSIPS] = ROLE_NEVER_GOSSIPS,
    [WHY_ROLE_NEVER_ANSWERS] = ROLE_NEVER_ANSWERS_IWANT,
};

static struct why_rules rules_of(const struct router_params *router) {
    struct why_rules rules = {
        .gossips =
            router->protocol != ROUTER_FLOODSUB && router->d_lazy > 0 && router->history_gossip > 0,
        .heartbeat_ns = router->heartbeat_interval_ns,
        .gossip_ns = router->history_gossip * router->heartbeat_interval_ns,
        // A cap over all topics may be used up by others.
        .told_all_below =
            quirk_in(router->quirks, QUIRK_GOSSIP_CAP_OVER_TOPICS) ? 0 : router->d_lazy,
    };
    for (uint32_t habit = 0; habit < WHY_HABIT_COUNT; habit++) {
        bool has = quirk_in(router->quirks, quirk_of_habit[habit]);
        rules.habits |= has ? 1U << habit : 0;
    }
    return rules;
}

static bool takes_time(const struct distribution_options *time) {
    return time->kind != DISTRIBUTION_CONSTANT || time->a_ns > 0;
}

/** Whether what has come is handled at once. */
static void read_handling(struct arena *arena, const struct scenario *scenario,
                          const struct record_scene *scene, struct why_setting *setting) {
    bool *validates =
        arena_take_array(arena, MEMORY_TABLES, (size_t)scene->topic_count + 1, sizeof *validates);
    for (uint32_t topic = 0; topic < scenario->topic_count && topic < scene->topic_count; topic++) {
        const struct scenario_topic *row = &scenario->topics[topic];
        for (uint32_t i = 0; i < row->validator_count; i++) {
            validates[topic] = validates[topic] || takes_time(&row->validators[i].delay);
        }
    }
    setting->validates = validates;
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        setting->processes =
            setting->processes || takes_time(&group_timing(scenario, group)->processing);
    }
}

static void read_scenario(struct arena *arena, const struct record_scene *scene,
                          struct why_setting *setting) {
    const struct scenario *scenario = trace_scenario_read(arena, scene);
    if (scenario == NULL) {
        return;
    }
    struct why_rules *rules =
        arena_take_array(arena, MEMORY_TABLES, scenario->group_count + 1, sizeof *rules);
    for (uint32_t group = 0; group <= scenario->group_count; group++) {
        rules[group] = rules_of(group_router(scenario, group));
    }
    setting->duration_ns = scenario->duration_ns;
    read_handling(arena, scenario, scene, setting);
    setting->rules = rules;
    setting->groups = groups_assign(scenario, arena);
}

bool why_setting_read(struct arena *arena, const char *path, struct why_setting *setting,
                      struct failure *failure) {
    struct record_stream *stream = record_stream_open(arena, path, failure);
    if (stream == NULL) {
        return false;
    }
    *setting = (struct why_setting){.rules = NULL};
    for (uint32_t habit = 0; habit < WHY_HABIT_COUNT; habit++) {
        const struct quirk_row *row = quirk_row_of(quirk_of_habit[habit]);
        setting->quirks[habit] = (struct why_quirk){.number = row->number, .name = row->name};
    }
    for (uint32_t role = 0; role < WHY_ROLE_COUNT; role++) {
        setting->role_masks[role] = 1U << role_of[role];
    }
    read_scenario(arena, record_stream_scene(stream), setting);
    record_stream_close(stream);
    return true;
}
