// An answer of `why` as lines: the sentence, then the chain.
#include "analysis/why_output.h"

#include "analysis/figure_text.h"
#include "base/check.h"
#include "base/quantity.h"

#include <inttypes.h>

/** What became of an RPC, by stage and fate, as its sender or its receiver would say. */
static const char *const rpc_texts[WHY_STAGES][WHY_FATES] = {
    [WHY_STAGE_COPY] = {"sends it", "sends it: lost", "does not send it: sent before (sent cache)",
                        "skips a copy: handled before (received cache)",
                        "a copy comes over a link that is down", "sends it: not handled at the end",
                        "sends it: the peer stands still", "sends it: not handled when it stopped",
                        "gets it"},
    [WHY_STAGE_IHAVE] = {"tells of it (IHAVE)", "tells of it (IHAVE): lost",
                         "does not tell of it: told before (sent cache)",
                         "skips an IHAVE: handled before (received cache)",
                         "an IHAVE comes over a link that is down",
                         "tells of it (IHAVE): not handled at the end",
                         "tells of it (IHAVE): the peer stands still",
                         "tells of it (IHAVE): not handled when it stopped", "hears of it (IHAVE)"},
    [WHY_STAGE_IWANT] = {"asks for it (IWANT)", "asks for it (IWANT): lost",
                         "does not ask for it: asked before (sent cache)",
                         "skips an IWANT: handled before (received cache)",
                         "an IWANT comes over a link that is down",
                         "asks for it (IWANT): not handled at the end",
                         "asks for it (IWANT): the peer stands still",
                         "asks for it (IWANT): not handled when it stopped",
                         "is asked for it (IWANT)"},
    [WHY_STAGE_ANSWER] = {"answers with it", "answers with it: lost",
                          "does not answer with it: sent before (sent cache)",
                          "skips an answer: handled before (received cache)",
                          "an answer comes over a link that is down",
                          "answers with it: not handled at the end",
                          "answers with it: the peer stands still",
                          "answers with it: not handled when it stopped", "gets the answer"},
};

static const char *had_text(const struct why_step *step) {
    return !step->known    ? "has it"
           : !step->linked ? "has it; the link to the peer is down"
           : step->in_mesh ? "has it; the peer is in its mesh"
                           : "has it; the peer is not in its mesh";
}

/** A SUB, GRAFT or PRUNE that was lost. */
static void write_lost(const struct why_step *step, char out[WHY_WORDS_SIZE]) {
    bool dropped = step->cause != CAUSE_NONE;
    snprintf(out, WHY_WORDS_SIZE, "sends its %s: lost%s%s%s",
             step->what == WHY_WHAT_SUB_LOST     ? "SUB"
             : step->what == WHY_WHAT_GRAFT_LOST ? "GRAFT"
                                                 : "PRUNE",
             dropped ? " (" : "", dropped ? trace_cause_name((enum trace_cause)step->cause) : "",
             dropped ? ")" : "");
}

const char *why_step_words(const struct why_step *step, char out[WHY_WORDS_SIZE]) {
    static const char *const texts[WHY_WHAT_COUNT] = {
        [WHY_WHAT_PUBLISHED] = "publishes it",
        [WHY_WHAT_DUPLICATE] = "gets a further copy",
        [WHY_WHAT_STARTED] = "starts",
        [WHY_WHAT_STOPPED] = "stops",
        [WHY_WHAT_PAUSED] = "stands still",
        [WHY_WHAT_RESUMED] = "goes on",
        [WHY_WHAT_JOINED] = "subscribes",
        [WHY_WHAT_LEFT] = "unsubscribes",
        [WHY_WHAT_LINK_UP] = "has a link to the peer again",
        [WHY_WHAT_LINK_DOWN] = "loses the link to the peer",
        [WHY_WHAT_GRAFT_HELD_BACK] = "does not send its GRAFT: sent before (sent cache)",
        [WHY_WHAT_GRAFT_SKIPPED] = "skips a GRAFT: handled before (received cache)",
        [WHY_WHAT_SUB_HELD_BACK] = "does not send its SUB: sent before (sent cache)",
        [WHY_WHAT_SUB_SKIPPED] = "skips a SUB: handled before (received cache)",
    };
    const char *reason = trace_reason_name((enum trace_reason)step->reason);
    const char *cause = trace_cause_name((enum trace_cause)step->cause);
    bool dropped = step->fate == WHY_FATE_LOST && step->cause != CAUSE_NONE;
    switch ((enum why_what)step->what) {
    case WHY_WHAT_HAD:
        snprintf(out, WHY_WORDS_SIZE, "%s", had_text(step));
        break;
    case WHY_WHAT_RPC:
        snprintf(out, WHY_WORDS_SIZE, "%s%s%s%s", rpc_texts[step->stage][step->fate],
                 dropped ? " (" : "", dropped ? cause : "", dropped ? ")" : "");
        break;
    case WHY_WHAT_DELIVERED:
        snprintf(out, WHY_WORDS_SIZE, "gets it (%s)", reason);
        break;
    case WHY_WHAT_IGNORED:
        snprintf(out, WHY_WORDS_SIZE, "throws a copy away (%s)", reason);
        break;
    case WHY_WHAT_GRAFT_REFUSED:
        snprintf(out, WHY_WORDS_SIZE, "refuses the peer's GRAFT (%s)", reason);
        break;
    case WHY_WHAT_PRUNED:
        snprintf(out, WHY_WORDS_SIZE, "takes the peer out of its mesh (%s)", reason);
        break;
    case WHY_WHAT_SUB_LOST:
    case WHY_WHAT_GRAFT_LOST:
    case WHY_WHAT_PRUNE_LOST:
        write_lost(step, out);
        break;
    case WHY_WHAT_GRAFT_HELD_BACK:
    case WHY_WHAT_GRAFT_SKIPPED:
    case WHY_WHAT_SUB_HELD_BACK:
    case WHY_WHAT_SUB_SKIPPED:
    case WHY_WHAT_PUBLISHED:
    case WHY_WHAT_DUPLICATE:
    case WHY_WHAT_STARTED:
    case WHY_WHAT_STOPPED:
    case WHY_WHAT_PAUSED:
    case WHY_WHAT_RESUMED:
    case WHY_WHAT_JOINED:
    case WHY_WHAT_LEFT:
    case WHY_WHAT_LINK_UP:
    case WHY_WHAT_LINK_DOWN:
    case WHY_WHAT_COUNT:
        CHECK(step->what < WHY_WHAT_COUNT);
        snprintf(out, WHY_WORDS_SIZE, "%s", texts[step->what]);
        break;
    }
    return out;
}

static void write_step(const struct why_step *step, FILE *out) {
    char words[WHY_WORDS_SIZE];
    char delay[FIGURE_TEXT_SIZE];
    char peer[FIGURE_TEXT_SIZE] = "-";
    if (step->peer != TRACE_NONE) {
        snprintf(peer, sizeof peer, "%" PRIu32, step->peer);
    }
    fprintf(out, "%8" PRId64 ".%09" PRId64 " %7" PRIu32 " %7s  %s", step->at_ns / NS_PER_S,
            step->at_ns % NS_PER_S, step->node, peer, why_step_words(step, words));
    if (step->what == WHY_WHAT_DUPLICATE && step->delay_ns == 0) {
        fputs(", at the same instant", out);
    } else if (step->what == WHY_WHAT_DUPLICATE && step->delay_ns > 0) {
        fprintf(out, ", %s after the first", figure_duration(step->delay_ns, delay));
    } else if (step->delay_ns >= 0) {
        fprintf(out, ", %s after it was sent", figure_duration(step->delay_ns, delay));
    }
    fputc('\n', out);
}

void why_write_text(const struct why_answer *answer, FILE *out) {
    char sentence[WHY_SENTENCE_SIZE];
    fprintf(out, "%s\n", why_sentence(answer, sentence));
    if (answer->step_count > 0) {
        fprintf(out, "\n#%17s %7s %7s  %s\n", "seconds", "node", "peer", "what");
    }
    for (uint32_t i = 0; i < answer->step_count; i++) {
        write_step(&answer->steps[i], out);
    }
    if (answer->steps_left_out > 0) {
        fprintf(out, "# %" PRIu64 " more\n", answer->steps_left_out);
    }
}
