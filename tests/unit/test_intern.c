#include "tests/support/unit.h"

#include "base/intern.h"

#include <stdio.h>
#include <string.h>

enum { NAMES = 20000, ALIKE = 2000 };

struct fixture {
    struct arena *arena;
    struct intern intern;
};

static int begin(void **state) {
    static struct fixture fixture;
    fixture.arena = arena_create(NULL);
    intern_init(&fixture.intern, fixture.arena);
    *state = &fixture;
    return 0;
}

static int end(void **state) {
    struct fixture *f = *state;
    arena_destroy(f->arena);
    return 0;
}

static uint32_t write_name(uint32_t i, char out[32]) {
    return (uint32_t)snprintf(out, 32, "name-%u", i * 7);
}

static void given_many_names_when_added_then_ids_are_dense_and_found_again(void **state) {
    struct fixture *f = *state;
    char name[32];

    for (uint32_t i = 0; i < NAMES; i++) {
        assert_int_equal(intern_add(&f->intern, name, write_name(i, name)), i);
    }

    assert_int_equal(f->intern.count, NAMES);
    for (uint32_t i = 0; i < NAMES; i++) {
        uint32_t size = write_name(i, name);
        assert_int_equal(intern_find(&f->intern, name, size), i);
        assert_int_equal(intern_add(&f->intern, name, size), i);
        assert_int_equal(f->intern.sizes[i], size);
        assert_string_equal(f->intern.names[i], name);
    }
    assert_int_equal(f->intern.count, NAMES);
}

static void given_names_that_begin_alike_when_added_then_each_has_its_own_id(void **state) {
    struct fixture *f = *state;
    char name[ALIKE];
    memset(name, 'a', sizeof name);

    // The longest first, so that a name met on the way to another's place begins with it.
    for (uint32_t i = 0; i < ALIKE; i++) {
        assert_int_equal(intern_add(&f->intern, name, ALIKE - i), i);
    }

    for (uint32_t i = 0; i < ALIKE; i++) {
        assert_int_equal(intern_find(&f->intern, name, ALIKE - i), i);
    }
}

static void given_names_when_another_is_sought_then_none(void **state) {
    struct fixture *f = *state;
    assert_int_equal(intern_find(&f->intern, "a", 1), INTERN_NONE);

    intern_add(&f->intern, "abc", 3);

    assert_int_equal(intern_find(&f->intern, "ab", 2), INTERN_NONE);
    assert_int_equal(intern_find(&f->intern, "abcd", 4), INTERN_NONE);
    assert_int_equal(intern_find(&f->intern, "", 0), INTERN_NONE);
}

static void given_names_that_differ_behind_a_nul_when_added_then_two_ids(void **state) {
    struct fixture *f = *state;

    uint32_t first = intern_add(&f->intern, "a\0b", 3);
    uint32_t second = intern_add(&f->intern, "a\0c", 3);
    uint32_t empty = intern_add(&f->intern, NULL, 0);

    assert_int_equal(first, 0);
    assert_int_equal(second, 1);
    assert_int_equal(empty, 2);
    assert_int_equal(intern_find(&f->intern, "", 0), empty);
    assert_memory_equal(f->intern.names[second], "a\0c", 4);
}

static void given_added_name_when_callers_bytes_change_then_copy_stays(void **state) {
    struct fixture *f = *state;
    char name[] = "topic";
    intern_add(&f->intern, name, 5);

    memset(name, 'x', 5);

    assert_string_equal(f->intern.names[0], "topic");
    assert_int_equal(intern_find(&f->intern, "topic", 5), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_many_names_when_added_then_ids_are_dense_and_found_again, begin, end),
        cmocka_unit_test_setup_teardown(
            given_names_that_begin_alike_when_added_then_each_has_its_own_id, begin, end),
        cmocka_unit_test_setup_teardown(given_names_when_another_is_sought_then_none, begin, end),
        cmocka_unit_test_setup_teardown(
            given_names_that_differ_behind_a_nul_when_added_then_two_ids, begin, end),
        cmocka_unit_test_setup_teardown(given_added_name_when_callers_bytes_change_then_copy_stays,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
