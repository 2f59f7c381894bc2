#include "cli/step.h"

#include "analysis/figure_text.h"
#include "base/quantity.h"
#include "cli/router_view.h"
#include "cli/session_text.h"
#include "scenarios/fleet.h"

#include <inttypes.h>
#include <stdio.h>

enum { SHOWN_DEFAULT = 10, AHEAD_DEFAULT = 3, AHEAD_MAX = 1000 };

void step_print_where(const struct step_session *session) {
    const struct step_world *world = &session->world;
    char time[QUANTITY_TEXT_SIZE];
    char text[SESSION_TEXT_EVENT_SIZE];
    quantity_write_instant(session_now_ns(world->session), time);
    if (world->events == 0) {
        printf("at %s, before the first event\n", time);
        return;
    }
    const struct session_event *event = session_event(world->session);
    char at[QUANTITY_TEXT_SIZE];
    quantity_write_instant(event->at_ns, at);
    bool later = session_now_ns(world->session) > event->at_ns;
    printf("event %" PRIu64 " at %s: %s", event->number, at,
           session_text_event(session_fleet(world->session), event, text));
    printf("%s%s\n", later ? "; the time is " : "", later ? time : "");
}

void step_print_records(const struct step_session *session) {
    const struct step_world *world = &session->world;
    if (world->log.record_count == 0) {
        return;
    }
    struct arena *arena = arena_create(NULL);
    const struct session_records records = {
        .records = world->log.records,
        .mesh_sizes =
            session_mesh_sizes(world->session, arena, world->log.records, world->log.record_count),
        .count = world->log.record_count,
    };
    session_text_records(arena, world->session, &records, stdout);
    arena_destroy(arena);
}

bool step_show_where(struct step_session *session, struct step_words *words) {
    step_print_where(session);
    return step_words_end(words, session->why);
}

static void print_draws(const struct step_world *world) {
    for (uint32_t i = 0; i < world->log.draw_count; i++) {
        session_text_draw(&world->log.draws[i], stdout);
    }
}

bool step_show_event(struct step_session *session, struct step_words *words) {
    step_print_where(session);
    step_print_records(session);
    print_draws(&session->world);
    return step_words_end(words, session->why);
}

bool step_show_draws(struct step_session *session, struct step_words *words) {
    print_draws(&session->world);
    fputs(session->world.log.draw_count == 0 ? "nothing was drawn\n" : "", stdout);
    return step_words_end(words, session->why);
}

static bool take_node(struct step_session *session, struct step_words *words, uint32_t *node) {
    uint64_t number = 0;
    bool ok = step_words_number(words, "the node", session->world.scenario->node_count, &number,
                                session->why);
    *node = (uint32_t)number;
    return ok;
}

bool step_show_node(struct step_session *session, struct step_words *words) {
    uint32_t node = 0;
    if (!take_node(session, words, &node) || !step_words_end(words, session->why)) {
        return false;
    }
    struct arena *arena = arena_create(NULL);
    struct router_view view;
    router_view_make(&view, arena, session->world.session, node);
    for (uint32_t i = 0; i < view.count; i++) {
        printf("%-24s %s\n", view.rows[i].label, view.rows[i].text);
    }
    arena_destroy(arena);
    return true;
}

bool step_show_pending(struct step_session *session, struct step_words *words) {
    uint32_t node = TRACE_NONE;
    uint64_t most = SHOWN_DEFAULT;
    if (step_words_peek(words) != NULL && !take_node(session, words, &node)) {
        return false;
    }
    if (step_words_peek(words) != NULL &&
        !step_words_number(words, "how many", UINT32_MAX, &most, session->why)) {
        return false;
    }
    struct arena *arena = arena_create(NULL);
    uint32_t count = 0;
    const struct session_event *events =
        session_pending(session->world.session, arena, node, &count);
    for (uint32_t i = 0; i < count && i < most; i++) {
        char text[SESSION_TEXT_EVENT_SIZE];
        printf("%8" PRId64 ".%09" PRId64 " s  %s\n", events[i].at_ns / NS_PER_S,
               events[i].at_ns % NS_PER_S,
               session_text_event(session_fleet(session->world.session), &events[i], text));
    }
    if (count > most) {
        printf("and %" PRIu64 " more\n", count - most);
    }
    fputs(count == 0 ? "nothing waits\n" : "", stdout);
    arena_destroy(arena);
    return step_words_end(words, session->why);
}

bool step_show_streams(struct step_session *session, struct step_words *words) {
    uint32_t node = 0;
    uint64_t ahead = AHEAD_DEFAULT;
    if (!take_node(session, words, &node) ||
        (step_words_peek(words) != NULL &&
         !step_words_number(words, "how many", AHEAD_MAX + 1, &ahead, session->why))) {
        return false;
    }
    printf("stream router %" PRIu32 ": %" PRIu64 " draws so far\n", node,
           session_stream_count(session->world.session, node));
    for (uint32_t i = 0; i < ahead; i++) {
        printf("next 0x%016" PRIx64 "\n", session_stream_ahead(session->world.session, node, i));
    }
    return step_words_end(words, session->why);
}

bool step_show_figures(struct step_session *session, struct step_words *words) {
    const struct run_counts counts = session_counts(session->world.session);
    printf("published      %" PRIu64 "\ndeliveries     %" PRIu64 " of %" PRIu64
           "\nduplicates     %" PRIu64 "\npackets_lost   %" PRIu64 "\n",
           counts.published, counts.deliveries, counts.expected_deliveries, counts.duplicates,
           counts.packets_lost);
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        printf("sent %-13s %" PRIu64 "\n", trace_rpc_name((enum trace_rpc)kind),
               counts.rpcs_sent[kind]);
    }
    return step_words_end(words, session->why);
}

bool step_show_message(struct step_session *session, struct step_words *words) {
    const struct fleet *fleet = session_fleet(session->world.session);
    uint64_t message = 0;
    if (!step_words_number(words, "the message", fleet->plan.message_count, &message,
                           session->why) ||
        !step_words_end(words, session->why)) {
        return false;
    }
    const struct plan_message *planned = &fleet->plan.messages[message];
    char time[QUANTITY_TEXT_SIZE];
    printf("message %" PRIu64 " of topic %s, %" PRIu32 " %s, published by node %" PRIu32 " at %s\n",
           message, fleet->scenario->topics[planned->topic].name, planned->size_bytes,
           figure_noun(planned->size_bytes, "byte", "bytes"), planned->origin,
           quantity_write_instant(planned->at_ns, time));
    const char *between = "seen by ";
    uint32_t count = 0;
    for (uint32_t node = 0; node < fleet->topology.node_count; node++) {
        if (paged_set_has(&fleet->routers[node].seen.members, (uint32_t)message)) {
            printf("%s%" PRIu32, between, node);
            between = ", ";
            count++;
        }
    }
    if (count == 0) {
        puts("seen by nobody");
    } else {
        printf(": %" PRIu32 " %s\n", count, figure_noun(count, "node", "nodes"));
    }
    return true;
}
