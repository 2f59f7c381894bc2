/**
 * What stands in a trace file, between its writer and its reader.
 *
 * A file is one zstd stream holding a header and then sections, each `kind u32, reserved u32, size
 * u64` and `size` bytes, all little-endian. Records come in many sections, as rows or packed
 * (trace/pack.h), which says the same in fewer bytes; the writer packs them. The last section is
 * TRACE_SECTION_END; a file without one was cut short, and is read up to the cut. Nothing in it
 * depends on wall time, host or path.
 *
 *     header    "gossim-trace\0" version u8 level u8 reserved u8
 *     SCENARIO  canonical YAML text of the resolved scenario, followed by nothing
 *     TOPICS    names, each NUL-terminated, in topic order
 *     REGIONS   names, each NUL-terminated, in region order (absent when the run has none)
 *     NODES     struct trace_node per node
 *     LINKS     struct trace_link per link (left out above TRACE_LINKS_MAX links)
 *     RECORDS   struct trace_record each, in the order in which they happened, at most 64 Ki
 *     PACKED    the same, at most 16 Ki
 *     SAMPLES   struct trace_sample per (sampling instant, topic), instants ascending
 *     TRAFFIC   struct trace_traffic per sampling instant
 *     MESSAGES  struct trace_message per planned message, in message order
 *     SUMMARY   struct trace_summary
 *     END       empty
 */
#ifndef GOSSIM_TRACE_FILE_H
#define GOSSIM_TRACE_FILE_H

#include "trace/record.h"

#include <stddef.h>
#include <stdint.h>

#define TRACE_FILE_MAGIC "gossim-trace"
enum {
    TRACE_FILE_VERSION = 5,
    TRACE_FILE_VERSION_OLDEST = 4, // still read: version 5 added PACKED
    TRACE_LINKS_MAX = 1000000,
    TRACE_RECORDS_PER_SECTION = 65536
};

enum trace_level { TRACE_LEVEL_NONE, TRACE_LEVEL_DELIVERIES, TRACE_LEVEL_FULL };

enum trace_section {
    TRACE_SECTION_SCENARIO = 1,
    TRACE_SECTION_TOPICS = 2,
    TRACE_SECTION_REGIONS = 3,
    TRACE_SECTION_NODES = 4,
    TRACE_SECTION_LINKS = 5,
    TRACE_SECTION_RECORDS = 6,
    TRACE_SECTION_SAMPLES = 7,
    TRACE_SECTION_TRAFFIC = 8,
    TRACE_SECTION_MESSAGES = 9,
    TRACE_SECTION_SUMMARY = 10,
    TRACE_SECTION_END = 11,
    TRACE_SECTION_PACKED = 12,
};

/** The rows of one section, as long as whoever gives them says. */
struct trace_section_view {
    enum trace_section kind;
    const void *rows; // table or records: structs, in host byte order; text: bytes; never NULL
    size_t count;     // rows, or bytes of text
};

struct trace_node {
    uint32_t region; // index into REGIONS, or TRACE_NONE
    uint32_t degree; // links
    int64_t start_ns;
};

enum trace_dialled { TRACE_DIALLED_UNKNOWN, TRACE_DIALLED_BY_A, TRACE_DIALLED_BY_B };

struct trace_link {
    uint32_t a; // a < b
    uint32_t b;
    int64_t delay_ns; // from a to b
    uint32_t dialled; // enum trace_dialled: whether one of them dialled the other
    uint32_t reserved;
};

/**
 * Mesh degrees over the nodes up and subscribed to `topic` at `at_ns`, all zero when there are
 * none; and sums over all nodes of what their gauges of peers per topic say.
 */
struct trace_sample {
    int64_t at_ns;
    uint32_t topic;
    uint32_t nodes;
    uint32_t degree_min;
    uint32_t degree_max;
    uint64_t degree_sum;
    uint64_t one_sided_links; // pairs of nodes up of which one alone has the other in its mesh
    uint64_t gauge_mesh_sum;
    uint64_t gauge_fanout_sum;
    uint64_t gauge_subscribers_sum;
};

/** Totals since the start of the run, over all nodes, at `at_ns`. */
struct trace_traffic {
    int64_t at_ns;
    uint64_t rpcs_sent[TRACE_RPC_COUNT];
    uint64_t bytes_sent[TRACE_RPC_COUNT]; // encoded RPCs with their length prefix
    uint64_t payload_bytes_sent;          // of these, the data fields of messages
    uint64_t deliveries;
    uint64_t duplicates;
    uint64_t packets_lost; // or dropped: RPCs that will not arrive
};

struct trace_message {
    int64_t published_at_ns; // planned time; also for a skipped one
    uint32_t origin;         // TRACE_NONE if skipped
    uint32_t topic;
    uint32_t size_bytes; // of the data field
    uint32_t expected;   // expected receivers
    uint32_t deliveries; // by expected receivers
    uint32_t duplicates; // copies received by nodes that had it
    uint64_t seqno;      // its sequence number; 0 if skipped
};

/** What figures print beside the scenario. */
struct trace_summary {
    uint64_t seed;
    uint64_t digest_high;
    uint64_t digest_low;
    int64_t virtual_ns;
    uint64_t nodes;
    uint64_t links;
    uint64_t records; // that the digest covers
};

_Static_assert(sizeof(struct trace_node) == 16, "no padding");
_Static_assert(sizeof(struct trace_link) == 24, "no padding");
_Static_assert(sizeof(struct trace_sample) == 64, "no padding");
_Static_assert(sizeof(struct trace_traffic) == 136, "no padding");
_Static_assert(sizeof(struct trace_message) == 40, "no padding");
_Static_assert(sizeof(struct trace_summary) == 56, "no padding");

#endif
