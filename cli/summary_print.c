#include "analysis/figure_text.h"
#include "base/quantity.h"
#include "cli/figure_words.h"
#include "cli/summary.h"
#include "cli/summary_detail.h"
#include "scenarios/groups.h"

#include <inttypes.h>
#include <string.h>

static double figure_of(const struct summary *summary, enum metric metric) {
    double value = 0;
    return summary_metric(summary, metric, &value) ? value : 0;
}

static void print_delivery(const struct summary *summary, FILE *out) {
    const struct run_counts *counts = &summary->result->counts;
    char a[NUMBER_TEXT_SIZE];
    char b[NUMBER_TEXT_SIZE];
    double share = 0;
    const char *noun = figure_noun(counts->published, "message", "messages");
    if (!summary_metric(summary, METRIC_DELIVERY_RATIO, &share)) {
        fprintf(out, "  delivery     nothing was expected: %s %s published, %s skipped\n",
                grouped(counts->published, a), noun, grouped(counts->publish_skipped, b));
        return;
    }
    fprintf(out, "  delivery     %.4f %%   %s of %s expected", 100 * share,
            grouped(counts->deliveries, a), grouped(counts->expected_deliveries, b));
    fprintf(out, ", %s %s", grouped(counts->published, a), noun);
    if (counts->publish_skipped > 0) {
        fprintf(out, ", %s skipped", grouped(counts->publish_skipped, a));
    }
    if (counts->deliveries_unexpected > 0) {
        fprintf(out, ", %s unexpected", grouped(counts->deliveries_unexpected, a));
    }
    fputc('\n', out);
}

static void print_latency(const struct summary *summary, FILE *out) {
    const struct statistics *latency = &summary->measured.latency_ns;
    char text[4][NUMBER_TEXT_SIZE];
    if (latency->count == 0) {
        fputs("  latency      no delivery\n", out);
        return;
    }
    fprintf(out, "  latency      p50 %s   p95 %s   p99 %s   max %s\n",
            duration_text(latency->p50, text[0]), duration_text(latency->p95, text[1]),
            duration_text(latency->p99, text[2]), duration_text(latency->max, text[3]));
    fprintf(out, "  hops         mean %.2f   max %u\n", figure_of(summary, METRIC_HOPS_MEAN),
            summary->result->counts.hops_max);
}

/** When the figures of the whole window are taken: before the end of the run, or then. */
static bool ends_early(const struct summary *summary) {
    return summary->scenario->measure.until_ns < summary->result->virtual_ns;
}

/** Which part of the run the figures are about, if not about all. */
static void print_measured(const struct summary *summary, FILE *out) {
    const struct scenario_window *measure = &summary->scenario->measure;
    char from[QUANTITY_TEXT_SIZE];
    char until[QUANTITY_TEXT_SIZE];
    bool early = ends_early(summary);
    if (measure->from_ns > 0 || early) {
        fprintf(
            out, "  measured     from %s to %s: what is published and sent before%s is left out\n",
            quantity_write_duration(measure->from_ns, from),
            quantity_write_duration(early ? measure->until_ns : summary->result->virtual_ns, until),
            early ? " and after" : "");
    }
}

/** The limits of meshes, where they are the same at every node. */
static void print_degrees(const struct scenario *scenario, FILE *out) {
    const struct router_params *all = &scenario->router;
    for (uint32_t i = 1; i <= scenario->group_count; i++) {
        const struct router_params *own = group_router(scenario, i);
        if (own->protocol != all->protocol || own->d_low != all->d_low || own->d != all->d ||
            own->d_high != all->d_high) {
            return;
        }
    }
    fprintf(out, " (Dlo %u, D %u, Dhi %u)", all->d_low, all->d, all->d_high);
}

/** The scenario's profile, then those of its groups, each once. */
static void print_profiles(const struct scenario *scenario, FILE *out) {
    fputs(scenario->profile->name, out);
    for (uint32_t i = 0; i < scenario->group_count; i++) {
        const struct profile *own = scenario->groups[i].profile;
        const struct profile *other = scenario->profile;
        for (uint32_t j = 0; j < i && own != other; j++) {
            other = scenario->groups[j].profile;
        }
        if (own != other) {
            fprintf(out, ", %s", own->name);
        }
    }
}

/** What did not arrive other than by random loss, by cause. */
static void print_dropped(const struct run_counts *counts, FILE *out) {
    const char *separator = "  dropped      ";
    for (enum trace_cause cause = CAUSE_NONE; cause < CAUSE_COUNT; cause++) {
        char text[NUMBER_TEXT_SIZE];
        if (counts->packets_dropped[cause] > 0) {
            fprintf(out, "%s%s %s", separator, trace_cause_name(cause),
                    grouped(counts->packets_dropped[cause], text));
            separator = ", ";
        }
    }
    if (separator[0] == ',') {
        char text[NUMBER_TEXT_SIZE];
        fprintf(out, " RPCs, %s\n", bytes_text((double)counts->bytes_dropped, text));
    }
}

/** How often nodes stopped, started again and stood still. */
static void print_faults(const struct run_counts *counts, FILE *out) {
    char text[3][NUMBER_TEXT_SIZE];
    if (counts->crashes + counts->pauses > 0) {
        fprintf(out, "  faults       %s %s, %s %s, %s %s\n", grouped(counts->crashes, text[0]),
                figure_noun(counts->crashes, "crash", "crashes"),
                grouped(counts->restarts, text[1]),
                figure_noun(counts->restarts, "restart", "restarts"),
                grouped(counts->pauses, text[2]), figure_noun(counts->pauses, "pause", "pauses"));
    }
}

static void print_traffic(const struct summary *summary, FILE *out) {
    const struct run_counts *counts = &summary->result->counts;
    char text[4][NUMBER_TEXT_SIZE];
    double share = 0;
    fputs("  duplicates   ", out);
    if (summary_metric(summary, METRIC_DUPLICATES_PER_DELIVERY, &share)) {
        fprintf(out, "%.2f per delivery   ", share);
    } else {
        fputs("no delivery   ", out);
    }
    fprintf(out, "%s in all\n", grouped(counts->duplicates, text[0]));
    double total = figure_of(summary, METRIC_BYTES_SENT_TOTAL);
    double payload = (double)counts->payload_bytes_sent;
    fprintf(out, "  bytes sent   %s   payload %s, control %s\n", bytes_text(total, text[0]),
            bytes_text(payload, text[1]), bytes_text(total - payload, text[2]));
    fprintf(out, "  RPCs sent   ");
    static const char *const names[TRACE_RPC_COUNT] = {"subscriptions", "messages", "IHAVE",
                                                       "IWANT",         "GRAFT",    "PRUNE"};
    for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
        fprintf(out, " %s %s%s", names[kind], grouped(counts->rpcs_sent[kind], text[0]),
                kind + 1 < TRACE_RPC_COUNT ? "," : "\n");
    }
    if (counts->packets_lost > 0) {
        fprintf(out, "  lost         %s %s, %s\n", grouped(counts->packets_lost, text[0]),
                figure_noun(counts->packets_lost, "RPC", "RPCs"),
                bytes_text((double)counts->bytes_lost, text[1]));
    }
    print_dropped(counts, out);
    if (counts->retransmissions > 0) {
        fprintf(out, "  sent again   %s %s\n", grouped(counts->retransmissions, text[0]),
                figure_noun(counts->retransmissions, "time", "times"));
    }
    double mean = 0;
    if (summary_metric(summary, METRIC_MESH_DEGREE_MEAN, &mean)) {
        fprintf(out, "  mesh degree  min %u   mean %.2f   max %u   %s", counts->mesh_degree_min,
                mean, counts->mesh_degree_max, ends_early(summary) ? "as that ends" : "at the end");
        print_degrees(summary->scenario, out);
        fputc('\n', out);
    }
}

static void print_expectations(const struct summary *summary, FILE *out) {
    for (uint32_t i = 0; i < summary->scenario->expectation_count; i++) {
        const struct summary_expectation *expectation = &summary->expectations[i];
        const struct scenario_expectation *wanted = &summary->scenario->expectations[i];
        char text[NUMBER_TEXT_SIZE];
        if (!expectation->ok) {
            summary_print_failed(summary, i, out);
        } else if (wanted->invariant != INVARIANT_NONE) {
            fprintf(out, "  expect       ok     %s\n", expectation->text);
        } else {
            fprintf(out, "  expect       ok     %s   (%s)\n", expectation->text,
                    value_text(wanted->metric, expectation->value, text));
        }
    }
}

/** Which threads the run had, if it was to have more than one. */
static void print_threads(const struct run_threads *threads, FILE *out) {
    char windows[NUMBER_TEXT_SIZE];
    char apart[NUMBER_TEXT_SIZE];
    char length[NUMBER_TEXT_SIZE];
    if (threads->lookahead_ns == 0 && threads->alone == NULL) {
        return;
    }
    fprintf(out, "  threads      %" PRIu32, threads->used);
    if (threads->windows > 0) {
        fprintf(out, ", %s %s of at least %s", grouped(threads->windows, windows),
                figure_noun(threads->windows, "window", "windows"),
                duration_text(threads->lookahead_ns, length));
    }
    if (threads->windows_apart > 0) {
        fprintf(out, ", side by side in %s", grouped(threads->windows_apart, apart));
    }
    fprintf(out, "%s%s\n", threads->alone == NULL ? "" : ": ",
            threads->alone == NULL ? "" : threads->alone);
}

void summary_print(const struct summary *summary, FILE *out) {
    const struct run_result *result = summary->result;
    char a[NUMBER_TEXT_SIZE];
    char b[NUMBER_TEXT_SIZE];
    char digest[DIGEST_TEXT_SIZE];
    fprintf(out, "%s  seed %" PRIu64 "  %s %s, %s %s  ", summary->scenario->name,
            summary->scenario->seed, grouped(result->nodes, a),
            figure_noun(result->nodes, "node", "nodes"), grouped(result->links, b),
            figure_noun(result->links, "link", "links"));
    print_profiles(summary->scenario, out);
    fputc('\n', out);
    print_measured(summary, out);
    print_delivery(summary, out);
    print_latency(summary, out);
    print_traffic(summary, out);
    print_faults(&summary->result->counts, out);
    double wall_s = summary->machine.wall_s;
    double events_per_s = wall_s > 0 ? (double)result->events / wall_s : 0;
    double speed = wall_s > 0 ? (double)result->virtual_ns / (double)NS_PER_S / wall_s : 0;
    fprintf(out, "  speed        %s %s in %.2f s: %s per second, %.1f × real time, %s\n",
            grouped(result->events, a), figure_noun(result->events, "event", "events"), wall_s,
            grouped((uint64_t)events_per_s, b), speed,
            bytes_text((double)summary->machine.peak_rss_bytes, digest));
    print_threads(&result->threads, out);
    print_expectations(summary, out);
    fprintf(out, "  digest       %s\n", digest_write(result->digest, digest));
}
