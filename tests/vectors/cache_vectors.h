/**
 * Replays of the caches: the message cache on router/mcache.h, the timed cache on
 * router/timed_cache.h. Every operation has one recorded result; all must be equal.
 */
#ifndef GOSSIM_TESTS_VECTORS_CACHE_VECTORS_H
#define GOSSIM_TESTS_VECTORS_CACHE_VECTORS_H

#include "tests/vectors/vector_json.h"
#include "tests/vectors/vector_report.h"

/** Each replays one case, which it begins and ends; nothing is reported if the line is malformed.
 */
void replay_mcache(struct vector_report *report, struct vector_line *line, const json_t *recorded);
void replay_timed_cache(struct vector_report *report, struct vector_line *line,
                        const json_t *recorded);

#endif
