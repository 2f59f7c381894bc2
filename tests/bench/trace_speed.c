/**
 * What a trace costs: written, read back, made into what tables want to know, and into tables, on
 * records made up as a run of W makes them, without the run.
 *
 * Messages are published 100 ms apart and take 300 ms to reach all nodes, so that three are on
 * their way at a time. With `deliveries` the trace holds nothing else; with `full` each delivery
 * goes with 12 sends, 5 duplicates and 7 RPCs received, as on a mesh of degree 6 that gossips.
 *
 * With a LIMIT, the process may take so many MiB more for its data from then on: memory that is
 * not bounded ends it. That is the test: what a million deliveries take twice over.
 *
 * Usage: trace_speed RECORDS deliveries|full [LIMIT], the trace being written to the working
 * folder.
 */
#include "analysis/run_data.h"
#include "analysis/tables.h"
#include "base/prng.h"
#include "trace/reader.h"
#include "trace/writer.h"

#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { NODES = 10007, STRIDE = 7919, AT_ONCE = 3, SENDS = 12, DUPLICATES = 5, RECEIVED = 7 };

struct bench {
    char path[32];
    struct arena *arena;
    struct failure failure;
    struct trace_writer *writer;
    enum trace_level level;
    uint64_t wanted; // records
    uint64_t written;
    uint32_t messages;
    uint64_t deliveries;
    int64_t now_ns;
};

static double processor_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double peak_mib(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static bool fail(struct bench *bench) {
    failure_print(&bench->failure, stderr);
    return false;
}

static void print_step(const char *step, uint64_t records, double seconds) {
    printf("%-28s %12" PRIu64 " records %8.2f s %7.1f ns each %7.1f million a second\n", step,
           records, seconds, 1e9 * seconds / (double)records, 1e-6 * (double)records / seconds);
}

static void put(struct bench *bench, struct trace_record record) {
    record.at_ns = bench->now_ns;
    record.topic = 0;
    trace_writer_record(bench->writer, &record);
    bench->written++;
}

static uint32_t other_node(uint64_t number, uint32_t turn) {
    return (uint32_t)((number * 31 + (uint64_t)turn * 613) % NODES);
}

/** What else a node does and hears of when a message comes to it. */
static void put_around(struct bench *bench, uint32_t node, uint32_t message) {
    struct trace_record send = {.node = node, .message = message, .kind = TRACE_SEND};
    send.reason = TRACE_RPC_MESSAGES;
    send.value = 1100;
    send.extra = 1;
    for (uint32_t i = 0; i < SENDS; i++) {
        send.peer = other_node(node, i);
        put(bench, send);
    }
    for (uint32_t i = 0; i < DUPLICATES + RECEIVED; i++) {
        struct trace_record record = {.node = other_node(bench->written, i), .peer = node};
        record.kind = i < DUPLICATES ? TRACE_DUPLICATE : TRACE_RECEIVE;
        record.message = message;
        record.reason = i < DUPLICATES ? 0 : TRACE_RPC_IHAVE;
        record.value = i < DUPLICATES ? 3 + i : 60;
        record.extra = i < DUPLICATES ? 0 : 1;
        bench->now_ns += 17;
        put(bench, record);
    }
}

/** Publishes a message, and takes a third of the way to all nodes each of those that are on it. */
static void put_message(struct bench *bench) {
    uint32_t message = bench->messages++;
    put(bench, (struct trace_record){.node = message % NODES,
                                     .peer = TRACE_NONE,
                                     .message = message,
                                     .value = 1024,
                                     .extra = NODES - 1,
                                     .kind = TRACE_PUBLISH});
    uint32_t third = NODES / AT_ONCE + 1;
    for (uint32_t i = 0; i < third * AT_ONCE; i++) {
        uint32_t late = i % AT_ONCE;
        uint64_t step = 1 + i / AT_ONCE + (uint64_t)late * third;
        if (late > message || step >= NODES) {
            continue;
        }
        uint32_t of = message - late;
        uint32_t node = (uint32_t)((of + step * STRIDE) % NODES);
        bench->now_ns += (int64_t)(prng_keyed(1, STREAM_WORKLOAD, of, node, 0) % 20000);
        bench->deliveries++;
        put(bench,
            (struct trace_record){.node = node,
                                  .peer = other_node(node, 1),
                                  .message = of,
                                  .value = 1 + (uint32_t)(step % 11),
                                  .extra = 1,
                                  .kind = TRACE_DELIVER,
                                  .reason = step % 20 == 0 ? REASON_REQUESTED : REASON_PUSHED});
        if (bench->level == TRACE_LEVEL_FULL) {
            put_around(bench, node, of);
        }
    }
}

static bool write_trace(struct bench *bench) {
    bench->writer = trace_writer_open(bench->arena, bench->path, bench->level, &bench->failure);
    if (bench->writer == NULL) {
        return fail(bench);
    }
    struct trace_node *nodes = arena_take_array(bench->arena, MEMORY_TABLES, NODES, sizeof *nodes);
    for (uint32_t node = 0; node < NODES; node++) {
        nodes[node] = (struct trace_node){.region = TRACE_NONE, .degree = 20};
    }
    trace_writer_text(bench->writer, TRACE_SECTION_TOPICS, "blocks", sizeof "blocks");
    trace_writer_table(bench->writer, TRACE_SECTION_NODES, nodes, NODES);
    while (bench->written < bench->wanted) {
        put_message(bench);
    }
    struct trace_message *rows =
        arena_take_array(bench->arena, MEMORY_TABLES, bench->messages, sizeof *rows);
    for (uint32_t i = 0; i < bench->messages; i++) {
        rows[i] = (struct trace_message){.origin = i % NODES, .expected = NODES - 1};
    }
    trace_writer_table(bench->writer, TRACE_SECTION_MESSAGES, rows, bench->messages);
    return trace_writer_close(bench->writer, &bench->failure) || fail(bench);
}

static bool read_trace(struct bench *bench, bool deliveries_only, uint64_t *count) {
    struct trace_reader *reader = trace_reader_open(bench->arena, bench->path, &bench->failure);
    if (reader == NULL) {
        return fail(bench);
    }
    if (deliveries_only) {
        trace_reader_leave_out_others(reader);
    }
    struct trace_section_view view;
    enum trace_reader_step step = trace_reader_next(reader, &view, &bench->failure);
    *count = 0;
    while (step == TRACE_READER_SECTION) {
        *count += view.kind == TRACE_SECTION_RECORDS ? view.count : 0;
        step = trace_reader_next(reader, &view, &bench->failure);
    }
    trace_reader_close(reader);
    return step == TRACE_READER_END || fail(bench);
}

/** Reads what tables want to know, and each delivery once more, as the table of them does. */
static bool analyse(struct bench *bench) {
    struct run_data run;
    struct run_delivery delivery;
    uint64_t deliveries = 0;
    struct arena *arena = arena_create(NULL);
    bool read = run_data_read(&run, arena, bench->path, &bench->failure);
    if (read) {
        run_data_rewind(&run);
        while (run_data_next(&run, &delivery)) {
            deliveries++;
        }
        read = run_data_ok(&run, &bench->failure);
    }
    run_data_close(&run);
    bool right = deliveries == bench->deliveries && run.latency.count == deliveries &&
                 run.published_count == bench->messages;
    if (read && !right) {
        fprintf(stderr, "%" PRIu64 " deliveries analysed of %" PRIu64 " written\n", deliveries,
                bench->deliveries);
    }
    arena_destroy(arena);
    return read ? right : fail(bench);
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *place) {
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

/** Makes what a user gets of a trace but for figures: all tables, with a row for each delivery. */
static bool make_tables(struct bench *bench) {
    struct run_data run;
    char folder[] = "trace_speed-tables-XXXXXX";
    if (mkdtemp(folder) == NULL) {
        perror("trace_speed");
        return false;
    }
    struct arena *arena = arena_create(NULL);
    bool made = run_data_read(&run, arena, bench->path, &bench->failure) &&
                analysis_write_tables(&run, TABLES_ALL, folder, &bench->failure);
    run_data_close(&run);
    arena_destroy(arena);
    nftw(folder, remove_entry, 4, FTW_DEPTH | FTW_PHYS);
    return made || fail(bench);
}

/** What the data of the process may grow by from here on. */
static void limit_memory(uint64_t mib) {
    struct rlimit limit;
    FILE *file = fopen("/proc/self/statm", "r");
    uint64_t pages = 0;
    // The sixth number: data and stack.
    if (file == NULL || fscanf(file, "%*u %*u %*u %*u %*u %" SCNu64, &pages) != 1) {
        pages = 0;
    }
    if (file != NULL) {
        fclose(file);
    }
    limit.rlim_cur = pages * (uint64_t)sysconf(_SC_PAGESIZE) + (mib << 20);
    limit.rlim_max = limit.rlim_cur;
    setrlimit(RLIMIT_DATA, &limit);
}

static bool measure(struct bench *bench, uint64_t limit_mib) {
    double begin = processor_s();
    if (!write_trace(bench)) {
        return false;
    }
    print_step("made up and written", bench->written, processor_s() - begin);
    struct stat file;
    stat(bench->path, &file);
    printf("%-28s %12" PRIu64 " bytes, %.2f a record\n", "the file", (uint64_t)file.st_size,
           (double)file.st_size / (double)bench->written);
    uint64_t count = 0;
    begin = processor_s();
    bool done = read_trace(bench, false, &count) && count == bench->written;
    print_step("read", bench->written, processor_s() - begin);
    begin = processor_s();
    done = done && read_trace(bench, true, &count);
    print_step("read, deliveries alone", bench->written, processor_s() - begin);
    if (limit_mib > 0) {
        limit_memory(limit_mib);
    }
    begin = processor_s();
    done = done && analyse(bench);
    print_step("analysed", bench->written, processor_s() - begin);
    begin = processor_s();
    done = done && make_tables(bench);
    print_step("analysed, and all tables", bench->written, processor_s() - begin);
    printf("%-28s %12" PRIu64 " deliveries, peak %.0f MiB\n", "", bench->deliveries, peak_mib());
    return done;
}

int main(int argc, char **argv) {
    bool full = argc >= 3 && strcmp(argv[2], "full") == 0;
    if (argc < 3 || argc > 4 || (!full && strcmp(argv[2], "deliveries") != 0)) {
        fprintf(stderr, "usage: trace_speed RECORDS deliveries|full [LIMIT]\n");
        return 2;
    }
    struct bench bench = {.path = "trace_speed-XXXXXX",
                          .arena = arena_create(&(struct arena_options){0}),
                          .level = full ? TRACE_LEVEL_FULL : TRACE_LEVEL_DELIVERIES,
                          .wanted = strtoull(argv[1], NULL, 10)};
    int file = mkstemp(bench.path);
    if (file < 0) {
        perror("trace_speed");
        return 1;
    }
    close(file);
    bool done = measure(&bench, argc == 4 ? strtoull(argv[3], NULL, 10) : 0);
    unlink(bench.path);
    arena_destroy(bench.arena);
    return done ? 0 : 1;
}
