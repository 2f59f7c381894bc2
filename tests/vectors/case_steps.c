#include "tests/vectors/case_steps.h"

#include "base/quantity.h"

#include <string.h>

enum { ADVANCE_MS_MAX = 1000000000 };

const char *const case_table_words[TABLE_COUNT] = {"mesh", "fanout", "gossipsub"};

static const char *const op_words[CASE_OP_COUNT] = {"connect",   "disconnect",  "break",
                                                    "subscribe", "unsubscribe", "publish",
                                                    "heartbeat", "advance",     "rpc"};

/** The reading of one case. */
struct reading {
    struct router_case *read;
    struct vector_line *line;
};

static void *take(const struct reading *reading, size_t count, size_t size) {
    return arena_take_array(reading->read->arena, MEMORY_TABLES, count, size);
}

static uint32_t topic_of(const struct reading *reading, const char *name) {
    uint32_t topic = intern_add(&reading->read->topics, name, (uint32_t)strlen(name));
    if (topic >= CASE_TOPICS_MAX) {
        line_malformed(reading->line, "more than %d topics", CASE_TOPICS_MAX);
        return 0;
    }
    return topic;
}

/** The array of a member that may be absent. */
static json_t *optional_array(const struct reading *reading, const json_t *object, const char *name,
                              uint32_t *count) {
    *count = 0;
    if (json_object_get(object, name) == NULL) {
        return NULL;
    }
    json_t *array = line_array(reading->line, object, name);
    *count = (uint32_t)json_array_size(array);
    return array;
}

static struct case_name read_name(const struct reading *reading, const char *text) {
    struct case_name name = {.kind = text[0]};
    bool is_name = (text[0] == 'm' || text[0] == 'p' || text[0] == 'x') && text[1] != '\0';
    for (const char *at = text + is_name; is_name && *at != '\0'; at++) {
        is_name = *at >= '0' && *at <= '9' && name.number < CASE_NAMES_MAX;
        name.number = name.number * 10 + (uint32_t)(*at - '0');
    }
    if (!is_name || name.number >= CASE_NAMES_MAX) {
        line_malformed(reading->line, "'%s' names no message", text);
        return (struct case_name){.kind = 'x'};
    }
    uint32_t *used = &reading->read->unknown_count;
    if (name.kind != 'x') {
        used = name.kind == 'm' ? &reading->read->message_count : &reading->read->publish_count;
    }
    *used = *used > name.number ? *used : name.number + 1;
    return name;
}

static const struct case_name *read_names(const struct reading *reading, const json_t *array) {
    size_t count = json_array_size(array);
    struct case_name *names = take(reading, count, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = read_name(reading, line_item_text(reading->line, array, i));
    }
    return names;
}

static const uint32_t *read_topics(const struct reading *reading, const json_t *array) {
    size_t count = json_array_size(array);
    uint32_t *topics = take(reading, count, sizeof *topics);
    for (size_t i = 0; i < count; i++) {
        topics[i] = topic_of(reading, line_item_text(reading->line, array, i));
    }
    return topics;
}

static enum case_table read_table(const struct reading *reading, const char *word) {
    for (uint32_t i = 0; i < TABLE_COUNT; i++) {
        if (strcmp(case_table_words[i], word) == 0) {
            return (enum case_table)i;
        }
    }
    line_malformed(reading->line, "there is no table '%s'", word);
    return TABLE_MESH;
}

static uint32_t peer_name(const struct reading *reading, const json_t *object, const char *member) {
    const char *name = line_text(reading->line, object, member);
    return intern_add(&reading->read->peers, name, (uint32_t)strlen(name));
}

static struct case_peer read_peer(const struct reading *reading, const json_t *object) {
    struct case_peer peer = {.kind = PEER_INDEX, .name = CASE_NONE};
    const json_t *value = json_object_get(object, "peer");
    if (!json_is_object(value)) {
        peer.index = (uint32_t)line_integer(reading->line, object, "peer",
                                            (int64_t)reading->read->peer_count - 1);
        return peer;
    }
    if (json_object_get(value, "ref") != NULL) {
        peer.kind = PEER_REMEMBERED;
        peer.name = peer_name(reading, value, "ref");
        return peer;
    }
    bool in = json_object_get(value, "in") != NULL;
    peer.kind = in ? PEER_IN : PEER_NOT_IN;
    peer.table = read_table(reading, line_text(reading->line, value, in ? "in" : "notin"));
    peer.topic = topic_of(reading, line_text(reading->line, value, "t"));
    if (json_object_get(value, "as") != NULL) {
        peer.name = peer_name(reading, value, "as");
    }
    return peer;
}

static uint32_t read_origin(const struct reading *reading, const json_t *object) {
    const char *word = json_string_value(json_object_get(object, "from"));
    if (word == NULL) {
        return (uint32_t)line_integer(reading->line, object, "from",
                                      (int64_t)reading->read->peer_count - 1);
    }
    if (strcmp(word, "self") != 0 && strcmp(word, "ext") != 0) {
        line_malformed(reading->line, "a message is from a peer, 'self' or 'ext', not '%s'", word);
    }
    return strcmp(word, "self") == 0 ? CASE_SELF : CASE_STRANGER;
}

static void read_messages(const struct reading *reading, const json_t *object,
                          struct case_rpc *rpc) {
    const json_t *array = optional_array(reading, object, "msgs", &rpc->message_count);
    struct case_message *messages = take(reading, rpc->message_count, sizeof *messages);
    for (uint32_t i = 0; i < rpc->message_count; i++) {
        const json_t *item = json_array_get(array, i);
        const json_t *topics = line_array(reading->line, item, "topics");
        messages[i] = (struct case_message){
            .name = read_name(reading, line_text(reading->line, item, "m")),
            .origin = read_origin(reading, item),
            .size_bytes = (uint32_t)line_integer(reading->line, item, "len", CASE_DATA_MAX),
            .topic_count = (uint32_t)json_array_size(topics),
            .topics = read_topics(reading, topics)};
        if (messages[i].name.kind != 'm') {
            line_malformed(reading->line, "a message in an RPC is called m0, m1 …");
        }
    }
    rpc->messages = messages;
}

/** Checks that an item is a pair whose first part is a topic, and returns that. */
static uint32_t read_pair(const struct reading *reading, const json_t *item) {
    if (json_array_size(item) != 2) {
        line_malformed(reading->line, "a topic and what is said of it must be an array of two");
        return 0;
    }
    return topic_of(reading, line_item_text(reading->line, item, 0));
}

static void read_subscriptions(const struct reading *reading, const json_t *object,
                               struct case_rpc *rpc) {
    const json_t *array = optional_array(reading, object, "subs", &rpc->subscription_count);
    struct case_subscription *items = take(reading, rpc->subscription_count, sizeof *items);
    for (uint32_t i = 0; i < rpc->subscription_count; i++) {
        const json_t *flag = json_array_get(json_array_get(array, i), 1);
        items[i].topic = read_pair(reading, json_array_get(array, i));
        items[i].subscribe = json_is_true(flag);
        if (!json_is_boolean(flag)) {
            line_malformed(reading->line, "a subscription is true or false");
        }
    }
    rpc->subscriptions = items;
}

static void read_control(const struct reading *reading, const json_t *object,
                         struct case_rpc *rpc) {
    const json_t *array = optional_array(reading, object, "ihave", &rpc->ihave_count);
    struct case_ihave *ihaves = take(reading, rpc->ihave_count, sizeof *ihaves);
    rpc->has_control = array != NULL;
    for (uint32_t i = 0; i < rpc->ihave_count; i++) {
        const json_t *item = json_array_get(array, i);
        ihaves[i].topic = read_pair(reading, item);
        ihaves[i].ids = read_names(reading, json_array_get(item, 1));
        ihaves[i].id_count = (uint32_t)json_array_size(json_array_get(item, 1));
    }
    rpc->ihaves = ihaves;
    array = optional_array(reading, object, "iwant", &rpc->iwant_count);
    rpc->has_control |= array != NULL;
    rpc->iwants = read_names(reading, array);
    array = optional_array(reading, object, "graft", &rpc->graft_count);
    rpc->has_control |= array != NULL;
    rpc->grafts = read_topics(reading, array);
    array = optional_array(reading, object, "prune", &rpc->prune_count);
    rpc->has_control |= array != NULL;
    rpc->prunes = read_topics(reading, array);
}

static int hex_digit(char digit) {
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static void read_raw(const struct reading *reading, const json_t *object, struct case_rpc *rpc) {
    const char *text = line_text(reading->line, object, "raw");
    size_t size = strlen(text) / 2;
    uint8_t *bytes = take(reading, size, 1);
    bool is_hex = strlen(text) % 2 == 0;
    for (size_t i = 0; i < size; i++) {
        int high = hex_digit(text[2 * i]);
        int low = hex_digit(text[2 * i + 1]);
        is_hex = is_hex && high >= 0 && low >= 0;
        bytes[i] = (uint8_t)(is_hex ? high * 16 + low : 0);
    }
    if (!is_hex) {
        line_malformed(reading->line, "'raw' must be bytes in lower-case hex");
    }
    rpc->is_raw = true;
    rpc->raw = bytes;
    rpc->raw_size = (uint32_t)size;
}

static enum case_op read_op(const struct reading *reading, const json_t *object) {
    const char *word = line_text(reading->line, object, "op");
    for (uint32_t i = 0; i < CASE_OP_COUNT; i++) {
        if (strcmp(op_words[i], word) == 0) {
            return (enum case_op)i;
        }
    }
    line_malformed(reading->line, "there is no step '%s'", word);
    return CASE_HEARTBEAT;
}

void case_step_read(struct router_case *read, struct vector_line *line, const json_t *object,
                    struct case_step *step) {
    const struct reading reading = {.read = read, .line = line};
    step->op = read_op(&reading, object);
    switch (step->op) {
    case CASE_CONNECT:
        if (json_object_get(object, "proto") != NULL) {
            step->floodsub = strcmp(line_text(line, object, "proto"), "floodsub") == 0;
        }
        step->peer = read_peer(&reading, object);
        return;
    case CASE_DISCONNECT:
    case CASE_BREAK:
        step->peer = read_peer(&reading, object);
        return;
    case CASE_PUBLISH:
        step->size_bytes = (uint32_t)line_integer(line, object, "len", CASE_DATA_MAX);
        step->topic = topic_of(&reading, line_text(line, object, "t"));
        step->publication = read->publish_steps++;
        return;
    case CASE_SUBSCRIBE:
    case CASE_UNSUBSCRIBE:
        step->topic = topic_of(&reading, line_text(line, object, "t"));
        return;
    case CASE_ADVANCE:
        step->advance_ns = line_integer(line, object, "ms", ADVANCE_MS_MAX) * NS_PER_MS;
        return;
    case CASE_RPC:
        step->peer = read_peer(&reading, object);
        read_subscriptions(&reading, object, &step->rpc);
        read_messages(&reading, object, &step->rpc);
        read_control(&reading, object, &step->rpc);
        if (json_object_get(object, "raw") != NULL) {
            read_raw(&reading, object, &step->rpc);
        }
        return;
    case CASE_HEARTBEAT:
    case CASE_OP_COUNT:
        return;
    }
}
