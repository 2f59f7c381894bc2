#include "analysis/ablation.h"
#include "analysis/ablation_output.h"
#include "tests/support/unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 4, LINE_SIZE = 1024 };

static const struct ablation_quirk quirks[] = {
    {.name = "costs", .number = "Q1", .in_all = true},
    {.name = "idle", .number = "Q2", .in_all = true},
    {.name = "elsewhere", .number = "Q3", .in_all = false},
};

struct fixture {
    struct arena *arena;
    struct ablation ablation;
    struct failure failure;
};

/** An ablation whose variants all run the same: delivery 0.90, 0.91, … and everything else as it
 * may be. */
static int set_up(void **state) {
    struct fixture *f = calloc(1, sizeof *f);
    f->arena = arena_create(&(struct arena_options){.limit_bytes = 0});
    f->ablation = (struct ablation){
        .scenario = "example",
        .specification = "spec",
        .all = "old",
        .first_seed = UINT64_MAX - 3,
        .seed_count = SEEDS,
        .quirks = quirks,
        .quirk_count = COUNT_OF(quirks),
    };
    ablation_lay_out(&f->ablation, f->arena);
    for (uint32_t i = 0; i < f->ablation.variant_count; i++) {
        struct ablation_run *runs = ablation_runs(&f->ablation, i);
        for (uint32_t seed = 0; seed < SEEDS; seed++) {
            runs[seed].digest = (struct digest){.high = 1, .low = seed};
            runs[seed].figures[ABLATION_DELIVERY_RATIO] =
                (struct figure_value){true, 0.9 + 0.01 * seed};
            runs[seed].figures[ABLATION_BYTES_SENT] = (struct figure_value){true, 5000 + seed};
        }
    }
    *state = f;
    return 0;
}

static int tear_down(void **state) {
    struct fixture *f = *state;
    arena_destroy(f->arena);
    free(f);
    return 0;
}

static uint32_t variant_of(const struct fixture *f, uint32_t quirk, enum ablation_change change) {
    const struct ablation_variant *variant = ablation_find(&f->ablation, quirk, change);
    assert_non_null(variant);
    return (uint32_t)(variant - f->ablation.variants);
}

/** Lets a variant run otherwise, with other deliveries. */
static void change_runs(struct fixture *f, uint32_t variant, const double *by) {
    struct ablation_run *runs = ablation_runs(&f->ablation, variant);
    for (uint32_t seed = 0; seed < SEEDS; seed++) {
        runs[seed].digest.high = 2 + variant;
        runs[seed].figures[ABLATION_DELIVERY_RATIO].value += by[seed];
    }
}

static const double worse[SEEDS] = {-0.01, -0.02, -0.03, -0.02};
static const double no_change[SEEDS] = {0};

static void given_quirks_when_laid_out_then_a_variant_for_each_that_can_be(void **state) {
    struct fixture *f = *state;

    assert_int_equal(f->ablation.variant_count, 2 + 2 + 2 + 1);
    assert_int_equal(f->ablation.variants[1].base, 0);
    assert_int_equal(f->ablation.variants[variant_of(f, 0, ABLATION_REPAIRED)].base, 1);
    assert_int_equal(f->ablation.variants[variant_of(f, 0, ABLATION_ADDED)].base, 0);
    assert_null(ablation_find(&f->ablation, 2, ABLATION_REPAIRED));
}

static void given_a_quirk_that_costs_when_compared_then_its_difference_to_its_base(void **state) {
    struct fixture *f = *state;
    uint32_t variant = variant_of(f, 0, ABLATION_REPAIRED);
    change_runs(f, 1, worse);
    change_runs(f, variant, no_change);

    assert_true(ablation_compare(&f->ablation, f->arena, &f->failure));

    // Repaired against all quirks: 0.01, 0.02, 0.03, 0.02; s = √(2/3)/100, t₃ = 3.18245.
    const struct paired_difference *found =
        &f->ablation.variants[variant].differences[ABLATION_DELIVERY_RATIO];
    assert_true(fabs(found->sample.mean - 0.02) < 1e-12);
    assert_true(fabs(found->sample.half_width - 3.182446 * sqrt(2.0 / 3) / 200) < 1e-8);
    assert_true(found->clear);
    assert_true(f->ablation.variants[variant].does_something);
}

static void given_the_same_runs_when_compared_then_no_effect_rather_than_zero(void **state) {
    struct fixture *f = *state;
    uint32_t idle = variant_of(f, 1, ABLATION_ADDED);
    uint32_t elsewhere = variant_of(f, 2, ABLATION_ADDED);
    change_runs(f, elsewhere, no_change);

    assert_true(ablation_compare(&f->ablation, f->arena, &f->failure));

    assert_false(f->ablation.variants[idle].does_something);
    assert_true(f->ablation.variants[elsewhere].does_something);
    assert_false(ablation_moves(&f->ablation.variants[elsewhere], ABLATION_DELIVERY_RATIO));
}

static void given_the_same_digest_and_another_figure_when_compared_then_an_effect(void **state) {
    struct fixture *f = *state;
    uint32_t variant = variant_of(f, 1, ABLATION_ADDED);
    ablation_runs(&f->ablation, variant)[2].figures[ABLATION_BYTES_SENT].value = 1;

    assert_true(ablation_compare(&f->ablation, f->arena, &f->failure));

    assert_true(f->ablation.variants[variant].does_something);
    assert_true(ablation_moves(&f->ablation.variants[variant], ABLATION_BYTES_SENT));
}

static void given_one_digest_at_two_seeds_when_compared_then_refused(void **state) {
    struct fixture *f = *state;
    ablation_runs(&f->ablation, 1)[3].digest = ablation_runs(&f->ablation, 1)[1].digest;

    assert_false(ablation_compare(&f->ablation, f->arena, &f->failure));

    assert_int_equal(f->failure.kind, FAILURE_RUNNING);
    assert_non_null(strstr(f->failure.message, "18446744073709551613 and 18446744073709551615"));
}

static void given_an_undefined_figure_when_compared_then_that_seed_is_left_out(void **state) {
    struct fixture *f = *state;
    change_runs(f, 1, worse);
    ablation_runs(&f->ablation, 1)[0].figures[ABLATION_DELIVERY_RATIO].defined = false;

    assert_true(ablation_compare(&f->ablation, f->arena, &f->failure));

    const struct ablation_variant *all = &f->ablation.variants[1];
    assert_int_equal(all->differences[ABLATION_DELIVERY_RATIO].sample.count, 3);
    assert_int_equal(all->differences[ABLATION_LATENCY_P50].sample.count, 0);
    assert_false(ablation_moves(all, ABLATION_LATENCY_P50));
}

static void given_variants_that_do_something_when_compared_then_they_are_the_family(void **state) {
    struct fixture *f = *state;
    change_runs(f, 1, worse);
    change_runs(f, variant_of(f, 0, ABLATION_REPAIRED), worse);

    assert_true(ablation_compare(&f->ablation, f->arena, &f->failure));

    // Three variants differ from their bases (idle repaired is one of them: its base changed), and
    // two figures of each are defined.
    assert_int_equal(f->ablation.family, 3 * 2);
}

static void given_numbers_when_their_digits_are_counted_then_two_of_the_half_width(void **state) {
    (void)state;
    static const struct {
        const char *name;
        double mean;
        double half_width;
        int expected;
    } rows[] = {
        {"tens", 100, 12, 0},
        {"ones", 100, 1.2, 1},
        {"hundredths", 1, 0.012, 3},
        {"ten after rounding", 1, 9.96, 0},
        {"a mean of five digits", 12345, 0.12, 0},
        {"the finest", 0, 1e-9, 5},
        {"no width", 1, 0, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        int found = ablation_decimals(rows[i].mean, rows[i].half_width);

        if (found != rows[i].expected) {
            fail_msg("%s: %d", rows[i].name, found);
        }
    }
}

/** The first line of a file that begins like that. */
static const char *line_of(const char *path, const char *beginning, char line[LINE_SIZE]) {
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    while (fgets(line, LINE_SIZE, file) != NULL &&
           strncmp(line, beginning, strlen(beginning)) != 0) {
    }
    fclose(file);
    return line;
}

static void given_an_ablation_when_written_then_the_numbers_are_in_the_tables(void **state) {
    struct fixture *f = *state;
    char folder[] = "/tmp/gossim-ablation-XXXXXX";
    char path[64];
    char line[LINE_SIZE];
    change_runs(f, 1, worse);
    assert_true(ablation_compare(&f->ablation, f->arena, &f->failure));
    assert_non_null(mkdtemp(folder));

    assert_true(ablation_write_tables(&f->ablation, folder, &f->failure));

    snprintf(path, sizeof path, "%s/tables/runs.tsv", folder);
    assert_string_equal(line_of(path, "old\tnone\tNA\tNA\t18446744073709551614\t", line),
                        "old\tnone\tNA\tNA\t18446744073709551614\t"
                        "00000000000000030000000000000002\t0.89\tNA\tNA\tNA\tNA\t5002\tNA\n");
    assert_int_equal(remove(path), 0);
    snprintf(path, sizeof path, "%s/tables/differences.tsv", folder);
    assert_string_equal(line_of(path, "spec\tadded\tidle\tQ2", line),
                        "spec\tadded\tidle\tQ2\t0\tdelivery_ratio"
                        "\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA\n");
    assert_string_equal(line_of(path, "old\trepaired\tcosts\tQ1\t1\tlatency", line),
                        "old\trepaired\tcosts\tQ1\t1\tlatency_p50_ns"
                        "\t0\tNA\tNA\tNA\tNA\tNA\tNA\tNA\n");
    assert_int_equal(remove(path), 0);
    snprintf(path, sizeof path, "%s/tables", folder);
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(given_quirks_when_laid_out_then_a_variant_for_each_that_can_be),
        TEST(given_a_quirk_that_costs_when_compared_then_its_difference_to_its_base),
        TEST(given_the_same_runs_when_compared_then_no_effect_rather_than_zero),
        TEST(given_the_same_digest_and_another_figure_when_compared_then_an_effect),
        TEST(given_one_digest_at_two_seeds_when_compared_then_refused),
        TEST(given_an_undefined_figure_when_compared_then_that_seed_is_left_out),
        TEST(given_variants_that_do_something_when_compared_then_they_are_the_family),
        TEST(given_numbers_when_their_digits_are_counted_then_two_of_the_half_width),
        TEST(given_an_ablation_when_written_then_the_numbers_are_in_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
