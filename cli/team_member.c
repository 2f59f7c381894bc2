#include "cli/team_inside.h"

#include "base/check.h"
#include "cli/command.h"
#include "cli/interrupt.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct member {
    struct team *team;
    struct launch *launch;
    struct team_head *report; // with a report behind it
    double heard_s;           // of the first rank
    bool stopped;
    bool ended;
    bool together; // all leave in good order
};

/** Does what the first rank says. */
static void obey(struct member *member, const struct team_order *order) {
    struct team *team = member->team;
    switch ((enum team_word)order->head.word) {
    case TEAM_START:
        launch_speak(member->launch);
        break;
    case TEAM_JOB:
        if (team->hands != NULL) {
            hands_give(team->hands, order->job);
        }
        break;
    case TEAM_STOP:
        hands_close(team->hands);
        team->hands = NULL;
        member->stopped = true;
        team_say(team, 0, TEAM_BYE, 0);
        break;
    case TEAM_END:
        member->ended = true;
        member->together = order->head.value != 0;
        break;
    case TEAM_ALIVE:
    case TEAM_HELLO:
    case TEAM_REPORT:
    case TEAM_BYE:
        break;
    }
}

static void listen(struct member *member) {
    struct team *team = member->team;
    uint32_t from = 0;
    if (team_was_away(team)) {
        member->heard_s = team_now_s();
    }
    while (!member->ended && mail_take(team->mail, team->message, team->message_size, &from)) {
        member->heard_s = team_now_s();
        obey(member, team->message);
    }
}

/** Passes on what hands have to report; waits for it a moment. */
static void report(struct member *member) {
    struct team *team = member->team;
    if (team->hands == NULL) {
        usleep(TEAM_LOOK_MS * 1000);
        return;
    }
    int wait_ms = TEAM_LOOK_MS;
    struct hand_report *found = (struct hand_report *)(member->report + 1);
    while (hands_wait(team->hands, wait_ms, found)) {
        wait_ms = 0;
        // Whoever signals all of us ends jobs, too: that is no news.
        if (!interrupt_seen()) {
            (void)mail_send(team->mail, 0, member->report,
                            sizeof *member->report + hands_report_size(team->hands));
        }
    }
}

/** Whether the first rank has not been heard of for too long. */
static bool is_alone(const struct member *member) {
    double patience_s = member->stopped ? TEAM_PARTED_S : TEAM_PATIENCE_S;
    return team_now_s() - member->heard_s > patience_s;
}

static void serve(struct member *member) {
    struct team *team = member->team;
    struct team_hello hello = team_introduction(team);
    (void)mail_send(team->mail, 0, &hello, sizeof hello);
    while (!member->ended && !interrupt_seen() && !is_alone(member)) {
        listen(member);
        report(member);
        if (!member->stopped && team_is_time(team)) {
            team_say(team, 0, TEAM_ALIVE, 0);
        }
    }
}

int team_serve(struct team *team, struct launch *launch) {
    CHECK(!team_is_first(team));
    struct member member = {.team = team, .launch = launch, .heard_s = team_now_s()};
    member.report = calloc(1, team->message_size);
    if (member.report == NULL) {
        return EXIT_STATUS_FAILED;
    }
    member.report->word = TEAM_REPORT;
    interrupt_watch();
    serve(&member);
    if (!member.ended && !interrupt_seen()) {
        fprintf(stderr, "gossim: rank %u: rank 0 has not been heard of for %d s\n",
                (unsigned)mail_rank(team->mail), TEAM_PATIENCE_S);
    }
    hands_close(team->hands);
    mail_close(team->mail, member.together);
    free(member.report);
    free(team->message);
    free(team->peers);
    free(team);
    return member.ended ? EXIT_STATUS_DONE : EXIT_STATUS_FAILED;
}
