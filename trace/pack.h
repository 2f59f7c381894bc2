/**
 * The packed form of records: a section of kind TRACE_SECTION_PACKED.
 *
 * Most of a record repeats the one before it or the last one of its kind, so only what differs is
 * kept: 7 bytes or so in place of 32. That is done as each record is made, without a branch that
 * depends on it, because a run waits for it; what comes out has little left for a compressor to
 * find. Deliveries (trace_kind_is_delivery()) and others are packed apart: who wants the few does
 * not unpack the many.
 *
 *     records u32 · deliveries u32 · bytes of the deliveries u32 · bytes of the others u32
 *     bits       one per record, lowest first: set if it stands among the deliveries
 *     deliveries one after the other
 *     others     one after the other
 *
 *     a record   head, 3 bytes: kind 5 bits, reason 5, then the sizes of the fields that follow
 *                time 3 bits: bytes of the time since the record before it in its part; 7: eight
 *                node, peer, message, value, extra 2 bits each: 0, 1, 2 or 4 bytes; topic 1: 0 or 2
 *
 * A field is the exclusive or with that of the last record of its kind in this part and section,
 * the node with that of the record before; at first all are zero. Integers are little-endian. Every
 * record whose kind and reason are below 32 can be packed.
 *
 * Reference: the rows of a section of kind TRACE_SECTION_RECORDS, which say the same.
 */
#ifndef GOSSIM_TRACE_PACK_H
#define GOSSIM_TRACE_PACK_H

#include "base/arena.h"
#include "base/failure.h"
#include "trace/file.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    PACK_RECORDS_MAX = 16384, // in a section
    PACK_HEAD_BYTES = 16,
    PACK_RECORD_BYTES_MAX = 3 + 8 + 5 * 4 + 2,
    PACK_KINDS = 32,
    PACK_SLACK_BYTES = 8, // fields are stored and loaded by whole words
    PACK_ZEROS = PACK_RECORD_BYTES_MAX + PACK_SLACK_BYTES,
    PACK_BYTES_MAX =
        PACK_HEAD_BYTES + PACK_RECORDS_MAX / 8 + PACK_RECORDS_MAX * PACK_RECORD_BYTES_MAX,
};

/** The last record of a kind, as far as the next one is compared with it. */
struct pack_last {
    uint32_t peer;
    uint32_t message;
    uint32_t value;
    uint32_t extra;
    uint32_t topic;
};

/** What the next record of a part is compared with. */
struct pack_memory {
    int64_t at_ns;
    uint32_t node;
    struct pack_last kinds[PACK_KINDS];
};

/** Deliveries, or others. */
struct pack_part {
    unsigned char *bytes;
    unsigned char *end; // of what is packed
    struct pack_memory memory;
};

/** A section being packed. */
struct pack {
    uint32_t records;
    uint32_t deliveries;
    uint32_t delivery_kinds; // one bit each
    unsigned char bits[PACK_RECORDS_MAX / 8];
    struct pack_part parts[2]; // others, deliveries
};

void pack_init(struct pack *pack, struct arena *arena);

/** Appends a record; there are fewer than PACK_RECORDS_MAX. */
void pack_add(struct pack *pack, const struct trace_record *record);

/** The same for one that has all but the peer of the last one appended, which is in this section.
 */
void pack_add_again(struct pack *pack, const struct trace_record *record);

/** The bytes of the section so far. */
size_t pack_bytes(const struct pack *pack);

/** The head of the section as it is now, and the bytes of its bits. */
uint32_t pack_head(const struct pack *pack, unsigned char out[PACK_HEAD_BYTES]);

/** Starts a new section. */
void pack_clear(struct pack *pack);

/** A section as it was read: PACK_ZEROS more bytes can be read behind it. */
struct pack_section {
    const unsigned char *bytes;
    size_t size;
    bool deliveries_only; // the others are not unpacked
};

/** Unpacks a section. False, and a failure, if no writer made it. */
FAILURE_WARN_UNUSED bool pack_read(const struct pack_section *section,
                                   struct trace_record records[PACK_RECORDS_MAX], size_t *count,
                                   struct failure *failure);

#endif
