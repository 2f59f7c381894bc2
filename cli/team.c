#include "cli/team_inside.h"

#include "base/check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

bool team_is_built(struct failure *failure) {
    (void)failure;
    return true;
}

double team_now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void team_say(struct team *team, uint32_t to, enum team_word word, uint32_t value) {
    struct team_head head = {.word = word, .value = value};
    // Who cannot be reached is found out by its silence.
    (void)mail_send(team->mail, to, &head, sizeof head);
}

bool team_is_time(struct team *team) {
    double now_s = team_now_s();
    if (now_s - team->said_s < TEAM_ALIVE_S) {
        return false;
    }
    team->said_s = now_s;
    return true;
}

bool team_was_away(struct team *team) {
    double now_s = team_now_s();
    bool away = now_s - team->looked_s > TEAM_SILENCE_S / 2.0;
    team->looked_s = now_s;
    return away;
}

struct team_hello team_introduction(const struct team *team) {
    const struct team_options *options = &team->options;
    struct team_hello hello = {
        .head = {.word = TEAM_HELLO},
        .process = (uint32_t)getpid(),
        .hands = options->hands.count,
        .plan = options->plan,
    };
    snprintf(hello.version, sizeof hello.version, "%s", options->version);
    snprintf(hello.complaint, sizeof hello.complaint, "%s",
             options->complaint == NULL ? "" : options->complaint);
    if (gethostname(hello.host, sizeof hello.host - 1) != 0) {
        snprintf(hello.host, sizeof hello.host, "a host without a name");
    }
    return hello;
}

static bool prepare(struct team *team, struct failure *failure) {
    if (team->options.complaint == NULL) {
        team->hands = hands_open(&team->options.hands, failure);
        if (team->hands == NULL) {
            return false;
        }
    }
    size_t report =
        sizeof(struct team_head) + sizeof(struct hand_report) + team->options.hands.result_size;
    team->message_size = report > sizeof(struct team_hello) ? report : sizeof(struct team_hello);
    team->message = calloc(1, team->message_size);
    if (team->message == NULL) {
        return failure_running(failure, "out of memory");
    }
    // After this there is to be no fork, if it can be helped.
    team->mail = mail_open(failure);
    if (team->mail == NULL) {
        return false;
    }
    team->peers = calloc(mail_ranks(team->mail), sizeof *team->peers);
    return team->peers != NULL || failure_running(failure, "out of memory");
}

struct team *team_open(const struct team_options *options, struct failure *failure) {
    struct team *team = calloc(1, sizeof *team);
    if (team == NULL) {
        failure_running(failure, "out of memory");
        return NULL;
    }
    team->options = *options;
    // Twice as many jobs as hands, so that a hand which is done need not wait for the mail.
    team->options.hands.waiting_max = 2 * options->hands.count;
    if (!prepare(team, failure)) {
        hands_close(team->hands);
        free(team->message);
        free(team);
        return NULL;
    }
    team->looked_s = team_now_s();
    if (team_is_first(team)) {
        team->peers[0] = (struct team_peer){.hello = team_introduction(team), .greeted = true};
        team_forgive(team); // all were here a moment ago
    }
    return team;
}

bool team_is_first(const struct team *team) {
    return mail_rank(team->mail) == 0;
}
