#include "cli/session_text.h"

#include "cli/trace_scenario.h"
#include "scenarios/fleet.h"

#include <inttypes.h>

_Static_assert(SESSION_MESH_UNKNOWN == RECORD_MESH_UNKNOWN, "sizes are passed on as they are");

const char *session_text_event(const struct fleet *fleet, const struct session_event *event,
                               char text[SESSION_TEXT_EVENT_SIZE]) {
    int size = snprintf(text, SESSION_TEXT_EVENT_SIZE, "%s at node %" PRIu32,
                        session_what_name(event->what), event->node);
    if (event->peer != TRACE_NONE) {
        size += snprintf(text + size, SESSION_TEXT_EVENT_SIZE - (size_t)size, " from node %" PRIu32,
                         event->peer);
    }
    if (event->what == SESSION_RPC) {
        size += snprintf(text + size, SESSION_TEXT_EVENT_SIZE - (size_t)size,
                         ": %s, %" PRIu32 " bytes", trace_rpc_name(event->rpc_kind), event->bytes);
    }
    if (event->message != TRACE_NONE) {
        size += snprintf(text + size, SESSION_TEXT_EVENT_SIZE - (size_t)size, ", message %" PRIu32,
                         event->message);
    }
    if (event->topic != TRACE_TOPIC_NONE) {
        snprintf(text + size, SESSION_TEXT_EVENT_SIZE - (size_t)size, ", topic %.60s",
                 fleet->scenario->topics[event->topic].name);
    }
    return text;
}

/** What records are printed against: names of topics, numbers of nodes. */
static void make_scene(struct record_scene *scene, struct arena *arena,
                       const struct scenario *scenario) {
    const char **topics =
        arena_take_array(arena, MEMORY_TABLES, scenario->topic_count, sizeof *topics);
    for (uint32_t i = 0; i < scenario->topic_count; i++) {
        topics[i] = scenario->topics[i].name;
    }
    *scene = (struct record_scene){.level = TRACE_LEVEL_FULL,
                                   .topics = topics,
                                   .topic_count = scenario->topic_count,
                                   .node_count = scenario->node_count};
}

void session_text_records(struct arena *arena, const struct session *session,
                          const struct session_records *records, FILE *out) {
    const struct scenario *scenario = session_fleet(session)->scenario;
    struct record_scene scene;
    struct failure failure;
    make_scene(&scene, arena, scenario);
    const struct record_sink_options options = {
        .scene = &scene, .bounds = trace_scenario_bounds(arena, scenario), .out = out};
    struct record_sink *sink = record_text_open(arena, &options, &failure);
    for (uint32_t i = 0; i < records->count; i++) {
        uint16_t topic = session_record_topic(session, &records->records[i]);
        const struct record_view view = {.record = records->records[i],
                                         .topic =
                                             topic < scene.topic_count ? scene.topics[topic] : NULL,
                                         .mesh_size = records->mesh_sizes[i]};
        record_sink_take(sink, &view);
    }
    if (!record_sink_end(sink, NULL, &failure)) {
        return; // whoever closes the stream tells
    }
}

void session_text_draw(const struct session_draw *draw, FILE *out) {
    const char *purpose = stream_purpose_name(draw->key.purpose);
    fprintf(out, "drew 0x%016" PRIx64, draw->draw);
    if (draw->keyed) {
        fprintf(out, ", keyed: %s (%" PRIu64 ", %" PRIu64 ", %" PRIu64 ")\n", purpose, draw->key.a,
                draw->key.b, draw->key.c);
    } else {
        fprintf(out, ", the %" PRIu64 ". of stream %s %" PRIu64 "\n", draw->number, purpose,
                draw->key.a);
    }
}
