#include "analysis/cdf.h"
#include "analysis/statistics.h"
#include "analysis/tables_parts.h"

#include <inttypes.h>

static void print_topic(struct table_file *file, const struct run_data *run, uint32_t topic) {
    table_file_print(file, "\t");
    table_file_name(file, topic < run->topics.count ? run->topics.items[topic] : "NA");
}

void table_delivery(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    (void)scratch;
    table_file_print(file, "message\ttopic\tnode\tsender\thops\tcopy\texpected\tpublished_ns\t"
                           "delivered_ns\tlatency_ns\n");
    for (uint64_t i = 0; i < run->delivery_count; i++) {
        const struct run_delivery *delivery = &run->deliveries[i];
        const struct run_message *message = &run->messages[delivery->message];
        table_file_print(file, "%" PRIu32, delivery->message);
        print_topic(file, run, message->topic);
        table_file_number(file, delivery->node);
        table_file_number(file, delivery->sender);
        table_file_print(file, "\t%" PRIu32 "\t%s\t%d\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\n",
                         delivery->hops, delivery->requested ? "requested" : "pushed",
                         delivery->expected ? 1 : 0, message->published_ns, delivery->delivered_ns,
                         run->latencies_ns[i]);
    }
}

/** The latencies of one message, and the largest hop count among them. */
static void print_message_latencies(struct table_file *file, const struct run_data *run,
                                    const struct run_message *message) {
    struct statistics latency =
        statistics_of(run->latencies_ns + message->delivery_first, message->deliveries);
    if (latency.count == 0) {
        table_file_absent(file, 7);
        return;
    }
    uint32_t hops_max = 0;
    for (uint32_t i = 0; i < message->deliveries; i++) {
        uint32_t hops = run->deliveries[message->delivery_first + i].hops;
        hops_max = hops > hops_max ? hops : hops_max;
    }
    table_file_print(
        file,
        "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRIu32,
        latency.min, latency.mean, latency.p50, latency.p95, latency.p99, latency.max, hops_max);
}

void table_messages(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    (void)scratch;
    table_file_print(file, "message\ttopic\tpublished\tpublisher\tpublished_ns\tsize_bytes\t"
                           "expected\tdeliveries\tunexpected\tduplicates\tlatency_min_ns\t"
                           "latency_mean_ns\tlatency_p50_ns\tlatency_p95_ns\tlatency_p99_ns\t"
                           "latency_max_ns\thops_max\tseqno\n");
    for (uint32_t i = 0; i < run->message_count; i++) {
        const struct run_message *message = &run->messages[i];
        if (message->left_out) {
            continue;
        }
        table_file_print(file, "%" PRIu32, i);
        print_topic(file, run, message->topic);
        table_file_print(file, "\t%d", message->published ? 1 : 0);
        table_file_number(file, message->origin);
        table_file_print(file, "\t%" PRId64 "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32 "\t%" PRIu32,
                         message->published_ns, message->size_bytes, message->expected,
                         message->deliveries, message->unexpected);
        table_file_number(file, message->duplicates);
        print_message_latencies(file, run, message);
        if (message->seqno == 0) {
            table_file_absent(file, 1);
        } else {
            table_file_print(file, "\t%016" PRIx64, message->seqno);
        }
        table_file_print(file, "\n");
    }
}

void table_nodes(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    uint64_t *published =
        arena_take_array(scratch, MEMORY_TABLES, run->node_count, sizeof *published);
    for (uint32_t i = 0; i < run->message_count; i++) {
        if (run->messages[i].published) {
            published[run->messages[i].origin]++;
        }
    }
    table_file_print(file, "node\tregion\tlinks\tstart_ns\tpublished\tdeliveries\tlatency_min_ns\t"
                           "latency_mean_ns\tlatency_p50_ns\tlatency_p95_ns\tlatency_max_ns\n");
    for (uint32_t i = 0; i < run->node_count; i++) {
        const struct trace_node *node = &run->nodes[i];
        table_file_print(file, "%" PRIu32 "\t", i);
        table_file_name(file, node->region == TRACE_NONE ? "NA" : run->regions.items[node->region]);
        uint64_t first = run->node_latency_first[i];
        struct statistics latency =
            statistics_of(run->node_latencies_ns + first, run->node_latency_first[i + 1] - first);
        table_file_print(file, "\t%" PRIu32 "\t%" PRId64 "\t%" PRIu64 "\t%" PRIu64, node->degree,
                         node->start_ns, published[i], latency.count);
        if (latency.count == 0) {
            table_file_absent(file, 5);
        } else {
            table_file_print(file, "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64,
                             latency.min, latency.mean, latency.p50, latency.p95, latency.max);
        }
        table_file_print(file, "\n");
    }
}

struct cdf_line {
    const int64_t *latencies; // ascending
    uint64_t count;
    uint64_t expected; // ≥ 1: what the share is of
    uint64_t points_max;
    const char *topic; // NA for several
};

static void print_point(struct table_file *file, const char *series, const struct cdf_line *line,
                        uint64_t rank, double share) {
    table_file_print(file, "%s\t%" PRId64, series, line->latencies[rank - 1]);
    table_file_print(file, share > 0 ? "\t%.6f\t" : "\t%.0f\t", share);
    table_file_name(file, line->topic);
    table_file_print(file, "\n");
}

/** One curve: a point on the axis where it begins, then its ranks, then a blank line to end it. */
static void print_line(struct table_file *file, const char *series, struct cdf_line line) {
    uint64_t points = cdf_points(line.count, line.points_max);
    for (uint64_t i = 0; i < points; i++) {
        uint64_t rank = cdf_rank(line.count, points, i);
        if (i == 0) {
            print_point(file, series, &line, 1, 0);
        }
        print_point(file, series, &line, rank, (double)rank / (double)line.expected);
    }
    if (points > 0) {
        table_file_print(file, "\n");
    }
}

static void print_messages(struct table_file *file, const struct run_data *run,
                           struct arena *scratch) {
    struct cdf_messages chosen = cdf_choose_messages(run, scratch);
    for (uint32_t i = 0; i < chosen.count; i++) {
        const struct run_message *message = &run->messages[chosen.items[i]];
        char series[16];
        snprintf(series, sizeof series, "%" PRIu32, chosen.items[i]);
        print_line(file, series,
                   (struct cdf_line){run->latencies_ns + message->delivery_first,
                                     message->deliveries, message->expected, CDF_POINTS_MESSAGE,
                                     run->topics.items[message->topic]});
    }
}

/** A curve for each topic that is told apart, and one for the others together. */
static void print_topics(struct table_file *file, const struct run_data *run,
                         const struct topic_colours *colours, struct arena *scratch) {
    for (uint32_t place = 0; place <= colours->count; place++) {
        struct cdf_pool pool = cdf_pool_of(run, colours, place, scratch);
        bool others = place == colours->count;
        const char *topic = others ? "NA" : run->topics.items[colours->topics[place]];
        print_line(file, others ? "others" : "topic",
                   (struct cdf_line){pool.latencies_ns, pool.count, pool.expected,
                                     CDF_POINTS_POOLED, topic});
    }
}

void table_latency_cdf(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    table_file_print(file, "series\tlatency_ns\treached_share\ttopic\n");
    print_line(file, "all",
               (struct cdf_line){run->latencies_sorted_ns, run->expected_delivery_count,
                                 run_data_expected(run), CDF_POINTS_POOLED, "NA"});
    // Two blank lines part the data sets of gnuplot: the curve of all messages, the single messages
    // and, of several, the topics.
    table_file_print(file, "\n");
    print_messages(file, run, scratch);
    struct topic_colours colours = topic_colours_of(run, scratch);
    if (colours.with_messages > 1) {
        table_file_print(file, "\n");
        print_topics(file, run, &colours, scratch);
    }
}
