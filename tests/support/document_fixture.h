/**
 * Documents for tests of codecs: made up at random, and written in every form that protobuf allows.
 */
#ifndef GOSSIM_TESTS_SUPPORT_DOCUMENT_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_DOCUMENT_FIXTURE_H

#include "base/prng.h"
#include "router/rpc_document.h"

enum { DOCUMENT_SEED = 5, FREE_FORM_BYTES_MAX = 1 << 16 };

struct document_fixture {
    struct arena *arena;
    struct pool pool;
    struct wire_scratch scratch;
    struct prng prng;
};

/** What random documents may hold. */
struct document_taste {
    bool absent;          // fields may be absent
    bool several_topics;  // of one message
    bool any_from;        // that need not be a multihash
    bool empty;           // parts without content
    uint32_t entries_max; // of each kind
};

/** A fixture as the state of a cmocka test, in an object that lasts. */
int document_fixture_begin(void **state);
int document_fixture_end(void **state);

/** Gives back what all documents so far took. */
void document_fixture_forget(struct document_fixture *f);

struct byte_span document_bytes_of_hex(struct document_fixture *f, const char *hex);

struct rpc_document document_random(struct document_fixture *f, const struct document_taste *taste);

/**
 * Writes a document as protobuf lets an encoder write it: fields in any order, unknown ones between
 * them, padded varints, fields that count once written twice (the last counts), a control in
 * pieces.
 */
struct byte_span document_write_freely(struct document_fixture *f,
                                       const struct rpc_document *document);

/** A copy that ends where its memory ends, so that a sanitizer sees any read beyond it. To be
 * freed. */
uint8_t *document_copy_bytes(struct byte_span bytes);

#endif
