#include "analysis/tie_effects.h"

#include "base/check.h"

#include <math.h>

static bool moves_nothing(const struct tie_effect *effect, uint32_t order_count) {
    for (uint32_t i = 0; i < order_count; i++) {
        const struct sample *sample = &effect->differences[i].sample;
        if (sample->mean != 0 || sample->deviation != 0) {
            return false;
        }
    }
    return true;
}

/** The same difference at every seed, which is no chance. */
static bool is_constant(const struct sample *sample) {
    return sample->same && sample->mean != 0;
}

static void judge(struct tie_effect *effect, uint32_t order_count) {
    bool clear = false;
    effect->largest = 0;
    for (uint32_t i = 0; i < order_count; i++) {
        double size = fabs(effect->differences[i].sample.mean);
        if (size > fabs(effect->differences[effect->largest].sample.mean)) {
            effect->largest = i;
        }
        clear = clear || effect->differences[i].clear_in_family ||
                is_constant(&effect->differences[i].sample);
    }
    double size = fabs(effect->differences[effect->largest].sample.mean);
    if (moves_nothing(effect, order_count)) {
        effect->verdict = TIE_SAME;
    } else if (!clear) {
        effect->verdict = TIE_UNCLEAR;
    } else {
        effect->verdict = size > effect->between.deviation ? TIE_MORE : TIE_LESS;
    }
}

void tie_effects_work_out(struct tie_effect *effects, uint32_t count, uint32_t order_count,
                          uint32_t seeds) {
    CHECK(order_count <= TIE_ORDERS_MAX);
    struct arena *arena = arena_create(NULL);
    uint32_t tests = count * order_count;
    struct paired_difference *family =
        arena_take_array(arena, MEMORY_TABLES, tests > 0 ? tests : 1, sizeof *family);
    for (uint32_t i = 0; i < count; i++) {
        effects[i].between = sample_of(effects[i].usual, seeds);
        for (uint32_t order = 0; order < order_count; order++) {
            family[i * order_count + order] =
                paired_difference_of(arena, effects[i].others[order], effects[i].usual, seeds);
        }
    }
    paired_holm(arena, family, tests);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t order = 0; order < order_count; order++) {
            effects[i].differences[order] = family[i * order_count + order];
        }
        judge(&effects[i], order_count);
    }
    arena_destroy(arena);
}
