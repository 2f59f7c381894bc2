#include "analysis/figure_facts.h"

#include "analysis/cdf.h"
#include "analysis/depth.h"
#include "analysis/figure_text.h"
#include "analysis/hops.h"
#include "analysis/scenario_text.h"
#include "analysis/statistics.h"
#include "base/quantity.h"
#include "trace/digest.h"

#include <inttypes.h>

enum { MEASURED_TEXT_SIZE = 2 * FIGURE_TEXT_SIZE };

/** "   measured from 10 s to 60 s", or nothing if that is all. */
static const char *measured_text(const struct run_data *run, char out[MEASURED_TEXT_SIZE]) {
    int64_t end_ns = run->summary.virtual_ns;
    int64_t until_ns = run->measured_until_ns < end_ns ? run->measured_until_ns : end_ns;
    out[0] = '\0';
    if (run->measured_from_ns > 0 || until_ns < end_ns) {
        snprintf(out, MEASURED_TEXT_SIZE, "   measured from %.6g s to %.6g s",
                 (double)run->measured_from_ns / (double)NS_PER_S,
                 (double)until_ns / (double)NS_PER_S);
    }
    return out;
}

void figure_facts_run(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    char name[2 * FIGURE_NAME_SIZE];
    bool named = scenario_text_value(run->scenario, NULL, "name", name, sizeof name);
    figure_define_name(file, "scenario", named ? name : "unnamed scenario");
    char digest[DIGEST_TEXT_SIZE];
    digest_write((struct digest){run->summary.digest_high, run->summary.digest_low}, digest);
    if (run->has_summary) {
        char measured[MEASURED_TEXT_SIZE];
        figure_define_text(file, "identity", "seed %" PRIu64 "   digest %s%s", run->summary.seed,
                           digest, measured_text(run, measured));
    } else {
        figure_define_text(file, "identity", "%s: no seed, no digest",
                           run->truncated ? "trace cut short" : "from TraceEvents");
    }
}

void figure_facts_topics(struct table_file *file, const struct run_data *run,
                         const struct topic_colours *colours) {
    for (uint32_t i = 0; i < colours->count; i++) {
        const char *topic = run->topics.items[colours->topics[i]];
        char name[FIGURE_TEXT_SIZE];
        // The whole name finds the rows of a table, the cut one stands in the key.
        snprintf(name, sizeof name, "topic_%" PRIu32, i + 1);
        figure_define_text(file, name, "%s", topic);
        snprintf(name, sizeof name, "topic_label_%" PRIu32, i + 1);
        figure_define_label(file, name, colours->messages[i] > 0 ? topic : "");
    }
    figure_define_number(file, "topic_count", colours->count);
    figure_define_number(file, "topics_with_messages", colours->with_messages);
    figure_define_others(file, colours->others);
}

/** One percentile as a point on the pooled curve, which counts all expected receivers. */
static void define_percentile(struct table_file *file, const struct run_data *run, uint32_t percent,
                              int64_t latency_ns) {
    char name[FIGURE_TEXT_SIZE];
    char duration[FIGURE_TEXT_SIZE];
    double share = (double)percent / 100 * (double)run->expected_delivery_count /
                   (double)run_data_expected(run);
    snprintf(name, sizeof name, "p%" PRIu32 "_ns", percent);
    figure_define_number(file, name, (double)latency_ns);
    snprintf(name, sizeof name, "p%" PRIu32 "_share", percent);
    figure_define_number(file, name, share);
    snprintf(name, sizeof name, "p%" PRIu32 "_text", percent);
    figure_define_text(file, name, "p%" PRIu32 "  %s", percent,
                       figure_duration(latency_ns, duration));
}

/** What the key says behind a topic that has no curve, for nothing of it was delivered. */
static void define_topics_without_curve(struct table_file *file, const struct run_data *run,
                                        const struct topic_colours *colours) {
    for (uint32_t place = 0; place <= colours->count; place++) {
        const struct run_curve *curve = &run->topic_curves[place];
        const char *text = curve->expected > 0 ? "  (0 %)" : "  (0 of 0)";
        char name[FIGURE_TEXT_SIZE];
        snprintf(name, sizeof name, "topic_note_%" PRIu32, place == colours->count ? 0 : place + 1);
        figure_define_text(file, name, "%s", curve->count > 0 ? "" : text);
    }
}

bool figure_facts_latency(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    uint64_t count = run->expected_delivery_count;
    if (count == 0) {
        return false;
    }
    int64_t max_ns = run->latency.max;
    struct figure_unit unit = figure_duration_unit(max_ns);
    figure_define_text(file, "latency_unit", "%s", unit.name);
    figure_define_number(file, "latency_scale", unit.scale);
    figure_define_number(file, "latency_max_ns", (double)max_ns);
    define_percentile(file, run, 50, run->latency.p50);
    define_percentile(file, run, 95, run->latency.p95);
    define_percentile(file, run, 99, run->latency.p99);
    struct topic_colours colours = topic_colours_of(run, input->scratch);
    figure_facts_topics(file, run, &colours);
    define_topics_without_curve(file, run, &colours);
    struct cdf_messages lines = cdf_choose_messages(run, input->scratch);
    figure_define_number(file, "line_count", lines.count);
    if (lines.count < run->published_count) {
        figure_define_text(file, "line_title", "single ones, %" PRIu32 " of %" PRIu32, lines.count,
                           run->published_count);
    } else {
        figure_define_text(file, "line_title", "single ones");
    }
    uint64_t expected = run_data_expected(run);
    char messages[FIGURE_TEXT_SIZE];
    char deliveries[FIGURE_TEXT_SIZE];
    char share[FIGURE_TEXT_SIZE];
    figure_define_text(
        file, "subtitle", "%s %s, %s %s, %s of those expected",
        figure_count(run->published_count, messages),
        figure_noun(run->published_count, "message", "messages"), figure_count(count, deliveries),
        figure_noun(count, "delivery", "deliveries"), figure_share(count, expected, share));
    return true;
}

/** The least and the largest lower bound among the topics; none at all leaves −1. */
static void define_bounds(struct table_file *file, const struct hop_bounds *bounds) {
    double least = -1;
    double largest = -1;
    for (uint32_t i = 0; i < bounds->count; i++) {
        double hops = bounds->rows[i].hops;
        if (bounds->rows[i].hops == DEPTH_NONE) {
            continue;
        }
        least = least < 0 || hops < least ? hops : least;
        largest = hops > largest ? hops : largest;
    }
    figure_define_number(file, "bound_min", least);
    figure_define_number(file, "bound_max", largest);
    const struct hop_bound *bound = &bounds->rows[0];
    char nodes[FIGURE_TEXT_SIZE];
    if (least < 0) {
        figure_define_text(file, "bound_text", "no lower bound at mean degree %.2f", bound->degree);
    } else if (bounds->count == 1) {
        figure_define_text(file, "bound_text",
                           "lower bound for reaching all N = %s: %" PRIu32 " %s  (%s degree %.2f)",
                           figure_count(bound->nodes, nodes), bound->hops,
                           figure_noun(bound->hops, "hop", "hops"),
                           bound->from_mesh ? "mesh" : "link", bound->degree);
    } else if (least < largest) {
        figure_define_text(file, "bound_text",
                           "lower bound for reaching all nodes: %.0f to %.0f hops, by topic", least,
                           largest);
    } else {
        figure_define_text(file, "bound_text",
                           "lower bound for reaching all nodes: %.0f %s in every topic", least,
                           figure_noun((uint64_t)least, "hop", "hops"));
    }
}

struct hop_totals {
    uint32_t hops_max;
    uint64_t hops_sum;
    uint64_t requested;
    uint64_t largest; // deliveries at one distance, all topics together
};

static struct hop_totals total_hops(const struct hop_counts *counts, struct arena *scratch) {
    struct hop_totals totals = {0};
    for (uint64_t i = 0; i < counts->count; i++) {
        uint32_t hops = counts->rows[i].hops;
        totals.hops_max = hops > totals.hops_max ? hops : totals.hops_max;
    }
    uint64_t *deliveries =
        arena_take_array(scratch, MEMORY_TABLES, (size_t)totals.hops_max + 1, sizeof *deliveries);
    for (uint64_t i = 0; i < counts->count; i++) {
        const struct hop_count *row = &counts->rows[i];
        uint64_t *sum = &deliveries[row->hops];
        *sum += row->pushed + row->requested;
        totals.largest = *sum > totals.largest ? *sum : totals.largest;
        totals.hops_sum += row->hops * (row->pushed + row->requested);
        totals.requested += row->requested;
    }
    return totals;
}

bool figure_facts_hops(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    struct hop_counts counts = run->hops;
    struct hop_bounds bounds = hops_bounds(run, input->scratch);
    if (counts.count == 0) {
        return false;
    }
    struct hop_totals totals = total_hops(&counts, input->scratch);
    double deliveries = (double)run->expected_delivery_count;
    figure_define_number(file, "hops_max", totals.hops_max);
    figure_define_number(file, "deliveries", deliveries);
    figure_define_number(file, "share_max", 100 * (double)totals.largest / deliveries);
    figure_define_number(file, "requested", (double)totals.requested);
    define_bounds(file, &bounds);
    char count[FIGURE_TEXT_SIZE];
    char share[FIGURE_TEXT_SIZE];
    figure_define_text(file, "requested_title", "answer to IWANT  (%s)",
                       figure_share(totals.requested, run->expected_delivery_count, share));
    figure_define_text(file, "subtitle", "%s %s, mean %.2f hops, at most %" PRIu32,
                       figure_count(run->expected_delivery_count, count),
                       figure_noun(run->expected_delivery_count, "delivery", "deliveries"),
                       (double)totals.hops_sum / deliveries, totals.hops_max);
    return true;
}

bool figure_facts_duplicates(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    uint64_t duplicates = 0;
    uint64_t deliveries = 0;
    uint32_t known = 0;
    uint32_t last = 0;
    uint32_t max = 0;
    for (uint32_t i = 0; i < run->message_count; i++) {
        const struct run_message *message = &run->messages[i];
        if (message->published && message->duplicates != RUN_DATA_UNKNOWN) {
            known++;
            last = i;
            duplicates += message->duplicates;
            deliveries += message->deliveries;
            max = message->duplicates > max ? message->duplicates : max;
        }
    }
    if (known == 0) {
        return false;
    }
    struct topic_colours colours = topic_colours_of(run, input->scratch);
    figure_facts_topics(file, run, &colours);
    double mean = (double)duplicates / known;
    figure_define_number(file, "message_last", last);
    figure_define_number(file, "duplicates_max", max);
    figure_define_number(file, "duplicates_mean", mean);
    char count[FIGURE_TEXT_SIZE];
    figure_define_text(file, "mean_text", "mean %s", figure_count((uint64_t)(mean + 0.5), count));
    char messages[FIGURE_TEXT_SIZE];
    const char *noun = figure_noun(known, "message", "messages");
    if (deliveries == 0) {
        figure_define_text(file, "subtitle", "%s %s, none delivered", figure_count(known, messages),
                           noun);
    } else {
        figure_define_text(file, "subtitle", "%s %s, %.2f duplicates per delivery",
                           figure_count(known, messages), noun,
                           (double)duplicates / (double)deliveries);
    }
    return true;
}
