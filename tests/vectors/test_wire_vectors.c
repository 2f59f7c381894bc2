// Every recorded case of a file, whose path is the argument.
#include "tests/support/unit.h"

#include "tests/vectors/wire_vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CASES = 277, DISAGREEMENT_SIZE = 1024 };

static void given_recorded_rpcs_when_coded_then_every_byte_and_field_is_the_same(void **state) {
    FILE *file = fopen(*state, "r");
    char *line = NULL;
    size_t line_size = 0;
    uint32_t cases = 0;
    uint32_t failed = 0;
    assert_non_null(file);

    while (getline(&line, &line_size, file) > 0) {
        char disagreement[DISAGREEMENT_SIZE];
        json_error_t error;
        json_t *vector = json_loads(line, 0, &error);
        if (!wire_vector_check(vector, disagreement, sizeof disagreement)) {
            print_error("case %u: %s\n", cases, disagreement);
            failed++;
        }
        json_decref(vector);
        cases++;
    }

    assert_int_equal(cases, CASES);
    assert_int_equal(failed, 0);
    free(line);
    fclose(file);
}

static void given_a_wrong_record_when_checked_then_the_disagreement_says_where(void **state) {
    static const struct {
        const char *vector;
        const char *expected;
    } rows[] = {
        {"{\"n\":7,\"category\":\"c\",\"kind\":\"decode\",\"bytes\":\"1a061a040a025430\","
         "\"decoded\":{\"ok\":true,\"rpc\":{\"control\":{\"graft\":[\"5431\"]}}}}",
         "(c), decode: control.graft[0]: expected 5431 (2 bytes), got 5430 (2 bytes)"},
        {"{\"n\":7,\"category\":\"c\",\"kind\":\"decode\",\"bytes\":\"22026162\","
         "\"decoded\":{\"ok\":true,\"rpc\":{}}}",
         "(c), decode: result: expected a document, got byte 0: the RPC has a field"},
        {"{\"n\":7,\"category\":\"c\",\"kind\":\"encode\",\"rpc\":{\"subs\":"
         "[{\"subscribe\":true,\"topic\":\"61\"}]},\"encode\":\"ok\",\"encoded\":\"0a\"}",
         "(c), encode: encoded: expected 0a (1 bytes), got 0a050801120161"},
        {"{\"n\":7,\"category\":\"c\",\"kind\":\"encode\",\"rpc\":{},\"encode\":\"abort\"}",
         "(c), encode: result: expected an abort, got bytes"},
        {"{\"n\":7,\"category\":\"c\",\"kind\":\"decode\",\"bytes\":"
         "\"12090a02000012001a0161\",\"decoded\":{\"ok\":true,\"rpc\":{\"messages\":"
         "[{\"from\":\"0000\",\"seqno\":\"61\",\"msgid\":\"6112\"}]}}}",
         "messages[0].msgid: expected 6112, got 6111"},
        {"{\"kind\":\"other\"}", "kind: expected encode or decode, got other"},
    };
    (void)state;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char disagreement[DISAGREEMENT_SIZE] = "";
        json_error_t error;
        json_t *vector = json_loads(rows[i].vector, 0, &error);
        bool agrees = wire_vector_check(vector, disagreement, sizeof disagreement);
        json_decref(vector);
        if (agrees || strstr(disagreement, rows[i].expected) == NULL) {
            fail_msg("'%s' is not in '%s'", rows[i].expected, disagreement);
        }
    }
}

int main(int argument_count, char **arguments) {
    if (argument_count != 2) {
        fputs("usage: test_wire_vectors FILE\n", stderr);
        return 2;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(
            given_recorded_rpcs_when_coded_then_every_byte_and_field_is_the_same, arguments[1]),
        cmocka_unit_test(given_a_wrong_record_when_checked_then_the_disagreement_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
