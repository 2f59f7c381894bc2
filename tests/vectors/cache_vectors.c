#include "tests/vectors/cache_vectors.h"

#include "base/arena.h"
#include "base/intern.h"
#include "base/quantity.h"
#include "router/mcache.h"
#include "router/params.h"
#include "router/timed_cache.h"

#include <stdlib.h>
#include <string.h>

enum {
    CACHE_IDS_MAX = 4096,
    CACHE_SLOT_COUNT = 1, // peers of the router that owns the cache: of no account here
    MS_MAX = 1000000000,
};

enum cache_op_kind {
    OP_PUT,
    OP_SHIFT,
    OP_WINDOW,
    OP_GET,
    OP_CONTAINS,
    OP_DELETE,
    OP_ADVANCE,
    OP_KIND_COUNT
};

/** The words of either kind of recording; NULL where it has none. */
static const char *const mcache_words[OP_KIND_COUNT] = {"put",      "shift", "window", "get",
                                                        "contains", NULL,    "advance"};
static const char *const timed_cache_words[OP_KIND_COUNT] = {"put",      NULL,  NULL,     "get",
                                                             "contains", "del", "advance"};

static enum cache_op_kind read_kind(struct vector_line *line, const json_t *op,
                                    const char *const *words) {
    const char *word = line_text(line, op, "op");
    for (uint32_t i = 0; i < OP_KIND_COUNT; i++) {
        if (words[i] != NULL && strcmp(words[i], word) == 0) {
            return (enum cache_op_kind)i;
        }
    }
    line_malformed(line, "there is no operation '%s' on this cache", word);
    return OP_ADVANCE;
}

static uint32_t intern_text(struct vector_line *line, struct intern *names, const char *text) {
    uint32_t number = intern_add(names, text, (uint32_t)strlen(text));
    if (number >= CACHE_IDS_MAX) {
        line_malformed(line, "more than %d different ids", CACHE_IDS_MAX);
        return 0;
    }
    return number;
}

/** Compares one member of a result; takes `got` over. */
static void compare_member(struct vector_report *report, int step, const char *name,
                           const json_t *recorded, json_t *got) {
    const json_t *expected = json_object_get(recorded, name);
    if (!json_equal(expected, got)) {
        char *expected_text = json_dumps(expected, JSON_COMPACT | JSON_ENCODE_ANY);
        char *got_text = json_dumps(got, JSON_COMPACT | JSON_ENCODE_ANY);
        report_disagree(report, step, name, expected_text == NULL ? "nothing" : expected_text,
                        got_text);
        free(expected_text);
        free(got_text);
    }
    json_decref(got);
}

/** A recording of either kind: its operations and their results, side by side. */
struct recording {
    const json_t *ops;
    const json_t *results;
};

static struct recording read_recording(struct vector_line *line, const json_t *recorded) {
    struct recording recording = {.ops = line_array(line, recorded, "ops"),
                                  .results = line_array(line, recorded, "results")};
    if (json_array_size(recording.ops) != json_array_size(recording.results)) {
        line_malformed(line, "%zu operations have %zu results", json_array_size(recording.ops),
                       json_array_size(recording.results));
    }
    return recording;
}

struct mcache_replay {
    struct pool pool;
    struct mcache mcache;
    struct intern ids;
    const json_t *puts[CACHE_IDS_MAX]; // the operation that put what an id stands for now
    uint32_t window;
    uint32_t shifts;
    int64_t now_ns;
};

static void mcache_replay_put(struct mcache_replay *replay, struct vector_line *line,
                              const json_t *op, uint32_t id) {
    line_array(line, op, "topics");
    line_integer(line, op, "tag", UINT8_MAX);
    if (mcache_find(&replay->mcache, id) == NULL) {
        replay->puts[id] = op;
        mcache_put(&replay->mcache, &replay->pool, id, 0);
        mcache_start_timer(&replay->mcache, &replay->pool, id, replay->now_ns + MCACHE_TTL_NS);
    }
}

/** The sorted ids of a topic in the window. */
static json_t *mcache_replay_window(const struct mcache_replay *replay, const char *topic) {
    json_t *found = json_array();
    uint32_t windows =
        replay->window < replay->mcache.windows ? replay->window : replay->mcache.windows;
    const struct mcache_entry *entry = NULL;
    for (uint32_t position = 0;
         (entry = mcache_next(&replay->mcache, windows, &position)) != NULL;) {
        const json_t *topics = json_object_get(replay->puts[entry->message], "topics");
        bool has = false;
        for (size_t i = 0; i < json_array_size(topics); i++) {
            const char *name = json_string_value(json_array_get(topics, i));
            has |= name != NULL && strcmp(name, topic) == 0;
        }
        const char *id = replay->ids.names[entry->message];
        size_t place = 0;
        while (place < json_array_size(found) &&
               strcmp(json_string_value(json_array_get(found, place)), id) < 0) {
            place++;
        }
        if (has) {
            json_array_insert_new(found, place, json_string(id));
        }
    }
    return found;
}

/** Carries one operation out and returns its result. */
static json_t *mcache_replay_op(struct mcache_replay *replay, struct vector_line *line,
                                const json_t *op) {
    enum cache_op_kind kind = read_kind(line, op, mcache_words);
    uint32_t id = 0;
    if (kind == OP_PUT || kind == OP_GET || kind == OP_CONTAINS) {
        id = intern_text(line, &replay->ids, line_text(line, op, "id"));
    }
    const struct mcache_entry *entry = mcache_find(&replay->mcache, id);
    switch (kind) {
    case OP_PUT:
        mcache_replay_put(replay, line, op, id);
        return json_null();
    case OP_SHIFT:
        mcache_shift(&replay->mcache, &replay->pool);
        replay->shifts++;
        return json_null();
    case OP_WINDOW:
        return mcache_replay_window(replay, line_text(line, op, "t"));
    case OP_GET:
        return entry == NULL ? json_null() : json_incref(json_object_get(replay->puts[id], "tag"));
    case OP_CONTAINS:
        return json_boolean(entry != NULL);
    case OP_ADVANCE:
        replay->now_ns += line_integer(line, op, "ms", MS_MAX) * NS_PER_MS;
        mcache_expire(&replay->mcache, &replay->pool, replay->now_ns);
        return json_null();
    case OP_DELETE:
    case OP_KIND_COUNT:
        break;
    }
    return json_null();
}

/** The messages of each history slot, newest first. The 2020 router starts with one slot and adds
 * one with each shift, where our ring has all its windows from the beginning. */
static json_t *mcache_replay_slots(const struct mcache_replay *replay) {
    json_t *slots = json_array();
    for (uint32_t i = 0; i < replay->mcache.windows && i <= replay->shifts; i++) {
        json_array_append_new(slots, json_integer(mcache_window_count(&replay->mcache, i)));
    }
    return slots;
}

void replay_mcache(struct vector_report *report, struct vector_line *line, const json_t *recorded) {
    const char *id = line_text(line, recorded, "id");
    struct recording recording = read_recording(line, recorded);
    uint32_t history = (uint32_t)line_integer(line, recorded, "history", ROUTER_HISTORY_MAX);
    struct arena *arena = arena_create(NULL);
    struct mcache_replay *replay = arena_take(arena, MEMORY_TABLES, sizeof *replay);
    replay->window = (uint32_t)line_integer(line, recorded, "window", ROUTER_HISTORY_MAX);
    pool_init(&replay->pool, arena, MEMORY_CACHES);
    intern_init(&replay->ids, arena);
    mcache_init(&replay->mcache, &replay->pool, history + 1, CACHE_SLOT_COUNT);

    report_begin(report, id);
    for (size_t i = 0; i < json_array_size(recording.ops) && !line->malformed; i++) {
        json_t *result = mcache_replay_op(replay, line, json_array_get(recording.ops, i));
        const json_t *expected = json_array_get(recording.results, i);
        compare_member(report, (int)i, "r", expected, result);
        compare_member(report, (int)i, "msgs", expected, json_integer(replay->mcache.count));
        compare_member(report, (int)i, "slots", expected, mcache_replay_slots(replay));
    }
    report_end(report);
    arena_destroy(arena);
}

struct timed_cache_replay {
    struct timed_cache cache;
    struct intern keys;
    struct intern values;
    uint32_t latest_value; // of the latest put
    int64_t life_ns;
    int64_t now_ns;
};

static void timed_cache_replay_put(struct timed_cache_replay *replay, struct vector_line *line,
                                   const json_t *op, uint32_t key) {
    int64_t life_ns = replay->life_ns;
    if (json_object_get(op, "timeout_ms") != NULL) {
        life_ns = line_integer(line, op, "timeout_ms", MS_MAX) * NS_PER_MS;
    }
    uint32_t value = intern_text(line, &replay->values, line_text(line, op, "val"));
    bool handled = line_bool_or(line, op, "handler", false);
    struct timed_cache_entry entry = {
        .key = key, .value = value, .handler = handled ? 0 : TIMED_CACHE_NO_HANDLER};
    timed_cache_put(&replay->cache, entry, replay->now_ns + life_ns);
    replay->latest_value = value;
}

static json_t *timed_cache_replay_op(struct timed_cache_replay *replay, struct vector_line *line,
                                     const json_t *op) {
    enum cache_op_kind kind = read_kind(line, op, timed_cache_words);
    uint32_t key = 0;
    if (kind != OP_ADVANCE) {
        key = intern_text(line, &replay->keys, line_text(line, op, "key"));
    }
    const struct timed_cache_entry *entry = timed_cache_find(&replay->cache, key);
    switch (kind) {
    case OP_PUT:
        timed_cache_replay_put(replay, line, op, key);
        return json_null();
    case OP_GET:
        return entry == NULL ? json_pack("{s:s}", "error", "KeyError")
                             : json_string(replay->values.names[entry->value]);
    case OP_CONTAINS:
        return json_boolean(entry != NULL);
    case OP_DELETE:
        timed_cache_remove(&replay->cache, key);
        return json_null();
    case OP_ADVANCE:
        replay->now_ns += line_integer(line, op, "ms", MS_MAX) * NS_PER_MS;
        return json_null();
    case OP_SHIFT:
    case OP_WINDOW:
    case OP_KIND_COUNT:
        break;
    }
    return json_null();
}

/**
 * The handler calls: key, value, and what the recorder's handler took for the value it was
 * registered with. All its handlers shared one variable, which held the value of the latest put.
 */
static json_t *timed_cache_replay_calls(const struct timed_cache_replay *replay) {
    json_t *calls = json_array();
    for (uint32_t i = 0; i < replay->cache.call_count; i++) {
        const struct timed_cache_entry *call = &replay->cache.calls[i];
        json_array_append_new(calls, json_pack("[s, s, s]", replay->keys.names[call->key],
                                               replay->values.names[call->value],
                                               replay->values.names[replay->latest_value]));
    }
    return calls;
}

void replay_timed_cache(struct vector_report *report, struct vector_line *line,
                        const json_t *recorded) {
    const char *id = line_text(line, recorded, "id");
    struct recording recording = read_recording(line, recorded);
    struct arena *arena = arena_create(NULL);
    struct timed_cache_replay replay = {
        .life_ns = line_integer(line, recorded, "timeout_ms", MS_MAX) * NS_PER_MS};
    timed_cache_init(&replay.cache, arena);
    intern_init(&replay.keys, arena);
    intern_init(&replay.values, arena);

    report_begin(report, id);
    for (size_t i = 0; i < json_array_size(recording.ops) && !line->malformed; i++) {
        json_t *result = timed_cache_replay_op(&replay, line, json_array_get(recording.ops, i));
        const json_t *expected = json_array_get(recording.results, i);
        timed_cache_advance(&replay.cache, replay.now_ns);
        compare_member(report, (int)i, "r", expected, result);
        compare_member(report, (int)i, "len", expected, json_integer(replay.cache.count));
        compare_member(report, (int)i, "expired", expected, timed_cache_replay_calls(&replay));
    }
    report_end(report);
    arena_destroy(arena);
}
