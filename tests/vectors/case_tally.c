#include "tests/vectors/case_tally.h"

#include "base/check.h"
#include "tests/vectors/exact_test.h"

#include <stdio.h>
#include <stdlib.h>

enum { TEXT_SIZE = 1024 };

static const double share_limit = 1e-6;
static const double share_limit_doubt = 1e-3;
static const double beyond_limit = 1e-4;

void case_tally_init(struct case_tally *tally, struct arena *arena, struct router_case *of) {
    *tally = (struct case_tally){.of = of};
    pool_init(&tally->pool, arena, MEMORY_TABLES);
    tally->steps = arena_take_array(arena, MEMORY_TABLES, of->step_count, sizeof *tally->steps);
}

void case_tally_add(struct case_tally *tally, uint32_t step, uint32_t field, uint32_t value) {
    CHECK(step < tally->of->step_count);
    struct step_tally *counts = &tally->steps[step];
    for (uint32_t i = 0; i < counts->count; i++) {
        if (counts->items[i].field == field && counts->items[i].value == value) {
            counts->items[i].count++;
            return;
        }
    }
    if (counts->count == counts->capacity) {
        counts->items = pool_grow(&tally->pool, counts->items, &counts->capacity, counts->count + 1,
                                  sizeof *counts->items);
    }
    counts->items[counts->count++] =
        (struct case_count){.field = field, .value = value, .count = 1};
}

/** The values of one field of one step: recorded, or from replays. */
struct values {
    const struct case_count *items;
    uint32_t item_count; // of all fields
    uint32_t field;
    uint32_t otherwise; // the value where the field is not mentioned, or CASE_NONE
    uint32_t size;      // repetitions or replays
};

/** Iterates over the values of the field that occur: `*position` starts at 0. */
static bool next_value(const struct values *values, uint32_t *position, struct case_count *out) {
    uint32_t mentioned = 0;
    for (uint32_t i = 0; i < values->item_count; i++) {
        mentioned += values->items[i].field == values->field ? values->items[i].count : 0;
    }
    for (; *position < values->item_count; ++*position) {
        *out = values->items[*position];
        if (out->field == values->field) {
            bool is_default = out->value == values->otherwise;
            out->count += is_default ? values->size - mentioned : 0;
            ++*position;
            return true;
        }
    }
    // The default, unless it was mentioned too and so has been counted already.
    bool left = *position == values->item_count && mentioned < values->size &&
                values->otherwise != CASE_NONE;
    ++*position;
    for (uint32_t i = 0; left && i < values->item_count; i++) {
        left =
            values->items[i].field != values->field || values->items[i].value != values->otherwise;
    }
    *out = (struct case_count){
        .field = values->field, .value = values->otherwise, .count = values->size - mentioned};
    return left;
}

static uint32_t count_of(const struct values *values, uint32_t value) {
    struct case_count item;
    for (uint32_t position = 0; next_value(values, &position, &item);) {
        if (item.value == value) {
            return item.count;
        }
    }
    return 0;
}

/** One field of one step, recorded and replayed. */
struct comparison {
    const struct router_case *of;
    struct values recorded;
    struct values replayed;
};

static bool is_number(const char *text, int64_t *number) {
    char *end = NULL;
    *number = strtoll(text, &end, 10);
    return end != text && *end == '\0';
}

/** Writes `3 ×40, 4 ×8 of 48`. */
static void describe(const struct router_case *of, const struct values *values, char *out) {
    struct case_count item;
    size_t used = 0;
    out[0] = '\0';
    for (uint32_t position = 0; next_value(values, &position, &item) && used < TEXT_SIZE;) {
        used += (size_t)snprintf(out + used, TEXT_SIZE - used, "%s%s ×%u", used == 0 ? "" : ", ",
                                 of->values.names[item.value], item.count);
    }
    if (used == 0) {
        snprintf(out, TEXT_SIZE, "nothing");
    } else if (used < TEXT_SIZE) {
        snprintf(out + used, TEXT_SIZE - used, " of %u", values->size);
    }
}

/** Whether the field had one value only. */
static bool is_constant(const struct values *values, uint32_t *value) {
    struct case_count item;
    uint32_t position = 0;
    if (!next_value(values, &position, &item) || item.count != values->size) {
        return false;
    }
    *value = item.value;
    return true;
}

/** The values that rule 1 allows. */
struct extremes {
    const struct router_case *of;
    int64_t lowest;
    int64_t highest;
    uint32_t constant; // the only value, or CASE_NONE
    bool are_numbers;
};

static struct extremes extremes_of(const struct comparison *comparison) {
    struct extremes extremes = {.of = comparison->of,
                                .lowest = INT64_MAX,
                                .highest = INT64_MIN,
                                .constant = CASE_NONE,
                                .are_numbers = true};
    struct case_count item;
    is_constant(&comparison->recorded, &extremes.constant);
    for (uint32_t position = 0; next_value(&comparison->recorded, &position, &item);) {
        int64_t number = 0;
        if (!is_number(extremes.of->values.names[item.value], &number)) {
            extremes.are_numbers = false;
            return extremes;
        }
        extremes.lowest = number < extremes.lowest ? number : extremes.lowest;
        extremes.highest = number > extremes.highest ? number : extremes.highest;
    }
    return extremes;
}

static bool is_within(const struct extremes *extremes, uint32_t value) {
    int64_t number = 0;
    if (extremes->constant != CASE_NONE) {
        return value == extremes->constant;
    }
    if (!extremes->are_numbers) {
        return true;
    }
    return is_number(extremes->of->values.names[value], &number) && number >= extremes->lowest &&
           number <= extremes->highest;
}

/** Rule 1. */
static bool keeps_extremes(const struct comparison *comparison, enum tally_rule rule) {
    const struct extremes extremes = extremes_of(comparison);
    struct case_count item;
    uint32_t beyond = 0;
    for (uint32_t position = 0; next_value(&comparison->replayed, &position, &item);) {
        beyond += is_within(&extremes, item.value) ? 0 : item.count;
    }
    if (beyond == 0 || rule == TALLY_DOUBT) {
        return beyond == 0;
    }
    struct exact_sample none = {0, comparison->recorded.size};
    struct exact_sample some = {beyond, comparison->replayed.size};
    return exact_test(none, some) >= beyond_limit;
}

/** Rules 2 and 3 for one value. */
static bool shares_agree(const struct comparison *comparison, enum tally_rule rule,
                         uint32_t value) {
    const struct values *all = &comparison->replayed;
    struct exact_sample recorded = {count_of(&comparison->recorded, value),
                                    comparison->recorded.size};
    struct exact_sample replayed = {count_of(all, value), all->size};
    if (recorded.count >= TALLY_PRESENT && replayed.count == 0) {
        return false;
    }
    double limit = rule == TALLY_DOUBT ? share_limit_doubt : share_limit;
    return exact_test(recorded, replayed) >= limit;
}

static bool distributions_agree(const struct comparison *comparison, enum tally_rule rule) {
    struct case_count item;
    uint32_t mentioned = 0;
    for (uint32_t position = 0; next_value(&comparison->recorded, &position, &item);) {
        if (!shares_agree(comparison, rule, item.value)) {
            return false;
        }
    }
    for (uint32_t position = 0; next_value(&comparison->replayed, &position, &item);) {
        if (!shares_agree(comparison, rule, item.value)) {
            return false;
        }
        mentioned += item.count;
    }
    return mentioned == comparison->replayed.size;
}

static struct values recorded_values(const struct router_case *of, uint32_t step, uint32_t field,
                                     uint32_t otherwise) {
    return (struct values){.items = of->steps[step].expect,
                           .item_count = of->steps[step].expect_count,
                           .field = field,
                           .otherwise = otherwise,
                           .size = of->repetitions};
}

/** Compares one field; true if it disagrees. */
static bool field_disagrees(const struct case_tally *tally, enum tally_rule rule, uint32_t step,
                            uint32_t field, struct vector_report *report) {
    const struct router_case *of = tally->of;
    uint32_t otherwise = router_case_default(tally->of, field);
    const struct comparison comparison = {.of = of,
                                          .recorded = recorded_values(of, step, field, otherwise),
                                          .replayed = {.items = tally->steps[step].items,
                                                       .item_count = tally->steps[step].count,
                                                       .field = field,
                                                       .otherwise = otherwise,
                                                       .size = tally->runs}};
    struct case_count item;
    uint32_t position = 0;
    bool was_recorded = next_value(&comparison.recorded, &position, &item);
    if (was_recorded && keeps_extremes(&comparison, rule) &&
        distributions_agree(&comparison, rule)) {
        return false;
    }
    if (report != NULL) {
        char expected[TEXT_SIZE];
        char got[TEXT_SIZE];
        describe(of, &comparison.recorded, expected);
        describe(of, &comparison.replayed, got);
        report_disagree(report, (int)step, of->fields.names[field], expected, got);
    }
    return true;
}

/** Whether one of the counts is of the field. */
static bool mentions(const struct case_count *items, uint32_t count, uint32_t field) {
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].field == field) {
            return true;
        }
    }
    return false;
}

uint32_t case_tally_compare(const struct case_tally *tally, enum tally_rule rule,
                            struct vector_report *report) {
    uint32_t disagreements = 0;
    for (uint32_t step = 0; step < tally->of->step_count; step++) {
        const struct case_step *recorded = &tally->of->steps[step];
        const struct step_tally *replayed = &tally->steps[step];
        for (uint32_t i = 0; i < recorded->expect_count; i++) {
            uint32_t field = recorded->expect[i].field;
            disagreements += !mentions(recorded->expect, i, field) &&
                             field_disagrees(tally, rule, step, field, report);
        }
        for (uint32_t i = 0; i < replayed->count; i++) {
            uint32_t field = replayed->items[i].field;
            disagreements += !mentions(recorded->expect, recorded->expect_count, field) &&
                             !mentions(replayed->items, i, field) &&
                             field_disagrees(tally, rule, step, field, report);
        }
    }
    return disagreements;
}
