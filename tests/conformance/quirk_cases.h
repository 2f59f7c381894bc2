/**
 * What each quirk does, as one number that is measured with it and without it.
 *
 * A case names its quirk, the quirks around it (those of nim-2020, or none), and a little world
 * that ends in a number. test_quirks.c runs each case twice, with the quirk switched on and off and
 * nothing else changed.
 *
 * Source: SEED.md §4, §8.
 */
#ifndef GOSSIM_TESTS_CONFORMANCE_QUIRK_CASES_H
#define GOSSIM_TESTS_CONFORMANCE_QUIRK_CASES_H

#include "router/quirks.h"

#include <stddef.h>
#include <stdint.h>

enum quirk_base { AMONG_2020, AMONG_NONE };

struct quirk_case {
    enum quirk quirk;
    enum quirk_base base;
    const char *number; // what is measured
    uint64_t (*measure)(uint64_t quirks);
    uint64_t with;
    uint64_t without;
};

struct quirk_cases {
    const struct quirk_case *items;
    size_t count;
};

extern const struct quirk_cases quirk_cases_of_mesh;
extern const struct quirk_cases quirk_cases_of_subscriptions;
extern const struct quirk_cases quirk_cases_of_publishing;
extern const struct quirk_cases quirk_cases_of_gossip;
extern const struct quirk_cases quirk_cases_of_flooding;
extern const struct quirk_cases quirk_cases_of_wire;

#endif
