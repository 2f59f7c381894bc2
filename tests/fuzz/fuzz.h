/**
 * Reading scenarios that nobody would write.
 *
 * One function takes any bytes for a scenario. libFuzzer calls it with what it makes up
 * (`./x fuzz`); replay.c calls it with the files of corpus/, as an ordinary test. Whatever the
 * bytes, it returns; it aborts if one of these does not hold:
 *
 * - a text is either a scenario, or at least one mistake is reported;
 * - the canonical form of a scenario loads, and is its own canonical form;
 * - a scenario of few nodes and messages can be built and run.
 */
#ifndef GOSSIM_TESTS_FUZZ_FUZZ_H
#define GOSSIM_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/** The name is libFuzzer's. Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
