#include "analysis/depth.h"
#include "tests/support/unit.h"

#include <math.h>

static void given_nodes_and_degree_when_lower_bound_then_least_hops_that_reach_all(void **state) {
    (void)state;
    static const struct {
        const char *name;
        uint64_t nodes;
        double degree;
        uint32_t hops;
    } rows[] = {
        {"the publisher alone", 1, 6, 0},
        {"the publisher alone, without links", 1, 0, 0},
        {"degree 6 reaches 7 in one hop", 7, 6, 1},
        {"degree 6: 8 need two hops", 8, 6, 2},
        {"degree 6 reaches 37 in two", 37, 6, 2},
        {"degree 6: 38 need three", 38, 6, 3},
        {"degree 6 reaches 187 in three", 187, 6, 3},
        {"degree 6 reaches 937 in four", 937, 6, 4},
        {"degree 6: 938 need five", 938, 6, 5},
        {"degree 6: 1000 need five", 1000, 6, 5},
        {"degree 8: 10000 need five", 10000, 8, 5},
        {"degree 3: 100 need six", 100, 3, 6},
        {"degree 3 reaches 94 in five", 94, 3, 5},
        {"a ring of 10", 10, 2, 5},
        {"a ring of 11", 11, 2, 5},
        {"a ring of 12", 12, 2, 6},
        {"a complete graph", 50, 49, 1},
        {"one link joins two", 2, 1, 1},
        {"single links never reach three", 3, 1, DEPTH_NONE},
        {"no links reach nobody", 2, 0, DEPTH_NONE},
        {"half a link", 2, 0.5, DEPTH_NONE},
        {"a line of 40 has its limit at 40", 40, 2.0 * 39 / 40, DEPTH_NONE},
        {"a line of 3 has its limit at 3", 3, 4.0 / 3, DEPTH_NONE},
        // 1 + 1.9 + 1.71 + 1.539 = 6.149
        {"below degree 2 but enough", 6, 1.9, 3},
        // 1 + 6.13 + 31.4 + 161.3 + 827.6 = 1027
        {"a little above degree 6", 1000, 6.13, 4},
        {"as many as can be counted", UINT64_MAX, 6, 28},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        uint32_t hops = depth_lower_bound(rows[i].nodes, rows[i].degree);

        if (hops != rows[i].hops) {
            fail_msg("%s: %u", rows[i].name, (unsigned)hops);
        }
    }
}

static void given_formula_of_powers_when_lower_bound_then_the_same(void **state) {
    (void)state;

    for (uint64_t nodes = 2; nodes < 3000; nodes += 13) {
        for (int quarters = 9; quarters < 80; quarters += 3) {
            double degree = quarters / 4.0;
            uint32_t hops = depth_lower_bound(nodes, degree);
            double least = 1 + degree * (pow(degree - 1, hops) - 1) / (degree - 2);
            double less = 1 + degree * (pow(degree - 1, hops - 1.0) - 1) / (degree - 2);

            assert_true(least > (double)nodes - 1e-6);
            assert_true(less < (double)nodes + 1e-6);
        }
    }
}

static void given_no_nodes_when_lower_bound_then_a_check_fails(void **state) {
    (void)state;

    expect_assert_failure(depth_lower_bound(0, 6));
    expect_assert_failure(depth_lower_bound(2, -1));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_nodes_and_degree_when_lower_bound_then_least_hops_that_reach_all),
        cmocka_unit_test(given_formula_of_powers_when_lower_bound_then_the_same),
        cmocka_unit_test(given_no_nodes_when_lower_bound_then_a_check_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
