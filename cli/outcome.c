#include "cli/outcome.h"

#include "base/check.h"
#include "cli/interrupt.h"
#include "cli/outcome_run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOK_UP_MS = 100,
    QUEUE_SIZE = 2,        // jobs that a worker has: the one it does, and the next
    STATUS_NO_MEMORY = 77, // of a worker that has said so and has ended
    COMPLAINT_SIZE = 512,
};
#define SHORT_RUN_S 0.05 // of runs as short a worker gets the next one before it is done

/** A worker's process, seen from the one that gives it work. */
struct worker {
    pid_t pid; // 0: there is none
    uint64_t jobs[QUEUE_SIZE];
    uint32_t job_count;
    int complaint; // a file in memory: what it says on standard error
    bool quick;    // its last run was short
};

struct office {
    const struct outcome_runs *runs;
    struct worker *workers;
    struct pollfd *sockets; // [parallel] beside the workers; fd is −1 where there is none
    uint64_t *returned;     // [parallel × QUEUE_SIZE] jobs of workers that died before them
    uint32_t returned_count;
    bool over; // enough, or given up
    bool ok;
    struct failure *failure;
};

static double cpu_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

/** What a worker needs to say that memory has run out. */
struct last_words {
    int socket;
    struct outcome *outcome;
};

static void end_without_memory(void *context, size_t in_use, size_t wanted) {
    const struct last_words *words = context;
    (void)in_use;
    (void)wanted;
    words->outcome->kind = OUTCOME_MEMORY;
    ssize_t sent = send(words->socket, words->outcome, sizeof *words->outcome, MSG_NOSIGNAL);
    _exit(sent == (ssize_t)sizeof *words->outcome ? STATUS_NO_MEMORY : EXIT_FAILURE);
}

/** The processor time from now on after which the kernel ends this process; 0: any. */
static void allow_time(double seconds) {
    struct itimerval timer = {.it_value.tv_sec = (time_t)seconds};
    timer.it_value.tv_usec = (suseconds_t)((seconds - (double)timer.it_value.tv_sec) * 1e6);
    setitimer(ITIMER_PROF, &timer, NULL);
}

static void do_job(const struct outcome_runs *runs, int socket, uint64_t job) {
    struct outcome outcome = {.kind = OUTCOME_MET};
    struct last_words words = {.socket = socket, .outcome = &outcome};
    struct arena_options options = {
        .limit_bytes = runs->limits.bytes, .exhausted = end_without_memory, .context = &words};
    double begun_s = cpu_s();
    allow_time(runs->limits.cpu_s);
    struct arena *arena = arena_create(&options);
    struct failure failure = {.message = ""};
    const struct scenario *scenario = runs->scenario(runs->context, arena, job, &failure);
    if (scenario != NULL) {
        outcome_simulate(arena, scenario, &outcome);
    } else {
        outcome.kind = OUTCOME_REFUSED;
        outcome_copy_text(outcome.text, failure.message);
    }
    arena_destroy(arena);
    allow_time(0);
    outcome.cpu_s = cpu_s() - begun_s;
    if (send(socket, &outcome, sizeof outcome, MSG_NOSIGNAL) != (ssize_t)sizeof outcome) {
        _exit(EXIT_FAILURE);
    }
}

/** The life of a worker: jobs, until nobody sends any. */
static void work(const struct outcome_runs *runs, int socket, int complaint, pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(EXIT_FAILURE);
    }
    // A terminal interrupts all its processes; that of the command decides for these.
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_DFL);
    dup2(complaint, STDERR_FILENO);
    if (runs->forget != NULL) {
        runs->forget(runs->context);
    }
    uint64_t job = 0;
    while (recv(socket, &job, sizeof job, 0) == (ssize_t)sizeof job) {
        do_job(runs, socket, job);
        if (runs->fresh) {
            break;
        }
    }
    _exit(0);
}

/** In a worker that was just forked: the other ends of its siblings' sockets are not its own. */
static void close_others(const struct office *office) {
    for (uint32_t i = 0; i < office->runs->parallel; i++) {
        if (office->workers[i].pid > 0) {
            close(office->sockets[i].fd);
            close(office->workers[i].complaint);
        }
    }
}

static bool refuse_process(struct office *office) {
    office->over = true;
    office->ok = failure_running(office->failure, "cannot start a process: %s", strerror(errno));
    return false;
}

static bool hire(struct office *office, uint32_t place) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return refuse_process(office);
    }
    int complaint = memfd_create("complaint", MFD_CLOEXEC);
    fflush(NULL);
    pid_t parent = getpid();
    pid_t pid = complaint < 0 ? -1 : fork();
    if (pid == 0) {
        close(ends[0]);
        close_others(office);
        work(office->runs, ends[1], complaint, parent);
    }
    if (pid < 0) {
        refuse_process(office);
        close(ends[0]);
        close(ends[1]);
        if (complaint >= 0) {
            close(complaint);
        }
        return false;
    }
    close(ends[1]);
    office->workers[place] = (struct worker){.pid = pid, .complaint = complaint};
    office->sockets[place] = (struct pollfd){.fd = ends[0], .events = POLLIN};
    return true;
}

/** The process of a place ends, or is ended. Returns its status. */
static int dismiss(struct office *office, uint32_t place, bool at_once) {
    struct worker *worker = &office->workers[place];
    if (at_once) {
        kill(worker->pid, SIGKILL);
    }
    close(office->sockets[place].fd);
    int status = 0;
    while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR) {
    }
    close(worker->complaint);
    office->sockets[place].fd = -1;
    worker->pid = 0;
    return status;
}

static bool take_job(struct office *office, uint64_t *job) {
    if (office->returned_count > 0) {
        *job = office->returned[--office->returned_count];
        return true;
    }
    return office->runs->next(office->runs->context, job);
}

/** Gives a worker a job; false if there is none, or no worker. */
static bool give_job(struct office *office, uint32_t place) {
    struct worker *worker = &office->workers[place];
    uint64_t job = 0;
    if (!take_job(office, &job)) {
        return false;
    }
    if (worker->pid == 0 && !hire(office, place)) {
        return false;
    }
    worker->jobs[worker->job_count++] = job;
    // Where that fails the worker has died, which its socket will say.
    ssize_t sent = send(office->sockets[place].fd, &job, sizeof job, MSG_NOSIGNAL);
    (void)sent;
    return true;
}

static void give_jobs(struct office *office) {
    for (uint32_t depth = 1; depth <= QUEUE_SIZE && !office->over; depth++) {
        for (uint32_t place = 0; place < office->runs->parallel && !office->over; place++) {
            const struct worker *worker = &office->workers[place];
            bool wants = worker->job_count < depth &&
                         (depth == 1 || (worker->quick && !office->runs->fresh));
            if (wants && !give_job(office, place)) {
                return;
            }
        }
    }
}

/** Hands on how the first job of a worker ended. */
static void finish(struct office *office, struct worker *worker, const struct outcome *outcome) {
    const struct outcome_runs *runs = office->runs;
    CHECK(worker->job_count > 0);
    uint64_t job = worker->jobs[0];
    worker->job_count--;
    memmove(worker->jobs, worker->jobs + 1, worker->job_count * sizeof worker->jobs[0]);
    enum outcome_verdict verdict = runs->finished(runs->context, job, outcome, office->failure);
    office->over = office->over || verdict != OUTCOME_GO_ON;
    office->ok = office->ok && verdict != OUTCOME_GIVE_UP;
}

/** What the CHECK that ended a process said, without the place at which the run stood; or what a
 * sanitizer said in short. */
static void read_complaint(int complaint, char text[OUTCOME_TEXT_SIZE]) {
    static const char *const marks[] = {"gossim: bug: ", "SUMMARY: "};
    char said[COMPLAINT_SIZE + 1];
    off_t end = lseek(complaint, 0, SEEK_END);
    off_t from = end > COMPLAINT_SIZE ? end - COMPLAINT_SIZE : 0;
    ssize_t size = pread(complaint, said, COMPLAINT_SIZE, from);
    said[size > 0 ? size : 0] = '\0';
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        char *bug = strstr(said, marks[i]);
        if (bug != NULL) {
            bug += strlen(marks[i]);
            bug[strcspn(bug, "\n")] = '\0';
            outcome_copy_text(text, bug);
            return;
        }
    }
}

/** A worker has died, or has ended after a job: what it had left goes to others. */
static void bury(struct office *office, uint32_t place) {
    struct worker *worker = &office->workers[place];
    struct outcome outcome = {.kind = OUTCOME_CRASH};
    read_complaint(worker->complaint, outcome.text);
    int status = dismiss(office, place, false);
    bool guilty =
        !WIFEXITED(status) || (WEXITSTATUS(status) != STATUS_NO_MEMORY && WEXITSTATUS(status) != 0);
    if (guilty && worker->job_count > 0) {
        outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
        outcome.kind = outcome.signal == SIGPROF ? OUTCOME_TIME : OUTCOME_CRASH;
        outcome.signal = outcome.kind == OUTCOME_TIME ? 0 : outcome.signal;
        finish(office, worker, &outcome);
    }
    while (worker->job_count > 0) {
        office->returned[office->returned_count++] = worker->jobs[--worker->job_count];
    }
}

static void hear(struct office *office, uint32_t place) {
    struct worker *worker = &office->workers[place];
    struct outcome outcome;
    ssize_t size = recv(office->sockets[place].fd, &outcome, sizeof outcome, MSG_DONTWAIT);
    if (size < 0 && (errno == EINTR || errno == EAGAIN)) {
        return;
    }
    if (size != (ssize_t)sizeof outcome) {
        bury(office, place);
        return;
    }
    worker->quick = outcome.cpu_s < SHORT_RUN_S;
    finish(office, worker, &outcome);
    if (office->runs->fresh) {
        dismiss(office, place, false);
    }
}

/** Whether anything runs whose end is of interest. */
static bool awaits_any(const struct office *office) {
    const struct outcome_runs *runs = office->runs;
    for (uint32_t place = 0; place < runs->parallel; place++) {
        const struct worker *worker = &office->workers[place];
        for (uint32_t i = 0; i < worker->job_count; i++) {
            if (runs->wanted == NULL || runs->wanted(runs->context, worker->jobs[i])) {
                return true;
            }
        }
    }
    return office->returned_count > 0;
}

/** Gives out what there is to do, and waits until a worker says something. */
static void step(struct office *office) {
    const struct outcome_runs *runs = office->runs;
    give_jobs(office);
    if (runs->progress != NULL) {
        runs->progress(runs->context);
    }
    office->over = office->over || !awaits_any(office);
    if (office->over) {
        return;
    }
    int ready = poll(office->sockets, runs->parallel, LOOK_UP_MS);
    if (interrupt_seen()) {
        office->over = true;
        office->ok = failure_running(office->failure, "interrupted");
        return;
    }
    for (uint32_t place = 0; ready > 0 && !office->over && place < runs->parallel; place++) {
        if (office->workers[place].pid > 0 && office->sockets[place].revents != 0) {
            hear(office, place);
        }
    }
}

bool outcome_run_many(const struct outcome_runs *runs, struct failure *failure) {
    CHECK(runs->parallel >= 1);
    CHECK(runs->parallel <= OUTCOME_PARALLEL_MAX);
    struct office office = {
        .runs = runs,
        .workers = calloc(runs->parallel, sizeof *office.workers),
        .sockets = calloc(runs->parallel, sizeof *office.sockets),
        .returned = calloc((size_t)runs->parallel * QUEUE_SIZE, sizeof *office.returned),
        .ok = true,
        .failure = failure,
    };
    if (office.workers == NULL || office.sockets == NULL || office.returned == NULL) {
        office.ok = failure_running(failure, "out of memory");
        office.over = true;
    }
    for (uint32_t place = 0; !office.over && place < runs->parallel; place++) {
        office.sockets[place].fd = -1;
    }
    while (!office.over) {
        step(&office);
    }
    for (uint32_t place = 0; office.workers != NULL && place < runs->parallel; place++) {
        if (office.workers[place].pid > 0) {
            dismiss(&office, place, true);
        }
    }
    free(office.workers);
    free(office.sockets);
    free(office.returned);
    return office.ok;
}

/** One run. */
struct single {
    const struct scenario *scenario;
    struct outcome *outcome;
    bool begun;
};

static const struct scenario *scenario_of_single(void *context, struct arena *arena, uint64_t job,
                                                 struct failure *failure) {
    const struct single *single = context;
    (void)arena;
    (void)job;
    (void)failure;
    return single->scenario;
}

static bool next_of_single(void *context, uint64_t *job) {
    struct single *single = context;
    bool first = !single->begun;
    single->begun = true;
    *job = 0;
    return first;
}

static enum outcome_verdict finish_single(void *context, uint64_t job,
                                          const struct outcome *outcome, struct failure *failure) {
    struct single *single = context;
    (void)job;
    (void)failure;
    *single->outcome = *outcome;
    return OUTCOME_ENOUGH;
}

bool outcome_run(const struct scenario *scenario, const struct outcome_limits *limits,
                 struct outcome *outcome, struct failure *failure) {
    struct single single = {.scenario = scenario, .outcome = outcome};
    struct outcome_runs runs = {
        .parallel = 1,
        .limits = *limits,
        .scenario = scenario_of_single,
        .next = next_of_single,
        .finished = finish_single,
        .context = &single,
    };
    return outcome_run_many(&runs, failure);
}
