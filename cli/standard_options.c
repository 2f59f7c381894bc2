#include "cli/standard_options.h"

#include "base/quantity.h"
#include "cli/command.h"
#include "cli/version.h"
#include "scenarios/sweep_quantity.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_HELP = '?', KEY_VERSION = 'V', KEY_USAGE = 2000 };

static const struct argp_option options[] = {
    {.name = "help", .key = KEY_HELP, .doc = "Give this help list", .group = -1},
    {.name = "usage", .key = KEY_USAGE, .doc = "Give a short usage message"},
    {.name = "version", .key = KEY_VERSION, .doc = "Print program version", .group = -1},
    {0},
};

static error_t parse(int key, char *argument, struct argp_state *state) {
    (void)argument;
    switch (key) {
    case KEY_HELP:
        argp_state_help(state, stdout, ARGP_HELP_STD_HELP & ~ARGP_HELP_EXIT_OK);
        break;
    case KEY_USAGE:
        argp_state_help(state, stdout, ARGP_HELP_USAGE);
        break;
    case KEY_VERSION:
        puts(GOSSIM_VERSION_TEXT);
        break;
    default:
        return ARGP_ERR_UNKNOWN;
    }
    exit(standard_output_end());
}

static const struct argp argp = {.options = options, .parser = parse};

const struct argp_child standard_options[] = {{.argp = &argp, .group = -1}, {0}};

error_t standard_parse(const struct argp *command, int argument_count, char **arguments,
                       void *input) {
    return argp_parse(command, argument_count, arguments, ARGP_NO_HELP, NULL, input);
}

uint64_t standard_number(const char *option, const char *text, uint64_t least, uint64_t most,
                         struct argp_state *state) {
    char *end = NULL;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    bool digits = text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
    if (!digits || number < least || number > most) {
        argp_error(state, "--%s %s: give a whole number from %" PRIu64 " to %" PRIu64, option, text,
                   least, most);
    }
    return number;
}

double standard_seconds(const char *option, const char *text, struct argp_state *state) {
    const char *why = NULL;
    int64_t ns = 0;
    if (!quantity_read_duration(text, strlen(text), &ns, &why) || ns < NS_PER_MS) {
        argp_error(state, "--%s %s: give a time of at least 1ms, such as 30s", option, text);
    }
    return (double)ns / (double)NS_PER_S;
}

uint64_t standard_size(const char *option, const char *text, struct argp_state *state) {
    const char *why = NULL;
    uint64_t bytes = 0;
    if (!quantity_read_size(text, strlen(text), &bytes, &why) || bytes == 0) {
        argp_error(state, "--%s %s: give a size, such as 500MB", option, text);
    }
    return bytes;
}

double standard_share(const char *option, const char *text, double least,
                      struct argp_state *state) {
    struct sweep_quantity quantity = sweep_quantity_read(text, strlen(text));
    double share = (double)quantity.value / 1e9;
    if (quantity.kind != SWEEP_NUMBER || share < least || share > 0.9999) {
        argp_error(state, "--%s: found \"%s\"; allowed: a share from %g%% to 99.99%%, such as 95%%",
                   option, text, 100 * least);
    }
    return share;
}

void standard_streams_hold(void) {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++) {
        // Opened the wrong way round, so that using it fails as it would have. It gets the lowest
        // number that is free, which is this one.
        if (fcntl(stream, F_GETFD) < 0 &&
            open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0) {
            exit(EXIT_STATUS_FAILED); // there is nowhere to say why
        }
    }
}

bool standard_output_is_closed(void) {
    struct pollfd output = {.fd = STDOUT_FILENO};
    return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

int standard_output_end(void) {
    if (fflush(stdout) == 0 && ferror(stdout) == 0) {
        return EXIT_STATUS_DONE;
    }
    if (standard_output_is_closed()) {
        return EXIT_STATUS_FAILED; // whoever read, such as head, has had enough
    }
    fprintf(stderr, "gossim: cannot write to standard output: %s\n", strerror(errno));
    return EXIT_STATUS_FAILED;
}
