#include "analysis/record_sink.h"

/** What stands in for record_sqlite.c where there is no SQLite. */
struct record_sink *record_sqlite_open(struct arena *arena,
                                       const struct record_sink_options *options,
                                       struct failure *failure) {
    (void)arena;
    (void)options;
    failure_bad_input(failure, "this gossim was built without SQLite; allowed: text, jsonl, csv or "
                               "trace-event");
    return NULL;
}
