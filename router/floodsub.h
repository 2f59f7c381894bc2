/**
 * Floodsub: every message goes to every connected subscriber but its deliverer and origin.
 *
 * Source: libp2p pubsub/README.md "Flooding"; go-libp2p-pubsub floodsub.go.
 */
#ifndef GOSSIM_ROUTER_FLOODSUB_H
#define GOSSIM_ROUTER_FLOODSUB_H

#include "router/router.h"

extern const struct router_protocol floodsub_protocol;

#endif
