#include "tests/support/unit.h"

#include "router/profile.h"

#include <string.h>

static const struct profile *find(const char *name) {
    return profile_find(name, strlen(name));
}

static void given_every_profile_when_looked_up_by_its_name_then_it_is_found(void **state) {
    (void)state;

    for (size_t i = 0; i < profile_count; i++) {
        assert_ptr_equal(find(profiles[i].name), &profiles[i]);
    }
    assert_non_null(find(PROFILE_DEFAULT));
    assert_null(find("nim"));
    assert_null(find("nim-2020 "));
    assert_null(find(""));
}

static void given_the_specifications_profiles_when_asked_then_they_depart_nowhere(void **state) {
    (void)state;
    static const char *const names[] = {"gossipsub-v1.0", "floodsub"};

    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const struct profile *profile = find(names[i]);
        assert_int_equal(profile_quirks(profile), 0);
        for (size_t row = 0; row < quirk_row_count; row++) {
            assert_false(profile_departs(profile, &quirk_rows[row]));
        }
    }
    assert_int_equal(find("floodsub")->protocol, ROUTER_FLOODSUB);
    assert_int_equal(find("gossipsub-v1.0")->protocol, ROUTER_GOSSIPSUB);
}

static void given_the_2020_profile_when_asked_then_it_departs_as_the_table_says(void **state) {
    (void)state;
    const struct profile *profile = find("nim-2020");

    assert_int_equal(profile->protocol, ROUTER_GOSSIPSUB);
    assert_true(quirk_in(profile_quirks(profile), QUIRK_ECHO));
    assert_false(quirk_in(profile_quirks(profile), QUIRK_METRICS_BUILD));
    for (size_t row = 0; row < quirk_row_count; row++) {
        assert_int_equal(profile_departs(profile, &quirk_rows[row]), quirk_rows[row].in_nim_2020);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_every_profile_when_looked_up_by_its_name_then_it_is_found),
        cmocka_unit_test(given_the_specifications_profiles_when_asked_then_they_depart_nowhere),
        cmocka_unit_test(given_the_2020_profile_when_asked_then_it_departs_as_the_table_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
