/**
 * `gossim step`: a session on a run, for people and for scripts.
 *
 *     step.c            options, and where commands come from: -e, a terminal, or any other input
 *     step_console.h    lines from a terminal: editing, history, completion
 *     step_commands.c   the table of commands, and those that move
 *     step_print.c      those that show
 *     step_condition.h  what a run goes on until
 *     step_world.h      the run: forward by events, back to any of them
 */
#ifndef GOSSIM_CLI_STEP_H
#define GOSSIM_CLI_STEP_H

#include "cli/step_condition.h"
#include "cli/step_words.h"
#include "cli/step_world.h"

#include <stdbool.h>
#include <stdint.h>

enum { STEP_BREAKS_MAX = 100 };

/** Where to stop on the way. */
struct step_break {
    uint32_t number; // as listed; 0: the place is free
    struct step_condition condition;
    bool held; // after the event before
};

struct step_session {
    struct step_world world;
    struct step_break breaks[STEP_BREAKS_MAX];
    uint32_t next_break;     // number of the next
    bool ended;              // quit was said
    bool interrupted;        // the latest command was
    char why[STEP_WHY_SIZE]; // a command could not be done
};

struct step_command {
    const char *name;
    const char *shorter; // or NULL
    const char *arguments;
    const char *help;
    bool (*run)(struct step_session *session, struct step_words *words);
};

/** All commands; the last has no name. */
extern const struct step_command step_commands[];

/** Does one command; an empty line does nothing. False with `why` if it could not be done. */
bool step_do(struct step_session *session, const char *line);

/* step_print.c */

bool step_show_where(struct step_session *session, struct step_words *words);
bool step_show_node(struct step_session *session, struct step_words *words);
bool step_show_event(struct step_session *session, struct step_words *words);
bool step_show_pending(struct step_session *session, struct step_words *words);
bool step_show_streams(struct step_session *session, struct step_words *words);
bool step_show_draws(struct step_session *session, struct step_words *words);
bool step_show_figures(struct step_session *session, struct step_words *words);
bool step_show_message(struct step_session *session, struct step_words *words);

/** One line: the time, and the latest event. */
void step_print_where(const struct step_session *session);

/** What the latest event has left. */
void step_print_records(const struct step_session *session);

#endif
