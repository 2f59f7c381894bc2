#include "cli/summary_detail.h"

#include "base/check.h"
#include "base/quantity.h"
#include "cli/figure_words.h"
#include "cli/shell_text.h"
#include "scenarios/invariants.h"
#include "scenarios/receipts.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/** Adds to a sentence, which is cut where its room ends. */
__attribute__((format(printf, 2, 3))) static void say(struct summary_detail *detail,
                                                      const char *format, ...) {
    size_t used = strlen(detail->where);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(detail->where + used, sizeof detail->where - used, format, arguments);
    va_end(arguments);
}

static const char *topic_name(const struct summary *summary, uint16_t topic) {
    return summary->scenario->topics[topic].name;
}

/** An instant: to the last digit if it is a round one. */
static const char *instant_text(int64_t at_ns, char out[QUANTITY_TEXT_SIZE]) {
    return at_ns % NS_PER_MS == 0 ? quantity_write_duration(at_ns, out) : duration_text(at_ns, out);
}

/** The distance between two values of a figure, in words. */
static void write_distance(enum metric metric, double distance, char out[NUMBER_TEXT_SIZE]) {
    if (metric == METRIC_DELIVERY_RATIO) {
        snprintf(out, NUMBER_TEXT_SIZE, "%.3g points", 100 * distance);
    } else if (metric_unit_of(metric) == METRIC_BYTES) {
        bytes_text(distance, out);
    } else {
        value_text(metric, distance, out);
    }
}

static void explain_distance(const struct scenario_expectation *wanted, double value,
                             struct summary_detail *detail) {
    char distance[NUMBER_TEXT_SIZE];
    if (value < wanted->value) {
        write_distance(wanted->metric, wanted->value - value, distance);
        snprintf(detail->by, sizeof detail->by, "%s short", distance);
    } else if (value > wanted->value) {
        write_distance(wanted->metric, value - wanted->value, distance);
        snprintf(detail->by, sizeof detail->by, "%s too much", distance);
    } else {
        snprintf(detail->by, sizeof detail->by, "exactly that");
    }
}

/** "message 31, published at 36s by node 12," */
static void say_message(const struct summary *summary, uint32_t message,
                        struct summary_detail *detail) {
    char at[QUANTITY_TEXT_SIZE];
    say(detail, "message %" PRIu32 ", published at %s by node %" PRIu32, message,
        instant_text(run_published_ns(summary->result, message), at),
        run_publisher_of(summary->result, message));
}

static void explain_receipts(const struct summary *summary, uint32_t index,
                             struct summary_detail *detail) {
    struct shortfall found;
    if (!run_shortfall_of(summary->result, index, &found)) {
        return;
    }
    say(detail, "worst: ");
    say_message(summary, found.message, detail);
    say(detail,
        ", reached %" PRIu32 " of %" PRIu32 "; node %" PRIu32 " missed %" PRIu32 " of %" PRIu32,
        found.reached, found.expected, found.node, found.missed, found.due);
    detail->source = DETAIL_MESSAGE;
    detail->place = (struct witness_place){
        .found = true,
        .at_ns = run_published_ns(summary->result, found.message),
        .node = found.node,
        .peer = TRACE_NONE,
        .message = found.message,
        .topic = TRACE_TOPIC_NONE,
    };
}

static void explain_delivery(const struct summary *summary, const struct witness_item *item,
                             bool most, struct summary_detail *detail) {
    bool hops = item->subject == WITNESS_HOPS;
    char took[NUMBER_TEXT_SIZE];
    say(detail, hops ? (most ? "farthest: " : "nearest: ") : (most ? "slowest: " : "fastest: "));
    say_message(summary, detail->place.message, detail);
    if (hops) {
        say(detail, ", reached node %" PRIu32 " over %" PRId64 " hops", detail->place.node,
            detail->place.value);
    } else {
        say(detail, ", reached node %" PRIu32 " after %s", detail->place.node,
            duration_text(detail->place.value, took));
    }
    detail->source = DETAIL_MESSAGE;
}

static void explain_mesh(const struct summary *summary, const struct witness_item *item,
                         struct summary_detail *detail) {
    const struct witness_place *place = &detail->place;
    char at[QUANTITY_TEXT_SIZE];
    instant_text(place->at_ns, at);
    detail->source = DETAIL_MESHES;
    if (item->subject == WITNESS_ONE_SIDED) {
        say(detail,
            "one of them: at %s node %" PRIu32 " has node %" PRIu32
            " in its mesh of %.64s, which does not have it",
            at, place->node, place->peer, topic_name(summary, place->topic));
    } else {
        say(detail, "at %s node %" PRIu32 " has %" PRId64 " %s in its mesh of %.64s", at,
            place->node, place->value, place->value == 1 ? "peer" : "peers",
            topic_name(summary, place->topic));
    }
}

/** Why a figure has no value. */
static void explain_absence(const struct witness_item *item, struct summary_detail *detail) {
    const char *why = "nothing was delivered";
    if (item->subject == WITNESS_RECEIPTS) {
        why = "nothing was expected to be delivered";
    } else if (item->subject == WITNESS_MESHES) {
        why = "nobody keeps a mesh";
    }
    say(detail, "%s", why);
}

static void explain_condition(const struct summary *summary, uint32_t index,
                              struct summary_detail *detail) {
    const struct witness_item *item = run_witness_of(summary->result, index);
    const struct summary_expectation *found = &summary->expectations[index];
    bool most = found->value > item->wanted->value;
    if (!found->defined) {
        explain_absence(item, detail);
        return;
    }
    explain_distance(item->wanted, found->value, detail);
    detail->place = most ? item->most : item->least;
    if (item->subject == WITNESS_RECEIPTS) {
        explain_receipts(summary, index, detail);
    } else if (!detail->place.found) {
        return;
    } else if (item->subject == WITNESS_NODES) {
        say(detail, "%s: node %" PRIu32 ", %" PRId64, most ? "most" : "least", detail->place.node,
            detail->place.value);
        say(detail, metric_unit_of(item->wanted->metric) == METRIC_BYTES ? " bytes" : " of them");
        bool sent = item->wanted->metric != METRIC_PUBLISHED &&
                    item->wanted->metric != METRIC_PUBLISH_SKIPPED;
        detail->source = sent ? DETAIL_TRAFFIC : DETAIL_NOTHING;
    } else if (item->subject == WITNESS_MESHES || item->subject == WITNESS_ONE_SIDED) {
        explain_mesh(summary, item, detail);
    } else {
        explain_delivery(summary, item, most, detail);
    }
}

static void explain_lateness(const struct summary *summary, const struct breach *first,
                             struct summary_detail *detail) {
    char took[NUMBER_TEXT_SIZE];
    say_message(summary, first->message, detail);
    say(detail, ", had not reached node %" PRIu32 ": ", first->node);
    if (first->found == INT64_MAX) {
        say(detail, "it never did");
    } else {
        say(detail, "it did after %s", duration_text(first->found, took));
    }
}

/** What the first breach of an invariant is. */
static void explain_breach(const struct summary *summary, const struct invariant_watch *watch,
                           struct summary_detail *detail) {
    const struct breach *first = &watch->first;
    const char *topic = first->topic == TRACE_TOPIC_NONE ? "" : topic_name(summary, first->topic);
    char time[NUMBER_TEXT_SIZE];
    switch (watch->invariant) {
    case INVARIANT_MESH_SYMMETRIC:
        say(detail,
            "node %" PRIu32 " has had node %" PRIu32
            " in its mesh of %.64s, which did not have it, for too long: %s in all",
            first->node, first->peer, topic, duration_text(first->found, time));
        return;
    case INVARIANT_MESH_WITHIN_BOUNDS:
        say(detail, "node %" PRIu32 " has %" PRId64 " %s in its mesh of %.64s, %s is %" PRId64,
            first->node, first->found, first->found == 1 ? "peer" : "peers", topic,
            first->found < first->bound ? "Dlo" : "Dhi", first->bound);
        if (first->peer != TRACE_NONE) {
            say(detail, "; node %" PRIu32 " could be one", first->peer);
        }
        return;
    case INVARIANT_MESH_CONNECTED_PEERS:
        say(detail, "node %" PRIu32 " has node %" PRIu32 ", not connected, in its mesh of %.64s",
            first->node, first->peer, topic);
        return;
    case INVARIANT_DELIVERED_WITHIN:
        explain_lateness(summary, first, detail);
        return;
    case INVARIANT_DELIVERED_ONCE:
        say(detail, "node %" PRIu32 " is handed message %" PRIu32 " again", first->node,
            first->message);
        return;
    case INVARIANT_BYTES_CONSERVED:
        say(detail, "%" PRId64 " bytes were sent, and %" PRId64 " are accounted for", first->bound,
            first->found);
        return;
    case INVARIANT_NONE:
    case INVARIANT_COUNT:
        break;
    }
    CHECK(false);
}

static enum detail_source source_of(enum invariant invariant) {
    if (invariant == INVARIANT_DELIVERED_WITHIN || invariant == INVARIANT_DELIVERED_ONCE) {
        return DETAIL_MESSAGE;
    }
    return invariant == INVARIANT_BYTES_CONSERVED ? DETAIL_TRAFFIC : DETAIL_MESHES;
}

static void explain_invariant(const struct summary *summary, uint32_t index,
                              struct summary_detail *detail) {
    const struct invariant_watch *watch = run_watch_of(summary->result, index);
    const struct breach *first = &watch->first;
    if (watch->breaches == 0) {
        say(detail, "there was nothing to judge before the end");
        return;
    }
    char at[QUANTITY_TEXT_SIZE];
    snprintf(detail->by, sizeof detail->by, "broken %" PRIu64 " %s", watch->breaches,
             watch->breaches == 1 ? "time" : "times");
    say(detail, "%sat %s: ", watch->breaches == 1 ? "" : "first ", instant_text(first->at_ns, at));
    explain_breach(summary, watch, detail);
    detail->source = source_of(watch->invariant);
    detail->place = (struct witness_place){
        .found = true,
        .at_ns = first->at_ns,
        .node = first->node,
        .peer = first->peer,
        .message = first->message,
        .topic = first->topic,
    };
}

void summary_explain(const struct summary *summary, uint32_t index, struct summary_detail *detail) {
    *detail = (struct summary_detail){0};
    if (summary->scenario->expectations[index].invariant != INVARIANT_NONE) {
        explain_invariant(summary, index, detail);
    } else {
        explain_condition(summary, index, detail);
    }
}

static void print_more(const struct summary *summary, const struct summary_detail *detail,
                       const char *place, FILE *out) {
    if (summary->source.level == TRACE_LEVEL_NONE) {
        shell_print_run(summary->source.request, out);
        return; // whose default is to leave tables
    }
    if (detail->source == DETAIL_MESSAGE) {
        fprintf(out, "gossim trace --message %" PRIu32 " ", detail->place.message);
        shell_print_word(place == NULL ? "." : place, out);
        return;
    }
    char path[4200];
    snprintf(path, sizeof path, "%.4096s%stables/%s.tsv", place == NULL ? "" : place,
             place == NULL ? "" : "/", detail->source == DETAIL_MESHES ? "mesh_degree" : "traffic");
    fputs("less ", out);
    shell_print_word(path, out);
}

char *summary_more(const struct summary *summary, const struct summary_detail *detail,
                   const char *place) {
    char *text = NULL;
    size_t size = 0;
    if (summary->source.request == NULL || detail->source == DETAIL_NOTHING) {
        return NULL;
    }
    FILE *stream = open_memstream(&text, &size);
    if (stream == NULL) {
        return NULL;
    }
    print_more(summary, detail, place, stream);
    return fclose(stream) == 0 ? text : NULL;
}

void summary_print_failed(const struct summary *summary, uint32_t index, FILE *out) {
    static const char margin[] = "                      ";
    const struct scenario_expectation *wanted = &summary->scenario->expectations[index];
    const struct summary_expectation *found = &summary->expectations[index];
    struct summary_detail detail;
    char value[NUMBER_TEXT_SIZE];
    summary_explain(summary, index, &detail);
    fprintf(out, "  expect       FAILED %s:", found->text);
    if (!found->defined) {
        fputs(" undefined", out);
    } else if (wanted->invariant == INVARIANT_NONE) {
        fprintf(out, " %s", value_text(wanted->metric, found->value, value));
        fprintf(out, detail.by[0] == '\0' ? "%s" : " (%s)", detail.by);
    } else {
        fprintf(out, " %s", detail.by);
    }
    fputc('\n', out);
    if (detail.where[0] != '\0') {
        fprintf(out, "%s%s\n", margin, detail.where);
    }
    char *more = summary_more(summary, &detail, summary->source.place);
    if (more != NULL) {
        fprintf(out, "%smore: %s\n", margin, more);
    }
    free(more);
}
