#include "analysis/cdf.h"
#include "analysis/statistics.h"
#include "analysis/tables_parts.h"
#include "analysis/topic_colours.h"

#include <inttypes.h>
#include <string.h>

static void print_topic(struct table_file *file, const struct run_data *run, uint32_t topic) {
    table_file_print(file, "\t");
    table_file_name(file, topic < run->topics.count ? run->topics.items[topic] : "NA");
}

static inline char *put_column(char *at, uint64_t number) {
    *at++ = '\t';
    if (number < 10) {
        *at++ = (char)('0' + number);
        return at;
    }
    return table_decimal(at, number);
}

enum { TEXT_SIZE = 32 };

/** A few columns as text that many rows share. All of its room is copied, of which less is wanted:
 * a copy of constant size takes no call. */
struct shared_text {
    char text[TEXT_SIZE];
    uint32_t size;
};

static inline char *put_shared(char *at, const struct shared_text *shared) {
    memcpy(at, shared->text, TEXT_SIZE);
    return at + shared->size;
}

/** Adds a name to what is shared, or nothing, and false, where it would not leave room for another
 * character. */
static bool share_text(struct shared_text *shared, const char *name) {
    size_t size = strlen(name);
    if (size >= TEXT_SIZE - shared->size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        shared->text[shared->size++] = table_name_character(name[i]);
    }
    return true;
}

enum { EIGHT_DIGITS = 100000000 };

/** What stands before the last eight digits of a number: in a column of times, the same for rows on
 * end. */
struct high_digits {
    uint64_t high; // 0: nothing
    char text[TEXT_SIZE];
    uint32_t size;
};

static inline char *put_near(char *at, struct high_digits *before, uint64_t number) {
    uint64_t high = number / EIGHT_DIGITS;
    if (high == 0) {
        return put_column(at, number);
    }
    if (high != before->high) {
        before->high = high;
        before->size = (uint32_t)(put_column(before->text, high) - before->text);
    }
    memcpy(at, before->text, TEXT_SIZE);
    return table_eight_digits(at + before->size, (uint32_t)(number % EIGHT_DIGITS));
}

/** A node's number as a column. */
struct node_text {
    char text[12];
    uint32_t size;
};

enum { NODE_TEXTS_MAX = 1 << 16, ROWS_AT_ONCE = 64 };

/** The rows, and what those of one message have in common. */
struct delivery_rows {
    struct table_file *file;
    const struct run_data *run;
    struct node_text *nodes; // [node_texts]
    uint32_t node_texts;
    uint32_t message;
    int64_t published_ns;
    struct shared_text number;    // of the message, and a tab
    struct shared_text topic;     // if it is as short as that
    struct shared_text published; // behind a tab
    const char *long_topic;       // else NULL
    struct high_digits delivered;
    struct high_digits latency;
};

/** Numbers of nodes come again and again, so they are made into text once. */
static void make_node_texts(struct delivery_rows *rows, struct arena *scratch) {
    uint32_t nodes = rows->run->node_count;
    rows->node_texts = nodes < NODE_TEXTS_MAX ? nodes : NODE_TEXTS_MAX;
    rows->nodes = arena_take_array(scratch, MEMORY_TABLES, rows->node_texts, sizeof *rows->nodes);
    for (uint32_t node = 0; node < rows->node_texts; node++) {
        char text[TABLE_DECIMAL_DIGITS + 1];
        rows->nodes[node].size = (uint32_t)(put_column(text, node) - text);
        memcpy(rows->nodes[node].text, text, sizeof rows->nodes[node].text);
    }
}

static inline char *put_node(const struct delivery_rows *rows, char *at, uint32_t node) {
    if (node < rows->node_texts) {
        memcpy(at, rows->nodes[node].text, sizeof rows->nodes[node].text);
        return at + rows->nodes[node].size;
    }
    return node == TRACE_NONE ? stpcpy(at, "\tNA") : put_column(at, node);
}

static void begin_message(struct delivery_rows *rows, uint32_t index) {
    const struct run_data *run = rows->run;
    const struct run_message *message = &run->messages[index];
    const char *topic =
        message->topic < run->topics.count ? run->topics.items[message->topic] : "NA";
    rows->message = index;
    rows->published_ns = message->published_ns;
    char *end = table_decimal(rows->number.text, index);
    *end++ = '\t';
    rows->number.size = (uint32_t)(end - rows->number.text);
    end = put_column(rows->published.text, (uint64_t)message->published_ns);
    rows->published.size = (uint32_t)(end - rows->published.text);
    rows->topic.size = 0;
    rows->long_topic = share_text(&rows->topic, topic) ? NULL : topic;
}

/** What a row takes in the buffer but for a long topic. */
enum { ROW_SIZE = 6 * TEXT_SIZE + 5 * (TABLE_DECIMAL_DIGITS + 1) };

/** A topic of any length. There is room for all rows at once behind it again. */
static char *put_long_topic(struct delivery_rows *rows, char *at) {
    table_file_take(rows->file, at);
    table_file_name(rows->file, rows->long_topic);
    return table_file_room(rows->file, (size_t)ROWS_AT_ONCE * ROW_SIZE);
}

static inline char *put_delivery(struct delivery_rows *rows, char *at,
                                 const struct run_delivery *delivery) {
    static const struct shared_text copies[2] = {{"\tpushed\t", 8}, {"\trequested\t", 11}};
    at = put_shared(at, &rows->number);
    at = rows->long_topic == NULL ? put_shared(at, &rows->topic) : put_long_topic(rows, at);
    at = put_node(rows, at, delivery->node);
    at = put_node(rows, at, delivery->sender);
    at = put_column(at, delivery->hops);
    at = put_shared(at, &copies[delivery->requested]);
    *at++ = delivery->expected ? '1' : '0';
    at = put_shared(at, &rows->published);
    at = put_near(at, &rows->delivered, (uint64_t)delivery->delivered_ns);
    at = put_near(at, &rows->latency, (uint64_t)(delivery->delivered_ns - rows->published_ns));
    *at++ = '\n';
    return at;
}

void table_delivery(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    table_file_print(file, "message\ttopic\tnode\tsender\thops\tcopy\texpected\tpublished_ns\t"
                           "delivered_ns\tlatency_ns\n");
    struct delivery_rows rows = {.file = file, .run = run, .message = TRACE_NONE};
    struct run_delivery some[ROWS_AT_ONCE];
    make_node_texts(&rows, scratch);
    run_data_rewind(run);
    for (uint32_t count = 0; (count = run_data_some(run, some, ROWS_AT_ONCE)) > 0;) {
        char *at = table_file_room(file, (size_t)ROWS_AT_ONCE * ROW_SIZE);
        for (uint32_t i = 0; i < count; i++) {
            if (some[i].message != rows.message) {
                begin_message(&rows, some[i].message);
            }
            at = put_delivery(&rows, at, &some[i]);
        }
        table_file_take(file, at);
    }
}

/** The latencies of one message, and the largest hop count among them. */
static void print_message_latencies(struct table_file *file, const struct statistics *latency,
                                    uint32_t hops_max) {
    if (latency->count == 0) {
        table_file_absent(file, 7);
        return;
    }
    table_file_print(file,
                     "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64 "\t%" PRId64
                     "\t%" PRIu32,
                     latency->min, latency->mean, latency->p50, latency->p95, latency->p99,
                     latency->max, hops_max);
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
        print_message_latencies(file, &run->message_latencies[i], message->hops_max);
        if (message->seqno == 0) {
            table_file_absent(file, 1);
        } else {
            table_file_print(file, "\t%016" PRIx64, message->seqno);
        }
        table_file_print(file, "\n");
    }
}

static void put_columns(struct table_file *file, const uint64_t *columns, uint32_t count) {
    char *at = table_file_room(file, (size_t)count * (TABLE_DECIMAL_DIGITS + 1));
    for (uint32_t i = 0; i < count; i++) {
        at = put_column(at, columns[i]);
    }
    table_file_take(file, at);
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
        char number[TABLE_DECIMAL_DIGITS + 1];
        char *end = table_decimal(number, i);
        *end++ = '\t';
        table_file_write(file, number, (size_t)(end - number));
        table_file_name(file, node->region == TRACE_NONE ? "NA" : run->regions.items[node->region]);
        struct statistics latency = run->node_latencies[i];
        const uint64_t columns[] = {
            node->degree,          (uint64_t)node->start_ns, published[i],
            latency.count,         (uint64_t)latency.min,    (uint64_t)latency.mean,
            (uint64_t)latency.p50, (uint64_t)latency.p95,    (uint64_t)latency.max};
        put_columns(file, columns, latency.count > 0 ? 9 : 4);
        if (latency.count == 0) {
            table_file_absent(file, 5);
        }
        table_file_write(file, "\n", 1);
    }
}

/** What the points of a curve have in common. */
struct point_texts {
    struct shared_text series; // and a tab
    struct shared_text end;    // of the line: a tab, and the topic if it is as short as that
    const char *long_topic;    // else NULL
};

enum { POINT_SIZE = 2 * TEXT_SIZE + TABLE_DECIMAL_DIGITS + TABLE_SHARE_SIZE };

static void print_point(struct table_file *file, const struct point_texts *texts,
                        int64_t latency_ns, double share) {
    char *at = put_shared(table_file_room(file, POINT_SIZE), &texts->series);
    at = table_decimal(at, (uint64_t)latency_ns);
    *at++ = '\t';
    at = share > 0 ? table_share(at, share) : stpcpy(at, "0");
    table_file_take(file, put_shared(at, &texts->end));
    if (texts->long_topic != NULL) {
        table_file_name(file, texts->long_topic);
        table_file_write(file, "\n", 1);
    }
}

static struct point_texts texts_of(const char *series, const char *topic) {
    struct point_texts texts = {.long_topic = NULL};
    share_text(&texts.series, series);
    texts.series.text[texts.series.size++] = '\t';
    texts.end.text[texts.end.size++] = '\t';
    if (share_text(&texts.end, topic)) {
        texts.end.text[texts.end.size++] = '\n';
    } else {
        texts.long_topic = topic;
    }
    return texts;
}

/** One curve: a point on the axis where it begins, then its ranks, then a blank line to end it. */
static void print_line(struct table_file *file, const char *series, const char *topic,
                       const struct run_curve *curve) {
    const struct point_texts texts = texts_of(series, topic);
    for (uint64_t i = 0; i < curve->points; i++) {
        uint64_t rank = cdf_rank(curve->count, curve->points, i);
        if (i == 0) {
            print_point(file, &texts, curve->values_ns[0], 0);
        }
        print_point(file, &texts, curve->values_ns[i], (double)rank / (double)curve->expected);
    }
    if (curve->points > 0) {
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
        print_line(file, series, run->topics.items[message->topic], &run->line_curves[i]);
    }
}

/** A curve for each topic that is told apart, and one for the others together. */
static void print_topics(struct table_file *file, const struct run_data *run,
                         const struct topic_colours *colours) {
    for (uint32_t place = 0; place <= colours->count; place++) {
        bool others = place == colours->count;
        const char *topic = others ? "NA" : run->topics.items[colours->topics[place]];
        print_line(file, others ? "others" : "topic", topic, &run->topic_curves[place]);
    }
}

void table_latency_cdf(struct table_file *file, const struct run_data *run, struct arena *scratch) {
    table_file_print(file, "series\tlatency_ns\treached_share\ttopic\n");
    print_line(file, "all", "NA", &run->curve);
    // Two blank lines part the data sets of gnuplot: the curve of all messages, the single messages
    // and, of several, the topics.
    table_file_print(file, "\n");
    print_messages(file, run, scratch);
    struct topic_colours colours = topic_colours_of(run, scratch);
    if (colours.with_messages > 1) {
        table_file_print(file, "\n");
        print_topics(file, run, &colours);
    }
}
