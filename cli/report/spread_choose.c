#include "cli/report/spread.h"

#include "base/sort.h"

#include <inttypes.h>
#include <stdlib.h>

static bool can_show(const struct run_data *run, uint32_t number) {
    return run->messages[number].published && !run->messages[number].left_out;
}

/** About what a message takes on the page, in base64. */
static uint64_t estimate(const struct run_data *run, uint32_t number) {
    enum { FIXED = 512, DELIVERY = 13, COPY = 12, FULL_NODE = 40, PLACE = 4 };
    const struct run_message *message = &run->messages[number];
    uint64_t bytes = FIXED + ((uint64_t)message->deliveries + message->unexpected) * DELIVERY +
                     (uint64_t)run->node_count * PLACE;
    if (run->level == TRACE_LEVEL_FULL) {
        uint64_t copies = message->duplicates == RUN_DATA_UNKNOWN ? 0 : message->duplicates;
        bytes += copies * COPY + (uint64_t)run->node_count * FULL_NODE;
    }
    return bytes / 3 * 4;
}

/** The message that comes first by a number: the least delivered one, the slowest one. */
static uint32_t extreme(const struct run_data *run, bool slowest) {
    uint32_t found = TRACE_NONE;
    double least = 0;
    for (uint32_t i = 0; i < run->message_count; i++) {
        const struct run_message *message = &run->messages[i];
        if (!can_show(run, i) || message->expected == 0) {
            continue;
        }
        double worth = slowest ? -(double)run->message_latencies[i].max
                               : (double)message->deliveries / message->expected;
        if (found == TRACE_NONE || worth < least) {
            found = i;
            least = worth;
        }
    }
    return found;
}

/** A choice being made. */
struct choice {
    struct spread *spread;
    struct report *report;
    uint8_t *taken; // [messages]
    uint64_t room;
};

static bool take(struct choice *choice, uint32_t number) {
    struct spread *spread = choice->spread;
    uint64_t bytes = number == TRACE_NONE ? UINT64_MAX : estimate(spread->run, number);
    if (number == TRACE_NONE || choice->taken[number] || bytes > choice->room ||
        spread->count == SPREAD_MESSAGES_MAX) {
        return false;
    }
    choice->taken[number] = true;
    choice->room -= bytes;
    spread->messages[spread->count++] = (struct spread_message){
        .number = number, .published_ns = spread->run->messages[number].published_ns};
    return true;
}

static bool take_wanted(struct choice *choice, uint32_t number) {
    const struct run_data *run = choice->spread->run;
    struct failure *failure = choice->report->failure;
    if (run->message_count == 0) {
        return failure_bad_input(failure, "--message %" PRIu32 ": the trace has no messages",
                                 number);
    }
    if (number >= run->message_count) {
        return failure_bad_input(failure,
                                 "--message %" PRIu32 ": the trace has messages 0 to %" PRIu32,
                                 number, run->message_count - 1);
    }
    if (!can_show(run, number)) {
        return failure_bad_input(
            failure, "--message %" PRIu32 ": it was not published, or is not measured", number);
    }
    if (!choice->taken[number] && choice->spread->count == SPREAD_MESSAGES_MAX) {
        return failure_bad_input(failure, "--message: at most %d messages", SPREAD_MESSAGES_MAX);
    }
    return choice->taken[number] || take(choice, number) ||
           failure_bad_input(failure,
                             "--message %" PRIu32 ": it does not fit on a page of --max-size "
                             "%" PRIu64 "B",
                             number, choice->report->options.size_max);
}

bool spread_choose(struct spread *spread, struct report *report, const struct run_data *run,
                   uint64_t room) {
    *spread = (struct spread){.run = run, .full = run->level == TRACE_LEVEL_FULL};
    spread->messages = arena_take_array(report->arena, MEMORY_TABLES, SPREAD_MESSAGES_MAX,
                                        sizeof *spread->messages);
    struct choice choice = {
        .spread = spread,
        .report = report,
        .taken = arena_take_array(report->arena, MEMORY_TABLES, run->message_count + 1U, 1),
        .room = room,
    };
    const struct record_ranges *wanted = &report->options.messages;
    for (uint32_t i = 0; i < wanted->count; i++) {
        for (uint64_t number = wanted->items[i].first; number <= wanted->items[i].last; number++) {
            if (!take_wanted(&choice, (uint32_t)number)) {
                return false;
            }
        }
    }
    // Then those that say most; the rest in order.
    take(&choice, run->spread.message);
    take(&choice, extreme(run, false));
    take(&choice, extreme(run, true));
    for (uint32_t i = 0; i < run->message_count; i++) {
        if (can_show(run, i)) {
            take(&choice, i);
        }
    }
    return true;
}

void spread_drop(struct spread_message *message) {
    free(message->deliveries.items);
    free(message->copies.items);
    free(message->losses.items);
    free(message->controls.items);
    free(message->mesh.items);
    free(message->changes.items);
    *message = (struct spread_message){.number = message->number};
}

void spread_finish(struct spread *spread) {
    for (uint32_t i = 0; i < spread->count; i++) {
        spread_drop(&spread->messages[i]);
    }
}
