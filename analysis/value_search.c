#include "analysis/value_search.h"

#include "base/check.h"

/** Places go from the near end to the far one, where it should hold. */
static uint32_t value_at(const struct value_search *search, uint32_t place) {
    return search->largest ? search->count - 1 - place : place;
}

static enum value_answer answer_at(const struct value_search *search, uint32_t place) {
    return search->answers[value_at(search, place)];
}

void value_search_init(struct value_search *search, struct arena *arena, uint32_t count,
                       bool largest) {
    CHECK(count >= 1);
    *search = (struct value_search){.count = count, .largest = largest};
    search->answers = arena_take_array(arena, MEMORY_TABLES, count, sizeof *search->answers);
}

/** The first place that holds; `count` if none does. */
static uint32_t first_that_holds(const struct value_search *search) {
    uint32_t place = 0;
    while (place < search->count && answer_at(search, place) != VALUE_HOLDS) {
        place++;
    }
    return place;
}

/** The last place before `end` that fails; VALUE_NONE if none does. */
static uint32_t last_that_fails(const struct value_search *search, uint32_t end) {
    while (end > 0) {
        end--;
        if (answer_at(search, end) == VALUE_FAILS) {
            return end;
        }
    }
    return VALUE_NONE;
}

/** The middle of the places before `place` that were not tried; VALUE_NONE if there are none. */
static uint32_t middle_before(const struct value_search *search, uint32_t place) {
    uint32_t first = place;
    while (first > 0 && answer_at(search, first - 1) == VALUE_UNKNOWN) {
        first--;
    }
    return first == place ? VALUE_NONE : first + (place - first) / 2;
}

/** Likewise behind it. */
static uint32_t middle_behind(const struct value_search *search, uint32_t place) {
    uint32_t end = place + 1;
    while (end < search->count && answer_at(search, end) == VALUE_UNKNOWN) {
        end++;
    }
    return end == place + 1 ? VALUE_NONE : place + 1 + (end - place - 1) / 2;
}

static bool is_new(const struct value_search *search, uint32_t place) {
    return place < search->count && answer_at(search, place) == VALUE_UNKNOWN;
}

/** The place to try next. */
static uint32_t next_place(const struct value_search *search) {
    uint32_t last = search->count - 1;
    if (is_new(search, last)) {
        return last;
    }
    if (is_new(search, 0)) {
        return 0;
    }
    if (answer_at(search, last) == VALUE_FAILS) {
        return VALUE_NONE;
    }
    uint32_t holds = first_that_holds(search);
    uint32_t fails = last_that_fails(search, holds);
    uint32_t place = holds < search->count ? middle_before(search, holds) : VALUE_NONE;
    if (place == VALUE_NONE && fails != VALUE_NONE) {
        place = middle_behind(search, fails);
    }
    if (place == VALUE_NONE && holds < search->count && is_new(search, holds + 1)) {
        place = holds + 1;
    }
    if (place == VALUE_NONE && fails != VALUE_NONE && fails > 0 && is_new(search, fails - 1)) {
        place = fails - 1;
    }
    return place;
}

uint32_t value_search_next(const struct value_search *search) {
    uint32_t place = next_place(search);
    return place == VALUE_NONE ? VALUE_NONE : value_at(search, place);
}

uint32_t value_search_tries(uint32_t count) {
    uint32_t halvings = 0;
    while (halvings < 31 && (UINT32_C(1) << halvings) < count) {
        halvings++;
    }
    uint32_t tries = 2 * halvings + 4;
    return tries < count ? tries : count;
}

/** Whether a place holds and a further one fails. */
static void find_contradiction(const struct value_search *search, struct value_result *result) {
    uint32_t holds = first_that_holds(search);
    for (uint32_t place = holds; place < search->count; place++) {
        if (answer_at(search, place) == VALUE_FAILS) {
            result->not_monotone = true;
            result->holds = value_at(search, holds);
            result->yet_fails = value_at(search, place);
            return;
        }
    }
}

struct value_result value_search_result(const struct value_search *search) {
    struct value_result result = {.answer = VALUE_NONE, .known_fails = VALUE_NONE};
    uint32_t holds = first_that_holds(search);
    uint32_t fails = last_that_fails(search, holds);
    result.answer = holds < search->count ? value_at(search, holds) : VALUE_NONE;
    result.known_fails = fails == VALUE_NONE ? VALUE_NONE : value_at(search, fails);
    find_contradiction(search, &result);
    bool far_end_fails = answer_at(search, search->count - 1) == VALUE_FAILS;
    if (holds == search->count) {
        result.outcome = far_end_fails ? VALUE_NOWHERE : VALUE_IN_DOUBT;
    } else if (holds == 0) {
        result.outcome = far_end_fails ? VALUE_CONTRARY : VALUE_ALL;
    } else {
        result.outcome = fails == holds - 1 ? VALUE_FOUND : VALUE_IN_DOUBT;
    }
    return result;
}
