/**
 * The identity of a run.
 *
 * Each node chains XXH3-64 over its own records: next = XXH3(record as 32 little-endian bytes, seed
 * = last). The run's digest is the XXH3-128 of the nodes' values as little-endian words in node
 * order, seeded with the run's seed. It depends neither on the order in which different nodes'
 * records were made nor on which of them were written.
 *
 * Source: DESIGN.md §2 "Digest".
 */
#ifndef GOSSIM_TRACE_DIGEST_H
#define GOSSIM_TRACE_DIGEST_H

#include "base/hash.h"
#include "trace/record.h"

#include <stdint.h>

enum { DIGEST_TEXT_SIZE = 33 };

struct digest {
    uint64_t high;
    uint64_t low;
};

static inline uint64_t digest_chain(uint64_t last, struct trace_record record) {
    struct trace_record bytes = trace_record_little_endian(record);
    return hash_bytes(&bytes, sizeof bytes, last);
}

/** The digest of `count` nodes' chained values. */
struct digest digest_finish(const uint64_t *values, uint32_t count, uint64_t seed);

/** Writes 32 lower-case hex digits and a NUL. Returns `out`. */
const char *digest_write(struct digest digest, char out[DIGEST_TEXT_SIZE]);

#endif
