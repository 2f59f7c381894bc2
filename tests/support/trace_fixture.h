/**
 * A small run's trace for tests: one of each section, written to a file of its own in the working
 * folder.
 *
 * The fixture's bytes hold a file as it is on disk, or its content before compression; a test
 * changes them, puts them back and reads again. Everything is checked with cmocka's assertions, so
 * only what a test is about comes back to it.
 */
#ifndef GOSSIM_TESTS_SUPPORT_TRACE_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_TRACE_FIXTURE_H

#include "tests/support/unit.h"
#include "trace/pack.h"
#include "trace/reader.h"
#include "trace/writer.h"

enum {
    TRACE_FIXTURE_BYTES_MAX = 1 << 16,
    TRACE_FIXTURE_NODES = 3,
    TRACE_FIXTURE_LINKS = 2,
    TRACE_FIXTURE_MESSAGES = 2,
    TRACE_FIXTURE_RECORDS = 5,
    TRACE_FIXTURE_MANY = 3 * PACK_RECORDS_MAX, // records
    TRACE_FIXTURE_SECTIONS_BEFORE_RECORDS = 5,
};

extern const char trace_fixture_scenario[21];
extern const char trace_fixture_topics[13];
extern const char trace_fixture_regions[12];
extern const struct trace_node trace_fixture_nodes[TRACE_FIXTURE_NODES];
extern const struct trace_link trace_fixture_links[TRACE_FIXTURE_LINKS];
extern const struct trace_sample trace_fixture_samples[1];
extern const struct trace_traffic trace_fixture_traffic[1];
extern const struct trace_message trace_fixture_messages[TRACE_FIXTURE_MESSAGES];
extern const struct trace_summary trace_fixture_summary;

struct trace_fixture {
    struct arena *arena;
    struct failure failure;
    char path[32];
    unsigned char bytes[TRACE_FIXTURE_BYTES_MAX];
    size_t size;           // of bytes
    uint64_t content_hash; // of all rows that the last reading gave
};

/** Setup and teardown of a test; the state is a struct trace_fixture. */
int trace_fixture_begin(void **state);
int trace_fixture_end(void **state);

/** The record that stands at `index` in every file of the fixture. */
struct trace_record trace_fixture_record(uint32_t index);

/** A writer with everything before the records written. */
struct trace_writer *trace_fixture_open(struct trace_fixture *f, const char *path);

void trace_fixture_write_records(struct trace_writer *writer, uint32_t count);

/** Writes a file with every section and `count` records. */
void trace_fixture_write(struct trace_fixture *f, uint32_t count);

/** Replaces the file on disk. */
void trace_fixture_put_file(struct trace_fixture *f, const void *bytes, size_t size);

/** Loads the file on disk into the bytes. */
void trace_fixture_load_file(struct trace_fixture *f);

/** Writes a whole file of few records and loads its content before compression. */
void trace_fixture_load_content(struct trace_fixture *f);

/** Compresses the bytes into the file. */
void trace_fixture_put_content(struct trace_fixture *f);

/**
 * Reads the file to its end and tells how it ended; one that cannot be opened counts as failed.
 * Counts the sections, and checks that another step gives the same answer.
 */
enum trace_reader_step trace_fixture_read(struct trace_fixture *f, uint32_t *sections);

#endif
