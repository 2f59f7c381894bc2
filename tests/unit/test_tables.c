#include "analysis/table_file.h"
#include "analysis/tables.h"
#include "analysis/traffic.h"
#include "base/prng.h"
#include "base/quantity.h"
#include "tests/support/analysis_fixture.h"

#include <inttypes.h>
#include <string.h>

static void write_tables(struct analysis_fixture *f) {
    bool written = analysis_write_tables(&f->run, TABLES_ALL, f->folder, &f->failure);
    if (!written) {
        fail_msg("%s", f->failure.message);
    }
}

// What the small run comes to.
static const struct {
    const char *name;
    const char *text;
} expected[] = {
    {"tables/delivery.tsv",
     "message\ttopic\tnode\tsender\thops\tcopy\texpected\tpublished_ns\tdelivered_ns\t"
     "latency_ns\n"
     "0\tblocks\t1\t0\t1\tpushed\t1\t1000000000\t1050000000\t50000000\n"
     "0\tblocks\t2\t1\t2\tpushed\t1\t1000000000\t1120000000\t120000000\n"
     "0\tblocks\t3\t2\t3\trequested\t1\t1000000000\t2500000000\t1500000000\n"
     "1\tvotes\t1\t2\t2\tpushed\t1\t2000000000\t2030000000\t30000000\n"
     "1\tvotes\t2\t3\t1\tpushed\t0\t2000000000\t2010000000\t10000000\n"},
    // Of 50, 120 and 1,500 ms: mean 556.67, p50 the second, p95 and p99 the third.
    {"tables/messages.tsv",
     "message\ttopic\tpublished\tpublisher\tpublished_ns\tsize_bytes\texpected\tdeliveries\t"
     "unexpected\tduplicates\tlatency_min_ns\tlatency_mean_ns\tlatency_p50_ns\t"
     "latency_p95_ns\tlatency_p99_ns\tlatency_max_ns\thops_max\tseqno\n"
     "0\tblocks\t1\t0\t1000000000\t100\t3\t3\t0\t2\t50000000\t556666667\t120000000\t"
     "1500000000\t1500000000\t1500000000\t3\t00000000000000a1\n"
     "1\tvotes\t1\t3\t2000000000\t200\t2\t1\t1\t1\t30000000\t30000000\t30000000\t30000000\t"
     "30000000\t30000000\t2\tffeeddccbbaa9988\n"
     "2\tblocks\t0\tNA\t3000000000\t100\t0\t0\t0\t0\tNA\tNA\tNA\tNA\tNA\tNA\tNA\tNA\n"},
    {"tables/nodes.tsv",
     "node\tregion\tlinks\tstart_ns\tpublished\tdeliveries\tlatency_min_ns\tlatency_mean_ns\t"
     "latency_p50_ns\tlatency_p95_ns\tlatency_max_ns\n"
     "0\teurope\t1\t0\t1\t0\tNA\tNA\tNA\tNA\tNA\n"
     "1\teurope\t2\t10000000\t0\t2\t30000000\t40000000\t30000000\t50000000\t50000000\n"
     "2\tna_east\t2\t20000000\t0\t1\t120000000\t120000000\t120000000\t120000000\t120000000\n"
     "3\tna_east\t1\t30000000\t1\t1\t1500000000\t1500000000\t1500000000\t1500000000\t"
     "1500000000\n"},
    // Shares of the five receivers expected in all, then of each message's own.
    {"tables/latency_cdf.tsv", "series\tlatency_ns\treached_share\ttopic\n"
                               "all\t30000000\t0\tNA\n"
                               "all\t30000000\t0.200000\tNA\n"
                               "all\t50000000\t0.400000\tNA\n"
                               "all\t120000000\t0.600000\tNA\n"
                               "all\t1500000000\t0.800000\tNA\n"
                               "\n\n"
                               "0\t50000000\t0\tblocks\n"
                               "0\t50000000\t0.333333\tblocks\n"
                               "0\t120000000\t0.666667\tblocks\n"
                               "0\t1500000000\t1.000000\tblocks\n"
                               "\n"
                               "1\t30000000\t0\tvotes\n"
                               "1\t30000000\t0.500000\tvotes\n"
                               "\n\n"
                               "topic\t50000000\t0\tblocks\n"
                               "topic\t50000000\t0.333333\tblocks\n"
                               "topic\t120000000\t0.666667\tblocks\n"
                               "topic\t1500000000\t1.000000\tblocks\n"
                               "\n"
                               "topic\t30000000\t0\tvotes\n"
                               "topic\t30000000\t0.500000\tvotes\n"
                               "\n"},
    // blocks: degree 9/4, 1 + 2.25 = 3.25 < 4 ≤ 3.25 + 2.8; votes: degree 2, 3 ≤ 1 + 2.
    {"tables/hops.tsv", "topic\thops\tdeliveries\tpushed\trequested\tshare_of_deliveries\t"
                        "lower_bound_hops\n"
                        "blocks\t1\t1\t1\t0\t0.250000\t2\n"
                        "blocks\t2\t1\t1\t0\t0.250000\t2\n"
                        "blocks\t3\t1\t0\t1\t0.250000\t2\n"
                        "votes\t2\t1\t1\t0\t0.250000\t1\n"},
    {"tables/depth.tsv", "topic\tmessages\tnodes\tmean_degree\tdegree_of\tlower_bound_hops\n"
                         "blocks\t1\t4\t2.250000\tmesh\t2\n"
                         "votes\t1\t3\t2.000000\tmesh\t1\n"},
    {"tables/mesh_degree.tsv",
     "at_ns\ttopic\tnodes\tdegree_min\tdegree_mean\tdegree_max\tone_sided_links\n"
     "1000000000\tblocks\t4\t1\t2.250000\t3\t2\n"
     "2000000000\tblocks\t4\t2\t2.500000\t3\t0\n"
     "\n\n"
     "1000000000\tvotes\t3\t2\t2.000000\t2\t0\n"},
    {"tables/gauges.tsv", "at_ns\ttopic\tmesh_sum\tmesh_mean\tfanout_sum\tfanout_mean\t"
                          "gossipsub_sum\tgossipsub_mean\n"
                          "1000000000\tblocks\t8\t2.000000\t2\t0.500000\t15\t3.750000\n"
                          "1000000000\tvotes\t0\t0.000000\t0\t0.000000\t0\t0.000000\n"
                          "2000000000\tblocks\t0\t0.000000\t0\t0.000000\t0\t0.000000\n"
                          "2000000000\tvotes\t1\t0.250000\t0\t0.000000\t0\t0.000000\n"},
    // The totals at time zero belong to the first interval; of two at 3 s the last counts.
    {"tables/traffic.tsv",
     "from_ns\tto_ns\tsubscriptions_rpcs\tmessages_rpcs\tihave_rpcs\tiwant_rpcs\tgraft_rpcs\t"
     "prune_rpcs\tsubscriptions_bytes\tmessages_bytes\tihave_bytes\tiwant_bytes\tgraft_bytes\t"
     "prune_bytes\tpayload_bytes\tcontrol_bytes\tdeliveries\tduplicates\tlost_rpcs\n"
     "0\t1000000000\t6\t0\t0\t0\t0\t0\t60\t0\t0\t0\t0\t0\t0\t60\t0\t0\t0\n"
     "1000000000\t2000000000\t0\t5\t3\t0\t2\t1\t0\t650\t30\t0\t20\t10\t500\t210\t2\t2\t1\n"
     "2000000000\t3000000000\t0\t3\t0\t2\t0\t0\t0\t390\t0\t18\t0\t0\t300\t108\t2\t1\t0\n"},
};

static void given_small_run_when_tables_then_each_text_is_as_worked_out(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);

    write_tables(f);

    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        const char *text = analysis_fixture_text(f, expected[i].name);
        if (strcmp(text, expected[i].text) != 0) {
            fail_msg("%s is\n%s", expected[i].name, text);
        }
    }
}

static void given_cut_trace_when_tables_then_unknown_duplicates_are_na(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_write(f);
    analysis_fixture_cut(f, TRACE_SECTION_SAMPLES);
    assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));

    write_tables(f);

    const char *text = analysis_fixture_text(f, "tables/messages.tsv");
    assert_non_null(strstr(text, "\n1\tvotes\t1\t3\t2000000000\t200\t2\t1\t1\tNA\t30000000"));
    text = analysis_fixture_text(f, "tables/traffic.tsv");
    assert_null(strstr(text, "\n0\t"));
}

static void given_run_without_mesh_when_depth_then_from_links(void **state) {
    struct analysis_fixture *f = *state;
    f->sample_count = 0;
    analysis_fixture_read(f);

    write_tables(f);

    // Six ends of links over four nodes: degree 1.5, whose limit is four nodes.
    const char *text = analysis_fixture_text(f, "tables/depth.tsv");
    assert_non_null(strstr(text, "\nblocks\t1\t4\t1.500000\tlinks\tNA\n"));
}

static void given_empty_run_when_tables_then_headers_alone(void **state) {
    struct analysis_fixture *f = *state;
    f->record_count = 1;
    f->sample_count = 0;
    f->traffic_count = 0;
    analysis_fixture_read(f);

    write_tables(f);

    static const char *const names[] = {"tables/delivery.tsv", "tables/hops.tsv",
                                        "tables/depth.tsv",    "tables/mesh_degree.tsv",
                                        "tables/gauges.tsv",   "tables/traffic.tsv"};
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        const char *text = analysis_fixture_text(f, names[i]);
        assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
    }
}

static void given_tables_already_there_when_tables_then_written_anew(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);
    write_tables(f);

    write_tables(f);

    assert_non_null(strstr(analysis_fixture_text(f, "tables/depth.tsv"), "blocks"));
}

static void given_folder_that_is_not_there_when_tables_then_failure_names_it(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);

    bool written = analysis_write_tables(&f->run, TABLES_ALL, "no-such-folder", &f->failure);

    assert_false(written);
    assert_non_null(strstr(f->failure.message, "no-such-folder/tables"));
}

static void given_full_disk_when_file_is_written_then_failure_at_close(void **state) {
    struct analysis_fixture *f = *state;
    struct table_file file;

    table_file_open(&file, "/dev", "full");
    table_file_print(&file, "a line\n");
    table_file_name(&file, "a name");
    bool closed = table_file_close(&file, &f->failure);

    assert_false(closed);
    assert_int_equal(f->failure.kind, FAILURE_RUNNING);
    assert_string_equal(f->failure.message, "cannot write /dev/full: No space left on device");
}

/** What has been added to a file, kept beside it. */
struct kept_text {
    char text[1 << 20];
    size_t size;
};

/** Adds letters in one of the three ways to a file and to what is kept. */
static void add_letters(struct table_file *file, struct kept_text *kept, uint32_t way,
                        size_t size) {
    char *added = kept->text + kept->size;
    for (size_t i = 0; i < size; i++) {
        added[i] = (char)('a' + (kept->size + i) % 26);
    }
    if (way == 0) {
        table_file_write(file, added, size);
    } else if (way == 1) {
        table_file_print(file, "%.*s", (int)size, added);
    } else {
        char *room = table_file_room(file, size + 1);
        memcpy(room, added, size);
        table_file_take(file, room + size);
    }
    kept->size += size;
}

static void given_more_than_a_piece_when_written_in_any_way_then_all_of_it_is_there(void **state) {
    struct analysis_fixture *f = *state;
    static struct kept_text kept;
    struct table_file file;
    struct prng prng = prng_stream(3, STREAM_WORKLOAD, 0);

    table_file_open(&file, f->folder, "pieces");
    // Up to the most at once, and where a piece just becomes full.
    add_letters(&file, &kept, 0, TABLE_FILE_PIECE_SIZE - 1);
    add_letters(&file, &kept, 2, 1);
    for (uint32_t i = 0; i < 12; i++) {
        add_letters(&file, &kept, i % 3,
                    prng_below(&prng, i < 6 ? 2000 : TABLE_FILE_ROOM_SIZE - 1));
    }
    add_letters(&file, &kept, 0, TABLE_FILE_PIECE_SIZE + TABLE_FILE_ROOM_SIZE + 5);
    assert_true(table_file_close(&file, &f->failure));

    const char *found = analysis_fixture_text(f, "pieces");
    assert_int_equal(strlen(found), kept.size);
    assert_memory_equal(found, kept.text, kept.size);
}

static void given_name_with_tab_when_written_then_one_column(void **state) {
    struct analysis_fixture *f = *state;
    struct table_file file;

    table_file_open(&file, f->folder, "name.tsv");
    table_file_name(&file, "a\tb\nc");
    table_file_number(&file, 7);
    table_file_number(&file, UINT32_MAX);
    assert_true(table_file_close(&file, &f->failure));

    assert_string_equal(analysis_fixture_text(f, "name.tsv"), "a b c\t7\tNA");
}

static void given_totals_when_intervals_then_they_add_up_to_the_last_total(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);

    struct traffic_intervals intervals = traffic_intervals_of(&f->run, f->arena);

    uint64_t bytes = 0;
    uint64_t deliveries = 0;
    for (uint32_t i = 0; i < intervals.count; i++) {
        bytes += traffic_bytes(&intervals.items[i].sent);
        deliveries += intervals.items[i].sent.deliveries;
    }
    assert_int_equal(intervals.count, 3);
    assert_int_equal(bytes, traffic_bytes(&f->traffic[4]));
    assert_int_equal(deliveries, 4);
}

/** Intervals of a second: of number i, i bytes of one kind and two of another. */
static struct traffic_intervals seconds_of_traffic(uint32_t count, struct arena *arena) {
    struct traffic_intervals intervals = {.count = count};
    intervals.items = arena_take_array(arena, MEMORY_TABLES, count, sizeof *intervals.items);
    for (uint32_t i = 0; i < count; i++) {
        intervals.items[i] = (struct traffic_interval){
            i * NS_PER_S,
            (i + 1) * NS_PER_S,
            {.bytes_sent = {i, 2}, .payload_bytes_sent = 1, .rpcs_sent = {0, 3}}};
    }
    return intervals;
}

/** Checks that the bin holds the intervals from `first` on, and returns the one after its last. */
static uint32_t expect_bin(const struct traffic_interval *bin, uint32_t first) {
    uint32_t end = (uint32_t)(bin->to_ns / NS_PER_S);
    uint64_t count = end - first;
    assert_int_equal(bin->from_ns, first * NS_PER_S);
    assert_int_equal(bin->sent.bytes_sent[0], (first + end - 1) * count / 2);
    assert_int_equal(bin->sent.bytes_sent[1], 2 * count);
    assert_int_equal(bin->sent.rpcs_sent[1], 3 * count);
    assert_int_equal(bin->sent.payload_bytes_sent, count);
    return end;
}

static void given_runs_of_all_lengths_when_binned_then_few_bins_that_add_up(void **state) {
    struct analysis_fixture *f = *state;
    static const struct {
        const char *name;
        uint32_t intervals;
        uint32_t bins;
        uint32_t bin_size; // of the first one, in intervals
    } rows[] = {
        {"none", 0, 0, 0},
        {"one", 1, 1, 1},
        {"as many as fit", 120, 120, 1},
        {"one more", 121, 61, 2},
        {"ten minutes", 600, 120, 5},
        {"not quite even", 604, 61, 10},
        {"a day", 86400, 87, 1000},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct traffic_intervals intervals = seconds_of_traffic(rows[i].intervals, f->arena);

        struct traffic_intervals bins = traffic_bins_of(&intervals, f->arena);

        uint32_t first = 0;
        for (uint32_t bin = 0; bin < bins.count; bin++) {
            first = expect_bin(&bins.items[bin], first);
        }
        int64_t width_ns = bins.count == 0 ? 0 : bins.items[0].to_ns;
        if (bins.count != rows[i].bins || first != rows[i].intervals ||
            width_ns != rows[i].bin_size * NS_PER_S) {
            fail_msg("%s: %u bins up to %u", rows[i].name, (unsigned)bins.count, (unsigned)first);
        }
    }
}

/** printf is the reference. */
static void given_numbers_when_put_as_decimals_then_as_printf_puts_them(void **state) {
    (void)state;
    struct prng prng = prng_stream(1, STREAM_WORKLOAD, 0);
    uint64_t edge = 1;
    for (uint32_t i = 0; i < 20000; i++) {
        uint64_t number = prng_next(&prng) >> prng_below(&prng, 64);
        if (i < 60) { // around each power of ten, and around 0
            edge = i % 3 == 0 && i > 0 ? edge * 10 : edge;
            number = edge + i % 3 - 1;
        }
        number = i == 60 ? UINT64_MAX : number;
        char wanted[TABLE_DECIMAL_DIGITS + 1];
        char found[TABLE_DECIMAL_DIGITS + 1];
        snprintf(wanted, sizeof wanted, "%" PRIu64, number);
        *table_decimal(found, number) = '\0';
        assert_string_equal(found, wanted);
    }
}

static void given_numbers_when_put_as_eight_digits_then_as_printf_puts_them(void **state) {
    (void)state;
    for (uint32_t i = 0; i < 10000; i++) {
        // All values of each half, beside others of the other half.
        uint32_t number = i * 10000 + (i * 7919 + 3) % 10000;
        char wanted[9];
        char found[9];
        snprintf(wanted, sizeof wanted, "%08" PRIu32, number);
        *table_eight_digits(found, number) = '\0';
        assert_string_equal(found, wanted);
    }
}

static void given_long_and_odd_topics_when_written_then_names_stand_in_their_rows(void **state) {
    struct analysis_fixture *f = *state;
    static const char *const names[] = {"a",
                                        "a\tb\nc",
                                        "just as long as all of the room is",
                                        "1234567890123456789012345678901",
                                        "12345678901234567890123456789012",
                                        "123456789012345678901234567890123"};
    static const char *const columns[] = {"a",
                                          "a b c",
                                          "just as long as all of the room is",
                                          "1234567890123456789012345678901",
                                          "12345678901234567890123456789012",
                                          "123456789012345678901234567890123"};
    analysis_fixture_read(f);
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        char row[200];
        snprintf(row, sizeof row, "\n0\t%s\t1\t0\t1\tpushed\t1\t1000000000\t1050000000\t",
                 columns[i]);
        f->run.topics.items[0] = names[i];
        write_tables(f);
        const char *text = analysis_fixture_text(f, "tables/delivery.tsv");
        assert_non_null(strstr(text, row));
        snprintf(row, sizeof row, "\n0\t50000000\t0\t%s\n0\t50000000\t0.", columns[i]);
        assert_non_null(strstr(analysis_fixture_text(f, "tables/latency_cdf.tsv"), row));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_numbers_when_put_as_decimals_then_as_printf_puts_them),
        cmocka_unit_test(given_numbers_when_put_as_eight_digits_then_as_printf_puts_them),
        cmocka_unit_test_setup_teardown(
            given_long_and_odd_topics_when_written_then_names_stand_in_their_rows,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_small_run_when_tables_then_each_text_is_as_worked_out,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_cut_trace_when_tables_then_unknown_duplicates_are_na,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_run_without_mesh_when_depth_then_from_links,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_empty_run_when_tables_then_headers_alone,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_tables_already_there_when_tables_then_written_anew,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_folder_that_is_not_there_when_tables_then_failure_names_it,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_full_disk_when_file_is_written_then_failure_at_close,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_more_than_a_piece_when_written_in_any_way_then_all_of_it_is_there,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_name_with_tab_when_written_then_one_column,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_totals_when_intervals_then_they_add_up_to_the_last_total, analysis_fixture_begin,
            analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_runs_of_all_lengths_when_binned_then_few_bins_that_add_up, analysis_fixture_begin,
            analysis_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
