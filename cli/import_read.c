#include "cli/import.h"

#include "base/check.h"
#include "base/sort.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    NODES_MAX = 1 << 24,
    PATH_SIZE = 96,
    NOTE_SIZE = 200,
    SIZE_MAX_BYTES = INT32_MAX,
    INSTRUCTION_DEPTH_MAX = 64,
};
#define NS_PER_S 1e9
#define SECONDS_MAX 1e9

/** The parameters of GossipSub by their names in the file, with the defaults of go-libp2p-pubsub.
 * Times are in nanoseconds. */
static const struct {
    const char *name;
    int64_t otherwise;
} params[IMPORT_PARAM_COUNT] = {
    [IMPORT_D] = {"D", 6},
    [IMPORT_D_LOW] = {"Dlo", 5},
    [IMPORT_D_HIGH] = {"Dhi", 12},
    [IMPORT_D_LAZY] = {"Dlazy", 6},
    [IMPORT_HISTORY_LENGTH] = {"HistoryLength", 5},
    [IMPORT_HISTORY_GOSSIP] = {"HistoryGossip", 3},
    [IMPORT_HEARTBEAT_INTERVAL] = {"HeartbeatInterval", INT64_C(1000000000)},
    [IMPORT_FANOUT_TTL] = {"FanoutTTL", INT64_C(60000000000)},
    [IMPORT_HEARTBEAT_INITIAL_DELAY] = {"HeartbeatInitialDelay", 100000000},
};

/** Those that the specification v1.0 does not know, and programs later than it do. */
static const char *const later_params[] = {
    "Dscore",
    "Dout",
    "GossipFactor",
    "GossipRetransmission",
    "SlowHeartbeatWarning",
    "PrunePeers",
    "PruneBackoff",
    "UnsubscribeBackoff",
    "Connectors",
    "MaxPendingConnections",
    "ConnectionTimeout",
    "DirectConnectTicks",
    "DirectConnectInitialDelay",
    "OpportunisticGraftTicks",
    "OpportunisticGraftPeers",
    "GraftFloodThreshold",
    "MaxIHaveLength",
    "MaxIHaveMessages",
    "MaxIDontWantLength",
    "MaxIDontWantMessages",
    "IWantFollowupTime",
    "IDontWantMessageThreshold",
    "IDontWantMessageTTL",
};

enum { LATER_PARAM_COUNT = sizeof later_params / sizeof later_params[0] };

struct import_reader {
    struct experiment *experiment;
    struct failure *failure;
    int64_t *now_ns;    // [node_count] how far the nodes have come in the list
    bool apart;         // they are not all at the same time
    char at[PATH_SIZE]; // the instruction that is read, such as `script[3]`
};

void import_note(struct experiment *experiment, const char *format, ...) {
    char text[NOTE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *byte = text; *byte != '\0'; byte++) {
        *byte = (unsigned char)*byte < ' ' ? '?' : *byte; // a name may hold what breaks a line
    }
    uint32_t known = experiment->notes.count;
    uint32_t id = intern_add(&experiment->notes, text, (uint32_t)strlen(text));
    if (id >= experiment->note_capacity) {
        experiment->note_counts =
            pool_grow(&experiment->pool, experiment->note_counts, &experiment->note_capacity,
                      id + 1, sizeof *experiment->note_counts);
    }
    experiment->note_counts[id] = id == known ? 1 : experiment->note_counts[id] + 1;
}

static bool refuse(struct import_reader *reader, const char *key, const char *allowed) {
    return failure_bad_input(reader->failure, "%s%s%s: allowed: %s", reader->at,
                             key[0] == '\0' ? "" : ".", key, allowed);
}

/** A whole number from 0 to `max`. */
static bool read_whole(struct import_reader *reader, const json_t *object, const char *key,
                       int64_t max, int64_t *value) {
    const json_t *found = json_object_get(object, key);
    if (!json_is_integer(found) || json_integer_value(found) < 0 ||
        json_integer_value(found) > max) {
        char allowed[64];
        snprintf(allowed, sizeof allowed, "a whole number from 0 to %" PRId64, max);
        return refuse(reader, key, allowed);
    }
    *value = json_integer_value(found);
    return true;
}

static bool read_seconds(struct import_reader *reader, const json_t *object, const char *key,
                         int64_t *ns) {
    const json_t *found = json_object_get(object, key);
    double seconds = json_is_number(found) ? json_number_value(found) : -1;
    if (!(seconds >= 0 && seconds <= SECONDS_MAX)) {
        return refuse(reader, key, "a number of seconds from 0 to 1000000000");
    }
    *ns = (int64_t)(seconds * NS_PER_S + 0.5);
    return true;
}

static bool read_node(struct import_reader *reader, const json_t *value, const char *key,
                      uint32_t *node) {
    uint32_t count = reader->experiment->node_count;
    uint32_t most = count > 0 ? count : NODES_MAX;
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        json_integer_value(value) >= most) {
        char allowed[64];
        snprintf(allowed, sizeof allowed, "a node from 0 to %" PRIu32, most - 1);
        return refuse(reader, key, allowed);
    }
    *node = (uint32_t)json_integer_value(value);
    return true;
}

static bool read_topic(struct import_reader *reader, const json_t *object, uint32_t *topic) {
    struct experiment *experiment = reader->experiment;
    const json_t *found = json_object_get(object, "topicID");
    if (!json_is_string(found) || json_string_length(found) == 0) {
        return refuse(reader, "topicID", "the name of a topic");
    }
    uint32_t known = experiment->topics.count;
    *topic = intern_add(&experiment->topics, json_string_value(found),
                        (uint32_t)json_string_length(found));
    if (*topic >= experiment->validation_capacity) {
        experiment->validation_ns =
            pool_grow(&experiment->pool, experiment->validation_ns,
                      &experiment->validation_capacity, *topic + 1, sizeof(int64_t));
    }
    if (*topic == known) {
        experiment->validation_ns[*topic] = 0;
    }
    return true;
}

static void add_action(struct experiment *experiment, struct import_actions *actions,
                       struct import_action action) {
    if (actions->count == actions->capacity) {
        actions->items = pool_grow(&experiment->pool, actions->items, &actions->capacity,
                                   actions->count + 1, sizeof action);
    }
    actions->items[actions->count++] = action;
}

static int64_t now_of(const struct import_reader *reader, uint32_t node) {
    return reader->now_ns[node == IMPORT_ALL ? 0 : node];
}

static bool read_connect(struct import_reader *reader, const json_t *object, uint32_t node) {
    struct experiment *experiment = reader->experiment;
    const json_t *list = json_object_get(object, "connectTo");
    if (!json_is_array(list)) {
        return refuse(reader, "connectTo", "a list of nodes");
    }
    if (now_of(reader, node) > 0) {
        import_note(experiment, "connect after a wait: the links are there from the start");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        uint32_t peer = 0;
        if (!read_node(reader, json_array_get(list, i), "connectTo", &peer)) {
            return false;
        }
        if (peer == node) {
            import_note(experiment, "connect of a node to itself");
            continue;
        }
        if (experiment->link_count == experiment->link_capacity) {
            experiment->links =
                pool_grow(&experiment->pool, experiment->links, &experiment->link_capacity,
                          experiment->link_count + 1, sizeof(uint64_t));
        }
        uint64_t low = node < peer ? node : peer;
        uint64_t high = node < peer ? peer : node;
        experiment->links[experiment->link_count++] = low << 32 | high;
    }
    return true;
}

static bool read_param(struct import_reader *reader, const json_t *object, const char *key,
                       struct import_router *router) {
    for (enum import_param i = 0; i < IMPORT_PARAM_COUNT; i++) {
        if (strcmp(params[i].name, key) == 0) {
            return read_whole(reader, object, key, INT64_MAX, &router->values[i]);
        }
    }
    for (size_t i = 0; i < LATER_PARAM_COUNT; i++) {
        if (strcmp(later_params[i], key) == 0) {
            import_note(reader->experiment, "gossipSubParams.%s, which v1.0 does not have", key);
            return true;
        }
    }
    import_note(reader->experiment, "gossipSubParams.%.64s, which is not known here", key);
    return true;
}

static bool read_init(struct import_reader *reader, const json_t *object, uint32_t node) {
    struct experiment *experiment = reader->experiment;
    const json_t *given = json_object_get(object, "gossipSubParams");
    struct import_router router;
    if (!json_is_object(given)) {
        return refuse(reader, "gossipSubParams", "an object");
    }
    for (enum import_param i = 0; i < IMPORT_PARAM_COUNT; i++) {
        router.values[i] = params[i].otherwise;
    }
    void *walk = json_object_iter((json_t *)given);
    for (; walk != NULL; walk = json_object_iter_next((json_t *)given, walk)) {
        const char *key = json_object_iter_key(walk);
        if (!json_is_null(json_object_iter_value(walk)) &&
            !read_param(reader, given, key, &router)) {
            return false;
        }
    }
    uint32_t first = node == IMPORT_ALL ? 0 : node;
    uint32_t count = node == IMPORT_ALL ? experiment->node_count : 1;
    for (uint32_t i = 0; i < count; i++) {
        experiment->routers[first + i] = router;
    }
    return true;
}

static bool read_wait(struct import_reader *reader, const json_t *object, uint32_t node) {
    int64_t until_ns = 0;
    if (!read_seconds(reader, object, "elapsedSeconds", &until_ns)) {
        return false;
    }
    reader->apart = reader->apart || node != IMPORT_ALL;
    uint32_t first = node == IMPORT_ALL ? 0 : node;
    uint32_t count = node == IMPORT_ALL ? reader->experiment->node_count : 1;
    for (uint32_t i = first; i < first + count; i++) {
        if (reader->now_ns[i] < until_ns) {
            reader->now_ns[i] = until_ns;
        }
    }
    return true;
}

static bool read_validation(struct import_reader *reader, const json_t *object, uint32_t node) {
    struct experiment *experiment = reader->experiment;
    uint32_t topic = 0;
    int64_t delay_ns = 0;
    if (!read_topic(reader, object, &topic) ||
        !read_seconds(reader, object, "delaySeconds", &delay_ns)) {
        return false;
    }
    if (node != IMPORT_ALL) {
        import_note(experiment, "setTopicValidationDelay of one node: a topic's delay is that of "
                                "all nodes, the longest of any");
    }
    if (now_of(reader, node) > 0) {
        import_note(experiment, "setTopicValidationDelay after a wait: it holds from the start");
    }
    if (experiment->validation_ns[topic] < delay_ns) {
        experiment->validation_ns[topic] = delay_ns;
    }
    return true;
}

static bool read_subscribe(struct import_reader *reader, const json_t *object, uint32_t node) {
    struct import_action action = {.node = node, .at_ns = now_of(reader, node)};
    if (!read_topic(reader, object, &action.topic)) {
        return false;
    }
    if (json_is_true(json_object_get(object, "partial"))) {
        import_note(reader->experiment, "subscribeToTopic.partial: partial messages");
    }
    add_action(reader->experiment, &reader->experiment->subscriptions, action);
    return true;
}

static bool read_publish(struct import_reader *reader, const json_t *object, uint32_t node) {
    struct import_action action = {.node = node, .at_ns = now_of(reader, node)};
    int64_t size = 0;
    if (!read_topic(reader, object, &action.topic) ||
        !read_whole(reader, object, "messageSizeBytes", SIZE_MAX_BYTES, &size)) {
        return false;
    }
    action.size_bytes = (uint32_t)size;
    add_action(reader->experiment, &reader->experiment->publications, action);
    return true;
}

static const struct {
    const char *type;
    bool (*read)(struct import_reader *reader, const json_t *object, uint32_t node);
} instructions[] = {
    {"initGossipSub", read_init}, {"connect", read_connect},
    {"waitUntil", read_wait},     {"subscribeToTopic", read_subscribe},
    {"publish", read_publish},    {"setTopicValidationDelay", read_validation},
};

enum { INSTRUCTION_COUNT = sizeof instructions / sizeof instructions[0] };

/** Carries an instruction out for a node or for all of them: one by one where it matters. */
static bool carry_out(struct import_reader *reader, const json_t *object, uint32_t node) {
    const char *type = json_string_value(json_object_get(object, "type"));
    for (size_t i = 0; i < INSTRUCTION_COUNT; i++) {
        if (strcmp(instructions[i].type, type) != 0) {
            continue;
        }
        bool each = reader->apart || instructions[i].read == read_connect;
        if (node != IMPORT_ALL || !each) {
            return instructions[i].read(reader, object, node);
        }
        for (uint32_t one = 0; one < reader->experiment->node_count; one++) {
            if (!instructions[i].read(reader, object, one)) {
                return false;
            }
        }
        return true;
    }
    import_note(reader->experiment, "instruction %.64s, which is not known here", type);
    return true;
}

/** Finds the instruction inside of its conditions, and whose it is; false after a failure. `*node`
 * without one is IMPORT_ALL; `*nobody`: the conditions are never met. */
static bool unwrap(struct import_reader *reader, const json_t **object, uint32_t *node,
                   bool *nobody) {
    *node = IMPORT_ALL;
    *nobody = false;
    for (uint32_t depth = 0;; depth++) {
        const json_t *type = json_object_get(*object, "type");
        if (!json_is_object(*object) || !json_is_string(type)) {
            return refuse(reader, "",
                          "an object with the key `type`, such as {\"type\": "
                          "\"waitUntil\", \"elapsedSeconds\": 30}");
        }
        if (strcmp(json_string_value(type), "ifNodeIDEquals") != 0) {
            return true;
        }
        uint32_t only = 0;
        if (!read_node(reader, json_object_get(*object, "nodeID"), "nodeID", &only)) {
            return false;
        }
        *nobody = *nobody || (*node != IMPORT_ALL && *node != only);
        *node = only;
        *object = json_object_get(*object, "instruction");
        size_t used = strlen(reader->at);
        if (depth < 3) {
            snprintf(reader->at + used, sizeof reader->at - used, ".instruction");
        }
        if (depth == INSTRUCTION_DEPTH_MAX) {
            return refuse(reader, "", "fewer conditions within each other");
        }
    }
}

static void consider(uint32_t *highest, const json_t *node) {
    if (json_is_integer(node) && json_integer_value(node) > *highest &&
        json_integer_value(node) < NODES_MAX) {
        *highest = (uint32_t)json_integer_value(node);
    }
}

/** One more than the highest node that is named; wrong ones are refused when they are read. */
static uint32_t count_nodes(const json_t *script) {
    uint32_t highest = 0;
    for (size_t i = 0; i < json_array_size(script); i++) {
        const json_t *object = json_array_get(script, i);
        for (uint32_t depth = 0; depth <= INSTRUCTION_DEPTH_MAX && object != NULL; depth++) {
            consider(&highest, json_object_get(object, "nodeID"));
            const json_t *peers = json_object_get(object, "connectTo");
            for (size_t j = 0; j < json_array_size(peers); j++) {
                consider(&highest, json_array_get(peers, j));
            }
            object = json_object_get(object, "instruction");
        }
    }
    return highest + 1;
}

/** Sorts the links; one that both its ends made is one link. */
static void sort_links(struct experiment *experiment) {
    uint32_t count = experiment->link_count;
    struct sort_item *items =
        arena_take_array(experiment->arena, MEMORY_TABLES, count, 2 * sizeof *items);
    for (uint32_t i = 0; i < count; i++) {
        items[i].key = experiment->links[i];
    }
    sort_by_key(items, items + count, count);
    experiment->link_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || items[i].key != items[i - 1].key) {
            experiment->links[experiment->link_count++] = items[i].key;
        }
    }
}

static bool read_script(struct import_reader *reader, const json_t *script) {
    struct experiment *experiment = reader->experiment;
    uint32_t count = experiment->node_count;
    reader->now_ns = arena_take_array(experiment->arena, MEMORY_TABLES, count, sizeof(int64_t));
    experiment->routers =
        arena_take_array(experiment->arena, MEMORY_TABLES, count, sizeof *experiment->routers);
    for (size_t i = 0; i < json_array_size(script); i++) {
        const json_t *object = json_array_get(script, i);
        uint32_t node = IMPORT_ALL;
        bool nobody = false;
        snprintf(reader->at, sizeof reader->at, "script[%zu]", i);
        if (!unwrap(reader, &object, &node, &nobody) ||
            (!nobody && !carry_out(reader, object, node))) {
            return false;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        experiment->end_ns =
            reader->now_ns[i] > experiment->end_ns ? reader->now_ns[i] : experiment->end_ns;
    }
    sort_links(experiment);
    return true;
}

/** Routers that the file does not make are those of the defaults. */
static void complete_routers(struct experiment *experiment) {
    for (uint32_t i = 0; i < experiment->node_count; i++) {
        if (experiment->routers[i].values[IMPORT_D_HIGH] == 0) {
            import_note(experiment, "nodes without initGossipSub, which could do nothing: they "
                                    "have its defaults");
            for (enum import_param j = 0; j < IMPORT_PARAM_COUNT; j++) {
                experiment->routers[i].values[j] = params[j].otherwise;
            }
        }
    }
}

static bool read_root(struct import_reader *reader, const json_t *root, uint32_t node_count) {
    const json_t *script = json_object_get(root, "script");
    if (!json_is_array(script)) {
        return failure_bad_input(reader->failure,
                                 "this is no experiment of gossipsub-interop: allowed: an object "
                                 "with the key `script`, a list of instructions");
    }
    reader->experiment->node_count = node_count > 0 ? node_count : count_nodes(script);
    if (!read_script(reader, script)) {
        return false;
    }
    complete_routers(reader->experiment);
    return true;
}

bool import_read(struct experiment *experiment, const char *path, uint32_t node_count,
                 struct failure *failure) {
    struct import_reader reader = {.experiment = experiment, .failure = failure};
    json_error_t error;
    pool_init(&experiment->pool, experiment->arena, MEMORY_TABLES);
    intern_init(&experiment->topics, experiment->arena);
    intern_init(&experiment->notes, experiment->arena);
    json_t *root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    bool read = root != NULL && read_root(&reader, root, node_count);
    if (root == NULL) {
        failure_bad_input(failure, "%s%s", error.line > 0 ? "not valid JSON: " : "", error.text);
        failure->line = error.line > 0 ? (uint32_t)error.line : 0;
        failure->column = error.line > 0 ? (uint32_t)error.column + 1 : 0;
    }
    snprintf(failure->file, sizeof failure->file, "%s", path);
    json_decref(root);
    return read;
}
