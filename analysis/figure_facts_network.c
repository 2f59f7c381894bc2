#include "analysis/figure_facts.h"

#include "analysis/figure_text.h"
#include "analysis/region_map.h"
#include "analysis/scenario_text.h"
#include "analysis/statistics.h"
#include "analysis/traffic.h"
#include "base/check.h"
#include "base/quantity.h"

#include <inttypes.h>
#include <math.h>

// Up to this many topics are drawn with their bands.
enum { BANDS_MAX = 4 };

static void define_parameter(struct table_file *file, const struct run_data *run, const char *key,
                             const char *name) {
    uint32_t value = 0;
    bool found = scenario_text_number(run->scenario, "router", key, &value);
    figure_define_number(file, name, found ? (double)value : -1);
}

/** The data sets of the topics that are told apart, as mesh_index_1 and so on, -1 for a topic
 * without samples; returns how many topics have some. */
static uint32_t define_topics(struct table_file *file, const struct run_data *run,
                              const struct topic_colours *colours) {
    uint32_t count = 0;
    uint32_t told_apart = 0;
    for (uint32_t topic = 0; topic < run->topics.count; topic++) {
        bool sampled = run->topic_sample_first[topic] < run->topic_sample_first[topic + 1];
        uint32_t place = topic_colours_place(colours, topic);
        if (place < colours->count) {
            char name[FIGURE_TEXT_SIZE];
            snprintf(name, sizeof name, "mesh_index_%" PRIu32, place + 1);
            figure_define_number(file, name, sampled ? (double)count : -1);
            snprintf(name, sizeof name, "mesh_label_%" PRIu32, place + 1);
            figure_define_label(file, name, sampled ? run->topics.items[topic] : "");
            told_apart += sampled ? 1 : 0;
        }
        count += sampled ? 1 : 0;
    }
    uint32_t others = count - told_apart;
    figure_define_number(file, "topic_count", colours->count);
    figure_define_others(file, others);
    return count;
}

/** The mean over the last sample of each topic. */
static double last_mean(const struct run_data *run) {
    uint64_t ends = 0;
    uint64_t nodes = 0;
    for (uint32_t topic = 0; topic < run->topics.count; topic++) {
        uint32_t end = run->topic_sample_first[topic + 1];
        if (end > run->topic_sample_first[topic]) {
            const struct trace_sample *sample = &run->samples[run->topic_samples[end - 1]];
            ends += sample->degree_sum;
            nodes += sample->nodes;
        }
    }
    return nodes == 0 ? 0 : (double)ends / (double)nodes;
}

bool figure_facts_mesh(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    uint32_t degree_max = 0;
    for (uint32_t i = 0; i < run->sample_count; i++) {
        degree_max =
            run->samples[i].degree_max > degree_max ? run->samples[i].degree_max : degree_max;
    }
    if (degree_max == 0) {
        return false;
    }
    figure_define_number(file, "degree_max", degree_max);
    figure_define_number(file, "bands_max", BANDS_MAX);
    struct topic_colours colours = topic_colours_of(run, input->scratch);
    uint32_t topics = define_topics(file, run, &colours);
    figure_define_number(file, "mesh_topics", topics);
    figure_define_number(file, "end_s",
                         (double)run->samples[run->sample_count - 1].at_ns / (double)NS_PER_S);
    define_parameter(file, run, "D", "d");
    define_parameter(file, run, "Dlo", "d_low");
    define_parameter(file, run, "Dhi", "d_high");
    figure_define_text(file, "subtitle", "%" PRIu32 " %s, mean %.2f at the end", topics,
                       figure_noun(topics, "topic", "topics"), last_mean(run));
    return true;
}

static double rate_of(const struct traffic_interval *interval, uint64_t bytes) {
    double seconds = (double)(interval->to_ns - interval->from_ns) / (double)NS_PER_S;
    return (double)bytes / seconds;
}

static void define_rates(struct table_file *file, const struct traffic_intervals *bins) {
    double payload_max = 0;
    double control_max = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        const struct traffic_interval *bin = &bins->items[i];
        double payload = rate_of(bin, bin->sent.payload_bytes_sent);
        double control = rate_of(bin, traffic_control_bytes(&bin->sent));
        payload_max = payload > payload_max ? payload : payload_max;
        control_max = control > control_max ? control : control_max;
    }
    struct figure_unit payload_unit = figure_rate_unit(payload_max);
    struct figure_unit control_unit = figure_rate_unit(control_max);
    figure_define_text(file, "payload_unit", "%s", payload_unit.name);
    figure_define_number(file, "payload_scale", payload_unit.scale);
    figure_define_number(file, "payload_max", payload_max);
    figure_define_text(file, "control_unit", "%s", control_unit.name);
    figure_define_number(file, "control_scale", control_unit.scale);
    figure_define_number(file, "control_max", control_max);
}

/** The bins are of one width but for the first and the last, which may be shorter. */
static void define_bin(struct table_file *file, const struct traffic_intervals *bins) {
    int64_t width_ns = 0;
    for (uint32_t i = 0; i < bins->count; i++) {
        int64_t bin_ns = bins->items[i].to_ns - bins->items[i].from_ns;
        width_ns = bin_ns > width_ns ? bin_ns : width_ns;
    }
    figure_define_text(file, "bin_text", "bins of %.4g s", (double)width_ns / (double)NS_PER_S);
}

bool figure_facts_traffic(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    struct traffic_intervals intervals = traffic_intervals_of(run, input->scratch);
    if (intervals.count == 0 || traffic_bytes(&run->traffic[run->traffic_count - 1]) == 0) {
        return false; // TraceEvents tell no bytes
    }
    struct traffic_intervals bins = traffic_bins_of(&intervals, input->scratch);
    define_rates(file, &bins);
    define_bin(file, &bins);
    const struct traffic_interval *last = &bins.items[bins.count - 1];
    figure_define_number(file, "end_s", (double)last->to_ns / (double)NS_PER_S);
    const struct trace_traffic *total = &run->traffic[run->traffic_count - 1];
    uint64_t bytes = traffic_bytes(total);
    char share[FIGURE_TEXT_SIZE];
    char size[FIGURE_TEXT_SIZE];
    figure_define_text(file, "subtitle", "all nodes together: %s, %s of it payload",
                       figure_size(bytes, size),
                       bytes == 0 ? "none" : figure_share(total->payload_bytes_sent, bytes, share));
    return true;
}

static const char *kind_name(enum propagation_kind kind) {
    switch (kind) {
    case PROPAGATION_NONE:
        return "none";
    case PROPAGATION_WORLD:
        return "world";
    case PROPAGATION_REGIONS:
        return "regions";
    case PROPAGATION_LINKS:
        return "links";
    case PROPAGATION_TREE:
        return "tree";
    }
    return "none";
}

/** A name below each region's disc that has room for one, with the number of its nodes. */
static void define_regions(struct table_file *file, const struct run_data *run,
                           const struct world_disc *discs) {
    uint32_t count = 0;
    for (uint32_t region = 0; region < run->regions.count; region++) {
        const struct world_disc *disc = &discs[region];
        if (!disc->named) {
            continue;
        }
        count++;
        char name[FIGURE_TEXT_SIZE];
        char nodes[FIGURE_TEXT_SIZE];
        snprintf(name, sizeof name, "region_label_%" PRIu32, count);
        figure_define_label(file, name, run->regions.items[region]);
        snprintf(name, sizeof name, "region_nodes_%" PRIu32, count);
        figure_define_text(file, name, "%s", figure_count(disc->nodes, nodes));
        snprintf(name, sizeof name, "region_x_%" PRIu32, count);
        figure_define_number(file, name, disc->centre.x);
        snprintf(name, sizeof name, "region_y_%" PRIu32, count);
        figure_define_number(file, name, disc->centre.y - disc->radius);
    }
    figure_define_number(file, "region_count", count);
}

/** The panel that the regions stand in, and the disc that would hold all nodes. */
static void define_panel(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    const struct world_disc *discs = input->propagation->discs;
    uint32_t region = run->nodes[0].region;
    double share = (double)discs[region].nodes / run->node_count;
    figure_define_number(file, "region_radius", discs[region].radius / sqrt(share));
    uint32_t count = run->regions.count;
    int64_t *delay_ns =
        arena_take_array(input->scratch, MEMORY_TABLES, (size_t)count * count, sizeof *delay_ns);
    bool known = scenario_text_latency(run->scenario, count, delay_ns);
    figure_define_number(file, "region_delays", known && share < 1 ? 1 : 0);
    figure_define_number(file, "x_min", 0);
    figure_define_number(file, "x_max", REGION_MAP_WIDTH);
    figure_define_number(file, "y_min", 0);
    figure_define_number(file, "y_max", REGION_MAP_HEIGHT);
}

/** The scale of arrival times. A few late arrivals by gossip would leave all others in one colour:
 * it ends at the 99th percentile. */
static void define_colours(struct table_file *file, const struct propagation *propagation) {
    int64_t last_ns = propagation->latencies_ns[propagation->reached - 1];
    int64_t scale_ns = statistics_percentile(propagation->latencies_ns, propagation->reached, 99);
    struct figure_unit unit = figure_duration_unit(scale_ns);
    figure_define_number(file, "latency_scale", unit.scale);
    figure_define_number(file, "colour_max_ns", (double)scale_ns);
    figure_define_text(file, "colour_title", "Arrival after publication (%s)", unit.name);
    figure_define_text(file, "colour_note", "%s",
                       last_ns > scale_ns ? "the latest 1 % have the last colour" : "");
}

/** How far the picture reaches: to the outermost nodes, and around the circles of the disc. */
static void define_extent(struct table_file *file, const struct run_data *run,
                          const struct propagation *propagation) {
    struct position least = propagation->positions[0];
    struct position largest = propagation->positions[0];
    if (propagation->kind == PROPAGATION_TREE) {
        least = (struct position){-1, -1};
        largest = (struct position){1, 1};
    }
    for (uint32_t i = 0; i < run->node_count; i++) {
        struct position position = propagation->positions[i];
        least.x = fmin(least.x, position.x);
        least.y = fmin(least.y, position.y);
        largest.x = fmax(largest.x, position.x);
        largest.y = fmax(largest.y, position.y);
    }
    figure_define_number(file, "x_min", least.x);
    figure_define_number(file, "x_max", largest.x);
    figure_define_number(file, "y_min", least.y);
    figure_define_number(file, "y_max", largest.y);
}

/** When shares of the nodes reached had the message: circles of the disc. */
static void define_shares(struct table_file *file, const struct propagation *propagation) {
    static const uint32_t percents[] = {25, 50, 75, 95};
    for (uint32_t i = 0; i < sizeof percents / sizeof percents[0]; i++) {
        char name[FIGURE_TEXT_SIZE];
        char duration[FIGURE_TEXT_SIZE];
        int64_t latency_ns =
            statistics_percentile(propagation->latencies_ns, propagation->reached, percents[i]);
        snprintf(name, sizeof name, "share_%" PRIu32, i + 1);
        figure_define_number(file, name, percents[i] / 100.0);
        snprintf(name, sizeof name, "share_text_%" PRIu32, i + 1);
        figure_define_text(file, name, "%s", figure_duration(latency_ns, duration));
    }
}

/** What else the picture of a kind needs to be told. */
static void define_picture(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    const struct propagation *propagation = input->propagation;
    switch (propagation->kind) {
    case PROPAGATION_WORLD:
        define_regions(file, run, propagation->discs);
        break;
    case PROPAGATION_REGIONS:
        define_regions(file, run, propagation->discs);
        define_panel(file, input);
        break;
    case PROPAGATION_TREE:
        define_extent(file, run, propagation);
        define_shares(file, propagation);
        break;
    case PROPAGATION_LINKS:
        define_extent(file, run, propagation);
        break;
    case PROPAGATION_NONE:
        break;
    }
}

static void define_subtitle(struct table_file *file, const struct run_data *run, uint32_t number) {
    const struct run_message *message = &run->messages[number];
    CHECK(message->deliveries > 0);
    char published[FIGURE_TEXT_SIZE];
    char deliveries[FIGURE_TEXT_SIZE];
    char expected[FIGURE_TEXT_SIZE];
    char last[FIGURE_TEXT_SIZE];
    int64_t last_ns = run->message_latencies[number].max;
    figure_define_text(
        file, "subtitle", "message %" PRIu32 ", published at %s, reached %s of %s %s within %s",
        number, figure_duration(message->published_ns, published),
        figure_count(message->deliveries, deliveries), figure_count(message->expected, expected),
        figure_noun(message->expected, "receiver", "receivers"), figure_duration(last_ns, last));
}

/** An entry of the key for nodes without the message; left out if there are none. */
static void define_absence(struct table_file *file, const char *name, const char *label,
                           uint32_t nodes) {
    char count[FIGURE_TEXT_SIZE];
    if (nodes > 0) {
        figure_define_text(file, name, "%s  %s", label, figure_count(nodes, count));
    } else {
        figure_define_text(file, name, "%s", "");
    }
}

bool figure_facts_propagation(struct table_file *file, const struct figure_input *input) {
    const struct run_data *run = input->run;
    const struct propagation *propagation = input->propagation;
    if (propagation->reached == 0) {
        return false;
    }
    figure_define_text(file, "kind", "%s", kind_name(propagation->kind));
    figure_define_number(file, "node_count", run->node_count);
    figure_define_number(file, "link_count", run->link_count);
    const struct propagation_absences *absences = &propagation->absences;
    define_absence(file, "missed_title", "missed", absences->missed);
    define_absence(file, "outside_title", "not subscribed", absences->outside);
    define_absence(file, "unknown_title", "without it", absences->unknown);
    define_colours(file, propagation);
    define_picture(file, input);
    define_subtitle(file, run, propagation->message);
    return true;
}
