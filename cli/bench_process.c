#include "cli/bench_process.h"

#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_UP_MS = 100, STATUS_NOT_FOUND = 127, KIB = 1024 };

static double wall_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds(const struct timeval *time) {
    return (double)time->tv_sec + (double)time->tv_usec * 1e-6;
}

/** The life of the process until it is another program. */
static void become(const char *program, char *const *arguments, int said, pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent) {
        signal(SIGINT, SIG_DFL);
        signal(SIGTERM, SIG_DFL);
        signal(SIGPIPE, SIG_DFL);
        signal(SIGXFSZ, SIG_DFL);
        if (dup2(said, STDOUT_FILENO) >= 0) {
            execvp(program, arguments);
        }
    }
    _exit(STATUS_NOT_FOUND);
}

/** Reads what there is; false at the end of it. */
static bool read_more(int said, struct bench_outcome *outcome) {
    char beyond[KIB];
    size_t room = BENCH_OUTPUT_SIZE - 1 - outcome->said_size;
    ssize_t size = read(said, room > 0 ? outcome->said + outcome->said_size : beyond,
                        room > 0 ? room : sizeof beyond);
    if (size > 0 && room > 0) {
        outcome->said_size += (size_t)size;
    }
    return size > 0 || (size < 0 && errno == EINTR);
}

/** Listens until the process has no more to say, or somebody interrupts. */
static bool listen_to(int said, struct bench_outcome *outcome) {
    struct pollfd pipe = {.fd = said, .events = POLLIN};
    for (;;) {
        if (interrupt_seen()) {
            return false;
        }
        if (poll(&pipe, 1, LOOK_UP_MS) > 0 && !read_more(said, outcome)) {
            return true;
        }
    }
}

static void note_usage(struct bench_outcome *outcome, const struct rusage *usage, double begun_s) {
    outcome->usage.wall_s = wall_s() - begun_s;
    outcome->usage.cpu_s = seconds(&usage->ru_utime) + seconds(&usage->ru_stime);
    outcome->usage.peak_rss_bytes = (uint64_t)usage->ru_maxrss * KIB;
}

bool bench_process_run(const char *program, char *const *arguments, struct bench_outcome *outcome,
                       struct failure *failure) {
    int ends[2];
    *outcome = (struct bench_outcome){.status = 0};
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return failure_running(failure, "cannot start a process: %s", strerror(errno));
    }
    double begun_s = wall_s();
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become(program, arguments, ends[1], parent);
    }
    int reason = errno;
    close(ends[1]);
    bool listened = pid > 0 && listen_to(ends[0], outcome);
    close(ends[0]);
    if (pid < 0) {
        return failure_running(failure, "cannot start a process: %s", strerror(reason));
    }
    if (!listened) {
        kill(pid, SIGKILL);
    }
    int status = 0;
    struct rusage usage;
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    note_usage(outcome, &usage, begun_s);
    if (!listened) {
        return failure_running(failure, "interrupted");
    }
    if (WIFSIGNALED(status)) {
        return failure_running(failure, "'%s' was ended by signal %d (%s)", arguments[0],
                               WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    outcome->status = WEXITSTATUS(status);
    return outcome->status != STATUS_NOT_FOUND ||
           failure_bad_input(failure, "'%s' cannot be started", program);
}
