/**
 * The profiles: protocols with a set of quirks, under the names that scenarios choose them by.
 *
 * A profile is a choice made at load and nothing else: what it means is in `struct router_params`,
 * a protocol and a set of quirks, which a scenario may change one by one. No code asks for a
 * profile's name; the tidy test holds it to that. A protocol of a later version joins as a row.
 *
 * Source: DESIGN.md §4 "The scenario file"; SEED.md §4.
 */
#ifndef GOSSIM_ROUTER_PROFILE_H
#define GOSSIM_ROUTER_PROFILE_H

#include "router/params.h"
#include "router/quirks.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The profile of scenarios that name none. */
#define PROFILE_DEFAULT "gossipsub-v1.0"

struct profile {
    const char *name;
    enum router_protocol_kind protocol;
    bool is_2020; // departs from the specification where the 2020 router does
};

extern const struct profile profiles[];
extern const size_t profile_count;

/** The profile of a name, or NULL. */
const struct profile *profile_find(const char *name, size_t size);

/** Its quirks. */
uint64_t profile_quirks(const struct profile *profile);

/** True if it departs from the specification as the row says, be there a switch or not. */
bool profile_departs(const struct profile *profile, const struct quirk_row *row);

#endif
