// The answer of `why` as a sentence.
#include "analysis/why_output.h"

#include "analysis/figure_text.h"
#include "base/quantity.h"

#include <inttypes.h>
#include <stdarg.h>

struct sentence {
    char *text; // [WHY_SENTENCE_SIZE]
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void say(struct sentence *sentence, const char *format,
                                                      ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t room = WHY_SENTENCE_SIZE - sentence->size;
    int written = vsnprintf(sentence->text + sentence->size, room, format, arguments);
    va_end(arguments);
    size_t size = written < 0 ? 0 : (size_t)written;
    sentence->size += size < room ? size : room - 1;
}

static void say_time(struct sentence *sentence, int64_t at_ns) {
    say(sentence, "%" PRId64 ".%03" PRId64 " s", at_ns / NS_PER_S, at_ns % NS_PER_S / 1000000);
}

static void say_delay(struct sentence *sentence, int64_t ns) {
    char text[FIGURE_TEXT_SIZE];
    say(sentence, "%s", figure_duration(ns, text));
}

static void say_quirk(struct sentence *sentence, const struct why_quirk *quirk) {
    if (quirk != NULL) {
        say(sentence, " (quirk %s, %s)", quirk->number, quirk->name);
    }
}

static void say_role(struct sentence *sentence, const struct why_answer *answer) {
    if (answer->role < WHY_ROLE_COUNT) {
        say(sentence, " (role %s)", why_role_name((enum why_role)answer->role));
    }
}

static uint32_t count_fates(const struct why_answer *answer, enum why_stage stage) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        for (uint32_t fate = 0; fate < WHY_FATES; fate++) {
            count += answer->neighbours[i].counts[stage][fate];
        }
    }
    return count;
}

static uint32_t count_holders(const struct why_answer *answer) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        count += answer->neighbours[i].had;
    }
    return count;
}

/** What became of RPCs that are alike in that: `was lost (partition)`. */
static void say_fate(struct sentence *sentence, const struct why_answer *answer, enum why_fate fate,
                     uint32_t count, enum trace_cause cause) {
    const char *be = count == 1 ? "was" : "were";
    bool data = answer->stage == WHY_STAGE_COPY || answer->stage == WHY_STAGE_ANSWER;
    const char *handled = data && answer->validates ? "validated" : "handled";
    uint32_t receiver = answer->stage == WHY_STAGE_IWANT ? answer->culprit : answer->focus;
    switch (fate) {
    case WHY_FATE_SENT:
        say(sentence, "%s on %s way when the run ended", be, count == 1 ? "its" : "their");
        break;
    case WHY_FATE_LOST:
        say(sentence, "%s lost (%s)", be,
            cause == CAUSE_NONE ? "random loss" : trace_cause_name(cause));
        break;
    case WHY_FATE_SUPPRESSED:
        say(sentence, "%s not sent, as the sender had sent an equal one before", be);
        break;
    case WHY_FATE_SKIPPED:
        say(sentence, "%s not handled, as the receiver had handled an equal one before", be);
        break;
    case WHY_FATE_UNREAD:
        say(sentence, "came over a link that nobody read any more");
        break;
    case WHY_FATE_UNHANDLED:
        say(sentence, "%s yet to be %s when the run ended", be, handled);
        break;
    case WHY_FATE_PAUSED:
        say(sentence, "%s yet to be %s when the run ended, as node %" PRIu32 " stood still since ",
            be, handled, receiver);
        say_time(sentence, answer->paused_ns);
        break;
    case WHY_FATE_STOPPED:
        say(sentence, "%s yet to be %s when node %" PRIu32 " stopped at ", be, handled, receiver);
        say_time(sentence, answer->ended_ns);
        break;
    case WHY_FATE_CAME:
    case WHY_FATES:
        break;
    }
    if (fate == answer->fate) {
        say_quirk(sentence, answer->quirk);
    }
}

uint32_t why_count_alike(const struct why_answer *answer, enum why_fate fate,
                         enum trace_cause cause) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->neighbour_count; i++) {
        const struct why_neighbour *facts = &answer->neighbours[i];
        if (answer->stage == WHY_STAGE_COPY || facts->node == answer->culprit) {
            count += fate == WHY_FATE_LOST ? facts->losses[answer->stage][cause]
                                           : facts->counts[answer->stage][fate];
        }
    }
    return count;
}

static uint32_t count_stage(const struct why_answer *answer) {
    uint32_t count = 0;
    for (enum why_fate fate = WHY_FATE_SENT; fate < WHY_FATES; fate++) {
        for (uint32_t cause = 0; cause < (fate == WHY_FATE_LOST ? CAUSE_COUNT : 1); cause++) {
            count += why_count_alike(answer, fate, (enum trace_cause)cause);
        }
    }
    return count;
}

/** What became of the RPCs of the answer's stage, all of which failed: `5 were lost (random loss),
 * 1 was lost (partition)`. */
static void say_fates(struct sentence *sentence, const struct why_answer *answer) {
    uint32_t total = count_stage(answer);
    const char *between = "";
    for (enum why_fate fate = WHY_FATE_SENT; fate < WHY_FATE_CAME; fate++) {
        for (uint32_t cause = 0; cause < (fate == WHY_FATE_LOST ? CAUSE_COUNT : 1); cause++) {
            uint32_t count = why_count_alike(answer, fate, (enum trace_cause)cause);
            if (count == 0) {
                continue;
            }
            say(sentence, "%s", between);
            if (count < total) {
                say(sentence, "%" PRIu32 " ", count);
            } else if (total > 1) {
                say(sentence, "all ");
            }
            say_fate(sentence, answer, fate, count, (enum trace_cause)cause);
            between = ", ";
        }
    }
}

static void say_silence(struct sentence *sentence, const struct why_answer *answer) {
    static const char *const texts[WHY_SILENCES] = {
        [WHY_SILENCE_NONE] = "gossip told it",
        [WHY_SILENCE_NOT_DRAWN] = "gossip did not tell it: others were drawn for the IHAVE",
        [WHY_SILENCE_NOT_CACHED] =
            "gossip did not tell it: what is forwarded is not cached, so no IHAVE names it",
        [WHY_SILENCE_ROLE] = "gossip did not tell it: a role keeps the message back",
        [WHY_SILENCE_OFF] = "there is no gossip: the routers send no IHAVE at all",
        [WHY_SILENCE_IN_MESH] =
            "gossip did not tell it: it was in the mesh, and mesh peers are not told",
        [WHY_SILENCE_RUN_ENDED] =
            "gossip did not tell it: the run ended less than a heartbeat later",
        [WHY_SILENCE_LEFTOVERS] =
            "gossip did not tell it: IHAVE goes only to those never looked at for a mesh",
        [WHY_SILENCE_UNLISTED] = "gossip did not tell it: it was not known to subscribe",
        [WHY_SILENCE_UNLINKED] = "gossip did not tell it: the link was down at the heartbeats",
        [WHY_SILENCE_TOLD_NOBODY] = "gossip did not tell it: no IHAVE for it was sent to anybody",
    };
    bool came_in = answer->silence == WHY_SILENCE_IN_MESH &&
                   (answer->reason == WHY_OUTSIDE_MESHES || answer->reason == WHY_LINKS_DOWN);
    say(sentence, "%s",
        came_in ? "gossip did not tell it: it was in the mesh by the next heartbeat, and mesh "
                  "peers are not told"
                : texts[answer->silence]);
    say_quirk(sentence, answer->silence_quirk);
    if (answer->silence == WHY_SILENCE_ROLE) {
        say_role(sentence, answer);
    } else if (answer->silence == WHY_SILENCE_UNLISTED && answer->obstacle != WHY_WHAT_SUB_LOST) {
        say(sentence, ", as its SUB was lost");
    }
}

/** What was lost and kept the node out of a mesh. */
static void say_lost(struct sentence *sentence, const struct why_answer *answer) {
    enum trace_cause cause = (enum trace_cause)answer->obstacle_cause;
    say(sentence, ", as %s was lost (%s), %s",
        answer->obstacle == WHY_WHAT_SUB_LOST     ? "its SUB"
        : answer->obstacle == WHY_WHAT_GRAFT_LOST ? "its GRAFT"
                                                  : "a PRUNE for it",
        cause == CAUSE_NONE ? "random loss" : trace_cause_name(cause),
        answer->obstacle == WHY_WHAT_SUB_LOST     ? "and what is said once is not said again"
        : answer->obstacle == WHY_WHAT_GRAFT_LOST ? "so that it took itself to be in the mesh"
                                                  : "so that it still took itself to be in it");
}

/** What kept the node out of a mesh. */
static void say_obstacle(struct sentence *sentence, const struct why_answer *answer) {
    if (answer->obstacle == WHY_WHAT_PUBLISHED) {
        return;
    }
    if (why_what_is_lost(answer->obstacle)) {
        say_lost(sentence, answer);
        return;
    }
    bool sub =
        answer->obstacle == WHY_WHAT_SUB_HELD_BACK || answer->obstacle == WHY_WHAT_SUB_SKIPPED;
    bool held_back =
        answer->obstacle == WHY_WHAT_SUB_HELD_BACK || answer->obstacle == WHY_WHAT_GRAFT_HELD_BACK;
    bool refused = answer->obstacle == WHY_WHAT_GRAFT_REFUSED;
    say(sentence, ", as %s was %s",
        sub       ? "its SUB"
        : refused ? "its GRAFT"
                  : "a GRAFT",
        refused     ? "refused"
        : held_back ? "not sent again"
                    : "not handled again");
    say_quirk(sentence, answer->mesh_quirk);
}

/** What came of pushing, before gossip had its turn. */
static void say_push(struct sentence *sentence, const struct why_answer *answer) {
    uint32_t copies = count_fates(answer, WHY_STAGE_COPY);
    if (copies > 0) {
        say(sentence, "%" PRIu32 " %s pushed to it did not come, and ", copies,
            figure_noun(copies, "copy", "copies"));
    } else {
        say(sentence, "nobody pushed it");
        say_obstacle(sentence, answer);
        say(sentence, ", and ");
    }
}

static void say_delivery(struct sentence *sentence, const struct why_answer *answer) {
    say(sentence, "Node %" PRIu32 " got message %" PRIu32 " at ", answer->question.node,
        answer->question.message);
    say_time(sentence, answer->delivered_ns);
    say(sentence, ", ");
    say_delay(sentence, answer->delivered_ns - answer->published_ns);
    say(sentence,
        " after node %" PRIu32 " published it, from node %" PRIu32 ", which %s, over %" PRIu32
        " %s",
        answer->publisher, answer->deliverer, answer->requested ? "it had asked" : "pushed it",
        answer->hops, figure_noun(answer->hops, "hop", "hops"));
    if (answer->level != TRACE_LEVEL_FULL) {
        return;
    }
    if (answer->duplicate_count == 0) {
        say(sentence, "; no other copy came");
        return;
    }
    say(sentence, "; %" PRIu32 " further %s came, the first from node %" PRIu32 ", ",
        answer->duplicate_count, figure_noun(answer->duplicate_count, "copy", "copies"),
        answer->second);
    if (answer->lead_ns == 0) {
        say(sentence, "at the same instant");
        return;
    }
    say_delay(sentence, answer->lead_ns < 0 ? -answer->lead_ns : answer->lead_ns);
    say(sentence,
        answer->lead_ns < 0 ? " before, while the first one was being validated" : " later");
}

/** Reasons that lie with the node itself: what it was, and since when. */
static void say_state(struct sentence *sentence, const struct why_answer *answer,
                      const char *what) {
    say(sentence, "it %s", what);
    if (answer->since_ns >= 0) {
        bool after = answer->since_ns > answer->published_ns;
        say(sentence, after ? " at " : " since ");
        say_time(sentence, answer->since_ns);
    }
}

static void say_subscription(struct sentence *sentence, const struct why_answer *answer) {
    say_state(sentence, answer, "was not subscribed when the message was published,");
}

static void say_down(struct sentence *sentence, const struct why_answer *answer) {
    say_state(sentence, answer, "was down when the message was published,");
}

/** It came back, and nothing came of that. */
static void say_return(struct sentence *sentence, const struct why_answer *answer) {
    if (answer->back_ns >= 0) {
        say(sentence, "; it was back at ");
        say_time(sentence, answer->back_ns);
        if (answer->silence != WHY_SILENCE_NONE) {
            say(sentence, ", and ");
            say_silence(sentence, answer);
        }
    }
}

static void say_crash(struct sentence *sentence, const struct why_answer *answer) {
    say_state(sentence, answer, "stopped");
    say(sentence, ", before a copy could come");
    say_return(sentence, answer);
}

static void say_leave(struct sentence *sentence, const struct why_answer *answer) {
    say_state(sentence, answer, "unsubscribed");
    if (answer->ignored == REASON_NONE) {
        say(sentence, ", before a copy could come");
    } else {
        say(sentence, ", and a copy that came was thrown away (%s)",
            trace_reason_name((enum trace_reason)answer->ignored));
    }
    say_return(sentence, answer);
}

static void say_ignored(struct sentence *sentence, const struct why_answer *answer) {
    say(sentence, "a copy came, and it was thrown away (%s)",
        trace_reason_name((enum trace_reason)answer->ignored));
}

static void say_seen(struct sentence *sentence, const struct why_answer *answer) {
    say(sentence,
        "a copy came from node %" PRIu32 ", and the router took it for one it had seen before",
        answer->culprit);
    say_quirk(sentence, answer->quirk);
}

static void say_path(struct sentence *sentence, const struct why_answer *answer) {
    say(sentence, "no way leads to it from the %" PRIu32 " %s that had the message",
        answer->holder_count, figure_noun(answer->holder_count, "node", "nodes"));
}

static void say_links(struct sentence *sentence, const struct why_answer *answer) {
    uint32_t holders = count_holders(answer);
    say(sentence, "its links to the %" PRIu32 " %s that had it were down", holders,
        figure_noun(holders, "neighbour", "neighbours"));
    if (answer->silence != WHY_SILENCE_NONE) {
        say(sentence, " then, and later ");
        say_silence(sentence, answer);
    }
}

static void say_outside(struct sentence *sentence, const struct why_answer *answer) {
    uint32_t holders = count_holders(answer);
    if (holders == 1) {
        say(sentence,
            "it was not in the mesh of node %" PRIu32 ", the only neighbour that had the message",
            answer->culprit);
    } else {
        say(sentence,
            "it was in the mesh of none of the %" PRIu32 " neighbours that had the message",
            holders);
    }
    say_obstacle(sentence, answer);
    say(sentence, ", and ");
    say_silence(sentence, answer);
}

static void say_unforwarded(struct sentence *sentence, const struct why_answer *answer) {
    say(sentence, "node %" PRIu32 " had it in its mesh, and did not pass the message on",
        answer->culprit);
    say_role(sentence, answer);
}

static void say_copies(struct sentence *sentence, const struct why_answer *answer) {
    uint32_t copies = count_stage(answer);
    if (copies == 1) {
        say(sentence, "the only copy sent to it, from node %" PRIu32 ", ", answer->culprit);
    } else {
        say(sentence, "none of the %" PRIu32 " copies for it got through: ", copies);
    }
    say_fates(sentence, answer);
    say(sentence, ", and ");
    say_silence(sentence, answer);
}

static void say_ihave(struct sentence *sentence, const struct why_answer *answer) {
    uint32_t count = count_stage(answer);
    say_push(sentence, answer);
    if (count == 1) {
        say(sentence, "the IHAVE of node %" PRIu32 " that told it of the message ",
            answer->culprit);
    } else {
        say(sentence,
            "none of the %" PRIu32 " IHAVE of node %" PRIu32
            " that told it of the message got through: ",
            count, answer->culprit);
    }
    say_fates(sentence, answer);
}

static void say_unasked(struct sentence *sentence, const struct why_answer *answer) {
    say_push(sentence, answer);
    say(sentence, "the IHAVE of node %" PRIu32 " came, and it did not ask for the message",
        answer->culprit);
}

static void say_iwant(struct sentence *sentence, const struct why_answer *answer) {
    say_push(sentence, answer);
    uint32_t count = count_stage(answer);
    if (count == 1) {
        say(sentence, "its IWANT to node %" PRIu32 " ", answer->culprit);
    } else {
        say(sentence, "none of its %" PRIu32 " IWANT to node %" PRIu32 " got through: ", count,
            answer->culprit);
    }
    say_fates(sentence, answer);
}

static void say_unanswered(struct sentence *sentence, const struct why_answer *answer) {
    say_push(sentence, answer);
    say(sentence, "its IWANT to node %" PRIu32 " came and was not answered", answer->culprit);
    say_quirk(sentence, answer->quirk);
    say_role(sentence, answer);
    if (answer->has_rules && answer->quirk == NULL && answer->role == WHY_ROLE_COUNT) {
        say(sentence, ": it had left the message cache");
    }
}

static void say_answer(struct sentence *sentence, const struct why_answer *answer) {
    say_push(sentence, answer);
    uint32_t count = count_stage(answer);
    if (count == 1) {
        say(sentence, "the answer of node %" PRIu32 " to its IWANT ", answer->culprit);
    } else {
        say(sentence,
            "none of the %" PRIu32 " answers of node %" PRIu32 " to its IWANT got through: ", count,
            answer->culprit);
    }
    say_fates(sentence, answer);
}

static void say_unknown(struct sentence *sentence, const struct why_answer *answer) {
    (void)answer;
    say(sentence, "a trace that holds deliveries alone does not say why");
}

/** For the reasons of what is missing. */
static void (*const say_reason[WHY_REASON_COUNT])(struct sentence *sentence,
                                                  const struct why_answer *answer) = {
    [WHY_NOT_SUBSCRIBED] = say_subscription,
    [WHY_NODE_DOWN] = say_down,
    [WHY_CRASHED] = say_crash,
    [WHY_LEFT_TOPIC] = say_leave,
    [WHY_IGNORED] = say_ignored,
    [WHY_SEEN_BEFORE] = say_seen,
    [WHY_NO_PATH] = say_path,
    [WHY_LINKS_DOWN] = say_links,
    [WHY_OUTSIDE_MESHES] = say_outside,
    [WHY_NOT_FORWARDED] = say_unforwarded,
    [WHY_COPY_FAILED] = say_copies,
    [WHY_IHAVE_FAILED] = say_ihave,
    [WHY_NOT_ASKED] = say_unasked,
    [WHY_IWANT_FAILED] = say_iwant,
    [WHY_IWANT_UNANSWERED] = say_unanswered,
    [WHY_ANSWER_FAILED] = say_answer,
    [WHY_UNKNOWN] = say_unknown,
};

static void say_missing(struct sentence *sentence, const struct why_answer *answer) {
    say(sentence, "Node %" PRIu32 " did not get message %" PRIu32 ": ", answer->question.node,
        answer->question.message);
    if (answer->focus != answer->question.node) {
        say(sentence,
            "nobody next to it had it; the nearest node next to one that had is node %" PRIu32
            ", and there: ",
            answer->focus);
    }
    say_reason[answer->reason](sentence, answer);
}

const char *why_sentence(const struct why_answer *answer, char out[WHY_SENTENCE_SIZE]) {
    struct sentence sentence = {.text = out};
    out[0] = '\0';
    if (answer->reason == WHY_DELIVERED) {
        say_delivery(&sentence, answer);
    } else if (answer->reason == WHY_PUBLISHER) {
        say(&sentence, "Node %" PRIu32 " published message %" PRIu32 " itself, at ",
            answer->question.node, answer->question.message);
        say_time(&sentence, answer->published_ns);
    } else if (answer->reason == WHY_NOT_PUBLISHED) {
        say(&sentence,
            "Nobody got message %" PRIu32
            ": it was not published, as no node was up that could have done it",
            answer->question.message);
    } else {
        say_missing(&sentence, answer);
    }
    say(&sentence, ".");
    return out;
}
