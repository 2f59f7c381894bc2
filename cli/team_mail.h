/**
 * Messages between the ranks of a team, by MPI.
 *
 * Only what waits for nobody is used: a message is given to MPI and forgotten, and whoever wants
 * one asks whether there is one. No call of all ranks together but the first, mail_open(), and the
 * last, mail_close(): with those, a rank that has died would hold up the others for ever.
 */
#ifndef GOSSIM_CLI_TEAM_MAIL_H
#define GOSSIM_CLI_TEAM_MAIL_H

#include "base/failure.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mail;

/** Meets the others; blocks until all ranks have called it. NULL with a failure. */
struct mail *mail_open(struct failure *failure);

uint32_t mail_rank(const struct mail *mail);
uint32_t mail_ranks(const struct mail *mail);

/** Sends a copy of a message. False where MPI knows that it cannot. */
bool mail_send(struct mail *mail, uint32_t to, const void *message, size_t size);

/** Writes the next message to `message`, unless there is none; one of more than `size` bytes is
 * cut.
 */
bool mail_take(struct mail *mail, void *message, size_t size, uint32_t *from);

/** With `parting` waits until all ranks are here and leaves MPI in good order. */
void mail_close(struct mail *mail, bool parting);

#endif
