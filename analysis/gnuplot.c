#include "analysis/gnuplot.h"

#include "base/check.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMPLAINT_SIZE = 400 };

/** Adds the folder and the three standard streams; returns 0 or an error number. */
static int describe_child(posix_spawn_file_actions_t *actions, const char *folder, int error_file) {
    int error = posix_spawn_file_actions_addchdir_np(actions, folder);
    if (error == 0) {
        error = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_addopen(actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(actions, error_file, STDERR_FILENO);
    }
    return error;
}

static int spawn(struct gnuplot_process *process, const char *folder, const char *script) {
    char program[] = "gnuplot";
    char no_settings[] = "-d";
    char script_copy[256];
    int size = snprintf(script_copy, sizeof script_copy, "%s", script);
    CHECK(size < (int)sizeof script_copy);
    char *const arguments[] = {program, no_settings, script_copy, NULL};
    posix_spawn_file_actions_t actions;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = describe_child(&actions, folder, process->error_file);
    if (error == 0) {
        error = posix_spawnp(&process->pid, program, &actions, NULL, arguments, environ);
    }
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

static void let_go(struct gnuplot_process *process) {
    if (process->error_file >= 0) {
        close(process->error_file);
    }
    *process = (struct gnuplot_process){.error_file = -1};
}

bool gnuplot_start(struct gnuplot_process *process, const char *folder, const char *script,
                   struct failure *failure) {
    *process = (struct gnuplot_process){.error_file = -1};
    process->error_file = memfd_create("gnuplot-errors", MFD_CLOEXEC);
    if (process->error_file < 0) {
        return failure_running(failure, "cannot start gnuplot: %s", strerror(errno));
    }
    int error = spawn(process, folder, script);
    if (error == 0) {
        return true;
    }
    let_go(process);
    if (error == ENOENT) {
        return failure_running(failure, "cannot find gnuplot, which draws the figures: install the "
                                        "package gnuplot-nox, or leave figures out");
    }
    return failure_running(failure, "cannot start gnuplot: %s", strerror(error));
}

/** What gnuplot said, on one line and without blanks around it; its place in the script comes last.
 */
static void read_complaint(int error_file, char complaint[COMPLAINT_SIZE]) {
    ssize_t size = pread(error_file, complaint, COMPLAINT_SIZE - 1, 0);
    complaint[size < 0 ? 0 : size] = '\0';
    char *to = complaint;
    for (const char *from = complaint; *from != '\0'; from++) {
        bool blank = (unsigned char)*from <= ' ';
        bool needed = to > complaint && to[-1] != ' ';
        if (!blank || needed) {
            *to++ = blank ? ' ' : *from;
        }
    }
    while (to > complaint && to[-1] == ' ') {
        to--;
    }
    *to = '\0';
}

bool gnuplot_wait(struct gnuplot_process *process, const char *script, struct failure *failure) {
    CHECK(process->pid > 0);
    int status = 0;
    pid_t ended = -1;
    do {
        ended = waitpid(process->pid, &status, 0);
    } while (ended < 0 && errno == EINTR);
    bool done = ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
    if (!done) {
        char complaint[COMPLAINT_SIZE];
        read_complaint(process->error_file, complaint);
        if (ended > 0 && WIFSIGNALED(status)) {
            failure_running(failure, "gnuplot was ended by signal %d while drawing %s",
                            WTERMSIG(status), script);
        } else {
            failure_running(failure, "gnuplot cannot draw %s: %s", script,
                            complaint[0] == '\0' ? "it does not say why" : complaint);
        }
    }
    let_go(process);
    return done;
}

bool gnuplot_answers(struct failure *failure) {
    struct gnuplot_process process;
    return gnuplot_start(&process, "/", "--version", failure) &&
           gnuplot_wait(&process, "figures", failure);
}
