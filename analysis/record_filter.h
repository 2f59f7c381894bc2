/**
 * Which records of a trace somebody wants to see. What is not set lets everything through.
 *
 * Cost: some comparisons for each record; ranges are gone through one by one.
 */
#ifndef GOSSIM_ANALYSIS_RECORD_FILTER_H
#define GOSSIM_ANALYSIS_RECORD_FILTER_H

#include "trace/record.h"

#include <stdbool.h>
#include <stdint.h>

struct record_range {
    uint32_t first;
    uint32_t last; // included
};

enum { RECORD_RANGES_MAX = 64, RECORD_TOPICS_MAX = 64 };

/** Numbers; none: all of them, and records that have none. */
struct record_ranges {
    struct record_range items[RECORD_RANGES_MAX];
    uint32_t count;
};

struct record_filter {
    struct record_ranges nodes;
    struct record_ranges peers;
    struct record_ranges messages;
    uint32_t kinds;                 // one bit each; 0: all
    uint8_t rpcs[TRACE_KIND_COUNT]; // for kinds that are of RPCs: one bit each; 0: all
    const char *topics[RECORD_TOPICS_MAX];
    uint32_t topic_count; // 0: all
    int64_t from_ns;
    int64_t until_ns; // from then on nothing; INT64_MAX: to the end
};

/** Everything. */
void record_filter_init(struct record_filter *filter);

/**
 * Each reads a list that is separated by commas: numbers and ranges (`3,7..9`), names of kinds, of
 * which those of RPCs may say what kind of RPC (`graft,send:ihave`), and names of topics, which are
 * kept. False and what is allowed if it is not one.
 */
bool record_filter_read_ranges(struct record_ranges *ranges, const char *text, const char **why);
bool record_filter_read_kinds(struct record_filter *filter, const char *text, const char **why);
bool record_filter_read_topics(struct record_filter *filter, char *text, const char **why);

/** Whether every number and range has something below a bound; else where the first that has not
 * begins. */
bool record_ranges_within(const struct record_ranges *ranges, uint32_t bound, uint32_t *beyond);

/** Whether a record is wanted; `topic` is the name of what it is about, or NULL. */
bool record_filter_takes(const struct record_filter *filter, const struct trace_record *record,
                         const char *topic);

#endif
