/**
 * How much of everything a run will have, from its scenario alone: what scenarios/estimate.h
 * reckons with.
 *
 * Typical numbers, where the scenario leaves them to chance or to the protocol: how many links a
 * graph of its kind has, how many copies of a message come for each that is new, how many packets
 * are on their way at once.
 */
#ifndef GOSSIM_SCENARIOS_ESTIMATE_AMOUNTS_H
#define GOSSIM_SCENARIOS_ESTIMATE_AMOUNTS_H

#include "scenarios/scenario.h"

#define AMOUNTS_IN_FLIGHT 0.6 // of the copies of one message, at most at once

struct amounts {
    double nodes;
    double links;
    double words;         // of all sets of slots
    double subscriptions; // of nodes to topics
    double known_topics;  // pairs of a node and a topic that it knows
    double busy_topics;   // of subscriptions, those to topics that have messages
    double messages;
    double at_once;  // of these, that are published at one instant
    double up;       // share of the nodes that are up at a time
    double churning; // and of those that come and go
    double deliveries;
    double copies;  // of a message that come for each delivery, this one included
    double delay_s; // of a link
    double first_s; // when the first message is published
    double span_s;  // over which messages are published
};

static inline double lesser(double a, double b) {
    return a < b ? a : b;
}

static inline double greater(double a, double b) {
    return a > b ? a : b;
}

struct amounts amounts_of(const struct scenario *scenario);

/** How many nodes a selector means, roughly: all where it is not plain. */
double amounts_selected(const struct scenario *scenario, const struct selector *selector);

/** How many nodes subscribe to a topic. */
double amounts_subscribers(const struct scenario *scenario, uint32_t topic);

/** Messages of an instant of an entry, and how large they are. */
double amounts_instant(const struct scenario_publish *publish);
double amounts_size_bytes(const struct scenario_publish *publish);

/** Over how long a distribution is spread, roughly, and its mean. */
double amounts_spread_s(const struct distribution_options *options);
double amounts_mean_s(const struct distribution_options *options);

/** Hellos on their way at once: towards the end of the starts, links come up twice as fast. */
double amounts_hellos(const struct scenario *scenario, const struct amounts *amounts);

/** GRAFTs on their way at once, of first heartbeats; as many are IHAVE later. */
double amounts_grafts(const struct scenario *scenario, const struct amounts *amounts);

/** Copies of messages on their way at once, at most. */
double amounts_copies(const struct amounts *amounts);

/** Packets on their way at once, at most. */
double amounts_in_flight(const struct scenario *scenario, const struct amounts *amounts);

#endif
