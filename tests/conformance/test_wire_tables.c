// The wire form of the 2020 router as its description tells it, in tables: bytes that its encoder
// was seen to write, and what its decoder makes of bytes.
#include "tests/support/unit.h"

#include "cli/rpc_json.h"
#include "router/codec_nim_2020.h"
#include "tests/support/document_compare.h"
#include "tests/support/document_fixture.h"

#include <stdlib.h>
#include <string.h>

#define FROM "12200000000000000000000000000000000000000000000000000000000000000000"

/** A document of JSON in which ' stands for ". */
static struct rpc_document read_document(struct document_fixture *f, const char *text) {
    struct rpc_document document;
    struct failure failure;
    json_error_t error;
    char *quoted = malloc(strlen(text) + 1);
    for (size_t i = 0; i <= strlen(text); i++) {
        quoted[i] = (char)(text[i] == '\'' ? '"' : text[i]);
    }
    json_t *json = json_loads(quoted, 0, &error);
    if (json == NULL) {
        fail_msg("%s: %s", text, error.text);
    }
    if (!rpc_json_read(json, &f->scratch, &document, &failure)) {
        fail_msg("%s: %s", text, failure.message);
    }
    json_decref(json);
    free(quoted);
    return document;
}

/** SEED.md §3.2. */
static void given_the_recorded_rpcs_when_encoded_then_the_bytes_are_theirs(void **state) {
    struct document_fixture *f = *state;
    static const struct {
        const char *name;
        const char *rpc;
        const char *bytes;
    } rows[] = {
        {"SUB a, UNSUB b",
         "{'subs':[{'subscribe':true,'topic':'61'},{'subscribe':false,'topic':'62'}]}",
         "0a0508011201610a050800120162"},
        {"a message", "{'messages':[{'from':'4141','data':'414141','seqno':'41','topics':['74']}]}",
         "120f0a02414112034141411a0141220174"},
        {"GRAFT foo", "{'control':{'graft':[{'text':'foo'}]}}", "1a071a050a03666f6f"},
        {"PRUNE foo", "{'control':{'prune':[{'text':'foo'}]}}", "1a0722050a03666f6f"},
        {"GRAFT foo, GRAFT bar", "{'control':{'graft':[{'text':'foo'},{'text':'bar'}]}}",
         "1a0c1a0a0a03666f6f0a03626172"},
        {"IHAVE foo{x,y}, IHAVE bar{z}",
         "{'control':{'ihave':[{'topic':{'text':'foo'},'ids':['78','79']},"
         "{'topic':{'text':'bar'},'ids':['7a']}]}}",
         "1a150a130a03666f6f1201781201790a0362617212017a"},
        {"IWANT {x,y}", "{'control':{'iwant':[['78','79']]}}", "1a0812060a01780a0179"},
        {"IWANT {x,y} + PRUNE p", "{'control':{'iwant':[['78','79']],'prune':['70']}}",
         "1a0d12060a01780a017922030a0170"},
        {"message + IWANT {x}",
         "{'messages':[{'from':'4141','data':'414141','seqno':'41','topics':['74']}],"
         "'control':{'iwant':[['78']]}}",
         "120f0a02414112034141411a01412201741a0512030a0178"},
        {"two messages of equal size",
         "{'messages':[{'from':'4141','data':'414141','seqno':'41','topics':['74']},"
         "{'from':'4242','data':'424242','seqno':'42','topics':['74']}]}",
         "121e0a02424212034242421a0142220174000000000000000000000000000000"},
    };
    const struct codec_nim_2020 codec = codec_nim_2020_original();

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct rpc_document document = read_document(f, rows[i].rpc);
        struct byte_span expected = document_bytes_of_hex(f, rows[i].bytes);
        struct byte_span got = {0};
        struct failure failure = {.message = ""};
        if (!codec_nim_2020_encode(&codec, &document, &f->scratch, &got, &failure)) {
            fail_msg("%s: %s", rows[i].name, failure.message);
        }
        if (got.size != expected.size || memcmp(got.bytes, expected.bytes, got.size) != 0) {
            fail_msg("%s: other bytes", rows[i].name);
        }
    }
}

struct decoding_row {
    const char *name;
    const char *bytes;
    const char *rpc; // NULL: throws
};

static void expect_decodings(struct document_fixture *f, const struct decoding_row *rows,
                             size_t count) {
    const struct codec_nim_2020 codec = codec_nim_2020_original();

    for (size_t i = 0; i < count; i++) {
        struct nim_2020_decoded decoded;
        struct disagreement disagreement;
        struct failure failure = {.message = ""};
        bool ok = codec_nim_2020_decode(&codec, document_bytes_of_hex(f, rows[i].bytes),
                                        &f->scratch, &decoded, &failure);
        if (ok != (rows[i].rpc != NULL)) {
            fail_msg("%s: %s", rows[i].name, ok ? "read" : failure.message);
        }
        if (!ok) {
            continue;
        }
        struct rpc_document expected = read_document(f, rows[i].rpc);
        if (!documents_agree(&expected, &decoded.document, PRESENCE_IS_NOTHING, &disagreement)) {
            fail_msg("%s: %s", rows[i].name, disagreement.text);
        }
    }
}

/** SEED.md §3.4 "Consequences", row by row. */
static void
given_bytes_of_consequence_when_decoded_then_the_document_is_that_of_2020(void **state) {
    static const struct decoding_row rows[] = {
        {"one kind, several entries", "1a0c1a0a0a03666f6f0a03626172",
         "{'control':{'graft':['666f6f','626172']}}"},
        {"one kind, entries of several ids", "1a150a130a03666f6f1201781201790a0362617212017a",
         "{'control':{'ihave':[{'topic':'666f6f','ids':['78','79']},"
         "{'topic':'626172','ids':['7a']}]}}"},
        {"two parts of one kind: the first", "1a0c1a040a0254301a040a025431",
         "{'control':{'graft':['5430']}}"},
        {"IWANT then PRUNE: the first kind", "1a0d12060a01780a017922030a0170",
         "{'control':{'iwant':[['78','79']]}}"},
        {"GRAFT then PRUNE: the first kind", "1a0e1a050a03666f6f22050a03626172",
         "{'control':{'graft':['666f6f']}}"},
        {"IHAVE then IWANT: the IWANT becomes an id", "1a0b0a040a02543012030a0162",
         "{'control':{'ihave':[{'topic':'5430','ids':['0a0162']}]}}"},
        {"SubOpts then Message: the message becomes a topic left", "0a05080112016112060a0000220174",
         "{'subs':[{'subscribe':true,'topic':'61'},{'subscribe':false,'topic':'0a0000220174'}]}"},
        {"two publishes in the standard form: both",
         "122c0a22" FROM "12001a0161220174122c0a22" FROM "12001a0162220174",
         "{'messages':[{'from':'" FROM "','data':'','seqno':'61','topics':['74']},"
         "{'from':'" FROM "','data':'','seqno':'62','topics':['74']}]}"},
        {"PRUNE with a backoff: the topic", "1a0922070a03666f6f183c",
         "{'control':{'prune':['666f6f']}}"},
        {"IDONTWANT", "1a052a030a0178", NULL},
        {"unknown field of the RPC", "2200", NULL},
        {"unknown field of a control part behind a known one", "1a071a030a01612a00", NULL},
    };

    expect_decodings(*state, rows, COUNT_OF(rows));
}

/** SEED.md §3.4, the sentences above the consequences. */
static void
given_bytes_cut_or_in_disorder_when_decoded_then_the_document_is_that_of_2020(void **state) {
    static const struct decoding_row rows[] = {
        {"rubbish at the end", "0a050801120161ff", "{'subs':[{'subscribe':true,'topic':'61'}]}"},
        {"a key of another wire type", "20010a050801120161", "{}"},
        {"field number 0", "02000a050801120161", "{}"},
        {"field number 0 in a control part is stepped over", "1a0902000a050801120161",
         "{'subs':[{'subscribe':true,'topic':'61'}]}"},
        {"no bool: false", "0a03120161", "{'subs':[{'subscribe':false,'topic':'61'}]}"},
        {"no topic: dropped", "0a020801", "{}"},
        {"a padded bool: no topic follows", "0a06088100120161", "{}"},
        {"an empty control part", "1a00", "{}"},
        {"a second control part is read as more of the first",
         "1a071a050a03666f6f1a071a050a03626172", "{'control':{'graft':['666f6f']}}"},
        {"behind a field number 0 it replaces the first",
         "1a091a050a03666f6f02001a071a050a03626172", "{'control':{'graft':['626172']}}"},
        {"behind a field number 0 an empty one does, too", "1a091a050a03666f6f02001a00", "{}"},
        {"an IWANT without ids", "1a021200", "{'control':{'iwant':[[]]}}"},
        {"an IHAVE without a topic", "1a050a03120178", "{'control':{}}"},
        {"several topics of a message", "122f0a22" FROM "12001a0161220174220175",
         "{'messages':[{'from':'" FROM "','data':'','seqno':'61','topics':['74','75']}]}"},
        {"from is no multihash: what follows is read as fields of the RPC",
         "120d0a02414112001a001a030a0178", "{'control':{'graft':['78']}}"},
        {"data before from", "122c12000a22" FROM "1a0161220174", "{}"},
        {"a message without data", "122a0a22" FROM "1a0161220174", "{}"},
        {"a message without seqno: its topic is an unknown field of the RPC",
         "12290a22" FROM "1200220174", NULL},
        {"a length beyond the end", "0a060801120161", "{}"},
        {"a length beyond its part", "0a0308011201610a0408001200",
         "{'subs':[{'subscribe':true,'topic':'61'},{'subscribe':false,'topic':''}]}"},
        {"nothing", "", "{}"},
    };

    expect_decodings(*state, rows, COUNT_OF(rows));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(
            given_the_recorded_rpcs_when_encoded_then_the_bytes_are_theirs, document_fixture_begin,
            document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_bytes_of_consequence_when_decoded_then_the_document_is_that_of_2020,
            document_fixture_begin, document_fixture_end),
        cmocka_unit_test_setup_teardown(
            given_bytes_cut_or_in_disorder_when_decoded_then_the_document_is_that_of_2020,
            document_fixture_begin, document_fixture_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
