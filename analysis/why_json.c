// An answer of `why` as one JSON object.
#include "analysis/why_output.h"

#include <jansson.h>

static void set_node(json_t *object, const char *name, uint32_t node) {
    json_object_set_new(object, name, node == TRACE_NONE ? json_null() : json_integer(node));
}

static void set_time(json_t *object, const char *name, int64_t ns) {
    json_object_set_new(object, name, ns < 0 ? json_null() : json_integer(ns));
}

static void set_cause(json_t *object, const char *name, uint8_t cause, bool lost) {
    const char *text =
        cause == CAUSE_NONE ? "random_loss" : trace_cause_name((enum trace_cause)cause);
    json_object_set_new(object, name, lost ? json_string(text) : json_null());
}

static void set_quirk(json_t *object, const char *name, const struct why_quirk *quirk) {
    json_object_set_new(object, name, quirk == NULL ? json_null() : json_string(quirk->number));
}

static json_t *step_object(const struct why_step *step) {
    json_t *object = json_object();
    char words[WHY_WORDS_SIZE];
    json_object_set_new(object, "at_ns", json_integer(step->at_ns));
    json_object_set_new(object, "node", json_integer(step->node));
    set_node(object, "peer", step->peer);
    json_object_set_new(object, "what", json_string(why_what_name((enum why_what)step->what)));
    if (step->what == WHY_WHAT_RPC) {
        bool lost = step->fate == WHY_FATE_LOST;
        json_object_set_new(object, "rpc",
                            json_string(why_stage_name((enum why_stage)step->stage)));
        json_object_set_new(object, "fate", json_string(why_fate_name((enum why_fate)step->fate)));
        set_cause(object, "cause", step->cause, lost);
    } else if (step->reason != REASON_NONE && step->what != WHY_WHAT_HAD) {
        json_object_set_new(object, "reason",
                            json_string(trace_reason_name((enum trace_reason)step->reason)));
    } else if (why_what_is_lost((enum why_what)step->what)) {
        set_cause(object, "cause", step->cause, true);
    }
    set_time(object, "delay_ns", step->delay_ns);
    json_object_set_new(object, "words", json_string(why_step_words(step, words)));
    return object;
}

static void set_reason(json_t *object, const char *name, uint8_t reason) {
    json_object_set_new(object, name,
                        reason == REASON_NONE
                            ? json_null()
                            : json_string(trace_reason_name((enum trace_reason)reason)));
}

/** What a trace of deliveries alone does not tell is null. */
static json_t *neighbour_object(const struct why_answer *answer,
                                const struct why_neighbour *neighbour) {
    bool known = answer->level == TRACE_LEVEL_FULL;
    json_t *object = json_object();
    json_object_set_new(object, "node", json_integer(neighbour->node));
    set_time(object, "had_ns", neighbour->had_ns);
    json_object_set_new(object, "link_up", known ? json_boolean(neighbour->linked) : json_null());
    json_object_set_new(object, "in_its_mesh",
                        known ? json_boolean(neighbour->in_mesh) : json_null());
    set_reason(object, "pruned", neighbour->pruned);
    set_reason(object, "refused", neighbour->refused);
    json_t *roles = json_array();
    for (uint32_t role = 0; role < WHY_ROLE_COUNT; role++) {
        if ((neighbour->roles >> role & 1) != 0) {
            json_array_append_new(roles, json_string(why_role_name((enum why_role)role)));
        }
    }
    json_object_set_new(object, "roles", roles);
    for (uint32_t stage = 0; stage < WHY_STAGES; stage++) {
        json_t *fates = known ? json_object() : json_null();
        for (uint32_t fate = 0; known && fate < WHY_FATES; fate++) {
            json_object_set_new(fates, why_fate_name((enum why_fate)fate),
                                json_integer(neighbour->counts[stage][fate]));
        }
        json_object_set_new(object, why_stage_name((enum why_stage)stage), fates);
    }
    json_object_set_new(object, "told_others",
                        known ? json_integer(neighbour->told_others) : json_null());
    return object;
}

/** Those of the answer's stage that were lost, by cause: copies of all neighbours, else of one. */
static json_t *losses_object(const struct why_answer *answer) {
    json_t *object = json_object();
    for (uint32_t cause = 0; cause < CAUSE_COUNT; cause++) {
        uint32_t count = why_count_alike(answer, WHY_FATE_LOST, (enum trace_cause)cause);
        if (count > 0) {
            json_object_set_new(object,
                                cause == CAUSE_NONE ? "random_loss"
                                                    : trace_cause_name((enum trace_cause)cause),
                                json_integer(count));
        }
    }
    return object;
}

static void set_blame(json_t *object, const struct why_answer *answer) {
    bool failed = answer->reason == WHY_COPY_FAILED || answer->reason == WHY_IHAVE_FAILED ||
                  answer->reason == WHY_IWANT_FAILED || answer->reason == WHY_ANSWER_FAILED;
    json_object_set_new(object, "fate",
                        failed ? json_string(why_fate_name(answer->fate)) : json_null());
    set_cause(object, "cause", answer->cause, failed && answer->fate == WHY_FATE_LOST);
    json_object_set_new(object, "losses", failed ? losses_object(answer) : json_null());
    set_time(object, "paused_ns", failed ? answer->paused_ns : -1);
    set_time(object, "stopped_ns", failed ? answer->ended_ns : -1);
    json_object_set_new(object, "gossip", json_string(why_silence_name(answer->silence)));
    set_quirk(object, "quirk", answer->quirk);
    json_object_set_new(object, "kept_out_by",
                        answer->obstacle == WHY_WHAT_PUBLISHED
                            ? json_null()
                            : json_string(why_what_name(answer->obstacle)));
    set_cause(object, "kept_out_cause", answer->obstacle_cause, why_what_is_lost(answer->obstacle));
    set_quirk(object, "mesh_quirk", answer->mesh_quirk);
    set_quirk(object, "gossip_quirk", answer->silence_quirk);
    json_object_set_new(object, "role",
                        answer->role == WHY_ROLE_COUNT
                            ? json_null()
                            : json_string(why_role_name((enum why_role)answer->role)));
    set_node(object, "culprit", answer->culprit);
}

static void set_delivery(json_t *object, const struct why_answer *answer) {
    json_object_set_new(object, "delivered_ns", json_integer(answer->delivered_ns));
    json_object_set_new(object, "from", json_integer(answer->deliverer));
    json_object_set_new(object, "hops", json_integer(answer->hops));
    json_object_set_new(object, "requested", json_boolean(answer->requested));
    json_object_set_new(object, "duplicates", json_integer(answer->duplicate_count));
    set_node(object, "second", answer->second);
    json_object_set_new(object, "lead_ns",
                        answer->second == TRACE_NONE ? json_null() : json_integer(answer->lead_ns));
}

void why_write_json(const struct why_answer *answer, FILE *out) {
    json_t *object = json_object();
    json_t *neighbours = json_array();
    json_t *steps = json_array();
    char sentence[WHY_SENTENCE_SIZE];
    json_object_set_new(object, "message", json_integer(answer->question.message));
    json_object_set_new(object, "node", json_integer(answer->question.node));
    json_object_set_new(object, "topic",
                        answer->topic == NULL ? json_null() : json_string(answer->topic));
    json_object_set_new(object, "reason", json_string(why_reason_name(answer->reason)));
    json_object_set_new(object, "sentence", json_string(why_sentence(answer, sentence)));
    json_object_set_new(object, "expected", json_boolean(answer->expected));
    set_node(object, "publisher", answer->publisher);
    set_time(object, "published_ns", answer->published_ns);
    json_object_set_new(object, "nodes_that_had_it", json_integer(answer->holder_count));
    json_object_set_new(object, "focus", json_integer(answer->focus));
    set_blame(object, answer);
    if (answer->reason == WHY_DELIVERED) {
        set_delivery(object, answer);
    }
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        json_array_append_new(neighbours, neighbour_object(answer, &answer->neighbours[i]));
    }
    for (uint32_t i = 0; i < answer->step_count; i++) {
        json_array_append_new(steps, step_object(&answer->steps[i]));
    }
    json_object_set_new(object, "neighbours", neighbours);
    json_object_set_new(object, "steps", steps);
    json_dumpf(object, out, JSON_INDENT(2));
    fputc('\n', out);
    json_decref(object);
}
