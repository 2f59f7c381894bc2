/**
 * The departures of the nim-libp2p router of July 2020 from the specification, each with a name.
 *
 * gossipsub is one state machine. Where the 2020 router differs from the libp2p specification, the
 * code asks for one quirk by its name; a profile is nothing but a protocol and a set of quirks, and
 * no code asks for a profile. The table says of each departure what it is, which profile has it,
 * and, of those that no switch can bring back, why not.
 *
 *     quirk_rows[]  ──▶ `router.quirks` of a scenario ──▶ quirk set ──▶ quirk_in(set, QUIRK_…)
 *                   ──▶ `gossim quirks`, `gossim ablate`
 *
 * Source: SEED.md §4 (numbers Q1 … Q72), §2, §3.
 */
#ifndef GOSSIM_ROUTER_QUIRKS_H
#define GOSSIM_ROUTER_QUIRKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The departures that have a switch: bits of a quirk set. The order is that of the table. */
enum quirk {
    QUIRK_GRAFT_LIMIT_BY_TOPICS,
    QUIRK_REFUSED_GRAFT_UNANSWERED,
    QUIRK_FILL_BEYOND_D,
    QUIRK_MOVER_FORGETS,
    QUIRK_MOVER_FORGETS_UNCONNECTED,
    QUIRK_REBALANCE_ON_SUBSCRIPTION,
    QUIRK_REFILL_BELOW_D_LOW,
    QUIRK_UNSUB_KEEPS_MESH,
    QUIRK_PRUNE_FORGETS,
    QUIRK_SENT_CACHE,
    QUIRK_RECEIVED_CACHE,
    QUIRK_UNSUBSCRIBE_SILENT,
    QUIRK_UNSUBSCRIBE_KEEPS_TOPIC,
    QUIRK_LEFT_TOPIC_BROKEN,
    QUIRK_ANY_HANDLER_LEAVES,
    QUIRK_TOPICS_GAUGE_COUNTS_CALLS,
    QUIRK_SUBSCRIBE_WAITS,
    QUIRK_RESUBSCRIBE_ANNOUNCES,
    QUIRK_HANDLERS_SKIPPED,
    QUIRK_OWN_MESSAGE_UNSEEN,
    QUIRK_FLOOD_PEERS_UNSERVED,
    QUIRK_PUBLISHED_COUNTS_UNSENT,
    QUIRK_FANOUT_NOT_RANDOM,
    QUIRK_FANOUT_REFILL_BELOW_D_LOW,
    QUIRK_FANOUT_NEVER_EXPIRES,
    QUIRK_FANOUT_SURVIVES_JOIN,
    QUIRK_FANOUT_UNCONNECTED,
    QUIRK_RANDOM_SEQNO,
    QUIRK_READ_LIMIT,
    QUIRK_ECHO,
    QUIRK_FORWARD_WHOLE_RPC,
    QUIRK_FORWARDED_NOT_CACHED,
    QUIRK_SEEN_BEFORE_VALIDATION,
    QUIRK_KEYLESS_REJECTED,
    QUIRK_READER_WAITS,
    QUIRK_VALIDATES_UNSUBSCRIBED,
    QUIRK_IWANT_UNANSWERED,
    QUIRK_GOSSIP_CAP_OVER_TOPICS,
    QUIRK_GOSSIP_FROM_LEFTOVERS,
    QUIRK_IWANT_ONCE,
    QUIRK_IHAVE_ONCE,
    QUIRK_MCACHE_EXTRA_WINDOW,
    QUIRK_MCACHE_EXPIRES,
    QUIRK_FIRST_BEAT_AT_START,
    QUIRK_MERGE_ENTRIES,
    QUIRK_GARBLE_MESSAGES,
    QUIRK_FIRST_CONTROL_ONLY,
    QUIRK_UNBOUNDED_SUBMESSAGES,
    QUIRK_UNKNOWN_FIELD_ABORTS,
    QUIRK_STRICT_FIELDS,
    QUIRK_REFUSED_PEER_STAYS,
    QUIRK_HELLO_TWICE,
    QUIRK_ABORTED_LINK_STAYS_DOWN,
    QUIRK_FLOOD_OWN_MESSAGE_UNSEEN,
    QUIRK_FLOOD_FORWARDS_WHOLE_RPC,
    QUIRK_FLOOD_EMPTY_UNPUBLISHED,
    QUIRK_TEXT_MESSAGE_ID,
    QUIRK_KEY_ALWAYS_SENT,
    QUIRK_ONE_REPLY,
    QUIRK_METRICS_BUILD,
    QUIRK_COUNT,
};

_Static_assert(QUIRK_COUNT <= 64, "a quirk set is one word");

static inline uint64_t quirk_bit(enum quirk quirk) {
    return UINT64_C(1) << quirk;
}

static inline bool quirk_in(uint64_t set, enum quirk quirk) {
    return (set & quirk_bit(quirk)) != 0;
}

/** One departure. */
struct quirk_row {
    const char *name;     // in scenarios: lower case and '_'; "" for one without a switch
    const char *number;   // SEED.md's, as `Q5`; "§3.7" for one that has none
    bool major;           // changes results in ordinary runs of the 2020 router alone (★)
    bool in_nim_2020;     // the profile nim-2020 has it
    enum quirk quirk;     // QUIRK_COUNT without a switch
    const char *sentence; // what the 2020 router does, in one sentence
    const char *reason;   // why there is no switch; NULL when there is one
};

extern const struct quirk_row quirk_rows[]; // in the order of SEED.md §4, the unnumbered ones last
extern const size_t quirk_row_count;

/** The row of a switch. */
const struct quirk_row *quirk_row_of(enum quirk quirk);

/** The quirk of a name, or QUIRK_COUNT. */
enum quirk quirk_find(const char *name);

/** All quirks that the profile nim-2020 has. */
uint64_t quirks_of_nim_2020(void);

#endif
