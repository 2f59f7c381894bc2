/**
 * Records of hand-written traces for tests of `why`, at a millisecond: message 0 in topic 0; RPCs
 * are of 100 bytes.
 */
#ifndef GOSSIM_TESTS_SUPPORT_WHY_RECORDS_H
#define GOSSIM_TESTS_SUPPORT_WHY_RECORDS_H

#include "tests/support/why_fixture.h"

#define HABIT(habit) (1U << (habit))
#define BLAMES(what) ((uint32_t)(what) + 1)
#define NOT_HIS TRACE_TOPIC_NONE

#define PUBLISHED(ms)                                                                              \
    { (ms) * WHY_TEST_MS, 0, TRACE_NONE, 0, 64, 3, 0, TRACE_PUBLISH, 0 }
#define GOT(ms, node, peer, why)                                                                   \
    { (ms) * WHY_TEST_MS, node, peer, 0, 1, 1, 0, TRACE_DELIVER, why }
#define GOT_OTHER(ms, node, message)                                                               \
    { (ms) * WHY_TEST_MS, node, 3, message, 1, 1, 0, TRACE_DELIVER, REASON_PUSHED }
#define AGAIN(ms, node, peer)                                                                      \
    { (ms) * WHY_TEST_MS, node, peer, 0, 2, 0, 0, TRACE_DUPLICATE, 0 }
#define IGNORED(ms, node, peer, why)                                                               \
    { (ms) * WHY_TEST_MS, node, peer, 0, 1, 0, 0, TRACE_IGNORE, why }
#define RPC(ms, what, node, peer, message, rpc)                                                    \
    { (ms) * WHY_TEST_MS, node, peer, message, 100, 1, 0, what, TRACE_RPC_##rpc }
#define LOST(ms, node, peer, rpc) RPC(ms, TRACE_LOST, node, peer, TRACE_NONE, rpc)
#define COPY(ms, node, peer) RPC(ms, TRACE_SEND, node, peer, 0, MESSAGES)
#define IHAVE(ms, node, peer) RPC(ms, TRACE_SEND, node, peer, 0, IHAVE)
#define IWANT(ms, node, peer) RPC(ms, TRACE_SEND, node, peer, 0, IWANT)
#define COMES(ms, node, peer, rpc) RPC(ms, TRACE_RECEIVE, node, peer, 0, rpc)
#define DROPPED(ms, node, peer, rpc, why)                                                          \
    { (ms) * WHY_TEST_MS, node, peer, 0, 100, why, 0, TRACE_DROPPED, TRACE_RPC_##rpc }
#define STATE(ms, what, node)                                                                      \
    { (ms) * WHY_TEST_MS, node, TRACE_NONE, TRACE_NONE, 0, 0, 0, what, 0 }
#define BEGINS_ANEW(ms, node)                                                                      \
    { (ms) * WHY_TEST_MS, node, TRACE_NONE, TRACE_NONE, 1, 0, NOT_HIS, TRACE_NODE_START, 0 }
#define LINK(ms, what, node, peer)                                                                 \
    { (ms) * WHY_TEST_MS, node, peer, TRACE_NONE, 0, 0, NOT_HIS, what, 0 }
#define ROLES(ms, node, roles)                                                                     \
    { (ms) * WHY_TEST_MS, node, TRACE_NONE, TRACE_NONE, roles, 0, NOT_HIS, TRACE_ROLE, 0 }
#define REFUSED(ms, node, peer, why)                                                               \
    { (ms) * WHY_TEST_MS, node, peer, TRACE_NONE, 0, 0, 0, TRACE_REFUSE, why }
#define PRUNED(ms, node, peer)                                                                     \
    { (ms) * WHY_TEST_MS, node, peer, TRACE_NONE, 0, 0, 0, TRACE_PRUNE, REASON_PRUNE_RECEIVED }
#define GRAFTED(ms, node, peer)                                                                    \
    { (ms) * WHY_TEST_MS, node, peer, TRACE_NONE, 1, 0, 0, TRACE_GRAFT, REASON_BELOW_D_LOW }
#define LATER(ms) STATE(ms, TRACE_RESUME, 3)
/* 0 tells 2 of the message, and that comes. */
#define TOLD(ms) IHAVE(ms, 0, 2), COMES((ms) + 20, 2, 0, IHAVE)
/* 2 asks for it at once, and that comes. */
#define ASKED(ms) TOLD(ms), IWANT((ms) + 20, 2, 0), COMES((ms) + 40, 0, 2, IWANT)

#endif
