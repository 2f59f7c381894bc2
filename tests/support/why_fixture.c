#include "tests/support/why_fixture.h"

#include "analysis/why_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct trace_link links[] = {
    {.a = 0, .b = 1}, {.a = 0, .b = 2}, {.a = 1, .b = 2}, {.a = 2, .b = 3}};

int why_fixture_setup(void **state) {
    struct why_fixture *f = calloc(1, sizeof *f);
    if (f == NULL) {
        return -1;
    }
    f->arena = arena_create(NULL);
    memcpy(f->path, "why-XXXXXX", sizeof "why-XXXXXX");
    int trace = mkstemp(f->path);
    assert_true(trace >= 0);
    close(trace);
    for (uint32_t habit = 0; habit < WHY_HABIT_COUNT; habit++) {
        f->setting.quirks[habit] = (struct why_quirk){"Q0", "some_quirk"};
    }
    for (uint32_t role = 0; role < WHY_ROLE_COUNT; role++) {
        f->setting.role_masks[role] = 1U << role;
    }
    f->setting.rules = &f->rules;
    *state = f;
    return 0;
}

int why_fixture_teardown(void **state) {
    struct why_fixture *f = *state;
    arena_destroy(f->arena);
    unlink(f->path);
    free(f);
    return 0;
}

static void write_record(struct trace_writer *writer, struct trace_record record) {
    trace_writer_record(writer, &record);
}

static void write_start(struct trace_writer *writer, const struct why_case *row) {
    for (uint32_t node = 0; node < WHY_TEST_NODES; node++) {
        write_record(writer, (struct trace_record){0, node, TRACE_NONE, TRACE_NONE, 0, 0,
                                                   TRACE_TOPIC_NONE, TRACE_NODE_START, 0});
        write_record(writer, (struct trace_record){0, node, TRACE_NONE, TRACE_NONE, 0, 0, 0,
                                                   TRACE_SUBSCRIBE, 0});
    }
    for (uint32_t i = 0; i < 2 * COUNT_OF(links) && !row->deliveries; i++) {
        uint32_t a = i % 2 == 0 ? links[i / 2].a : links[i / 2].b;
        uint32_t b = i % 2 == 0 ? links[i / 2].b : links[i / 2].a;
        write_record(writer, (struct trace_record){0, a, b, TRACE_NONE, 0, 0, TRACE_TOPIC_NONE,
                                                   TRACE_PEER_UP, 0});
    }
    for (uint32_t node = 0; node < 2 && row->in_mesh; node++) {
        write_record(writer, (struct trace_record){1, node, 2, TRACE_NONE, 1, 0, 0, TRACE_GRAFT,
                                                   REASON_BELOW_D_LOW});
    }
}

static void write_trace(struct why_fixture *f, const struct why_case *row) {
    struct trace_node nodes[WHY_TEST_NODES];
    for (uint32_t node = 0; node < WHY_TEST_NODES; node++) {
        nodes[node] = (struct trace_node){.region = TRACE_NONE};
    }
    static const struct trace_message messages[] = {{.origin = 0}, {.origin = 1}, {.origin = 1}};
    enum trace_level level = row->deliveries ? TRACE_LEVEL_DELIVERIES : TRACE_LEVEL_FULL;
    struct trace_writer *writer = trace_writer_open(f->arena, f->path, level, &f->failure);
    assert_non_null(writer);
    trace_writer_text(writer, TRACE_SECTION_SCENARIO, "name: a\n", 8);
    trace_writer_text(writer, TRACE_SECTION_TOPICS, "blocks", sizeof "blocks");
    trace_writer_table(writer, TRACE_SECTION_NODES, nodes, WHY_TEST_NODES);
    trace_writer_table(writer, TRACE_SECTION_LINKS, links, COUNT_OF(links));
    write_start(writer, row);
    for (uint32_t i = 0; i < WHY_TEST_RECORDS_MAX && row->records[i].kind != 0; i++) {
        trace_writer_record(writer, &row->records[i]);
    }
    if (!row->no_messages) {
        trace_writer_table(writer, TRACE_SECTION_MESSAGES, messages, COUNT_OF(messages));
    }
    if (row->virtual_ns > 0) {
        const struct trace_summary summary = {.virtual_ns = row->virtual_ns};
        trace_writer_table(writer, TRACE_SECTION_SUMMARY, &summary, 1);
    }
    assert_true(trace_writer_close(writer, &f->failure));
}

bool why_fixture_ask(struct why_fixture *f, const struct why_case *row) {
    write_trace(f, row);
    f->rules = (struct why_rules){
        .habits = row->habits,
        .gossips = !row->mute,
        .heartbeat_ns = 1000 * WHY_TEST_MS,
        .gossip_ns = row->gossip_ns,
        .told_all_below = row->told_all_below,
    };
    f->setting.duration_ns = row->duration_ns;
    f->validates[0] = row->validates;
    f->setting.validates = f->validates;
    f->question =
        (struct why_question){.path = f->path, .message = row->message, .node = row->node};
    return why_find(f->arena, &f->question, &f->setting, &f->answer, &f->failure);
}

static const struct why_quirk *quirk_of(const struct why_fixture *f, uint32_t blamed) {
    return blamed == 0 ? NULL : &f->setting.quirks[blamed - 1];
}

static bool answers(const struct why_fixture *f, const struct why_case *row) {
    const struct why_answer *answer = &f->answer;
    uint32_t role = row->role == 0 ? WHY_ROLE_COUNT : row->role - 1;
    return answer->reason == row->reason && answer->fate == row->fate &&
           answer->silence == row->silence && answer->quirk == quirk_of(f, row->quirk) &&
           answer->obstacle == row->obstacle && answer->role == role &&
           answer->mesh_quirk == quirk_of(f, row->mesh_quirk) && answer->culprit == row->culprit;
}

void why_fixture_check(struct why_fixture *f, const struct why_case *rows, size_t count) {
    for (size_t i = 0; i < count; i++) {
        char sentence[WHY_SENTENCE_SIZE];
        assert_true(why_fixture_ask(f, &rows[i]));
        if (!answers(f, &rows[i])) {
            const struct why_answer *answer = &f->answer;
            fail_msg("%s: %s, fate %s, gossip %s, kept out by %s, role %u, culprit %u: %s",
                     rows[i].name, why_reason_name(answer->reason), why_fate_name(answer->fate),
                     why_silence_name(answer->silence), why_what_name(answer->obstacle),
                     answer->role, answer->culprit, why_sentence(answer, sentence));
        }
    }
}

void why_cases_cover(const struct why_case *rows, size_t count, enum why_reason first,
                     enum why_reason last) {
    for (enum why_reason reason = first; reason <= last; reason++) {
        size_t found = 0;
        for (size_t i = 0; i < count; i++) {
            found += rows[i].reason == reason;
        }
        if (found == 0 || found == count) {
            fail_msg("no row for %s, or no other", why_reason_name(reason));
        }
    }
}
