/**
 * The parameters of a router, under the specification's own names, with the defaults of gossipsub
 * v1.0.
 *
 * A variant is a protocol (which state machine) and its parameters; no code asks for the name of a
 * profile.
 *
 * Source: gossipsub-v1.0.md "Parameters"; DESIGN.md §2 "The v1.0 profile", §4.
 */
#ifndef GOSSIM_ROUTER_PARAMS_H
#define GOSSIM_ROUTER_PARAMS_H

#include <stdbool.h>
#include <stdint.h>

enum router_protocol_kind { ROUTER_FLOODSUB, ROUTER_GOSSIPSUB };

enum {
    ROUTER_DEGREE_MAX = 1000000,
    ROUTER_HISTORY_MAX = 1000,
    ROUTER_HANDLERS_MAX = 4, // different handlers that an application may have for one topic
};

struct router_params {
    enum router_protocol_kind protocol;
    uint32_t d;                         // D: mesh size aimed at, 1 … ROUTER_DEGREE_MAX
    uint32_t d_low;                     // Dlo: filled below it; 0 ≤ d_low ≤ d
    uint32_t d_high;                    // Dhi: cut above it; d ≤ d_high
    uint32_t d_lazy;                    // Dlazy: peers that get IHAVE at each heartbeat, per topic
    int64_t heartbeat_interval_ns;      // > 0
    int64_t heartbeat_initial_delay_ns; // ≥ 0
    uint32_t history_length; // windows (heartbeats) the message cache keeps, 1 … ROUTER_HISTORY_MAX
    uint32_t history_gossip; // windows that IHAVE names, ≤ history_length
    int64_t fanout_ttl_ns;   // ≥ 0, since the last publication
    int64_t seen_ttl_ns;     // ≥ 0, since the first sight of a message
    bool sign;               // messages carry an Ed25519 signature, and receivers verify it
    uint64_t quirks;         // a set of enum quirk; 0: as the specification says
    bool self_trigger;       // a publisher's own handlers get its messages, at publication
    bool spare_senders; // not forwarded to peers a copy came from; idle without validation time
};

#endif
