#include "analysis/share_test.h"

#include "base/check.h"

#include <math.h>

/** ln P(k of n trials). */
static double log_chance(uint32_t k, uint32_t n, double share) {
    double choices = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0);
    return choices + k * log(share) + (n - k) * log1p(-share);
}

/**
 * P(0 … k of n trials), or P(k … n) if `upwards`, in parts of e^scale. Goes from k on, so that each
 * term is a product with the last one.
 */
static double chance_from(uint32_t k, uint32_t n, double share, bool upwards, double scale) {
    double odds = share / (1 - share);
    double term = exp(log_chance(k, n, share) - scale);
    double sum = term;
    while (upwards ? k < n : k > 0) {
        term *= upwards ? odds * (n - k) / (k + 1.0) : k / odds / (n - k + 1.0);
        k = upwards ? k + 1 : k - 1;
        sum += term;
    }
    return sum;
}

static void check(uint32_t met, uint32_t count, double share) {
    CHECK(met <= count);
    CHECK(share > 0);
    CHECK(share < 1);
}

double share_worth_above(uint32_t met, uint32_t count, double share) {
    check(met, count, share);
    double scale = log_chance(met, count, share);
    return chance_from(met, count + 1, share, false, scale) / ((count + 1.0) * (1 - share));
}

double share_worth_below(uint32_t met, uint32_t count, double share) {
    check(met, count, share);
    double scale = log_chance(met, count, share);
    return chance_from(met + 1, count + 1, share, true, scale) / ((count + 1.0) * share);
}

static enum share_verdict verdict_of(const struct share_question *question, uint32_t met,
                                     uint32_t count) {
    double wanted = 1 / question->level;
    if (share_worth_above(met, count, question->share) >= wanted) {
        return SHARE_MET;
    }
    bool below = share_worth_below(met, count, question->share) >= wanted;
    return below ? SHARE_MISSED : SHARE_OPEN;
}

enum share_verdict share_decide(const struct share_question *question, const uint8_t *met,
                                uint32_t count, uint32_t *looked) {
    uint32_t sum = 0;
    enum share_verdict verdict = SHARE_OPEN;
    *looked = 0;
    while (*looked < count && verdict == SHARE_OPEN) {
        sum += met[*looked] != 0 ? 1 : 0;
        ++*looked;
        verdict = verdict_of(question, sum, *looked);
    }
    return verdict;
}

uint32_t share_runs_ahead(const struct share_question *question, uint32_t met, uint32_t count,
                          uint32_t most) {
    // Nothing decides sooner than runs that all meet it, or that all do not.
    for (uint32_t more = 1; more < most; more++) {
        if (verdict_of(question, met + more, count + more) != SHARE_OPEN ||
            verdict_of(question, met, count + more) != SHARE_OPEN) {
            return more;
        }
    }
    return most;
}

uint32_t share_least_runs(const struct share_question *question, bool met) {
    // The worth of runs that all go one way grows with each.
    uint32_t enough = 1;
    while (verdict_of(question, met ? enough : 0, enough) == SHARE_OPEN) {
        CHECK(enough < UINT32_C(1) << 30);
        enough *= 2;
    }
    uint32_t few = enough / 2; // too few
    while (enough - few > 1) {
        uint32_t middle = few + (enough - few) / 2;
        bool open = verdict_of(question, met ? middle : 0, middle) == SHARE_OPEN;
        few = open ? middle : few;
        enough = open ? enough : middle;
    }
    return enough;
}
