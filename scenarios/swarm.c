#include "scenarios/swarm.h"

#include "base/check.h"
#include "scenarios/swarm_parts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { STREAM_OF_FEATURES = 1000 }; // index of the stream that says what is in force

/** How likely a feature is, in percent. */
static const struct {
    const char *name;
    uint32_t share;
    void (*draw)(struct swarm_drawing *drawing, enum swarm_feature feature);
} rows[SWARM_FEATURE_COUNT] = {
    [SWARM_SIZE] = {"size", 60, swarm_draw_world},
    [SWARM_TOPOLOGY] = {"topology", 60, swarm_draw_world},
    [SWARM_DELAY] = {"delay", 50, swarm_draw_world},
    [SWARM_JITTER] = {"jitter", 40, swarm_draw_world},
    [SWARM_BANDWIDTH] = {"bandwidth", 30, swarm_draw_world},
    [SWARM_STREAMS] = {"streams", 40, swarm_draw_world},
    [SWARM_PROCESSING] = {"processing", 30, swarm_draw_world},
    [SWARM_BEATS] = {"beats", 40, swarm_draw_world},
    [SWARM_INTERVAL] = {"interval", 40, swarm_draw_world},
    [SWARM_MESH] = {"mesh", 50, swarm_draw_world},
    [SWARM_GOSSIP] = {"gossip", 50, swarm_draw_world},
    [SWARM_TRAFFIC] = {"traffic", 60, swarm_draw_world},
    [SWARM_LOSS] = {"loss", 40, swarm_draw_fault},
    [SWARM_SLOWNESS] = {"slowness", 30, swarm_draw_fault},
    [SWARM_CRASHES] = {"crashes", 40, swarm_draw_fault},
    [SWARM_CHURN] = {"churn", 30, swarm_draw_fault},
    [SWARM_PAUSES] = {"pauses", 30, swarm_draw_fault},
    [SWARM_PARTITIONS] = {"partitions", 30, swarm_draw_fault},
    [SWARM_CLOGS] = {"clogs", 30, swarm_draw_fault},
    [SWARM_HOLDS] = {"holds", 30, swarm_draw_fault},
    [SWARM_FLAPS] = {"flaps", 25, swarm_draw_fault},
    [SWARM_DISCONNECTS] = {"disconnects", 30, swarm_draw_fault},
    [SWARM_SUBSCRIPTIONS] = {"subscriptions", 40, swarm_draw_fault},
};

const char *swarm_feature_name(enum swarm_feature feature) {
    CHECK(feature < SWARM_FEATURE_COUNT);
    return rows[feature].name;
}

uint32_t swarm_between(struct swarm_drawing *drawing, uint32_t low, uint32_t high) {
    CHECK(low <= high);
    return low + prng_below(&drawing->prng, high - low + 1);
}

__attribute__((format(printf, 2, 0))) static const char *
write_text(struct arena *arena, const char *format, va_list arguments) {
    CHECK(format != NULL);
    va_list again;
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, again);
    va_end(again);
    CHECK(size >= 0);
    char *text = arena_take(arena, MEMORY_TABLES, (size_t)size + 1);
    vsnprintf(text, (size_t)size + 1, format, arguments);
    return text;
}

void swarm_set(struct swarm_drawing *drawing, const char *path, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    CHECK(drawing->override_count < SWARM_OVERRIDES_MAX);
    drawing->overrides[drawing->override_count++] = (struct scenario_override){
        .option = "swarm",
        .path = path,
        .value = write_text(drawing->arena, format, arguments),
    };
    va_end(arguments);
}

/** `before` and an item, a line of a list in the canonical form. */
static const char *join(struct arena *arena, const char *before, const char *item) {
    static const char form[] = "%s  - %s\n";
    int size = snprintf(NULL, 0, form, before, item);
    CHECK(size >= 0);
    char *text = arena_take(arena, MEMORY_TABLES, (size_t)size + 1);
    snprintf(text, (size_t)size + 1, form, before, item);
    return text;
}

void swarm_add(struct swarm_drawing *drawing, enum swarm_list list, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *item = write_text(drawing->arena, format, arguments);
    va_end(arguments);
    drawing->items[list] = join(drawing->arena, drawing->items[list], item);
}

/** A text that grows in an arena. */
struct pieces {
    char *text;
    size_t size;
};

static void put(struct pieces *pieces, const char *text, size_t size) {
    memcpy(pieces->text + pieces->size, text, size);
    pieces->size += size;
}

/** The list that a line of the canonical form begins, or SWARM_LIST_COUNT. */
static enum swarm_list list_of(const char *line) {
    static const char *const keys[SWARM_LIST_COUNT] = {
        [SWARM_PUBLISH] = "publish:",
        [SWARM_EVENTS] = "events:",
        [SWARM_CHURN_LIST] = "churn:",
        [SWARM_EXPECT] = "expect:",
    };
    uint32_t list = 0;
    while (list < SWARM_LIST_COUNT && strncmp(line, keys[list], strlen(keys[list])) != 0) {
        list++;
    }
    return (enum swarm_list)list;
}

static size_t line_size(const char *text) {
    size_t size = strcspn(text, "\n");
    return text[size] == '\n' ? size + 1 : size;
}

/** The canonical form with the items that were added to its lists. */
static const char *compose(const struct swarm_drawing *drawing, size_t *size) {
    const struct swarm *swarm = drawing->swarm;
    size_t room = swarm->size + 1;
    for (uint32_t list = 0; list < SWARM_LIST_COUNT; list++) {
        room += strlen(drawing->items[list]);
    }
    struct pieces pieces = {.text = arena_take(drawing->arena, MEMORY_TABLES, room)};
    const char *line = swarm->text;
    while (*line != '\0') {
        enum swarm_list list = list_of(line);
        size_t length = line_size(line);
        if (list == SWARM_LIST_COUNT || drawing->items[list][0] == '\0') {
            put(&pieces, line, length);
            line += length;
            continue;
        }
        // An empty list is `[]`, which goes.
        put(&pieces, line, strcspn(line, ":") + 1);
        put(&pieces, "\n", 1);
        for (line += length; *line == ' '; line += length) {
            length = line_size(line);
            put(&pieces, line, length);
        }
        put(&pieces, drawing->items[list], strlen(drawing->items[list]));
    }
    *size = pieces.size;
    return pieces.text;
}

void swarm_init(struct swarm *swarm, struct arena *arena, const struct scenario *base) {
    struct scenario alone = *base;
    alone.sweep = NULL;
    *swarm = (struct swarm){.base = base, .possible = swarm_possible(base)};
    swarm->text = scenario_write(arena, &alone, &swarm->size);
    swarm->no_promise_why = swarm_no_promise(base);
    swarm->promises_delivery = swarm->no_promise_why == NULL;
}

/** Draws which features are in force: each for itself, whatever the others are. */
static uint64_t draw_features(const struct swarm *swarm, uint64_t seed) {
    uint64_t features = 0;
    for (uint32_t feature = 0; feature < SWARM_FEATURE_COUNT; feature++) {
        struct prng prng = prng_stream(seed, STREAM_SWARM, STREAM_OF_FEATURES + feature);
        uint64_t on = prng_below(&prng, 100) < rows[feature].share ? 1 : 0;
        features |= on << feature;
    }
    features &= swarm->possible;
    // A graph for another number of nodes is another graph.
    uint64_t size = features >> SWARM_SIZE & 1;
    return features | size << SWARM_TOPOLOGY;
}

bool swarm_draw(const struct swarm *swarm, struct arena *arena, uint64_t seed,
                struct swarm_draw *draw, struct failure_list *failures) {
    const struct scenario *base = swarm->base;
    struct swarm_drawing drawing = {
        .arena = arena,
        .swarm = swarm,
        .base = base,
        .features = draw_features(swarm, seed),
        .items = {"", "", "", ""},
        .nodes = base->node_count,
        .heartbeat_ns = base->router.heartbeat_interval_ns,
        .d_high = base->router.d_high,
        .history = base->router.history_length,
    };
    swarm_find_topics(&drawing);
    swarm_set_phases(&drawing);
    for (uint32_t feature = 0; feature < SWARM_FEATURE_COUNT; feature++) {
        drawing.prng = prng_stream(seed, STREAM_SWARM, feature);
        if (swarm_has(&drawing, (enum swarm_feature)feature)) {
            rows[feature].draw(&drawing, (enum swarm_feature)feature);
        }
    }
    drawing.prng = prng_stream(seed, STREAM_SWARM, SWARM_FEATURE_COUNT + STREAM_OF_FEATURES * 2);
    swarm_heal(&drawing);
    swarm_expect(&drawing);
    swarm_set(&drawing, "seed", "%" PRIu64, seed);
    size_t size = 0;
    const char *text = compose(&drawing, &size);
    struct scenario_source source = {
        .path = base->name,
        .overrides = drawing.overrides,
        .override_count = drawing.override_count,
    };
    *draw = (struct swarm_draw){
        .scenario = scenario_load_text(arena, &source, text, size, failures),
        .features = drawing.features,
        .heal_ns = drawing.heal_ns,
        .settled_ns = drawing.settled_ns,
    };
    return draw->scenario != NULL;
}
