/**
 * Reading scenarios from strings: for tests of scenarios/.
 */
#ifndef GOSSIM_TESTS_SUPPORT_SCENARIO_FIXTURE_H
#define GOSSIM_TESTS_SUPPORT_SCENARIO_FIXTURE_H

#include "tests/support/unit.h"

#include "base/arena.h"
#include "base/failure.h"
#include "scenarios/scenario.h"

#include <stdio.h>

/** The name under which texts are read. */
#define FIXTURE_PATH "tests/given.yaml"

/** One test with a fixture of its own. */
#define FIXTURE_TEST(test)                                                                         \
    cmocka_unit_test_setup_teardown(test, scenario_fixture_setup, scenario_fixture_teardown)

struct scenario_fixture {
    struct arena *arena;
    struct failure_list failures; // of the last reading
};

/** For cmocka: one fixture per test. */
int scenario_fixture_setup(void **state);
int scenario_fixture_teardown(void **state);

/** One text with one mistake, where it must be found, and words that must say so. */
struct mistake {
    const char *text;
    uint32_t line;
    uint32_t column;
    const char *words;
};

/** Reads a text; NULL with failures in the fixture if it is refused. */
const struct scenario *fixture_read(struct scenario_fixture *fixture, const char *text);

/** As above, of `size` bytes and with one override, where `path` is not NULL. */
const struct scenario *fixture_read_with(struct scenario_fixture *fixture, const char *text,
                                         size_t size, const char *path, const char *value);

/** Reads a text that must be a good scenario; prints its failures and fails otherwise. */
const struct scenario *fixture_load(struct scenario_fixture *fixture, const char *text);

/** Fails unless the last reading has just one failure, at that place, with the words in it. */
void fixture_expect_failure(const struct scenario_fixture *fixture, uint32_t line, uint32_t column,
                            const char *words);

/** Fails unless each text is refused for its mistake alone, as bad input. */
void expect_mistakes(struct scenario_fixture *fixture, const struct mistake *rows, size_t count);

#endif
