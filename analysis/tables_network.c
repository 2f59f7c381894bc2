#include "analysis/depth.h"
#include "analysis/hops.h"
#include "analysis/tables_parts.h"
#include "analysis/traffic.h"

#include <inttypes.h>

static void print_topic(struct table_file *file, const struct run_data *run, uint32_t topic) {
    table_file_name(file, run->topics.items[topic]);
}

void table_hops(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    struct hop_counts counts = run->hops;
    struct hop_bounds bounds = hops_bounds(run, scratch);
    table_file_print(file, "topic\thops\tdeliveries\tpushed\trequested\tshare_of_deliveries\t"
                           "lower_bound_hops\n");
    for (uint64_t i = 0; i < counts.count; i++) {
        const struct hop_count *row = &counts.rows[i];
        uint64_t deliveries = row->pushed + row->requested;
        print_topic(file, run, row->topic);
        table_file_print(file, "\t%" PRIu32 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%.6f",
                         row->hops, deliveries, row->pushed, row->requested,
                         (double)deliveries / (double)run->expected_delivery_count);
        table_file_number(file, hops_bound_of(&bounds, row->topic));
        table_file_print(file, "\n");
    }
}

void table_depth(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    struct hop_bounds bounds = hops_bounds(run, scratch);
    table_file_print(file, "topic\tmessages\tnodes\tmean_degree\tdegree_of\tlower_bound_hops\n");
    for (uint32_t i = 0; i < bounds.count; i++) {
        const struct hop_bound *bound = &bounds.rows[i];
        print_topic(file, run, bound->topic);
        table_file_print(file, "\t%" PRIu64 "\t%" PRIu64 "\t%.6f\t%s", bound->messages,
                         bound->nodes, bound->degree, bound->from_mesh ? "mesh" : "links");
        table_file_number(file, bound->hops);
        table_file_print(file, "\n");
    }
}

void table_mesh_degree(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    (void)scratch;
    table_file_print(file,
                     "at_ns\ttopic\tnodes\tdegree_min\tdegree_mean\tdegree_max\tone_sided_links\n");
    uint32_t total = run->topic_sample_first[run->topics.count];
    for (uint32_t i = 0; i < total; i++) {
        const struct trace_sample *sample = &run->samples[run->topic_samples[i]];
        bool first_of_topic =
            i > 0 && sample->topic != run->samples[run->topic_samples[i - 1]].topic;
        // Two blank lines part the topics for gnuplot; other readers pass over them.
        table_file_print(file, "%s%" PRId64 "\t", first_of_topic ? "\n\n" : "", sample->at_ns);
        print_topic(file, run, sample->topic);
        table_file_print(file, "\t%" PRIu32 "\t%" PRIu32 "\t%.6f\t%" PRIu32 "\t%" PRIu64 "\n",
                         sample->nodes, sample->degree_min,
                         (double)sample->degree_sum / sample->nodes, sample->degree_max,
                         sample->one_sided_links);
    }
}

static void print_intervals(struct table_file *file, const struct traffic_intervals *intervals) {
    table_file_print(file, "from_ns\tto_ns");
    for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        table_file_print(file, "\t%s_rpcs", trace_rpc_name((enum trace_rpc)kind));
    }
    for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        table_file_print(file, "\t%s_bytes", trace_rpc_name((enum trace_rpc)kind));
    }
    table_file_print(file, "\tpayload_bytes\tcontrol_bytes\tdeliveries\tduplicates\tlost_rpcs\n");
    for (uint32_t i = 0; i < intervals->count; i++) {
        const struct traffic_interval *interval = &intervals->items[i];
        const struct trace_traffic *sent = &interval->sent;
        table_file_print(file, "%" PRId64 "\t%" PRId64, interval->from_ns, interval->to_ns);
        for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
            table_file_print(file, "\t%" PRIu64, sent->rpcs_sent[kind]);
        }
        for (unsigned kind = 0; kind < TRACE_RPC_COUNT; kind++) {
            table_file_print(file, "\t%" PRIu64, sent->bytes_sent[kind]);
        }
        table_file_print(file,
                         "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\n",
                         sent->payload_bytes_sent, traffic_control_bytes(sent), sent->deliveries,
                         sent->duplicates, sent->packets_lost);
    }
}

/** One gauge: its sum over all nodes, and its mean. */
static void print_gauge(struct table_file *file, uint64_t sum, uint32_t nodes) {
    table_file_print(file, "\t%" PRIu64 "\t%.6f", sum, (double)sum / nodes);
}

void table_gauges(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    (void)scratch;
    table_file_print(file, "at_ns\ttopic\tmesh_sum\tmesh_mean\tfanout_sum\tfanout_mean\t"
                           "gossipsub_sum\tgossipsub_mean\n");
    for (uint32_t i = 0; i < run->sample_count; i++) {
        const struct trace_sample *sample = &run->samples[i];
        table_file_print(file, "%" PRId64 "\t", sample->at_ns);
        print_topic(file, run, sample->topic);
        print_gauge(file, sample->gauge_mesh_sum, run->node_count);
        print_gauge(file, sample->gauge_fanout_sum, run->node_count);
        print_gauge(file, sample->gauge_subscribers_sum, run->node_count);
        table_file_print(file, "\n");
    }
}

void table_traffic(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    struct traffic_intervals intervals = traffic_intervals_of(run, scratch);
    print_intervals(file, &intervals);
}

void table_traffic_bins(struct table_file *file, const struct run_data *run,
                        struct arena *scratch) {
    struct traffic_intervals intervals = traffic_intervals_of(run, scratch);
    struct traffic_intervals bins = traffic_bins_of(&intervals, scratch);
    print_intervals(file, &bins);
}
