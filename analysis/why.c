#include "analysis/why_parts.h"

static void set_duplicates(struct why_answer *answer, struct why_step *steps) {
    for (uint32_t i = 0; i < answer->step_count; i++) {
        if (steps[i].what == WHY_WHAT_DUPLICATE) {
            steps[i].delay_ns = steps[i].at_ns - answer->delivered_ns;
        }
    }
}

/** Takes over what was found. */
static void fill_answer(const struct why_evidence *evidence, struct why_answer *answer) {
    const struct why_survey *survey = evidence->survey;
    const struct record_scene *scene = survey->scene;
    uint32_t node = evidence->question->node;
    const uint8_t both = WHY_UP_THEN | WHY_SUBSCRIBED_THEN;
    *answer = (struct why_answer){
        .question = *evidence->question,
        .level = scene->level,
        .cut = survey->cut,
        .has_rules = evidence->setting->rules != NULL,
        .end_ns = survey->end_ns,
        .topic = survey->topic < scene->topic_count ? scene->topics[survey->topic] : NULL,
        .publisher = survey->publisher,
        .published_ns = survey->skipped ? -1 : survey->published_ns,
        .expected = (survey->flags[node] & both) == both && node != survey->publisher,
        .role = WHY_ROLE_COUNT,
        .culprit = TRACE_NONE,
        .since_ns = -1,
        .back_ns = -1,
        .paused_ns = -1,
        .ended_ns = -1,
        .deliverer = TRACE_NONE,
        .second = TRACE_NONE,
        .focus = evidence->focus,
        .steps = evidence->steps,
        .step_count = evidence->step_count,
        .steps_left_out = evidence->steps_left_out,
    };
    for (uint32_t i = 0; i < survey->node_count; i++) {
        answer->holder_count += survey->had_ns[i] != WHY_NEVER;
    }
    uint32_t count = evidence->pair_count - evidence->path_count;
    struct why_neighbour *neighbours =
        arena_take_array(evidence->arena, MEMORY_TABLES, count + 1, sizeof *neighbours);
    for (uint32_t i = 0; i < count; i++) {
        neighbours[i] = evidence->pairs[evidence->path_count + i].facts;
    }
    answer->neighbours = neighbours;
    answer->neighbour_count = count;
}

bool why_find(struct arena *arena, const struct why_question *question,
              const struct why_setting *setting, struct why_answer *answer,
              struct failure *failure) {
    struct why_survey *survey = arena_take(arena, MEMORY_TABLES, sizeof *survey);
    if (!why_survey(arena, question, survey, failure)) {
        return false;
    }
    struct why_evidence *evidence = arena_take(arena, MEMORY_TABLES, sizeof *evidence);
    *evidence = (struct why_evidence){.arena = arena,
                                      .question = question,
                                      .setting = setting,
                                      .survey = survey,
                                      .stopped_ns = -1,
                                      .started_ns = -1,
                                      .left_ns = -1,
                                      .joined_ns = -1,
                                      .second = TRACE_NONE};
    pool_init(&evidence->pool, arena, MEMORY_TABLES);
    why_choose_pairs(evidence);
    if (!why_watch(evidence, failure)) {
        return false;
    }
    why_sort_steps(evidence);
    fill_answer(evidence, answer);
    why_judge(evidence, answer);
    if (answer->reason == WHY_DELIVERED) {
        set_duplicates(answer, evidence->steps);
    }
    return true;
}

static const char *const reason_names[WHY_REASON_COUNT] = {
    [WHY_DELIVERED] = "delivered",         [WHY_PUBLISHER] = "publisher",
    [WHY_NOT_PUBLISHED] = "not_published", [WHY_NOT_SUBSCRIBED] = "not_subscribed",
    [WHY_NODE_DOWN] = "node_down",         [WHY_CRASHED] = "crashed",
    [WHY_LEFT_TOPIC] = "left_topic",       [WHY_IGNORED] = "ignored",
    [WHY_SEEN_BEFORE] = "seen_before",     [WHY_NO_PATH] = "no_path",
    [WHY_LINKS_DOWN] = "links_down",       [WHY_OUTSIDE_MESHES] = "outside_meshes",
    [WHY_NOT_FORWARDED] = "not_forwarded", [WHY_COPY_FAILED] = "copy_failed",
    [WHY_IHAVE_FAILED] = "ihave_failed",   [WHY_NOT_ASKED] = "not_asked",
    [WHY_IWANT_FAILED] = "iwant_failed",   [WHY_IWANT_UNANSWERED] = "iwant_unanswered",
    [WHY_ANSWER_FAILED] = "answer_failed", [WHY_UNKNOWN] = "unknown",
};

static const char *const stage_names[WHY_STAGES] = {
    [WHY_STAGE_COPY] = "copy",
    [WHY_STAGE_IHAVE] = "ihave",
    [WHY_STAGE_IWANT] = "iwant",
    [WHY_STAGE_ANSWER] = "answer",
};

static const char *const fate_names[WHY_FATES] = {
    [WHY_FATE_SENT] = "sent",
    [WHY_FATE_LOST] = "lost",
    [WHY_FATE_SUPPRESSED] = "suppressed",
    [WHY_FATE_SKIPPED] = "skipped",
    [WHY_FATE_UNREAD] = "unread",
    [WHY_FATE_UNHANDLED] = "unhandled",
    [WHY_FATE_PAUSED] = "paused",
    [WHY_FATE_STOPPED] = "stopped",
    [WHY_FATE_CAME] = "came",
};

static const char *const silence_names[WHY_SILENCES] = {
    [WHY_SILENCE_NONE] = "none",
    [WHY_SILENCE_NOT_DRAWN] = "not_drawn",
    [WHY_SILENCE_NOT_CACHED] = "not_cached",
    [WHY_SILENCE_ROLE] = "role",
    [WHY_SILENCE_OFF] = "off",
    [WHY_SILENCE_IN_MESH] = "in_mesh",
    [WHY_SILENCE_UNLISTED] = "unlisted",
    [WHY_SILENCE_UNLINKED] = "unlinked",
    [WHY_SILENCE_RUN_ENDED] = "run_ended",
    [WHY_SILENCE_LEFTOVERS] = "leftovers",
    [WHY_SILENCE_TOLD_NOBODY] = "told_nobody",
};

static const char *const role_names[WHY_ROLE_COUNT] = {
    [WHY_ROLE_NEVER_FORWARDS] = "never_forwards",
    [WHY_ROLE_CENSORS] = "censors",
    [WHY_ROLE_DROPS] = "drops",
    [WHY_ROLE_NEVER_PUSHES] = "never_pushes",
    [WHY_ROLE_FORWARDS_LATE] = "forwards_late",
    [WHY_ROLE_NEVER_GOSSIPS] = "never_gossips",
    [WHY_ROLE_NEVER_ANSWERS] = "never_answers_iwant",
};

static const char *const what_names[WHY_WHAT_COUNT] = {
    [WHY_WHAT_PUBLISHED] = "published",
    [WHY_WHAT_HAD] = "had",
    [WHY_WHAT_RPC] = "rpc",
    [WHY_WHAT_DELIVERED] = "delivered",
    [WHY_WHAT_DUPLICATE] = "duplicate",
    [WHY_WHAT_IGNORED] = "ignored",
    [WHY_WHAT_STARTED] = "started",
    [WHY_WHAT_STOPPED] = "stopped",
    [WHY_WHAT_JOINED] = "joined",
    [WHY_WHAT_LEFT] = "left",
    [WHY_WHAT_LINK_UP] = "link_up",
    [WHY_WHAT_LINK_DOWN] = "link_down",
    [WHY_WHAT_GRAFT_REFUSED] = "graft_refused",
    [WHY_WHAT_GRAFT_HELD_BACK] = "graft_suppressed",
    [WHY_WHAT_GRAFT_SKIPPED] = "graft_skipped",
    [WHY_WHAT_SUB_HELD_BACK] = "subscription_suppressed",
    [WHY_WHAT_SUB_SKIPPED] = "subscription_skipped",
    [WHY_WHAT_SUB_LOST] = "subscription_lost",
    [WHY_WHAT_GRAFT_LOST] = "graft_lost",
    [WHY_WHAT_PRUNE_LOST] = "prune_lost",
    [WHY_WHAT_PRUNED] = "pruned",
    [WHY_WHAT_PAUSED] = "paused",
    [WHY_WHAT_RESUMED] = "resumed",
};

const char *why_reason_name(enum why_reason reason) {
    return reason_names[reason];
}

const char *why_stage_name(enum why_stage stage) {
    return stage_names[stage];
}

const char *why_fate_name(enum why_fate fate) {
    return fate_names[fate];
}

const char *why_silence_name(enum why_silence silence) {
    return silence_names[silence];
}

const char *why_role_name(enum why_role role) {
    return role_names[role];
}

const char *why_what_name(enum why_what what) {
    return what_names[what];
}

bool why_what_is_lost(enum why_what what) {
    return what == WHY_WHAT_SUB_LOST || what == WHY_WHAT_GRAFT_LOST || what == WHY_WHAT_PRUNE_LOST;
}
