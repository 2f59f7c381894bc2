#include "analysis/stopping.h"

#include "base/check.h"

#include <math.h>

uint32_t stopping_next_look(uint32_t look, uint32_t most) {
    CHECK(look >= 1);
    CHECK(look <= most);
    uint32_t more = look / 4 + (look % 4 > 0 ? 1 : 0);
    return most - look < more ? most : look + more;
}

bool stopping_is_known(const struct figure_value *values, uint32_t count,
                       struct stopping_rule rule) {
    struct sample sample = sample_at(values, count, STOPPING_CONFIDENCE);
    if (sample.count < 2 || sample.same) {
        return sample.same;
    }
    return sample.half_width < (rule.relative ? rule.limit * fabs(sample.mean) : rule.limit);
}
