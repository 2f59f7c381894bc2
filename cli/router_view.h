/**
 * What a router knows at an instant, as rows of text: for those who look into a session.
 */
#ifndef GOSSIM_CLI_ROUTER_VIEW_H
#define GOSSIM_CLI_ROUTER_VIEW_H

#include "scenarios/session.h"

#include <stdint.h>

struct router_view_row {
    const char *label; // "mesh of blocks"; the same of all routers
    const char *text;  // "3: 4, 7, 9"
};

struct router_view {
    struct router_view_row *rows; // [count]
    uint32_t count;
    uint32_t capacity;
};

/**
 * The state of a node's router: whether it is up, peers, and for each topic that it has met
 * subscription, subscribers, mesh and fanout; what its caches hold; how often it drew. Rows and
 * texts are the arena's.
 */
void router_view_make(struct router_view *view, struct arena *arena, const struct session *session,
                      uint32_t node);

/** The row of a label, or NULL. */
const struct router_view_row *router_view_find(const struct router_view *view, const char *label);

#endif
