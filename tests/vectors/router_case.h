/**
 * A recorded case of router behaviour, as read: what is done step by step, and what was seen after
 * each.
 *
 *     fields  names of what is observed: `peers`, `tables.T0.mesh`, `sent[graft:T0].rpcs` …
 *     values  texts of JSON values: `3`, `true`, `"mg"`, `{"T0":1}` …
 *     expect  step → list of (field, value, how many of `repetitions` recordings had it)
 *
 * Both are interned, so that an observation is a pair of numbers. Topics, peers and messages are
 * numbers in the order of the case; a replay gives them other numbers, at random.
 */
#ifndef GOSSIM_TESTS_VECTORS_ROUTER_CASE_H
#define GOSSIM_TESTS_VECTORS_ROUTER_CASE_H

#include "base/arena.h"
#include "base/intern.h"
#include "tests/vectors/vector_json.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    CASE_PEERS_MAX = 1000,
    CASE_STEPS_MAX = 100000,
    CASE_TOPICS_MAX = 1000,
    CASE_NAMES_MAX = 10000, // of messages, per kind
    CASE_DATA_MAX = 65536,
    CASE_RUNS_MAX = 100000,
};

#define CASE_NONE UINT32_MAX

enum case_op {
    CASE_CONNECT,
    CASE_DISCONNECT,
    CASE_BREAK,
    CASE_SUBSCRIBE,
    CASE_UNSUBSCRIBE,
    CASE_PUBLISH,
    CASE_HEARTBEAT,
    CASE_ADVANCE,
    CASE_RPC,
    CASE_OP_COUNT
};

enum case_table { TABLE_MESH, TABLE_FANOUT, TABLE_SUBSCRIBERS, TABLE_COUNT };

/** The word of a table in recordings. */
extern const char *const case_table_words[TABLE_COUNT];

enum case_peer_kind { PEER_INDEX, PEER_IN, PEER_NOT_IN, PEER_REMEMBERED };

/** Whom a step is about. */
struct case_peer {
    enum case_peer_kind kind;
    uint32_t index; // INDEX
    enum case_table table;
    uint32_t topic;
    uint32_t name; // under which the choice is remembered, or CASE_NONE
};

/** How a message or a message id is named: `m3`, `p0`, `x1`. */
struct case_name {
    char kind; // 'm': in an RPC, 'p': published by the node, 'x': of no message
    uint32_t number;
};

struct case_message {
    struct case_name name; // kind 'm'
    uint32_t origin;       // peer; CASE_SELF or CASE_STRANGER
    uint32_t size_bytes;
    uint32_t topic_count;
    const uint32_t *topics;
};

#define CASE_SELF (UINT32_MAX - 1)
#define CASE_STRANGER (UINT32_MAX - 2)

struct case_subscription {
    uint32_t topic;
    bool subscribe;
};

struct case_ihave {
    uint32_t topic;
    uint32_t id_count;
    const struct case_name *ids;
};

/** The parts of an RPC; or its bytes. */
struct case_rpc {
    uint32_t subscription_count;
    uint32_t message_count;
    uint32_t ihave_count;
    uint32_t iwant_count;
    uint32_t graft_count;
    uint32_t prune_count;
    uint32_t raw_size;
    bool has_control;
    bool is_raw;
    const struct case_subscription *subscriptions;
    const struct case_message *messages;
    const struct case_ihave *ihaves;
    const struct case_name *iwants; // ids, all of one IWANT
    const uint32_t *grafts;         // topics
    const uint32_t *prunes;
    const uint8_t *raw;
};

/** One value that a field had, and how often. */
struct case_count {
    uint32_t field;
    uint32_t value;
    uint32_t count;
};

struct case_step {
    enum case_op op;
    bool floodsub;         // CONNECT
    uint32_t topic;        // SUBSCRIBE, UNSUBSCRIBE, PUBLISH
    uint32_t size_bytes;   // PUBLISH
    uint32_t publication;  // PUBLISH: it is p0, p1 …
    int64_t advance_ns;    // ADVANCE
    struct case_peer peer; // CONNECT, DISCONNECT, BREAK, RPC
    struct case_rpc rpc;   // RPC
    uint32_t expect_count;
    const struct case_count *expect; // [expect_count] by field, in the order recorded
};

struct router_case {
    struct arena *arena;
    const char *id;
    uint32_t peer_count;
    uint32_t step_count;
    uint32_t repetitions;    // recordings that `expect` counts
    uint32_t observed_count; // of topics: the first ones
    uint32_t publish_count;  // names p0 …
    uint32_t publish_steps;  // of them, those that are published at some time
    uint32_t message_count;  // names m0 …
    uint32_t unknown_count;  // names x0 …
    bool direct;             // RPCs go straight to the handler
    bool self_trigger;
    bool metrics_build;
    const struct case_step *steps;
    struct intern topics;
    struct intern peers; // names of remembered peers
    struct intern fields;
    struct intern values;
};

/** Reads a case; false if malformed. Its memory is the arena's, beside texts of `recorded`. */
bool router_case_read(struct router_case *read, struct vector_line *line, struct arena *arena,
                      const json_t *recorded);

/** Numbers of a field's name and of a value's text. */
uint32_t router_case_field(struct router_case *of, const char *name);
uint32_t router_case_value(struct router_case *of, const char *text);

/** The value of a field where it is not mentioned, or CASE_NONE if it must be: what is not sent was
 * sent 0 times, and no exception is null. */
uint32_t router_case_default(struct router_case *of, uint32_t field);

#endif
