#include "tests/vectors/world_observe.h"

#include "base/check.h"

#include <stdio.h>
#include <string.h>

enum {
    WHAT_SIZE = 4096, // the text of one RPC
    WHATS_MAX = 256,  // different RPCs in one step
    PIECES_MAX = 200, // parts of an RPC, or ids of a part
    NAME_SIZE = 512,
    ID_NAME_SIZE = 16,
};

/** The observation of one step. */
struct observation {
    struct router_world *world;
    struct case_tally *tally;
    const struct step_outcome *outcome;
    uint32_t step;
};

static void note(const struct observation *observation, const char *field, const char *value) {
    struct router_case *of = observation->world->of;
    case_tally_add(observation->tally, observation->step, router_case_field(of, field),
                   router_case_value(of, value));
}

static void note_number(const struct observation *observation, const char *field, int64_t number) {
    char value[32];
    snprintf(value, sizeof value, "%lld", (long long)number);
    note(observation, field, value);
}

static void note_bool(const struct observation *observation, const char *field, bool value) {
    note(observation, field, value ? "true" : "false");
}

static int64_t size_of(const struct observation *observation, enum case_table table,
                       uint32_t topic) {
    const uint64_t *set = world_table(observation->world, table, topic);
    return set == NULL ? -1 : (int64_t)bitset_count(set, observation->world->router.words);
}

/** Messages of the topic in the part of the cache that gossip speaks of. */
static uint32_t window_count(const struct router_world *world, uint32_t topic) {
    uint32_t count = 0;
    const struct mcache_entry *entry = NULL;
    for (uint32_t position = 0;
         (entry = mcache_next(&world->router.mcache, world->shared.params.history_gossip,
                              &position)) != NULL;) {
        uint16_t number = 0;
        for (uint32_t at = 0; message_next_topic(&world->messages, entry->message, &at, &number);) {
            count += number == world->topic_number[topic];
        }
    }
    return count;
}

static void note_tables(const struct observation *observation) {
    static const char letters[TABLE_COUNT] = {
        [TABLE_MESH] = 'm', [TABLE_FANOUT] = 'f', [TABLE_SUBSCRIBERS] = 'g'};
    static const enum case_table order[TABLE_COUNT] = {TABLE_MESH, TABLE_SUBSCRIBERS, TABLE_FANOUT};
    struct router_world *world = observation->world;
    for (uint32_t topic = 0; topic < world->of->observed_count; topic++) {
        const char *name = world->of->topics.names[topic];
        char field[NAME_SIZE];
        char actor[TABLE_COUNT + 3] = "\"";
        size_t used = 1;
        for (uint32_t i = 0; i < TABLE_COUNT; i++) {
            snprintf(field, sizeof field, "tables.%s.%s", name, case_table_words[order[i]]);
            note_number(observation, field, size_of(observation, order[i], topic));
            const uint64_t *set = world_table(world, order[i], topic);
            uint32_t peer = observation->outcome->actor;
            if (set != NULL && peer != CASE_NONE && bitset_has(set, world->slot_of[peer])) {
                actor[used++] = letters[order[i]];
            }
        }
        enum case_op op = world->of->steps[observation->step].op;
        if (op == CASE_CONNECT || op == CASE_DISCONNECT || op == CASE_BREAK || op == CASE_RPC) {
            actor[used++] = '"';
            actor[used] = '\0';
            snprintf(field, sizeof field, "tables.%s.actor", name);
            note(observation, field, actor);
        }
        snprintf(field, sizeof field, "tables.%s.window", name);
        note_number(observation, field, window_count(world, topic));
        const struct topic_state *state =
            router_find_topic(&world->router, (uint16_t)world->topic_number[topic]);
        snprintf(field, sizeof field, "tables.%s.subscribed", name);
        note_bool(observation, field, state != NULL && state->joined);
    }
}

/** The name of the topic behind a number; `?` if the case has none of that number. */
static const char *topic_name(const struct router_world *world, uint32_t number) {
    for (uint32_t i = 0; i < world->of->topics.count; i++) {
        if (world->topic_number[i] == number) {
            return world->of->topics.names[i];
        }
    }
    return "?";
}

static void message_name(const struct router_world *world, uint32_t number,
                         char out[ID_NAME_SIZE]) {
    const struct world_numbers *numbers = &world->numbers;
    // An id that was used too early is some text, but the recorder called it by its name.
    if (number >= numbers->early && number < numbers->made_up) {
        number -= numbers->early;
        number += number < world->of->publish_count ? numbers->published
                                                    : numbers->sent - world->of->publish_count;
    }
    if (number < numbers->sent) {
        snprintf(out, ID_NAME_SIZE, "p%u", number - numbers->published);
    } else if (number < numbers->unknown) {
        snprintf(out, ID_NAME_SIZE, "m%u", number - numbers->sent);
    } else if (number < numbers->early) {
        snprintf(out, ID_NAME_SIZE, "x%u", number - numbers->unknown);
    } else {
        snprintf(out, ID_NAME_SIZE, "?");
    }
}

/** Texts in the order they are put together, of which some runs are sorted. */
struct pieces {
    char items[PIECES_MAX][NAME_SIZE];
    uint32_t count;
};

static void add_piece(struct pieces *pieces, const char *text) {
    CHECK(pieces->count < PIECES_MAX);
    snprintf(pieces->items[pieces->count++], NAME_SIZE, "%s", text);
}

/** Sorts the pieces from `first` on. */
static void sort_pieces(struct pieces *pieces, uint32_t first) {
    for (uint32_t i = first + 1; i < pieces->count; i++) {
        char moved[NAME_SIZE];
        memcpy(moved, pieces->items[i], NAME_SIZE);
        uint32_t place = i;
        for (; place > first && strcmp(pieces->items[place - 1], moved) > 0; place--) {
            memcpy(pieces->items[place], pieces->items[place - 1], NAME_SIZE);
        }
        memcpy(pieces->items[place], moved, NAME_SIZE);
    }
}

static void join_pieces(const struct pieces *pieces, char separator, char *out, size_t size) {
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t i = 0; i < pieces->count; i++) {
        char between[2] = {i == 0 ? '\0' : separator, '\0'};
        used += (size_t)snprintf(out + used, size - used, "%s%s", between, pieces->items[i]);
        CHECK(used < size);
    }
}

/** The ids of an entry, joined; those of IHAVE sorted, those of IWANT in order. */
static void join_ids(const struct router_world *world, const struct rpc *rpc,
                     const struct rpc_entry *entry, char *out, size_t size) {
    struct pieces ids;
    ids.count = 0;
    for (uint32_t i = 0; i < entry->count; i++) {
        char name[ID_NAME_SIZE];
        message_name(world, message_of_id(rpc->ids[entry->first + i]), name);
        add_piece(&ids, name);
    }
    if (entry->kind == TRACE_RPC_IHAVE) {
        sort_pieces(&ids, 0);
    }
    join_pieces(&ids, ',', out, size);
}

/** The text of one entry. */
static void entry_text(const struct router_world *world, const struct rpc *rpc,
                       const struct rpc_entry *entry, char out[NAME_SIZE]) {
    char detail[NAME_SIZE / 2];
    switch ((enum trace_rpc)entry->kind) {
    case TRACE_RPC_SUBSCRIPTIONS:
        snprintf(out, NAME_SIZE, "%s:%s", entry->subscribe ? "sub" : "unsub",
                 topic_name(world, entry->topic));
        return;
    case TRACE_RPC_MESSAGES:
        message_name(world, entry->first, detail);
        snprintf(out, NAME_SIZE, "msg:%s", detail);
        return;
    case TRACE_RPC_IHAVE:
        join_ids(world, rpc, entry, detail, sizeof detail);
        snprintf(out, NAME_SIZE, "ihave:%s:%s", topic_name(world, entry->topic), detail);
        return;
    case TRACE_RPC_IWANT:
        join_ids(world, rpc, entry, detail, sizeof detail);
        snprintf(out, NAME_SIZE, "iwant:%s", detail);
        return;
    case TRACE_RPC_GRAFT:
        snprintf(out, NAME_SIZE, "graft:%s", topic_name(world, entry->topic));
        return;
    case TRACE_RPC_PRUNE:
        snprintf(out, NAME_SIZE, "prune:%s", topic_name(world, entry->topic));
        return;
    case TRACE_RPC_COUNT:
        break;
    }
    CHECK(false);
}

/** The content of an RPC as its bytes tell it: of several messages in one field the last is left,
 * and a tail of what the others were. */
static void rpc_text(const struct router_world *world, const struct rpc *rpc, char *out) {
    const struct rpc_entry *entries = rpc_entries(rpc);
    struct pieces pieces;
    pieces.count = 0;
    uint32_t first = 0; // piece of the present kind
    for (uint32_t i = 0; i < rpc->entry_count; i++) {
        bool begins = i == 0 || entries[i].kind != entries[i - 1].kind;
        bool ends = i + 1 == rpc->entry_count || entries[i].kind != entries[i + 1].kind;
        bool garbled = entries[i].kind == TRACE_RPC_MESSAGES && (rpc->form & RPC_FORM_GARBLED) != 0;
        first = begins ? pieces.count : first;
        if (ends || !garbled) {
            char text[NAME_SIZE];
            entry_text(world, rpc, &entries[i], text);
            add_piece(&pieces, text);
        }
        if (ends && garbled && !begins) {
            add_piece(&pieces, "tail");
        }
        if (entries[i].kind == TRACE_RPC_SUBSCRIPTIONS || entries[i].kind == TRACE_RPC_IHAVE) {
            sort_pieces(&pieces, first);
        }
    }
    join_pieces(&pieces, ';', out, WHAT_SIZE);
}

/** RPCs of the step that say the same. */
struct sent_group {
    uint32_t what; // its text among the values of the case
    uint32_t rpcs;
    uint32_t peers;
    uint32_t to_actor;
};

/** Whether an earlier effect sent an RPC of the same text to the same peer. */
static bool is_peer_again(const struct router_world *world, const uint32_t *whats, uint32_t index) {
    const struct effect *effects = world->effects.items;
    for (uint32_t i = 0; i < index; i++) {
        if (effects[i].kind == EFFECT_SEND_RPC && effects[i].slot == effects[index].slot &&
            whats[i] == whats[index]) {
            return true;
        }
    }
    return false;
}

static void note_group(const struct observation *observation, const struct sent_group *group) {
    const char *what = observation->world->of->values.names[group->what];
    char field[WHAT_SIZE + NAME_SIZE];
    snprintf(field, sizeof field, "sent[%s].rpcs", what);
    note_number(observation, field, group->rpcs);
    snprintf(field, sizeof field, "sent[%s].peers", what);
    note_number(observation, field, group->peers);
    snprintf(field, sizeof field, "sent[%s].to_actor", what);
    note_number(observation, field, group->to_actor);
}

/** Finds the text of what each effect sends, as its number; CASE_NONE where nothing is sent. */
static void name_sent(const struct router_world *world, uint32_t *whats) {
    char text[WHAT_SIZE];
    for (uint32_t i = 0; i < world->effects.count; i++) {
        const struct effect *effect = &world->effects.items[i];
        whats[i] = CASE_NONE;
        if (effect->kind == EFFECT_SEND_RPC) {
            rpc_text(world, rpc_at(&world->rpcs, effect->item), text);
            whats[i] = router_case_value(world->of, text);
        }
    }
}

static void note_sent(const struct observation *observation) {
    struct router_world *world = observation->world;
    uint32_t *whats = pool_take(&world->pool, world->effects.count * sizeof *whats);
    struct sent_group groups[WHATS_MAX];
    uint32_t group_count = 0;
    uint32_t total = 0;
    name_sent(world, whats);
    for (uint32_t i = 0; i < world->effects.count; i++) {
        if (whats[i] == CASE_NONE) {
            continue;
        }
        uint32_t index = 0;
        while (index < group_count && groups[index].what != whats[i]) {
            index++;
        }
        CHECK(index < WHATS_MAX);
        if (index == group_count) {
            groups[group_count++] = (struct sent_group){.what = whats[i]};
        }
        groups[index].rpcs++;
        groups[index].peers += !is_peer_again(world, whats, i);
        groups[index].to_actor +=
            world->peer_of[world->effects.items[i].slot] == observation->outcome->actor;
        total++;
    }
    for (uint32_t i = 0; i < group_count; i++) {
        note_group(observation, &groups[i]);
    }
    note_number(observation, "sent_total", total);
    pool_give(&world->pool, whats, world->effects.count * sizeof *whats);
}

/** Handler calls as `{"T0":1,"T2":1}`, topics in the order of their names. */
static void note_delivered(const struct observation *observation) {
    struct router_world *world = observation->world;
    struct pieces pieces;
    pieces.count = 0;
    for (uint32_t topic = 0; topic < world->of->topics.count; topic++) {
        uint32_t calls = 0;
        for (uint32_t i = 0; i < world->effects.count; i++) {
            const struct effect *effect = &world->effects.items[i];
            if (effect->kind == EFFECT_DELIVER && effect->topic == world->topic_number[topic]) {
                calls += effect->calls;
            }
        }
        if (calls > 0) {
            char text[NAME_SIZE];
            snprintf(text, sizeof text, "\"%s\":%u", world->of->topics.names[topic], calls);
            add_piece(&pieces, text);
        }
    }
    sort_pieces(&pieces, 0);
    char joined[WHAT_SIZE];
    join_pieces(&pieces, ',', joined, sizeof joined);
    char value[WHAT_SIZE + 2];
    snprintf(value, sizeof value, "{%s}", joined);
    note(observation, "delivered", value);
}

void world_observe(struct router_world *world, uint32_t step, const struct step_outcome *outcome,
                   struct case_tally *tally) {
    const struct observation observation = {
        .world = world, .tally = tally, .outcome = outcome, .step = step};
    struct router *router = &world->router;
    enum case_op op = world->of->steps[step].op;
    mcache_expire(&router->mcache, &world->shared.caches, world->step.now_ns);
    if (world->step.now_ns >= router->seen.next_expiry_ns) {
        seen_expire(&router->seen, &world->shared.caches, world->step.now_ns);
    }
    note_bool(&observation, "skipped", outcome->skipped);
    if (op == CASE_PUBLISH) {
        note_number(&observation, "ret", outcome->reached);
    } else if (op == CASE_SUBSCRIBE) {
        note_bool(&observation, "completed", outcome->completed);
    } else if (op == CASE_HEARTBEAT) {
        note_bool(&observation, "hb_alive", true);
    }
    if (outcome->threw) {
        note(&observation, "exc", "\"KeyError\"");
    }
    note_tables(&observation);
    note_number(&observation, "peers", bitset_count(router->peers, router->words));
    note_number(&observation, "mcache", router->mcache.count);
    note_number(&observation, "seen", router->seen.members.count);
    note_delivered(&observation);
    note_sent(&observation);
}
