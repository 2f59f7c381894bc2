#include "trace/writer.h"

#include "base/check.h"
#include "trace/pack.h"
#include "trace/section.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

enum {
    // A trace is written while the run waits, and packed records hold little that repeats: zstd
    // looks only for what is plain to see.
    COMPRESSION_LEVEL = -10,
    // What zstd looks back at shares the processor's cache with the run.
    WINDOW_LOG = 16,
    BATCH_BYTES = 1 << 16,
    HEARD_MAX = 512 // records told at once: looked at together, from the cache
};

struct trace_writer {
    struct arena *arena;
    FILE *file;
    ZSTD_CStream *zstd;
    struct pack *pack; // records that are not written yet
    bool failed;
    unsigned char *batch; // [BATCH_BYTES], rows being turned to little-endian
    unsigned char *compressed;
    size_t compressed_bytes;
    const char *path;
    struct failure failure; // the first one, if failed
    struct trace_listener listener;
    struct trace_record *heard; // [heard_count] to be told; NULL: nobody listens
    uint32_t heard_count;
};

static void name_file(struct failure *failure, const char *path) {
    snprintf(failure->file, sizeof failure->file, "%s", path);
}

/** Keeps the first failure. */
static void fail(struct trace_writer *writer, const char *reason) {
    if (writer->failed) {
        return;
    }
    writer->failed = true;
    failure_running(&writer->failure, "cannot write the trace: %s", reason);
    name_file(&writer->failure, writer->path);
}

static void write_file(struct trace_writer *writer, size_t size) {
    errno = 0;
    if (size > 0 && fwrite(writer->compressed, 1, size, writer->file) != size) {
        fail(writer, errno != 0 ? strerror(errno) : "the file took only a part of it");
    }
}

/** Gives bytes to zstd, and what comes out of it to the file: all of it with `flush` or `end`,
 * which also closes the stream. */
static void compress(struct trace_writer *writer, const void *bytes, size_t size,
                     ZSTD_EndDirective end) {
    ZSTD_inBuffer in = {bytes, size, 0};
    bool done = writer->failed;
    while (!done) {
        ZSTD_outBuffer out = {writer->compressed, writer->compressed_bytes, 0};
        size_t pending = ZSTD_compressStream2(writer->zstd, &out, &in, end);
        if (ZSTD_isError(pending)) {
            fail(writer, ZSTD_getErrorName(pending));
            return;
        }
        write_file(writer, out.pos);
        done = writer->failed || (end == ZSTD_e_continue ? in.pos == in.size : pending == 0);
    }
}

static bool start_compression(struct trace_writer *writer) {
    writer->zstd = ZSTD_createCStream();
    if (writer->zstd == NULL) {
        return false;
    }
    size_t level = ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, COMPRESSION_LEVEL);
    size_t checksum = ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1);
    size_t window = ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_windowLog, WINDOW_LOG);
    CHECK(!ZSTD_isError(level));
    CHECK(!ZSTD_isError(window));
    CHECK(!ZSTD_isError(checksum));
    return true;
}

static bool explain_open(struct failure *failure, const char *path, int reason) {
    // What the person can mend by naming another place is bad input; the rest is the machine's.
    bool machine = reason == ENOSPC || reason == EDQUOT || reason == EIO || reason == ENOMEM ||
                   reason == EMFILE || reason == ENFILE;
    if (machine) {
        failure_running(failure, "cannot open for writing: %s", strerror(reason));
    } else {
        failure_bad_input(failure, "cannot open for writing: %s", strerror(reason));
    }
    name_file(failure, path);
    return false;
}

static bool open_file(struct trace_writer *writer, const char *path, struct failure *failure) {
    writer->file = fopen(path, "wb");
    if (writer->file == NULL) {
        return explain_open(failure, path, errno);
    }
    // The compressed bytes come in large pieces, which need no second buffer.
    setvbuf(writer->file, NULL, _IONBF, 0);
    if (!start_compression(writer)) {
        fclose(writer->file);
        failure_running(failure, "cannot start compressing: out of memory");
        name_file(failure, path);
        return false;
    }
    return true;
}

static const char *copy_path(struct arena *arena, const char *path) {
    size_t size = strlen(path) + 1;
    return memcpy(arena_take(arena, MEMORY_TRACE, size), path, size);
}

struct trace_writer *trace_writer_open(struct arena *arena, const char *path,
                                       enum trace_level level, struct failure *failure) {
    struct trace_writer *writer = arena_take(arena, MEMORY_TRACE, sizeof *writer);
    if (!open_file(writer, path, failure)) {
        return NULL;
    }
    writer->arena = arena;
    writer->path = copy_path(arena, path);
    writer->pack = arena_take(arena, MEMORY_TRACE, sizeof *writer->pack);
    pack_init(writer->pack, arena);
    writer->batch = arena_take(arena, MEMORY_TRACE, BATCH_BYTES);
    writer->compressed_bytes = ZSTD_CStreamOutSize();
    writer->compressed = arena_take(arena, MEMORY_TRACE, writer->compressed_bytes);
    unsigned char header[sizeof TRACE_FILE_MAGIC + 3] = TRACE_FILE_MAGIC;
    header[sizeof TRACE_FILE_MAGIC] = TRACE_FILE_VERSION;
    header[sizeof TRACE_FILE_MAGIC + 1] = (unsigned char)level;
    compress(writer, header, sizeof header, ZSTD_e_continue);
    return writer;
}

static void write_section_header(struct trace_writer *writer, enum trace_section section,
                                 uint64_t bytes) {
    unsigned char header[SECTION_HEADER_BYTES];
    section_header_write((struct section_header){.kind = section, .bytes = bytes}, header);
    compress(writer, header, sizeof header, ZSTD_e_continue);
}

/**
 * Writes a section's header; false, and a failure kept, if the section is larger than readers
 * take.
 */
static bool begin_section(struct trace_writer *writer, enum trace_section section, size_t count) {
    const struct section_layout *layout = section_layout(section);
    CHECK(layout != NULL);
    if (count > 0 && count > layout->bytes_max / layout->row_bytes) {
        fail(writer, "one of its tables is larger than the format allows");
        return false;
    }
    write_section_header(writer, section, count * layout->row_bytes);
    return true;
}

/** Brings a whole section to the file: what ends the program early leaves at least that. */
static void end_section(struct trace_writer *writer) {
    compress(writer, NULL, 0, ZSTD_e_flush);
}

static void flush_records(struct trace_writer *writer) {
    struct pack *pack = writer->pack;
    if (pack->records == 0) {
        return;
    }
    unsigned char head[PACK_HEAD_BYTES];
    uint32_t bits_bytes = pack_head(pack, head);
    write_section_header(writer, TRACE_SECTION_PACKED, pack_bytes(pack));
    compress(writer, head, sizeof head, ZSTD_e_continue);
    compress(writer, pack->bits, bits_bytes, ZSTD_e_continue);
    for (uint32_t part = 2; part-- > 0;) {
        const struct pack_part *packed = &pack->parts[part];
        compress(writer, packed->bytes, (size_t)(packed->end - packed->bytes), ZSTD_e_continue);
    }
    pack_clear(pack);
    end_section(writer);
}

void trace_writer_listen(struct trace_writer *writer, const struct trace_listener *listener) {
    CHECK(writer->heard == NULL);
    writer->listener = *listener;
    writer->heard = arena_take_array(writer->arena, MEMORY_TRACE, HEARD_MAX, sizeof *writer->heard);
}

static void tell(struct trace_writer *writer, enum trace_section kind, const void *rows,
                 size_t count) {
    const struct trace_section_view view = {.kind = kind, .rows = rows, .count = count};
    if (writer->heard != NULL) {
        writer->listener.on_section(writer->listener.context, &view);
    }
}

static void tell_records(struct trace_writer *writer) {
    if (writer->heard_count > 0) {
        tell(writer, TRACE_SECTION_RECORDS, writer->heard, writer->heard_count);
        writer->heard_count = 0;
    }
}

/** Notes a record that somebody listens for. */
static void hear(struct trace_writer *writer, const struct trace_record *record) {
    if (trace_kind_is_delivery((enum trace_kind)record->kind)) {
        writer->heard[writer->heard_count++] = *record;
    }
    if (writer->heard_count == HEARD_MAX) {
        tell_records(writer);
    }
}

void trace_writer_record(struct trace_writer *writer, const struct trace_record *record) {
    if (writer->heard != NULL) {
        hear(writer, record);
    }
    pack_add(writer->pack, record);
    if (writer->pack->records == PACK_RECORDS_MAX) {
        flush_records(writer);
    }
}

void trace_writer_again(struct trace_writer *writer, const struct trace_record *record) {
    if (writer->heard != NULL) {
        hear(writer, record);
    }
    if (writer->pack->records == 0) {
        pack_add(writer->pack, record); // the last one is in another section
        return;
    }
    pack_add_again(writer->pack, record);
    if (writer->pack->records == PACK_RECORDS_MAX) {
        flush_records(writer);
    }
}

void trace_writer_text(struct trace_writer *writer, enum trace_section section, const char *bytes,
                       size_t size) {
    CHECK(section <= TRACE_SECTION_REGIONS);
    flush_records(writer);
    tell_records(writer);
    tell(writer, section, bytes, size);
    if (begin_section(writer, section, size)) {
        compress(writer, bytes, size, ZSTD_e_continue);
        end_section(writer);
    }
}

void trace_writer_table(struct trace_writer *writer, enum trace_section section, const void *rows,
                        size_t count) {
    CHECK(section >= TRACE_SECTION_NODES);
    CHECK(section != TRACE_SECTION_RECORDS);
    CHECK(section <= TRACE_SECTION_SUMMARY);
    flush_records(writer);
    tell_records(writer);
    tell(writer, section, rows, count);
    if (!begin_section(writer, section, count)) {
        return;
    }
    const struct section_layout *layout = section_layout(section);
    const unsigned char *next = rows;
    size_t batch_rows = BATCH_BYTES / layout->row_bytes;
    while (count > 0) {
        size_t turned = count < batch_rows ? count : batch_rows;
        memcpy(writer->batch, next, turned * layout->row_bytes);
        section_turn_rows(layout, writer->batch, turned);
        compress(writer, writer->batch, turned * layout->row_bytes, ZSTD_e_continue);
        next += turned * layout->row_bytes;
        count -= turned;
    }
    end_section(writer);
}

static void close_file(struct trace_writer *writer) {
    ZSTD_freeCStream(writer->zstd);
    writer->zstd = NULL;
    errno = 0;
    if (fclose(writer->file) != 0) {
        fail(writer, errno != 0 ? strerror(errno) : "the file could not be closed");
    }
    writer->file = NULL;
}

bool trace_writer_ok(const struct trace_writer *writer) {
    return !writer->failed;
}

bool trace_writer_close(struct trace_writer *writer, struct failure *failure) {
    CHECK(writer->file != NULL);
    flush_records(writer);
    tell_records(writer);
    if (begin_section(writer, TRACE_SECTION_END, 0)) {
        compress(writer, NULL, 0, ZSTD_e_end);
    }
    close_file(writer);
    if (writer->failed) {
        *failure = writer->failure;
    }
    return !writer->failed;
}

void trace_writer_abandon(struct trace_writer *writer) {
    if (writer != NULL && writer->file != NULL) {
        close_file(writer);
    }
}
