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

void value_search_take(struct value_search *search, uint32_t value, enum value_answer answer) {
    CHECK(search->answers[value] == VALUE_UNKNOWN);
    CHECK(answer != VALUE_UNKNOWN);
    search->answers[value] = answer;
    search->tried++;
}

/** The first place from `place` on that has an answer; `count` if none does. */
static uint32_t first_from(const struct value_search *search, uint32_t place,
                           enum value_answer answer) {
    while (place < search->count && answer_at(search, place) != answer) {
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

/** The boundary that is narrowed. */
struct boundary {
    uint32_t fails; // VALUE_NONE
    uint32_t holds; // `count`: none
};

/** That before the first which holds; where the near end does, the last one instead. */
static struct boundary find_boundary(const struct value_search *search) {
    struct boundary found;
    if (answer_at(search, 0) == VALUE_HOLDS) {
        found.fails = last_that_fails(search, search->count);
        uint32_t behind = found.fails == VALUE_NONE ? 0 : found.fails + 1;
        found.holds = first_from(search, behind, VALUE_HOLDS);
    } else {
        found.holds = first_from(search, 0, VALUE_HOLDS);
        found.fails = last_that_fails(search, found.holds);
    }
    return found;
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

/** A place between ends that enclose no boundary; VALUE_NONE if none is to be tried. */
static uint32_t next_probe(const struct value_search *search) {
    enum { PARTS = 8 }; // a dip of an eighth of the range is found, and few values are all tried
    uint32_t last = search->count - 1;
    enum value_answer near = answer_at(search, 0);
    enum value_answer far = answer_at(search, last);
    bool enclosed =
        near == VALUE_FAILS ? far != VALUE_FAILS : near == VALUE_UNDECIDED && far == VALUE_HOLDS;
    enum value_answer other = near == VALUE_HOLDS ? VALUE_FAILS : VALUE_HOLDS;
    if (enclosed || first_from(search, 0, other) < search->count) {
        return VALUE_NONE;
    }
    for (uint32_t parts = 2; parts <= PARTS; parts *= 2) {
        for (uint32_t part = 1; part < parts; part += 2) {
            uint32_t place = (uint32_t)((uint64_t)last * part / parts);
            if (is_new(search, place)) {
                return place;
            }
        }
    }
    return VALUE_NONE;
}

/** Whether a place holds and a further one fails. */
static bool find_contradiction(const struct value_search *search, struct value_result *result) {
    uint32_t holds = first_from(search, 0, VALUE_HOLDS);
    uint32_t fails = first_from(search, holds, VALUE_FAILS);
    if (fails == search->count) {
        return false;
    }
    result->holds = value_at(search, holds);
    result->yet_fails = value_at(search, fails);
    return true;
}

/** A neighbour of the boundary that would show that it is not the only one. */
static uint32_t next_neighbour(const struct value_search *search, struct boundary found) {
    struct value_result ignored;
    if (find_contradiction(search, &ignored)) {
        return VALUE_NONE;
    }
    if (found.holds > 0 && found.holds < search->count && is_new(search, found.holds + 1)) {
        return found.holds + 1;
    }
    bool fails = found.fails != VALUE_NONE && found.fails > 0 && found.fails < search->count - 1;
    return fails && is_new(search, found.fails - 1) ? found.fails - 1 : VALUE_NONE;
}

/** The place to try next, if there is a try left. */
static uint32_t next_place(const struct value_search *search) {
    uint32_t last = search->count - 1;
    if (search->all) {
        return search->tried < search->count ? search->tried : VALUE_NONE;
    }
    if (is_new(search, last)) {
        return last;
    }
    if (is_new(search, 0)) {
        return 0;
    }
    if (answer_at(search, 0) == VALUE_HOLDS && answer_at(search, last) == VALUE_FAILS) {
        return VALUE_NONE; // the other way about: the answer is the near end whatever is between
    }
    uint32_t place = next_probe(search);
    if (place != VALUE_NONE) {
        return place;
    }
    struct boundary found = find_boundary(search);
    place = found.holds < search->count ? middle_before(search, found.holds) : VALUE_NONE;
    if (place == VALUE_NONE && found.fails != VALUE_NONE) {
        place = middle_behind(search, found.fails);
    }
    return place != VALUE_NONE ? place : next_neighbour(search, found);
}

uint32_t value_search_next(const struct value_search *search) {
    if (search->tried == value_search_tries(search)) {
        return VALUE_NONE;
    }
    uint32_t place = next_place(search);
    return place == VALUE_NONE ? VALUE_NONE : value_at(search, place);
}

uint32_t value_search_tries(const struct value_search *search) {
    uint32_t halvings = 0;
    while (halvings < 31 && (UINT32_C(1) << halvings) < search->count) {
        halvings++;
    }
    // Two ends, what is undecided from both sides, two neighbours. A range that is probed is halved
    // three times less.
    uint32_t tries = 2 * halvings + 4;
    return search->all || tries > search->count ? search->count : tries;
}

static uint32_t value_or_none(const struct value_search *search, uint32_t place) {
    return place < search->count ? value_at(search, place) : VALUE_NONE;
}

struct value_result value_search_result(const struct value_search *search) {
    uint32_t holds = first_from(search, 0, VALUE_HOLDS);
    uint32_t fails = last_that_fails(search, holds);
    struct value_result result = {
        .answer = value_or_none(search, holds),
        .known_fails = value_or_none(search, fails),
        .stopped = value_search_next(search) == VALUE_NONE && next_place(search) != VALUE_NONE,
        .last_fails = VALUE_NONE,
        .holds_again = VALUE_NONE,
    };
    result.not_monotone = find_contradiction(search, &result);
    bool undecided = first_from(search, 0, VALUE_UNDECIDED) < search->count;
    if (holds == 0) {
        struct boundary last = find_boundary(search);
        result.outcome = undecided || last.fails != VALUE_NONE ? VALUE_FIRST : VALUE_ALL;
        result.last_fails = value_or_none(search, last.fails);
        result.holds_again =
            last.fails == VALUE_NONE ? VALUE_NONE : value_or_none(search, last.holds);
    } else if (holds == search->count) {
        result.outcome = undecided ? VALUE_IN_DOUBT : VALUE_NOWHERE;
    } else {
        result.outcome = fails == holds - 1 ? VALUE_FOUND : VALUE_IN_DOUBT;
    }
    return result;
}
