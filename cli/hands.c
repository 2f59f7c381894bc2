#include "cli/hands.h"

#include "base/check.h"
#include "cli/files.h"
#include "cli/jobs.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct hand {
    pid_t pid;  // 0: there is none
    int tell;   // jobs go there
    int listen; // reports come from there
    bool busy;
    struct hand_job job;
    uint8_t *received; // [report size]
    size_t received_size;
};

struct hands {
    struct hands_options options;
    struct hand *hands;     // [options.count]
    struct pollfd *pipes;   // [options.count]
    struct hand_job *queue; // [queue_size], a ring
    uint32_t queue_size;
    uint32_t first;
    uint32_t waiting;
};

size_t hands_report_size(const struct hands *hands) {
    return sizeof(struct hand_report) + hands->options.result_size;
}

/** What the one job of a hand needs. */
struct errand {
    const struct hands_options *options;
    uint32_t number;
};

static bool run_errand(void *context, uint32_t index, void *result, struct failure *failure) {
    const struct errand *errand = context;
    CHECK(index == 0);
    return errand->options->run(errand->options->context, errand->number, result, failure);
}

static void do_job(const struct hands *hands, struct hand_report *report) {
    struct errand errand = {.options = &hands->options, .number = report->job.number};
    bool died = false;
    struct jobs jobs = {
        .count = 1,
        .parallel = 1,
        .results = report + 1,
        .result_size = hands->options.result_size,
        .run = run_errand,
        .died = &died,
        .context = &errand,
    };
    uint32_t failed = 0;
    bool ok = jobs_run(&jobs, &failed, &report->failure);
    report->end = ok ? HAND_DONE : died || failed == jobs.count ? HAND_DIED : HAND_FAILED;
}

/** The life of a hand. */
static void serve(const struct hands *hands, int listen, int tell, pid_t parent) {
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(1);
    }
    // Launchers and terminals signal whole groups; what that means is for the owner to say.
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    if (hands->options.forget != NULL) {
        hands->options.forget(hands->options.context);
    }
    struct hand_report *report = calloc(1, hands_report_size(hands));
    struct hand_job job;
    while (report != NULL && files_read(listen, &job, sizeof job)) {
        memset(report, 0, hands_report_size(hands));
        report->job = job;
        do_job(hands, report);
        if (!files_write(tell, report, hands_report_size(hands))) {
            break;
        }
    }
    _exit(0);
}

static void close_pair(const int ends[2]) {
    close(ends[0]);
    close(ends[1]);
}

/** Makes a hand; false where the machine refuses. */
static bool make(const struct hands *hands, struct hand *hand) {
    int jobs[2];
    int reports[2];
    if (pipe2(jobs, O_CLOEXEC) != 0) {
        return false;
    }
    if (pipe2(reports, O_CLOEXEC) != 0) {
        close_pair(jobs);
        return false;
    }
    fflush(NULL);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        close(jobs[1]);
        close(reports[0]);
        serve(hands, jobs[0], reports[1], parent);
    }
    close(jobs[0]);
    close(reports[1]);
    if (pid < 0) {
        close(jobs[1]);
        close(reports[0]);
        return false;
    }
    hand->pid = pid;
    hand->tell = jobs[1];
    hand->listen = reports[0];
    hand->received_size = 0;
    return true;
}

/** Ends a hand, if there is one. Returns its status. */
static int let_go(struct hand *hand) {
    int status = 0;
    if (hand->pid > 0) {
        kill(hand->pid, SIGKILL);
        while (waitpid(hand->pid, &status, 0) < 0 && errno == EINTR) {
        }
        close(hand->tell);
        close(hand->listen);
        hand->pid = 0;
    }
    return status;
}

/** Hires them all. */
static bool hire(struct hands *hands) {
    uint32_t count = hands->options.count;
    hands->queue_size = hands->options.waiting_max;
    hands->hands = calloc(count, sizeof *hands->hands);
    hands->pipes = calloc(count, sizeof *hands->pipes);
    hands->queue = calloc((size_t)hands->queue_size + 1, sizeof *hands->queue);
    bool ok = hands->hands != NULL && hands->pipes != NULL && hands->queue != NULL;
    for (uint32_t i = 0; ok && i < count; i++) {
        hands->hands[i].received = malloc(hands_report_size(hands));
        ok = hands->hands[i].received != NULL;
    }
    for (uint32_t i = 0; ok && i < count; i++) {
        ok = make(hands, &hands->hands[i]);
    }
    return ok;
}

struct hands *hands_open(const struct hands_options *options, struct failure *failure) {
    CHECK(options->count > 0);
    struct hands *hands = calloc(1, sizeof *hands);
    if (hands != NULL) {
        hands->options = *options;
        if (hire(hands)) {
            return hands;
        }
    }
    failure_running(failure, "cannot start a process: %s", strerror(errno));
    hands_close(hands);
    return NULL;
}

void hands_give(struct hands *hands, struct hand_job job) {
    CHECK(hands->waiting < hands->queue_size);
    hands->queue[(hands->first + hands->waiting++) % hands->queue_size] = job;
}

/** Reports that a job died. */
static bool report_death(const struct hand *hand, const char *what, struct hand_report *report) {
    *report = (struct hand_report){.job = hand->job, .end = HAND_DIED};
    (void)failure_running(&report->failure, "%s", what);
    return true;
}

/** Has idle hands take what waits. True if that made a report. */
static bool start(struct hands *hands, struct hand_report *report) {
    for (uint32_t i = 0; i < hands->options.count && hands->waiting > 0; i++) {
        struct hand *hand = &hands->hands[i];
        if (hand->busy) {
            continue;
        }
        hand->job = hands->queue[hands->first];
        hands->first = (hands->first + 1) % hands->queue_size;
        hands->waiting--;
        if (hand->pid == 0 && !make(hands, hand)) {
            return report_death(hand, "the machine refuses a process for it", report);
        }
        // One that has just ended shows by the end of its pipe.
        bool told = files_write(hand->tell, &hand->job, sizeof hand->job);
        (void)told;
        hand->busy = true;
    }
    return false;
}

/** Reads what a hand has sent. True if that made a report. */
static bool receive(struct hands *hands, struct hand *hand, struct hand_report *report) {
    size_t size = hands_report_size(hands);
    ssize_t got =
        read(hand->listen, hand->received + hand->received_size, size - hand->received_size);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
        return false;
    }
    if (got > 0) {
        hand->received_size += (size_t)got;
        if (hand->received_size < size) {
            return false;
        }
        memcpy(report, hand->received, size);
        hand->received_size = 0;
        hand->busy = false;
        return true;
    }
    int status = let_go(hand);
    char what[120] = "the process that had it done has ended";
    if (WIFSIGNALED(status)) {
        snprintf(what, sizeof what, "the process that had it done was ended by signal %d (%s)",
                 WTERMSIG(status), strsignal(WTERMSIG(status)));
    }
    bool had_job = hand->busy;
    hand->busy = false;
    return had_job && report_death(hand, what, report);
}

bool hands_wait(struct hands *hands, int timeout_ms, struct hand_report *report) {
    if (start(hands, report)) {
        return true;
    }
    uint32_t count = hands->options.count;
    for (uint32_t i = 0; i < count; i++) {
        const struct hand *hand = &hands->hands[i];
        hands->pipes[i] =
            (struct pollfd){.fd = hand->pid > 0 ? hand->listen : -1, .events = POLLIN};
    }
    int ready = poll(hands->pipes, count, timeout_ms);
    for (uint32_t i = 0; ready > 0 && i < count; i++) {
        if (hands->pipes[i].revents != 0 && receive(hands, &hands->hands[i], report)) {
            return true;
        }
    }
    return false;
}

void hands_close(struct hands *hands) {
    if (hands == NULL) {
        return;
    }
    for (uint32_t i = 0; hands->hands != NULL && i < hands->options.count; i++) {
        let_go(&hands->hands[i]);
        free(hands->hands[i].received);
    }
    free(hands->hands);
    free(hands->pipes);
    free(hands->queue);
    free(hands);
}
