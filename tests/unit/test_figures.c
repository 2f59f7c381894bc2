#include "analysis/figures.h"
#include "analysis/gnuplot.h"
#include "analysis/table_file.h"
#include "analysis/tables.h"
#include "base/hash.h"
#include "tests/support/analysis_fixture.h"
#include "tests/support/synthetic_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PICTURE_BYTES_MAX = 1 << 21 };

static const char *const figures[] = {"latency_cdf", "hops",    "mesh_degree",
                                      "duplicates",  "traffic", "propagation"};

static void draw(struct analysis_fixture *f, const char *folder) {
    bool drawn = analysis_write_tables(&f->run, TABLES_USUAL, folder, &f->failure) &&
                 analysis_draw_figures(&f->run, f->arena, folder, &f->failure);
    if (!drawn) {
        fail_msg("%s", f->failure.message);
    }
}

static size_t load_picture(const char *folder, const char *figure, const char *type,
                           unsigned char *bytes) {
    char path[128];
    snprintf(path, sizeof path, "%s/figures/%s.%s", folder, figure, type);
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        fail_msg("%s is not there", path);
    }
    size_t size = fread(bytes, 1, PICTURE_BYTES_MAX, file);
    assert_true(size < PICTURE_BYTES_MAX);
    assert_int_equal(fclose(file), 0);
    return size;
}

/** All pictures of a folder under one hash; each is looked at on the way. */
static uint64_t hash_pictures(const char *folder) {
    unsigned char *bytes = malloc(PICTURE_BYTES_MAX);
    assert_non_null(bytes);
    uint64_t hash = 0;
    for (size_t i = 0; i < COUNT_OF(figures); i++) {
        size_t size = load_picture(folder, figures[i], "png", bytes);
        assert_memory_equal(bytes, "\211PNG", 4);
        // The width stands behind the signature and the head of the first chunk, big end first.
        assert_true((bytes[18] << 8 | bytes[19]) >= 1200);
        hash = hash_bytes(bytes, size, hash);
        size = load_picture(folder, figures[i], "svg", bytes);
        assert_non_null(memmem(bytes, size, "<svg", 4));
        hash = hash_bytes(bytes, size, hash);
    }
    free(bytes);
    return hash;
}

static bool picture_holds(const struct analysis_fixture *f, const char *figure, const char *text) {
    unsigned char *bytes = malloc(PICTURE_BYTES_MAX);
    assert_non_null(bytes);
    size_t size = load_picture(f->folder, figure, "svg", bytes);
    bool holds = memmem(bytes, size, text, strlen(text)) != NULL;
    free(bytes);
    return holds;
}

static void given_run_when_drawn_in_two_folders_then_the_same_whole_pictures(void **state) {
    struct analysis_fixture *f = *state;
    char other[64];
    snprintf(other, sizeof other, "%s/other", f->folder);
    assert_int_equal(mkdir(other, 0777), 0);
    f->scenario = "name: it's {/=40 a} \"name\" `exit` _^~ \\n\nrouter:\n  D: 6\n";
    analysis_fixture_read(f);

    draw(f, f->folder);
    draw(f, other);

    assert_int_equal(hash_pictures(f->folder), hash_pictures(other));
    // The figure carries the name as it is, the seed and the digest.
    assert_true(picture_holds(f, "hops", "`exit` _^~ \\n"));
    assert_true(picture_holds(f, "hops", "seed 7   digest 0123456789abcdeffedcba9876543210"));
    assert_true(picture_holds(f, "hops", "lower bound for reaching all nodes: "));
    // A mitred line through close steps has barbs.
    assert_false(picture_holds(f, "latency_cdf", "stroke-linejoin=\"miter\""));
}

static void given_trace_cut_before_anything_happened_when_drawn_then_sheets_say_so(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_write(f);
    analysis_fixture_cut(f, TRACE_SECTION_PACKED);
    assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));

    draw(f, f->folder);

    hash_pictures(f->folder);
    assert_true(picture_holds(f, "latency_cdf", "trace cut short"));
    assert_true(picture_holds(f, "latency_cdf", "No message was delivered in this run."));
    assert_true(picture_holds(f, "propagation", "No message was delivered in this run."));
    assert_true(picture_holds(f, "mesh_degree", "No node had a mesh in this run."));
}

static void given_one_of_each_when_drawn_then_captions_are_in_the_singular(void **state) {
    struct analysis_fixture *f = *state;
    f->records[1].extra = 1;
    f->record_count = 3;
    f->messages[0].expected = 1;
    analysis_fixture_write(f);
    analysis_fixture_cut(f, TRACE_SECTION_MESSAGES);
    assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));

    draw(f, f->folder);

    assert_true(picture_holds(f, "latency_cdf", "1 message, 1 delivery, 100 % of those"));
    assert_true(picture_holds(f, "hops", "1 delivery, mean 1.00 hops"));
    assert_true(picture_holds(f, "propagation", "reached 1 of 1 receiver within"));
}

static void given_topic_that_reached_nobody_when_drawn_then_its_entry_says_so(void **state) {
    struct analysis_fixture *f = *state;
    f->records[5] = f->records[7];
    f->record_count = 6;
    f->messages[1].deliveries = 0;
    f->messages[1].duplicates = 0;
    analysis_fixture_read(f);

    draw(f, f->folder);

    assert_true(picture_holds(f, "latency_cdf", ">blocks<"));
    assert_true(picture_holds(f, "latency_cdf", ">votes  (0 %)<"));
}

static void given_nodes_without_message_when_drawn_then_entries_say_why(void **state) {
    struct analysis_fixture *f = *state;
    // Node 1 alone gets message 0, of two receivers; node 3 gets message 2 of the same topic.
    f->records[1].extra = 2;
    f->records[3] = f->records[1];
    f->records[3].message = 2;
    f->records[3].at_ns = f->records[2].at_ns;
    f->records[3].extra = 1;
    f->records[4] = f->records[7];
    f->records[4].message = 2;
    f->record_count = 5;
    analysis_fixture_write(f);
    analysis_fixture_cut(f, TRACE_SECTION_MESSAGES);
    assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));

    draw(f, f->folder);

    assert_true(picture_holds(f, "propagation", ">missed  1<"));
    assert_true(picture_holds(f, "propagation", ">not subscribed  1<"));
}

static void given_own_regions_when_drawn_then_distances_are_promised_as_room_allows(void **state) {
    struct analysis_fixture *f = *state;
    static const char *names[] = {"here", "there"};
    f->scenario = "regions:\n  latency:\n    - [1ms, 50ms]\n    - [50ms, 1ms]\n";
    analysis_fixture_read(f);
    f->run.regions = (struct run_names){names, COUNT_OF(names)};

    draw(f, f->folder);

    assert_true(picture_holds(f, "propagation", "The nearer in delay, the nearer"));
    assert_true(picture_holds(f, "propagation", "on the map, as far as room allows"));
    // Message 0 reaches all others.
    assert_false(picture_holds(f, "propagation", ">missed"));
    assert_false(picture_holds(f, "propagation", ">not subscribed"));
}

static void given_many_messages_and_topics_when_drawn_then_whole_pictures(void **state) {
    struct analysis_fixture *f = *state;
    struct synthetic_options options = {
        .kind = SYNTHETIC_RANDOM, .nodes = 100, .messages = 70, .topics = 8};
    assert_true(synthetic_trace_write(&options, f->arena, f->path, &f->failure));
    assert_true(run_data_read(&f->run, f->arena, f->path, &f->failure));

    draw(f, f->folder);

    hash_pictures(f->folder);
    assert_true(picture_holds(f, "latency_cdf", "single ones, 60 of 70"));
    // 70 messages by turns: topics 0 to 5 have nine, the other two eight.
    static const char *const told_apart[] = {"latency_cdf", "duplicates", "mesh_degree"};
    for (size_t i = 0; i < COUNT_OF(told_apart); i++) {
        assert_true(picture_holds(f, told_apart[i], ">topic-0<"));
        assert_true(picture_holds(f, told_apart[i], ">topic-5<"));
        assert_false(picture_holds(f, told_apart[i], ">topic-6<"));
        assert_true(picture_holds(f, told_apart[i], ">2 other topics<"));
        assert_true(picture_holds(f, told_apart[i], "136,  34,  85")); // the colour of topic 5
    }
    assert_true(picture_holds(f, "propagation", "reached 99 of 99 receivers"));
    assert_true(picture_holds(f, "traffic", "Virtual time (s), in bins of 1 s"));
}

/** Runs last: the programs stay out of reach. */
static void given_no_gnuplot_when_drawn_then_failure_names_the_package(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);
    assert_true(analysis_write_tables(&f->run, TABLES_USUAL, f->folder, &f->failure));
    assert_int_equal(setenv("PATH", "/nonexistent", 1), 0);

    bool drawn = analysis_draw_figures(&f->run, f->arena, f->folder, &f->failure);

    assert_false(drawn);
    assert_non_null(strstr(f->failure.message, "gnuplot-nox"));
}

static void given_script_with_mistake_when_run_then_failure_quotes_gnuplot(void **state) {
    struct analysis_fixture *f = *state;
    struct gnuplot_process process;
    struct table_file file;
    table_file_open(&file, f->folder, "wrong.gp");
    table_file_print(&file, "set nonsense\n");
    assert_true(table_file_close(&file, &f->failure));

    assert_true(gnuplot_start(&process, f->folder, "wrong.gp", &f->failure));
    bool done = gnuplot_wait(&process, "wrong.gp", &f->failure);

    assert_false(done);
    assert_int_equal(f->failure.kind, FAILURE_RUNNING);
    assert_non_null(strstr(f->failure.message, "wrong.gp: set nonsense ^ "));
}

static void given_tables_missing_when_drawn_then_failure_and_no_process_left(void **state) {
    struct analysis_fixture *f = *state;
    analysis_fixture_read(f);
    assert_true(table_folder_make(f->folder, "tables", &f->failure));

    bool drawn = analysis_draw_figures(&f->run, f->arena, f->folder, &f->failure);

    assert_false(drawn);
    assert_non_null(strstr(f->failure.message, "tables/"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_run_when_drawn_in_two_folders_then_the_same_whole_pictures,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_trace_cut_before_anything_happened_when_drawn_then_sheets_say_so,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_one_of_each_when_drawn_then_captions_are_in_the_singular, analysis_fixture_begin,
            analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_topic_that_reached_nobody_when_drawn_then_its_entry_says_so,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_nodes_without_message_when_drawn_then_entries_say_why,
                                        analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_own_regions_when_drawn_then_distances_are_promised_as_room_allows,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_many_messages_and_topics_when_drawn_then_whole_pictures, analysis_fixture_begin,
            analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_script_with_mistake_when_run_then_failure_quotes_gnuplot, analysis_fixture_begin,
            analysis_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_tables_missing_when_drawn_then_failure_and_no_process_left,
            analysis_fixture_begin, analysis_fixture_end),
        cmocka_unit_test_setup_teardown(given_no_gnuplot_when_drawn_then_failure_names_the_package,
                                        analysis_fixture_begin, analysis_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
