#include "base/check.h"
#include "base/sort.h"
#include "scenarios/plan_steps.h"

/** Goes along the instants of a series that come before its end and that of the run. */
struct series {
    const struct scenario_publish *publish;
    struct distribution every;
    uint64_t seed;
    uint32_t entry;
    uint32_t passed; // instants so far
    int64_t at_ns;   // the next one
    int64_t end_ns;
};

static void series_begin(struct series *series, struct arena *scratch,
                         const struct scenario *scenario, uint32_t entry) {
    const struct scenario_publish *publish = &scenario->publishes[entry];
    int64_t until_ns = publish->until_ns;
    *series = (struct series){
        .publish = publish,
        .seed = scenario->seed,
        .entry = entry,
        .at_ns = publish->start_ns,
        .end_ns = until_ns < scenario->duration_ns ? until_ns : scenario->duration_ns,
    };
    distribution_init(&series->every, scratch, &publish->every, 0);
}

/** The next instant; false at the end. */
static bool series_next(struct series *series, int64_t *at_ns) {
    if (series->passed >= series->publish->count || series->at_ns >= series->end_ns) {
        return false;
    }
    *at_ns = series->at_ns;
    uint64_t draw = prng_keyed(series->seed, STREAM_SCHEDULE, series->entry, series->passed, 0);
    series->at_ns += distribution_at(&series->every, draw);
    series->passed++;
    return true;
}

/** How many messages of a burst come before the end of the run. */
static uint64_t burst_in_time(const struct scenario *scenario,
                              const struct scenario_publish *publish, int64_t at_ns) {
    if (publish->burst_gap_ns == 0) {
        return publish->burst_count;
    }
    uint64_t fitting = (uint64_t)((scenario->duration_ns - 1 - at_ns) / publish->burst_gap_ns) + 1;
    return fitting < publish->burst_count ? fitting : publish->burst_count;
}

/** Lists the messages of an entry that are written out, or only counts them, without `items`. */
static uint64_t list_rows(const struct scenario *scenario, uint32_t entry,
                          struct sort_item *items) {
    const struct scenario_publish *publish = &scenario->publishes[entry];
    uint64_t count = 0;
    for (uint32_t k = 0; k < publish->count; k++) {
        if (publish->rows[k].at_ns >= scenario->duration_ns) {
            continue;
        }
        if (items != NULL) {
            items[count] = (struct sort_item){.key = (uint64_t)publish->rows[k].at_ns,
                                              .value = (uint64_t)entry << 32 | k};
        }
        count++;
    }
    return count;
}

/** How many messages of an entry come before the end of the run; counts no further than one more
 * than all entries may have. False if they cannot be numbered. */
static bool count_messages(struct arena *scratch, const struct scenario *scenario, uint32_t entry,
                           uint64_t *count) {
    const struct scenario_publish *publish = &scenario->publishes[entry];
    struct series series;
    int64_t at_ns = 0;
    *count = 0;
    if (publish->from == PUBLISHER_ROWS) {
        *count = list_rows(scenario, entry, NULL);
        return true;
    }
    series_begin(&series, scratch, scenario, entry);
    while (*count <= SCENARIO_MESSAGES_MAX && series_next(&series, &at_ns)) {
        *count += publish->publishers * burst_in_time(scenario, publish, at_ns);
    }
    uint64_t each = (uint64_t)publish->publishers * publish->burst_count;
    return each == 0 || series.passed <= UINT32_MAX / each;
}

/** Lists the messages of an entry: when, and the name. */
static uint64_t list_messages(struct arena *scratch, const struct scenario *scenario,
                              uint32_t entry, struct sort_item *items) {
    const struct scenario_publish *publish = &scenario->publishes[entry];
    struct series series;
    int64_t at_ns = 0;
    uint64_t count = 0;
    if (publish->from == PUBLISHER_ROWS) {
        return list_rows(scenario, entry, items);
    }
    series_begin(&series, scratch, scenario, entry);
    while (series_next(&series, &at_ns)) {
        uint64_t fitting = burst_in_time(scenario, publish, at_ns);
        for (uint64_t i = 0; i < publish->publishers * fitting; i++) {
            uint64_t turn = (uint64_t)(series.passed - 1) * publish->publishers + i / fitting;
            uint64_t k = turn * publish->burst_count + i % fitting;
            items[count++] = (struct sort_item){
                .key = (uint64_t)(at_ns + (int64_t)(i % fitting) * publish->burst_gap_ns),
                .value = (uint64_t)entry << 32 | k,
            };
        }
    }
    return count;
}

bool plan_count_messages(struct arena *scratch, const struct scenario *scenario, uint64_t *count,
                         struct failure *failure) {
    *count = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        uint64_t own = 0;
        bool numbered = count_messages(scratch, scenario, i, &own);
        *count += own;
        if (!numbered) {
            failure_bad_input(failure, "publish.%u: more than %u messages in all", i, UINT32_MAX);
            return place_failure(&scenario->publishes[i].place, failure);
        }
        if (*count > SCENARIO_MESSAGES_MAX) {
            failure_bad_input(failure,
                              "publish.%u: more than %u messages in all; allowed: at most that "
                              "many",
                              i, SCENARIO_MESSAGES_MAX);
            return place_failure(&scenario->publishes[i].place, failure);
        }
    }
    return true;
}

/** The times and names of all messages, in order; NULL and a failure for too many. */
static struct sort_item *list_all(struct arena *scratch, const struct scenario *scenario,
                                  uint64_t *count, struct failure *failure) {
    if (!plan_count_messages(scratch, scenario, count, failure)) {
        return NULL;
    }
    struct sort_item *order = arena_take_array(scratch, MEMORY_TABLES, *count, 2 * sizeof *order);
    uint64_t filled = 0;
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        filled += list_messages(scratch, scenario, i, order + filled);
    }
    CHECK(filled == *count);
    sort_by_key(order, order + *count, *count);
    return order;
}

/** What is drawn for the messages of each entry. */
static struct plan_fields *make_fields(struct arena *scratch, const struct scenario *scenario) {
    struct plan_fields *fields =
        arena_take_array(scratch, MEMORY_TABLES, scenario->publish_count, sizeof *fields);
    for (uint32_t i = 0; i < scenario->publish_count; i++) {
        plan_fields_init(&fields[i], scratch, &scenario->publishes[i]);
    }
    return fields;
}

bool plan_list_messages(struct plan *plan, struct arena *arena, const struct scenario *scenario,
                        struct failure *failure) {
    struct arena *scratch = arena_aside(arena);
    uint64_t count = 0;
    const struct sort_item *order = list_all(scratch, scenario, &count, failure);
    const struct plan_fields *fields = make_fields(scratch, scenario);
    if (order != NULL) {
        plan->message_count = (uint32_t)count;
        plan->messages = arena_take_array(arena, MEMORY_MESSAGES, count, sizeof *plan->messages);
    }
    for (uint64_t i = 0; order != NULL && i < count; i++) {
        uint64_t name = order[i].value;
        const struct plan_fields *own = &fields[name >> 32];
        plan->messages[i] = (struct plan_message){
            .at_ns = (int64_t)order[i].key,
            .name = name,
            .origin = PLAN_NODE_NONE,
            .size_bytes = plan_fields_size(own, scenario->seed, name),
            .topic = (uint16_t)plan_fields_topic(own, scenario->seed, name),
        };
    }
    arena_destroy(scratch);
    return order != NULL;
}
