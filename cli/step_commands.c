#include "cli/step.h"

#include "base/quantity.h"
#include "cli/interrupt.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { EVENTS_PER_LOOK = 1024, SHOWN_MAX = 20 };

/** What made a run stop on its way. */
enum stop { STOP_REACHED, STOP_BREAK, STOP_END, STOP_INTERRUPTED };

static void remember_breaks(struct step_session *session) {
    for (uint32_t i = 0; i < STEP_BREAKS_MAX; i++) {
        struct step_break *stop = &session->breaks[i];
        if (stop->number != 0) {
            stop->held = stop->condition.kind != STEP_RECORD &&
                         step_condition_holds(&stop->condition, &session->world);
        }
    }
}

/** The break that is reached by the latest event, or NULL. */
static const struct step_break *reached_break(struct step_session *session) {
    const struct step_break *reached = NULL;
    for (uint32_t i = 0; i < STEP_BREAKS_MAX; i++) {
        struct step_break *stop = &session->breaks[i];
        if (stop->number == 0) {
            continue;
        }
        bool holds = step_condition_holds(&stop->condition, &session->world);
        if (holds && !stop->held && reached == NULL) {
            reached = stop;
        }
        stop->held = holds && stop->condition.kind != STEP_RECORD;
    }
    return reached;
}

/** How far to go. */
struct goal {
    int64_t at_ns;                          // before events of this time
    uint64_t number;                        // up to and with this event
    const struct step_condition *condition; // until it holds; NULL: for good
};

static bool is_before(struct step_session *session, const struct goal *goal) {
    struct session_event coming;
    return session_count(session->world.session) < goal->number &&
           (goal->at_ns == INT64_MAX ||
            (session_peek(session->world.session, &coming) && coming.at_ns < goal->at_ns));
}

static enum stop go(struct step_session *session, const struct goal *goal) {
    struct step_world *world = &session->world;
    interrupt_forget();
    remember_breaks(session);
    for (uint64_t events = 0; is_before(session, goal); events++) {
        if (events % EVENTS_PER_LOOK == 0 && interrupt_seen()) {
            interrupt_forget();
            return STOP_INTERRUPTED;
        }
        if (!step_world_next(world)) {
            return STOP_END;
        }
        const struct step_break *stop = reached_break(session);
        if (goal->condition != NULL && step_condition_holds(goal->condition, world)) {
            return STOP_REACHED;
        }
        if (stop != NULL) {
            printf("break %" PRIu32 ": %s\n", stop->number, stop->condition.text);
            return STOP_BREAK;
        }
    }
    struct session_event coming;
    return session_peek(world->session, &coming) || goal->at_ns != INT64_MAX ? STOP_REACHED
                                                                             : STOP_END;
}

static void tell_stop(struct step_session *session, enum stop stop) {
    if (stop == STOP_END) {
        puts(session_stands_still(session->world.session) ? "time stands still"
                                                          : "the run is over");
    } else if (stop == STOP_INTERRUPTED) {
        puts("interrupted");
        session->interrupted = true;
    }
    step_print_where(session);
    step_print_records(session);
}

static bool run_next(struct step_session *session, struct step_words *words) {
    uint64_t count = 1;
    if (step_words_peek(words) != NULL &&
        !step_words_number(words, "how many events", UINT64_MAX, &count, session->why)) {
        return false;
    }
    if (!step_words_end(words, session->why)) {
        return false;
    }
    remember_breaks(session);
    interrupt_forget();
    for (uint64_t i = 0; i < count; i++) {
        if (interrupt_seen()) {
            tell_stop(session, STOP_INTERRUPTED);
            return true;
        }
        if (!step_world_next(&session->world)) {
            tell_stop(session, STOP_END);
            return true;
        }
        const struct step_break *stop = reached_break(session);
        if (stop != NULL) {
            printf("break %" PRIu32 ": %s\n", stop->number, stop->condition.text);
        }
        if (stop != NULL || i + 1 == count || count <= SHOWN_MAX) {
            step_print_where(session);
            step_print_records(session);
        }
        if (stop != NULL) {
            return true;
        }
    }
    return true;
}

/** A time as scenarios have it, `5s`, or as it is printed, `5.020 s`. */
static bool read_time(struct step_words *words, int64_t *at_ns) {
    uint32_t from = words->next;
    const char *word = step_words_take(words);
    const char *why = NULL;
    char seconds[QUANTITY_TEXT_SIZE];
    snprintf(seconds, sizeof seconds, "%ss", word == NULL ? "" : word);
    if (word != NULL && (quantity_read_duration(word, strlen(word), at_ns, &why) ||
                         (step_words_skip(words, "s") &&
                          quantity_read_duration(seconds, strlen(seconds), at_ns, &why)))) {
        return true;
    }
    words->next = from;
    return false;
}

static bool run_until(struct step_session *session, struct step_words *words) {
    struct goal goal = {.at_ns = INT64_MAX, .number = UINT64_MAX};
    struct step_condition condition;
    if (step_words_skip(words, "event")) {
        if (!step_words_number(words, "the event", UINT64_MAX, &goal.number, session->why) ||
            !step_words_end(words, session->why)) {
            return false;
        }
        if (goal.number < session_count(session->world.session)) {
            snprintf(session->why, sizeof session->why,
                     "that event has been: `back event %" PRIu64 "`", goal.number);
            return false;
        }
    } else if (read_time(words, &goal.at_ns)) {
        if (!step_words_end(words, session->why)) {
            return false;
        }
        if (goal.at_ns < session_now_ns(session->world.session)) {
            snprintf(session->why, sizeof session->why, "that time has been: go back to it");
            return false;
        }
    } else {
        if (!step_condition_read(&condition, words, &session->world, session->why)) {
            return false;
        }
        goal.condition = &condition;
        if (condition.kind != STEP_RECORD && step_condition_holds(&condition, &session->world)) {
            puts("it holds already");
            return true;
        }
    }
    tell_stop(session, go(session, &goal));
    return true;
}

static bool run_continue(struct step_session *session, struct step_words *words) {
    const struct goal goal = {.at_ns = INT64_MAX, .number = UINT64_MAX};
    if (!step_words_end(words, session->why)) {
        return false;
    }
    tell_stop(session, go(session, &goal));
    return true;
}

/** To a time, an event, or so many events back. */
static bool run_back(struct step_session *session, struct step_words *words) {
    struct step_world *world = &session->world;
    uint64_t to = world->events > 0 ? world->events - 1 : 0;
    int64_t at_ns = 0;
    uint64_t count = 0;
    bool timed = false;
    if (step_words_skip(words, "event")) {
        if (!step_words_number(words, "the event", session_count(world->session) + 1, &count,
                               session->why)) {
            return false;
        }
        to = step_world_events_to(world, count);
    } else if (read_time(words, &at_ns)) {
        if (at_ns > session_now_ns(world->session)) {
            snprintf(session->why, sizeof session->why, "that time is still to come: `until` it");
            return false;
        }
        timed = true;
        to = step_world_events_before(world, at_ns);
    } else if (step_words_peek(words) != NULL) {
        if (!step_words_number(words, "how many events", UINT64_MAX, &count, session->why)) {
            return false;
        }
        to = count < world->events ? world->events - count : 0;
    }
    if (!step_words_end(words, session->why)) {
        return false;
    }
    step_world_back(world, to);
    struct session_event coming;
    if (timed) {
        session_peek(world->session, &coming); // the clock goes on as far as on the way forward
    }
    step_print_where(session);
    step_print_records(session);
    return true;
}

static bool run_break(struct step_session *session, struct step_words *words) {
    uint32_t place = 0;
    while (place < STEP_BREAKS_MAX && session->breaks[place].number != 0) {
        place++;
    }
    if (place == STEP_BREAKS_MAX) {
        snprintf(session->why, sizeof session->why, "there are %d breaks already: delete some",
                 (int)STEP_BREAKS_MAX);
        return false;
    }
    struct step_break *stop = &session->breaks[place];
    struct step_condition condition;
    if (step_words_peek(words) == NULL) {
        snprintf(session->why, sizeof session->why,
                 "say where to stop; `help until` lists conditions");
        return false;
    }
    if (!step_condition_read(&condition, words, &session->world, session->why)) {
        return false;
    }
    *stop = (struct step_break){.number = ++session->next_break, .condition = condition};
    printf("break %" PRIu32 ": %s\n", stop->number, condition.text);
    return true;
}

static bool run_breaks(struct step_session *session, struct step_words *words) {
    uint32_t count = 0;
    for (uint32_t number = 1; number <= session->next_break; number++) {
        for (uint32_t i = 0; i < STEP_BREAKS_MAX; i++) {
            if (session->breaks[i].number == number) {
                printf("break %" PRIu32 ": %s\n", number, session->breaks[i].condition.text);
                count++;
            }
        }
    }
    fputs(count == 0 ? "there are no breaks\n" : "", stdout);
    return step_words_end(words, session->why);
}

static bool run_delete(struct step_session *session, struct step_words *words) {
    uint64_t number = 0;
    if (!step_words_number(words, "the break", UINT32_MAX, &number, session->why) ||
        !step_words_end(words, session->why)) {
        return false;
    }
    for (uint32_t i = 0; i < STEP_BREAKS_MAX; i++) {
        if (number != 0 && session->breaks[i].number == number) {
            session->breaks[i].number = 0;
            return true;
        }
    }
    snprintf(session->why, sizeof session->why, "there is no break %" PRIu64, number);
    return false;
}

static bool run_quit(struct step_session *session, struct step_words *words) {
    session->ended = true;
    return step_words_end(words, session->why);
}

static bool run_help(struct step_session *session, struct step_words *words);

const struct step_command step_commands[] = {
    {"next", "n", "[COUNT]", "handle the next event, or so many", run_next},
    {"until", "u", "TIME | event NUMBER | CONDITION",
     "go on until a time, an event, or something holds:\n"
     "    until 12.5s                      before the events of that time\n"
     "    until event 10000                after the event of that number\n"
     "    until graft node 17              a record: its kind, reason or cause, as `gossim trace`\n"
     "                                     prints it; then node N, peer N, topic T, message M\n"
     "    until send ihave node 3          an RPC\n"
     "    until node 17 mesh blocks < 4    mesh, fanout or subscribers of a topic; peers, cached,\n"
     "                                     seen, draws, up\n"
     "    until message 3 at node 5        the node has it\n"
     "    until deliveries >= 100          published, deliveries, duplicates, packets_lost,\n"
     "                                     rpcs_sent, crashes, restarts, links_aborted",
     run_until},
    {"continue", "c", "", "go on to the end, or to a break", run_continue},
    {"back", "b", "[COUNT | TIME | event NUMBER]",
     "go back by an event, or so many, or to a time or an event: exact", run_back},
    {"break", NULL, "CONDITION", "stop where a condition of `until` begins to hold", run_break},
    {"breaks", NULL, "", "list breaks", run_breaks},
    {"delete", NULL, "NUMBER", "delete a break", run_delete},
    {"where", "w", "", "the time and the latest event", step_show_where},
    {"event", "e", "", "what the latest event has left: records and draws", step_show_event},
    {"node", NULL, "NODE", "what a router knows: peers, meshes, caches", step_show_node},
    {"message", NULL, "MESSAGE", "who has a message", step_show_message},
    {"pending", "p", "[NODE] [COUNT]", "events that wait, of a node or of all", step_show_pending},
    {"streams", NULL, "NODE [COUNT]", "a node's random stream: draws so far, and the next ones",
     step_show_streams},
    {"draws", NULL, "", "the draws of the latest event", step_show_draws},
    {"figures", "f", "", "the figures so far", step_show_figures},
    {"help", "h", "[COMMAND]", "these commands, or one of them", run_help},
    {"quit", "q", "", "end", run_quit},
    {NULL, NULL, NULL, NULL, NULL},
};

static const struct step_command *find_command(const char *word) {
    for (const struct step_command *command = step_commands; command->name != NULL; command++) {
        if (strcmp(word, command->name) == 0 ||
            (command->shorter != NULL && strcmp(word, command->shorter) == 0)) {
            return command;
        }
    }
    return NULL;
}

static bool run_help(struct step_session *session, struct step_words *words) {
    const char *word = step_words_take(words);
    const struct step_command *one = word == NULL ? NULL : find_command(word);
    if (word != NULL && one == NULL) {
        snprintf(session->why, sizeof session->why, "there is no command `%.60s`", word);
        return false;
    }
    for (const struct step_command *command = step_commands; command->name != NULL; command++) {
        if (one != NULL && command != one) {
            continue;
        }
        size_t first = one != NULL ? strlen(command->help) : strcspn(command->help, "\n");
        printf("%-8s %-2s %-31s %.*s\n", command->name,
               command->shorter == NULL ? "" : command->shorter, command->arguments, (int)first,
               command->help);
    }
    return step_words_end(words, session->why);
}

bool step_do(struct step_session *session, const char *line) {
    struct step_words words;
    session->why[0] = '\0';
    if (!step_words_cut(&words, line, session->why)) {
        return false;
    }
    const char *word = step_words_take(&words);
    if (word == NULL) {
        return true;
    }
    const struct step_command *command = find_command(word);
    if (command == NULL) {
        snprintf(session->why, sizeof session->why,
                 "there is no command `%.60s`; `help` lists them", word);
        return false;
    }
    return command->run(session, &words);
}
