#include "base/check.h"
#include "cli/stats.h"
#include "cli/summary.h"
#include "cli/summary_detail.h"
#include "cli/version.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/** A value as JSON: null where it is undefined, an integer unless it is a mean or a ratio. */
static json_t *value_of(enum metric metric, bool defined, double value) {
    enum metric_unit unit = metric_unit_of(metric);
    if (!defined) {
        return json_null();
    }
    if (unit == METRIC_MEAN || unit == METRIC_RATIO) {
        return json_real(value);
    }
    return json_integer((json_int_t)value);
}

static json_t *figure(const struct summary *summary, enum metric metric) {
    double value = 0;
    bool defined = summary_metric(summary, metric, &value);
    return value_of(metric, defined, value);
}

enum { GROUP_NAME_SIZE = 64 };

/** The object in which the figures of a group stand: `latency_ns` of `latency.p99`. */
static json_t *group_of(json_t *object, enum metric metric, size_t size) {
    char name[GROUP_NAME_SIZE];
    bool timed = metric_unit_of(metric) == METRIC_DURATION;
    snprintf(name, sizeof name, "%.*s%s", (int)size, metric_path(metric), timed ? "_ns" : "");
    json_t *group = json_object_get(object, name);
    if (group == NULL) {
        group = json_object();
        json_object_set_new(object, name, group);
    }
    return group;
}

static void add_figure(json_t *object, const struct summary *summary, enum metric metric) {
    const char *path = metric_path(metric);
    const char *point = strchr(path, '.');
    if (point != NULL) {
        object = group_of(object, metric, (size_t)(point - path));
        path = point + 1;
    }
    bool alone = point == NULL && metric_unit_of(metric) == METRIC_DURATION;
    char name[GROUP_NAME_SIZE];
    snprintf(name, sizeof name, "%s%s", path, alone ? "_ns" : "");
    json_object_set_new(object, name, figure(summary, metric));
}

static void add_run(json_t *object, const struct summary *summary) {
    const struct run_result *result = summary->result;
    const struct summary_machine *machine = &summary->machine;
    char digest[DIGEST_TEXT_SIZE];
    double events_per_s = machine->wall_s > 0 ? (double)result->events / machine->wall_s : 0;
    json_object_set_new(object, "digest", json_string(digest_write(result->digest, digest)));
    json_object_set_new(object, "nodes", json_integer((json_int_t)result->nodes));
    json_object_set_new(object, "links", json_integer((json_int_t)result->links));
    json_object_set_new(object, "virtual_ns", json_integer((json_int_t)result->virtual_ns));
    json_object_set_new(object, "wall_s", json_real(machine->wall_s));
    json_object_set_new(object, "events", json_integer((json_int_t)result->counts.events));
    json_object_set_new(object, "events_per_s", json_real(events_per_s));
    json_object_set_new(object, "peak_rss_bytes",
                        json_integer((json_int_t)machine->peak_rss_bytes));
}

/** A number that may not be known. */
static void add_number(json_t *item, const char *key, bool known, uint32_t number) {
    if (known) {
        json_object_set_new(item, key, json_integer((json_int_t)number));
    }
}

/** When, where and by how much an expectation failed. */
static void add_detail(json_t *item, const struct summary *summary, uint32_t index) {
    struct summary_detail detail;
    summary_explain(summary, index, &detail);
    const struct scenario_expectation *wanted = &summary->scenario->expectations[index];
    const struct summary_expectation *found = &summary->expectations[index];
    if (wanted->invariant == INVARIANT_NONE) {
        json_object_set_new(item, "wanted", json_real(wanted->value));
        json_object_set_new(item, "difference",
                            found->defined ? json_real(found->value - wanted->value) : json_null());
    }
    if (detail.place.found) {
        json_object_set_new(item, "at_ns", json_integer((json_int_t)detail.place.at_ns));
        add_number(item, "node", detail.place.node != TRACE_NONE, detail.place.node);
        add_number(item, "peer", detail.place.peer != TRACE_NONE, detail.place.peer);
        add_number(item, "message", detail.place.message != TRACE_NONE, detail.place.message);
        if (detail.place.topic != TRACE_TOPIC_NONE) {
            const char *topic = summary->scenario->topics[detail.place.topic].name;
            json_object_set_new(item, "topic", json_string(topic));
        }
    }
    json_object_set_new(item, "detail", json_string(detail.where));
    char *more = summary_more(summary, &detail, NULL);
    if (more != NULL) {
        json_object_set_new(item, "more", json_string(more));
    }
    free(more);
}

static void add_expectations(json_t *object, const struct summary *summary) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < summary->scenario->expectation_count; i++) {
        const struct summary_expectation *expectation = &summary->expectations[i];
        json_t *item = json_object();
        json_object_set_new(item, "text", json_string(expectation->text));
        enum metric metric = summary->scenario->expectations[i].metric;
        json_object_set_new(item, "value",
                            value_of(metric, expectation->defined, expectation->value));
        json_object_set_new(item, "ok", json_boolean(expectation->ok));
        if (!expectation->ok) {
            add_detail(item, summary, i);
        }
        json_array_append_new(list, item);
    }
    json_object_set_new(object, "expect", list);
}

/** Which threads the run had: of the machine's work, and no figure. */
static void add_threads(json_t *object, const struct run_threads *threads) {
    json_object_set_new(object, "threads_used", json_integer((json_int_t)threads->used));
    json_object_set_new(object, "windows", json_integer((json_int_t)threads->windows));
    json_object_set_new(object, "windows_apart", json_integer((json_int_t)threads->windows_apart));
    json_object_set_new(object, "lookahead_ns", json_integer((json_int_t)threads->lookahead_ns));
    if (threads->alone != NULL) {
        json_object_set_new(object, "threads_note", json_string(threads->alone));
    }
}

/** All figures in their order; some keys that are none have their places among them. */
static void add_figures(json_t *object, const struct summary *summary) {
    for (enum metric metric = METRIC_PUBLISHED; metric < METRIC_COUNT; metric++) {
        add_figure(object, summary, metric);
        if (metric == METRIC_DUPLICATES_PER_DELIVERY) {
            json_object_set_new(object, "ties", json_string(ties_name(summary->result->ties)));
            add_threads(object, &summary->result->threads);
        } else if (metric == METRIC_BYTES_SENT_CONTROL) {
            add_expectations(object, summary);
        }
    }
}

/**
 * The opening brace and the members that say which run this is. Seeds reach 2^64 - 1, the integers
 * of jansson 2^63 - 1, so these members are written here; names consist of letters, digits, '.',
 * '_' and '-', which JSON takes as they are.
 */
static bool write_head(const struct summary *summary, FILE *out) {
    return fprintf(out,
                   "{\n  \"gossim\": \"%s\",\n  \"scenario\": \"%s\",\n  \"seed\": %" PRIu64 ",",
                   GOSSIM_VERSION, summary->scenario->name, summary->scenario->seed) > 0;
}

bool summary_write_json(const struct summary *summary, FILE *out) {
    json_t *object = json_object();
    add_run(object, summary);
    add_figures(object, summary);
    if (summary->stats != NULL) {
        json_object_set_new(object, "stats", stats_json(summary->stats));
    }
    bool written =
        write_head(summary, out) &&
        json_dumpf(object, out, JSON_EMBED | JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
    json_decref(object);
    return written && fputs("}\n", out) != EOF;
}
