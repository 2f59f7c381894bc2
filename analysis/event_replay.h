/**
 * The second half of event_import.h: records with numbers are gone through in the order of time,
 * and what figures need is counted on the way. For event_import.c alone.
 */
#ifndef GOSSIM_ANALYSIS_EVENT_REPLAY_H
#define GOSSIM_ANALYSIS_EVENT_REPLAY_H

#include "analysis/event_import.h"
#include "trace/writer.h"

/** What was read: records in the order of time, in which only single events have had a say. */
struct event_replay {
    struct arena *arena;
    struct trace_record *records; // [record_count]; completed on the way
    uint32_t record_count;
    uint32_t node_count;
    uint32_t traced; // nodes that have records: the first ones
    uint32_t topic_count;
    uint32_t message_count;
};

/** Completes the records, and writes them and all that comes after them. */
void event_replay_write(struct event_replay *replay, struct trace_writer *writer);

/** The number of different pairs of nodes that had to do with each other, in `links`. */
uint32_t event_replay_links(const struct event_replay *replay, struct trace_link **links);

#endif
