#include "cli/jobs.h"

#include "base/check.h"
#include "cli/files.h"
#include "cli/interrupt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LOOK_UP_MS = 100 };

/** What a job sends before its result. */
struct report {
    bool ok;
    struct failure failure;
};

/** A place where one process at a time runs. */
struct worker {
    pid_t pid; // 0: idle
    uint32_t job;
    uint8_t *received; // [sizeof (struct report) + result_size]
    size_t received_size;
};

struct crew {
    const struct jobs *jobs;
    struct worker *workers;
    struct pollfd *pipes; // [parallel], beside the workers; fd is −1 when idle
    uint32_t started;
    uint32_t done;
    uint32_t *failed;
    struct failure *failure;
};

uint32_t jobs_processors(void) {
    cpu_set_t set;
    int count = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    return count > 0 ? (uint32_t)count : 1;
}

static size_t message_size(const struct jobs *jobs) {
    return sizeof(struct report) + jobs->result_size;
}

/** The life of a job's process. */
static void work(const struct jobs *jobs, uint32_t job, int file, pid_t parent) {
    // Whatever ends the parent ends this process; it may have happened already.
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(1);
    }
    // A terminal interrupts all its processes; that of the command decides for these.
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    struct report report = {.ok = false};
    void *result = calloc(1, jobs->result_size);
    report.ok = result == NULL ? failure_running(&report.failure, "out of memory")
                               : jobs->run(jobs->context, job, result, &report.failure);
    bool sent = files_write(file, &report, sizeof report) &&
                (!report.ok || files_write(file, result, jobs->result_size));
    free(result);
    _exit(sent ? 0 : 1);
}

/** Starts the next job in an idle place. */
static bool start(struct crew *crew, uint32_t place) {
    const struct jobs *jobs = crew->jobs;
    struct worker *worker = &crew->workers[place];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return failure_running(crew->failure, "cannot start a process: %s", strerror(errno));
    }
    fflush(NULL);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        close(ends[0]);
        work(jobs, crew->started, ends[1], parent);
    }
    int reason = errno;
    close(ends[1]);
    if (pid < 0) {
        close(ends[0]);
        return failure_running(crew->failure, "cannot start a process: %s", strerror(reason));
    }
    worker->pid = pid;
    worker->job = crew->started++;
    worker->received_size = 0;
    crew->pipes[place] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    return true;
}

/** Waits for the process of a place, which is idle then. Returns its status. */
static int let_go(struct crew *crew, uint32_t place) {
    struct worker *worker = &crew->workers[place];
    int status = 0;
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    close(crew->pipes[place].fd);
    crew->pipes[place].fd = -1;
    worker->pid = 0;
    return status;
}

static void end_all(struct crew *crew) {
    for (uint32_t place = 0; place < crew->jobs->parallel; place++) {
        if (crew->workers[place].pid > 0) {
            kill(crew->workers[place].pid, SIGKILL);
            let_go(crew, place);
        }
    }
}

/** Keeps a result, and hands it on. */
static bool take(struct crew *crew, uint32_t job, const void *result) {
    const struct jobs *jobs = crew->jobs;
    uint8_t *results = jobs->results;
    if (results != NULL) {
        memcpy(results + job * jobs->result_size, result, jobs->result_size);
    }
    crew->done++;
    return jobs->finished == NULL || jobs->finished(jobs->context, job, result, crew->failure);
}

/** Takes the result of a process that has closed its pipe, or says what became of it. */
static bool finish(struct crew *crew, uint32_t place) {
    const struct jobs *jobs = crew->jobs;
    struct worker *worker = &crew->workers[place];
    int status = let_go(crew, place);
    struct report report = {.ok = false};
    bool has_report = worker->received_size >= sizeof report;
    if (has_report) {
        memcpy(&report, worker->received, sizeof report);
    }
    if (has_report && report.ok && worker->received_size == message_size(jobs)) {
        return take(crew, worker->job, worker->received + sizeof report);
    }
    *crew->failed = worker->job;
    if (has_report && !report.ok) {
        *crew->failure = report.failure;
        return false;
    }
    if (jobs->died != NULL) {
        *jobs->died = true;
    }
    if (WIFSIGNALED(status)) {
        return failure_running(crew->failure, "it was ended by signal %d (%s)", WTERMSIG(status),
                               strsignal(WTERMSIG(status)));
    }
    return failure_running(crew->failure, "it ended without a result, exit status %d",
                           WEXITSTATUS(status));
}

/** Reads what a process has sent. */
static bool receive(struct crew *crew, uint32_t place) {
    struct worker *worker = &crew->workers[place];
    size_t room = message_size(crew->jobs) - worker->received_size;
    uint8_t beyond = 0;
    void *to = room > 0 ? worker->received + worker->received_size : &beyond;
    ssize_t size = read(crew->pipes[place].fd, to, room > 0 ? room : 1);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) {
        return true;
    }
    if (size > 0) {
        CHECK(room > 0);
        worker->received_size += (size_t)size;
        return true;
    }
    return finish(crew, place);
}

/** Starts what can be started, and waits until a process says something. */
static bool step(struct crew *crew) {
    const struct jobs *jobs = crew->jobs;
    for (uint32_t place = 0; place < jobs->parallel && crew->started < jobs->count; place++) {
        if (crew->workers[place].pid == 0 && !start(crew, place)) {
            return false;
        }
    }
    if (jobs->progress != NULL) {
        jobs->progress(jobs->context, crew->done);
    }
    int ready = poll(crew->pipes, jobs->parallel, LOOK_UP_MS);
    if (interrupt_seen()) {
        return failure_running(crew->failure, "interrupted");
    }
    for (uint32_t place = 0; ready > 0 && place < jobs->parallel; place++) {
        bool spoke = crew->workers[place].pid > 0 && crew->pipes[place].revents != 0;
        if (spoke && !receive(crew, place)) {
            return false;
        }
    }
    return true;
}

/** Makes room for the workers of a crew; false when there is no memory. */
static bool hire(struct crew *crew) {
    uint32_t parallel = crew->jobs->parallel;
    crew->workers = calloc(parallel, sizeof *crew->workers);
    crew->pipes = calloc(parallel, sizeof *crew->pipes);
    bool ok = crew->workers != NULL && crew->pipes != NULL;
    for (uint32_t place = 0; ok && place < parallel; place++) {
        crew->pipes[place].fd = -1;
        crew->workers[place].received = malloc(message_size(crew->jobs));
        ok = crew->workers[place].received != NULL;
    }
    return ok || failure_running(crew->failure, "out of memory");
}

static void dismiss(struct crew *crew) {
    for (uint32_t place = 0; crew->workers != NULL && place < crew->jobs->parallel; place++) {
        free(crew->workers[place].received);
    }
    free(crew->workers);
    free(crew->pipes);
}

bool jobs_run(const struct jobs *jobs, uint32_t *failed, struct failure *failure) {
    CHECK(jobs->parallel >= 1);
    CHECK(jobs->result_size > 0);
    *failed = jobs->count;
    struct crew crew = {.jobs = jobs, .failed = failed, .failure = failure};
    bool ok = hire(&crew);
    while (ok && crew.done < jobs->count) {
        ok = step(&crew);
    }
    if (crew.workers != NULL && crew.pipes != NULL) {
        end_all(&crew);
    }
    dismiss(&crew);
    return ok;
}
