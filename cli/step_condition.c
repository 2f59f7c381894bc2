#include "cli/step_condition.h"

#include "base/check.h"
#include "scenarios/fleet.h"
#include "scenarios/nearest.h"

#include <stdio.h>
#include <string.h>

/** What can be asked of a node. */
struct quantity {
    const char *name;
    bool of_topic;
    uint64_t (*of)(const struct step_world *world, uint32_t node, uint16_t topic);
};

static struct router *router_at(const struct step_world *world, uint32_t node) {
    return &session_fleet(world->session)->routers[node];
}

/** What a router knows of a topic, or NULL: looking must not make it meet one. */
static struct topic_state *topic_at(const struct step_world *world, uint32_t node, uint16_t topic) {
    const struct router *router = router_at(world, node);
    for (uint32_t i = 0; i < router->topic_count; i++) {
        if (router->topics[i]->topic == topic) {
            return router->topics[i];
        }
    }
    return NULL;
}

static uint64_t mesh_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    const struct topic_state *state = topic_at(world, node, topic);
    return state == NULL ? 0 : state->mesh_count;
}

static uint64_t fanout_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    struct topic_state *state = topic_at(world, node, topic);
    const struct router *router = router_at(world, node);
    return state == NULL || !state->has_fanout
               ? 0
               : bitset_count(topic_fanout(router, state), router->words);
}

static uint64_t subscribers_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    struct topic_state *state = topic_at(world, node, topic);
    const struct router *router = router_at(world, node);
    return state == NULL ? 0 : bitset_count(topic_subscribers(router, state), router->words);
}

static uint64_t peers_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    (void)topic;
    const struct router *router = router_at(world, node);
    return bitset_count(router->connected, router->words);
}

static uint64_t cached_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    (void)topic;
    return router_at(world, node)->mcache.count;
}

static uint64_t seen_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    (void)topic;
    uint64_t count = 0;
    const struct fleet *fleet = session_fleet(world->session);
    for (uint32_t message = 0; message < fleet->plan.message_count; message++) {
        count += paged_set_has(&fleet->routers[node].seen.members, message) ? 1 : 0;
    }
    return count;
}

static uint64_t draws_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    (void)topic;
    return session_stream_count(world->session, node);
}

static uint64_t up_of(const struct step_world *world, uint32_t node, uint16_t topic) {
    (void)topic;
    return session_fleet(world->session)->up[node] ? 1 : 0;
}

static const struct quantity quantities[] = {
    {"mesh", true, mesh_of},    {"fanout", true, fanout_of},  {"subscribers", true, subscribers_of},
    {"peers", false, peers_of}, {"cached", false, cached_of}, {"seen", false, seen_of},
    {"draws", false, draws_of}, {"up", false, up_of},
};
enum { QUANTITY_COUNT = sizeof quantities / sizeof quantities[0] };

/** Figures of the whole run so far. */
struct figure {
    const char *name;
    uint64_t (*of)(const struct run_counts *counts);
};

static uint64_t published(const struct run_counts *counts) {
    return counts->published;
}
static uint64_t deliveries(const struct run_counts *counts) {
    return counts->deliveries;
}
static uint64_t duplicates(const struct run_counts *counts) {
    return counts->duplicates;
}
static uint64_t packets_lost(const struct run_counts *counts) {
    return counts->packets_lost;
}
static uint64_t crashes(const struct run_counts *counts) {
    return counts->crashes;
}
static uint64_t restarts(const struct run_counts *counts) {
    return counts->restarts;
}
static uint64_t links_aborted(const struct run_counts *counts) {
    return counts->links_aborted;
}
static uint64_t rpcs_sent(const struct run_counts *counts) {
    uint64_t sent = 0;
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        sent += counts->rpcs_sent[kind];
    }
    return sent;
}

static const struct figure figures[] = {
    {"published", published},       {"deliveries", deliveries},       {"duplicates", duplicates},
    {"packets_lost", packets_lost}, {"rpcs_sent", rpcs_sent},         {"crashes", crashes},
    {"restarts", restarts},         {"links_aborted", links_aborted},
};
enum { FIGURE_COUNT = sizeof figures / sizeof figures[0] };

const char *step_figure_name(uint32_t index) {
    return index < FIGURE_COUNT ? figures[index].name : NULL;
}

const char *step_quantity_name(uint32_t index) {
    return index < QUANTITY_COUNT ? quantities[index].name : NULL;
}

static bool read_comparison(struct step_condition *condition, struct step_words *words,
                            char why[STEP_WHY_SIZE]) {
    static const char *const signs[] = {
        [STEP_LESS] = "<",     [STEP_AT_MOST] = "<=",  [STEP_EQUAL] = "==",
        [STEP_UNEQUAL] = "!=", [STEP_AT_LEAST] = ">=", [STEP_MORE] = ">"};
    const char *word = step_words_take(words);
    for (uint32_t i = 0; word != NULL && i < sizeof signs / sizeof signs[0]; i++) {
        if (strcmp(word, signs[i]) == 0) {
            condition->comparison = (enum step_comparison)i;
            return step_words_number(words, "the number to compare with", UINT64_MAX,
                                     &condition->number, why);
        }
    }
    snprintf(why, STEP_WHY_SIZE, "%s%.60s%s; compare by <, <=, ==, !=, >= or >",
             word == NULL ? "a comparison is missing" : "found `", word == NULL ? "" : word,
             word == NULL ? "" : "`");
    return false;
}

static bool read_topic(struct step_condition *condition, struct step_words *words,
                       const struct step_world *world, char why[STEP_WHY_SIZE]) {
    const struct scenario *scenario = world->scenario;
    const char *word = step_words_peek(words);
    for (uint16_t i = 0; word != NULL && i < scenario->topic_count; i++) {
        if (strcmp(word, scenario->topics[i].name) == 0) {
            condition->topic = i;
            step_words_take(words);
            return true;
        }
    }
    if (scenario->topic_count == 1 && word != NULL && strchr("<>=!", word[0]) != NULL) {
        condition->topic = 0;
        return true;
    }
    snprintf(why, STEP_WHY_SIZE, "%s%.60s%s; there is the topic `%.60s`%s",
             word == NULL ? "a topic is missing" : "no topic is called `", word == NULL ? "" : word,
             word == NULL ? "" : "`", scenario->topics[0].name,
             scenario->topic_count > 1 ? " and others" : "");
    return false;
}

static bool read_u32(struct step_words *words, const char *what, uint32_t limit, uint32_t *number,
                     char why[STEP_WHY_SIZE]) {
    uint64_t read = 0;
    if (!step_words_number(words, what, limit, &read, why)) {
        return false;
    }
    *number = (uint32_t)read;
    return true;
}

static bool read_node(struct step_condition *condition, struct step_words *words,
                      const struct step_world *world, char why[STEP_WHY_SIZE]) {
    condition->kind = STEP_NODE;
    if (!read_u32(words, "the node", world->scenario->node_count, &condition->node, why)) {
        return false;
    }
    const char *word = step_words_take(words);
    for (uint32_t i = 0; word != NULL && i < QUANTITY_COUNT; i++) {
        if (strcmp(word, quantities[i].name) == 0) {
            condition->quantity = i;
            return (!quantities[i].of_topic || read_topic(condition, words, world, why)) &&
                   read_comparison(condition, words, why);
        }
    }
    snprintf(why, STEP_WHY_SIZE,
             "what of the node: mesh, fanout, subscribers, peers, cached, seen, draws or up; "
             "found `%.60s`",
             word == NULL ? "" : word);
    return false;
}

/** "message 3 at node 5" */
static bool read_message(struct step_condition *condition, struct step_words *words,
                         const struct step_world *world, char why[STEP_WHY_SIZE]) {
    const struct fleet *fleet = session_fleet(world->session);
    condition->kind = STEP_MESSAGE;
    if (!read_u32(words, "the message", fleet->plan.message_count, &condition->message, why)) {
        return false;
    }
    if (!step_words_skip(words, "at") || !step_words_skip(words, "node")) {
        snprintf(why, STEP_WHY_SIZE, "say where: message M at node N");
        return false;
    }
    return read_u32(words, "the node", world->scenario->node_count, &condition->node, why);
}

static bool find_record(struct step_condition *condition, const char *word) {
    for (uint32_t i = TRACE_NODE_START; i < TRACE_KIND_COUNT; i++) {
        if (strcmp(word, trace_kind_name((enum trace_kind)i)) == 0) {
            condition->record_kind = (uint8_t)i;
            return true;
        }
    }
    for (uint32_t i = 1; i < REASON_COUNT; i++) {
        if (strcmp(word, trace_reason_name((enum trace_reason)i)) == 0) {
            condition->reason = (uint8_t)i;
            return true;
        }
    }
    for (uint32_t i = 1; i < CAUSE_COUNT; i++) {
        if (strcmp(word, trace_cause_name((enum trace_cause)i)) == 0) {
            condition->cause = (uint8_t)i;
            return true;
        }
    }
    return false;
}

static void name_nearest(const char *word, char why[STEP_WHY_SIZE]) {
    const char *best = NULL;
    uint32_t best_distance = NEAREST_FAR;
    const uint32_t ends[] = {TRACE_KIND_COUNT, REASON_COUNT, CAUSE_COUNT, FIGURE_COUNT};
    for (uint32_t table = 0; table < 4; table++) {
        for (uint32_t i = table == 3 ? 0 : 1; i < ends[table]; i++) {
            const char *name = table == 0   ? trace_kind_name((enum trace_kind)i)
                               : table == 1 ? trace_reason_name((enum trace_reason)i)
                               : table == 2 ? trace_cause_name((enum trace_cause)i)
                                            : figures[i].name;
            uint32_t distance = nearest_distance(word, strlen(word), name, strlen(name));
            if (distance < best_distance) {
                best = name;
                best_distance = distance;
            }
        }
    }
    bool near = best != NULL && nearest_is_near(best_distance, strlen(word));
    snprintf(why, STEP_WHY_SIZE,
             "nothing is called `%.60s`%s%s%s; `help until` tells what there is", word,
             near ? ": did you mean `" : "", near ? best : "", near ? "`?" : "");
}

/** What narrows a record down: "node 3 peer 4 topic blocks message 5 rpc graft", in any order. */
static bool read_record(struct step_condition *condition, struct step_words *words,
                        const struct step_world *world, char why[STEP_WHY_SIZE]) {
    condition->kind = STEP_RECORD;
    uint32_t nodes = world->scenario->node_count;
    while (step_words_peek(words) != NULL) {
        bool ok = true;
        if (step_words_skip(words, "node")) {
            ok = read_u32(words, "the node", nodes, &condition->node, why);
        } else if (step_words_skip(words, "peer")) {
            ok = read_u32(words, "the peer", nodes, &condition->peer, why);
        } else if (step_words_skip(words, "message")) {
            ok = read_u32(words, "the message", UINT32_MAX, &condition->message, why);
        } else if (step_words_skip(words, "topic")) {
            ok = read_topic(condition, words, world, why);
        } else {
            return step_words_end(words, why);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool find_rpc(struct step_condition *condition, struct step_words *words) {
    const char *word = step_words_peek(words);
    for (uint32_t i = 0; word != NULL && i < TRACE_RPC_COUNT; i++) {
        if (strcmp(word, trace_rpc_name((enum trace_rpc)i)) == 0) {
            condition->rpc = (uint8_t)(i + 1);
            step_words_take(words);
            return true;
        }
    }
    return false;
}

static void keep_text(struct step_condition *condition, const struct step_words *words) {
    size_t used = 0;
    for (uint32_t i = words->next; i < words->count; i++) {
        int size = snprintf(condition->text + used, sizeof condition->text - used, "%s%s",
                            i == words->next ? "" : " ", words->items[i]);
        used += size > 0 ? (size_t)size : 0;
        used = used < sizeof condition->text ? used : sizeof condition->text - 1;
    }
}

bool step_condition_read(struct step_condition *condition, struct step_words *words,
                         const struct step_world *world, char why[STEP_WHY_SIZE]) {
    *condition = (struct step_condition){
        .node = TRACE_NONE, .peer = TRACE_NONE, .message = TRACE_NONE, .topic = TRACE_TOPIC_NONE};
    keep_text(condition, words);
    const char *word = step_words_take(words);
    if (word == NULL) {
        snprintf(why, STEP_WHY_SIZE, "say until what; `help until` lists conditions");
        return false;
    }
    if (strcmp(word, "node") == 0) {
        return read_node(condition, words, world, why) && step_words_end(words, why);
    }
    if (strcmp(word, "message") == 0) {
        return read_message(condition, words, world, why) && step_words_end(words, why);
    }
    for (uint32_t i = 0; i < FIGURE_COUNT; i++) {
        if (strcmp(word, figures[i].name) == 0) {
            condition->kind = STEP_FIGURE;
            condition->quantity = i;
            return read_comparison(condition, words, why) && step_words_end(words, why);
        }
    }
    if (!find_record(condition, word)) {
        name_nearest(word, why);
        return false;
    }
    if (condition->record_kind != 0 && trace_kind_is_rpc(condition->record_kind)) {
        find_rpc(condition, words); // "send graft"
    }
    return read_record(condition, words, world, why);
}

static bool compares(const struct step_condition *condition, uint64_t value) {
    switch (condition->comparison) {
    case STEP_LESS:
        return value < condition->number;
    case STEP_AT_MOST:
        return value <= condition->number;
    case STEP_EQUAL:
        return value == condition->number;
    case STEP_UNEQUAL:
        return value != condition->number;
    case STEP_AT_LEAST:
        return value >= condition->number;
    case STEP_MORE:
        return value > condition->number;
    }
    CHECK(false);
    return false;
}

static bool is_record(const struct step_condition *c, const struct trace_record *record) {
    bool is_rpc = trace_kind_is_rpc(record->kind);
    return (c->record_kind == 0 || c->record_kind == record->kind) &&
           (c->reason == 0 || (!is_rpc && c->reason == record->reason)) &&
           (c->cause == 0 || (record->kind == TRACE_DROPPED && c->cause == record->extra)) &&
           (c->rpc == 0 || (is_rpc && c->rpc == record->reason + 1)) &&
           (c->node == TRACE_NONE || c->node == record->node) &&
           (c->peer == TRACE_NONE || c->peer == record->peer) &&
           (c->message == TRACE_NONE || c->message == record->message) &&
           (c->topic == TRACE_TOPIC_NONE || c->topic == record->topic);
}

bool step_condition_holds(const struct step_condition *condition, const struct step_world *world) {
    switch (condition->kind) {
    case STEP_RECORD:
        for (uint32_t i = 0; i < world->log.record_count; i++) {
            if (is_record(condition, &world->log.records[i])) {
                return true;
            }
        }
        return false;
    case STEP_NODE:
        return compares(condition, quantities[condition->quantity].of(world, condition->node,
                                                                      condition->topic));
    case STEP_MESSAGE:
        return paged_set_has(&router_at(world, condition->node)->seen.members, condition->message);
    case STEP_FIGURE: {
        const struct run_counts counts = session_counts(world->session);
        return compares(condition, figures[condition->quantity].of(&counts));
    }
    }
    CHECK(false);
    return false;
}
