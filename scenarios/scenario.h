/**
 * A validated scenario: what one run is, with every default filled in.
 *
 * scenario_load() reads a YAML file, applies overrides, checks everything and returns a scenario
 * that cannot fail for its content any more; or it reports every mistake it found, each with its
 * place. scenario_write() prints the canonical form, which loads back to an equal scenario with the
 * same digest. All memory comes from the given arena.
 *
 * The keys are those of DESIGN.md §4; scenarios/README.md lists them.
 */
#ifndef GOSSIM_SCENARIOS_SCENARIO_H
#define GOSSIM_SCENARIOS_SCENARIO_H

#include "base/arena.h"
#include "base/failure.h"
#include "router/params.h"
#include "router/profile.h"
#include "router/roles.h"
#include "scenarios/invariant.h"
#include "scenarios/metric.h"
#include "scenarios/place.h"
#include "sim/bandwidth.h"
#include "sim/distribution.h"
#include "sim/link.h"
#include "sim/topology.h"
#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    SCENARIO_NODES_MAX = TOPOLOGY_NODES_MAX,
    SCENARIO_TOPICS_MAX = 4096,
    SCENARIO_REGIONS_MAX = 256,
    SCENARIO_CHOICES_MAX = 1024, // sizes to choose from
    SCENARIO_VALIDATORS_MAX = 8, // of a topic
    SCENARIO_GROUPS_MAX = 256,
    SCENARIO_MATRIX_NODES_MAX = 1024, // of a matrix of delays
    SCENARIO_MESSAGES_MAX = 10000000,
    SCENARIO_SWAPS_MAX = 10000000,        // of topics by rotation
    SCENARIO_ROWS_MAX = 1000000,          // of one series
    SCENARIO_MESSAGE_SIZE_MAX = 64 << 20, // bytes
    SCENARIO_NAME_SIZE_MAX = 64,          // bytes; letters, digits, '.', '_', '-'
    SCENARIO_DEPTH_MAX = 64,              // nesting of the YAML text
    SCENARIO_FILE_SIZE_MAX = 64 << 20,    // bytes
    SCENARIO_OCCASIONS_MAX = 1000000,     // of one event
    SCENARIO_SIDES_MAX = 64,              // of a partition
    SELECTOR_DEPTH_MAX = 8,               // selections within each other
};
#define SCENARIO_TIME_MAX_NS (INT64_C(1) << 60) // about 36 years; keeps sums of times in range
#define SCENARIO_COUNT_UNLIMITED UINT32_MAX

/**
 * Which nodes: `all`, `none`, an index, a list of indices and ranges (`0..9`), or a mapping of one
 * rule, which `of: SELECTOR` narrows to the nodes of another one.
 */
enum selector_kind {
    SELECTOR_ALL,
    SELECTOR_NONE,
    SELECTOR_RANGES,
    SELECTOR_SHARE,
    SELECTOR_COUNT,
    SELECTOR_GROUP,
    SELECTOR_REGION,
    SELECTOR_EVERY,
    SELECTOR_DEGREE,
    SELECTOR_SUBSCRIBED,
    SELECTOR_NOT
};

struct selector_range {
    uint32_t first;
    uint32_t last; // included
};

struct selector {
    enum selector_kind kind;
    uint32_t share_ppb; // SHARE: of the nodes, drawn; the number of nodes is rounded to nearest
    uint32_t count;     // COUNT: that many nodes, drawn; all if there are fewer
    uint32_t group;     // GROUP: its number, from 1
    uint32_t region;    // REGION: its number, from 1
    uint32_t every;     // EVERY: nodes whose number divided by it leaves `offset`
    uint32_t offset;
    uint32_t degree_min; // DEGREE: nodes with so many links
    uint32_t degree_max;
    uint32_t topic;                      // SUBSCRIBED: to this topic, at the moment in question
    const struct selector *of;           // among these nodes only; for NOT: all but these
    const struct selector_range *ranges; // RANGES: as written
    uint32_t range_count;
};

/** What nodes do on purpose: router/roles.h. */
struct scenario_roles {
    uint32_t roles;                   // one bit each
    struct distribution_options late; // FORWARDS_LATE
    struct selector censored;         // CENSORS: the origins
    uint32_t drops_ppb;               // DROPS: the share, 0 … SHARE_ONE
    uint32_t graft_peers;             // FLOODS_GRAFT: ROLE_PEERS_ALL or a number, as all below
    uint32_t ihave_peers;             // FLOODS_IHAVE
    uint32_t ihave_ids;               // FLOODS_IHAVE: invented ones; 0: those of its cache
    uint32_t iwant_peers;             // FLOODS_IWANT
};

/** How the heartbeats of a node depart from the clock of the world. */
struct scenario_heartbeat {
    bool phase_uniform;                 // anywhere in an interval, else:
    struct distribution_options phase;  // added to the time from the start to the first beat
    struct distribution_options drift;  // how fast its timer runs, in parts per billion
    struct distribution_options jitter; // added to each beat, and to no later one
};

/** How the clock by which a node's application publishes departs from that of the world. */
struct scenario_clock {
    struct distribution_options skew;  // how far it is ahead
    struct distribution_options drift; // how fast it runs, in parts per billion
};

/** What the time of a node is like. */
struct scenario_timing {
    struct distribution_options processing; // of each RPC, one after the other
    struct scenario_heartbeat heartbeat;
    struct scenario_clock clock;
};

/** What a node, or each node of a region, can send and receive, where no rate is written for it. */
struct scenario_rates {
    uint64_t bits_per_s[2]; // by enum bandwidth_side; 0: unlimited; SCENARIO_RATE_AUTO: not said
};
#define SCENARIO_RATE_AUTO UINT64_MAX

/** A subset of the nodes with settings of its own; see groups.h. */
struct scenario_group {
    const char *name;
    struct selector nodes;
    const struct profile *profile;
    struct router_params router; // complete: what is not given is the scenario's
    uint64_t base_quirks;        // the set that `router.quirks` was written over
    struct distribution_options start;
    struct scenario_timing timing;
    uint32_t inbound; // nodes that may dial each of its nodes; TOPOLOGY_INBOUND_ANY: all
    bool has_dials;   // `dials` is given
    uint32_t dials;   // nodes that each of its nodes dials; else the topology's
    bool has_callees; // `dials_to` is given
    struct selector callees;
    struct bandwidth_class bandwidth; // complete; rates may be SCENARIO_RATE_AUTO
    bool has_roles;                   // `role` is given
    struct scenario_roles roles;      // else the scenario's
};

/** What the links of a graph written out or read from a file have of their own. */
struct scenario_edge_values {
    const int64_t *delay_ns;  // [topology.edge_count] EDGE_DELAY_NONE: none; NULL: none has any
    const uint32_t *loss_ppb; // [topology.edge_count] EDGE_LOSS_NONE: none; NULL: none has any
};
#define EDGE_DELAY_NONE INT64_C(-1)
#define EDGE_LOSS_NONE UINT32_MAX

struct scenario_region {
    const char *name;
    uint64_t weight; // relative number of nodes
};

/** Regions and the one-way delay between each pair; `regions: world-8` is the preset of eight. */
struct scenario_regions {
    const char *preset; // NULL when written out
    const struct scenario_region *items;
    uint32_t count;                          // 0: none
    const int64_t *delay_ns;                 // [count × count], from × to
    const uint32_t *loss_ppb;                // likewise; NULL: none
    const struct scenario_rates *host_rates; // [count] after those of nodes; NULL: none
};

enum scenario_delay_kind { SCENARIO_DELAY_DISTRIBUTION, SCENARIO_DELAY_REGIONS };

struct scenario_links {
    enum scenario_delay_kind delay_kind; // `delay: regions` takes the region table
    struct distribution_options delay;
    bool asymmetric; // each direction draws its own delay
    bool has_jitter;
    struct distribution_options jitter;      // added per RPC
    uint32_t jitter_correlation_ppb;         // of RPCs sent at one time, 0 … SHARE_ONE
    int64_t jitter_wave_ns;                  // over which that fades, > 0
    struct distribution_options delay_range; // a … b: delays with jitter are cut to it
    const int64_t *matrix_ns; // [matrix_count × matrix_count], from × to, in place of `delay`;
                              // LINK_SLOT_DELAY_NONE: as `delay` says; NULL: there is none
    uint32_t matrix_count;    // nodes
    uint32_t loss_ppb;        // random loss of the kinds of `loss_of`, 0 … SHARE_ONE
    uint32_t loss_of;         // one bit an enum trace_rpc
    uint32_t loss_rates;      // one bit for each kind with a rate of its own
    uint32_t loss_rate_ppb[TRACE_RPC_COUNT]; // these rates
    bool has_burst;
    struct burst_options burst; // loss besides, of the kinds of `loss_of` and `loss_rates`
    enum link_transport transport;
    int64_t timeout_ns;      // STREAM: until a lost RPC is sent again; 0: by its round trip
    uint32_t attempts_limit; // STREAM: how often it is sent again
    bool reorder;            // RPCs of one direction may overtake each other
    struct bandwidth_class bandwidth;        // of nodes that no group sets apart; likewise
    const struct scenario_rates *host_rates; // [host_count] for SCENARIO_RATE_AUTO; NULL: none
    uint32_t host_count;                     // nodes
};

/** The kinds of RPC that a link can lose: those that a bare rate is about, and all. */
#define SCENARIO_LOSS_MESSAGES                                                                     \
    (UINT32_C(1) << TRACE_RPC_MESSAGES | UINT32_C(1) << TRACE_RPC_IHAVE |                          \
     UINT32_C(1) << TRACE_RPC_IWANT)
#define SCENARIO_LOSS_ALL ((UINT32_C(1) << TRACE_RPC_COUNT) - 1)

/** Whether RPCs of a kind can be lost. */
static inline bool scenario_loses(const struct scenario_links *links, enum trace_rpc kind) {
    return ((links->loss_of | links->loss_rates) >> kind & 1) != 0;
}

/** What an application asks of a message before it lets it pass. */
struct scenario_validator {
    struct distribution_options delay; // until it has decided, drawn per message and node
    uint32_t accept_ppb;               // how many it lets pass, 0 … SHARE_ONE, drawn likewise
};

/**
 * An entry of `topics`: a topic, or a family of them that differ in a number, such as `shard-0` …
 * `shard-63`.
 */
struct scenario_family {
    const char *name; // as written; %d stands for the number
    bool is_one;      // a topic by itself
    uint32_t first;   // its topics
    uint32_t count;
    uint32_t per_node; // how many of them each of `subscribers` subscribes to, drawn; 0: all
    int64_t rotate_ns; // each node swaps one of its `per_node` topics so often; 0: never
    uint32_t zipf_ppm; // popularity by number: the n-th draws with weight n^-zipf; 0: all alike
};

struct scenario_topic {
    const char *name; // 1 … 255 bytes
    uint32_t family;  // index: the entry it comes from
    struct selector subscribers;
    const struct scenario_validator *validators; // [validator_count], all asked at once
    uint32_t validator_count;
};

/** A publication that is written out. */
struct scenario_row {
    int64_t at_ns;
    uint32_t node;
    uint32_t topic;
    uint32_t size_bytes;
};

/** Sizes: drawn from a distribution, or a choice of some by weight. */
struct scenario_size {
    struct distribution_options distribution; // in bytes, where there are no choices
    const uint32_t *choices;                  // [choice_count] bytes
    const uint64_t *weights;                  // [choice_count] not all 0
    uint32_t choice_count;
};

enum publisher_kind {
    PUBLISHER_RANDOM,  // drawn among nodes up and subscribed
    PUBLISHER_OUTSIDE, // {outside: true}: drawn among nodes up and not subscribed
    PUBLISHER_ANY,     // {any: true}: drawn among nodes up
    PUBLISHER_NODES,   // an index, or a list taken in turn
    PUBLISHER_ROWS,    // each message has its row
    PUBLISHER_ROTATE,  // {rotate: SELECTOR}: the nodes of `subset` in turn
};

/**
 * A series: at each instant some nodes publish, each a burst of messages. Instants, nodes and
 * messages are numbered, and message `k` of a series is what loss and jitter are keyed by.
 */
struct scenario_publish {
    struct scenario_place place;
    uint32_t topic;       // index; of a family: the first
    uint32_t topic_count; // above 1: for each message one of so many topics
    bool in_turn;         // message k goes to topic k mod topic_count, else it is drawn
    uint32_t zipf_ppm;    // drawn: as in a family
    enum publisher_kind from;
    uint32_t group;         // where nodes are drawn: among those of that group; 0: of all
    uint32_t region;        // likewise, the number of the region, from 1
    struct selector subset; // likewise: among a share or count of them, drawn once; ALL: no subset.
                            // ROTATE: whose turn it is
    const uint32_t *nodes;  // NODES: [node_count]
    uint32_t node_count;
    int64_t start_ns;                  // the first instant
    struct distribution_options every; // from one instant to the next; not always 0 for several
    int64_t until_ns;                  // no instant from then on
    uint32_t count;                    // of instants, at most; SCENARIO_COUNT_UNLIMITED
    uint32_t publishers;               // nodes that publish at each instant, all different
    uint32_t burst_count;              // messages of each of them
    int64_t burst_gap_ns;              // from one of these to the next
    struct scenario_size size;         // of the data field
    const struct scenario_row *rows;   // ROWS: [count]; nothing else holds then
};

enum scenario_event_kind {
    SCENARIO_SUBSCRIBE,
    SCENARIO_UNSUBSCRIBE,
    SCENARIO_INJECT,
    SCENARIO_ROLE,
    SCENARIO_CRASH, // of nodes; see struct scenario_node_fault
    SCENARIO_RESTART,
    SCENARIO_PAUSE,
    SCENARIO_RESUME,
    SCENARIO_PARTITION, // of links; see struct scenario_link_fault
    SCENARIO_CLOG,
    SCENARIO_HOLD,
    SCENARIO_DEGRADE,
    SCENARIO_FLAP,
    SCENARIO_DISCONNECT,
    SCENARIO_CONNECT, // ends what DISCONNECT began, for the links that it names
    SCENARIO_HEAL,    // ends partitions, clogs, degradations and flapping
    SCENARIO_RELEASE, // ends holds
};

#define SCENARIO_NEVER_NS INT64_MAX

enum link_targets {
    LINKS_OF_GROUPS, // between different ones of these sets of nodes
    LINKS_ONE_WAY,   // from the first set to the second: those directions alone
    LINKS_BETWEEN,   // between the first set and the second
    LINKS_OF,        // all of these nodes
};

/** Which links a fault concerns. */
struct scenario_link_fault {
    enum link_targets targets;
    const struct selector *sides; // [side_count]
    uint32_t side_count;
    uint32_t share_ppb;               // of these links, each drawn
    struct degradation degradation;   // DEGRADE
    struct distribution_options down; // FLAP: how long a link does not work, and how long it does
    struct distribution_options up;
    const char *ends; // HEAL, RELEASE: the event of that name; NULL: all
};

/** How nodes stop and start again. */
struct scenario_node_fault {
    bool kept;         // the router's state survives
    bool graceful;     // applications unsubscribe and links are closed before
    bool silent;       // peers are not told: they notice after detect_ns
    int64_t detect_ns; // SCENARIO_NEVER_NS: never
};

/** When an event happens: once, again and again, or once at an instant drawn. See occasions.h. */
enum occasion_kind { OCCASION_AT, OCCASION_EVERY, OCCASION_DRAWN };

struct scenario_bytes {
    const uint8_t *bytes;
    uint32_t size;
};

/**
 * `{at: 20s, subscribe: {topic: blocks, nodes: [0..9]}}`, or `{at: 20s, inject: {from: 3, to: 5,
 * rpc: 1a022a00}}`; with `every` or `between` in place of `at`.
 */
struct scenario_event {
    struct scenario_place place; // of what the verb says
    enum occasion_kind when;
    int64_t at_ns;    // AT
    int64_t every_ns; // EVERY: at from_ns and so often after it, before until_ns
    int64_t from_ns;  // DRAWN: not before from_ns, before until_ns
    int64_t until_ns; // EVERY: 0: until the end of the run
    const char *name; // NULL: it has none
    int64_t for_ns;   // a fault ends by itself after that; 0: it does not
    enum scenario_event_kind kind;
    uint32_t topic;   // SUBSCRIBE, UNSUBSCRIBE
    uint32_t handler; // likewise, below ROUTER_HANDLERS_MAX
    struct selector nodes;
    const struct scenario_roles *roles; // ROLE: what the nodes do from now on
    uint32_t from;                      // INJECT
    uint32_t to;
    struct scenario_bytes rpc;
    struct scenario_node_fault node_fault; // CRASH, RESTART
    struct scenario_link_fault link_fault; // PARTITION … RELEASE
};

/** A node goes down at an instant, or comes up. */
struct scenario_churn_row {
    int64_t at_ns;
    uint32_t node;
    bool up;
};

/** Nodes that are up and down in turn, each for times of its own. */
struct scenario_churn {
    struct scenario_place place;
    struct selector nodes;
    int64_t start_ns; // all are up then
    int64_t until_ns; // and from then on; 0: it does not end before the run
    struct distribution_options up;
    struct distribution_options down;
    struct scenario_node_fault fault;
    const struct scenario_churn_row
        *rows; // [row_count] in the order of time, each a change of its
               // node; NULL: drawn. With rows only `fault` holds besides
    uint32_t row_count;
};

/** Times up and down are at least a millisecond, so that few faults fit into an instant; those
 * drawn from tables are at most so much longer than other draws. */
#define SCENARIO_CHURN_MIN_NS INT64_C(1000000)
#define SCENARIO_CHURN_STRETCH INT64_C(512)

/** What happens from one instant on, and before another. */
struct scenario_window {
    int64_t from_ns;
    int64_t until_ns; // above from_ns; may be after the end of the run
};

#define SCOPE_ALL UINT32_MAX

/** What a figure is about. */
struct scenario_scope {
    uint32_t topic;  // index, or SCOPE_ALL
    uint32_t group;  // number from 1; 0: all nodes
    uint32_t region; // index, or SCOPE_ALL
    struct scenario_window window;
};

struct scenario_limits {
    uint64_t events_per_instant; // 0: worked out, see run.c
};

enum expectation_operator {
    EXPECT_LESS,          // <
    EXPECT_LESS_EQUAL,    // <=
    EXPECT_EQUAL,         // ==
    EXPECT_NOT_EQUAL,     // !=
    EXPECT_GREATER_EQUAL, // >=
    EXPECT_GREATER,       // >
};

/** From when on the time of `delivered_within` runs. */
enum deadline_kind {
    DEADLINE_OF_PUBLISHING,
    DEADLINE_OF_INSTANT, // or of publishing, if that is later
    DEADLINE_OF_HEAL,    // the first heal after publishing; of publishing, if there is none
};

/** A condition on a figure, or an invariant. */
struct scenario_expectation {
    const char *text;         // canonical
    enum invariant invariant; // NONE: a condition
    enum metric metric;       // of a condition
    enum expectation_operator operator;
    double value;      // ns, bytes or plain number, as the metric has it
    int64_t within_ns; // MESH_SYMMETRIC, DELIVERED_WITHIN
    enum deadline_kind deadline;
    int64_t deadline_of_ns; // OF_INSTANT
    uint32_t scope;         // index into the scenario's scopes
};

struct scenario_sweep;

struct scenario {
    const char *name;
    uint64_t seed;
    int64_t duration_ns;
    const struct profile *profile; // as written; its meaning is in `router`
    struct router_params router;
    uint32_t node_count;
    struct distribution_options start;
    struct scenario_timing timing;
    uint32_t inbound;            // nodes that may dial a node; TOPOLOGY_INBOUND_ANY: all
    struct scenario_roles roles; // of the nodes that no group gives others
    const struct scenario_group *groups;
    uint32_t group_count;
    struct topology_options topology; // node_count and seed filled in
    struct scenario_edge_values edge_values;
    struct scenario_regions regions;
    struct scenario_links links;
    const struct scenario_topic *topics;
    uint32_t topic_count;
    const struct scenario_family *families; // [family_count] the topics as written
    uint32_t family_count;
    const struct scenario_publish *publishes;
    uint32_t publish_count;
    const struct scenario_event *events;
    uint32_t event_count;
    const struct scenario_churn *churns;
    uint32_t churn_count;
    const struct scenario_expectation *expectations;
    uint32_t expectation_count;
    struct scenario_window measure;
    struct scenario_limits limits;
    const struct scenario_sweep *sweep;  // NULL: there is none
    const struct scenario_scope *scopes; // [scope_count] all different; the first: all, as measured
    uint32_t scope_count;
    struct scenario_place topology_place;
    struct scenario_place topics_place;
    struct scenario_place publishes_place;
    // Of a scenario that reduce.h has made of another one, which no file tells:
    const uint32_t *former; // [node_count] the numbers that its nodes had there; NULL: the same
    bool redrawn;           // its graph was drawn anew: nodes are the same by number alone
};

/** Whether nodes or regions have rates of their own. */
bool scenario_has_host_rates(const struct scenario *scenario);

/** `--set PATH=VALUE`: a dotted path (list items by number) and YAML text. */
struct scenario_override {
    const char *option; // what messages call it, such as `--seed`; NULL: `--set PATH`
    const char *path;
    const char *value;
    struct scenario_place place; // where the value stands, if in a file: messages name that then
};

struct scenario_source {
    const char *path;
    const struct scenario_override *overrides;
    uint32_t override_count;
};

/** The scenario, or NULL with at least one failure in the list. */
const struct scenario *scenario_load(struct arena *arena, const struct scenario_source *source,
                                     struct failure_list *failures);

/** As scenario_load(), of a text in memory; source->path only stands in messages and gives the
 * default name. */
const struct scenario *scenario_load_text(struct arena *arena, const struct scenario_source *source,
                                          const char *text, size_t size,
                                          struct failure_list *failures);

/** The same at another seed, without reading anything again: as with an override of `seed`. Borrows
 * the scenario. */
const struct scenario *scenario_at_seed(struct arena *arena, const struct scenario *scenario,
                                        uint64_t seed);

/** So many times a time of the scenario, and SCENARIO_TIME_MAX_NS at most: some heartbeats, each of
 * which may be as long as that. */
static inline int64_t scenario_times_ns(uint32_t count, int64_t time_ns) {
    return count == 0 || time_ns < SCENARIO_TIME_MAX_NS / count ? count * time_ns
                                                                : SCENARIO_TIME_MAX_NS;
}

/** The canonical form as NUL-terminated text in the arena; `*size` (may be NULL) gets its bytes. */
const char *scenario_write(struct arena *arena, const struct scenario *scenario, size_t *size);

/** Writes the same to a stream, in little memory; false if that did not take it all. */
__attribute__((warn_unused_result)) bool scenario_print(const struct scenario *scenario, FILE *out);

#endif
