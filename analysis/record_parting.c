#include "analysis/record_parting.h"

#include <string.h>

static bool open_both(struct record_parting *parting, struct arena *arena,
                      const char *const paths[RECORD_PARTING_SIDES], struct failure *failure) {
    for (uint32_t i = 0; i < RECORD_PARTING_SIDES; i++) {
        parting->streams[i] = record_stream_open(arena, paths[i], failure);
        if (parting->streams[i] == NULL) {
            return false;
        }
    }
    return record_stream_scene(parting->streams[0])->level ==
               record_stream_scene(parting->streams[1])->level ||
           failure_bad_input(failure,
                             "%s and %s have different levels of records: run both with "
                             "--trace full",
                             paths[0], paths[1]);
}

static bool is_same(const struct trace_record *a, const struct trace_record *b) {
    const struct trace_words left = trace_record_words(a);
    const struct trace_words right = trace_record_words(b);
    return memcmp(&left, &right, sizeof left) == 0;
}

bool record_parting_find(struct record_parting *parting, struct arena *arena,
                         const char *const paths[RECORD_PARTING_SIDES], struct failure *failure) {
    *parting = (struct record_parting){.same = false};
    if (!open_both(parting, arena, paths, failure)) {
        return false;
    }
    for (;;) {
        for (uint32_t i = 0; i < RECORD_PARTING_SIDES; i++) {
            enum trace_reader_step step =
                record_stream_next(parting->streams[i], &parting->records[i], failure);
            if (step == TRACE_READER_FAILED) {
                return false;
            }
            parting->has[i] = step == TRACE_READER_SECTION;
            parting->cut[i] = step == TRACE_READER_TRUNCATED;
        }
        if (!parting->has[0] && !parting->has[1]) {
            parting->same = true;
            return true;
        }
        if (!parting->has[0] || !parting->has[1] ||
            !is_same(&parting->records[0].record, &parting->records[1].record)) {
            return true;
        }
        parting->alike++;
    }
}

/** Whether a node has part in what differs. */
static bool concerns(const struct record_parting *parting, uint32_t node) {
    for (uint32_t i = 0; i < RECORD_PARTING_SIDES; i++) {
        const struct trace_record *record = &parting->records[i].record;
        if (parting->has[i] && (record->node == node || record->peer == node)) {
            return true;
        }
    }
    return false;
}

bool record_parting_before(const struct record_parting *parting, const struct record_past *past,
                           struct failure *failure) {
    uint32_t most = past->most;
    struct arena *arena = arena_create(NULL);
    struct record_stream *stream = record_stream_open(arena, past->path, failure);
    struct record_view *ring =
        arena_take_array(arena, MEMORY_TABLES, most > 0 ? most : 1, sizeof *ring);
    uint64_t kept = 0;
    bool ok = stream != NULL;
    for (uint64_t i = 0; ok && i < parting->alike; i++) {
        struct record_view view;
        ok = record_stream_next(stream, &view, failure) == TRACE_READER_SECTION;
        if (ok && most > 0 && concerns(parting, view.record.node)) {
            ring[kept++ % most] = view;
        }
    }
    for (uint64_t i = kept > most ? kept - most : 0; ok && i < kept; i++) {
        past->take(past->context, &ring[i % most]);
    }
    record_stream_close(stream);
    arena_destroy(arena);
    return ok;
}

void record_parting_end(struct record_parting *parting) {
    for (uint32_t i = 0; i < RECORD_PARTING_SIDES; i++) {
        record_stream_close(parting->streams[i]);
    }
}
