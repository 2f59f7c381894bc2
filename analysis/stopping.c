#include "analysis/stopping.h"

#include "base/check.h"

#include <math.h>

uint32_t stopping_next_look(uint32_t look, uint32_t most) {
    CHECK(look >= 1);
    CHECK(look <= most);
    uint32_t more = look / 4 + (look % 4 > 0 ? 1 : 0);
    return most - look < more ? most : look + more;
}

double stopping_others_share(uint32_t count) {
    CHECK(count >= 1);
    return 1 - pow(STOPPING_MISS, 1.0 / count);
}

/** Whether values that are all the same are so many that others hardly move the mean. */
static bool are_enough(const struct sample *sample, struct stopping_rule rule) {
    bool bounded = rule.largest > 0;
    double others = stopping_others_share(sample->count);
    double size = fabs(sample->mean);
    double unbounded_reach = size > 0 ? size : 1;
    double reach = bounded ? fmax(size, rule.largest - size) : unbounded_reach;
    double scale = size > 0 ? size : reach;
    double limit = rule.relative ? rule.limit * scale : rule.limit;
    return (bounded || others < STOPPING_RARE) && others * reach < limit;
}

bool stopping_is_known(const struct figure_value *values, uint32_t count,
                       struct stopping_rule rule) {
    struct sample sample = sample_at(values, count, STOPPING_CONFIDENCE);
    if (sample.count < 2) {
        return false;
    }
    if (sample.same) {
        return are_enough(&sample, rule);
    }
    return sample.half_width < (rule.relative ? rule.limit * fabs(sample.mean) : rule.limit);
}
