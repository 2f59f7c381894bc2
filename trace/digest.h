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

/**
 * The same over a record that was cut into words. Words are put together from fields in registers;
 * read from a record in memory whose fields were just written, they would have to wait for that.
 */
static inline uint64_t digest_chain_words(uint64_t last, struct trace_words record) {
    uint64_t words[TRACE_WORDS];
    for (uint32_t i = 0; i < TRACE_WORDS; i++) {
        words[i] = hash_word(record.words[i]);
    }
    return hash_bytes(words, sizeof words, last);
}

static inline uint64_t digest_chain(uint64_t last, struct trace_record record) {
    return digest_chain_words(last, trace_record_words(&record));
}

/** The digest of `count` nodes' chained values. */
struct digest digest_finish(const uint64_t *values, uint32_t count, uint64_t seed);

/** Writes 32 lower-case hex digits and a NUL. Returns `out`. */
const char *digest_write(struct digest digest, char out[DIGEST_TEXT_SIZE]);

#endif
