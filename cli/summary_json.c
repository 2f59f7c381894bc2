#include "base/check.h"
#include "cli/summary.h"
#include "cli/version.h"

#include <inttypes.h>
#include <jansson.h>

/** A figure as JSON: null where it is undefined, an integer unless it is a ratio. */
static json_t *figure(const struct summary *summary, enum metric metric) {
    double value = 0;
    if (!summary_metric(summary, metric, &value)) {
        return json_null();
    }
    bool is_mean = metric == METRIC_HOPS_MEAN || metric == METRIC_MESH_DEGREE_MEAN;
    if (is_mean || metric_unit_of(metric) == METRIC_RATIO) {
        return json_real(value);
    }
    return json_integer((json_int_t)value);
}

struct member {
    const char *name;
    enum metric metric;
};

static void add_members(json_t *object, const struct summary *summary, const struct member *members,
                        size_t count) {
    for (size_t i = 0; i < count; i++) {
        json_object_set_new(object, members[i].name, figure(summary, members[i].metric));
    }
}

static void add_group(json_t *object, const char *name, const struct summary *summary,
                      const struct member *members, size_t count) {
    json_t *group = json_object();
    add_members(group, summary, members, count);
    json_object_set_new(object, name, group);
}

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static void add_run(json_t *object, const struct summary *summary) {
    const struct run_result *result = summary->result;
    const struct summary_machine *machine = &summary->machine;
    char digest[DIGEST_TEXT_SIZE];
    double events_per_s = machine->wall_s > 0 ? (double)result->counts.events / machine->wall_s : 0;
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

static void add_figures(json_t *object, const struct summary *summary) {
    static const struct member deliveries[] = {
        {"published", METRIC_PUBLISHED},
        {"publish_skipped", METRIC_PUBLISH_SKIPPED},
        {"expected_deliveries", METRIC_EXPECTED_DELIVERIES},
        {"deliveries", METRIC_DELIVERIES},
        {"deliveries_unexpected", METRIC_DELIVERIES_UNEXPECTED},
        {"delivery_ratio", METRIC_DELIVERY_RATIO},
        {"duplicates", METRIC_DUPLICATES},
        {"duplicates_per_delivery", METRIC_DUPLICATES_PER_DELIVERY},
    };
    static const struct member latency[] = {
        {"min", METRIC_LATENCY_MIN}, {"mean", METRIC_LATENCY_MEAN}, {"p50", METRIC_LATENCY_P50},
        {"p90", METRIC_LATENCY_P90}, {"p95", METRIC_LATENCY_P95},   {"p99", METRIC_LATENCY_P99},
        {"max", METRIC_LATENCY_MAX},
    };
    static const struct member hops[] = {{"mean", METRIC_HOPS_MEAN}, {"max", METRIC_HOPS_MAX}};
    static const struct member degree[] = {{"min", METRIC_MESH_DEGREE_MIN},
                                           {"mean", METRIC_MESH_DEGREE_MEAN},
                                           {"max", METRIC_MESH_DEGREE_MAX}};
    static const struct member rpcs[] = {
        {"total", METRIC_RPCS_SENT_TOTAL},
        {"with_messages", METRIC_RPCS_SENT_WITH_MESSAGES},
        {"ihave", METRIC_RPCS_SENT_IHAVE},
        {"iwant", METRIC_RPCS_SENT_IWANT},
        {"graft", METRIC_RPCS_SENT_GRAFT},
        {"prune", METRIC_RPCS_SENT_PRUNE},
        {"subscriptions", METRIC_RPCS_SENT_SUBSCRIPTIONS},
    };
    static const struct member bytes[] = {{"total", METRIC_BYTES_SENT_TOTAL},
                                          {"payload", METRIC_BYTES_SENT_PAYLOAD},
                                          {"control", METRIC_BYTES_SENT_CONTROL}};
    static const struct member lost[] = {{"packets_lost", METRIC_PACKETS_LOST}};
    add_members(object, summary, deliveries, COUNT_OF(deliveries));
    json_object_set_new(object, "threads_used", json_integer(1));
    add_group(object, "latency_ns", summary, latency, COUNT_OF(latency));
    add_group(object, "hops", summary, hops, COUNT_OF(hops));
    add_group(object, "mesh_degree", summary, degree, COUNT_OF(degree));
    add_group(object, "rpcs_sent", summary, rpcs, COUNT_OF(rpcs));
    add_members(object, summary, lost, COUNT_OF(lost));
    add_group(object, "bytes_sent", summary, bytes, COUNT_OF(bytes));
}

static void add_expectations(json_t *object, const struct summary *summary) {
    json_t *list = json_array();
    for (uint32_t i = 0; i < summary->scenario->expectation_count; i++) {
        const struct summary_expectation *expectation = &summary->expectations[i];
        json_t *item = json_object();
        json_object_set_new(item, "text", json_string(expectation->text));
        enum metric metric = summary->scenario->expectations[i].metric;
        json_object_set_new(item, "value", figure(summary, metric));
        json_object_set_new(item, "ok", json_boolean(expectation->ok));
        json_array_append_new(list, item);
    }
    json_object_set_new(object, "expect", list);
}

/** What came after the other keys, so that those keep their places. */
static void add_later_figures(json_t *object, const struct summary *summary) {
    static const struct member members[] = {
        {"rpcs_suppressed", METRIC_RPCS_SUPPRESSED},
        {"rpcs_skipped", METRIC_RPCS_SKIPPED},
        {"links_aborted", METRIC_LINKS_ABORTED},
        {"one_sided_mesh_links", METRIC_ONE_SIDED_MESH_LINKS},
    };
    add_members(object, summary, members, COUNT_OF(members));
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
    add_expectations(object, summary);
    add_later_figures(object, summary);
    bool written =
        write_head(summary, out) &&
        json_dumpf(object, out, JSON_EMBED | JSON_INDENT(2) | JSON_REAL_PRECISION(12)) == 0;
    json_decref(object);
    return written && fputs("}\n", out) != EOF;
}
