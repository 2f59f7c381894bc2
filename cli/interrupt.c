#include "cli/interrupt.h"

#include "cli/command.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t seen;

static void note(int number) {
    seen = number;
}

/** Calls nothing but what a signal handler may call. */
static void end(int number) {
    static const char words[] = "gossim: interrupted\n";
    (void)number;
    ssize_t written = write(STDERR_FILENO, words, sizeof words - 1);
    (void)written;
    _exit(EXIT_STATUS_FAILED);
}

static void handle(void (*handler)(int number)) {
    struct sigaction action = {.sa_handler = handler};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    // A run under nohup goes on when its terminal is closed.
    struct sigaction before;
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, NULL);
    }
    // Failures to write, which are to be told as such.
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
}

void interrupt_end_at_once(void) {
    handle(end);
    if (interrupt_seen()) {
        end(0);
    }
}

void interrupt_watch(void) {
    handle(note);
}

void interrupt_forget(void) {
    seen = 0;
}

bool interrupt_seen(void) {
    return seen != 0;
}

bool interrupt_typed(void) {
    return seen == SIGINT;
}
