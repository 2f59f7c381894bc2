#include "tests/support/unit.h"

#include "tests/vectors/case_tally.h"

#include <stdio.h>
#include <string.h>

enum { COUNTS_MAX = 6, TEXT_SIZE = 512, REPETITIONS = 48 };

/** How often a field had a value in replays. */
struct counted {
    const char *field;
    const char *value;
    uint32_t count;
};

struct fixture {
    struct arena *arena;
    struct router_case of;
    struct case_tally tally;
    json_t *recorded;
};

/** A case of one step, of which this was recorded. */
static struct fixture *fixture_of(const char *expectation) {
    char text[TEXT_SIZE];
    struct arena *arena = arena_create(NULL);
    struct fixture *f = arena_take(arena, MEMORY_TABLES, sizeof *f);
    struct vector_line line = {.file = "test", .number = 1};
    snprintf(text, sizeof text,
             "{\"id\":\"a\",\"mode\":\"wire\",\"topics\":[\"T0\"],\"n\":2,\"reps\":%d,"
             "\"steps\":[{\"op\":\"heartbeat\"}],\"expect\":[%s]}",
             REPETITIONS, expectation);
    f->arena = arena;
    f->recorded = line_parse(&line, text, strlen(text));
    if (f->recorded == NULL || !router_case_read(&f->of, &line, arena, f->recorded)) {
        fail_msg("%s: %s", text, line.failure.message);
    }
    case_tally_init(&f->tally, arena, &f->of);
    return f;
}

static void fixture_finish(struct fixture *f) {
    json_decref(f->recorded);
    arena_destroy(f->arena);
}

/** Notes what replays showed; `runs` of them. */
static void replay(struct fixture *f, const struct counted *counts, uint32_t runs) {
    for (uint32_t i = 0; i < COUNTS_MAX && counts[i].field != NULL; i++) {
        uint32_t field = router_case_field(&f->of, counts[i].field);
        uint32_t value = router_case_value(&f->of, counts[i].value);
        for (uint32_t k = 0; k < counts[i].count; k++) {
            case_tally_add(&f->tally, 0, field, value);
        }
    }
    f->tally.runs = runs;
}

#define PEERS(value) "{\"peers\":" value ",\"tables\":{},\"sent\":[]}"
#define SENT(value)                                                                                \
    "{\"tables\":{},\"sent\":[{\"what\":\"graft:T0\",\"rpcs\":" value                              \
    ",\"peers\":1,\"to_actor\":0}]}"
#define SENT_REST                                                                                  \
    {"sent[graft:T0].peers", "1", 480}, {                                                          \
        "sent[graft:T0].to_actor", "0", 480                                                        \
    }

/** What was recorded and replayed, and whether that disagrees. */
struct judged {
    const char *name;
    const char *recorded;
    struct counted replayed[COUNTS_MAX];
    uint32_t disagreements;
};

static void given_a_tally_when_judged_then_what_chance_cannot_do_disagrees(void **state) {
    (void)state;
    static const struct judged rows[] = {
        {"the same", PEERS("3"), {{"peers", "3", 480}}, 0},
        {"another value", PEERS("3"), {{"peers", "4", 480}}, 1},
        {"often another value", PEERS("3"), {{"peers", "3", 380}, {"peers", "4", 100}}, 1},
        {"seldom another value", PEERS("3"), {{"peers", "3", 470}, {"peers", "4", 10}}, 0},
        {"not there", PEERS("3"), {{NULL, NULL, 0}}, 1},
        {"never recorded", PEERS("3"), {{"peers", "3", 480}, {"seen", "3", 480}}, 1},
        {"the same shares",
         PEERS("{\"varies\":{\"3\":36,\"4\":12}}"),
         {{"peers", "3", 350}, {"peers", "4", 130}},
         0},
        {"shares exchanged",
         PEERS("{\"varies\":{\"3\":36,\"4\":12}}"),
         {{"peers", "3", 120}, {"peers", "4", 360}},
         1},
        {"one often recorded is absent",
         PEERS("{\"varies\":{\"3\":38,\"4\":10}}"),
         {{"peers", "3", 480}},
         1},
        {"one seldom recorded is absent",
         PEERS("{\"varies\":{\"3\":46,\"4\":2}}"),
         {{"peers", "3", 480}},
         0},
        {"often beyond the extremes",
         PEERS("{\"varies\":{\"3\":24,\"4\":24}}"),
         {{"peers", "3", 185}, {"peers", "4", 185}, {"peers", "5", 110}},
         1},
        {"seldom beyond the extremes",
         PEERS("{\"varies\":{\"3\":24,\"4\":24}}"),
         {{"peers", "3", 230}, {"peers", "4", 230}, {"peers", "5", 20}},
         0},
        {"often between the extremes",
         PEERS("{\"varies\":{\"3\":24,\"5\":24}}"),
         {{"peers", "3", 195}, {"peers", "5", 195}, {"peers", "4", 90}},
         0},
        {"not sent, as recorded", SENT("0"), {SENT_REST}, 0},
        {"sent as often as recorded",
         SENT("{\"varies\":{\"1\":12,\"0\":36}}"),
         {SENT_REST, {"sent[graft:T0].rpcs", "1", 120}},
         0},
        {"not sent, against the recording", SENT("1"), {SENT_REST}, 1},
        {"sent, against the recording",
         PEERS("3"),
         {{"peers", "3", 480}, {"sent[prune:T0].rpcs", "1", 480}},
         1},
        {"an exception that was not recorded",
         PEERS("3"),
         {{"peers", "3", 480}, {"exc", "\"KeyError\"", 480}},
         1},
        {"an exception that is null", PEERS("3"), {{"peers", "3", 480}, {"exc", "null", 480}}, 0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_of(rows[i].recorded);
        replay(f, rows[i].replayed, 480);

        uint32_t disagreements = case_tally_compare(&f->tally, TALLY_JUDGE, NULL);

        if (disagreements != rows[i].disagreements) {
            fail_msg("%s: %u", rows[i].name, disagreements);
        }
        fixture_finish(f);
    }
}

#define EVEN PEERS("{\"varies\":{\"3\":24,\"4\":24}}")

static void given_as_many_replays_as_repetitions_when_doubted_then_extremes_are_strict(void **s) {
    (void)s;
    static const struct judged rows[] = {
        {"within", EVEN, {{"peers", "3", 24}, {"peers", "4", 24}}, 0},
        {"once beyond", EVEN, {{"peers", "3", 24}, {"peers", "4", 23}, {"peers", "5", 1}}, 1},
        {"doubtful shares", EVEN, {{"peers", "3", 42}, {"peers", "4", 6}}, 1},
        {"tolerable shares", EVEN, {{"peers", "3", 36}, {"peers", "4", 12}}, 0},
        {"recorded 10 times and absent",
         PEERS("{\"varies\":{\"3\":38,\"4\":10}}"),
         {{"peers", "3", 48}},
         1},
        {"recorded 9 times and absent",
         PEERS("{\"varies\":{\"3\":39,\"4\":9}}"),
         {{"peers", "3", 48}},
         0},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct fixture *f = fixture_of(rows[i].recorded);
        replay(f, rows[i].replayed, REPETITIONS);

        uint32_t disagreements = case_tally_compare(&f->tally, TALLY_DOUBT, NULL);

        if (disagreements != rows[i].disagreements) {
            fail_msg("%s: %u", rows[i].name, disagreements);
        }
        fixture_finish(f);
    }
}

static void given_a_disagreement_when_reported_then_place_and_both_sides_are_named(void **state) {
    (void)state;
    struct fixture *f = fixture_of(PEERS("{\"varies\":{\"3\":36,\"4\":12}}"));
    char text[TEXT_SIZE] = "";
    FILE *out = fmemopen(text, sizeof text, "w");
    struct vector_report report = {.out = out, .file = "router.jsonl"};
    replay(f, (const struct counted[COUNTS_MAX]){{"peers", "7", 480}}, 480);

    report_begin(&report, "a");
    case_tally_compare(&f->tally, TALLY_JUDGE, &report);
    report_end(&report);
    fclose(out);

    assert_string_equal(
        text, "router.jsonl: a: step 0: peers: expected 3 ×36, 4 ×12 of 48, got 7 ×480 of 480\n");
    assert_int_equal(report.failed, 1);
    assert_int_equal(report.passed, 0);
    fixture_finish(f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(given_a_tally_when_judged_then_what_chance_cannot_do_disagrees),
        cmocka_unit_test(
            given_as_many_replays_as_repetitions_when_doubted_then_extremes_are_strict),
        cmocka_unit_test(given_a_disagreement_when_reported_then_place_and_both_sides_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
