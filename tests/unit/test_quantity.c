#include "tests/support/unit.h"

#include "base/prng.h"
#include "base/quantity.h"

#include <string.h>

enum { RANDOM_ROUNDS = 20000 };

/** The four quantities behind one face, all as unsigned 64-bit values. */
enum quantity { DURATION, SIZE, RATE, SHARE };

static bool read_quantity(enum quantity quantity, const char *text, uint64_t *value,
                          const char **why) {
    int64_t ns = 0;
    uint32_t ppb = 0;
    bool read = false;
    switch (quantity) {
    case DURATION:
        read = quantity_read_duration(text, strlen(text), &ns, why);
        *value = (uint64_t)ns;
        return read;
    case SIZE:
        return quantity_read_size(text, strlen(text), value, why);
    case RATE:
        return quantity_read_rate(text, strlen(text), value, why);
    case SHARE:
        break;
    }
    read = quantity_read_share(text, strlen(text), &ppb, why);
    *value = ppb;
    return read;
}

static const char *write_quantity(enum quantity quantity, uint64_t value, char *out) {
    switch (quantity) {
    case DURATION:
        return quantity_write_duration((int64_t)value, out);
    case SIZE:
        return quantity_write_size(value, out);
    case RATE:
        return quantity_write_rate(value, out);
    case SHARE:
        break;
    }
    return quantity_write_share((uint32_t)value, out);
}

static void given_text_in_any_unit_when_read_then_value_is_exact(void **state) {
    (void)state;
    static const struct {
        enum quantity quantity;
        const char *text;
        uint64_t value;
    } rows[] = {
        {DURATION, "0s", 0},
        {DURATION, "0ns", 0},
        {DURATION, "1ns", 1},
        {DURATION, "2us", 2000},
        {DURATION, "100ms", 100000000},
        {DURATION, "1.5s", 1500000000},
        {DURATION, "0.000000001s", 1},
        {DURATION, "1.50000000000000000000000000s", 1500000000},
        {DURATION, "1m", UINT64_C(60000000000)},
        {DURATION, "0.5h", UINT64_C(1800000000000)},
        {DURATION, "0.0000000000025h", 9},
        {DURATION, "007s", UINT64_C(7000000000)},
        {DURATION, "9223372036.854775807s", INT64_MAX},
        {DURATION, "9223372036854775807ns", INT64_MAX},
        {SIZE, "0B", 0},
        {SIZE, "1KiB", 1024},
        {SIZE, "1.5KiB", 1536},
        {SIZE, "0.0009765625KiB", 1},
        {SIZE, "1MiB", 1048576},
        {SIZE, "0.00000095367431640625MiB", 1},
        {SIZE, "1kB", 1000},
        {SIZE, "2.5MB", 2500000},
        {SIZE, "18446744073709551615B", UINT64_MAX},
        {RATE, "1bit/s", 1},
        {RATE, "56kbit/s", 56000},
        {RATE, "1.5Mbit/s", 1500000},
        {RATE, "10Gbit/s", UINT64_C(10000000000)},
        {SHARE, "0", 0},
        {SHARE, "1", SHARE_ONE},
        {SHARE, "0.01", 10000000},
        {SHARE, "0.000000001", 1},
        {SHARE, "1%", 10000000},
        {SHARE, "0.5%", 5000000},
        {SHARE, "0.0000001%", 1},
        {SHARE, "100%", SHARE_ONE},
        {SHARE, "1.000000000000", SHARE_ONE},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint64_t value = 0;
        const char *why = "";
        bool read = read_quantity(rows[i].quantity, rows[i].text, &value, &why);

        if (!read || value != rows[i].value) {
            fail_msg("'%s' gave %llu (%s)", rows[i].text, (unsigned long long)value, why);
        }
    }
}

static void given_instants_when_written_then_seconds_as_exact_as_needed(void **state) {
    (void)state;
    static const struct {
        int64_t ns;
        const char *text;
    } rows[] = {
        {0, "0.000 s"},
        {1, "0.000000001 s"},
        {20 * NS_PER_MS, "0.020 s"},
        {5 * NS_PER_S, "5.000 s"},
        {1500 * NS_PER_US, "0.001500 s"},
        {INT64_C(1102064331), "1.102064331 s"},
        {INT64_MAX, "9223372036.854775807 s"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char text[QUANTITY_TEXT_SIZE];
        assert_string_equal(quantity_write_instant(rows[i].ns, text), rows[i].text);
    }
}

#define DURATION_FORM "a duration is one number with a unit: ns, us, ms, s, m or h"
#define SIZE_FORM "a size is a number with a unit: B, KiB, MiB, kB or MB"
#define RATE_FORM "a rate is a number with a unit: bit/s, kbit/s, Mbit/s or Gbit/s"
#define SHARE_FORM "a share is a number from 0 to 1, such as 0.01, or from 0% to 100%"

static const struct {
    enum quantity quantity;
    const char *text;
    const char *why;
} refused[] = {
    {DURATION, "", DURATION_FORM},
    {DURATION, "0", DURATION_FORM},
    {DURATION, "5", DURATION_FORM},
    {DURATION, "s", DURATION_FORM},
    {DURATION, ".5s", DURATION_FORM},
    {DURATION, "5.s", DURATION_FORM},
    {DURATION, ".", DURATION_FORM},
    {DURATION, "1.2.3s", DURATION_FORM},
    {DURATION, "+1s", DURATION_FORM},
    {DURATION, "--1s", DURATION_FORM},
    {DURATION, "-", DURATION_FORM},
    {DURATION, "-inf", DURATION_FORM},
    {DURATION, "nan", DURATION_FORM},
    {DURATION, "inf", DURATION_FORM},
    {DURATION, "0x10s", DURATION_FORM},
    {DURATION, "1e3s", DURATION_FORM},
    {DURATION, "1 s", DURATION_FORM},
    {DURATION, " 1s", DURATION_FORM},
    {DURATION, "1s ", DURATION_FORM},
    {DURATION, "1S", DURATION_FORM},
    {DURATION, "1sec", DURATION_FORM},
    {DURATION, "1,5s", DURATION_FORM},
    {DURATION, "1KiB", DURATION_FORM},
    {DURATION, "-1s", "a duration cannot be negative"},
    {DURATION, "-0s", "a duration cannot be negative"},
    {DURATION, "0.5ns", "a duration is a whole number of nanoseconds"},
    {DURATION, "0.00000000000125h", "a duration is a whole number of nanoseconds"},
    {DURATION, "9223372036854775808ns", "a duration is at most 9223372036s (292 years)"},
    {DURATION, "9223372036.854775808s", "a duration is at most 9223372036s (292 years)"},
    {DURATION, "2562048h", "a duration is at most 9223372036s (292 years)"},
    {DURATION, "99999999999999999999999s", "a duration is at most 9223372036s (292 years)"},
    {SIZE, "", SIZE_FORM},
    {SIZE, "0", SIZE_FORM},
    {SIZE, "1024", SIZE_FORM},
    {SIZE, "-1B", SIZE_FORM},
    {SIZE, "1KB", SIZE_FORM},
    {SIZE, "1kib", SIZE_FORM},
    {SIZE, "0.5B", "a size is a whole number of bytes"},
    {SIZE, "0.3KiB", "a size is a whole number of bytes"},
    {SIZE, "18446744073709551616B", "a size is less than 17592186044416MiB"},
    {SIZE, "17592186044416MiB", "a size is less than 17592186044416MiB"},
    {RATE, "1", RATE_FORM},
    {RATE, "1bit", RATE_FORM},
    {RATE, "1MB/s", RATE_FORM},
    {RATE, "0.5bit/s", "a rate is a whole number of bits per second"},
    {RATE, "18446744074Gbit/s", "a rate is at most 18446744073Gbit/s"},
    {SHARE, "", SHARE_FORM},
    {SHARE, "-0.1", SHARE_FORM},
    {SHARE, "1.000000001", SHARE_FORM},
    {SHARE, "2", SHARE_FORM},
    {SHARE, "100.1%", SHARE_FORM},
    {SHARE, "%", SHARE_FORM},
    {SHARE, "1 %", SHARE_FORM},
    {SHARE, "1e-2", SHARE_FORM},
    {SHARE, ".5", SHARE_FORM},
    {SHARE, "0.0000000001",
     "a share is a whole number of parts per billion: 9 decimals, or 7 before a %"},
};

static void given_text_that_is_no_quantity_when_read_then_says_what_is_allowed(void **state) {
    (void)state;

    for (size_t i = 0; i < COUNT_OF(refused); i++) {
        uint64_t value = 0;
        const char *why = "nothing";
        bool read = read_quantity(refused[i].quantity, refused[i].text, &value, &why);

        if (read || strcmp(why, refused[i].why) != 0) {
            fail_msg("'%s' was %s: %s", refused[i].text, read ? "read" : "refused", why);
        }
    }
}

static void given_text_followed_by_more_when_read_by_size_then_only_the_text_counts(void **state) {
    (void)state;
    int64_t ns = 0;
    const char *why = NULL;

    bool read = quantity_read_duration("15ms and more", 4, &ns, &why);

    assert_true(read);
    assert_int_equal(ns, 15 * NS_PER_MS);
}

static void given_value_when_written_then_text_is_canonical(void **state) {
    (void)state;
    static const struct {
        enum quantity quantity;
        uint64_t value;
        const char *text;
    } rows[] = {
        {DURATION, 0, "0s"},
        {DURATION, 1, "1ns"},
        {DURATION, 1500, "1500ns"},
        {DURATION, 100000000, "100ms"},
        {DURATION, 1500000000, "1500ms"},
        {DURATION, UINT64_C(60000000000), "60s"},
        {DURATION, UINT64_C(3600000000000), "3600s"},
        {DURATION, INT64_MAX, "9223372036854775807ns"},
        {DURATION, (uint64_t)INT64_MIN, "-9223372036854775808ns"},
        {DURATION, (uint64_t)-1500000, "-1500us"},
        {SIZE, 0, "0B"},
        {SIZE, 1, "1B"},
        {SIZE, 1000, "1kB"},
        {SIZE, 1024, "1KiB"},
        {SIZE, 1536, "1536B"},
        {SIZE, 1000000, "1MB"},
        {SIZE, 1024000, "1000KiB"},
        {SIZE, 1048576, "1MiB"},
        {SIZE, UINT64_MAX, "18446744073709551615B"},
        {RATE, 0, "0bit/s"},
        {RATE, 1, "1bit/s"},
        {RATE, 56000, "56kbit/s"},
        {RATE, 1500000, "1500kbit/s"},
        {RATE, UINT64_C(10000000000), "10Gbit/s"},
        {SHARE, 0, "0%"},
        {SHARE, 1, "0.0000001%"},
        {SHARE, 5000000, "0.5%"},
        {SHARE, 10000000, "1%"},
        {SHARE, 10500000, "1.05%"},
        {SHARE, 999999999, "99.9999999%"},
        {SHARE, SHARE_ONE, "100%"},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[QUANTITY_TEXT_SIZE];
        const char *text = write_quantity(rows[i].quantity, rows[i].value, out);

        if (strcmp(text, rows[i].text) != 0) {
            fail_msg("wrote '%s' in place of '%s'", text, rows[i].text);
        }
    }
}

static void given_random_values_when_written_and_read_then_nothing_changes(void **state) {
    (void)state;
    static const uint64_t limits[] = {
        [DURATION] = INT64_MAX, [SIZE] = UINT64_MAX, [RATE] = UINT64_MAX, [SHARE] = SHARE_ONE};
    static const uint64_t multiples[] = {1, 1000, 1024, 1000000, 1048576, 1000000000};
    struct prng prng = prng_stream(7, STREAM_WORKLOAD, 0);

    for (uint32_t i = 0; i < RANDOM_ROUNDS; i++) {
        enum quantity quantity = (enum quantity)(i % COUNT_OF(limits));
        uint64_t multiple = multiples[prng_below(&prng, COUNT_OF(multiples))];
        uint64_t most = limits[quantity] / multiple >> prng_below(&prng, 20);
        uint64_t value = prng_below_u64(&prng, most + (most < UINT64_MAX)) * multiple;
        char out[QUANTITY_TEXT_SIZE];
        uint64_t back = 0;
        const char *why = "";
        bool read = read_quantity(quantity, write_quantity(quantity, value, out), &back, &why);

        if (!read || back != value) {
            fail_msg("'%s' read back as %llu (%s)", out, (unsigned long long)back, why);
        }
    }
}

static void given_share_above_one_when_written_then_check_fails(void **state) {
    (void)state;
    char out[QUANTITY_TEXT_SIZE];

    expect_assert_failure(quantity_write_share(SHARE_ONE + 1, out));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_text_in_any_unit_when_read_then_value_is_exact),
        cmocka_unit_test(given_instants_when_written_then_seconds_as_exact_as_needed),
        cmocka_unit_test(given_text_that_is_no_quantity_when_read_then_says_what_is_allowed),
        cmocka_unit_test(given_text_followed_by_more_when_read_by_size_then_only_the_text_counts),
        cmocka_unit_test(given_value_when_written_then_text_is_canonical),
        cmocka_unit_test(given_random_values_when_written_and_read_then_nothing_changes),
        cmocka_unit_test(given_share_above_one_when_written_then_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
