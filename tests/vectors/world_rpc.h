/**
 * RPCs on their way to the router under test.
 *
 * In mode `direct` the parts become an RPC of numbers as they are. In mode `wire` they are encoded
 * as the 2020 router encoded them and decoded as it decoded them, with all damage, and what comes
 * out of that is turned into numbers: topics and ids that no one knows get numbers of their own.
 */
#ifndef GOSSIM_TESTS_VECTORS_WORLD_RPC_H
#define GOSSIM_TESTS_VECTORS_WORLD_RPC_H

#include "tests/vectors/router_world.h"

/** Makes messages that the RPC mentions for the first time. */
void world_make_messages(struct router_world *world, const struct case_rpc *rpc);

/** The parts as a sealed RPC, or RPC_NONE if there are none. */
uint32_t world_rpc_direct(struct router_world *world, const struct case_rpc *rpc);

enum wire_result { WIRE_RPC, WIRE_NOTHING, WIRE_UNREADABLE };

/** What the reader of the router gets of the parts; WIRE_RPC: `*handle` is a sealed RPC. */
enum wire_result world_rpc_wire(struct router_world *world, const struct case_rpc *rpc,
                                uint32_t *handle);

#endif
