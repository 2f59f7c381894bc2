#include "analysis/run_facts.h"

#include "analysis/cdf.h"
#include "analysis/propagation.h"
#include "analysis/topic_colours.h"
#include "base/bitset.h"
#include "base/check.h"

enum { AT_ONCE = 64 }; // deliveries that are looked at, one after the other

/** A curve being picked from values that pass in ascending order. */
struct picking {
    struct run_curve *curve;
    uint64_t seen;
    uint64_t next; // point
    uint64_t next_rank;
};

static struct picking pick(struct run_curve *curve, uint64_t points_max, struct arena *arena) {
    curve->points = cdf_points(curve->count, points_max);
    curve->values_ns =
        arena_take_array(arena, MEMORY_TABLES, curve->points, sizeof *curve->values_ns);
    return (struct picking){.curve = curve, .next_rank = 1};
}

static inline void pass(struct picking *picking, int64_t value_ns) {
    struct run_curve *curve = picking->curve;
    if (++picking->seen < picking->next_rank) {
        return;
    }
    curve->values_ns[picking->next++] = value_ns;
    picking->next_rank = picking->next < curve->points
                             ? cdf_rank(curve->count, curve->points, picking->next)
                             : UINT64_MAX;
}

/** Sizes the curves of all messages and of topics, whose counts the messages tell. */
static void size_curves(struct run_data *run, const struct topic_colours *colours) {
    run->curve.count = run->expected_delivery_count;
    run->curve.expected = run_data_expected(run);
    for (uint32_t i = 0; i < run->message_count; i++) {
        const struct run_message *message = &run->messages[i];
        if (message->published) {
            struct run_curve *curve =
                &run->topic_curves[topic_colours_place(colours, message->topic)];
            curve->count += message->deliveries;
            curve->expected += message->expected;
        }
    }
}

/** What passes in the order of latencies: all, by topic and by node. */
static void pass_latencies(struct run_data *run, const struct run_index *index,
                           const struct topic_colours *colours, struct arena *scratch) {
    struct statistics_passing all;
    struct picking curve = pick(&run->curve, CDF_POINTS_POOLED, index->arena);
    struct picking topics[TOPIC_COLOURS_MAX + 1];
    for (uint32_t place = 0; place <= colours->count; place++) {
        topics[place] = pick(&run->topic_curves[place], CDF_POINTS_POOLED, index->arena);
    }
    uint32_t *places = arena_take_array(scratch, MEMORY_TABLES, run->topics.count, sizeof *places);
    for (uint32_t topic = 0; topic < run->topics.count; topic++) {
        places[topic] = topic_colours_place(colours, topic);
    }
    struct statistics_passing *nodes =
        arena_take_array(scratch, MEMORY_TABLES, run->node_count, sizeof *nodes);
    for (uint32_t node = 0; node < run->node_count; node++) {
        statistics_begin(&nodes[node], &run->node_latencies[node], index->node_deliveries[node]);
    }
    statistics_begin(&all, &run->latency, run->expected_delivery_count);
    struct delivery_of_latency some[AT_ONCE];
    for (uint32_t count = 0; (count = run_index_some_latencies(index, some, AT_ONCE)) > 0;) {
        for (uint32_t i = 0; i < count; i++) {
            int64_t latency_ns = (int64_t)some[i].latency_ns;
            statistics_pass(&all, latency_ns);
            statistics_pass(&nodes[some[i].node], latency_ns);
            pass(&curve, latency_ns);
            pass(&topics[places[some[i].topic]], latency_ns);
        }
    }
}

/** What passes in the order of messages. */
struct message_walk {
    struct run_data *run;
    struct arena *arena;
    struct cdf_messages lines;
    uint32_t line; // the next of them
    uint32_t message;
    int64_t published_ns; // of the message, as all that follows
    struct statistics_passing latency;
    struct picking curve;
    bool has_line;
    bool has_topic_of_spread;
};

static void begin_message(struct message_walk *walk, uint32_t message) {
    struct run_data *run = walk->run;
    walk->message = message;
    walk->published_ns = run->messages[message].published_ns;
    walk->has_topic_of_spread =
        run->messages[message].topic == run->messages[run->spread.message].topic;
    statistics_begin(&walk->latency, &run->message_latencies[message],
                     run->messages[message].deliveries);
    while (walk->line < walk->lines.count && walk->lines.items[walk->line] < message) {
        walk->line++;
    }
    walk->has_line = walk->line < walk->lines.count && walk->lines.items[walk->line] == message;
    if (walk->has_line) {
        walk->curve = pick(&run->line_curves[walk->line], CDF_POINTS_MESSAGE, walk->arena);
    }
}

static inline void pass_delivery(struct message_walk *walk,
                                 const struct delivery_by_message *delivery) {
    struct run_data *run = walk->run;
    struct run_spread *spread = &run->spread;
    if (walk->message == spread->message) {
        spread->deliveries[spread->count++] = delivery_whole(delivery);
    }
    if (!delivery_is_expected(delivery)) {
        return;
    }
    int64_t latency_ns = delivery->delivered_ns - walk->published_ns;
    statistics_pass(&walk->latency, latency_ns);
    if (walk->has_line) {
        pass(&walk->curve, latency_ns);
    }
    if (walk->has_topic_of_spread) {
        bitset_add(spread->subscribers, delivery->node);
    }
}

static void begin_spread(struct run_data *run, struct arena *arena) {
    struct run_spread *spread = &run->spread;
    spread->message = propagation_choose_message(run);
    if (spread->message == TRACE_NONE) {
        return;
    }
    const struct run_message *message = &run->messages[spread->message];
    spread->deliveries =
        arena_take_array(arena, MEMORY_TABLES, (size_t)message->deliveries + message->unexpected,
                         sizeof *spread->deliveries);
    spread->subscribers = arena_take_array(arena, MEMORY_TABLES, bitset_words(run->node_count),
                                           sizeof *spread->subscribers);
}

static void pass_messages(struct run_data *run, struct arena *arena, struct arena *scratch) {
    struct message_walk walk = {.run = run, .arena = arena, .message = TRACE_NONE};
    walk.lines = cdf_choose_messages(run, scratch);
    run->line_curves =
        arena_take_array(arena, MEMORY_TABLES, walk.lines.count, sizeof *run->line_curves);
    for (uint32_t i = 0; i < walk.lines.count; i++) {
        const struct run_message *message = &run->messages[walk.lines.items[i]];
        run->line_curves[i] =
            (struct run_curve){.count = message->deliveries, .expected = message->expected};
    }
    begin_spread(run, arena);
    const void *items = NULL;
    uint32_t count = 0;
    while (run->spread.message != TRACE_NONE &&
           (count = spill_sort_some(run->deliveries, &items, AT_ONCE)) > 0) {
        const struct delivery_by_message *some = items;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t message = delivery_message(&some[i]);
            if (message != walk.message) {
                begin_message(&walk, message);
            }
            pass_delivery(&walk, &some[i]);
        }
    }
}

bool run_facts_fill(struct run_data *run, const struct run_index *index, struct failure *failure) {
    struct arena *arena = index->arena;
    struct arena *scratch = arena_create(&(struct arena_options){0});
    struct topic_colours colours = topic_colours_of(run, scratch);
    run->hops = hop_table_rows(&index->hops, arena);
    run->topic_curves = arena_take_array(arena, MEMORY_TABLES, (size_t)colours.count + 1,
                                         sizeof *run->topic_curves);
    run->node_latencies =
        arena_take_array(arena, MEMORY_TABLES, run->node_count, sizeof *run->node_latencies);
    run->message_latencies =
        arena_take_array(arena, MEMORY_TABLES, run->message_count, sizeof *run->message_latencies);
    size_curves(run, &colours);
    pass_latencies(run, index, &colours, scratch);
    pass_messages(run, arena, scratch);
    arena_destroy(scratch);
    return spill_sort_ok(index->by_latency, failure) &&
           spill_sort_ok(index->by_long_latency, failure) &&
           spill_sort_ok(run->deliveries, failure);
}
