/**
 * Every key a scenario may hold, in one table.
 *
 * A row says where its key stands, what it may hold, where the value goes, its default and what it
 * means. Reading, the canonical form, the messages about unknown keys, the paths of overrides and
 * the reference page README.md all come from these rows, so they cannot disagree. A mapping's keys
 * are the rows whose parent it is, in the order in which the canonical form prints them. Some
 * parents are *forms*: mappings that can stand in several places, such as a distribution.
 */
#ifndef GOSSIM_SCENARIOS_SCHEMA_H
#define GOSSIM_SCENARIOS_SCHEMA_H

#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum schema_key {
    KEY_NONE,
    KEY_ROOT, // the file itself
    KEY_NAME,
    KEY_SEED,
    KEY_DURATION,
    KEY_ROUTER,
    KEY_NODES,
    KEY_TOPOLOGY,
    KEY_REGIONS,
    KEY_LINKS,
    KEY_TOPICS,
    KEY_PUBLISH,
    KEY_EVENTS,
    KEY_CHURN,
    KEY_EXPECT,
    KEY_MEASURE,
    KEY_LIMITS,
    KEY_SWEEP,
    KEY_ROUTER_PROFILE,
    KEY_ROUTER_D,
    KEY_ROUTER_D_LOW,
    KEY_ROUTER_D_HIGH,
    KEY_ROUTER_D_LAZY,
    KEY_ROUTER_HEARTBEAT_INTERVAL,
    KEY_ROUTER_HEARTBEAT_INITIAL_DELAY,
    KEY_ROUTER_HISTORY_LENGTH,
    KEY_ROUTER_HISTORY_GOSSIP,
    KEY_ROUTER_FANOUT_TTL,
    KEY_ROUTER_SEEN_TTL,
    KEY_ROUTER_SIGN,
    KEY_ROUTER_SPARE_SENDERS,
    KEY_ROUTER_SELF_TRIGGER,
    KEY_ROUTER_QUIRKS,
    KEY_NODES_COUNT,
    KEY_NODES_START,
    KEY_NODES_PROCESSING,
    KEY_NODES_HEARTBEAT,
    KEY_NODES_CLOCK,
    KEY_NODES_INBOUND,
    KEY_NODES_ROLE,
    KEY_NODES_GROUPS,
    KEY_GROUP_NAME,
    KEY_GROUP_NODES,
    KEY_GROUP_ROUTER,
    KEY_GROUP_START,
    KEY_GROUP_PROCESSING,
    KEY_GROUP_HEARTBEAT,
    KEY_GROUP_CLOCK,
    KEY_GROUP_INBOUND,
    KEY_GROUP_DIALS,
    KEY_GROUP_DIALS_TO,
    KEY_GROUP_BANDWIDTH,
    KEY_GROUP_ROLE,
    KEY_TOPOLOGY_KIND,
    KEY_TOPOLOGY_DEGREE,
    KEY_TOPOLOGY_PROBABILITY,
    KEY_TOPOLOGY_LINKS,
    KEY_TOPOLOGY_REWIRE,
    KEY_TOPOLOGY_ATTACH,
    KEY_TOPOLOGY_RADIUS,
    KEY_TOPOLOGY_WIDTH,
    KEY_TOPOLOGY_HEIGHT,
    KEY_TOPOLOGY_LOCAL,
    KEY_TOPOLOGY_DIALS,
    KEY_TOPOLOGY_PATH,
    KEY_TOPOLOGY_EDGES,
    KEY_REGIONS_NAMES,
    KEY_REGIONS_WEIGHTS,
    KEY_REGIONS_LATENCY,
    KEY_REGIONS_LOSS,
    KEY_REGIONS_HOSTS,
    KEY_REGIONS_FILE,
    KEY_LINKS_DELAY,
    KEY_LINKS_DELAY_MATRIX,
    KEY_LINKS_DELAY_RANGE,
    KEY_LINKS_JITTER,
    KEY_LINKS_JITTER_CORRELATION,
    KEY_LINKS_JITTER_WAVE,
    KEY_LINKS_LOSS,
    KEY_LINKS_ASYMMETRIC,
    KEY_LINKS_REORDER,
    KEY_LINKS_TRANSPORT,
    KEY_LINKS_RETRANSMISSION,
    KEY_RETRANSMISSION_TIMEOUT,
    KEY_RETRANSMISSION_LIMIT,
    KEY_LINKS_BANDWIDTH,
    KEY_LINKS_HOSTS,
    KEY_BANDWIDTH_UP,
    KEY_BANDWIDTH_DOWN,
    KEY_BANDWIDTH_SHARING,
    KEY_BANDWIDTH_QUEUE,
    KEY_BANDWIDTH_OVERHEAD,
    KEY_BANDWIDTH_FRAME,
    KEY_TOPIC_NAME,
    KEY_TOPIC_COUNT,
    KEY_TOPIC_SUBSCRIBERS,
    KEY_TOPIC_PER_NODE,
    KEY_TOPIC_POPULARITY,
    KEY_TOPIC_ROTATE,
    KEY_TOPIC_VALIDATION,
    KEY_TOPIC_VALIDATORS,
    KEY_PUBLISH_TOPIC,
    KEY_PUBLISH_PICK,
    KEY_PUBLISH_FROM,
    KEY_PUBLISH_START,
    KEY_PUBLISH_EVERY,
    KEY_PUBLISH_COUNT,
    KEY_PUBLISH_UNTIL,
    KEY_PUBLISH_PUBLISHERS,
    KEY_PUBLISH_BURST,
    KEY_PUBLISH_SIZE,
    KEY_PUBLISH_FROM_FILE,
    KEY_PUBLISH_ROWS,
    KEY_EVENT_AT,
    KEY_EVENT_EVERY,
    KEY_EVENT_FROM,
    KEY_EVENT_UNTIL,
    KEY_EVENT_BETWEEN,
    KEY_EVENT_FOR,
    KEY_EVENT_NAME,
    KEY_EVENT_SUBSCRIBE,
    KEY_EVENT_UNSUBSCRIBE,
    KEY_EVENT_INJECT,
    KEY_EVENT_ROLE,
    KEY_EVENT_PARTITION,
    KEY_EVENT_HEAL,
    KEY_EVENT_CRASH,
    KEY_EVENT_RESTART,
    KEY_EVENT_PAUSE,
    KEY_EVENT_RESUME,
    KEY_EVENT_CLOG,
    KEY_EVENT_HOLD,
    KEY_EVENT_DEGRADE,
    KEY_EVENT_FLAP,
    KEY_EVENT_RELEASE,
    KEY_EVENT_CONNECT,
    KEY_EVENT_DISCONNECT,
    KEY_MEMBERSHIP, // form: who joins or leaves which topic
    KEY_MEMBERSHIP_TOPIC,
    KEY_MEMBERSHIP_NODES,
    KEY_MEMBERSHIP_HANDLER,
    KEY_INJECT_FROM,
    KEY_INJECT_TO,
    KEY_INJECT_RPC,
    KEY_EVENT_ROLE_NODES,
    KEY_EVENT_ROLE_SET,
    KEY_CUT, // form: links that a fault concerns
    KEY_CUT_GROUPS,
    KEY_CUT_FROM,
    KEY_CUT_TO,
    KEY_CUT_BETWEEN,
    KEY_CUT_OF,
    KEY_CUT_SHARE,
    KEY_DEGRADE_GROUPS,
    KEY_DEGRADE_FROM,
    KEY_DEGRADE_TO,
    KEY_DEGRADE_BETWEEN,
    KEY_DEGRADE_OF,
    KEY_DEGRADE_SHARE,
    KEY_DEGRADE_DELAY,
    KEY_DEGRADE_LOSS,
    KEY_FLAP_GROUPS,
    KEY_FLAP_FROM,
    KEY_FLAP_TO,
    KEY_FLAP_BETWEEN,
    KEY_FLAP_OF,
    KEY_FLAP_SHARE,
    KEY_FLAP_DOWN,
    KEY_FLAP_UP,
    KEY_END, // form: which fault ends
    KEY_END_EVENT,
    KEY_CRASH, // form: nodes stop
    KEY_CRASH_NODES,
    KEY_CRASH_STATE,
    KEY_CRASH_GRACEFUL,
    KEY_CRASH_SILENT,
    KEY_CRASH_DETECT,
    KEY_RESTART, // form: nodes start again
    KEY_RESTART_NODES,
    KEY_RESTART_STATE,
    KEY_PAUSE, // form: nodes stand still, or go on
    KEY_PAUSE_NODES,
    KEY_CHURN_NODES,
    KEY_CHURN_START,
    KEY_CHURN_UNTIL,
    KEY_CHURN_UP,
    KEY_CHURN_DOWN,
    KEY_CHURN_STATE,
    KEY_CHURN_GRACEFUL,
    KEY_CHURN_SILENT,
    KEY_CHURN_DETECT,
    KEY_CHURN_FROM_FILE,
    KEY_CHURN_ROWS,
    KEY_VALIDATOR_DELAY,
    KEY_VALIDATOR_ACCEPT,
    KEY_MEASURE_AFTER,
    KEY_MEASURE_UNTIL,
    KEY_LIMITS_EVENTS_PER_INSTANT,
    KEY_SWEEP_ZIP,
    KEY_SWEEP_WHERE,
    KEY_SWEEP_REPEAT,
    KEY_SWEEP_UNTIL,
    KEY_SWEEP_MAX_REPEAT,
    KEY_HEARTBEAT_PHASE,
    KEY_HEARTBEAT_DRIFT,
    KEY_HEARTBEAT_JITTER,
    KEY_CLOCK_SKEW,
    KEY_CLOCK_DRIFT,
    KEY_OFFSETS, // form: durations drawn that may be negative
    KEY_OFFSETS_UNIFORM,
    KEY_OFFSETS_NORMAL,
    KEY_OFFSETS_NORMAL_MEAN,
    KEY_OFFSETS_NORMAL_SD,
    KEY_DRIFTS, // form: speeds of clocks drawn
    KEY_DRIFTS_UNIFORM,
    KEY_DRIFTS_NORMAL,
    KEY_DRIFTS_NORMAL_MEAN,
    KEY_DRIFTS_NORMAL_SD,
    KEY_ZIPF, // form: popularity that falls with the number
    KEY_ZIPF_EXPONENT,
    KEY_SIZES, // form: sizes drawn
    KEY_SIZES_UNIFORM,
    KEY_SIZES_NORMAL,
    KEY_SIZES_LOGNORMAL,
    KEY_SIZES_EXPONENTIAL,
    KEY_SIZES_CHOICES,
    KEY_SIZES_WEIGHTS,
    KEY_SIZES_NORMAL_MEAN,
    KEY_SIZES_NORMAL_SD,
    KEY_SIZES_LOGNORMAL_MEDIAN,
    KEY_SIZES_LOGNORMAL_SIGMA,
    KEY_SIZES_EXPONENTIAL_MEAN,
    KEY_LOSS, // form: loss with its scope
    KEY_LOSS_RATE,
    KEY_LOSS_OF,
    KEY_LOSS_RATES,
    KEY_LOSS_RATE_SUBSCRIPTIONS, // the kinds in the order of enum trace_rpc
    KEY_LOSS_RATE_MESSAGES,
    KEY_LOSS_RATE_IHAVE,
    KEY_LOSS_RATE_IWANT,
    KEY_LOSS_RATE_GRAFT,
    KEY_LOSS_RATE_PRUNE,
    KEY_LOSS_BURST,
    KEY_BURST_GOOD,
    KEY_BURST_BAD,
    KEY_BURST_LOSS_GOOD,
    KEY_BURST_LOSS_BAD,
    KEY_BURST_COUNT,
    KEY_BURST_GAP,
    KEY_PUBLISHER, // form: publishers by their role
    KEY_PUBLISHER_OUTSIDE,
    KEY_PUBLISHER_ANY,
    KEY_PUBLISHER_GROUP,
    KEY_PUBLISHER_REGION,
    KEY_PUBLISHER_SHARE,
    KEY_PUBLISHER_COUNT,
    KEY_PUBLISHER_ROTATE,
    KEY_SELECTOR, // form: nodes drawn
    KEY_SELECTOR_SHARE,
    KEY_SELECTOR_COUNT,
    KEY_SELECTOR_GROUP,
    KEY_SELECTOR_REGION,
    KEY_SELECTOR_EVERY,
    KEY_SELECTOR_OFFSET,
    KEY_SELECTOR_DEGREE,
    KEY_SELECTOR_SUBSCRIBED,
    KEY_SELECTOR_NOT,
    KEY_SELECTOR_OF,
    KEY_SELECTOR_DEGREE_MIN,
    KEY_SELECTOR_DEGREE_MAX,
    KEY_ROLE, // form: what a node does on purpose; in the order of enum role
    KEY_ROLE_NEVER_FORWARDS,
    KEY_ROLE_NEVER_PUSHES,
    KEY_ROLE_FORWARDS_LATE,
    KEY_ROLE_CENSORS,
    KEY_ROLE_DROPS,
    KEY_ROLE_NEVER_GOSSIPS,
    KEY_ROLE_NEVER_ANSWERS_IWANT,
    KEY_ROLE_REFUSES_GRAFT,
    KEY_ROLE_NEVER_GRAFTS,
    KEY_ROLE_FLOODS_GRAFT,
    KEY_ROLE_FLOODS_IHAVE,
    KEY_ROLE_FLOODS_IWANT,
    KEY_ROLE_LATE_DELAY,
    KEY_ROLE_CENSORED,
    KEY_ROLE_DROPS_SHARE,
    KEY_ROLE_GRAFT_PEERS,
    KEY_ROLE_IHAVE_PEERS,
    KEY_ROLE_IHAVE_IDS,
    KEY_ROLE_IWANT_PEERS,
    KEY_DISTRIBUTION, // form: exactly one of the kinds
    KEY_DISTRIBUTION_CONSTANT,
    KEY_DISTRIBUTION_UNIFORM,
    KEY_DISTRIBUTION_NORMAL,
    KEY_DISTRIBUTION_LOGNORMAL,
    KEY_DISTRIBUTION_EXPONENTIAL,
    KEY_DISTRIBUTION_EMPIRICAL,
    KEY_NORMAL_MEAN,
    KEY_NORMAL_SD,
    KEY_LOGNORMAL_MEDIAN,
    KEY_LOGNORMAL_SIGMA,
    KEY_EXPONENTIAL_MEAN,
    SCHEMA_KEY_COUNT
};

/** What a key may hold. The comment names the field that its value goes to. */
enum schema_type {
    SCHEMA_NOTHING,      // not a key: the root, the forms
    SCHEMA_MAPPING,      // keys of its own
    SCHEMA_LIST,         // a list of mappings
    SCHEMA_WHOLE,        // uint32_t, min … max
    SCHEMA_WHOLE_LONG,   // uint64_t, min … max
    SCHEMA_SWITCH,       // bool
    SCHEMA_DURATION,     // int64_t, ns, min … max
    SCHEMA_SIZE,         // uint32_t, bytes, min … max
    SCHEMA_RATE,         // uint64_t, bits per second, min … max; 0: unlimited; SCENARIO_RATE_AUTO
    SCHEMA_QUEUE,        // uint32_t, bytes, min … max; UINT32_MAX: unlimited
    SCHEMA_SHARING,      // enum bandwidth_sharing
    SCHEMA_TRANSPORT,    // enum link_transport
    SCHEMA_TIMEOUT,      // int64_t, ns, min … max; 0: auto
    SCHEMA_SHARE,        // uint32_t, parts per billion
    SCHEMA_SIGMA,        // uint32_t, parts per million, min … max
    SCHEMA_FACTOR,       // uint32_t, parts per million, min … max
    SCHEMA_EXPONENT,     // uint32_t, parts per million, min … max
    SCHEMA_BYTES,        // int64_t, bytes, min … max
    SCHEMA_OFFSET,       // int64_t, ns, also below 0, at most max either way
    SCHEMA_PPM,          // int64_t, parts per billion of parts per million, likewise
    SCHEMA_TOPIC,        // uint32_t, index of a topic
    SCHEMA_GROUP,        // uint32_t, number of a group
    SCHEMA_INBOUND,      // uint32_t, TOPOLOGY_INBOUND_ANY for all
    SCHEMA_REGION,       // uint32_t, number of a region, from 1
    SCHEMA_SELECTOR,     // struct selector
    SCHEMA_DISTRIBUTION, // struct distribution_options
    SCHEMA_GAP,          // struct distribution_options: a duration of any length, or drawn
    SCHEMA_SPAN,         // struct distribution_options: [low, high]
    SCHEMA_NAME,         // const char *
    SCHEMA_TOPIC_NAME,   // const char *
    SCHEMA_PROFILE,      // struct scenario
    SCHEMA_QUIRKS,       // struct router_params
    SCHEMA_KIND,         // struct topology_options
    SCHEMA_DEGREE,       // struct topology_options
    SCHEMA_EDGES,        // struct topology_options
    SCHEMA_GRAPH_PATH,   // read before all else
    SCHEMA_REGIONS,      // struct scenario_regions
    SCHEMA_REGION_NAMES, // struct scenario_regions
    SCHEMA_WEIGHTS,      // struct scenario_regions
    SCHEMA_LATENCIES,    // struct scenario_regions
    SCHEMA_LOSSES,       // struct scenario_regions
    SCHEMA_RATES,        // const struct scenario_rates *: a pair for each node or region
    SCHEMA_EMPIRICAL,    // struct distribution_options
    SCHEMA_MATRIX,       // struct scenario_links
    SCHEMA_DELAY,        // struct scenario_links
    SCHEMA_JITTER,       // struct scenario_links
    SCHEMA_LOSS,         // struct scenario_links
    SCHEMA_LOSS_SCOPE,   // struct scenario_links
    SCHEMA_PUBLISHER,    // struct scenario_publish
    SCHEMA_TOPICS,       // struct scenario_publish: a topic, or a family of them
    SCHEMA_PICK,         // struct scenario_publish
    SCHEMA_POPULARITY,   // struct scenario_family
    SCHEMA_PAIR,         // struct distribution_options: [low, high] of what the form is about
    SCHEMA_ROWS_PATH,    // the name of a file
    SCHEMA_ROWS,         // struct scenario_publish: text
    SCHEMA_CHURN_ROWS,   // struct scenario_churn: text
    SCHEMA_PHASE,        // struct scenario_heartbeat
    SCHEMA_OFFSETS,      // struct distribution_options: durations that may be negative
    SCHEMA_DRIFTS,       // struct distribution_options: parts per billion
    SCHEMA_SIZES,        // struct scenario_size
    SCHEMA_CHOICES,      // struct scenario_size: a list of sizes
    SCHEMA_CHANCES,      // struct scenario_size: a list of weights
    SCHEMA_HEX,          // struct scenario_bytes
    SCHEMA_ROLES,        // struct scenario_roles
    SCHEMA_ROLE,         // struct scenario_roles
    SCHEMA_ROLE_PEERS,   // uint32_t, ROLE_PEERS_ALL or 1 … max
    SCHEMA_ROLE_IDS,     // uint32_t, 0 for those it has, or 1 … max
    SCHEMA_NODE_FAULT,   // struct scenario_event: a selection of nodes, or a mapping
    SCHEMA_END,          // struct scenario_link_fault: all, or a mapping
    SCHEMA_SIDES,        // struct scenario_link_fault: a list of selections of nodes
    SCHEMA_ENDS,         // struct scenario_link_fault: two selections of nodes
    SCHEMA_STATE,        // bool: kept
    SCHEMA_PATIENCE,     // int64_t, ns, or SCENARIO_NEVER_NS
    SCHEMA_VALIDATORS,   // struct scenario_topic: a list of mappings
    SCHEMA_EXPECTATIONS, // struct scenario
    SCHEMA_SWEEP,        // const struct scenario_sweep *: paths and values, or a mapping
    SCHEMA_SWEEP_ZIP,    // struct scenario_sweep: a list of mappings of paths and values
    SCHEMA_SWEEP_WHERE,  // struct scenario_sweep: a list of conditions
    SCHEMA_SWEEP_UNTIL,  // struct scenario_sweep: a list of conditions on intervals
    SCHEMA_TYPE_COUNT
};

struct schema_row {
    enum schema_key parent;
    const char *name;
    enum schema_type type;
    enum schema_key
        children;  // whose rows a mapping here may hold; KEY_NONE: a mapping cannot stand here
    size_t offset; // of the field, in the structure its parent is read into
    uint64_t min;
    uint64_t max;
    const char *fallback;  // the default, as YAML; NULL: see below
    const char *otherwise; // the default in words, where it depends on something else
    bool required;         // without it the mapping is incomplete
    const char *meaning;   // half a sentence
};

const struct schema_row *schema_row(enum schema_key key);

/** The key of that name, or of that second name, below a parent; KEY_NONE if there is none. */
enum schema_key schema_find(enum schema_key parent, const char *name, size_t size);

/** The key below a parent whose name is near to an unknown one, or KEY_NONE. */
enum schema_key schema_nearest(enum schema_key parent, const char *name, size_t size);

/** A key of exactly that name anywhere else in a file, or KEY_NONE: for a key at the wrong place.
 */
enum schema_key schema_find_elsewhere(const char *name, size_t size);

/** What a key stands in at last: KEY_ROOT, or a form. */
enum schema_key schema_top(enum schema_key key);

enum { SCHEMA_PATH_SIZE = 80, SCHEMA_NAMES_SIZE = 512 };

/** The path of a key, such as `publish[].count`, in `out[SCHEMA_PATH_SIZE]`; returns it. */
const char *schema_path(enum schema_key key, char *out);

/** The names below a parent, with commas, in `out[SCHEMA_NAMES_SIZE]`; returns it. */
const char *schema_names(enum schema_key parent, char *out);

/** What the key may hold, in words with its limits, in `out[SCHEMA_NAMES_SIZE]`; returns it. */
const char *schema_allowed(enum schema_key key, char *out);

/** The reference page's tables of keys, as Markdown, in the arena. */
const char *schema_reference(struct arena *arena);

/** An example of a key: entries of its mapping, such as `D: 8`; in the arena. */
const char *schema_example(struct arena *arena, enum schema_key key);

/** A scenario around that example, which may use a group `old` and regions that it does not hold.
 */
const char *schema_example_scenario(struct arena *arena, enum schema_key key);

/** A JSON Schema of scenario files, for editors; in the arena. */
const char *schema_json(struct arena *arena);

#endif
