/**
 * A world of nodes, links and opaque packets on one virtual clock. It has never heard of gossip.
 *
 * Whoever builds a world schedules its changes and publications, sends packets and sets timers;
 * sim_run_until() takes events out of the queue in their total order (sim/event.h), moves the
 * clock, and calls the handlers. Only this loop advances time. A timer is not removed when it is
 * set anew: its event carries the node's generation, and one that is stale when popped is passed
 * over.
 *
 * Source: DESIGN.md §2 "Time", "Order".
 */
#ifndef GOSSIM_SIM_SIM_H
#define GOSSIM_SIM_SIM_H

#include "base/arena.h"
#include "base/check.h"
#include "sim/bandwidth.h"
#include "sim/event_wheel.h"
#include "sim/fault.h"
#include "sim/link.h"
#include "sim/ties.h"
#include "sim/topology.h"

#include <stdbool.h>
#include <stdint.h>

#define SIM_TIME_MAX_NS (INT64_C(1) << 61)

enum sim_soon { SIM_SOON_FAR, SIM_SOON_NEAR };

/** What the owner of the world does when something happens. Called with the clock at the event's
 * time. */
struct sim_handlers {
    void *context;
    void (*on_packet)(void *context, uint32_t slot, uint32_t handle); // slot: the receiver's
    /** A packet of another world with the same queue arrives: the handle is one of `sender`'s, its
     * context. Only where worlds share a queue. */
    void (*on_foreign)(void *context, uint32_t slot, void *sender, uint32_t handle);
    /** Such a packet will arrive later: returns the handle that it has here. */
    uint32_t (*on_adopt)(void *context, void *sender, uint32_t handle);
    void (*on_timer)(void *context, uint32_t node);
    void (*on_change)(void *context, uint32_t target, uint32_t what); // as scheduled
    void (*on_publish)(void *context, uint32_t message);              // as scheduled
    /**
     * A packet (EVENT_PACKET: target is the receiver's slot, payload the handle) or a timer
     * (EVENT_TIMER: target is the node) will be handled in a few events. What that looks at may be
     * fetched from memory now, twice, first what slot, node and handle lead to (SIM_SOON_FAR), then
     * what that leads to. Must change nothing. May be NULL.
     */
    void (*on_soon)(void *context, enum sim_soon soon, const struct event *event);
    /**
     * A packet that sim_send() let go will not arrive after all; its handle is the owner's again.
     * `slot` is that of the node where this was decided: the sender's, or the receiver's.
     */
    void (*on_dropped)(void *context, uint32_t slot, uint32_t handle, enum link_verdict verdict);
    /** The size of a packet; 0: it takes no time and no room. Not asked where nothing is limited.
     */
    uint32_t (*bytes_of)(void *context, uint32_t handle);
};

enum { SIM_BUSIEST = 3 };

/** Which nodes time stands still over: those with the most events, the first of them ahead. */
struct sim_standstill {
    uint64_t events;             // at the present instant
    uint64_t counted;            // the later of these, which are told apart by node
    uint32_t nodes[SIM_BUSIEST]; // [count]
    uint32_t counts[SIM_BUSIEST];
    uint32_t count;
};

/** Packets from one of several worlds to another, in the order in which they were sent. */
struct sim_mail {
    struct event *items; // [count]
    uint32_t count;
    uint32_t capacity;
};

struct sim {
    int64_t now_ns;
    uint64_t instant_events;     // handled at the present instant
    uint64_t instant_events_max; // of these, at least 1: beyond, time stands still
    uint32_t *instant_by_node;   // [node_count] of the later half; NULL until they are many
    int64_t instant_ns;          // that `instant_by_node` is about
    bool stands_still;
    struct event_wheel *queue; // `own_queue`, or one that several worlds share
    struct event_wheel own_queue;
    const struct topology *topology;
    struct links links;
    struct bandwidth bandwidth;
    struct link_faults *faults; // NULL: no link has any
    enum ties ties;             // to be set before anything is scheduled
    const uint8_t *part_of; // [node_count] which of several worlds handles each node; NULL: this
                            // one handles all, or shares its queue; see sim/lanes.h
    uint32_t part;          // which one this is
    struct sim_mail *mail;  // [worlds] to each of the others: filled now; set by sim/lanes.c
    struct pool mail_pool;
    uint64_t handled;           // events, in the last sim_run_some()
    uint64_t *sequence;         // [node_count] events each node has caused so far
    uint32_t *timer_generation; // [node_count]
    struct sim_handlers handlers;
    struct check_place place; // for the message of a failed check
    struct arena *arena;
};

/** `topology` and what the options point at are borrowed for the life of the world. */
void sim_init(struct sim *sim, struct arena *arena, const struct topology *topology,
              const struct link_options *link_options, const struct sim_handlers *handlers);

/** Makes another world of the same nodes, with a queue, a clock and an arena of its own, before
 * anything is scheduled; what is by node or by slot they share. */
void sim_init_beside(struct sim *sim, struct arena *arena, const struct sim *other);

/** Schedules a planned change or a publication at a node; not in the past. */
void sim_schedule_change(struct sim *sim, uint32_t node, int64_t at_ns, uint32_t target,
                         uint32_t what);
void sim_schedule_publish(struct sim *sim, uint32_t node, int64_t at_ns, uint32_t message);

/** Sets the node's timer, in place of the one that is set. */
void sim_set_timer(struct sim *sim, uint32_t node, int64_t at_ns);

/** The node's timer does not go off any more. */
void sim_cancel_timer(struct sim *sim, uint32_t node);

/**
 * Sends a packet on a slot: through the sender's uplink, over the link, through the receiver's
 * downlink. On any verdict but LINK_ARRIVES the handle stays with the caller. After LINK_ARRIVES it
 * comes back through on_packet(), or through on_dropped() where a later step decides so.
 */
enum link_verdict sim_send(struct sim *sim, uint32_t slot, const struct packet *packet);

/**
 * Sends a signal that no link delays or loses: it arrives after that time. What the receiver would
 * notice by itself, after a while.
 */
void sim_signal_late(struct sim *sim, uint32_t slot, int64_t after_ns, uint32_t handle);

/**
 * Handles events before `until_ns`, at most `events_max` of them. True when none is left: the clock
 * is then at `until_ns`, else at the last event. False as well, from then on, once more than
 * `instant_events_max` of them share one instant: time stands still.
 */
bool sim_run_some(struct sim *sim, int64_t until_ns, uint64_t events_max);

/** Worlds that share a queue: each handles the events of its own nodes. */
struct sim_company {
    struct sim **sims;      // [count]
    const uint8_t *part_of; // [node_count] which of them
    const uint8_t *slots;   // [slots] which has the slot; SIM_CROSSES besides where another one has
                            // the peer
    uint32_t count;
};
enum { SIM_CROSSES = 0x80 };

/**
 * As sim_run_some() without a limit, for a company. All clocks are at `until_ns` when it returns
 * true; `handled` of the first counts for all. A packet that waits has a handle of its sender's
 * world.
 */
bool sim_run_together(const struct sim_company *company, int64_t until_ns);

/**
 * Handles the first event that waits, whenever it is due, and leaves the clock at it; there is one.
 * False as above, where time stands still.
 */
bool sim_run_next(struct sim *sim);

/** Whether an event of the queue will be passed over: a timer that was set anew or cancelled. */
bool sim_is_stale(const struct sim *sim, const struct event *event);

/** The node at which an event happens; of a planned change, the one it was scheduled for. */
uint32_t sim_node_of(const struct sim *sim, const struct event *event);

/** Where time stands still; `stands_still` is set. */
struct sim_standstill sim_standstill_of(const struct sim *sim);

/** Handles all events before `until_ns` and moves the clock there. */
void sim_run_until(struct sim *sim, int64_t until_ns);

/** The place of a source in the order of events of a time. */
static inline uint32_t sim_place_of(const struct sim *sim, int64_t at_ns, uint32_t source) {
    return sim->ties == TIES_FIRST ? source : ties_place(sim->ties, sim->links.seed, at_ns, source);
}

/** The node that has caused an event. */
static inline uint32_t sim_source_of(const struct sim *sim, const struct event *event) {
    uint32_t place = event_source_of(event);
    return sim->ties == TIES_FIRST ? place
                                   : ties_source(sim->ties, sim->links.seed, event->at_ns, place);
}

/** Puts an event of a node into the queue. Inline, and for sim/ only: it is a fifth of what a
 * packet costs here. */
static inline void sim_push(struct sim *sim, enum event_class event_class, uint32_t source,
                            int64_t at_ns, struct event_aim aim) {
    CHECK(at_ns >= sim->now_ns);
    CHECK(at_ns < SIM_TIME_MAX_NS);
    uint64_t sequence = sim->sequence[source]++;
    CHECK(sequence < UINT64_C(1) << EVENT_SEQUENCE_BITS);
    uint32_t place = sim_place_of(sim, at_ns, source);
    event_wheel_put(sim->queue, at_ns, event_order(event_class, place, sequence), aim);
}

/**
 * Whether packets take the delays of their links, and nothing else happens to them: nothing is
 * limited, drawn or broken, and no other world has a receiver. It stays so while an event is
 * handled.
 */
static inline bool sim_sends_plainly(const struct sim *sim) {
    return sim->bandwidth.classes == NULL && sim->faults == NULL && sim->part_of == NULL &&
           sim->links.sent == NULL && sim->links.degradations == NULL;
}

/**
 * What sim_send() does where that is so, without its questions: the packet will arrive. `node` owns
 * the slot.
 */
static inline void sim_send_plainly(struct sim *sim, uint32_t node, uint32_t slot,
                                    uint32_t handle) {
    CHECK(slot < 2 * sim->topology->link_count);
    int64_t delay_ns = links_delay_ns(&sim->links, slot);
    CHECK(delay_ns >= LINK_DELAY_MIN_NS);
    sim_push(sim, EVENT_PACKET, node, sim->now_ns + delay_ns,
             (struct event_aim){.target = sim->topology->reverse[slot], .payload = handle});
}

#endif
