#include "cli/team_inside.h"

#include "base/check.h"
#include "cli/interrupt.h"

#include <stdlib.h>
#include <string.h>

enum { DEATHS_MAX = 3 };

enum job_state { JOB_WAITING, JOB_GIVEN, JOB_DONE };

/** Where a job is. */
struct place {
    enum job_state state;
    uint32_t rank; // that it was given to last
    uint32_t deaths;
};

/** One call of team_run(). */
struct deal {
    struct team *team;
    const struct jobs *jobs;
    const uint32_t *numbers;
    struct place *places; // [jobs->count]
    uint32_t next;        // no job before it waits
    uint32_t waiting;
    uint32_t ranks_there; // that are not lost
    uint32_t done;
    uint32_t *failed;
    struct failure *failure;
};

/** Whether a rank may have a job that waits. Where it died others try first: it may have been the
 * machine. */
static bool suits(const struct deal *deal, uint32_t index, uint32_t rank) {
    const struct place *place = &deal->places[index];
    bool died_there = place->deaths > 0 && place->rank == rank;
    return place->state == JOB_WAITING && (!died_there || deal->ranks_there == 1);
}

static bool give_one(struct deal *deal, uint32_t rank) {
    struct team *team = deal->team;
    while (deal->places[deal->next].state != JOB_WAITING) {
        deal->next++;
        CHECK(deal->next < deal->jobs->count);
    }
    uint32_t index = deal->next;
    while (index < deal->jobs->count && !suits(deal, index, rank)) {
        index++;
    }
    if (index == deal->jobs->count) {
        return false;
    }
    struct team_order order = {
        .head = {.word = TEAM_JOB},
        .job = {.round = team->round, .index = index, .number = deal->numbers[index]},
    };
    if (rank == 0) {
        hands_give(team->hands, order.job);
    } else if (!mail_send(team->mail, rank, &order, sizeof order)) {
        return false;
    }
    deal->places[index].state = JOB_GIVEN;
    deal->places[index].rank = rank;
    deal->waiting--;
    team->peers[rank].busy++;
    return true;
}

/** Gives each rank jobs until it has `share` for each of its hands. */
static void give_share(struct deal *deal, uint32_t share) {
    struct team *team = deal->team;
    for (uint32_t rank = 0; rank < team_ranks(team); rank++) {
        struct team_peer *peer = &team->peers[rank];
        bool there = team_is_near(team, rank);
        while (there && deal->waiting > 0 && peer->busy < share * peer->hello.hands) {
            there = give_one(deal, rank);
        }
    }
}

/** Gives out what there is: one job for each hand, and while there are plenty a second one, so that
 * nobody waits for the mail. */
static void give(struct deal *deal) {
    struct team *team = deal->team;
    uint32_t hands = 0;
    deal->ranks_there = 0;
    for (uint32_t rank = 0; rank < team_ranks(team); rank++) {
        hands += team->peers[rank].lost ? 0 : team->peers[rank].hello.hands;
        deal->ranks_there += !team->peers[rank].lost;
    }
    give_share(deal, 1);
    if (deal->waiting > 2 * hands) {
        give_share(deal, 2);
    }
}

static void put_back(struct deal *deal, uint32_t index) {
    deal->places[index].state = JOB_WAITING;
    deal->waiting++;
    deal->next = index < deal->next ? index : deal->next;
}

/** The process of a job died: the job is done again, unless that has happened too often. */
static bool mourn(struct deal *deal, uint32_t rank, const struct hand_report *report) {
    struct place *place = &deal->places[report->job.index];
    place->deaths++;
    bool again = place->deaths < DEATHS_MAX;
    fputs("gossim: ", stderr);
    team_print_peer(deal->team, rank, stderr);
    fputs(" lost ", stderr);
    deal->team->options.describe(deal->jobs->context, report->job.number, stderr);
    fprintf(stderr, ": %s%s\n", report->failure.message, again ? "; it is done again" : "");
    if (again) {
        put_back(deal, report->job.index);
        return true;
    }
    *deal->failed = report->job.index;
    return failure_running(deal->failure, "it was begun %d times, and each time its process died",
                           DEATHS_MAX);
}

static bool take(struct deal *deal, uint32_t rank, const struct hand_report *report) {
    struct team *team = deal->team;
    struct team_peer *peer = &team->peers[rank];
    peer->busy -= peer->busy > 0;
    // A rank that was given up for a while may bring what others have done meanwhile.
    if (report->job.round != team->round || report->job.index >= deal->jobs->count ||
        deal->places[report->job.index].state == JOB_DONE) {
        return true;
    }
    struct place *place = &deal->places[report->job.index];
    bool is_its_own = place->state == JOB_GIVEN && place->rank == rank;
    if (report->end == HAND_FAILED) {
        *deal->failed = report->job.index;
        *deal->failure = report->failure;
        return false;
    }
    if (report->end == HAND_DIED) {
        return !is_its_own || mourn(deal, rank, report);
    }
    deal->waiting -= place->state == JOB_WAITING;
    place->state = JOB_DONE;
    deal->done++;
    return deal->jobs->finished == NULL ||
           deal->jobs->finished(deal->jobs->context, report->job.index, report + 1, deal->failure);
}

static bool listen(struct deal *deal) {
    struct team *team = deal->team;
    uint32_t from = 0;
    const struct team_head *head = NULL;
    while ((head = team_hear(team, &from)) != NULL) {
        if (head->word == TEAM_REPORT &&
            !take(deal, from, (const struct hand_report *)(head + 1))) {
            return false;
        }
    }
    return true;
}

/** Gives up a rank. */
static void give_up(struct deal *deal, uint32_t rank) {
    uint32_t count = 0;
    deal->team->peers[rank].lost = true;
    for (uint32_t index = 0; index < deal->jobs->count; index++) {
        const struct place *place = &deal->places[index];
        if (place->state == JOB_GIVEN && place->rank == rank) {
            put_back(deal, index);
            count++;
        }
    }
    fputs("gossim: ", stderr);
    team_print_peer(deal->team, rank, stderr);
    fprintf(stderr, " has not been heard of for %d s; its runs in hand, %u, are done by others\n",
            TEAM_SILENCE_S, count);
}

static void look_for_lost(struct deal *deal) {
    struct team *team = deal->team;
    double now_s = team_now_s();
    for (uint32_t rank = 1; rank < team_ranks(team); rank++) {
        const struct team_peer *peer = &team->peers[rank];
        if (!peer->lost && now_s - peer->heard_s > TEAM_SILENCE_S) {
            give_up(deal, rank);
        }
    }
}

/** Hands on what this rank's own hands report; waits for it a moment. */
static bool take_own(struct deal *deal, struct hand_report *report) {
    int wait_ms = TEAM_LOOK_MS;
    while (hands_wait(deal->team->hands, wait_ms, report)) {
        wait_ms = 0;
        if (interrupt_seen()) {
            return true; // it ended jobs, too
        }
        if (!take(deal, 0, report)) {
            return false;
        }
    }
    return true;
}

static bool step(struct deal *deal, struct hand_report *report) {
    struct team *team = deal->team;
    if (team_was_away(team)) {
        team_forgive(team);
    }
    if (!listen(deal)) {
        return false;
    }
    look_for_lost(deal);
    give(deal);
    if (deal->jobs->progress != NULL) {
        deal->jobs->progress(deal->jobs->context, deal->done);
    }
    bool ok = take_own(deal, report);
    if (ok && interrupt_seen()) {
        return failure_running(deal->failure, "interrupted");
    }
    return ok;
}

bool team_run(struct team *team, const struct jobs *jobs, const uint32_t *numbers, uint32_t *failed,
              struct failure *failure) {
    CHECK(team_is_first(team));
    *failed = jobs->count;
    if (jobs->count == 0) {
        return true;
    }
    struct deal deal = {
        .team = team,
        .jobs = jobs,
        .numbers = numbers,
        .places = calloc(jobs->count, sizeof *deal.places),
        .waiting = jobs->count,
        .failed = failed,
        .failure = failure,
    };
    struct hand_report *report = calloc(1, hands_report_size(team->hands));
    bool ok = deal.places != NULL && report != NULL;
    if (!ok) {
        failure_running(failure, "out of memory");
    }
    team->round++;
    team_forgive(team);
    while (ok && deal.done < jobs->count) {
        ok = step(&deal, report);
    }
    free(deal.places);
    free(report);
    return ok;
}
