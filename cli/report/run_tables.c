#include "analysis/figure_text.h"
#include "cli/figure_words.h"
#include "cli/report/page.h"
#include "cli/report/report.h"

#include <inttypes.h>
#include <string.h>

enum { MESSAGE_ROWS_MAX = 2000 };

static void write_number(FILE *out, const json_t *value, enum metric metric) {
    char text[NUMBER_TEXT_SIZE];
    if (!json_is_number(value)) {
        fputs("undefined", out);
        return;
    }
    double number = json_number_value(value);
    if (metric == METRIC_COUNT) {
        fprintf(out, "%.10g", number);
    } else if (metric_unit_of(metric) == METRIC_BYTES) {
        fputs(bytes_text(number, text), out);
    } else {
        fputs(value_text(metric, number, text), out);
    }
}

/** The figure that a condition begins with. */
static enum metric metric_of(const char *condition) {
    return metric_find(condition, strspn(condition, "abcdefghijklmnopqrstuvwxyz0123456789_."));
}

static void write_condition(FILE *out, const json_t *condition) {
    const json_t *text = json_object_get(condition, "text");
    const json_t *value = json_object_get(condition, "value");
    const char *words = json_is_string(text) ? json_string_value(text) : "?";
    bool ok = json_is_true(json_object_get(condition, "ok"));
    fputs(ok ? "<tr><td class=\"left ok\">✓ met</td><td class=\"left\"><code>"
             : "<tr><td class=\"left failed\">✗ failed</td><td class=\"left\"><code>",
          out);
    page_text(out, words);
    fputs("</code></td><td>", out);
    write_number(out, value, metric_of(words));
    fputs("</td></tr>\n", out);
}

void report_run_expectations(struct report *report, const json_t *summary) {
    FILE *out = report->body;
    const json_t *list = report_json_at(summary, "expect");
    size_t count = json_array_size(list);
    size_t failed = 0;
    for (size_t i = 0; i < count; i++) {
        failed += json_is_true(json_object_get(json_array_get(list, i), "ok")) ? 0 : 1;
    }
    if (count == 0) {
        fputs(summary == NULL ? "<p class=\"verdict\">There is no summary of this run, so nothing "
                                "is judged.</p>\n"
                              : "<p class=\"verdict\">The scenario states no expectation, so "
                                "nothing is judged.</p>\n",
              out);
        return;
    }
    fprintf(out, "<p class=\"verdict\"><span class=\"%s\">%s</span> ",
            failed == 0 ? "ok" : "failed", failed == 0 ? "✓ Yes." : "✗ No.");
    if (failed == 0) {
        fprintf(out, "%s</p>\n",
                count == 1 ? "The expectation is met." : "All expectations are met.");
    } else {
        fprintf(out, "%zu of %zu %s failed.</p>\n", failed, count,
                figure_noun(count, "expectation", "expectations"));
    }
    page_table_begin(out, "", false);
    fputs("<thead><tr><th>Verdict</th><th class=\"left\">Expectation</th><th>Found</th></tr>"
          "</thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < count; i++) {
        write_condition(out, json_array_get(list, i));
    }
    page_table_end(out);
}

__attribute__((format(printf, 4, 5))) static void fact(FILE *out, const char *name,
                                                       const char *value, const char *note, ...) {
    char text[256];
    va_list arguments;
    va_start(arguments, note);
    vsnprintf(text, sizeof text, note, arguments);
    va_end(arguments);
    fputs("<div><dt>", out);
    page_text(out, name);
    fputs("</dt><dd>", out);
    page_text(out, value);
    fputs("<small>", out);
    page_text(out, text);
    fputs("</small></dd></div>\n", out);
}

static uint64_t sum_duplicates(const struct run_data *run, bool *known) {
    uint64_t sum = 0;
    *known = true;
    for (uint32_t i = 0; i < run->message_count; i++) {
        const struct run_message *message = &run->messages[i];
        bool counts = message->published && !message->left_out;
        *known = *known && (!counts || message->duplicates != RUN_DATA_UNKNOWN);
        sum += counts && message->duplicates != RUN_DATA_UNKNOWN ? message->duplicates : 0;
    }
    return sum;
}

static void latency_fact(FILE *out, const struct run_data *run) {
    const struct statistics *latency = &run->latency;
    char p50[NUMBER_TEXT_SIZE];
    char p95[NUMBER_TEXT_SIZE];
    char p99[NUMBER_TEXT_SIZE];
    char most[NUMBER_TEXT_SIZE];
    if (latency->count == 0) {
        fact(out, "Latency", "undefined", "nothing was delivered");
        return;
    }
    fact(out, "Latency, median", duration_text(latency->p50, p50), "p95 %s, p99 %s, most %s",
         duration_text(latency->p95, p95), duration_text(latency->p99, p99),
         duration_text(latency->max, most));
}

static void hops_fact(FILE *out, const struct run_data *run) {
    char mean[NUMBER_TEXT_SIZE];
    uint64_t count = 0;
    double sum = 0;
    uint32_t most = 0;
    uint64_t requested = 0;
    for (uint64_t i = 0; i < run->hops.count; i++) {
        const struct hop_count *row = &run->hops.rows[i];
        count += row->pushed + row->requested;
        requested += row->requested;
        sum += (double)row->hops * (double)(row->pushed + row->requested);
        most = row->hops > most ? row->hops : most;
    }
    if (count > 0) {
        snprintf(mean, sizeof mean, "%.2f", sum / (double)count);
        fact(out, "Hops, mean", mean, "most %" PRIu32 "; %.3g %% of deliveries came by gossip",
             most, 100.0 * (double)requested / (double)count);
    }
}

static void traffic_facts(FILE *out, const struct run_data *run, const json_t *summary) {
    char total[NUMBER_TEXT_SIZE];
    char payload[NUMBER_TEXT_SIZE];
    char control[NUMBER_TEXT_SIZE];
    const json_t *sent = report_json_at(summary, "bytes_sent.total");
    double bytes = json_number_value(sent);
    double payload_bytes = json_number_value(report_json_at(summary, "bytes_sent.payload"));
    if (sent == NULL && run->traffic_count > 0) {
        const struct trace_traffic *last = &run->traffic[run->traffic_count - 1];
        for (uint32_t kind = 0; kind < TRACE_RPC_COUNT; kind++) {
            bytes += (double)last->bytes_sent[kind];
        }
        payload_bytes = (double)last->payload_bytes_sent;
    }
    if (bytes > 0) {
        fact(out, "Bytes sent", bytes_text(bytes, total), "payload %s, control %s (%.1f %%)",
             bytes_text(payload_bytes, payload), bytes_text(bytes - payload_bytes, control),
             100 * (bytes - payload_bytes) / bytes);
    }
    const json_t *lost = report_json_at(summary, "packets_lost");
    const json_t *dropped = report_json_at(summary, "packets_dropped.total");
    if (lost != NULL) {
        fact(out, "RPCs lost", grouped((uint64_t)json_number_value(lost), total),
             "at random; %s more dropped for other reasons",
             grouped((uint64_t)json_number_value(dropped), payload));
    }
    const json_t *mean = report_json_at(summary, "mesh_degree.mean");
    if (json_is_number(mean)) {
        snprintf(total, sizeof total, "%.2f", json_number_value(mean));
        fact(out, "Mesh degree, mean", total, "least %.0f, most %.0f, at the end",
             json_number_value(report_json_at(summary, "mesh_degree.min")),
             json_number_value(report_json_at(summary, "mesh_degree.max")));
    }
}

void report_run_facts(struct report *report, const struct run_data *run, const json_t *summary) {
    FILE *out = report->body;
    char share[FIGURE_TEXT_SIZE];
    char got[NUMBER_TEXT_SIZE];
    char wanted[NUMBER_TEXT_SIZE];
    bool known = false;
    uint64_t expected = run_data_expected(run);
    uint64_t duplicates = sum_duplicates(run, &known);
    fputs("<dl class=\"facts\">\n", out);
    if (run->message_count > 0) {
        fact(out, "Delivered",
             expected == 0 ? "undefined"
                           : figure_share(run->expected_delivery_count, expected, share),
             "%s of %s expected %s, %" PRIu32 " %s", grouped(run->expected_delivery_count, got),
             grouped(expected, wanted), figure_noun(expected, "delivery", "deliveries"),
             run->published_count, figure_noun(run->published_count, "message", "messages"));
        latency_fact(out, run);
        hops_fact(out, run);
    }
    if (known && run->delivery_count > 0) {
        snprintf(got, sizeof got, "%.2f", (double)duplicates / (double)run->delivery_count);
        fact(out, "Duplicates per delivery", got, "%s in all", grouped(duplicates, wanted));
    }
    traffic_facts(out, run, summary);
    fputs("</dl>\n", out);
}

static void cell_duration(FILE *out, int64_t ns) {
    char text[NUMBER_TEXT_SIZE];
    fprintf(out, "<td data-sort=\"%" PRId64 "\">%s</td>", ns, duration_text(ns, text));
}

static void cell_count(FILE *out, uint64_t count) {
    char text[NUMBER_TEXT_SIZE];
    fprintf(out, "<td data-sort=\"%" PRIu64 "\">%s</td>", count, grouped(count, text));
}

static void write_message(FILE *out, const struct run_data *run, uint32_t number) {
    const struct run_message *message = &run->messages[number];
    const struct statistics *latency = &run->message_latencies[number];
    fprintf(out, "<tr><td>%" PRIu32 "</td><td class=\"left\">", number);
    page_text(out, message->topic < run->topics.count ? run->topics.items[message->topic] : "?");
    fprintf(out, "</td><td>%" PRIu32 "</td>", message->origin);
    cell_duration(out, message->published_ns);
    cell_count(out, message->size_bytes);
    cell_count(out, message->expected);
    cell_count(out, message->deliveries);
    if (message->duplicates == RUN_DATA_UNKNOWN) {
        fputs("<td>not known</td>", out);
    } else {
        cell_count(out, message->duplicates);
    }
    if (latency->count == 0) {
        fputs("<td>–</td><td>–</td><td>–</td>", out);
    } else {
        cell_duration(out, latency->p50);
        cell_duration(out, latency->p95);
        cell_duration(out, latency->max);
    }
    fprintf(out, "<td>%" PRIu32 "</td></tr>\n", message->hops_max);
}

void report_run_messages(struct report *report, const struct run_data *run) {
    FILE *out = report->body;
    uint32_t rows = 0;
    uint32_t left_out = 0;
    if (run->published_count == 0) {
        fputs("<p>No message was published.</p>\n", out);
        return;
    }
    fputs("<h3>Messages</h3>\n", out);
    page_table_begin(out, "sortable", true);
    fputs("<thead><tr><th>Message</th><th class=\"left\">Topic</th><th>Publisher</th>"
          "<th>Published at</th><th>Bytes</th><th>Expected</th><th>Delivered</th>"
          "<th>Duplicates</th><th>p50</th><th>p95</th><th>Last</th><th>Hops, most</th></tr>"
          "</thead>\n<tbody>\n",
          out);
    for (uint32_t i = 0; i < run->message_count; i++) {
        if (!run->messages[i].published || run->messages[i].left_out) {
            continue;
        }
        if (rows < MESSAGE_ROWS_MAX && report_room(report) > report->options.size_max / 2) {
            write_message(out, run, i);
            rows++;
        } else {
            left_out++;
        }
    }
    page_table_end(out);
    if (left_out > 0) {
        fprintf(out,
                "<p class=\"note\">%" PRIu32 " further messages are left out here; "
                "<code>tables/messages.tsv</code> of the folder has all.</p>\n",
                left_out);
    }
}

static void write_figure(FILE *out, const char *section, const char *key, const json_t *value) {
    bool machine = strcmp(key, "wall_s") == 0 || strcmp(key, "events_per_s") == 0 ||
                   strcmp(key, "peak_rss_bytes") == 0;
    if (json_is_number(value) && !machine) {
        fputs("<tr><td><code>", out);
        page_print(out, "%s%s%s", section, section[0] == '\0' ? "" : ".", key);
        fprintf(out, "</code></td><td>%.12g</td></tr>\n", json_number_value(value));
    }
}

/** All numbers of the summary, by their paths, which have one or two keys. */
static void write_figures(FILE *out, json_t *summary) {
    const char *key = NULL;
    const char *inner = NULL;
    json_t *value = NULL;
    json_t *part = NULL;
    json_object_foreach(summary, key, value) {
        write_figure(out, "", key, value);
        json_object_foreach(value, inner, part) {
            write_figure(out, key, inner, part);
        }
    }
}

void report_run_figures_table(struct report *report, json_t *summary) {
    FILE *out = report->body;
    if (summary == NULL) {
        return;
    }
    fputs("<details>\n<summary>All figures of the run</summary>\n", out);
    page_table_begin(out, "", false);
    fputs("<caption>As in <code>summary.json</code>: times in ns, sizes in bytes. What depends on "
          "the machine is left out.</caption>\n<thead><tr><th>Figure</th><th>Value</th></tr>"
          "</thead>\n<tbody>\n",
          out);
    write_figures(out, summary);
    page_table_end(out);
    fputs("</details>\n", out);
}
