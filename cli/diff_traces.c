#include "cli/diff_traces.h"

#include "cli/trace_scenario.h"

#include <inttypes.h>

static void take(void *context, const struct record_view *view) {
    record_sink_take(context, view);
}

/** How records of a side are printed: by the names and bounds that its own trace has. */
static struct record_sink_options options_of(const struct record_stream *stream,
                                             struct arena *arena, FILE *out) {
    const struct record_scene *scene = record_stream_scene(stream);
    const struct scenario *scenario =
        scene->level == TRACE_LEVEL_FULL ? trace_scenario_read(arena, scene) : NULL;
    return (struct record_sink_options){
        .scene = scene,
        .bounds = scenario == NULL ? NULL : trace_scenario_bounds(arena, scenario),
        .out = out,
    };
}

static bool print_parted(const struct record_parting *parting, struct arena *arena,
                         const struct diff_traces *traces, FILE *out, struct failure *failure) {
    const struct record_sink_options options[RECORD_PARTING_SIDES] = {
        options_of(parting->streams[0], arena, out),
        options_of(parting->streams[1], arena, out),
    };
    fprintf(out, "alike    %" PRIu64 " records; then\n", parting->alike);
    for (uint32_t i = 0; i < RECORD_PARTING_SIDES; i++) {
        fprintf(out, "\nin %c, %s:%s\n", 'A' + (int)i, traces->names[i],
                parting->has[i]   ? ""
                : parting->cut[i] ? " no more records: the trace was cut short"
                                  : " no more records");
        if (parting->has[i]) {
            struct record_sink *sink = record_text_open(arena, &options[i], failure);
            record_sink_take(sink, &parting->records[i]);
            if (!record_sink_end(sink, NULL, failure)) {
                return false;
            }
        }
    }
    if (traces->before == 0) {
        return true;
    }
    fputs("\nThe last records before it of the nodes concerned, the same in both:\n", out);
    struct record_sink *sink = record_text_open(arena, &options[0], failure);
    const struct record_past past = {
        .path = traces->paths[0], .most = traces->before, .context = sink, .take = take};
    return record_parting_before(parting, &past, failure) && record_sink_end(sink, NULL, failure);
}

bool diff_traces(const struct diff_traces *traces, FILE *out, bool *same, struct failure *failure) {
    struct arena *arena = arena_create(NULL);
    struct record_parting parting;
    bool ok = record_parting_find(&parting, arena, traces->paths, failure);
    *same = ok && parting.same;
    if (*same) {
        fprintf(out, "the same: %" PRIu64 " records, and nothing differs%s\n", parting.alike,
                parting.cut[0] || parting.cut[1] ? " up to where a trace was cut short" : "");
    } else if (ok) {
        ok = print_parted(&parting, arena, traces, out, failure);
    }
    record_parting_end(&parting);
    arena_destroy(arena);
    return ok;
}
