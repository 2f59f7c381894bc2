/**
 * Events and records of a session as text: for those who look into one.
 */
#ifndef GOSSIM_CLI_SESSION_TEXT_H
#define GOSSIM_CLI_SESSION_TEXT_H

#include "scenarios/session_meshes.h"

#include <stdint.h>
#include <stdio.h>

enum { SESSION_TEXT_EVENT_SIZE = 256 };

/** "rpc at node 17 from node 3: messages, 1069 bytes, message 5, topic blocks" */
const char *session_text_event(const struct fleet *fleet, const struct session_event *event,
                               char text[SESSION_TEXT_EVENT_SIZE]);

/** Records as `gossim trace` prints them, below the names of the columns. */
void session_text_records(struct arena *arena, const struct session *session,
                          const struct session_records *records, FILE *out);

/** "drew 0x…, the 3. of stream router 858", or what it is keyed by; a line. */
void session_text_draw(const struct session_draw *draw, FILE *out);

#endif
