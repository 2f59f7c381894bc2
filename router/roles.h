/**
 * Roles: what a router does on purpose that the protocol forbids, as a fault or an attack.
 *
 * A role is independent of quirks and profiles: a quirk is how a program is, a role is what a node
 * is up to. A router has a set of roles or none; the set can change in mid-run, and its owner sees
 * to that. The roles of a set act together. Code asks for one role at the place where the protocol
 * would do otherwise, router_has_role(router, ROLE_…), which is one look at a pointer for the
 * routers that have none.
 *
 *     role_rows[]  ──▶ `role` of a scenario ──▶ struct role_set ──▶ router->role
 *
 * "Passing on" a message is pushing it to mesh or subscribers, naming it in IHAVE and answering an
 * IWANT for it. What a router publishes itself it passes on whatever its role.
 *
 * Source: issue 4, point 4; the attacks of libp2p/gossipsub-hardening as far as v1.0 knows them.
 */
#ifndef GOSSIM_ROUTER_ROLES_H
#define GOSSIM_ROUTER_ROLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bits of a set; the order is that of the table. */
enum role {
    ROLE_NEVER_FORWARDS,      // passes no message of others on
    ROLE_NEVER_PUSHES,        // passes messages of others on by gossip alone
    ROLE_FORWARDS_LATE,       // passes messages of others on after a further delay
    ROLE_CENSORS,             // passes no message of some origins on
    ROLE_DROPS,               // passes a share of the messages of others on in no way
    ROLE_NEVER_GOSSIPS,       // sends no IHAVE
    ROLE_NEVER_ANSWERS_IWANT, // sends no message that is asked for
    ROLE_REFUSES_GRAFT,       // answers every GRAFT with PRUNE
    ROLE_NEVER_GRAFTS,        // sends no GRAFT
    ROLE_FLOODS_GRAFT,        // sends GRAFT at each heartbeat, whoever is in its mesh
    ROLE_FLOODS_IHAVE,        // sends IHAVE at each heartbeat, of what it has or of nothing
    ROLE_FLOODS_IWANT,        // asks at each heartbeat for what it has
    ROLE_COUNT,
};

/** One role. */
struct role_row {
    const char *name;     // in scenarios: lower case and '_'
    bool needs_gossipsub; // a floodsub router cannot have it
};

extern const struct role_row role_rows[ROLE_COUNT];

#define ROLE_PEERS_ALL 0 // in the place of a number of peers

enum { ROLE_IDS_MAX = 5000 };

/** The roles of a router, with what they need to know. Constant during a run. */
struct role_set {
    uint32_t number;      // what its owner knows it by
    uint32_t roles;       // one bit each
    uint32_t graft_peers; // FLOODS_GRAFT: how many per topic, drawn at each heartbeat
    uint32_t ihave_peers; // FLOODS_IHAVE: likewise
    uint32_t ihave_ids;   // FLOODS_IHAVE: so many invented ids, 1 … ROLE_IDS_MAX; 0: those it has
    uint32_t iwant_peers; // FLOODS_IWANT: how many, drawn at each heartbeat
    uint32_t drops_ppb;   // DROPS: how many, 0 … SHARE_ONE, drawn per message and node
    const uint64_t *censored; // CENSORS: one bit per node
};

static inline bool role_in(const struct role_set *set, enum role role) {
    return set != NULL && (set->roles >> role & 1) != 0;
}

#endif
