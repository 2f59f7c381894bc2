#include "trace/reader.h"

#include "base/check.h"
#include "trace/pack.h"
#include "trace/rows.h"
#include "trace/section.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <zstd.h>

// The window bounds what zstd takes for a file that asks for more than any writer of ours needs.
enum {
    WINDOW_LOG_MAX = 23,
    BUFFER_BYTES_MIN = 1 << 16,
    BUFFER_ZEROS = PACK_ZEROS, // behind a section; one ends a text
    HEADER_BYTES = sizeof TRACE_FILE_MAGIC + 3
};

struct trace_reader {
    FILE *file;
    ZSTD_DStream *zstd;
    ZSTD_inBuffer input; // compressed bytes not yet read
    unsigned char *input_bytes;
    size_t input_capacity;
    bool file_ended;
    bool frame_ended; // zstd has seen the end of its stream and found the checksum right
    enum trace_level level;
    enum trace_reader_step last;  // SECTION as long as there may be more
    uint32_t seen;                // bit per section kind
    uint32_t buffer_capacity;     // bytes
    unsigned char *buffer;        // the section being looked at
    struct trace_record *records; // [PACK_RECORDS_MAX], unpacked from it; NULL before the first
    bool deliveries_only;
    struct pool pool;
    struct row_bounds bounds;
    const char *path;
    struct failure failure; // if last is FAILED
};

/** How far a read of some number of bytes came: all of them, the file's end before, or damage. */
enum reading { READING_DONE, READING_CUT, READING_FAILED };

static void name_file(struct failure *failure, const char *path) {
    snprintf(failure->file, sizeof failure->file, "%s", path);
}

static enum reading fail(struct trace_reader *reader, const char *what) {
    failure_bad_input(&reader->failure, "%s", what);
    return READING_FAILED;
}

static bool refill(struct trace_reader *reader) {
    errno = 0;
    size_t size = fread(reader->input_bytes, 1, reader->input_capacity, reader->file);
    reader->input = (ZSTD_inBuffer){reader->input_bytes, size, 0};
    reader->file_ended = size < reader->input_capacity;
    if (ferror(reader->file)) {
        failure_bad_input(&reader->failure, "cannot read the trace: %s", strerror(errno));
        return false;
    }
    return true;
}

static enum reading read_bytes(struct trace_reader *reader, void *bytes, size_t size) {
    ZSTD_outBuffer out = {bytes, size, 0};
    while (out.pos < size && !reader->frame_ended) {
        bool input_empty = reader->input.pos == reader->input.size;
        if (input_empty && !reader->file_ended && !refill(reader)) {
            return READING_FAILED;
        }
        size_t out_before = out.pos;
        size_t in_before = reader->input.pos;
        size_t pending = ZSTD_decompressStream(reader->zstd, &out, &reader->input);
        if (ZSTD_isError(pending)) {
            return fail(reader, "damaged trace: it does not decompress");
        }
        reader->frame_ended = pending == 0;
        bool moved = out.pos != out_before || reader->input.pos != in_before;
        if (!moved && reader->file_ended) {
            break;
        }
    }
    return out.pos == size ? READING_DONE : READING_CUT;
}

static void grow_buffer(struct trace_reader *reader, uint32_t wanted) {
    reader->buffer = pool_grow(&reader->pool, reader->buffer, &reader->buffer_capacity, wanted, 1);
}

/**
 * Reads a section's bytes and zeros behind them into the buffer, which grows as they come and not
 * by what the header claims.
 */
static enum reading read_buffer(struct trace_reader *reader, size_t size) {
    size_t have = 0;
    while (have < size) {
        size_t room = reader->buffer_capacity - BUFFER_ZEROS - have;
        if (room == 0) {
            grow_buffer(reader, reader->buffer_capacity * 2);
            room = reader->buffer_capacity - BUFFER_ZEROS - have;
        }
        size_t step = size - have < room ? size - have : room;
        enum reading reading = read_bytes(reader, reader->buffer + have, step);
        if (reading != READING_DONE) {
            return reading;
        }
        have += step;
    }
    memset(reader->buffer + size, 0, BUFFER_ZEROS);
    return READING_DONE;
}

static enum reading read_header(struct trace_reader *reader) {
    unsigned char header[HEADER_BYTES];
    enum reading reading = read_bytes(reader, header, sizeof header);
    if (ferror(reader->file)) {
        return READING_FAILED;
    }
    if (reading == READING_CUT && reader->file_ended) {
        return fail(reader, "not a gossim trace, or one cut short before it began");
    }
    if (reading != READING_DONE || memcmp(header, TRACE_FILE_MAGIC, sizeof TRACE_FILE_MAGIC) != 0) {
        return fail(reader, "not a gossim trace");
    }
    const unsigned char *rest = header + sizeof TRACE_FILE_MAGIC;
    if (rest[0] < TRACE_FILE_VERSION_OLDEST || rest[0] > TRACE_FILE_VERSION) {
        failure_bad_input(&reader->failure,
                          "a trace of version %u; this gossim reads versions %u to %u", rest[0],
                          (unsigned)TRACE_FILE_VERSION_OLDEST, (unsigned)TRACE_FILE_VERSION);
        return READING_FAILED;
    }
    if (rest[1] > TRACE_LEVEL_FULL || rest[2] != 0) {
        return fail(reader, "damaged trace: its level is unknown");
    }
    reader->level = (enum trace_level)rest[1];
    return READING_DONE;
}

static bool open_file(struct trace_reader *reader, const char *path) {
    reader->file = fopen(path, "rb");
    if (reader->file == NULL) {
        failure_bad_input(&reader->failure, "cannot open the trace: %s", strerror(errno));
        return false;
    }
    // Compressed bytes are read in large pieces, which need no second buffer.
    setvbuf(reader->file, NULL, _IONBF, 0);
    reader->zstd = ZSTD_createDStream();
    if (reader->zstd == NULL) {
        failure_running(&reader->failure, "cannot start decompressing: out of memory");
        return false;
    }
    size_t limited = ZSTD_DCtx_setParameter(reader->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
    CHECK(!ZSTD_isError(limited));
    return true;
}

static const char *copy_path(struct arena *arena, const char *path) {
    size_t size = strlen(path) + 1;
    return memcpy(arena_take(arena, MEMORY_TRACE, size), path, size);
}

struct trace_reader *trace_reader_open(struct arena *arena, const char *path,
                                       struct failure *failure) {
    struct trace_reader *reader = arena_take(arena, MEMORY_TRACE, sizeof *reader);
    pool_init(&reader->pool, arena, MEMORY_TRACE);
    reader->path = copy_path(arena, path);
    reader->input_capacity = ZSTD_DStreamInSize();
    reader->input_bytes = arena_take(arena, MEMORY_TRACE, reader->input_capacity);
    grow_buffer(reader, BUFFER_BYTES_MIN);
    if (!open_file(reader, path) || read_header(reader) != READING_DONE) {
        *failure = reader->failure;
        name_file(failure, path);
        trace_reader_close(reader);
        return NULL;
    }
    return reader;
}

enum trace_level trace_reader_level(const struct trace_reader *reader) {
    return reader->level;
}

void trace_reader_leave_out_others(struct trace_reader *reader) {
    reader->deliveries_only = true;
}

/** After END: the stream must be complete, and the file must hold nothing else. */
static enum reading read_end(struct trace_reader *reader) {
    unsigned char extra = 0;
    enum reading reading = read_bytes(reader, &extra, sizeof extra);
    if (reading == READING_FAILED) {
        return READING_FAILED;
    }
    if (reading == READING_DONE) {
        return fail(reader, "damaged trace: it goes on after its end");
    }
    if (!reader->frame_ended) {
        return READING_CUT;
    }
    if (reader->input.pos < reader->input.size || fgetc(reader->file) != EOF) {
        return fail(reader, "damaged trace: other bytes follow it");
    }
    return READING_DONE;
}

/** Refuses a section that no writer of ours can have begun here. */
static bool header_fits(struct trace_reader *reader, struct section_header header) {
    const struct section_layout *layout = section_layout(header.kind);
    if (layout == NULL || header.reserved != 0) {
        return failure_bad_input(&reader->failure,
                                 "damaged trace: section of unknown kind %" PRIu32, header.kind);
    }
    if (header.bytes > layout->bytes_max) {
        return failure_bad_input(&reader->failure,
                                 "damaged trace: %s claims %" PRIu64 " bytes, more than %" PRIu64,
                                 layout->name, header.bytes, layout->bytes_max);
    }
    if (layout->row_bytes > 0 && header.bytes % layout->row_bytes != 0) {
        return failure_bad_input(&reader->failure,
                                 "damaged trace: %s claims %" PRIu64 " bytes, not rows of %zu",
                                 layout->name, header.bytes, layout->row_bytes);
    }
    if (layout->once && (reader->seen >> header.kind & 1) != 0) {
        return failure_bad_input(&reader->failure, "damaged trace: it has a second %s",
                                 layout->name);
    }
    return true;
}

/** Keeps the deliveries among rows of records, in their order. */
static size_t keep_deliveries(struct trace_record *records, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (trace_kind_is_delivery((enum trace_kind)records[i].kind)) {
            records[kept++] = records[i];
        }
    }
    return kept;
}

/** Makes rows of the section in the buffer. */
static bool view_section(struct trace_reader *reader, struct section_header header,
                         struct trace_section_view *view) {
    const struct section_layout *layout = section_layout(header.kind);
    if (header.kind == TRACE_SECTION_PACKED) {
        if (reader->records == NULL) {
            reader->records = pool_take(&reader->pool, PACK_RECORDS_MAX * sizeof *reader->records);
        }
        view->kind = TRACE_SECTION_RECORDS;
        view->rows = reader->records;
        struct pack_section packed = {reader->buffer, (size_t)header.bytes,
                                      reader->deliveries_only};
        return pack_read(&packed, reader->records, &view->count, &reader->failure);
    }
    view->rows = reader->buffer;
    view->count = (size_t)header.bytes / layout->row_bytes;
    section_turn_rows(layout, reader->buffer, view->count);
    if (header.kind == TRACE_SECTION_RECORDS && reader->deliveries_only) {
        view->count = keep_deliveries((struct trace_record *)reader->buffer, view->count);
    }
    return true;
}

static enum reading read_section(struct trace_reader *reader, struct trace_section_view *view) {
    unsigned char bytes[SECTION_HEADER_BYTES];
    enum reading reading = read_bytes(reader, bytes, sizeof bytes);
    if (reading != READING_DONE) {
        return reading;
    }
    struct section_header header = section_header_read(bytes);
    if (!header_fits(reader, header)) {
        return READING_FAILED;
    }
    reader->seen |= UINT32_C(1) << header.kind;
    view->kind = (enum trace_section)header.kind;
    if (header.kind == TRACE_SECTION_END) {
        return read_end(reader);
    }
    reading = read_buffer(reader, (size_t)header.bytes);
    if (reading != READING_DONE) {
        return reading;
    }
    if (!view_section(reader, header, view)) {
        return READING_FAILED;
    }
    return rows_check(&reader->bounds, view->kind, view->rows, view->count, &reader->failure)
               ? READING_DONE
               : READING_FAILED;
}

enum trace_reader_step trace_reader_next(struct trace_reader *reader,
                                         struct trace_section_view *view, struct failure *failure) {
    *view = (struct trace_section_view){.kind = TRACE_SECTION_END};
    if (reader->last == TRACE_READER_SECTION) {
        struct trace_section_view found = {.kind = TRACE_SECTION_END};
        switch (read_section(reader, &found)) {
        case READING_DONE:
            *view = found;
            reader->last =
                found.kind == TRACE_SECTION_END ? TRACE_READER_END : TRACE_READER_SECTION;
            break;
        case READING_CUT:
            reader->last = TRACE_READER_TRUNCATED;
            break;
        case READING_FAILED:
            reader->last = TRACE_READER_FAILED;
            name_file(&reader->failure, reader->path);
            break;
        }
    }
    if (reader->last == TRACE_READER_FAILED) {
        *failure = reader->failure;
    }
    return reader->last;
}

void trace_reader_close(struct trace_reader *reader) {
    if (reader == NULL) {
        return;
    }
    ZSTD_freeDStream(reader->zstd);
    reader->zstd = NULL;
    if (reader->file != NULL) {
        fclose(reader->file);
        reader->file = NULL;
    }
}
