#include "sim/topology_random.h"

#include "base/check.h"
#include "sim/fixed_point.h"
#include "sim/pair_set.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

enum {
    SWAPS_PER_LINK = 64,   // tries after which a pairing is given up; only tiny graphs come near
    MIXES_PER_REPAIR = 16, // swaps of good pairs for each pair that was repaired,
    MIXES_MAX = 100000,    // but no more than this: large graphs have no need of them
    GAP_LEVELS_MAX = 40,   // blocks of up to 2^40 pairs: 1 ppb needs 30
};

/** An empty set in the draft's table for `count` pairs. */
static struct pair_set pair_set_in(const struct topology_draft *draft, uint64_t count) {
    CHECK(count <= draft->link_count);
    CHECK(2 * count <= UINT32_MAX);
    struct pair_set set = {.keys = draft->table, .size = (uint32_t)(2 * count)};
    if (count > 0) {
        memset(set.keys, 0, set.size * sizeof *set.keys);
    }
    return set;
}

static uint64_t pair_count_of(uint32_t node_count) {
    return (uint64_t)node_count * (node_count - 1) / 2;
}

/** Writes every pair that is not in the set, which may be of size 0. */
static void write_absent_pairs(const struct topology_draft *draft, const struct pair_set *set) {
    uint64_t written = 0;
    for (uint32_t a = 0; a < draft->node_count; a++) {
        for (uint32_t b = a + 1; b < draft->node_count; b++) {
            if (set->size > 0 && pair_has(set, pair_key(a, b))) {
                continue;
            }
            CHECK(written < draft->link_count);
            draft->ends[2 * written] = a;
            draft->ends[2 * written + 1] = b;
            written++;
        }
    }
    CHECK(written == draft->link_count);
}

/**
 * Swaps the ends of good pairs drawn at random. Repair favours some graphs, and noticeably so among
 * the few graphs of a handful of nodes; swaps alone would in the end draw all graphs alike.
 */
static void mix_pairs(const struct topology_draft *draft, struct pair_set *set, uint64_t count,
                      uint64_t swaps) {
    uint32_t *ends = draft->ends;
    for (uint64_t i = 0; i < swaps; i++) {
        uint64_t chosen = prng_below_u64(draft->prng, count);
        uint64_t turned = prng_below_u64(draft->prng, 2 * count);
        if (turned / 2 == chosen) {
            continue;
        }
        uint64_t key = pair_key(ends[2 * chosen], ends[2 * chosen + 1]);
        pair_remove(set, key);
        if (!pair_swap_ends(set, &ends[2 * chosen], &ends[turned / 2 * 2], turned % 2)) {
            pair_add(set, key);
        }
    }
}

/** Pairs the ends at random and repairs; false if it did not come to an end in reasonable time. */
static bool try_pairing(const struct topology_draft *draft, struct pair_set *set, uint32_t degree,
                        uint64_t count) {
    uint32_t *ends = draft->ends;
    uint32_t *end = ends;
    for (uint32_t node = 0; node < draft->node_count; node++) {
        for (uint32_t i = 0; i < degree; i++) {
            *end++ = node;
        }
    }
    CHECK(end == ends + 2 * count);
    prng_shuffle_u32(draft->prng, ends, (uint32_t)(2 * count));
    uint64_t paired = pair_part_good(set, ends, count);
    uint64_t good = paired;
    uint64_t tries = SWAPS_PER_LINK * count;
    while (good < count) {
        if (good == 0 || tries == 0) {
            return false;
        }
        tries--;
        uint64_t turned = prng_below_u64(draft->prng, 2 * good);
        if (pair_swap_ends(set, &ends[2 * good], &ends[turned / 2 * 2], turned % 2)) {
            good++;
        }
    }
    uint64_t swaps = MIXES_PER_REPAIR * (count - paired);
    mix_pairs(draft, set, count, swaps < MIXES_MAX ? swaps : MIXES_MAX);
    return true;
}

/** Leaves the links in `ends` and in the set. */
static void draw_sparse_regular(const struct topology_draft *draft, struct pair_set *set,
                                uint32_t degree) {
    CHECK(degree <= (draft->node_count - 1) / 2);
    uint64_t count = (uint64_t)draft->node_count * degree / 2;
    *set = pair_set_in(draft, count);
    while (count > 0 && !try_pairing(draft, set, degree, count)) {
        *set = pair_set_in(draft, count);
    }
}

void topology_draw_regular(const struct topology_draft *draft, uint32_t degree) {
    CHECK(degree < draft->node_count);
    CHECK((uint64_t)draft->node_count * degree == 2 * draft->link_count);
    struct pair_set set = {0};
    uint32_t lacking = draft->node_count - 1 - degree;
    if (degree <= lacking) {
        draw_sparse_regular(draft, &set, degree);
        return;
    }
    draw_sparse_regular(draft, &set, lacking);
    write_absent_pairs(draft, &set);
}

/** Distinct pairs, one draw after the other; into `ends` if that is not NULL. */
static void draw_distinct_pairs(const struct topology_draft *draft, struct pair_set *set,
                                uint64_t count, uint32_t *ends) {
    uint64_t drawn = 0;
    while (drawn < count) {
        uint32_t a = prng_below(draft->prng, draft->node_count);
        uint32_t b = prng_below(draft->prng, draft->node_count);
        if (a == b || !pair_add(set, pair_key(a, b))) {
            continue;
        }
        if (ends != NULL) {
            ends[2 * drawn] = a;
            ends[2 * drawn + 1] = b;
        }
        drawn++;
    }
}

void topology_draw_links(const struct topology_draft *draft) {
    uint64_t pairs = pair_count_of(draft->node_count);
    CHECK(draft->link_count <= pairs);
    uint64_t lacking = pairs - draft->link_count;
    if (draft->link_count <= lacking) {
        struct pair_set set = pair_set_in(draft, draft->link_count);
        draw_distinct_pairs(draft, &set, draft->link_count, draft->ends);
        return;
    }
    struct pair_set set = pair_set_in(draft, lacking);
    draw_distinct_pairs(draft, &set, lacking, NULL);
    write_absent_pairs(draft, &set);
}

/** How far it is from one link to the next. Probabilities are 64-bit fractions of 2^64. */
struct gap_law {
    uint32_t levels;
    uint64_t empty[GAP_LEVELS_MAX + 1]; // a block of 2^k pairs has no link
    uint64_t later[GAP_LEVELS_MAX];     // the first half of 2^(k + 1) has none, but the second has
};

static void gap_law_init(struct gap_law *law, uint32_t probability_ppb) {
    CHECK(probability_ppb > 0);
    CHECK(probability_ppb <= TOPOLOGY_PPB_ONE);
    law->levels = 0;
    law->empty[0] = fixed_ratio(TOPOLOGY_PPB_ONE - probability_ppb, TOPOLOGY_PPB_ONE);
    while (law->empty[law->levels] >> 63 != 0) {
        uint32_t k = law->levels++;
        CHECK(law->levels <= GAP_LEVELS_MAX);
        uint64_t empty = law->empty[k];
        // P(first half empty | not both) = q (1 − q) / (1 − q²) = q / (1 + q), halved above and
        // below to fit.
        law->later[k] = fixed_ratio(empty / 2, (UINT64_C(1) << 63) + empty / 2);
        law->empty[law->levels] = fixed_multiply(empty, empty);
    }
}

/** The number of pairs before the next link, or `limit` if it is that or more. */
static uint64_t draw_gap(const struct gap_law *law, struct prng *prng, uint64_t limit) {
    uint64_t gap = 0;
    while (prng_next(prng) < law->empty[law->levels]) {
        gap += UINT64_C(1) << law->levels;
        if (gap >= limit) {
            return limit;
        }
    }
    for (uint32_t k = law->levels; k-- > 0;) {
        // A sum and no condition, as no predictor learns this one.
        uint64_t later = prng_next(prng) < law->later[k];
        gap += later << k;
    }
    return gap < limit ? gap : limit;
}

uint64_t topology_draw_pairs(const struct topology_draft *draft, uint32_t probability_ppb) {
    if (probability_ppb == 0) {
        return 0;
    }
    struct gap_law law;
    gap_law_init(&law, probability_ppb);
    uint64_t pair_count = pair_count_of(draft->node_count);
    uint64_t links = 0;
    uint32_t a = 0;
    uint64_t row_start = 0; // number of the pair a – a + 1
    uint64_t pair = draw_gap(&law, draft->prng, pair_count);
    while (pair < pair_count && links < draft->link_count) {
        while (pair - row_start >= draft->node_count - 1 - a) {
            row_start += draft->node_count - 1 - a;
            a++;
        }
        CHECK(a < draft->node_count - 1);
        if (draft->ends != NULL) {
            draft->ends[2 * links] = a;
            draft->ends[2 * links + 1] = a + 1 + (uint32_t)(pair - row_start);
        }
        links++;
        pair += 1 + draw_gap(&law, draft->prng, pair_count);
    }
    return links;
}
