/**
 * Why a node got a message when it did, or did not: an answer with its evidence, from a trace.
 *
 * The trace is gone through twice. The first time tells who had the message, when and from whom
 * (why_survey.c). From that follow the pairs of nodes that matter, each a holder, which had the
 * message or might have had it, and a node that it could have given it to: the hops of the first
 * copy's way, and the neighbours of the node in focus. That is the node asked about; if it got
 * nothing and nobody next to it had anything, it is the nearest node that was next to somebody who
 * had. The second time tells what passed between the two ends of each pair (why_pairs.c), as steps.
 * What is known then makes the reason (why_verdict.c).
 *
 *     publisher ──▶ … ──▶ parent ──▶ node        the way of the first copy: a pair for each hop
 *                      neighbour ──▶ focus       a pair for each neighbour, with what it did:
 *                         copy, IHAVE ──▶ , ◀── IWANT, answer ──▶
 *
 * What an IHAVE names beside its first message a record does not say, but it follows: IHAVE names
 * all that its sender holds of the topic from the first on, in the order in which it got them. So
 * it names the message unless the first one came after the message. An IWANT that is sent at the
 * instant at which such an IHAVE is handled asks for the message, as the node lacks it.
 *
 * Limits: of a message with several topics the first counts; an IHAVE whose first entry is about
 * another topic is not looked into. An RPC of several messages counts as one that may hold it.
 * Memory: some 40 bytes for each node, the trace's links, and for each pair what its holder got
 * since; steps up to WHY_STEPS_MAX. Nothing is kept of other records.
 */
#ifndef GOSSIM_ANALYSIS_WHY_H
#define GOSSIM_ANALYSIS_WHY_H

#include "analysis/record_stream.h"
#include "base/arena.h"
#include "base/failure.h"

#include <stdbool.h>
#include <stdint.h>

enum { WHY_STEPS_MAX = 4096 };

/** What routers do by their settings, as far as it may be a reason; bits of why_rules.habits. */
enum why_habit {
    WHY_HABIT_IWANT_UNANSWERED,
    WHY_HABIT_FORWARDED_NOT_CACHED,
    WHY_HABIT_GRAFT_LIMIT,
    WHY_HABIT_SENT_CACHE,
    WHY_HABIT_RECEIVED_CACHE,
    WHY_HABIT_IHAVE_ONCE,
    WHY_HABIT_IWANT_ONCE,
    WHY_HABIT_GOSSIP_LEFTOVERS,
    WHY_HABIT_SEEN_FIRST,
    WHY_HABIT_LINK_STAYS_DOWN,
    WHY_HABIT_COUNT
};

/** Roles as a reason may need them; bits of why_setting.role_masks. */
enum why_role {
    WHY_ROLE_NEVER_FORWARDS,
    WHY_ROLE_CENSORS,
    WHY_ROLE_DROPS,
    WHY_ROLE_NEVER_PUSHES,
    WHY_ROLE_FORWARDS_LATE,
    WHY_ROLE_NEVER_GOSSIPS,
    WHY_ROLE_NEVER_ANSWERS,
    WHY_ROLE_COUNT
};

/** The settings of a group of nodes. */
struct why_rules {
    uint32_t habits; // a bit each
    bool gossips;    // it sends IHAVE at all
    int64_t heartbeat_ns;
    int64_t gossip_ns;       // for so long IHAVE names a message; 0: unknown
    uint32_t told_all_below; // who tells fewer at a heartbeat told all it could; 0: unknown
};

/** A quirk as it is called: `Q37`, `iwant_unanswered`. */
struct why_quirk {
    const char *number;
    const char *name;
};

/** What the scenario says; all of it may be unknown. */
struct why_setting {
    const struct why_rules *rules; // [groups]; NULL: unknown
    const uint16_t *groups;        // [nodes]: of each node; NULL: all are in the first
    struct why_quirk quirks[WHY_HABIT_COUNT];
    uint32_t role_masks[WHY_ROLE_COUNT]; // the bit of each in a TRACE_ROLE record
    const bool *validates; // [topics]: whether validators take their time; NULL: unknown
    bool processes;        // nodes take time over RPCs
    int64_t duration_ns;   // of the run, which may go on after its last record; 0: unknown
};

struct why_question {
    const char *path; // of the trace
    uint32_t message;
    uint32_t node;
};

/** The last link of the chain: what the answer is. Names are those of JSON. */
enum why_reason {
    WHY_DELIVERED,      // it got the message
    WHY_PUBLISHER,      // it published it
    WHY_NOT_PUBLISHED,  // nobody up could publish it
    WHY_NOT_SUBSCRIBED, // the node was not subscribed when it was published
    WHY_NODE_DOWN,      // the node was down then
    WHY_CRASHED,        // it stopped before anything came
    WHY_LEFT_TOPIC,     // it unsubscribed before anything came
    WHY_IGNORED,        // a copy came and was thrown away
    WHY_SEEN_BEFORE,    // a copy came, and the router took it for one seen before
    WHY_NO_PATH,        // no links lead from those who had it to the node
    WHY_LINKS_DOWN,     // the links to all neighbours that had it were down
    WHY_OUTSIDE_MESHES, // no neighbour that had it had the node in its mesh, and none told it
    WHY_NOT_FORWARDED,  // those that had the node in their mesh have a role that passes nothing on
    WHY_COPY_FAILED,    // eager copies were sent, and none came
    WHY_IHAVE_FAILED,   // it was told of the message, and nothing of that came
    WHY_NOT_ASKED,      // an IHAVE came, and the node asked nobody
    WHY_IWANT_FAILED,   // it asked, and that did not come
    WHY_IWANT_UNANSWERED, // its IWANT came, and no answer was sent
    WHY_ANSWER_FAILED,    // an answer was sent, and did not come
    WHY_UNKNOWN,          // a trace of this level does not say
    WHY_REASON_COUNT
};

/** What an RPC of a pair is. */
enum why_stage { WHY_STAGE_COPY, WHY_STAGE_IHAVE, WHY_STAGE_IWANT, WHY_STAGE_ANSWER, WHY_STAGES };

/** What became of it. */
enum why_fate {
    WHY_FATE_SENT,       // nothing yet: it is on its way when the run ends
    WHY_FATE_LOST,       // random loss, or dropped for a cause
    WHY_FATE_SUPPRESSED, // the sent cache has it
    WHY_FATE_SKIPPED,    // the received cache has it
    WHY_FATE_UNREAD,     // it came over a link that nobody reads any more
    WHY_FATE_UNHANDLED,  // nothing yet: it is on its way or in hand when the run ends
    WHY_FATE_PAUSED,     // nothing yet, as its receiver stands still
    WHY_FATE_STOPPED,    // nothing, and then its receiver stopped
    WHY_FATE_CAME,
    WHY_FATES
};

/** Why gossip did not tell a node of the message. */
enum why_silence {
    WHY_SILENCE_NONE,       // it did
    WHY_SILENCE_NOT_DRAWN,  // it could have been drawn for IHAVE, and others were
    WHY_SILENCE_NOT_CACHED, // the neighbours do not cache what they forward
    WHY_SILENCE_ROLE,       // their role keeps them from it
    WHY_SILENCE_OFF,        // they send no IHAVE at all
    WHY_SILENCE_IN_MESH,    // it was in their meshes at the heartbeats, and IHAVE goes to others
    WHY_SILENCE_RUN_ENDED,  // no heartbeat came any more
    WHY_SILENCE_LEFTOVERS,  // gossip goes to those that were never candidates for a mesh
    WHY_SILENCE_UNLISTED,   // they told all subscribers they knew of, and it was none of these
    WHY_SILENCE_UNLINKED,   // the links were down at the heartbeats
    WHY_SILENCE_TOLD_NOBODY,
    WHY_SILENCES
};

/** What the node is to a holder's gossip at a heartbeat. */
enum why_chance {
    WHY_CHANCE_OPEN,    // it may be drawn
    WHY_CHANCE_IN_MESH, // or in the fanout: IHAVE goes to others
    WHY_CHANCE_UNLISTED,
    WHY_CHANCE_UNLINKED,
    WHY_CHANCES
};

/** One line of the chain. */
enum why_what {
    WHY_WHAT_PUBLISHED,
    WHY_WHAT_HAD, // node: a neighbour; peer: the node in focus; it had the message from now on
    WHY_WHAT_RPC, // stage, fate
    WHY_WHAT_DELIVERED, // node: at last; peer: from whom
    WHY_WHAT_DUPLICATE, // a further copy; delay: after the first one
    WHY_WHAT_IGNORED,   // reason
    WHY_WHAT_STARTED,
    WHY_WHAT_STOPPED,
    WHY_WHAT_JOINED,
    WHY_WHAT_LEFT,
    WHY_WHAT_LINK_UP,
    WHY_WHAT_LINK_DOWN,
    WHY_WHAT_GRAFT_REFUSED,   // node refuses peer; reason
    WHY_WHAT_GRAFT_HELD_BACK, // by the sent cache
    WHY_WHAT_GRAFT_SKIPPED,   // by the received cache
    WHY_WHAT_SUB_HELD_BACK,
    WHY_WHAT_SUB_SKIPPED,
    WHY_WHAT_SUB_LOST,   // cause
    WHY_WHAT_GRAFT_LOST, // cause
    WHY_WHAT_PRUNE_LOST, // cause; node: a neighbour, which pruned the peer
    WHY_WHAT_PRUNED,     // node prunes peer; reason
    WHY_WHAT_PAUSED,
    WHY_WHAT_RESUMED,
    WHY_WHAT_COUNT
};

struct why_step {
    int64_t at_ns;
    int64_t delay_ns; // of what came, since it was sent; -1: none
    uint32_t node;
    uint32_t peer; // or TRACE_NONE
    uint8_t what;
    uint8_t stage;
    uint8_t fate;
    uint8_t cause;  // enum trace_cause, of what was dropped; CAUSE_NONE: random loss
    uint8_t reason; // enum trace_reason
    bool known;     // HAD: the trace tells of links and meshes, and so what comes next
    bool linked;    // HAD: the link was up
    bool in_mesh;   // HAD: the holder had the focus in its mesh, or fanout
    bool on_path;   // of the way of the first copy
};

/** One neighbour of the node in focus. */
struct why_neighbour {
    uint32_t node;
    bool had;                // the message, while nothing had come to the focus
    bool linked;             // when it got it
    bool in_mesh;            // the focus, in its mesh or fanout, when it got it
    int64_t had_ns;          // when
    uint32_t roles;          // of it, a bit of enum why_role each
    enum why_what absence;   // of the focus when it got it: STOPPED, LEFT; PUBLISHED: none
    int64_t absent_since_ns; // where there is one
    int64_t absent_until_ns; // -1: to the end
    uint32_t counts[WHY_STAGES][WHY_FATES];   // of the RPCs that are about the message
    uint32_t losses[WHY_STAGES][CAUSE_COUNT]; // those lost, by cause; CAUSE_NONE: random loss
    uint32_t told_others;                     // IHAVE that name it to others
    uint32_t chances[WHY_CHANCES];            // heartbeats at which it told others, by what it was
    int64_t spent_ns[WHY_CHANCES];            // how long it was what, while IHAVE could name it
    uint32_t pushed_others;                   // copies to others
    uint8_t refused;                          // enum trace_reason of a GRAFT it refused, or NONE
    uint8_t obstacle; // enum why_what: what last kept the focus out of its mesh; PUBLISHED: nothing
    uint8_t obstacle_cause; // of what was lost: enum trace_cause
    uint8_t pruned;         // enum trace_reason for which it last pruned the focus, or NONE
};

struct why_answer {
    struct why_question question;
    enum trace_level level;
    bool cut;              // the trace was cut short
    bool has_rules;        // the scenario is known, and with it quirks and roles
    int64_t end_ns;        // of the run; of a trace that was cut short: its last record
    const char *topic;     // or NULL
    uint32_t publisher;    // or TRACE_NONE
    int64_t published_ns;  // -1: never
    bool expected;         // the node is among the expected receivers, as far as is known
    uint32_t holder_count; // nodes that had it in the end, the publisher included

    enum why_reason reason;
    enum why_stage stage; // for those that end in _FAILED
    enum why_fate fate;
    uint8_t cause;                         // enum trace_cause: of most
    int64_t paused_ns;                     // since when the receiver stands still; -1
    int64_t ended_ns;                      // when the receiver last stopped; -1: never
    bool validates;                        // its topic: what came is not handled at once
    uint8_t ignored;                       // enum trace_reason
    enum why_silence silence;              // why gossip did not help, where it told nothing
    const struct why_quirk *quirk;         // the one to blame, or NULL
    enum why_what obstacle;                // what kept it out of a mesh; PUBLISHED: nothing known
    uint8_t obstacle_cause;                // of what was lost: enum trace_cause
    const struct why_quirk *mesh_quirk;    // to blame for that, or NULL
    const struct why_quirk *silence_quirk; // why gossip told it nothing, or NULL
    uint32_t role;                         // enum why_role to blame, or WHY_ROLE_COUNT
    uint32_t culprit;                      // the neighbour where the chain ends, or TRACE_NONE
    int64_t since_ns; // what is said of the node holds since then; -1: from the start
    int64_t back_ns;  // and no longer than until then; -1: to the end

    int64_t delivered_ns; // where it is delivered
    uint32_t deliverer;
    uint32_t hops;
    bool requested;
    uint32_t duplicate_count;
    uint32_t second; // the sender of the second copy, or TRACE_NONE
    int64_t lead_ns; // by how much the first one won; what came while it was validated: below 0

    uint32_t focus; // the node whose neighbours are listed
    const struct why_neighbour *neighbours;
    uint32_t neighbour_count;
    const struct why_step *steps; // in the order of time
    uint32_t step_count;
    uint64_t steps_left_out;
};

/** False for what is no trace, and for a message or a node that it does not have. */
FAILURE_WARN_UNUSED bool why_find(struct arena *arena, const struct why_question *question,
                                  const struct why_setting *setting, struct why_answer *answer,
                                  struct failure *failure);

const char *why_reason_name(enum why_reason reason);
const char *why_stage_name(enum why_stage stage);
const char *why_fate_name(enum why_fate fate);
const char *why_silence_name(enum why_silence silence);
const char *why_role_name(enum why_role role);
const char *why_what_name(enum why_what what);

/** Whether it is a SUB, GRAFT or PRUNE that was lost, which has a cause. */
bool why_what_is_lost(enum why_what what);

#endif
