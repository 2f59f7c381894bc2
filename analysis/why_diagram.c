// An answer of `why` as a sequence diagram.
#include "analysis/why_output.h"

#include "analysis/figure_sheet.h"
#include "analysis/figure_text.h"
#include "base/quantity.h"

#include <inttypes.h>

/** The short text of a step in a diagram; NULL for one that is not drawn. */
static const char *short_text(const struct why_step *step) {
    static const char *const sent[WHY_STAGES] = {"copy", "IHAVE", "IWANT", "answer"};
    static const char *const lost[WHY_STAGES] = {"copy lost", "IHAVE lost", "IWANT lost",
                                                 "answer lost"};
    static const char *const suppressed[WHY_STAGES] = {"copy held back", "IHAVE held back",
                                                       "IWANT held back", "answer held back"};
    static const char *const skipped[WHY_STAGES] = {"copy skipped", "IHAVE skipped",
                                                    "IWANT skipped", "answer skipped"};
    static const char *const unread[WHY_STAGES] = {"copy unread", "IHAVE unread", "IWANT unread",
                                                   "answer unread"};
    static const char *const unhandled[WHY_STAGES] = {"copy not handled", "IHAVE not handled",
                                                      "IWANT not handled", "answer not handled"};
    switch ((enum why_fate)step->fate) {
    case WHY_FATE_LOST:
        return lost[step->stage];
    case WHY_FATE_SUPPRESSED:
        return suppressed[step->stage];
    case WHY_FATE_SKIPPED:
        return skipped[step->stage];
    case WHY_FATE_UNREAD:
        return unread[step->stage];
    case WHY_FATE_UNHANDLED:
    case WHY_FATE_PAUSED:
    case WHY_FATE_STOPPED:
        return unhandled[step->stage];
    case WHY_FATE_SENT:
    case WHY_FATE_CAME:
    case WHY_FATES:
        return sent[step->stage];
    }
    return NULL;
}

/** An RPC that is still under way, or never was, or that came to its end here. */
static bool rpc_arrow(const struct why_step *step, struct why_arrow *arrow) {
    bool ends_here = step->delay_ns >= 0; // its receiver says so
    arrow->text = short_text(step);
    arrow->arrives = step->fate == WHY_FATE_CAME;
    arrow->came_ns = step->at_ns;
    arrow->sent_ns = ends_here ? step->at_ns - step->delay_ns : step->at_ns;
    arrow->from = ends_here ? step->peer : step->node;
    arrow->to = ends_here ? step->node : step->peer;
    // What is only sent is drawn when it comes, or not at all if it never does.
    return step->fate != WHY_FATE_SENT;
}

/** What a node did by itself. */
static const char *state_text(const struct why_step *step) {
    return step->what == WHY_WHAT_STARTED   ? "starts"
           : step->what == WHY_WHAT_STOPPED ? "stops"
           : step->what == WHY_WHAT_PAUSED  ? "stands still"
           : step->what == WHY_WHAT_RESUMED ? "goes on"
           : step->what == WHY_WHAT_JOINED  ? "subscribes"
                                            : "unsubscribes";
}

/** What stood between a neighbour that had the message and the node. */
static const char *had_text(const struct why_step *step) {
    return !step->known || (step->linked && step->in_mesh) ? "has it"
           : !step->linked                                 ? "has it, link down"
                                                           : "has it, no mesh";
}

/** Of control RPCs that come to nothing. */
static const char *futile_text(const struct why_step *step) {
    return step->what == WHY_WHAT_GRAFT_REFUSED     ? "GRAFT refused"
           : step->what == WHY_WHAT_GRAFT_SKIPPED   ? "GRAFT skipped"
           : step->what == WHY_WHAT_SUB_SKIPPED     ? "SUB skipped"
           : step->what == WHY_WHAT_GRAFT_HELD_BACK ? "GRAFT held back"
           : step->what == WHY_WHAT_SUB_HELD_BACK   ? "SUB held back"
           : step->what == WHY_WHAT_GRAFT_LOST      ? "GRAFT lost"
           : step->what == WHY_WHAT_PRUNE_LOST      ? "PRUNE lost"
                                                    : "SUB lost";
}

static bool step_arrow(const struct why_step *step, struct why_arrow *arrow) {
    int64_t delay_ns = step->delay_ns < 0 ? 0 : step->delay_ns;
    *arrow = (struct why_arrow){
        .sent_ns = step->at_ns - delay_ns,
        .came_ns = step->at_ns,
        .from = step->peer,
        .to = step->node,
        .arrives = true,
        .first = step->on_path,
    };
    switch ((enum why_what)step->what) {
    case WHY_WHAT_RPC:
        return rpc_arrow(step, arrow);
    case WHY_WHAT_DELIVERED:
        arrow->text = step->reason == REASON_REQUESTED ? "answer" : "copy";
        return true;
    case WHY_WHAT_DUPLICATE:
        arrow->text = "further copy";
        arrow->sent_ns = step->at_ns;
        return true;
    case WHY_WHAT_IGNORED:
        arrow->text = "copy thrown away";
        arrow->arrives = false;
        return true;
    case WHY_WHAT_GRAFT_REFUSED:
    case WHY_WHAT_GRAFT_SKIPPED:
    case WHY_WHAT_SUB_SKIPPED:
        arrow->text = futile_text(step);
        arrow->arrives = false;
        return true;
    case WHY_WHAT_GRAFT_HELD_BACK:
    case WHY_WHAT_SUB_HELD_BACK:
    case WHY_WHAT_SUB_LOST:
    case WHY_WHAT_GRAFT_LOST:
    case WHY_WHAT_PRUNE_LOST:
        arrow->text = futile_text(step);
        arrow->from = step->node;
        arrow->to = step->peer;
        arrow->arrives = false;
        return true;
    case WHY_WHAT_PRUNED:
        arrow->text = "PRUNE";
        arrow->from = step->node;
        arrow->to = step->peer;
        return true;
    case WHY_WHAT_PUBLISHED:
        arrow->text = "publishes";
        arrow->from = step->node;
        return true;
    case WHY_WHAT_HAD:
        arrow->text = had_text(step);
        arrow->from = step->node;
        return true;
    case WHY_WHAT_STARTED:
    case WHY_WHAT_STOPPED:
    case WHY_WHAT_PAUSED:
    case WHY_WHAT_RESUMED:
    case WHY_WHAT_JOINED:
    case WHY_WHAT_LEFT:
        arrow->text = state_text(step);
        arrow->from = step->node;
        return true;
    case WHY_WHAT_LINK_UP:
    case WHY_WHAT_LINK_DOWN:
    case WHY_WHAT_COUNT:
        return false;
    }
    return false;
}

uint32_t why_arrows(const struct why_answer *answer, struct why_arrow *arrows) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < answer->step_count && count < WHY_ARROWS_MAX; i++) {
        bool early = answer->steps[i].at_ns < answer->published_ns; // GRAFTs of before
        if (!early && step_arrow(&answer->steps[i], &arrows[count])) {
            bool known = arrows[count].from != TRACE_NONE && arrows[count].to != TRACE_NONE;
            count += known;
        }
    }
    return count;
}

/** The nodes of a diagram, in the order in which they appear; returns how many. */
static uint32_t list_nodes(const struct why_arrow *arrows, uint32_t count, uint32_t *nodes) {
    uint32_t node_count = 0;
    for (uint32_t i = 0; i < 2 * count; i++) {
        uint32_t node = i % 2 == 0 ? arrows[i / 2].from : arrows[i / 2].to;
        uint32_t place = 0;
        while (place < node_count && nodes[place] != node) {
            place++;
        }
        if (place == node_count) {
            nodes[node_count++] = node;
        }
    }
    return node_count;
}

void why_write_mermaid(const struct why_answer *answer, FILE *out) {
    struct why_arrow arrows[WHY_ARROWS_MAX];
    uint32_t nodes[2 * WHY_ARROWS_MAX + 1];
    char sentence[WHY_SENTENCE_SIZE];
    char delay[FIGURE_TEXT_SIZE];
    uint32_t count = why_arrows(answer, arrows);
    uint32_t node_count = list_nodes(arrows, count, nodes);
    fprintf(out, "%%%% %s\nsequenceDiagram\n", why_sentence(answer, sentence));
    for (uint32_t i = 0; i < node_count; i++) {
        fprintf(out, "    participant n%" PRIu32 " as node %" PRIu32 "\n", nodes[i], nodes[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct why_arrow *arrow = &arrows[i];
        double at_s = (double)arrow->came_ns / (double)NS_PER_S;
        if (arrow->from == arrow->to) {
            fprintf(out, "    Note over n%" PRIu32 ": %.3f s: %s\n", arrow->to, at_s, arrow->text);
            continue;
        }
        fprintf(out, "    n%" PRIu32 "%sn%" PRIu32 ": %.3f s: %s", arrow->from,
                arrow->arrives ? arrow->first ? "->>" : "-->>" : "-x", arrow->to, at_s,
                arrow->text);
        if (arrow->sent_ns < arrow->came_ns) {
            fprintf(out, ", %s", figure_duration(arrow->came_ns - arrow->sent_ns, delay));
        }
        fputc('\n', out);
    }
}
