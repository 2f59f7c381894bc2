// Why a holder's gossip passed the node of a pair over, heartbeat by heartbeat.
//
// A heartbeat leaves no record of its own. What it sends does: an IHAVE that names the message and
// goes to others tells that there was one, and what the node was to the holder at that instant
// tells why it got none. A holder that told nobody at all leaves only how long the node was what.
#include "analysis/why_parts.h"

/** What the node of a pair is to its holder's gossip at present. */
static enum why_chance chance_now(const struct why_pair *pair) {
    return !pair->holder_linked || !pair->node_linked ? WHY_CHANCE_UNLINKED
           : pair->in_mesh || pair->in_fanout         ? WHY_CHANCE_IN_MESH
           : pair->unlisted                           ? WHY_CHANCE_UNLISTED
                                                      : WHY_CHANCE_OPEN;
}

/** Counts the heartbeat that has been seen last, if there is one. */
static void settle(const struct why_evidence *evidence, struct why_pair *pair) {
    if (pair->beat_ns < 0) {
        return;
    }
    // Who tells fewer than it might has told all that it knows of.
    const struct why_rules *rules = why_rules_of(evidence->setting, pair->holder);
    bool all_told = rules != NULL && pair->beat_told < rules->told_all_below;
    enum why_chance chance = pair->beat_chance;
    chance = chance == WHY_CHANCE_OPEN && all_told ? WHY_CHANCE_UNLISTED : chance;
    pair->facts.chances[chance]++;
    pair->beat_ns = -1;
}

void why_tells_other(const struct why_evidence *evidence, struct why_pair *pair, int64_t at_ns) {
    if (pair->beat_ns != at_ns) {
        settle(evidence, pair);
        pair->beat_ns = at_ns;
        pair->beat_told = 0;
        pair->beat_chance = chance_now(pair);
    }
    pair->beat_told++;
}

void why_spend(const struct why_evidence *evidence, struct why_pair *pair, int64_t until_ns) {
    int64_t since_ns = pair->spent_ns > pair->facts.had_ns ? pair->spent_ns : pair->facts.had_ns;
    pair->spent_ns = until_ns;
    if (pair->facts.had_ns < 0) {
        return;
    }
    const struct why_rules *rules = why_rules_of(evidence->setting, pair->holder);
    bool bounded = rules != NULL && rules->gossip_ns > 0;
    int64_t last_ns = bounded ? pair->facts.had_ns + rules->gossip_ns : until_ns;
    int64_t end_ns = until_ns < last_ns ? until_ns : last_ns;
    if (end_ns > since_ns) {
        pair->facts.spent_ns[chance_now(pair)] += end_ns - since_ns;
    }
}

int64_t why_end_of(const struct why_evidence *evidence) {
    const struct why_survey *survey = evidence->survey;
    int64_t duration_ns = survey->cut ? 0 : evidence->setting->duration_ns;
    return duration_ns > survey->end_ns ? duration_ns : survey->end_ns;
}

void why_end_chances(struct why_evidence *evidence) {
    for (uint32_t i = 0; i < evidence->pair_count; i++) {
        settle(evidence, &evidence->pairs[i]);
        why_spend(evidence, &evidence->pairs[i], why_end_of(evidence));
    }
}

enum why_chance why_chance_spent(const struct why_neighbour *facts, int64_t heartbeat_ns) {
    if (facts->spent_ns[WHY_CHANCE_OPEN] >= heartbeat_ns) {
        return WHY_CHANCE_OPEN;
    }
    enum why_chance most = WHY_CHANCE_OPEN;
    for (enum why_chance chance = WHY_CHANCE_IN_MESH; chance < WHY_CHANCES; chance++) {
        most = facts->spent_ns[chance] > facts->spent_ns[most] ? chance : most;
    }
    return most;
}
