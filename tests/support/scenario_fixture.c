#include "tests/support/scenario_fixture.h"

#include "scenarios/scenario_read.h"

#include <stdlib.h>
#include <string.h>

int scenario_fixture_setup(void **state) {
    struct scenario_fixture *fixture = calloc(1, sizeof *fixture);
    if (fixture == NULL) {
        return -1;
    }
    fixture->arena = arena_create(&(struct arena_options){0});
    *state = fixture;
    return 0;
}

int scenario_fixture_teardown(void **state) {
    struct scenario_fixture *fixture = *state;
    arena_destroy(fixture->arena);
    free(fixture);
    return 0;
}

const struct scenario *fixture_read_with(struct scenario_fixture *fixture, const char *text,
                                         size_t size, const char *path, const char *value) {
    struct scenario_override override = {.path = path, .value = value};
    struct scenario_source source = {
        .path = FIXTURE_PATH,
        .overrides = &override,
        .override_count = path == NULL ? 0 : 1,
    };
    memset(&fixture->failures, 0, sizeof fixture->failures);
    return scenario_load_text(fixture->arena, &source, text, size, &fixture->failures);
}

const struct scenario *fixture_read(struct scenario_fixture *fixture, const char *text) {
    return fixture_read_with(fixture, text, strlen(text), NULL, NULL);
}

const struct scenario *fixture_load(struct scenario_fixture *fixture, const char *text) {
    const struct scenario *scenario = fixture_read(fixture, text);
    failure_list_print(&fixture->failures, stderr);
    assert_non_null(scenario);
    assert_int_equal(fixture->failures.count, 0);
    return scenario;
}

void fixture_expect_failure(const struct scenario_fixture *fixture, uint32_t line, uint32_t column,
                            const char *words) {
    const struct failure *failure = &fixture->failures.items[0];
    bool fits = fixture->failures.count == 1 && failure->line == line &&
                failure->column == column && strstr(failure->message, words) != NULL;
    if (!fits) {
        print_error("wanted %u:%u: … %s …, got:\n", line, column, words);
        failure_list_print(&fixture->failures, stderr);
    }
    assert_int_equal(fixture->failures.count, 1);
    assert_int_equal(failure->line, line);
    assert_int_equal(failure->column, column);
    assert_non_null(strstr(failure->message, words));
}

void expect_mistakes(struct scenario_fixture *fixture, const struct mistake *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const struct scenario *scenario = fixture_read(fixture, rows[i].text);

        if (scenario != NULL) {
            fail_msg("accepted:\n%s", rows[i].text);
        }
        fixture_expect_failure(fixture, rows[i].line, rows[i].column, rows[i].words);
        assert_string_equal(fixture->failures.items[0].file, FIXTURE_PATH);
        assert_int_equal(fixture->failures.items[0].kind, FAILURE_BAD_INPUT);
    }
}
