/**
 * What the two sides of a team share: its state, and the form of messages. For team*.c alone.
 */
#ifndef GOSSIM_CLI_TEAM_INSIDE_H
#define GOSSIM_CLI_TEAM_INSIDE_H

#include "cli/team.h"
#include "cli/team_mail.h"

enum team_word {
    TEAM_HELLO,  // member: who it is, and what it would do
    TEAM_START,  // first: work begins
    TEAM_JOB,    // first
    TEAM_REPORT, // member
    TEAM_ALIVE,  // both
    TEAM_STOP,   // first: there are no more jobs
    TEAM_BYE,    // member: it has stopped
    TEAM_END,    // first: leave; `value` says whether all of them do so together
};

/** What every message begins with; a report follows it. */
struct team_head {
    _Alignas(uint64_t) uint32_t word;
    uint32_t value;
};

enum { TEAM_HOST_SIZE = 64, TEAM_VERSION_SIZE = 32, TEAM_COMPLAINT_SIZE = 512 };

/** The first fields stay where they are, for programs of other versions to read. */
struct team_hello {
    struct team_head head;
    char version[TEAM_VERSION_SIZE];
    char host[TEAM_HOST_SIZE];
    uint32_t process;
    uint32_t hands;
    struct digest plan;
    char complaint[TEAM_COMPLAINT_SIZE];
};

struct team_order {
    struct team_head head;
    struct hand_job job;
};

/** Milliseconds between two looks at what others have sent, and seconds of everything else. */
enum {
    TEAM_LOOK_MS = 2,
    TEAM_ALIVE_S = 1,     // between words of a member; the first rank answers each
    TEAM_NEAR_S = 3,      // within which one counts as near
    TEAM_SILENCE_S = 10,  // after which a rank is given up
    TEAM_PATIENCE_S = 60, // after which a member gives up the first rank
    TEAM_PARTED_S = 600,  // and after there are no more jobs
    TEAM_GATHER_S = 60,   // for all members to say hello
};

struct team_peer {
    struct team_hello hello;
    uint32_t busy; // jobs that it has
    double heard_s;
    bool greeted;
    bool lost;
    bool parted;
};

struct team {
    struct team_options options;
    struct mail *mail;
    struct hands *hands; // NULL: none, or no more
    void *message;       // [message_size] room for any
    size_t message_size;
    double said_s;   // when this rank last said that it is alive
    double looked_s; // when it last looked for messages
    // Of the first rank.
    struct team_peer *peers; // [ranks]
    uint32_t round;
    bool stopped;
    bool together; // all are there to leave in good order
};

double team_now_s(void);

/** Sends a message that is a word. */
void team_say(struct team *team, uint32_t to, enum team_word word, uint32_t value);

/** True once a second: it is time to say so. */
bool team_is_time(struct team *team);

/** Notes that it is looking now; true when it has not for so long that others cannot be blamed for
 * having been silent. */
bool team_was_away(struct team *team);

uint32_t team_ranks(const struct team *team);

/** "rank 2 (process 4711 on node3)". */
void team_print_peer(const struct team *team, uint32_t rank, FILE *out);

/** The first rank: whether a rank was heard of so lately that it surely lives. Nothing is sent to
 * others: over TCP, Open MPI takes offence at the dead, and may take mpirun with it. */
bool team_is_near(const struct team *team, uint32_t rank);

/** Takes the next message of the others, if there is one, and notes what it says of its sender. */
const struct team_head *team_hear(struct team *team, uint32_t *from);

/** Begins anew to wait for a word of the others. */
void team_forgive(struct team *team);

/** What this rank says first. */
struct team_hello team_introduction(const struct team *team);

#endif
