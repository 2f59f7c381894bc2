// Draws of a session. Keyed ones are heard as they are made. Those of a router's stream leave no
// trace but its state, which moves by a fixed step for each: so how many were made, and which, can
// be told afterwards, and nobody has to listen where routers draw.

#include "base/bitset.h"
#include "base/check.h"
#include "scenarios/session_parts.h"

#include <string.h>

static void on_keyed(void *context, const struct prng_key *key, uint64_t draw) {
    const struct session *session = context;
    const struct session_draw told = {
        .keyed = true, .key = *key, .draw = draw, .event = session->event.number};
    prng_listen(NULL); // whoever is told may draw again, to see what it comes to
    session->hooks.on_draw(session->hooks.context, &told);
    prng_listen(&session->listener);
}

void session_draws_begin(struct session *session, struct arena *arena) {
    if (session->hooks.on_draw == NULL) {
        return;
    }
    uint32_t nodes = session->fleet->topology.node_count;
    if (session->told != NULL) {
        memcpy(session->told, session->fleet->router_streams, nodes * sizeof *session->told);
        return;
    }
    session->told = arena_take_array(arena, MEMORY_TRACE, nodes, sizeof *session->told);
    session->is_noted =
        arena_take_array(arena, MEMORY_TRACE, bitset_words(nodes), sizeof *session->is_noted);
    session->noted = arena_take_array(arena, MEMORY_TRACE, nodes, sizeof *session->noted);
    session->listener = (struct prng_listener){session, on_keyed};
    for (uint32_t node = 0; node < nodes; node++) {
        session->told[node] = session->fleet->router_streams[node];
    }
}

void session_note_node(struct session *session, uint32_t node) {
    if (!bitset_has(session->is_noted, node)) {
        bitset_add(session->is_noted, node);
        session->noted[session->noted_count++] = node;
    }
}

void session_draws_listen(struct session *session) {
    if (session->hooks.on_draw == NULL) {
        return;
    }
    const struct topology *topology = &session->fleet->topology;
    uint32_t node = session->event.node;
    session_note_node(session, node);
    if (event_order_class(session->event.order) == EVENT_CHANGE) {
        // Links come up and go down at both ends.
        for (uint32_t slot = topology->slot_first[node]; slot < topology->slot_first[node + 1];
             slot++) {
            session_note_node(session, topology->peer[slot]);
        }
    }
    prng_listen(&session->listener);
}

static void tell_stream(struct session *session, uint32_t node) {
    struct prng *told = &session->told[node];
    uint64_t count = prng_drawn(*told, session->fleet->router_streams[node]);
    uint64_t number = session_stream_count(session, node) - count;
    for (uint64_t i = 0; i < count; i++) {
        const struct session_draw draw = {.key = {.purpose = STREAM_ROUTER, .a = node},
                                          .number = ++number,
                                          .draw = prng_next(told),
                                          .event = session->event.number};
        session->hooks.on_draw(session->hooks.context, &draw);
    }
}

void session_draws_tell(struct session *session) {
    if (session->hooks.on_draw == NULL) {
        return;
    }
    prng_listen(NULL);
    for (uint32_t i = 0; i < session->noted_count; i++) {
        tell_stream(session, session->noted[i]);
        bitset_remove(session->is_noted, session->noted[i]);
    }
    session->noted_count = 0;
}

uint64_t session_stream_count(const struct session *session, uint32_t node) {
    const struct fleet *fleet = session->fleet;
    CHECK(node < fleet->topology.node_count);
    return prng_drawn(prng_stream(fleet->scenario->seed, STREAM_ROUTER, node),
                      fleet->router_streams[node]);
}

uint64_t session_stream_ahead(const struct session *session, uint32_t node, uint32_t ahead) {
    CHECK(node < session->fleet->topology.node_count);
    struct prng stream = session->fleet->router_streams[node];
    stream.state += ahead * PRNG_STEP;
    return prng_next(&stream);
}
