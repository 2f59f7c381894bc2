#include "analysis/record_sink.h"

#include <errno.h>
#include <string.h>

struct record_sink *record_sink_create(struct arena *arena,
                                       const struct record_sink_options *options, void *state) {
    struct record_sink *sink = arena_take(arena, MEMORY_TABLES, sizeof *sink);
    sink->arena = arena;
    sink->options = *options;
    sink->state = state;
    return sink;
}

void record_sink_take(struct record_sink *sink, const struct record_view *view) {
    errno = 0;
    sink->take(sink, view);
    if (sink->reason == 0 && record_sink_failed(sink)) {
        sink->reason = errno; // there may be no other failure when all is brought out
    }
}

bool record_sink_failed(const struct record_sink *sink) {
    return sink->options.out != NULL && ferror(sink->options.out) != 0;
}

bool record_sink_end(struct record_sink *sink, const struct record_outcome *outcome,
                     struct failure *failure) {
    if (sink->end != NULL && !sink->end(sink, outcome, failure)) {
        return false;
    }
    FILE *out = sink->options.out;
    errno = 0;
    if (out != NULL && (fflush(out) != 0 || ferror(out) != 0)) {
        int reason = sink->reason != 0 ? sink->reason : errno;
        return failure_running(failure, "cannot write the records: %s",
                               reason != 0 ? strerror(reason) : "the output took only a part");
    }
    return true;
}
