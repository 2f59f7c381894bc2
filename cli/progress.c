#include "cli/progress.h"

#include "base/quantity.h"
#include "cli/interrupt.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double wall_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_start(struct progress *progress, int64_t duration_ns) {
    *progress = (struct progress){
        .shown = isatty(STDERR_FILENO) == 1,
        .duration_ns = duration_ns,
        .started_s = wall_s(),
    };
}

double progress_elapsed_s(const struct progress *progress) {
    return wall_s() - progress->started_s;
}

bool progress_update(void *context, int64_t now_ns, uint64_t events) {
    struct progress *progress = context;
    if (interrupt_seen()) {
        return false;
    }
    double elapsed_s = progress_elapsed_s(progress);
    if (!progress->shown || elapsed_s - progress->printed_s < 0.1) {
        return true;
    }
    progress->printed_s = elapsed_s;
    fprintf(stderr, "\r\033[K%3.0f %%  %.1f of %.1f s of virtual time, %.1f million events, %.1f s",
            100 * (double)now_ns / (double)progress->duration_ns, (double)now_ns / (double)NS_PER_S,
            (double)progress->duration_ns / (double)NS_PER_S, (double)events * 1e-6, elapsed_s);
    return true;
}

void progress_say(const struct progress *progress, const char *what) {
    if (progress->shown) {
        fprintf(stderr, "\r\033[K%s", what == NULL ? "" : what);
        fflush(stderr);
    }
}
