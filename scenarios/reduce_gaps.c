// Less time: stretches in which nothing is set to happen are made shorter.

#include "base/check.h"
#include "base/quantity.h"
#include "base/sort.h"
#include "scenarios/reduce.h"
#include "scenarios/reduce_map.h"

enum { PER_EVENT = 3, PER_SERIES = 2, PER_CHURN = 2, OTHERS = 2 };

static int64_t later(int64_t a_ns, int64_t b_ns) {
    return a_ns > b_ns ? a_ns : b_ns;
}

/** The last time of the clock that an expectation is about, at most the end of the run; 0: none is
 * about any. What is behind it can be moved; a window that ends with the run moves its end. */
static int64_t last_named_ns(const struct scenario *scenario) {
    const struct scenario_window *measure = &scenario->measure;
    int64_t end_ns = scenario->duration_ns;
    int64_t last_ns = measure->until_ns < end_ns ? measure->until_ns : measure->from_ns;
    for (uint32_t i = 0; i < scenario->expectation_count; i++) {
        const struct scenario_expectation *expectation = &scenario->expectations[i];
        const struct scenario_window *window = &scenario->scopes[expectation->scope].window;
        last_ns = later(last_ns, window->from_ns);
        last_ns = window->until_ns < end_ns ? later(last_ns, window->until_ns) : last_ns;
        if (expectation->deadline == DEADLINE_OF_INSTANT) {
            bool early = expectation->within_ns < end_ns &&
                         expectation->deadline_of_ns < end_ns - expectation->within_ns;
            last_ns = early ? later(last_ns, expectation->deadline_of_ns + expectation->within_ns)
                            : end_ns;
        }
    }
    return last_ns < end_ns ? last_ns : end_ns;
}

/** The last instant of a series whose instants are regular; its first one otherwise. */
static int64_t last_of(const struct scenario_publish *publish) {
    bool regular =
        publish->every.kind == DISTRIBUTION_CONSTANT && publish->count != SCENARIO_COUNT_UNLIMITED;
    return regular ? publish->start_ns + (int64_t)(publish->count - 1) * publish->every.a_ns
                   : publish->start_ns;
}

static bool is_drawn_start(const struct distribution_options *start) {
    return start->kind != DISTRIBUTION_CONSTANT;
}

/** All instants that can be moved at which something is set to happen, ascending and different,
 * from that on that cannot be; the end is the last. Returns how many. */
static uint32_t list_instants(const struct scenario *scenario, struct arena *arena,
                              int64_t **instants) {
    size_t room = (size_t)scenario->event_count * PER_EVENT +
                  (size_t)scenario->publish_count * PER_SERIES +
                  (size_t)scenario->churn_count * PER_CHURN + scenario->group_count + OTHERS;
    int64_t *items = arena_take_array(arena, MEMORY_TABLES, room, sizeof *items);
    int64_t *scratch = arena_take_array(arena, MEMORY_TABLES, room, sizeof *scratch);
    int64_t first_ns = last_named_ns(scenario);
    uint32_t count = 0;
    items[count++] = first_ns;
    items[count++] = scenario->duration_ns;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const struct scenario_event *event = &scenario->events[i];
        int64_t first = event->when == OCCASION_AT ? event->at_ns : event->from_ns;
        items[count++] = first;
        items[count++] = event->when == OCCASION_AT ? first + event->for_ns : event->until_ns;
    }
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        items[count++] = scenario->publishes[i].start_ns;
        items[count++] = last_of(&scenario->publishes[i]);
    }
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        items[count++] = scenario->churns[i].start_ns;
        items[count++] = scenario->churns[i].until_ns;
    }
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct distribution_options *start = &scenario->groups[i].start;
        items[count++] = is_drawn_start(start) ? 0 : start->a_ns;
    }
    sort_i64(items, scratch, count);
    uint32_t left = 0;
    for (uint32_t i = 0; i < count && items[i] <= scenario->duration_ns; i++) {
        bool another = left == 0 || items[i] > items[left - 1];
        if (another && items[i] >= first_ns) {
            items[left++] = items[i];
        }
    }
    *instants = items;
    return left;
}

uint32_t reduce_gap_count(const struct scenario *scenario) {
    struct arena *scratch = arena_create(NULL);
    int64_t *instants = NULL;
    uint32_t count = list_instants(scenario, scratch, &instants);
    arena_destroy(scratch);
    return count - 1;
}

int64_t reduce_gap_ns(const struct scenario *scenario, uint32_t gap) {
    struct arena *scratch = arena_create(NULL);
    int64_t *instants = NULL;
    uint32_t count = list_instants(scenario, scratch, &instants);
    CHECK(gap + 1 < count);
    int64_t size = instants[gap + 1] - instants[gap];
    arena_destroy(scratch);
    return size;
}

/** What comes behind an instant comes sooner. */
struct shift {
    int64_t from_ns;
    int64_t by_ns;
};

static void move(const struct shift *shift, int64_t *at_ns) {
    *at_ns -= *at_ns >= shift->from_ns && *at_ns < SCENARIO_TIME_MAX_NS ? shift->by_ns : 0;
}

static void move_event(const struct shift *shift, struct scenario_event *event) {
    int64_t end = event->at_ns + event->for_ns;
    move(shift, &event->at_ns);
    move(shift, &event->from_ns);
    move(shift, &event->until_ns);
    if (event->when == OCCASION_AT && event->for_ns > 0) {
        move(shift, &end);
        event->for_ns = end - event->at_ns;
    }
}

static void move_series(const struct shift *shift, struct scenario_publish *publish,
                        struct arena *arena) {
    move(shift, &publish->start_ns);
    move(shift, &publish->until_ns);
    if (publish->from == PUBLISHER_ROWS) {
        struct scenario_row *rows = reduce_copy(arena, publish->rows, publish->count, sizeof *rows);
        for (uint32_t i = 0; i < publish->count; i++) {
            move(shift, &rows[i].at_ns);
        }
        publish->rows = rows;
    }
}

static void move_churn(const struct shift *shift, struct scenario_churn *churn,
                       struct arena *arena) {
    move(shift, &churn->start_ns);
    move(shift, &churn->until_ns);
    struct scenario_churn_row *rows =
        reduce_copy(arena, churn->rows, churn->row_count, sizeof *rows);
    for (uint32_t i = 0; i < churn->row_count; i++) {
        move(shift, &rows[i].at_ns);
    }
    churn->rows = churn->rows == NULL ? NULL : rows;
}

static void move_all(const struct shift *shift, struct scenario *scenario, struct arena *arena) {
    struct scenario_event *events =
        reduce_copy(arena, scenario->events, scenario->event_count, sizeof *events);
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        move_event(shift, &events[i]);
    }
    scenario->events = events;
    struct scenario_publish *publishes =
        reduce_copy(arena, scenario->publishes, scenario->publish_count, sizeof *publishes);
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        move_series(shift, &publishes[i], arena);
    }
    scenario->publishes = publishes;
    struct scenario_churn *churns =
        reduce_copy(arena, scenario->churns, scenario->churn_count, sizeof *churns);
    for (uint32_t i = 0; i < scenario->churn_count; i++) {
        move_churn(shift, &churns[i], arena);
    }
    scenario->churns = churns;
    struct scenario_group *groups =
        reduce_copy(arena, scenario->groups, scenario->group_count, sizeof *groups);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        if (!is_drawn_start(&groups[i].start)) {
            move(shift, &groups[i].start.a_ns);
        }
    }
    scenario->groups = groups;
}

const struct scenario *reduce_gap(struct arena *arena, const struct scenario *scenario,
                                  uint32_t gap, int64_t to_ns) {
    int64_t *instants = NULL;
    uint32_t count = list_instants(scenario, arena, &instants);
    CHECK(gap + 1 < count);
    CHECK(to_ns > 0);
    int64_t size = instants[gap + 1] - instants[gap];
    if (to_ns >= size) {
        return NULL;
    }
    struct shift shift = {.from_ns = instants[gap + 1], .by_ns = size - to_ns};
    struct scenario *copy = reduce_copy(arena, scenario, 1, sizeof *copy);
    move_all(&shift, copy, arena);
    copy->duration_ns -= shift.by_ns;
    if (scenario->measure.until_ns >= scenario->duration_ns) {
        copy->measure.until_ns = copy->duration_ns;
    }
    return copy;
}
