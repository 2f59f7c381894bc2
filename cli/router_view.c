#include "cli/router_view.h"

#include "scenarios/fleet.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MIN = 16, ROWS_TOPIC = 4, LABEL_SIZE = 256 };

struct writer {
    struct router_view *view;
    struct arena *arena;
    const struct fleet *fleet;
    const struct router *router;
    uint32_t first_slot;
    FILE *out; // the text of the row that is being written
    char *text;
    size_t size;
};

/** A copy in the arena. */
static const char *keep(struct arena *arena, const char *text, size_t size) {
    char *copy = arena_take(arena, MEMORY_TABLES, size + 1);
    memcpy(copy, text, size);
    copy[size] = '\0';
    return copy;
}

static void begin_row(struct writer *writer) {
    writer->text = NULL;
    writer->out = open_memstream(&writer->text, &writer->size);
    if (writer->out == NULL) {
        fputs("gossim: out of memory\n", stderr);
        exit(EXIT_FAILURE);
    }
}

/** Ends a row that is labelled, and what of: "mesh of ", "blocks"; or "". */
static void end_row(struct writer *writer, const char *label, const char *of) {
    char name[LABEL_SIZE];
    snprintf(name, sizeof name, "%s%s", label, of);
    fclose(writer->out);
    struct router_view *view = writer->view;
    view->rows[view->count++] =
        (struct router_view_row){.label = keep(writer->arena, name, strlen(name)),
                                 .text = keep(writer->arena, writer->text, writer->size)};
    free(writer->text);
}

/** "3: 4, 7, 9": how many slots, and the nodes behind them. */
static void put_slots(struct writer *writer, const uint64_t *slots) {
    uint32_t words = writer->router->words;
    fprintf(writer->out, "%" PRIu32, bitset_count(slots, words));
    const char *between = ": ";
    for (uint32_t slot = 0; slot < writer->router->slot_count; slot++) {
        if (bitset_has(slots, slot)) {
            fprintf(writer->out, "%s%" PRIu32, between,
                    writer->fleet->topology.peer[writer->first_slot + slot]);
            between = ", ";
        }
    }
}

/** Numbers from 0 for which something holds, as ranges. */
static void put_range(FILE *out, uint32_t first, uint32_t last, const char *between) {
    if (first == last) {
        fprintf(out, "%s%" PRIu32, between, first);
    } else {
        fprintf(out, "%s%" PRIu32 "-%" PRIu32, between, first, last);
    }
}

static void put_seen(struct writer *writer) {
    const struct paged_set *members = &writer->router->seen.members;
    uint32_t messages = writer->fleet->plan.message_count;
    const char *between = "";
    for (uint32_t first = 0; first < messages; first++) {
        if (!paged_set_has(members, first)) {
            continue;
        }
        uint32_t last = first;
        while (last + 1 < messages && paged_set_has(members, last + 1)) {
            last++;
        }
        put_range(writer->out, first, last, between);
        between = ", ";
        first = last;
    }
    fputs(between[0] == '\0' ? "none" : "", writer->out);
}

/** The windows of the message cache, newest first. */
static void put_mcache(struct writer *writer) {
    const struct mcache *mcache = &writer->router->mcache;
    uint32_t left = mcache->count;
    for (uint32_t window = 0; window < mcache->windows; window++) {
        fputs(window == 0 ? "" : " | ", writer->out);
        uint32_t count = mcache_window_count(mcache, window);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t place = mcache->first + --left;
            fprintf(writer->out, "%s%" PRIu32, i == 0 ? "" : ", ",
                    mcache->entries[place & (mcache->capacity - 1)].message);
        }
        fputs(count == 0 ? "-" : "", writer->out);
    }
}

static void put_topic(struct writer *writer, struct topic_state *topic) {
    const struct router *router = writer->router;
    const char *name = writer->fleet->scenario->topics[topic->topic].name;
    begin_row(writer);
    fputs(topic->handler_count > 0 ? "subscribed" : "not subscribed", writer->out);
    end_row(writer, name, "");
    begin_row(writer);
    put_slots(writer, topic_subscribers(router, topic));
    end_row(writer, "subscribers of ", name);
    begin_row(writer);
    if (topic->has_mesh) {
        put_slots(writer, topic_mesh(router, topic));
    } else {
        fputs("none", writer->out);
    }
    end_row(writer, "mesh of ", name);
    begin_row(writer);
    if (topic->has_fanout) {
        put_slots(writer, topic_fanout(router, topic));
    } else {
        fputs("none", writer->out);
    }
    end_row(writer, "fanout of ", name);
}

void router_view_make(struct router_view *view, struct arena *arena, const struct session *session,
                      uint32_t node) {
    const struct fleet *fleet = session_fleet(session);
    const struct router *router = &fleet->routers[node];
    *view = (struct router_view){.capacity = ROWS_MIN + ROWS_TOPIC * router->topic_count};
    view->rows = arena_take_array(arena, MEMORY_TABLES, view->capacity, sizeof *view->rows);
    struct writer writer = {.view = view,
                            .arena = arena,
                            .fleet = fleet,
                            .router = router,
                            .first_slot = fleet->topology.slot_first[node]};
    begin_row(&writer);
    fputs(fleet->up[node] ? "yes" : "no", writer.out);
    end_row(&writer, "up", "");
    begin_row(&writer);
    put_slots(&writer, router->connected);
    end_row(&writer, "peers", "");
    for (uint32_t i = 0; i < router->topic_count; i++) {
        put_topic(&writer, router->topics[i]);
    }
    begin_row(&writer);
    put_mcache(&writer);
    end_row(&writer, "message cache", "");
    begin_row(&writer);
    put_seen(&writer);
    end_row(&writer, "seen", "");
    begin_row(&writer);
    fprintf(writer.out, "%" PRIu64, router->seqno);
    end_row(&writer, "own messages", "");
    begin_row(&writer);
    fprintf(writer.out, "%" PRIu64, session_stream_count(session, node));
    end_row(&writer, "draws", "");
}

const struct router_view_row *router_view_find(const struct router_view *view, const char *label) {
    for (uint32_t i = 0; i < view->count; i++) {
        if (strcmp(view->rows[i].label, label) == 0) {
            return &view->rows[i];
        }
    }
    return NULL;
}
