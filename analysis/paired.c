#include "analysis/paired.h"

#include "analysis/student.h"
#include "base/check.h"
#include "base/sort.h"

#include <math.h>
#include <string.h>

static const double usual_level = 0.05;
// What rounding leaves of differences that are the same, in parts of the values.
static const double rounding = 1e-12;

static double largest(const struct figure_value *values, uint32_t count) {
    double size = 0;
    for (uint32_t i = 0; i < count; i++) {
        double of_value = values[i].defined ? fabs(values[i].value) : 0;
        size = of_value > size ? of_value : size;
    }
    return size;
}

/** The sample of values that came about by adding and subtracting ones as large as `size`. */
static struct sample sample_made_of(const struct figure_value *values, uint32_t count, double size,
                                    double confidence) {
    struct sample sample = {0};
    double sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sample.count += values[i].defined ? 1 : 0;
        sum += values[i].defined ? values[i].value : 0;
    }
    if (sample.count == 0) {
        return sample;
    }
    sample.mean = sum / sample.count;
    double squares = 0;
    for (uint32_t i = 0; i < count; i++) {
        double from_mean = values[i].defined ? values[i].value - sample.mean : 0;
        squares += from_mean * from_mean;
    }
    if (sample.count >= 2) {
        uint32_t degrees = sample.count - 1;
        double deviation = sqrt(squares / degrees);
        sample.same = deviation <= rounding * size;
        sample.deviation = sample.same ? 0 : deviation;
        sample.half_width =
            student_quantile(confidence, degrees) * sample.deviation / sqrt((double)sample.count);
    }
    return sample;
}

struct sample sample_of(const struct figure_value *values, uint32_t count) {
    return sample_at(values, count, 1 - usual_level);
}

struct sample sample_at(const struct figure_value *values, uint32_t count, double confidence) {
    return sample_made_of(values, count, largest(values, count), confidence);
}

/** The chance of a mean this far from zero if there is no difference, in either direction. */
static double p_value_of(const struct sample *sample, double size) {
    if (sample->count < 2 || (sample->same && fabs(sample->mean) <= rounding * size)) {
        return 1;
    }
    if (sample->same) {
        return ldexp(2, -(int)sample->count);
    }
    double t = fabs(sample->mean) / (sample->deviation / sqrt((double)sample->count));
    return 1 - student_within(t, sample->count - 1);
}

struct paired_difference paired_difference_of(struct arena *arena,
                                              const struct figure_value *changed,
                                              const struct figure_value *base, uint32_t count) {
    struct figure_value *differences =
        arena_take_array(arena, MEMORY_TABLES, count, sizeof *differences);
    for (uint32_t i = 0; i < count; i++) {
        differences[i].defined = changed[i].defined && base[i].defined;
        differences[i].value = differences[i].defined ? changed[i].value - base[i].value : 0;
    }
    double of_changed = largest(changed, count);
    double of_base = largest(base, count);
    double size = of_changed > of_base ? of_changed : of_base;
    struct paired_difference difference = {
        .sample = sample_made_of(differences, count, size, 1 - usual_level)};
    difference.p_value = p_value_of(&difference.sample, size);
    if (difference.sample.same && difference.p_value >= 1) {
        difference.sample.mean = 0; // what rounding left of it
    }
    difference.has_interval = sample_has_interval(&difference.sample);
    difference.clear = difference.p_value <= usual_level;
    return difference;
}

/** A key that sorts as the number does, which is not negative. */
static uint64_t key_of(double number) {
    uint64_t key = 0;
    _Static_assert(sizeof key == sizeof number, "a double has 64 bits");
    memcpy(&key, &number, sizeof key);
    return key;
}

uint32_t paired_holm(struct arena *arena, struct paired_difference *differences, uint32_t count) {
    return paired_holm_at(arena, differences, count, usual_level);
}

uint32_t paired_holm_at(struct arena *arena, struct paired_difference *differences, uint32_t count,
                        double level) {
    struct sort_item *items = arena_take_array(arena, MEMORY_TABLES, count, sizeof *items);
    struct sort_item *scratch = arena_take_array(arena, MEMORY_TABLES, count, sizeof *scratch);
    uint32_t family = 0;
    for (uint32_t i = 0; i < count; i++) {
        CHECK(differences[i].p_value >= 0);
        differences[i].clear_in_family = false;
        if (differences[i].sample.count >= 2) {
            items[family++] = (struct sort_item){key_of(differences[i].p_value), i};
        }
    }
    sort_by_key(items, scratch, family);
    bool clear = true;
    for (uint32_t rank = 0; rank < family; rank++) {
        struct paired_difference *difference = &differences[items[rank].value];
        clear = clear && difference->p_value <= level / (family - rank);
        difference->clear_in_family = clear;
    }
    return family;
}
