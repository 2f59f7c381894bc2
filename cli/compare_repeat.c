// Runs that a sweep has kept as rows, made again.

#include "cli/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PATH_SIZE = 64 };

/** A text as a file without a place, which processes made from now on share. */
struct passing_file {
    int descriptor;
    char path[PATH_SIZE];
};

static bool passing_file_make(struct passing_file *file, const char *text,
                              struct failure *failure) {
    size_t left = strlen(text);
    file->descriptor = memfd_create("scenario", MFD_CLOEXEC);
    while (file->descriptor >= 0 && left > 0) {
        ssize_t written = write(file->descriptor, text, left);
        if (written < 0) {
            break;
        }
        text += written;
        left -= (size_t)written;
    }
    snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->descriptor);
    return left == 0 || failure_running(failure, "cannot keep a scenario: %s", strerror(errno));
}

/** Whether a run has come to the digest that its row holds, whose text was hashed. */
static bool is_same_run(const struct sweep_run *row, const struct sweep_run *again) {
    char text[DIGEST_TEXT_SIZE];
    struct digest hash = sweep_hash(digest_write(again->digest, text));
    return hash.high == row->digest.high && hash.low == row->digest.low;
}

static bool check(const struct compare_data *rows, const struct compare_data *again,
                  struct failure *failure) {
    for (uint32_t i = 0; i < 2 * rows->pairs; i++) {
        if (!is_same_run(&rows->runs[i], &again->runs[i])) {
            return failure_running(failure,
                                   "the run of %s at seed %" PRIu64
                                   " comes to another digest than in the sweep's database",
                                   i < rows->pairs ? "A" : "B", rows->first_seed + i % rows->pairs);
        }
    }
    return true;
}

bool compare_repeat_points(struct compare_data *data, const struct compare_options *options,
                           struct arena *arena, bool *explained, struct failure *failure) {
    struct passing_file files[2] = {{.descriptor = -1}, {.descriptor = -1}};
    struct compare_options *simulated = arena_take(arena, MEMORY_TABLES, sizeof *simulated);
    *simulated = *options;
    simulated->seeds = data->pairs;
    bool ok = true;
    for (uint32_t side = 0; ok && side < 2; side++) {
        struct load_request *request = &simulated->sides[side];
        ok = passing_file_make(&files[side], data->scenarios[side], failure);
        *request = (struct load_request){.path = files[side].path};
        char seed[24];
        snprintf(seed, sizeof seed, "%" PRIu64, data->first_seed);
        ok = ok && load_add_seed(request, arena_copy_text(arena, MEMORY_TABLES, seed));
    }
    struct compare_data again = {.pairs = 0};
    ok = ok && compare_simulate(&again, simulated, arena, explained, failure) &&
         check(data, &again, failure);
    for (uint32_t side = 0; side < 2; side++) {
        if (files[side].descriptor >= 0) {
            close(files[side].descriptor);
        }
    }
    if (ok) {
        data->runs = again.runs;
        data->steps = again.steps;
    }
    return ok;
}
