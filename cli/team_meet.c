#include "cli/team_inside.h"

#include "base/check.h"
#include "cli/interrupt.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

uint32_t team_ranks(const struct team *team) {
    return mail_ranks(team->mail);
}

void team_print_peer(const struct team *team, uint32_t rank, FILE *out) {
    const struct team_hello *hello = &team->peers[rank].hello;
    fprintf(out, "rank %u (process %u on %s)", rank, hello->process, hello->host);
}

bool team_is_near(const struct team *team, uint32_t rank) {
    const struct team_peer *peer = &team->peers[rank];
    return rank == 0 || (!peer->lost && team_now_s() - peer->heard_s < TEAM_NEAR_S);
}

void team_forgive(struct team *team) {
    for (uint32_t rank = 1; rank < team_ranks(team); rank++) {
        team->peers[rank].heard_s = team_now_s();
    }
}

const struct team_head *team_hear(struct team *team, uint32_t *from) {
    if (!mail_take(team->mail, team->message, team->message_size, from)) {
        return NULL;
    }
    const struct team_head *head = team->message;
    struct team_peer *peer = &team->peers[*from];
    peer->heard_s = team_now_s();
    if (head->word == TEAM_HELLO) {
        memcpy(&peer->hello, head, sizeof peer->hello);
        peer->greeted = true;
    }
    if (head->word == TEAM_ALIVE) {
        team_say(team, *from, TEAM_ALIVE, 0);
    }
    peer->parted = peer->parted || head->word == TEAM_BYE;
    if (peer->lost) {
        peer->lost = false;
        fputs("gossim: ", stderr);
        team_print_peer(team, *from, stderr);
        fputs(" is back\n", stderr);
    }
    return head;
}

/** Whether a member would do what this rank would. */
static bool agrees(const struct team *team, uint32_t rank, struct failure *failure) {
    const struct team_hello *own = &team->peers[0].hello;
    const struct team_hello *hello = &team->peers[rank].hello;
    char here[DIGEST_TEXT_SIZE];
    char there[DIGEST_TEXT_SIZE];
    if (strcmp(hello->version, own->version) != 0) {
        return failure_bad_input(failure, "rank %u on %s is gossim %s, and rank 0 on %s is %s",
                                 rank, hello->host, hello->version, own->host, own->version);
    }
    if (hello->complaint[0] != '\0') {
        return failure_bad_input(failure, "rank %u on %s: %s", rank, hello->host, hello->complaint);
    }
    if (hello->plan.high != own->plan.high || hello->plan.low != own->plan.low) {
        return failure_bad_input(failure,
                                 "%s is another one for rank %u on %s than for rank 0 on %s: the "
                                 "hashes of the sweep are %s and %s",
                                 team->options.plan_name, rank, hello->host, own->host,
                                 digest_write(hello->plan, there), digest_write(own->plan, here));
    }
    return true;
}

bool team_gather(struct team *team, uint32_t started, struct failure *failure) {
    CHECK(team_is_first(team));
    if (started != 0 && started != team_ranks(team)) {
        return failure_bad_input(failure,
                                 "%u processes were started, and Open MPI connects %u of them; is "
                                 "its mpirun of the same version, or srun without --mpi=pmix?",
                                 started, team_ranks(team));
    }
    double until_s = team_now_s() + TEAM_GATHER_S;
    for (uint32_t rank = 1; rank < team_ranks(team); rank++) {
        uint32_t from = 0;
        while (!team->peers[rank].greeted) {
            if (team_hear(team, &from) == NULL) {
                usleep(TEAM_LOOK_MS * 1000);
            }
            if (interrupt_seen()) {
                return failure_running(failure, "interrupted");
            }
            if (team_now_s() > until_s) {
                return failure_running(failure, "rank %u does not answer", rank);
            }
        }
        if (!agrees(team, rank, failure)) {
            return false;
        }
    }
    for (uint32_t rank = 1; rank < team_ranks(team); rank++) {
        team_say(team, rank, TEAM_START, 0);
    }
    return true;
}

/** Stops a member: says so when a word of it has just come, and waits for its answer. False if it
 * is missing. */
static bool stop_member(struct team *team, uint32_t rank) {
    const struct team_peer *peer = &team->peers[rank];
    uint32_t from = 0;
    bool told = false;
    while (!peer->parted) {
        bool silent = team_now_s() - peer->heard_s > TEAM_SILENCE_S;
        if (peer->lost || silent || interrupt_seen()) {
            return false;
        }
        if (!told && team_is_near(team, rank)) {
            team_say(team, rank, TEAM_STOP, 0);
            told = true;
        }
        if (team_hear(team, &from) == NULL) {
            usleep(TEAM_LOOK_MS * 1000);
        }
    }
    return true;
}

/** Stops all members; false if some are missing. */
static bool stop_all(struct team *team) {
    bool all = true;
    for (uint32_t rank = 1; rank < team_ranks(team); rank++) {
        all = stop_member(team, rank) && all;
    }
    return all;
}

void team_part(struct team *team) {
    hands_close(team->hands);
    team->hands = NULL;
    if (team_was_away(team)) {
        team_forgive(team);
    }
    team->together = stop_all(team);
    team->stopped = true;
}

void team_close(struct team *team) {
    if (team == NULL) {
        return;
    }
    if (!team->stopped) {
        team_part(team);
    }
    for (uint32_t rank = 1; rank < team_ranks(team); rank++) {
        if (!team->peers[rank].lost) {
            team_say(team, rank, TEAM_END, team->together);
        }
    }
    mail_close(team->mail, team->together);
    free(team->peers);
    free(team->message);
    free(team);
}
